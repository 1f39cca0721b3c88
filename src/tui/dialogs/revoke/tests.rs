use std::sync::Arc;

use crate::domain::credential::Origin;
use crate::domain::edit;
use crate::domain::fields::Credential;
use crate::domain::id::{AppId, Owner};
use crate::domain::verdict::State;
use crate::failure::{Failure, Kind};
use crate::ops::revoke::Target;
use crate::tui::effect::{Effect, Job};
use crate::tui::message::{Msg, Reply, RevokeLine, Revoked, Ticket};
use crate::tui::screen::Door;
use crate::tui::testing::flock::{CANARY, flock, id};
use crate::tui::testing::{NOON, Robot};
use crate::tui::widgets::buttons::DEAF;

fn bot() -> Owner {
    id(0).into()
}

fn app() -> AppId {
    AppId::from_random([1; 16])
}

fn robot(owner: Owner) -> Robot {
    let mut robot = Robot::open(flock(12));
    robot.open_door(Door::Revoke(owner));
    assert_eq!(robot.model.names(), ["main", "revoke"]);
    robot
}

fn asked(robot: &Robot) -> Option<(Ticket, Target)> {
    robot.wanted().iter().find_map(|effect| match effect {
        Effect::Start(ticket, Job::Revoke(target)) => Some((*ticket, *target)),
        _ => None,
    })
}

fn line(label: &str, dead: bool) -> Reply {
    let failure = || Failure::new(Kind::Found, "X would not kill it", "X answered 403", "use the console");
    Reply::RevokeTold(Box::new(RevokeLine {
        label: label.to_owned(),
        word: if dead { "dead" } else { "NOT revoked" },
        state: if dead { State::Ok } else { State::Failed },
        failure: (!dead).then(failure),
    }))
}

#[test]
fn the_key_asks_and_only_the_typed_name_does_it() {
    let mut robot = Robot::open(flock(12));
    robot.keys("X").wait(DEAF);
    assert_eq!(robot.model.names(), ["main", "revoke"]);
    let mut robot = robot_asking(bot());
    assert!(robot.sees("There is no way back"), "{}", robot.frame());
    assert!(robot.sees("invalidate_token.json"), "which request, and signed with what:\n{}", robot.frame());
    robot.keys("Enter y Enter X Enter");
    assert_eq!(asked(&robot), None);
    robot.paste("wiki-daily").keys("Enter");
    assert_eq!(asked(&robot), None, "a paste is no consent");
    robot.keys("^U").text("wiki-daily").wait(DEAF).keys("Enter");
    assert_eq!(asked(&robot).map(|(_, target)| target), Some(Target::Credential(bot(), Credential::Access)));
}

/// At the page that asks for the name.
fn robot_asking(owner: Owner) -> Robot {
    let mut robot = robot(owner);
    robot.wait(DEAF);
    robot
}

#[test]
fn an_app_offers_its_bearer_alone_or_everything_and_lists_what_is_left_to_a_person() {
    let mut robot = robot(app().into());
    assert!(robot.sees("Bearer token") && robot.sees("Every token of this app, 10 bots included"));
    robot.keys("↓ Enter");
    let frame = robot.frame();
    assert!(
        frame.contains("bots-prod: Bearer token") && frame.contains("wiki-daily: Access token"),
        "{frame}"
    );
    for _ in 0..20 {
        robot.keys("PgDn");
    }
    assert!(robot.sees("API key and secret, https://console.x.com"), "{}", robot.frame());
    robot.text("bots-prod").wait(DEAF).keys("Enter");
    assert_eq!(asked(&robot).map(|(_, target)| target), Some(Target::App(app())));
}

#[test]
fn results_come_one_by_one_and_trouble_stands_first() {
    let mut robot = robot_asking(bot());
    robot.text("wiki-daily").keys("Enter");
    let (ticket, _) = asked(&robot).expect("it was asked");
    assert!(robot.sees("asked 0 of 1"), "{}", robot.frame());
    robot.msg(Msg::Job(ticket, line("duck: Access token and secret", true)));
    robot.msg(Msg::Job(ticket, line("poet: Access token and secret", false)));
    let frame = robot.frame();
    let place = |text: &str| frame.find(text).unwrap_or_else(|| panic!("{text} in\n{frame}"));
    assert!(place("poet: Access") < place("duck: Access"), "{frame}");
    assert!(frame.contains("because: X answered 403") && frame.contains("try: use the console"), "{frame}");
    let snapshot = robot.model.ctx.snapshot.clone().expect("open");
    let said = vec!["one of them could not be written down".to_owned()];
    robot.msg(Msg::Job(ticket, Reply::Revoked(Ok(Revoked { snapshot, said }))));
    assert!(robot.sees("1 of 1 dead") || robot.sees("could not be written down"), "{}", robot.frame());
    robot.keys("Enter");
    assert_eq!(robot.model.names(), ["main"]);
}

#[test]
fn leaving_does_not_stop_it_and_a_lock_neither() {
    let mut robot = robot_asking(bot());
    robot.text("wiki-daily").keys("Enter Esc");
    assert!(robot.sees("goes on by itself"), "{}", robot.frame());
    robot.keys("L");
    assert_eq!(robot.model.ctx.jobs.custody().count(), 1);
}

#[test]
fn a_vault_that_is_not_trusted_is_not_acted_on() {
    let mut snapshot = flock(12);
    snapshot.vault.trusted = false;
    let mut robot = Robot::open(snapshot);
    robot.open_door(Door::Revoke(bot())).wait(DEAF).text("wiki-daily").keys("Enter");
    assert_eq!(asked(&robot), None);
    assert!(robot.sees("is not trusted yet"), "{}", robot.frame());
}

#[test]
fn what_holds_nothing_says_so() {
    let mut snapshot = flock(1);
    let document = Arc::make_mut(&mut snapshot.document);
    let none = Credential::Access.fields().iter().map(|field| (*field, None));
    let edits = edit::set_fields(document, bot(), none, Origin::Edit, NOON);
    *document = edit::apply_all(document, &edits).expect("they fit");
    let mut robot = Robot::open(snapshot);
    robot.open_door(Door::Revoke(bot()));
    assert!(robot.sees("Nothing that is stored here can be revoked"), "{}", robot.frame());
    robot.keys("Enter Esc");
    assert_eq!(robot.model.names(), ["main"]);
}

#[test]
fn no_size_breaks_a_page_and_no_page_shows_a_value() {
    for (width, height) in [(1, 1), (20, 6), (21, 7), (40, 12), (59, 13), (80, 24), (200, 60)] {
        for owner in [bot(), app().into()] {
            let mut robot = robot(owner);
            robot.size(width, height);
            for keys in ["↓ PgDn", "Enter", "↓ PgDn ↑", "Esc Esc"] {
                let frame = robot.keys(keys).frame();
                assert!(!frame.contains(CANARY), "{frame}");
            }
            robot.click(3, 4);
        }
    }
}

#[test]
fn the_pages_at_three_sizes() {
    for (width, height) in [(120, 36), (80, 24), (40, 12)] {
        let mut robot = robot(app().into());
        robot.size(width, height);
        insta::assert_snapshot!(format!("choose_{width}x{height}"), robot.frame());
        robot.keys("↓ Enter").text("bots-");
        insta::assert_snapshot!(format!("ask_{width}x{height}"), robot.frame());
    }
}
