//! Writes `~/.twurlrc`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::domain::fields::Field;
use crate::domain::secret::Secret;
use crate::exchange::rows::{AppRow, ProfileRow, Rows, Unwritable};
use crate::exchange::tree::quoted;
use crate::exchange::writing::{self, Style, app_of, shown, value};

/// The longest key that is written without `?`, in bytes with its quotes.
const KEY_MAX: usize = 1_000;

/// Writes it: every profile under its handle (or its name) and its app's key.
///
/// # Errors
/// A profile without an app's key, which is what such files are ordered by; two that are the same account of the same
/// app; an app without profiles.
pub(in crate::exchange) fn write(rows: &Rows, _: &Style) -> Result<Secret, Unwritable> {
    let mut users: BTreeMap<String, BTreeMap<&str, (&AppRow, &ProfileRow)>> = BTreeMap::new();
    let lacks_key = |name: String| Unwritable::Lacks { what: Field::ApiKey.row().label, name };
    for profile in &rows.profiles {
        let app = app_of(rows, profile).ok_or_else(|| lacks_key(shown(&profile.name)))?;
        let key = value(&app.values, Field::ApiKey).ok_or_else(|| lacks_key(shown(&profile.name)))?;
        let entries = users.entry(user(profile)).or_default();
        if let Some((_, other)) = entries.insert(key, (app, profile)) {
            return Err(Unwritable::Twice(shown(&other.name), shown(&profile.name)));
        }
    }
    if let Some(app) = writing::lone_apps(rows).next() {
        return Err(Unwritable::Lacks { what: "profile", name: shown(&app.name) });
    }
    Ok(Secret::new(text(rows, &users)))
}

fn text(rows: &Rows, users: &BTreeMap<String, BTreeMap<&str, (&AppRow, &ProfileRow)>>) -> String {
    // Writing to a String cannot fail.
    let mut out = String::from("---\nprofiles:\n");
    for (user, entries) in users {
        let _ = writeln!(out, "  {}:", quoted(user));
        for (key, (app, profile)) in entries {
            let _ = writeln!(out, "{}\n      username: {}", before_value("    ", key), quoted(user));
            for (word, found) in [
                ("consumer_key", Some(*key)),
                ("consumer_secret", value(&app.values, Field::ApiSecret)),
                ("token", value(&profile.values, Field::AccessToken)),
                ("secret", value(&profile.values, Field::AccessSecret)),
            ] {
                if let Some(found) = found {
                    let _ = writeln!(out, "      {word}: {}", quoted(found));
                }
            }
        }
    }
    // The one that twurl takes when nobody is named.
    let first = users.iter().find_map(|(user, entries)| Some((user, entries.keys().next()?)));
    if let Some((user, key)) = first {
        let (user, key) = (quoted(user), quoted(key));
        let _ = writeln!(out, "configuration:\n  default_profile:\n  - {user}\n  - {key}");
    }
    let bearers: BTreeMap<&str, &str> = rows.apps.iter().filter_map(bearer).collect();
    if !bearers.is_empty() {
        out.push_str("bearer_tokens:\n");
    }
    for (key, bearer) in bearers {
        let _ = writeln!(out, "{} {}", before_value("  ", key), quoted(bearer));
    }
    out
}

/// A key up to its colon. What is longer than 1,024 characters is no key of YAML unless `?` says so.
fn before_value(indent: &str, key: &str) -> String {
    let key = quoted(key);
    if key.len() > KEY_MAX { format!("{indent}? {key}\n{indent}:") } else { format!("{indent}{key}:") }
}

fn bearer(app: &AppRow) -> Option<(&str, &str)> {
    Some((value(&app.values, Field::ApiKey)?, value(&app.values, Field::BearerToken)?))
}

/// What the tool calls an account: by its handle, which is what people type after `-u`.
fn user(profile: &ProfileRow) -> String {
    profile.handle.as_ref().map_or_else(|| shown(&profile.name), |handle| handle.as_str().to_owned())
}
