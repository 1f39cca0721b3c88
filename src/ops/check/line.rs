//! The line at X's counter: how many requests are under way at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::x::wire::{Request, Response, SendError, Transport};

/// Requests under way at once at the very most, those that wait for a late answer included.
pub(super) const CEILING: usize = 128;

/// So many times as long as answers usually take is slow.
const SLOW: u32 = 4;
/// What takes no longer than this is not slow.
const QUICK: Duration = Duration::from_millis(250);

/// Hands out slots. A request that gets no answer soon leaves its slot, so that a slow one holds nobody up, but
/// counts on under the ceiling.
#[derive(Debug)]
pub(super) struct Line {
    under_way: Semaphore,
    slots: Semaphore,
    patience: Duration,
    /// How long answers usually take, in microseconds; 0: nobody knows yet.
    usual: AtomicU64,
}

impl Line {
    /// A line with `slots` slots (1 to [`CEILING`]); a request leaves its slot after `patience` at the latest.
    pub(super) fn new(slots: usize, patience: Duration) -> Self {
        let (under_way, slots) = (Semaphore::new(CEILING), Semaphore::new(slots.clamp(1, CEILING)));
        Self { under_way, slots, patience, usual: AtomicU64::default() }
    }

    /// After how long a request leaves its slot: when it is slow by what is usual, so that some that hang cost the
    /// others next to nothing.
    fn patience(&self) -> Duration {
        match self.usual.load(Ordering::Relaxed) {
            0 => self.patience,
            usual => (Duration::from_micros(usual) * SLOW).max(QUICK).min(self.patience),
        }
    }

    /// An answer took so long.
    fn learn(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
        let usual = match self.usual.load(Ordering::Relaxed) {
            0 => took,
            // An eighth of every news; two at once may well overwrite each other.
            usual => usual - usual / 8 + took / 8,
        };
        self.usual.store(usual, Ordering::Relaxed);
    }

    /// Waits for its turn.
    pub(super) async fn turn(&self) -> Turn<'_> {
        // Neither semaphore is ever closed.
        let under_way = self.under_way.acquire().await.ok();
        let slot = self.slots.acquire().await.ok();
        Turn { line: self, slot, _under_way: under_way }
    }
}

/// A slot in the line.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    line: &'a Line,
    slot: Option<SemaphorePermit<'a>>,
    _under_way: Option<SemaphorePermit<'a>>,
}

impl Turn<'_> {
    /// Sends a request.
    pub(super) async fn send(
        mut self,
        transport: &dyn Transport,
        request: Request,
    ) -> Result<Response, SendError> {
        let begun = Instant::now();
        let mut sending = transport.send(request);
        let soon = tokio::time::timeout(self.line.patience(), &mut sending).await;
        let answer = if let Ok(answer) = soon {
            answer
        } else {
            self.slot = None;
            sending.await
        };
        if answer.is_ok() {
            self.line.learn(begun.elapsed());
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_slow_depends_on_what_is_usual() {
        const MOST: Duration = Duration::from_secs(2);
        for (answers, wanted) in [
            (vec![], 2_000),
            (vec![100], 400),
            (vec![20; 50], 250),
            (vec![800; 50], 2_000),
            (vec![100, 100, 900], 800),
        ] {
            let line = Line::new(32, MOST);
            for millis in &answers {
                line.learn(Duration::from_millis(*millis));
            }
            assert_eq!(line.patience().as_millis(), wanted, "{answers:?}");
        }
        let hasty = Line::new(32, Duration::from_millis(50));
        hasty.learn(Duration::from_millis(100));
        assert_eq!(hasty.patience().as_millis(), 50, "never longer than it was told");
    }
}
