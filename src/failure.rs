//! Every error a person sees: what happened, because of what, what to try.

use std::fmt;

/// What kind of trouble it is; decides the exit code of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A check found trouble, or nothing matched: exit code 1.
    Found,
    /// The command cannot be carried out as given: 2.
    Usage,
    /// The vault cannot be unlocked: 3.
    Locked,
    /// The vault is damaged, forged or rolled back: 4.
    Damaged,
    /// X or the network cannot be reached: 5.
    Network,
    /// It could not be saved: 6.
    NotSaved,
    /// The command that was to be run cannot be run: 126, as shells say it.
    NotRunnable,
    /// There is no such command: 127, as shells say it.
    NoCommand,
}

impl Kind {
    /// The exit code of a command that ends with it.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Found => 1,
            Self::Usage => 2,
            Self::Locked => 3,
            Self::Damaged => 4,
            Self::Network => 5,
            Self::NotSaved => 6,
            Self::NotRunnable => 126,
            Self::NoCommand => 127,
        }
    }
}

/// Trouble, in three lines. The texts are visible text (see [`crate::domain::text`]) and never hold a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of trouble.
    pub kind: Kind,
    /// What happened.
    pub what: String,
    /// Because of what.
    pub because: String,
    /// What to try.
    pub try_this: String,
}

impl Failure {
    /// All three lines.
    pub fn new(
        kind: Kind,
        what: impl Into<String>,
        because: impl Into<String>,
        try_this: impl Into<String>,
    ) -> Self {
        Self { kind, what: what.into(), because: because.into(), try_this: try_this.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  because: {}\n  try: {}", self.what, self.because, self.try_this)
    }
}

impl std::error::Error for Failure {}
