//! `.env` files: `NAME=value` lines under the names that libraries, tutorials and bots use.
//!
//! A name is a prefix (`X_`, `TWITTER_`, `GOTWI_` or none), a stem of [`NAMES`] and perhaps the suffix of an account:
//! `TWITTER_ACCESS_TOKEN_SECRET_ALICE`. Each suffix is a profile of its own; what stands without suffix is shared.
//! No variable is expanded and nothing is executed.

mod lines;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use lines::{Line, lines};

pub use write::write;

use super::rows::{self, AppRow, Called, Place, ProfileRow, Rows, Unreadable, Value, quoted};
use crate::domain::fields::{self, Field, OwnerKind};
use crate::domain::names::{Handle, UserId};
use crate::domain::permission::Scopes;

/// Where the value of a variable goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Field(Field),
    /// An access token of either kind: its shape decides, since these names are used for both.
    UserToken,
    CallbackUrl,
    Scopes,
    Handle,
    UserId,
}

/// One row of [`NAMES`].
struct Names {
    slot: Slot,
    /// The name we write.
    written: &'static str,
    /// What follows the prefix, in upper case.
    stems: &'static [&'static str],
}

/// The names in use. Source: about 60 repositories sampled in 2026; the commonest first.
const NAMES: &[Names] = &[
    Names {
        slot: Slot::Field(Field::ApiKey),
        written: "X_API_KEY",
        stems: &[
            "API_KEY",
            "CONSUMER_KEY",
            "APP_KEY",
            "OAUTH_CONSUMER_KEY",
            "OAUTH1_CONSUMER_KEY",
            "OAUTH1_API_KEY",
            "CONSUMER_API_KEY",
        ],
    },
    Names {
        slot: Slot::Field(Field::ApiSecret),
        written: "X_API_SECRET",
        stems: &[
            "API_SECRET",
            "API_SECRET_KEY",
            "API_KEY_SECRET",
            "CONSUMER_SECRET",
            "CONSUMER_KEY_SECRET",
            "APP_SECRET",
            "OAUTH_CONSUMER_SECRET",
            "OAUTH1_CONSUMER_SECRET",
            "OAUTH1_API_SECRET",
            "CONSUMER_API_SECRET",
        ],
    },
    Names {
        slot: Slot::Field(Field::BearerToken),
        written: "X_BEARER_TOKEN",
        stems: &["BEARER_TOKEN", "BEARER"],
    },
    Names {
        slot: Slot::Field(Field::ClientId),
        written: "X_CLIENT_ID",
        stems: &["CLIENT_ID", "OAUTH2_CLIENT_ID", "OAUTH_CLIENT_ID"],
    },
    Names {
        slot: Slot::Field(Field::ClientSecret),
        written: "X_CLIENT_SECRET",
        stems: &["CLIENT_SECRET", "OAUTH2_CLIENT_SECRET", "OAUTH_CLIENT_SECRET"],
    },
    Names {
        slot: Slot::UserToken,
        written: "X_ACCESS_TOKEN",
        stems: &[
            "ACCESS_TOKEN",
            "ACCESS_TOKEN_KEY",
            "ACCESS_KEY",
            "TOKEN_KEY",
            "OAUTH_ACCESS_TOKEN",
            "OAUTH1_ACCESS_TOKEN",
            "OAUTH_TOKEN",
        ],
    },
    Names {
        slot: Slot::Field(Field::AccessSecret),
        written: "X_ACCESS_TOKEN_SECRET",
        stems: &[
            "ACCESS_TOKEN_SECRET",
            "ACCESS_SECRET",
            "ACCESS_SECRET_TOKEN",
            "ACCESS_KEY_SECRET",
            "TOKEN_SECRET",
            "OAUTH_ACCESS_TOKEN_SECRET",
            "OAUTH1_ACCESS_TOKEN_SECRET",
            "OAUTH1_ACCESS_SECRET",
            "OAUTH_TOKEN_SECRET",
        ],
    },
    Names {
        slot: Slot::Field(Field::Oauth2AccessToken),
        written: "X_OAUTH2_ACCESS_TOKEN",
        stems: &["OAUTH2_ACCESS_TOKEN", "OAUTH2_USER_TOKEN", "OAUTH2_USER_ACCESS_TOKEN"],
    },
    Names {
        slot: Slot::Field(Field::Oauth2RefreshToken),
        written: "X_OAUTH2_REFRESH_TOKEN",
        stems: &["OAUTH2_REFRESH_TOKEN", "REFRESH_TOKEN"],
    },
    Names {
        slot: Slot::CallbackUrl,
        written: "X_REDIRECT_URI",
        stems: &["REDIRECT_URI", "OAUTH2_REDIRECT_URI", "CALLBACK_URL", "OAUTH_CALLBACK_URL"],
    },
    Names { slot: Slot::Scopes, written: "X_SCOPES", stems: &["SCOPES", "OAUTH2_SCOPES"] },
    Names { slot: Slot::Handle, written: "X_HANDLE", stems: &["HANDLE", "USERNAME", "SCREEN_NAME"] },
    Names { slot: Slot::UserId, written: "X_USER_ID", stems: &["USER_ID"] },
];

/// What may stand before a stem. The empty one is last: a bare `API_KEY` may be anybody's.
const PREFIXES: &[&str] = &["X_", "TWITTER_", "GOTWI_", ""];

/// Stems that are X's often enough without a prefix. Others, such as `APP_KEY`, are more often another program's.
const BARE: &[&str] = &[
    "API_KEY",
    "API_SECRET",
    "API_SECRET_KEY",
    "API_KEY_SECRET",
    "CONSUMER_KEY",
    "CONSUMER_SECRET",
    "ACCESS_TOKEN",
    "ACCESS_TOKEN_KEY",
    "ACCESS_KEY",
    "ACCESS_TOKEN_SECRET",
    "ACCESS_SECRET",
    "BEARER_TOKEN",
    "BEARER",
    "CLIENT_ID",
    "CLIENT_SECRET",
];

/// Endings that say something about a value instead of naming an account.
const NO_ACCOUNTS: &[&str] =
    &["EXPIRES", "EXPIRES_AT", "EXPIRES_IN", "EXPIRY", "FILE", "PATH", "TYPE", "URL", "URI"];

/// A variable whose name is known.
struct Known<'a> {
    slot: Slot,
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
type Account = BTreeMap<Slot, Taken>;

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
        let stems = NAMES.iter().flat_map(|names| names.stems.iter().map(move |stem| (names.slot, *stem)));
        let found = stems
            .filter_map(|(slot, stem)| {
                let after = rest.strip_prefix(stem)?;
                let suffix = if after.is_empty() { Some("") } else { after.strip_prefix('_') };
                suffix.map(|suffix| (stem, slot, suffix))
            })
            .max_by_key(|(stem, ..)| stem.len());
        let Some((stem, slot, suffix)) = found else { continue };
        let prefixed = !prefix.is_empty();
        // `CLIENT_ID_GOOGLE` and `APP_KEY` are not ours to take, unless the value speaks for itself.
        let bare = !prefixed && (!suffix.is_empty() || !BARE.contains(&stem));
        if NO_ACCOUNTS.contains(&suffix) || (bare && fields::recognise(fields::trimmed(value)).is_empty()) {
            return None;
        }
        return Some(Known { slot, suffix, prefixed });
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
    let slot = match known.slot {
        Slot::UserToken if (Field::Oauth2AccessToken.row().strict)(&value) => {
            Slot::Field(Field::Oauth2AccessToken)
        }
        Slot::UserToken => Slot::Field(Field::AccessToken),
        slot => slot,
    };
    let taken = Taken { place, text: value, prefixed: known.prefixed };
    let account = accounts.entry(known.suffix.to_owned()).or_default();
    match account.get(&slot) {
        Some(first) if first.text == taken.text => {}
        Some(first) if first.prefixed == taken.prefixed => {
            let first = first.place;
            rows.left_out(place, format!("{name} gives another value than {first} for the same thing"));
        }
        Some(first) if first.prefixed => {
            rows.note(place, format!("{name} is passed over: a name with prefix says something else"));
        }
        _ => {
            account.insert(slot, taken);
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
    let callback_url = account.remove(&Slot::CallbackUrl).map(|taken| taken.text);
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
    let handle = account.remove(&Slot::Handle).and_then(|taken| {
        let handle = Handle::parse(&taken.text).ok();
        if handle.is_none() {
            rows.note(taken.place, "no handle: a handle is 1 to 15 letters, digits or “_”");
        }
        handle
    });
    let user_id = account.remove(&Slot::UserId).and_then(|taken| {
        let id = UserId::parse(&taken.text);
        if id.is_none() {
            rows.note(taken.place, "no user id: that is a number of 1 to 20 digits");
        }
        id
    });
    // Scopes say what a token may do, so without a token they say nothing.
    let holds_oauth2 =
        |values: &Vec<Value>| values.iter().any(|value| value.field == Field::Oauth2AccessToken);
    let scopes = account.remove(&Slot::Scopes).filter(|_| holds_oauth2(&values));
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
    let taken = account.remove(&Slot::Field(field))?;
    rows::value(field, &taken.text).unwrap_or_else(|bad| {
        rows.left_out(taken.place, format!("{} {bad}", field.row().label));
        None
    })
}
