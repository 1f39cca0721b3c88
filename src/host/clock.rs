//! The machine's clocks.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Clock;
use crate::domain::time::Time;

/// The wall clock, and one that runs on through suspend.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        let seconds = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => Time::from_unix(seconds(after)),
            Err(before) => Time::from_unix(-seconds(before.duration())),
        }
    }

    /// `std`'s `Instant` stands still while the machine sleeps, so it would keep a lock from falling.
    fn boot(&self) -> Duration {
        let time = rustix::time::clock_gettime(ID);
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
        Duration::new(seconds, nanos)
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
const ID: rustix::time::ClockId = rustix::time::ClockId::Boottime;
/// On macOS `CLOCK_MONOTONIC` goes on while the machine sleeps.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const ID: rustix::time::ClockId = rustix::time::ClockId::Monotonic;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clocks_run() {
        let clock = SystemClock;
        assert!(clock.now() > Time::from_unix(1_700_000_000), "the wall clock stands in our years");
        let before = clock.boot();
        assert!(before > Duration::ZERO);
        assert!(clock.boot() >= before);
    }
}
