//! Where checks that run at the same time meet: one line, one memory of windows, one answer per question.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::again::Health;
use super::engine::Engine;
use super::flights::{Flights, Keep};
use super::line::Line;
use super::windows::Windows;
use super::{Cancel, CheckEvent, Pace, Report, Subject};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::{AppId, ProfileId};
use crate::ops::World;
use crate::x::checks::Answers;

/// The checks of one program. Clones are the same.
///
/// Checks may be asked for while others run. They share the slots and what X has said about windows; a profile that
/// is being asked about already is not asked about again: both checks get the one answer, and each judges it by its
/// own document. An app is asked about once for as long as any check runs. Whoever is cancelled leaves the others
/// theirs.
#[derive(Clone, Debug)]
pub struct Checks(Arc<Hub>);

#[derive(Debug)]
pub(super) struct Hub {
    pub(super) world: World,
    pub(super) pace: Pace,
    pub(super) line: Line,
    pub(super) windows: Windows,
    pub(super) health: Health,
    /// Answers to questions about profiles, by what they were asked with.
    pub(super) profiles: Flights<(ProfileId, Fingerprint), Arc<Answers>>,
    pub(super) apps: Flights<(AppId, Fingerprint), Arc<Answers>>,
    /// How many checks run.
    running: Mutex<usize>,
}

impl Checks {
    /// Nothing runs yet, and nothing is known of windows.
    pub fn new(world: World) -> Self {
        Self::at(Pace::default(), world)
    }

    /// Like [`Checks::new`], at another pace.
    pub fn at(pace: Pace, world: World) -> Self {
        Self(Arc::new(Hub {
            line: Line::new(world.settings.concurrency, pace.slot),
            windows: Windows::new(pace.slot),
            health: Health::default(),
            profiles: Flights::new(Keep::No),
            apps: Flights::new(Keep::Yes),
            running: Mutex::default(),
            world,
            pace,
        }))
    }

    /// Recalls what earlier checks found, also those of other processes: whom X told to come back later is not asked
    /// before.
    fn recall(&self, subject: &Subject) {
        for finding in subject.findings.profiles.values() {
            self.0.windows.recall(&subject.document, finding);
        }
    }

    /// Checks `profiles`. Must run inside a tokio runtime; results go to `tx` as they come, at most one
    /// [`CheckEvent::Finished`] per profile. Dropping the future ends the check as well.
    pub async fn run(
        &self,
        subject: impl Into<Subject>,
        profiles: Vec<ProfileId>,
        tx: impl Fn(CheckEvent) + Send,
        cancel: Cancel,
    ) -> Report {
        let _running = Running::begin(&self.0);
        let subject = subject.into();
        self.recall(&subject);
        Engine::new(Arc::clone(&self.0), subject, cancel).run(&profiles, tx).await
    }
}

/// A check that runs. With the last one the answers about apps are forgotten: they hold what X handed over.
struct Running<'a>(&'a Hub);

impl<'a> Running<'a> {
    fn begin(hub: &'a Hub) -> Self {
        *count(hub) += 1;
        Self(hub)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut running = count(self.0);
        *running = running.saturating_sub(1);
        if *running == 0 {
            self.0.profiles.clear();
            self.0.apps.clear();
        }
    }
}

fn count(hub: &Hub) -> MutexGuard<'_, usize> {
    hub.running.lock().unwrap_or_else(PoisonError::into_inner)
}
