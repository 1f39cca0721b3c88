use std::sync::Arc;

use super::samples::*;
use super::*;
use crate::domain::credential::Origin;
use crate::domain::edit::{self, Edit as Change, Property};
use crate::domain::names::Handle;
use crate::failure::{Failure, Kind};
use crate::ops::snapshot::Snapshot;
use crate::tui::effect::{Effect, Job};
use crate::tui::message::{Msg, NotSaved, Opened, Reply};
use crate::tui::screen::Door;
use crate::tui::testing::flock::{CANARY, flock, id};
use crate::tui::testing::{NOON, Robot};

/// A robot before the form of the first profile, which is `wiki-daily`.
fn editing() -> Robot {
    robot_at(&Door::Edit(id(0).into()))
}

fn robot_at(door: &Door) -> Robot {
    let mut robot = Robot::open(flock(3));
    open(&mut robot, door);
    robot
}

fn open(robot: &mut Robot, door: &Door) {
    let ctx = &robot.model.ctx;
    let screen = match door {
        Door::Edit(owner) => Edit::open(ctx, *owner),
        Door::New { kind, app } => Edit::open_new(ctx, *kind, *app),
        Door::Draft(draft) => Edit::restore(ctx, draft),
        _ => Err("no form"),
    };
    robot.push(screen.expect("it opens"));
}

fn new(kind: OwnerKind) -> Robot {
    robot_at(&Door::New { kind, app: None })
}

fn app_named(robot: &Robot, name: &str) -> AppId {
    let document = &robot.model.ctx.snapshot.as_ref().expect("it is open").document;
    document.app_named(&Name::parse(name).expect("a valid name")).expect("such an app").id
}

/// Puts the focus on the row with this label.
fn row(robot: &mut Robot, label: &str) {
    robot.keys("PgUp");
    for _ in 0..20 {
        let here = robot.frame().lines().any(|line| line.contains('▌') && line.contains(label));
        if here {
            return;
        }
        robot.keys("Tab");
    }
    panic!("no row {label}:\n{}", robot.frame());
}

fn saves(robot: &mut Robot) -> Vec<Vec<Change>> {
    robot
        .jobs()
        .into_iter()
        .filter_map(|job| match job {
            Job::Save { edits, .. } => Some(edits),
            _ => None,
        })
        .collect()
}

/// The vault as another process leaves it.
fn changed(robot: &Robot, edits: &[Change]) -> Snapshot {
    let mut snapshot = robot.model.ctx.snapshot.clone().expect("it is open");
    snapshot.document = Arc::new(edit::apply_all(&snapshot.document, edits).expect("they fit"));
    snapshot.vault.generation += 1;
    snapshot
}

/// Saves for real and answers.
fn save(robot: &mut Robot) {
    let saved = robot.wanted().iter().rev().find_map(|effect| match effect {
        Effect::Start(_, Job::Save { edits, .. }) => Some(edits.clone()),
        _ => None,
    });
    let edits = saved.unwrap_or_else(|| panic!("nothing to save:\n{}", robot.frame()));
    let after = changed(robot, &edits);
    robot.answer(Reply::Saved(Ok(after)));
}

fn drafts(robot: &Robot) -> Vec<Draft> {
    let kept = robot.wanted().iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft(drafts) => Some(drafts.clone()),
        _ => None,
    });
    kept.unwrap_or_default()
}

fn profile<'a>(robot: &'a Robot, name: &str) -> Option<&'a Profile> {
    let document = &robot.model.ctx.snapshot.as_ref()?.document;
    document.profile_named(&Name::parse(name).ok()?)
}

#[test]
fn the_form_at_every_size() {
    let mut robot = editing();
    insta::assert_snapshot!("edit_120x36", robot.frame());
    robot.size(80, 24);
    insta::assert_snapshot!("edit_80x24", robot.frame());
    row(&mut robot, "Needs");
    insta::assert_snapshot!("needs_80x24", robot.frame());
    robot.size(40, 12).keys("PgUp");
    insta::assert_snapshot!("edit_40x12", robot.frame());
    let mut robot = new(OwnerKind::App);
    robot.size(80, 24);
    insta::assert_snapshot!("new_app_80x24", robot.frame());
}

#[test]
fn what_is_typed_is_saved_as_the_fewest_edits() {
    let mut robot = editing();
    row(&mut robot, "Handle");
    robot.keys("^U").text("@wiki_daily");
    row(&mut robot, "Access token secret");
    robot.paste(&format!("  \"{}\"\n", access_secret())).keys("^S");
    let edits = saves(&mut robot);
    let [edits] = edits.as_slice() else { panic!("one save: {edits:?}") };
    let handle = |text| Property::Handle(Handle::parse(text).ok());
    assert_eq!(edits.len(), 2, "{edits:?}");
    assert_eq!(
        edits[0],
        Change::SetProperty { owner: id(0).into(), was: handle("bot_0"), to: handle("wiki_daily") }
    );
    let Change::SetField { field, to, .. } = &edits[1] else { panic!("a field: {edits:?}") };
    assert_eq!((*field, to), (Field::AccessSecret, &Some(Secret::new(access_secret()))));
}

#[test]
fn a_saved_form_closes_and_leaves_nothing_behind() {
    let mut robot = editing();
    row(&mut robot, "Notes");
    robot.text("!").keys("^S");
    assert!(robot.sees("saving"));
    save(&mut robot);
    assert_eq!(robot.model.names(), ["main"]);
    assert_eq!(drafts(&robot), []);
    assert!(robot.sees("saved: edit “wiki-daily”"));
    assert_eq!(profile(&robot, "wiki-daily").map(|p| p.notes.as_str()), Some("never late, rarely early!"));
}

#[test]
fn nothing_changed_is_nothing_saved() {
    let mut robot = editing();
    robot.keys("^S");
    assert_eq!(saves(&mut robot), Vec::<Vec<Change>>::new());
    assert_eq!(robot.model.names(), ["main"]);
    let mut robot = editing();
    robot.keys("Esc");
    assert_eq!(robot.model.names(), ["main"]);
}

#[test]
fn a_new_profile_with_a_new_app_is_made_in_one_go() {
    let mut robot = new(OwnerKind::Profile);
    robot.text("poet-2");
    row(&mut robot, "App");
    robot.keys("Enter");
    assert_eq!(robot.model.names(), ["main", "form", "choose app"]);
    robot.text("new app").keys("Enter").text("fresh-app");
    assert!(robot.sees("New app"), "{}", robot.frame());
    robot.keys("^S");
    save(&mut robot);
    assert_eq!(robot.model.names(), ["main", "form"]);
    assert!(robot.sees("fresh-app"), "{}", robot.frame());
    robot.keys("^S");
    save(&mut robot);
    assert_eq!(robot.model.names(), ["main"]);
    let app = app_named(&robot, "fresh-app");
    assert_eq!(profile(&robot, "poet-2").and_then(|profile| profile.app), Some(app));
}

#[test]
fn the_app_is_chosen_from_those_there_are_or_left_open() {
    let mut robot = editing();
    row(&mut robot, "App");
    robot.keys("Enter").text("week").keys("Enter");
    assert!(robot.sees("weekend-hacks"));
    robot.keys("Enter").text("no app").keys("Enter").keys("^S");
    save(&mut robot);
    assert_eq!(profile(&robot, "wiki-daily").and_then(|profile| profile.app), None);
}

#[test]
fn what_cannot_be_saved_is_said_beneath_its_row() {
    let mut robot = editing();
    robot.keys("^U").text("a:b");
    assert!(robot.sees("a name cannot hold “:”"));
    robot.keys("^U").text("POET");
    assert!(robot.sees("another profile is called “poet” already"));
    row(&mut robot, "Handle");
    robot.text(" not a handle").keys("^S");
    assert_eq!(saves(&mut robot), Vec::<Vec<Change>>::new());
    assert!(robot.sees("not saved: another profile"), "{}", robot.frame());
    robot.size(120, 36);
    assert!(robot.sees("a handle is 1 to 15 letters, digits or “_”"));
}

#[test]
fn a_new_form_finds_no_fault_before_saving_was_tried() {
    let mut robot = new(OwnerKind::Profile);
    assert!(!robot.sees("a name cannot be empty"));
    robot.keys("^S");
    assert!(robot.sees("a name cannot be empty"));
}

#[test]
fn a_value_in_the_wrong_row_is_named_and_moved_with_one_key() {
    let mut robot = new(OwnerKind::Profile);
    row(&mut robot, "OAuth 2.0 access token");
    robot.paste(&access_token());
    let named = "this looks like an access token, not an OAuth 2.0 access token";
    assert!(robot.sees(named), "{}", robot.frame());
    assert!(robot.sees("^T Move it there"));
    robot.keys("^T");
    assert!(!robot.sees("this looks like"), "{}", robot.frame());
    robot.text("").keys("PgUp").text("x").keys("^S");
    save(&mut robot);
    let held = profile(&robot, "x").map(|profile| profile.held.clone()).expect("it was saved");
    assert_eq!(held.secret(Field::AccessToken), Some(&Secret::new(access_token())));
    assert_eq!(held.secret(Field::Oauth2AccessToken), None);
}

#[test]
fn two_values_in_each_others_rows_change_places() {
    let mut robot = new(OwnerKind::Profile);
    row(&mut robot, "OAuth 2.0 access token");
    robot.paste(&oauth2("rt"));
    row(&mut robot, "OAuth 2.0 refresh token");
    robot.paste(&oauth2("at")).keys("^T").keys("PgUp").text("x").keys("^S");
    save(&mut robot);
    let held = profile(&robot, "x").map(|profile| profile.held.clone()).expect("it was saved");
    assert_eq!(held.secret(Field::Oauth2AccessToken), Some(&Secret::new(oauth2("at"))));
    assert_eq!(held.secret(Field::Oauth2RefreshToken), Some(&Secret::new(oauth2("rt"))));
}

#[test]
fn a_credential_pasted_into_a_plain_row_never_stands_there() {
    let mut robot = new(OwnerKind::Profile);
    robot.paste(&access_token());
    assert!(!robot.sees(&access_token()));
    assert!(robot.sees("this looks like an access token: it went to Access token"), "{}", robot.frame());
    assert!(robot.sees("144712093100"), "the token says whose it is");
    row(&mut robot, "Notes");
    robot.paste(&api_key());
    assert!(!robot.sees(&api_key()));
    assert!(robot.sees("which the app holds"), "{}", robot.frame());
}

#[test]
fn a_whole_block_is_sorted_and_the_apps_part_waits_for_the_app() {
    let mut robot = new(OwnerKind::Profile);
    robot.text("poet-2");
    robot.paste(&format!(
        "X_API_KEY={}\nX_API_SECRET={}\nX_ACCESS_TOKEN={}\nX_ACCESS_TOKEN_SECRET={}\n",
        api_key(),
        api_secret(),
        access_token(),
        access_secret()
    ));
    assert!(robot.sees("pasted into Access token, Access token secret"), "{}", robot.frame());
    assert!(robot.sees("pasted for the app: API key, API key secret"), "{}", robot.frame());
    robot.keys("^S");
    assert_eq!(saves(&mut robot), Vec::<Vec<Change>>::new());
    robot.keys("Enter").text("new").keys("Enter").text("fresh-app").keys("^S");
    save(&mut robot);
    assert!(!robot.sees("pasted for the app"), "{}", robot.frame());
    robot.keys("^S");
    save(&mut robot);
    let app = app_named(&robot, "fresh-app");
    let profile = profile(&robot, "poet-2").expect("it was saved");
    assert_eq!((profile.app, profile.held.slots().len()), (Some(app), 2));
    let document = &robot.model.ctx.snapshot.as_ref().expect("open").document;
    assert_eq!(document.app(app).map(|app| app.held.slots().len()), Some(2));
}

#[test]
fn prose_is_pasted_as_it_is() {
    let mut robot = new(OwnerKind::Profile);
    robot.paste("two\nlines\n");
    assert!(robot.sees("two lines"), "{}", robot.frame());
    row(&mut robot, "Notes");
    robot.paste("first: line\nsecond line\n");
    let lines: Vec<String> = robot.frame().lines().map(str::to_owned).collect();
    let first = lines.iter().position(|line| line.contains("first: line")).expect("it is there");
    assert!(lines[first + 1].contains("second line"), "{}", robot.frame());
}

#[test]
fn an_app_that_holds_the_pasted_key_already_is_chosen() {
    let mut robot = new(OwnerKind::Profile);
    let stored = format!("{CANARY}api_key-weekend-hacks");
    robot.paste(&format!("X_API_KEY={stored}\nX_ACCESS_TOKEN={}", access_token()));
    assert!(robot.sees("used through weekend-hacks, which holds this key already"), "{}", robot.frame());
    assert!(!robot.sees("pasted for the app"));
}

#[test]
fn a_pasted_value_that_the_chosen_app_lacks_is_put_there() {
    let mut robot = editing();
    robot.paste(&format!("X_CLIENT_ID={}\nX_ACCESS_TOKEN={}", client_id(), access_token()));
    assert!(robot.sees("which bots-prod does not hold yet"), "{}", robot.frame());
    row(&mut robot, "App");
    robot.keys("Enter");
    assert!(robot.sees("Put it into bots-prod"), "{}", robot.frame());
    robot.keys("Enter");
    assert!(robot.sees("Edit app bots-prod"), "{}", robot.frame());
    robot.keys("^S");
    save(&mut robot);
    assert!(!robot.sees("pasted:"), "{}", robot.frame());
    let document = &robot.model.ctx.snapshot.as_ref().expect("open").document;
    let app = document.app(app_named(&robot, "bots-prod")).expect("such an app");
    assert_eq!(app.held.secret(Field::ClientId), Some(&Secret::new(client_id())));
}

#[test]
fn a_pasted_value_that_belongs_nowhere_is_dropped_by_its_own_key() {
    let mut robot = editing();
    robot.paste(&format!("X_API_KEY={}\nX_ACCESS_TOKEN={}", api_key(), access_token()));
    assert!(robot.sees("but bots-prod holds another"), "{}", robot.frame());
    row(&mut robot, "App");
    robot.keys("^X");
    assert!(!robot.sees("holds another"));
    robot.keys("^S");
    assert_eq!(saves(&mut robot).len(), 1);
}

#[test]
fn values_are_masked_unless_revealed_on_purpose() {
    let mut robot = editing();
    assert!(!robot.sees(CANARY));
    row(&mut robot, "Access token");
    robot.keys("^R");
    assert!(robot.sees("canary-access_token-wiki-daily"));
    robot.keys("Tab");
    assert!(!robot.sees(CANARY));
    robot.paste(&access_secret());
    assert!(!robot.sees(&access_secret()));
    robot.keys("^R");
    assert!(robot.sees(&access_secret()), "{}", robot.frame());
    robot.wait(std::time::Duration::from_secs(11));
    assert!(!robot.sees(&access_secret()));
}

#[test]
fn a_stored_value_is_removed_by_its_own_key_alone() {
    let mut robot = editing();
    row(&mut robot, "Access token secret");
    robot.keys("Backspace ^U ^S");
    assert_eq!(saves(&mut robot), Vec::<Vec<Change>>::new());
    let mut robot = editing();
    row(&mut robot, "Access token secret");
    robot.keys("^X");
    assert!(robot.sees("will be removed"));
    robot.keys("^S");
    save(&mut robot);
    let held = profile(&robot, "wiki-daily").map(|profile| profile.held.clone()).expect("it is there");
    assert_eq!((held.secret(Field::AccessSecret), held.history.len()), (None, 1));
}

#[test]
fn leaving_asks_and_going_on_is_the_default() {
    let mut robot = editing();
    robot.text("x").keys("Esc");
    assert_eq!(robot.model.names(), ["main", "form", "leave"]);
    robot.keys("Enter");
    assert_eq!(robot.model.names(), ["main", "form"]);
    robot.keys("Esc Esc");
    assert_eq!(robot.model.names(), ["main", "form"]);
    robot.keys("Esc d");
    assert_eq!(robot.model.names(), ["main"]);
    assert_eq!(drafts(&robot), []);
    assert!(robot.model.ctx.shelf.is_empty());
    open(&mut robot, &Door::Edit(id(0).into()));
    assert!(!robot.sees("wiki-dailyx"));
}

#[test]
fn a_draft_put_aside_is_back_when_the_form_is_opened_again() {
    let mut robot = editing();
    robot.text("x").keys("Esc k");
    assert_eq!(robot.model.names(), ["main"]);
    assert_eq!(drafts(&robot).len(), 1);
    open(&mut robot, &Door::Edit(id(0).into()));
    assert!(robot.sees("wiki-dailyx"), "{}", robot.frame());

    let mut robot = new(OwnerKind::Profile);
    robot.text("half a").keys("Esc k");
    open(&mut robot, &Door::New { kind: OwnerKind::Profile, app: None });
    assert!(robot.sees("half a"), "{}", robot.frame());
}

#[test]
fn what_is_typed_is_sealed_by_the_way_and_survives_a_lock() {
    let mut robot = editing();
    row(&mut robot, "Access token");
    robot.effects();
    robot.paste(&access_token());
    assert_eq!(drafts(&robot).len(), 1, "a paste is sealed at once");
    row(&mut robot, "Notes");
    robot.text("half a thought").keys("^C");
    let drafts = drafts(&robot);
    assert_eq!(robot.model.names(), ["unlock"]);

    let mut robot = Robot::new(crate::tui::ctx::Presence::Passphrase);
    let ticket = robot.model.ctx.jobs.enter(&Job::Unlock { passphrase: None }, robot.model.ctx.moment.boot);
    let opened = Opened { snapshot: flock(3), drafts: drafts.clone(), notices: Vec::new() };
    robot.msg(Msg::Job(ticket, Reply::Unlocked(Ok(opened))));
    assert_eq!(robot.model.names().last(), Some(&"form"), "{}", robot.frame());
    assert!(robot.sees("earlyhalf a thought"), "{}", robot.frame());
    assert!(robot.sees("replaces #"), "{}", robot.frame());
    assert_eq!(robot.model.top().and_then(Screen::draft), drafts.into_iter().next());
}

fn refused(conflicts: Vec<edit::Conflict>) -> Reply {
    let failure = Failure::new(Kind::NotSaved, "not saved", "someone else was faster", "look at it again");
    Reply::Saved(Err(NotSaved { failure, conflicts }))
}

#[test]
fn a_conflict_keeps_the_form_open_and_a_person_decides() {
    for (key, wanted) in [("^O", "@mine"), ("^Y", "@theirs")] {
        let mut robot = editing();
        row(&mut robot, "Handle");
        robot.keys("^U").text("@mine");
        row(&mut robot, "Notes");
        robot.text("!").keys("^S");
        let handle = |text| Property::Handle(Handle::parse(text).ok());
        let theirs = Change::SetProperty { owner: id(0).into(), was: handle("bot_0"), to: handle("theirs") };
        let after = changed(&robot, &[theirs]);
        let conflict = edit::Conflict {
            owner: id(0).into(),
            name: "wiki-daily".to_owned(),
            kind: edit::ConflictKind::Property("handle"),
        };
        robot.answer(refused(vec![conflict]));
        robot.keys("Esc");
        assert_eq!(robot.model.names(), ["main", "form"]);
        assert!(matches!(robot.jobs().last(), Some(Job::Reload)));
        let ticket = robot.model.ctx.jobs.enter(&Job::Reload, robot.model.ctx.moment.boot);
        robot.msg(Msg::Job(ticket, Reply::Reloaded(Ok(Some(after)))));
        assert!(robot.sees("^O Keep mine"), "the focus goes to the row that clashes: {}", robot.frame());
        assert!(robot.sees("someone else changed this meanwhile, to “@theirs”"), "{}", robot.frame());
        robot.keys("^S");
        assert_eq!(saves(&mut robot), Vec::<Vec<Change>>::new());
        robot.keys(key).keys("^S");
        save(&mut robot);
        let profile = profile(&robot, "wiki-daily").expect("it is there");
        assert_eq!(profile.handle.as_ref().map(ToString::to_string).as_deref(), Some(wanted));
        assert_eq!(profile.notes, "never late, rarely early!");
    }
}

#[test]
fn the_other_half_of_a_credential_is_named_where_only_that_was_changed() {
    let mut robot = editing();
    row(&mut robot, "Access token secret");
    robot.paste("canary-mine");
    let document = robot.model.ctx.snapshot.as_ref().map(|shown| Arc::clone(&shown.document));
    let document = document.expect("it is open");
    let theirs = [(Field::AccessToken, Some(Secret::new("canary-theirs")))];
    let theirs = edit::set_fields(&document, id(0).into(), theirs, Origin::Edit, NOON);
    let after = changed(&robot, &theirs);
    let ticket = robot.model.ctx.jobs.enter(&Job::Reload, robot.model.ctx.moment.boot);
    robot.msg(Msg::Job(ticket, Reply::Reloaded(Ok(Some(after)))));
    for words in ["someone else changed Access token meanwhile", "keeps mine and drops theirs"] {
        assert!(robot.sees(words), "{words}\n{}", robot.frame());
    }
}

#[test]
fn a_save_that_failed_keeps_everything() {
    let mut robot = editing();
    robot.text("x").keys("^S").answer(refused(Vec::new()));
    robot.keys("Esc");
    assert_eq!(robot.model.names(), ["main", "form"]);
    assert!(robot.sees("wiki-dailyx"));
    robot.keys("^S");
    save(&mut robot);
    assert!(profile(&robot, "wiki-dailyx").is_some());
}

#[test]
fn what_was_deleted_meanwhile_can_be_brought_back() {
    let mut robot = editing();
    row(&mut robot, "Notes");
    robot.text("!");
    let gone = changed(&robot, &[Change::Tombstone { owner: id(0).into(), at: NOON }]);
    let ticket = robot.model.ctx.jobs.enter(&Job::Reload, robot.model.ctx.moment.boot);
    robot.msg(Msg::Job(ticket, Reply::Reloaded(Ok(Some(gone)))));
    assert!(robot.sees("someone else deleted this meanwhile"), "{}", robot.frame());
    robot.keys("^S");
    save(&mut robot);
    assert_eq!(profile(&robot, "wiki-daily").map(|p| p.notes.as_str()), Some("never late, rarely early!"));
}

#[test]
fn a_vault_that_is_locked_or_not_trusted_opens_no_form() {
    let robot = Robot::new(crate::tui::ctx::Presence::Passphrase);
    assert_eq!(Edit::open(&robot.model.ctx, id(0).into()).err(), Some(LOCKED));
    let mut robot = Robot::open(flock(3));
    if let Some(snapshot) = &mut robot.model.ctx.snapshot {
        snapshot.vault.trusted = false;
    }
    assert_eq!(Edit::open_new(&robot.model.ctx, OwnerKind::App, None).err(), Some(UNTRUSTED));
}

#[test]
fn no_size_breaks_the_form() {
    let mut robot = new(OwnerKind::Profile);
    robot.paste(&format!("{}\n{}", access_token(), api_key()));
    for width in (1..130).step_by(7) {
        for height in 1..40 {
            robot.size(width, height);
            robot.keys("Tab").frame();
        }
    }
}

#[test]
fn the_mouse_puts_the_focus_and_presses_the_button() {
    let mut robot = editing();
    robot.click_on("@bot_0").text("9").click_on("Save");
    save(&mut robot);
    let handle = profile(&robot, "wiki-daily").and_then(|profile| profile.handle.clone());
    assert_eq!(handle.map(|handle| handle.to_string()).as_deref(), Some("@bot_09"));
}

#[test]
fn what_does_not_fit_below_the_rows_says_that_there_is_more() {
    let mut robot = new(OwnerKind::Profile);
    let token = format!("144700000000000001-madeup{}", "0".repeat(25));
    robot.size(40, 12).paste(&format!("ACCESS_TOKEN={token}\nACCESS_TOKEN_SECRET=madeup"));
    assert!(robot.sees("token says it is of account…"), "{}", robot.frame());
    robot.size(120, 36);
    assert!(!robot.sees("…"), "{}", robot.frame());
}
