//! Closes doors around the process: files of ours are private, no core dump, nobody else may read its memory.
//!
//! Not perfect protection: root can still do everything, and so can whoever owned the process before it began.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit};

/// What stood before [`harden`], to be put back before another program takes our place.
#[derive(Clone, Copy, Debug)]
struct Before {
    umask: Mode,
    core: Rlimit,
}

static BEFORE: OnceLock<Before> = OnceLock::new();

/// Whether freed memory is wiped; only the program that chose the allocator knows.
static WIPES: AtomicBool = AtomicBool::new(false);

/// Says that the program's allocator wipes what it frees.
pub fn allocator_wipes() {
    WIPES.store(true, Ordering::Relaxed);
}

/// Whether the program's allocator wipes what it frees.
pub fn wipes() -> bool {
    WIPES.load(Ordering::Relaxed)
}

/// The umask this process was started with, in octal; `None` before [`harden`].
pub fn umask_before() -> Option<String> {
    BEFORE.get().map(|before| format!("{:03o}", before.umask.bits()))
}

/// The first thing the program does. What the system refuses is left as it is: none of it is a reason to stop.
///
/// Signal settings need no putting back: a handler, unlike "ignore", ends with `exec`.
pub fn harden() {
    let umask = rustix::process::umask(Mode::RWXG | Mode::RWXO);
    let core = rustix::process::getrlimit(Resource::Core);
    let _ = BEFORE.set(Before { umask, core });
    // The hard limit stays: lowering it could not be taken back.
    let _ = rustix::process::setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: core.maximum });
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
    // Without a handler a file-size limit kills the writer; with one, the write fails and is reported.
    let unread = std::sync::Arc::default();
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, unread);
}

/// Puts umask and limits back as [`harden`] found them, for a program that takes our place.
pub fn put_back() {
    if let Some(before) = BEFORE.get() {
        rustix::process::umask(before.umask);
        let _ = rustix::process::setrlimit(Resource::Core, before.core);
    }
}
