//! Import and export formats, one file each: pure text to [`rows::Rows`] and back. No file is opened here, and
//! nothing is decided about what becomes of the rows: that is `ops::transfer`.
//!
//! A format is a row of [`FORMATS`], in `formats.rs`. [`text`] turns a file's bytes into text first, `detect` tells
//! which format that has; [`rows`] is what all share. Readers of other programs' files hand what they find to `gather`,
//! which makes apps and profiles of it; `names` knows what values are called, `tree` reads JSON and YAML. Writers share
//! [`writing`] (what a format has a place for) and `variables` (rows as names and values).

mod code;
mod commands;
mod csv;
mod detect;
pub mod dotenv;
mod formats;
mod gather;
mod ini;
pub mod json;
mod kubernetes;
mod members;
mod names;
mod nested;
mod pasted;
pub mod rows;
mod shell;
pub mod text;
mod tree;
mod twurl;
mod variables;
pub mod writing;
mod xurl;

#[cfg(test)]
mod tests;

pub use detect::read;
pub use formats::FORMATS;
use rows::{Rows, Unreadable};
use writing::Writer;

/// One row of [`FORMATS`].
#[derive(Debug)]
pub struct Format {
    /// The stable word of `--from` and `--to`.
    pub word: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Where such files are found: `~/` is the home folder, `./` the one a person is in, `*` any ending.
    pub found: &'static [&'static str],
    /// Endings of file names that tell it, without the dot.
    pub extensions: &'static [&'static str],
    /// Whether a text looks like it.
    looks: Looks,
    /// The longest text that is read, in bytes.
    most: u64,
    /// Reads the whole text of a file, if birdkeep can.
    read: Option<Read>,
    /// How it is written, if birdkeep can.
    pub write: Option<Writer>,
}

/// Reads the text of a file as rows.
type Read = fn(&str) -> Result<Rows, Unreadable>;

/// How a text tells that it has a format.
#[derive(Clone, Copy, Debug)]
enum Looks {
    /// So that nothing else looks like it, whatever the file is called.
    Surely(fn(&str) -> bool),
    /// So that other formats may look like it too.
    Perhaps(fn(&str) -> bool),
    /// So that it is read to find out.
    Read,
    /// Every text does.
    Always,
    /// None does: it is read by name alone, or not at all.
    Never,
}

impl Format {
    /// Reads the whole text of a file.
    ///
    /// # Errors
    /// For what is not of this format, and for what is too long.
    pub fn read(&self, text: &str) -> Result<Rows, Unreadable> {
        if text.len() as u64 > self.most {
            return Err(Unreadable::Shape("it is longer than 16 MiB, longer than any file of credentials"));
        }
        let Some(read) = self.read else {
            return Err(Unreadable::Shape("birdkeep writes this format and does not read it"));
        };
        read(text)
    }

    /// Whether it is read.
    pub const fn is_read(&self) -> bool {
        self.read.is_some()
    }
}

/// The format of this word.
pub fn by_word(word: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.word.eq_ignore_ascii_case(word.trim()))
}
