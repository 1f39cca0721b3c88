//! What commands ask for at a terminal: the passphrase, once where it is right and three times where it is not.

use tempfile::TempDir;

use crate::support::home::Played;
use crate::support::{Term, prepare};

const PASSPHRASE: &str = "made up for a prompt";
const SIZE: (u16, u16) = (100, 30);

fn home(steps: &[(&[&str], &str)]) -> TempDir {
    let home = tempfile::tempdir().expect("a temp folder");
    prepare(home.path(), PASSPHRASE, steps);
    home
}

#[test]
fn a_mistyped_passphrase_is_asked_for_again_up_to_three_times() {
    let home = home(&[]);
    let mut term = Term::start(&["list"], SIZE, home.path(), &[]);
    term.shows("Passphrase:").keys("not it\r").shows("wrong passphrase: try again");
    term.keys(PASSPHRASE).keys("\r");
    assert_eq!(term.shows("no profiles yet").ends(), 0);

    let mut term = Term::start(&["list"], SIZE, home.path(), &[]);
    for asked in 1..=3 {
        term.until("the next question", |screen| screen.matches("Passphrase:").count() == asked);
        term.keys("not it\r");
    }
    assert_eq!(term.ends(), 3);
    let screen = term.screen();
    assert_eq!(screen.matches("try again").count(), 2, "{screen}");
    assert!(screen.contains("it does not open the identity") && !screen.contains("not it\n"), "{screen}");

    // Nobody typed this one, so nobody is asked.
    let file = home.path().join("passphrase");
    std::fs::write(&file, "not it").expect("there is room");
    let file = file.to_str().expect("a plain path");
    let mut term = Term::start(&["list"], SIZE, home.path(), &[("BIRDKEEP_PASSPHRASE_FILE", file)]);
    assert_eq!(term.ends(), 3);
    assert!(!term.screen().contains("Passphrase:"), "{}", term.screen());
}

#[test]
fn nothing_typed_at_a_question_is_shown_and_ctrl_c_gives_the_terminal_back() {
    let home = home(&[]);
    for _ in 0..20 {
        let mut term = Term::start(&["list"], SIZE, home.path(), &[]);
        // As fast as a machine can: the question stands there, so it is hushed already.
        term.shows("Passphrase:").keys("made up, mistyped\x03");
        assert_ne!(term.ends(), 0);
        assert!(!term.screen().contains("mistyped"), "{}", term.screen());
    }
    let line = format!("trap : INT; {} list; stty -a; sleep 0", env!("CARGO_BIN_EXE_birdkeep"));
    let mut term = Term::run("/bin/sh", &["-c", &line], SIZE, home.path(), &[]);
    term.shows("Passphrase:").keys("\x03").shows("speed");
    term.ends();
    for mode in ["echo", "icanon", "isig"] {
        assert!(term.screen().split_whitespace().any(|word| word == mode), "{mode}: {}", term.screen());
    }
}

#[test]
fn edit_unlocks_once_and_then_looks_for_the_name() {
    let home = home(&[(&["add", "poet"], "")]);
    let mut term = Term::start(&["edit", "poet"], SIZE, home.path(), &[]);
    term.shows("Locked").keys(PASSPHRASE).keys("\r").shows("Edit profile poet");
    term.keys("\x03");
    assert_eq!(term.ends(), 0);
    assert!(!String::from_utf8_lossy(&term.raw()).contains("Passphrase:"));

    let mut term = Term::start(&["edit", "poem"], SIZE, home.path(), &[]);
    term.shows("Locked").keys(PASSPHRASE).keys("\r").shows("there is no “poem”").shows("perhaps “poet”");
    term.keys("\x03");
    assert_eq!(term.ends(), 0);
}

#[test]
fn a_check_that_x_bills_more_than_once_is_asked_about_and_one_call_is_not() {
    let home = tempfile::tempdir().expect("a temp folder");
    let mut birdkeep = std::process::Command::new(env!("CARGO_BIN_EXE_birdkeep"));
    birdkeep.env_clear().env("HOME", home.path());
    let roster = home.path().join("roster.json");
    let bots = r#"{"seed": "asked", "apps": [{"name": "nest"}], "profiles": [
        {"name": "crow", "handle": "crow", "app": "nest", "level": "read-write", "needs": ["post"]},
        {"name": "dove", "handle": "dove", "app": "nest", "level": "read-write", "needs": ["post"]}]}"#;
    std::fs::write(&roster, bots).expect("there is room");
    let x = Played::start(birdkeep, &["--roster", roster.to_str().expect("a plain path")]);
    prepare(home.path(), PASSPHRASE, &[(&["import", "-", "--from", "json"], &x.roster)]);
    let passphrase = home.path().join("passphrase");
    std::fs::write(&passphrase, PASSPHRASE).expect("there is room");
    let passphrase = passphrase.to_str().expect("a plain path");
    let check = |args: &[&str]| {
        let args: Vec<&str> = ["check"].iter().chain(args).copied().collect();
        let env = [("BIRDKEEP_X_API", x.base.as_str()), ("BIRDKEEP_PASSPHRASE_FILE", passphrase)];
        Term::start(&args, SIZE, home.path(), &env)
    };
    let question = "checking 2 profiles: at most 4 requests, at most $0.02 (prices of 20";
    let flat = |term: &Term| term.screen().split_whitespace().collect::<Vec<_>>().join(" ");

    let mut term = check(&["--all"]);
    term.shows("Go on? [y/N]").keys("\r");
    assert_eq!(term.ends(), 2);
    assert!(flat(&term).contains(question) && flat(&term).contains("nothing was done"), "{}", term.screen());

    let mut term = check(&["crow"]);
    assert_eq!(term.ends(), 0);
    assert!(flat(&term).contains("checking 1 profile: at most") && !flat(&term).contains("Go on?"));

    // The other one alone is to be asked about: that is one call. Without an age it says what one would spare.
    let mut term = check(&["--all", "--max-age", "6h"]);
    assert_eq!(term.ends(), 0);
    assert!(flat(&term).contains("1 younger than 6h and not asked about"), "{}", term.screen());
    let mut term = check(&["--all"]);
    term.shows("Go on? [y/N]").keys("y\r");
    assert_eq!(term.ends(), 0);
    assert!(flat(&term).contains("2 are fresh: --max-age 1d spares them"), "{}", term.screen());
    assert!(flat(&term).contains("ok crow: read-write") && flat(&term).contains("2 asked: 2 ok;"));

    let mut term = check(&["--all", "--yes"]);
    assert_eq!(term.ends(), 0);
    assert!(flat(&term).contains(question) && !flat(&term).contains("Go on?"), "{}", term.screen());
    let mut term = check(&["--all", "--yes", "--quiet"]);
    assert_eq!(term.ends(), 0);
    assert_eq!(flat(&term), "");
}
