use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::domain::credential::{Origin, Slot};
use crate::domain::edit::{self, Edit, Property};
use crate::domain::fields::Field;
use crate::domain::id::AppId;
use crate::domain::names::{Handle, UserId};
use crate::domain::permission::Scopes;
use crate::domain::rotation::{self, Rotation, Stage};
use crate::domain::verdict::Account;
use crate::failure::Kind;
use crate::ops::authorize::{Given, Played, Press};
use crate::ops::snapshot::Snapshot;
use crate::tui::ctx::Presence;
use crate::tui::effect::{Effect, Job, LoginAsk, RotateInput};
use crate::tui::message::{LoggedIn, LoginBegun, Msg, NotLoggedIn, Reply, RotationStep};
use crate::tui::screen::Door;
use crate::tui::testing::flock::{CANARY, flock, id};
use crate::tui::testing::{NOON, Robot};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];
const PAGE: &str = "https://api.x.com/oauth/authorize?oauth_token=bWFkZXVwLXJlcXVlc3QtdG9rZW4&force_login=true&screen_name=bot_0";
const CODE: &str = "http://127.0.0.1:8723/callback?state=bWFkZXVw&code=bWFkZXVwLWNvZGU";

/// A flock whose first app has an OAuth 2.0 client as well.
fn vault() -> Snapshot {
    let mut snapshot = flock(12);
    let document = Arc::make_mut(&mut snapshot.document);
    let mut app = document.app(AppId::from_random([1; 16])).cloned().expect("the first app");
    for field in [Field::ClientId, Field::ClientSecret] {
        let secret = Secret::new(format!("{CANARY}{}", field.row().word));
        app.held.put(Slot { field, secret, changed_at: NOON, issued_at: None });
    }
    document.insert_app(app);
    snapshot
}

fn robot() -> Robot {
    Robot::open(vault())
}

/// The dialog of the first bot, on the page that waits, by this way.
fn waiting(way: Way) -> Robot {
    let mut robot = robot();
    begin(&mut robot, way);
    robot
}

fn begin(robot: &mut Robot, way: Way) {
    let row = way.row();
    robot.open_door(Door::Login(id(0), Some(row.credential)));
    robot.keys("k k k");
    for _ in 0..way as usize {
        robot.keys("j");
    }
    robot.keys(if row.credential == Credential::Oauth2 { "Enter Enter" } else { "Enter" });
    let callback = (row.wants != Wants::Pin).then(|| authorize::CALLBACK.to_owned());
    robot.answer(Reply::LoginBegun(Ok(LoginBegun { address: Secret::new(PAGE), callback })));
}

/// The last job asked for.
fn job(robot: &Robot) -> Job {
    let job = robot.wanted().iter().rev().find_map(|effect| match effect {
        Effect::Start(_, job) => Some(job.clone()),
        _ => None,
    });
    job.expect("a job was asked for")
}

/// The ticket of the job of this kind asked for last.
fn ticket(robot: &Robot, is: impl Fn(&Job) -> bool) -> Ticket {
    let ticket = robot.wanted().iter().rev().find_map(|effect| match effect {
        Effect::Start(ticket, job) if is(job) => Some(*ticket),
        _ => None,
    });
    ticket.expect("such a job was asked for")
}

fn hearing(robot: &Robot) -> Ticket {
    ticket(robot, |job| matches!(job, Job::HearLogin(_)))
}

fn begun(robot: &Robot) -> Ticket {
    ticket(robot, |job| matches!(job, Job::Login(_)))
}

fn account(number: usize) -> Account {
    let handle = Handle::parse(&format!("bot_{number}")).expect("a handle");
    Account { id: UserId::parse("144700000000").expect("an id"), handle }
}

/// What the vault looks like after a login of the first bot.
fn logged_in(robot: &Robot, way: Way) -> LoggedIn {
    let mut snapshot = robot.model.ctx.snapshot.clone().expect("it is open");
    let owner = id(0).into();
    let document = &snapshot.document;
    let values = way.row().credential.fields().iter();
    let values = values.map(|field| (*field, Some(Secret::new(format!("{CANARY}new-{}", field.row().word)))));
    let mut edits = edit::set_fields(document, owner, values.collect::<Vec<_>>(), Origin::Login, NOON);
    if way.row().credential == Credential::Oauth2 {
        let was = document.profile(id(0)).and_then(|profile| profile.oauth2.clone());
        let mut to = was.clone().unwrap_or_default();
        to.scopes = Scopes::parse("offline.access tweet.read tweet.write users.read");
        to.expires_at = Some(NOON.plus(Duration::from_secs(7_200)));
        edits.push(Edit::SetGrant { owner, was, to: Some(to) });
    }
    snapshot.document = Arc::new(edit::apply_all(document, &edits).expect("the edits fit"));
    snapshot.vault.generation += 1;
    let said = vec!["“wiki-daily” has the tokens of @bot_0 now".to_owned()];
    LoggedIn { snapshot, profile: id(0), said, account: Some(account(0)) }
}

fn refused(what: &str, next: LoginNext) -> Reply {
    let failure = Failure::new(Kind::Found, what, "because of a made-up reason", "try a made-up thing");
    Reply::LoggedIn(Err(NotLoggedIn { failure, next }))
}

#[test]
fn the_key_of_the_list_opens_it_for_the_bot_and_the_credential_with_the_focus() {
    let mut robot = robot();
    robot.keys("a");
    assert_eq!(robot.model.names(), ["main", "login"]);
    assert!(robot.sees("Log in: "), "{}", robot.frame());
    robot.keys("Esc 2 a");
    assert_eq!(robot.model.names(), ["main"]);
    assert!(robot.sees("a login is of one bot"), "{}", robot.frame());
}

#[test]
fn nothing_is_asked_of_x_before_the_way_is_chosen() {
    let mut robot = robot();
    robot.open_door(Door::Login(id(0), None));
    assert!(robot.jobs().is_empty());
    robot.keys("Enter");
    let ask = LoginAsk { profile: id(0), way: Way::Callback, scopes: None, purpose: Purpose::Store };
    assert_eq!(robot.jobs(), [Job::Login(ask)]);
    assert!(robot.sees("X is being asked"), "{}", robot.frame());
    robot.keys("Enter Enter");
    assert!(robot.jobs().is_empty(), "once");
}

#[test]
fn without_a_browser_here_the_usual_way_is_the_pin() {
    let mut robot = robot();
    robot.model.ctx.browsing = Browsing::Elsewhere;
    robot.open_door(Door::Login(id(0), None)).keys("Enter");
    assert!(matches!(job(&robot), Job::Login(LoginAsk { way: Way::Pin, .. })));
}

#[test]
fn what_is_missing_is_named_and_leads_to_the_form_that_puts_it_right() {
    for (width, height) in SIZES {
        let mut robot = Robot::open(flock(12));
        robot.size(width, height).open_door(Door::Login(id(0), Some(Credential::Oauth2)));
        let frame = robot.frame();
        let words: String = frame.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("“bots-prod” has no Client ID stored"), "{frame}");
        robot.keys("Enter");
        assert!(robot.jobs().is_empty() && robot.sees("cannot begin yet"), "{}", robot.frame());
        robot.keys("e");
        assert_eq!(robot.model.names(), ["main", "login", "form"]);
    }
}

#[test]
fn a_callback_on_another_machine_is_told_before_anything_is_asked() {
    let mut snapshot = vault();
    let owner = AppId::from_random([1; 16]).into();
    let to = Property::CallbackUrl(Some("https://bots.example/back".to_owned()));
    let edit = Edit::SetProperty { owner, was: Property::CallbackUrl(None), to };
    snapshot.document = Arc::new(edit::apply_all(&snapshot.document, &[edit]).expect("it fits"));
    let mut robot = Robot::open(snapshot);
    robot.open_door(Door::Login(id(0), None)).keys("j");
    assert!(robot.sees("not an http address of this machine"), "{}", robot.frame());
    assert!(robot.sees("e changes the callback URL"), "{}", robot.frame());
}

#[test]
fn the_scopes_are_those_of_the_needs_and_can_be_changed() {
    let mut robot = robot();
    robot.open_door(Door::Login(id(0), Some(Credential::Oauth2))).keys("Enter");
    assert!(robot.sees("What @bot_0 lets the app do"), "{}", robot.frame());
    assert!(robot.sees("■ tweet.write") && robot.sees("□ like.write"), "{}", robot.frame());
    // The first line is on: off, and back as needed, and off again.
    robot.keys("Space n Space Enter");
    let Job::Login(LoginAsk { way: Way::PkceCallback, scopes: Some(scopes), .. }) = job(&robot) else {
        panic!("{:?}", job(&robot))
    };
    assert!(scopes.hold(&["offline.access", "users.read", "tweet.write"]), "{scopes}");
    assert!(!scopes.hold(&["tweet.read"]), "{scopes}");
}

#[test]
fn what_offline_access_means_is_said_where_it_is_missing() {
    let mut robot = robot();
    robot.open_door(Door::Login(id(0), Some(Credential::Oauth2))).keys("Enter");
    assert!(!robot.sees("two hours"));
    for _ in 0..30 {
        if robot.frame().lines().any(|line| line.contains('▌') && line.contains("offline.access")) {
            break;
        }
        robot.keys("j");
    }
    assert!(robot.sees("brings a refresh token"), "{}", robot.frame());
    robot.keys("Space k");
    assert!(robot.sees("brings a refresh token"), "it stays while it is off:\n{}", robot.frame());
}

#[test]
fn no_scope_at_all_is_no_login() {
    let mut robot = robot();
    robot.open_door(Door::Login(id(0), Some(Credential::Oauth2))).keys("Enter");
    for _ in 0..25 {
        if robot.frame().lines().any(|line| line.contains('▌') && line.contains('■')) {
            robot.keys("Space");
        }
        robot.keys("j");
    }
    robot.keys("Enter");
    assert!(robot.jobs().is_empty(), "{}", robot.frame());
    assert!(robot.sees("ask for one scope at least"), "{}", robot.frame());
}

#[test]
fn a_pin_is_typed_and_handed_in_once() {
    let mut robot = waiting(Way::Pin);
    let login = begun(&robot);
    robot.effects();
    robot.keys("Enter");
    assert!(robot.jobs().is_empty(), "there is no PIN yet");
    robot.text("12o4y67").keys("Enter");
    let given = Given::Pin(Secret::new("12o4y67"));
    assert_eq!(robot.jobs(), [Job::FinishLogin { login, given }], "letters are text on this page");
    robot.keys("Enter Esc");
    assert!(robot.effects().is_empty());
    assert_eq!(robot.model.names(), ["main", "login"], "what is being finished is not left");
}

#[test]
fn a_mistyped_pin_can_be_typed_again() {
    let mut robot = waiting(Way::Pin);
    robot.text("1234567").keys("Enter").answer(refused("the PIN is not the right one", LoginNext::Again));
    for text in ["✗ the PIN is not the right one", "because  because of", "try this try a made-up"] {
        assert!(robot.sees(text), "{text}\n{}", robot.frame());
    }
    robot.effects();
    robot.text("7654321");
    assert!(!robot.sees("not the right one"), "{}", robot.frame());
    robot.keys("Enter");
    assert!(
        matches!(job(&robot), Job::FinishLogin { given: Given::Pin(pin), .. } if pin == Secret::new("7654321"))
    );
}

#[test]
fn a_pasted_address_is_handed_in_at_once() {
    let mut robot = waiting(Way::PkcePaste);
    let login = begun(&robot);
    robot.effects();
    robot.paste(&format!("  {CODE}\n"));
    let given = Given::Redirect(Secret::new(CODE));
    assert_eq!(robot.jobs(), [Job::FinishLogin { login, given }]);
    assert!(!robot.sees("bWFkZXVwLWNvZGU"), "{}", robot.frame());
}

#[test]
fn the_browser_is_opened_and_its_return_is_waited_for_with_a_countdown() {
    for way in [Way::Callback, Way::PkceCallback] {
        let mut robot = waiting(way);
        let login = begun(&robot);
        let wanted = robot.jobs();
        assert!(wanted.ends_with(&[Job::HearLogin(login), Job::OpenLogin(login)]), "{wanted:?}");
        assert!(robot.sees("5:00"), "{}", robot.frame());
        robot.wait(Duration::from_secs(62));
        assert!(robot.sees("3:58"), "{}", robot.frame());
        robot.keys("o");
        assert_eq!(job(&robot), Job::OpenLogin(login));
    }
}

#[test]
fn every_second_of_the_wait_lies_ahead() {
    let mut robot = waiting(Way::Callback);
    for _ in 0..100 {
        let Some(next) = crate::tui::update::next_deadline(&robot.model) else { break };
        let now = robot.model.ctx.moment.boot;
        assert!(next > now && next <= now + Duration::from_secs(60), "{next:?} at {now:?}");
        robot.wait(next.saturating_sub(now));
    }
}

#[test]
fn once_the_browser_has_come_back_it_is_in_custody() {
    let mut robot = waiting(Way::PkceCallback);
    let hearing = hearing(&robot);
    robot.effects();
    robot.msg(Msg::Job(hearing, Reply::LoginHeard));
    assert!(robot.sees("X is being asked for the tokens"), "{}", robot.frame());
    robot.keys("L");
    assert!(!robot.effects().contains(&Effect::Cancel(hearing)));
    assert_eq!(robot.model.ctx.jobs.custody().count(), 1);
    robot.keys("^C");
    assert!(robot.sees("finishing: logging in"), "{}", robot.frame());
    robot.msg(Msg::Job(hearing, refused("the wrong account was logged in", LoginNext::Anew)));
    assert!(robot.effects().contains(&Effect::Quit));
}

#[test]
fn a_login_that_ends_over_a_lock_tells_nothing_of_the_vault() {
    let mut robot = waiting(Way::PkceCallback);
    let hearing = hearing(&robot);
    let done = logged_in(&robot, Way::PkceCallback);
    robot.msg(Msg::Job(hearing, Reply::LoginHeard)).keys("L");
    robot.msg(Msg::Job(hearing, Reply::LoggedIn(Ok(done))));
    assert!(
        robot.sees("the login is done") && !robot.sees("bot_0") && !robot.sees("wiki"),
        "{}",
        robot.frame()
    );
    assert!(robot.model.ctx.snapshot.is_none());
}

#[test]
fn a_lock_before_anybody_came_back_ends_it() {
    let mut robot = waiting(Way::Callback);
    let hearing = hearing(&robot);
    robot.effects();
    robot.keys("L");
    let effects = robot.effects();
    assert!(effects.contains(&Effect::Cancel(hearing)) && effects.contains(&Effect::Forget), "{effects:?}");
}

#[test]
fn esc_ends_the_listener_and_leaves_nothing_behind() {
    for way in [Way::Pin, Way::Callback, Way::PkceCallback, Way::PkcePaste] {
        let mut robot = waiting(way);
        let login = begun(&robot);
        let hears = (way.row().wants == Wants::Redirect).then(|| hearing(&robot));
        robot.effects();
        robot.keys("Esc");
        let wanted: Vec<Effect> =
            hears.map(Effect::Cancel).into_iter().chain([Effect::DropLogin(login)]).collect();
        assert_eq!(robot.effects(), wanted, "{way:?}");
        assert!(robot.sees("the login is ended"), "{}", robot.frame());
        if let Some(hears) = hears {
            robot.msg(Msg::Job(hears, Reply::LoginLeft));
        }
        assert!(!robot.sees(PAGE.get(..40).expect("long enough")));
        robot.keys("Esc");
        assert_eq!(robot.model.names(), ["main"]);
    }
}

#[test]
fn esc_while_x_is_asked_drops_what_comes() {
    let mut robot = robot();
    robot.open_door(Door::Login(id(0), None)).keys("Enter");
    let login = begun(&robot);
    robot.effects();
    robot.keys("Esc");
    assert_eq!(robot.effects(), [Effect::DropLogin(login)]);
    let begun = LoginBegun { address: Secret::new(PAGE), callback: None };
    robot.msg(Msg::Job(login, Reply::LoginBegun(Ok(begun))));
    assert!(robot.effects().is_empty(), "{}", robot.frame());
}

#[test]
fn an_address_brought_by_hand_ends_the_wait_for_the_browser() {
    let mut robot = waiting(Way::Callback);
    let (login, hearing) = (begun(&robot), hearing(&robot));
    robot.effects();
    robot.paste(CODE);
    let effects = robot.effects();
    assert_eq!(effects.first(), Some(&Effect::Cancel(hearing)));
    let given = Given::Redirect(Secret::new(CODE));
    assert!(
        matches!(effects.get(1), Some(Effect::Start(_, job)) if *job == Job::FinishLogin { login, given })
    );
    robot.msg(Msg::Job(hearing, Reply::LoginLeft));
    assert!(robot.sees("asked for the tokens"), "its end changes nothing:\n{}", robot.frame());
}

#[test]
fn the_end_says_who_came_what_is_stored_and_until_when() {
    for way in [Way::Pin, Way::PkcePaste] {
        let mut robot = waiting(way);
        let done = logged_in(&robot, way);
        let print = |field: Field| {
            let secret = Secret::new(format!("{CANARY}new-{}", field.row().word));
            format!("#{}", done.snapshot.document.fingerprints.of(&secret).short())
        };
        let prints: Vec<String> = way.row().credential.fields().iter().map(|field| print(*field)).collect();
        robot.paste("1234567").keys("Enter").answer(Reply::LoggedIn(Ok(done)));
        let frame = robot.frame();
        assert!(frame.contains("✓ @bot_0 has logged in"), "{frame}");
        assert!(prints.iter().all(|print| frame.contains(print)), "{prints:?}\n{frame}");
        let ends = if way == Way::Pin { "do not end by themselves" } else { "ends in 120 minutes" };
        assert!(frame.contains(ends), "{frame}");
        assert!(!frame.contains(CANARY));
        robot.effects();
        robot.keys("c");
        assert_eq!(robot.jobs(), [Job::Check(vec![id(0)])]);
        assert_eq!(robot.model.names(), ["main"]);
    }
}

#[test]
fn a_failure_goes_back_to_the_choice_of_ways() {
    let mut robot = waiting(Way::Callback);
    let hearing = hearing(&robot);
    robot.msg(Msg::Job(hearing, refused("the wrong account was logged in", LoginNext::Anew)));
    assert!(robot.sees("✗ the wrong account was logged in"), "{}", robot.frame());
    robot.keys("Enter");
    assert!(robot.sees("PIN (OAuth 1.0a)"), "{}", robot.frame());
    robot.effects();
    robot.keys("Enter");
    assert!(matches!(job(&robot), Job::Login(LoginAsk { way: Way::Callback, .. })), "the same way again");
}

#[test]
fn what_keeps_it_from_beginning_is_shown() {
    let mut robot = robot();
    robot.open_door(Door::Login(id(0), None)).keys("Enter");
    let failure =
        Failure::new(Kind::Found, "X does not know this callback URL", "it said 415", "add it there");
    robot.answer(Reply::LoginBegun(Err(failure)));
    assert!(robot.sees("✗ X does not know this callback URL") && robot.sees("add it there"));
}

#[test]
fn tokens_that_are_not_saved_are_saved_once_more_or_given_up_knowingly() {
    let mut robot = waiting(Way::PkcePaste);
    let login = begun(&robot);
    robot.paste(CODE).answer(refused("it was not saved", LoginNext::Save));
    assert!(robot.sees("still holds them"), "{}", robot.frame());
    robot.effects();
    robot.keys("Enter");
    assert_eq!(
        robot
            .wanted()
            .last()
            .map(|effect| matches!(effect, Effect::Start(_, Job::KeepLogin(l)) if *l == login)),
        Some(true)
    );
    robot.answer(refused("it was not saved", LoginNext::Save)).effects();
    robot.keys("Esc");
    assert_eq!(robot.effects(), [Effect::DropLogin(login)]);
    assert!(robot.sees("the new tokens are gone"), "{}", robot.frame());
}

#[test]
fn the_address_is_copied_or_handed_to_the_terminal() {
    let mut robot = waiting(Way::Pin);
    let login = begun(&robot);
    robot.effects();
    robot.keys("^Y");
    assert_eq!(robot.wanted().len(), 1);
    robot.answer(Reply::LoginCopied(Ok("the desktop clipboard")));
    assert!(robot.sees("the address is in the desktop clipboard"), "{}", robot.frame());
    robot.keys("^Y").answer(Reply::LoginCopied(Err(crate::ops::ClipboardError::Absent)));
    assert!(robot.wanted().contains(&Effect::CopyLoginThroughTerminal(login)));
}

#[test]
fn the_address_stands_alone_and_whole_at_every_size() {
    for (width, height) in SIZES {
        let mut robot = robot();
        robot.size(width, height);
        begin(&mut robot, Way::Pin);
        robot.keys("Tab");
        let shown: String = robot.frame().lines().map(str::trim_end).collect();
        assert!(shown.contains(PAGE), "{width}×{height}\n{}", robot.frame());
        robot.keys("Tab").text("1");
        assert!(robot.sees("PIN"), "{}", robot.frame());
    }
}

#[test]
fn in_the_demo_a_page_asks_who_logs_in_and_what_comes_of_it_is_brought_back() {
    let mut robot = Robot::with(Presence::Passphrase, crate::config::Settings::default(), Some("demo"));
    robot.unlock(vault());
    begin(&mut robot, Way::Pin);
    let login = begun(&robot);
    robot.effects();
    for text in ["Let bots-prod into your account?", "Authorize app, as @bot_0", "Authorize app, as @bot_1"] {
        assert!(robot.sees(text), "{text}\n{}", robot.frame());
    }
    robot.keys("j Enter");
    let press = Press::Yes(Handle::parse("bot_1").ok());
    assert_eq!(
        robot.wanted().last().and_then(|effect| match effect {
            Effect::Start(_, job) => Some(job.clone()),
            _ => None,
        }),
        Some(Job::PlayLogin { login, press })
    );
    robot.answer(Reply::LoginPlayed(Some(Played::Pin(Secret::new("7654321")))));
    assert!(robot.sees("7654321") && robot.sees("Enter hands it in"), "{}", robot.frame());
    robot.effects();
    robot.keys("Enter");
    assert!(
        matches!(job(&robot), Job::FinishLogin { given: Given::Pin(pin), .. } if pin == Secret::new("7654321"))
    );
}

#[test]
fn in_the_demo_a_no_and_a_heard_redirect_end_as_they_do_at_x() {
    let mut robot = Robot::with(Presence::Passphrase, crate::config::Settings::default(), Some("demo"));
    robot.unlock(vault());
    begin(&mut robot, Way::Pin);
    robot.keys("j j Enter");
    assert!(matches!(job(&robot), Job::PlayLogin { press: Press::No, .. }));
    robot.answer(Reply::LoginPlayed(Some(Played::Stopped("OK, the app has no access".to_owned()))));
    assert!(robot.sees("OK, the app has no access"), "{}", robot.frame());
    robot.keys("Esc Esc");
    begin(&mut robot, Way::PkceCallback);
    robot.keys("Enter").answer(Reply::LoginPlayed(Some(Played::Sent(Secret::new(CODE)))));
    let frame = robot.frame();
    assert!(frame.contains("Waiting for the browser") && !frame.contains("bWFkZXVwLWNvZGU"), "{frame}");
}

#[test]
fn a_rotation_opens_it_for_its_credential_and_goes_on_with_what_came() {
    let mut snapshot = vault();
    let owner = id(0).into();
    let at = |stage| Rotation::begin(Credential::Access, NOON).by(rotation::Way::Login).at(stage, NOON);
    let move_to = |document: &Document, was: Option<Rotation>, stage| {
        let credential = Credential::Access;
        let edit = Edit::SetRotation { owner, credential, was, to: Some(at(stage)) };
        Arc::new(edit::apply_all(document, &[edit]).expect("it fits"))
    };
    snapshot.document = move_to(&snapshot.document, None, Stage::Login);
    let mut robot = Robot::open(snapshot.clone());
    robot.open_door(Door::Rotate(owner, Some(Credential::Access))).keys("Enter");
    assert_eq!(robot.model.names(), ["main", "rotate", "login"], "{}", robot.frame());
    assert!(!robot.sees("OAuth 2.0"), "{}", robot.frame());
    robot.keys("k Enter");
    let ask = LoginAsk { profile: id(0), way: Way::Pin, scopes: None, purpose: Purpose::Rotate };
    assert_eq!(job(&robot), Job::Login(ask));
    robot.answer(Reply::LoginBegun(Ok(LoginBegun { address: Secret::new(PAGE), callback: None })));
    robot.text("1234567").keys("Enter");
    snapshot.document = move_to(&snapshot.document, Some(at(Stage::Login)), Stage::Verify);
    snapshot.vault.generation += 1;
    let (credential, rotation) = (Credential::Access, Some(at(Stage::Verify)));
    let step = RotationStep { snapshot, owner, credential, rotation, said: Vec::new(), refused: None };
    robot.answer(Reply::Rotated(Ok(step)));
    assert_eq!(robot.model.names(), ["main", "rotate"]);
    assert!(matches!(job(&robot), Job::Rotate { input: RotateInput::Go, .. }), "verifying follows by itself");
}

#[test]
fn nothing_secret_is_in_the_debug_of_what_a_login_says_and_asks() {
    let mut robot = waiting(Way::PkcePaste);
    robot.paste(CODE);
    let effects = format!("{:?}", robot.effects());
    let begun = LoginBegun { address: Secret::new(PAGE), callback: None };
    let reply = format!("{:?} {:?}", Reply::LoginBegun(Ok(begun)), robot.model);
    for text in [effects, reply] {
        assert!(!text.contains("bWFkZXVw"), "{text}");
    }
}

#[test]
fn the_pictures() {
    for (width, height) in SIZES {
        let size = format!("{width}x{height}");
        let shoot = |robot: &Robot, name: &str| {
            insta::assert_snapshot!(format!("{name}_{size}"), robot.frame());
        };
        let mut robot = robot();
        robot.size(width, height).open_door(Door::Login(id(0), None));
        shoot(&robot, "ways");
        robot.keys("j Enter");
        shoot(&robot, "scopes");
        for way in [Way::Pin, Way::Callback, Way::PkceCallback, Way::PkcePaste] {
            let mut robot = self::robot();
            robot.size(width, height);
            begin(&mut robot, way);
            shoot(&robot, way_word(way));
        }
        let mut robot = self::robot();
        robot.size(width, height);
        begin(&mut robot, Way::Pin);
        robot.text("1234567").keys("Enter").answer(refused("the PIN is not the right one", LoginNext::Again));
        shoot(&robot, "again");
        robot.text("1234567").keys("Enter");
        shoot(&robot, "finishing");
        let done = logged_in(&robot, Way::Pin);
        robot.answer(Reply::LoggedIn(Ok(done)));
        shoot(&robot, "done");
        let mut robot = self::robot();
        robot.size(width, height);
        begin(&mut robot, Way::PkcePaste);
        robot.paste(CODE).answer(refused("the wrong account was logged in", LoginNext::Anew));
        shoot(&robot, "failed");
        let mut robot = Robot::with(Presence::Passphrase, crate::config::Settings::default(), Some("demo"));
        robot.unlock(vault()).size(width, height);
        begin(&mut robot, Way::Pin);
        shoot(&robot, "played");
        let mut robot = Robot::open(flock(12));
        robot.size(width, height).open_door(Door::Login(id(0), Some(Credential::Oauth2)));
        shoot(&robot, "missing");
    }
}

fn way_word(way: Way) -> &'static str {
    match way {
        Way::Pin => "pin",
        Way::Callback => "callback",
        Way::PkceCallback => "pkce",
        Way::PkcePaste => "paste",
    }
}
