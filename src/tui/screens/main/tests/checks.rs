//! Checks as a person sees them: asked for, joined, streaming in, cancelled, grown old.

use std::sync::Arc;
use std::time::Duration;

use super::{robot, under_cursor};
use crate::domain::ability::May;
use crate::domain::actions::Action;
use crate::domain::app::App;
use crate::domain::credential::Origin;
use crate::domain::edit;
use crate::domain::fields::Field;
use crate::domain::id::ProfileId;
use crate::domain::names::UserId;
use crate::domain::secret::Secret;
use crate::domain::verdict::{Account, AppFinding, Cause, Finding, Verdict};
use crate::ops::snapshot::Snapshot;
use crate::tui::effect::{Effect, Job};
use crate::tui::message::{CheckSum, Msg, Reply, Ticket};
use crate::tui::testing::flock::{flock, id};
use crate::tui::testing::{NOON, Robot};

/// The flock with every bot checked `hours` ago, and fine.
fn fine(count: usize, hours: i64) -> Snapshot {
    let mut snapshot = flock(count);
    let ids: Vec<ProfileId> = snapshot.document.profiles().map(|profile| profile.id).collect();
    for id in ids {
        take_in(&mut snapshot, id, Cause::Ok, hours);
    }
    snapshot
}

fn take_in(snapshot: &mut Snapshot, id: ProfileId, cause: Cause, hours: i64) {
    let key = &snapshot.document.fingerprints;
    let slot = snapshot.document.slot(id.into(), Field::AccessToken);
    let judged = vec![(Field::AccessToken, key.of_all([slot.map(|slot| &slot.secret)]))];
    let checked_at = NOON.shifted(-hours * 3_600);
    let finding = Finding { profile: id, verdict: Verdict::of(cause), checked_at, judged, tried: None };
    Arc::make_mut(&mut snapshot.findings).profiles.insert(id, finding);
}

/// A question is deaf for a moment.
fn answer(robot: &mut Robot, keys: &str) {
    robot.wait(Duration::from_millis(150)).keys(keys);
}

/// The profiles of the one check begun since the last look.
#[track_caller]
fn asked(robot: &mut Robot) -> Vec<ProfileId> {
    let jobs = robot.jobs();
    let [Job::Check(ids)] = jobs.as_slice() else { panic!("{jobs:?}\n{}", robot.frame()) };
    ids.clone()
}

fn found(robot: &Robot, id: ProfileId, cause: Cause) -> Reply {
    let mut snapshot = robot.model.ctx.snapshot.clone().expect("open");
    take_in(&mut snapshot, id, cause, 0);
    Reply::CheckFound(Box::new(snapshot.findings.profiles.get(&id).cloned().expect("just put in")))
}

#[test]
fn one_billed_call_is_never_asked_about() {
    let mut robot = robot();
    robot.keys("c");
    assert_eq!(asked(&mut robot).len(), 1);
    for keys in ["Space c", "/ t i d e Enter C"] {
        let mut robot = self::robot();
        robot.keys(keys);
        assert_eq!(asked(&mut robot).len(), 1, "{keys}");
    }
}

#[test]
fn several_are_asked_about_after_a_question_with_count_cost_and_date() {
    let mut robot = Robot::open(fine(16, 30));
    robot.keys("Space Space c");
    for text in
        ["2 profiles: ", "at most 4 requests, at most $0.02.", "prices are those of 20", "nothing is posted"]
    {
        assert!(robot.sees(text), "{text}\n{}", robot.frame());
    }
    robot.keys("Enter");
    assert!(robot.jobs().is_empty(), "Enter alone is Cancel");
}

#[test]
fn consent_given_too_fast_is_not_taken() {
    let mut robot = robot();
    robot.keys("C y");
    assert!(robot.jobs().is_empty());
    answer(&mut robot, "y");
    assert_eq!(asked(&mut robot).len(), 7);
}

#[test]
fn the_cheap_answer_asks_only_where_there_is_no_fresh_verdict() {
    let mut snapshot = fine(16, 1);
    for (number, hours) in [(0, 24), (1, 30), (2, 23)] {
        take_in(&mut snapshot, id(number), Cause::Ok, hours);
    }
    take_in(&mut snapshot, id(3), Cause::XDown, 1);
    for (key, wanted) in [("y", vec![id(0), id(1), id(3)]), ("a", (0..16).map(id).collect())] {
        let mut robot = Robot::open(snapshot.clone());
        robot.keys("C");
        for text in
            ["3 of 16 profiles: ", "$0.03", "other 13", "younger than 1 d", "$0.16", "y Check 3", "a All 16"]
        {
            assert!(robot.sees(text), "{text}\n{}", robot.frame());
        }
        answer(&mut robot, key);
        let mut ids = asked(&mut robot);
        ids.sort();
        let mut wanted = wanted;
        wanted.sort();
        assert_eq!(ids, wanted, "{key}");
    }
}

#[test]
fn where_everything_is_fresh_the_habitual_yes_costs_nothing() {
    let mut robot = Robot::open(fine(16, 1));
    robot.keys("C");
    answer(&mut robot, "y");
    assert!(robot.jobs().is_empty() && robot.sees("no verdict is old"), "{}", robot.frame());
    robot.keys("a");
    assert_eq!(asked(&mut robot).len(), 16);
}

#[test]
fn the_buttons_are_reached_by_tab_and_mouse_as_well() {
    let mut snapshot = fine(16, 1);
    take_in(&mut snapshot, id(0), Cause::Ok, 99);
    let begun = |press: &dyn Fn(&mut Robot)| {
        let mut robot = Robot::open(snapshot.clone());
        robot.keys("C").wait(Duration::from_millis(150));
        press(&mut robot);
        robot
            .jobs()
            .into_iter()
            .map(|job| if let Job::Check(ids) = job { ids.len() } else { 0 })
            .sum::<usize>()
    };
    let keys = |keys: &'static str| {
        move |robot: &mut Robot| {
            robot.keys(keys);
        }
    };
    for (text, count) in
        [("Tab Enter", 1), ("Tab Tab Enter", 16), ("⇧Tab Enter", 16), ("Tab Tab Tab Enter", 0)]
    {
        assert_eq!(begun(&keys(text)), count, "{text}");
    }
    for (text, count) in [("y Check 1", 1), ("a All 16", 16), ("n Cancel", 0)] {
        assert_eq!(
            begun(&|robot| {
                robot.click_on(text);
            }),
            count,
            "{text}"
        );
    }
}

#[test]
fn a_second_check_joins_the_first_and_sends_nothing_twice() {
    let mut robot = robot();
    robot.keys("C");
    answer(&mut robot, "y");
    let first = robot.ticket().expect("a check was begun");
    let all = asked(&mut robot);
    assert!(!all.contains(&id(7)), "its verdict is fresh");
    // Another bot is asked about beside it; the one under way joins.
    robot.keys("g c");
    let second = robot.ticket().expect("another one");
    assert_eq!(asked(&mut robot), [id(7)]);
    assert!(robot.sees("checked 0/8"), "{}", robot.frame());
    robot.keys("c").keys("Esc");
    assert!(robot.jobs().is_empty() && robot.sees("X is being asked about it already"), "{}", robot.frame());
    robot.keys("C");
    answer(&mut robot, "a");
    let rest = asked(&mut robot);
    assert_eq!(rest.len(), 8, "neither the seven nor the one");
    assert!(!rest.contains(&id(7)) && rest.iter().all(|id| !all.contains(id)));
    robot.keys("C");
    assert!(robot.jobs().is_empty() && robot.sees("asked about them already"), "{}", robot.frame());
    // They are one sum in the gauge and a line each among the tasks.
    robot.msg(Msg::Job(first, found(&robot, all[0], Cause::Ok)));
    robot.msg(Msg::Job(second, found(&robot, id(7), Cause::AccountLocked)));
    assert!(robot.sees("checked 2/16") && robot.sees("1 failed"), "{}", robot.frame());
    robot.keys("w");
    assert!(robot.sees("1/7") && robot.sees("1/1 · 1 failed") && robot.sees("0/8"), "{}", robot.frame());
}

#[test]
fn one_of_several_checks_is_cancelled_and_may_then_be_begun_anew() {
    let mut robot = Robot::open(fine(16, 1));
    robot.keys("c");
    let first = robot.ticket().expect("a check was begun");
    let bot = asked(&mut robot)[0];
    robot.keys("j c");
    asked(&mut robot);
    robot.keys("w");
    let name = |robot: &Robot, id| {
        let snapshot = robot.model.ctx.snapshot.as_ref().expect("open");
        snapshot.document.profile(id).map(|profile| profile.name.to_string()).expect("there")
    };
    assert!(robot.frame().contains(&format!("checking        {}", name(&robot, bot))), "{}", robot.frame());
    robot.keys("x");
    assert_eq!(robot.effects(), [Effect::Cancel(first)]);
    assert!(robot.sees("0/1 · cancelling") && robot.sees("checked 0/2"), "{}", robot.frame());
    // What was cancelled answers nobody any more.
    robot.keys("Esc k c");
    assert_eq!(asked(&mut robot), [bot]);
    robot.msg(Msg::Job(first, Reply::CheckDone(CheckSum::default())));
    assert!(robot.sees("cancelled after 0 of 1 profile"), "{}", robot.frame());
}

#[test]
fn a_value_changed_meanwhile_takes_another_check_whose_verdict_stays() {
    let mut robot = Robot::open(fine(3, 1));
    robot.keys("c");
    let first = robot.ticket().expect("a check was begun");
    let bot = asked(&mut robot)[0];
    let late = found(&robot, bot, Cause::AccessPairRejected);
    let mut saved = robot.model.ctx.snapshot.clone().expect("open");
    let fields = [(Field::AccessToken, Some(Secret::new("144700000001-made-up-other")))];
    let edits = edit::set_fields(&saved.document, bot.into(), fields, Origin::Edit, NOON);
    saved.document = Arc::new(edit::apply_all(&saved.document, &edits).expect("it fits"));
    saved.vault.generation += 1;
    let reload = robot.model.ctx.jobs.enter(&Job::Reload, Duration::ZERO);
    robot.msg(Msg::Job(reload, Reply::Reloaded(Ok(Some(saved)))));
    assert!(robot.sees("not checked"), "{}", robot.frame());
    robot.keys("c");
    let second = robot.ticket().expect("another check");
    assert_eq!(asked(&mut robot), [bot]);
    robot.msg(Msg::Job(second, found(&robot, bot, Cause::LevelTooLow)));
    robot.msg(Msg::Job(first, late));
    assert!(robot.sees("! level") && !robot.sees("access pair"), "{}", robot.frame());
}

#[test]
fn verdicts_stream_in_and_rows_keep_their_places() {
    let mut robot = robot();
    robot.keys("C");
    answer(&mut robot, "a");
    let before = under_cursor(&robot);
    let ticket = robot.ticket().expect("a check was begun");
    robot.msg(Msg::Job(ticket, Reply::CheckBegun(id(7))));
    assert!(robot.sees("asking X"));
    robot.msg(Msg::Job(ticket, found(&robot, id(7), Cause::Ok)));
    assert!(robot.sees("checked 1/16"), "{}", robot.frame());
    assert_eq!(under_cursor(&robot), before, "the row has not moved");
    assert!(robot.sees("X accepts this profile"));
    robot.msg(Msg::Job(ticket, Reply::CheckDone(CheckSum { requests: 20, notices: Vec::new() })));
    assert!(robot.sees("with 20 requests"));
    robot.keys("s a g");
    assert_ne!(under_cursor(&robot), before, "sorted anew it is no longer first");
}

#[test]
fn a_verdict_too_old_to_go_by_is_marked_and_comes_before_those_that_are_fine() {
    let mut snapshot = fine(3, 1);
    take_in(&mut snapshot, id(2), Cause::Ok, 50);
    let mut robot = Robot::open(snapshot);
    assert_eq!(under_cursor(&robot), "poet");
    for (width, height) in [(120, 36), (80, 24), (40, 12)] {
        robot.size(width, height);
        let frame = robot.frame();
        let line = |name: &str| {
            frame
                .lines()
                .find(|line| line.contains(name) && line.contains("fine"))
                .unwrap_or_default()
                .to_owned()
        };
        assert!(line("poet").contains('?'), "{frame}");
        assert!(line("wiki-daily").contains("1 h") && !line("wiki-daily").contains('?'), "{frame}");
    }
    robot.size(120, 36);
    assert!(robot.sees("2 d?") && robot.sees("worth another look"), "{}", robot.frame());
}

#[test]
fn an_outage_is_told_and_leaves_the_verdict_that_was_there() {
    let mut robot = Robot::open(fine(1, 2));
    robot.keys("c");
    let ticket = robot.ticket().expect("a check was begun");
    robot.msg(Msg::Job(ticket, found(&robot, id(0), Cause::Unreachable)));
    robot.msg(Msg::Job(ticket, Reply::CheckDone(CheckSum { requests: 3, notices: Vec::new() })));
    for said in ["X gave no answer", "X accepts this profile", "checked 2 h ago", "asked again just now"] {
        assert!(robot.sees(said), "{said}\n{}", robot.frame());
    }
    assert!(!robot.sees("1 failed"), "{}", robot.frame());
}

#[test]
fn the_account_that_answered_is_shown_where_none_is_stored() {
    let mut snapshot = fine(1, 2);
    let mut profile = snapshot.document.profile(id(0)).expect("there").clone();
    let stored = profile.handle.take().expect("the flock has handles");
    Arc::make_mut(&mut snapshot.document).insert_profile(profile);
    let robot = Robot::open(snapshot.clone());
    assert!(robot.sees("no handle") && !robot.sees(&stored.to_string()), "{}", robot.frame());
    let answered = Account { id: UserId::parse("12").expect("a number"), handle: stored.clone() };
    let finding = Arc::make_mut(&mut snapshot.findings).profiles.get_mut(&id(0)).expect("it was checked");
    finding.verdict.account = Some(answered);
    let robot = Robot::open(snapshot);
    let frame = robot.frame();
    assert_eq!(frame.matches(&stored.to_string()).count(), 2, "in the list and on its page: {frame}");
    assert!(robot.sees("as X answered"), "{frame}");
}

#[test]
fn a_bearer_token_that_x_refuses_is_dead_on_the_board_and_on_the_page_of_its_app() {
    let mut robot = robot();
    let snapshot = robot.model.ctx.snapshot.clone().expect("open");
    let bearer = |app: &&App| app.held.secret(Field::BearerToken).is_some();
    let app = snapshot.document.apps_by_name().find(bearer).expect("one with a bearer token");
    let bot = snapshot.document.profiles_of(app.id).next().expect("a bot");
    let may = |robot: &Robot| {
        let snapshot = robot.model.ctx.snapshot.as_ref().expect("open");
        let profile = snapshot.document.profile(bot.id).expect("there");
        let board = robot.model.ctx.roster.holdings(snapshot, profile).ability(Action::Usage).may;
        assert_eq!(board, snapshot.holdings(profile).ability(Action::Usage).may, "as machines are told");
        board
    };
    assert_eq!(may(&robot), May::Yes, "nobody has asked");
    robot.keys("c");
    let ticket = robot.ticket().expect("a check was begun");
    let judged = vec![(
        Field::BearerToken,
        snapshot.document.fingerprints.of_all([app.held.secret(Field::BearerToken)]),
    )];
    let finding = AppFinding {
        app: app.id,
        keys: Cause::Ok,
        bearer: Some(Cause::BearerRejected),
        evidence: vec!["X answered 401 to GET /2/usage/tweets".to_owned()],
        checked_at: NOON,
        judged,
    };
    robot.msg(Msg::Job(ticket, Reply::CheckFoundApp(Box::new(finding))));
    assert_eq!(may(&robot), May::No);
    robot.keys("2");
    let row = Cause::BearerRejected.row();
    assert!(robot.sees(row.what) && robot.sees("X answered 401"), "{}", robot.frame());
}

#[test]
fn a_ticket_of_no_check_moves_nothing() {
    let mut robot = robot();
    let before = robot.frame();
    robot.msg(Msg::Job(Ticket(4_711), found(&robot, id(7), Cause::Ok)));
    assert_eq!(robot.frame(), before);
}
