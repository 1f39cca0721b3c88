//! Asks X what every profile may do, many at once; results stream in.
//!
//! Nothing here changes anything at X. What it costs is known before it is asked: [`plan()`].

mod again;
mod asking;
mod engine;
mod flights;
mod hub;
mod judge;
mod line;
mod plan;
mod windows;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

pub use crate::x::prices::{Cost, PRICES_OF};
pub use hub::Checks;
pub use plan::{Plan, Split, plan, split};

use super::World;
use super::snapshot::Snapshot;
use crate::domain::credential::Candidate;
use crate::domain::document::Document;
use crate::domain::id::{Owner, ProfileId};
use crate::domain::verdict::{AppFinding, Finding, Findings};
use crate::failure::Failure;

/// What happens while a check runs.
#[derive(Clone, Debug)]
pub enum CheckEvent {
    /// X is being asked about this profile.
    Started(ProfileId),
    /// The verdict on a profile. A profile can be told twice: when all are through, another token of its app may have
    /// shown that its own is older than the permission. The later one counts.
    Finished(Box<Finding>),
    /// How an app's own values stand.
    App(Box<AppFinding>),
    /// X handed over another value than the stored one; keep it with [`crate::domain::edit::Edit::AddCandidate`].
    Candidate {
        /// Whose.
        owner: Owner,
        /// The value.
        candidate: Candidate,
    },
}

/// What a check is about: the vault, and what earlier checks have found in it.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The vault.
    pub document: Arc<Document>,
    /// Earlier findings: the tokens of an app tell of each other.
    pub findings: Arc<Findings>,
}

/// Nothing is known of earlier checks.
impl From<Document> for Subject {
    fn from(document: Document) -> Self {
        Arc::new(document).into()
    }
}

/// The same.
impl From<Arc<Document>> for Subject {
    fn from(document: Arc<Document>) -> Self {
        Self { document, findings: Arc::default() }
    }
}

impl From<Snapshot> for Subject {
    fn from(snapshot: Snapshot) -> Self {
        Self { document: snapshot.document, findings: snapshot.findings }
    }
}

/// What a whole check found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The verdicts, in the order they came.
    pub findings: Vec<Finding>,
    /// What became of the apps' own values, in the order of the ids.
    pub apps: Vec<AppFinding>,
    /// How many requests were sent in all.
    pub requests: usize,
    /// How many of them put a question again that had been put before.
    pub retries: usize,
    /// True when it was cancelled before every profile had its verdict.
    pub cancelled: bool,
    /// Why nothing could be asked: this machine gave no randomness for signatures, or a mistake of birdkeep's.
    pub trouble: Option<Failure>,
}

impl Report {
    /// What it found, to be remembered.
    pub fn found(&self) -> Findings {
        Findings::of(self.findings.iter().cloned(), self.apps.iter().cloned())
    }
}

/// Ends a check early; what is known stays known. Clones are the same switch.
#[derive(Clone, Debug)]
pub struct Cancel(Arc<watch::Sender<bool>>);

impl Default for Cancel {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Cancel {
    /// A switch that is off.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the check. Once cancelled, always cancelled.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is cancelled.
    pub async fn cancelled(&self) {
        let mut seen = self.0.subscribe();
        // The sender lives in self, so waiting cannot fail.
        let _ = seen.wait_for(|cancelled| *cancelled).await;
    }
}

/// How long things take that are not X's doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Pause before an app's pair that X may have throttled is tried once more.
    pub again: Duration,
    /// A request without an answer leaves its slot to another after this time, or sooner where answers are quick.
    pub slot: Duration,
    /// The first pause, at most, before a question is put again because X stumbled; the next one is twice as long.
    pub retry: Duration,
    /// The longest time that X may ask to be left alone before a question is put again.
    pub longest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            again: Duration::from_secs(3),
            slot: Duration::from_secs(2),
            retry: Duration::from_millis(400),
            longest: Duration::from_secs(5),
        }
    }
}

/// Checks `profiles`, by itself: see [`Checks::run`].
pub async fn run(
    world: World,
    subject: impl Into<Subject>,
    profiles: Vec<ProfileId>,
    tx: impl Fn(CheckEvent) + Send,
    cancel: Cancel,
) -> Report {
    Checks::new(world).run(subject, profiles, tx, cancel).await
}

/// Like [`run`], at another pace.
pub async fn run_at(
    pace: Pace,
    world: World,
    subject: impl Into<Subject>,
    profiles: Vec<ProfileId>,
    tx: impl Fn(CheckEvent) + Send,
    cancel: Cancel,
) -> Report {
    Checks::at(pace, world).run(subject, profiles, tx, cancel).await
}
