//! What the command line says, and where: answers on standard output, everything else on standard error.
//!
//! This is the only place of the program that writes to either. [`machine`] holds the shapes of `--json`, [`xml`] what
//! text is inside XML.

pub(super) mod machine;
pub(super) mod matrix;
mod paint;
mod table;
mod width;
mod words;
pub(super) mod xml;

use std::io::{self, BufRead as _, IsTerminal as _, Write};

pub(super) use paint::Paint;
pub(super) use table::Table;
pub(super) use words::{mid, wrapped};

use serde::Serialize;

use crate::domain::secret::Secret;
use crate::domain::text;
use crate::failure::{Failure, Kind};
use crate::host::children::Stream;

/// The two streams, and what a person can see of them.
pub(super) struct Out {
    answer: io::BufWriter<io::Stdout>,
    /// Whether a person sees the answers as they are written.
    seen: bool,
    /// Why standard output takes nothing any more.
    broken: Option<Broken>,
    paint_answer: bool,
    paint_rest: bool,
}

/// Why standard output takes nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broken {
    /// Whoever read it has read enough.
    Closed,
    /// It could not be written: a full disk.
    Failed(io::ErrorKind),
}

impl Out {
    /// The streams of this process.
    pub(super) fn new() -> Self {
        let env = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let forced =
            std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        let colour = |terminal: bool| !env("NO_COLOR") && (forced || (terminal && !dumb));
        Self {
            answer: io::BufWriter::new(io::stdout()),
            seen: io::stdout().is_terminal(),
            broken: None,
            paint_answer: colour(io::stdout().is_terminal()),
            paint_rest: colour(io::stderr().is_terminal()),
        }
    }

    /// True when a person sees the answers as they are written.
    pub(super) const fn is_terminal(&self) -> bool {
        self.seen
    }

    /// True when a person sees what is said beside the answers.
    pub(super) fn is_watched() -> bool {
        io::stderr().is_terminal()
    }

    /// True once nobody reads the answers any more.
    pub(super) fn is_closed(&self) -> bool {
        self.broken == Some(Broken::Closed)
    }

    /// The columns that a line of the answer may take without being broken.
    pub(super) fn columns(&self) -> usize {
        width::columns(self.seen)
    }

    /// One line of the answer. Foreign text in it must be visible text already.
    pub(super) fn line(&mut self, line: &str) {
        self.bytes(line.as_bytes());
        self.bytes(b"\n");
    }

    /// The answer as machines read it.
    pub(super) fn json(&mut self, value: &impl Serialize) {
        // Maps with text keys, numbers and texts always have a form in JSON.
        let text = serde_json::to_string_pretty(value).unwrap_or_default();
        self.line(&text::json_safe(&text));
    }

    /// A secret, exactly; with a newline only for a person's eyes.
    pub(super) fn secret(&mut self, secret: &Secret) {
        self.bytes(secret.expose().as_bytes());
        if self.is_terminal() {
            self.bytes(b"\n");
        }
    }

    /// A text of many lines that is complete as it is.
    pub(super) fn raw(&mut self, text: &Secret) {
        self.bytes(text.expose().as_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        if self.broken.is_none()
            && let Err(error) = self.answer.write_all(bytes)
        {
            self.breaks(&error);
        }
    }

    fn breaks(&mut self, error: &io::Error) {
        self.broken = Some(match error.kind() {
            io::ErrorKind::BrokenPipe => Broken::Closed,
            kind => Broken::Failed(kind),
        });
    }

    /// Hands over everything written so far.
    ///
    /// # Errors
    /// [`Kind::NotSaved`] when it could not be written. A closed pipe is no error: its reader has what it wanted.
    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        if self.broken.is_none()
            && let Err(error) = self.answer.flush()
        {
            self.breaks(&error);
        }
        match self.broken {
            None | Some(Broken::Closed) => Ok(()),
            Some(Broken::Failed(kind)) => Err(Failure::new(
                Kind::NotSaved,
                "the output is not complete",
                format!("standard output could not be written: {kind}"),
                "make room there, or send it somewhere else",
            )),
        }
    }

    /// What was answered so far comes before what is said beside it. Trouble with it is told at the end.
    fn hand_over(&mut self) {
        let _ = self.finish();
    }

    /// What another program has said, as it is, where it has said it.
    pub(super) fn pass(&mut self, stream: Stream, bytes: &[u8]) {
        match stream {
            Stream::Out => {
                self.bytes(bytes);
                self.hand_over();
            }
            Stream::Err => {
                self.hand_over();
                // Nobody is left to be told.
                let _ = io::stderr().write_all(bytes);
            }
        }
    }

    /// Something worth knowing, beside the answer.
    pub(super) fn note(&mut self, note: &str) {
        self.hand_over();
        Self::stderr(&format!("{note}\n"));
    }

    /// Something a person should not pass over.
    pub(super) fn warn(&mut self, warning: &str) {
        self.hand_over();
        let word = self.paint_err(Paint::Attention, "warning:");
        Self::stderr(&format!("{word} {warning}\n"));
    }

    /// The three lines.
    pub(super) fn failure(&mut self, failure: &Failure) {
        self.hand_over();
        let what = self.paint_err(Paint::Failed, &failure.what);
        Self::stderr(&format!("{what}\n  because: {}\n  try: {}\n", failure.because, failure.try_this));
    }

    /// A line that the next one replaces, for progress; nothing without a terminal.
    pub(super) fn progress(&mut self, line: &str) {
        self.hand_over();
        if io::stderr().is_terminal() {
            Self::stderr(&format!("\r\x1b[2K{line}"));
        }
    }

    /// A question, without a newline behind it.
    pub(super) fn ask(&mut self, question: &str) {
        self.hand_over();
        Self::stderr(question);
    }

    /// Lines for a person's eyes only, on a screen of their own that leaves nothing in the scrollback; goes on with
    /// Enter.
    ///
    /// # Errors
    /// [`Kind::Usage`] when the keyboard cannot be read.
    pub(super) fn once(&mut self, lines: &[&str]) -> Result<(), Failure> {
        self.hand_over();
        Self::stderr(&format!("\x1b[?1049h\x1b[2J\x1b[H{}\n\nPress Enter to go on … ", lines.join("\n")));
        let read = io::stdin().lock().read_line(&mut String::new());
        Self::stderr("\x1b[2J\x1b[?1049l");
        read.map(drop).map_err(|error| {
            let because = format!("the keyboard answered: {}", error.kind());
            Failure::new(Kind::Usage, "nothing was done", because, "run it in a terminal")
        })
    }

    fn stderr(text: &str) {
        // Nobody is left to be told.
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// `text` in the colour of a role, for a stream.
    pub(super) fn paint_on(&self, stream: Stream, paint: Paint, text: &str) -> String {
        match stream {
            Stream::Out => self.paint(paint, text),
            Stream::Err => self.paint_err(paint, text),
        }
    }

    /// `text` in the colour of a role, for the answer.
    pub(super) fn paint(&self, paint: Paint, text: &str) -> String {
        paint.on(text, self.paint_answer)
    }

    fn paint_err(&self, paint: Paint, text: &str) -> String {
        paint.on(text, self.paint_rest)
    }
}
