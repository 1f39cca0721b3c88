use std::sync::Arc;

use super::*;
use crate::domain::app::App;
use crate::domain::document::Document;
use crate::domain::names::Name;
use crate::domain::profile::Profile;
use crate::failure::Kind;
use crate::ops::snapshot::Snapshot;
use crate::tui::ctx::Presence;
use crate::tui::message::{Created, Focus, Msg, Opened};
use crate::tui::testing::flock::flock;
use crate::tui::testing::{NOON, Robot};

const WORDS: &str = "made up words for a test";
const KEY: &str = "AGE-SECRET-KEY-1MADEUPMADEUPMADEUPMADEUPMADEUPMADEUPMADEUPMADE7XQZ9L";

/// Before the first page, the words on it.
fn wizard() -> Robot {
    let mut robot = Robot::new(Presence::Absent);
    robot.keys("n").answer(Reply::Suggested(Secret::new(WORDS)));
    robot
}

fn empty() -> Snapshot {
    let mut snapshot = flock(0);
    snapshot.document = Arc::new(Document::new(snapshot.document.fingerprints.clone()));
    snapshot
}

fn created(robot: &mut Robot, recovery_key: Option<&str>) {
    let created = Created { snapshot: empty(), recovery_key: recovery_key.map(Secret::new) };
    robot.answer(Reply::Created(Ok(created)));
}

fn inits(robot: &mut Robot) -> Vec<(Secret, RecoveryKey)> {
    let init = |job| match job {
        Job::Init { passphrase, recovery } => Some((passphrase, recovery)),
        _ => None,
    };
    robot.jobs().into_iter().filter_map(init).collect()
}

fn drafts(robot: &Robot) -> Vec<Draft> {
    let kept = robot.wanted().iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft(drafts) => Some(drafts.clone()),
        _ => None,
    });
    kept.unwrap_or_default()
}

#[test]
fn the_pages_at_every_size() {
    let mut robot = wizard();
    robot.size(80, 24).keys("^R");
    insta::assert_snapshot!("passphrase_80x24", robot.frame());
    robot.size(40, 12).keys("^R");
    insta::assert_snapshot!("passphrase_40x12", robot.frame());
    robot.size(80, 24).keys("Enter");
    insta::assert_snapshot!("recovery_80x24", robot.frame());
    robot.keys("Enter");
    created(&mut robot, Some(KEY));
    insta::assert_snapshot!("prove_80x24", robot.frame());
    robot.text(WORDS).keys("Enter");
    insta::assert_snapshot!("recovery_key_80x24", robot.frame());
    robot.size(40, 12).keys("^R");
    insta::assert_snapshot!("recovery_key_40x12", robot.frame());
    robot.size(80, 24).text("7xqz9l").keys("Enter");
    insta::assert_snapshot!("app_80x24", robot.frame());
    robot.size(40, 12);
    robot.keys("↓ ↓ ↓");
    insta::assert_snapshot!("app_40x12", robot.frame());
    robot.size(80, 24).keys("^K ^K");
    insta::assert_snapshot!("done_80x24", robot.frame());
    robot.size(40, 12);
    insta::assert_snapshot!("done_40x12", robot.frame());
}

#[test]
fn nothing_is_written_before_the_recovery_question_is_answered() {
    let mut robot = wizard();
    robot.keys("Enter");
    assert_eq!(inits(&mut robot), []);
    robot.keys("Esc Esc");
    assert_eq!(robot.model.names(), ["welcome"]);
    assert_eq!(inits(&mut robot), []);
}

#[test]
fn the_words_or_ones_own_make_the_vault() {
    let mut robot = wizard();
    assert!(robot.sees(WORDS));
    robot.keys("Enter Enter");
    assert_eq!(inits(&mut robot), [(Secret::new(WORDS), RecoveryKey::Make)]);

    let mut robot = wizard();
    robot.text("q is my own");
    assert!(!robot.sees("is my own"));
    robot.keys("Enter ↓ Enter");
    assert_eq!(inits(&mut robot), [(Secret::new("q is my own"), RecoveryKey::Without)]);
}

#[test]
fn a_weak_passphrase_is_called_weak_and_not_refused() {
    let mut robot = wizard();
    robot.text("password1");
    assert!(robot.sees("weak: whoever gets the file guesses this in no time"), "{}", robot.frame());
    robot.keys("Enter Enter");
    assert_eq!(inits(&mut robot).len(), 1);
}

#[test]
fn other_words_are_one_key_away() {
    let mut robot = wizard();
    robot.keys("^N").answer(Reply::Suggested(Secret::new("six other ones")));
    assert!(robot.sees("six other ones") && !robot.sees(WORDS));
}

#[test]
fn a_vault_that_could_not_be_made_says_why_and_can_be_tried_again() {
    let mut robot = wizard();
    robot.keys("Enter Enter");
    let failure = Failure::new(Kind::NotSaved, "no vault was made", "the disk is full", "make room");
    robot.answer(Reply::Created(Err(failure)));
    assert!(robot.sees("the disk is full"), "{}", robot.frame());
    robot.effects();
    robot.keys("Enter");
    assert_eq!(inits(&mut robot).len(), 1);
}

#[test]
fn the_passphrase_is_proved_by_typing_it_again() {
    let mut robot = wizard();
    robot.keys("Enter Enter");
    created(&mut robot, None);
    robot.text("made up wrods").keys("Enter");
    assert!(robot.sees("that is not it"));
    assert!(!robot.sees(WORDS));
    robot.keys("^R");
    assert!(robot.sees(WORDS), "{}", robot.frame());
    robot.msg(Msg::Focus(Focus::Lost));
    assert!(!robot.sees(WORDS));
    robot.text(WORDS).keys("Enter");
    assert!(robot.sees("By hand: the app"), "{}", robot.frame());
}

#[test]
fn a_recovery_key_stays_until_it_is_acknowledged_even_through_a_lock() {
    let mut robot = wizard();
    robot.keys("Enter Enter");
    created(&mut robot, Some(KEY));
    assert_eq!(drafts(&robot).len(), 1, "it is sealed before it is shown");
    robot.text(WORDS).keys("Enter");
    assert!(robot.sees("AGE-SECR"), "{}", robot.frame());
    robot.text("wrong1").keys("Enter");
    assert!(robot.sees("these are not its last six characters"));
    robot.keys("^C");
    let kept = drafts(&robot);

    let mut robot = Robot::new(Presence::Passphrase);
    let ticket = robot.model.ctx.jobs.enter(&Job::Unlock { passphrase: None }, robot.model.ctx.moment.boot);
    let opened = Opened { snapshot: empty(), drafts: kept, notices: Vec::new() };
    robot.msg(Msg::Job(ticket, Reply::Unlocked(Ok(opened))));
    assert!(robot.sees("AGE-SECR"), "{}", robot.frame());
    robot.text("7XQZ9L").keys("Enter");
    assert!(!robot.sees("AGE-SECR"));
    assert_eq!(drafts(&robot), []);
}

#[test]
fn by_hand_goes_on_through_app_and_profile_to_the_two_lines_that_matter() {
    let mut robot = wizard();
    robot.keys("Enter Enter");
    created(&mut robot, None);
    robot.text(WORDS).keys("Enter Enter");
    assert_eq!(robot.model.names(), ["welcome", "new vault", "form"]);
    let mut snapshot = empty();
    let mut document = (*snapshot.document).clone();
    let app = App::new(AppId::from_random([1; 16]), Name::parse("bots").expect("a name"), NOON);
    let bot = Profile::new(ProfileId::from_random([2; 16]), Name::parse("my bot").expect("a name"), NOON);
    document.insert_app(app.clone());
    document.insert_profile(bot.clone());
    snapshot.document = Arc::new(document);
    robot.model.ctx.snapshot = Some(snapshot);
    robot.keys("Esc");
    assert!(robot.sees("By hand: the app"), "left without saving, it asks again");
    tell(&mut robot, app.id.into());
    assert!(robot.sees("By hand: the bot"));
    robot.keys("Enter");
    assert!(robot.sees("New profile") && robot.sees("bots"), "{}", robot.frame());
    robot.keys("Esc");
    tell(&mut robot, bot.id.into());
    assert!(robot.sees("birdkeep get 'my bot' access_token"), "{}", robot.frame());
    assert!(!robot.sees("Left for later"));
    robot.keys("Enter");
    assert_eq!(robot.model.names(), ["main"]);
}

/// What a form says when it has saved.
fn tell(robot: &mut Robot, owner: Owner) {
    let at = robot.model.stack.len() - 1;
    let ctx = robot.model.ctx.clone();
    robot.model.stack[at].told(Told::Show(owner), &ctx);
}

#[test]
fn what_was_skipped_is_listed_with_its_command() {
    let mut robot = wizard();
    robot.keys("Enter Enter");
    created(&mut robot, None);
    robot.keys("^K ^K ^K");
    for command in ["birdkeep passwd", "birdkeep app add NAME", "birdkeep add NAME --app APP"] {
        assert!(robot.sees(command), "{command}:\n{}", robot.frame());
    }
}

#[test]
fn a_vault_made_for_an_import_goes_on_to_it() {
    let mut robot = Robot::new(Presence::Absent);
    robot.keys("i").answer(Reply::Suggested(Secret::new(WORDS)));
    assert_eq!(robot.model.names(), ["welcome", "new vault"]);
    robot.keys("Enter Enter");
    created(&mut robot, None);
    robot.text(WORDS).keys("Enter");
    assert_eq!(robot.model.names(), ["main", "import"]);
}

#[test]
fn no_size_breaks_a_page() {
    let mut robot = wizard();
    let sizes = [(1, 1), (20, 6), (24, 7), (33, 9), (40, 12), (79, 13), (80, 24), (120, 36)];
    let look = |robot: &mut Robot| {
        for (width, height) in sizes {
            robot.size(width, height).frame();
        }
    };
    look(&mut robot);
    robot.keys("Enter");
    look(&mut robot);
    robot.keys("Enter");
    look(&mut robot);
    created(&mut robot, Some(KEY));
    for _ in 0..4 {
        look(&mut robot);
        robot.keys("^K");
    }
    look(&mut robot);
}
