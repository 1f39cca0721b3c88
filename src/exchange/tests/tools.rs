//! Every reader against files in the exact shape that its tool writes. Every value is made up.

use crate::exchange::rows::{Called, Rows, Value};
use crate::exchange::{by_word, read};

/// A user token of OAuth 2.0, 91 characters, as X issues them.
const OAUTH2: &str =
    "bW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tOjE2MjIxNDc3NDM5MTQ6MToxOmF0OjE";

fn called(called: &Called) -> String {
    match called {
        Called::Named(name) => format!("={name}"),
        Called::Guess(name) => name.to_string(),
        Called::Suffix(suffix) => suffix.clone(),
        Called::Numbered(number) => format!("#{number}"),
        Called::Unnamed => "-".to_owned(),
    }
}

fn values(values: &[Value]) -> String {
    let value = |value: &Value| format!("{}={}", value.field, value.secret.expose());
    values.iter().map(value).collect::<Vec<_>>().join(" ")
}

/// Apps and profiles, one line each.
fn lines(rows: &Rows) -> Vec<String> {
    let apps = rows.apps.iter().map(|app| {
        let url = app.callback_url.as_ref().map_or_else(String::new, |url| format!(" {url}"));
        format!("app {}: {}{url}", called(&app.name), values(&app.values))
    });
    let profiles = rows.profiles.iter().map(|row| {
        let app = row.app.as_ref().map_or_else(String::new, |app| format!(" of {}", called(app)));
        let handle = row.handle.as_ref().map_or_else(String::new, |handle| format!(" {handle}"));
        let expiry = row.expires_at.map_or_else(String::new, |at| format!(" until {at}"));
        format!("{}{handle}{app}: {}{expiry}", called(&row.name), values(&row.values)).trim_end().to_owned()
    });
    apps.chain(profiles).collect()
}

/// Reads `text` as a file called `name`: as `word`, into these lines, with these remarks.
#[track_caller]
fn check(name: &str, text: &str, word: &str, wanted: &[&str], said: &[&str]) {
    let (rows, format) =
        read(Some(name), text).unwrap_or_else(|(error, format)| panic!("{}: {error}", format.word));
    assert_eq!(format.word, word, "{text}");
    assert_eq!(lines(&rows), wanted, "{text}");
    let remarks: Vec<String> = rows.remarks.iter().map(ToString::to_string).collect();
    assert_eq!(remarks, said, "{text}");
    // The same without its name, and with other ends of lines.
    for text in [text.to_owned(), text.replace('\n', "\r\n")] {
        let format = by_word(word).expect("it is in the table");
        let rows = format.read(&text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(lines(&rows), wanted, "{text:?}");
    }
}

#[test]
fn twurl_and_t() {
    // Ruby writes a text that it holds twice as an alias.
    let text = "\
---
profiles:
  alice:
    0123456789012345678901234:
      username: &1 alice
      consumer_key: &2 '0123456789012345678901234'
      consumer_secret: made#up=secret
      token: 144712093100-madeup
      secret: no
  bob:
    0123456789012345678901234:
      username: bob
      consumer_key: '0123456789012345678901234'
      consumer_secret: made#up=secret
      token: 144712093101-madeup
      secret: 1e10
    otherkey:
      username: bob
      consumer_key: otherkey
      consumer_secret: other
      token: 144712093101-other
      secret: made-up
configuration:
  default_profile:
  - *1
  - *2
aliases:
  t: /1.1/statuses/update.json
bearer_tokens:
  '0123456789012345678901234': AAAAmade%3Dup
";
    let wanted = [
        "app alice: api_key=0123456789012345678901234 api_secret=made#up=secret bearer_token=AAAAmade%3Dup",
        "app bob-2: api_key=otherkey api_secret=other",
        "alice @alice of alice: access_token=144712093100-madeup access_secret=no",
        "bob @bob of alice: access_token=144712093101-madeup access_secret=1e10",
        "bob-2 @bob of bob-2: access_token=144712093101-other access_secret=made-up",
    ];
    check(".twurlrc", text, "twurl", &wanted, &[]);
    let t = text.split("aliases:").next().expect("there is a first part");
    let mut of_t = wanted.to_vec();
    of_t[0] = "app alice: api_key=0123456789012345678901234 api_secret=made#up=secret";
    check(".trc", t, "t", &of_t, &[]);
}

#[test]
fn xurl_of_every_generation() {
    let yaml = format!(
        "\
apps:
    my-app:
        client_id: made-up-id
        client_secret: made-up-secret
        redirect_uri: http://localhost:8080/callback
        default_user: alice
        oauth2_tokens:
            alice:
                type: oauth2
                oauth2:
                    access_token: {OAUTH2}
                    refresh_token: made-up-refresh
                    expiration_time: 1780000000
        oauth1_token:
            type: oauth1
            oauth1:
                access_token: 144712093100-madeup
                token_secret: made-up
                consumer_key: made-up-key
                consumer_secret: made-up-consumer
        bearer_token:
            type: bearer
            bearer: AAAAmade%3Dup
    empty:
        client_id: other-id
        client_secret: other-secret
default_app: my-app
"
    );
    let alice = format!(
        "alice @alice of =my-app: oauth2_access_token={OAUTH2} oauth2_refresh_token=made-up-refresh until 2026-05-28T20:26:40Z"
    );
    let wanted = [
        "app =my-app: api_key=made-up-key api_secret=made-up-consumer bearer_token=AAAAmade%3Dup client_id=made-up-id client_secret=made-up-secret http://localhost:8080/callback",
        "app =empty: client_id=other-id client_secret=other-secret",
        "my-app of =my-app: access_token=144712093100-madeup access_secret=made-up",
        &alice,
        "empty of =empty:",
    ];
    let said = ["line 17: its OAuth 1.0a token does not say whose it is, so it becomes a profile of its own"];
    check("auth.yml", &yaml, "xurl", &wanted, &said);
    let json = format!(
        r#"{{
  "oauth2_tokens": {{
    "bob": {{"type": "oauth2", "oauth2": {{"access_token": "{OAUTH2}", "refresh_token": "made-up-refresh", "expiration_time": 0}}}}
  }},
  "oauth1_tokens": {{
    "type": "oauth1",
    "oauth1": {{"access_token": "1447-madeup", "token_secret": "made-up", "consumer_key": "made-up-key", "consumer_secret": "made-up-consumer"}}
  }},
  "bearer_token": {{"type": "bearer", "bearer": "AAAAmade%3Dup"}},
  "file_path": "/home/bird/.xurl"
}}"#
    );
    let bob = format!("bob @bob of -: oauth2_access_token={OAUTH2} oauth2_refresh_token=made-up-refresh");
    let wanted = [
        "app -: api_key=made-up-key api_secret=made-up-consumer bearer_token=AAAAmade%3Dup",
        "- of -: access_token=1447-madeup access_secret=made-up",
        &bob,
    ];
    let said = ["line 7: its OAuth 1.0a token does not say whose it is, so it becomes a profile of its own"];
    check(".xurl", &json, "xurl", &wanted, &said);
}

#[test]
fn twarc2_and_python_twitter_and_other_files_of_sections() {
    let text = "\
consumer_key = 'made-up-key'
consumer_secret = \"made=up#secret\"
access_token = '144712093100-madeup'
access_token_secret = 'made-up'
bearer_token = 'AAAAmade%3Dup'
[wiki]
access_token = 144712093101-madeup  # mine
access_token_secret = 0123
[[archive]]
bearer_token = '''AAAAother'''
";
    let wanted = [
        "app -: api_key=made-up-key api_secret=made=up#secret bearer_token=AAAAmade%3Dup",
        "app archive: bearer_token=AAAAother",
        "- of -: access_token=144712093100-madeup access_secret=made-up",
        "wiki of -: access_token=144712093101-madeup access_secret=0123",
        "archive of archive:",
    ];
    check("config", text, "twarc2", &wanted, &[]);
    let text = "[Tweet]\nconsumer_key: made-up-key\nconsumer_secret: made-up\naccess_key: 1447-madeup\naccess_secret: made-up\n";
    let wanted = [
        "app -: api_key=made-up-key api_secret=made-up",
        "- of -: access_token=1447-madeup access_secret=made-up",
    ];
    check(".tweetrc", text, "python-twitter", &wanted, &[]);
    let text = "title = \"x\"\n[connections.twitter]\napi_key = \"made-up-key\" # here\napi_secret = \"made-up\"\n[openai]\napi_key = \"sk-made-up\"\n";
    check("secrets.toml", text, "ini", &["app -: api_key=made-up-key api_secret=made-up", "- of -:"], &[]);
    let text = "consumer_key=made-up-key\n\nconsumer_secret=made=up#x\n\naccess_token_key=1447-madeup\n\naccess_token_secret=made-up\n";
    let wanted = [
        "app -: api_key=made-up-key api_secret=made=up#x",
        "- of -: access_token=1447-madeup access_secret=made-up",
    ];
    check("credentials.txt", text, "twitterapi", &wanted, &[]);
}

#[test]
fn json_and_yaml_of_any_shape() {
    let text = r#"{
  "twitter": {
    "appKey": "made-up-key", "appSecret": "made-up",
    "accounts": {
      "alice": {"accessToken": "1447-madeup", "accessSecret": "made-up"},
      "bob": {"accessToken": "1448-madeup", "accessSecret": "made-up"}
    }
  },
  "openai": {"apiKey": "made-up"},
  "port": 8080
}"#;
    let wanted = [
        "app -: api_key=made-up-key api_secret=made-up",
        "alice of -: access_token=1447-madeup access_secret=made-up",
        "bob of -: access_token=1448-madeup access_secret=made-up",
    ];
    check("config.json", text, "nested", &wanted, &[]);
    let text = "\
# twitter bots
bots:
  - name: alice
    consumer_key: 0123
    consumer_secret: no
    access_token: 1447-madeup
  - username: bob
    consumer_key: 0123
    access_token: 1448-madeup
    access_token_secret: 1e10
  - consumer_key: other
    access_token: 1449-madeup
";
    let wanted = [
        "app alice: api_key=0123 api_secret=no",
        "app #4: api_key=other",
        "alice of alice: access_token=1447-madeup",
        "bob @bob of alice: access_token=1448-madeup access_secret=1e10",
        "#4 of #4: access_token=1449-madeup",
    ];
    check("bots.yaml", text, "nested", &wanted, &[]);
}

#[test]
fn tables() {
    let text = "\
Name,App,API key,\"API key, secret\",Consumer Secret,Access Token,Access Token Secret,Note
alice,bots,made-up-key,,made-up,1447-madeup,\"made\"\"up\",\"two
lines, one note\"
bob,bots,made-up-key,,made-up,1448-madeup,made-up,
,,,,,,,
,,other,,,1449-madeup,a,b,too,many
";
    let wanted = [
        "app =bots: api_key=made-up-key api_secret=made-up",
        "alice of =bots: access_token=1447-madeup access_secret=made\"up",
        "bob of =bots: access_token=1448-madeup access_secret=made-up",
    ];
    check("bots.csv", text, "csv", &wanted, &["line 6: has more values than there are columns"]);
    let text = "handle;access_token;access_secret\n@alice;1447-madeup;a\n@bob;1448-madeup;b\n";
    let wanted = [
        "alice @alice: access_token=1447-madeup access_secret=a",
        "bob @bob: access_token=1448-madeup access_secret=b",
    ];
    check("bots.csv", text, "csv", &wanted, &[]);
    let open =
        by_word("csv").expect("a row").read("api_key,api_secret\n\"made-up,x\n").expect_err("not closed");
    assert_eq!(open.to_string(), "line 2, column 1 is not CSV: a quote is not closed");
}

#[test]
fn a_name_of_an_app_makes_one_app_unless_the_keys_are_two() {
    let text = "name,app,client_id,api_key,access_token\na,bots,made-up-id,,1-a\nb,Bots,made-up-id,,2-b\nc,bots,,k,3-c\nd,bots,,other,4-d\n";
    let wanted = [
        "app =bots: client_id=made-up-id api_key=k",
        "app d: api_key=other",
        "a of =bots: access_token=1-a",
        "b of =bots: access_token=2-b",
        "c of =bots: access_token=3-c",
        "d of d: access_token=4-d",
    ];
    let said = ["line 5: another API key has the name “bots” for its app, so another name is taken"];
    check("bots.csv", text, "csv", &wanted, &said);
}

#[test]
fn text_as_the_console_shows_it() {
    let (key, secret, token, short) =
        ("K".repeat(25), "S".repeat(50), format!("144712093100-{}", "t".repeat(37)), "T".repeat(45));
    let text = format!(
        "Keys and tokens\nConsumer Keys\nAPI Key\n{key}\nAPI Key Secret\n{secret}\nAuthentication Tokens\n\
         Bearer Token\nAAAAAAAAAAAAAAAAAAAAA{}\nAccess Token\nFor @owner · Read\n{token}\nAccess Token Secret: {short}\n\
         Client ID  M1M5R3BMVy13QmpScXkzTUt5OE46MTpjaQ\n",
        "m".repeat(80)
    );
    let app = format!(
        "app -: api_key={key} api_secret={secret} bearer_token=AAAAAAAAAAAAAAAAAAAAA{} client_id=M1M5R3BMVy13QmpScXkzTUt5OE46MTpjaQ",
        "m".repeat(80)
    );
    let of_owner = format!("- @owner of -: access_token={token} access_secret={short}");
    check("notes.txt", &text, "text", &[&app, &of_owner], &[]);
    let profile = format!("- of -: access_token={token} access_secret={short}");
    // In any order, without any name.
    let text = format!("{token}\n{secret}\n{short} {key}\n");
    let app = format!("app -: api_key={key} api_secret={secret}");
    check("notes.txt", &text, "text", &[&app, &profile], &[]);
    let text = format!("{secret}\n{token}\n");
    let app = format!("app -: api_secret={secret}");
    let profile = format!("- of -: access_token={token}");
    let said =
        ["line 1: looks like an API key secret or an OAuth 2.0 client secret; taken as an API key secret"];
    check("notes.txt", &text, "text", &[&app, &profile], &said);
    // Two bots, one after the other.
    let other = token.replace("1447", "1448");
    let text = format!("API Key: {key}\nAccess Token: {token}\nAccess Token: {other}\n");
    let app = format!("app -: api_key={key}");
    let (first, second) = (format!("- of -: access_token={token}"), format!("#2 of -: access_token={other}"));
    check("notes.txt", &text, "text", &[&app, &first, &second], &[]);
}

#[test]
fn cookies_are_no_key_and_that_is_said() {
    use base64::Engine as _;
    let cookies =
        base64::engine::general_purpose::STANDARD.encode("kdt=made-up;auth_token=made-up;ct0=made-up;");
    let text = format!("X_BEARER_TOKEN=AAAA\nAPI_KEY={cookies}\n");
    let said = "line 2: API_KEY holds a browser's cookies (rettiwt calls them API_KEY): no key of X's API, not taken";
    check(".env", &text, "dotenv", &["app -: bearer_token=AAAA", "- of -:"], &[said]);
}
