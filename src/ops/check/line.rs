//! The line at X's counter: how many requests are under way at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::x::wire::{Request, Response, SendError, Transport};

/// Requests under way at once at the very most, those that wait for a late answer included.
pub(super) const CEILING: usize = 128;

/// Hands out slots. A request that gets no answer soon leaves its slot, so that a slow one holds nobody up, but
/// counts on under the ceiling.
#[derive(Debug)]
pub(super) struct Line {
    under_way: Semaphore,
    slots: Semaphore,
    patience: Duration,
    sent: AtomicUsize,
}

impl Line {
    /// A line with `slots` slots (1 to [`CEILING`]); a request leaves its slot after `patience`.
    pub(super) fn new(slots: usize, patience: Duration) -> Self {
        Self {
            under_way: Semaphore::new(CEILING),
            slots: Semaphore::new(slots.clamp(1, CEILING)),
            patience,
            sent: AtomicUsize::new(0),
        }
    }

    /// Sends a request when its turn has come. `make` builds it then, so that its signature is fresh.
    pub(super) async fn send(
        &self,
        transport: &dyn Transport,
        make: impl FnOnce() -> Result<Request, SendError>,
    ) -> Result<Response, SendError> {
        // Neither semaphore is ever closed.
        let _under_way = self.under_way.acquire().await;
        let slot = self.slots.acquire().await;
        let request = make()?;
        self.sent.fetch_add(1, Ordering::Relaxed);
        let mut sending = transport.send(request);
        if let Ok(answer) = tokio::time::timeout(self.patience, &mut sending).await {
            return answer;
        }
        drop(slot);
        sending.await
    }

    /// How many requests were sent so far.
    pub(super) fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }
}
