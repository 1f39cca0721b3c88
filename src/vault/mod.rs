//! The vault file: sealed with age, signed by its writer, saved so that nothing is ever lost.
//!
//! From the outside in: `store` holds files ([`FileStore`], [`MemoryStore`]), `seal` is the age layer, `envelope`
//! the signed JSON around the contents, `format` the contents; `keyring`, `members` and `trust` say who may read,
//! write and be believed; `open` and `save` are the two things that are done with all of it, `extract` reads one owner;
//! `pending` keeps what a
//! refresh of tokens must not lose before it is saved. Time and ids are
//! arguments here; what a person reads is written in `ops`.

mod aside;
mod both;
mod envelope;
mod error;
mod extract;
mod file;
mod format;
mod guard;
mod keyring;
mod members;
mod memory;
mod open;
mod pending;
mod restore;
mod rewrap;
mod save;
pub mod seal;
mod sign;
mod store;
mod trust;

pub use aside::{AsideError, drafts, findings, keep_drafts, keep_findings};
pub use error::{OpenError, SaveError};
pub use extract::{Extract, extract};
pub use file::{FileStore, Holding, IdentityPath, Paths};
pub use format::{Draft, Intent};
pub use keyring::{Keyring, Own};
pub use members::Member;
pub use memory::MemoryStore;
pub use open::{Loaded, Notice, load, peek, unlock};
pub use pending::{
    Answer, End, Journal, Kept, PendingFile, PendingStore, Step, Trail, Writing, begin, keep_trail, kept,
    trail,
};
pub use restore::{Restoring, look_into, restore};
pub use rewrap::{RewrapError, rewrap};
pub use save::{create, rehearse, save, save_unattended};
pub use sign::PublicKey;
pub use store::{
    Backup, BackupName, Contents, Exposed, Hand, Lock, Over, Place, Stamp, Store, StoreError, Warning,
};
pub use trust::{Doubt, Stranger, Trust};
