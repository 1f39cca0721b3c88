//! Programs that run beside us: what they say, when they end, and the signals that are meant for them.
//!
//! Whoever starts one is the only one to take its end, under the same lock under which signals are passed on: a number
//! that is used again by a stranger is never sent anything.

use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};
use signal_hook::consts::{SIGTSTP, SIGWINCH};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::low_level::siginfo::Origin;

use super::signals;

/// What is passed on; the first four ask to end.
const PASSED_ON: [Signal; 6] =
    [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT, Signal::USR1, Signal::USR2];
const TO_END: [Signal; 4] = [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT];
/// The most that is taken of what a program says at a time, in bytes.
const CHUNK: usize = 16 << 10;

/// How children hear of signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// They share our terminal: what its keys send has reached them already.
    Shared,
    /// In a session of their own.
    Apart,
    /// In a session of their own, on a terminal that gets the keys of ours: what those keys mean is their business.
    Keyed,
    /// In process groups of their own, with whatever they have started. Asked to end a second time, they are killed.
    Groups,
}

/// Children that are running, and whether they have been asked to end.
#[derive(Clone, Debug)]
pub struct Children {
    reach: Reach,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    running: Vec<Pid>,
    asked: Option<Signal>,
}

impl Children {
    /// From now on signals to this process are for its children, and `resized` is told when the terminal changes its
    /// size. A signal that was ignored stays so.
    ///
    /// # Errors
    /// The handlers could not be set.
    pub fn new(reach: Reach, resized: impl Fn() + Send + 'static) -> io::Result<Self> {
        signals::lower_shield();
        let children = Self { reach, state: Arc::default() };
        let stops = matches!(reach, Reach::Apart | Reach::Groups).then_some(SIGTSTP);
        let wanted = PASSED_ON.iter().map(|signal| signal.as_raw()).chain([SIGWINCH]).chain(stops);
        let wanted: Vec<i32> = wanted.filter(|signal| !signals::is_ignored(*signal)).collect();
        let mut arriving = SignalsInfo::<WithOrigin>::new(wanted)?;
        let listening = children.clone();
        thread::spawn(move || {
            for origin in arriving.forever() {
                match PASSED_ON.iter().find(|signal| signal.as_raw() == origin.signal) {
                    Some(signal) if listening.reach != Reach::Shared || was_sent(&origin) => {
                        listening.pass_on(*signal);
                    }
                    Some(signal) => listening.note(*signal),
                    None if origin.signal == SIGTSTP => {
                        listening.stop();
                        signals::stop_here();
                        listening.go_on();
                    }
                    None => resized(),
                }
            }
        });
        Ok(children)
    }

    /// Starts one, unless they were asked to end.
    ///
    /// # Errors
    /// As `start`.
    pub fn start<E>(&self, start: impl FnOnce() -> Result<Child, E>) -> Result<Option<Child>, E> {
        let mut state = self.state();
        if state.asked.is_some() {
            return Ok(None);
        }
        let child = start()?;
        state.running.push(Pid::from_child(&child));
        Ok(Some(child))
    }

    /// Takes the end of one that has ended; waits for it otherwise.
    ///
    /// # Errors
    /// It was not ours.
    pub fn end(&self, child: &mut Child) -> io::Result<ExitStatus> {
        let pid = Pid::from_child(child);
        waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?;
        let mut state = self.state();
        state.running.retain(|other| *other != pid);
        child.wait()
    }

    /// Which signal asked them to end, if any did.
    pub fn asked(&self) -> Option<i32> {
        self.state().asked.map(Signal::as_raw)
    }

    /// Asks all of them to end.
    pub fn ask(&self) {
        self.pass_on(Signal::TERM);
    }

    /// Stops all of them, with whatever they have started. They are leaders of their groups.
    ///
    /// A key's own signal would not do: a group whose parents are all in another session is not stopped by it, since
    /// nobody there could make it go on. We can.
    pub fn stop(&self) {
        self.send_groups(Signal::STOP);
    }

    /// Lets them go on.
    pub fn go_on(&self) {
        self.send_groups(Signal::CONT);
    }

    fn send_groups(&self, signal: Signal) {
        for pid in &self.state().running {
            // It may have ended by itself.
            let _ = kill_process_group(*pid, signal);
        }
    }

    /// Kills one, with whatever it has started if it has a group of its own.
    pub fn kill(&self, child: &Child) {
        let pid = Pid::from_child(child);
        if self.state().running.contains(&pid) {
            self.send(pid, Signal::KILL);
        }
    }

    fn note(&self, signal: Signal) {
        if TO_END.contains(&signal) {
            self.state().asked = Some(signal);
        }
    }

    fn pass_on(&self, signal: Signal) {
        let mut state = self.state();
        let again = self.reach == Reach::Groups && state.asked.is_some() && TO_END.contains(&signal);
        if TO_END.contains(&signal) {
            state.asked.get_or_insert(signal);
        }
        for pid in &state.running {
            self.send(*pid, if again { Signal::KILL } else { signal });
        }
    }

    /// Only while it is known to run, or to wait for its end to be taken.
    fn send(&self, pid: Pid, signal: Signal) {
        // It may have ended by itself.
        let _ = match self.reach {
            Reach::Groups => kill_process_group(pid, signal),
            Reach::Shared | Reach::Apart | Reach::Keyed => kill_process(pid, signal),
        };
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a process sent it, rather than the terminal.
fn was_sent(origin: &Origin) -> bool {
    origin.process.is_some_and(|process| process.pid != 0)
}

/// How a program ended, as shells say it: its own code, or 128 and the number of the signal.
pub fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

/// Where a program says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output, or its terminal.
    Out,
    /// Standard error.
    Err,
}

/// What there is to know of a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It said something.
    Said(Stream, Vec<u8>),
    /// It says nothing more.
    Closed(Stream),
    /// It has ended: [`Children::end`] tells how.
    Ended,
    /// It was stopped since it wants the terminal, which is not its.
    WantsTerminal,
    /// Our own keys stop it, see [`Children::stop`].
    Stopping,
    /// It was stopped otherwise.
    Stopped,
}

/// Tells what becomes of `child`, from threads of their own. `tell` answers whether anybody listens.
pub fn watch(child: &mut Child, tell: &(impl Fn(Event) -> bool + Clone + Send + 'static)) {
    if let Some(source) = child.stdout.take() {
        hear(source, Stream::Out, tell);
    }
    if let Some(source) = child.stderr.take() {
        hear(source, Stream::Err, tell);
    }
    let (pid, tell) = (Pid::from_child(child), tell.clone());
    thread::spawn(move || {
        while let Some(signal) = stop_of(pid) {
            let wants = [Signal::TTIN, Signal::TTOU].map(Signal::as_raw).contains(&signal);
            if !tell(if wants { Event::WantsTerminal } else { Event::Stopped }) {
                return;
            }
        }
        tell(Event::Ended);
    });
}

/// Waits until it stops, and tells by which signal; `None`: it has ended, which is left for [`Children::end`].
fn stop_of(pid: Pid) -> Option<i32> {
    let both = WaitIdOptions::EXITED | WaitIdOptions::STOPPED | WaitIdOptions::NOWAIT;
    loop {
        match waitid(WaitId::Pid(pid), both) {
            Ok(Some(status)) if status.stopped() => {
                // Left as it is, the same stop would be told for ever.
                let _ = waitid(WaitId::Pid(pid), WaitIdOptions::STOPPED | WaitIdOptions::NOHANG);
                return Some(status.stopping_signal().unwrap_or_default());
            }
            Err(rustix::io::Errno::INTR) => {}
            _ => return None,
        }
    }
}

/// Tells what comes from `source` until it ends or nobody listens.
pub fn hear(
    mut source: impl Read + Send + 'static,
    stream: Stream,
    tell: &(impl Fn(Event) -> bool + Clone + Send + 'static),
) {
    let tell = tell.clone();
    thread::spawn(move || {
        let mut chunk = vec![0; CHUNK];
        loop {
            let event = match source.read(&mut chunk) {
                Ok(length) if length > 0 => Event::Said(stream, chunk[..length].to_vec()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                // A terminal whose other side is closed answers with an error.
                _ => Event::Closed(stream),
            };
            let over = event == Event::Closed(stream);
            if !tell(event) || over {
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::sync::mpsc;

    use super::*;

    fn shell(line: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", line]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn told_of(child: &mut Child) -> mpsc::Receiver<Event> {
        let (tell, told) = mpsc::sync_channel(8);
        watch(child, &move |event| tell.send(event).is_ok());
        told
    }

    #[test]
    fn what_a_child_says_and_its_end_are_told() {
        let children = Children { reach: Reach::Apart, state: Arc::default() };
        let mut command = shell("echo out; echo err >&2; exit 7");
        let mut child = children.start(|| command.spawn()).expect("there is a shell").expect("nobody asked");
        let told = told_of(&mut child);
        let events: Vec<Event> = told.into_iter().collect();
        for wanted in [
            Event::Said(Stream::Out, b"out\n".to_vec()),
            Event::Said(Stream::Err, b"err\n".to_vec()),
            Event::Closed(Stream::Out),
            Event::Closed(Stream::Err),
            Event::Ended,
        ] {
            assert!(events.contains(&wanted), "{wanted:?} in {events:?}");
        }
        assert_eq!(children.end(&mut child).map(exit_code).expect("ours"), 7);
        assert!(children.state().running.is_empty());
    }

    #[test]
    fn a_second_request_to_end_kills_and_no_child_is_started_after_the_first() {
        use std::os::unix::process::CommandExt as _;
        let children = Children { reach: Reach::Groups, state: Arc::default() };
        let mut command = shell("trap 'echo asked' TERM; echo ready; while :; do sleep 1; done");
        command.process_group(0);
        let mut child = children.start(|| command.spawn()).expect("there is a shell").expect("nobody asked");
        let told = told_of(&mut child);
        let until = |text: &[u8]| {
            let said = |event: &Event| matches!(event, Event::Said(_, bytes) if bytes.ends_with(text));
            assert!(told.iter().any(|event| said(&event)), "it ended too early");
        };
        until(b"ready\n");
        children.pass_on(Signal::TERM);
        until(b"asked\n");
        children.pass_on(Signal::TERM);
        assert_eq!(children.end(&mut child).map(exit_code).expect("ours"), 128 + 9);
        assert_eq!(children.asked(), Some(15));
        let next = children.start(|| shell("exit 0").spawn()).expect("nothing was started");
        assert!(next.is_none());
    }
}
