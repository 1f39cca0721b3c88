use std::sync::Arc;

use crate::domain::credential::Origin;
use crate::domain::edit;
use crate::domain::fields::Field;
use crate::domain::id::Owner;
use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};
use crate::ops::run::PRESETS;
use crate::ops::transfer::{Over, Reach, Undelivered, writable};
use crate::tui::effect::{Effect, Job};
use crate::tui::message::Reply;
use crate::tui::screen::Door;
use crate::tui::testing::flock::{CANARY, flock, id};
use crate::tui::testing::{NOON, Robot};
use crate::tui::widgets::buttons::DEAF;

fn bot() -> Owner {
    id(0).into()
}

/// A bot that has all nine values.
fn full() -> Robot {
    let mut snapshot = flock(12);
    let document = Arc::make_mut(&mut snapshot.document);
    let app = document.profile(id(0)).and_then(|bot| bot.app).expect("it has an app");
    for (owner, field) in [(app.into(), Field::ClientSecret), (bot(), Field::Oauth2RefreshToken)] {
        let values = [(field, Some(Secret::new(format!("{CANARY}{field}"))))].into_iter();
        let edits = edit::set_fields(document, owner, values, Origin::Edit, NOON);
        *document = edit::apply_all(document, &edits).expect("they fit");
    }
    Robot::open(snapshot)
}

/// At the page of the format of this word.
fn asking(robot: &mut Robot, word: &str) {
    robot.open_door(Door::Export(vec![bot()]));
    let at = writable().position(|format| format.word == word).expect("it is written");
    for _ in 0..at {
        robot.keys("↓");
    }
    robot.keys("Enter").wait(DEAF);
}

/// Whose names were asked for last.
fn names(robot: &Robot) -> Option<&'static str> {
    robot.wanted().iter().rev().find_map(|effect| match effect {
        Effect::Start(_, Job::Export { names, .. }) => Some(names.map(|preset| preset.word)),
        _ => None,
    })?
}

#[test]
fn the_names_of_variables_are_chosen_on_their_own_line() {
    let mut robot = full();
    asking(&mut robot, "dotenv");
    assert!(robot.sees("‹ x ›") && robot.sees("its variables are called X_API_KEY"), "{}", robot.frame());
    robot.keys("Tab → → Space");
    assert!(robot.sees("‹ tweepy ›"), "{}", robot.frame());
    let (of_preset, first) = (&PRESETS[3], PRESETS[3].names[0].1);
    assert_eq!(of_preset.word, "tweepy");
    assert!(robot.sees(&format!("its variables are called {first}")), "{}", robot.frame());
    robot.keys("x ←");
    assert!(robot.sees("‹ consumer ›"), "a letter is no choice: {}", robot.frame());
    robot.keys("→ Tab").text("wiki-daily").wait(DEAF).keys("Enter");
    assert_eq!(names(&robot), Some("tweepy"));

    let mut robot = full();
    asking(&mut robot, "dotenv");
    robot.keys("Tab Tab").text("wiki-daily").keys("⇧Tab →").wait(DEAF).keys("Enter Enter");
    assert_eq!(export(&robot), None, "what was typed was typed for other names");

    let mut robot = full();
    asking(&mut robot, "json");
    assert!(!robot.sees("Names ‹"), "{}", robot.frame());
    robot.keys("Tab").text("wiki-daily").wait(DEAF).keys("Enter");
    assert_eq!((export(&robot).map(|asked| asked.0), names(&robot)), (Some("json"), None));
}

/// What was asked for last.
fn export(robot: &Robot) -> Option<(&'static str, Reach, String, Over)> {
    robot.wanted().iter().rev().find_map(|effect| match effect {
        Effect::Start(_, Job::Export { format, reach, path, over, .. }) => {
            Some((*format, *reach, path.clone(), *over))
        }
        _ => None,
    })
}

#[test]
fn x_offers_every_format_that_is_written_and_only_the_typed_name_writes() {
    let mut robot = full();
    robot.size(120, 36).keys("x");
    assert_eq!(robot.model.names(), ["main", "export"]);
    for format in writable() {
        assert!(robot.sees(format.word), "{}\n{}", format.word, robot.frame());
    }
    robot.keys("Esc");
    asking(&mut robot, "dotenv");
    assert!(robot.sees("in plain text") && robot.sees("no bot needs it: Client secret"), "{}", robot.frame());
    robot.keys("Enter").paste("wiki-daily").keys("Enter");
    assert_eq!(export(&robot), None, "a paste is no consent");
    robot.text("wiki-daily").wait(DEAF).keys("Enter");
    assert_eq!(export(&robot), Some(("dotenv", Reach::Usual, ".env".to_owned(), Over::Never)));
    robot.answer(Reply::Exported(Ok("/somewhere/.env".to_owned())));
    assert!(robot.sees("Written to /somewhere/.env") && robot.sees("Mode 0600"), "{}", robot.frame());
    robot.keys("Enter");
    assert_eq!(robot.model.names(), ["main"]);
}

#[test]
fn a_refresh_token_goes_along_on_request_and_what_that_means_is_said() {
    let mut robot = full();
    robot.size(120, 36);
    asking(&mut robot, "shell");
    robot.keys("^T");
    assert!(robot.sees("whoever uses it first owns it"), "{}", robot.frame());
    robot.keys("Enter").text("wiki-daily").wait(DEAF).keys("Enter");
    assert_eq!(export(&robot).map(|(_, reach, ..)| reach), Some(Reach::Everything));
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_the_name_is_typed_again() {
    let mut robot = full();
    asking(&mut robot, "shell");
    robot.keys("Enter").text("wiki-daily").wait(DEAF).keys("Enter");
    let failure = Failure::new(Kind::NotSaved, "wiki-daily.sh was not written", "it is there already", "x");
    robot.answer(Reply::Exported(Err(Undelivered { failure, exists: true })));
    assert!(robot.sees("it is replaced"), "{}", robot.frame());
    robot.effects();
    robot.keys("Enter Enter");
    assert_eq!(export(&robot), None);
    robot.text("wiki-daily").wait(DEAF).keys("Enter");
    assert_eq!(
        export(&robot).map(|(.., path, over)| (path, over)),
        Some(("wiki-daily.sh".into(), Over::Replace))
    );
    // Another name is another file.
    let failure = Failure::new(Kind::NotSaved, "wiki-daily.sh was not written", "it is there already", "x");
    robot.answer(Reply::Exported(Err(Undelivered { failure, exists: true })));
    robot.text("2").keys("Enter").text("wiki-daily").wait(DEAF).keys("Enter");
    assert_eq!(export(&robot).map(|(.., over)| over), Some(Over::Never));
}

#[test]
fn a_script_holds_no_secret_and_asks_for_no_name() {
    let mut robot = full();
    asking(&mut robot, "github");
    assert!(robot.sees("No value stands in it"), "{}", robot.frame());
    robot.keys("Enter");
    let wanted = ("github", Reach::Usual, "wiki-daily-github.sh".to_owned(), Over::Never);
    assert_eq!(export(&robot), Some(wanted));
}

#[test]
fn marked_profiles_are_exported_together() {
    let mut robot = full();
    robot.size(120, 36).keys("^A x");
    assert!(robot.sees("Export: 12 profiles"), "{}", robot.frame());
    asking(&mut robot, "tweepy");
    robot.keys("Esc Esc Esc");
    assert_eq!(robot.model.names(), ["main"]);
}

#[test]
fn a_vault_that_is_not_trusted_is_not_exported() {
    let mut snapshot = flock(12);
    snapshot.vault.trusted = false;
    let mut robot = Robot::open(snapshot);
    robot.keys("x");
    assert_eq!(robot.model.names(), ["main"]);
}

#[test]
fn no_size_breaks_a_page_and_no_page_shows_a_value() {
    for (width, height) in [(1, 1), (20, 6), (21, 7), (40, 12), (59, 13), (80, 24), (200, 60)] {
        for word in ["dotenv", "github", "xdk"] {
            let mut robot = full();
            robot.size(width, height);
            asking(&mut robot, word);
            for keys in ["PgDn ↓", "^T", "Tab PgUp", "Enter Enter", "Esc Esc"] {
                let frame = robot.keys(keys).frame();
                assert!(!frame.contains(CANARY), "{frame}");
            }
            robot.click(3, 4);
        }
    }
}

#[test]
fn the_pages_at_two_sizes() {
    for (width, height) in [(80, 24), (40, 12)] {
        let mut robot = full();
        robot.size(width, height);
        robot.open_door(Door::Export(vec![bot()]));
        insta::assert_snapshot!(format!("choose_{width}x{height}"), robot.frame());
        robot.keys("Esc");
        asking(&mut robot, "dotenv");
        robot.keys("Enter").text("wiki-");
        insta::assert_snapshot!(format!("ask_{width}x{height}"), robot.frame());
        robot
            .text("daily")
            .wait(DEAF)
            .keys("Enter")
            .answer(Reply::Exported(Ok("/home/bird/.env".to_owned())));
        insta::assert_snapshot!(format!("done_{width}x{height}"), robot.frame());
    }
}
