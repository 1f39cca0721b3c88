use crate::tui::Exit;
use crate::tui::ctx::Presence;
use crate::tui::effect::Effect;
use crate::tui::testing::Robot;

#[test]
fn the_demo_is_two_keys_away() {
    let mut robot = Robot::new(Presence::Absent);
    robot.keys("d");
    assert_eq!(robot.effects(), [Effect::Demo]);
    assert_eq!(robot.model.ctx.leaving, Some(Exit::Demo));
    let mut robot = Robot::new(Presence::Absent);
    robot.keys("j k Enter");
    assert_eq!(robot.effects(), [Effect::Demo]);
}

#[test]
fn a_click_on_a_door_goes_through_it() {
    let mut robot = Robot::new(Presence::Absent);
    robot.click_on("Look at the demo");
    assert_eq!(robot.effects(), [Effect::Demo]);
}

#[test]
fn every_door_is_seen_at_every_size_that_has_room() {
    for (width, height) in [(120, 36), (80, 24), (60, 16), (40, 12), (40, 7)] {
        let mut robot = Robot::new(Presence::Absent);
        robot.size(width, height);
        for door in ["Import what you already have", "Start by hand", "Look at the demo"] {
            assert!(robot.sees(door), "{width}x{height}: {door}\n{}", robot.frame());
        }
    }
}

#[test]
fn the_promise_is_whole_or_left_out() {
    for width in [40, 60, 66, 80] {
        let mut robot = Robot::new(Presence::Absent);
        let frame = robot.size(width, 24).frame();
        assert_eq!(frame.contains("each key may do"), frame.contains("It tells what"), "{frame}");
    }
}

#[test]
fn the_welcome() {
    insta::assert_snapshot!(Robot::new(Presence::Absent).size(80, 24).frame());
}
