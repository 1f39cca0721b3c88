//! The exchange format: JSON with apps and profiles in plain text. `assets/exchange.schema.json` describes it.
//!
//! Reading takes what is good and reports the rest by index. Beside each value may stand when it was last changed:
//! `"api_key": "…", "api_key_changed_at": "2026-01-31T12:00:00Z"`, or in one piece
//! `"api_key": {"value": "…", "changed_at": "…"}`. Writing uses the first form.

mod taken;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use taken::{What, Wrong};

pub use write::write;

use super::members::Members;
use super::rows::{AppRow, Called, OWN_ROWS_MAX, Place, ProfileRow, Rows, TOO_MANY_OWN, Unreadable, quoted};
use crate::domain::fields::Field;
use crate::domain::names::{Handle, Name};
use crate::domain::needs::{self, Need};
use crate::domain::permission::Level;

/// What it is called in a sentence.
const FORMAT: &str = "JSON";
/// The keys of an app that hold values.
const APP_VALUES: &[(&str, Field)] = &[
    ("api_key", Field::ApiKey),
    ("api_secret", Field::ApiSecret),
    ("bearer_token", Field::BearerToken),
    ("client_id", Field::ClientId),
    ("client_secret", Field::ClientSecret),
];
/// The keys of a profile that hold values.
const PROFILE_VALUES: &[(&str, Field)] =
    &[("access_token", Field::AccessToken), ("access_secret", Field::AccessSecret)];
/// The keys of a profile's `oauth2` that hold values.
const OAUTH2_VALUES: &[(&str, Field)] =
    &[("access_token", Field::Oauth2AccessToken), ("refresh_token", Field::Oauth2RefreshToken)];
/// What is appended to a value's key for the time of its last change.
const CHANGED_AT: &str = "_changed_at";

/// A key that holds no value of a field: its word, and what it does to the row.
type Key<Row> = (&'static str, fn(&mut Row, &RawValue) -> Result<(), What>);

/// The other keys of an app. `name` is read before the row is made.
const APP_KEYS: &[Key<AppRow>] = &[
    ("name", |_, _| Ok(())),
    ("callback_url", |row, raw| taken::text(raw).map(|text| row.callback_url = text)),
    ("permission", |row, raw| {
        row.permission =
            taken::text(raw)?.map(|text| permission(&text).ok_or(What::Permission)).transpose()?;
        Ok(())
    }),
    ("notes", |row, raw| taken::text(raw).map(|text| row.notes = text)),
];

/// The other keys of a profile.
const PROFILE_KEYS: &[Key<ProfileRow>] = &[
    ("name", |_, _| Ok(())),
    ("handle", |row, raw| {
        row.handle = taken::text(raw)?.map(|text| Handle::parse(&text).map_err(What::Handle)).transpose()?;
        Ok(())
    }),
    ("user_id", |row, raw| taken::user_id(raw).map(|id| row.user_id = id)),
    ("app", |row, raw| {
        let name = taken::text(raw)?.map(|text| Name::parse(&text).map_err(What::Name)).transpose()?;
        row.app = name.map(Called::Named);
        Ok(())
    }),
    ("needs", |row, raw| {
        let Some(words) = taken::list(raw)? else {
            row.needs = None;
            return Ok(());
        };
        let mut needs: Vec<Need> = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let named = needs::named(word).ok_or(What::Need(at))?;
            needs.extend(named.iter().filter(|need| !needs.contains(need)).copied().collect::<Vec<_>>());
        }
        row.needs = Some(needs);
        Ok(())
    }),
    ("tags", |row, raw| {
        let parse = |text: String| Name::parse(&text).map_err(What::Name);
        row.tags = taken::list(raw)?.map(|list| list.into_iter().map(parse).collect()).transpose()?;
        Ok(())
    }),
    ("deployed", |row, raw| taken::list(raw).map(|lines| row.deployed = lines)),
    ("notes", |row, raw| taken::text(raw).map(|text| row.notes = text)),
];

/// The other keys of a profile's `oauth2`.
const OAUTH2_KEYS: &[Key<ProfileRow>] = &[
    ("scope", |row, raw| taken::scopes(raw).map(|scopes| row.scopes = scopes)),
    ("expires_at", |row, raw| taken::time(raw).map(|time| row.expires_at = time)),
];

/// The key of a profile that holds its OAuth 2.0 tokens.
const OAUTH2: &str = "oauth2";

/// The stable word, or what the console shows.
fn permission(text: &str) -> Option<Level> {
    let label = |level: &Level| level.label().eq_ignore_ascii_case(text.trim());
    Level::parse(text).or_else(|| Level::ALL.into_iter().find(label))
}

/// Whether a text looks like it, or like the inside of a vault, which deserves a sentence of its own.
pub(super) fn looks(text: &str) -> bool {
    if !text.trim_start().starts_with('{') {
        return false;
    }
    let Ok(members) = serde_json::from_str::<Members<'_>>(text) else { return false };
    let list = |key| members.0.iter().any(|(word, raw)| word == key && raw.get().starts_with('['));
    list("apps") || list("profiles") || (members.has("body") && members.has("auth"))
}

/// Reads the exchange format.
///
/// # Errors
/// When the text is not JSON, or not an object with lists `apps` and `profiles`. A bad row is no error but a remark.
pub fn read(text: &str) -> Result<Rows, Unreadable> {
    let members: Members<'_> = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
    let mut reader = Reader::default();
    if members.has_twice() {
        return Err(Unreadable::Shape("the same key stands at its top level twice"));
    }
    for (key, raw) in &members.0 {
        match key.as_str() {
            "apps" => reader.apps(raw)?,
            "profiles" => reader.profiles(raw)?,
            "auth" | "ancestors" if members.has("body") => {
                return Err(Unreadable::Shape(
                    "this is the inside of a vault, not the exchange format; “birdkeep restore” takes it",
                ));
            }
            _ => reader.unknown("at its top level", Place::File, key),
        }
    }
    if !members.has("apps") && !members.has("profiles") {
        return Err(Unreadable::Shape("it has neither “apps” nor “profiles”"));
    }
    Ok(reader.finish())
}

fn unreadable(error: &serde_json::Error) -> Unreadable {
    match error.classify() {
        serde_json::error::Category::Data => {
            Unreadable::Shape("it is not an object with the lists “apps” and “profiles”")
        }
        _ => Unreadable::Syntax { format: FORMAT, line: error.line().max(1), column: error.column().max(1) },
    }
}

#[derive(Default)]
struct Reader {
    rows: Rows,
    /// Unknown keys: where they belong and what they are called → where first, how many times more.
    unknown: BTreeMap<(&'static str, String), (Place, usize)>,
}

impl Reader {
    fn apps(&mut self, raw: &RawValue) -> Result<(), Unreadable> {
        let rows: Vec<&RawValue> = serde_json::from_str(raw.get())
            .map_err(|_not_a_list| Unreadable::Shape("“apps” is not a list"))?;
        if rows.len() > OWN_ROWS_MAX {
            return Err(TOO_MANY_OWN);
        }
        for (index, raw) in rows.into_iter().enumerate() {
            let place = Place::App(index);
            match self.app(place, raw) {
                Ok(row) => self.rows.apps.push(row),
                Err(wrong) => self.left_out(place, raw, &wrong),
            }
        }
        Ok(())
    }

    fn profiles(&mut self, raw: &RawValue) -> Result<(), Unreadable> {
        let rows: Vec<&RawValue> = serde_json::from_str(raw.get())
            .map_err(|_not_a_list| Unreadable::Shape("“profiles” is not a list"))?;
        if rows.len() > OWN_ROWS_MAX {
            return Err(TOO_MANY_OWN);
        }
        for (index, raw) in rows.into_iter().enumerate() {
            let place = Place::Profile(index);
            match self.profile(place, raw) {
                Ok(row) => self.rows.profiles.push(row),
                Err(wrong) => self.left_out(place, raw, &wrong),
            }
        }
        Ok(())
    }

    fn app(&mut self, place: Place, raw: &RawValue) -> Result<AppRow, Wrong> {
        let members = Members::of(raw)?;
        let mut row = AppRow {
            place,
            name: Called::Named(members.name()?),
            values: members.values(APP_VALUES)?,
            callback_url: None,
            permission: None,
            notes: None,
        };
        self.others(&members, ("of an app", place), (APP_VALUES, APP_KEYS), &mut row)?;
        Ok(row)
    }

    fn profile(&mut self, place: Place, raw: &RawValue) -> Result<ProfileRow, Wrong> {
        let members = Members::of(raw)?;
        let name = Called::Named(members.name()?);
        let values = members.values(PROFILE_VALUES)?;
        let mut row = ProfileRow { values, ..ProfileRow::empty(name, place) };
        if let Some(oauth2) = members.object(OAUTH2)? {
            row.values.extend(oauth2.values(OAUTH2_VALUES)?);
            self.others(&oauth2, ("of “oauth2”", place), (OAUTH2_VALUES, OAUTH2_KEYS), &mut row)?;
        }
        self.others(&members, ("of a profile", place), (PROFILE_VALUES, PROFILE_KEYS), &mut row)?;
        Ok(row)
    }

    /// Takes the members that are no values.
    fn others<Row>(
        &mut self,
        members: &Members<'_>,
        (whose, place): (&'static str, Place),
        (values, keys): (&[(&'static str, Field)], &[Key<Row>]),
        row: &mut Row,
    ) -> Result<(), Wrong> {
        for (key, raw) in &members.0 {
            let of_value = key.strip_suffix(CHANGED_AT).unwrap_or(key);
            if values.iter().any(|(word, _)| *word == of_value) || (key == OAUTH2 && whose == "of a profile")
            {
                continue;
            }
            match keys.iter().find(|(word, _)| word == key) {
                Some((word, take)) => take(row, raw).map_err(|what| Wrong::Key(word, what))?,
                None => self.unknown(whose, place, key),
            }
        }
        Ok(())
    }

    fn unknown(&mut self, whose: &'static str, place: Place, key: &str) {
        let entry = self.unknown.entry((whose, key.to_owned()));
        entry.and_modify(|(_, more)| *more += 1).or_insert((place, 0));
    }

    fn left_out(&mut self, place: Place, raw: &RawValue, wrong: &Wrong) {
        let name = Members::of(raw).ok().and_then(|members| members.name().ok());
        let name = name.map_or_else(String::new, |name| format!("{} ", quoted(name.as_str())));
        self.rows.left_out(place, format!("{name}{wrong}"));
    }

    fn finish(mut self) -> Rows {
        let mut unknown: Vec<_> = self.unknown.into_iter().collect();
        unknown.sort_by_key(|(_, (place, _))| *place);
        for ((whose, key), (place, more)) in unknown {
            let more = if more == 0 { String::new() } else { format!(" (and {more} more times)") };
            self.rows.note(place, format!("{} is no key {whose}, so it is passed over{more}", quoted(&key)));
        }
        self.rows
    }
}
