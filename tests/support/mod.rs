//! The real program in a real pty, seen through a terminal's eyes.

#![expect(dead_code, unreachable_pub, reason = "each test binary uses its own part of this module")]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

pub mod home;
pub mod picture;

/// How long a screen may take to show what a test waits for. Generous: scrypt runs in here, on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// How a frame begins and ends (synchronised output, DEC private mode 2026).
const FRAME_BEGINS: &[u8] = b"\x1b[?2026h";
const FRAME_ENDS: &[u8] = b"\x1b[?2026l";

/// The program under test, in a pty of its own.
pub struct Term {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    input: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
}

struct Seen {
    parser: vt100::Parser,
    /// Every byte the program wrote.
    raw: Vec<u8>,
    ended: bool,
    /// True while a frame is half drawn: the program says where each begins and ends.
    drawing: bool,
    /// What must not be seen unasked.
    marks: Vec<String>,
    /// Those of them that were on screen, if only for a moment.
    spotted: BTreeSet<String>,
}

impl Seen {
    fn take(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        // A mark of 8 bytes may be cut in two by the chunk before.
        let news = self.raw.len().saturating_sub(FRAME_BEGINS.len() - 1);
        self.raw.extend_from_slice(bytes);
        let last = |mark: &[u8]| self.raw[news..].windows(mark.len()).rposition(|at| at == mark);
        match (last(FRAME_BEGINS), last(FRAME_ENDS)) {
            (None, None) => {}
            (begins, ends) => self.drawing = begins > ends,
        }
        if self.marks.is_empty() {
            return;
        }
        // A mark that wraps is still one: lines are looked at as if they were one.
        let text: String = self.parser.screen().contents().split_whitespace().collect();
        self.spotted.extend(self.marks.iter().filter(|mark| text.contains(*mark)).cloned());
    }
}

impl Term {
    /// Starts `birdkeep ARGS` in a terminal of `columns` × `rows` with `home` as the only folder it knows.
    pub fn start(args: &[&str], size: (u16, u16), home: &Path, env: &[(&str, &str)]) -> Self {
        Self::start_in(home, args, size, home, env)
    }

    /// The same in a folder of its own.
    pub fn start_in(
        folder: &Path,
        args: &[&str],
        size: (u16, u16),
        home: &Path,
        env: &[(&str, &str)],
    ) -> Self {
        Self::run_in(folder, env!("CARGO_BIN_EXE_birdkeep").as_ref(), args, size, (home, env))
    }

    /// The same with another program.
    pub fn run(
        program: impl AsRef<OsStr>,
        args: &[&str],
        size: (u16, u16),
        home: &Path,
        env: &[(&str, &str)],
    ) -> Self {
        Self::run_in(home, program.as_ref(), args, size, (home, env))
    }

    fn run_in(
        folder: &Path,
        program: &OsStr,
        args: &[&str],
        (columns, rows): (u16, u16),
        (home, env): (&Path, &[(&str, &str)]),
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("this machine has ptys");
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env_clear();
        command.cwd(folder);
        for (key, value) in [
            ("HOME", home.to_str().expect("a plain path")),
            ("TERM", "xterm-256color"),
            ("LANG", "C.UTF-8"),
            ("PATH", "/usr/bin:/bin"),
        ] {
            command.env(key, value);
        }
        for (key, value) in env {
            command.env(key, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let seen = Arc::new((
            Mutex::new(Seen {
                parser: vt100::Parser::new(cells(rows), cells(columns), 0),
                raw: Vec::new(),
                ended: false,
                drawing: false,
                marks: Vec::new(),
                spotted: BTreeSet::new(),
            }),
            Condvar::new(),
        ));
        let mut output = pair.master.try_clone_reader().expect("a pty can be read");
        let eyes = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut chunk = [0; 8192];
            loop {
                let read = output.read(&mut chunk).unwrap_or(0);
                let (seen, changed) = &*eyes;
                let mut seen = seen.lock().expect("no test panics while it looks");
                seen.take(&chunk[..read]);
                seen.ended = read == 0;
                changed.notify_all();
                if read == 0 {
                    break;
                }
            }
        });
        let input = pair.master.take_writer().expect("a pty can be written to");
        Self { seen, input, child, master: pair.master }
    }

    /// Types `keys` as a terminal would send them.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        self.input.write_all(keys.as_bytes()).expect("the program reads its input");
        self.input.flush().expect("the program reads its input");
        self
    }

    /// Pastes `text` in brackets, as a terminal does.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.keys(&format!("\x1b[200~{text}\x1b[201~"))
    }

    /// Changes the size of the terminal.
    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        let (seen, _) = &*self.seen;
        seen.lock()
            .expect("no test panics while it looks")
            .parser
            .screen_mut()
            .set_size(cells(rows), cells(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("a pty has a size");
        self
    }

    /// Waits until `wanted` holds for the text on screen.
    #[track_caller]
    pub fn until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> &mut Self {
        let (seen, changed) = &*self.seen;
        let deadline = Instant::now() + PATIENCE;
        let mut guard = seen.lock().expect("no test panics while it looks");
        loop {
            let text = guard.parser.screen().contents();
            if !guard.drawing && wanted(&text) {
                break;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !guard.ended, "waited in vain for {what}; the screen shows:\n{text}");
            guard = changed.wait_timeout(guard, left).expect("no test panics while it looks").0;
        }
        drop(guard);
        self
    }

    /// Waits until the screen shows `text`.
    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Self {
        self.until(&format!("“{text}”"), |screen| screen.contains(text))
    }

    /// Waits until the screen no longer shows `text`.
    #[track_caller]
    pub fn hides(&mut self, text: &str) -> &mut Self {
        self.until(&format!("“{text}” to go"), |screen| !screen.contains(text))
    }

    /// From now on, notices when one of `marks` is on screen; what was noticed before is forgotten.
    pub fn watch<'a>(&self, marks: impl IntoIterator<Item = &'a str>) {
        let mut seen = self.seen.0.lock().expect("no test panics while it looks");
        seen.marks = marks.into_iter().map(ToOwned::to_owned).collect();
        seen.spotted.clear();
    }

    /// The marks that were on screen, in any frame since [`Term::watch`].
    pub fn spotted(&self) -> Vec<String> {
        let seen = self.seen.0.lock().expect("no test panics while it looks");
        seen.spotted.iter().cloned().collect()
    }

    /// The text on screen now.
    pub fn screen(&self) -> String {
        self.with_screen(vt100::Screen::contents)
    }

    /// Looks at the screen as a terminal holds it.
    pub fn with_screen<T>(&self, look: impl Fn(&vt100::Screen) -> T) -> T {
        look(self.seen.0.lock().expect("no test panics while it looks").parser.screen())
    }

    /// Everything the program wrote so far, as bytes.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.0.lock().expect("no test panics while it looks").raw.clone()
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.process_id().expect("it was started")
    }

    /// Waits until the program is off the alternate screen.
    #[track_caller]
    pub fn left_the_alternate_screen(&mut self) -> &mut Self {
        let (seen, changed) = &*self.seen;
        let deadline = Instant::now() + PATIENCE;
        let mut guard = seen.lock().expect("no test panics while it looks");
        while guard.parser.screen().alternate_screen() {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "it keeps the alternate screen:\n{}", guard.parser.screen().contents());
            guard = changed.wait_timeout(guard, left).expect("no test panics while it looks").0;
        }
        drop(guard);
        self
    }

    /// True once the program has closed its terminal.
    pub fn has_ended(&self) -> bool {
        self.seen.0.lock().expect("no test panics while it looks").ended
    }

    /// Waits until nothing has been written for `quiet`: what was typed before is read by then, as a rule, so that an
    /// Escape is not taken for the start of the sequence that the next key would make of it.
    pub fn settles(&mut self, quiet: Duration) -> &mut Self {
        let (seen, changed) = &*self.seen;
        let mut guard = seen.lock().expect("no test panics while it looks");
        while !guard.ended {
            let (next, wait) = changed.wait_timeout(guard, quiet).expect("no test panics while it looks");
            guard = next;
            if wait.timed_out() {
                break;
            }
        }
        drop(guard);
        self
    }

    /// Presses `keys` as a person would, again when nothing happens, until the program ends; gives the exit code.
    #[track_caller]
    pub fn ends_by(&mut self, keys: &str) -> u32 {
        for _ in 0..PATIENCE.as_secs() {
            if self.has_ended() {
                break;
            }
            // It may end between the question and the key.
            let _ = self.input.write_all(keys.as_bytes());
            self.settles(Duration::from_secs(1));
        }
        self.ends()
    }

    /// Waits for the end and gives the exit code.
    #[track_caller]
    pub fn ends(&mut self) -> u32 {
        let (seen, changed) = &*self.seen;
        let deadline = Instant::now() + PATIENCE;
        let mut guard = seen.lock().expect("no test panics while it looks");
        while !guard.ended {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "it does not end; the screen shows:\n{}",
                guard.parser.screen().contents()
            );
            guard = changed.wait_timeout(guard, left).expect("no test panics while it looks").0;
        }
        drop(guard);
        self.child.wait().expect("it can be waited for").exit_code()
    }

    /// What a terminal is left with after the end: nothing switched on that the shell did not ask for.
    #[track_caller]
    pub fn is_left_clean(&self) {
        self.with_screen(|screen| {
            assert!(!screen.alternate_screen(), "the alternate screen is still on");
            assert!(!screen.hide_cursor(), "the cursor is still hidden");
            assert!(!screen.bracketed_paste(), "bracketed paste is still on");
            assert_eq!(
                screen.mouse_protocol_mode(),
                vt100::MouseProtocolMode::None,
                "the mouse is still caught"
            );
        });
    }
}

impl Drop for Term {
    fn drop(&mut self) {
        // Already gone, as a rule.
        let _ = self.child.kill();
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a terminal has cells")
}

/// Makes a vault under `passphrase` in `home`, then runs `birdkeep ARGS` with an input for each of `steps`.
#[track_caller]
pub fn prepare(home: &Path, passphrase: &str, steps: &[(&[&str], &str)]) {
    let file = home.join("passphrase");
    std::fs::write(&file, passphrase).expect("written");
    for (args, input) in [(&["init"][..], "")].iter().chain(steps) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_birdkeep"))
            .args(*args)
            .env_clear()
            .env("HOME", home)
            .env("BIRDKEEP_PASSPHRASE_FILE", &file)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    std::fs::remove_file(&file).expect("removed");
}
