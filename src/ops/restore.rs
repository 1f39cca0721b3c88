//! Restores a backup, a checkout or a repaired copy: shows the difference, then saves above everything seen.

use std::sync::Arc;

use super::save::{self, SaveFailure};
use super::session::Session;
use super::unlock;
use super::world::World;
use crate::domain::document::Document;
use crate::domain::edit::{Edit, Property};
use crate::domain::id::Owner;
use crate::domain::secret::Secret;
use crate::domain::text::visible;
use crate::domain::time::Time;
use crate::failure::{Failure, Kind};
use crate::vault::{self, Keyring, Place, Restoring, SaveError, StoreError};

pub use crate::vault::Backup;

/// What is to be restored.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file a person named: an age file, or JSON.
    File(String),
    /// A backup, by generation or by name.
    Backup(String),
    /// What came on standard input: an age file, or the JSON that `age -d` printed.
    Bytes(Arc<[u8]>),
}

/// A restore that was looked into and waits for the typed name.
#[derive(Debug)]
pub struct Prepared {
    /// The name to be typed.
    pub name: String,
    /// The source's generation, as it says itself.
    pub generation: Option<u64>,
    /// When the source was saved, as it says itself.
    pub saved_at: Time,
    /// What a person should know about the source before the difference.
    pub warnings: Vec<String>,
    /// What would change.
    pub rows: Vec<Row>,
    keyring: Arc<Keyring>,
    restoring: Restoring,
}

/// One line of the difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `app` or `profile`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What would happen to it. Values by their fingerprints.
    pub what: String,
}

/// The backups there are, newest first. Needs no passphrase.
///
/// # Errors
/// When the folder cannot be read.
pub fn list(world: &World) -> Result<Vec<Backup>, Failure> {
    let found = world.store.backups();
    found.map_err(|error| unlock::store_failure("the backups cannot be read", &error, Kind::Damaged))
}

/// Looks into `source`. The vault itself may be damaged, rolled back, forked or gone.
///
/// # Errors
/// A wrong passphrase; a source that cannot be read, or is of another vault.
pub fn prepare(world: &World, passphrase: Option<&Secret>, source: &Source) -> Result<Prepared, Failure> {
    let bytes = bytes(world, source)?;
    let keyring = vault::unlock(&*world.store, passphrase).map_err(unlock::failure)?;
    let looked = vault::look_into(&*world.store, &keyring, &bytes, world.clock.now());
    let restoring = looked.map_err(unlock::failure)?;
    let rows = restoring.edits.iter().filter_map(|edit| row(&restoring, edit)).collect();
    Ok(Prepared {
        name: world.store.name(),
        generation: restoring.generation,
        saved_at: restoring.saved_at,
        warnings: warnings(&restoring),
        rows,
        keyring: Arc::new(keyring),
        restoring,
    })
}

/// Carries out what was prepared, after a person has typed its name.
///
/// # Errors
/// When the vault has changed since, or cannot be saved.
pub fn restore(world: &World, prepared: Prepared) -> Result<Session, SaveFailure> {
    let Prepared { keyring, restoring, .. } = prepared;
    match vault::restore(&*world.store, &keyring, restoring, world.clock.now()) {
        Ok(loaded) => Ok(Session::new(world, keyring, loaded)),
        Err(SaveError::Refused(())) => Err(Failure::new(
            Kind::NotSaved,
            "not restored: the vault was saved by someone else meanwhile",
            "the difference you have seen is no longer what would happen",
            "look at the difference again",
        )
        .into()),
        Err(error) => Err(save::failure(error).into()),
    }
}

fn bytes(world: &World, source: &Source) -> Result<Arc<[u8]>, Failure> {
    let unread = |error: &StoreError| unlock::store_failure("the source cannot be read", error, Kind::Usage);
    match source {
        Source::Bytes(bytes) => Ok(Arc::clone(bytes)),
        Source::File(path) => world.store.read_named(path).map(Into::into).map_err(|error| unread(&error)),
        Source::Backup(wanted) => {
            let backups = list(world)?;
            let fits = |backup: &&Backup| {
                let name = backup.name.to_string();
                let generation = backup.name.generation.map(|generation| generation.to_string());
                generation.as_ref() == Some(wanted)
                    || name == *wanted
                    || name.strip_suffix(".age") == Some(wanted)
            };
            let found: Vec<&Backup> = backups.iter().filter(fits).collect();
            let [backup] = found[..] else { return Err(which(wanted, found.len())) };
            let file =
                world.store.read(&Place::Backup(backup.name.clone())).map_err(|error| unread(&error))?;
            file.map(|file| file.bytes.into()).ok_or_else(|| which(wanted, 0))
        }
    }
}

fn which(wanted: &str, found: usize) -> Failure {
    let wanted = visible(wanted);
    let because = match found {
        0 => format!("there is no backup {wanted}"),
        more => format!("there are {more} backups of generation {wanted}"),
    };
    let try_this = "`birdkeep restore --list` shows the backups; name one by its whole name";
    Failure::new(Kind::Usage, "which backup?", because, try_this)
}

fn warnings(restoring: &Restoring) -> Vec<String> {
    let source = match (restoring.signer, restoring.believed) {
        (_, true) => None,
        (Some(signer), false) => {
            Some(format!("the source was signed by {signer}, for whom nothing on this machine vouches"))
        }
        (None, _) => Some("the source is not signed: anyone may have written it".to_owned()),
    };
    let empty =
        restoring.before.all_apps().next().is_none() && restoring.before.all_profiles().next().is_none();
    let present = "the present vault holds nothing that can be read and believed";
    source.into_iter().chain(empty.then(|| present.to_owned())).collect()
}

/// One edit as a line; `None` for what follows from another line.
fn row(restoring: &Restoring, edit: &Edit) -> Option<Row> {
    let owner = edit.owner();
    let name = restoring.after.name_of(owner).or_else(|| restoring.before.name_of(owner))?.to_string();
    let kind = match owner {
        Owner::App(_) => "app",
        Owner::Profile(_) => "profile",
    };
    let what = match edit {
        Edit::AddApp(app) => app.deleted_at.is_none().then(|| "comes back".to_owned())?,
        Edit::AddProfile(profile) => profile.deleted_at.is_none().then(|| "comes back".to_owned())?,
        Edit::Tombstone { .. } => "is deleted".to_owned(),
        Edit::Revive { .. } => "is not deleted any more".to_owned(),
        Edit::SetField { field, to, .. } => {
            let print = |secret: &Secret| format!("#{}", restoring.before.fingerprints.of(secret).short());
            let was = restoring.before.held(owner).and_then(|held| held.secret(*field)).map(print);
            let or_nothing = |print: Option<String>| print.unwrap_or_else(|| "nothing".to_owned());
            format!("{}: {} → {}", field.row().label, or_nothing(was), or_nothing(to.as_ref().map(print)))
        }
        Edit::SetProperty { was, to, .. } => property(&restoring.after, was, to),
        Edit::SetGrant { to, .. } => {
            let custody = to.as_ref().and_then(|grant| grant.custody.as_ref());
            let standing =
                custody.and_then(|custody| custody.standing.row()).filter(|row| row.next.is_some());
            let stands = standing.map_or_else(String::new, |row| format!(" ({})", row.label));
            format!("OAuth 2.0 scopes and expiry change{stands}")
        }
        Edit::AddCandidate { candidate, .. } => {
            format!("{} comes back, to be verified before it is used", candidate.field.row().label)
        }
        Edit::DropCandidates { credential, .. } => {
            format!("candidates for {} are dropped", credential.row().label)
        }
        Edit::SetRotation { credential, to: Some(to), .. } => {
            format!("rotation of {}: {}", credential.row().label, to.stage.row().title)
        }
        Edit::SetRotation { credential, to: None, .. } => {
            format!("rotation of {} ends", credential.row().label)
        }
        Edit::AddRetired { .. } | Edit::Purge { .. } => return None,
    };
    Some(Row { kind, name, what })
}

fn property(document: &Document, was: &Property, to: &Property) -> String {
    let label = to.label();
    let text = |property: &Property| match property {
        Property::Name(name) => name.to_string(),
        Property::Handle(handle) => handle.as_ref().map_or_else(nothing, ToString::to_string),
        Property::UserId(id) => id.as_ref().map_or_else(nothing, ToString::to_string),
        Property::App(app) => {
            app.and_then(|app| document.app(app)).map_or_else(nothing, |app| app.name.to_string())
        }
        Property::CallbackUrl(url) => url.as_deref().map_or_else(nothing, visible),
        Property::Permission(level) => level.map_or_else(nothing, |level| level.label().to_owned()),
        Property::RotationDays(days) => format!("{days} days"),
        Property::Need(need, has) => with_or_without(need.row().label, *has),
        Property::Tag(tag, has) => with_or_without(tag.as_str(), *has),
        Property::Notes(_) | Property::Deployed(_) => String::new(),
    };
    match to {
        Property::Notes(_) | Property::Deployed(_) => format!("{label} change"),
        Property::Need(..) | Property::Tag(..) => format!("{label}: {}", text(to)),
        _ => format!("{label}: {} → {}", text(was), text(to)),
    }
}

fn nothing() -> String {
    "nothing".to_owned()
}

fn with_or_without(what: &str, has: bool) -> String {
    format!("{} {what}", if has { "with" } else { "without" })
}

#[cfg(test)]
mod tests;
