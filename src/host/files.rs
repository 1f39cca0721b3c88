//! Files that are neither vault nor state: settings, imports, exports, a recovery key on its way to paper.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// Why a file could not be read or written. The path is for the caller to name: it knows what the file is to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// There is none.
    #[error("there is no such file")]
    Absent,
    /// The system does not allow it.
    #[error("permission is denied")]
    Denied,
    /// It is longer than allowed: the limit, in bytes.
    #[error("it is longer than {0} bytes")]
    TooLong(u64),
    /// There is one already.
    #[error("there is such a file already")]
    Exists,
    /// It is a folder.
    #[error("it is a folder")]
    Folder,
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// Something else.
    #[error("the system answered: {0}")]
    Other(io::ErrorKind),
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Absent,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::AlreadyExists => Self::Exists,
            io::ErrorKind::IsADirectory => Self::Folder,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::Full
            }
            kind => Self::Other(kind),
        }
    }
}

/// Reads the file at `path`, at most `most` bytes.
pub fn read(path: &Path, most: u64) -> Result<Zeroizing<Vec<u8>>, FileError> {
    read_from(File::open(path)?, most)
}

/// Reads what was opened as file descriptor `number` by whoever started us, at most `most` bytes.
pub fn read_descriptor(number: u32, most: u64) -> Result<Zeroizing<Vec<u8>>, FileError> {
    if number == 0 {
        return read_from(io::stdin().lock(), most);
    }
    // Opened anew by name: taking over a raw number would need `unsafe`.
    read(Path::new(&format!("/dev/fd/{number}")), most)
}

/// Whether file descriptor `number` is a plain file: whoever inherits it can read it once more, unlike a pipe.
pub fn is_plain_file(number: u32) -> bool {
    std::fs::metadata(format!("/dev/fd/{number}")).is_ok_and(|meta| meta.is_file())
}

/// Reads to the end, at most `most` bytes.
pub fn read_from(source: impl Read, most: u64) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let mut bytes = Zeroizing::new(Vec::new());
    source.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(FileError::TooLong(most));
    }
    Ok(bytes)
}

/// Closes standard output for whoever reads it; what is written there later goes nowhere.
pub fn end_output() -> Result<(), FileError> {
    let nowhere = OpenOptions::new().write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdout(&nowhere).map_err(|errno| io::Error::from(errno).into())
}

/// Writes a new file that only its owner may read, and waits until it is on the disk. Never replaces one.
///
/// A file that could not be written whole is removed again.
pub fn create_private(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    NewFile::create(path)?.write(bytes)
}

/// Writes a file that everybody may read, in the place of one that is there: nothing of a vault, ever.
pub fn replace_public(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    // The umask of this process would keep it from everybody else.
    Ok(file.set_permissions(std::fs::Permissions::from_mode(0o644))?)
}

/// A new and still empty file that only its owner may read.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    path: PathBuf,
}

impl NewFile {
    /// Makes it, so that nothing stands in the way of writing later. Never replaces one.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self, FileError> {
        let path = path.into();
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self { file, path })
    }

    /// Writes it, and waits until it is on the disk; what could not be written whole is removed again.
    pub fn write(mut self, bytes: &[u8]) -> Result<(), FileError> {
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync_all());
        written.map_err(|error| {
            self.discard();
            error.into()
        })
    }

    /// Removes it again.
    pub fn discard(self) {
        // It is empty or useless, and whoever looks for it finds that out.
        let _ = std::fs::remove_file(self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_file_is_private_and_never_replaces_one() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("export.json");
        create_private(&path, b"{}").expect("a new file");
        let mode = std::fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(create_private(&path, b"other"), Err(FileError::Exists));
        assert_eq!(read(&path, 100).expect("readable").as_slice(), b"{}");
    }

    #[test]
    fn a_file_longer_than_allowed_is_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("long");
        create_private(&path, &[b'x'; 11]).expect("a new file");
        assert_eq!(read(&path, 10).err(), Some(FileError::TooLong(10)));
        assert_eq!(read(&path, 11).map(|bytes| bytes.len()), Ok(11));
        assert_eq!(read(&folder.path().join("none"), 1).err(), Some(FileError::Absent));
        assert_eq!(read(folder.path(), 1).err(), Some(FileError::Folder));
    }
}
