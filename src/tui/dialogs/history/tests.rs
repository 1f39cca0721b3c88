use std::sync::Arc;
use std::time::Duration;

use crate::domain::credential::{Origin, Retired};
use crate::domain::fields::Field;
use crate::domain::secret::Secret;
use crate::ops::snapshot::Snapshot;
use crate::tui::message::{Focus, Msg, Reply};
use crate::tui::screen::Door;
use crate::tui::testing::flock::{CANARY, flock, id};
use crate::tui::testing::{NOON, Robot};
use crate::tui::update::next_deadline;

const DAY: i64 = 86_400;

fn old(field: Field, days: i64, origin: Origin) -> Retired {
    let value = format!("{CANARY}old-{}-{days}", field.row().word);
    let until = NOON.shifted(-days * DAY);
    let since = until.shifted(-30 * DAY);
    Retired { field, secret: Secret::new(value), since, until, origin, dead_at: None }
}

/// A flock whose first profile has `history`.
fn vault(history: Vec<Retired>) -> Snapshot {
    let mut snapshot = flock(3);
    let document = Arc::make_mut(&mut snapshot.document);
    let mut profile = document.profile(id(0)).cloned().expect("the first profile");
    profile.held.history = history;
    document.insert_profile(profile);
    snapshot
}

fn three() -> Vec<Retired> {
    vec![
        old(Field::AccessToken, 90, Origin::Import),
        old(Field::AccessToken, 11, Origin::Rotation),
        old(Field::AccessSecret, 11, Origin::Rotation),
    ]
}

fn robot(history: Vec<Retired>) -> Robot {
    let mut robot = Robot::open(vault(history));
    robot.open_door(Door::History(id(0).into()));
    assert_eq!(robot.model.names(), ["main", "history"]);
    robot
}

#[test]
fn replaced_values_are_listed_newest_first_and_masked() {
    for (width, height) in [(120, 36), (80, 24), (40, 12)] {
        let mut robot = robot(three());
        let frame = robot.size(width, height).frame();
        let place = |text: &str| frame.find(text).unwrap_or_else(|| panic!("{text} in\n{frame}"));
        assert!(height == 12 || place("11 d") < place("90 d"), "{frame}");
        assert!(frame.contains("by a rotation"), "{frame}");
        assert!(frame.contains("this is a record"), "{frame}");
        assert!(frame.contains("now  ••••"), "{frame}");
        assert!(!frame.contains(CANARY), "{frame}");
    }
}

#[test]
fn the_picture_at_eighty_by_twenty_four() {
    let mut robot = robot(three());
    insta::assert_snapshot!(robot.size(80, 24).frame());
}

#[test]
fn old_and_present_value_are_told_apart_by_their_fingerprints() {
    let robot = robot(three());
    let document = &robot.model.ctx.snapshot.as_ref().expect("it is open").document;
    let print = |secret: &Secret| format!("#{}", document.fingerprints.of(secret).short());
    let now =
        document.held(id(0).into()).and_then(|held| held.secret(Field::AccessToken)).expect("it has one");
    assert!(robot.sees(&print(&old(Field::AccessToken, 11, Origin::Rotation).secret)), "{}", robot.frame());
    assert!(robot.sees(&format!("now {}", print(now))), "{}", robot.frame());
}

#[test]
fn one_value_is_shown_for_ten_seconds_and_the_screen_is_drawn_in_time() {
    let mut robot = robot(three());
    robot.keys("r");
    let value = format!("{CANARY}old-access_token-11");
    assert!(robot.sees(&value) && robot.sees("hidden in 10 s"), "{}", robot.frame());
    for left in (1..10).rev() {
        let now = robot.model.ctx.moment.boot;
        let next = next_deadline(&robot.model).expect("a countdown");
        assert_eq!(next, now + Duration::from_secs(1));
        robot.wait(next.saturating_sub(now));
        assert!(robot.sees(&format!("hidden in {left} s")), "{}", robot.frame());
    }
    robot.wait(Duration::from_secs(1));
    assert!(!robot.sees(CANARY));
    let next = next_deadline(&robot.model).expect("the lock");
    assert!(next > robot.model.ctx.moment.boot + Duration::from_secs(2), "nothing ticks any more");
}

#[test]
fn whatever_may_mean_that_nobody_looks_hides_the_value() {
    type Act = fn(&mut Robot) -> &mut Robot;
    let acts: [(&str, Act); 8] = [
        ("the cursor moves", |robot| robot.keys("j")),
        ("Esc", |robot| robot.keys("Esc")),
        ("r again", |robot| robot.keys("r")),
        ("the window loses the focus", |robot| robot.msg(Msg::Focus(Focus::Lost))),
        ("another size", |robot| robot.size(100, 30)),
        ("the vault changes", |robot| {
            let mut newer = vault(three());
            newer.vault.generation += 1;
            robot.wait(Duration::from_secs(3)).msg(Msg::Focus(Focus::Gained));
            robot.answer(Reply::Reloaded(Ok(Some(newer))))
        }),
        ("a lock", |robot| robot.keys("L")),
        ("q", |robot| robot.keys("q")),
    ];
    for (what, act) in acts {
        let mut robot = robot(three());
        robot.keys("r");
        assert!(robot.sees(CANARY), "{what}");
        act(&mut robot);
        assert!(!robot.sees(CANARY), "{what}\n{}", robot.frame());
    }
}

#[test]
fn esc_first_hides_and_then_closes() {
    let mut robot = robot(three());
    robot.keys("r Esc");
    assert_eq!(robot.model.names(), ["main", "history"]);
    robot.keys("Esc");
    assert_eq!(robot.model.names(), ["main"]);
}

#[test]
fn a_vault_whose_writer_is_not_trusted_stays_masked() {
    let mut snapshot = vault(three());
    snapshot.vault.trusted = false;
    let mut robot = Robot::open(snapshot);
    robot.open_door(Door::History(id(0).into())).keys("r");
    assert!(!robot.sees(CANARY));
    assert!(robot.sees("not trusted"), "{}", robot.frame());
}

#[test]
fn without_a_replaced_value_it_says_what_would_be_here() {
    let mut robot = robot(Vec::new());
    robot.size(40, 12);
    assert!(robot.sees("nothing was replaced here yet"), "{}", robot.frame());
    assert!(robot.sees("this is a record"));
    robot.keys("r");
    assert!(robot.sees("no replaced value"), "{}", robot.frame());
}

#[test]
fn no_size_is_too_small_and_long_lists_follow_the_cursor() {
    let many = (1..60).map(|days| old(Field::Oauth2RefreshToken, days, Origin::Refresh)).collect();
    let mut robot = robot(many);
    robot.keys("G");
    assert!(robot.sees("59 d"), "{}", robot.frame());
    robot.keys("g");
    assert!(robot.sees("1 d"));
    for (width, height) in [(20, 6), (21, 7), (30, 8), (40, 12), (200, 60), (6, 40), (1, 1)] {
        for keys in ["r", "G r", "PgUp"] {
            robot.size(width, height).keys(keys).frame();
        }
        robot.click(3, 4);
    }
}

#[test]
fn what_x_has_killed_and_what_nobody_knows_are_told_apart() {
    let mut history = three();
    history[0].dead_at = Some(NOON.shifted(-DAY));
    let mut robot = robot(history);
    assert!(robot.sees("whether X still accepts it is not known"), "{}", robot.frame());
    robot.keys("G");
    assert!(robot.sees("dead at X since 2026-11-22"), "{}", robot.frame());
}

#[test]
fn all_of_it_is_forgotten_only_with_the_name_typed() {
    use crate::tui::effect::{Effect, Job};
    use crate::tui::widgets::buttons::DEAF;
    let purges = |robot: &Robot| {
        let is_one = |effect: &&Effect| matches!(effect, Effect::Start(_, Job::Purge(_)));
        robot.wanted().iter().filter(is_one).count()
    };
    let mut robot = robot(three());
    robot.keys("r D");
    assert!(!robot.sees(CANARY) && robot.sees("to forget all of it"), "{}", robot.frame());
    robot.wait(DEAF).text("wiki").keys("Enter");
    assert_eq!(purges(&robot), 0);
    robot.keys("Esc");
    assert_eq!(robot.model.names(), ["main", "history"]);
    robot.keys("D").wait(DEAF).text("wiki-daily").keys("Enter");
    assert_eq!(purges(&robot), 1);
}
