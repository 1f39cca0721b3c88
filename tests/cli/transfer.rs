//! `import` and `export`.

use crate::bench::Bench;

const TWO: &str = r#"{"apps":[{"name":"bots","api_key":"made-up-key","api_secret":"made-up-secret"}],
 "profiles":[{"name":"wiki","handle":"wiki","app":"bots","access_token":"1-made-up","access_secret":"made-up","needs":["post"]},
             {"name":"poet","app":"bots","access_token":"2-made-up"}]}"#;

#[test]
fn json_goes_round_and_the_second_time_changes_nothing() {
    let bench = Bench::new();
    let ran = bench.pipe(&["import", "-", "--from", "json"], TWO).ends(0);
    assert_eq!(ran.out, "json: 3 added\n");
    let before = std::fs::read(bench.vault()).expect("it is there");
    let ran = bench.pipe(&["import", "-"], TWO).ends(0);
    assert_eq!(ran.out, "json: 3 there already\n");
    assert_eq!(std::fs::read(bench.vault()).expect("it is there"), before, "the file was not even written");
    let export = bench.run(&["export", "--all", "--to", "json", "--confirm", "everything"]).ends(0);
    let other = Bench::new();
    other.pipe(&["import", "-"], &export.out).ends(0);
    assert_eq!(
        other.run(&["export", "--all", "--to", "json", "--confirm", "everything"]).ends(0).out,
        export.out
    );
}

#[test]
fn an_env_file_goes_round_too() {
    let bench = Bench::new();
    bench.pipe(&["import", "-"], TWO).ends(0);
    let env = bench.run(&["export", "wiki", "--to", "dotenv", "--confirm", "wiki"]).ends(0).out;
    assert!(env.contains("X_API_KEY=made-up-key\n") && env.contains("X_ACCESS_TOKEN=1-made-up\n"), "{env}");
    let file = bench.write(".env", &env);
    assert_eq!(bench.run(&["import", &file]).ends(0).out, "dotenv: 2 there already\n");
    let other = Bench::new();
    let file = other.write("daily.env", &env);
    other.run(&["import", &file]).ends(0);
    assert_eq!(other.run(&["get", "daily", "api_secret"]).ends(0).out, "made-up-secret");
    let file = other.write("more.env", "X_API_KEY=made-up-key\nX_ACCESS_TOKEN=9-x\n");
    other.run(&["import", &file, "--name", "named"]).ends(0);
    assert_eq!(
        other.run(&["app", "list", "--json"]).json().as_array().map(Vec::len),
        Some(1),
        "one key, one app"
    );
    other.run(&["show", "named"]).ends(0);
}

#[test]
fn bad_rows_are_reported_and_good_ones_taken() {
    let bench = Bench::new();
    let text = r#"{"profiles":[{"name":"good"},{"handle":"x"},{"name":"bad","handle":"not a handle"},{"name":"x","colour":1}]}"#;
    let ran = bench.pipe(&["import", "-"], text).ends(1);
    assert!(ran.err.contains("profiles[1]: has no name"), "{}", ran.err);
    assert!(ran.err.contains("profiles[2]: “bad” cannot be taken"), "{}", ran.err);
    assert!(ran.err.contains("“colour” is no key of a profile"), "{}", ran.err);
    assert_eq!(ran.out, "json: 2 added, 2 not taken\n");
    let ran = bench.pipe(&["import", "-", "--from", "dotenv"], "X_API_KEY=k\nmade-up-secret-alone\n").ends(1);
    assert!(ran.err.contains("line 2") && !ran.all().contains("made-up-secret-alone"), "{}", ran.err);
}

#[test]
fn a_dry_run_changes_nothing_and_says_so() {
    let bench = Bench::new();
    let before = bench.kept();
    let ran = bench.pipe(&["import", "-", "--dry-run"], TWO).ends(0);
    assert_eq!(ran.out, "json: 3 would be added; nothing was changed\n");
    assert!(ran.err.contains("add profile “wiki”"), "{}", ran.err);
    assert_eq!(bench.kept(), before);
}

#[test]
fn another_value_needs_replace_and_the_old_one_goes_into_history() {
    let bench = Bench::new();
    bench.pipe(&["import", "-"], TWO).ends(0);
    let other = TWO.replace("2-made-up", "2-new");
    let ran = bench.pipe(&["import", "-"], &other).ends(1);
    assert!(ran.err.contains("leave profile “poet” as it is: another value for Access token"), "{}", ran.err);
    assert_eq!(bench.run(&["get", "poet", "access_token"]).out, "2-made-up");
    bench.pipe(&["import", "-", "--replace"], &other).ends(0);
    assert_eq!(bench.run(&["get", "poet", "access_token"]).out, "2-new");
    assert!(bench.pipe(&["identify"], "2-made-up").ends(0).out.contains("replaced"));
}

#[test]
fn files_that_are_none_get_a_sentence_each() {
    let bench = Bench::new();
    let before = bench.kept();
    for (name, bytes, said) in [
        ("empty", &b""[..], "it is empty"),
        ("binary", b"PK\x03\x04\0\0", "NUL bytes"),
        ("latin1", b"X_API_KEY=\xe9", "not UTF-8"),
        ("utf16", b"X\0_\0A\0=\0k\0", "UTF-16"),
        ("sealed", b"age-encryption.org/v1\n\xff", "encrypted with age"),
        ("broken.json", b"{\"apps\":[", "is not JSON"),
        ("list.json", b"[]", "none of its keys"),
        ("other.env", b"PATH=/bin\n", "none of its variables"),
    ] {
        let file = bench.write(name, bytes);
        bench.run(&["import", &file]).ends(2).says(said);
        std::fs::remove_file(file).expect("it is there");
    }
    bench.run(&["import", "/nowhere/at/all"]).ends(2).says("there is no such file");
    bench.run(&["import", "/"]).ends(2).says("it is a folder");
    bench.pipe(&["import", "-", "--from", "yaml"], "x").ends(2).says("the formats are json, xurl, twurl");
    assert_eq!(bench.kept(), before);
}

#[test]
fn text_in_other_coats_is_read() {
    let bench = Bench::new();
    let utf16: Vec<u8> = "\u{feff}X_ACCESS_TOKEN=1-a\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bench.pipe(&["import", "-", "--name", "one"], utf16).ends(0);
    bench.pipe(&["import", "-", "--name", "two"], "\u{feff}X_ACCESS_TOKEN=2-b\r\n").ends(0);
    assert_eq!(bench.run(&["get", "one", "access_token"]).out, "1-a");
    assert_eq!(bench.run(&["get", "two", "access_token"]).out, "2-b");
}

/// A home in which five tools have left their files; every value is made up.
fn five_tools() -> Bench {
    let bench = Bench::new();
    let twurl = "profiles:\n  alice:\n    made-up-key:\n      username: alice\n      consumer_key: made-up-key\n      consumer_secret: made-up-secret\n      token: 144712093100-madeup\n      secret: made-up-access\nconfiguration: {}\n";
    bench.write(".twurlrc", twurl);
    // The same account again, as another tool has it.
    bench.write(".trc", twurl);
    std::fs::create_dir(bench.path(".xurl")).expect("a new folder");
    bench.write(".xurl/auth.yml", "apps:\n  prod:\n    client_id: made-up-id\n    client_secret: made-up-client\n    oauth2_tokens:\n      bob: {type: oauth2, oauth2: {access_token: made-up-at, refresh_token: made-up-rt, expiration_time: 1780000000}}\n");
    bench.write(
        ".tweetrc",
        "[Tweet]\nconsumer_key: other-key\nconsumer_secret: other\naccess_key: 9-made-up\naccess_secret: a\n",
    );
    std::fs::create_dir(bench.path("bots")).expect("a new folder");
    bench.write(
        "bots/.env",
        "X_API_KEY=made-up-key\nX_ACCESS_TOKEN_CAROL=77-made-up\nX_ACCESS_TOKEN_SECRET_CAROL=c\n",
    );
    bench.write("bots/.env.example", "X_API_KEY=your-key\n");
    bench
}

#[test]
fn what_other_tools_have_left_is_named_and_not_read_without_a_yes() {
    let bench = five_tools();
    let ran = bench.shell("cd \"$HOME/bots\" && birdkeep import").ends(2);
    let named = "~/.xurl/auth.yml, ~/.twurlrc, ~/.trc, .env, ~/.tweetrc";
    assert!(ran.err.contains(named), "{}", ran.err);
    assert!(!ran.all().contains("made-up"), "{}", ran.all());
    let none = Bench::new();
    none.shell("cd \"$HOME\" && birdkeep import").ends(2).says("nothing to import was found");
}

#[test]
fn everything_that_was_found_becomes_one_vault_without_doubles() {
    let bench = five_tools();
    let ran = bench.shell("cd \"$HOME/bots\" && birdkeep import --yes").ends(0);
    assert_eq!(
        ran.out,
        "~/.xurl/auth.yml: xurl: 2 added\n~/.twurlrc: twurl: 2 added\n~/.trc: t: 2 there already\n\
         .env: dotenv: 1 added, 1 there already\n~/.tweetrc: python-twitter: 2 added\n"
    );
    for (name, field, value) in [
        ("alice", "access_token", "144712093100-madeup"),
        ("alice", "api_secret", "made-up-secret"),
        ("bob", "oauth2_refresh_token", "made-up-rt"),
        ("bob", "client_id", "made-up-id"),
        ("carol", "api_key", "made-up-key"),
        ("python-twitter", "access_secret", "a"),
    ] {
        assert_eq!(bench.run(&["get", name, field]).ends(0).out, value, "{name} {field}");
    }
    assert_eq!(bench.run(&["app", "list", "--json"]).json().as_array().map(Vec::len), Some(3));
    assert!(ran.err.contains("~/.twurlrc still holds these keys in plain text"), "{}", ran.err);
}

#[test]
fn a_file_that_others_may_read_is_named_with_its_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    let file = bench.write("wiki.env", "X_ACCESS_TOKEN=1-made-up\n");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("it is ours");
    bench.run(&["import", &file]).ends(0).says("(mode 644; “chmod 600” it)");
    let ran = bench.pipe(&["import", "-", "--name", "two"], "X_ACCESS_TOKEN=2-made-up\n").ends(0);
    assert!(!ran.err.contains("still holds"), "{}", ran.err);
}

#[test]
fn a_file_that_cannot_be_read_keeps_no_other_from_being_taken() {
    let bench = Bench::new();
    let good = bench.write("wiki.env", "X_ACCESS_TOKEN=1-made-up\n");
    let bad = bench.write("poem.txt", "made-up-poem\n");
    let ran = bench.run(&["import", &good, &bad, "/nowhere/at/all"]).ends(1);
    assert!(
        ran.out.contains("wiki.env: dotenv: 1 added\n") && ran.out.contains("poem.txt: not read\n"),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("there is no such file") && !ran.all().contains("made-up-poem"), "{}", ran.err);
    assert_eq!(bench.run(&["get", "wiki", "access_token"]).ends(0).out, "1-made-up");
}

#[test]
fn values_that_differ_can_be_left_alone_for_good() {
    let bench = Bench::new();
    bench.pipe(&["import", "-"], TWO).ends(0);
    let other = TWO.replace("2-made-up", "2-new");
    bench.pipe(&["import", "-", "--skip"], &other).ends(0);
    assert_eq!(bench.run(&["get", "poet", "access_token"]).out, "2-made-up");
    bench.pipe(&["import", "-", "--skip", "--replace"], &other).ends(2);
}

#[test]
fn a_tutorial_s_code_is_read_from_a_pipe() {
    let bench = Bench::new();
    let code = "import tweepy\nclient = tweepy.Client(\n  consumer_key='made-up-key', consumer_secret='made-up',\n  access_token='1-made-up', access_token_secret='made-up')\n";
    let ran = bench.pipe(&["import", "-", "--name", "wiki"], code).ends(0);
    assert_eq!(ran.out, "code: 2 added\n");
    assert_eq!(bench.run(&["get", "wiki", "api_key"]).ends(0).out, "made-up-key");
}

#[test]
fn an_export_asks_for_the_name_and_writes_private_files_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::with_a_bot();
    bench.run(&["export", "wiki", "--to", "json"]).ends(2).says("--confirm wiki");
    bench
        .run(&["export", "wiki", "--to", "json", "--confirm", "wik"])
        .ends(2)
        .says("the name to type is wiki");
    bench.run(&["export", "--all", "--to", "json"]).ends(2).says("--confirm everything");
    bench.run(&["export", "wiki", "bots", "--to", "json"]).ends(2).says("--confirm 2 entries");
    bench.run(&["export", "--to", "json"]).ends(2);
    bench.run(&["export", "wiki", "--to", "yaml"]).ends(2).says("the formats are");
    bench.run(&["export", "wiki", "--to", "ini"]).ends(2).says("birdkeep does not write ini");
    let file = bench.path("out.env");
    let name = file.to_string_lossy().into_owned();
    let export = |more: &[&str]| {
        let args = ["export", "wiki", "--to", "dotenv", "--confirm", "wiki", "--output", &name];
        bench.run(&[&args, more].concat())
    };
    let mode = || std::fs::metadata(&file).expect("it was written").permissions().mode() & 0o777;
    assert_eq!(export(&[]).ends(0).out, "");
    assert_eq!(mode(), 0o600);
    export(&[]).ends(6).says("is there already");
    // Another person's file that everybody may read is none of that any more.
    std::fs::write(&file, "other").expect("it can be written");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("it is ours");
    export(&["--force"]).ends(0);
    assert_eq!(mode(), 0o600);
    assert!(std::fs::read_to_string(&file).expect("it is text").contains("X_API_KEY=made-up-key"));
    let left = std::fs::read_dir(file.parent().expect("a folder")).expect("it can be read");
    let left: Vec<_> =
        left.flatten().filter(|entry| entry.file_name().to_string_lossy().contains(".tmp")).collect();
    assert!(left.is_empty(), "{left:?}");
    std::fs::remove_file(&file).expect("it is there");
    std::os::unix::fs::symlink("/dev/null", &file).expect("a new link");
    export(&["--force"]).ends(6).says("is a link");
}

#[test]
fn a_value_that_a_format_cannot_hold_is_refused_by_name_and_nothing_is_left() {
    let bench = Bench::with_a_bot();
    bench.pipe(&["set", "wiki", "access_secret"], "canary'value").ends(0);
    let file = bench.path("out.env");
    let name = file.to_string_lossy().into_owned();
    let ran = bench.run(&["export", "wiki", "--to", "dotenv", "--confirm", "wiki", "-o", &name]).ends(2);
    assert!(!ran.all().contains("canary"), "{}", ran.err);
    ran.says("Access token secret of “wiki”").says("export it as json");
    assert!(!file.exists());
    let shell = bench.run(&["export", "wiki", "--to", "shell", "--confirm", "wiki"]).ends(0).out;
    let script = bench.write("wiki.sh", shell);
    assert_eq!(bench.shell(&format!(". {script}; printf %s \"$X_ACCESS_TOKEN_SECRET\"")).out, "canary'value");
}

#[test]
fn refresh_tokens_and_client_secrets_stay_unless_they_are_asked_for() {
    let bench = Bench::with_a_bot();
    bench.pipe(&["set", "wiki", "oauth2_refresh_token"], "made-up-refresh").ends(0);
    bench.pipe(&["app", "set", "bots", "client_secret"], "made-up-client").ends(0);
    let export = |more: &[&str]| {
        bench.run(&[&["export", "wiki", "--to", "dotenv", "--confirm", "wiki"], more].concat()).ends(0)
    };
    let ran = export(&[]);
    assert!(!ran.out.contains("made-up-refresh") && !ran.out.contains("made-up-client"), "{}", ran.out);
    ran.says("no bot needs it: Client secret, OAuth 2.0 refresh token").says("--all-fields");
    let ran = export(&["--all-fields"]);
    assert!(ran.out.contains("X_OAUTH2_REFRESH_TOKEN=made-up-refresh"), "{}", ran.out);
    ran.says("whoever uses it first owns it");
    // Where there is no place for one, that is said and not passed over.
    let twurl = bench.run(&["export", "wiki", "--to", "twurl", "--confirm", "wiki"]).ends(0);
    twurl.says("twurl has no place for: Client secret, OAuth 2.0 refresh token");
    let ran = export(&["--only", "client_secret", "--only", "api_key"]);
    assert_eq!(ran.out, "# wiki\nX_API_KEY=made-up-key\nX_CLIENT_SECRET=made-up-client\n");
    let ran = export(&["--names", "tweepy"]);
    assert!(
        ran.out.contains("CONSUMER_KEY=made-up-key\n") && ran.out.contains("ACCESS_KEY=1447-made-up\n"),
        "{}",
        ran.out
    );
    for (args, said) in [
        (&["--to", "json", "--names", "x"][..], "json has no names to choose"),
        (&["--to", "twurl", "--only", "client_id"], "twurl has no place for client_id"),
        (
            &["--to", "shell", "--names", "gotwi", "--only", "bearer_token"],
            "nobody knows what to call bearer_token",
        ),
        (&["--to", "shell", "--names", "nobody"], "the names are x, twitter"),
        (&["--to", "shell", "--only", "bearer_token"], "there is nothing to write"),
    ] {
        let ran = bench.run(&[&["export", "wiki", "--confirm", "wiki"], args].concat());
        assert!(ran.code == 1 || ran.code == 2, "{}", ran.err);
        ran.says(said);
    }
}

#[test]
fn a_script_for_a_ci_system_holds_nothing_and_sets_what_is_stored() {
    let bench = Bench::with_a_bot();
    let script = bench.run(&["export", "wiki", "--to", "github"]).ends(0).out;
    assert!(!script.contains("made-up"), "{script}");
    let file = bench.write("github.sh", &script);
    let said = bench.shell(&format!("gh() {{ echo \"$*: $(cat)\"; }}; . {file}")).ends(0).out;
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        [
            "secret set X_API_KEY: made-up-key",
            "secret set X_API_SECRET: made-up-secret",
            "secret set X_ACCESS_TOKEN: 1447-made-up",
            "secret set X_ACCESS_TOKEN_SECRET: made-up-access",
        ]
    );
}

#[test]
fn every_format_that_is_read_brings_the_bot_back_into_an_empty_vault() {
    let bench = Bench::with_a_bot();
    for word in [
        "json",
        "xurl",
        "twurl",
        "dotenv",
        "shell",
        "direnv",
        "fish",
        "powershell",
        "docker",
        "tweepy",
        "node-twitter-api-v2",
        "xdk",
        "csv",
    ] {
        let text = bench.run(&["export", "wiki", "--to", word, "--confirm", "wiki"]).ends(0).out;
        let other = Bench::new();
        other.pipe(&["import", "-", "--from", word, "--name", "back"], &text).ends(0);
        let rows = other.run(&["list", "--json"]).json();
        let name = format!("profile:{}", rows[0]["name"].as_str().expect("a profile"));
        for (field, value) in [("api_secret", "made-up-secret"), ("access_secret", "made-up-access")] {
            assert_eq!(other.run(&["get", &name, field]).ends(0).out, value, "{word}\n{text}");
        }
    }
}

#[test]
fn ten_thousand_rows_are_imported_and_listed() {
    let rows: Vec<String> = (0..10_000)
        .map(|n| {
            format!(r#"{{"name":"bot-{n}","app":"bots","access_token":"{n}-t","access_secret":"s{n}"}}"#)
        })
        .collect();
    let text = format!(r#"{{"apps":[{{"name":"bots","api_key":"k"}}],"profiles":[{}]}}"#, rows.join(","));
    let bench = Bench::new();
    assert_eq!(bench.pipe(&["import", "-"], &text).ends(0).out, "json: 10001 added\n");
    assert_eq!(bench.run(&["list", "bot-77", "--json"]).json().as_array().map(Vec::len), Some(111));
}
