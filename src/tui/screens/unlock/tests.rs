use crate::config::Settings;
use crate::failure::{Failure, Kind};
use crate::tui::ctx::Presence;
use crate::tui::effect::Job;
use crate::tui::message::Reply;
use crate::tui::testing::Robot;
use crate::tui::testing::flock::flock;

fn refused() -> Reply {
    Reply::Unlocked(Err(Failure::new(
        Kind::Locked,
        "the passphrase is wrong",
        "it opens nothing",
        "type it again",
    )))
}

#[test]
fn what_is_typed_goes_to_the_unlock_and_nowhere_else() {
    let mut robot = Robot::new(Presence::Passphrase);
    robot.text("made up: q? L").keys("Enter");
    let jobs = robot.jobs();
    let Some(Job::Unlock { passphrase: Some(secret) }) = jobs.first() else { panic!("{jobs:?}") };
    assert_eq!(secret.expose(), "made up: q? L");
    assert!(!format!("{jobs:?}").contains("made up"));
    assert!(!format!("{:?}", robot.model).contains("made up"));
}

#[test]
fn a_wrong_passphrase_is_said_in_three_lines_and_can_be_typed_again() {
    let mut robot = Robot::new(Presence::Passphrase);
    robot.text("wrong").keys("Enter").answer(refused());
    for line in ["the passphrase is wrong", "it opens nothing", "type it again"] {
        assert!(robot.sees(line), "{line}");
    }
    robot.text("right").keys("Enter");
    assert_eq!(robot.jobs().len(), 2);
}

#[test]
fn an_empty_line_and_a_second_enter_ask_for_nothing() {
    let mut robot = Robot::new(Presence::Passphrase);
    robot.keys("Enter");
    assert!(robot.jobs().is_empty());
    assert!(robot.sees("type the passphrase first"));
    robot.text("x").keys("Enter").text("y").keys("Enter");
    assert_eq!(robot.jobs().len(), 1);
}

#[test]
fn an_unencrypted_identity_is_opened_by_enter_and_never_by_itself() {
    let mut robot = Robot::new(Presence::Plain);
    assert!(robot.jobs().is_empty());
    robot.keys("Enter");
    assert_eq!(robot.jobs(), [Job::Unlock { passphrase: None }]);
}

#[test]
fn the_demo_shows_its_passphrase_and_a_vault_shows_nothing_of_itself() {
    let robot = Robot::with(Presence::Passphrase, Settings::default(), Some("early bird"));
    assert!(robot.sees("early bird"));
    let mut robot = Robot::open(flock(16));
    robot.keys("L");
    for word in ["flock.age", "wiki-daily", "profiles", "attention"] {
        assert!(!robot.sees(word), "{word}\n{}", robot.frame());
    }
}

#[test]
fn the_lock_screen() {
    insta::assert_snapshot!(Robot::new(Presence::Passphrase).size(80, 24).text("abc").frame());
}
