//! One owner out of a vault of thousands, for who uses that one and saves nothing.

use super::envelope::{self, Opened, Purpose};
use super::format;
use super::keyring::Keyring;
use super::open::{self, Notice};
use super::store::{Place, Store};
use crate::domain::document::Document;
use crate::domain::id::VaultId;
use crate::domain::time::Time;

/// What a name stands for, with what it is used through. It is no [`Loaded`](super::Loaded): there is no way from here
/// to a save, which would lose what was not read.
#[derive(Clone, Debug)]
pub struct Extract {
    /// All apps, and of the profiles the one of that name, if it is a profile's.
    pub document: Document,
    /// Which vault.
    pub vault: VaultId,
    /// When the vault was saved, by its writer's clock.
    pub saved_at: Time,
    /// What is worth telling.
    pub notices: Vec<Notice>,
}

/// What `name` stands for (`NAME`, `app:NAME` or `profile:NAME`), out of a vault that is bit by bit the one this machine
/// judged last: the id in its mark covers signer, ancestry and contents, and [`load`](super::load) has read all of it.
///
/// `None` wherever there is something to be judged, kept, decided or refused: `load` does that, and says why.
pub fn extract(store: &dyn Store, keyring: &Keyring, name: &str) -> Option<Extract> {
    // The mark first: what it says may not depend on the vault.
    let marks = open::marks(store, keyring).ok()?;
    let file = store.read(&Place::Vault).ok()??;
    let plain = keyring.open(&file.bytes).ok()?;
    let Opened { head, id, body, .. } = envelope::read(Purpose::Save, &plain).ok()?;
    let mark = open::mark_of(&marks, head.vault)?;
    if mark.last != id || mark.path != store.path(&Place::Vault) {
        return None;
    }
    let (document, saved_at) = format::read_owner(body, name)?;
    let notices = store.warnings().into_iter().map(Notice::Store).collect();
    Some(Extract { document, vault: head.vault, saved_at, notices })
}

#[cfg(test)]
mod tests;
