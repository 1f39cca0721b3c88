//! A disk that several processes share, as one of them sees it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use birdkeep::domain::id::{HolderId, ProfileId, VaultId};
use birdkeep::vault::seal::Cost;
use birdkeep::vault::{
    Backup, BackupName, Contents, Lock, PendingFile, PendingStore, Place, Stamp, Store, StoreError, Warning,
};

use crate::faults::{Call, Faults};

/// How long anybody waits for a vault's lock.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is on the disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    pub(crate) places: BTreeMap<Place, Vec<u8>>,
    pub(crate) journals: BTreeMap<ProfileId, Vec<u8>>,
    pub(crate) trails: BTreeMap<ProfileId, Vec<u8>>,
    pub(crate) holder: Option<HolderId>,
    /// How many journals were begun: so often something may have been sent, for all anybody can know.
    pub(crate) armed: usize,
    saves: i128,
}

impl Files {
    /// Everything, for looking through.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.places.values().chain(self.journals.values()).chain(self.trails.values())
    }
}

#[derive(Debug, Default)]
struct Locked {
    vault: bool,
    profiles: BTreeSet<ProfileId>,
}

/// A disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    files: Arc<Mutex<Files>>,
    locked: Arc<(Mutex<Locked>, Condvar)>,
}

impl Disk {
    pub(crate) fn of(files: Files) -> Self {
        Self { files: Arc::new(Mutex::new(files)), ..Self::default() }
    }

    pub(crate) fn files(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a person or git does to the vault behind everybody's back.
    pub(crate) fn put_vault(&self, bytes: &[u8]) {
        let mut files = self.files();
        files.places.insert(Place::Vault, bytes.to_vec());
        files.saves += 1;
    }

    fn take(&self, patience: Duration, mut taken: impl FnMut(&mut Locked) -> bool) -> bool {
        let held = self.locked.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.locked.1.wait_timeout_while(held, patience, |locked| !taken(locked));
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    fn release(&self, leave: impl FnOnce(&mut Locked)) {
        leave(&mut self.locked.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.locked.1.notify_all();
    }
}

/// A disk as one process sees it.
#[derive(Clone)]
pub(crate) struct Mount {
    pub(crate) disk: Disk,
    pub(crate) faults: Arc<Faults>,
}

impl fmt::Debug for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mount")
    }
}

impl Mount {
    fn reads<T>(&self, look: impl FnOnce(&Files) -> T) -> Result<T, StoreError> {
        self.faults.call(Call::Reads, || Ok(look(&self.disk.files())), || {})
    }

    /// Whole-file replacement: it is there or it is not, never half.
    fn grows(&self, change: impl FnOnce(&mut Files)) -> Result<(), StoreError> {
        let whole = || {
            change(&mut self.disk.files());
            Ok(())
        };
        self.faults.call(Call::Grows, whole, || {})
    }
}

struct Held(Disk, Option<ProfileId>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.release(|locked| match self.1 {
            None => locked.vault = false,
            Some(profile) => drop(locked.profiles.remove(&profile)),
        });
    }
}

impl Store for Mount {
    fn name(&self) -> String {
        "vault.age".to_owned()
    }

    fn path(&self, place: &Place) -> String {
        format!("{place:?}")
    }

    fn identity_was_found(&self) -> bool {
        false
    }

    fn cost(&self) -> Cost {
        Cost::PLAYTHING
    }

    fn lock(&self) -> Result<Lock, StoreError> {
        self.faults.call(Call::Reads, || Ok(()), || {})?;
        let taken = self.disk.take(PATIENCE, |locked| !std::mem::replace(&mut locked.vault, true));
        let busy = || StoreError::Busy { doing: "saving", holder: None };
        taken.then(|| Lock::new(Held(self.disk.clone(), None))).ok_or_else(busy)
    }

    fn stamp(&self) -> Option<Stamp> {
        let files = self.disk.files();
        files.places.contains_key(&Place::Vault).then_some(Stamp([files.saves, 0, 0, 0]))
    }

    fn read(&self, place: &Place) -> Result<Option<Contents>, StoreError> {
        let bytes = self.reads(|files| files.places.get(place).cloned())?;
        Ok(bytes.map(|bytes| Contents { bytes, exposed: None }))
    }

    fn try_vault(&self, _: &Lock, _: &[u8]) -> Result<(), StoreError> {
        self.grows(|_| {})
    }

    fn replace_vault(&self, _: &Lock, bytes: &[u8], old: Option<&BackupName>) -> Result<(), StoreError> {
        self.grows(|files| {
            if let (Some(name), Some(file)) = (old, files.places.get(&Place::Vault).cloned()) {
                files.places.insert(Place::Backup(name.clone()), file);
            }
            files.places.insert(Place::Vault, bytes.to_vec());
            files.saves += 1;
        })
    }

    fn put(&self, place: &Place, bytes: &[u8]) -> Result<(), StoreError> {
        self.grows(|files| drop(files.places.insert(place.clone(), bytes.to_vec())))
    }

    fn create(&self, place: &Place, bytes: &[u8]) -> Result<(), StoreError> {
        self.put(place, bytes)
    }

    fn adopt_identity(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn remove(&self, place: &Place) -> Result<(), StoreError> {
        self.reads(|_| ())?;
        self.disk.files().places.remove(place);
        Ok(())
    }

    fn backups(&self) -> Result<Vec<Backup>, StoreError> {
        self.reads(|files| {
            let names = files.places.keys().rev().filter_map(|place| match place {
                Place::Backup(name) => Some(name.clone()),
                _ => None,
            });
            names.map(|name| Backup { name, saved_at: None }).collect()
        })
    }

    fn marks(&self) -> Result<Vec<VaultId>, StoreError> {
        self.reads(|files| {
            let marks = files.places.keys().filter_map(|place| match place {
                Place::Seen(id) => Some(*id),
                _ => None,
            });
            marks.collect()
        })
    }

    fn warnings(&self) -> Vec<Warning> {
        Vec::new()
    }

    fn read_named(&self, path: &str) -> Result<Vec<u8>, StoreError> {
        Err(StoreError::NotAFile { path: path.to_owned() })
    }

    fn write_named(&self, path: &str, _: &[u8], _: birdkeep::vault::Over) -> Result<(), StoreError> {
        Err(StoreError::NoDisk { path: path.to_owned() })
    }
}

#[derive(Debug)]
struct Journal(Mount, ProfileId);

impl PendingFile for Journal {
    fn write_at(&mut self, offset: usize, bytes: &[u8]) -> Result<(), StoreError> {
        let Self(mount, profile) = self;
        let write = |bytes: &[u8]| {
            let mut files = mount.disk.files();
            let room =
                files.journals.get_mut(profile).and_then(|all| all.get_mut(offset..offset + bytes.len()));
            room.expect("it stays within its room").copy_from_slice(bytes);
        };
        let half = bytes.len() / 2;
        let whole = || {
            write(bytes);
            Ok(())
        };
        mount.faults.call(Call::Overwrites, whole, || write(&bytes[..half]))
    }
}

impl PendingStore for Mount {
    fn pending_path(&self, profile: ProfileId) -> String {
        format!("pending/{profile}")
    }

    fn lock_refresh(&self, profile: ProfileId, patience: Duration) -> Result<Lock, StoreError> {
        self.faults.call(Call::Reads, || Ok(()), || {})?;
        let taken = self.disk.take(patience, |locked| locked.profiles.insert(profile));
        let busy = || StoreError::Busy { doing: "refreshing", holder: None };
        taken.then(|| Lock::new(Held(self.disk.clone(), Some(profile)))).ok_or_else(busy)
    }

    fn holder(&self) -> Result<Option<HolderId>, StoreError> {
        self.reads(|files| files.holder)
    }

    fn keep_holder(&self, holder: HolderId) -> Result<(), StoreError> {
        self.grows(|files| {
            files.holder.get_or_insert(holder);
        })
    }

    fn trail(&self, profile: ProfileId) -> Result<Option<Vec<u8>>, StoreError> {
        self.reads(|files| files.trails.get(&profile).cloned())
    }

    fn put_trail(&self, profile: ProfileId, bytes: &[u8]) -> Result<(), StoreError> {
        self.grows(|files| drop(files.trails.insert(profile, bytes.to_vec())))
    }

    fn remove_trail(&self, profile: ProfileId) -> Result<(), StoreError> {
        self.reads(|_| ())?;
        self.disk.files().trails.remove(&profile);
        Ok(())
    }

    fn begin_pending(&self, profile: ProfileId, bytes: &[u8]) -> Result<Box<dyn PendingFile>, StoreError> {
        self.grows(|files| {
            files.journals.insert(profile, bytes.to_vec());
            files.armed += 1;
        })?;
        Ok(Box::new(Journal(self.clone(), profile)))
    }

    fn pending(&self, profile: ProfileId) -> Result<Option<Vec<u8>>, StoreError> {
        self.reads(|files| files.journals.get(&profile).cloned())
    }

    fn pendings(&self) -> Result<Vec<ProfileId>, StoreError> {
        self.reads(|files| files.journals.keys().copied().collect())
    }

    fn remove_pending(&self, profile: ProfileId) -> Result<(), StoreError> {
        self.faults.call(
            Call::Reads,
            || {
                self.disk.files().journals.remove(&profile);
                Ok(())
            },
            || {},
        )
    }
}
