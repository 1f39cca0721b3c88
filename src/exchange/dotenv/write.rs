//! Writes a `.env` file: only values that every reader of such files takes alike.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::WRITTEN;
use crate::domain::fields::Field;
use crate::domain::labels::Label;
use crate::domain::secret::Secret;
use crate::domain::text;
use crate::exchange::rows::{AppRow, Called, ProfileRow, Rows, Unwritable, Value};

/// Writes a `.env` file: one profile under plain names, several with a suffix each.
///
/// # Errors
/// A value with a quote, a backslash, a line break or an invisible character: readers disagree about these. Two
/// profiles whose names become the same suffix.
pub fn write(rows: &Rows) -> Result<Secret, Unwritable> {
    let mut out = String::new();
    let mut suffixes: BTreeMap<String, String> = BTreeMap::new();
    let used: Vec<&Called> = rows.profiles.iter().filter_map(|profile| profile.app.as_ref()).collect();
    let lone_apps: Vec<&AppRow> = rows.apps.iter().filter(|app| !used.contains(&&app.name)).collect();
    let several = rows.profiles.len() + lone_apps.len() > 1;
    let mut suffix = |called: &Called| -> Result<String, Unwritable> {
        let Some(name) = named(called).filter(|_| several) else { return Ok(String::new()) };
        let suffix = match called {
            Called::Named(name) | Called::Guess(name) => Called::suffix_of(name),
            Called::Suffix(suffix) => suffix.clone(),
            Called::Numbered(_) | Called::Unnamed => String::new(),
        };
        match suffixes.insert(suffix.clone(), name.clone()) {
            Some(other) => Err(Unwritable::SameSuffix(other, name)),
            None => Ok(format!("_{suffix}")),
        }
    };
    for app in lone_apps {
        let suffix = suffix(&app.name)?;
        heading(&mut out, &app.name);
        values_of_app(&mut out, app, &suffix)?;
    }
    for profile in &rows.profiles {
        let suffix = suffix(&profile.name)?;
        heading(&mut out, &profile.name);
        if let Some(app) = rows.apps.iter().find(|app| Some(&app.name) == profile.app.as_ref()) {
            values_of_app(&mut out, app, &suffix)?;
        }
        values_of_profile(&mut out, profile, &suffix)?;
    }
    Ok(Secret::new(out))
}

fn named(called: &Called) -> Option<String> {
    match called {
        Called::Named(name) | Called::Guess(name) => Some(text::visible(name.as_str())),
        Called::Suffix(suffix) => Some(suffix.clone()),
        Called::Numbered(_) | Called::Unnamed => None,
    }
}

fn heading(out: &mut String, called: &Called) {
    if let Some(name) = named(called) {
        let gap = if out.is_empty() { "" } else { "\n" };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{gap}# {name}");
    }
}

fn values_of_app(out: &mut String, app: &AppRow, suffix: &str) -> Result<(), Unwritable> {
    for value in &app.values {
        line(out, &app.name, Label::Field(value.field), suffix, value.secret.expose())?;
    }
    match &app.callback_url {
        Some(url) => line(out, &app.name, Label::CallbackUrl, suffix, url),
        None => Ok(()),
    }
}

fn values_of_profile(out: &mut String, profile: &ProfileRow, suffix: &str) -> Result<(), Unwritable> {
    for Value { field, secret, .. } in &profile.values {
        let label = if *field == Field::AccessToken { Label::UserToken } else { Label::Field(*field) };
        line(out, &profile.name, label, suffix, secret.expose())?;
    }
    match &profile.scopes {
        Some(scopes) if !scopes.is_empty() => {
            line(out, &profile.name, Label::Scopes, suffix, &scopes.to_string())
        }
        _ => Ok(()),
    }
}

fn line(
    out: &mut String,
    called: &Called,
    label: Label,
    suffix: &str,
    value: &str,
) -> Result<(), Unwritable> {
    let Some((_, written)) = WRITTEN.iter().find(|(of, _)| *of == label) else { return Ok(()) };
    let Some(quote) = quote_for(value) else {
        let what = match label {
            Label::Field(field) => field.row().label,
            Label::UserToken => Field::AccessToken.row().label,
            Label::CallbackUrl => "callback URL",
            Label::Scopes | Label::Handle | Label::UserId => "a property",
        };
        return Err(Unwritable::Unsafe { what, name: named(called).unwrap_or_default() });
    };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{written}{suffix}={quote}{value}{quote}");
    Ok(())
}

/// The quote a value needs, perhaps none; `None` when there is no way that all readers take alike.
pub fn quote_for(value: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.:/%+=@,~".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        return Some("");
    }
    let safe = |c: char| !text::is_hidden(c) && !matches!(c, '\'' | '\\');
    value.chars().all(safe).then_some("'")
}
