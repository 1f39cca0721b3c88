//! The menus this screen opens: which field, which order, and what a check costs.

use super::fields;
use super::sort::SORTS;
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::id::{AppId, Owner, ProfileId};
use crate::domain::phrase::counted;
use crate::domain::text::visible_within;
use crate::domain::time::age;
use crate::ops::check::{self, PRICES_OF};
use crate::tui::ctx::Ctx;
use crate::tui::dialogs::confirm::Confirm;
use crate::tui::dialogs::menu::{Entry, Menu};
use crate::tui::effect::{Job, SecretRef};
use crate::tui::keys::Key;
use crate::tui::screen::{Door, Step, Told};

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

/// By which way: step by step through X's console, for the app at hand or a new one, or by filling in a form.
pub(super) fn something_new(ctx: &Ctx, kind: OwnerKind, app: Option<AppId>) -> Step {
    let entry = |key, label: String, hint: &str, door| Entry {
        key: Key::Char(key),
        label,
        hint: hint.to_owned(),
        ready: Ok(()),
        steps: vec![Step::Open(door)],
    };
    let stored = app.and_then(|id| ctx.snapshot.as_ref()?.document.app(id));
    let bot = stored.map(|app| {
        let label = format!("New bot of {}", visible_within(app.name.as_str(), 32));
        entry('b', label, "step by step: its permission, then its tokens", Door::Guide(Some(app.id)))
    });
    let what = if kind == OwnerKind::App { "a new app" } else { "a new profile" };
    let others = [
        entry('w', "New app and bot".to_owned(), "step by step through X's console", Door::Guide(None)),
        entry('n', "Fill in a form".to_owned(), what, Door::New { kind, app }),
    ];
    Step::Push(Box::new(Menu::new("Something new", bot.into_iter().chain(others).collect())))
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

/// Checks `profiles`, after a question where X bills more than one call for it. The cheap answer is offered first: to
/// ask only where there is no fresh verdict.
pub(super) fn ask_x(ctx: &Ctx, profiles: Vec<ProfileId>) -> Vec<Step> {
    let Some(snapshot) = &ctx.snapshot else { return Vec::new() };
    let (joined, wanted): (Vec<_>, Vec<_>) = profiles.iter().partition(|id| ctx.jobs.is_under_way(**id));
    let all = check::plan(&snapshot.document, &wanted);
    if all.billed <= 1 {
        return vec![Step::Start(Job::Check(profiles))];
    }
    let after = ctx.settings.stale_after;
    let split = check::split(snapshot, &wanted, ctx.moment.now, after);
    let plan = check::plan(&snapshot.document, &split.stale);
    let (count, fresh) = (counted(wanted.len(), "profile"), split.fresh.len());
    let young = format!("younger than {}", age(i64::try_from(after.as_secs()).unwrap_or(i64::MAX)));
    let costs =
        |plan: check::Plan| format!("at most {}, at most {}.", counted(plan.requests, "request"), plan.cost);
    let check = |profiles: &[ProfileId]| vec![Step::Start(Job::Check(profiles.to_vec()))];
    let title = "Ask X?";
    let question = if fresh == 0 {
        Confirm::new(ctx, title, format!("Check {count}"), check(&wanted))
            .line(format!("{count}: {}", costs(all)))
    } else if split.stale.is_empty() {
        Confirm::without(ctx, title, "no verdict is old: a asks about all of them again")
            .other(format!("Check {count} again"), check(&wanted))
            .line(format!("Every verdict on these {count} is {young}."))
            .line(format!("To ask again: {}", costs(all)))
    } else {
        let skipped = match fresh {
            1 => format!("The other one has a verdict {young} and is skipped."),
            fresh => format!("The other {fresh} have a verdict {young} and are skipped."),
        };
        Confirm::new(ctx, title, format!("Check {}", split.stale.len()), check(&split.stale))
            .other(format!("All {}", wanted.len()), check(&wanted))
            .line(format!("{} of {count}: {}", split.stale.len(), costs(plan)))
            .line(skipped)
            .line(format!("All {}: {}", wanted.len(), costs(all)))
    };
    let question = match joined.len() {
        0 => question,
        joined => question.line(format!("X is being asked about {joined} more already.")),
    };
    let facts = format!("X's prices are those of {PRICES_OF}; nothing is posted or changed there.");
    vec![Step::Push(Box::new(question.line(facts)))]
}
