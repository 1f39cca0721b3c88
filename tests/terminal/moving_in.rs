//! A new person who has bots already: from a folder with `.env`, and `~/.twurlrc`, to ten checked profiles.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::person::Person;

/// The bots that twurl knows, and those of the variables.
const TWURL: [&str; 6] = ["demo_crow", "demo_dove", "demo_finch", "demo_heron", "demo_lark", "demo_owl"];
const ENV: [&str; 4] = ["robin", "stork", "swift", "wren"];

/// Who is in X: twurl's bots hang on one app, those of the variables on another.
fn roster() -> String {
    let bot = |name: &str, app: &str| {
        format!(
            r#"{{"name": "{name}", "handle": "{name}", "app": "{app}", "level": "read-write", "needs": ["post"]}}"#
        )
    };
    let twurl = TWURL.iter().map(|name| bot(name, "nest"));
    let bots: Vec<String> = twurl.chain(ENV.iter().map(|name| bot(name, "perch"))).collect();
    format!(
        r#"{{"seed": "moving-in", "apps": [{{"name": "nest"}}, {{"name": "perch"}}], "profiles": [{}]}}"#,
        bots.join(", ")
    )
}

/// A value of the roster as X honours it.
fn value<'a>(known: &'a Value, list: &str, name: &str, field: &str) -> &'a str {
    let list = known[list].as_array().expect("a list");
    let one = list.iter().find(|one| one["name"] == name).expect("the roster has it");
    one[field].as_str().expect("it has one")
}

/// As twurl writes it: Ruby's YAML, users first, then the one it takes by default.
fn twurlrc(known: &Value) -> String {
    let [key, secret] = ["api_key", "api_secret"].map(|field| value(known, "apps", "nest", field));
    let mut text = String::from("---\nprofiles:\n");
    for name in TWURL {
        let [token, token_secret] =
            ["access_token", "access_secret"].map(|field| value(known, "profiles", name, field));
        let _ = write!(
            text,
            "  {name}:\n    {key}:\n      username: {name}\n      consumer_key: {key}\n      \
             consumer_secret: {secret}\n      token: {token}\n      secret: {token_secret}\n"
        );
    }
    let _ = write!(text, "configuration:\n  default_profile:\n  - {}\n  - {key}\n", TWURL[0]);
    text
}

/// One app, and for each account the pair with its suffix.
fn dotenv(known: &Value) -> String {
    let [key, secret] = ["api_key", "api_secret"].map(|field| value(known, "apps", "perch", field));
    let mut text = format!("# the bots of this folder\nX_API_KEY={key}\nX_API_SECRET={secret}\n");
    for name in ENV {
        let suffix = name.to_uppercase();
        let [token, token_secret] =
            ["access_token", "access_secret"].map(|field| value(known, "profiles", name, field));
        let _ =
            write!(text, "X_ACCESS_TOKEN_{suffix}={token}\nX_ACCESS_TOKEN_SECRET_{suffix}={token_secret}\n");
    }
    text
}

/// What the person has: both files, the second one in the folder of the bots.
fn brings(home: &Path, known: &Value) -> &'static str {
    std::fs::write(home.join(".twurlrc"), twurlrc(known)).expect("there is room");
    std::fs::create_dir(home.join("bots")).expect("there is room");
    std::fs::write(home.join("bots/.env"), dotenv(known)).expect("there is room");
    "bots"
}

#[test]
fn from_what_other_tools_have_left_to_ten_checked_profiles() {
    let dir = tempfile::tempdir().expect("a temp folder");
    let path = dir.path().join("roster.json");
    std::fs::write(&path, roster()).expect("there is room");
    let mut person = Person::among((80, 24), &["--roster", path.to_str().expect("a plain path")], brings);
    person.keeps_all();
    person.makes_a_vault_through("i", "not opened yet");
    person.term.shows("~/.twurlrc").shows(".env").settles(Duration::from_millis(200));
    person.presses("\r").shows("2 files: 12 added").settles(Duration::from_millis(200));
    person.presses("\r").shows("still hold").shows("c asks git");
    person.presses("c").shows("is in no").shows("birdkeep deletes no file of yours: try first");
    person.presses("C").shows("Check 10 profiles").settles(Duration::from_millis(200));
    person.presses("y").shows("checked 10 profiles");
    let presses = person.presses;
    let _ = writeln!(std::io::stdout(), "from two files to ten checked profiles: {presses}");
    let fine = person.term.screen().matches("✓ fine").count();
    assert_eq!(fine, 10, "{}", person.term.screen());
    person.saw_nothing();
    for file in [".twurlrc", ".env"] {
        std::fs::remove_file(person.file(file)).expect("it is there");
    }
    person.left_no_secret_behind(&["the passphrase", "the recovery key"]);
    person.quits();
    assert!(presses.keys <= 10 && presses.pastes == 0, "{presses}");
}
