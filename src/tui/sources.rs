//! Where messages come from besides jobs: the keyboard, the timer, the operating system. Each is a thread that
//! sleeps until there is something to say.

use std::io;
use std::sync::mpsc::Sender;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use super::message::{Msg, Signal};
use super::terminal;

/// Whom the keyboard thread speaks to. The thread cannot be stopped while it waits for a key, so there is one for
/// the whole process, and a second run of the screen (the demo) takes over its mouth.
static LISTENER: OnceLock<Mutex<Sender<Input>>> = OnceLock::new();

/// What wakes the loop.
#[derive(Debug)]
pub(super) enum Input {
    /// Something to handle.
    Msg(Box<Msg>),
    /// A deadline may have passed.
    Wake,
    /// The terminal is gone.
    Gone,
}

/// Starts the keyboard thread, or points the one that runs already to `tx`.
///
/// # Errors
/// No thread could be started.
pub(super) fn keyboard(tx: Sender<Input>) -> io::Result<()> {
    let fresh = LISTENER.get().is_none();
    let listener = LISTENER.get_or_init(|| Mutex::new(tx.clone()));
    *listener.lock().unwrap_or_else(PoisonError::into_inner) = tx;
    if fresh {
        thread::Builder::new().name("keyboard".to_owned()).spawn(listen)?;
    }
    Ok(())
}

fn listen() {
    let say = |input| {
        let Some(listener) = LISTENER.get() else { return };
        let tx = listener.lock().unwrap_or_else(PoisonError::into_inner);
        // Between two runs nobody listens: a key pressed then is lost, as it should be.
        let _ = tx.send(input);
    };
    loop {
        match terminal::read() {
            Ok(Some(msg)) => say(Input::Msg(Box::new(msg))),
            Ok(None) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return say(Input::Gone),
        }
    }
}

/// Starts the signal thread. It ends when `tx` is closed and another signal comes.
///
/// # Errors
/// The handlers could not be set.
#[cfg(unix)]
pub(super) fn signals(tx: Sender<Input>) -> io::Result<SignalGuard> {
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
    use signal_hook::iterator::Signals;
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT])?;
    let handle = signals.handle();
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            let signal = match signal {
                SIGTSTP => Signal::Stop,
                SIGCONT => Signal::Continue,
                _ => Signal::End,
            };
            if tx.send(Input::Msg(Box::new(Msg::Signal(signal)))).is_err() {
                return;
            }
        }
    })?;
    Ok(SignalGuard(handle))
}

/// Ends the signal thread when dropped.
#[cfg(unix)]
#[derive(Debug)]
pub(super) struct SignalGuard(signal_hook::iterator::Handle);

#[cfg(unix)]
impl Drop for SignalGuard {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The timer: wakes the loop when a deadline has passed, suspend included.
#[derive(Debug)]
pub(super) struct Timer(imp::Timer);

impl Timer {
    /// Starts the timer thread.
    ///
    /// # Errors
    /// No timer or thread could be made.
    pub(super) fn start(tx: Sender<Input>) -> io::Result<Self> {
        imp::Timer::start(tx).map(Self)
    }

    /// Wakes after `wait`, instead of whatever was set before; `None`: not at all.
    ///
    /// # Errors
    /// The system refused.
    pub(super) fn set(&self, wait: Option<Duration>) -> io::Result<()> {
        self.0.set(wait)
    }
}

/// On Linux a timer of the kernel's that runs on through suspend.
#[cfg(target_os = "linux")]
mod imp {
    use std::io;
    use std::os::fd::OwnedFd;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::Sender;
    use std::thread;
    use std::time::Duration;

    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };

    use super::Input;

    #[derive(Debug)]
    pub(super) struct Timer {
        file: Arc<OwnedFd>,
        over: Arc<AtomicBool>,
    }

    impl Timer {
        pub(super) fn start(tx: Sender<Input>) -> io::Result<Self> {
            let file = Arc::new(timerfd_create(TimerfdClockId::Boottime, TimerfdFlags::CLOEXEC)?);
            let over = Arc::new(AtomicBool::new(false));
            let (waits, ends) = (Arc::clone(&file), Arc::clone(&over));
            thread::Builder::new().name("timer".to_owned()).spawn(move || {
                let mut count = [0; 8];
                loop {
                    match rustix::io::read(&*waits, &mut count) {
                        _ if ends.load(Ordering::SeqCst) => return,
                        Ok(_) | Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {
                            if tx.send(Input::Wake).is_err() {
                                return;
                            }
                        }
                        Err(_) => return,
                    }
                }
            })?;
            Ok(Self { file, over })
        }

        pub(super) fn set(&self, wait: Option<Duration>) -> io::Result<()> {
            let value = match wait {
                // All zero would switch the timer off.
                Some(wait) => {
                    Timespec::try_from(wait.max(Duration::from_nanos(1))).map_err(io::Error::other)?
                }
                None => Timespec::default(),
            };
            let spec = Itimerspec { it_interval: Timespec::default(), it_value: value };
            timerfd_settime(&*self.file, TimerfdTimerFlags::empty(), &spec)?;
            Ok(())
        }
    }

    impl Drop for Timer {
        fn drop(&mut self) {
            self.over.store(true, Ordering::SeqCst);
            // One last wake-up, so that the thread sees it is over.
            let _ = self.set(Some(Duration::from_nanos(1)));
        }
    }
}

/// Elsewhere waits sleep through suspend, so none is longer than a second.
#[cfg(not(target_os = "linux"))]
mod imp {
    use std::io;
    use std::sync::mpsc::{self, RecvTimeoutError, Sender};
    use std::thread;
    use std::time::Duration;

    use super::Input;

    const CAP: Duration = Duration::from_secs(1);

    #[derive(Debug)]
    pub(super) struct Timer(Sender<Option<Duration>>);

    impl Timer {
        pub(super) fn start(tx: Sender<Input>) -> io::Result<Self> {
            let (set, wanted) = mpsc::channel::<Option<Duration>>();
            thread::Builder::new().name("timer".to_owned()).spawn(move || {
                let mut wait = None;
                loop {
                    let next = match wait {
                        Some(wait) => wanted.recv_timeout(CAP.min(wait)),
                        None => wanted.recv().map_err(|_| RecvTimeoutError::Disconnected),
                    };
                    match next {
                        Ok(asked) => wait = asked,
                        Err(RecvTimeoutError::Timeout) => {
                            if tx.send(Input::Wake).is_err() {
                                return;
                            }
                        }
                        Err(RecvTimeoutError::Disconnected) => return,
                    }
                }
            })?;
            Ok(Self(set))
        }

        pub(super) fn set(&self, wait: Option<Duration>) -> io::Result<()> {
            self.0.send(wait).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
        }
    }
}
