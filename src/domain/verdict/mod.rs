//! The verdict on a profile: need held against grant, with one cause, the evidence and one next step.

mod causes;
mod finding;
mod remedy;

pub use self::causes::{CAUSES, Cause, CauseRow};
pub use self::finding::{AppFinding, Finding, Findings, Tried};
pub use self::remedy::{REMEDIES, Remedy, RemedyRow};

use super::names::{Handle, UserId};
use super::needs::{Answer, Need};
use super::permission::{Grant, Level};
use super::time::Time;

/// How a verdict stands, as glyph, word and colour show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// X refuses the credential or the account.
    Failed,
    /// It works, but not for what it is meant to do, or money or limits stand in the way.
    Attention,
    /// Nothing is known: never checked, or X gave no verdict.
    Unknown,
    /// X accepts it and it may do what it is meant to.
    Ok,
}

impl State {
    /// The stable word of machine output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Attention => "attention",
            Self::Unknown => "unknown",
            Self::Ok => "ok",
        }
    }
}

/// The X account that answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its numeric id.
    pub id: UserId,
    /// Its handle.
    pub handle: Handle,
}

/// What a check found out about a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The one cause.
    pub cause: Cause,
    /// What the token may do.
    pub grant: Grant,
    /// The account that answered.
    pub account: Option<Account>,
    /// What was seen that led to the cause, in whole phrases. Foreign text in it is already visible text.
    pub evidence: Vec<String>,
    /// The profile's needs, each held against the grant.
    pub needs: Vec<(Need, Answer)>,
    /// When it makes sense to ask again, where X said so.
    pub retry_at: Option<Time>,
    /// What puts it right, where that is more exact than the row of its cause.
    pub remedy: Option<Remedy>,
}

impl Verdict {
    /// A verdict with a cause and nothing else known.
    pub fn of(cause: Cause) -> Self {
        Self {
            cause,
            grant: Grant::Nothing,
            account: None,
            evidence: Vec::new(),
            needs: Vec::new(),
            retry_at: None,
            remedy: None,
        }
    }

    /// How it stands.
    pub fn state(&self) -> State {
        self.cause.row().state
    }

    /// Because of what: the evidence, or what the cause's row says.
    pub fn because(&self) -> String {
        if self.evidence.is_empty() { self.cause.row().because.to_owned() } else { self.evidence.join("; ") }
    }

    /// What puts it right.
    pub fn remedy(&self) -> Remedy {
        self.remedy.unwrap_or(self.cause.row().remedy)
    }

    /// Whether X has said nothing about the profile: it was not heard, or not understood.
    pub fn is_silent(&self) -> bool {
        // A token without a level in its answer was accepted all the same.
        self.state() == State::Unknown && self.cause != Cause::LevelUnknown
    }

    /// The OAuth 1.0a level the token was seen with.
    pub fn level(&self) -> Option<Level> {
        match self.grant {
            Grant::Oauth1(level) => level,
            _ => None,
        }
    }
}
