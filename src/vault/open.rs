//! Opening a vault: mark, file, seal, signature, trust, progress, and only then its contents are used.

use std::sync::Arc;

use super::both::both;
use super::envelope::{self, Head, Opened, Purpose, SaveId};
use super::error::OpenError;
use super::format::{self, Body};
use super::keyring::Keyring;
use super::members::Member;
use super::seal;
use super::sign::{Hash, PublicKey};
use super::store::{BackupName, Contents, Hand, Lock, Place, Stamp, Store, StoreError, Warning};
use super::trust::{self, Doubt, Mark, Stranger, Trust};
use crate::domain::document::Document;
use crate::domain::id::VaultId;
use crate::domain::secret::Secret;
use crate::domain::time::Time;

/// A vault as it was opened or saved.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Apps and profiles.
    pub document: Arc<Document>,
    /// Which vault.
    pub vault: VaultId,
    /// The save counter.
    pub generation: u64,
    /// The id of this save.
    pub id: SaveId,
    /// The saves it grew from, newest first.
    pub ancestors: Vec<SaveId>,
    /// When it was saved, by its writer's clock.
    pub saved_at: Time,
    /// Who made the save.
    pub hand: Hand,
    /// Who signed it.
    pub signer: PublicKey,
    /// Whether he is believed.
    pub trust: Trust,
    /// Who reads and writes this vault.
    pub members: Vec<Member>,
    /// What this machine has seen of it.
    pub mark: Option<Mark>,
    /// What is worth telling.
    pub notices: Vec<Notice>,
    /// The SHA-256 of the file.
    pub file: Hash,
    /// Changes when the file is replaced.
    pub stamp: Option<Stamp>,
}

impl Loaded {
    /// The name of the backup this save becomes when it is replaced.
    pub fn backup(&self) -> BackupName {
        BackupName { generation: Some(self.generation), hash12: self.file.short(), hand: self.hand }
    }
}

/// Something worth telling that stops nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// About modes and owners.
    Store(Warning),
    /// The file system knows no locks.
    NoLocks,
    /// More than 256 saves were made since this machine last looked, so it cannot see that they grew from there.
    FarBehind,
    /// Someone joined.
    Joined(String),
    /// Someone left.
    Left(String),
    /// The mark could not be written: a later roll-back would not be noticed.
    MarkNotKept,
}

/// Unlocks an identity file.
///
/// # Errors
/// [`OpenError`], of which a missing or wrong passphrase is the common one.
pub fn unlock(store: &dyn Store, passphrase: Option<&Secret>) -> Result<Keyring, OpenError> {
    let file = store.read(&Place::Identity)?;
    let file = file.ok_or_else(|| OpenError::NoIdentity(store.path(&Place::Identity)))?;
    read_identity(store, &file, passphrase)
}

fn read_identity(
    store: &dyn Store,
    file: &Contents,
    passphrase: Option<&Secret>,
) -> Result<Keyring, OpenError> {
    if !seal::is_sealed(&file.bytes) {
        // A passphrase protects a copy that others can read; without one only the mode does.
        return match file.exposed {
            None => keyring(&file.bytes),
            Some(_) => Err(OpenError::ExposedIdentity(store.path(&Place::Identity))),
        };
    }
    let passphrase = passphrase.ok_or(OpenError::NeedsPassphrase)?;
    let plain = seal::open_passphrase(passphrase, store.cost(), &file.bytes);
    keyring(&plain.map_err(OpenError::of_identity)?)
}

/// The keys in the text of an identity file.
pub(super) fn keyring(plain: &[u8]) -> Result<Keyring, OpenError> {
    match std::str::from_utf8(plain) {
        Ok(text) => Keyring::parse(text).map_err(OpenError::of_identity),
        Err(_) => Err(OpenError::of_identity(seal::SealError::Key)),
    }
}

/// Opens the vault under its lock, and moves the mark. `consent` is a signing key that a person accepted.
///
/// # Errors
/// [`OpenError`]. An unknown signer is no error: see [`Loaded::trust`].
pub fn load(store: &dyn Store, keyring: &Keyring, consent: Option<PublicKey>) -> Result<Loaded, OpenError> {
    if store.stamp().is_none() {
        return Err(OpenError::NoVault(store.path(&Place::Vault)));
    }
    let lock = match store.lock() {
        Ok(lock) => lock,
        // Whoever may only read sees one whole save or another: files are replaced, never rewritten.
        Err(StoreError::Io { source, .. }) if is_read_only(&source) => Lock::none(),
        Err(error) => return Err(error.into()),
    };
    let mut loaded = load_locked(store, keyring, consent)?;
    if !lock.excludes {
        loaded.notices.push(Notice::NoLocks);
    }
    Ok(loaded)
}

fn is_read_only(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem)
}

/// [`load`] for who holds the lock already.
pub(super) fn load_locked(
    store: &dyn Store,
    keyring: &Keyring,
    consent: Option<PublicKey>,
) -> Result<Loaded, OpenError> {
    let (mut loaded, moved) = judge(store, keyring, consent)?;
    if let Some(mark) = loaded.mark.as_ref().filter(|_| moved)
        && !keep_mark(store, keyring, mark)
    {
        loaded.notices.push(Notice::MarkNotKept);
    }
    Ok(loaded)
}

/// [`load`] without a trace: nobody is kept waiting, and the mark stays where it is.
///
/// # Errors
/// As [`load`].
pub fn peek(store: &dyn Store, keyring: &Keyring) -> Result<Loaded, OpenError> {
    judge(store, keyring, None).map(|(loaded, _)| loaded)
}

/// Reads the vault and judges it; says too whether its mark is another one than the one that was kept.
fn judge(
    store: &dyn Store,
    keyring: &Keyring,
    consent: Option<PublicKey>,
) -> Result<(Loaded, bool), OpenError> {
    // The mark first: what it says may not depend on the vault.
    let marks = marks(store, keyring)?;
    let stamp = store.stamp();
    let file = store.read(&Place::Vault)?;
    let file = file.ok_or_else(|| OpenError::NoVault(store.path(&Place::Vault)))?;
    let found = Found::read(&file.bytes, keyring)?;
    let old = mark_of(&marks, found.head.vault);
    let doubt = doubt(store, keyring, &marks, &found).filter(|_| consent != Some(found.by));
    let mut notices: Vec<Notice> = store.warnings().into_iter().map(Notice::Store).collect();
    if let Some(doubt) = doubt {
        let trust = Trust::Unknown(Stranger { signer: found.by, doubt });
        return Ok((found.loaded(trust, old.cloned(), notices, stamp), false));
    }
    notices.extend(progress(old, &found)?);
    let mark = Mark::after(old, store.path(&Place::Vault), &found);
    notices.extend(comings_and_goings(old, &mark));
    let moved = old != Some(&mark);
    Ok((found.loaded(Trust::Trusted, Some(mark), notices, stamp), moved))
}

/// A save whose seal and signature hold. Nothing is said of trust and progress.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) head: Head,
    pub(super) id: SaveId,
    pub(super) by: PublicKey,
    pub(super) body: Body,
    pub(super) file: Hash,
}

impl Found {
    /// Opens the seal, verifies the signature, and only then reads the contents.
    pub(super) fn read(file: &[u8], keyring: &Keyring) -> Result<Self, OpenError> {
        let (hash, plain) = both(|| Hash::of(file), || keyring.open(file));
        let plain = plain.map_err(OpenError::of_vault)?;
        let Opened { head, id, by, body } = envelope::read(Purpose::Save, &plain)?;
        Ok(Self { head, id, by, body: format::read_body(body)?, file: hash })
    }

    /// The vault it is, once it was judged.
    pub(super) fn loaded(
        self,
        trust: Trust,
        mark: Option<Mark>,
        notices: Vec<Notice>,
        stamp: Option<Stamp>,
    ) -> Loaded {
        Loaded {
            document: Arc::new(self.body.document),
            vault: self.head.vault,
            generation: self.head.generation,
            id: self.id,
            ancestors: self.head.ancestors,
            saved_at: self.body.saved_at,
            hand: self.body.hand,
            signer: self.by,
            trust,
            members: self.body.members,
            mark,
            notices,
            file: self.file,
            stamp,
        }
    }
}

/// What speaks against believing the signer of `found`.
pub(super) fn doubt(store: &dyn Store, keyring: &Keyring, marks: &[Mark], found: &Found) -> Option<Doubt> {
    let (vault, path) = (found.head.vault, store.path(&Place::Vault));
    match mark_of(marks, vault) {
        None if marks.iter().any(|mark| mark.path == path) => Some(Doubt::OtherVault),
        None if store.identity_was_found() => Some(Doubt::FoundIdentity),
        mark if trust::is_believed(found.by, vault, &found.body.members, keyring, mark) => None,
        _ => Some(Doubt::Signer),
    }
}

/// That of one vault among `marks`.
pub(super) fn mark_of(marks: &[Mark], vault: VaultId) -> Option<&Mark> {
    marks.iter().find(|mark| mark.vault == vault)
}

/// The marks of all vaults this machine has seen with one of these keys.
pub(super) fn marks(store: &dyn Store, keyring: &Keyring) -> Result<Vec<Mark>, StoreError> {
    let mut marks = Vec::new();
    for vault in store.marks()? {
        marks.extend(mark(store, keyring, vault)?);
    }
    Ok(marks)
}

/// The mark of one vault.
pub(super) fn mark(store: &dyn Store, keyring: &Keyring, vault: VaultId) -> Result<Option<Mark>, StoreError> {
    let file = store.read(&Place::Seen(vault))?;
    // A mark under another vault's name is none of that vault.
    Ok(file.and_then(|file| Mark::read(&file.bytes, keyring)).filter(|mark| mark.vault == vault))
}

/// Writes a mark; false where that failed, which only warns.
pub(super) fn keep_mark(store: &dyn Store, keyring: &Keyring, mark: &Mark) -> bool {
    store.put(&Place::Seen(mark.vault), &mark.write(keyring.first())).is_ok()
}

/// Whether a save grew from the one seen last.
fn progress(mark: Option<&Mark>, save: &Found) -> Result<Option<Notice>, OpenError> {
    let Some(mark) = mark else { return Ok(None) };
    let (found, seen) = (save.head.generation, mark.generation);
    if save.id == mark.last || save.head.ancestors.contains(&mark.last) {
        Ok(None)
    } else if found < seen {
        Err(OpenError::RolledBack { found, seen })
    } else if found - seen > envelope::ANCESTORS_MAX as u64 {
        Ok(Some(Notice::FarBehind))
    } else {
        Err(OpenError::Forked { found, seen })
    }
}

fn comings_and_goings(old: Option<&Mark>, new: &Mark) -> Vec<Notice> {
    let Some(old) = old else { return Vec::new() };
    let missing = |from: &Mark, of: &Mark| -> Vec<String> {
        let stayed = |key| from.members.iter().any(|(other, _)| *other == key);
        of.members.iter().filter(|(key, _)| !stayed(*key)).map(|(_, name)| name.clone()).collect()
    };
    let joined = missing(old, new).into_iter().map(Notice::Joined);
    joined.chain(missing(new, old).into_iter().map(Notice::Left)).collect()
}
