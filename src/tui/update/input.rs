//! Keys, pastes and the mouse: who gets them.

use super::super::ctx::Ctx;
use super::super::effect::Effect;
use super::super::keys::{Key, KeyRow};
use super::super::message::{Mouse, MouseAct};
use super::super::model::Model;
use super::super::{everywhere, view};
use super::{look_for_saves, steps};
use crate::domain::secret::Secret;

/// A key: first what it peels off, then the top screen's table, then its text field, then the keys of everywhere.
pub(super) fn key(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    if !touch(model, out) {
        return;
    }
    if key == Key::Esc && peel(&mut model.ctx) {
        return;
    }
    let Some(top) = model.stack.last_mut() else { return };
    let at = model.ctx.depth.saturating_sub(1);
    let text = top.types() && key.is_text();
    // Where a key has several rows, that is the one that can be done now.
    let row = |rows: Vec<KeyRow>| {
        let mut mine = rows.into_iter().filter(|row| !text && row.keys.contains(&key));
        let first = mine.next()?;
        let ready = if first.ready.is_ok() { None } else { mine.find(|row| row.ready.is_ok()) };
        Some(ready.unwrap_or(first).action)
    };
    if let Some(action) = row(top.rows(&model.ctx)) {
        steps::act(model, at, action, out);
    } else if let Some(steps) = top.typed(key, &model.ctx) {
        steps::take(model, at, steps, out);
    } else if let Some(action) = row(everywhere::rows(&model.ctx)) {
        steps::act(model, at, action, out);
    }
}

/// A paste, as one event.
pub(super) fn paste(model: &mut Model, text: &Secret, out: &mut Vec<Effect>) {
    if !touch(model, out) {
        return;
    }
    model.ctx.pasted = Some(model.ctx.moment.boot);
    let at = model.ctx.depth.saturating_sub(1);
    if let Some(top) = model.stack.last_mut() {
        let steps = top.pasted(text, &model.ctx);
        steps::take(model, at, steps, out);
    }
}

/// The mouse: footer entries are keys to click, the rest belongs to the top screen.
pub(super) fn mouse(model: &mut Model, mouse: Mouse, out: &mut Vec<Effect>) {
    if !touch(model, out) {
        return;
    }
    let at = model.ctx.depth.saturating_sub(1);
    let Some(areas) = view::areas(&model.ctx) else { return };
    if mouse.act == MouseAct::Click && areas.footer.contains(mouse.at) {
        let entries = view::footer::entries(&model.rows(), view::footer::keys_area(&model.ctx, areas.footer));
        if let Some(entry) = entries.into_iter().find(|entry| entry.area.contains(mouse.at)) {
            steps::act(model, at, entry.action, out);
        }
        return;
    }
    if let Some(top) = model.stack.last_mut() {
        let steps = top.pointed(mouse, areas.body, &model.ctx);
        steps::take(model, at, steps, out);
    }
}

/// Notes that somebody is there. False while the end is waited for: then nothing is handled any more.
fn touch(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    model.ctx.depth = model.stack.len();
    model.ctx.touched = model.ctx.moment.boot;
    if model.ctx.leaving.is_some() {
        return false;
    }
    look_for_saves(model, out);
    true
}

/// What Esc takes off before the screen gets it: a failure on screen; on the lowest screen, a revealed value.
fn peel(ctx: &mut Ctx) -> bool {
    if ctx.notices.failure().is_some() {
        ctx.notices.put_away();
        return true;
    }
    ctx.depth == 1 && ctx.reveal.take().is_some()
}
