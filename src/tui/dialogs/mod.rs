//! Dialogs: small screens over another one.
//!
//! They know nothing of the screen below but what they were made with.

pub mod confirm;
pub mod edit;
pub mod export;
pub mod finder;
pub mod guide;
pub mod history;
pub mod import;
pub mod init;
pub mod login;
pub mod menu;
pub mod passphrase;
pub mod revoke;
pub mod rotate;
pub mod tasks;
