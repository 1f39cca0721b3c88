//! What stands beside the vault, for this machine alone: what checks found, and drafts not saved yet.
//!
//! Both are envelopes like a save, sealed to the own recipient; a file that is not exactly that is as good as
//! none. Neither ever permits anything.

use std::convert::Infallible;

use zeroize::Zeroizing;

use super::envelope::{self, Head, Purpose};
use super::format::{self, Draft};
use super::keyring::Keyring;
use super::open::Loaded;
use super::seal;
use super::store::{Place, Store, StoreError};
use crate::domain::verdict::Findings;

/// Why a file beside the vault is of no use. That costs what was in it, and nothing else.
#[derive(Debug, thiserror::Error)]
pub enum AsideError {
    /// It could not be read.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// It is damaged, of another vault, or written by a stranger.
    #[error("the file is damaged, or this machine did not write it for this vault")]
    Strange,
}

/// Keeps what checks found.
///
/// # Errors
/// When the file cannot be written.
pub fn keep_findings(
    store: &dyn Store,
    keyring: &Keyring,
    loaded: &Loaded,
    findings: &Findings,
) -> Result<(), StoreError> {
    write(store, keyring, loaded, Purpose::Cache, |out| format::write_findings(out, findings))
}

/// What checks found, as far as it was kept.
///
/// # Errors
/// When there is a file and it is of no use.
pub fn findings(store: &dyn Store, keyring: &Keyring, loaded: &Loaded) -> Result<Findings, AsideError> {
    read(store, keyring, loaded, Purpose::Cache, format::read_findings).map(Option::unwrap_or_default)
}

/// Keeps drafts, in the place of those kept before.
///
/// # Errors
/// When the file cannot be written.
pub fn keep_drafts(
    store: &dyn Store,
    keyring: &Keyring,
    loaded: &Loaded,
    drafts: &[Draft],
) -> Result<(), StoreError> {
    if drafts.is_empty() {
        return store.remove(&Place::Drafts(loaded.vault));
    }
    write(store, keyring, loaded, Purpose::Drafts, |out| format::write_drafts(out, drafts))
}

/// The drafts kept before.
pub fn drafts(store: &dyn Store, keyring: &Keyring, loaded: &Loaded) -> Vec<Draft> {
    read(store, keyring, loaded, Purpose::Drafts, format::read_drafts).ok().flatten().unwrap_or_default()
}

fn place(purpose: Purpose, loaded: &Loaded) -> Place {
    match purpose {
        Purpose::Drafts => Place::Drafts(loaded.vault),
        _ => Place::Cache(loaded.vault),
    }
}

fn write(
    store: &dyn Store,
    keyring: &Keyring,
    loaded: &Loaded,
    purpose: Purpose,
    body: impl FnOnce(&mut Vec<u8>),
) -> Result<(), StoreError> {
    let own = keyring.first();
    let head = Head { vault: loaded.vault, generation: loaded.generation, ancestors: vec![loaded.id] };
    let Ok((plain, _)) = envelope::write(purpose, &head, own.signing(), |out| {
        body(out);
        Ok::<(), Infallible>(())
    });
    match seal::seal(&[own.recipient()], &plain) {
        Ok(file) => store.put(&place(purpose, loaded), &file),
        Err(_) => Ok(()), // sealing to one recipient in memory does not fail
    }
}

/// What was written for this vault by one of our keys; `None`: there is no file.
fn read<T>(
    store: &dyn Store,
    keyring: &Keyring,
    loaded: &Loaded,
    purpose: Purpose,
    body: impl FnOnce(&str) -> T,
) -> Result<Option<T>, AsideError> {
    let Some(file) = store.read(&place(purpose, loaded))? else { return Ok(None) };
    let plain: Zeroizing<Vec<u8>> = keyring.open(&file.bytes).or(Err(AsideError::Strange))?;
    let opened = envelope::read(purpose, &plain).or(Err(AsideError::Strange))?;
    let ours = opened.head.vault == loaded.vault && keyring.signer(|key| key == opened.by).is_some();
    if ours { Ok(Some(body(opened.body))) } else { Err(AsideError::Strange) }
}
