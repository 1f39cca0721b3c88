//! A machine that touches nothing: for the demo and for tests.
//!
//! Its clipboard is memory, its browser opens nothing, its own addresses are a letter box, its clock goes when it is
//! told to.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::loopback::{Arriving, Heard, Judge, Loopback, LoopbackError, Waiting};
use super::{Browser, Cleared, Clipboard, ClipboardError, Clock, Entropy, NoBrowser, NoEntropy};
use crate::domain::secret::Secret;
use crate::domain::time::Time;

/// A clock that stands still until it is moved, or goes on from a chosen moment.
#[derive(Debug)]
pub struct QuietClock {
    start: Time,
    moved: Mutex<Duration>,
    going: Option<Instant>,
}

impl QuietClock {
    /// Stands at `start` until [`QuietClock::advance`] moves it.
    pub fn at(start: Time) -> Self {
        Self { start, moved: Mutex::default(), going: None }
    }

    /// Goes on from `start` at the usual pace.
    pub fn going_from(start: Time) -> Self {
        Self { going: Some(Instant::now()), ..Self::at(start) }
    }

    /// Moves it on by `by`.
    pub fn advance(&self, by: Duration) {
        *self.moved.lock().unwrap_or_else(std::sync::PoisonError::into_inner) += by;
    }
}

impl Clock for QuietClock {
    fn now(&self) -> Time {
        self.start.plus(self.boot())
    }

    fn boot(&self) -> Duration {
        let moved = *self.moved.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        moved + self.going.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

/// Repeatable bytes from a seed: for tests and made-up data, never for a key that protects anything.
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// The same seed gives the same bytes.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// `SplitMix64` (Steele, Lea, Flood 2014).
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in bytes.chunks_mut(8) {
            let drawn = self.next().to_le_bytes();
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
        Ok(())
    }
}

/// A clipboard in memory.
#[derive(Debug, Default)]
pub struct QuietClipboard(Mutex<Option<Secret>>);

impl QuietClipboard {
    /// What it holds.
    pub fn contents(&self) -> Option<Secret> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Puts something there as another program would.
    pub fn put(&self, text: Option<Secret>) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = text;
    }
}

impl Clipboard for QuietClipboard {
    fn set(&self, secret: &Secret) -> Result<(), ClipboardError> {
        self.put(Some(secret.clone()));
        Ok(())
    }

    fn clear_if(&self, secret: &Secret) -> Result<Cleared, ClipboardError> {
        if self.contents().as_ref() != Some(secret) {
            return Ok(Cleared::NotOurs);
        }
        self.put(None);
        Ok(Cleared::Gone)
    }

    fn name(&self) -> &'static str {
        "the demo's own clipboard"
    }
}

/// A browser that opens nothing and remembers what it was asked to open.
#[derive(Debug, Default)]
pub struct QuietBrowser(Mutex<Vec<String>>);

impl QuietBrowser {
    /// The addresses it was asked to open, in order.
    pub fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

impl Browser for QuietBrowser {
    fn open(&self, url: &str) -> Result<(), NoBrowser> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(url.to_owned());
        Ok(())
    }
}

/// Waits for redirects that are handed in: nobody listens on any address.
#[derive(Debug, Default)]
pub struct QuietLoopback(Mutex<Option<mpsc::UnboundedSender<Secret>>>);

impl QuietLoopback {
    /// Hands an address to whoever waits; nobody need.
    pub fn deliver(&self, address: Secret) {
        let slot = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(waiting) = slot.as_ref() {
            // Who has stopped waiting is not told.
            let _ = waiting.send(address);
        }
    }
}

impl Loopback for QuietLoopback {
    fn listen(&self, _: &str) -> Result<Box<dyn Waiting>, LoopbackError> {
        let (sender, receiver) = mpsc::unbounded_channel();
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(sender);
        Ok(Box::new(LetterBox(receiver)))
    }
}

#[derive(Debug)]
struct LetterBox(mpsc::UnboundedReceiver<Secret>);

impl Waiting for LetterBox {
    fn wait(mut self: Box<Self>, judge: Judge) -> Arriving {
        Box::pin(async move {
            while let Some(address) = self.0.recv().await {
                if judge(address.expose()) == Heard::Answer {
                    return Ok(address);
                }
            }
            Err(LoopbackError::NobodyCame)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_goes_when_it_is_told_to() {
        let clock = QuietClock::at(Time::from_unix(100));
        assert_eq!((clock.now(), clock.boot()), (Time::from_unix(100), Duration::ZERO));
        clock.advance(Duration::from_secs(5));
        assert_eq!((clock.now(), clock.boot()), (Time::from_unix(105), Duration::from_secs(5)));
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let draw = |seed| {
            let (entropy, mut bytes) = (SeededEntropy::new(seed), [0; 20]);
            entropy.fill(&mut bytes).expect("it never fails");
            bytes
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn a_clipboard_is_cleared_only_while_it_is_ours() {
        let (clipboard, ours) = (QuietClipboard::default(), Secret::new("made-up"));
        assert_eq!(clipboard.set(&ours), Ok(()));
        clipboard.put(Some(Secret::new("a shopping list")));
        assert_eq!(clipboard.clear_if(&ours), Ok(Cleared::NotOurs));
        assert_eq!(clipboard.contents(), Some(Secret::new("a shopping list")));
        assert_eq!(clipboard.set(&ours), Ok(()));
        assert_eq!(clipboard.clear_if(&ours), Ok(Cleared::Gone));
        assert_eq!(clipboard.contents(), None);
    }

    #[test]
    fn the_browser_opens_nothing_and_remembers() {
        let browser = QuietBrowser::default();
        assert_eq!(browser.open("https://x.com/"), Ok(()));
        assert_eq!(browser.asked(), ["https://x.com/"]);
    }
}
