//! Putting an older or a repaired version in the place of the present one, above the mark, with both ancestries.
//!
//! A source may be a backup, a checkout, a file nobody vouches for, or the JSON that `age -d` printed and a
//! person repaired. Whatever it is, a person looks at the difference and types a name; until then nothing is
//! written. What is not believed gives contents only: no members, no ancestry.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::envelope::{ANCESTORS_MAX, Head, SaveId};
use super::error::{OpenError, SaveError};
use super::format::{self, Body};
use super::guard;
use super::keyring::Keyring;
use super::members::Member;
use super::open::{self, Found, Loaded};
use super::save::{self, Next};
use super::seal;
use super::sign::{Hash, PublicKey};
use super::store::{BackupName, Hand, Place, Store};
use super::trust::{self, Mark};
use crate::domain::custody::{self, Standing};
use crate::domain::document::Document;
use crate::domain::edit::{self, Edit};
use crate::domain::fields::Credential;
use crate::domain::fingerprint::FingerprintKey;
use crate::domain::id::VaultId;
use crate::domain::merge;
use crate::domain::names::Name;
use crate::domain::profile::Profile;
use crate::domain::time::Time;

/// A restore that was looked into and not carried out yet.
#[derive(Debug)]
pub struct Restoring {
    /// The source's generation, as it says itself.
    pub generation: Option<u64>,
    /// When the source was saved, as it says itself.
    pub saved_at: Time,
    /// Who signed the source; `None`: no signature fits it.
    pub signer: Option<PublicKey>,
    /// Whether its signer is believed.
    pub believed: bool,
    /// The present contents; empty where the vault cannot be read or believed.
    pub before: Document,
    /// The contents afterwards.
    pub after: Document,
    /// What turns the one into the other.
    pub edits: Vec<Edit>,
    head: Head,
    members: Vec<Member>,
    removed: BTreeSet<PublicKey>,
    backup: Option<BackupName>,
    /// The file that stood at the vault's path.
    replaces: Option<Hash>,
}

/// Looks into a source, of which `bytes` is an age file or JSON.
///
/// # Errors
/// [`OpenError`] of the source; the present vault may be in any state.
pub fn look_into(
    store: &dyn Store,
    keyring: &Keyring,
    bytes: &[u8],
    now: Time,
) -> Result<Restoring, OpenError> {
    let marks = open::marks(store, keyring)?;
    let file = store.read(&Place::Vault)?;
    let present = Present::of(store, keyring, &marks, file.as_ref().map(|file| &file.bytes[..]));
    let source = Source::read(keyring, bytes)?;
    let path = store.path(&Place::Vault);
    let mark = match &present.believed {
        Some(found) => open::mark_of(&marks, found.head.vault),
        None => marks.iter().find(|mark| mark.path == path),
    };
    let vault = present.believed.as_ref().map(|found| found.head.vault).or(mark.map(|mark| mark.vault));
    if vault.is_some_and(|vault| vault != source.vault) {
        return Err(OpenError::OtherVault);
    }
    let found = source.found.as_ref();
    let believed = found.is_some_and(|found| open::doubt(store, keyring, &marks, found).is_none());

    let here = present.believed.as_ref().map(|found| found.head.generation);
    let seen = here.max(mark.map(|mark| mark.generation));
    let before = present.believed.as_ref().map(|found| found.body.document.clone());
    let wanted = tempered(
        (&source.body.document, Age::of(source.generation, seen)),
        before.as_ref().map(|before| (before, Age::of(here, seen))),
    );
    let base = before.clone().unwrap_or_else(|| Document::new(wanted.fingerprints.clone()));
    let edits = merge::diff(&base, &wanted, now);
    // Edits keep what the present vault remembers; where there is none, the source is taken as it is.
    let after = before.and_then(|before| edit::apply_all(&before, &edits).ok()).unwrap_or(wanted);
    let parents: Vec<&Found> = present.believed.iter().chain(found.filter(|_| believed)).collect();
    let removed = mark.map(|mark| mark.removed.clone()).unwrap_or_default();
    Ok(Restoring {
        generation: source.generation,
        saved_at: source.body.saved_at,
        signer: found.map(|found| found.by),
        believed,
        before: base,
        after,
        edits,
        head: head(source.vault, &parents, mark),
        members: members(keyring, source.vault, &present, &source, believed, &removed),
        removed,
        backup: present.backup,
        replaces: file.map(|file| Hash::of(&file.bytes)),
    })
}

/// Carries out what was looked into.
///
/// # Errors
/// [`SaveError`]; `Refused` when the vault has changed since it was looked into.
pub fn restore(
    store: &dyn Store,
    keyring: &Keyring,
    restoring: Restoring,
    now: Time,
) -> Result<Loaded, SaveError<()>> {
    let lock = store.lock()?;
    let there = store.read(&Place::Vault)?.map(|file| Hash::of(&file.bytes));
    if there != restoring.replaces {
        return Err(SaveError::Refused(()));
    }
    let Restoring { head, members, removed, after: document, backup, .. } = restoring;
    let next = Next { head, members, removed, document, backup, hand: Hand::Person };
    save::commit(store, keyring, &lock, next, now)?.ok_or(SaveError::Replaced)
}

/// What stands at the vault's path.
struct Present {
    /// The save, if it can be read and its signer is believed. It may be rolled back or forked.
    believed: Option<Found>,
    /// The name it is kept under; `None`: there is no file.
    backup: Option<BackupName>,
}

impl Present {
    fn of(store: &dyn Store, keyring: &Keyring, marks: &[Mark], file: Option<&[u8]>) -> Self {
        let found = file.and_then(|file| Found::read(file, keyring).ok());
        let believed = found.filter(|found| open::doubt(store, keyring, marks, found).is_none());
        let generation = believed.as_ref().map(|found| found.head.generation);
        let hand = believed.as_ref().map(|found| found.body.hand).unwrap_or_default();
        let name = |file| BackupName { generation, hash12: Hash::of(file).short(), hand };
        Self { believed, backup: file.map(name) }
    }
}

/// What is to be restored.
struct Source {
    vault: VaultId,
    generation: Option<u64>,
    body: Body,
    /// The same as a save, where its signature fits.
    found: Option<Found>,
}

/// An envelope of which only the contents are wanted.
#[derive(Deserialize)]
struct Loose<'a> {
    vault: String,
    generation: Option<u64>,
    #[serde(borrow)]
    body: &'a RawValue,
}

impl Source {
    fn read(keyring: &Keyring, bytes: &[u8]) -> Result<Self, OpenError> {
        if !seal::is_sealed(bytes) {
            return Self::loose(bytes);
        }
        match Found::read(bytes, keyring) {
            Ok(found) => Ok(Self {
                vault: found.head.vault,
                generation: Some(found.head.generation),
                body: found.body.clone(),
                found: Some(found),
            }),
            // Someone sealed it again after changing it: as good as JSON from anywhere.
            Err(OpenError::Forged { .. }) => Self::loose(&keyring.open(bytes).map_err(OpenError::of_vault)?),
            Err(error) => Err(error),
        }
    }

    fn loose(json: &[u8]) -> Result<Self, OpenError> {
        let damaged = |why: String| OpenError::Damaged { what: "the source", why };
        guard::check(json).map_err(|error| damaged(error.to_string()))?;
        let loose: Loose<'_> = serde_json::from_slice(json).map_err(|error| {
            damaged(format!("not a vault at line {}, column {}", error.line(), error.column()))
        })?;
        let vault = VaultId::parse(&loose.vault).ok_or_else(|| damaged("its vault id is none".to_owned()))?;
        let body = format::read_body(loose.body.get()).map_err(|error| damaged(error.to_string()))?;
        Ok(Self { vault, generation: loose.generation, body, found: None })
    }
}

/// How a save stands to what this machine has seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Age {
    /// Behind it: its OAuth 2.0 grants may have been refreshed since, and X would see a token used twice.
    Behind,
    /// As new as anything seen.
    Newest,
}

impl Age {
    fn of(generation: Option<u64>, seen: Option<u64>) -> Self {
        if generation < seen { Self::Behind } else { Self::Newest }
    }
}

/// `source` with its OAuth 2.0 grants as they may be restored: newer ones of the present vault stay, and what may
/// have been refreshed since is verified before it is refreshed.
fn tempered(source: (&Document, Age), present: Option<(&Document, Age)>) -> Document {
    let (source, age) = source;
    let key = present.map_or(&source.fingerprints, |(present, _)| &present.fingerprints);
    let mut document = source.clone();
    for profile in source.all_profiles() {
        let current =
            present.and_then(|(present, age)| Some((present.profile(profile.id)?, age == Age::Newest)));
        let sequence = |profile: &Profile| profile.oauth2.as_ref().map_or(0, |grant| grant.sequence);
        let stays = |current: &Profile, newest: bool| {
            has_grant(current) && ((newest && age == Age::Behind) || sequence(profile) <= sequence(current))
        };
        let mut tempered = profile.clone();
        match current {
            Some((current, newest)) if stays(current, newest) => {
                take_grant(&mut tempered, current);
                if !newest {
                    verify_first(&mut tempered, Some(current), key);
                }
            }
            current if age == Age::Behind => {
                verify_first(&mut tempered, current.map(|(current, _)| current), key);
            }
            _ => {}
        }
        document.insert_profile(tempered);
    }
    document
}

fn has_grant(profile: &Profile) -> bool {
    Credential::Oauth2.fields().iter().any(|field| profile.held.slot(*field).is_some())
}

fn take_grant(profile: &mut Profile, from: &Profile) {
    for field in Credential::Oauth2.fields() {
        profile.held.take(*field);
        if let Some(slot) = from.held.slot(*field) {
            profile.held.put(slot.clone());
        }
    }
    profile.oauth2.clone_from(&from.oauth2);
}

/// Nothing of it is presented before X was asked; what `current` knows to be spent never is.
fn verify_first(profile: &mut Profile, current: Option<&Profile>, key: &FingerprintKey) {
    let Some(mut custody) = custody::of(profile, key) else { return };
    let mut grant = profile.oauth2.take().unwrap_or_default();
    if let Some(known) = current.and_then(|current| current.oauth2.as_ref()) {
        custody::remember(&mut grant.spent, known.spent.iter().copied());
        grant.sequence = grant.sequence.max(known.sequence);
    }
    let spent = grant.spent.contains(&custody.about);
    let standing = if spent { Standing::Reauth } else { Standing::VerifyFirst };
    custody.standing = custody.standing.max(standing);
    grant.custody = Some(custody);
    profile.oauth2 = Some(grant);
}

/// Above everything seen, and grown from all of it.
fn head(vault: VaultId, parents: &[&Found], mark: Option<&Mark>) -> Head {
    let generation = parents.iter().map(|parent| parent.head.generation).max();
    let generation = generation.max(mark.map(|mark| mark.generation)).unwrap_or(0) + 1;
    let mut ancestors: Vec<SaveId> = Vec::new();
    let firsts = parents.iter().map(|parent| parent.id).chain(mark.map(|mark| mark.last));
    // The parents first, then theirs by turns, so that both lines reach equally far back.
    let rest = (0..ANCESTORS_MAX)
        .flat_map(|depth| parents.iter().filter_map(move |parent| parent.head.ancestors.get(depth).copied()));
    let mut named = BTreeSet::new();
    ancestors.extend(firsts.chain(rest).filter(|id| named.insert(*id)).take(ANCESTORS_MAX));
    Head { vault, generation, ancestors }
}

/// Those of the present vault; else those of a source that is believed; else ourselves, and whom we vouch for.
fn members(
    keyring: &Keyring,
    vault: VaultId,
    present: &Present,
    source: &Source,
    believed: bool,
    removed: &BTreeSet<PublicKey>,
) -> Vec<Member> {
    let live = |body: &Body| trust::live(&body.members, Some(removed)).cloned().collect();
    if let Some(found) = &present.believed {
        return live(&found.body);
    }
    if believed {
        return live(&source.body);
    }
    let own = keyring.first();
    let vouched = |member: &Member| member.is_endorsed_by(own.public(), vault);
    let is_own = |member: &Member| member.key == own.public() && member.recipient == own.recipient();
    let mut members: Vec<Member> = live(&source.body);
    members.retain(|member| is_own(member) || vouched(member));
    if !members.iter().any(is_own) {
        members.retain(|member| member.key != own.public());
        members.extend(Name::parse("owner").map(|name| Member::of(name, own)));
    }
    members
}
