//! `birdkeep import` without a file, at a terminal: what is found, what is asked, and what each answer does.

use std::path::Path;

use tempfile::TempDir;

use crate::support::{Term, prepare};

const PASSPHRASE: &str = "made up for an import";
const SIZE: (u16, u16) = (100, 40);

/// A vault with the bot “crow”, whose token is another one in `.env`; the file knows one more bot.
fn home() -> TempDir {
    let home = tempfile::tempdir().expect("a temp folder");
    let vault = format!(r#"{{"profiles": [{{"name": "crow", "access_token": "{OLD}"}}]}}"#);
    prepare(home.path(), PASSPHRASE, &[(&["import", "-", "--from", "json"], &vault)]);
    let env = format!("X_ACCESS_TOKEN_CROW={NEW}\nX_ACCESS_TOKEN_DOVE={OTHER}\n");
    std::fs::write(home.path().join(".env"), env).expect("there is room");
    home
}

const OLD: &str = "1900000000000000001-madeupOldTokenOfTheCrow00000001";
const NEW: &str = "1900000000000000001-madeupNewTokenOfTheCrow00000002";
const OTHER: &str = "1900000000000000002-madeupTokenOfTheDove0000000003";

fn passphrase(home: &Path) -> String {
    let file = home.join("passphrase");
    std::fs::write(&file, PASSPHRASE).expect("there is room");
    file.to_str().expect("a plain path").to_owned()
}

fn import(home: &Path, args: &[&str]) -> Term {
    let args: Vec<&str> = ["import"].iter().chain(args).copied().collect();
    Term::start(&args, SIZE, home, &[("BIRDKEEP_PASSPHRASE_FILE", &passphrase(home))])
}

/// The access token that the vault holds of `name`; nothing: there is none.
fn token(home: &Path, name: &str) -> String {
    let file = passphrase(home);
    let line = format!("{} get {name} access_token | cat", env!("CARGO_BIN_EXE_birdkeep"));
    let mut term = Term::run("/bin/sh", &["-c", &line], SIZE, home, &[("BIRDKEEP_PASSPHRASE_FILE", &file)]);
    term.ends();
    let screen = term.screen();
    let mut lines = screen.lines().map(str::trim).filter(|line| line.starts_with("19000"));
    lines.next().unwrap_or_default().to_owned()
}

/// What the screen says, on one line.
fn flat(term: &Term) -> String {
    term.screen().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn nothing_is_read_before_somebody_agrees() {
    let home = home();
    let mut term = import(home.path(), &[]);
    term.shows("Found, and not opened yet:").shows(".env").shows("Go on? [y/N]").keys("\r");
    assert_eq!(term.ends(), 2);
    assert!(flat(&term).contains("nothing was done"), "{}", term.screen());
    assert!(!flat(&term).contains("crow"), "{}", term.screen());
    assert_eq!((token(home.path(), "crow").as_str(), token(home.path(), "dove").as_str()), (OLD, ""));
}

#[test]
fn a_value_that_differs_is_asked_about_and_stays_unless_the_answer_is_yes() {
    for (answer, crow) in [("n", OLD), ("", OLD), ("y", NEW)] {
        let home = home();
        let mut term = import(home.path(), &[]);
        term.shows("Go on? [y/N]").keys("y\r");
        term.shows("1 row with other values than the vault").keys(&format!("{answer}\r"));
        term.shows("this saves").keys("y\r");
        term.shows("Look whether git keeps them?").keys("y\r");
        // What was left as it is needs a look: that is no clean import.
        assert_eq!(term.ends(), u32::from(answer != "y"), "{}", term.screen());
        assert!(flat(&term).contains("it is in no git repository"), "{}", term.screen());
        assert!(!flat(&term).contains("madeup"), "{}", term.screen());
        assert_eq!(token(home.path(), "crow"), crow, "{answer:?}");
        assert_eq!(token(home.path(), "dove"), OTHER, "{answer:?}");
    }
}

#[test]
fn a_preview_that_is_turned_down_saves_nothing() {
    let home = home();
    let mut term = import(home.path(), &[]);
    term.shows("Go on? [y/N]").keys("y\r");
    term.shows("1 row with other values than the vault").keys("y\r");
    term.shows("this saves 2 profiles").keys("n\r");
    assert_eq!(term.ends(), 2);
    assert_eq!((token(home.path(), "crow").as_str(), token(home.path(), "dove").as_str()), (OLD, ""));
}

#[test]
fn a_decision_on_the_command_line_is_not_asked_for() {
    for (option, crow) in [("--skip", OLD), ("--replace", NEW)] {
        let home = home();
        let mut term = import(home.path(), &[option]);
        term.shows("Go on? [y/N]").keys("y\r").shows("this saves").keys("y\r");
        term.shows("Look whether git keeps them?").keys("\r");
        assert_eq!(term.ends(), 0, "{}", term.screen());
        assert!(!flat(&term).contains("with other values than the vault: take"), "{}", term.screen());
        assert_eq!(token(home.path(), "crow"), crow, "{option}");
        assert_eq!(token(home.path(), "dove"), OTHER, "{option}");
    }
}
