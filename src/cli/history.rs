//! `history`: what an app or a profile held before, and what was done with it when.

use serde::Serialize;

use super::input;
use super::names;
use super::output::{Out, Paint, Table, mid};
use super::session::{Cx, Open, Outcome};
use crate::domain::credential::Retired;
use crate::domain::document::Document;
use crate::domain::id::Owner;
use crate::domain::phrase::{ago, counted};
use crate::domain::text::visible;
use crate::domain::time::Time;
use crate::failure::{Failure, Kind};
use crate::ops::history;

/// Show the replaced values of a profile or app, and what was done when
///
/// Each replaced value with when, why and whether X is known to have killed it. It is a record, not a way back. Values
/// are forgotten 30 days after they were replaced (the setting `history_days`), with the next save, or at once with
/// --purge, which also deletes every backup of the vault.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep history wiki-daily
  birdkeep history wiki-daily --value 2 | birdkeep identify
  birdkeep history bots-prod --purge --confirm bots-prod")]
pub(super) struct Args {
    /// A profile or an app
    name: String,
    /// Print the replaced value of this number: exactly the value, nothing else
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["purge", "json"])]
    value: Option<usize>,
    /// With --value, show it on a terminal
    #[arg(long, requires = "value")]
    show: bool,
    /// Forget every replaced value for good, and delete every backup of the vault
    #[arg(long)]
    purge: bool,
    /// With --purge, the name once more, as consent
    #[arg(long, value_name = "NAME", requires = "purge")]
    confirm: Option<String>,
    /// For machines: one object
    #[arg(long, conflicts_with = "purge")]
    json: bool,
}

/// A replaced value, for machines: without the value.
#[derive(Serialize)]
struct ValueFacts {
    number: usize,
    field: &'static str,
    fingerprint: String,
    since: String,
    until: String,
    by: &'static str,
    dead_since: Option<String>,
}

/// Something that happened, for machines.
#[derive(Serialize)]
struct EventFacts {
    at: String,
    what: String,
}

#[derive(Serialize)]
struct Facts {
    name: String,
    values: Vec<ValueFacts>,
    events: Vec<EventFacts>,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    if args.value.is_some() && cx.out.is_terminal() && !args.show {
        return Err(Failure::new(
            Kind::Usage,
            "a secret is not shown on a terminal",
            "scrollback and recordings keep what is shown there",
            "send it to a pipe or a file, or add --show",
        ));
    }
    // Looking at what there was takes no more trust than a list.
    let uses = args.value.is_some() || args.purge;
    let open = if uses { cx.open()? } else { cx.look()? };
    let document = open.session.document();
    let owner = names::owner(document, &args.name)?;
    match args.value {
        Some(number) => value(cx, document, owner, number),
        None if args.purge => purge(args, cx, &open, owner),
        None if args.json => {
            cx.out.json(&facts(document, owner));
            Ok(Outcome::Fine)
        }
        None => {
            list(&mut cx.out, document, owner, open.world.clock.now());
            Ok(Outcome::Fine)
        }
    }
}

fn value(cx: &mut Cx, document: &Document, owner: Owner, number: usize) -> Result<Outcome, Failure> {
    let rows = history::replaced(document, owner);
    let row = number.checked_sub(1).and_then(|at| rows.get(at));
    let Some(row) = row else {
        let name = names::shown_name(document, owner);
        return Err(Failure::new(
            Kind::Found,
            format!("“{name}” has no replaced value {number}"),
            format!("there are {}", counted(rows.len(), "replaced value")),
            format!("birdkeep history {name} shows their numbers"),
        ));
    };
    cx.out.warn(&format!("an old {}: {}", mid(row.field.row().label), history::at_x(row)));
    cx.out.secret(&row.secret);
    Ok(Outcome::Fine)
}

fn purge(args: &Args, cx: &mut Cx, open: &Open, owner: Owner) -> Result<Outcome, Failure> {
    let document = open.session.document();
    let (name, rows) = (names::shown_name(document, owner), history::replaced(document, owner).len());
    if rows > 0 {
        let this = format!(
            "{} of “{name}” forgotten for good, and every backup of the vault deleted",
            counted(rows, "replaced value")
        );
        input::typed_name(&mut cx.out, args.confirm.as_deref(), &this, &name)?;
    }
    let purged = history::purge(&open.world, &open.session, owner).map_err(|not| not.failure)?;
    for sentence in &purged.said {
        cx.out.note(sentence);
    }
    Ok(Outcome::Fine)
}

fn list(out: &mut Out, document: &Document, owner: Owner, now: Time) {
    let rows = history::replaced(document, owner);
    if rows.is_empty() {
        out.note("nothing was replaced here, as far as the vault remembers");
    } else {
        let mut table = Table::new(&["", "replaced", "field", "value", "by", "at X"]);
        for (number, row) in (1..).zip(&rows) {
            let dead = row.dead_at.is_some();
            table.row([
                (format!("{number}"), Some(Paint::Quiet)),
                (ago(now.since(row.until)), None),
                (row.field.row().word.to_owned(), None),
                (format!("#{}", document.fingerprints.of(&row.secret).short()), None),
                (row.origin.word().to_owned(), None),
                (history::at_x(row), Some(if dead { Paint::Quiet } else { Paint::Attention })),
            ]);
        }
        table.print(out);
    }
    out.line("");
    for event in history::of(document, owner) {
        out.line(&format!("{}  {}", event.at, visible(&event.what.sentence())));
    }
}

fn facts(document: &Document, owner: Owner) -> Facts {
    let value = |(number, row): (usize, &&Retired)| ValueFacts {
        number,
        field: row.field.row().word,
        fingerprint: document.fingerprints.of(&row.secret).to_string(),
        since: row.since.to_string(),
        until: row.until.to_string(),
        by: row.origin.word(),
        dead_since: row.dead_at.map(|at| at.to_string()),
    };
    let events = history::of(document, owner);
    Facts {
        name: document.name_of(owner).map(ToString::to_string).unwrap_or_default(),
        values: (1..).zip(&history::replaced(document, owner)).map(value).collect(),
        events: events
            .iter()
            .map(|event| EventFacts { at: event.at.to_string(), what: event.what.sentence() })
            .collect(),
    }
}
