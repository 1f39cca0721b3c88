//! Journals, trails, locks and the holder's id on disk: the folder `pending` of the state folder, ours alone.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{FileStore, exposed, lock, make_folder, names_in, open_plain, parent, read_capped, refuse_link};
use super::{replace, retried, shown, trouble};
use crate::domain::id::{HolderId, ProfileId};
use crate::vault::pending::{PendingFile, PendingStore};
use crate::vault::store::{Lock, StoreError};

/// More than any journal is long.
const JOURNAL_MAX: u64 = 1 << 20;
/// More than any trail is long.
const TRAIL_MAX: u64 = 4 << 10;
/// More than any id is long.
const HOLDER_MAX: u64 = 1 << 10;

/// A journal open for writing.
#[derive(Debug)]
struct Journal {
    file: File,
    path: PathBuf,
}

impl PendingFile for Journal {
    fn write_at(&mut self, offset: usize, bytes: &[u8]) -> Result<(), StoreError> {
        // The room was written before, so there is nothing to allocate, and no size to change.
        let written = self.file.write_all_at(bytes, offset as u64).and_then(|()| self.file.sync_data());
        written.map_err(|error| trouble("writing", &self.path, error))
    }
}

impl FileStore {
    fn pending_file(&self, name: &str) -> PathBuf {
        self.paths.state.join("pending").join(name)
    }

    fn journal(&self, profile: ProfileId) -> PathBuf {
        self.pending_file(&profile.to_string())
    }

    /// False where there is none yet.
    fn check_pending(&self) -> Result<bool, StoreError> {
        if !self.check_state()? {
            return Ok(false);
        }
        let folder = self.paths.state.join("pending");
        match fs::symlink_metadata(&folder) {
            Ok(meta) if meta.file_type().is_symlink() => Err(StoreError::Link { path: shown(&folder) }),
            Ok(meta) if exposed(&meta).is_some() => Err(StoreError::Exposed { path: shown(&folder) }),
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(trouble("reading", &folder, error)),
        }
    }

    /// The folder, made if need be; its name is durable before anything in it is relied upon.
    fn pending_folder(&self) -> Result<(), StoreError> {
        let state = self.state_folder()?;
        if !self.check_pending()? {
            make_folder(&state.join("pending"))?;
            replace::sync_folder(state)?;
            self.check_pending()?;
        }
        Ok(())
    }

    fn trail_file(&self, profile: ProfileId) -> PathBuf {
        self.pending_file(&format!("{profile}.trail"))
    }

    /// Puts a whole file in place, durably.
    fn put_pending(&self, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        self.pending_folder()?;
        refuse_link(path)?;
        replace::sweep(path, replace::Stale::Dead);
        replace::rename(replace::written(path, bytes, replace::PRIVATE)?, path)?;
        replace::sync_folder(parent(path))
    }

    fn remove_file(path: &Path) -> Result<(), StoreError> {
        match retried(|| fs::remove_file(path)) {
            Ok(()) => replace::sync_folder(parent(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(trouble("removing", path, error)),
        }
    }

    fn read_pending(&self, path: &Path, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
        if !self.check_pending()? {
            return Ok(None);
        }
        match open_plain(path) {
            Ok((file, meta)) => read_capped(file, &meta, limit, path).map(Some),
            Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl PendingStore for FileStore {
    fn pending_path(&self, profile: ProfileId) -> String {
        shown(&self.journal(profile))
    }

    fn lock_refresh(&self, profile: ProfileId, patience: Duration) -> Result<Lock, StoreError> {
        self.pending_folder()?;
        lock::take(&self.pending_file(&format!("{profile}.lock")), "refreshing", patience)
    }

    fn holder(&self) -> Result<Option<HolderId>, StoreError> {
        let path = self.pending_file("holder");
        let Some(bytes) = self.read_pending(&path, HOLDER_MAX)? else { return Ok(None) };
        let id = std::str::from_utf8(&bytes).ok().and_then(|text| HolderId::parse(text.trim()));
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "it is damaged");
        id.map(Some).ok_or_else(|| trouble("reading", &path, damaged()))
    }

    fn keep_holder(&self, holder: HolderId) -> Result<(), StoreError> {
        self.pending_folder()?;
        let path = self.pending_file("holder");
        let temp = replace::written(&path, format!("{holder}\n").as_bytes(), replace::PRIVATE)?;
        match replace::rename_new(temp, &path) {
            Ok(()) | Err(StoreError::Exists { .. }) => replace::sync_folder(parent(&path)),
            Err(error) => Err(error),
        }
    }

    fn trail(&self, profile: ProfileId) -> Result<Option<Vec<u8>>, StoreError> {
        self.read_pending(&self.trail_file(profile), TRAIL_MAX)
    }

    fn put_trail(&self, profile: ProfileId, bytes: &[u8]) -> Result<(), StoreError> {
        self.put_pending(&self.trail_file(profile), bytes)
    }

    fn remove_trail(&self, profile: ProfileId) -> Result<(), StoreError> {
        Self::remove_file(&self.trail_file(profile))
    }

    fn begin_pending(&self, profile: ProfileId, bytes: &[u8]) -> Result<Box<dyn PendingFile>, StoreError> {
        let path = self.journal(profile);
        self.put_pending(&path, bytes)?;
        let flags = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or_default();
        let file = retried(|| OpenOptions::new().write(true).custom_flags(flags).open(&path));
        match file {
            Ok(file) => Ok(Box::new(Journal { file, path })),
            Err(error) => Err(trouble("writing", &path, error)),
        }
    }

    fn pending(&self, profile: ProfileId) -> Result<Option<Vec<u8>>, StoreError> {
        self.read_pending(&self.journal(profile), JOURNAL_MAX)
    }

    fn pendings(&self) -> Result<Vec<ProfileId>, StoreError> {
        if !self.check_pending()? {
            return Ok(Vec::new());
        }
        names_in(&self.paths.state.join("pending"), ProfileId::parse)
    }

    fn remove_pending(&self, profile: ProfileId) -> Result<(), StoreError> {
        Self::remove_file(&self.journal(profile))
    }
}

#[cfg(test)]
mod tests;
