//! Code as it stands in tutorials.

use super::*;

/// What a text holds, in words: apps with their values, then profiles.
#[track_caller]
fn words(text: &str) -> String {
    let rows = read(text).expect("something to take");
    let values = |values: &[crate::exchange::rows::Value]| {
        let value =
            |value: &crate::exchange::rows::Value| format!("{}={}", value.field, value.secret.expose());
        values.iter().map(value).collect::<Vec<_>>().join(" ")
    };
    let apps = rows.apps.iter().map(|app| format!("[{}]", values(&app.values)));
    let profiles = rows.profiles.iter().filter(|row| !row.implied).map(|row| {
        let name = match &row.name {
            Called::Guess(name) => name.to_string(),
            Called::Suffix(suffix) => suffix.clone(),
            Called::Unnamed => "-".to_owned(),
            other => format!("{other:?}"),
        };
        format!("{name}({})", values(&row.values))
    });
    apps.chain(profiles).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(text: &str, wanted: &str) {
    assert!(read(text).is_ok(), "{text}");
    assert_eq!(words(text), wanted, "{text}");
}

#[test]
fn python_is_read_as_tutorials_write_it() {
    check(
        r#"
import tweepy
# consumer_key = "commented-out"
consumer_key = "k1"  # from the console
consumer_secret = 's#1'
access_token = r"1-t"
access_token_secret = """a1"""
auth = tweepy.OAuth1UserHandler(consumer_key, consumer_secret, access_token, access_token_secret)
api = tweepy.API(auth)
"#,
        "[api_key=k1 api_secret=s#1] -(access_token=1-t access_secret=a1)",
    );
    check(
        "client = tweepy.Client(bearer_token=\"b\",\n  consumer_key='k', consumer_secret='s',\n  access_token='1-t', access_token_secret='a', wait_on_rate_limit=True)",
        "[api_key=k api_secret=s bearer_token=b] -(access_token=1-t access_secret=a)",
    );
    check(
        "auth = tweepy.OAuthHandler(\"k\", \"s\")\nauth.set_access_token('1-t', 'a')",
        "[api_key=k api_secret=s] -(access_token=1-t access_secret=a)",
    );
    check(
        "api = TwitterAPI('k', 's',\n    '1-t', 'a')",
        "[api_key=k api_secret=s] -(access_token=1-t access_secret=a)",
    );
    check(
        "# tweepy\nBOTS = {\n  'alice': {'consumer_key': 'k', 'access_token': '1-t'},\n  'bob': {'consumer_key': 'k', 'access_token': '2-t'},\n}",
        "[api_key=k] alice(access_token=1-t) bob(access_token=2-t)",
    );
    check(
        "os.environ['X_API_KEY'] = 'k'\nos.environ.setdefault('X_API_SECRET', 's')",
        "[api_key=k api_secret=s]",
    );
}

#[test]
fn javascript_is_read_as_tutorials_write_it() {
    check(
        "const { TwitterApi } = require('twitter-api-v2');\nconst client = new TwitterApi({\n  appKey: 'k', // the API key\n  appSecret: `s`,\n  /* accessToken: 'old', */\n  accessToken: \"1-t\",\n  accessSecret: 'a',\n});",
        "[api_key=k api_secret=s] -(access_token=1-t access_secret=a)",
    );
    let bearer = format!("{}made0up0", "A".repeat(80));
    check(&format!("const client = new TwitterApi('{bearer}');"), &format!("[bearer_token={bearer}]"));
    check(
        "// twitter\nmodule.exports = { alice: { accessToken: '1-t' }, bob: { accessToken: '2-t' }, openai: { apiKey: 'x' } }",
        "alice(access_token=1-t) bob(access_token=2-t)",
    );
    check("const T = new Twit({consumer_key: 'k', consumer_secret: 's'})", "[api_key=k api_secret=s]");
}

#[test]
fn other_languages_are_read_too() {
    check(
        "client = X::Client.new(api_key: 'k', api_key_secret: \"s\", access_token: '1-t', access_token_secret: 'a')",
        "[api_key=k api_secret=s] -(access_token=1-t access_secret=a)",
    );
    check(
        "config.consumer_key = 'k' # twitter gem\n:access_token => '1-t'",
        "[api_key=k] -(access_token=1-t)",
    );
    check("define('CONSUMER_KEY', 'k'); $access_token = '1-t';", "[api_key=k] -(access_token=1-t)");
    check(
        "consumerKey := \"k\"\nString accessToken = \"1-t\"; // Twitter",
        "[api_key=k] -(access_token=1-t)",
    );
    check(
        "$settings = array('oauth_access_token' => '1-t', 'consumer_key' => 'k'); // twitter",
        "[api_key=k] -(access_token=1-t)",
    );
}

#[test]
fn a_second_value_for_the_same_begins_another_bot() {
    check(
        "consumer_key = 'k'\naccess_token = '1-t'\naccess_token_secret = 'a'\naccess_token = '2-t'\naccess_token_secret = 'b'",
        "[api_key=k] -(access_token=1-t access_secret=a) Numbered(2)(access_token=2-t access_secret=b)",
    );
}

#[test]
fn what_is_no_literal_is_not_taken() {
    for text in [
        "consumer_key = os.environ['CONSUMER_KEY']",
        "appKey: process.env.X_API_KEY, // twitter",
        "consumer_key = get_key('consumer')",
        "print('access_token', access_token)",
        "# consumer_key = 'k'",
        "if consumer_key == 'k':",
        "consumer_key = 'not closed\n",
        "",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    let rows = read("consumer_key = 'YOUR_CONSUMER_KEY'\nconsumer_secret = 'xxxxxxxx'\n").expect("remarks");
    assert!(!rows.holds_values());
    let said: Vec<String> = rows.remarks.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "line 1: consumer_key is the placeholder of a template, no value",
            "line 2: consumer_secret is the placeholder of a template, no value"
        ]
    );
}
