//! What a look at the folders shows that only the writer of the files understands. Changes nothing.

use std::fs::{self, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::{FileStore, Place, lock, replace};

/// Who holds the vault's lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holding {
    /// There is no lock file yet: nothing was saved here.
    NoFile,
    /// Nobody.
    Nobody,
    /// A process, with what it wrote about itself.
    Somebody(Option<String>),
    /// The file system knows no locks.
    NoLocks,
    /// The lock file cannot be opened.
    Unreadable,
}

impl FileStore {
    /// The folder of the backups.
    pub fn backup_path(&self) -> PathBuf {
        self.backup_folder()
    }

    /// Who holds the vault's lock at this moment.
    pub fn holding(&self) -> Holding {
        holding(&self.folder().join("vault.lock"))
    }

    /// Temp files beside vault and identity that killed processes left behind, and an identity under a new passphrase
    /// that was not adopted.
    pub fn leftovers(&self) -> Vec<PathBuf> {
        let (vault, identity) = (self.place(&Place::Vault), self.place(&Place::Identity));
        let aside = self.place(&Place::NewIdentity);
        let mut found = [replace::left_behind(&vault), replace::left_behind(&identity)].concat();
        if fs::symlink_metadata(&aside).is_ok() {
            found.push(aside);
        }
        found.sort();
        found
    }
}

/// Asks for a share of the lock and gives it back at once; whoever wants all of it waits that long.
fn holding(path: &Path) -> Holding {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Holding::NoFile,
        Err(_) => return Holding::Unreadable,
    };
    match file.try_lock_shared() {
        Ok(()) => Holding::Nobody,
        Err(TryLockError::WouldBlock) => Holding::Somebody(lock::holder(path)),
        Err(TryLockError::Error(error)) if lock::knows_no_locks(&error) => Holding::NoLocks,
        Err(TryLockError::Error(_)) => Holding::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::file::{IdentityPath, Paths};
    use crate::vault::{Store as _, seal::Cost};

    #[test]
    fn the_holder_of_the_lock_and_what_is_left_behind_are_seen_and_left_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        let paths = Paths {
            vault: at("v/vault.age"),
            identity: IdentityPath::Configured(at("i/identity.age")),
            state: at("s"),
        };
        let store = FileStore::new(paths).costing(Cost::PLAYTHING);
        assert_eq!((store.holding(), store.leftovers()), (Holding::NoFile, vec![]));
        assert!(!at("v").exists(), "a look makes nothing");
        let lock = store.lock().expect("nobody holds it");
        let Holding::Somebody(Some(holder)) = store.holding() else { panic!("somebody does") };
        assert_eq!(holder, format!("process {}", std::process::id()));
        drop(lock);
        assert_eq!(store.holding(), Holding::Nobody);
        fs::create_dir(at("i")).expect("a folder");
        // No process has this number: it is beyond the largest there can be.
        let names =
            ["v/.vault.age.999999999.abc.tmp", "i/.identity.age.999999999.abc.tmp", "i/identity.age.new"];
        for name in names {
            fs::write(at(name), b"x").expect("written");
        }
        fs::write(at(&format!("v/.vault.age.{}.abc.tmp", std::process::id())), b"x").expect("written");
        fs::write(at("v/.other.age.1.abc.tmp"), b"x").expect("written");
        let mut wanted = names.map(at).to_vec();
        wanted.sort();
        assert_eq!(store.leftovers(), wanted);
    }

    #[test]
    fn a_link_for_a_lock_is_not_followed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let lock = folder.path().join("vault.lock");
        std::os::unix::fs::symlink("/dev/null", &lock).expect("a link");
        assert_eq!(holding(&lock), Holding::Unreadable);
    }
}
