//! What all writers share: which values and what else a format has a place for, and how it was asked to be written.
//!
//! A writer gets rows that hold only what it keeps ([`Writer::fit`]): what it cannot keep is known before anything is
//! written, and can be said.

use super::rows::{AppRow, Called, ProfileRow, Rows, Unwritable};
use crate::domain::fields::Field;
use crate::domain::secret::Secret;
use crate::domain::text;

/// Names of variables: what each field is called.
pub type Names = &'static [(Field, &'static str)];

/// How a text is to be written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// The names of variables; `None`: ours.
    pub names: Option<Names>,
}

/// How a format is written.
#[derive(Debug)]
pub struct Writer {
    /// Writes rows that fit as the whole text of a file.
    pub write: fn(&Rows, &Style) -> Result<Secret, Unwritable>,
    /// Who reads it.
    pub reader: Reader,
    /// Whether the values stand in it.
    pub holds: Holds,
    /// The fields it has a place for.
    pub fields: &'static [Field],
    /// What else it has a place for.
    pub keeps: &'static [Aside],
    /// Whether its values have names of variables, which can be chosen.
    pub variables: bool,
    /// What such a file is usually called; `{name}` is the profile's name.
    pub file: &'static str,
}

/// Who reads a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A bot, which needs no refresh token and no client secret unless somebody says so.
    Bot,
    /// People, and programs that keep credentials: everything goes along.
    Keeper,
}

/// Whether the values stand in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// In plain text.
    Values,
    /// It holds commands that ask birdkeep for them.
    Commands,
}

/// What rows hold beside values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is a row of ASIDES, which says what it is")]
pub enum Aside {
    Handle,
    UserId,
    CallbackUrl,
    Permission,
    Scopes,
    Expiry,
    Needs,
    Tags,
    Deployed,
    Notes,
    Times,
}

/// Takes something out of rows; true where there was any.
type Take = fn(&mut Rows) -> bool;

/// What rows hold beside values: what a person calls it, and how it is taken out.
pub const ASIDES: &[(Aside, &str, Take)] = &[
    (Aside::Handle, "handles", |rows| of_profiles(rows, |row| row.handle.take().is_some())),
    (Aside::UserId, "user ids", |rows| of_profiles(rows, |row| row.user_id.take().is_some())),
    (Aside::CallbackUrl, "callback URLs", |rows| of_apps(rows, |row| row.callback_url.take().is_some())),
    (Aside::Permission, "permissions", |rows| of_apps(rows, |row| row.permission.take().is_some())),
    (Aside::Scopes, "scopes", |rows| of_profiles(rows, |row| row.scopes.take().is_some())),
    (Aside::Expiry, "expiry of tokens", |rows| of_profiles(rows, |row| row.expires_at.take().is_some())),
    (Aside::Needs, "needs", |rows| of_profiles(rows, |row| row.needs.take().is_some())),
    (Aside::Tags, "tags", |rows| of_profiles(rows, |row| row.tags.take().is_some())),
    (Aside::Deployed, "places of deployment", |rows| of_profiles(rows, |row| row.deployed.take().is_some())),
    (Aside::Notes, "notes", |rows| {
        let apps = of_apps(rows, |row| row.notes.take().is_some());
        of_profiles(rows, |row| row.notes.take().is_some()) || apps
    }),
    (Aside::Times, "times of change", |rows| {
        let values = rows.apps.iter_mut().flat_map(|row| &mut row.values);
        let values = values.chain(rows.profiles.iter_mut().flat_map(|row| &mut row.values));
        values.filter_map(|value| value.changed_at.take()).count() > 0
    }),
];

fn of_profiles(rows: &mut Rows, take: fn(&mut ProfileRow) -> bool) -> bool {
    rows.profiles.iter_mut().filter_map(|row| take(row).then_some(())).count() > 0
}

fn of_apps(rows: &mut Rows, take: fn(&mut AppRow) -> bool) -> bool {
    rows.apps.iter_mut().filter_map(|row| take(row).then_some(())).count() > 0
}

impl Writer {
    /// Takes out of `rows` what the format has no place for; what that was, in a person's words.
    pub fn fit(&self, rows: &mut Rows) -> Vec<&'static str> {
        let mut gone = Vec::new();
        for field in Field::all().filter(|field| !self.fields.contains(field)) {
            if take_field(rows, field) {
                gone.push(field.row().label);
            }
        }
        for (aside, words, take) in ASIDES {
            if !self.keeps.contains(aside) && take(rows) {
                gone.push(words);
            }
        }
        gone
    }
}

/// Takes a field out of rows; true where there was any.
pub fn take_field(rows: &mut Rows, field: Field) -> bool {
    let mut any = false;
    let of_apps = rows.apps.iter_mut().map(|row| &mut row.values);
    for values in of_apps.chain(rows.profiles.iter_mut().map(|row| &mut row.values)) {
        let before = values.len();
        values.retain(|value| value.field != field);
        any |= values.len() < before;
    }
    any
}

/// What a row is called, for a comment or a sentence; empty where it has no name.
pub(super) fn shown(called: &Called) -> String {
    match called {
        Called::Named(name) | Called::Guess(name) => text::visible(name.as_str()),
        Called::Suffix(suffix) => suffix.clone(),
        Called::Numbered(_) | Called::Unnamed => String::new(),
    }
}

/// The app of a profile, where it is among the rows.
pub(super) fn app_of<'a>(rows: &'a Rows, profile: &ProfileRow) -> Option<&'a AppRow> {
    let app = profile.app.as_ref()?;
    rows.apps.iter().find(|row| row.name == *app)
}

/// The apps that no profile of the rows uses.
pub(super) fn lone_apps(rows: &Rows) -> impl Iterator<Item = &AppRow> {
    let used: std::collections::BTreeSet<&Called> =
        rows.profiles.iter().filter_map(|profile| profile.app.as_ref()).collect();
    rows.apps.iter().filter(move |app| !used.contains(&app.name))
}

/// The value of a field.
pub(super) fn value(values: &[super::rows::Value], field: Field) -> Option<&str> {
    values.iter().find(|value| value.field == field).map(|value| value.secret.expose())
}

/// Whether a text can stand in a file of lines: nothing in it ends a line or hides what is around it.
pub(super) fn is_plain(value: &str) -> bool {
    !value.chars().any(text::is_hidden)
}

/// A name in lower case, of letters, digits and `-` alone, as Kubernetes and file systems like it.
pub fn slug(called: &Called) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let slug: String = shown(called).chars().map(plain).collect();
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "x-credentials".to_owned() } else { slug.to_owned() }
}
