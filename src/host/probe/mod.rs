//! What this machine is like: facts for `doctor`, gathered without changing anything, each within a moment.
//!
//! A probe knows no good and no bad: what a fact means is said in `ops::doctor`. What cannot be told here (no `/proc`,
//! another system) is `None`.

pub mod disk;
pub mod entry;
pub mod git;
pub mod memory;
pub mod processes;
pub mod programs;
pub mod seat;

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// The longest a probe may take.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// The longest file of the system that is read, in bytes.
const MOST: u64 = 64 << 10;

/// Looks up a variable of the environment.
pub type Variable<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// A probe under way on a thread of its own: a file system that hangs holds nobody up.
#[derive(Debug)]
pub struct Probing<T> {
    answer: Option<Receiver<T>>,
    until: Instant,
}

impl<T: Send + 'static> Probing<T> {
    /// Begins it.
    pub fn begin(probe: impl FnOnce() -> T + Send + 'static) -> Self {
        let (done, answer) = mpsc::channel();
        let asked = thread::Builder::new().name("probe".to_owned()).spawn(move || {
            // Whoever asked may have stopped waiting.
            let _ = done.send(probe());
        });
        Self { answer: asked.is_ok().then_some(answer), until: Instant::now() + PATIENCE }
    }

    /// What it found; `None`: it took too long.
    pub fn end(self) -> Option<T> {
        self.answer?.recv_timeout(self.until.saturating_duration_since(Instant::now())).ok()
    }
}

/// The text of a small file of the system, without the white space around it.
fn text(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_that_hangs_holds_nobody_up() {
        let (end, waiting) = mpsc::channel::<()>();
        let hanging = Probing { until: Instant::now(), ..Probing::begin(move || waiting.recv()) };
        assert_eq!(hanging.end(), None);
        drop(end);
        assert_eq!(Probing::begin(|| 7).end(), Some(7));
    }
}
