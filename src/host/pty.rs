//! A terminal of its own for a program whose output we look through, so that it still has colours, a size and keys.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use pty_process::blocking::{Command as OnTerminal, Pts, Pty, open};
use rustix::process::Pid;
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, isatty, tcgetattr, tcgetpgrp, tcgetwinsize,
    tcsetattr, tcsetwinsize,
};
use signal_hook::consts::SIGTSTP;

use super::signals;

/// Our side of a terminal that a program runs on.
#[derive(Clone)]
pub struct Terminal(Arc<Pty>);

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Terminal")
    }
}

/// What of the program goes to the terminal; the rest it has from us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct On {
    /// Its input: keys.
    pub input: bool,
    /// Its standard error.
    pub err: bool,
}

impl On {
    /// What is on our own terminal.
    pub fn ours() -> Self {
        Self { input: isatty(io::stdin()), err: isatty(io::stderr()) }
    }
}

/// The other side, until a program is started on it.
pub struct Seat(Pts);

impl std::fmt::Debug for Seat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seat")
    }
}

impl Terminal {
    /// A terminal of the size and the manners of ours.
    ///
    /// # Errors
    /// The system has none left.
    pub fn like_ours() -> io::Result<(Self, Seat)> {
        let (ours, seat) = open().map_err(plain)?;
        if let Ok(manners) = tcgetattr(io::stdin()) {
            tcsetattr(&seat, OptionalActions::Now, &manners)?;
        }
        let terminal = Self(Arc::new(ours));
        terminal.resize();
        Ok((terminal, Seat(seat)))
    }

    /// Takes over the size of ours.
    pub fn resize(&self) {
        if let Ok(size) = tcgetwinsize(io::stdout()) {
            // A program that is gone needs no size.
            let _ = tcsetwinsize(&*self.0, size);
        }
    }

    /// Sends on what is typed here, until nothing more is. The key that stops a program is told to `stop`, where it would
    /// stop one of the programs of a shell and means the one with the number `program`.
    pub fn type_on(&self, mut keys: impl Read, program: u32, stop: impl Fn()) {
        let program = i32::try_from(program).ok().and_then(Pid::from_raw);
        let mut keyboard = self.clone();
        let mut typed = [0; 1024];
        loop {
            match keys.read(&mut typed) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(length) if length > 0 => {
                    // The program may end first.
                    if keyboard.write_all(&typed[..length]).is_err() {
                        return;
                    }
                    let meant = program.filter(|program| self.stops(&typed[..length], *program));
                    if meant.is_some_and(|program| !signals::ignores(program, SIGTSTP)) {
                        stop();
                    }
                }
                _ => return,
            }
        }
    }

    /// Whether `typed` has the key that stops a program, as this terminal is set, and it is `program` who is meant: a
    /// shell gives the terminal to one of its own.
    fn stops(&self, typed: &[u8], program: Pid) -> bool {
        let Ok(manners) = tcgetattr(&*self.0) else { return false };
        let key = manners.special_codes[SpecialCodeIndex::VSUSP];
        let means = manners.local_modes.contains(LocalModes::ISIG) && typed.contains(&key);
        means && key != 0 && tcgetpgrp(&*self.0).is_ok_and(|group| group == program)
    }
}

impl Seat {
    /// Starts `command` as the one whom this terminal belongs to.
    ///
    /// # Errors
    /// As for any command.
    pub fn start(self, command: Command, on: On) -> io::Result<Child> {
        let mut command = OnTerminal::from(command);
        if !on.input {
            command = command.stdin(Stdio::inherit());
        }
        if !on.err {
            command = command.stderr(Stdio::piped());
        }
        command.spawn(self.0).map_err(plain)
    }
}

fn plain(error: pty_process::Error) -> io::Error {
    match error {
        pty_process::Error::Io(error) => error,
        pty_process::Error::Rustix(errno) => errno.into(),
    }
}

impl Read for Terminal {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        (&*self.0).read(bytes)
    }
}

impl Write for Terminal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Our own keyboard while its keys are all meant for another terminal, ^C among them; as before when it is dropped.
#[derive(Debug)]
pub struct RawKeys {
    before: Termios,
    raw: Termios,
}

impl RawKeys {
    /// From now on.
    ///
    /// # Errors
    /// There is no keyboard.
    pub fn new() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(io::stdin(), OptionalActions::Now, &raw)?;
        Ok(Self { before, raw })
    }

    /// As before, while `work` is done.
    pub fn given_back(&self, work: impl FnOnce()) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.before);
        work();
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.raw);
    }
}

impl Drop for RawKeys {
    fn drop(&mut self) {
        // What was written last is shown in the manner it was written for.
        let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.before);
    }
}
