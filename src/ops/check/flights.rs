//! One question, asked once: who asks it while it is under way hears the same answer.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Questions under way, by what they ask, and the answers to those that are kept.
#[derive(Debug)]
pub(super) struct Flights<K, V> {
    known: Mutex<BTreeMap<K, watch::Receiver<Option<V>>>>,
    keep: Keep,
}

/// How long an answer is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// For those who waited.
    No,
    /// Until [`Flights::clear`].
    Yes,
}

/// Who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// This caller.
    Leader,
    /// Another one, before.
    Follower,
}

enum Seat<V> {
    Leader(watch::Sender<Option<V>>),
    Follower(watch::Receiver<Option<V>>),
}

impl<K: Ord + Clone, V: Clone> Flights<K, V> {
    pub(super) fn new(keep: Keep) -> Self {
        Self { known: Mutex::default(), keep }
    }

    /// The answer to `key`: by doing `ask`, or from somebody who asks already; `wait` is called before waiting for
    /// another. If that one gives up, the next takes over.
    pub(super) async fn join(&self, key: K, wait: impl Fn(), ask: impl Future<Output = V>) -> (V, Role) {
        loop {
            match self.seat(&key) {
                Seat::Leader(sender) => {
                    let value = ask.await;
                    if self.keep == Keep::No {
                        self.lock().remove(&key);
                    }
                    sender.send_replace(Some(value.clone()));
                    return (value, Role::Leader);
                }
                Seat::Follower(mut receiver) => {
                    wait();
                    if let Ok(value) = receiver.wait_for(Option::is_some).await
                        && let Some(value) = value.as_ref()
                    {
                        return (value.clone(), Role::Follower);
                    }
                }
            }
        }
    }

    /// Forgets every answer.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    fn seat(&self, key: &K) -> Seat<V> {
        let mut known = self.lock();
        if let Some(receiver) = known.get(key) {
            // A closed channel without an answer: who asked was called off.
            let answered = receiver.borrow().is_some();
            if answered || receiver.has_changed().is_ok() {
                return Seat::Follower(receiver.clone());
            }
        }
        let (sender, receiver) = watch::channel(None);
        known.insert(key.clone(), receiver);
        Seat::Leader(sender)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<K, watch::Receiver<Option<V>>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Notify;

    use super::*;

    fn run(test: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(test);
    }

    #[test]
    fn who_asks_the_same_meanwhile_hears_the_same_answer() {
        for (keep, asked_later) in [(Keep::No, 2), (Keep::Yes, 1)] {
            run(async {
                let flights = Flights::new(keep);
                let (asked, go) = (AtomicUsize::new(0), Notify::new());
                let ask = || async {
                    asked.fetch_add(1, Ordering::SeqCst);
                    go.notified().await;
                    7
                };
                let start = async { go.notify_one() };
                let (one, two, ()) =
                    tokio::join!(flights.join("a", || {}, ask()), flights.join("a", || {}, ask()), start);
                assert_eq!((one, two), ((7, Role::Leader), (7, Role::Follower)));
                assert_eq!(asked.load(Ordering::SeqCst), 1);
                go.notify_one();
                assert_eq!(flights.join("a", || {}, ask()).await.0, 7);
                assert_eq!(asked.load(Ordering::SeqCst), asked_later);
                go.notify_one();
                assert_eq!(flights.join("b", || {}, ask()).await, (7, Role::Leader));
            });
        }
    }

    #[test]
    fn when_the_one_who_asks_is_called_off_the_next_takes_over() {
        run(async {
            let flights: Arc<Flights<&str, i32>> = Arc::new(Flights::new(Keep::Yes));
            let leading = flights.clone();
            let first = tokio::spawn(async move { leading.join("a", || {}, std::future::pending()).await });
            tokio::task::yield_now().await;
            let following = flights.clone();
            let second = tokio::spawn(async move { following.join("a", || {}, async { 2 }).await });
            tokio::task::yield_now().await;
            first.abort();
            assert_eq!(second.await.expect("no panic"), (2, Role::Leader));
        });
    }
}
