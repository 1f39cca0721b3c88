//! This machine: clock, randomness, clipboard, browser, its own addresses, folders, hardening, other programs.
//!
//! Each is a trait, so that the demo and the tests can run on a machine that touches nothing: [`quiet`].

pub mod browser;
pub mod children;
pub mod clipboard;
pub mod clock;
pub mod entropy;
pub mod exec;
pub mod files;
pub mod git;
pub mod handing;
pub mod hardening;
pub mod keyboard;
pub mod loopback;
pub mod paths;
pub mod probe;
pub mod pty;
pub mod quiet;
pub mod signals;

use std::fmt;
use std::time::Duration;

pub use loopback::{Loopback, LoopbackError};

use crate::domain::fields::{Credential, Field};
use crate::domain::names::Handle;
use crate::domain::permission::Level;
use crate::domain::secret::Secret;
use crate::domain::time::Time;

/// Tells the time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The wall clock: for display and for X.
    fn now(&self) -> Time;
    /// Time since some fixed moment, running on through suspend: for locks and countdowns.
    fn boot(&self) -> Duration;
}

/// The operating system's randomness.
pub trait Entropy: Send + Sync + fmt::Debug {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The operating system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoEntropy;

/// A place to copy a secret to.
pub trait Clipboard: Send + Sync + fmt::Debug {
    /// Puts `secret` there, flagged as sensitive where the system knows such a flag.
    fn set(&self, secret: &Secret) -> Result<(), ClipboardError>;
    /// Empties it if it still holds `secret`, and looks whether that worked.
    fn clear_if(&self, secret: &Secret) -> Result<Cleared, ClipboardError>;
    /// What a person calls it: "the desktop clipboard".
    fn name(&self) -> &'static str;
}

/// What became of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cleared {
    /// It was ours and is gone.
    Gone,
    /// Something else had been copied meanwhile; it was left alone.
    NotOurs,
    /// It was ours, and something put it back: a clipboard history, most likely.
    StillThere,
}

/// Why nothing was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClipboardError {
    /// No desktop, or a build without one.
    #[error("there is no desktop clipboard here")]
    Absent,
    /// There is one, but it refused.
    #[error("the desktop clipboard refused")]
    Refused,
}

/// Opens pages for a person.
pub trait Browser: Send + Sync + fmt::Debug {
    /// Opens `url`. The address is shown as well, so failing is no disaster.
    fn open(&self, url: &str) -> Result<(), NoBrowser>;

    /// Opens `url`, a page on which `account` is to log in. A browser that knows nothing of accounts just opens it.
    fn log_in(&self, url: &str, account: Option<&Handle>) -> Result<(), NoBrowser> {
        let _ = account;
        self.open(url)
    }

    /// Whether a person who sits at this terminal would see what it opens.
    fn is_near(&self) -> bool {
        true
    }

    /// What comes of a login page that nobody opens: the demo's browser plays it. `None`: its pages are real.
    fn play(&self, url: &str, press: &Press) -> Option<Played> {
        let _ = (url, press);
        None
    }

    /// What X's console shows once a person has pressed *Regenerate* for `credential`, of whose owner `held` is all that
    /// is stored. Empty: the console is X's own, and nobody but the person sees it. Only a simulated X answers.
    fn regenerate(&self, _credential: Credential, _held: &[(Field, Secret)]) -> Vec<(Field, Secret)> {
        Vec::new()
    }

    /// What X's console shows of an app once a person has set it up there: of the one with this key, if there is one
    /// already. Empty, as for [`Browser::regenerate`].
    fn set_up(&self, _key: Option<&Secret>, _app: &Setup) -> Vec<(Field, Secret)> {
        Vec::new()
    }
}

/// An app as a person sets it up in X's console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// What it is called.
    pub name: String,
    /// Its permission: this or more.
    pub level: Level,
    /// Where logins come back to.
    pub callback: String,
    /// The account that is to use it.
    pub account: Option<Handle>,
}

/// What somebody does on a login page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// Logs in as this account (`None`: whoever is logged in already) and lets the app in.
    Yes(Option<Handle>),
    /// Presses Cancel.
    No,
}

/// Where a login page ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Played {
    /// It shows a PIN.
    Pin(Secret),
    /// The browser was sent on, and whoever waits there has heard it.
    Sent(Secret),
    /// It goes no further: the heading of the page.
    Stopped(String),
}

/// No browser could be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no browser could be started")]
pub struct NoBrowser;
