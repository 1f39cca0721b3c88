//! What a form holds against what the vault holds: which edits save it, and what others changed meanwhile.
//!
//! Three versions of every row: the **base** (the vault as it was when the form was opened, or as the form was last
//! brought up to date), **mine** (what the form says) and **theirs** (the vault now). A row changed on one side only
//! is taken from there; one changed on both is a clash, and a person decides. Sets are merged by element; the fields
//! of one credential stand or fall together, since halves are never mixed.

mod theirs;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::rows::{About, Plain, RowSpec, rows};
use crate::domain::app::App;
use crate::domain::credential::Origin;
use crate::domain::document::Document;
use crate::domain::edit::{self, Edit, Property};
use crate::domain::fields::{Field, OwnerKind, trimmed};
use crate::domain::id::Owner;
use crate::domain::names::Name;
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::tui::widgets::form::{Control, Fate, Form, Row};

/// Whether the owner is in the vault already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Born {
    /// It is.
    Stored,
    /// It is not yet.
    New,
    /// It was deleted by someone else while the form was open.
    Gone,
}

/// A form's rows and what they were based on.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) owner: Owner,
    pub(super) born: Born,
    pub(super) rows: Vec<RowSpec>,
    /// The owner alone, as the form last took him in.
    pub(super) base: Document,
    /// The rows that clash.
    pub(super) clashes: BTreeSet<usize>,
}

/// What a form says of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing: it stays as it is.
    Nothing,
    /// This is its value.
    Value(Secret),
    /// It has none any more.
    Remove,
}

impl Sheet {
    /// For what is stored. `None`: it is not, or deleted.
    pub(super) fn stored(document: &Document, owner: Owner) -> Option<Self> {
        let base = alone(document, owner)?;
        Some(Self { owner, born: Born::Stored, rows: rows(kind(owner)), base, clashes: BTreeSet::new() })
    }

    /// For what a draft is about, whatever became of it meanwhile.
    pub(super) fn of_draft(document: &Document, owner: Owner, now: Time) -> Option<Self> {
        if let Some(sheet) = Self::stored(document, owner) {
            return Some(sheet);
        }
        if document.name_of(owner).is_none() {
            let name = Name::parse("new").ok()?;
            return Some(match owner {
                Owner::App(id) => Self::new_app(document, App::new(id, name, now)),
                Owner::Profile(id) => Self::new_profile(document, Profile::new(id, name, now)),
            });
        }
        let base = Document::new(document.fingerprints.clone());
        let mut sheet =
            Self { owner, born: Born::Gone, rows: rows(kind(owner)), base, clashes: BTreeSet::new() };
        sheet.take_tombstone(document);
        Some(sheet)
    }

    /// For a new app.
    pub(super) fn new_app(document: &Document, app: App) -> Self {
        let mut base = Document::new(document.fingerprints.clone());
        let owner = app.id.into();
        base.insert_app(app);
        Self { owner, born: Born::New, rows: rows(OwnerKind::App), base, clashes: BTreeSet::new() }
    }

    /// For a new profile.
    pub(super) fn new_profile(document: &Document, profile: Profile) -> Self {
        let mut base = Document::new(document.fingerprints.clone());
        let owner = profile.id.into();
        base.insert_profile(profile);
        Self { owner, born: Born::New, rows: rows(OwnerKind::Profile), base, clashes: BTreeSet::new() }
    }

    /// An empty form for it, with what is stored.
    pub(super) fn form(&self) -> Form {
        let make = |(number, spec): (usize, &RowSpec)| {
            let mut control = (spec.control)();
            match (&mut control, spec.about) {
                (Control::Secret(line), About::Field(field)) => line.stored = self.print(field),
                (control, _) => control.set_text(&self.base_text(number)),
            }
            Row { label: spec.label, heading: spec.heading, control }
        };
        Form::new(self.rows.iter().enumerate().map(make).collect())
    }

    /// The number of the row about `about`.
    pub(super) fn row(&self, about: About) -> Option<usize> {
        self.rows.iter().position(|spec| spec.about == about)
    }

    /// The number of the row of `field`.
    pub(super) fn field_row(&self, field: Field) -> Option<usize> {
        self.row(About::Field(field))
    }

    /// What row `number` was based on, as text; for a field, nothing.
    pub(super) fn base_text(&self, number: usize) -> String {
        let Some(spec) = self.rows.get(number) else { return String::new() };
        // A new thing has a name only so that it can be in a document.
        if self.born == Born::New && spec.about == About::Plain(Plain::Name) {
            return String::new();
        }
        (spec.read)(&self.base, self.owner)
    }

    /// The value that `field` was based on.
    pub(super) fn base_value(&self, field: Field) -> Option<&Secret> {
        self.base.held(self.owner)?.secret(field)
    }

    pub(super) fn print(&self, field: Field) -> Option<String> {
        self.base_value(field).map(|value| self.base.fingerprints.of(value).short())
    }

    /// Whether row `number` of `form` says something else than its base.
    pub(super) fn touched(&self, form: &Form, number: usize) -> bool {
        match (self.rows.get(number).map(|spec| spec.about), form.control(number)) {
            (Some(About::Field(_)), Some(control)) => said(control) != Said::Nothing,
            (Some(About::Plain(_)), Some(control)) => control.text() != self.base_text(number),
            _ => false,
        }
    }

    /// Whether any row does.
    pub(super) fn changed(&self, form: &Form) -> bool {
        self.born == Born::Gone || (0..form.len()).any(|number| self.touched(form, number))
    }

    /// What is wrong with row `number`, as far as the row alone can tell.
    pub(super) fn error(&self, form: &Form, number: usize) -> Option<String> {
        let (spec, control) = (self.rows.get(number)?, form.control(number)?);
        match spec.about {
            About::Plain(_) => (spec.wanted)(&control.text(), &self.base_text(number)).err(),
            About::Field(_) | About::Save => None,
        }
    }

    /// The edits that save `form`, the fewest that do. Rows with an error add nothing.
    pub(super) fn edits(&self, form: &Form, at: Time) -> Vec<Edit> {
        let mut edits = Vec::new();
        if self.born == Born::Gone {
            edits.push(Edit::Revive { owner: self.owner });
        }
        for (number, spec) in self.rows.iter().enumerate() {
            if let (About::Plain(_), true) = (spec.about, self.touched(form, number)) {
                let text = form.control(number).map(Control::text).unwrap_or_default();
                let wanted = (spec.wanted)(&text, &self.base_text(number)).unwrap_or_default();
                edits.extend(wanted.into_iter().filter_map(|to| self.set(to)));
            }
        }
        edits.extend(edit::set_fields(&self.base, self.owner, self.values(form), Origin::Edit, at));
        if self.born == Born::New { self.added(&edits) } else { edits }
    }

    /// Everything in one: a new thing comes whole.
    fn added(&self, edits: &[Edit]) -> Vec<Edit> {
        let Ok(whole) = edit::apply_all(&self.base, edits) else { return Vec::new() };
        match self.owner {
            Owner::App(id) => whole.app(id).map(|app| Edit::AddApp(Box::new(app.clone()))),
            Owner::Profile(id) => {
                whole.profile(id).map(|profile| Edit::AddProfile(Box::new(profile.clone())))
            }
        }
        .into_iter()
        .collect()
    }

    pub(super) fn set(&self, to: Property) -> Option<Edit> {
        let was = edit::property(&self.base, self.owner, &to)?;
        (was != to).then_some(Edit::SetProperty { owner: self.owner, was, to })
    }

    fn values(&self, form: &Form) -> Vec<(Field, Option<Secret>)> {
        let value = |(number, spec): (usize, &RowSpec)| match (spec.about, said(form.control(number)?)) {
            (About::Field(field), Said::Value(secret)) => Some((field, Some(secret))),
            (About::Field(field), Said::Remove) => Some((field, None)),
            _ => None,
        };
        self.rows.iter().enumerate().filter_map(value).collect()
    }

    /// The name that the form gives, if it is one.
    pub(super) fn name(&self, form: &Form) -> Option<Name> {
        let row = self.row(About::Plain(Plain::Name))?;
        Name::parse(&form.control(row)?.text()).ok()
    }
}

/// What a row of a field says.
pub(super) fn said(control: &Control) -> Said {
    let Control::Secret(line) = control else { return Said::Nothing };
    match (trimmed(line.input.text()), line.fate) {
        ("", Fate::Keep) => Said::Nothing,
        ("", Fate::Remove) => Said::Remove,
        (typed, _) => Said::Value(Secret::new(typed)),
    }
}

/// A document with this owner and nothing else, so that no name stands in another's way. `None`: there is none, or
/// it is deleted.
pub(super) fn alone(document: &Document, owner: Owner) -> Option<Document> {
    let mut base = Document::new(document.fingerprints.clone());
    match owner {
        Owner::App(id) => base.insert_app(document.app(id).filter(|app| app.deleted_at.is_none())?.clone()),
        Owner::Profile(id) => {
            base.insert_profile(document.profile(id).filter(|profile| profile.deleted_at.is_none())?.clone());
        }
    }
    Some(base)
}

/// Whether it is an app or a profile.
pub(super) const fn kind(owner: Owner) -> OwnerKind {
    match owner {
        Owner::App(_) => OwnerKind::App,
        Owner::Profile(_) => OwnerKind::Profile,
    }
}
