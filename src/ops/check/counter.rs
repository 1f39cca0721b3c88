//! A thread that checks, for those who have no runtime of their own: the screen.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::{Cancel, CheckEvent, Checks, Report};
use crate::domain::document::Document;
use crate::domain::id::ProfileId;

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What somebody wants checked.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// With which values.
    pub document: Arc<Document>,
    /// Which profiles.
    pub profiles: Vec<ProfileId>,
    /// Ends it early.
    pub cancel: Cancel,
}

/// A thread on which checks run side by side, all with the same connection to X. One asked for while others run joins
/// them ([`Checks`]).
pub struct Counter {
    checks: Checks,
    jobs: mpsc::UnboundedSender<Job>,
    thread: JoinHandle<()>,
}

impl fmt::Debug for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counter").finish_non_exhaustive()
    }
}

impl Counter {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives no thread or no way to wait for sockets.
    pub fn start(checks: Checks) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (jobs, mut waiting) = mpsc::unbounded_channel::<Job>();
        let serve = async move {
            let mut running = JoinSet::new();
            while let Some(job) = waiting.recv().await {
                running.spawn(job);
                while running.try_join_next().is_some() {}
            }
            while running.join_next().await.is_some() {}
        };
        let thread =
            thread::Builder::new().name("check".to_owned()).spawn(move || runtime.block_on(serve))?;
        Ok(Self { checks, jobs, thread })
    }

    /// Begins a check and comes back at once. `tx` hears its events on the thread of the checks, so it hands them on
    /// and does no more; `done` has a thread of its own, and gets `None` if a mistake ended the check.
    pub fn check(
        &self,
        wanted: Wanted,
        tx: impl Fn(CheckEvent) + Send + 'static,
        done: impl FnOnce(Option<Report>) + Send + 'static,
    ) {
        let Wanted { document, profiles, cancel } = wanted;
        let checks = self.checks.clone();
        let job = async move {
            let run = async move { checks.run(document, profiles, tx, cancel).await };
            // A task of its own: a mistake in it ends it alone.
            let report = tokio::spawn(run).await.ok();
            // Who counts the end of a check may well write it down.
            let _ = tokio::task::spawn_blocking(move || done(report)).await;
        };
        // The thread ends only after this sender, so somebody always listens.
        let _ = self.jobs.send(Box::pin(job));
    }

    /// Waits until every check is over.
    pub fn finish(self) {
        drop(self.jobs);
        // Mistakes in checks were caught, so there is nothing left to learn from it.
        let _ = self.thread.join();
    }
}
