use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use super::*;
use crate::config::{Settings, ThemeName};
use crate::domain::edit::{self, Edit};
use crate::domain::fields::Credential;
use crate::domain::names::{Handle, UserId};
use crate::domain::permission::Level;
use crate::domain::verdict::{Account, Cause, Finding, Verdict};
use crate::ops::ClipboardError;
use crate::ops::snapshot::Snapshot;
use crate::tui::ctx::Presence;
use crate::tui::effect::{Effect, Job};
use crate::tui::message::{CheckSum, LoggedIn, Msg, NotSaved, Opened, Reply};
use crate::tui::screen::Door;
use crate::tui::testing::flock::flock;
use crate::tui::testing::{NOON, Robot};
use crate::tui::theme::Theme;

fn api_key() -> String {
    "MadeUpApiKey".repeat(3).chars().take(25).collect()
}

fn api_secret() -> String {
    "MadeUpApiKeySecret".repeat(3).chars().take(50).collect()
}

fn client_id() -> String {
    URL_SAFE_NO_PAD.encode("MadeUpClientIdOfTest:1:ci")
}

fn client_secret() -> String {
    "MadeUp-Client_Secret".repeat(3).chars().take(50).collect()
}

fn token() -> String {
    format!("144712093100-{}", "a".repeat(37))
}

fn token_secret() -> String {
    "MadeUpAccessSecret".repeat(3).chars().take(45).collect()
}

fn empty() -> Snapshot {
    let mut snapshot = flock(0);
    snapshot.document = Arc::new(Document::new(snapshot.document.fingerprints.clone()));
    snapshot
}

/// At the first page of a walk to a new app, in an empty vault.
fn walk() -> Robot {
    let mut robot = Robot::open(empty());
    robot.open_door(Door::Guide(None));
    robot
}

/// The same, past the first page.
fn begun(account: &str) -> Robot {
    let mut robot = walk();
    robot.text("poet").keys("Enter").text("poetbot").keys("Enter Enter");
    if account == "other" {
        robot.keys("→");
    }
    robot.keys("Enter Enter Enter");
    robot
}

/// Goes on with Enter until the step with this title is there.
fn on_to(robot: &mut Robot, title: &str) {
    for _ in 0..12 {
        if robot.sees(&format!("· {title}")) {
            return;
        }
        let before = robot.frame();
        robot.keys("Enter");
        assert_ne!(robot.frame(), before, "no way on to {title}");
    }
}

fn saved(robot: &mut Robot) -> (Vec<Edit>, Snapshot) {
    let jobs = robot.jobs();
    let edits = jobs.into_iter().find_map(|job| match job {
        Job::Save { edits, .. } => Some(edits),
        _ => None,
    });
    let edits = edits.expect("a save was asked for");
    let mut snapshot = robot.model.ctx.snapshot.clone().expect("open");
    snapshot.document = Arc::new(edit::apply_all(&snapshot.document, &edits).expect("they fit"));
    snapshot.vault.generation += 1;
    (edits, snapshot)
}

/// Answers the save, without forgetting the ticket before.
fn save(robot: &mut Robot) -> Document {
    let ticket = robot.ticket().expect("a job");
    let (_, snapshot) = saved(robot);
    let document = (*snapshot.document).clone();
    robot.msg(Msg::Job(ticket, Reply::Saved(Ok(snapshot))));
    document
}

fn found(robot: &mut Robot, cause: Cause) {
    let ticket = robot.ticket().expect("a check was asked for");
    let jobs = robot.jobs();
    let Some(Job::Check(profiles)) = jobs.into_iter().find(|job| matches!(job, Job::Check(_))) else {
        unreachable!("a check was asked for")
    };
    let finding = Finding {
        profile: profiles[0],
        verdict: Verdict::of(cause),
        checked_at: NOON,
        judged: Vec::new(),
        tried: None,
    };
    robot.msg(Msg::Job(ticket, Reply::CheckFound(Box::new(finding))));
    robot.msg(Msg::Job(ticket, Reply::CheckDone(CheckSum { requests: 2, notices: Vec::new() })));
}

fn drafts(robot: &Robot) -> Vec<Draft> {
    let kept = robot.wanted().iter().rev().find_map(|effect| match effect {
        Effect::KeepDraft(drafts) => Some(drafts.clone()),
        _ => None,
    });
    kept.unwrap_or_default()
}

/// Another run of the program that finds these drafts.
fn next_day(drafts: Vec<Draft>) -> Robot {
    let mut robot = Robot::new(Presence::Passphrase);
    let ticket = robot.model.ctx.jobs.enter(&Job::Unlock { passphrase: None }, robot.model.ctx.moment.boot);
    let opened = Opened { snapshot: empty(), drafts, notices: Vec::new() };
    robot.msg(Msg::Job(ticket, Reply::Unlocked(Ok(opened))));
    robot
}

#[test]
fn every_page_at_three_sizes() {
    let mut robot = walk();
    let shoot = |robot: &mut Robot, page: &str| {
        for (width, height) in [(120, 36), (80, 24), (40, 12)] {
            robot.size(width, height);
            insta::assert_snapshot!(format!("{page}_{width}x{height}"), robot.frame());
        }
        robot.size(80, 24);
    };
    robot.text("poet").keys("Enter").text("poetbot").keys("Enter");
    shoot(&mut robot, "bot");
    robot.keys("Enter Enter Enter Enter");
    for step in ["account", "app", "plan", "permission", "type", "addresses"] {
        shoot(&mut robot, step);
        robot.keys("Enter");
    }
    robot.paste(&format!("{}\n{}", api_secret(), api_key()));
    shoot(&mut robot, "keys");
    robot.keys("^T");
    shoot(&mut robot, "phone");
    robot.keys("^T Enter").paste(&token());
    shoot(&mut robot, "client");
    robot.keys("^K").paste(&token_secret());
    shoot(&mut robot, "tokens");
    robot.keys("^X");
    shoot(&mut robot, "discard");
    robot.keys("Esc Enter");
    shoot(&mut robot, "finish");
    robot.keys("Enter");
    save(&mut robot);
    found(&mut robot, Cause::Ok);
    shoot(&mut robot, "done");

    let mut robot = Robot::open(flock(3));
    let app = robot.model.ctx.snapshot.as_ref().expect("open").document.apps().next().expect("one").id;
    robot.open_door(Door::Guide(Some(app)));
    robot.text("new-poet").keys("Enter").text("@poetbot").keys("Enter Enter Enter Enter");
    shoot(&mut robot, "level");
    robot.keys("Enter");
    shoot(&mut robot, "login");
}

#[test]
fn from_nothing_to_a_checked_bot_with_pastes_in_odd_orders() {
    let mut robot = begun("owner");
    on_to(&mut robot, "API key, its secret");
    robot.keys("Enter");
    assert!(robot.sees("paste what X shows first"), "{}", robot.frame());
    // The secret alone, then key and the next step's token as X's page shows them.
    robot.paste(&api_secret());
    assert!(robot.sees("✓ API key secret") && robot.sees("API key: not yet"), "{}", robot.frame());
    robot.paste(&format!("Access Token\n{}\nAPI Key\n{}", token(), api_key()));
    assert!(robot.sees("✓ API key #"), "{}", robot.frame());
    assert!(robot.sees("this is an access token: kept for the step"), "{}", robot.frame());
    robot.keys("Enter");
    robot.paste(&format!("{}\n{}", client_secret(), client_id()));
    assert!(robot.sees("✓ Client ID") && robot.sees("✓ Client secret"), "{}", robot.frame());
    robot.keys("Enter");
    assert!(
        robot.sees("For @poetbot · Read and write") && robot.sees("✓ Access token #"),
        "{}",
        robot.frame()
    );
    robot.text(&token_secret()).keys("Enter");
    assert!(robot.sees("✓ Access token secret"), "{}", robot.frame());
    assert!(!robot.sees(&token_secret()[..12]));
    robot.keys("Enter");
    assert!(robot.sees("1 of them billed"), "{}", robot.frame());
    assert!(robot.jobs().iter().all(|job| !matches!(job, Job::Save { .. })), "nothing is saved unasked");
    robot.keys("Enter");
    let document = save(&mut robot);
    let app = document.apps().next().expect("an app");
    let bot = document.profiles().next().expect("a bot");
    assert!(app.name.as_str().starts_with("poet-"), "{}", app.name);
    assert_eq!(app.permission, Some(Level::ReadWrite));
    assert_eq!(app.callback_url.as_deref(), Some(CALLBACK));
    assert_eq!((bot.app, bot.handle.clone()), (Some(app.id), Handle::parse("poetbot").ok()));
    let value = |field| {
        document.slot(document.holder(bot.id.into(), field)?, field).map(|s| s.secret.expose().to_owned())
    };
    for (field, wanted) in [
        (Field::ApiKey, api_key()),
        (Field::ApiSecret, api_secret()),
        (Field::ClientId, client_id()),
        (Field::ClientSecret, client_secret()),
        (Field::AccessToken, token()),
        (Field::AccessSecret, token_secret()),
    ] {
        assert_eq!(value(field), Some(wanted), "{field}");
    }
    found(&mut robot, Cause::Ok);
    assert!(robot.sees("X accepts this profile") && robot.sees("nothing to do"), "{}", robot.frame());
    assert!(robot.sees("birdkeep run poet -- your command"));
    assert_eq!(drafts(&robot), []);
    robot.keys("Enter");
    assert_eq!(robot.model.names(), ["main"]);
}

#[test]
fn what_is_pasted_is_sealed_at_once_and_back_where_it_was() {
    let mut robot = begun("owner");
    on_to(&mut robot, "API key, its secret");
    robot.effects();
    robot.paste(&api_key());
    let kept = drafts(&robot);
    assert_eq!(kept.len(), 1, "sealed by the paste itself");
    let mut robot = next_day(kept);
    assert_eq!(robot.model.names(), ["main", "guide"]);
    assert!(robot.sees("API key, its secret") && robot.sees("✓ API key #"), "{}", robot.frame());
    robot.paste(&api_secret()).text("half").keys("L");
    robot.effects();
    robot.keys("^C");
    let mut robot = next_day(drafts(&robot));
    robot.keys("^U");
    assert!(robot.sees("✓ API key secret"), "typed text goes first: {}", robot.frame());
    robot.keys("Esc Esc Esc Esc Esc Esc Esc");
    assert!(robot.sees("about the bot") && robot.sees("poet"), "{}", robot.frame());
    robot.keys("Esc");
    assert_eq!(robot.model.names(), ["main"]);
    robot.open_door(Door::Guide(None));
    on_to(&mut robot, "API key, its secret");
    assert!(robot.sees("✓ API key #") && robot.sees("✓ API key secret"), "{}", robot.frame());
}

#[test]
fn it_can_be_thrown_away_but_not_by_accident() {
    let mut robot = begun("owner");
    robot.keys("^X Enter");
    assert_eq!(robot.model.names(), ["main", "guide"], "the harmless answer is lit");
    robot.keys("^X ↓ Enter");
    assert_eq!(robot.model.names(), ["main"]);
    assert_eq!(drafts(&robot), []);
}

#[test]
fn what_belongs_nowhere_or_looks_odd_is_named() {
    let oauth2 = URL_SAFE_NO_PAD.encode(format!("{}:1622147743914:1:1:rt:1", "m".repeat(45)));
    for (text, wanted) in [
        ("two words".to_owned(), "does not look like a value"),
        ("short".to_owned(), "does not look like a value"),
        ("# only a remark".to_owned(), "nothing in this looks like a value that X issues"),
        ("a-made-up-value-of-no-shape!".to_owned(), "! API key #"),
        (oauth2, "nothing here asks for it: an OAuth 2.0 refresh token"),
        (format!("{}\n{}", api_key(), "k".repeat(25)), "more than an API key"),
        ("k".repeat(22), "length"),
    ] {
        let mut robot = begun("owner");
        on_to(&mut robot, "API key, its secret");
        robot.paste(&text);
        assert!(robot.sees(wanted), "{text}:\n{}", robot.frame());
    }
}

#[test]
fn another_value_for_the_same_replaces_it_and_says_so() {
    let mut robot = begun("owner");
    on_to(&mut robot, "API key, its secret");
    robot.paste(&api_key()).paste(&"k".repeat(25));
    assert!(robot.sees("replaced by what was pasted last"), "{}", robot.frame());
    robot.keys("^U");
    assert!(robot.sees("API key: not yet"), "{}", robot.frame());
}

#[test]
fn what_is_skipped_says_how_to_do_it_later() {
    let mut robot = begun("owner");
    robot.keys("^K");
    assert!(robot.sees("skipped; later, in X's console: sign in as"), "{}", robot.frame());
    robot.keys("^K ^K ^K ^K ^K ^K ^K ^K");
    assert!(robot.sees("a token is still missing"), "{}", robot.frame());
    robot.keys("Enter");
    let document = save(&mut robot);
    let app = document.apps().next().expect("an app");
    assert_eq!((app.permission, app.callback_url.clone()), (None, None), "nobody saw to it");
    robot.size(80, 36);
    for later in [
        "https://console.x.com  sign in as the account that is to own poet-",
        "Project Access is to say Pay Per Use",
        "User authentication settings of poet-",
        "birdkeep app set poet-",
        "birdkeep set poet access_token",
    ] {
        assert!(robot.sees(later), "{later}:\n{}", robot.frame());
    }
    assert!(robot.sees("not checked yet"));
    assert!(!robot.sees("birdkeep list"), "the passphrase was proved: {}", robot.frame());
}

#[test]
fn a_passphrase_that_was_not_proved_is_left_for_later_after_a_crash_as_well() {
    let mut robot = Robot::open(empty());
    robot.open_door(Door::GuideUnproved);
    robot.text("poet").keys("Enter").text("poetbot").keys("Enter Enter Enter Enter Enter");
    assert!(robot.sees("1 of 10"), "{}", robot.frame());
    let mut robot = next_day(drafts(&robot));
    robot.keys("^K ^K ^K ^K ^K ^K ^K ^K ^K Enter");
    save(&mut robot);
    assert!(robot.sees("birdkeep list  asks for the passphrase"), "{}", robot.frame());
}

#[test]
fn another_account_than_the_owners_logs_in_and_is_saved_first() {
    let mut robot = begun("other");
    on_to(&mut robot, "API key, its secret");
    robot.paste(&format!("{}\n{}", api_key(), api_secret())).keys("Enter ^K");
    assert!(robot.sees("The bot logs in"), "{}", robot.frame());
    robot.effects();
    robot.keys("Enter");
    let document = save(&mut robot);
    let profile = document.profiles().next().expect("a bot").id;
    assert_eq!(robot.model.names(), ["main", "guide", "login"]);
    let kept = drafts(&robot);
    assert!(kept.iter().any(|draft| draft.key.contains(&profile.to_string())), "it goes on after a crash");
    assert!(kept.iter().all(|draft| draft.fields.iter().all(|(word, _)| !word.starts_with("value "))));
    // What the login brings is stored by itself; here it is only the next page.
    let mut snapshot = robot.model.ctx.snapshot.clone().expect("open");
    let values = [
        (Field::AccessToken, Some(Secret::new(token()))),
        (Field::AccessSecret, Some(Secret::new(token_secret()))),
    ];
    let edits =
        edit::set_fields(&document, profile.into(), values, crate::domain::credential::Origin::Login, NOON);
    snapshot.document = Arc::new(edit::apply_all(&document, &edits).expect("they fit"));
    snapshot.vault.generation += 1;
    let ticket = robot.model.ctx.jobs.enter(&Job::KeepLogin(Ticket(0)), NOON_BOOT);
    let account = Some(Account {
        id: UserId::parse("144712093100").expect("an id"),
        handle: Handle::parse("poetbot").expect("a handle"),
    });
    let done = LoggedIn { snapshot, profile, said: Vec::new(), account };
    robot.msg(Msg::Job(ticket, Reply::LoggedIn(Ok(done))));
    robot.keys("Esc");
    assert!(robot.sees("All of it is in the vault"), "{}", robot.frame());
    robot.keys("Enter");
    found(&mut robot, Cause::Ok);
    assert!(robot.sees("X accepts this profile"), "{}", robot.frame());
}

const NOON_BOOT: std::time::Duration = crate::tui::testing::BOOT;

#[test]
fn a_known_app_is_asked_for_nothing_but_its_permission() {
    let mut robot = Robot::open(flock(3));
    let app = robot.model.ctx.snapshot.as_ref().expect("open").document.apps().next().expect("one").clone();
    robot.open_door(Door::Guide(Some(app.id)));
    robot.text("new-poet").keys("Enter Enter Enter →").keys("Enter Enter");
    assert!(robot.sees("Is the permission enough?"), "{}", robot.frame());
    robot.keys("Enter").paste(&format!("{} {}", token(), token_secret())).keys("Enter Enter");
    let (edits, _) = saved(&mut robot);
    assert!(matches!(edits.as_slice(), [Edit::AddProfile(bot)] if bot.app == Some(app.id)), "{edits:?}");
}

#[test]
fn suggestions_are_copied_one_after_the_other_and_it_says_which_way() {
    let mut robot = begun("owner");
    on_to(&mut robot, "Where a login comes back to");
    robot.effects();
    robot.keys("^Y");
    assert!(robot.jobs().contains(&Job::CopyText(CALLBACK.to_owned())));
    let mut robot = begun("owner");
    on_to(&mut robot, "Where a login comes back to");
    robot.keys("^Y").answer(Reply::TextCopied(Ok("the desktop clipboard")));
    assert!(robot.sees("the callback is in the desktop clipboard"), "{}", robot.frame());
    robot.effects();
    robot.keys("^Y").answer(Reply::TextCopied(Err(ClipboardError::Absent)));
    assert!(robot.sees("handed to the terminal (OSC 52)"), "{}", robot.frame());
    assert!(robot.effects().contains(&Effect::CopyTextThroughTerminal("https://x.com/poetbot".to_owned())));
    robot.click_on("Callback  ");
    assert!(robot.jobs().contains(&Job::CopyText(CALLBACK.to_owned())));
}

#[test]
fn the_page_opens_on_demand_and_by_a_click() {
    let mut robot = begun("owner");
    robot.effects();
    let link = Effect::OpenLink("https://console.x.com".to_owned());
    robot.keys("^O");
    assert_eq!(robot.effects(), std::slice::from_ref(&link));
    robot.click_on("https://console.x.com");
    assert_eq!(robot.effects(), [link]);
    robot.click_on("Enter  Done");
    assert!(robot.sees("Create the app"), "{}", robot.frame());
}

/// How the cells of the code are drawn, each way once.
fn drawn(robot: &Robot) -> HashSet<(Option<Color>, Option<Color>, bool)> {
    let buffer = robot.buffer();
    let cells = buffer.content().iter().filter(|cell| ["█", "▀", "▄"].contains(&cell.symbol()));
    let style = |cell: &Cell| (cell.style().fg, cell.style().bg, cell.modifier.contains(Modifier::REVERSED));
    cells.map(style).collect()
}

#[test]
fn a_code_is_dark_on_light_and_without_colours_both_ways_can_be_had() {
    for (theme, ways) in [
        (ThemeName::Terminal, vec![(Some(Color::Indexed(16)), Some(Color::Indexed(231)), false)]),
        (
            ThemeName::None,
            vec![
                (Some(Color::Reset), Some(Color::Reset), true),
                (Some(Color::Reset), Some(Color::Reset), false),
            ],
        ),
    ] {
        let mut robot = begun("owner");
        robot.model.ctx.theme = Theme::new(&Settings { theme, ..Settings::default() });
        for way in ways {
            robot.keys("^T");
            assert_eq!(drawn(&robot), HashSet::from([way]), "{theme:?}");
        }
        robot.keys("^T");
        assert!(drawn(&robot).is_empty() && robot.sees("1 of 10"), "{}", robot.frame());
    }
}

#[test]
fn a_save_that_fails_leaves_everything_to_be_tried_again() {
    let mut robot = begun("owner");
    robot
        .keys("^K ^K ^K ^K ^K ^K")
        .paste(&format!("{}\n{}", api_key(), api_secret()))
        .keys("Enter ^K ^K ↓ Enter");
    let failure = crate::failure::Failure::new(
        crate::failure::Kind::NotSaved,
        "not saved",
        "the disk is full",
        "make room",
    );
    robot.answer(Reply::Saved(Err(NotSaved { failure, conflicts: Vec::new() })));
    robot.keys("Esc");
    assert!(robot.sees("✓ API key #"), "{}", robot.frame());
    assert_eq!(drafts(&robot).len(), 1);
    robot.effects();
    robot.keys("Enter");
    save(&mut robot);
    assert!(robot.sees("The two lines that matter"), "{}", robot.frame());
}

#[test]
fn a_name_that_is_taken_is_not_taken_again() {
    let mut robot = Robot::open(flock(3));
    robot.open_door(Door::Guide(None));
    robot.text("wiki-daily").keys("Enter Enter Enter Enter Enter Enter");
    assert!(robot.sees("called that already") && robot.sees("about the bot"), "{}", robot.frame());
}

#[test]
fn the_permission_follows_from_the_needs() {
    let level = |digit: char| {
        let mut bot = Bot::new(ForApp::New, 1);
        bot.form.focus(2);
        bot.form.key(Key::Char(digit), 60);
        bot.level()
    };
    assert_eq!(level('1'), (Level::Read, "read posts"));
    assert_eq!(level('2'), (Level::ReadWrite, "post"));
    assert_eq!(level('5').0, Level::ReadWriteDm);
    assert_eq!(level('0').0, Level::Read);
}

#[test]
fn no_size_breaks_a_page_and_no_value_is_seen() {
    let mut robot = begun("owner");
    robot.paste(&format!("{} {} {} {}", api_key(), api_secret(), token(), token_secret()));
    let values: BTreeSet<String> =
        [api_key(), api_secret(), token_secret()].map(|v| v[..10].to_owned()).into();
    for _ in 0..11 {
        for (width, height) in [(1, 1), (20, 6), (24, 7), (33, 9), (40, 12), (79, 13), (80, 24), (120, 36)] {
            let frame = robot.size(width, height).frame();
            assert!(values.iter().all(|value| !frame.contains(value.as_str())), "{frame}");
        }
        robot.keys("^T");
        robot.size(30, 8).frame();
        robot.keys("^T ^K");
    }
}

#[test]
fn a_click_on_the_first_page_reaches_its_rows_and_its_button() {
    let mut robot = walk();
    robot.text("poet").click_on("Handle").text("poetbot").click_on("To the console");
    assert!(robot.sees("Sign in"), "{}", robot.frame());
    assert!(
        drafts(&robot)
            .iter()
            .any(|draft| draft.fields.contains(&("row handle".to_owned(), Secret::new("poetbot"))))
    );
    assert_eq!(Credential::Access.fields().len(), 2);
}
