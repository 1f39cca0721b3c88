//! From an empty home to a rotated credential, in a real terminal, against a played X.

use std::io::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::person::{APP, BOT, Person};

/// Values of a person's own: X is never asked about a client.
const CLIENT_ID: &str = "bWFkZXVwLWNsaWVudC1pZGVudGl0eTox";
const CLIENT_SECRET: &str = "madeupClientSecret-9Qw8Er7Ty6Ui5Op4As3Df2Gh1Jk0Lz";

#[test]
fn the_whole_story_in_a_wide_terminal() {
    let mut person = Person::new((120, 36));
    person.makes_a_vault();
    person.adds_the_app(&["api_secret"]);
    person.adds_the_bot();
    two_processes_save_at_once(&mut person);
    person.term.keys("1").shows("not checked");
    person.checks();
    person.term.shows("X accepts this profile");
    person.reveals("rT", "access_secret");
    copies_through_the_terminal(&mut person);
    let old = person.value("bearer_token");
    person.rotates_the_bearer();
    let new = person.elsewhere(&["get", APP, "bearer_token"], "");
    assert_ne!(old, new.trim_end());
    person.keeps("the new bearer token", new.trim_end());
    person.term.keys("1").shows("read+write");
    // X honours the new one, and the rest as before.
    person.checks();
    let before = prints(&person.term.screen());
    assert!(before.len() >= 7, "{before:?}");
    person.left_no_secret_behind(&["access_secret", "the passphrase", "the recovery key"]);
    person.locks_and_unlocks();
    assert_eq!(prints(&person.term.screen()), before, "all is still there");
    person.reveals("ri", "client_id");
    person.reveals("rI", "client_secret");
    person.quits();
    let shown = ["access_secret", "client_id", "client_secret", "the passphrase", "the recovery key"];
    person.left_no_secret_behind(&shown);
    stock_age_opens_it(&mut person, new.trim_end());
}

#[test]
fn the_same_screens_in_a_usual_terminal() {
    key_screens((80, 24));
}

#[test]
fn the_same_screens_in_a_small_terminal() {
    key_screens((40, 12));
}

fn key_screens(size: (u16, u16)) {
    let mut person = Person::new(size);
    person.makes_a_vault();
    person.adds_the_app(&["api_secret", "bearer_token"]);
    person.adds_the_bot();
    person.checks();
    person.reveals("rT", "access_secret");
    person.rotates_the_bearer();
    person.term.keys("1").shows("state");
    person.locks_and_unlocks();
    person.quits();
    person.left_no_secret_behind(&["access_secret", "the passphrase", "the recovery key"]);
}

/// There is no desktop here: the terminal is offered, taken, and told to forget at the lock.
fn copies_through_the_terminal(person: &mut Person) {
    person.term.keys("y").shows("Copy which value?").keys("k").shows("No desktop clipboard here");
    person.term.keys("o").shows("copied to the terminal (OSC 52)");
    person.saw_nothing();
}

/// One app, changed in the form and by another process before the form is saved.
fn two_processes_save_at_once(person: &mut Person) {
    person.keeps("client_id", CLIENT_ID);
    person.keeps("client_secret", CLIENT_SECRET);
    let bearer = person.value("bearer_token");
    person.term.keys("2").shows("bots").keys("e").shows("Edit app");
    person.moves_to("Client ID");
    person.term.keys(CLIENT_ID).keys("\t").paste(CLIENT_SECRET);
    person.elsewhere(&["set", APP, "bearer_token"], &bearer);
    person.term.keys("\x13").hides("Edit app").hides("not set").shows("Client secret");
    person.saw_nothing();
}

/// The fingerprints on screen, in order.
fn prints(screen: &str) -> Vec<String> {
    let words = screen.split_whitespace().filter(|word| word.len() == 5 && word.starts_with('#'));
    words.map(ToOwned::to_owned).collect()
}

/// What the README promises: `age -d -i identity.age vault.age` with Debian's age shows what the screen showed.
fn stock_age_opens_it(person: &mut Person, bearer: &str) {
    if !Path::new("/usr/bin/age").exists() {
        let _ = writeln!(std::io::stdout(), "left out: there is no age on this machine");
        return;
    }
    let (identity, vault) = (person.file("identity.age"), person.file("vault.age"));
    let mut age = person.runs("/usr/bin/age", &["-d", "-i", &identity, &vault]);
    age.shows("passphrase").keys(&person.passphrase).keys("\r");
    assert_eq!(age.ends(), 0, "{}", age.screen());
    let raw = age.raw();
    let from = raw.iter().position(|byte| *byte == b'{').expect("it shows JSON");
    let text = String::from_utf8(raw[from..].to_vec()).expect("JSON is UTF-8");
    let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    let body = values.next().expect("there is one").expect("it is JSON")["body"].clone();
    let (app, bot) = (&body["apps"][0], &body["profiles"][0]);
    assert_eq!((&app["name"], &bot["name"]), (&APP.into(), &BOT.into()));
    let stored = |owner: &Value, field: &str| owner["fields"][field]["value"].as_str().map(ToOwned::to_owned);
    for field in ["api_key", "api_secret"] {
        assert_eq!(stored(app, field), Some(person.value(field)), "{field}");
    }
    for field in ["access_token", "access_secret"] {
        assert_eq!(stored(bot, field), Some(person.value(field)), "{field}");
    }
    assert_eq!(stored(app, "bearer_token").as_deref(), Some(bearer));
    assert_eq!(stored(app, "client_id").as_deref(), Some(CLIENT_ID));
    assert_eq!(stored(app, "client_secret").as_deref(), Some(CLIENT_SECRET));
}
