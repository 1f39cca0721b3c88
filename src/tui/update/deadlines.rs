//! Deadlines: judged before any input is handled, and told to the timer so that nothing ticks at rest.

use std::time::Duration;

use super::super::ctx::{Ctx, SPINNER};
use super::super::effect::{Effect, Job};
use super::super::model::Model;
use super::super::notice::Notice;
use super::{lock, start};

/// How long before a lock the title counts down.
pub const COUNTDOWN: Duration = Duration::from_secs(60);

/// One frame of a countdown's bar.
const FRAME: Duration = Duration::from_millis(200);

/// Does what is due now.
pub(super) fn judge(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.ctx.moment.boot;
    model.ctx.notices.expire(now);
    if model.ctx.reveal.is_some_and(|reveal| reveal.until <= now) {
        model.ctx.reveal = None;
    }
    if model.ctx.copied.is_some_and(|copied| copied.until <= now) {
        model.ctx.copied = None;
        start(model, Job::ClearClipboard, out);
    }
    if locks_in(&model.ctx).is_some_and(|left| left.is_zero()) {
        lock(model, out);
        model.ctx.notices.say(Notice::plain("locked after a while without a key"), now);
    }
}

/// How long until the screen locks by itself; `None` while it is locked.
pub fn locks_in(ctx: &Ctx) -> Option<Duration> {
    let idle = ctx.touched + ctx.settings.idle_lock;
    let hard = ctx.unlocked? + ctx.settings.hard_lock;
    ctx.is_open().then(|| idle.min(hard).saturating_sub(ctx.moment.boot))
}

/// The next moment, since boot, at which something changes by itself. `None`: nothing will.
pub fn next_deadline(model: &Model) -> Option<Duration> {
    let ctx = &model.ctx;
    let now = ctx.moment.boot;
    let working = ctx.jobs.listed().next().is_some() || ctx.leaving.is_some();
    let lock = locks_in(ctx).map(|left| match left.checked_sub(COUNTDOWN) {
        Some(rest) if !rest.is_zero() => now + rest,
        // The next whole second of what is left.
        _ => now + Duration::from_nanos(u64::from(left.subsec_nanos()).max(1)).min(left.max(SHORT)),
    });
    [
        lock,
        ctx.reveal.map(|reveal| reveal.until.min(now + FRAME)),
        ctx.copied.map(|copied| copied.until.min(now + Duration::from_secs(1))),
        ctx.notices.deadline(),
        working.then(|| now + SPINNER),
        model.stack.iter().filter_map(|screen| screen.deadline(ctx)).min(),
    ]
    .into_iter()
    .flatten()
    .min()
}

/// The shortest wait worth asking for.
const SHORT: Duration = Duration::from_millis(1);
