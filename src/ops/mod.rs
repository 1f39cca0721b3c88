//! What the program does, one verb per file, shared by the command line and the screen.

mod ask;
pub mod authorize;
pub mod check;
pub mod console;
pub mod copy;
pub mod doctor;
pub mod drafts;
pub mod findings;
pub mod history;
pub mod identify;
pub mod init;
mod kill;
pub mod passwd;
pub mod ran;
pub mod refresh;
pub mod regenerate;
pub mod restore;
pub mod revoke;
pub mod rotate;
pub mod run;
pub mod save;
pub mod scan;
pub mod session;
pub mod snapshot;
#[cfg(test)]
pub(crate) mod testing;
pub mod token;
pub mod transfer;
pub mod trust;
pub mod unlock;
mod world;

pub use crate::host::{Cleared, ClipboardError, Clock};
pub use world::World;
