//! A store on disk.
//!
//! Final names are never followed through links; parent folders may be links. What is read is capped before it
//! is read; what is written is durable before anyone is told. Locks are in `lock`, whole-file replacement in
//! `replace`, the journals of refreshes in `pending`, what a mere look shows in `look`.

mod lock;
mod look;
mod pending;
mod replace;
mod runs;

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use look::Holding;

use super::seal::{Cost, FILE_MAX, IDENTITY_MAX};
use super::store::{
    Backup, BackupName, Contents, Exposed, Glance, Lock, Over, Place, Stamp, Store, StoreError, Warning,
};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::VaultId;
use crate::domain::time::Time;

/// How long a save waits for another process.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many names of a folder are looked at.
const NAMES_MAX: usize = 4_000;

/// Where the files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The vault.
    pub vault: PathBuf,
    /// The identity.
    pub identity: IdentityPath,
    /// The folder of marks, caches, drafts and journals.
    pub state: PathBuf,
}

/// Where the identity is, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityPath {
    /// In its usual place, or named by the person.
    Configured(PathBuf),
    /// Beside a vault that was named.
    FoundBeside(PathBuf),
}

impl IdentityPath {
    /// The path.
    pub fn path(&self) -> &Path {
        match self {
            Self::Configured(path) | Self::FoundBeside(path) => path,
        }
    }
}

/// Files on disk.
#[derive(Clone, Debug)]
pub struct FileStore {
    paths: Paths,
    cost: Cost,
}

impl FileStore {
    /// Files at `paths`, at the program's cost of a passphrase.
    pub fn new(paths: Paths) -> Self {
        Self { paths, cost: Cost::PROGRAM }
    }

    /// The same files at another cost.
    #[must_use]
    pub fn costing(self, cost: Cost) -> Self {
        Self { cost, ..self }
    }

    fn place(&self, place: &Place) -> PathBuf {
        let state = |id: &VaultId, kind: &str| self.paths.state.join(format!("{id}.{kind}"));
        match place {
            Place::Vault => self.paths.vault.clone(),
            Place::Identity => self.paths.identity.path().to_owned(),
            Place::NewIdentity => beside(self.paths.identity.path(), ".new"),
            Place::Backup(name) => self.backup_folder().join(format!("{}{name}", self.backup_prefix())),
            Place::Seen(id) => state(id, "seen"),
            Place::Cache(id) => state(id, "cache.age"),
            Place::Drafts(id) => state(id, "drafts.age"),
        }
    }

    fn folder(&self) -> &Path {
        parent(&self.paths.vault)
    }

    fn backup_folder(&self) -> PathBuf {
        self.folder().join("backups")
    }

    /// Two vaults may share a folder; `vault.age` has its backups' plain names.
    fn backup_prefix(&self) -> String {
        match self.paths.vault.file_stem().map(|stem| stem.to_string_lossy()) {
            Some(stem) if stem != "vault" => format!("{stem}."),
            _ => String::new(),
        }
    }

    /// The folder of marks, made if need be; refused unless it is ours alone.
    fn state_folder(&self) -> Result<&Path, StoreError> {
        make_folder(&self.paths.state)?;
        self.check_state()?;
        Ok(&self.paths.state)
    }

    /// False where there is none yet.
    fn check_state(&self) -> Result<bool, StoreError> {
        match fs::metadata(&self.paths.state) {
            Ok(meta) if exposed(&meta).is_some() => {
                Err(StoreError::Exposed { path: shown(&self.paths.state) })
            }
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(trouble("reading", &self.paths.state, error)),
        }
    }
}

impl Store for FileStore {
    fn name(&self) -> String {
        self.paths.vault.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    fn path(&self, place: &Place) -> String {
        let path = self.place(place);
        // The folder's real name, so that one vault reached in two ways is one vault.
        let folder = fs::canonicalize(parent(&path)).unwrap_or_else(|_| parent(&path).to_owned());
        shown(&path.file_name().map_or(path.clone(), |name| folder.join(name)))
    }

    fn identity_was_found(&self) -> bool {
        matches!(self.paths.identity, IdentityPath::FoundBeside(_))
    }

    fn cost(&self) -> Cost {
        self.cost
    }

    fn lock(&self) -> Result<Lock, StoreError> {
        make_folder(self.folder())?;
        lock::take(&self.folder().join("vault.lock"), "saving", PATIENCE)
    }

    fn stamp(&self) -> Option<Stamp> {
        let meta = fs::symlink_metadata(&self.paths.vault).ok()?;
        let changed = i128::from(meta.ctime()) << 32 | i128::from(meta.ctime_nsec());
        Some(Stamp([meta.dev().into(), meta.ino().into(), meta.size().into(), changed]))
    }

    fn read(&self, place: &Place) -> Result<Option<Contents>, StoreError> {
        let limit = match place {
            Place::Identity | Place::NewIdentity => IDENTITY_MAX,
            _ => FILE_MAX,
        };
        if matches!(place, Place::Seen(_) | Place::Cache(_) | Place::Drafts(_)) && !self.check_state()? {
            return Ok(None);
        }
        let path = self.place(place);
        match open_plain(&path) {
            Ok((file, meta)) => {
                let bytes = read_capped(file, &meta, limit, &path)?;
                Ok(Some(Contents { bytes, exposed: exposed(&meta) }))
            }
            Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn try_vault(&self, _: &Lock, bytes: &[u8]) -> Result<(), StoreError> {
        let target = &self.paths.vault;
        refuse_link(target)?;
        drop(replace::written(target, bytes, replace::mode_after(target))?);
        // The old file is kept under a second name, and that may be refused as well.
        let backups = self.backup_folder();
        make_folder(&backups)?;
        let writable = rustix::fs::access(&backups, rustix::fs::Access::WRITE_OK);
        writable.map_err(|errno| trouble("writing", &backups, errno.into()))
    }

    fn replace_vault(&self, lock: &Lock, bytes: &[u8], old: Option<&BackupName>) -> Result<(), StoreError> {
        let target = &self.paths.vault;
        refuse_link(target)?;
        replace::sweep(target, if lock.excludes { replace::Stale::All } else { replace::Stale::Dead });
        let temp = replace::written(target, bytes, replace::mode_after(target))?;
        if let Some(name) = old {
            make_folder(&self.backup_folder())?;
            replace::keep(target, &self.place(&Place::Backup(name.clone())))?;
        }
        replace::rename(temp, target)?;
        replace::sync_folder(self.folder())?;
        if old.is_some() {
            replace::sync_folder(&self.backup_folder())?;
        }
        Ok(())
    }

    fn put(&self, place: &Place, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.place(place);
        if matches!(place, Place::Seen(_) | Place::Cache(_) | Place::Drafts(_)) {
            self.state_folder()?;
        } else {
            make_folder(parent(&path))?;
        }
        refuse_link(&path)?;
        replace::sweep(&path, replace::Stale::Dead);
        replace::rename(replace::written(&path, bytes, replace::PRIVATE)?, &path)?;
        replace::sync_folder(parent(&path))
    }

    fn create(&self, place: &Place, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.place(place);
        make_folder(parent(&path))?;
        replace::rename_new(replace::written(&path, bytes, replace::PRIVATE)?, &path)?;
        replace::sync_folder(parent(&path))
    }

    fn adopt_identity(&self) -> Result<(), StoreError> {
        let (from, to) = (self.place(&Place::NewIdentity), self.place(&Place::Identity));
        refuse_link(&to)?;
        retried(|| fs::rename(&from, &to)).map_err(|error| trouble("replacing", &to, error))?;
        replace::sync_folder(parent(&to))
    }

    fn remove(&self, place: &Place) -> Result<(), StoreError> {
        let path = self.place(place);
        match retried(|| fs::remove_file(&path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(trouble("removing", &path, error)),
            _ => Ok(()),
        }
    }

    fn backups(&self) -> Result<Vec<Backup>, StoreError> {
        let (folder, prefix) = (self.backup_folder(), self.backup_prefix());
        let names = names_in(&folder, |name| name.strip_prefix(&prefix).and_then(BackupName::parse))?;
        let saved_at = |name: &BackupName| {
            // A backup is the old file under a second name, so it has the time of its save.
            let meta = fs::symlink_metadata(folder.join(format!("{prefix}{name}"))).ok()?;
            Some(Time::from_unix(meta.mtime()))
        };
        let mut found: Vec<Backup> =
            names.into_iter().map(|name| Backup { saved_at: saved_at(&name), name }).collect();
        found.sort_by(|a, b| b.name.cmp(&a.name));
        Ok(found)
    }

    fn marks(&self) -> Result<Vec<VaultId>, StoreError> {
        if !self.check_state()? {
            return Ok(Vec::new());
        }
        names_in(&self.paths.state, |name| VaultId::parse(name.strip_suffix(".seen")?))
    }

    fn warnings(&self) -> Vec<Warning> {
        let mode = |path: &Path| fs::metadata(path).map_or(0, |meta| meta.mode());
        let readable = (mode(&self.paths.vault) & 0o044 != 0).then_some(Warning::VaultReadable);
        let writable = (mode(self.folder()) & 0o022 != 0).then_some(Warning::FolderWritable);
        readable.into_iter().chain(writable).collect()
    }

    fn read_named(&self, path: &str) -> Result<Vec<u8>, StoreError> {
        let path = Path::new(path);
        // Links are followed, but nobody waits for whoever holds a pipe's other end.
        let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
        let file = OpenOptions::new().read(true).custom_flags(flags).open(path);
        let file = file.map_err(|error| trouble("reading", path, error))?;
        let meta = file.metadata().map_err(|error| trouble("reading", path, error))?;
        if !meta.is_file() {
            return Err(StoreError::NotAFile { path: shown(path) });
        }
        read_capped(file, &meta, FILE_MAX, path)
    }

    fn write_named(&self, path: &str, bytes: &[u8], over: Over) -> Result<(), StoreError> {
        let path = Path::new(path);
        if let Ok(meta) = fs::symlink_metadata(path) {
            match over {
                Over::Never => return Err(StoreError::Exists { path: shown(path) }),
                Over::Replace if is_link(path) => return Err(StoreError::Link { path: shown(path) }),
                Over::Replace if !meta.is_file() => return Err(StoreError::NotAFile { path: shown(path) }),
                Over::Replace => {}
            }
        }
        replace::sweep(path, replace::Stale::Dead);
        let temp = replace::written(path, bytes, replace::PRIVATE)?;
        match over {
            Over::Never => replace::rename_new(temp, path)?,
            Over::Replace => replace::rename(temp, path)?,
        }
        replace::sync_folder(parent(path))
    }

    fn note_run(&self, vault: VaultId, bot: Fingerprint, at: Time) -> Result<(), StoreError> {
        runs::note(&self.state_folder()?.join(format!("{vault}.ran")), bot, at)
    }

    fn runs(&self, vault: VaultId) -> Vec<(Fingerprint, Time)> {
        match self.check_state() {
            Ok(true) => runs::noted(&self.paths.state.join(format!("{vault}.ran"))),
            _ => Vec::new(),
        }
    }

    fn glance(&self, path: &Path) -> Option<Glance> {
        let meta = fs::metadata(path).ok().filter(Metadata::is_file)?;
        Some(Glance { bytes: meta.len(), mode: meta.mode() })
    }

    fn names_in(&self, folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten().take(NAMES_MAX).flatten();
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
    }
}

/// Opens a plain file for reading, not through a link, and not waiting for whoever holds a pipe's other end.
fn open_plain(path: &Path) -> Result<(File, Metadata), StoreError> {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => file,
        Err(_) if is_link(path) => return Err(StoreError::Link { path: shown(path) }),
        Err(error) => return Err(trouble("reading", path, error)),
    };
    let meta = file.metadata().map_err(|error| trouble("reading", path, error))?;
    if meta.is_file() { Ok((file, meta)) } else { Err(StoreError::NotAFile { path: shown(path) }) }
}

/// Reads at most `limit` bytes; the size is looked at first, and believed no further than that.
fn read_capped(file: File, meta: &Metadata, limit: u64, path: &Path) -> Result<Vec<u8>, StoreError> {
    let too_big = || StoreError::TooBig { path: shown(path) };
    if meta.len() > limit {
        return Err(too_big());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or_default() + 1);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| trouble("reading", path, error))?;
    if bytes.len() as u64 > limit { Err(too_big()) } else { Ok(bytes) }
}

fn refuse_link(path: &Path) -> Result<(), StoreError> {
    if is_link(path) { Err(StoreError::Link { path: shown(path) }) } else { Ok(()) }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.file_type().is_symlink())
}

fn exposed(meta: &Metadata) -> Option<Exposed> {
    if meta.uid() != rustix::process::geteuid().as_raw() {
        Some(Exposed::NotOurs)
    } else if meta.mode() & 0o077 != 0 {
        Some(Exposed::OpenToOthers)
    } else {
        None
    }
}

/// Makes a folder and its parents, for ourselves alone.
fn make_folder(path: &Path) -> Result<(), StoreError> {
    let made = retried(|| fs::DirBuilder::new().recursive(true).mode(0o700).create(path));
    made.map_err(|error| trouble("making", path, error))
}

fn names_in<T>(folder: &Path, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(trouble("reading", folder, error)),
    };
    Ok(entries.flatten().filter_map(|entry| read(entry.file_name().to_str()?)).collect())
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn shown(path: &Path) -> String {
    crate::domain::text::visible(&path.to_string_lossy())
}

fn trouble(doing: &'static str, path: &Path, source: io::Error) -> StoreError {
    StoreError::Io { doing, path: shown(path), source }
}

/// Some calls are not begun again by the standard library when a signal comes in between.
fn retried<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests;
