//! Replacing a whole file so that a crash at any moment leaves the old one or the new one.

use std::fs::{self, File, Permissions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::NamedTempFile;

use super::super::store::StoreError;
use super::{parent, retried, shown, trouble};

/// Read and written by its owner.
pub(super) const PRIVATE: u32 = 0o600;
/// How the name of a temp file ends.
const SUFFIX: &str = ".tmp";
/// A temp file older than this belongs to nobody any more.
const STALE: Duration = Duration::from_secs(600);

/// Which temp files are left behind by a process that is gone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stale {
    /// All of them: whoever holds the lock is the only one to write any.
    All,
    /// Those of processes that are gone, and old ones.
    Dead,
}

/// The mode of what replaces `target`: private, and readable by the group if the old file was.
pub(super) fn mode_after(target: &Path) -> u32 {
    fs::metadata(target).map_or(PRIVATE, |meta| PRIVATE | meta.mode() & 0o040)
}

/// A temp file beside `target` that holds `bytes`, durably. It is removed again unless it is renamed.
pub(super) fn written(target: &Path, bytes: &[u8], mode: u32) -> Result<NamedTempFile, StoreError> {
    match write_once(target, bytes, mode) {
        // After a failed fsync the system may have dropped the data, and a second one would succeed falsely:
        // whoever tries again tries with a new file.
        Err(Failed::Sync(_)) => write_once(target, bytes, mode),
        other => other,
    }
    .map_err(|failed| match failed {
        Failed::Sync(error) | Failed::Write(error) => trouble("writing", target, error),
    })
}

enum Failed {
    Write(io::Error),
    Sync(io::Error),
}

fn write_once(target: &Path, bytes: &[u8], mode: u32) -> Result<NamedTempFile, Failed> {
    // Its name is random and must be new, so it is never written through anyone's link.
    let mut temp = tempfile::Builder::new()
        .prefix(&format!("{}{}.", prefix(target), std::process::id()))
        .suffix(SUFFIX)
        .permissions(Permissions::from_mode(PRIVATE))
        .tempfile_in(parent(target))
        .map_err(Failed::Write)?;
    temp.write_all(bytes).map_err(Failed::Write)?;
    if mode != PRIVATE {
        temp.as_file().set_permissions(Permissions::from_mode(mode)).map_err(Failed::Write)?;
    }
    temp.as_file().sync_all().map_err(Failed::Sync)?;
    match holds(&mut temp, bytes) {
        Ok(true) => Ok(temp),
        Ok(false) => Err(Failed::Write(io::Error::other("what was written is not what can be read"))),
        Err(error) => Err(Failed::Write(error)),
    }
}

/// Whether `temp` reads as `bytes`: once it is renamed, a disk that lost some of them has lost the vault.
fn holds(temp: &mut NamedTempFile, bytes: &[u8]) -> io::Result<bool> {
    let mut buffer = vec![0; 256 << 10];
    let mut rest = bytes;
    temp.as_file_mut().rewind()?;
    loop {
        let count = retried(|| temp.as_file_mut().read(&mut buffer))?;
        match rest.split_at_checked(count) {
            Some((_, [])) if count == 0 => return Ok(true),
            Some((next, more)) if count > 0 && *next == buffer[..count] => rest = more,
            _ => return Ok(false),
        }
    }
}

fn prefix(target: &Path) -> String {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned());
    format!(".{}.", name.unwrap_or_default())
}

/// Keeps `target` under a second name; by copying where the file system has no hard links.
pub(super) fn keep(target: &Path, backup: &Path) -> Result<(), StoreError> {
    match retried(|| fs::hard_link(target, backup)) {
        Ok(()) => Ok(()),
        // The name holds the hash, so it is this very file.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) if has_no_links(&error) => {
            let bytes = fs::read(target).map_err(|error| trouble("reading", target, error))?;
            rename(written(backup, &bytes, PRIVATE)?, backup)
        }
        Err(error) => Err(trouble("keeping a backup as", backup, error)),
    }
}

fn has_no_links(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let numbers = [Errno::PERM, Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOTSUP, Errno::MLINK, Errno::XDEV];
    numbers.iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

/// Puts `temp` in the place of `target`.
pub(super) fn rename(temp: NamedTempFile, target: &Path) -> Result<(), StoreError> {
    retried(|| fs::rename(temp.path(), target)).map_err(|error| trouble("replacing", target, error))?;
    // It has another name now; there is nothing left to remove.
    temp.into_temp_path().keep().map_err(|error| trouble("replacing", target, error.error))?;
    Ok(())
}

/// Puts `temp` at `target`, where there must be nothing yet.
pub(super) fn rename_new(temp: NamedTempFile, target: &Path) -> Result<(), StoreError> {
    match temp.persist_noclobber(target) {
        Ok(_) => Ok(()),
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(StoreError::Exists { path: shown(target) })
        }
        Err(failed) => Err(trouble("writing", target, failed.error)),
    }
}

/// Makes what happened to the names in `folder` durable.
pub(super) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| trouble("writing", folder, error))
}

/// Removes temp files of `target` that a killed process left behind.
pub(super) fn sweep(target: &Path, stale: Stale) {
    for (path, dead) in temp_files(target) {
        if stale == Stale::All || dead {
            let _ = fs::remove_file(path);
        }
    }
}

/// The temp files of `target` that nobody is at work on any more.
pub(super) fn left_behind(target: &Path) -> Vec<PathBuf> {
    temp_files(target).into_iter().filter(|(_, dead)| *dead).map(|(path, _)| path).collect()
}

/// The temp files of `target`, and whether their processes are gone or they are too old to be of use.
fn temp_files(target: &Path) -> Vec<(PathBuf, bool)> {
    let (prefix, Ok(entries)) = (prefix(target), fs::read_dir(parent(target))) else { return Vec::new() };
    let temp_file = |entry: fs::DirEntry| {
        let name = entry.file_name();
        let rest = name.to_str()?.strip_prefix(&prefix)?.strip_suffix(SUFFIX)?;
        if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            return None;
        }
        let age = entry.metadata().and_then(|meta| meta.modified()).ok().and_then(|at| at.elapsed().ok());
        Some((entry.path(), is_gone(rest) || age.is_some_and(|age| age > STALE)))
    };
    entries.flatten().filter_map(temp_file).collect()
}

/// Whether the process that named a temp file `<process>.<random>` is no more.
fn is_gone(rest: &str) -> bool {
    let number = rest.split('.').next().and_then(|number| number.parse().ok());
    let process = number.and_then(rustix::process::Pid::from_raw);
    process.is_some_and(|process| rustix::process::test_kill_process(process) == Err(rustix::io::Errno::SRCH))
}
