//! A login in the demo, in a real terminal: the screen, the performer and the simulator's own pages together.

use crate::support::Term;

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

/// The demo, the cursor on the ducks.
fn ducks(size: (u16, u16), home: &std::path::Path) -> Term {
    let mut term = Term::start(&["demo"], size, home, &[]);
    term.shows("profiles").keys("/duck-of").keys("\r").shows("duck-of");
    term
}

/// Begins a login by the way in this line, up to the page that the demo plays.
fn to_the_page(term: &mut Term, line: usize, oauth2: bool) {
    term.keys("a").shows("PIN (OAuth 1.0a)").keys("kkk").keys(&"j".repeat(line)).keys("\r");
    if oauth2 {
        term.shows("offline.access").keys("\r");
    }
    term.shows("Authorize app, as @demo_ducks");
}

#[test]
fn every_way_can_be_walked_through_at_every_size() {
    for size in SIZES {
        let home = tempfile::tempdir().expect("a temp folder");
        let mut term = ducks(size, home.path());
        for (line, oauth2, brought) in
            [(0, false, true), (1, false, false), (2, true, false), (3, true, true)]
        {
            to_the_page(&mut term, line, oauth2);
            term.keys("\r");
            if brought {
                term.hides("Authorize app, as").settles(std::time::Duration::from_millis(60)).keys("\r");
            }
            term.shows("@demo_ducks has logged in").keys("\r").hides("has logged in");
        }
        term.keys("\x03");
        assert_eq!(term.ends(), 0);
        term.is_left_clean();
        assert!(
            std::fs::read_dir(home.path()).expect("readable").next().is_none(),
            "the demo wrote something"
        );
    }
}

#[test]
fn another_account_and_a_no_end_in_three_lines() {
    let home = tempfile::tempdir().expect("a temp folder");
    let mut term = ducks((120, 36), home.path());
    to_the_page(&mut term, 2, true);
    term.keys("j\r").shows("the wrong account was logged in").shows("in a private window");
    term.keys("\r").shows("PIN (OAuth 1.0a)").keys("\r").shows("offline.access").keys("\r");
    term.shows("Authorize app, as @demo_ducks").keys("jj\r").shows("the login was refused");
    term.keys("\x1b").hides("the login was refused");
    to_the_page(&mut term, 0, false);
    term.keys("jj\r").shows("goes no further");
    term.keys("\x1b").shows("the login is ended");
}

#[test]
fn a_login_that_waits_is_ended_by_a_lock_and_a_new_one_can_begin() {
    let home = tempfile::tempdir().expect("a temp folder");
    let mut term = ducks((120, 36), home.path());
    to_the_page(&mut term, 1, false);
    term.keys("\x1b").shows("Waiting for the browser").keys("L").shows("Locked").hides("oauth_token");
    term.keys("demo\r").shows("39 profiles").keys("/duck-of").keys("\r").shows("1 of 39");
    to_the_page(&mut term, 1, false);
    term.keys("\r").shows("@demo_ducks has logged in");
}

#[test]
fn a_rotation_goes_on_with_the_login_that_it_waits_for() {
    let home = tempfile::tempdir().expect("a temp folder");
    let mut term = Term::start(&["demo"], (120, 36), home.path(), &[]);
    term.shows("39 profiles")
        .keys("/tide-and")
        .keys("\r")
        .shows("1 of 39")
        .keys("R")
        .shows("Which credential?");
    // The second line: its OAuth 2.0 tokens.
    term.keys("j\r").shows("Rotate the OAuth 2.0 access").shows("Begin the rotation");
    while term.screen().contains("Begin the rotation") {
        term.keys("y").settles(std::time::Duration::from_millis(200));
    }
    term.shows("opens X's login page").keys("\r").shows("Browser elsewhere (OAuth 2.0)").keys("\r");
    term.shows("offline.access").keys("\r").shows("Authorize app, as @demo_tide").keys("\r");
    term.shows("is new.").keys("\r").hides("is new.");
}
