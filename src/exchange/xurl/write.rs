//! Writes xurl's store, the YAML of today's versions.

use std::fmt::Write as _;

use crate::domain::fields::Field;
use crate::domain::names::Handle;
use crate::domain::secret::Secret;
use crate::exchange::rows::{AppRow, Called, ProfileRow, Rows, Unwritable, Value};
use crate::exchange::tree::quoted;
use crate::exchange::writing::{self, Style, shown, value};

/// Writes it.
///
/// # Errors
/// Two profiles of one app that have an OAuth 1.0a token each: the store has room for one. Two that are the same account
/// of the same app.
pub(in crate::exchange) fn write(rows: &Rows, _: &Style) -> Result<Secret, Unwritable> {
    let mut out = String::from("apps:\n");
    let mut first = None;
    for app in &rows.apps {
        let users: Vec<&ProfileRow> =
            rows.profiles.iter().filter(|row| row.app.as_ref() == Some(&app.name)).collect();
        entry(&mut out, &app.name, Some(app), &users)?;
        first.get_or_insert_with(|| shown(&app.name));
    }
    for profile in rows.profiles.iter().filter(|row| writing::app_of(rows, row).is_none()) {
        if rows.apps.iter().any(|app| app.name == profile.name) {
            return Err(Unwritable::Twice(shown(&profile.name), shown(&profile.name)));
        }
        entry(&mut out, &profile.name, None, &[profile])?;
        first.get_or_insert_with(|| shown(&profile.name));
    }
    if let Some(first) = first {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "default_app: {}", quoted(&first));
    }
    Ok(Secret::new(out))
}

fn entry(
    out: &mut String,
    name: &Called,
    app: Option<&AppRow>,
    users: &[&ProfileRow],
) -> Result<(), Unwritable> {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "  {}:", quoted(&shown(name)));
    let of_app: &[Value] = app.map_or(&[], |app| app.values.as_slice());
    let url = app.and_then(|app| app.callback_url.as_deref());
    pairs(
        out,
        4,
        &[
            ("client_id", Some(value(of_app, Field::ClientId).unwrap_or_default())),
            ("client_secret", Some(value(of_app, Field::ClientSecret).unwrap_or_default())),
            ("redirect_uri", url),
        ],
    );
    oauth2(out, users)?;
    oauth1(out, of_app, users)?;
    if let Some(bearer) = value(of_app, Field::BearerToken) {
        out.push_str("    bearer_token:\n      type: bearer\n");
        pairs(out, 6, &[("bearer", Some(bearer))]);
    }
    Ok(())
}

/// The tokens of users, by their handles.
fn oauth2(out: &mut String, users: &[&ProfileRow]) -> Result<(), Unwritable> {
    let has = |row: &&&ProfileRow| {
        [Field::Oauth2AccessToken, Field::Oauth2RefreshToken]
            .iter()
            .any(|field| value(&row.values, *field).is_some())
    };
    let mut named: Vec<(String, &ProfileRow)> =
        users.iter().filter(has).map(|row| (user(row), *row)).collect();
    named.sort_by(|(a, _), (b, _)| a.cmp(b));
    let next = named.iter().skip(1);
    if let Some(((_, first), (_, second))) = named.iter().zip(next).find(|((a, _), (b, _))| a == b) {
        return Err(Unwritable::Twice(shown(&first.name), shown(&second.name)));
    }
    if let Some((first, _)) = named.first() {
        pairs(out, 4, &[("default_user", Some(first))]);
        out.push_str("    oauth2_tokens:\n");
    }
    for (user, row) in named {
        let _ = writeln!(out, "      {}:\n        type: oauth2\n        oauth2:", quoted(&user));
        pairs(
            out,
            10,
            &[
                ("access_token", Some(value(&row.values, Field::Oauth2AccessToken).unwrap_or_default())),
                ("refresh_token", Some(value(&row.values, Field::Oauth2RefreshToken).unwrap_or_default())),
            ],
        );
        let expiry = row.expires_at.map_or(0, crate::domain::time::Time::unix);
        let _ = writeln!(out, "          expiration_time: {expiry}");
    }
    Ok(())
}

/// The app's one token of OAuth 1.0a, with the app's own pair.
fn oauth1(out: &mut String, of_app: &[Value], users: &[&ProfileRow]) -> Result<(), Unwritable> {
    let has = |row: &&&ProfileRow| {
        [Field::AccessToken, Field::AccessSecret].iter().any(|field| value(&row.values, *field).is_some())
    };
    let holders: Vec<&&ProfileRow> = users.iter().filter(has).collect();
    if let [first, second, ..] = holders.as_slice() {
        return Err(Unwritable::OneToken(shown(&first.name), shown(&second.name)));
    }
    let of_user: &[Value] = holders.first().map_or(&[], |row| row.values.as_slice());
    let values = [
        ("access_token", value(of_user, Field::AccessToken)),
        ("token_secret", value(of_user, Field::AccessSecret)),
        ("consumer_key", value(of_app, Field::ApiKey)),
        ("consumer_secret", value(of_app, Field::ApiSecret)),
    ];
    if values.iter().any(|(_, value)| value.is_some()) {
        out.push_str("    oauth1_token:\n      type: oauth1\n      oauth1:\n");
        pairs(out, 8, &values.map(|(word, value)| (word, Some(value.unwrap_or_default()))));
    }
    Ok(())
}

fn pairs(out: &mut String, indent: usize, pairs: &[(&str, Option<&str>)]) {
    for (word, value) in pairs {
        if let Some(value) = value {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{:indent$}{word}: {}", "", quoted(value));
        }
    }
}

/// What xurl calls a user.
fn user(profile: &ProfileRow) -> String {
    profile.handle.as_ref().map_or_else(|| shown(&profile.name), |handle| Handle::as_str(handle).to_owned())
}
