//! Saving, step by step as the format's specification numbers them. Every failure leaves the old vault whole.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::both::both;
use super::envelope::{self, ANCESTORS_MAX, GENERATION_END, Head, Purpose, SaveId};
use super::error::{OpenError, SaveError};
use super::format;
use super::guard::{self, GuardError};
use super::keyring::{Keyring, Own};
use super::members::Member;
use super::open::{self, Loaded, Notice};
use super::seal::{self, Recipient};
use super::sign::{Hash, PublicKey};
use super::store::{BackupName, Hand, Lock, Place, Store, StoreError};
use super::trust::{self, Mark, Trust};
use crate::domain::document::Document;
use crate::domain::id::VaultId;
use crate::domain::time::Time;

/// How often a save is begun again because the folder was replaced under it.
const ATTEMPTS: usize = 3;
/// How many saves are kept beside the vault.
const BACKUPS: usize = 10;
/// What sealing may add, generously.
const SEAL_ROOM: u64 = seal::FILE_MAX / 1024;

/// Saves what `change` makes of the vault, which another process may have changed since `base` was loaded.
///
/// # Errors
/// [`SaveError`]; the vault on disk is then as it was, or what another process made of it.
pub fn save<C: Send>(
    store: &dyn Store,
    keyring: &Keyring,
    base: &Loaded,
    now: Time,
    change: impl Fn(&Document) -> Result<Document, C> + Sync,
) -> Result<Loaded, SaveError<C>> {
    save_by(Hand::Person, store, keyring, (base, now), change)
}

/// [`save`] for what nobody has asked for: it uses up none of the backups of what people saved.
///
/// # Errors
/// As [`save`].
pub fn save_unattended<C: Send>(
    store: &dyn Store,
    keyring: &Keyring,
    base: &Loaded,
    now: Time,
    change: impl Fn(&Document) -> Result<Document, C> + Sync,
) -> Result<Loaded, SaveError<C>> {
    save_by(Hand::Program, store, keyring, (base, now), change)
}

fn save_by<C: Send>(
    hand: Hand,
    store: &dyn Store,
    keyring: &Keyring,
    (base, now): (&Loaded, Time),
    change: impl Fn(&Document) -> Result<Document, C> + Sync,
) -> Result<Loaded, SaveError<C>> {
    for _ in 0..ATTEMPTS {
        // 1. Lock; load again if the file is not the one that was loaded. As a rule it is, so the save is written
        // out on top of that meanwhile: in memory, so that all calls of the system stay in one thread and order.
        let lock = store.lock()?;
        let on = |loaded: &Loaded| {
            let document = change(&loaded.document).map_err(SaveError::Refused)?;
            Written::of(keyring, Next { hand, ..Next::after(loaded, document) }, now)
        };
        let (written, current) = both(|| on(base), || current(store, keyring, base));
        let current = current?;
        if let Trust::Unknown(stranger) = current.trust {
            return Err(SaveError::Untrusted(stranger.signer));
        }
        let written = if current.id == base.id { written } else { on(&current) };
        if let Some(saved) = commit_written(store, keyring, &lock, written?, now)? {
            return Ok(saved);
        }
    }
    Err(SaveError::Replaced)
}

/// Does everything of a save but putting the file in place, so that what cannot be saved is known beforehand.
///
/// # Errors
/// [`SaveError`]; nothing was changed either way.
pub fn rehearse(
    store: &dyn Store,
    keyring: &Keyring,
    base: &Loaded,
    now: Time,
) -> Result<(), SaveError<Infallible>> {
    let lock = store.lock()?;
    let current = current(store, keyring, base)?;
    if let Trust::Unknown(stranger) = current.trust {
        return Err(SaveError::Untrusted(stranger.signer));
    }
    let document = Document::clone(&current.document);
    let sealed = Sealed::of(keyring, &Written::of(keyring, Next::after(&current, document), now)?)?;
    Ok(store.try_vault(&lock, &sealed.file)?)
}

/// Writes the first save of a vault.
///
/// # Errors
/// [`SaveError`], also where there is a vault already.
pub fn create<C>(
    store: &dyn Store,
    keyring: &Keyring,
    vault: VaultId,
    members: Vec<Member>,
    document: Document,
    now: Time,
) -> Result<Loaded, SaveError<C>> {
    let lock = store.lock()?;
    if store.stamp().is_some() {
        return Err(StoreError::Exists { path: store.path(&Place::Vault) }.into());
    }
    let head = Head { vault, generation: 1, ancestors: Vec::new() };
    let hand = Hand::Person;
    let next = Next { head, members, removed: BTreeSet::new(), document, backup: None, hand };
    commit(store, keyring, &lock, next, now)?.ok_or(SaveError::Replaced)
}

/// A save to be made.
pub(super) struct Next {
    pub(super) head: Head,
    /// Whom it is sealed to.
    pub(super) members: Vec<Member>,
    /// Keys of members that were removed, for the mark.
    pub(super) removed: BTreeSet<PublicKey>,
    pub(super) document: Document,
    /// What becomes of the file in its place.
    pub(super) backup: Option<BackupName>,
    pub(super) hand: Hand,
}

impl Next {
    fn after(current: &Loaded, document: Document) -> Self {
        let removed = current.mark.as_ref().map(|mark| mark.removed.clone()).unwrap_or_default();
        let ancestors = std::iter::once(current.id).chain(current.ancestors.iter().copied());
        Self {
            head: Head {
                vault: current.vault,
                generation: current.generation + 1,
                ancestors: ancestors.take(ANCESTORS_MAX).collect(),
            },
            members: trust::live(&current.members, Some(&removed)).cloned().collect(),
            removed,
            document,
            backup: Some(current.backup()),
            hand: Hand::Person,
        }
    }
}

/// The vault on disk: `base`, unless the file has changed, or this machine has seen more than is there.
fn current(store: &dyn Store, keyring: &Keyring, base: &Loaded) -> Result<Loaded, OpenError> {
    let mark = open::mark(store, keyring, base.vault)?;
    let file = store.read(&Place::Vault)?;
    let file = file.ok_or_else(|| OpenError::NoVault(store.path(&Place::Vault)))?;
    if Hash::of(&file.bytes) == base.file && mark.is_none_or(|mark| mark.last == base.id) {
        return Ok(base.clone());
    }
    drop(file);
    let consent = (base.trust == Trust::Trusted).then_some(base.signer);
    open::load_locked(store, keyring, consent)
}

/// Steps 2 to 5, under the lock. `None`: the folder was replaced meanwhile, and nothing is saved.
pub(super) fn commit<C>(
    store: &dyn Store,
    keyring: &Keyring,
    lock: &Lock,
    next: Next,
    now: Time,
) -> Result<Option<Loaded>, SaveError<C>> {
    commit_written(store, keyring, lock, Written::of(keyring, next, now)?, now)
}

fn commit_written<C>(
    store: &dyn Store,
    keyring: &Keyring,
    lock: &Lock,
    written: Written,
    now: Time,
) -> Result<Option<Loaded>, SaveError<C>> {
    // 2. Seal in memory, open the result, compare.
    let sealed = Sealed::of(keyring, &written)?;
    let Written { next, .. } = written;
    // 3. Temp file, fsync, backup, rename, fsync.
    store.replace_vault(lock, &sealed.file, next.backup.as_ref())?;
    // 4. Open again by path: it must be ours, or grown from ours.
    let removed = next.removed.clone();
    let Some(mut saved) = reopened(store, keyring, &sealed, next, now)? else { return Ok(None) };
    // 5. The mark, whose failure only warns; then it is saved.
    let mark = Mark::of(&saved, store.path(&Place::Vault), removed);
    if !open::keep_mark(store, keyring, &mark) {
        saved.notices.push(Notice::MarkNotKept);
    }
    if !lock.excludes {
        saved.notices.push(Notice::NoLocks);
    }
    saved.mark = Some(mark);
    prune(store);
    Ok(Some(saved))
}

/// A save as it is signed, in memory.
struct Written {
    next: Next,
    plain: Zeroizing<Vec<u8>>,
    id: SaveId,
    by: PublicKey,
}

impl Written {
    fn of<C>(keyring: &Keyring, next: Next, now: Time) -> Result<Self, SaveError<C>> {
        if next.head.generation >= GENERATION_END {
            return Err(SaveError::Exhausted);
        }
        let is_member = |key| next.members.iter().any(|member| member.key == key);
        let own = keyring.signer(is_member).ok_or(SaveError::NotAMember)?;
        let (plain, id) = plain(own, &next, now);
        Ok(Self { next, plain, id, by: own.public() })
    }
}

/// A save that was sealed and proven to open again.
struct Sealed {
    file: Vec<u8>,
    hash: Hash,
    id: SaveId,
    by: PublicKey,
}

impl Sealed {
    fn of<C>(keyring: &Keyring, written: &Written) -> Result<Self, SaveError<C>> {
        let (next, plain) = (&written.next, &*written.plain);
        if plain.len() as u64 > seal::FILE_MAX - SEAL_ROOM {
            return Err(SaveError::TooBig);
        }
        let recipients: Vec<Recipient> = next.members.iter().map(|member| member.recipient.clone()).collect();
        // Nothing is written that this program would refuse to read.
        let (checked, sealed) = both(|| guard::check(plain), || seal::seal(&recipients, plain));
        let file = match (checked, sealed) {
            (Ok(()), Ok(file)) => file,
            (Err(GuardError::Long(_)), _) => return Err(SaveError::TooLong),
            _ => return Err(SaveError::NotProven),
        };
        let (hash, opened) = both(|| Hash::of(&file), || keyring.open(&file));
        match opened {
            Ok(opened) if *opened == *plain => Ok(Self { file, hash, id: written.id, by: written.by }),
            _ => Err(SaveError::NotProven),
        }
    }
}

fn plain(own: &Own, next: &Next, now: Time) -> (Zeroizing<Vec<u8>>, SaveId) {
    let Ok(written) = envelope::write(Purpose::Save, &next.head, own.signing(), |out| {
        format::write_body(out, (now, next.hand), &next.members, &next.document);
        Ok::<(), Infallible>(())
    });
    written
}

/// What stands at the vault's path now, if that is ours or grew from ours.
fn reopened(
    store: &dyn Store,
    keyring: &Keyring,
    sealed: &Sealed,
    next: Next,
    now: Time,
) -> Result<Option<Loaded>, StoreError> {
    let stamp = store.stamp();
    let Some(found) = store.read(&Place::Vault)? else { return Ok(None) };
    if found.bytes != sealed.file {
        // Whoever saved on top of ours without a lock has taken ours in.
        let theirs = open::load_locked(store, keyring, None);
        return Ok(theirs.ok().filter(|theirs| theirs.ancestors.contains(&sealed.id)));
    }
    Ok(Some(Loaded {
        document: Arc::new(next.document),
        vault: next.head.vault,
        generation: next.head.generation,
        id: sealed.id,
        ancestors: next.head.ancestors,
        saved_at: now,
        hand: next.hand,
        signer: sealed.by,
        trust: Trust::Trusted,
        members: next.members,
        mark: None,
        notices: Vec::new(),
        file: sealed.hash,
        stamp,
    }))
}

/// Keeps the newest backups. A failure leaves one too many, which is no reason to worry anyone.
fn prune(store: &dyn Store) {
    let backups = store.backups().unwrap_or_default();
    for (hand, most) in [(Hand::Person, BACKUPS), (Hand::Program, 1)] {
        let of_hand = |name: &&BackupName| name.generation.is_some() && name.hand == hand;
        for old in backups.iter().map(|backup| &backup.name).filter(of_hand).skip(most) {
            let _ = store.remove(&Place::Backup(old.clone()));
        }
    }
}

#[cfg(test)]
mod tests;
