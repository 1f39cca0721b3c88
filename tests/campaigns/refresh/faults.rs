//! What happens to one process, and when.

use std::any::Any;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use birdkeep::vault::StoreError;

/// When in a call a process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Before,
    Half,
    After,
}

/// What happens to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Harm {
    Nothing,
    /// It dies in this call.
    Kill(usize, When),
    /// From this call on so many writes find the disk full; room that was written before stays good.
    Full(usize, usize),
    /// From this call on so many writes fail, whatever they are.
    Broken(usize, usize),
}

/// The faults of one process.
#[derive(Debug)]
pub(crate) struct Faults {
    harm: Harm,
    calls: AtomicUsize,
    dead: AtomicBool,
}

/// The payload of a process that was killed.
pub(crate) struct Killed;

/// What kind of call it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Reads,
    /// It needs new room on the disk.
    Grows,
    /// It writes over what is there.
    Overwrites,
}

impl Faults {
    pub(crate) fn new(harm: Harm) -> Arc<Self> {
        Arc::new(Self { harm, calls: AtomicUsize::new(0), dead: AtomicBool::new(false) })
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// A process that is dead does nothing any more.
    fn die(&self) -> ! {
        self.dead.store(true, Ordering::SeqCst);
        let payload: Box<dyn Any + Send> = Box::new(Killed);
        std::panic::resume_unwind(payload)
    }

    /// A point on the way to X and back at which it may die.
    pub(crate) fn passes(&self) {
        let at = self.begin();
        if matches!(self.harm, Harm::Kill(call, _) if call == at) {
            self.die();
        }
    }

    fn begin(&self) -> usize {
        if self.dead.load(Ordering::SeqCst) {
            self.die();
        }
        self.calls.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub(crate) fn call<T>(
        &self,
        call: Call,
        whole: impl FnOnce() -> Result<T, StoreError>,
        half: impl FnOnce(),
    ) -> Result<T, StoreError> {
        let at = self.begin();
        let hits = |from: usize, count: usize| (from..from.saturating_add(count)).contains(&at);
        match self.harm {
            Harm::Kill(wanted, when) if wanted == at => {
                match when {
                    When::Before => {}
                    When::Half => half(),
                    When::After => drop(whole()),
                }
                self.die()
            }
            Harm::Full(from, count) if call == Call::Grows && hits(from, count) => {
                Err(trouble(io::ErrorKind::StorageFull))
            }
            Harm::Broken(from, count) if call != Call::Reads && hits(from, count) => {
                Err(trouble(io::ErrorKind::Other))
            }
            _ => whole(),
        }
    }
}

fn trouble(kind: io::ErrorKind) -> StoreError {
    StoreError::Io { doing: "writing", path: "the disk".to_owned(), source: kind.into() }
}
