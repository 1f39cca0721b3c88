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
use crate::domain::verdict::Finding;

/// Keeps what checks found.
///
/// # Errors
/// When the file cannot be written.
pub fn keep_findings<'a>(
    store: &dyn Store,
    keyring: &Keyring,
    loaded: &Loaded,
    findings: impl Iterator<Item = &'a Finding>,
) -> Result<(), StoreError> {
    write(store, keyring, loaded, Purpose::Cache, |out| format::write_findings(out, findings))
}

/// What checks found, as far as it was kept.
pub fn findings(store: &dyn Store, keyring: &Keyring, loaded: &Loaded) -> Vec<Finding> {
    read(store, keyring, loaded, Purpose::Cache, format::read_findings).unwrap_or_default()
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
    read(store, keyring, loaded, Purpose::Drafts, format::read_drafts).unwrap_or_default()
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

/// What was written for this vault by one of our keys.
fn read<T>(
    store: &dyn Store,
    keyring: &Keyring,
    loaded: &Loaded,
    purpose: Purpose,
    body: impl FnOnce(&str) -> T,
) -> Option<T> {
    let file = store.read(&place(purpose, loaded)).ok()??;
    let plain: Zeroizing<Vec<u8>> = keyring.open(&file.bytes).ok()?;
    let opened = envelope::read(purpose, &plain).ok()?;
    let ours = opened.head.vault == loaded.vault && keyring.signer(|key| key == opened.by).is_some();
    ours.then(|| body(opened.body))
}
