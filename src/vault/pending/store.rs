//! Where journals, their locks and the holder's id live.

use std::fmt;
use std::time::Duration;

use crate::domain::id::{HolderId, ProfileId};
use crate::vault::store::{Lock, StoreError};

/// Holds what a refresh needs on this machine alone: for each profile a journal, a trail and a lock, and one id for
/// all.
pub trait PendingStore {
    /// Where the journal of a profile is, for sentences.
    fn pending_path(&self, profile: ProfileId) -> String;
    /// Takes the lock on refreshing a profile, waiting up to `patience` for whoever holds it.
    fn lock_refresh(&self, profile: ProfileId, patience: Duration) -> Result<Lock, StoreError>;
    /// The id of this machine as a holder of grants; `None`: it has none yet.
    fn holder(&self) -> Result<Option<HolderId>, StoreError>;
    /// Gives this machine an id, unless another process was faster.
    fn keep_holder(&self, holder: HolderId) -> Result<(), StoreError>;
    /// Reads what is remembered of the tokens of a profile. `None`: nothing.
    fn trail(&self, profile: ProfileId) -> Result<Option<Vec<u8>>, StoreError>;
    /// Remembers something else of them.
    fn put_trail(&self, profile: ProfileId, bytes: &[u8]) -> Result<(), StoreError>;
    /// Remembers nothing of them any more.
    fn remove_trail(&self, profile: ProfileId) -> Result<(), StoreError>;
    /// Puts a journal in place, durably, replacing one that is there.
    fn begin_pending(&self, profile: ProfileId, bytes: &[u8]) -> Result<Box<dyn PendingFile>, StoreError>;
    /// Reads a journal. `None`: there is none.
    fn pending(&self, profile: ProfileId) -> Result<Option<Vec<u8>>, StoreError>;
    /// The profiles that have a journal.
    fn pendings(&self) -> Result<Vec<ProfileId>, StoreError>;
    /// Removes a journal; fine if there is none.
    fn remove_pending(&self, profile: ProfileId) -> Result<(), StoreError>;
}

/// A journal open for writing.
pub trait PendingFile: Send + fmt::Debug {
    /// Writes over what stands at `offset`, durably.
    fn write_at(&mut self, offset: usize, bytes: &[u8]) -> Result<(), StoreError>;
}
