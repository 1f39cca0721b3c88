//! Threads that do one thing after another. What is begun is finished, also when the screen is gone.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

type Work = Box<dyn FnOnce() + Send>;

/// A thread with a queue.
#[derive(Debug)]
pub(super) struct Lane {
    queue: Sender<Work>,
    thread: JoinHandle<()>,
}

impl Lane {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn start(name: &str) -> io::Result<Self> {
        let (queue, waiting) = mpsc::channel::<Work>();
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            for work in waiting {
                work();
            }
        })?;
        Ok(Self { queue, thread })
    }

    /// Queues `work`. A panic in it ends the work, not the lane: `died` is done then.
    pub(super) fn queue(&self, work: impl FnOnce() + Send + 'static, died: impl FnOnce() + Send + 'static) {
        let guarded = move || {
            if catch_unwind(AssertUnwindSafe(work)).is_err() {
                died();
            }
        };
        // The thread ends only after this sender, so somebody always listens.
        let _ = self.queue.send(Box::new(guarded));
    }

    /// Waits until everything queued is done.
    pub(super) fn finish(self) {
        drop(self.queue);
        // Its panics were caught, so there is nothing left to learn from it.
        let _ = self.thread.join();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn everything_queued_is_done_in_order_and_a_panic_ends_only_its_own_work() {
        let lane = Lane::start("test").expect("a thread");
        let (done, died) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        for number in 0..100 {
            let (done, died) = (Arc::clone(&done), Arc::clone(&died));
            let work = move || {
                assert!(number != 50, "a made-up mistake");
                done.fetch_add(1, Ordering::SeqCst);
            };
            lane.queue(work, move || {
                died.fetch_add(1, Ordering::SeqCst);
            });
        }
        lane.finish();
        assert_eq!((done.load(Ordering::SeqCst), died.load(Ordering::SeqCst)), (99, 1));
    }
}
