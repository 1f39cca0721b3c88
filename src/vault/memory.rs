//! A store in memory: for the demo, which writes nothing, and for tests.

mod pending;

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::seal::Cost;
use super::store::{Backup, BackupName, Contents, Lock, Over, Place, Stamp, Store, StoreError, Warning};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::VaultId;
use crate::domain::time::Time;

/// Files in memory, gone with the last clone.
#[derive(Clone, Debug)]
pub struct MemoryStore {
    name: Arc<str>,
    cost: Cost,
    inner: Arc<(Mutex<Inner>, Condvar)>,
}

#[derive(Debug, Default)]
struct Inner {
    files: BTreeMap<Place, Vec<u8>>,
    saves: i128,
    locked: bool,
    pending: pending::Shelf,
    runs: BTreeMap<(VaultId, Fingerprint), Time>,
}

impl MemoryStore {
    /// An empty store; `name` stands for the file's name.
    pub fn new(name: &str, cost: Cost) -> Self {
        Self { name: name.into(), cost, inner: Arc::default() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Unlock(MemoryStore);

impl Drop for Unlock {
    fn drop(&mut self) {
        self.0.inner().locked = false;
        self.0.inner.1.notify_all();
    }
}

impl Store for MemoryStore {
    fn name(&self) -> String {
        self.name.to_string()
    }

    fn path(&self, place: &Place) -> String {
        match place {
            Place::Vault => self.name.to_string(),
            other => format!("{} ({other:?})", self.name),
        }
    }

    fn identity_was_found(&self) -> bool {
        false
    }

    fn cost(&self) -> Cost {
        self.cost
    }

    fn lock(&self) -> Result<Lock, StoreError> {
        let mut inner = self.inner();
        while inner.locked {
            inner = self.inner.1.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
        inner.locked = true;
        Ok(Lock::new(Unlock(self.clone())))
    }

    fn stamp(&self) -> Option<Stamp> {
        let inner = self.inner();
        inner.files.contains_key(&Place::Vault).then_some(Stamp([inner.saves, 0, 0, 0]))
    }

    fn read(&self, place: &Place) -> Result<Option<Contents>, StoreError> {
        let bytes = self.inner().files.get(place).cloned();
        Ok(bytes.map(|bytes| Contents { bytes, exposed: None }))
    }

    fn try_vault(&self, _: &Lock, _: &[u8]) -> Result<(), StoreError> {
        Ok(())
    }

    fn replace_vault(&self, _: &Lock, bytes: &[u8], old: Option<&BackupName>) -> Result<(), StoreError> {
        let mut inner = self.inner();
        if let (Some(name), Some(file)) = (old, inner.files.get(&Place::Vault).cloned()) {
            inner.files.insert(Place::Backup(name.clone()), file);
        }
        inner.files.insert(Place::Vault, bytes.to_vec());
        inner.saves += 1;
        Ok(())
    }

    fn put(&self, place: &Place, bytes: &[u8]) -> Result<(), StoreError> {
        let mut inner = self.inner();
        inner.files.insert(place.clone(), bytes.to_vec());
        inner.saves += i128::from(*place == Place::Vault);
        Ok(())
    }

    fn create(&self, place: &Place, bytes: &[u8]) -> Result<(), StoreError> {
        let mut inner = self.inner();
        if inner.files.contains_key(place) {
            return Err(StoreError::Exists { path: self.path(place) });
        }
        inner.files.insert(place.clone(), bytes.to_vec());
        Ok(())
    }

    fn adopt_identity(&self) -> Result<(), StoreError> {
        let mut inner = self.inner();
        if let Some(file) = inner.files.remove(&Place::NewIdentity) {
            inner.files.insert(Place::Identity, file);
        }
        Ok(())
    }

    fn remove(&self, place: &Place) -> Result<(), StoreError> {
        self.inner().files.remove(place);
        Ok(())
    }

    fn backups(&self) -> Result<Vec<Backup>, StoreError> {
        let inner = self.inner();
        // In the order of their names, which is that of their generations.
        let names = inner.files.keys().rev().filter_map(|place| match place {
            Place::Backup(name) => Some(name.clone()),
            _ => None,
        });
        Ok(names.map(|name| Backup { name, saved_at: None }).collect())
    }

    fn marks(&self) -> Result<Vec<VaultId>, StoreError> {
        let inner = self.inner();
        let ids = inner.files.keys().filter_map(|place| match place {
            Place::Seen(id) => Some(*id),
            _ => None,
        });
        Ok(ids.collect())
    }

    fn warnings(&self) -> Vec<Warning> {
        Vec::new()
    }

    fn note_run(&self, vault: VaultId, bot: Fingerprint, at: Time) -> Result<(), StoreError> {
        self.inner().runs.insert((vault, bot), at);
        Ok(())
    }

    fn runs(&self, vault: VaultId) -> Vec<(Fingerprint, Time)> {
        let inner = self.inner();
        let of_vault = inner.runs.iter().filter(|((of, _), _)| *of == vault);
        of_vault.map(|((_, bot), at)| (*bot, *at)).collect()
    }

    fn read_named(&self, path: &str) -> Result<Vec<u8>, StoreError> {
        let source = std::io::ErrorKind::NotFound.into();
        Err(StoreError::Io { doing: "reading", path: path.to_owned(), source })
    }

    fn write_named(&self, path: &str, _: &[u8], _: Over) -> Result<(), StoreError> {
        Err(StoreError::NoDisk { path: path.to_owned() })
    }
}
