//! Everything that changes a vault is a list of edits: commands, screens, undo and merge use the same.
//!
//! An edit says what it was based on. Replayed on a document that another process has saved meanwhile, it
//! either still fits, is already done, or is a [`Conflict`]; it never overwrites what it has not seen.

use super::app::App;
use super::credential::{Candidate, Origin, Retired, Slot};
use super::document::Document;
use super::fields::{Credential, Field};
use super::fingerprint::Fingerprint;
use super::id::{AppId, Owner};
use super::names::{Handle, Name, UserId};
use super::needs::Need;
use super::permission::Level;
use super::profile::{Oauth2Grant, Profile};
use super::rotation::Rotation;
use super::secret::Secret;
use super::time::Time;

/// Days after which a deleted app or profile, or a replaced value, may be purged.
pub const KEEP_DAYS: i64 = 30;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A new app. A name that is taken meanwhile gets a number.
    AddApp(Box<App>),
    /// A new profile. A name that is taken meanwhile gets a number.
    AddProfile(Box<Profile>),
    /// A value set, replaced or (`to: None`) removed; the replaced one goes into history.
    SetField {
        /// Whose.
        owner: Owner,
        /// Which.
        field: Field,
        /// The fingerprint of the whole credential before: halves are never mixed.
        was: Fingerprint,
        /// The new value.
        to: Option<Secret>,
        /// When X issued it, where known.
        issued_at: Option<Time>,
        /// How it came.
        origin: Origin,
        /// When.
        at: Time,
    },
    /// A plain property changed. Both sides are of the same kind.
    SetProperty {
        /// Whose.
        owner: Owner,
        /// Before.
        was: Property,
        /// After.
        to: Property,
    },
    /// Scopes, expiry and sequence of the OAuth 2.0 tokens.
    SetGrant {
        /// Whose.
        owner: Owner,
        /// Before.
        was: Option<Oauth2Grant>,
        /// After.
        to: Option<Oauth2Grant>,
    },
    /// Deleted: kept as a tombstone for [`KEEP_DAYS`].
    Tombstone {
        /// Which.
        owner: Owner,
        /// When.
        at: Time,
    },
    /// Not deleted after all.
    Revive {
        /// Which.
        owner: Owner,
    },
    /// A value kept beside the current one until it is verified.
    AddCandidate {
        /// Whose.
        owner: Owner,
        /// The value.
        candidate: Candidate,
    },
    /// The candidates of a credential dropped, after promotion or by a person.
    DropCandidates {
        /// Whose.
        owner: Owner,
        /// Of which credential.
        credential: Credential,
    },
    /// A replaced value that another copy of the vault remembers, or of which it is known now that X has killed it:
    /// history is merged by union.
    AddRetired {
        /// Whose.
        owner: Owner,
        /// The value.
        retired: Retired,
    },
    /// Replaced values forgotten for good.
    Purge {
        /// Whose.
        owner: Owner,
        /// Those replaced at this time or before.
        until: Time,
    },
    /// A rotation begun, moved on or (`to: None`) ended.
    SetRotation {
        /// Whose.
        owner: Owner,
        /// Of which credential.
        credential: Credential,
        /// Before.
        was: Option<Rotation>,
        /// After.
        to: Option<Rotation>,
    },
}

/// A plain property of an app or a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Property {
    /// Name of either.
    Name(Name),
    /// Free text of either.
    Notes(String),
    /// A profile's handle.
    Handle(Option<Handle>),
    /// A profile's user id.
    UserId(Option<UserId>),
    /// A profile's app.
    App(Option<AppId>),
    /// Whether a profile has this need. Sets are merged by element.
    Need(Need, bool),
    /// Whether a profile has this tag.
    Tag(Name, bool),
    /// Where a profile is deployed.
    Deployed(Vec<String>),
    /// An app's callback URL.
    CallbackUrl(Option<String>),
    /// An app's permission as set in the console.
    Permission(Option<Level>),
    /// Days after which an app's values are due.
    RotationDays(u16),
}

impl Property {
    /// What a person calls it.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Notes(_) => "notes",
            Self::Handle(_) => "handle",
            Self::UserId(_) => "user id",
            Self::App(_) => "app",
            Self::Need(..) => "needs",
            Self::Tag(..) => "tags",
            Self::Deployed(_) => "deployed",
            Self::CallbackUrl(_) => "callback URL",
            Self::Permission(_) => "permission",
            Self::RotationDays(_) => "rotation period",
        }
    }
}

/// Why an edit no longer fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// What the edit is about.
    pub owner: Owner,
    /// Its name, for the sentence.
    pub name: String,
    /// What stands in the way.
    pub kind: ConflictKind,
}

/// What stands in the way of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConflictKind {
    /// The credential was changed by someone else.
    Field(Field),
    /// The property was changed by someone else.
    Property(&'static str),
    /// The rotation was moved on by someone else.
    Rotation(Credential),
    /// The app or profile was deleted by someone else.
    Deleted,
    /// The app or profile, about to be deleted, was edited by someone else.
    Edited,
    /// It is not in this vault at all.
    Missing,
}

impl std::fmt::Display for Conflict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = &self.name;
        match &self.kind {
            ConflictKind::Field(field) => {
                let row = field.credential().row();
                let verb = if row.fields.len() > 1 { "were" } else { "was" };
                write!(f, "{} of “{name}” {verb} changed by someone else meanwhile", row.label)
            }
            ConflictKind::Property(what) => {
                write!(f, "the {what} of “{name}” was changed by someone else meanwhile")
            }
            ConflictKind::Rotation(credential) => {
                write!(f, "the rotation of {} of “{name}” was moved on elsewhere", credential.row().label)
            }
            ConflictKind::Deleted => write!(f, "“{name}” was deleted by someone else meanwhile"),
            ConflictKind::Edited => write!(f, "“{name}” was edited by someone else meanwhile"),
            ConflictKind::Missing => write!(f, "“{name}” is not in this vault"),
        }
    }
}

impl Edit {
    /// What it is about.
    pub fn owner(&self) -> Owner {
        match self {
            Self::AddApp(app) => app.id.into(),
            Self::AddProfile(profile) => profile.id.into(),
            Self::SetField { owner, .. }
            | Self::SetProperty { owner, .. }
            | Self::SetGrant { owner, .. }
            | Self::Tombstone { owner, .. }
            | Self::Revive { owner }
            | Self::AddCandidate { owner, .. }
            | Self::DropCandidates { owner, .. }
            | Self::AddRetired { owner, .. }
            | Self::Purge { owner, .. }
            | Self::SetRotation { owner, .. } => *owner,
        }
    }
}

/// Applies `edits` in order.
///
/// # Errors
/// The first conflict; `document` is then as it was.
pub fn apply_all(document: &Document, edits: &[Edit]) -> Result<Document, Conflict> {
    let mut next = document.clone();
    for edit in edits {
        apply(&mut next, edit)?;
    }
    Ok(next)
}

/// Applies one edit.
///
/// # Errors
/// A conflict; `document` is then as it was.
pub fn apply(document: &mut Document, edit: &Edit) -> Result<(), Conflict> {
    match edit {
        Edit::AddApp(app) => {
            if document.app(app.id).is_none() {
                let name = document.free_app_name(&app.name, None);
                document.insert_app(App { name, ..(**app).clone() });
            }
            Ok(())
        }
        Edit::AddProfile(profile) => {
            if document.profile(profile.id).is_none() {
                let name = document.free_profile_name(&profile.name, None);
                document.insert_profile(Profile { name, ..(**profile).clone() });
            }
            Ok(())
        }
        Edit::Tombstone { owner, at } => set_deleted(document, *owner, Some(*at)),
        Edit::Revive { owner } => set_deleted(document, *owner, None),
        Edit::SetField { owner, .. } => {
            live(document, *owner)?;
            set_field(document, edit)
        }
        Edit::SetProperty { owner, was, to } => {
            live(document, *owner)?;
            set_property(document, *owner, was, to)
        }
        Edit::SetGrant { owner, was, to } => {
            let missing = conflict(document, *owner, ConflictKind::Missing);
            let changed = conflict(document, *owner, ConflictKind::Property("OAuth 2.0 grant"));
            let Owner::Profile(id) = *owner else { return Err(missing) };
            let profile = document.profile_mut(id).ok_or(missing)?;
            if profile.oauth2 != *to && profile.oauth2 != *was {
                return Err(changed);
            }
            profile.oauth2.clone_from(to);
            Ok(())
        }
        Edit::AddCandidate { owner, candidate } => {
            live(document, *owner)?;
            let held = held(document, *owner)?;
            if !held.candidates.iter().any(|c| c.field == candidate.field && c.secret == candidate.secret) {
                held.candidates.push(candidate.clone());
            }
            Ok(())
        }
        Edit::DropCandidates { owner, credential } => {
            live(document, *owner)?;
            let held = held(document, *owner)?;
            held.candidates.retain(|candidate| candidate.field.credential() != *credential);
            Ok(())
        }
        Edit::AddRetired { owner, retired } => {
            live(document, *owner)?;
            retire(held(document, *owner)?, retired.clone());
            Ok(())
        }
        // Also of what is deleted: its values are no less secret.
        Edit::Purge { owner, until } => {
            held(document, *owner)?.purge(*until);
            Ok(())
        }
        Edit::SetRotation { owner, credential, was, to } => {
            live(document, *owner)?;
            let changed = conflict(document, *owner, ConflictKind::Rotation(*credential));
            let held = held(document, *owner)?;
            let current = held.rotation(*credential);
            if current != was.as_ref() && current != to.as_ref() {
                return Err(changed);
            }
            held.rotations.retain(|rotation| rotation.credential != *credential);
            held.rotations.extend(to.clone());
            Ok(())
        }
    }
}

/// The edit that takes `edit` back, given the document it was applied to (`before`) and the one that came out.
/// `None` for what cannot be undone: candidates, rotations and refreshes follow what X has already done.
pub fn inverse(before: &Document, edit: &Edit, after: &Document, now: Time) -> Option<Edit> {
    match edit {
        Edit::AddApp(app) => Some(Edit::Tombstone { owner: app.id.into(), at: now }),
        Edit::AddProfile(profile) => Some(Edit::Tombstone { owner: profile.id.into(), at: now }),
        Edit::Tombstone { owner, .. } => Some(Edit::Revive { owner: *owner }),
        Edit::Revive { owner } => Some(Edit::Tombstone { owner: *owner, at: now }),
        Edit::SetProperty { owner, was, to } => {
            Some(Edit::SetProperty { owner: *owner, was: to.clone(), to: was.clone() })
        }
        Edit::SetField { owner, field, origin, .. } if *origin != Origin::Refresh => {
            let old = before.held(*owner)?.slot(*field);
            Some(Edit::SetField {
                owner: *owner,
                field: *field,
                was: after.held(*owner)?.print(field.credential(), &after.fingerprints),
                to: old.map(|slot| slot.secret.clone()),
                issued_at: old.and_then(|slot| slot.issued_at),
                origin: Origin::Edit,
                at: now,
            })
        }
        Edit::SetField { .. }
        | Edit::SetGrant { .. }
        | Edit::AddCandidate { .. }
        | Edit::DropCandidates { .. }
        | Edit::AddRetired { .. }
        | Edit::Purge { .. }
        | Edit::SetRotation { .. } => None,
    }
}

/// The edits that set several fields of one owner, each based on what the one before leaves behind.
pub fn set_fields(
    document: &Document,
    owner: Owner,
    values: impl IntoIterator<Item = (Field, Option<Secret>)>,
    origin: Origin,
    at: Time,
) -> Vec<Edit> {
    let mut held = document.held(owner).cloned().unwrap_or_default();
    let mut edits = Vec::new();
    for (field, to) in values {
        if held.secret(field) == to.as_ref() {
            continue;
        }
        let was = held.print(field.credential(), &document.fingerprints);
        match &to {
            Some(secret) => {
                held.put(Slot { field, secret: secret.clone(), changed_at: at, issued_at: None });
            }
            None => {
                held.take(field);
            }
        }
        edits.push(Edit::SetField { owner, field, was, to, issued_at: None, origin, at });
    }
    edits
}

fn conflict(document: &Document, owner: Owner, kind: ConflictKind) -> Conflict {
    let name = document.name_of(owner).map_or_else(|| "?".to_owned(), ToString::to_string);
    Conflict { owner, name, kind }
}

fn live(document: &Document, owner: Owner) -> Result<(), Conflict> {
    let deleted_at = match owner {
        Owner::App(id) => document.app(id).map(|app| app.deleted_at),
        Owner::Profile(id) => document.profile(id).map(|profile| profile.deleted_at),
    };
    match deleted_at {
        Some(None) => Ok(()),
        Some(Some(_)) => Err(conflict(document, owner, ConflictKind::Deleted)),
        None => Err(conflict(document, owner, ConflictKind::Missing)),
    }
}

fn held(document: &mut Document, owner: Owner) -> Result<&mut super::credential::Held, Conflict> {
    let missing = conflict(document, owner, ConflictKind::Missing);
    document.held_mut(owner).ok_or(missing)
}

fn set_deleted(document: &mut Document, owner: Owner, deleted_at: Option<Time>) -> Result<(), Conflict> {
    let missing = conflict(document, owner, ConflictKind::Missing);
    match owner {
        Owner::App(id) => {
            let app = document.app(id).cloned().ok_or(missing)?;
            let name = document.free_app_name(&app.name, Some(id));
            document.insert_app(App { name, deleted_at, ..app });
        }
        Owner::Profile(id) => {
            let profile = document.profile(id).cloned().ok_or(missing)?;
            let name = document.free_profile_name(&profile.name, Some(id));
            document.insert_profile(Profile { name, deleted_at, ..profile });
        }
    }
    Ok(())
}

fn set_field(document: &mut Document, edit: &Edit) -> Result<(), Conflict> {
    let Edit::SetField { owner, field, was, to, issued_at, origin, at } = edit else { return Ok(()) };
    let changed = conflict(document, *owner, ConflictKind::Field(*field));
    let key = document.fingerprints.clone();
    let held = held(document, *owner)?;
    if held.secret(*field) == to.as_ref() {
        return Ok(());
    }
    if held.print(field.credential(), &key) != *was {
        return Err(changed);
    }
    // Refreshing every two hours would fill the history with pairs that X has killed; their fingerprints stay.
    if let Some(old) = held.take(*field).filter(|_| *origin != Origin::Refresh) {
        let (secret, since) = (old.secret, old.changed_at);
        let retired = Retired { field: *field, secret, since, until: *at, origin: *origin, dead_at: None };
        retire(held, retired);
    }
    if let Some(secret) = to {
        let slot = Slot { field: *field, secret: secret.clone(), changed_at: *at, issued_at: *issued_at };
        held.put(slot);
    }
    Ok(())
}

/// Puts a replaced value into history, once and in its place. What X has killed stays dead.
fn retire(held: &mut super::credential::Held, retired: Retired) {
    if let Some(known) = held.history.iter_mut().find(|other| other.is(&retired)) {
        known.dead_at = earlier(known.dead_at, retired.dead_at);
    } else {
        let at = held.history.partition_point(|other| other.until <= retired.until);
        held.history.insert(at, retired);
    }
}

fn earlier(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    [one, other].into_iter().flatten().min()
}

/// The edits that say of values just replaced that X has killed them: `replaced` are the edits that replace them.
pub fn killed(document: &Document, replaced: &[Edit], dead_at: Time) -> Vec<Edit> {
    let killed = |edit: &Edit| {
        let Edit::SetField { owner, field, origin, at, .. } = edit else { return None };
        let slot = document.held(*owner)?.slot(*field)?;
        let retired = Retired {
            field: *field,
            secret: slot.secret.clone(),
            since: slot.changed_at,
            until: *at,
            origin: *origin,
            dead_at: Some(dead_at),
        };
        Some(Edit::AddRetired { owner: *owner, retired })
    };
    replaced.iter().filter_map(killed).collect()
}

fn set_property(
    document: &mut Document,
    owner: Owner,
    was: &Property,
    to: &Property,
) -> Result<(), Conflict> {
    let changed = conflict(document, owner, ConflictKind::Property(to.label()));
    let missing = conflict(document, owner, ConflictKind::Missing);
    let current = property(document, owner, to).ok_or_else(|| missing.clone())?;
    if current == *to {
        return Ok(());
    }
    if current != *was {
        return Err(changed);
    }
    match (owner, to.clone()) {
        (Owner::App(id), to) => {
            let mut app = document.app(id).cloned().ok_or(missing)?;
            match to {
                Property::Name(name) => app.name = document.free_app_name(&name, Some(id)),
                Property::Notes(notes) => app.notes = notes,
                Property::CallbackUrl(url) => app.callback_url = url,
                Property::Permission(level) => app.permission = level,
                Property::RotationDays(days) => app.rotation_days = days,
                _ => return Err(changed),
            }
            document.insert_app(app);
        }
        (Owner::Profile(id), to) => {
            let mut profile = document.profile(id).cloned().ok_or(missing)?;
            match to {
                Property::Name(name) => profile.name = document.free_profile_name(&name, Some(id)),
                Property::Notes(notes) => profile.notes = notes,
                Property::Handle(handle) => profile.handle = handle,
                Property::UserId(id) => profile.user_id = id,
                Property::App(app) => profile.app = app,
                Property::Deployed(lines) => profile.deployed = lines,
                Property::Need(need, true) => drop(profile.needs.insert(need)),
                Property::Need(need, false) => drop(profile.needs.remove(&need)),
                Property::Tag(tag, true) => drop(profile.tags.insert(tag)),
                Property::Tag(tag, false) => drop(profile.tags.remove(&tag)),
                _ => return Err(changed),
            }
            document.insert_profile(profile);
        }
    }
    Ok(())
}

/// The present value of the property that `like` is one of; `None` where the owner has no such property.
pub fn property(document: &Document, owner: Owner, like: &Property) -> Option<Property> {
    match owner {
        Owner::App(id) => {
            let app = document.app(id)?;
            match like {
                Property::Name(_) => Some(Property::Name(app.name.clone())),
                Property::Notes(_) => Some(Property::Notes(app.notes.clone())),
                Property::CallbackUrl(_) => Some(Property::CallbackUrl(app.callback_url.clone())),
                Property::Permission(_) => Some(Property::Permission(app.permission)),
                Property::RotationDays(_) => Some(Property::RotationDays(app.rotation_days)),
                _ => None,
            }
        }
        Owner::Profile(id) => {
            let profile = document.profile(id)?;
            match like {
                Property::Name(_) => Some(Property::Name(profile.name.clone())),
                Property::Notes(_) => Some(Property::Notes(profile.notes.clone())),
                Property::Handle(_) => Some(Property::Handle(profile.handle.clone())),
                Property::UserId(_) => Some(Property::UserId(profile.user_id.clone())),
                Property::App(_) => Some(Property::App(profile.app)),
                Property::Deployed(_) => Some(Property::Deployed(profile.deployed.clone())),
                Property::Need(need, _) => Some(Property::Need(*need, profile.needs.contains(need))),
                Property::Tag(tag, _) => Some(Property::Tag(tag.clone(), profile.tags.contains(tag))),
                _ => None,
            }
        }
    }
}

#[cfg(test)]
mod tests;
