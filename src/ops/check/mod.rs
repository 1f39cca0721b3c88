//! Asks X what every profile may do, many at once; results stream in.
//!
//! Nothing here changes anything at X. What it costs is known before it is asked: [`plan()`].

mod engine;
mod line;
mod plan;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

pub use crate::x::prices::{Cost, PRICES_OF};
pub use plan::{Plan, Split, plan, split};

use self::engine::Engine;
use super::World;
use crate::domain::credential::Candidate;
use crate::domain::document::Document;
use crate::domain::id::{AppId, Owner, ProfileId};
use crate::domain::time::Time;
use crate::domain::verdict::{Cause, Finding};
use crate::failure::Failure;

/// What happens while a check runs.
#[derive(Clone, Debug)]
pub enum CheckEvent {
    /// X is being asked about this profile.
    Started(ProfileId),
    /// The verdict on a profile.
    Finished(Box<Finding>),
    /// X handed over another value than the stored one; keep it with [`crate::domain::edit::Edit::AddCandidate`].
    Candidate {
        /// Whose.
        owner: Owner,
        /// The value.
        candidate: Candidate,
    },
}

/// What a whole check found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The verdicts, in the order they came.
    pub findings: Vec<Finding>,
    /// What became of the apps' own values, in the order of the ids.
    pub apps: Vec<AppFinding>,
    /// How many requests were sent.
    pub requests: usize,
    /// True when it was cancelled before every profile had its verdict.
    pub cancelled: bool,
    /// Why nothing could be asked at all: this machine gave no randomness for signatures.
    pub trouble: Option<Failure>,
}

/// What a check found about an app by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppFinding {
    /// Which app.
    pub app: AppId,
    /// How its key and secret stand.
    pub keys: Cause,
    /// How its bearer token stands; `None`: there is none, or it was not asked about.
    pub bearer: Option<Cause>,
    /// What was seen, in whole phrases.
    pub evidence: Vec<String>,
    /// When X was asked.
    pub checked_at: Time,
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
    /// A request without an answer leaves its slot to another after this time.
    pub slot: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { again: Duration::from_secs(3), slot: Duration::from_secs(2) }
    }
}

/// Checks `profiles`. Must run inside a tokio runtime; results go to `tx` as they come, at most one
/// [`CheckEvent::Finished`] per profile. Dropping the future ends the check as well.
pub async fn run(
    world: World,
    document: impl Into<Arc<Document>>,
    profiles: Vec<ProfileId>,
    tx: impl Fn(CheckEvent) + Send,
    cancel: Cancel,
) -> Report {
    run_at(Pace::default(), world, document, profiles, tx, cancel).await
}

/// Like [`run`], at another pace.
pub async fn run_at(
    pace: Pace,
    world: World,
    document: impl Into<Arc<Document>>,
    profiles: Vec<ProfileId>,
    tx: impl Fn(CheckEvent) + Send,
    cancel: Cancel,
) -> Report {
    let engine = Engine::new(pace, world, document.into(), cancel);
    engine.run(&profiles, tx).await
}
