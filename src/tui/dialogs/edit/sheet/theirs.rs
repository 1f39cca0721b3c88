//! What others changed meanwhile: taken in where nothing was typed, a clash where both sides changed.

use std::collections::BTreeSet;

use super::{Born, Said, Sheet, alone, said};
use crate::domain::app::App;
use crate::domain::credential::{Held, Origin};
use crate::domain::document::Document;
use crate::domain::edit;
use crate::domain::fields::{Credential, Field};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::Owner;
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::tui::dialogs::edit::rows::{About, Plain, RowSpec, Shape, quoted, split};
use crate::tui::widgets::form::{Control, Fate, Form};

impl Sheet {
    /// Brings `form` up to date with the vault as it is now; what clashes is in [`Sheet::clashes`] afterwards.
    pub(in crate::tui::dialogs::edit) fn refresh(&mut self, form: &mut Form, now: &Document) {
        if self.born == Born::New {
            return;
        }
        let Some(theirs) = alone(now, self.owner) else {
            self.born = Born::Gone;
            self.take_tombstone(now);
            return;
        };
        if self.born == Born::Gone {
            self.born = Born::Stored;
        }
        self.clashes.clear();
        for number in 0..self.rows.len() {
            self.refresh_plain(form, number, &theirs);
        }
        for credential in self.credentials() {
            self.refresh_credential(form, credential, &theirs);
        }
        self.show_stored(form);
    }

    /// What was deleted is brought back as it was deleted.
    pub(super) fn take_tombstone(&mut self, now: &Document) {
        let mut base = Document::new(now.fingerprints.clone());
        match self.owner {
            Owner::App(id) => {
                if let Some(app) = now.app(id) {
                    base.insert_app(App { deleted_at: None, ..app.clone() });
                    self.base = base;
                }
            }
            Owner::Profile(id) => {
                if let Some(profile) = now.profile(id) {
                    base.insert_profile(Profile { deleted_at: None, ..profile.clone() });
                    self.base = base;
                }
            }
        }
    }

    fn refresh_plain(&mut self, form: &mut Form, number: usize, theirs: &Document) {
        let Some(spec) = self.rows.get(number).copied() else { return };
        if !matches!(spec.about, About::Plain(_)) {
            return;
        }
        let (base, new) = (self.base_text(number), (spec.read)(theirs, self.owner));
        if base == new {
            return;
        }
        let mine = form.control(number).map(Control::text).unwrap_or_default();
        if mine != base && mine != new {
            if spec.shape == Shape::One {
                self.clashes.insert(number);
                return;
            }
            set_text(form, number, &merged(&spec, &base, &mine, &new));
        } else {
            set_text(form, number, &new);
        }
        self.rebase(&spec, &new);
    }

    fn refresh_credential(&mut self, form: &mut Form, credential: Credential, theirs: &Document) {
        let held = theirs.held(self.owner).cloned().unwrap_or_default();
        if self.credential_print(credential) == held.print(credential, &self.base.fingerprints) {
            return;
        }
        let rows = self.rows_of(credential);
        let mine = |form: &Form, number: usize| form.control(number).map_or(Said::Nothing, said);
        let touched: Vec<(usize, Field)> =
            rows.iter().copied().filter(|(number, _)| mine(form, *number) != Said::Nothing).collect();
        let same = touched.iter().all(|(number, field)| match mine(form, *number) {
            Said::Value(secret) => held.secret(*field) == Some(&secret),
            Said::Remove => held.secret(*field).is_none(),
            Said::Nothing => true,
        });
        if !same {
            self.clashes.extend(touched.iter().map(|(number, _)| *number));
            return;
        }
        for (number, _) in rows {
            untype(form, number);
        }
        self.rebase_credential(credential, &held);
    }

    /// Decides a clash for what the form says: the rest of the credential is then as the form was based on.
    pub(in crate::tui::dialogs::edit) fn keep_mine(
        &mut self,
        form: &mut Form,
        number: usize,
        now: &Document,
    ) {
        let Some(theirs) = alone(now, self.owner) else { return };
        match self.rows.get(number).copied() {
            Some(RowSpec { about: About::Field(field), .. }) => {
                let held = theirs.held(self.owner).cloned().unwrap_or_default();
                for (row, other) in self.rows_of(field.credential()) {
                    let silent = form.control(row).map(said) == Some(Said::Nothing);
                    if silent && self.base_value(other) != held.secret(other) {
                        say(form, row, self.base_value(other));
                    }
                }
                self.rebase_credential(field.credential(), &held);
            }
            Some(spec) => self.rebase(&spec, &(spec.read)(&theirs, self.owner)),
            None => {}
        }
        self.settle(form, number);
    }

    /// Decides a clash for what the vault holds now.
    pub(in crate::tui::dialogs::edit) fn take_theirs(
        &mut self,
        form: &mut Form,
        number: usize,
        now: &Document,
    ) {
        let Some(theirs) = alone(now, self.owner) else { return };
        match self.rows.get(number).copied() {
            Some(RowSpec { about: About::Field(field), .. }) => {
                for (row, _) in self.rows_of(field.credential()) {
                    untype(form, row);
                }
                let held = theirs.held(self.owner).cloned().unwrap_or_default();
                self.rebase_credential(field.credential(), &held);
            }
            Some(spec) => {
                let new = (spec.read)(&theirs, self.owner);
                set_text(form, number, &new);
                self.rebase(&spec, &new);
            }
            None => {}
        }
        self.settle(form, number);
    }

    fn settle(&mut self, form: &mut Form, number: usize) {
        let rows = match self.rows.get(number).map(|spec| spec.about) {
            Some(About::Field(field)) => self.rows_of(field.credential()),
            _ => Vec::new(),
        };
        self.clashes.remove(&number);
        self.clashes.retain(|clash| !rows.iter().any(|(row, _)| row == clash));
        self.show_stored(form);
    }

    /// The fingerprint of a credential as the form was based on it.
    fn credential_print(&self, credential: Credential) -> Fingerprint {
        let held = self.base.held(self.owner).cloned().unwrap_or_default();
        held.print(credential, &self.base.fingerprints)
    }

    /// Puts another base under row `number`, for a form that was typed in before the vault was as it is now.
    pub(in crate::tui::dialogs::edit) fn base_on(&mut self, number: usize, text: &str) {
        match self.rows.get(number).copied() {
            Some(RowSpec { about: About::Field(field), .. }) => {
                let value = (!text.is_empty()).then(|| Secret::new(text));
                self.rebase_field(field, value);
            }
            Some(spec) => self.rebase(&spec, text),
            None => {}
        }
    }

    fn rebase(&mut self, spec: &RowSpec, new: &str) {
        let present = (spec.read)(&self.base, self.owner);
        for to in (spec.wanted)(new, &present).unwrap_or_default() {
            if let Some(edit) = self.set(to) {
                // It is based on what is there, so it fits.
                let _ = edit::apply(&mut self.base, &edit);
            }
        }
    }

    fn rebase_credential(&mut self, credential: Credential, held: &Held) {
        for field in credential.fields() {
            self.rebase_field(*field, held.secret(*field).cloned());
        }
    }

    fn rebase_field(&mut self, field: Field, value: Option<Secret>) {
        let at = Time::from_unix(0);
        for edit in edit::set_fields(&self.base, self.owner, [(field, value)], Origin::Edit, at) {
            let _ = edit::apply(&mut self.base, &edit);
        }
    }

    fn show_stored(&self, form: &mut Form) {
        for (number, spec) in self.rows.iter().enumerate() {
            if let (About::Field(field), Some(Control::Secret(line))) = (spec.about, form.control_mut(number))
            {
                line.stored = self.print(field);
                if line.stored.is_none() {
                    line.fate = Fate::Keep;
                }
            }
        }
    }

    fn rows_of(&self, credential: Credential) -> Vec<(usize, Field)> {
        credential.fields().iter().filter_map(|field| Some((self.field_row(*field)?, *field))).collect()
    }

    fn credentials(&self) -> BTreeSet<Credential> {
        let field = |spec: &RowSpec| match spec.about {
            About::Field(field) => Some(field.credential()),
            _ => None,
        };
        self.rows.iter().filter_map(field).collect()
    }
}

/// Makes a row of a field say that its value is `value`.
fn say(form: &mut Form, number: usize, value: Option<&Secret>) {
    if let Some(Control::Secret(line)) = form.control_mut(number) {
        match value {
            Some(secret) => line.put(secret.expose()),
            None => line.fate = Fate::Remove,
        }
    }
}

fn untype(form: &mut Form, number: usize) {
    if let Some(Control::Secret(line)) = form.control_mut(number) {
        line.input.clear();
        line.fate = Fate::Keep;
    }
}

fn set_text(form: &mut Form, number: usize, text: &str) {
    if let Some(control) = form.control_mut(number) {
        control.set_text(text);
    }
}

/// A set with what either side added or took away.
fn merged(spec: &RowSpec, base: &str, mine: &str, theirs: &str) -> String {
    let parts = |text: &str| split(text).into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let (base, mine, mut all) = (parts(base), parts(mine), parts(theirs));
    all.retain(|part| mine.contains(part) || !base.contains(part));
    let added = mine.into_iter().filter(|part| !base.contains(part) && !all.contains(part));
    let added: Vec<String> = added.collect();
    let written: Vec<String> = all.iter().chain(&added).map(|part| quoted(part)).collect();
    written.join(if spec.about == About::Plain(Plain::Tags) { ", " } else { "," })
}
