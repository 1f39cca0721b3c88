//! Variables as the shells want them: sh and its relatives (direnv too), fish, PowerShell; and Docker's `--env-file`,
//! which knows no quotes at all.
//!
//! They are read back as `.env` files are: `dotenv` knows their commands and their quotes.

use super::rows::{Rows, Unwritable};
use super::variables;
use super::writing::{Style, is_plain};
use crate::domain::phrase::single_quoted;
use crate::domain::secret::Secret;

/// Characters that end a text in single quotes in PowerShell: it takes the typographic ones for the plain one.
const POWERSHELL_QUOTES: [char; 5] = ['\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}'];

/// Writes `export X='…'` for sh, bash, zsh, ksh and direnv.
///
/// # Errors
/// A value with a line break or an invisible character.
pub(super) fn posix(rows: &Rows, style: &Style) -> Result<Secret, Unwritable> {
    variables::lines(rows, style, |name, value| {
        is_plain(value).then(|| format!("export {name}={}", single_quoted(value)))
    })
}

/// Writes `set -gx X '…'` for fish.
///
/// # Errors
/// A value with a line break or an invisible character.
pub(super) fn fish(rows: &Rows, style: &Style) -> Result<Secret, Unwritable> {
    variables::lines(rows, style, |name, value| {
        let value = is_plain(value).then(|| value.replace('\\', "\\\\").replace('\'', "\\'"))?;
        Some(format!("set -gx {name} '{value}'"))
    })
}

/// Writes `$env:X = '…'` for PowerShell.
///
/// # Errors
/// A value with a line break or an invisible character.
pub(super) fn powershell(rows: &Rows, style: &Style) -> Result<Secret, Unwritable> {
    variables::lines(rows, style, |name, value| {
        let mut doubled = String::with_capacity(value.len());
        for c in value.chars() {
            doubled.extend(std::iter::repeat_n(c, if POWERSHELL_QUOTES.contains(&c) { 2 } else { 1 }));
        }
        is_plain(value).then(|| format!("$env:{name} = '{doubled}'"))
    })
}

/// Writes `X=…` for `docker run --env-file`: what stands there is the value, quotes included.
///
/// # Errors
/// A value with white space, a quote, `\`, `$`, `#` or an invisible character: Docker, Podman and Compose disagree
/// about these.
pub(super) fn docker(rows: &Rows, style: &Style) -> Result<Secret, Unwritable> {
    variables::lines(rows, style, |name, value| {
        let odd = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '`' | '\\' | '$' | '#');
        (is_plain(value) && !value.contains(odd)).then(|| format!("{name}={value}"))
    })
}
