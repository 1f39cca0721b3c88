//! Import and export formats, one file each: pure text to [`rows::Rows`] and back. No file is opened here, and
//! nothing is decided about what becomes of the rows: that is `ops::transfer`.
//!
//! A format is a row of [`FORMATS`]. [`text`] turns a file's bytes into text first; [`rows`] is what all share. Readers
//! of other programs' files hand what they find to `gather`, which makes apps and profiles of it; `names` knows what
//! values are called, `tree` reads JSON and YAML.

mod code;
mod csv;
pub mod dotenv;
mod gather;
mod ini;
pub mod json;
mod names;
mod nested;
mod pasted;
pub mod rows;
pub mod text;
mod tree;
mod twurl;
mod xurl;

#[cfg(test)]
mod tests;

use rows::{Rows, Unreadable, Unwritable};

use crate::domain::secret::Secret;

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
    /// Reads the whole text of a file.
    read: fn(&str) -> Result<Rows, Unreadable>,
    /// Writes the whole text of a file, if birdkeep can. It holds secrets in plain text.
    pub write: Option<Write>,
}

/// Writes rows as the text of a file.
type Write = fn(&Rows) -> Result<Secret, Unwritable>;

/// How a text tells that it has a format.
#[derive(Clone, Copy, Debug)]
enum Looks {
    /// So that nothing else looks like it, whatever the file is called.
    Surely(fn(&str) -> bool),
    /// So that other formats may look like it too.
    Perhaps(fn(&str) -> bool),
    /// Every text does.
    Always,
}

/// No file of credentials that a person or another program keeps is longer.
const SIXTEEN_MIB: u64 = 16 << 20;

/// Every format. Of those that fit a text equally well, the first is taken.
pub const FORMATS: &[Format] = &[
    Format {
        word: "json",
        doc: "birdkeep's exchange format: everything about apps and profiles but history (assets/exchange.schema.json)",
        found: &[],
        extensions: &["json"],
        looks: Looks::Surely(json::looks),
        // A big vault's export is long.
        most: text::FILE_MAX,
        read: json::read,
        write: Some(json::write),
    },
    Format {
        word: "xurl",
        doc: "xurl's store: a folder with auth.yml, or the file of older versions (YAML or JSON)",
        found: &["~/.xurl/auth.yml", "~/.xurl", "~/.xurl.migrating", "~/.xurl.migrating.bak"],
        extensions: &[],
        looks: Looks::Surely(xurl::looks),
        most: SIXTEEN_MIB,
        read: xurl::read,
        write: None,
    },
    Format {
        word: "twurl",
        doc: "twurl's profiles (YAML)",
        found: &["~/.twurlrc"],
        extensions: &[],
        looks: Looks::Surely(twurl::looks),
        most: SIXTEEN_MIB,
        read: twurl::read,
        write: None,
    },
    Format {
        word: "t",
        doc: "profiles of the command-line client t (YAML)",
        found: &["~/.trc"],
        extensions: &[],
        looks: Looks::Surely(twurl::looks),
        most: SIXTEEN_MIB,
        read: twurl::read,
        write: None,
    },
    Format {
        word: "nested",
        doc: "JSON or YAML of any shape whose keys have names in common use, such as consumer_key or appKey",
        found: &[],
        extensions: &["json", "yml", "yaml"],
        looks: Looks::Perhaps(nested::looks),
        most: SIXTEEN_MIB,
        read: nested::read,
        write: None,
    },
    Format {
        word: "dotenv",
        doc: "NAME=value lines, as .env files hold them, under any of the names in common use; values only",
        found: &["./.env*"],
        extensions: &["env"],
        looks: Looks::Perhaps(dotenv::looks),
        most: SIXTEEN_MIB,
        read: dotenv::read,
        write: Some(dotenv::write),
    },
    Format {
        word: "twitterapi",
        doc: "credentials.txt of the Python package TwitterAPI",
        found: &["./credentials.txt"],
        extensions: &[],
        looks: Looks::Perhaps(dotenv::looks),
        most: SIXTEEN_MIB,
        read: dotenv::read,
        write: None,
    },
    Format {
        word: "twarc2",
        doc: "twarc's config; its sections are profiles",
        found: &["~/.config/twarc/config", "~/Library/Application Support/twarc/config", "~/.twarc"],
        extensions: &[],
        looks: Looks::Perhaps(ini::looks),
        most: SIXTEEN_MIB,
        read: ini::read,
        write: None,
    },
    Format {
        word: "python-twitter",
        doc: ".tweetrc of the package python-twitter",
        found: &["~/.tweetrc"],
        extensions: &[],
        looks: Looks::Perhaps(ini::looks),
        most: SIXTEEN_MIB,
        read: ini::read,
        write: None,
    },
    Format {
        word: "ini",
        doc: "any file of sections and “key = value” lines, TOML too; a section is a profile",
        found: &[],
        extensions: &["ini", "cfg", "conf", "toml", "properties"],
        looks: Looks::Perhaps(ini::looks),
        most: SIXTEEN_MIB,
        read: ini::read,
        write: None,
    },
    Format {
        word: "csv",
        doc: "a table: names of columns in the first line, a profile in each line after it",
        found: &[],
        extensions: &["csv", "tsv"],
        looks: Looks::Perhaps(csv::looks),
        most: SIXTEEN_MIB,
        read: csv::read,
        write: None,
    },
    Format {
        word: "code",
        doc: "source code as in tutorials: assignments, object literals, calls of X libraries (Python, JavaScript, Ruby …)",
        found: &[],
        extensions: &["py", "js", "mjs", "cjs", "ts", "rb", "php", "go", "java", "cs", "r"],
        looks: Looks::Perhaps(code::looks),
        most: SIXTEEN_MIB,
        read: code::read,
        write: None,
    },
    Format {
        word: "text",
        doc: "anything else: values under the console's own headings, beside names, or by their shapes alone",
        found: &[],
        extensions: &["txt", "md"],
        looks: Looks::Always,
        most: SIXTEEN_MIB,
        read: pasted::read,
        write: None,
    },
];

impl Format {
    /// Reads the whole text of a file.
    ///
    /// # Errors
    /// For what is not of this format, and for what is too long.
    pub fn read(&self, text: &str) -> Result<Rows, Unreadable> {
        if text.len() as u64 > self.most {
            return Err(Unreadable::Shape("it is longer than 16 MiB, longer than any file of credentials"));
        }
        (self.read)(text)
    }

    /// Whether a file is called as such files are.
    fn is_called(&self, name: &str) -> bool {
        let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let usual = |place: &&str| {
            let usual = place.rsplit('/').next().unwrap_or(place);
            usual.strip_suffix('*').map_or(usual == name, |start| name.starts_with(start))
        };
        self.found.iter().any(usual) || self.extensions.contains(&ending.as_str())
    }

    /// How well it fits, the best first; `None`: not at all.
    fn fit(&self, file_name: Option<&str>, text: &str) -> Option<u8> {
        let called = file_name.is_some_and(|name| self.is_called(name));
        let looks = text.len() as u64 <= self.most
            && match self.looks {
                Looks::Surely(looks) | Looks::Perhaps(looks) => looks(text),
                Looks::Always => true,
            };
        match (looks, self.looks) {
            (true, Looks::Surely(_)) => Some(u8::from(!called)),
            (true, _) if called => Some(2),
            _ if called => Some(3),
            (true, Looks::Perhaps(_)) => Some(4),
            (true, Looks::Always) => Some(6),
            // What begins like JSON is told where it is none.
            (false, Looks::Surely(_)) if self.word == "json" && text.trim_start().starts_with(['{', '[']) => {
                Some(5)
            }
            (false, _) => None,
        }
    }
}

/// The format of this word.
pub fn by_word(word: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.word.eq_ignore_ascii_case(word.trim()))
}

/// Reads a text of unknown format: by how it looks and how its file is called. Gives the format it was read as.
///
/// A format that only seemed to fit gives way to the next one that finds something; but what looks like one format and
/// has mistakes in it is not taken for a text that happens to hold values.
///
/// # Errors
/// With the format that fitted best, when none finds anything.
pub fn read(
    file_name: Option<&str>,
    text: &str,
) -> Result<(Rows, &'static Format), (Unreadable, &'static Format)> {
    let fits = FORMATS.iter().filter_map(|format| format.fit(file_name, text).map(|fit| (fit, format)));
    let mut fits: Vec<(u8, &Format)> = fits.collect();
    fits.sort_by_key(|(fit, _)| *fit);
    let mut first = None;
    for (fit, format) in fits {
        if matches!((&first, format.looks), (Some((2 | 4, Ok(_))), Looks::Always)) {
            break;
        }
        let outcome = format.read(text).map(|rows| (rows, format)).map_err(|error| (error, format));
        let sure = fit <= 1;
        match outcome {
            Ok((rows, format)) if sure || rows.holds_values() => return Ok((rows, format)),
            Err(error) if sure => return Err(error),
            outcome => drop(first.get_or_insert((fit, outcome))),
        }
    }
    let last = FORMATS.last().map_or(&FORMATS[0], |format| format);
    let nothing = || last.read(text).map(|rows| (rows, last)).map_err(|error| (error, last));
    first.map_or_else(nothing, |(_, outcome)| outcome)
}
