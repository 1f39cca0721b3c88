//! `.env` files: `NAME=value` lines under the names that libraries, tutorials and bots use.
//!
//! A name is a prefix (`X_`, `TWITTER_`, `GOTWI_` or none), one of the names in [`LABELS`] and perhaps the suffix of an account:
//! `TWITTER_ACCESS_TOKEN_SECRET_ALICE`. Each suffix is a profile of its own; what stands without suffix is shared.
//! No variable is expanded and nothing is executed.

mod lines;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use lines::{Line, lines};

pub use write::{quote_for, write};

use super::rows::{self, AppRow, Called, Place, ProfileRow, Rows, Unreadable, Value, quoted};
use crate::domain::fields::{self, Field, OwnerKind};
use crate::domain::labels::{LABELS, Label};
use crate::domain::names::{Handle, UserId};
use crate::domain::permission::Scopes;

/// The names we write.
const WRITTEN: &[(Label, &str)] = &[
    (Label::Field(Field::ApiKey), "X_API_KEY"),
    (Label::Field(Field::ApiSecret), "X_API_SECRET"),
    (Label::Field(Field::BearerToken), "X_BEARER_TOKEN"),
    (Label::Field(Field::ClientId), "X_CLIENT_ID"),
    (Label::Field(Field::ClientSecret), "X_CLIENT_SECRET"),
    (Label::UserToken, "X_ACCESS_TOKEN"),
    (Label::Field(Field::AccessSecret), "X_ACCESS_TOKEN_SECRET"),
    (Label::Field(Field::Oauth2AccessToken), "X_OAUTH2_ACCESS_TOKEN"),
    (Label::Field(Field::Oauth2RefreshToken), "X_OAUTH2_REFRESH_TOKEN"),
    (Label::CallbackUrl, "X_REDIRECT_URI"),
    (Label::Scopes, "X_SCOPES"),
    (Label::Handle, "X_HANDLE"),
    (Label::UserId, "X_USER_ID"),
];

/// What may stand before a stem. The empty one is last: a bare `API_KEY` may be anybody's.
const PREFIXES: &[&str] = &["X_", "TWITTER_", "GOTWI_", ""];

/// Stems that are X's often enough without a prefix. Others, such as `APP_KEY`, are more often another program's.
const BARE: &[&str] = &[
    "api_key",
    "api_secret",
    "api_secret_key",
    "api_key_secret",
    "consumer_key",
    "consumer_secret",
    "access_token",
    "access_token_key",
    "access_key",
    "access_token_secret",
    "access_secret",
    "bearer_token",
    "bearer",
    "client_id",
    "client_secret",
];

/// Endings that say something about a value instead of naming an account.
const NO_ACCOUNTS: &[&str] =
    &["EXPIRES", "EXPIRES_AT", "EXPIRES_IN", "EXPIRY", "FILE", "PATH", "TYPE", "URL", "URI"];

/// A variable whose name is known.
struct Known<'a> {
    label: Label,
    /// The account's suffix, or nothing.
    suffix: &'a str,
    /// Whether it has the prefix of X, Twitter or a library for them.
    prefixed: bool,
}

/// A value that was taken, and from where.
struct Taken {
    place: Place,
    text: String,
    prefixed: bool,
}

/// Everything of one suffix.
type Account = BTreeMap<Label, Taken>;

/// Reads a `.env` file. Other programs' variables are passed over.
///
/// # Errors
/// When not one variable of X is in it.
pub fn read(text: &str) -> Result<Rows, Unreadable> {
    let mut rows = Rows::default();
    let mut accounts: BTreeMap<String, Account> = BTreeMap::new();
    for (place, line) in lines(text) {
        match line {
            Line::Variable { name, value } => {
                let upper = name.to_ascii_uppercase();
                match known(&upper, &value) {
                    Some(known) => take(&mut rows, &mut accounts, place, name, &known, &value),
                    None => pass_over(&mut rows, place, name, &value),
                }
            }
            Line::Bad(why) => rows.left_out(place, why),
        }
    }
    if accounts.is_empty() && rows.remarks.is_empty() {
        return Err(Unreadable::Shape("none of its variables has a name used for X's credentials"));
    }
    assemble(&mut rows, accounts);
    Ok(rows)
}

/// Finds prefix, stem and suffix; the longest stem wins, so that `API_KEY_SECRET` is no `API_KEY` of somebody.
fn known<'a>(upper: &'a str, value: &str) -> Option<Known<'a>> {
    for prefix in PREFIXES {
        let Some(rest) = upper.strip_prefix(prefix) else { continue };
        let stems = LABELS.iter().flat_map(|row| row.names.iter().map(move |stem| (row.label, *stem)));
        let found = stems
            .filter_map(|(label, stem)| {
                let (head, after) = rest.split_at_checked(stem.len())?;
                if !head.eq_ignore_ascii_case(stem) {
                    return None;
                }
                let suffix = if after.is_empty() { Some("") } else { after.strip_prefix('_') };
                suffix.map(|suffix| (stem, label, suffix))
            })
            .max_by_key(|(stem, ..)| stem.len());
        let Some((stem, label, suffix)) = found else { continue };
        let prefixed = !prefix.is_empty();
        // `CLIENT_ID_GOOGLE` and `APP_KEY` are not ours to take, unless the value speaks for itself.
        let bare = !prefixed && (!suffix.is_empty() || !BARE.contains(&stem));
        if NO_ACCOUNTS.contains(&suffix) || (bare && fields::recognise(fields::trimmed(value)).is_empty()) {
            return None;
        }
        return Some(Known { label, suffix, prefixed });
    }
    None
}

fn take(
    rows: &mut Rows,
    accounts: &mut BTreeMap<String, Account>,
    place: Place,
    name: &str,
    known: &Known<'_>,
    value: &str,
) {
    let value = fields::trimmed(value).to_owned();
    if value.is_empty() {
        return;
    }
    if value.contains("${") || value.starts_with("$(") {
        rows.left_out(place, format!("{name} refers to another variable; write the value itself"));
        return;
    }
    let label = match known.label {
        Label::UserToken if (Field::Oauth2AccessToken.row().strict)(&value) => {
            Label::Field(Field::Oauth2AccessToken)
        }
        Label::UserToken => Label::Field(Field::AccessToken),
        label => label,
    };
    let taken = Taken { place, text: value, prefixed: known.prefixed };
    let account = accounts.entry(known.suffix.to_owned()).or_default();
    match account.get(&label) {
        Some(first) if first.text == taken.text => {}
        Some(first) if first.prefixed == taken.prefixed => {
            let first = first.place;
            rows.left_out(place, format!("{name} gives another value than {first} for the same thing"));
        }
        Some(first) if first.prefixed => {
            rows.note(place, format!("{name} is passed over: a name with prefix says something else"));
        }
        _ => {
            account.insert(label, taken);
        }
    }
}

/// A name nobody knows with a value everybody would recognise deserves a word; other programs' variables do not.
fn pass_over(rows: &mut Rows, place: Place, name: &str, value: &str) {
    let recognised = fields::recognise(fields::trimmed(value));
    // Forty-five or fifty letters may be anything; these shapes are X's own.
    let speaks = |field: &&Field| {
        matches!(
            field,
            Field::AccessToken
                | Field::BearerToken
                | Field::ClientId
                | Field::Oauth2AccessToken
                | Field::Oauth2RefreshToken
        )
    };
    if let Some(field) = recognised.iter().find(speaks) {
        let phrase = field.row().phrase;
        rows.note(place, format!("{} looks like {phrase}, but its name is not known", quoted(name)));
    }
}

/// Makes apps and profiles of what was taken, suffix by suffix.
fn assemble(rows: &mut Rows, accounts: BTreeMap<String, Account>) {
    let alone = accounts.len() == 1 || accounts.keys().all(String::is_empty);
    let mut shared = None;
    for (suffix, mut account) in accounts {
        let called = if suffix.is_empty() { Called::Unnamed } else { Called::Suffix(suffix) };
        let place = account.values().map(|taken| taken.place).min().unwrap_or(Place::File);
        let app = app(rows, &mut account, &called, place);
        if called == Called::Unnamed {
            shared.clone_from(&app);
        }
        // Apps have no handle, so whatever is left is a profile's.
        let implied = account.is_empty();
        if implied && !alone && called == Called::Unnamed {
            continue;
        }
        let app = app.or_else(|| shared.clone());
        let row = profile(rows, account, called, place);
        rows.profiles.push(ProfileRow { implied, app, ..row });
    }
}

/// Takes an app's values out of `account`; the name of the app they make.
fn app(rows: &mut Rows, account: &mut Account, called: &Called, place: Place) -> Option<Called> {
    let values: Vec<Value> =
        Field::of(OwnerKind::App).filter_map(|field| value(rows, account, field)).collect();
    let callback_url = account.remove(&Label::CallbackUrl).map(|taken| taken.text);
    if values.is_empty() {
        return None;
    }
    rows.apps.push(AppRow {
        name: called.clone(),
        place,
        values,
        callback_url,
        permission: None,
        notes: None,
    });
    Some(called.clone())
}

fn profile(rows: &mut Rows, mut account: Account, name: Called, place: Place) -> ProfileRow {
    let values = Field::of(OwnerKind::Profile).filter_map(|field| value(rows, &mut account, field)).collect();
    let handle = account.remove(&Label::Handle).and_then(|taken| {
        let handle = Handle::parse(&taken.text).ok();
        if handle.is_none() {
            rows.note(taken.place, "no handle: a handle is 1 to 15 letters, digits or “_”");
        }
        handle
    });
    let user_id = account.remove(&Label::UserId).and_then(|taken| {
        let id = UserId::parse(&taken.text);
        if id.is_none() {
            rows.note(taken.place, "no user id: that is a number of 1 to 20 digits");
        }
        id
    });
    // Scopes say what a token may do, so without a token they say nothing.
    let holds_oauth2 =
        |values: &Vec<Value>| values.iter().any(|value| value.field == Field::Oauth2AccessToken);
    let scopes = account.remove(&Label::Scopes).filter(|_| holds_oauth2(&values));
    let scopes = scopes.map(|taken| Scopes::parse(&taken.text.replace(',', " ")));
    ProfileRow {
        place,
        name,
        implied: false,
        handle,
        user_id,
        app: None,
        values,
        scopes,
        expires_at: None,
        needs: None,
        tags: None,
        deployed: None,
        notes: None,
    }
}

fn value(rows: &mut Rows, account: &mut Account, field: Field) -> Option<Value> {
    let taken = account.remove(&Label::Field(field))?;
    rows::value(field, &taken.text).unwrap_or_else(|bad| {
        rows.left_out(taken.place, format!("{} {bad}", field.row().label));
        None
    })
}
