//! The names of what an import adds, to be given otherwise before it is saved.

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
    let aside = |(number, row): (usize, &RowReport)| {
        let changed = typed(form, number) != row.name.as_str();
        let mut notes = vec![Note::new(Tone::Plain, row.what.join(", "))];
        if let Err(trouble) = name(plan, form, document, number) {
            notes.insert(0, Note::new(Tone::Bad, trouble));
        }
        Aside { changed: if changed { Changed::Yes } else { Changed::No }, notes, ..Aside::default() }
    };
    plan.added().enumerate().map(aside).collect()
}

fn typed(form: &Form, number: usize) -> String {
    form.control(number).map(Control::text).unwrap_or_default()
}

/// The name in row `number`, or why it cannot be one.
fn name(plan: &Plan, form: &Form, document: Option<&Document>, number: usize) -> Result<Name, String> {
    let name = Name::parse(&typed(form, number)).map_err(|error| error.to_string())?;
    let kinds: Vec<&str> = plan.added().map(|row| row.kind).collect();
    let kind = kinds.get(number).copied().unwrap_or_default();
    let is_same = |other: usize| {
        other != number
            && kinds[other] == kind
            && Name::parse(&typed(form, other)).is_ok_and(|other| other.key() == name.key())
    };
    let stored = document.is_some_and(|document| match kind {
        "app" => document.app_named(&name).is_some(),
        _ => document.profile_named(&name).is_some(),
    });
    match (0..kinds.len()).any(is_same) {
        true => Err(format!("another new {kind} is called that")),
        false if stored => Err(format!("the vault has another {kind} that is called that")),
        false => Ok(name),
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
        let mut renamed = Vec::new();
        for (number, row) in plan.added().enumerate() {
            match name(plan, form, document, number) {
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
