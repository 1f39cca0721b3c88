//! The demo, and what a terminal is left with.

use std::path::Path;
use std::time::Duration;

use crate::support::Term;

fn home() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temp folder")
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).expect("readable").next().is_none()
}

#[test]
fn two_keys_lead_from_the_first_start_to_the_demo_and_nothing_is_written() {
    let home = home();
    let mut term = Term::start(&[], (120, 36), home.path(), &[]);
    term.shows("Look at the demo").keys("d").shows("DEMO").shows("haiku-toaster");
    term.keys("q");
    assert_eq!(term.ends(), 0);
    term.is_left_clean();
    assert!(is_empty(home.path()), "the demo wrote something");
}

#[test]
fn in_the_demo_every_verdict_streams_in() {
    let home = home();
    let mut term = Term::start(&["demo"], (120, 50), home.path(), &[]);
    term.shows("39 profiles").keys("C").shows("y Check 39 profiles");
    // Consent given too fast is not taken, so it is given until it is; a key too many opens a menu, which Esc closes.
    while term.screen().contains("Ask X?") {
        term.keys("y").until("an answer", |screen| !screen.contains("Ask X?") || screen.contains("too fast"));
    }
    term.shows("checked 39 profiles").keys("\x1b").hides("Copy which value?");
    for word in [
        "level",
        "old token",
        "scope",
        "app keys",
        "access pair",
        "wrong account",
        "clock",
        "suspended",
        "locked",
        "app suspended",
        "not enrolled",
        "no credits",
        "rate limit",
        "X down",
        "no network",
        "incomplete",
        "swapped",
        "stored twice",
        "wrong app",
        "log in",
        "odd answer",
        "fine",
    ] {
        assert!(term.screen().contains(word), "no verdict “{word}” on screen:\n{}", term.screen());
    }
}

#[test]
fn a_revealed_value_is_seen_until_the_lock_and_never_after() {
    let home = home();
    let mut term = Term::start(&["demo"], (120, 36), home.path(), &[]);
    term.shows("39 profiles").keys("rK").shows("madeupSecret");
    term.keys("L").shows("Locked").hides("madeupSecret").hides("haiku-toaster");
    term.keys("wrong\r").shows("wrong passphrase");
    term.keys("demo\r").shows("haiku-toaster");
    assert!(!term.screen().contains("madeup"));
}

#[test]
fn an_access_pair_is_rotated_to_its_end_with_the_demos_own_console() {
    let home = home();
    let mut term = Term::start(&["demo"], (120, 36), home.path(), &[]);
    term.shows("39 profiles").keys("/haiku\r").shows("1 of 39 profiles").keys("R").shows("Which credential?");
    for _ in 0..5 {
        let screen = term.screen();
        if screen.lines().any(|line| line.contains("▌Access token and secret")) {
            break;
        }
        term.keys("j").settles(Duration::from_millis(60));
    }
    term.keys("\r").shows("Begin the rotation");
    while term.screen().contains("Begin the rotation") {
        term.keys("y").settles(Duration::from_millis(200));
    }
    // A login is the usual way; the console is the other one.
    term.shows("opens X's login page").keys("\x14");
    term.shows("its console is played").keys("o").shows("looks like an access token").keys("\r");
    term.shows("is new.");
    assert!(!String::from_utf8_lossy(&term.raw()).contains("madeup"), "a value was shown");
    term.keys("\r").hides("is new.").keys("\x03");
    assert_eq!(term.ends(), 0);
}

#[test]
fn the_walk_to_a_new_app_is_played_to_its_end_with_the_demos_own_console() {
    for (account, login) in [("", false), ("\x1b[C", true)] {
        let home = home();
        let mut term = Term::start(&["demo"], (80, 24), home.path(), &[]);
        term.shows("39 profiles").keys("n").shows("Something new").keys("w").shows("about the bot");
        term.keys("made-up-poet\rpoetbot\r\r").shows("every other account").keys(account);
        term.keys("\r\r").shows("Enter begins").keys("\r").shows("1 of 10");
        for page in ["2 of 10", "3 of 10", "4 of 10", "5 of 10", "6 of 10", "7 of 10"] {
            term.keys("\r").shows(page);
        }
        term.keys("\x0f").shows("✓ Bearer token #").keys("\r").shows("8 of 10");
        term.keys("\x0f").shows("✓ Client secret #").keys("\r").shows("9 of 10");
        if login {
            term.keys("\r").shows("PIN (OAuth 1.0a)").keys("\r").shows("Authorize app, as @poetbot");
            term.keys("\r").shows("@poetbot has logged in").keys("\r").shows("10 of 10");
        } else {
            term.keys("\x0f").shows("✓ Access token secret #").keys("\r").shows("10 of 10");
        }
        term.keys("\r").shows("X accepts this profile");
        // The token of a login stands in its address, which is shown; of what is stored nothing is.
        let raw = String::from_utf8_lossy(&term.raw()).into_owned();
        for begins in ["madeupSecret", "madeup-client-secret", "-madeup"] {
            assert!(!raw.contains(begins), "a value was shown");
        }
        term.keys("\r").shows("40 profiles").keys("\x03");
        assert_eq!(term.ends(), 0);
    }
}

#[test]
fn without_colours_a_code_for_a_phone_is_reversed_and_can_be_turned_round() {
    let home = home();
    let mut term = Term::start(&["demo"], (120, 36), home.path(), &[("NO_COLOR", "1")]);
    term.shows("39 profiles").keys("n").shows("Something new").keys("w").shows("about the bot");
    term.keys("made-up-poet\r\r\r\r\r").shows("Enter begins").keys("\r").shows("1 of 10");
    // The corner of a code is drawn, whatever it says.
    let corner = |term: &Term| term.with_screen(|screen| screen.cell(2, 2).map(vt100::Cell::inverse));
    for (says, inverse) in [("turns dark and light round", true), ("Esc goes back", false)] {
        term.keys("\x14").shows(says);
        assert_eq!(corner(&term), Some(inverse), "{}", term.screen());
    }
    term.keys("\x14").shows("1 of 10");
    let coloured = String::from_utf8_lossy(&term.raw()).contains("[38;5;");
    assert!(!coloured, "a colour was written");
}

#[test]
fn every_size_shows_something_and_none_breaks() {
    let home = home();
    let mut term = Term::start(&["demo"], (120, 36), home.path(), &[]);
    term.shows("39 profiles");
    for (columns, rows, text) in [
        (80, 24, "haiku-toaster"),
        (40, 12, "broke-poet"),
        (19, 5, "room"),
        (1, 1, ""),
        (200, 60, "haiku-toaster"),
        (60, 13, "broke-poet"),
        (120, 36, "haiku-toaster"),
    ] {
        term.resize(columns, rows).shows(text);
    }
    term.keys("q");
    assert_eq!(term.ends(), 0);
}

#[test]
fn signals_and_ctrl_c_leave_the_terminal_clean() {
    for signal in ["TERM", "HUP", "INT"] {
        let home = home();
        let mut term = Term::start(&["demo"], (80, 24), home.path(), &[]);
        term.shows("39 profiles");
        let pid = term.pid().to_string();
        let sent =
            std::process::Command::new("kill").args(["-s", signal, &pid]).status().expect("kill is there");
        assert!(sent.success());
        term.ends();
        term.is_left_clean();
    }
    let home = home();
    let mut term = Term::start(&["demo"], (80, 24), home.path(), &[]);
    term.shows("39 profiles").keys("\x03");
    assert_eq!(term.ends(), 0);
    term.is_left_clean();
}

#[test]
fn ctrl_z_locks_before_it_stops_and_fg_shows_the_lock() {
    let home = home();
    let mut term = Term::start(&["demo"], (80, 24), home.path(), &[]);
    term.shows("39 profiles").keys("\x1a");
    term.until("the terminal to be given back", |_| true);
    term.left_the_alternate_screen();
    term.is_left_clean();
    let pid = term.pid().to_string();
    // It gives the terminal back before it stops: sent in between, one signal to go on would be lost.
    for _ in 0..100 {
        if term.screen().contains("Locked") {
            break;
        }
        let sent =
            std::process::Command::new("kill").args(["-s", "CONT", &pid]).status().expect("kill is there");
        assert!(sent.success());
        term.settles(Duration::from_millis(300));
    }
    term.shows("Locked");
    assert!(!term.screen().contains("broke-poet"));
}

#[test]
fn no_frame_of_the_demo_holds_a_value_that_was_not_revealed() {
    let home = home();
    let mut term = Term::start(&["demo"], (120, 36), home.path(), &[]);
    term.shows("39 profiles");
    for keys in [
        "j", "k", "2", "3", "4", "1", "?", "\x1b", ":", "\x1b", "y", "\x1b", "s", "\x1b", "H", "\x1b", "R",
        "\x1b",
    ] {
        term.keys(keys);
    }
    term.keys("/haiku").shows("haiku");
    term.keys("\x1b\x03");
    term.ends();
    let raw = String::from_utf8_lossy(&term.raw()).into_owned();
    assert!(!raw.contains("madeup"), "a value left the program");
}
