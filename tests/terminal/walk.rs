//! From nothing to a checked bot by the walk through X's console: what X shows is pasted, the rest is Enter.

use std::io::Write as _;

use crate::person::{BOT, Person};

#[test]
fn from_nothing_to_a_checked_bot_with_one_enter_a_page() {
    let mut person = Person::new((80, 24));
    person.makes_a_vault();
    person.term.shows("about the bot");
    for (typed, next) in [(BOT, "@name"), ("demo_toaster", "A digit takes a set")] {
        person.types(typed);
        person.presses("\r").shows(next);
    }
    let pages = [
        "every other account",
        "called at X",
        "Enter begins",
        "1 of 10",
        "2 of 10",
        "3 of 10",
        "4 of 10",
        "5 of 10",
        "6 of 10",
        "7 of 10",
    ];
    for page in pages {
        person.presses("\r").shows(page);
    }
    let [key, secret, token, token_secret] =
        ["api_key", "api_secret", "access_token", "access_secret"].map(|field| person.value(field));
    person.pastes(&format!("{secret}\n{key}\n")).shows("✓ API key secret");
    person.presses("\r").shows("8 of 10");
    person.presses("\r").shows("9 of 10");
    person.pastes(&format!("Access Token\n{token}\nAccess Token Secret\n{token_secret}\n"));
    person.term.shows("✓ Access token secret");
    person.presses("\r").shows("1 of them billed");
    person.saw_nothing();
    person.presses("\r").shows("X accepts this profile");
    let presses = person.presses;
    let _ = writeln!(std::io::stdout(), "from nothing to a checked bot: {presses}");
    person.term.shows(&format!("birdkeep run {BOT} -- your command"));
    person.saw_nothing();
    person.left_no_secret_behind(&["the passphrase", "the recovery key"]);
    person.term.keys("\r").shows("1 Profiles").shows(BOT);
    person.quits();
    assert!(presses.keys <= 24 && presses.pastes == 2, "{presses}");
}

#[test]
fn a_walk_that_is_cut_off_goes_on_where_it_was() {
    let mut person = Person::new((80, 24));
    person.makes_a_vault();
    let key = person.value("api_key");
    person.term.keys("made-up-bot\r\r\r\r\r\r").shows("1 of 10");
    person.term.paste(&key).shows("kept for the step");
    person.term.keys("\r").shows("2 of 10");
    person.quits();
    person.starts_again();
    person.term.shows("2 of 10");
    for page in ["3 of 10", "4 of 10", "5 of 10", "6 of 10", "7 of 10"] {
        person.term.keys("\r").shows(page);
    }
    person.term.shows("✓ API key #");
    person.saw_nothing();
    person.quits();
}
