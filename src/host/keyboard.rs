//! The keyboard of the terminal, hushed: nothing that is typed is shown, from before a question stands there until it
//! is answered.
//!
//! A question first and silence after it would show what somebody types or pastes in between.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write as _};

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

/// A hushed keyboard; heard again when it is dropped.
#[derive(Debug)]
pub struct Hushed {
    tty: File,
    before: Termios,
}

impl Hushed {
    /// Hushes the keyboard of the terminal this process belongs to. Keys come one by one, ^C among them.
    ///
    /// # Errors
    /// There is no such terminal.
    pub fn new() -> io::Result<Self> {
        let tty = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
        let before = tcgetattr(&tty)?;
        let mut modes = before.clone();
        let loud = LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        modes.local_modes.remove(loud);
        modes.special_codes[SpecialCodeIndex::VMIN] = 1;
        modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(&tty, OptionalActions::Now, &modes)?;
        Ok(Self { tty, before })
    }

    /// Says `text` on the terminal itself, wherever standard error goes.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn say(&self, text: &str) -> io::Result<()> {
        (&self.tty).write_all(text.as_bytes())
    }

    /// What is typed, byte by byte. ^C is [`io::ErrorKind::Interrupted`].
    ///
    /// # Errors
    /// No file can be opened any more.
    pub fn keys(&self) -> io::Result<Keys> {
        Ok(Keys(self.tty.try_clone()?))
    }
}

impl Drop for Hushed {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing put back.
        let _ = tcsetattr(&self.tty, OptionalActions::Now, &self.before);
    }
}

/// See [`Hushed::keys`].
#[derive(Debug)]
pub struct Keys(File);

impl Read for Keys {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        const INTERRUPT: u8 = 0x03;
        let read = self.0.read(bytes)?;
        match bytes.first() {
            Some(&INTERRUPT) if read > 0 => Err(io::ErrorKind::Interrupted.into()),
            _ => Ok(read),
        }
    }
}

/// Ends the program as ^C does. Only after the keyboard is heard again.
pub fn interrupt() {
    let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGINT);
}
