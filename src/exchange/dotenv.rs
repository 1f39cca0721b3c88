//! `.env` files: `NAME=value` lines under the names that libraries, tutorials and bots use.
//!
//! Each account in their names (`TWITTER_ACCESS_TOKEN_SECRET_ALICE`) is a profile of its own; what names none is
//! shared. No variable is expanded and nothing is executed.

mod lines;
mod write;

#[cfg(test)]
mod tests;

use lines::{Line, lines};

pub use write::{quote_for, write};

use super::gather::{Gather, Given};
use super::names::{Bare, known};
use super::rows::{Called, Rows, Unreadable};
use crate::domain::fields;

/// The longest name of a variable, in bytes: a longer one is a value that ends with `=`.
const NAME_MAX: usize = 80;

/// Whether a text looks like it: variables and comments, and nothing else but a line or two that went wrong.
pub(super) fn looks(text: &str) -> bool {
    let mut any = false;
    // What has white space or brackets is code or prose, and a value by itself is known by its shape.
    let astray = |line: &str| {
        !line.contains([' ', '(', '{', '[', ':']) && fields::recognise(fields::trimmed(line)).is_empty()
    };
    for (_, line) in lines(text) {
        let fits = match line {
            Line::Variable { name, .. } => {
                any = true;
                name.len() <= NAME_MAX
            }
            Line::Bad { text, .. } => {
                any |= text.contains('=');
                astray(text)
            }
        };
        if !fits {
            return false;
        }
    }
    any
}

/// Reads a `.env` file. Other programs' variables are passed over.
///
/// # Errors
/// When not one variable of X is in it.
pub fn read(text: &str) -> Result<Rows, Unreadable> {
    let mut gather = Gather::default();
    let shared = gather.unnamed();
    for (place, line) in lines(text) {
        let (name, value) = match line {
            Line::Variable { name, value } => (name, value),
            Line::Bad { why, .. } => {
                gather.left_out(place, why);
                continue;
            }
        };
        let Some(known) = known(name, &value, Bare::Anybodys) else {
            gather.pass_over(place, name, &value);
            continue;
        };
        let account = match known.account {
            account if account.is_empty() => shared,
            account => gather.account(Some(shared), Called::Suffix(account)),
        };
        let given = Given { place, name, label: known.label, sure: known.prefixed, value: &value };
        gather.take(account, &given);
    }
    if gather.is_empty() {
        return Err(Unreadable::Shape("none of its variables has a name used for X's credentials"));
    }
    gather.finish()
}
