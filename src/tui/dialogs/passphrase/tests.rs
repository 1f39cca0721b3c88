use super::*;
use crate::failure::Kind;
use crate::tui::testing::Robot;
use crate::tui::testing::flock::flock;

const WORDS: &str = "made up words for a test";

fn changing() -> Robot {
    let mut robot = Robot::open(flock(3));
    let screen = Passphrase::open(&robot.model.ctx);
    robot.push(screen).text("the old one").keys("Enter ^N").answer(Reply::Suggested(Secret::new(WORDS)));
    robot
}

#[test]
fn the_words_are_taken_when_they_are_typed_again() {
    let mut robot = changing();
    assert!(robot.sees(WORDS));
    robot.keys("Enter");
    assert!(!robot.sees(WORDS));
    robot.text("made up words for a tset").keys("Enter");
    assert!(robot.sees("that is not the new one"));
    robot.effects();
    robot.text(WORDS).keys("Enter");
    let wanted = Job::Rekey { old: Secret::new("the old one"), new: Secret::new(WORDS) };
    assert!(robot.sees("sealing the identity"));
    assert_eq!(robot.ticket().map(|_| robot.jobs()), Some(vec![wanted]));
}

#[test]
fn a_wrong_old_one_is_said_and_asked_for_again() {
    let mut robot = changing();
    robot.keys("Enter").text(WORDS).keys("Enter");
    let failure = Failure::new(Kind::Locked, "wrong passphrase", "the identity did not open", "try again");
    robot.answer(Reply::Rekeyed(Err(failure)));
    assert!(robot.sees("wrong passphrase") && robot.sees("Present passphrase"), "{}", robot.frame());
    robot.text("the old one").keys("Enter Enter").text(WORDS).keys("Enter").answer(Reply::Rekeyed(Ok(())));
    assert_eq!(robot.model.names(), ["main"]);
    assert!(robot.sees("the passphrase is changed"), "{}", robot.frame());
}

#[test]
fn esc_goes_back_and_changes_nothing() {
    let mut robot = changing();
    robot.keys("Enter").text("x").keys("Esc Esc Esc");
    assert_eq!(robot.model.names(), ["main"]);
    assert!(robot.jobs().iter().all(|job| *job == Job::Suggest));
}

#[test]
fn an_identity_without_passphrase_has_no_old_one() {
    let mut robot = Robot::new(Presence::Plain);
    let screen = Passphrase::open(&robot.model.ctx);
    robot.push(screen).text("my own new one").keys("Enter").text("my own new one").keys("Enter");
    let wanted = Job::Rekey { old: Secret::new(""), new: Secret::new("my own new one") };
    assert_eq!(robot.jobs().last(), Some(&wanted));
}

#[test]
fn nothing_typed_is_seen_unless_it_is_asked_for() {
    let mut robot = changing();
    robot.keys("Tab").text("my own secret");
    assert!(!robot.sees("my own secret"));
    robot.keys("^R");
    assert!(robot.sees("my own secret"));
    robot.msg(crate::tui::message::Msg::Focus(crate::tui::message::Focus::Lost));
    assert!(!robot.sees("my own secret"));
}
