//! Files of sections with `key = value` lines: INI, `ConfigObj`, TOML as far as it is used for this, properties.
//!
//! twarc2 keeps its profiles as sections of `ConfigObj` (`~/.config/twarc/config`), python-twitter has one section,
//! `[Tweet]`, in `~/.tweetrc`. A section is an account unless its name says only what is in it.

use super::gather::{Account, Gather, Given};
use super::names::{Bare, is_other, is_structure, known};
use super::rows::{Called, Place, Rows, Unreadable};
use crate::domain::fields::trimmed;

/// Whether a text looks like it: a section, and lines with values.
pub(super) fn looks(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    lines.any(|line| section(line).is_some()) && lines.any(|line| line.contains(['=', ':']))
}

/// Reads it.
///
/// # Errors
/// When no key in it is known.
pub(super) fn read(text: &str) -> Result<Rows, Unreadable> {
    let mut gather = Gather::default();
    let whole = gather.unnamed();
    let mut account = Some(whole);
    for (number, line) in (1..).zip(text.lines()) {
        let (place, line) = (Place::Line(number), line.trim_matches([' ', '\t', '\r', '\u{feff}']));
        if line.is_empty() || line.starts_with(['#', ';', '!']) {
            continue;
        }
        if let Some(name) = section(line) {
            account = match name {
                name if is_other(name) => None,
                name if is_structure(name) => Some(whole),
                name => Some(gather.named(Some(whole), name)),
            };
            continue;
        }
        let Some(account) = account else { continue };
        match pair(line) {
            Some((key, value)) => give(&mut gather, account, place, (key, value)),
            None => gather.left_out(place, "is neither “key = value” nor a section"),
        }
    }
    if !gather.has_values() {
        return Err(Unreadable::Shape("none of its keys has a name used for X's credentials"));
    }
    gather.finish()
}

fn give(gather: &mut Gather, account: Account, place: Place, (key, value): (&str, &str)) {
    let Some(known) = known(key, value, Bare::Ours) else {
        gather.pass_over(place, key, value);
        return;
    };
    let account = match known.account {
        name if name.is_empty() => account,
        name => gather.account(Some(account), Called::Suffix(name)),
    };
    gather.take(account, &Given { place, name: key, label: known.label, sure: true, value });
}

/// The name of a section: `[name]`, `[[name]]`, `["name"]`.
fn section(line: &str) -> Option<&str> {
    // Asked of every line of every file, so what is cheap is asked first.
    let line = Some(line.trim_start()).filter(|line| line.starts_with('['))?;
    let line = line.split(['#', ';']).next().unwrap_or(line).trim();
    let name = line.strip_prefix('[')?.strip_suffix(']')?;
    let name = trimmed(name.trim_matches(['[', ']']));
    // The last part of TOML's `[connections.twitter]`.
    let name = name.rsplit('.').next().map_or(name, trimmed);
    (!name.is_empty() && !name.contains(['=', ',', '"'])).then_some(name)
}

/// Key and value of a line; a comment behind a quoted value goes.
fn pair(line: &str) -> Option<(&str, &str)> {
    let at = line.find(['=', ':'])?;
    let (key, value) = (trimmed(line.get(..at)?), line.get(at + 1..)?.trim());
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    if key.is_empty() || !key.chars().all(plain) {
        return None;
    }
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let Some(quote) = quote else {
        let end = [" #", " ;", "\t#"].iter().filter_map(|mark| value.find(mark)).min().unwrap_or(value.len());
        return Some((key, value.get(..end).unwrap_or(value).trim_end()));
    };
    // `ConfigObj` and TOML write three quotes around what has several lines.
    let inner = value.trim_start_matches(quote);
    Some((key, inner.split(quote).next().unwrap_or(inner)))
}
