//! What a name in a folder is: kind, size, mode, owner. Nothing is opened and no link is followed.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::domain::time::Time;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A pipe, a device, a socket.
    Other,
}

/// What is known of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its length in bytes.
    pub size: u64,
    /// The permission bits.
    pub mode: u32,
    /// Whether it belongs to the user who runs the program.
    pub ours: bool,
    /// When it was written last.
    pub modified: Time,
}

impl Entry {
    /// The permission bits, as `chmod` takes them.
    pub fn octal(&self) -> String {
        format!("{:04o}", self.mode)
    }

    /// Whether anybody else may read it.
    pub const fn others_read(&self) -> bool {
        self.mode & 0o044 != 0
    }

    /// Whether anybody else may write to it.
    pub const fn others_write(&self) -> bool {
        self.mode & 0o022 != 0
    }
}

/// What is at `path`. `Ok(None)`: nothing.
///
/// # Errors
/// What keeps from looking, such as a folder above that is closed.
pub fn look(path: &Path) -> Result<Option<Entry>, io::ErrorKind> {
    match fs::symlink_metadata(path) {
        Ok(meta) => Ok(Some(entry(&meta))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.kind()),
    }
}

/// What is at `path`, at the end of every link.
pub fn look_through(path: &Path) -> Option<Entry> {
    fs::metadata(path).ok().map(|meta| entry(&meta))
}

fn entry(meta: &Metadata) -> Entry {
    let kind = meta.file_type();
    let kind = match () {
        () if kind.is_symlink() => Kind::Link,
        () if kind.is_dir() => Kind::Folder,
        () if kind.is_file() => Kind::File,
        () => Kind::Other,
    };
    Entry {
        kind,
        size: meta.len(),
        mode: meta.mode() & 0o7777,
        ours: meta.uid() == rustix::process::geteuid().as_raw(),
        modified: Time::from_unix(meta.mtime()),
    }
}

/// The folders above `path` in which somebody else could put another file in its place: the nearest first.
pub fn open_folders(path: &Path) -> Vec<PathBuf> {
    let Some(folder) = above(path) else { return Vec::new() };
    folder
        .ancestors()
        .filter(|folder| fs::metadata(folder).is_ok_and(|meta| lets_in(&meta)))
        .map(Into::into)
        .collect()
}

/// The nearest folder above `path` that there is, by its real name.
pub fn above(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    absolute.ancestors().skip(1).find_map(|folder| fs::canonicalize(folder).ok())
}

/// Whether others may rename what lies in a folder. The sticky bit keeps them from what is not theirs; a group that
/// is the user's own (the custom of many systems) lets nobody in.
fn lets_in(meta: &Metadata) -> bool {
    let (user, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    let sticky = meta.mode() & 0o1000 != 0;
    let own_group = meta.gid() == group && group == user;
    let written_to = meta.mode() & 0o002 != 0 || (meta.mode() & 0o020 != 0 && !own_group && meta.gid() != 0);
    let stranger = meta.uid() != user && meta.uid() != 0;
    stranger || (written_to && !sticky)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn names_are_looked_at_and_never_followed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), b"made up").expect("written");
        fs::set_permissions(at("file"), fs::Permissions::from_mode(0o640)).expect("ours");
        std::os::unix::fs::symlink(at("file"), at("link")).expect("a link");
        let file = look(&at("file")).expect("it can be looked at").expect("it is there");
        assert_eq!((file.kind, file.size, file.octal().as_str(), file.ours), (Kind::File, 7, "0640", true));
        assert!(file.others_read() && !file.others_write());
        assert_eq!(look(&at("link")).expect("looked").map(|entry| entry.kind), Some(Kind::Link));
        assert_eq!(look_through(&at("link")).map(|entry| entry.kind), Some(Kind::File));
        assert_eq!(look(folder.path()).expect("looked").map(|entry| entry.kind), Some(Kind::Folder));
        assert_eq!(look(&at("none")), Ok(None));
        assert!(look(&at("file/below")).is_err());
    }

    #[test]
    fn folders_that_let_others_in_are_named() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let real = fs::canonicalize(folder.path()).expect("it is there");
        let (shared, inner) = (real.join("shared"), real.join("shared/inner"));
        fs::create_dir_all(&inner).expect("folders");
        let mode =
            |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("ours");
        for (bits, open) in [(0o755, false), (0o777, true), (0o1777, false)] {
            mode(&shared, bits);
            mode(&inner, 0o700);
            let found = open_folders(&inner.join("not/there/vault.age"));
            assert_eq!(found.contains(&shared), open, "{bits:o}: {found:?}");
            assert!(!found.contains(&inner));
        }
    }
}
