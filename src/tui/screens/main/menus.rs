//! The menus this screen opens: which field, which order, and what a check costs.

use super::fields;
use super::sort::SORTS;
use crate::domain::fields::Field;
use crate::domain::id::{Owner, ProfileId};
use crate::domain::time::age;
use crate::ops::check;
use crate::tui::ctx::Ctx;
use crate::tui::dialogs::confirm::Confirm;
use crate::tui::dialogs::menu::{Entry, Menu};
use crate::tui::effect::{Job, SecretRef};
use crate::tui::keys::Key;
use crate::tui::screen::{Step, Told};

/// Which field to reveal or copy: every field with its letter, those that are not set with the reason.
pub(super) fn which_field(
    ctx: &Ctx,
    owner: Owner,
    title: &str,
    again: char,
    step: fn(SecretRef) -> Step,
) -> Step {
    let document = ctx.snapshot.as_ref().map(|snapshot| &snapshot.document);
    let main = fields::main_one(ctx, owner);
    let entries: Vec<Entry> = Field::all()
        .filter_map(|field| {
            let row = field.row();
            let holder = document?.holder(owner, field);
            if holder.is_none() && row.held_by != fields::kind(owner) {
                return None;
            }
            let what = SecretRef { owner: holder.unwrap_or(owner), field };
            let slot = document?.held(what.owner)?.slot(field);
            let hint = slot.map_or_else(
                || "not set".to_owned(),
                |slot| {
                    let print = document.map(|d| d.fingerprints.of(&slot.secret).short()).unwrap_or_default();
                    let main = if main == Some(what) { format!("{again}{again}  ") } else { String::new() };
                    format!("{main}#{print} {:>6}", age(ctx.moment.now.since(slot.changed_at)))
                },
            );
            Some(Entry {
                key: Key::Char(row.letter),
                label: row.label.to_owned(),
                hint,
                ready: slot.map(|_| ()).ok_or("this value is not set"),
                steps: vec![step(what)],
            })
        })
        .collect();
    let at = main
        .and_then(|main| entries.iter().position(|entry| entry.key == Key::Char(main.field.row().letter)))
        .unwrap_or(0);
    Step::Push(Box::new(Menu::new(title, entries).with_main(Key::Char(again), at)))
}

/// Which order.
pub(super) fn sorts(now: &str) -> Step {
    let entries = SORTS
        .iter()
        .map(|row| Entry {
            key: Key::Char(row.key),
            label: row.label.to_owned(),
            hint: String::new(),
            ready: Ok(()),
            steps: vec![Step::Tell(Told::Chosen(row.word))],
        })
        .collect();
    let at = SORTS.iter().position(|row| row.word == now).unwrap_or(0);
    Step::Push(Box::new(Menu::new("Sort by", entries).with_main(Key::Char('s'), at)))
}

/// Asks before several are checked: how many questions that takes, and what X bills for them.
pub(super) fn ask_x(ctx: &Ctx, profiles: Vec<ProfileId>) -> Vec<Step> {
    let Some(snapshot) = &ctx.snapshot else { return Vec::new() };
    let plan = check::plan(&snapshot.document, &profiles);
    let count = profiles.len();
    let noun = if count == 1 { "profile" } else { "profiles" };
    let question =
        Confirm::new(ctx, "Ask X?", format!("Check {count} {noun}"), vec![Step::Start(Job::Check(profiles))])
            .line(format!("{count} {noun}, {} requests at most.", plan.requests))
            .line(format!("X bills about {} for that on today's plans.", plan.cost))
            .line("Nothing is posted or changed at X.");
    vec![Step::Push(Box::new(question))]
}
