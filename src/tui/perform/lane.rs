//! Threads that do one thing after another, or many things that wait for X at once. What is begun is finished, also
//! when the screen is gone.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

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

type Waiting = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A thread on which much is under way at once. All of it shares the connections to X, which live as long as this.
#[derive(Debug)]
pub(super) struct Crowd {
    queue: UnboundedSender<Waiting>,
    thread: JoinHandle<()>,
}

impl Crowd {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives no thread, or nothing to wait with.
    pub(super) fn start(name: &str) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (queue, mut waiting) = unbounded_channel::<Waiting>();
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            runtime.block_on(async {
                let mut under_way = JoinSet::new();
                while let Some(work) = waiting.recv().await {
                    under_way.spawn(work);
                    while under_way.try_join_next().is_some() {}
                }
                while under_way.join_next().await.is_some() {}
            });
        })?;
        Ok(Self { queue, thread })
    }

    /// Begins `work` at once, beside what is under way. A panic in it ends that work alone: `died` is done then.
    pub(super) fn join(
        &self,
        work: impl Future<Output = ()> + Send + 'static,
        died: impl FnOnce() + Send + 'static,
    ) {
        let guarded = async move {
            if tokio::spawn(work).await.is_err() {
                died();
            }
        };
        // The thread ends only after this sender, so somebody always listens.
        let _ = self.queue.send(Box::pin(guarded));
    }

    /// Waits until everything begun is done.
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

    #[test]
    fn in_a_crowd_the_last_one_in_may_be_the_first_one_done_and_all_are_waited_for() {
        let crowd = Crowd::start("test").expect("a thread");
        let (done, died) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (tell, told) = tokio::sync::oneshot::channel::<()>();
        let count = Arc::clone(&done);
        let waits = async move {
            told.await.expect("it is told");
            count.fetch_add(1, Ordering::SeqCst);
        };
        crowd.join(waits, || {});
        let count = Arc::clone(&died);
        let late = Arc::clone(&done);
        let tells = async move {
            late.fetch_add(10, Ordering::SeqCst);
            tell.send(()).expect("the other waits for it");
        };
        crowd.join(async { assert_eq!(1, 2, "a made-up mistake") }, move || {
            count.fetch_add(1, Ordering::SeqCst);
        });
        crowd.join(tells, || {});
        crowd.finish();
        assert_eq!((done.load(Ordering::SeqCst), died.load(Ordering::SeqCst)), (11, 1));
    }
}
