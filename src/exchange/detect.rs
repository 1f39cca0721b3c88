//! Which format a text has: by how it looks and how its file is called.

use super::rows::{Rows, Unreadable};
use super::{FORMATS, Format, Looks};

impl Format {
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
                Looks::Never => return None,
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
            (false, _) | (true, Looks::Never) => None,
        }
    }
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
