mod checks;

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use crate::config::{Settings, ThemeName};
use crate::domain::edit::Edit;
use crate::domain::fields::Field;
use crate::domain::id::Owner;
use crate::tui::ctx::Presence;
use crate::tui::effect::{Effect, Job};
use crate::tui::keys::Key;
use crate::tui::message::{Focus, Msg, Reply};
use crate::tui::testing::flock::{CANARY, flock, id};
use crate::tui::testing::{NOON, Robot};

fn robot() -> Robot {
    Robot::open(flock(16))
}

/// The name under the cursor.
fn under_cursor(robot: &Robot) -> String {
    let frame = robot.frame();
    let line = frame.lines().find(|line| line.contains('▌')).unwrap_or_default();
    line.split('▌')
        .nth(1)
        .and_then(|rest| rest.split_whitespace().find(|word| word.len() > 1))
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn those_that_need_attention_come_first() {
    let frame = robot().frame();
    let place = |text: &str| frame.find(text).expect("every state is on screen");
    assert!(place("✗ locked") < place("! level"));
    assert!(place("! level") < place("· not checked"));
    assert!(place("· not checked") < place("✓ fine"));
}

#[test]
fn letters_narrow_the_list_and_esc_takes_them_off() {
    let mut robot = robot();
    robot.keys("/").text("tide");
    assert!(robot.sees("1 of 16 profiles"), "{}", robot.frame());
    robot.keys("Enter");
    assert_eq!(under_cursor(&robot), "tide-and-tea");
    robot.keys("Esc");
    assert!(robot.sees("16 profiles"));
}

#[test]
fn a_filter_finds_handle_app_tag_and_cause() {
    for (query, name) in
        [("bot_12", "concierge-crow"), ("archive", "word-clock"), ("level_too_low", "duck-of-the-day")]
    {
        let mut robot = robot();
        robot.keys("/").text(query).keys("Enter");
        assert_eq!(under_cursor(&robot), name, "{query}");
    }
}

#[test]
fn backspace_in_the_filter_widens_it_again() {
    let mut robot = robot();
    robot.keys("/").text("tidex");
    assert!(robot.sees("0 of 16"));
    robot.keys("Backspace");
    assert!(robot.sees("1 of 16"));
}

#[test]
fn a_value_is_shown_for_ten_seconds() {
    let mut robot = robot();
    robot.keys("r t");
    assert!(robot.sees(CANARY));
    robot.wait(Duration::from_secs(9));
    assert!(robot.sees(CANARY) && robot.sees("1 s"));
    robot.wait(Duration::from_secs(1));
    assert!(!robot.sees(CANARY));
}

type End = fn(&mut Robot);

#[test]
fn a_reveal_ends_with_whatever_takes_the_eye_away() {
    let ends: [(&str, End); 9] = [
        ("a move", |r| drop(r.keys("j").effects())),
        ("another place", |r| drop(r.keys("3").effects())),
        ("esc", |r| drop(r.keys("Esc").effects())),
        ("the loss of focus", |r| drop(r.msg(Msg::Focus(Focus::Lost)).effects())),
        ("another size", |r| drop(r.size(119, 36).effects())),
        ("the lock", |r| drop(r.keys("L").effects())),
        ("a stop", |r| drop(r.keys("^Z").effects())),
        ("the filter", |r| drop(r.keys("/").text("w").effects())),
        ("the wheel", |r| {
            let wheel = crate::tui::message::MouseAct::WheelDown;
            let at = ratatui::layout::Position::new(5, 5);
            drop(r.msg(Msg::Mouse(crate::tui::message::Mouse { at, act: wheel })).effects());
        }),
    ];
    for (what, end) in ends {
        let mut robot = robot();
        robot.keys("r t");
        assert!(robot.sees(CANARY), "{what}");
        end(&mut robot);
        assert!(!robot.sees(CANARY), "{what}\n{}", robot.frame());
        assert_eq!(robot.model.ctx.reveal, None, "{what}");
    }
}

#[test]
fn in_the_detail_pane_the_focused_value_is_taken_at_once() {
    let mut robot = robot();
    // Next step, app, API key.
    robot.keys("Tab j j r");
    let reveal = robot.model.ctx.reveal.expect("revealed without a letter");
    assert_eq!(reveal.what.field, Field::ApiKey);
    robot.keys("j y");
    let jobs = robot.jobs();
    assert!(matches!(jobs.as_slice(), [Job::Copy(what)] if what.field == Field::ApiSecret), "{jobs:?}");
}

#[test]
fn twice_the_key_copies_the_main_value() {
    let mut robot = robot();
    robot.keys("y y");
    let jobs = robot.jobs();
    assert!(matches!(jobs.as_slice(), [Job::Copy(what)] if what.field == Field::AccessToken), "{jobs:?}");
}

#[test]
fn a_deletion_asks_nothing_and_can_be_undone() {
    let mut robot = robot();
    let before = robot.model.ctx.snapshot.clone().expect("open");
    robot.keys("d");
    let jobs = robot.wanted().to_vec();
    let [Effect::Start(_, Job::Save { edits, .. })] = jobs.as_slice() else { panic!("{jobs:?}") };
    assert!(
        matches!(edits.as_slice(), [Edit::Tombstone { owner: Owner::Profile(gone), .. }] if *gone == id(7))
    );
    let mut after = before.clone();
    let document = crate::domain::edit::apply_all(&before.document, edits).expect("fits");
    after.document = std::sync::Arc::new(document);
    after.vault.generation += 1;
    robot.answer(Reply::Saved(Ok(after)));
    robot.effects();
    assert!(robot.sees("15 profiles") && robot.sees("u takes it back"), "{}", robot.frame());
    robot.keys("u");
    let jobs = robot.jobs();
    let [Job::Save { edits, .. }] = jobs.as_slice() else { panic!("{jobs:?}") };
    assert_eq!(edits.as_slice(), [Edit::Revive { owner: id(7).into() }]);
}

#[test]
fn an_app_in_use_wants_its_name_typed() {
    let mut robot = robot();
    robot.keys("2 d");
    assert!(robot.jobs().is_empty());
    robot.wait(Duration::from_secs(1)).text("archiv").keys("Enter");
    assert!(robot.jobs().is_empty() && robot.sees("type the name first"));
    robot.text("e").keys("Enter");
    assert!(matches!(robot.jobs().as_slice(), [Job::Save { .. }]), "{}", robot.frame());
}

#[test]
fn enter_on_an_app_goes_to_it_and_enter_on_a_bot_comes_back() {
    let mut robot = robot();
    robot.keys("Tab j Enter");
    assert!(robot.sees("3 apps") && robot.sees("bots stop when"), "{}", robot.frame());
    robot.keys("Tab G Enter");
    assert!(robot.sees("16 profiles"));
}

#[test]
fn marks_count_and_esc_takes_them_off() {
    let mut robot = robot();
    robot.keys("Space Space");
    assert!(robot.sees("2 marked"));
    robot.keys("^A");
    assert!(robot.sees("16 marked"));
    robot.keys("Esc");
    assert!(!robot.sees("marked"));
}

#[test]
fn the_mouse_does_what_the_keys_do() {
    let mut robot = robot();
    robot.click_on("poet");
    assert_eq!(under_cursor(&robot), "poet");
    robot.click_on("2 Apps");
    assert!(robot.sees("3 apps"));
    robot.click_on("? Help");
    assert_eq!(robot.model.names(), ["main", "help"]);
}

#[test]
fn help_runs_its_entries_and_says_what_cannot_be_done() {
    let mut robot = robot();
    robot.keys("?").text("order");
    robot.keys("Enter");
    assert_eq!(robot.model.names(), ["main", "menu"], "{}", robot.frame());
    robot.keys("Esc :").text("take back");
    assert!(robot.sees("nothing was saved here"), "{}", robot.frame());
}

#[test]
fn a_key_that_cannot_act_says_why() {
    let mut robot = robot();
    robot.keys("u");
    assert!(robot.sees("nothing was saved here that can be taken back"));
    let mut robot = Robot::open(flock(0));
    robot.keys("r");
    assert!(robot.sees("nothing is under the cursor"));
    assert!(robot.sees("nothing here yet"));
}

#[test]
fn a_vault_of_an_unknown_writer_can_only_be_looked_at() {
    let mut snapshot = flock(16);
    snapshot.vault.trusted = false;
    let mut robot = Robot::open(snapshot);
    for key in ["r", "y", "c", "C", "e", "n", "d", "R"] {
        robot.keys(key);
        assert_eq!(robot.model.names(), ["main"], "{key}");
        assert!(robot.effects().is_empty(), "{key}");
    }
    assert!(robot.sees("not trusted"));
}

#[test]
fn hostile_text_is_shown_and_not_done() {
    let mut snapshot = flock(3);
    let mut document = (*snapshot.document).clone();
    let mut profile = document.profile(id(0)).cloned().expect("there");
    profile.notes = "a\u{1b}[2Jb\u{202e}c".to_owned();
    profile.deployed = vec!["x\r\ny".to_owned()];
    document.insert_profile(profile);
    snapshot.document = std::sync::Arc::new(document);
    let mut robot = Robot::open(snapshot);
    robot.keys("/").text("wiki").keys("Enter");
    assert!(robot.sees("a\\x1b[2Jb\\u{202e}c") && robot.sees("x\\r\\ny"), "{}", robot.frame());
}

#[test]
fn no_secret_is_anywhere_but_in_a_reveal() {
    let mut robot = robot();
    for keys in [
        "j",
        "G",
        "Tab j j j",
        "y",
        "Esc",
        "r",
        "Esc",
        "2",
        "Tab",
        "3",
        "4",
        "1",
        "?",
        "Esc",
        ":",
        "Esc",
        "s",
        "Esc",
        "w",
        "Esc",
        "/",
        "Esc",
        "L",
    ] {
        robot.keys(keys);
        for size in [(120, 36), (80, 24), (59, 20), (40, 12)] {
            robot.size(size.0, size.1);
            assert!(!robot.sees(CANARY), "after {keys}\n{}", robot.frame());
        }
        assert!(!format!("{:?}", robot.model).contains(CANARY), "after {keys}: Debug of the model");
    }
    assert!(!format!("{:?}", robot.effects()).contains(CANARY));
    robot.unlock(flock(16)).keys("r t");
    let shown = robot.frame().matches(CANARY).count();
    assert_eq!(shown, 1, "one value, once\n{}", robot.frame());
}

#[test]
fn ten_thousand_profiles_cost_no_more_lines_than_there_are_rows() {
    let mut robot = Robot::open(flock(1_000));
    robot.keys("G");
    assert!(robot.sees("1000 profiles"));
    let first = under_cursor(&robot);
    robot.keys("PgUp PgDn");
    assert_eq!(under_cursor(&robot), first);
}

const PLACES: [&str; 14] =
    ["", "j j", "Tab", "Tab G", "y", "r", "r t", "r t v", "2", "2 Tab", "3", "4", "? j", "/ w"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_size_panics_or_shows_a_secret_that_is_not_revealed(
        width in 0..=200_u16, height in 0..=60_u16, place in 0..PLACES.len(), ascii in any::<bool>()
    ) {
        let settings = Settings { ascii, theme: ThemeName::Dark, ..Settings::default() };
        let mut robot = Robot::with(Presence::Passphrase, settings, None);
        robot.unlock(flock(20)).size(width, height).keys(PLACES[place]);
        let frame = robot.frame();
        let revealed = robot.model.ctx.reveal.is_some();
        prop_assert!(revealed || !frame.contains(CANARY), "{}", frame);
        if ascii {
            prop_assert!(frame.is_ascii(), "{}", frame);
        }
    }

    #[test]
    fn no_keys_in_any_order_break_it(keys in prop::collection::vec(0..KEYS.len(), 0..60), clicks in prop::collection::vec((0..120_u16, 0..36_u16), 0..8)) {
        let mut robot = robot();
        for key in keys {
            robot.msg(Msg::Key(KEYS[key])).wait(Duration::from_millis(40));
        }
        for (x, y) in clicks {
            robot.click(x, y);
        }
        prop_assert!(!robot.frame().is_empty());
        prop_assert!(!robot.model.names().is_empty());
    }
}

const KEYS: &[Key] = &[
    Key::Char('j'),
    Key::Char('k'),
    Key::Char('g'),
    Key::Char('G'),
    Key::Char('/'),
    Key::Char('w'),
    Key::Char('y'),
    Key::Char('r'),
    Key::Char('t'),
    Key::Char('K'),
    Key::Char('v'),
    Key::Char('s'),
    Key::Char('c'),
    Key::Char('C'),
    Key::Char('d'),
    Key::Char('u'),
    Key::Char(' '),
    Key::Char('1'),
    Key::Char('2'),
    Key::Char('3'),
    Key::Char('4'),
    Key::Char('?'),
    Key::Char(':'),
    Key::Char('L'),
    Key::Char('['),
    Key::Char(']'),
    Key::Char('o'),
    Key::Enter,
    Key::Esc,
    Key::Tab,
    Key::BackTab,
    Key::PageDown,
    Key::PageUp,
    Key::Ctrl('a'),
    Key::Ctrl('u'),
    Key::Ctrl('z'),
    Key::Backspace,
    Key::Home,
    Key::End,
    Key::Up,
    Key::Down,
];

#[test]
fn the_four_places() {
    let mut robot = robot();
    insta::assert_snapshot!("profiles_120x36", robot.frame());
    insta::assert_snapshot!("board_120x36", robot.keys("3").frame());
    insta::assert_snapshot!("apps_120x36", robot.keys("2 Tab j").frame());
    insta::assert_snapshot!("profiles_80x24", robot.keys("1").size(80, 24).frame());
    insta::assert_snapshot!("profiles_40x12", robot.size(40, 12).frame());
}

#[test]
fn the_log_tells_what_came_and_went_and_leads_there() {
    let mut robot = robot();
    robot.keys("4");
    assert!(robot.sees("OAuth 2.0 access token set to #") && robot.sees("tide-and-tea"), "{}", robot.frame());
    robot.keys("/").text("archive key").keys("Enter");
    assert!(robot.sees("API key set to") && !robot.sees("tide-and-tea"), "{}", robot.frame());
    robot.keys("Enter");
    assert!(robot.sees("3 apps") || robot.sees("1 app "), "{}", robot.frame());
}

#[test]
fn the_demo_names_five_keys_and_ticks_them_off() {
    let mut robot = Robot::with(Presence::Passphrase, Settings::default(), Some("early bird"));
    robot.unlock(flock(16));
    insta::assert_snapshot!("demo_120x36", robot.frame());
    assert!(robot.sees("five keys worth trying"));
    robot.keys("C Esc / Esc r Esc 3 1 R");
    robot.keys("Esc Esc");
    assert!(robot.sees("that is birdkeep"), "{}", robot.frame());
    for (width, height) in [(80, 24), (60, 30), (40, 14)] {
        robot.size(width, height);
        assert!(robot.sees(" try "), "{width}x{height}\n{}", robot.frame());
    }
    let mut robot = self::robot();
    assert!(!robot.sees("worth trying"), "a vault of one's own has no tour");
    robot.keys("3");
    assert!(!robot.sees("worth trying"));
}

#[test]
fn one_is_counted_as_one() {
    let mut robot = Robot::open(flock(1));
    assert!(robot.sees(" 1 profile by attention "), "{}", robot.frame());
    robot.keys("/").text("no such bot").keys("Enter");
    assert!(robot.sees(" 0 of 1 profile by attention "), "{}", robot.frame());
    robot.keys("Esc Esc 2 /").text("archive").keys("Enter");
    assert!(robot.sees(" 1 app "), "{}", robot.frame());
}

#[test]
fn a_grant_says_until_when_what_for_and_what_to_do_about_it() {
    use crate::domain::credential::Origin;
    use crate::domain::custody::{self, Standing};
    use crate::domain::edit;
    let shown = |standing: Option<Standing>| {
        let mut snapshot = flock(3);
        let document = Arc::make_mut(&mut snapshot.document);
        let edits = if let Some(standing) = standing {
            custody::marked(document, id(1), |known| known.standing = standing)
        } else {
            let gone = [(Field::Oauth2RefreshToken, None)];
            edit::set_fields(document, id(1).into(), gone, Origin::Edit, NOON)
        };
        *document = edit::apply_all(document, &edits).expect("it fits");
        let mut robot = Robot::open(snapshot);
        robot.keys("/").text("duck").keys("Enter");
        robot.frame().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let good = shown(Some(Standing::Good));
    assert!(good.contains("5 scopes, expires in 1 h 12 m") && good.contains("offline.access"), "{good}");
    assert!(!good.contains("Refresh "), "{good}");
    for (standing, words, next) in [
        (Some(Standing::Reauth), "log in again: the refresh token is used up", "this bot’s account (a)"),
        (Some(Standing::Ambiguous), "open: a refresh was cut off", "tried once more"),
        (Some(Standing::VerifyFirst), "to be verified: it came out of an older", "it is refreshed"),
        (None, "none: somebody has to log in again", "(a)"),
    ] {
        let seen = shown(standing.clone());
        let seen = seen.replace(" │ ", " ").replace("│", "");
        for text in [words, next] {
            let all = text.split(' ').all(|word| seen.contains(word));
            assert!(all, "{standing:?}: {text}\n{seen}");
        }
    }
}
