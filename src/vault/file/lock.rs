//! Locks: files of their own, since what they guard is replaced as a whole.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::super::store::{Lock, StoreError};
use super::{is_link, shown, trouble};

/// Takes the lock at `path`, waiting up to `patience` for whoever holds it; `doing` is what he does meanwhile. The
/// file is never removed.
pub(super) fn take(path: &Path, doing: &'static str, patience: Duration) -> Result<Lock, StoreError> {
    loop {
        let file = open(path)?;
        let locked = match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                let waited = wait(file, patience).map_err(|error| trouble("locking", path, error))?;
                waited.ok_or_else(|| StoreError::Busy { doing, holder: holder(path) })?
            }
            Err(TryLockError::Error(error)) => Err(error),
            Ok(()) => Ok(file),
        };
        match locked {
            // Someone may have replaced the file between our opening and locking it.
            Ok(file) if !is_at(&file, path) => {}
            Ok(mut file) => {
                sign(&mut file);
                return Ok(Lock::new(file));
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if knows_no_locks(&error) => return Ok(Lock::none()),
            Err(error) => return Err(trouble("locking", path, error)),
        }
    }
}

/// Waits until `file` is locked; `None`: in vain. A thread does the waiting, since the system knows no end to it;
/// one that is given up on drops the lock as soon as it gets it.
fn wait(file: File, patience: Duration) -> io::Result<Option<io::Result<File>>> {
    if patience.is_zero() {
        return Ok(None);
    }
    let (done, locked) = mpsc::channel();
    thread::Builder::new().name("lock".to_owned()).spawn(move || {
        let _ = done.send(file.lock().map(|()| file));
    })?;
    Ok(locked.recv_timeout(patience).ok())
}

fn open(path: &Path) -> Result<File, StoreError> {
    let flags = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or_default();
    let opened = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(flags)
        .open(path);
    match opened {
        Ok(file) => Ok(file),
        Err(_) if is_link(path) => Err(StoreError::Link { path: shown(path) }),
        Err(error) => Err(trouble("locking", path, error)),
    }
}

fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(ours), Ok(there)) => (ours.dev(), ours.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

pub(super) fn knows_no_locks(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let numbers = [Errno::NOLCK, Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOTSUP, Errno::INVAL];
    numbers.iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

/// Leaves word of who holds it. Only a courtesy to whoever waits, so failures do not matter.
fn sign(file: &mut File) {
    let _ = file.set_len(0).and_then(|()| writeln!(file, "process {}", std::process::id()));
}

pub(super) fn holder(path: &Path) -> Option<String> {
    let mut text = String::new();
    File::open(path).ok()?.take(100).read_to_string(&mut text).ok()?;
    let text = crate::domain::text::visible(text.trim());
    (!text.is_empty()).then_some(text)
}
