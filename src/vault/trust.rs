//! Whose saves are taken, and the mark of the last save this machine has seen.
//!
//! age lets anyone who knows the recipients write a file they can open; the signature says who did, and the mark,
//! kept outside the vault and signed by the own key, says whom to believe and what may not come back.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use super::envelope::{self, Head, Purpose, SaveId};
use super::keyring::{Keyring, Own};
use super::members::Member;
use super::open::{Found, Loaded};
use super::sign::PublicKey;
use crate::domain::id::VaultId;

/// Whether a vault's signer is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// He is: the vault may be used.
    Trusted,
    /// He is not: it may be looked at, masked, and nothing else.
    Unknown(Stranger),
}

/// A signer nobody vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// His public key.
    pub signer: PublicKey,
    /// Why he is not believed.
    pub doubt: Doubt,
}

/// Why a signer is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// He is neither pinned, nor the own key, nor endorsed by any of these.
    Signer,
    /// Another vault was at this path before.
    OtherVault,
    /// The identity was found beside the vault: whoever put one there could have put both.
    FoundIdentity,
}

/// What this machine has seen of a vault. Written to `<vault-id>.seen`, in the clear, signed by the own key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which vault.
    pub vault: VaultId,
    /// Where it was.
    pub path: String,
    /// The last save seen.
    pub last: SaveId,
    /// Its generation.
    pub generation: u64,
    /// The members then, by key, with their names.
    pub members: Vec<(PublicKey, String)>,
    /// Keys of members that were removed; they stay listed.
    pub removed: BTreeSet<PublicKey>,
}

#[derive(Deserialize)]
struct MarkJson {
    path: String,
    members: Vec<PinnedJson>,
    removed: Vec<String>,
}

#[derive(Deserialize)]
struct PinnedJson {
    name: String,
    key: String,
}

impl Mark {
    /// Reads a mark signed by one of our keys. Anything else is no mark.
    pub fn read(bytes: &[u8], keyring: &Keyring) -> Option<Self> {
        let opened = envelope::read(Purpose::Seen, bytes).ok()?;
        keyring.signer(|key| key == opened.by)?;
        let body: MarkJson = serde_json::from_str(opened.body).ok()?;
        let pinned = |row: PinnedJson| Some((PublicKey::parse(&row.key)?, row.name));
        Some(Self {
            vault: opened.head.vault,
            path: body.path,
            last: *opened.head.ancestors.first()?,
            generation: opened.head.generation,
            members: body.members.into_iter().map(pinned).collect::<Option<_>>()?,
            removed: body.removed.iter().map(|key| PublicKey::parse(key)).collect::<Option<_>>()?,
        })
    }

    /// The mark as it is written.
    pub fn write(&self, own: &Own) -> Vec<u8> {
        let members: Vec<_> =
            self.members.iter().map(|(key, name)| json!({"name": name, "key": key.to_string()})).collect();
        let removed: Vec<_> = self.removed.iter().map(ToString::to_string).collect();
        let body = json!({"path": self.path, "members": members, "removed": removed}).to_string();
        let head = Head { vault: self.vault, generation: self.generation, ancestors: vec![self.last] };
        let written = envelope::write(Purpose::Seen, &head, own.signing(), |out| {
            out.extend_from_slice(body.as_bytes());
            Ok::<(), std::convert::Infallible>(())
        });
        let Ok((bytes, _)) = written;
        bytes.to_vec()
    }

    /// The mark of a save just made.
    pub(super) fn of(saved: &Loaded, path: String, removed: BTreeSet<PublicKey>) -> Self {
        let pinned = |member: &Member| (member.key, member.name.as_str().to_owned());
        Self {
            vault: saved.vault,
            path,
            last: saved.id,
            generation: saved.generation,
            members: saved.members.iter().map(pinned).collect(),
            removed,
        }
    }

    /// The mark that follows this one (or none) once `found` was accepted.
    pub(super) fn after(old: Option<&Self>, path: String, found: &Found) -> Self {
        let members = &found.body.members;
        let mut removed = old.map(|mark| mark.removed.clone()).unwrap_or_default();
        let gone = old.iter().flat_map(|mark| &mark.members).map(|(key, _)| *key);
        removed.extend(gone.filter(|key| members.iter().all(|member| member.key != *key)));
        let mut pinned: Vec<_> = live(members, Some(&removed))
            .map(|member| (member.key, member.name.as_str().to_owned()))
            .collect();
        // A stranger accepted by a person need not be a member himself.
        if pinned.iter().all(|(key, _)| *key != found.by) && !removed.contains(&found.by) {
            pinned.push((found.by, found.by.short()));
        }
        let (vault, last, generation) = (found.head.vault, found.id, found.head.generation);
        Self { vault, path, last, generation, members: pinned, removed }
    }
}

/// The members that were not removed: those a save is sealed to.
pub(super) fn live<'a>(
    members: &'a [Member],
    removed: Option<&'a BTreeSet<PublicKey>>,
) -> impl Iterator<Item = &'a Member> {
    members.iter().filter(move |member| removed.is_none_or(|removed| !removed.contains(&member.key)))
}

/// Whether `signer` is a pinned member, one of our own keys, or endorsed by way of these.
pub(super) fn is_believed(
    signer: PublicKey,
    vault: VaultId,
    members: &[Member],
    keyring: &Keyring,
    mark: Option<&Mark>,
) -> bool {
    let removed = |key: &PublicKey| mark.is_some_and(|mark| mark.removed.contains(key));
    let pinned = mark.iter().flat_map(|mark| &mark.members).map(|(key, _)| *key);
    let own = keyring.all().map(Own::public);
    let mut believed: BTreeSet<PublicKey> = pinned.chain(own).filter(|key| !removed(key)).collect();
    // Whoever is believed may vouch for others, who may vouch for more.
    loop {
        let vouched: Vec<PublicKey> = members
            .iter()
            .filter(|member| !believed.contains(&member.key) && !removed(&member.key))
            .filter(|member| {
                let vouches = |by: &&PublicKey| member.is_endorsed_by(**by, vault);
                believed.iter().any(|by| vouches(&by))
            })
            .map(|member| member.key)
            .collect();
        if vouched.is_empty() {
            return believed.contains(&signer);
        }
        believed.extend(vouched);
    }
}
