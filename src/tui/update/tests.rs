use std::time::Duration;

use super::{COUNTDOWN, next_deadline};
use crate::config::{KeySetting, Settings};
use crate::domain::document::Document;
use crate::domain::edit::{Conflict, ConflictKind};
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::names::Name;
use crate::failure::{Failure, Kind};
use crate::ops::{Cleared, ClipboardError};
use crate::tui::ctx::Presence;
use crate::tui::effect::{Effect, Job};
use crate::tui::keys::KeyRow;
use crate::tui::message::{Focus, Msg, NotSaved, Reply, Signal, Ticket};
use crate::tui::screen::Door;
use crate::tui::testing::flock::{CANARY, flock, id as flock_id};
use crate::tui::testing::{BOOT, Robot};
use crate::tui::{Exit, Start, Wanted};

fn robot() -> Robot {
    Robot::open(flock(16))
}

fn failure() -> Failure {
    Failure::new(Kind::NotSaved, "it was not saved", "the disk is full", "make room")
}

#[test]
fn the_lock_drops_every_fact_at_once() {
    let mut robot = robot();
    robot.keys("r t L");
    assert_eq!(robot.model.names(), ["unlock"]);
    let ctx = &robot.model.ctx;
    assert!(ctx.snapshot.is_none() && ctx.reveal.is_none() && ctx.roster.lines().is_empty());
    assert!(ctx.undo.is_empty());
    assert_eq!(robot.effects(), [Effect::Forget]);
}

#[test]
fn what_a_command_line_names_is_looked_up_once_the_vault_is_open() {
    let find = |document: &Document, word: &str| {
        let name = Name::parse(word).ok();
        let found = name.and_then(|name| document.profile_named(&name).map(|profile| profile.id.into()));
        found.ok_or_else(failure)
    };
    for (word, names) in [("poet", vec!["main", "form"]), ("nobody", vec!["main"])] {
        let mut robot = Robot::new(Presence::Passphrase);
        robot.model.start = Start::Edit(Wanted { word: word.to_owned(), find });
        assert_eq!(robot.model.names(), ["unlock"]);
        robot.unlock(flock(16));
        assert_eq!(robot.model.names(), names, "{word}");
        assert_eq!(robot.sees("because the disk is full"), word == "nobody", "{}", robot.frame());
        // Another unlock shows what every unlock shows.
        robot.keys("Esc L").unlock(flock(16));
        assert_eq!(robot.model.names(), ["main"]);
    }
}

#[test]
fn a_reply_to_a_dropped_job_changes_nothing() {
    let mut robot = robot();
    robot.keys("c");
    let ticket = robot.ticket().expect("a check was begun");
    robot.keys("L");
    assert!(robot.effects().contains(&Effect::Cancel(ticket)));
    let finding = flock(16).findings.profiles.values().next().cloned().expect("a finding");
    robot.msg(Msg::Job(ticket, Reply::CheckFound(Box::new(finding))));
    robot.msg(Msg::Job(Ticket(4_711), Reply::Saved(Ok(flock(3)))));
    assert!(robot.model.ctx.snapshot.is_none());
    assert_eq!(robot.model.names(), ["unlock"]);
}

#[test]
fn a_save_under_way_finishes_through_a_lock_and_brings_nothing_back() {
    let mut robot = robot();
    robot.keys("d");
    let ticket = robot.ticket().expect("a save was begun");
    robot.keys("L");
    assert!(!robot.effects().contains(&Effect::Cancel(ticket)));
    assert_eq!(robot.model.ctx.jobs.custody().count(), 1);
    let mut after = flock(15);
    after.vault.generation = 8;
    robot.msg(Msg::Job(ticket, Reply::Saved(Ok(after))));
    assert!(robot.model.ctx.snapshot.is_none(), "it is locked and stays locked");
    assert_eq!(robot.model.ctx.jobs.custody().count(), 0);
}

#[test]
fn quit_waits_for_what_is_in_custody_and_shows_it() {
    let mut robot = robot();
    robot.keys("d");
    let ticket = robot.ticket().expect("a save was begun");
    robot.keys("q");
    assert!(!robot.effects().contains(&Effect::Quit));
    assert!(robot.sees("finishing: saving"), "{}", robot.frame());
    assert!(!robot.sees("wiki-daily"));
    robot.keys("q ^C").text("x");
    assert!(robot.effects().is_empty());
    robot.msg(Msg::Job(ticket, Reply::Saved(Err(NotSaved { failure: failure(), conflicts: Vec::new() }))));
    assert_eq!(robot.effects(), [Effect::Quit]);
}

#[test]
fn it_locks_by_itself_after_five_minutes_and_says_so_in_the_last_one() {
    let mut robot = robot();
    robot.wait(Duration::from_secs(239));
    assert!(!robot.sees("locks in"));
    robot.wait(Duration::from_secs(19));
    assert!(robot.sees("locks in 0:42"), "{}", robot.frame());
    robot.keys("j");
    assert!(!robot.sees("locks in"));
    robot.wait(Duration::from_secs(300));
    assert_eq!(robot.model.names(), ["unlock"]);
}

#[test]
fn a_sleep_of_the_machine_locks_before_the_key_that_woke_it_is_handled() {
    let mut robot = robot();
    robot.wait(Duration::from_secs(9_000)).keys("r t");
    assert_eq!(robot.model.names(), ["unlock"]);
    assert!(!robot.sees(CANARY));
}

#[test]
fn the_hard_lock_comes_whatever_is_typed() {
    let mut robot = robot();
    for _ in 0..(8 * 60 - 1) {
        robot.wait(Duration::from_secs(60)).keys("j");
    }
    assert_eq!(robot.model.names(), ["main"]);
    robot.wait(Duration::from_secs(60));
    assert_eq!(robot.model.names(), ["unlock"]);
}

#[test]
fn at_rest_the_only_deadline_is_the_lock() {
    let mut robot = robot();
    let idle = robot.model.ctx.settings.idle_lock;
    assert_eq!(next_deadline(&robot.model), Some(BOOT + idle.saturating_sub(COUNTDOWN)));
    robot.keys("L");
    robot.wait(Duration::from_secs(10));
    assert_eq!(next_deadline(&robot.model), None);
    let robot = Robot::new(Presence::Absent);
    assert_eq!(next_deadline(&robot.model), None);
}

#[test]
fn every_deadline_lies_ahead_so_that_the_timer_never_spins() {
    let mut robot = robot();
    robot.keys("r t");
    for _ in 0..2_000 {
        let Some(next) = next_deadline(&robot.model) else { break };
        let now = robot.model.ctx.moment.boot;
        assert!(next > now, "{next:?} at {now:?}");
        robot.wait(next.saturating_sub(now));
    }
    assert_eq!(robot.model.names(), ["unlock"]);
}

#[test]
fn a_copy_is_taken_back_after_fifteen_seconds() {
    let mut robot = robot();
    robot.keys("y t").answer(Reply::Copied(Ok("the desktop clipboard")));
    robot.effects();
    assert!(robot.sees("cleared in 15 s"), "{}", robot.frame());
    robot.wait(Duration::from_secs(14));
    assert!(robot.jobs().is_empty());
    robot.wait(Duration::from_secs(1));
    assert!(matches!(robot.wanted(), [Effect::Start(_, Job::ClearClipboard)]));
    robot.answer(Reply::Cleared(Ok(Some(Cleared::Gone))));
    assert!(robot.sees("gone from the clipboard"));
    // The next countdown is seen at once, whatever was said a moment ago.
    robot.keys("y t").answer(Reply::Copied(Ok("the desktop clipboard")));
    assert!(robot.sees("cleared in 15 s"), "{}", robot.frame());
}

#[test]
fn a_lock_and_an_end_take_the_copy_back_too() {
    for key in ["L", "^C", "^Z"] {
        let mut robot = robot();
        robot.keys("y t").answer(Reply::Copied(Ok("the desktop clipboard")));
        robot.effects();
        robot.keys(key);
        assert!(robot.jobs().contains(&Job::ClearClipboard), "{key}");
    }
}

#[test]
fn without_a_clipboard_the_terminal_is_offered_and_never_taken_unasked() {
    let mut robot = robot();
    robot.keys("y t").answer(Reply::Copied(Err(ClipboardError::Absent)));
    robot.effects();
    assert!(robot.sees("cannot be verified"), "{}", robot.frame());
    robot.keys("Enter");
    assert!(robot.effects().is_empty(), "not copying is the default");
    robot.keys("y t").answer(Reply::Copied(Err(ClipboardError::Absent)));
    robot.effects();
    robot.keys("o");
    assert!(matches!(robot.effects().as_slice(), [Effect::CopyThroughTerminal(_)]));
    assert!(robot.model.ctx.copied.is_some());
}

#[test]
fn the_offer_of_the_terminal_says_what_it_means_at_every_width() {
    for width in [120, 80, 60, 40] {
        let mut robot = robot();
        robot.size(width, 12).keys("y t").answer(Reply::Copied(Err(ClipboardError::Absent)));
        let frame = robot.frame();
        for words in ["Send it to the terminal (OSC 52)", "cannot be", "verified", "Do not copy"] {
            assert!(frame.contains(words), "{width}: {words}\n{frame}");
        }
        robot.effects();
        robot.click_on("verified");
        assert!(matches!(robot.effects().as_slice(), [Effect::CopyThroughTerminal(_)]), "{width}");
    }
}

#[test]
fn the_key_that_takes_a_save_back_is_named_where_it_works() {
    let mut robot = robot();
    robot.keys("d").answer(Reply::Saved(Ok(flock(15))));
    assert!(robot.sees("u takes it back"), "{}", robot.frame());
    let mut robot = self::robot();
    robot.keys("d n n");
    assert_eq!(robot.model.names(), ["main", "form"]);
    robot.open_door(Door::New { kind: OwnerKind::App, app: None }).answer(Reply::Saved(Ok(flock(15))));
    assert!(robot.sees("saved: ") && !robot.sees("u takes it back"), "{}", robot.frame());
}

#[test]
fn help_names_every_action_also_where_it_is_narrow() {
    let mut robot = robot();
    robot.size(40, 20).keys("?");
    assert!(robot.sees("Reveal") && robot.sees("Check all"), "{}", robot.frame());
}

#[test]
fn ctrl_z_locks_before_it_stops() {
    let mut robot = robot();
    robot.keys("^Z");
    assert_eq!(robot.effects(), [Effect::Forget, Effect::Suspend]);
    let mut robot = self::robot();
    robot.msg(Msg::Signal(Signal::Stop));
    assert_eq!(robot.effects(), [Effect::Forget, Effect::Suspend]);
}

#[test]
fn a_signal_to_end_locks_and_ends() {
    let mut robot = robot();
    robot.msg(Msg::Signal(Signal::End));
    assert_eq!(robot.effects(), [Effect::Forget, Effect::Quit]);
    assert_eq!(robot.model.ctx.leaving, Some(Exit::Quit));
}

#[test]
fn a_failure_stays_until_esc() {
    let mut robot = robot();
    robot.keys("d");
    robot.answer(Reply::Saved(Err(NotSaved { failure: failure(), conflicts: Vec::new() })));
    robot.wait(Duration::from_secs(60));
    for line in ["it was not saved", "because the disk is full", "try this make room"] {
        assert!(robot.sees(line), "{line}\n{}", robot.frame());
    }
    robot.keys("Esc");
    assert!(!robot.sees("the disk is full"));
}

#[test]
fn a_save_that_was_refused_names_each_conflict_once() {
    let mut robot = robot();
    robot.keys("d");
    let conflict = Conflict {
        owner: flock_id(0).into(),
        name: "wiki-daily".to_owned(),
        kind: ConflictKind::Field(Field::ApiSecret),
    };
    let sentence = "API key and secret of “wiki-daily” were changed by someone else meanwhile";
    let refused = Failure { because: conflict.to_string(), ..failure() };
    robot.answer(Reply::Saved(Err(NotSaved { failure: refused, conflicts: vec![conflict] })));
    assert_eq!(robot.frame().matches(sentence).count(), 1, "{}", robot.frame());
}

#[test]
fn another_process_s_save_shows_up_at_the_next_focus_or_key() {
    let mut robot = robot();
    robot.wait(Duration::from_secs(3)).msg(Msg::Focus(Focus::Gained));
    assert_eq!(robot.jobs(), [Job::Reload]);
    robot.wait(Duration::from_secs(3)).keys("j j j");
    assert!(matches!(robot.wanted(), [Effect::Start(_, Job::Reload)]));
    let mut newer = flock(17);
    newer.vault.generation = 9;
    robot.answer(Reply::Reloaded(Ok(Some(newer))));
    assert!(robot.sees("17 profiles"), "{}", robot.frame());
    let mut older = flock(5);
    older.vault.generation = 8;
    robot.wait(Duration::from_secs(3)).keys("k").answer(Reply::Reloaded(Ok(Some(older))));
    assert!(robot.sees("17 profiles"), "an older generation is not taken");
}

#[test]
fn keys_bound_twice_on_one_screen_do_not_exist() {
    for rows in [crate::tui::reference()] {
        for (number, row) in rows.iter().enumerate() {
            assert!(!row.doc.is_empty() && !row.keys.is_empty(), "{row:?}");
            for other in rows.iter().skip(number + 1).filter(|other| other.screen == row.screen) {
                assert_ne!(row.action, other.action, "{}", row.screen);
                // The wizard's Enter has one row per kind of page, each with its own guard.
                let shared = row.keys.iter().any(|key| other.keys.contains(key)) && row.screen != "rotate";
                assert!(!shared, "{row:?} and {other:?}");
            }
        }
    }
}

/// Keys of everywhere that a screen takes for itself, and why that is no loss: (screen, action, key).
const TAKEN: &[(&str, &str, &str)] = &[
    // It closes what is open, as it does everywhere.
    ("rotate", "no", "q"),
    ("confirm", "cancel", "q"),
    ("value", "hide", "q"),
    // The key that opened it closes it.
    ("tasks", "close", "w"),
    // The line before, where text is typed or a line is chosen; the palette has another key, or nothing to add.
    ("help", "up", "^P"),
    ("form", "back", "^P"),
    ("choose app", "up", "^P"),
    ("leave", "up", "^P"),
    ("menu", "up", "^P"),
];

#[test]
fn no_screen_swallows_a_key_or_a_word_of_everywhere() {
    let rows = crate::tui::reference();
    let (everywhere, screens): (Vec<&KeyRow>, Vec<&KeyRow>) =
        rows.iter().partition(|row| row.screen == "everywhere");
    let mut taken = Vec::new();
    for row in screens {
        for other in &everywhere {
            // A word is looked up on the screen first, so its own would be done instead.
            assert_ne!(row.action, other.action, "{}", row.screen);
            let keys = row.keys.iter().filter(|key| other.keys.contains(key));
            taken.extend(keys.map(|key| (row.screen, row.action, key.to_string())));
        }
    }
    let mut known: Vec<_> =
        TAKEN.iter().map(|(screen, action, key)| (*screen, *action, (*key).to_owned())).collect();
    known.sort_unstable();
    taken.sort_unstable();
    assert_eq!(taken, known);
}

#[test]
fn ctrl_c_leaves_from_every_screen() {
    for keys in ["", "?", "y", "R", "R Enter", "e", "n", "H", "w", "i", "d C", "r t v", "P"] {
        let mut robot = robot();
        robot.keys(keys).effects();
        robot.keys("^C");
        let names = robot.model.names();
        assert_eq!(names, ["unlock"], "{keys}");
        assert!(robot.model.ctx.leaving.is_some(), "{keys}");
    }
}

#[test]
fn nothing_secret_is_in_the_debug_of_messages_and_effects() {
    let mut robot = robot();
    robot.keys("y t d");
    let effects = format!("{:?}", robot.effects());
    let reply = format!("{:?}", Msg::Job(Ticket(1), Reply::Saved(Ok(flock(4)))));
    for text in [effects, reply, format!("{:?}", Msg::Paste(crate::domain::secret::Secret::new(CANARY)))] {
        assert!(!text.contains(CANARY), "{text}");
    }
}

#[test]
fn a_settings_without_colour_still_draws() {
    let settings = Settings { theme: crate::config::ThemeName::None, ..Settings::default() };
    let mut robot = Robot::with(Presence::Passphrase, settings, None);
    robot.unlock(flock(4));
    let buffer = robot.buffer();
    let plain = |color: ratatui::style::Color| color == ratatui::style::Color::Reset;
    assert!(buffer.content().iter().all(|cell| plain(cell.fg) && plain(cell.bg)));
}

#[test]
fn keys_can_be_bound_otherwise_and_what_cannot_be_is_said() {
    let bind = |screen: &str, action: &str, keys: &[&str]| KeySetting {
        screen: screen.to_owned(),
        action: action.to_owned(),
        keys: keys.iter().map(ToString::to_string).collect(),
    };
    let open = |keys: Vec<KeySetting>| {
        let settings = Settings { keys, ..Settings::default() };
        let mut robot = Robot::with(Presence::Passphrase, settings, None);
        let said = robot.frame();
        robot.unlock(flock(16));
        (robot, said)
    };
    // `c` deletes now, and checks no longer.
    let (mut robot, _) = open(vec![bind("main", "delete", &["c", "F2"])]);
    robot.keys("c");
    assert!(matches!(robot.jobs().as_slice(), [Job::Save { .. }]));
    robot.keys("d");
    assert!(robot.jobs().is_empty());
    assert!(!robot.sees("c Check"), "{}", robot.frame());
    let (mut robot, _) = open(vec![bind("everywhere", "help", &["z"])]);
    robot.keys("z");
    assert_eq!(robot.model.names(), ["main", "help"]);
    for wrong in
        [bind("main", "fly", &["c"]), bind("main", "check", &["Hyper-Q"]), bind("main", "check", &[])]
    {
        let (mut robot, said) = open(vec![wrong.clone()]);
        assert!(said.contains("config.toml: keys.main."), "{wrong:?}\n{said}");
        robot.keys("c");
        assert!(matches!(robot.jobs().as_slice(), [Job::Check(_)]), "the table's own key holds");
    }
}
