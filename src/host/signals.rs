//! Signals that have to wait: a process that ends between a request and its answer may lose what is said once.
//!
//! Only a program without handlers of its own needs this; the screen turns signals into messages.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

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
    /// Which came meanwhile.
    came: [Arc<AtomicBool>; SIGNALS.len()],
}

/// From now on signals wait while anything is [`hold`]ing them. For programs that have no handlers of their own.
///
/// # Errors
/// The handlers could not be set.
pub fn shield() -> io::Result<()> {
    let shield = SHIELD.get_or_init(|| Shield {
        open: Arc::new(AtomicBool::new(true)),
        came: std::array::from_fn(|_| Arc::default()),
    });
    for (signal, came) in SIGNALS.iter().zip(&shield.came) {
        // The default first: where it ends the process, there is nothing left to remember.
        flag::register_conditional_default(*signal, Arc::clone(&shield.open))?;
        flag::register(*signal, Arc::clone(came))?;
    }
    Ok(())
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
