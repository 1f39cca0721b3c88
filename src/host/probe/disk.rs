//! The disk below a path: how much room is left, and what kind of file system it is.

use std::ffi::OsString;
use std::path::Path;

use super::entry::above;

/// What is known of a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disk {
    /// Bytes that are left for the user.
    pub free: u64,
    /// Whether new files can be made; `None`: this file system does not count them.
    pub has_names: Option<bool>,
    /// Whether it is mounted for reading alone.
    pub read_only: bool,
    /// Its kind, where it is one of [`KINDS`].
    pub kind: Option<&'static KindRow>,
}

/// What a kind of file system lacks that a vault relies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacks {
    /// Locks that every machine sees, and saves that are on the disk when it says so.
    Locks,
    /// Owners and modes.
    Modes,
    /// A memory that outlives the next start of the machine.
    Keeping,
}

/// One row of [`KINDS`].
#[derive(Debug, PartialEq, Eq)]
pub struct KindRow {
    /// Its number (`statfs(2)`, `f_type`).
    magic: u64,
    /// What a person calls it.
    pub name: &'static str,
    /// What it lacks.
    pub lacks: Lacks,
}

/// The kinds worth a word. Numbers from Linux's `linux/magic.h`.
pub const KINDS: &[KindRow] = &[
    KindRow { magic: 0x6969, name: "NFS", lacks: Lacks::Locks },
    KindRow { magic: 0xff53_4d42, name: "SMB (CIFS)", lacks: Lacks::Locks },
    KindRow { magic: 0xfe53_4d42, name: "SMB", lacks: Lacks::Locks },
    KindRow { magic: 0x517b, name: "SMB", lacks: Lacks::Locks },
    KindRow { magic: 0x0102_1997, name: "9P", lacks: Lacks::Locks },
    KindRow { magic: 0x5346_414f, name: "AFS", lacks: Lacks::Locks },
    KindRow { magic: 0x00c3_6400, name: "Ceph", lacks: Lacks::Locks },
    KindRow { magic: 0x6573_5546, name: "FUSE", lacks: Lacks::Locks },
    KindRow { magic: 0x4d44, name: "FAT", lacks: Lacks::Modes },
    KindRow { magic: 0x2011_bab0, name: "exFAT", lacks: Lacks::Modes },
    KindRow { magic: 0x0102_1994, name: "tmpfs", lacks: Lacks::Keeping },
    KindRow { magic: 0x8584_58f6, name: "ramfs", lacks: Lacks::Keeping },
];

/// The disk that `path` is on, or would be on.
pub fn of(path: &Path) -> Option<Disk> {
    let folder = above(path)?;
    let found = rustix::fs::statvfs(&folder).ok()?;
    Some(Disk {
        free: found.f_bavail.saturating_mul(found.f_frsize),
        has_names: (found.f_files > 0).then_some(found.f_favail > 0),
        read_only: found.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY),
        kind: kind(&folder),
    })
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn kind(folder: &Path) -> Option<&'static KindRow> {
    // Its width and sign differ from machine to machine; the number is one of 32 bits.
    let magic = u64::try_from(i128::from(rustix::fs::statfs(folder).ok()?.f_type) & 0xffff_ffff).ok()?;
    KINDS.iter().find(|row| row.magic == magic)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn kind(_: &Path) -> Option<&'static KindRow> {
    None
}

/// How folders that other programs keep in step with other machines are called: any name that begins so.
const SYNCED: &[(&str, &str)] = &[
    ("Dropbox", "Dropbox"),
    ("OneDrive", "OneDrive"),
    ("Google Drive", "Google Drive"),
    ("GoogleDrive", "Google Drive"),
    ("Nextcloud", "Nextcloud"),
    ("ownCloud", "ownCloud"),
    ("iCloud", "iCloud"),
    ("Mobile Documents", "iCloud"),
    ("CloudStorage", "a cloud service"),
    ("pCloudDrive", "pCloud"),
    ("MEGA", "MEGA"),
    ("Seafile", "Seafile"),
    ("Sync", "a sync program"),
];

/// Which program keeps the folder of `path` in step with other machines, by the folders' names and marks.
pub fn synced_by(path: &Path) -> Option<&'static str> {
    let folder = above(path)?;
    if folder.ancestors().any(|folder| folder.join(".stfolder").exists()) {
        return Some("Syncthing");
    }
    folder.components().find_map(|part| synced_name(&part.as_os_str().to_owned()))
}

fn synced_name(name: &OsString) -> Option<&'static str> {
    let name = name.to_str()?;
    let named = |start: &str| {
        let rest = name.strip_prefix(start);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    SYNCED.iter().find(|(start, _)| named(start)).map(|(_, program)| *program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_has_room_and_is_found_for_what_is_not_there_yet() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let disk = of(&folder.path().join("not/there/vault.age")).expect("a disk");
        assert!(disk.free > 0 && !disk.read_only && disk.has_names != Some(false), "{disk:?}");
    }

    #[test]
    fn kinds_have_numbers_of_their_own() {
        for (i, row) in KINDS.iter().enumerate() {
            assert!(KINDS[..i].iter().all(|other| other.magic != row.magic), "{}", row.name);
        }
    }

    #[test]
    fn synced_folders_are_known_by_name_or_mark() {
        for (name, wanted) in [
            ("Dropbox", Some("Dropbox")),
            ("Dropbox (Work)", Some("Dropbox")),
            ("OneDrive - Birds Ltd", Some("OneDrive")),
            ("Synchrotron", None),
            ("Sync", Some("a sync program")),
            ("Dropboxes", None),
            ("birdkeep", None),
        ] {
            assert_eq!(synced_name(&name.into()), wanted, "{name}");
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(synced_by(&folder.path().join("vault.age")), None);
        std::fs::create_dir(folder.path().join(".stfolder")).expect("a folder");
        assert_eq!(synced_by(&folder.path().join("vault.age")), Some("Syncthing"));
    }
}
