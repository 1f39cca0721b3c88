//! Signals that have to wait: a process that ends between a request and its answer may lose what is said once.
//!
//! Only a program without handlers of its own needs this; the screen turns signals into messages.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustix::process::{Pid, Signal};
use rustix::termios::tcgetpgrp;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::{flag, low_level};

/// What a person, a shell or a shutdown sends.
const SIGNALS: [i32; 4] = [SIGINT, SIGTERM, SIGHUP, SIGTSTP];

/// How many things are under way that must not be interrupted.
static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);
/// The handlers, once they are wanted.
static SHIELD: OnceLock<Shield> = OnceLock::new();
/// Held while the last one leaves, so that nobody enters meanwhile.
static DOOR: Mutex<()> = Mutex::new(());

struct Shield {
    /// Whether signals do what they usually do.
    open: Arc<AtomicBool>,
    /// Whether the one that stops does. It goes on doing so when the others become somebody else's.
    stops: Arc<AtomicBool>,
    /// Which came meanwhile.
    came: [Arc<AtomicBool>; SIGNALS.len()],
}

/// Whether whoever started this process had `signal` ignored, as `nohup` has the hang-up. It has to stay so for a
/// program that takes our place, and a handler would end it: none is set for such a signal.
///
/// Only Linux tells; elsewhere nothing counts as ignored.
pub fn is_ignored(signal: i32) -> bool {
    static IGNORED: OnceLock<u64> = OnceLock::new();
    let ignored = *IGNORED.get_or_init(|| {
        std::fs::read_to_string("/proc/self/status").map(|status| ignored_in(&status)).unwrap_or_default()
    });
    has(ignored, signal)
}

fn has(signals: u64, signal: i32) -> bool {
    u32::try_from(signal - 1).ok().and_then(|bit| signals.checked_shr(bit)).is_some_and(|bits| bits & 1 == 1)
}

/// The mask of ignored signals in `/proc/self/status`; the first signal is the lowest bit.
fn ignored_in(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok()).unwrap_or_default()
}

/// From now on signals wait while anything is [`hold`]ing them. For programs that have no handlers of their own. A
/// signal that is ignored stays so: it interrupts nothing.
///
/// # Errors
/// The handlers could not be set.
pub fn shield() -> io::Result<()> {
    let shield = SHIELD.get_or_init(|| Shield {
        open: Arc::new(AtomicBool::new(true)),
        stops: Arc::new(AtomicBool::new(true)),
        came: std::array::from_fn(|_| Arc::default()),
    });
    for (signal, came) in SIGNALS.iter().zip(&shield.came).filter(|(signal, _)| !is_ignored(**signal)) {
        // The default first: where it ends the process, there is nothing left to remember.
        let open = if *signal == SIGTSTP { &shield.stops } else { &shield.open };
        flag::register_conditional_default(*signal, Arc::clone(open))?;
        flag::register(*signal, Arc::clone(came))?;
    }
    Ok(())
}

/// The shield's handlers do nothing any more: signals are somebody else's from now on. Nothing is held by then.
pub(super) fn lower_shield() {
    if let Some(shield) = SHIELD.get() {
        shield.open.store(false, Ordering::SeqCst);
    }
}

/// Stops this process, as ^Z does where nobody listens to it; comes back when it is to go on.
pub fn stop_here() {
    let _ = rustix::process::kill_process(rustix::process::getpid(), Signal::STOP);
}

/// Stops this process and whatever else belongs to its job, as ^Z on its terminal does; comes back when it is to go on
/// and the terminal is its own, or gone: one whose keys we pass on is of no use in the background.
pub fn stop_job() {
    let _ = rustix::process::kill_current_process_group(Signal::TSTP);
    let elsewhere = || tcgetpgrp(io::stdin()).is_ok_and(|group| group != rustix::process::getpgrp());
    while elsewhere() {
        stop_here();
    }
}

/// Whether `process` ignores `signal`. Only Linux tells; elsewhere nothing counts as ignored.
pub fn ignores(process: Pid, signal: i32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.as_raw_pid()));
    status.is_ok_and(|status| has(ignored_in(&status), signal))
}

/// Something that must not be interrupted. Signals wait until the last one is dropped, and are answered then.
#[derive(Debug)]
pub struct Hold(());

/// Keeps signals waiting, where the program is shielded.
pub fn hold() -> Hold {
    let _door = DOOR.lock().unwrap_or_else(PoisonError::into_inner);
    if UNDER_WAY.fetch_add(1, Ordering::SeqCst) == 0
        && let Some(shield) = SHIELD.get()
    {
        for came in &shield.came {
            came.store(false, Ordering::SeqCst);
        }
        shield.open.store(false, Ordering::SeqCst);
        shield.stops.store(false, Ordering::SeqCst);
    }
    Hold(())
}

impl Drop for Hold {
    fn drop(&mut self) {
        let _door = DOOR.lock().unwrap_or_else(PoisonError::into_inner);
        if UNDER_WAY.fetch_sub(1, Ordering::SeqCst) > 1 {
            return;
        }
        let Some(shield) = SHIELD.get() else { return };
        shield.open.store(true, Ordering::SeqCst);
        shield.stops.store(true, Ordering::SeqCst);
        for (signal, came) in SIGNALS.iter().zip(&shield.came) {
            if came.swap(false, Ordering::SeqCst) {
                // It ends or stops the process, as it would have done.
                let _ = low_level::emulate_default_handler(*signal);
            }
        }
    }
}

/// How many things are under way that must not be interrupted.
pub fn held() -> usize {
    UNDER_WAY.load(Ordering::SeqCst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_signals_are_read_off_the_status() {
        assert_eq!(ignored_in("SigBlk:\t0\nSigIgn:\t0000000000001001\nSigCgt:\t0\n"), 0x1001);
        for bad in ["", "SigIgn: none\n", "SigCgt:\t1\n"] {
            assert_eq!(ignored_in(bad), 0, "{bad:?}");
        }
    }
}
