//! Sealing the identity under another passphrase, so that at every moment some passphrase opens it.

use zeroize::Zeroizing;

use super::error::{OpenError, SaveError};
use super::open;
use super::seal;
use super::store::{Place, Store, StoreError};
use crate::domain::secret::Secret;

/// Why the passphrase was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RewrapError {
    /// The identity does not open, or what it opens is not what it should be.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The new identity file could not be put in place; the old one still is.
    #[error(transparent)]
    Save(#[from] SaveError<()>),
}

impl From<StoreError> for RewrapError {
    fn from(error: StoreError) -> Self {
        Self::Save(error.into())
    }
}

/// Seals the identity under `new`; the keys in it stay as they are.
///
/// # Errors
/// [`RewrapError`]; the old identity file is then as it was.
pub fn rewrap(store: &dyn Store, old: &Secret, new: &Secret) -> Result<(), RewrapError> {
    let _lock = store.lock()?;
    let text = identity_text(store, &Place::Identity, old)?;
    let Ok(file) = seal::seal_passphrase(new, store.cost(), &text) else {
        return Err(SaveError::NotProven.into());
    };
    store.put(&Place::NewIdentity, &file)?;
    // Opened from disk and tried on the vault, before anything depends on it.
    let again = identity_text(store, &Place::NewIdentity, new)?;
    if *again != *text {
        return Err(SaveError::NotProven.into());
    }
    let keyring = open::keyring(&again)?;
    if let Some(vault) = store.read(&Place::Vault)? {
        keyring.open(&vault.bytes).map_err(OpenError::of_vault)?;
    }
    store.adopt_identity()?;
    Ok(())
}

fn identity_text(
    store: &dyn Store,
    place: &Place,
    passphrase: &Secret,
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let file = store.read(place)?.ok_or_else(|| OpenError::NoIdentity(store.path(place)))?;
    if !seal::is_sealed(&file.bytes) {
        return Ok(Zeroizing::new(file.bytes));
    }
    seal::open_passphrase(passphrase, store.cost(), &file.bytes).map_err(OpenError::of_identity)
}
