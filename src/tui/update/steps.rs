//! Steps: what screens want, done one after the other.

use std::collections::VecDeque;

use super::super::ctx::{Copied, Reveal};
use super::super::effect::{Effect, Job, Undo};
use super::super::keys::KeyRow;
use super::super::model::Model;
use super::super::notice::Notice;
use super::super::screen::{Door, Heard, Screen, Step, Told};
use super::super::{doors, everywhere};
use super::{conceal, drafts, leave, lock, start};

/// Does an action of screen `at`, or of everywhere, or says why it cannot be done.
pub(super) fn act(model: &mut Model, at: usize, action: &str, out: &mut Vec<Effect>) {
    let own = model.stack.get_mut(at).and_then(|screen| screen.act(action, &model.ctx));
    match own.or_else(|| everywhere::act(action, &model.ctx)) {
        Some(Ok(steps)) => take(model, at, steps, out),
        Some(Err(why)) => say(model, Notice::warn(why)),
        None => {}
    }
}

/// Does `steps`, which screen `at` wants.
pub(super) fn take(model: &mut Model, at: usize, steps: Vec<Step>, out: &mut Vec<Effect>) {
    let mut from = at;
    let mut queue: VecDeque<Step> = steps.into();
    while let Some(step) = queue.pop_front() {
        match step {
            Step::Open(door) => open(model, &door, out),
            Step::Push(screen) => push(model, screen, out),
            Step::Close => {
                close(model, from);
                from = from.saturating_sub(1);
            }
            Step::Tell(word) => tell(model, from, word, out),
            Step::Act(action) => act(model, from, action, out),
            Step::Start(job) => begin(model, from, job, out),
            Step::Do(effect) => perform(model, effect, out),
            Step::Say(notice) => say(model, notice),
            Step::Reveal(what) => {
                let until = model.ctx.moment.boot + model.ctx.settings.reveal;
                model.ctx.reveal = model.ctx.is_open().then_some(Reveal { what, until });
            }
            Step::Hide => conceal(model),
            Step::Keep => out.push(Effect::KeepDraft(drafts(model))),
            Step::Shelve => {
                shelve(model, from, out);
                from = from.saturating_sub(1);
            }
            Step::Undo => undo(model, out),
            Step::Lock => lock(model, out),
            Step::Leave(exit) => leave(model, exit, out),
        }
        model.ctx.depth = model.stack.len();
    }
}

fn say(model: &mut Model, notice: Notice) {
    model.ctx.notices.say(notice, model.ctx.moment.boot);
}

/// Opens a door. The first screen, the lock screen and the four places replace the whole stack.
pub(super) fn open(model: &mut Model, door: &Door, out: &mut Vec<Effect>) {
    let base = matches!(door, Door::Welcome | Door::Unlock | Door::Main);
    let rows = offered(model);
    match doors::open(door, rows, &model.ctx) {
        Ok(screen) if base => {
            model.ctx.reveal = None;
            model.stack = vec![screen];
            opened(model, out);
        }
        Ok(screen) => push(model, screen, out),
        Err(why) => say(model, Notice::warn(why)),
    }
}

/// What help and palette list: the rows of the topmost screen that fills the whole screen, and those of everywhere.
fn offered(model: &Model) -> Vec<KeyRow> {
    model.rows()
}

fn push(model: &mut Model, screen: Box<dyn Screen>, out: &mut Vec<Effect>) {
    // A screen that hides the one below hides its revealed value as well.
    if screen.cover() == super::super::screen::Cover::Whole {
        conceal(model);
    }
    // What is open is not on the shelf any more.
    if let Some(draft) = screen.draft() {
        model.ctx.shelf.retain(|other| other.key != draft.key);
    }
    model.stack.push(screen);
    opened(model, out);
}

/// Tells the topmost screen that it is there.
fn opened(model: &mut Model, out: &mut Vec<Effect>) {
    model.ctx.depth = model.stack.len();
    if let Some(screen) = model.stack.last_mut() {
        let steps = screen.opened(&model.ctx);
        take(model, model.ctx.depth.saturating_sub(1), steps, out);
    }
}

/// Closes screen `at`; the lowest one stays.
fn close(model: &mut Model, at: usize) {
    if at > 0 && at < model.stack.len() {
        model.stack.remove(at);
    }
}

/// Puts the form `at` on the shelf and closes it.
fn shelve(model: &mut Model, at: usize, out: &mut Vec<Effect>) {
    if let Some(draft) = model.stack.get(at).and_then(|screen| screen.draft()) {
        model.ctx.shelf.retain(|other| other.key != draft.key);
        model.ctx.shelf.push(draft);
    }
    close(model, at);
    out.push(Effect::KeepDraft(drafts(model)));
}

fn tell(model: &mut Model, at: usize, word: Told, out: &mut Vec<Effect>) {
    if let Some(screen) = model.stack.get_mut(at) {
        let steps = screen.told(word, &model.ctx);
        take(model, at, steps, out);
    }
}

fn begin(model: &mut Model, at: usize, job: Job, out: &mut Vec<Effect>) {
    let Some(job) = joined(model, job) else { return };
    let ticket = start(model, job, out);
    if let Some(screen) = model.stack.get_mut(at) {
        let steps = screen.heard(&Heard::Started(ticket), &model.ctx);
        take(model, at, steps, out);
    }
}

/// A check without the profiles X is being asked about already: their verdicts come by themselves, and nothing is paid
/// for twice. `None`: nothing is left of it.
fn joined(model: &mut Model, job: Job) -> Option<Job> {
    let Job::Check(mut profiles) = job else { return Some(job) };
    let wanted = profiles.len();
    profiles.retain(|id| !model.ctx.jobs.is_under_way(*id));
    if profiles.is_empty() {
        let whom = if wanted == 1 { "it" } else { "them" };
        say(model, Notice::plain(format!("X is being asked about {whom} already")));
        return None;
    }
    Some(Job::Check(profiles))
}

fn perform(model: &mut Model, effect: Effect, out: &mut Vec<Effect>) {
    match &effect {
        Effect::CopyThroughTerminal(what) => {
            let until = model.ctx.moment.boot + model.ctx.settings.clipboard;
            model.ctx.copied = Some(Copied { what: *what, until, way: "the terminal (OSC 52)" });
            model.ctx.notices.make_room();
        }
        Effect::Cancel(ticket) => {
            if let Some(progress) = model.ctx.jobs.get_mut(*ticket).and_then(|job| job.progress.as_mut()) {
                progress.tally.cancelled = true;
            }
        }
        _ => {}
    }
    out.push(effect);
}

fn undo(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(taken) = model.ctx.undo.pop() else {
        return say(model, Notice::plain("nothing to undo"));
    };
    let what = format!("undo: {}", taken.what);
    start(model, Job::Save { edits: taken.edits, what, undo: Undo::None }, out);
}
