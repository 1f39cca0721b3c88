//! The line at X's counter: how many requests are under way at once.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

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
}

impl Line {
    /// A line with `slots` slots (1 to [`CEILING`]); a request leaves its slot after `patience`.
    pub(super) fn new(slots: usize, patience: Duration) -> Self {
        Self { under_way: Semaphore::new(CEILING), slots: Semaphore::new(slots.clamp(1, CEILING)), patience }
    }

    /// Waits for its turn.
    pub(super) async fn turn(&self) -> Turn<'_> {
        // Neither semaphore is ever closed.
        let under_way = self.under_way.acquire().await.ok();
        let slot = self.slots.acquire().await.ok();
        Turn { patience: self.patience, slot, _under_way: under_way }
    }
}

/// A slot in the line.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    patience: Duration,
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
        let mut sending = transport.send(request);
        if let Ok(answer) = tokio::time::timeout(self.patience, &mut sending).await {
            return answer;
        }
        self.slot = None;
        sending.await
    }
}
