//! Makes rows of what was gathered: an app row for each app, a profile row for each account.

use std::collections::BTreeMap;

use super::{Gather, Held};
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::labels::Label;
use crate::domain::names::{Handle, Name, UserId};
use crate::domain::permission::Scopes;
use crate::exchange::rows::{
    self, AppRow, Called, Place, ProfileRow, Rows, TOO_MANY, Unreadable, Value, quoted,
};

impl Gather {
    /// The rows of everything gathered.
    ///
    /// # Errors
    /// When more accounts came than one file may hold.
    pub(in crate::exchange) fn finish(self) -> Result<Rows, Unreadable> {
        let Self { mut rows, accounts, full, .. } = self;
        if full {
            return Err(TOO_MANY);
        }
        let mut parents = vec![false; accounts.len()];
        for within in accounts.iter().filter(|held| !held.taken.is_empty()).filter_map(|held| held.within) {
            if let Some(parent) = parents.get_mut(within.0) {
                *parent = true;
            }
        }
        // The app of each account; an account comes after the one it is within.
        let mut apps: Vec<Option<Called>> = Vec::with_capacity(accounts.len());
        let mut known = Known::default();
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
            let app = app(&mut rows, &mut known, &mut held, place).or(shared);
            apps.push(app.clone());
            // Whatever is left is a profile's.
            let implied = held.taken.is_empty() && handle.is_none();
            if !(implied && parent) {
                let row = profile(&mut rows, held, place);
                rows.profiles.push(ProfileRow { implied, handle, app, ..row });
            }
        }
        Ok(rows)
    }
}

/// The app rows so far, by what makes two of them one.
#[derive(Default)]
struct Known {
    /// One API key is one app.
    by_key: BTreeMap<String, usize>,
    /// So is one name that the file gives it, unless the API keys are two.
    by_name: BTreeMap<String, usize>,
}

/// Takes an app's values out of an account; the name of the app they make.
fn app(rows: &mut Rows, known: &mut Known, held: &mut Held, place: Place) -> Option<Called> {
    let key = held.taken.get(&Label::Field(Field::ApiKey)).map(|taken| taken.text.clone());
    let values: Vec<Value> = Field::of(OwnerKind::App).filter_map(|field| value(rows, held, field)).collect();
    let callback_url = held.taken.remove(&Label::CallbackUrl).map(|taken| taken.text);
    if values.is_empty() {
        return None;
    }
    let mut name = held.app.take();
    let of_key = key.as_ref().and_then(|key| known.by_key.get(key)).copied();
    let of_name = name.as_ref().and_then(|name| known.by_name.get(&name.key())).copied();
    let has_key = |at: usize| rows.apps.get(at).is_some_and(|row| holds(&row.values, Field::ApiKey));
    let same = of_name.filter(|at| key.is_none() || !has_key(*at));
    if let Some(first) = of_key.or(same) {
        known.by_key.extend(key.map(|key| (key, first)));
        return Some(join(rows, first, values, place));
    }
    if let Some(taken) = name.take_if(|_| of_name.is_some()) {
        let text = format!(
            "another API key has the name {} for its app, so another name is taken",
            quoted(taken.as_str())
        );
        rows.note(place, text);
    }
    known.by_key.extend(key.map(|key| (key, rows.apps.len())));
    known.by_name.extend(name.as_ref().map(|name| (name.key(), rows.apps.len())));
    let name = name.map_or_else(|| held.called.clone(), Called::Named);
    rows.apps.push(AppRow { name: name.clone(), place, values, callback_url, permission: None, notes: None });
    Some(name)
}

fn holds(values: &[Value], field: Field) -> bool {
    values.iter().any(|value| value.field == field)
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
        rows.left_out(place, format!("{label} is another than at {first} for the same app"));
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
