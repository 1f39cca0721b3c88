//! Makes rows of what was gathered: an app row for each app, a profile row for each account.

use std::collections::BTreeMap;

use super::{Gather, Held};
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::labels::Label;
use crate::domain::names::{Handle, Name, UserId};
use crate::domain::permission::Scopes;
use crate::exchange::rows::{self, AppRow, Called, Place, ProfileRow, Rows, Value};

impl Gather {
    /// The rows of everything gathered.
    pub(in crate::exchange) fn finish(self) -> Rows {
        let Self { mut rows, accounts, .. } = self;
        let mut parents = vec![false; accounts.len()];
        for within in accounts.iter().filter(|held| !held.taken.is_empty()).filter_map(|held| held.within) {
            if let Some(parent) = parents.get_mut(within.0) {
                *parent = true;
            }
        }
        // The app of each account; an account comes after the one it is within.
        let mut apps: Vec<Option<Called>> = Vec::with_capacity(accounts.len());
        let mut by_key = BTreeMap::new();
        for (mut held, parent) in accounts.into_iter().zip(parents) {
            let shared = held.within.and_then(|within| apps.get(within.0).cloned().flatten());
            if held.taken.is_empty() {
                apps.push(shared);
                continue;
            }
            let place = held.taken.values().map(|taken| taken.place).min().unwrap_or(Place::File);
            let handle = handle(&mut rows, &mut held);
            if let (Called::Numbered(_), Some(handle)) = (&held.called, &handle)
                && let Ok(name) = Name::parse(handle.as_str())
            {
                held.called = Called::Guess(name);
            }
            let app = app(&mut rows, &mut by_key, &mut held, place).or(shared);
            apps.push(app.clone());
            // Whatever is left is a profile's.
            let implied = held.taken.is_empty() && handle.is_none();
            if !(implied && parent) {
                let row = profile(&mut rows, held, place);
                rows.profiles.push(ProfileRow { implied, handle, app, ..row });
            }
        }
        rows
    }
}

/// Takes an app's values out of an account; the name of the app they make.
fn app(
    rows: &mut Rows,
    by_key: &mut BTreeMap<String, usize>,
    held: &mut Held,
    place: Place,
) -> Option<Called> {
    let key = held.taken.get(&Label::Field(Field::ApiKey)).map(|taken| taken.text.clone());
    let values: Vec<Value> = Field::of(OwnerKind::App).filter_map(|field| value(rows, held, field)).collect();
    let callback_url = held.taken.remove(&Label::CallbackUrl).map(|taken| taken.text);
    if values.is_empty() {
        return None;
    }
    // One API key is one app.
    if let Some(first) = key.as_ref().and_then(|key| by_key.get(key)) {
        return Some(join(rows, *first, values, place));
    }
    by_key.extend(key.map(|key| (key, rows.apps.len())));
    let name = held.app.take().map_or_else(|| held.called.clone(), Called::Named);
    rows.apps.push(AppRow { name: name.clone(), place, values, callback_url, permission: None, notes: None });
    Some(name)
}

/// Adds values to an app row that is there; another value for something it has is left out.
fn join(rows: &mut Rows, first: usize, values: Vec<Value>, place: Place) -> Called {
    let mut other = Vec::new();
    let Some(row) = rows.apps.get_mut(first) else { return Called::Unnamed };
    for value in values {
        match row.values.iter().find(|present| present.field == value.field) {
            Some(present) if present.secret == value.secret => {}
            Some(_) => other.push(value.field.row().label),
            None => row.values.push(value),
        }
    }
    let (name, first) = (row.name.clone(), row.place);
    for label in other {
        rows.left_out(place, format!("{label} is another than at {first} for the same API key"));
    }
    name
}

fn handle(rows: &mut Rows, held: &mut Held) -> Option<Handle> {
    let taken = held.taken.remove(&Label::Handle)?;
    let handle = Handle::parse(&taken.text).ok();
    if handle.is_none() {
        rows.note(taken.place, "no handle: a handle is 1 to 15 letters, digits or “_”");
    }
    handle
}

fn profile(rows: &mut Rows, mut held: Held, place: Place) -> ProfileRow {
    let values = Field::of(OwnerKind::Profile).filter_map(|field| value(rows, &mut held, field)).collect();
    let user_id = held.taken.remove(&Label::UserId).and_then(|taken| {
        let id = UserId::parse(&taken.text);
        if id.is_none() {
            rows.note(taken.place, "no user id: that is a number of 1 to 20 digits");
        }
        id
    });
    // Scopes and expiry say something of a token, so without one they say nothing.
    let holds_oauth2 =
        |values: &Vec<Value>| values.iter().any(|value| value.field == Field::Oauth2AccessToken);
    let scopes = held.taken.remove(&Label::Scopes).filter(|_| holds_oauth2(&values));
    let scopes = scopes.map(|taken| Scopes::parse(&taken.text.replace(',', " ")));
    let expires_at = held.expires_at.filter(|_| holds_oauth2(&values));
    ProfileRow { user_id, values, scopes, expires_at, ..ProfileRow::empty(held.called, place) }
}

fn value(rows: &mut Rows, held: &mut Held, field: Field) -> Option<Value> {
    let taken = held.taken.remove(&Label::Field(field))?;
    rows::value(field, &taken.text).unwrap_or_else(|bad| {
        rows.left_out(taken.place, format!("{} {bad}", field.row().label));
        None
    })
}
