//! Where vault, identity, backups, marks and caches live: on a disk, or in memory for the demo and tests.

use std::any::Any;
use std::fmt;
use std::io;
use std::path::Path;

use super::pending::PendingStore;
use super::seal::Cost;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::VaultId;
use crate::domain::time::Time;

/// One of the files a vault is made of, or that stand beside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// `vault.age`.
    Vault,
    /// `identity.age`, or a plain age identity.
    Identity,
    /// `identity.age.new`: sealed under a new passphrase, and not in use before it was tried.
    NewIdentity,
    /// One of the saves kept in `backups/`.
    Backup(BackupName),
    /// `<vault-id>.seen`: the last save this machine has seen.
    Seen(VaultId),
    /// `<vault-id>.cache.age`: what checks found.
    Cache(VaultId),
    /// `<vault-id>.drafts.age`: what was typed and not saved yet.
    Drafts(VaultId),
}

/// The name of a backup: `<generation>-<hash12>.age`, `auto-<generation>-<hash12>.age` for a save that nobody made,
/// or `unreadable-<hash12>.age`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BackupName {
    /// The generation of the save; `None` for a file that could not be read when it was replaced.
    pub generation: Option<u64>,
    /// The first twelve hex digits of the file's SHA-256.
    pub hash12: String,
    /// Who made the save.
    pub hand: Hand,
}

/// Who made a save.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hand {
    /// Somebody who wanted something changed.
    #[default]
    Person,
    /// The program by itself, every two hours: a refresh. Of these one backup is kept, beside those of people.
    Program,
}

impl BackupName {
    /// Reads the name of a file.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix(".age")?;
        let (hand, text) =
            text.strip_prefix("auto-").map_or((Hand::Person, text), |text| (Hand::Program, text));
        let (generation, hash12) = text.split_once('-')?;
        let generation = match generation {
            "unreadable" if hand == Hand::Person => None,
            digits if digits.starts_with('+') => return None,
            digits => Some(digits.parse().ok()?),
        };
        let hex = hash12.len() == 12 && hash12.bytes().all(|b| b.is_ascii_hexdigit());
        hex.then(|| Self { generation, hash12: hash12.to_owned(), hand })
    }
}

impl fmt::Display for BackupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.generation, self.hand) {
            (Some(generation), Hand::Person) => write!(f, "{generation}-{}.age", self.hash12),
            (Some(generation), Hand::Program) => write!(f, "auto-{generation}-{}.age", self.hash12),
            (None, _) => write!(f, "unreadable-{}.age", self.hash12),
        }
    }
}

/// One of the saves kept beside the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Its name.
    pub name: BackupName,
    /// When it was saved, as the file's time tells.
    pub saved_at: Option<Time>,
}

/// A file as it was read.
#[derive(Clone, Debug)]
pub struct Contents {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What speaks against trusting it with a secret in the clear.
    pub exposed: Option<Exposed>,
}

/// Why a file is not private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposed {
    /// It belongs to another user.
    NotOurs,
    /// Its mode lets others read or write it.
    OpenToOthers,
}

/// The lock on a vault, held until it is dropped.
pub struct Lock {
    /// False on a file system without locks: then nobody is kept out.
    pub excludes: bool,
    held: Box<dyn Any + Send>,
}

impl Lock {
    /// A lock that is released when `held` is dropped.
    pub fn new(held: impl Any + Send) -> Self {
        Self { excludes: true, held: Box::new(held) }
    }

    /// No lock, where there can be none.
    pub fn none() -> Self {
        Self { excludes: false, held: Box::new(()) }
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _ = &self.held;
        write!(f, "Lock(excludes: {})", self.excludes)
    }
}

/// Something worth telling about where the files are, though nothing is refused for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The vault can be read by other users of this machine. It is sealed, so this tells them little.
    VaultReadable,
    /// The vault's folder can be written to by other users: they can replace the vault.
    FolderWritable,
}

/// Holds the files. All reads are capped; all writes replace a whole file, durably, or leave the old one whole.
pub trait Store: PendingStore + Send + Sync + fmt::Debug {
    /// The file's name, for the title line.
    fn name(&self) -> String;
    /// Where `place` is, for sentences.
    fn path(&self, place: &Place) -> String;
    /// Whether the identity was not configured but found beside a vault somebody named.
    fn identity_was_found(&self) -> bool;
    /// How much work a passphrase costs here.
    fn cost(&self) -> Cost;
    /// Takes the vault's lock.
    fn lock(&self) -> Result<Lock, StoreError>;
    /// Something that changes whenever the vault file is replaced; cheap to ask for. `None`: there is no vault.
    fn stamp(&self) -> Option<Stamp>;
    /// Reads a file. `None`: there is none.
    fn read(&self, place: &Place) -> Result<Option<Contents>, StoreError>;
    /// Writes what a new vault would take, durably, and removes it again. Under the lock only.
    fn try_vault(&self, lock: &Lock, bytes: &[u8]) -> Result<(), StoreError>;
    /// Puts a new vault in place of the old one, which becomes the backup `old`. Under the lock only.
    fn replace_vault(&self, lock: &Lock, bytes: &[u8], old: Option<&BackupName>) -> Result<(), StoreError>;
    /// Puts a file in place, replacing one that is there.
    fn put(&self, place: &Place, bytes: &[u8]) -> Result<(), StoreError>;
    /// Puts a file in place where there must be none yet.
    fn create(&self, place: &Place, bytes: &[u8]) -> Result<(), StoreError>;
    /// Puts [`Place::NewIdentity`] in the place of [`Place::Identity`].
    fn adopt_identity(&self) -> Result<(), StoreError>;
    /// Removes a file; fine if there is none.
    fn remove(&self, place: &Place) -> Result<(), StoreError>;
    /// The backups there are, newest first.
    fn backups(&self) -> Result<Vec<Backup>, StoreError>;
    /// The vaults of which there is a mark.
    fn marks(&self) -> Result<Vec<VaultId>, StoreError>;
    /// What is worth telling about modes and owners.
    fn warnings(&self) -> Vec<Warning>;
    /// Reads any file a person named, capped like a vault. Memory has none.
    fn read_named(&self, path: &str) -> Result<Vec<u8>, StoreError>;
    /// Writes any file a person named, for its owner alone: whole, or not at all. Memory has none.
    fn write_named(&self, path: &str, bytes: &[u8], over: Over) -> Result<(), StoreError>;

    /// Notes that the bot that goes by `bot` was run at `at`: at once, so neither durably nor under a lock.
    fn note_run(&self, _vault: VaultId, _bot: Fingerprint, _at: Time) -> Result<(), StoreError> {
        Ok(())
    }
    /// When each bot was last run, as far as it was noted.
    fn runs(&self, _vault: VaultId) -> Vec<(Fingerprint, Time)> {
        Vec::new()
    }

    /// What is known of any file without opening it. `None`: there is no file there. Memory has none.
    fn glance(&self, _path: &Path) -> Option<Glance> {
        None
    }
    /// The names in a folder, at most a few thousand. Memory has none.
    fn names_in(&self, _folder: &Path) -> Vec<String> {
        Vec::new()
    }
}

/// What becomes of a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// It stays, and nothing is written.
    Never,
    /// It is replaced, if it is a plain file.
    Replace,
}

/// See [`Store::glance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance {
    /// How long it is.
    pub bytes: u64,
    /// Who may do what with it: the last nine bits count.
    pub mode: u32,
}

/// See [`Store::stamp`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp(pub [i128; 4]);

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refused.
    #[error("{doing} {path}: {}", crate::vault::store::reason(source))]
    Io {
        /// What was tried: "writing".
        doing: &'static str,
        /// On what.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// More than the limit.
    #[error("{path} is larger than anything birdkeep writes")]
    TooBig {
        /// Which file.
        path: String,
    },
    /// A final name may not be a link.
    #[error("{path} is a link, and a link could lead anywhere")]
    Link {
        /// Which name.
        path: String,
    },
    /// A folder, a pipe, a device.
    #[error("{path} is not a plain file")]
    NotAFile {
        /// Which name.
        path: String,
    },
    /// The state folder is not private.
    #[error("{path} belongs to someone else, or others can read it")]
    Exposed {
        /// Which folder.
        path: String,
    },
    /// Everything is in memory: the demo writes nothing.
    #[error("the demo writes no file, so not {path} either")]
    NoDisk {
        /// Which file.
        path: String,
    },
    /// There is one already.
    #[error("{path} is there already")]
    Exists {
        /// Which file.
        path: String,
    },
    /// Another process holds the lock.
    #[error("another birdkeep is {doing}{}", holder.as_ref().map(|h| format!(" ({h})")).unwrap_or_default())]
    Busy {
        /// What it does meanwhile: "saving".
        doing: &'static str,
        /// What it wrote about itself.
        holder: Option<String>,
    },
}

/// What the system said, without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}
