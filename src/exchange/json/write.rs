//! Writes the exchange format: every key that has something to say, in the order of the schema.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{APP_VALUES, CHANGED_AT, OAUTH2, OAUTH2_VALUES, PROFILE_VALUES};
use crate::domain::fields::Field;
use crate::domain::names::Name;
use crate::domain::permission::Level;
use crate::domain::secret::Secret;
use crate::domain::text::json_safe;
use crate::exchange::rows::{AppRow, Called, ProfileRow, Rows, Unwritable, Value};
use crate::exchange::writing::Style;

/// Writes the exchange format. Characters that could confuse a terminal are written as `\uXXXX`.
///
/// # Errors
/// None: JSON can hold every value.
pub fn write(rows: &Rows, _: &Style) -> Result<Secret, Unwritable> {
    let Ok(text) = serde_json::to_string_pretty(&All(rows)) else {
        unreachable!("texts, lists and maps with text keys are always JSON")
    };
    let mut text = json_safe(&text);
    text.push('\n');
    Ok(Secret::new(text))
}

// These borrow values for the moment of writing; they are the only way from a secret to serde.
struct All<'a>(&'a Rows);
struct App<'a>(&'a AppRow);
struct Profile<'a>(&'a ProfileRow);
struct Oauth2<'a>(&'a ProfileRow);
struct List<'a, T, W>(&'a [T], fn(&'a T) -> W);

impl Serialize for All<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("apps", &List(&self.0.apps, App))?;
        map.serialize_entry("profiles", &List(&self.0.profiles, Profile))?;
        map.end()
    }
}

impl<T, W: Serialize> Serialize for List<'_, T, W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}

impl Serialize for App<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &name(&self.0.name))?;
        values(&mut map, &self.0.values, APP_VALUES)?;
        entry(&mut map, "callback_url", self.0.callback_url.as_ref())?;
        entry(&mut map, "permission", self.0.permission.map(Level::word))?;
        entry(&mut map, "notes", self.0.notes.as_ref())?;
        map.end()
    }
}

impl Serialize for Profile<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &name(&row.name))?;
        entry(&mut map, "handle", row.handle.as_ref().map(|handle| handle.as_str().to_owned()))?;
        entry(&mut map, "user_id", row.user_id.as_ref().map(|id| id.as_str().to_owned()))?;
        entry(&mut map, "app", row.app.as_ref().map(name))?;
        values(&mut map, &row.values, PROFILE_VALUES)?;
        let has = |(_, field): &(&str, Field)| row.values.iter().any(|value| value.field == *field);
        if OAUTH2_VALUES.iter().any(has) || row.scopes.is_some() || row.expires_at.is_some() {
            map.serialize_entry(OAUTH2, &Oauth2(row))?;
        }
        let needs =
            row.needs.as_ref().map(|needs| needs.iter().map(|need| need.row().word).collect::<Vec<_>>());
        entry(&mut map, "needs", needs)?;
        let tags = row.tags.as_ref().map(|tags| tags.iter().map(Name::as_str).collect::<Vec<_>>());
        entry(&mut map, "tags", tags)?;
        entry(&mut map, "deployed", row.deployed.as_ref())?;
        entry(&mut map, "notes", row.notes.as_ref())?;
        map.end()
    }
}

impl Serialize for Oauth2<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        values(&mut map, &self.0.values, OAUTH2_VALUES)?;
        entry(&mut map, "scope", self.0.scopes.as_ref().map(ToString::to_string))?;
        entry(&mut map, "expires_at", self.0.expires_at.map(|time| time.to_string()))?;
        map.end()
    }
}

fn entry<M: SerializeMap>(map: &mut M, key: &str, value: Option<impl Serialize>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(key, &value))
}

fn values<M: SerializeMap>(map: &mut M, values: &[Value], keys: &[(&str, Field)]) -> Result<(), M::Error> {
    for (word, field) in keys {
        let Some(value) = values.iter().find(|value| value.field == *field) else { continue };
        map.serialize_entry(word, value.secret.expose())?;
        if let Some(changed_at) = value.changed_at {
            map.serialize_entry(&format!("{word}{CHANGED_AT}"), &changed_at.to_string())?;
        }
    }
    Ok(())
}

fn name(called: &Called) -> String {
    match called {
        Called::Named(name) | Called::Guess(name) => name.to_string(),
        Called::Suffix(suffix) => suffix.to_lowercase(),
        Called::Numbered(_) | Called::Unnamed => String::new(),
    }
}
