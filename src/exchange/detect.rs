//! Which format a text has: by how it looks and how its file is called.

use super::rows::{Rows, Unreadable};
use super::{FORMATS, Format, Looks, Read, by_word, tree};

/// A format that was tried, with what came of it.
type Outcome = Result<(Rows, &'static Format), (Unreadable, &'static Format)>;

/// The deepest nesting that any reader follows: what is deeper is no file of credentials, whatever its syntax.
const DEPTH_MAX: usize = 64;

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
}

/// How well a format fits a text before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    /// Its file is called so, and it looks like it.
    Well,
    /// Its file is called so, or it begins so.
    Badly,
    /// Nothing is known yet: whether it looks like it is asked first.
    Unknown,
}

/// Reads a text of unknown format: by how it looks and how its file is called. Gives the format it was read as.
///
/// A format that only seemed to fit gives way to the next one that finds something; but what looks like one format and
/// has mistakes in it is not taken for a text that happens to hold values.
///
/// # Errors
/// With the format that fitted best, when none finds anything.
pub fn read(file_name: Option<&str>, text: &str) -> Outcome {
    let json = tree::begins_like_json(text);
    let deep = if json { tree::within(text, DEPTH_MAX) } else { Ok(()) };
    if let (Err(error), Some(nested)) = (deep, by_word("nested")) {
        return Err((error, nested));
    }
    let mut search = Search { text, refused: Vec::new(), tried: Vec::new(), first: None, enough: false };
    let (called, others): (Vec<&Format>, Vec<&Format>) = FORMATS
        .iter()
        .filter(|format| !matches!(format.looks, Looks::Never))
        .partition(|format| file_name.is_some_and(|name| format.is_called(name)));
    let mut sure = called.iter().chain(&others).filter(|format| matches!(format.looks, Looks::Surely(_)));
    if let Some(format) = sure.find(|format| search.fits(format)) {
        return outcome(format, text);
    }
    let (likely, unlikely): (Vec<&Format>, Vec<&Format>) =
        called.into_iter().partition(|format| search.fits(format));
    let (any, told): (Vec<&Format>, Vec<&Format>) =
        others.into_iter().partition(|format| matches!(format.looks, Looks::Always));
    // What begins like JSON is told where it is none.
    let json = by_word("json").filter(|_| json);
    'all: for (fit, formats) in [
        (Fit::Well, likely),
        (Fit::Badly, unlikely),
        (Fit::Unknown, told),
        (Fit::Badly, json.into_iter().collect()),
        (Fit::Unknown, any),
    ] {
        for format in formats {
            if search.enough && matches!(format.looks, Looks::Always) {
                break 'all;
            }
            if let Some(found) = search.attempt(format, fit) {
                return Ok(found);
            }
        }
    }
    let last = FORMATS.last().map_or(&FORMATS[0], |format| format);
    search.first.unwrap_or_else(|| outcome(last, text))
}

fn outcome(format: &'static Format, text: &str) -> Outcome {
    format.read(text).map(|rows| (rows, format)).map_err(|error| (error, format))
}

/// What is known of a text so far. Formats share readers, and none is asked twice.
struct Search<'a> {
    text: &'a str,
    /// What the text does not look like.
    refused: Vec<fn(&str) -> bool>,
    /// Who has read it in vain.
    tried: Vec<Read>,
    /// What came of the format that fits best.
    first: Option<Outcome>,
    /// Whether that one fits so well that the text is not searched for values of any kind.
    enough: bool,
}

impl Search<'_> {
    /// Whether the text looks like a format, as far as that is told without reading it.
    fn fits(&mut self, format: &Format) -> bool {
        let looks = match format.looks {
            Looks::Surely(looks) | Looks::Perhaps(looks) => looks,
            Looks::Read | Looks::Always => return self.text.len() as u64 <= format.most,
            Looks::Never => return false,
        };
        if self.refused.iter().any(|refused| std::ptr::fn_addr_eq(*refused, looks)) {
            return false;
        }
        let fits = self.text.len() as u64 <= format.most && looks(self.text);
        self.refused.extend((!fits).then_some(looks));
        fits
    }

    /// Reads the text as a format; `None` where that finds no values.
    fn attempt(&mut self, format: &'static Format, fit: Fit) -> Option<(Rows, &'static Format)> {
        let read = format.read?;
        let known = self.tried.iter().any(|tried| std::ptr::fn_addr_eq(*tried, read));
        if known || (fit == Fit::Unknown && !self.fits(format)) {
            return None;
        }
        self.tried.push(read);
        match outcome(format, self.text) {
            Ok((rows, format)) if rows.holds_values() => return Some((rows, format)),
            // It does not look like it, then.
            Err(_) if fit == Fit::Unknown && matches!(format.looks, Looks::Read) => {}
            outcome if self.first.is_none() => {
                self.enough = outcome.is_ok() && fit != Fit::Badly;
                self.first = Some(outcome);
            }
            _ => {}
        }
        None
    }
}
