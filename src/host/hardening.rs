//! Closes doors around the process: files of ours are private, no core dump, nobody else may read its memory.
//!
//! Not perfect protection: root can still do everything, and so can whoever owned the process before it began.

use std::sync::{Mutex, OnceLock, PoisonError};

use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit};

use super::signals;

/// What stood before [`harden`], to be put back before another program takes our place.
#[derive(Clone, Copy, Debug)]
struct Before {
    umask: Mode,
    core: Rlimit,
}

static BEFORE: OnceLock<Before> = OnceLock::new();
/// Held while the process is as it was found: mask and limit are of the whole process.
static DOOR: Mutex<()> = Mutex::new(());

/// The first thing the program does. What the system refuses is left as it is: none of it is a reason to stop.
///
/// Signal settings need no putting back: a handler, unlike "ignore", ends with `exec`, and none is set for a signal
/// that was ignored. (What SIGPIPE did before, nobody can tell: Rust's own start-up ignores it, and its `exec` sets the
/// default again.)
pub fn harden() {
    let umask = rustix::process::umask(PRIVATE);
    let core = rustix::process::getrlimit(Resource::Core);
    let _ = BEFORE.set(Before { umask, core });
    let _ = rustix::process::setrlimit(Resource::Core, no_core(core));
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
    // Without a handler a file-size limit kills the writer; with one, the write fails and is reported.
    if !signals::is_ignored(signal_hook::consts::SIGXFSZ) {
        let unread = std::sync::Arc::default();
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, unread);
    }
}

/// Files of ours are for their owner alone.
const PRIVATE: Mode = Mode::RWXG.union(Mode::RWXO);

/// No core dump. The hard limit stays: lowering it could not be taken back.
const fn no_core(before: Rlimit) -> Rlimit {
    Rlimit { current: Some(0), maximum: before.maximum }
}

/// Puts umask and limits back as [`harden`] found them, for a program that takes our place.
pub fn put_back() {
    if let Some(before) = BEFORE.get() {
        rustix::process::umask(before.umask);
        let _ = rustix::process::setrlimit(Resource::Core, before.core);
    }
}

/// Does `work`, which starts another program, with umask and limits as [`harden`] found them: a child has them from
/// its parent. Whoever makes files of ours meanwhile, on another thread, names their mode.
pub fn as_found<T>(work: impl FnOnce() -> T) -> T {
    let _door = DOOR.lock().unwrap_or_else(PoisonError::into_inner);
    put_back();
    let done = work();
    if let Some(before) = BEFORE.get() {
        rustix::process::umask(PRIVATE);
        let _ = rustix::process::setrlimit(Resource::Core, no_core(before.core));
    }
    done
}
