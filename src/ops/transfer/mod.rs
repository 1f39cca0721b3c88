//! Imports and exports: rows of a file held against the vault, and the other way round.
//!
//! An import is looked at first ([`preview`]) and done by saving its edits. What is already there changes nothing; a
//! different value is left alone unless it may be replaced; and one API key is one app, whatever it is called.

mod deliver;
mod differ;
mod export;
mod finds;
mod identities;
mod leftover;
mod plan;
mod report;
mod several;
mod source;

#[cfg(test)]
mod tests;

pub use deliver::{Undelivered, deliver};
pub use export::{Order, Outline, Reach, export, file_name, name_to_type, outline};
pub use finds::{Find, finds, meant};
pub use leftover::{AskGit, Leftover, leftovers};
pub use plan::{Replace, Rules, preview};
pub use report::{Fate, Preview, RowReport, Tally};
pub use several::{Manner, Part, Plan, Renamed, Source, plan, probe};
pub use source::{Named, fetch, name_of};

use crate::domain::fields::Field;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::exchange::rows::{self, Rows, Unreadable};
use crate::exchange::{self, FORMATS, Format};
use crate::failure::{Failure, Kind};

pub use crate::exchange::rows::{BadValue, Remark, Weight};
pub use crate::exchange::text::FILE_MAX;
pub use crate::exchange::writing::{Holds, Reader, Writer};
pub use crate::vault::Over;

/// Every format.
pub fn every_format() -> impl Iterator<Item = &'static Format> {
    FORMATS.iter()
}

/// The formats that birdkeep reads.
pub fn formats() -> impl Iterator<Item = &'static Format> {
    FORMATS.iter().filter(|format| format.is_read())
}

/// The formats that birdkeep writes.
pub fn writable() -> impl Iterator<Item = &'static Format> {
    FORMATS.iter().filter(|format| format.write.is_some())
}

fn words(formats: impl Iterator<Item = &'static Format>) -> Vec<&'static str> {
    formats.map(|format| format.word).collect()
}

/// A value as people paste it, without what copying adds around it; `None` when there is nothing in it.
///
/// # Errors
/// For a value no credential can be: a line break inside, or far too long.
pub fn value(field: Field, pasted: &str) -> Result<Option<Secret>, BadValue> {
    rows::value(field, pasted).map(|value| value.map(|value| value.secret))
}

/// Turns the bytes of a file into text.
///
/// # Errors
/// [`Kind::Usage`] for what is no text.
pub fn decode(bytes: &[u8]) -> Result<Secret, Failure> {
    exchange::text::decode(bytes).map_err(|error| {
        Failure::new(
            Kind::Usage,
            "the file cannot be read as text",
            error.to_string(),
            "nothing was changed; save it as UTF-8 text, or name another file",
        )
    })
}

/// Reads `text` as the format of this word, or as the one it most likely has. Gives the format's word too.
///
/// # Errors
/// [`Kind::Usage`] for an unknown format and for text that is none of it.
pub fn read(
    text: &Secret,
    word: Option<&str>,
    file_name: Option<&str>,
) -> Result<(Rows, &'static str), Failure> {
    let outcome = match word {
        Some(word) => {
            let format = format(word)?;
            format.read(text.expose()).map(|rows| (rows, format)).map_err(|error| (error, format))
        }
        None => exchange::read(file_name, text.expose()),
    };
    let (rows, format) = outcome.map_err(|(error, format)| {
        let try_this = match error {
            Unreadable::Syntax { .. } | Unreadable::Cycle { .. } | Unreadable::Deep { .. } => {
                "nothing was changed; correct that place, or name the format with --from"
            }
            Unreadable::Shape(_) => "nothing was changed; is it another file, or another format (--from)?",
        };
        Failure::new(
            Kind::Usage,
            format!("this cannot be read as {}", format.word),
            error.to_string(),
            try_this,
        )
    })?;
    Ok((rows, format.word))
}

fn format(word: &str) -> Result<&'static Format, Failure> {
    exchange::by_word(word).ok_or_else(|| {
        let known = words(FORMATS.iter());
        Failure::new(
            Kind::Usage,
            format!("there is no format “{}”", visible_within(word, 20)),
            format!("the formats are {}", known.join(", ")),
            "name one of them",
        )
    })
}
