//! The names of what an import adds, to be given otherwise before it is saved.

use std::collections::HashMap;

use super::{Import, Page};
use crate::domain::document::Document;
use crate::domain::names::Name;
use crate::ops::transfer::{Plan, Renamed, RowReport};
use crate::tui::ctx::Ctx;
use crate::tui::notice::{Notice, Tone};
use crate::tui::screen::Step;
use crate::tui::widgets::form::{Aside, Changed, Control, Form, Note, Row};
use crate::tui::widgets::input::{Input, Look};

/// A line for each name.
pub(super) fn form(plan: &Plan) -> Form {
    let row = |row: &RowReport| Row {
        label: if row.kind == "app" { "App" } else { "Profile" },
        heading: "",
        control: Control::Line(Input::with(Look::Plain, row.name.as_str())),
    };
    Form::new(plan.added().map(row).collect())
}

/// What is wrong with the names, if something is, and what each row brings.
pub(super) fn asides(plan: &Plan, form: &Form, document: Option<&Document>) -> Vec<Aside> {
    let named = Named::read(plan, form);
    let aside = |(number, row): (usize, &RowReport)| {
        let changed = typed(form, number) != row.name.as_str();
        let mut notes = vec![Note::new(Tone::Plain, row.what.join(", "))];
        if let Err(trouble) = named.check(number, row.kind, document) {
            notes.insert(0, Note::new(Tone::Bad, trouble));
        }
        Aside { changed: if changed { Changed::Yes } else { Changed::No }, notes, ..Aside::default() }
    };
    plan.added().enumerate().map(aside).collect()
}

fn typed(form: &Form, number: usize) -> String {
    form.control(number).map(Control::text).unwrap_or_default()
}

/// The names as they are typed in.
struct Named {
    /// Row by row, and why one is none.
    names: Vec<Result<Name, String>>,
    /// How many rows of a kind have the same one.
    counts: HashMap<(&'static str, String), usize>,
}

impl Named {
    fn read(plan: &Plan, form: &Form) -> Self {
        let name = |number| Name::parse(&typed(form, number)).map_err(|error| error.to_string());
        let names: Vec<_> = (0..plan.added().count()).map(name).collect();
        let mut counts = HashMap::new();
        for (row, name) in plan.added().zip(&names) {
            if let Ok(name) = name {
                *counts.entry((row.kind, name.key())).or_default() += 1;
            }
        }
        Self { names, counts }
    }

    /// The name in row `number`, or why it cannot be one.
    fn check(&self, number: usize, kind: &'static str, document: Option<&Document>) -> Result<Name, String> {
        let name = self.names.get(number).cloned().unwrap_or_else(|| Err(String::new()))?;
        let stored = document.is_some_and(|document| match kind {
            "app" => document.app_named(&name).is_some(),
            _ => document.profile_named(&name).is_some(),
        });
        if self.counts.get(&(kind, name.key())).is_some_and(|count| *count > 1) {
            return Err(format!("another new {kind} is called that"));
        }
        if stored { Err(format!("the vault has another {kind} that is called that")) } else { Ok(name) }
    }
}

impl Import {
    /// Opens the names of what is new.
    pub(super) fn list_names(&mut self, _: &Ctx) -> Vec<Step> {
        if let Page::Preview(plan) = &self.page {
            self.names = Some(form(plan));
        }
        Vec::new()
    }

    /// Takes the names, unless something is wrong with one.
    pub(super) fn take_names(&mut self, ctx: &Ctx) -> Vec<Step> {
        let (Page::Preview(plan), Some(form)) = (&mut self.page, &mut self.names) else { return Vec::new() };
        let document = ctx.snapshot.as_ref().map(|snapshot| snapshot.document.as_ref());
        let (named, mut renamed) = (Named::read(plan, form), Vec::new());
        for (number, row) in plan.added().enumerate() {
            match named.check(number, row.kind, document) {
                Ok(to) => renamed.push(Renamed { kind: row.kind, was: row.name.clone(), to }),
                Err(trouble) => {
                    form.focus(number);
                    return vec![Step::Say(Notice::warn(trouble))];
                }
            }
        }
        plan.rename(&renamed);
        self.renamed = chained(&self.renamed, renamed);
        self.names = None;
        Vec::new()
    }
}

/// The names of before and the new ones, as one: from what the source says to what it is to be called.
fn chained(before: &[Renamed], after: Vec<Renamed>) -> Vec<Renamed> {
    let first = |one: &Renamed| {
        let found = before.iter().find(|old| old.kind == one.kind && old.to == one.was);
        found.map_or_else(|| one.was.clone(), |old| old.was.clone())
    };
    after.into_iter().map(|one| Renamed { was: first(&one), ..one }).collect()
}
