//! Writes a `.env` file: only values that every reader of such files takes alike.

use crate::domain::secret::Secret;
use crate::domain::text;
use crate::exchange::rows::{Rows, Unwritable};
use crate::exchange::variables;
use crate::exchange::writing::Style;

/// Writes a `.env` file: one profile under plain names, several with a suffix each.
///
/// # Errors
/// A value with a quote, a backslash, `${`, a line break or an invisible character: readers disagree about these. Two
/// profiles whose names become the same suffix.
pub fn write(rows: &Rows, style: &Style) -> Result<Secret, Unwritable> {
    variables::lines(rows, style, |name, value| {
        let quote = quote_for(value)?;
        Some(format!("{name}={quote}{value}{quote}"))
    })
}

/// The quote a value needs, perhaps none; `None` when there is no way that all readers take alike.
pub fn quote_for(value: &str) -> Option<&'static str> {
    // No `~`: a shell that sources the file puts the home folder in its place.
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.:/%+=@,".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        return Some("");
    }
    let safe = |c: char| !text::is_hidden(c) && !matches!(c, '\'' | '\\');
    // python-dotenv expands `${…}` whatever the quotes.
    (value.chars().all(safe) && !value.contains("${")).then_some("'")
}
