//! Opens the vault: identity, vault, what checks found. Says in plain words why not.

use std::sync::Arc;

use super::findings;
use super::ran;
use super::refresh;
use super::session::Session;
use super::world::World;
use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};
use crate::vault::{self, Extract, OpenError, Place, PublicKey, StoreError, Trust, seal};

/// What is there to be unlocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// No vault.
    Absent,
    /// A vault whose identity needs a passphrase.
    Passphrase,
    /// A vault whose identity is not encrypted.
    Plain,
}

/// Looks what is there, without opening anything.
///
/// # Errors
/// A vault without its identity, and files that cannot be read.
pub fn presence(world: &World) -> Result<Presence, Failure> {
    if world.store.stamp().is_none() {
        return Ok(Presence::Absent);
    }
    let found = world.store.read(&Place::Identity).map_err(|error| failure(error.into()))?;
    match found {
        Some(file) if seal::is_sealed(&file.bytes) => Ok(Presence::Passphrase),
        Some(_) => Ok(Presence::Plain),
        None => Err(failure(OpenError::NoIdentity(world.store.path(&Place::Identity)))),
    }
}

/// Opens the vault. A vault whose signer is not trusted opens for looking at, masked: see
/// [`Session::is_trusted`].
///
/// # Errors
/// One of seven sentences that tell what is wrong with the vault or the passphrase, or what cannot be read.
pub fn unlock(world: &World, passphrase: Option<&Secret>) -> Result<Session, Failure> {
    unlock_trusting(world, passphrase, None)
}

/// [`unlock`], with the signing key a person has accepted: on a terminal, or through `BIRDKEEP_TRUST`.
///
/// # Errors
/// As [`unlock`]; also where `trust` is no signing key.
pub fn unlock_trusting(
    world: &World,
    passphrase: Option<&Secret>,
    trust: Option<&str>,
) -> Result<Session, Failure> {
    let consent = trust.map(signing_key).transpose()?;
    let keyring = vault::unlock(&*world.store, passphrase).map_err(failure)?;
    let loaded = vault::load(&*world.store, &keyring, consent).map_err(failure)?;
    let runs = ran::runs(world, (loaded.vault, &loaded.document));
    let session = Session::new(world, Arc::new(keyring), loaded).having_run(runs);
    let session = findings::recalled(world, session);
    Ok(opened(world, session))
}

/// What `name` stands for, where that can be had without all the others: out of a vault that has not changed since this
/// machine judged it, with an identity that needs no passphrase. `None`: [`unlock`] sees to it, or says why not.
pub fn extract(world: &World, name: &str) -> Option<Extract> {
    // What a process that died has left behind is taken up by whoever opens the whole vault.
    if !world.store.pendings().ok()?.is_empty() {
        return None;
    }
    let keyring = vault::unlock(&*world.store, None).ok()?;
    vault::extract(&*world.store, &keyring, name)
}

/// What a process that died in the middle of a refresh has left behind is taken up before anything else.
fn opened(world: &World, session: Session) -> Session {
    if !session.is_trusted() {
        return session;
    }
    let (session, remarks) = refresh::reconcile(world, &session);
    session.remarking(remarks)
}

/// Accepts the signer of an open vault, whose key a person has just read and typed or confirmed.
///
/// # Errors
/// As [`unlock`]; also where the vault was signed by someone else meanwhile.
pub fn accept(world: &World, session: &Session, signer: &str) -> Result<Session, Failure> {
    let consent = signing_key(signer)?;
    let loaded = vault::load(&*world.store, &session.keyring, Some(consent)).map_err(failure)?;
    match loaded.trust {
        Trust::Trusted => Ok(opened(world, session.on(loaded))),
        Trust::Unknown(stranger) => Err(untrusted(&stranger.signer)),
    }
}

fn signing_key(text: &str) -> Result<PublicKey, Failure> {
    PublicKey::parse(text.trim()).ok_or_else(|| {
        Failure::new(
            Kind::Usage,
            "that is no signing key",
            "a signing key is 64 hex digits",
            "take it from `birdkeep recipients list` on the machine that saved the vault",
        )
    })
}

/// What a passphrase that does not open the identity is called.
const WRONG_PASSPHRASE: &str = "wrong passphrase";

/// True where another passphrase may open it: a person may have mistyped.
pub fn is_mistyped(failure: &Failure) -> bool {
    failure.kind == Kind::Locked && failure.what == WRONG_PASSPHRASE
}

/// The refusal of everything but looking.
pub(super) fn untrusted(signer: &PublicKey) -> Failure {
    Failure::new(
        Kind::Damaged,
        "this vault can only be looked at",
        format!("it was signed by {signer}, and nothing on this machine vouches for that key"),
        format!("ask whoever saved it for the key; if it is this one: BIRDKEEP_TRUST={signer}"),
    )
}

/// The sentence for a vault that was not opened.
pub(super) fn failure(error: OpenError) -> Failure {
    let because = error.to_string();
    match error {
        OpenError::WrongPassphrase => Failure::new(
            Kind::Locked,
            WRONG_PASSPHRASE,
            "it does not open the identity",
            "type it again; Caps Lock and the keyboard layout are the usual suspects",
        ),
        OpenError::NeedsPassphrase => Failure::new(
            Kind::Locked,
            "the vault is locked",
            "its identity is encrypted, and no passphrase was given",
            "give it on a terminal, or through --passphrase-fd, BIRDKEEP_PASSPHRASE_FILE or \
             BIRDKEEP_PASSPHRASE_COMMAND",
        ),
        OpenError::NotForUs => Failure::new(
            Kind::Locked,
            "this identity does not open the vault",
            "the vault was saved for other identities, or its first lines are damaged",
            "look whether vault and identity belong together; else `birdkeep restore --list`",
        ),
        OpenError::TooCostly { needed, accepted } => Failure::new(
            Kind::Locked,
            "the identity is too costly to open",
            format!("it asks for scrypt factor {needed}; at most {accepted} is accepted"),
            "if you made it that strong yourself, allow up to 22 in the settings",
        ),
        OpenError::Damaged { .. } => Failure::new(
            Kind::Damaged,
            because.split(':').next().unwrap_or_default().to_owned(),
            because.split_once(": ").map_or("", |(_, why)| why).to_owned(),
            "nothing was changed; `birdkeep restore --list` shows the backups",
        ),
        OpenError::Forged { why } => Failure::new(
            Kind::Damaged,
            "the vault is forged",
            why,
            "nothing was changed; find out who can write to its folder, then `birdkeep restore --list`",
        ),
        OpenError::RolledBack { found, seen } => Failure::new(
            Kind::Damaged,
            "the vault was rolled back",
            format!("it is at generation {found}, and this machine has seen {seen}"),
            "if you put an older file there on purpose, `birdkeep restore` it; else get the newer one back",
        ),
        OpenError::Forked { found, seen } => Failure::new(
            Kind::Damaged,
            "the vault has forked",
            format!("generation {found} did not grow from generation {seen}, which this machine has seen"),
            "`birdkeep restore` takes in one side after showing the difference",
        ),
        OpenError::Newer(version) => Failure::new(
            Kind::Damaged,
            "the vault was saved by a newer birdkeep",
            format!("it is written in format version {version}"),
            "update birdkeep; nothing was changed",
        ),
        OpenError::NoVault(path) => Failure::new(
            Kind::Usage,
            "there is no vault yet",
            format!("{path} does not exist"),
            "make one with `birdkeep init`, or name another with --vault",
        ),
        OpenError::NoIdentity(path) => Failure::new(
            Kind::Locked,
            "the identity is missing",
            format!("{path} does not exist, and nothing else opens the vault"),
            "copy it back from where you keep it, name it with --identity, or use the recovery key",
        ),
        OpenError::ExposedIdentity(path) => Failure::new(
            Kind::Locked,
            "the identity is not private",
            because,
            format!("chmod 600 {path}, and make sure it is yours"),
        ),
        OpenError::Unsupported { .. } => Failure::new(
            Kind::Locked,
            "a kind of key birdkeep does not use",
            because,
            "birdkeep uses age X25519 keys (age1…, AGE-SECRET-KEY-1…)",
        ),
        OpenError::OtherVault => Failure::new(
            Kind::Usage,
            "this is a save of another vault",
            "its id is not that of the vault here",
            "name the vault it belongs to with --vault",
        ),
        OpenError::Store(error) => store_failure("the vault cannot be read", &error, Kind::Damaged),
    }
}

/// The sentence for files that cannot be reached.
pub(super) fn store_failure(what: &str, error: &StoreError, kind: Kind) -> Failure {
    let try_this = match error {
        StoreError::Io { source, .. } => match source.kind() {
            std::io::ErrorKind::PermissionDenied => "look at the owner and mode of that folder",
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                "make room on that disk and save again"
            }
            std::io::ErrorKind::ReadOnlyFilesystem => "that disk is mounted read-only",
            _ => "look at that disk, and try again",
        },
        StoreError::TooBig { .. } => "this cannot be the right file: name another one",
        StoreError::Link { .. } => "name the file itself",
        StoreError::NotAFile { .. } => "name a plain file",
        StoreError::NoDisk { .. } => "do it with a vault of your own",
        StoreError::Exposed { .. } => "chmod 700 it, and make sure it is yours",
        StoreError::Exists { .. } => "name another place, or use the one that is there",
        StoreError::Busy { .. } => "try again in a moment; if it hangs, end that process",
    };
    Failure::new(kind, what, error.to_string(), try_this)
}

#[cfg(test)]
mod tests;
