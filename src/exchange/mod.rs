//! Import and export formats, one file each: pure text to [`rows::Rows`] and back. No file is opened here, and
//! nothing is decided about what becomes of the rows: that is `ops::transfer`.
//!
//! A format is a row of [`FORMATS`]. [`text`] turns a file's bytes into text first; [`rows`] is what all share.

pub mod dotenv;
pub mod json;
pub mod rows;
pub mod text;

use rows::{Rows, Unreadable, Unwritable};

use crate::domain::secret::Secret;

/// One row of [`FORMATS`].
#[derive(Debug)]
pub struct Format {
    /// The stable word of `--from` and `--to`.
    pub word: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Endings of file names that tell it, without the dot.
    pub extensions: &'static [&'static str],
    /// Reads the whole text of a file.
    pub read: fn(&str) -> Result<Rows, Unreadable>,
    /// Writes the whole text of a file. It holds secrets in plain text.
    pub write: fn(&Rows) -> Result<Secret, Unwritable>,
}

/// Every format, the most capable first.
pub const FORMATS: &[Format] = &[
    Format {
        word: "json",
        doc: "birdkeep's exchange format: everything about apps and profiles but history (assets/exchange.schema.json)",
        extensions: &["json"],
        read: json::read,
        write: json::write,
    },
    Format {
        word: "dotenv",
        doc: "NAME=value lines, as .env files hold them, under any of the names in common use; values only",
        extensions: &["env"],
        read: dotenv::read,
        write: dotenv::write,
    },
];

/// The format of this word.
pub fn by_word(word: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.word.eq_ignore_ascii_case(word.trim()))
}

/// The format a file most likely has: by the ending of its name, else by how its text begins.
pub fn guess(file_name: Option<&str>, text: &str) -> &'static Format {
    let by_name = file_name.and_then(|name| {
        let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let env = name == ".env" || name.starts_with(".env.");
        FORMATS.iter().find(|format| {
            format.extensions.contains(&ending.as_str()) || (env && format.extensions.contains(&"env"))
        })
    });
    let looks_like_json = text.trim_start().starts_with(['{', '[']);
    by_name.unwrap_or(if looks_like_json { &FORMATS[0] } else { &FORMATS[1] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_guessed_by_name_then_by_text() {
        for (name, text, word) in [
            (Some("bots.json"), "", "json"),
            (Some(".env"), "{", "dotenv"),
            (Some(".env.production"), "", "dotenv"),
            (Some("wiki.ENV"), "", "dotenv"),
            (Some("keys.txt"), "X_API_KEY=a", "dotenv"),
            (Some("keys.txt"), "\n {}", "json"),
            (None, "{}", "json"),
            (None, "", "dotenv"),
        ] {
            assert_eq!(guess(name, text).word, word, "{name:?} {text:?}");
        }
        assert_eq!(by_word("JSON").map(|format| format.word), Some("json"));
        assert!(by_word("yaml").is_none());
    }
}
