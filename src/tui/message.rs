//! Everything that can happen to the screen, as one closed list.
//!
//! Nothing here holds a key of the vault; what holds a secret (a paste, a recovery key) is a redacted `Secret`.

use std::time::Duration;

use ratatui::layout::{Position, Size};

use super::effect::Draft;
use super::keys::Key;
use crate::domain::edit::Conflict;
use crate::domain::fields::Credential;
use crate::domain::id::{Owner, ProfileId};
use crate::domain::rotation::Rotation;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::domain::verdict::{Account, AppFinding, Finding, State};
use crate::failure::Failure;
use crate::ops::authorize::Played;
use crate::ops::revoke::{Fate, Told};
use crate::ops::snapshot::Snapshot;
use crate::ops::transfer::{self, Undelivered};
use crate::ops::{Cleared, ClipboardError};

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Msg {
    /// What time it is: comes before everything that is handled at that time.
    Clock(Moment),
    /// A key was pressed.
    Key(Key),
    /// Text was pasted, as one event.
    Paste(Secret),
    /// The mouse was used.
    Mouse(Mouse),
    /// The terminal's window got or lost the focus.
    Focus(Focus),
    /// The terminal has another size now.
    Resize(Size),
    /// The operating system wants something.
    Signal(Signal),
    /// A job has something to tell. Dropped when the ticket is not known any more.
    Job(Ticket, Reply),
    /// No browser could be started for this address.
    NoBrowser(String),
    /// Something nobody waits for went wrong.
    Trouble(Failure),
}

/// Wall clock and boot clock at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The wall clock: for ages.
    pub now: Time,
    /// Time since boot, suspend included: for locks and countdowns.
    pub boot: Duration,
}

/// What was done with the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// Where.
    pub at: Position,
    /// What.
    pub act: MouseAct,
}

/// What a mouse can do here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseAct {
    /// The left button went down.
    Click,
    /// The wheel went towards the person.
    WheelDown,
    /// The wheel went away from the person.
    WheelUp,
}

/// Whether the terminal's window has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// It has it now.
    Gained,
    /// It has lost it.
    Lost,
}

/// What the operating system wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// End: SIGTERM, SIGHUP, SIGINT from outside.
    End,
    /// Stop: SIGTSTP.
    Stop,
    /// Go on after a stop: SIGCONT.
    Continue,
}

/// The number of a job. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// What a job tells. A job ends with the one reply that [`Reply::ends`] names.
#[derive(Clone, Debug)]
pub enum Reply {
    /// The vault is open, or not.
    Unlocked(Result<Opened, Failure>),
    /// A vault was made, or not. The vault is then open.
    Created(Result<Created, Failure>),
    /// The passphrase was changed, or not.
    Rekeyed(Result<(), Failure>),
    /// Edits were saved, or not.
    Saved(Result<Snapshot, NotSaved>),
    /// Another process had saved: this is how the vault stands now. `None`: nothing new.
    Reloaded(Result<Option<Snapshot>, Failure>),
    /// X is being asked about this profile now.
    CheckBegun(ProfileId),
    /// One profile's verdict.
    CheckFound(Box<Finding>),
    /// How one app's own values stand.
    CheckFoundApp(Box<AppFinding>),
    /// The check is over, all of it or (cancelled) the part that was done.
    CheckDone(CheckSum),
    /// One stage of a rotation is over.
    Rotated(Result<RotationStep, Failure>),
    /// A login has begun, or not.
    LoginBegun(Result<LoginBegun, Failure>),
    /// The browser has come back: from here on the login is in custody.
    LoginHeard,
    /// A login has ended in the vault, or not.
    LoggedIn(Result<LoggedIn, NotLoggedIn>),
    /// Nobody waits for the login any more.
    LoginLeft,
    /// Whether a browser could be started for a login.
    LoginOpened(bool),
    /// The address of a login was copied.
    LoginCopied(Result<&'static str, ClipboardError>),
    /// Where the demo's login page ended.
    LoginPlayed(Option<Played>),
    /// The OAuth 2.0 tokens of a profile are new, or not.
    Refreshed(Result<Revoked, Failure>),
    /// What became of one token that X was asked to kill.
    RevokeTold(Box<RevokeLine>),
    /// Revoking is over.
    Revoked(Result<Revoked, Failure>),
    /// Replaced values were forgotten, or not.
    Purged(Result<Revoked, Failure>),
    /// A value was copied.
    Copied(Result<&'static str, ClipboardError>),
    /// A text that is no secret was copied, or not.
    TextCopied(Result<&'static str, ClipboardError>),
    /// What became of the copy; `None`: the terminal was asked to forget it, which nobody can verify.
    Cleared(Result<Option<Cleared>, ClipboardError>),
    /// What an import would do.
    Previewed(Result<transfer::Plan, Failure>),
    /// What other tools have left here.
    FoundImports(Vec<transfer::Find>),
    /// How imported files stand.
    LookedAt(Vec<transfer::Leftover>),
    /// An export is in the file of this name, or not.
    Exported(Result<String, Undelivered>),
    /// Six words for a passphrase.
    Suggested(Secret),
    /// The job broke: a mistake in birdkeep, caught.
    Died,
}

impl Reply {
    /// True for replies after which the job is over.
    pub const fn ends(&self) -> bool {
        !matches!(
            self,
            Self::CheckBegun(_)
                | Self::CheckFound(_)
                | Self::CheckFoundApp(_)
                | Self::LoginHeard
                | Self::RevokeTold(_)
        )
    }
}

/// An opened vault.
#[derive(Clone, Debug)]
pub struct Opened {
    /// How it stands.
    pub snapshot: Snapshot,
    /// Forms that were not saved when the screen was locked last.
    pub drafts: Vec<Draft>,
    /// What a person should know about this opening, in whole sentences.
    pub notices: Vec<String>,
}

/// A vault just made.
#[derive(Clone, Debug)]
pub struct Created {
    /// How it stands: empty.
    pub snapshot: Snapshot,
    /// The recovery key, to be shown once.
    pub recovery_key: Option<Secret>,
}

/// Why edits were not saved.
#[derive(Clone, Debug)]
pub struct NotSaved {
    /// What, why and what to try.
    pub failure: Failure,
    /// The edits that no longer fit.
    pub conflicts: Vec<Conflict>,
}

/// How a check ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckSum {
    /// Requests sent.
    pub requests: usize,
    /// What a person should know, in whole sentences.
    pub notices: Vec<String>,
}

/// One stage of a rotation, done.
#[derive(Clone, Debug)]
pub struct RotationStep {
    /// How the vault stands now.
    pub snapshot: Snapshot,
    /// Whose.
    pub owner: Owner,
    /// Of which credential.
    pub credential: Credential,
    /// The rotation as it stands; `None`: it is over.
    pub rotation: Option<Rotation>,
    /// What happened, in whole sentences.
    pub said: Vec<String>,
    /// The new value was tried and refused: the rotation has gone back to an earlier stage.
    pub refused: Option<Box<Failure>>,
}

/// A login under way, as far as a person may see it.
#[derive(Clone, Debug)]
pub struct LoginBegun {
    /// The page to open. It holds half of the login's secrets, so nothing but the screen shows it.
    pub address: Secret,
    /// Where the browser comes back to; `None`: nowhere, there is a PIN.
    pub callback: Option<String>,
}

/// A login that is in the vault.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// How the vault stands now.
    pub snapshot: Snapshot,
    /// Whose login it was.
    pub profile: ProfileId,
    /// What happened, in whole sentences.
    pub said: Vec<String>,
    /// The account; `None`: X would not say, and the tokens are candidates.
    pub account: Option<Account>,
}

/// A login that is not in the vault.
#[derive(Clone, Debug)]
pub struct NotLoggedIn {
    /// What, why and what to try.
    pub failure: Failure,
    /// What can be done about it.
    pub next: LoginNext,
}

/// What can be done about a login that is not in the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginNext {
    /// The same, right this time.
    Again,
    /// Another login.
    Anew,
    /// The tokens are there: save them.
    Save,
}

/// What became of one token, without the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokeLine {
    /// Which.
    pub label: String,
    /// What became of it, in a word or two.
    pub word: &'static str,
    /// Fine, where it is dead.
    pub state: State,
    /// Why it is not dead, or not known to be.
    pub failure: Option<Failure>,
}

impl RevokeLine {
    /// The line of what was told.
    pub fn of(told: &Told) -> Self {
        let (word, state, failure) = match &told.fate {
            Fate::Dead => ("dead", State::Ok, None),
            Fate::Gone(_) => ("dead already", State::Ok, None),
            Fate::Alive(failure) => ("NOT revoked", State::Failed, Some(failure.clone())),
            Fate::Unclear(failure) => ("not known", State::Attention, Some(failure.clone())),
        };
        Self { label: told.item.label(), word, state, failure }
    }

    /// Whether X does not accept it any more.
    pub fn is_dead(&self) -> bool {
        self.state == State::Ok
    }
}

/// Tokens were revoked or refreshed, or replaced values forgotten.
#[derive(Clone, Debug)]
pub struct Revoked {
    /// How the vault stands now.
    pub snapshot: Snapshot,
    /// What there is to say, in whole sentences.
    pub said: Vec<String>,
}
