//! One profile out of the body of a save: of the others nothing is read but their names.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::super::both::both;
use super::owner::{AppJson, ProfileJson};
use super::read::As;
use super::{insert_app, insert_profile};
use crate::domain::document::{Document, Lookup};
use crate::domain::fingerprint::FingerprintKey;
use crate::domain::names::Name;
use crate::domain::time::Time;

#[derive(Deserialize)]
struct Body<'a> {
    saved_at: As<Time>,
    fingerprint_key: As<FingerprintKey>,
    #[serde(default)]
    apps: Vec<AppJson>,
    #[serde(borrow, default)]
    profiles: Vec<&'a RawValue>,
}

/// What of a profile tells whether it is meant.
#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    deleted_at: Option<IgnoredAny>,
}

/// A document of all apps and the profile that `text` stands for, and when it was saved. `None` where it stands for
/// nothing or for two, where two profiles share a name, and for a body that cannot be read: [`super::read_body`] tells.
pub(in crate::vault) fn read_owner(json: &str, text: &str) -> Option<(Document, Time)> {
    let name = text.strip_prefix("profile:").or_else(|| text.strip_prefix("app:")).unwrap_or(text);
    let wanted = Name::parse(name).ok()?.key();
    let body: Body<'_> = serde_json::from_str(json).ok()?;
    let mut document = Document::new(body.fingerprint_key.0);
    for app in body.apps {
        insert_app(&mut document, app.app())?;
    }
    let (early, late) = body.profiles.split_at(body.profiles.len() / 2);
    let (early_keys, late_keys) = both(|| keys(early), || keys(late));
    let keys = [early_keys?, late_keys?].concat();
    for (key, raw) in keys.iter().zip(&body.profiles) {
        if key.as_ref() == Some(&wanted) {
            let profile: ProfileJson = serde_json::from_str(raw.get()).ok()?;
            insert_profile(&mut document, profile.profile())?;
        }
    }
    // One of two of the same name would get another, which may be the one that is wanted.
    let mut seen = HashSet::with_capacity(keys.len());
    if !keys.iter().flatten().all(|key| seen.insert(key)) {
        return None;
    }
    matches!(document.look_up(text), Lookup::Found(_)).then_some((document, body.saved_at.0))
}

/// What must be unique of the names of `rows`; of one that is deleted nothing.
fn keys(rows: &[&RawValue]) -> Option<Vec<Option<String>>> {
    let key = |raw: &&RawValue| {
        let row: Named<'_> = serde_json::from_str(raw.get()).ok()?;
        let name = Name::parse(&row.name).ok()?;
        Some(row.deleted_at.is_none().then(|| name.key()))
    };
    rows.iter().map(key).collect()
}
