//! What every format reads into and writes from: apps and profiles as rows, not yet held against a vault.

use std::fmt;

use crate::domain::fields::{self, Field};
use crate::domain::names::{Handle, Name, UserId};
use crate::domain::needs::Need;
use crate::domain::permission::{Level, Scopes};
use crate::domain::secret::Secret;
use crate::domain::text;
use crate::domain::time::Time;

/// The longest value of a field that is taken, in bytes: X's longest have about 120.
pub const VALUE_MAX: usize = 8 * 1024;

/// The most apps, and the most profiles, that one file of another program may hold.
pub const ROWS_MAX: usize = 100_000;

/// The same for our own exchange format, so that what was exported comes back: five times the largest vault tried.
pub(super) const OWN_ROWS_MAX: usize = 500_000;

/// More than [`ROWS_MAX`].
pub(super) const TOO_MANY: Unreadable =
    Unreadable::Shape("it holds more than 100000 apps or profiles; split it into several files");

/// More than [`OWN_ROWS_MAX`].
pub(super) const TOO_MANY_OWN: Unreadable =
    Unreadable::Shape("it holds more than 500000 apps or profiles; split it into several files");

/// The most places of a file that are spoken of one by one: a person reads a few, and a file may have millions.
pub const REMARKS_MAX: usize = 1_000;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The apps that could be read.
    pub apps: Vec<AppRow>,
    /// The profiles that could be read.
    pub profiles: Vec<ProfileRow>,
    /// What there is to say about the rest.
    pub remarks: Vec<Remark>,
}

/// An app, as a file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of domain::app::App")]
pub struct AppRow {
    /// Where it stands in the file.
    pub place: Place,
    pub name: Called,
    pub values: Vec<Value>,
    pub callback_url: Option<String>,
    pub permission: Option<Level>,
    pub notes: Option<String>,
}

/// A profile, as a file has it. `None` means that the file says nothing about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of domain::profile::Profile")]
pub struct ProfileRow {
    /// Where it stands in the file.
    pub place: Place,
    pub name: Called,
    /// True when the file holds an app's values alone, so that the profile is a guess.
    pub implied: bool,
    pub handle: Option<Handle>,
    pub user_id: Option<UserId>,
    pub app: Option<Called>,
    pub values: Vec<Value>,
    pub scopes: Option<Scopes>,
    pub expires_at: Option<Time>,
    pub needs: Option<Vec<Need>>,
    pub tags: Option<Vec<Name>>,
    pub deployed: Option<Vec<String>>,
    pub notes: Option<String>,
}

impl ProfileRow {
    /// A row about which nothing more is known.
    pub fn empty(name: Called, place: Place) -> Self {
        Self {
            place,
            name,
            implied: false,
            handle: None,
            user_id: None,
            app: None,
            values: Vec::new(),
            scopes: None,
            expires_at: None,
            needs: None,
            tags: None,
            deployed: None,
            notes: None,
        }
    }
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Which field.
    pub field: Field,
    /// The value, without what copying adds around it.
    pub secret: Secret,
    /// When it was changed last, where the file says so.
    pub changed_at: Option<Time>,
}

/// What a file calls an app or a profile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Called {
    /// By its name.
    Named(Name),
    /// By the suffix of its variables, in upper case: `ALICE` for `X_ACCESS_TOKEN_ALICE`.
    Suffix(String),
    /// By a name that another program gave its user: a guess at what to call it here.
    Guess(Name),
    /// Not at all, as the one with this number among several.
    Numbered(usize),
    /// Not at all: the file is about one.
    Unnamed,
}

impl Called {
    /// The suffix a name has in names of variables: `wiki-daily` is `WIKI_DAILY`.
    pub fn suffix_of(name: &Name) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        name.as_str().chars().map(plain).collect()
    }
}

/// Where in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The app with this index, from 0.
    App(usize),
    /// The profile with this index, from 0.
    Profile(usize),
    /// The line with this number, from 1.
    Line(usize),
    /// The file as a whole.
    File,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App(index) => write!(f, "apps[{index}]"),
            Self::Profile(index) => write!(f, "profiles[{index}]"),
            Self::Line(number) => write!(f, "line {number}"),
            Self::File => f.write_str("the file"),
        }
    }
}

/// How much a remark matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Something was left out: the import as a whole then counts as not clean.
    LeftOut,
    /// Worth knowing.
    Note,
}

/// Something to say about a place in a file. Visible text, never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where.
    pub place: Place,
    /// How much it matters.
    pub weight: Weight,
    /// What.
    pub text: String,
    /// How many more places there is something to say about, beyond [`REMARKS_MAX`].
    pub more: usize,
}

impl Remark {
    /// A remark about one place.
    pub fn new(place: Place, weight: Weight, text: impl Into<String>) -> Self {
        Self { place, weight, text: text.into(), more: 0 }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)?;
        if self.more > 0 { write!(f, " (and so on, at {} more places)", self.more) } else { Ok(()) }
    }
}

impl Rows {
    /// True if there is a value of a field in it.
    pub fn holds_values(&self) -> bool {
        self.apps.iter().any(|app| !app.values.is_empty())
            || self.profiles.iter().any(|profile| !profile.values.is_empty())
    }

    /// Adds a remark about something that was left out.
    pub fn left_out(&mut self, place: Place, text: impl Into<String>) {
        say(&mut self.remarks, Remark::new(place, Weight::LeftOut, text));
    }

    /// Adds a remark worth knowing.
    pub fn note(&mut self, place: Place, text: impl Into<String>) {
        say(&mut self.remarks, Remark::new(place, Weight::Note, text));
    }
}

/// Adds a remark; beyond [`REMARKS_MAX`] it is only counted.
pub fn say(remarks: &mut Vec<Remark>, remark: Remark) {
    let full = remarks.len() >= REMARKS_MAX;
    // What was left out is never told as a mere note, so each weight has one remark at least.
    let alike = |last: &&mut Remark| last.weight == remark.weight;
    match remarks.iter_mut().rev().find(alike).filter(|_| full) {
        Some(last) => last.more += 1,
        None => remarks.push(remark),
    }
}

/// Why a file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not the syntax of the format. The parser's own words are not kept: they quote the file.
    #[error("line {line}, column {column} is not {format}")]
    Syntax {
        /// The format's name.
        format: &'static str,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// YAML that stands for itself.
    #[error("line {line}, column {column} refers to itself")]
    Cycle {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Lists in lists in lists.
    #[error("line {line}, column {column} is nested deeper than {most} levels")]
    Deep {
        /// How many levels are read.
        most: usize,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Right syntax, wrong shape.
    #[error("{0}")]
    Shape(&'static str),
}

/// Why rows cannot be written in a format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// A value holds a character that the format's readers would trip over.
    #[error("{what} of “{name}” holds a character that readers of this format would trip over")]
    Unsafe {
        /// What a person calls the value.
        what: &'static str,
        /// Whose. Visible text.
        name: String,
    },
    /// Two names become one in this format.
    #[error("“{0}” and “{1}” would have the same variable names")]
    SameSuffix(String, String),
    /// Two of them would stand in the same place.
    #[error("“{0}” and “{1}” would have the same name in it")]
    Twice(String, String),
    /// The format is ordered by what one of them has not.
    #[error("“{name}” has no {what}, and this format keeps everything under one")]
    Lacks {
        /// What it has not.
        what: &'static str,
        /// Which. Visible text.
        name: String,
    },
    /// One token of OAuth 1.0a for each app is all there is room for.
    #[error("it has room for one OAuth 1.0a token of each app, and both “{0}” and “{1}” have one")]
    OneToken(String, String),
    /// Several, where there is room for one.
    #[error("it is about one profile")]
    OneOnly,
}

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadValue {
    /// A line break or another control character inside.
    #[error("holds a line break or a control character")]
    Control,
    /// Longer than [`VALUE_MAX`].
    #[error("is longer than 8192 bytes, longer than anything X issues")]
    TooLong,
}

/// Takes a value as people paste it; `None` when there is nothing in it.
pub fn value(field: Field, pasted: &str) -> Result<Option<Value>, BadValue> {
    let trimmed = fields::trimmed(pasted);
    match trimmed {
        "" => Ok(None),
        v if v.len() > VALUE_MAX => Err(BadValue::TooLong),
        v if v.chars().any(char::is_control) => Err(BadValue::Control),
        v => Ok(Some(Value { field, secret: Secret::new(v), changed_at: None })),
    }
}

/// A short quotation for a remark: visible, cut, in quotes.
pub fn quoted(foreign: &str) -> String {
    format!("“{}”", text::visible_within(foreign, 40))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_taken_without_what_copying_adds() {
        let taken = |text| value(Field::ApiKey, text).map(|v| v.map(|v| v.secret.expose().to_owned()));
        assert_eq!(taken(" \"abc\"\r\n"), Ok(Some("abc".to_owned())));
        assert_eq!(taken(" '' "), Ok(None));
        assert_eq!(taken("a\nb"), Err(BadValue::Control));
        assert_eq!(taken("a\0b"), Err(BadValue::Control));
        assert_eq!(taken(&"x".repeat(VALUE_MAX + 1)), Err(BadValue::TooLong));
    }

    #[test]
    fn a_suffix_is_made_of_letters_digits_and_underscores() {
        let name = Name::parse("wiki-daily é").expect("a valid name");
        assert_eq!(Called::suffix_of(&name), "WIKI_DAILY__");
    }
}
