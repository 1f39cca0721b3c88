use std::sync::Arc;

use crate::domain::edit::{self, Edit};
use crate::domain::fields::{Credential, Field, OwnerKind};
use crate::domain::id::{AppId, Owner};
use crate::domain::rotation::{self, Rotation, Stage, Way};
use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};
use crate::ops::snapshot::Snapshot;
use crate::tui::ctx::Ctx;
use crate::tui::effect::{Effect, Job, RotateInput};
use crate::tui::message::{Msg, Reply, RotationStep};
use crate::tui::screen::Door;
use crate::tui::testing::flock::{CANARY, flock, id};
use crate::tui::testing::{NOON, Robot};
use crate::tui::widgets::buttons::DEAF;

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

/// The pair of the first bot, whose account is 144700000000.
fn pair() -> (String, String) {
    (format!("144700000000-{}", "m".repeat(37)), "u".repeat(45))
}

fn app() -> Owner {
    AppId::from_random([1; 16]).into()
}

fn bot() -> Owner {
    id(0).into()
}

/// The vault that `robot` shows, with `edits` saved.
fn saved(ctx: &Ctx, edits: &[Edit]) -> Snapshot {
    let mut snapshot = ctx.snapshot.clone().expect("it is open");
    snapshot.document = Arc::new(edit::apply_all(&snapshot.document, edits).expect("the edits fit"));
    snapshot.vault.generation += 1;
    snapshot
}

fn moved(ctx: &Ctx, owner: Owner, credential: Credential, stage: Option<Stage>) -> Edit {
    let held = ctx.snapshot.as_ref().and_then(|snapshot| snapshot.document.held(owner)).expect("it is there");
    let was = held.rotation(credential).cloned();
    let begun = was.clone().unwrap_or_else(|| Rotation::begin(credential, NOON));
    let to = stage.map(|stage| {
        let leads =
            |way: &Way| rotation::way(credential, *way).is_some_and(|row| row.stages.contains(&stage));
        let known = [begun.way, Way::Console, Way::Request, Way::Login, Way::Renew];
        begun.by(known.into_iter().find(leads).expect("some way leads there")).at(stage, NOON)
    });
    Edit::SetRotation { owner, credential, was, to }
}

/// A flock in which a rotation waits at `stage`.
fn waiting(owner: Owner, credential: Credential, stage: Stage) -> Robot {
    let robot = Robot::open(flock(12));
    let edit = moved(&robot.model.ctx, owner, credential, Some(stage));
    Robot::open(saved(&robot.model.ctx, &[edit]))
}

/// Answers the stage under way: the rotation stands at `stage` now.
fn answer(robot: &mut Robot, stage: Option<Stage>, more: Vec<Edit>, said: &str) {
    let (owner, credential) = asked(robot).0;
    let ctx = &robot.model.ctx;
    let edit = moved(ctx, owner, credential, stage);
    let snapshot = saved(ctx, &[more, vec![edit]].concat());
    let held = snapshot.document.held(owner).expect("it is there");
    let rotation = held.rotation(credential).cloned();
    let said = vec![said.to_owned()];
    let step = RotationStep { snapshot, owner, credential, rotation, said, refused: None };
    robot.answer(Reply::Rotated(Ok(step)));
}

/// The newest stage asked for.
fn asked(robot: &Robot) -> ((Owner, Credential), RotateInput) {
    let job = robot.wanted().iter().rev().find_map(|effect| match effect {
        Effect::Start(_, Job::Rotate { owner, credential, input }) => {
            Some(((*owner, *credential), input.clone()))
        }
        _ => None,
    });
    job.expect("a stage was asked for")
}

fn rotations(robot: &Robot) -> usize {
    let is_one = |effect: &&Effect| matches!(effect, Effect::Start(_, Job::Rotate { .. }));
    robot.wanted().iter().filter(is_one).count()
}

#[test]
fn the_first_pages_change_nothing_and_the_key_that_opened_is_not_the_one_that_begins() {
    let mut robot = Robot::open(flock(12));
    robot.keys("R").wait(DEAF);
    assert_eq!(robot.model.names(), ["main", "rotate"]);
    assert!(robot.sees("Which credential?"));
    robot.keys("Enter").wait(DEAF);
    assert!(robot.sees("Nothing has changed yet."), "{}", robot.frame());
    robot.keys("R R");
    assert_eq!(rotations(&robot), 0);
    robot.keys("Enter");
    assert_eq!(robot.model.names(), ["main"], "Cancel is lit at first");
    assert_eq!(rotations(&robot), 0);
}

#[test]
fn consent_is_deaf_at_first_and_right_after_a_paste() {
    let mut robot = Robot::open(flock(12));
    robot.open_door(Door::Rotate(app(), Some(Credential::Bearer)));
    robot.keys("y");
    assert_eq!(rotations(&robot), 0, "too fast");
    robot.wait(DEAF).paste("y\n").keys("y");
    assert_eq!(rotations(&robot), 0, "right after a paste");
    robot.wait(DEAF).keys("y");
    assert_eq!(asked(&robot), ((app(), Credential::Bearer), RotateInput::Go));
    robot.keys("y y Enter");
    assert_eq!(rotations(&robot), 1, "one stage at a time");
}

#[test]
fn who_stops_comes_first() {
    for (width, height) in SIZES {
        let mut robot = Robot::open(flock(12));
        robot.size(width, height).open_door(Door::Rotate(bot(), Some(Credential::Access)));
        assert!(!robot.sees("This stops one bot"), "a login alone stops nobody:\n{}", robot.frame());
        let frame = robot.keys("^T").frame();
        assert!(frame.contains("This stops one bot"), "{frame}");
        assert!(frame.contains("y Begin the rotation") && frame.contains("n Cancel"), "{frame}");
    }
}

#[test]
fn stages_of_birdkeep_follow_each_other_and_the_end_says_what_changed() {
    let mut robot = Robot::open(flock(12));
    robot.open_door(Door::Rotate(app(), Some(Credential::Bearer))).wait(DEAF).keys("y");
    for (number, stage) in [Stage::Invalidate, Stage::Fetch, Stage::Verify, Stage::Promote].iter().enumerate()
    {
        answer(&mut robot, Some(*stage), Vec::new(), "X did what it was asked");
        assert_eq!(rotations(&robot), number + 2, "{stage:?} goes on by itself");
    }
    let ctx = &robot.model.ctx;
    let document = &ctx.snapshot.as_ref().expect("open").document;
    let key = &document.fingerprints;
    let new = Secret::new("AAAA-made-up");
    let (old, print) = (document.slot(app(), Field::BearerToken).map(|s| key.of(&s.secret)), key.of(&new));
    let origin = crate::domain::credential::Origin::Rotation;
    let edits = edit::set_fields(document, app(), [(Field::BearerToken, Some(new))], origin, NOON);
    answer(&mut robot, None, edits, "the old one is in the history");
    let frame = robot.frame();
    let wanted = format!("#{} → #{}", old.expect("it had one").short(), print.short());
    assert!(frame.contains(&wanted), "{wanted} in\n{frame}");
    assert!(frame.contains("The bearer token is new.") && frame.contains("The old one is in the history."));
    robot.keys("Enter");
    assert_eq!(robot.model.names(), ["main"]);
}

#[test]
fn a_rotation_that_fell_back_waits_instead_of_going_round() {
    let mut robot = waiting(app(), Credential::Bearer, Stage::Verify);
    robot.open_door(Door::Rotate(app(), Some(Credential::Bearer)));
    assert_eq!(rotations(&robot), 0, "taking it up again changes nothing by itself");
    robot.keys("Enter");
    answer(&mut robot, Some(Stage::Fetch), Vec::new(), "X rejects the new bearer token");
    assert_eq!(rotations(&robot), 1);
    assert!(robot.sees("X rejects the new bearer token."), "{}", robot.frame());
}

#[test]
fn a_failed_stage_says_why_and_can_be_tried_again() {
    let mut robot = waiting(app(), Credential::Bearer, Stage::Fetch);
    robot.open_door(Door::Rotate(app(), Some(Credential::Bearer))).keys("Enter");
    let failure = Failure::new(Kind::Network, "X cannot be reached", "the network is down", "go on later");
    robot.answer(Reply::Rotated(Err(failure)));
    for text in
        ["✗ X cannot be reached", "because  the network is down", "try this go on later", "tries again"]
    {
        assert!(robot.sees(text), "{text} in\n{}", robot.frame());
    }
    robot.keys("Enter");
    assert_eq!(rotations(&robot), 2);
}

#[test]
fn the_console_is_opened_and_what_is_pasted_there_is_tried() {
    let (token, secret) = pair();
    let mut robot = waiting(bot(), Credential::Access, Stage::Console);
    robot.open_door(Door::Rotate(bot(), Some(Credential::Access)));
    assert!(robot.sees("https://console.x.com"));
    robot.keys("o");
    assert!(robot.wanted().contains(&Effect::OpenLink("https://console.x.com".to_owned())));
    robot.paste(&format!("{secret}\n{token}"));
    let frame = robot.frame();
    assert!(frame.contains("#cf01, looks like an access token"), "{frame}");
    assert!(!frame.contains(&token) && !frame.contains(&secret));
    robot.keys("Enter");
    let values = vec![
        (Field::AccessToken, Secret::new(token.as_str())),
        (Field::AccessSecret, Secret::new(secret.as_str())),
    ];
    assert_eq!(asked(&robot).1, RotateInput::Pasted(values));
    answer(&mut robot, Some(Stage::Verify), Vec::new(), "kept as a candidate");
    assert_eq!(rotations(&robot), 2, "verifying follows by itself");
}

#[test]
fn a_value_that_cannot_be_the_new_one_is_not_tried() {
    let mut robot = waiting(bot(), Credential::Access, Stage::Paste);
    robot.open_door(Door::Rotate(bot(), Some(Credential::Access)));
    robot.paste(&"k".repeat(25));
    assert!(robot.sees("this looks like an API key"), "{}", robot.frame());
    robot.keys("Enter Enter Enter");
    assert_eq!(rotations(&robot), 0);
    assert!(robot.sees("paste the new value first"), "{}", robot.frame());
}

#[test]
fn letters_are_text_on_the_page_that_takes_values() {
    let mut robot = waiting(bot(), Credential::Access, Stage::Paste);
    robot.open_door(Door::Rotate(bot(), Some(Credential::Access)));
    robot.text("yoqneLR?").keys("← ← Backspace");
    assert_eq!(robot.model.names(), ["main", "rotate"]);
    assert_eq!(rotations(&robot), 0);
    robot.keys("^O");
    assert!(robot.wanted().iter().any(|effect| matches!(effect, Effect::OpenLink(_))));
}

#[test]
fn what_was_pasted_is_sealed_at_once_and_comes_back() {
    let (token, _) = pair();
    let mut robot = waiting(bot(), Credential::Access, Stage::Paste);
    robot.open_door(Door::Rotate(bot(), Some(Credential::Access))).paste(&token);
    let kept = robot.effects().into_iter().find_map(|effect| match effect {
        Effect::KeepDraft(drafts) => drafts.into_iter().next(),
        _ => None,
    });
    let draft = kept.expect("it was sealed");
    assert_eq!(draft.fields, [("access_token".to_owned(), Secret::new(token.as_str()))]);

    robot.keys("Esc");
    assert!(robot.sees("R takes it up again"), "{}", robot.frame());
    robot.open_door(Door::Rotate(bot(), Some(Credential::Access)));
    assert!(robot.sees("looks like an access token"), "from the shelf:\n{}", robot.frame());

    robot.keys("Esc").open_door(Door::Draft(draft.clone()));
    assert_eq!(robot.model.names(), ["main", "rotate"]);
    assert_eq!(robot.model.top().and_then(crate::tui::screen::Screen::draft), Some(draft));
}

#[test]
fn only_drafts_of_this_wizard_are_taken_back() {
    let robot = Robot::open(flock(1));
    for key in ["", "edit:app:1", "rotate:", "rotate:app:nonsense:bearer", "rotate:bird:1:bearer"] {
        let draft = crate::tui::effect::Draft { key: key.to_owned(), fields: Vec::new() };
        assert!(super::Rotate::restore(&robot.model.ctx, &draft).is_err(), "{key}");
    }
    let gone = super::key(crate::domain::id::ProfileId::from_random([9; 16]).into(), Credential::Access);
    let draft = crate::tui::effect::Draft { key: gone, fields: Vec::new() };
    assert!(super::Rotate::wrote(&draft) && super::Rotate::restore(&robot.model.ctx, &draft).is_err());
    for (owner, credential) in [(app(), Credential::Bearer), (bot(), Credential::Access)] {
        assert_eq!(super::read_key(&super::key(owner, credential)), Some((owner, credential)));
    }
}

#[test]
fn abandoning_asks_first_and_says_what_it_means() {
    let mut robot = waiting(app(), Credential::Bearer, Stage::Fetch);
    robot.open_door(Door::Rotate(app(), Some(Credential::Bearer))).keys("^X");
    assert!(robot.sees("What X has done stays done"), "{}", robot.frame());
    robot.keys("Enter");
    assert!(robot.sees("waits here"), "Cancel is lit at first:\n{}", robot.frame());
    robot.keys("^X").wait(DEAF).keys("y");
    assert_eq!(asked(&robot).1, RotateInput::Abandon);
    answer(&mut robot, None, Vec::new(), "the rotation is over; nothing was replaced");
    assert!(robot.sees("without a new value"), "{}", robot.frame());
}

#[test]
fn a_stage_goes_on_while_the_wizard_is_closed_and_is_seen_when_it_is_back() {
    let mut robot = waiting(app(), Credential::Bearer, Stage::Fetch);
    robot.open_door(Door::Rotate(app(), Some(Credential::Bearer))).keys("Enter Esc");
    assert_eq!(robot.model.names(), ["main"]);
    robot.open_door(Door::Rotate(app(), Some(Credential::Bearer)));
    assert!(robot.sees("X is asked for a new value"), "{}", robot.frame());
    robot.keys("Enter");
    assert_eq!(rotations(&robot), 1, "not twice");
    answer(&mut robot, Some(Stage::Verify), Vec::new(), "X has handed over a new one");
    assert!(robot.sees("Enter goes on with “Try the new value on a read-only call”"), "{}", robot.frame());
}

#[test]
fn what_cannot_be_rotated_says_what_to_do_instead_and_leads_there() {
    let mut robot = Robot::open(flock(12));
    // The app of a flock is no OAuth 2.0 client.
    robot.open_door(Door::Rotate(app(), Some(Credential::Client)));
    assert!(robot.sees("Which credential?") && robot.sees("instead:"), "{}", robot.frame());
    robot.keys("Enter");
    assert!(robot.sees("cannot be rotated") && robot.sees("Which credential?"), "{}", robot.frame());
    assert_eq!(rotations(&robot), 0);
}

#[test]
fn a_vault_that_is_not_trusted_is_not_changed() {
    let mut snapshot = flock(12);
    snapshot.vault.trusted = false;
    let mut robot = Robot::open(snapshot);
    robot.open_door(Door::Rotate(app(), Some(Credential::Bearer))).wait(DEAF).keys("y");
    assert_eq!(rotations(&robot), 0);
    assert!(robot.sees("is not trusted yet"), "{}", robot.frame());
}

#[test]
fn what_was_deleted_meanwhile_is_not_rotated() {
    let mut robot = Robot::open(flock(12));
    robot.open_door(Door::Rotate(bot(), Some(Credential::Access))).wait(DEAF);
    let ticket = robot.model.ctx.jobs.enter(&Job::Reload, robot.model.ctx.moment.boot);
    let snapshot = saved(&robot.model.ctx, &[Edit::Tombstone { owner: bot(), at: NOON }]);
    robot.msg(Msg::Job(ticket, Reply::Reloaded(Ok(Some(snapshot)))));
    robot.keys("y");
    assert_eq!(rotations(&robot), 0);
    assert!(robot.sees("deleted meanwhile"), "{}", robot.frame());
}

#[test]
fn the_buttons_can_be_clicked() {
    let mut robot = Robot::open(flock(12));
    robot.open_door(Door::Rotate(app(), Some(Credential::Bearer)));
    robot.click_on("y Begin the rotation");
    assert_eq!(rotations(&robot), 0, "too fast");
    robot.wait(DEAF).click_on("y Begin the rotation");
    assert_eq!(rotations(&robot), 1);
    let mut robot = Robot::open(flock(12));
    robot.open_door(Door::Rotate(app(), Some(Credential::Bearer))).click_on("n Cancel");
    assert_eq!(robot.model.names(), ["main"]);
}

#[test]
fn no_size_breaks_a_page_and_no_page_shows_a_value() {
    let (token, secret) = pair();
    let stages =
        [Stage::Invalidate, Stage::Login, Stage::Console, Stage::Paste, Stage::Verify, Stage::Promote];
    for (width, height) in [(1, 1), (20, 6), (21, 7), (40, 12), (59, 13), (60, 14), (80, 24), (200, 60)] {
        let mut robot = Robot::open(flock(12));
        robot.size(width, height).open_door(Door::Rotate(bot(), None));
        robot.frame();
        robot.keys("j j j Enter").frame();
        for stage in stages {
            let mut robot = waiting(bot(), Credential::Access, stage);
            robot.size(width, height).open_door(Door::Rotate(bot(), Some(Credential::Access)));
            robot.paste(&format!("{token}\n{secret}")).keys("PgDn ↓ ↓");
            let frame = robot.frame();
            assert!(!frame.contains(CANARY) && !frame.contains("mmm") && !frame.contains("uuu"), "{frame}");
            robot.keys("^X").frame();
        }
        let mut robot = after_a_new_key();
        robot
            .size(width, height)
            .open_door(Door::Rotate(app(), Some(Credential::Api)))
            .keys("j j ^X")
            .frame();
    }
}

#[test]
fn the_pages_at_three_sizes() {
    let places = [
        ("choose", Stage::Review, None),
        ("review", Stage::Review, Some(Credential::Bearer)),
        ("fetch", Stage::Fetch, Some(Credential::Bearer)),
        ("console", Stage::Console, Some(Credential::Access)),
        ("paste", Stage::Paste, Some(Credential::Access)),
        ("login", Stage::Login, Some(Credential::Access)),
        ("key", Stage::Review, Some(Credential::Api)),
    ];
    for (name, stage, credential) in places {
        for (width, height) in SIZES {
            let of_app = credential.is_some_and(|credential| credential.held_by() == OwnerKind::App);
            let owner = if of_app { app() } else { bot() };
            let mut robot = waiting(owner, credential.unwrap_or(Credential::Oauth2), stage);
            robot.size(width, height).open_door(Door::Rotate(owner, credential));
            if stage == Stage::Paste {
                robot.paste(&pair().0);
            }
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), robot.frame());
        }
    }
}

#[test]
fn the_other_way_is_a_page_of_its_own_before_anything_begins() {
    let mut robot = Robot::open(flock(12));
    robot.open_door(Door::Rotate(bot(), Some(Credential::Access))).keys("^T").wait(DEAF).keys("y");
    assert_eq!(asked(&robot).1, RotateInput::By(Way::Console));
    let mut robot = Robot::open(flock(12));
    robot.open_door(Door::Rotate(bot(), Some(Credential::Access))).keys("^T ^T").wait(DEAF).keys("y");
    assert_eq!(asked(&robot).1, RotateInput::By(Way::Login));
    // Once it has begun, only where nothing dies on the way.
    let mut robot = waiting(app(), Credential::Bearer, Stage::Console);
    robot.open_door(Door::Rotate(app(), Some(Credential::Bearer))).keys("^T");
    assert_eq!(rotations(&robot), 0);
    assert!(robot.sees("no other way from here"), "{}", robot.frame());
}

#[test]
fn what_a_login_has_brought_can_be_pasted_and_comes_in_from_elsewhere() {
    let (token, secret) = pair();
    let mut robot = waiting(bot(), Credential::Access, Stage::Login);
    robot.open_door(Door::Rotate(bot(), Some(Credential::Access)));
    assert!(robot.sees("has to grant the app"), "{}", robot.frame());
    robot.paste(&format!("{token}\n{secret}")).keys("Enter");
    assert!(matches!(asked(&robot).1, RotateInput::Pasted(values) if values.len() == 2));

    // Somebody else's job has moved it on: the wizard goes on with what birdkeep does by itself.
    let mut robot = waiting(bot(), Credential::Access, Stage::Login);
    robot.open_door(Door::Rotate(bot(), Some(Credential::Access)));
    let job = Job::Rotate { owner: bot(), credential: Credential::Access, input: RotateInput::Go };
    let ticket = robot.model.ctx.jobs.enter(&job, robot.model.ctx.moment.boot);
    let ctx = &robot.model.ctx;
    let snapshot = saved(ctx, &[moved(ctx, bot(), Credential::Access, Some(Stage::Verify))]);
    let rotation = snapshot.document.held(bot()).and_then(|held| held.rotation(Credential::Access)).cloned();
    let (owner, credential, said) = (bot(), Credential::Access, Vec::new());
    let step = RotationStep { snapshot, owner, credential, rotation, said, refused: None };
    robot.msg(Msg::Job(ticket, Reply::Rotated(Ok(step))));
    assert_eq!(rotations(&robot), 1, "{}", robot.frame());
}

#[test]
fn a_pair_that_x_hands_back_has_to_be_given_up_before_it_is_killed() {
    let mut robot = Robot::open(flock(12));
    let owner = bot();
    let begun = Rotation::begin(Credential::Access, NOON).by(Way::Renew);
    let edit = Edit::SetRotation { owner, credential: Credential::Access, was: None, to: Some(begun) };
    let snapshot = saved(&robot.model.ctx, &[edit]);
    robot = Robot::open(snapshot);
    robot.open_door(Door::Rotate(bot(), Some(Credential::Access)));
    for text in ["This stops one bot", "hands back the present pair", "y Let X kill it", "Ask X to kill"] {
        assert!(robot.sees(text), "{text} in\n{}", robot.frame());
    }
    robot.keys("Enter");
    assert_eq!(rotations(&robot), 0, "Cancel is lit at first");
    robot.open_door(Door::Rotate(bot(), Some(Credential::Access))).wait(DEAF).keys("y");
    assert_eq!(asked(&robot).1, RotateInput::Go);
}

/// A flock whose app got a new key a moment ago.
fn after_a_new_key() -> Robot {
    let robot = waiting(app(), Credential::Api, Stage::Logins);
    let mut snapshot = robot.model.ctx.snapshot.clone().expect("open");
    let document = Arc::make_mut(&mut snapshot.document);
    let new = [Field::ApiKey, Field::ApiSecret].map(|field| (field, Some(Secret::new("made-up-new"))));
    let origin = crate::domain::credential::Origin::Rotation;
    let edits = edit::set_fields(document, app(), new, origin, NOON);
    *document = edit::apply_all(document, &edits).expect("they fit");
    Robot::open(snapshot)
}

#[test]
fn who_is_still_down_is_listed_and_enter_logs_them_in() {
    let mut robot = after_a_new_key();
    robot.open_door(Door::Rotate(app(), Some(Credential::Api)));
    let frame = robot.frame();
    assert!(frame.contains("bots are down until they have logged in"), "{frame}");
    let down = crate::domain::standing::down(
        &robot.model.ctx.snapshot.as_ref().expect("open").document,
        AppId::from_random([1; 16]),
    );
    assert!(down.len() > 1);
    robot.keys("j Enter");
    assert_eq!(robot.model.names(), ["main", "rotate", "rotate"]);
    assert!(robot.sees("Rotate the access token and secret of"), "{}", robot.frame());
    robot.keys("Esc");
    // Everybody has logged in meanwhile.
    let mut edits = Vec::new();
    let document = robot.model.ctx.snapshot.as_ref().expect("open").document.clone();
    for (number, id) in down.iter().enumerate() {
        let new = [(Field::AccessToken, Some(Secret::new(format!("1-made-up-{number}"))))];
        let origin = crate::domain::credential::Origin::Login;
        edits.extend(edit::set_fields(&document, (*id).into(), new, origin, NOON));
    }
    let ticket = robot.model.ctx.jobs.enter(&Job::Reload, robot.model.ctx.moment.boot);
    let snapshot = saved(&robot.model.ctx, &edits);
    robot.msg(Msg::Job(ticket, Reply::Reloaded(Ok(Some(snapshot)))));
    assert!(robot.sees("Every bot of the app has logged in again"), "{}", robot.frame());
    robot.keys("Enter");
    assert_eq!(asked(&robot), ((app(), Credential::Api), RotateInput::Go));
    answer(&mut robot, None, Vec::new(), "every bot of the app has logged in again");
    assert!(robot.sees("The API key and secret is new"), "{}", robot.frame());
}

#[test]
fn the_list_of_logins_at_three_sizes() {
    for (width, height) in SIZES {
        let mut robot = after_a_new_key();
        robot.size(width, height).open_door(Door::Rotate(app(), Some(Credential::Api))).keys("j");
        insta::assert_snapshot!(format!("logins_{width}x{height}"), robot.frame());
    }
}
