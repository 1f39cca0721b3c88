//! Lets one request warm a connection up before hundreds use it. A connection lives and dies with the runtime that
//! opened it, so each runtime warms up its own.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::sync::watch;

use crate::domain::time::Time;
use crate::x::wire::Now;

/// Seconds after the last answer for which the connection counts as open; the client closes idle ones after 90.
const WARM: i64 = 60;
/// How long anybody waits for the first request: a slow one must not hold the others.
const WAIT: Duration = Duration::from_secs(2);

/// One per client.
pub(super) struct Gate {
    warmth: Mutex<Warmth>,
    wait: Duration,
}

impl Default for Gate {
    fn default() -> Self {
        Self { warmth: Mutex::default(), wait: WAIT }
    }
}

#[derive(Default)]
enum Warmth {
    #[default]
    Cold,
    /// One request is under way; the channel closes when it ends.
    Warming(watch::Receiver<()>),
    /// An answer came at this time, in this runtime.
    Warm(Time, Id),
}

/// Leave to go. Dropped unused (a cancelled request), the next one warms up.
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    now: &'a Now,
    /// Held by the request that warms up; dropping it wakes the others.
    first: Option<watch::Sender<()>>,
}

impl Gate {
    /// Waits until the connection is warm, or is the one to warm it up, or has waited long enough.
    pub(super) async fn pass<'a>(&'a self, now: &'a Now) -> Pass<'a> {
        let warm = async {
            loop {
                let mut warming = match self.look(now()) {
                    Look::Go => return None,
                    Look::First(sender) => return Some(sender),
                    Look::Wait(warming) => warming,
                };
                // Nothing is ever sent: the wait ends when the first request does.
                let _ = warming.changed().await;
            }
        };
        let first = tokio::time::timeout(self.wait, warm).await.unwrap_or_default();
        Pass { gate: self, now, first }
    }

    fn look(&self, now: Time) -> Look {
        let mut warmth = self.lock();
        match &*warmth {
            Warmth::Warm(at, home) if *home == here() && (0..WARM).contains(&now.since(*at)) => Look::Go,
            // A closed channel: the first request was dropped before it had an answer.
            Warmth::Warming(waiting) if waiting.has_changed().is_ok() => Look::Wait(waiting.clone()),
            _ => {
                let (sender, receiver) = watch::channel(());
                *warmth = Warmth::Warming(receiver);
                Look::First(sender)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Warmth> {
        self.warmth.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn here() -> Id {
    Handle::current().id()
}

enum Look {
    Go,
    First(watch::Sender<()>),
    Wait(watch::Receiver<()>),
}

impl Pass<'_> {
    /// Says how the request ended.
    pub(super) fn used(self, answered: bool) {
        let mut warmth = self.gate.lock();
        match (answered, &self.first) {
            (true, _) => *warmth = Warmth::Warm((self.now)(), here()),
            (false, Some(_)) => *warmth = Warmth::Cold,
            (false, None) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

    use tokio::sync::Notify;

    use super::*;

    fn clock() -> (Arc<AtomicI64>, Now) {
        let at = Arc::new(AtomicI64::new(1_000));
        let reads = at.clone();
        (at, Arc::new(move || Time::from_unix(reads.load(Ordering::SeqCst))))
    }

    fn run(test: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime").block_on(test);
    }

    #[test]
    fn one_request_goes_first_and_the_rest_follow_together() {
        run(async {
            let (_, now) = clock();
            let gate = Gate::default();
            let first = gate.pass(&now).await;
            assert!(first.first.is_some());
            let through = AtomicUsize::new(0);
            let others = async {
                tokio::join!(gate.pass(&now), gate.pass(&now), gate.pass(&now));
                through.fetch_add(3, Ordering::SeqCst);
            };
            let end = async {
                tokio::task::yield_now().await;
                assert_eq!(through.load(Ordering::SeqCst), 0, "they wait");
                first.used(true);
            };
            tokio::join!(others, end);
            assert!(gate.pass(&now).await.first.is_none(), "and later ones go at once");
        });
    }

    #[test]
    fn a_failed_or_dropped_first_request_makes_room_for_another() {
        run(async {
            let (_, now) = clock();
            let gate = Gate::default();
            gate.pass(&now).await.used(false);
            let second = gate.pass(&now).await;
            assert!(second.first.is_some());
            drop(second);
            assert!(gate.pass(&now).await.first.is_some());
        });
    }

    #[test]
    fn a_connection_left_alone_is_warmed_up_again() {
        run(async {
            let (at, now) = clock();
            let gate = Gate::default();
            gate.pass(&now).await.used(true);
            at.fetch_add(WARM - 1, Ordering::SeqCst);
            assert!(gate.pass(&now).await.first.is_none());
            at.fetch_add(1, Ordering::SeqCst);
            let again = gate.pass(&now).await;
            assert!(again.first.is_some());
            again.used(true);
            // A clock that was set back says nothing about the connection.
            at.store(0, Ordering::SeqCst);
            assert!(gate.pass(&now).await.first.is_some());
        });
    }

    #[test]
    fn a_runtime_that_is_new_has_no_connection_yet() {
        let (_, now) = clock();
        let gate = Gate::default();
        run(async { gate.pass(&now).await.used(true) });
        run(async { assert!(gate.pass(&now).await.first.is_some()) });
    }

    #[test]
    fn a_slow_first_request_holds_nobody_for_long() {
        run(async {
            let (_, now) = clock();
            let gate = Gate { wait: Duration::from_millis(1), ..Gate::default() };
            let slow = gate.pass(&now).await;
            let done = Notify::new();
            let waiter = async {
                let pass = gate.pass(&now).await;
                assert!(pass.first.is_none());
                done.notify_one();
            };
            tokio::join!(waiter, done.notified());
            slow.used(true);
        });
    }
}
