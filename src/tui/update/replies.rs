//! What jobs tell: facts are brought up to date first, then every screen hears it.

use std::sync::Arc;

use super::super::Start;
use super::super::ctx::{Copied, Presence, Running, Taken};
use super::super::dialogs::login::Login;
use super::super::dialogs::menu::{Entry, Menu};
use super::super::effect::{Effect, FINISHING, SecretRef, Undo};
use super::super::keys::Key;
use super::super::message::{CheckSum, LoggedIn, NotLoggedIn, Opened, Reply, Ticket};
use super::super::model::Model;
use super::super::notice::{Notice, Tone};
use super::super::roster::Roster;
use super::super::screen::{Door, Heard, State as _, Step};
use super::{broadcast, leave_when_idle, steps};
use crate::domain::document::Document;
use crate::domain::edit::{self, Edit};
use crate::domain::fields::Field;
use crate::domain::id::{Owner, ProfileId};
use crate::domain::rotation::Rotation;
use crate::domain::standing::Mark;
use crate::domain::time::Time;
use crate::domain::verdict::Finding;
use crate::failure::{Failure, Kind};
use crate::ops::snapshot::Snapshot;
use crate::ops::{Cleared, ClipboardError};

/// Takes in one reply. Unknown tickets are of jobs that were dropped: nothing of them counts any more.
pub(super) fn reply(model: &mut Model, ticket: Ticket, reply: Reply, out: &mut Vec<Effect>) {
    if model.ctx.jobs.get(ticket).is_none() {
        return;
    }
    let ended = if reply.ends() { model.ctx.jobs.end(ticket) } else { None };
    facts(model, ticket, &reply, ended, out);
    broadcast(model, &Heard::Reply(ticket, &reply), out);
    if let Reply::Unlocked(Ok(opened)) = reply {
        reopen(model, opened, out);
    }
    leave_when_idle(model, out);
}

fn facts(model: &mut Model, ticket: Ticket, reply: &Reply, ended: Option<Running>, out: &mut Vec<Effect>) {
    match reply {
        Reply::Unlocked(Ok(opened)) => enter(model, opened.snapshot.clone()),
        Reply::Created(Ok(created)) => enter(model, created.snapshot.clone()),
        Reply::Saved(Ok(snapshot)) => saved(model, snapshot, ended, out),
        // Its second line names every conflict.
        Reply::Saved(Err(trouble)) => say(model, trouble.failure.clone().into()),
        Reply::Reloaded(Ok(Some(snapshot))) => {
            replace(model, snapshot, out);
            say(model, Notice::plain("another process has saved: this is how the vault stands now"));
        }
        // An identity that had no passphrase has one now.
        Reply::Rekeyed(Ok(())) => model.ctx.presence = Presence::Passphrase,
        Reply::Rotated(Ok(step)) => replace(model, &step.snapshot, out),
        Reply::LoginHeard => {
            if let Some(job) = model.ctx.jobs.get_mut(ticket) {
                job.kind = FINISHING;
            }
        }
        Reply::LoggedIn(outcome) => logged_in(model, outcome, out),
        Reply::Revoked(Ok(revoked)) => {
            replace(model, &revoked.snapshot, out);
            say(model, Notice::plain("X has been asked; what it has killed is in the history"));
        }
        Reply::Refreshed(Ok(renewed)) => {
            replace(model, &renewed.snapshot, out);
            for sentence in &renewed.said {
                say(model, Notice::plain(sentence.clone()));
            }
            say(model, Notice::good("the OAuth 2.0 tokens are new: c asks X about them"));
        }
        Reply::Purged(Ok(purged)) => {
            replace(model, &purged.snapshot, out);
            for sentence in &purged.said {
                say(model, Notice::plain(sentence.clone()));
            }
        }
        Reply::CheckBegun(id) => {
            if let Some(progress) = model.ctx.jobs.get_mut(ticket).and_then(|job| job.progress.as_mut()) {
                progress.active.insert(*id);
            }
        }
        Reply::CheckFound(finding) => found(model, ticket, finding),
        Reply::CheckFoundApp(finding) => {
            if let Some(snapshot) = &mut model.ctx.snapshot {
                snapshot.take_in_app((**finding).clone());
                model.ctx.roster.found_app(snapshot, finding.app);
            }
        }
        Reply::CheckDone(sum) => checked(model, sum, ended.as_ref()),
        Reply::Copied(Ok(way)) => copied(model, way, ended.and_then(|job| job.copying)),
        Reply::Copied(Err(error)) => offer_terminal(model, *error, ended.and_then(|job| job.copying)),
        Reply::Cleared(outcome) => say(model, cleared(*outcome)),
        Reply::Revoked(Err(failure))
        | Reply::Refreshed(Err(failure))
        | Reply::Purged(Err(failure))
        | Reply::Reloaded(Err(failure)) => {
            say(model, failure.clone().into());
        }
        Reply::Died => {
            let label = ended.map_or("the work", |job| job.kind.label);
            say(model, died(label).into());
        }
        // The screen that asked shows these itself.
        Reply::Unlocked(Err(_))
        | Reply::Created(Err(_))
        | Reply::Rotated(Err(_))
        | Reply::Rekeyed(Err(_))
        | Reply::Reloaded(Ok(None))
        | Reply::RevokeTold(_)
        | Reply::Previewed(_)
        | Reply::Exported(_)
        | Reply::FoundImports(_)
        | Reply::LookedAt(_)
        | Reply::LoginBegun(_)
        | Reply::LoginLeft
        | Reply::LoginOpened(_)
        | Reply::LoginCopied(_)
        | Reply::LoginPlayed(_)
        | Reply::TextCopied(_)
        | Reply::Suggested(_) => {}
    }
}

/// A login has ended. Its dialog shows how; where that is closed by now, a notice does, and over a lock only that it has.
fn logged_in(model: &mut Model, outcome: &Result<LoggedIn, NotLoggedIn>, out: &mut Vec<Effect>) {
    if let Ok(done) = outcome {
        replace(model, &done.snapshot, out);
    }
    if model.stack.iter().any(|screen| screen.name() == Login::NAME) {
        return;
    }
    let notice = match outcome {
        Ok(_) if !model.ctx.is_open() => Notice::good("the login is done"),
        Ok(done) => Notice::good(done.said.last().cloned().unwrap_or_default()),
        Err(_) if !model.ctx.is_open() => Notice::warn("the login under way has come to nothing"),
        Err(trouble) => trouble.failure.clone().into(),
    };
    say(model, notice);
}

fn say(model: &mut Model, notice: Notice) {
    model.ctx.notices.say(notice, model.ctx.moment.boot);
}

/// A vault is open from now on.
fn enter(model: &mut Model, snapshot: Snapshot) {
    let ctx = &mut model.ctx;
    ctx.roster = Roster::new(&snapshot, ctx.moment.now);
    ctx.snapshot = Some(snapshot);
    ctx.unlocked = Some(ctx.moment.boot);
    ctx.touched = ctx.moment.boot;
    if ctx.presence == Presence::Absent {
        ctx.presence = Presence::Passphrase;
    }
    model.reloaded = ctx.moment.boot;
}

/// After an unlock: the four places, what the command line asked for, and forms that were not saved.
fn reopen(model: &mut Model, opened: Opened, out: &mut Vec<Effect>) {
    steps::open(model, &Door::Main, out);
    if let Start::Edit(wanted) = std::mem::replace(&mut model.start, Start::Main) {
        match (wanted.find)(&opened.snapshot.document, &wanted.word) {
            Ok(owner) => steps::open(model, &Door::Edit(owner), out),
            Err(failure) => say(model, failure.into()),
        }
    }
    let kept = opened.drafts.len();
    for draft in opened.drafts {
        steps::open(model, &Door::Draft(draft), out);
    }
    if kept > 0 {
        say(model, Notice::plain("a form that was not saved is back as it was"));
    }
    for notice in opened.notices {
        say(model, Notice::warn(notice));
    }
}

/// The vault as another generation shows it; an older one than what is shown is not taken.
fn replace(model: &mut Model, snapshot: &Snapshot, out: &mut Vec<Effect>) {
    let Some(shown) = model.ctx.snapshot.take() else { return };
    if snapshot.vault.generation < shown.vault.generation {
        model.ctx.snapshot = Some(shown);
        return;
    }
    let mut next = snapshot.clone();
    keep_findings(&mut next, &shown);
    settle_changed(model, &shown.document, &next.document);
    model.ctx.roster = Roster::new(&next, model.ctx.moment.now);
    model.ctx.snapshot = Some(next);
    broadcast(model, &Heard::Changed, out);
}

/// A check that is under way asks with the values it was begun with: where those were changed, another one is needed.
fn settle_changed(model: &mut Model, before: &Arc<Document>, after: &Arc<Document>) {
    if Arc::ptr_eq(before, after) {
        return;
    }
    let same = |id: &ProfileId| {
        let owner = Owner::from(*id);
        Field::all().all(|field| before.slot(owner, field) == after.slot(owner, field))
    };
    for check in model.ctx.jobs.checks_mut() {
        let changed: Vec<ProfileId> = check.waiting.iter().copied().filter(|id| !same(id)).collect();
        for id in changed {
            check.settle(id);
        }
    }
}

/// Verdicts that came in after `next` was made are kept.
fn keep_findings(next: &mut Snapshot, shown: &Snapshot) {
    if !Arc::ptr_eq(&next.findings, &shown.findings) {
        let later = shown.findings.newer_than(&next.findings);
        Arc::make_mut(&mut next.findings).enter_all(&next.document, later);
    }
}

fn saved(model: &mut Model, snapshot: &Snapshot, ended: Option<Running>, out: &mut Vec<Effect>) {
    let before = model.ctx.snapshot.as_ref().map(|shown| Arc::clone(&shown.document));
    replace(model, snapshot, out);
    let Some(job) = ended else { return };
    if let (Some((edits, Undo::Offer)), Some(before)) = (job.edits, before) {
        let edits = taken_back(&before, &edits, model.ctx.moment.now);
        if !edits.is_empty() {
            model.ctx.undo.push(Taken { what: job.what.clone(), edits });
            let hint = if can_undo_next(model) { " (u takes it back)" } else { "" };
            say(model, Notice::good(format!("saved: {}{hint}", job.what)));
            return;
        }
    }
    if !job.what.is_empty() {
        say(model, Notice::good(format!("saved: {}", job.what)));
    }
}

/// True where the key to take it back works: on the four places, or once the form on them has closed.
fn can_undo_next(model: &Model) -> bool {
    let lowest = model.stack.first().map(|screen| screen.rows(&model.ctx)).unwrap_or_default();
    model.stack.len() <= 2 && lowest.iter().any(|row| row.action == "undo")
}

/// The edits that take `edits` back, the last one first. Empty if any of them cannot be taken back.
fn taken_back(before: &Document, edits: &[Edit], now: Time) -> Vec<Edit> {
    let mut document = before.clone();
    let mut back = Vec::new();
    for edit in edits {
        let mut next = document.clone();
        let fits = edit::apply(&mut next, edit).is_ok();
        match edit::inverse(&document, edit, &next, now).filter(|_| fits) {
            Some(inverse) => back.push(inverse),
            None => return Vec::new(),
        }
        document = next;
    }
    back.reverse();
    back
}

/// Takes in one verdict. Rows keep their places.
fn found(model: &mut Model, ticket: Ticket, finding: &Finding) {
    if let Some(progress) = model.ctx.jobs.get_mut(ticket).and_then(|job| job.progress.as_mut()) {
        progress.tell(finding.profile, &finding.verdict);
    }
    if let Some(snapshot) = &mut model.ctx.snapshot {
        snapshot.take_in(finding.clone());
        model.ctx.roster.found(snapshot, finding.profile);
    }
}

fn checked(model: &mut Model, sum: &CheckSum, ended: Option<&Running>) {
    let progress = ended.and_then(|job| job.progress.as_ref()).map(|p| p.tally).unwrap_or_default();
    let profiles = if progress.done == 1 { "profile" } else { "profiles" };
    let failed = if progress.failed > 0 { format!(", {} failed", progress.failed) } else { String::new() };
    let text = if progress.cancelled {
        format!("cancelled after {} of {} profiles{failed}", progress.done, progress.total)
    } else {
        format!("checked {} {profiles} with {} requests{failed}", progress.done, sum.requests)
    };
    let text = match progress.silent {
        0 => text,
        1 if progress.done == 1 => format!("{text}: X gave no answer"),
        silent => format!("{text}, {silent} without an answer"),
    };
    let text = if progress.total > 1 { format!("{text}; s sorts") } else { text };
    // One line has room on screen: what else there is to say goes with it, or it would push the sum off.
    let trouble = progress.failed + progress.silent > 0 || !sum.notices.is_empty();
    let tone = if trouble { Tone::Warn } else { Tone::Good };
    let text = std::iter::once(text).chain(sum.notices.iter().cloned()).collect::<Vec<_>>().join("; ");
    say(model, Notice::new(tone, text));
}

fn copied(model: &mut Model, way: &'static str, what: Option<SecretRef>) {
    let Some(what) = what else { return };
    let until = model.ctx.moment.boot + model.ctx.settings.clipboard;
    model.ctx.copied = Some(Copied { what, until, way });
    model.ctx.notices.make_room();
    let held = model.ctx.snapshot.as_ref().and_then(|snapshot| snapshot.document.held(what.owner));
    let credential = what.field.credential();
    let rotation = held.and_then(|held| held.rotation(credential));
    if rotation.is_some_and(Rotation::may_be_dead) {
        say(model, Notice::warn(Mark::InDoubt(credential).sentence()));
    }
}

/// There is no desktop clipboard: the terminal's is offered, with what that means.
fn offer_terminal(model: &mut Model, error: ClipboardError, what: Option<SecretRef>) {
    let Some(what) = what else { return };
    if error == ClipboardError::Refused {
        return say(model, Notice::warn("the desktop clipboard refused the value; nothing was copied"));
    }
    let entry = |key, label: &str, hint: &str, steps| Entry {
        key: Key::Char(key),
        label: label.to_owned(),
        hint: hint.to_owned(),
        ready: Ok(()),
        steps,
    };
    let menu = Menu::new(
        "No desktop clipboard here",
        vec![
            entry(
                'o',
                "Send it to the terminal (OSC 52)",
                "its clearing cannot be verified",
                vec![Step::Do(Effect::CopyThroughTerminal(what))],
            ),
            entry('n', "Do not copy", "", Vec::new()),
        ],
    )
    .at(1);
    model.stack.push(Box::new(menu));
}

fn cleared(outcome: Result<Option<Cleared>, ClipboardError>) -> Notice {
    match outcome {
        Ok(Some(Cleared::Gone)) => Notice::good("the copied value is gone from the clipboard"),
        Ok(Some(Cleared::NotOurs)) => {
            Notice::plain("something else was copied meanwhile: the clipboard was left alone")
        }
        Ok(Some(Cleared::StillThere)) => {
            Notice::warn("a clipboard history seems to keep the copied value: clear it there")
        }
        Ok(None) => {
            Notice::plain("the terminal was asked to forget the value; nobody can verify that it did")
        }
        Err(_) => Notice::warn("the clipboard could not be cleared: copy something else over it"),
    }
}

fn died(label: &str) -> Failure {
    Failure::new(
        Kind::Found,
        format!("{label} broke off"),
        "birdkeep made a mistake, which was caught; nothing half-done was saved",
        "try it again; if it stays, please report it",
    )
}
