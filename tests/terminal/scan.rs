//! `birdkeep scan` at a terminal: what was found can be rotated right away.

use std::process::Command;

use serde_json::Value;

use crate::support::home::Played;
use crate::support::{Term, prepare};

const PASSPHRASE: &str = "made up for a scan";
const SIZE: (u16, u16) = (100, 40);
const APP: &str = "flock-prod";

#[test]
fn what_was_found_is_rotated_by_an_answer_and_left_by_another() {
    let home = tempfile::tempdir().expect("a temp folder");
    let mut birdkeep = Command::new(env!("CARGO_BIN_EXE_birdkeep"));
    birdkeep.env_clear().env("HOME", home.path());
    let x = Played::start(birdkeep, &[]);
    let roster: Value = serde_json::from_str(&x.roster).expect("the roster is JSON");
    let mut apps = roster["apps"].as_array().expect("a list").iter();
    let bearer = apps.find(|app| app["name"] == APP).expect("it is there")["bearer_token"].as_str();
    let bearer = bearer.expect("it has one").to_owned();
    prepare(home.path(), PASSPHRASE, &[(&["import", "-", "--from", "json"], &x.roster)]);
    std::fs::write(home.path().join("leak.txt"), format!("token = {bearer}\n")).expect("there is room");
    let passphrase = home.path().join("passphrase");
    std::fs::write(&passphrase, PASSPHRASE).expect("there is room");
    let passphrase = passphrase.to_str().expect("a plain path");
    let env = [("BIRDKEEP_X_API", x.base.as_str()), ("BIRDKEEP_PASSPHRASE_FILE", passphrase)];
    let scan = |args: &[&str]| {
        let args: Vec<&str> = ["scan", "leak.txt"].iter().chain(args).copied().collect();
        Term::start(&args, SIZE, home.path(), &env)
    };

    let mut term = scan(&[]);
    term.shows("rotate it: birdkeep rotate flock-prod bearer").shows("Rotate flock-prod bearer now? [y/N]");
    term.keys("\r");
    assert_eq!(term.ends(), 1, "{}", term.screen());
    assert!(!term.screen().contains("Go on?"), "{}", term.screen());

    // For machines nothing is asked.
    let mut term = scan(&["--json"]);
    assert_eq!(term.ends(), 1);
    assert!(!term.screen().contains("now?"), "{}", term.screen());

    let mut term = scan(&[]);
    term.shows("Rotate flock-prod bearer now? [y/N]").keys("y\r");
    term.shows("Go on? [y/N]").keys("y\r");
    assert_eq!(term.ends(), 1, "{}", term.screen());
    assert!(!String::from_utf8_lossy(&term.raw()).contains(&bearer[..20]), "a value was shown");

    let mut term = scan(&[]);
    assert_eq!(term.ends(), 1, "{}", term.screen());
    let flat = term.screen().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("dead at X since") && !flat.contains("now?"), "{flat}");
}
