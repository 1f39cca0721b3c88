//! What commands ask for at a terminal: the passphrase, once where it is right and three times where it is not.

use tempfile::TempDir;

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
