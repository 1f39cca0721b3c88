use std::sync::Arc;

use super::super::tests::{robot, under_cursor};
use crate::domain::actions::ACTIONS;
use crate::domain::needs::Need;
use crate::tui::testing::Robot;
use crate::tui::testing::flock::{flock, id};

#[test]
fn the_board_at_three_sizes() {
    let mut robot = robot();
    robot.keys("3");
    insta::assert_snapshot!("board_120x36", robot.keys("g l l").frame());
    insta::assert_snapshot!("board_80x24", robot.size(80, 24).keys("j j j j j j").frame());
    insta::assert_snapshot!("board_40x12", robot.size(40, 12).keys("l l l l l l l l").frame());
}

#[test]
fn every_action_of_the_board_is_reached_sideways_and_explained() {
    for (width, height) in [(120, 36), (80, 24), (40, 12)] {
        let mut robot = robot();
        robot.size(width, height).keys("3 / l e v e l Enter");
        let one = |robot: &Robot| robot.frame().split_whitespace().collect::<Vec<_>>().join(" ");
        for (row, key) in ACTIONS.iter().zip(["l", "Right"].iter().cycle()) {
            let said = [": ", " (needed): "].map(|end| format!("{}{end}", row.label));
            let seen = one(&robot);
            assert!(said.iter().any(|said| seen.contains(said)), "{}\n{}", row.word, robot.frame());
            assert!(height > 30 || robot.sees(row.code), "{}\n{}", row.word, robot.frame());
            robot.keys(key);
        }
        let last = one(&robot);
        assert!(last.contains("bookmark: no, that takes bookmark.write"), "the last one stays\n{last}");
        for _ in ACTIONS {
            robot.keys("h");
        }
        assert!(one(&robot).contains("post (needed): "), "{}", robot.frame());
    }
}

#[test]
fn the_board_tells_what_is_lacking_from_what_x_forbids() {
    let mut snapshot = flock(3);
    let document = Arc::make_mut(&mut snapshot.document);
    let mut profile = document.profile(id(0)).cloned().expect("there");
    profile.needs.extend([Need::Like, Need::Bookmarks]);
    document.insert_profile(profile);
    let mut robot = Robot::open(snapshot);
    robot.keys("/").text("wiki").keys("Enter 3");
    for (column, wanted) in [
        (0, "post (needed): yes, by the access token"),
        (8, "like (needed): banned: X removed likes, follows and quotes"),
        (12, "send DMs (needed): yes, by the access token"),
        (13, "delete DMs: yes, by the access token"),
        (23, "read usage: yes, by the app's bearer token"),
        (27, "bookmark (needed): no, that takes an OAuth 2.0 token of the bot's own (none is stored)"),
    ] {
        robot.keys(&"h ".repeat(ACTIONS.len())).keys(&"l ".repeat(column));
        assert!(robot.sees(wanted), "{wanted}\n{}", robot.frame());
    }
    // The cell under the cursor is lit, and so is the head of its column.
    let buffer = robot.buffer();
    let lit = |text: &str, style: ratatui::style::Style| {
        let cells = buffer.content.iter();
        cells.filter(|cell| cell.symbol() == text && cell.modifier.contains(style.add_modifier)).count()
    };
    assert_eq!(lit("✗", robot.model.ctx.theme.pick), 1, "{}", robot.frame());
}

#[test]
fn a_click_on_the_board_takes_bot_and_action_and_the_cursor_waits_there() {
    let mut robot = robot();
    robot.keys("3");
    let frame = robot.frame();
    let (y, line) = frame.lines().enumerate().find(|(_, line)| line.contains("weather-no")).expect("in view");
    let x = line.chars().count() - line.chars().rev().position(|c| c == '✗').expect("it lacks something") - 1;
    robot.click(u16::try_from(x).expect("small"), u16::try_from(y).expect("small"));
    assert_eq!(under_cursor(&robot), "weather-no");
    assert!(robot.sees("send DMs (needed): no, X rejects the access token and secret"), "{}", robot.frame());
    robot.keys("1 3 j");
    assert!(robot.sees("send DMs: "), "{}", robot.frame());
    robot.keys("1 l");
    assert!(robot.sees("that is for the board (3)"), "{}", robot.frame());
}
