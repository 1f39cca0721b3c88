//! Journals, trails, locks and the holder's id in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;
use std::time::Duration;

use super::MemoryStore;
use crate::domain::id::{HolderId, ProfileId};
use crate::vault::pending::{PendingFile, PendingStore};
use crate::vault::store::{Lock, StoreError};

/// What stands beside the files.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    journals: BTreeMap<ProfileId, Vec<u8>>,
    trails: BTreeMap<ProfileId, Vec<u8>>,
    holder: Option<HolderId>,
    refreshing: BTreeSet<ProfileId>,
}

struct Unlock(MemoryStore, ProfileId);

impl Drop for Unlock {
    fn drop(&mut self) {
        self.0.inner().pending.refreshing.remove(&self.1);
        self.0.inner.1.notify_all();
    }
}

#[derive(Debug)]
struct Journal(MemoryStore, ProfileId);

impl PendingFile for Journal {
    fn write_at(&mut self, offset: usize, bytes: &[u8]) -> Result<(), StoreError> {
        let mut inner = self.0.inner();
        let there = inner.pending.journals.get_mut(&self.1);
        if let Some(room) = there.and_then(|journal| journal.get_mut(offset..offset + bytes.len())) {
            room.copy_from_slice(bytes);
        }
        Ok(())
    }
}

impl PendingStore for MemoryStore {
    fn pending_path(&self, profile: ProfileId) -> String {
        format!("{} (pending {profile})", self.name)
    }

    fn lock_refresh(&self, profile: ProfileId, patience: Duration) -> Result<Lock, StoreError> {
        let held = |inner: &mut super::Inner| inner.pending.refreshing.contains(&profile);
        let waited = self.inner.1.wait_timeout_while(self.inner(), patience, held);
        let (mut inner, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() && held(&mut inner) {
            return Err(StoreError::Busy { doing: "refreshing", holder: None });
        }
        inner.pending.refreshing.insert(profile);
        Ok(Lock::new(Unlock(self.clone(), profile)))
    }

    fn holder(&self) -> Result<Option<HolderId>, StoreError> {
        Ok(self.inner().pending.holder)
    }

    fn keep_holder(&self, holder: HolderId) -> Result<(), StoreError> {
        self.inner().pending.holder.get_or_insert(holder);
        Ok(())
    }

    fn trail(&self, profile: ProfileId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.inner().pending.trails.get(&profile).cloned())
    }

    fn put_trail(&self, profile: ProfileId, bytes: &[u8]) -> Result<(), StoreError> {
        self.inner().pending.trails.insert(profile, bytes.to_vec());
        Ok(())
    }

    fn remove_trail(&self, profile: ProfileId) -> Result<(), StoreError> {
        self.inner().pending.trails.remove(&profile);
        Ok(())
    }

    fn begin_pending(&self, profile: ProfileId, bytes: &[u8]) -> Result<Box<dyn PendingFile>, StoreError> {
        self.inner().pending.journals.insert(profile, bytes.to_vec());
        Ok(Box::new(Journal(self.clone(), profile)))
    }

    fn pending(&self, profile: ProfileId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.inner().pending.journals.get(&profile).cloned())
    }

    fn pendings(&self) -> Result<Vec<ProfileId>, StoreError> {
        Ok(self.inner().pending.journals.keys().copied().collect())
    }

    fn remove_pending(&self, profile: ProfileId) -> Result<(), StoreError> {
        self.inner().pending.journals.remove(&profile);
        Ok(())
    }
}
