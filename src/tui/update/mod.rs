//! What happens to the model when something happens: pure, and the only place that changes the shared facts.
//!
//! Never here: a clock, a random number, a file, a network, a key of the vault. Time comes in as [`Msg::Clock`].

mod deadlines;
mod input;
mod replies;
mod steps;
#[cfg(test)]
mod tests;

pub use deadlines::{COUNTDOWN, locks_in, next_deadline};

use super::Exit;
use super::doors;
use super::effect::{Draft, Effect, Job};
use super::message::{Focus, Msg, Signal};
use super::model::Model;
use super::notice::Notice;
use super::roster::Roster;
use super::screen::Heard;
use crate::domain::text::visible;

/// Takes in one message and returns what is to be done outside, in order.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut out = Vec::new();
    match msg {
        Msg::Clock(moment) => {
            model.ctx.moment = moment;
            deadlines::judge(model, &mut out);
        }
        Msg::Key(key) => input::key(model, key, &mut out),
        Msg::Paste(text) => input::paste(model, &text, &mut out),
        Msg::Mouse(mouse) => input::mouse(model, mouse, &mut out),
        Msg::Focus(Focus::Lost) => conceal(model),
        Msg::Focus(Focus::Gained) => look_for_saves(model, &mut out),
        Msg::Resize(size) => {
            model.ctx.size = size;
            conceal(model);
        }
        Msg::Signal(Signal::End) => leave(model, Exit::Quit, &mut out),
        Msg::Signal(Signal::Stop) => {
            lock(model, &mut out);
            out.push(Effect::Suspend);
        }
        Msg::Signal(Signal::Continue) => {
            conceal(model);
            out.push(Effect::Redraw);
        }
        Msg::Job(ticket, reply) => replies::reply(model, ticket, reply, &mut out),
        Msg::Trouble(failure) => model.ctx.notices.say(failure.into(), model.ctx.moment.boot),
        Msg::NoBrowser(url) => {
            let text = format!("no browser could be started; the address is {url}");
            model.ctx.notices.say(Notice::warn(text), model.ctx.moment.boot);
        }
    }
    model.ctx.depth = model.stack.len();
    model.ctx.fresh.turn();
    out
}

/// Hides every value that is shown in plain.
fn conceal(model: &mut Model) {
    model.ctx.reveal = None;
    model.stack.iter_mut().for_each(|screen| screen.conceal());
}

/// Begins a job and gives its ticket.
fn start(model: &mut Model, job: Job, out: &mut Vec<Effect>) -> super::message::Ticket {
    let ticket = model.ctx.jobs.enter(&job, model.ctx.moment.boot);
    if let (Job::Check(profiles), Some(job)) = (&job, model.ctx.jobs.get_mut(ticket)) {
        // Among several checks, one on a single bot is known by its name.
        if let (&[only], Some(snapshot)) = (profiles.as_slice(), &model.ctx.snapshot) {
            let name = snapshot.document.profile(only).map(|profile| profile.name.as_str());
            job.what = visible(name.unwrap_or_default());
        }
    }
    out.push(Effect::Start(ticket, job));
    ticket
}

/// Locks: blanks the screen at once, drops every fact and every job that does not hold something in custody.
fn lock(model: &mut Model, out: &mut Vec<Effect>) {
    if !model.ctx.is_open() {
        return;
    }
    let drafts = drafts(model);
    if !drafts.is_empty() {
        out.push(Effect::KeepDraft(drafts));
    }
    if model.ctx.copied.take().is_some() {
        start(model, Job::ClearClipboard, out);
    }
    let dropped = model.ctx.jobs.drop_all_but_custody();
    out.extend(dropped.into_iter().map(Effect::Cancel));
    out.push(Effect::Forget);
    let ctx = &mut model.ctx;
    ctx.snapshot = None;
    ctx.roster = Roster::default();
    ctx.reveal = None;
    ctx.undo = Vec::new();
    ctx.shelf = Vec::new();
    ctx.notices.put_away();
    model.stack = vec![doors::first(&model.ctx)];
}

/// Every form that is not saved: those on the stack, then those on the shelf.
fn drafts(model: &Model) -> Vec<Draft> {
    let open = model.stack.iter().filter_map(|screen| screen.draft());
    open.chain(model.ctx.shelf.iter().cloned()).collect()
}

/// Ends: locks, then waits for custody jobs.
fn leave(model: &mut Model, exit: Exit, out: &mut Vec<Effect>) {
    lock(model, out);
    model.ctx.leaving = Some(exit);
    leave_when_idle(model, out);
}

/// Ends now if a person asked for it and nothing is in custody any more.
fn leave_when_idle(model: &Model, out: &mut Vec<Effect>) {
    if model.ctx.jobs.custody().next().is_some() {
        return;
    }
    match model.ctx.leaving {
        Some(Exit::Quit) => out.push(Effect::Quit),
        Some(Exit::Demo) => out.push(Effect::Demo),
        None => {}
    }
}

/// Looks whether another process saved, unless that was done a moment ago.
fn look_for_saves(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.ctx.moment.boot;
    if model.ctx.is_open() && now.saturating_sub(model.reloaded) >= RELOAD {
        model.reloaded = now;
        start(model, Job::Reload, out);
    }
}

/// How long after a look for other processes' saves the next one may follow.
const RELOAD: std::time::Duration = std::time::Duration::from_secs(2);

/// Lets every screen hear something, the topmost first.
fn broadcast(model: &mut Model, heard: &Heard, out: &mut Vec<Effect>) {
    for at in (0..model.stack.len()).rev() {
        if let Some(screen) = model.stack.get_mut(at) {
            let steps = screen.heard(heard, &model.ctx);
            steps::take(model, at, steps, out);
        }
    }
}
