//! Copies without a desktop: through the terminal (OSC 52), only when a person says so, and taken back afterwards.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::{Term, prepare};

const PASSPHRASE: &str = "made up for a copy";
const TOKEN: &str = "144712093100-madeupclipboardmarker000000000000000000";

/// What the program asked the terminal to keep, in order; an empty text asks it to forget.
fn sent(term: &Term) -> Vec<String> {
    let raw = String::from_utf8_lossy(&term.raw()).into_owned();
    let sequences = raw.split("\x1b]52;c;").skip(1);
    let texts = sequences.map(|rest| rest.split(['\x07', '\x1b']).next().unwrap_or_default());
    let plain = texts.map(|text| STANDARD.decode(text).expect("OSC 52 carries base64"));
    plain.map(|bytes| String::from_utf8(bytes).expect("a value is text")).collect()
}

/// The picture comes first, what goes to the clipboard right after.
#[track_caller]
fn becomes(term: &mut Term, wanted: &[&str], when: &str) {
    for _ in 0..100 {
        if sent(term).len() >= wanted.len() {
            break;
        }
        term.settles(Duration::from_millis(50));
    }
    assert_eq!(sent(term), wanted, "{when}");
}

#[test]
fn a_copy_through_the_terminal_is_offered_sent_and_taken_back() {
    let home = tempfile::tempdir().expect("a temp folder");
    let values = format!("access_token={TOKEN}\naccess_secret=madeup\n");
    prepare(home.path(), PASSPHRASE, &[(&["add", "wiki"], &values)]);
    std::fs::write(home.path().join(".config/birdkeep/config.toml"), "clipboard = 2\n")
        .expect("there is room");

    let mut term = Term::start(&[], (100, 30), home.path(), &[]);
    term.shows("Locked").keys(PASSPHRASE).keys("\r").shows("wiki");
    let offer = "No desktop clipboard here";
    term.keys("yt").shows(offer).shows("its clearing cannot be verified");
    // Not copying is the default.
    term.keys("\r").hides(offer);
    assert_eq!(sent(&term), [""; 0]);

    term.keys("yt").shows(offer).keys("o").shows("the terminal was asked to forget the value");
    becomes(&mut term, &[TOKEN, ""], "after its time");

    term.keys("yt").shows(offer).keys("o").shows("cleared in");
    term.keys("L").shows("Locked");
    becomes(&mut term, &[TOKEN, "", TOKEN, ""], "at the lock");
    term.keys(PASSPHRASE).keys("\r").shows("wiki");

    term.keys("yt").shows(offer).keys("o").shows("cleared in");
    assert_eq!(term.ends_by("\x03"), 0);
    assert_eq!(sent(&term), [TOKEN, "", TOKEN, "", TOKEN, ""], "at the end");
}
