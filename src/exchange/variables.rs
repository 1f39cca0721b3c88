//! Rows as variables: one profile under plain names, several with a suffix each. What files of variables, container
//! secrets and CI variables are written from.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::rows::{AppRow, Called, ProfileRow, Rows, Unwritable, Value};
use super::writing::{self, Style, shown};
use crate::domain::fields::Field;
use crate::domain::labels::Label;
use crate::domain::secret::Secret;

/// The names we write.
pub(super) const WRITTEN: &[(Label, &str)] = &[
    (Label::Field(Field::ApiKey), "X_API_KEY"),
    (Label::Field(Field::ApiSecret), "X_API_SECRET"),
    (Label::Field(Field::BearerToken), "X_BEARER_TOKEN"),
    (Label::Field(Field::ClientId), "X_CLIENT_ID"),
    (Label::Field(Field::ClientSecret), "X_CLIENT_SECRET"),
    (Label::Field(Field::AccessToken), "X_ACCESS_TOKEN"),
    (Label::Field(Field::AccessSecret), "X_ACCESS_TOKEN_SECRET"),
    (Label::Field(Field::Oauth2AccessToken), "X_OAUTH2_ACCESS_TOKEN"),
    (Label::Field(Field::Oauth2RefreshToken), "X_OAUTH2_REFRESH_TOKEN"),
    (Label::CallbackUrl, "X_REDIRECT_URI"),
    (Label::Scopes, "X_SCOPES"),
];

/// The variables of one profile, or of an app that no profile uses.
pub(super) struct Group<'a> {
    /// Whose.
    pub(super) called: &'a Called,
    /// True for an app's.
    pub(super) is_app: bool,
    /// In the order of the table.
    pub(super) variables: Vec<Variable<'a>>,
}

/// One variable.
pub(super) struct Variable<'a> {
    /// Its name, suffix included.
    pub(super) name: String,
    /// What it is.
    pub(super) label: Label,
    /// What an app or a profile holds.
    pub(super) value: std::borrow::Cow<'a, str>,
    /// Whose it is.
    owner: &'a Called,
}

impl Variable<'_> {
    /// Why it cannot be written.
    pub(super) fn unsafe_(&self) -> Unwritable {
        let what = match self.label {
            Label::Field(field) => field.row().label,
            Label::CallbackUrl => "callback URL",
            Label::UserToken | Label::Scopes | Label::Handle | Label::UserId => "a property",
        };
        Unwritable::Unsafe { what, name: shown(self.owner) }
    }
}

/// Whether names are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suffixes {
    /// By a suffix, where there is more than one.
    Several,
    /// Not at all: each group stands by itself.
    Never,
}

/// The variables of `rows`.
///
/// # Errors
/// Two profiles whose names become the same suffix.
pub(super) fn groups<'a>(
    rows: &'a Rows,
    style: &Style,
    suffixes: Suffixes,
) -> Result<Vec<Group<'a>>, Unwritable> {
    let lone: Vec<&AppRow> = writing::lone_apps(rows).collect();
    let several = suffixes == Suffixes::Several && rows.profiles.len() + lone.len() > 1;
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    let mut suffix = |called: &Called| -> Result<String, Unwritable> {
        let suffix = match called {
            Called::Named(name) | Called::Guess(name) if several => Called::suffix_of(name),
            Called::Suffix(suffix) if several => suffix.clone(),
            _ => return Ok(String::new()),
        };
        match taken.insert(suffix.clone(), shown(called)) {
            Some(other) => Err(Unwritable::SameSuffix(other, shown(called))),
            None => Ok(format!("_{suffix}")),
        }
    };
    let apps: BTreeMap<&Called, &AppRow> = rows.apps.iter().map(|app| (&app.name, app)).collect();
    let mut groups = Vec::new();
    for app in lone {
        let suffix = suffix(&app.name)?;
        groups.push(Group { called: &app.name, is_app: true, variables: of_app(app, style, &suffix) });
    }
    for profile in &rows.profiles {
        let suffix = suffix(&profile.name)?;
        let app = profile.app.as_ref().and_then(|app| apps.get(app));
        let mut variables = app.map_or_else(Vec::new, |app| of_app(app, style, &suffix));
        variables.extend(of_profile(profile, style, &suffix));
        groups.push(Group { called: &profile.name, is_app: false, variables });
    }
    Ok(groups)
}

/// Writes groups as lines: a comment with the name, then a line for each variable; `line` gives none for a value it
/// cannot write.
///
/// # Errors
/// As [`groups`], and the first value that has no line.
pub(super) fn lines(
    rows: &Rows,
    style: &Style,
    line: impl Fn(&str, &str) -> Option<String>,
) -> Result<Secret, Unwritable> {
    let mut out = String::new();
    for group in groups(rows, style, Suffixes::Several)? {
        let gap = if out.is_empty() { "" } else { "\n" };
        let name = shown(group.called);
        if !name.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{gap}# {name}");
        }
        for variable in &group.variables {
            let line = line(&variable.name, &variable.value).ok_or_else(|| variable.unsafe_())?;
            out.push_str(&line);
            out.push('\n');
        }
    }
    Ok(Secret::new(out))
}

fn of_app<'a>(app: &'a AppRow, style: &Style, suffix: &str) -> Vec<Variable<'a>> {
    let url = app.callback_url.as_deref().map(|url| (Label::CallbackUrl, url.into()));
    named(&app.name, style, suffix, values(&app.values).chain(url))
}

fn of_profile<'a>(profile: &'a ProfileRow, style: &Style, suffix: &str) -> Vec<Variable<'a>> {
    let scopes = profile.scopes.as_ref().filter(|scopes| !scopes.is_empty());
    let scopes = scopes.map(|scopes| (Label::Scopes, scopes.to_string().into()));
    named(&profile.name, style, suffix, values(&profile.values).chain(scopes))
}

type Labelled<'a> = (Label, std::borrow::Cow<'a, str>);

fn values(values: &[Value]) -> impl Iterator<Item = Labelled<'_>> {
    values.iter().map(|value| (Label::Field(value.field), value.secret.expose().into()))
}

fn named<'a>(
    owner: &'a Called,
    style: &Style,
    suffix: &str,
    values: impl Iterator<Item = Labelled<'a>>,
) -> Vec<Variable<'a>> {
    values
        .filter_map(|(label, value)| {
            let name = name_of(label, style)?;
            Some(Variable { name: format!("{name}{suffix}"), label, value, owner })
        })
        .collect()
}

/// The name of a variable. Scopes and addresses have one among ours alone: no program reads them under others.
fn name_of(label: Label, style: &Style) -> Option<&'static str> {
    match (style.names, label) {
        (Some(names), Label::Field(field)) => {
            names.iter().find(|(of, _)| *of == field).map(|(_, name)| *name)
        }
        (Some(_), _) => None,
        (None, label) => WRITTEN.iter().find(|(of, _)| *of == label).map(|(_, name)| *name),
    }
}
