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
