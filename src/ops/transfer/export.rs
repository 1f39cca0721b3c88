//! The vault as rows, for a file in plain text.

use std::collections::BTreeSet;

use super::{format, words, writable};
use crate::domain::app::App;
use crate::domain::credential::Held;
use crate::domain::document::Document;
use crate::domain::id::Owner;
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::exchange::rows::{AppRow, Called, Place, ProfileRow, Rows, Unwritable, Value};
use crate::failure::{Failure, Kind};

/// Writes `owners` in the format of this word; profiles bring their apps with them. In plain text.
///
/// # Errors
/// [`Kind::Usage`] for an unknown format, and for values that it cannot hold.
pub fn export(document: &Document, owners: &[Owner], word: &str) -> Result<Secret, Failure> {
    let format = format(word)?;
    let Some(write) = format.write else {
        return Err(Failure::new(
            Kind::Usage,
            format!("birdkeep does not write {}", format.word),
            "it only reads this format",
            format!("the formats it writes are {}", words(writable()).join(", ")),
        ));
    };
    write(&rows(document, owners)).map_err(|error| {
        let try_this = match error {
            Unwritable::Unsafe { .. } => "export it as json, which can hold every value",
            Unwritable::SameSuffix(..) => "rename one of them, or export them one by one",
        };
        Failure::new(
            Kind::Usage,
            format!("this cannot be written as {}", format.word),
            error.to_string(),
            try_this,
        )
    })
}

/// Apps and profiles in the order of their names.
fn rows(document: &Document, owners: &[Owner]) -> Rows {
    let owners: BTreeSet<Owner> = owners.iter().copied().collect();
    let mut profiles: Vec<&Profile> =
        document.profiles().filter(|profile| owners.contains(&profile.id.into())).collect();
    let used: BTreeSet<Owner> = profiles.iter().filter_map(|profile| profile.app).map(Owner::from).collect();
    let mut apps: Vec<&App> = document
        .apps()
        .filter(|app| owners.contains(&app.id.into()) || used.contains(&app.id.into()))
        .collect();
    apps.sort_by_key(|app| app.name.key());
    profiles.sort_by_key(|profile| profile.name.key());
    Rows {
        apps: apps.into_iter().map(app).collect(),
        profiles: profiles.into_iter().map(|row| profile(document, row)).collect(),
        remarks: Vec::new(),
    }
}

fn app(app: &App) -> AppRow {
    AppRow {
        place: Place::File,
        name: Called::Named(app.name.clone()),
        values: values(&app.held),
        callback_url: app.callback_url.clone(),
        permission: app.permission,
        notes: Some(app.notes.clone()).filter(|notes| !notes.is_empty()),
    }
}

fn profile(document: &Document, profile: &Profile) -> ProfileRow {
    let grant = profile.oauth2.as_ref();
    ProfileRow {
        place: Place::File,
        name: Called::Named(profile.name.clone()),
        implied: false,
        handle: profile.handle.clone(),
        user_id: profile.user_id.clone(),
        app: document.app_of(profile).map(|app| Called::Named(app.name.clone())),
        values: values(&profile.held),
        scopes: grant.map(|grant| grant.scopes.clone()).filter(|scopes| !scopes.is_empty()),
        expires_at: grant.and_then(|grant| grant.expires_at),
        needs: Some(profile.needs.iter().copied().collect()).filter(|needs: &Vec<_>| !needs.is_empty()),
        tags: Some(profile.tags.iter().cloned().collect()).filter(|tags: &Vec<_>| !tags.is_empty()),
        deployed: Some(profile.deployed.clone()).filter(|lines| !lines.is_empty()),
        notes: Some(profile.notes.clone()).filter(|notes| !notes.is_empty()),
    }
}

fn values(held: &Held) -> Vec<Value> {
    let value = |slot: &crate::domain::credential::Slot| Value {
        field: slot.field,
        secret: slot.secret.clone(),
        changed_at: Some(slot.changed_at),
    };
    held.slots().iter().map(value).collect()
}
