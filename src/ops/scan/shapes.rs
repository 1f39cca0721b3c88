//! Values that look like X's, whoever holds them: known by their shape alone where nothing else has that shape, else by
//! their shape and the name that stands before them.

use std::ops::Range;

use super::writing::variety;
use crate::domain::fields::{Field, bearer_app_id};
use crate::domain::labels::{self, Label, Match};

/// The fewest and the most letters of a value of any shape, but for bearer tokens.
const LENGTHS: std::ops::RangeInclusive<usize> = 25..=110;
/// The lengths of bearer tokens. Wrapped base64 has 76 in a line, and data in one piece has more.
const BEARER: std::ops::RangeInclusive<usize> = 90..=130;
/// How far before a value its name may begin, in bytes.
const NAME_ROOM: usize = 96;
/// The fewest different characters of a value that something made at random. `xxxx` is a place for one.
const VARIETY: usize = 9;
/// The app of X's own web client: its bearer token is in every browser.
const WEB_CLIENT: u64 = 3_033_300;
/// Words that tell of X in the name of a variable that says more than the field.
const OURS: &[&str] = &["x", "twitter", "tweet", "tweepy"];

/// Whether a value may be around `window`, which stands at `at`: it and a window beside it are letters of one throughout,
/// as of every run of 25 letters or more that it lies in.
#[inline]
pub(super) fn is_run(text: &[u8], at: usize, window: u64) -> bool {
    let beside = |at: Option<usize>| {
        at.and_then(|at| text.get(at..)?.first_chunk::<8>()).is_some_and(|bytes| is_all_letters(*bytes))
    };
    may_be_letters(window)
        && is_all_letters(window.to_le_bytes())
        && (beside(Some(at + 8)) || beside(at.checked_sub(8)))
}

/// Spaces, quotes, brackets and most of what else is between words lie before “-”.
#[inline]
const fn may_be_letters(window: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let low = window.wrapping_sub(ONES * 0x2d) & !window;
    (low | window) & (ONES << 7) == 0
}

#[inline]
fn is_all_letters(bytes: [u8; 8]) -> bool {
    bytes.iter().fold(true, |all, byte| all & is_letter(*byte))
}

/// One load instead of five comparisons.
const LETTERS: [bool; 256] = {
    let mut letters = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "it is below 256")]
        let letter = byte as u8;
        letters[byte] = letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
        byte += 1;
    }
    letters
};

const fn is_letter(byte: u8) -> bool {
    LETTERS[byte as usize]
}

const fn is_bearer_letter(byte: u8) -> bool {
    is_letter(byte) || matches!(byte, b'%' | b'+' | b'/' | b'=')
}

/// The run of letters around `at`, and what it looks like.
pub(super) fn around(text: &[u8], at: usize) -> (Range<usize>, Option<Field>) {
    let run = extend(text, at, is_letter);
    let bytes = text.get(run.clone()).unwrap_or_default();
    if bytes.starts_with(b"AAAAAAAAAAAAAAA") {
        let run = extend(text, at, is_bearer_letter);
        let field = text.get(run.clone()).filter(|value| is_bearer(value)).map(|_| Field::BearerToken);
        return (run, field);
    }
    if !LENGTHS.contains(&bytes.len()) || !is_worth_a_look(bytes) || variety(bytes) < VARIETY {
        return (run, None);
    }
    let before = text.get(..run.start).unwrap_or_default();
    let value = std::str::from_utf8(bytes).ok();
    let field = value.and_then(|value| by_shape(value).or_else(|| by_name(value, before)));
    (run, field)
}

/// Most runs are long names: they have neither the length of a value nor an account's id before a dash.
fn is_worth_a_look(value: &[u8]) -> bool {
    matches!(value.len(), 25 | 34 | 45 | 50 | 80..) || value.first().is_some_and(u8::is_ascii_digit)
}

fn extend(text: &[u8], at: usize, inside: fn(u8) -> bool) -> Range<usize> {
    let before = text.get(..at).unwrap_or_default().iter().rev().take_while(|byte| inside(**byte)).count();
    let after = text.get(at..).unwrap_or_default().iter().take_while(|byte| inside(**byte)).count();
    at - before..at + after
}

fn is_bearer(value: &[u8]) -> bool {
    BEARER.contains(&value.len())
        && variety(value) >= 2 * VARIETY
        && std::str::from_utf8(value).is_ok_and(|value| {
            (Field::BearerToken.row().strict)(value) && bearer_app_id(value) != Some(WEB_CLIENT)
        })
}

fn by_shape(value: &str) -> Option<Field> {
    let strict = |field: &Field| (field.row().strict)(value);
    [Field::Oauth2AccessToken, Field::Oauth2RefreshToken, Field::ClientId]
        .into_iter()
        .find(strict)
        .or_else(|| is_access_token(value).then_some(Field::AccessToken))
}

/// An account's id and letters of both cases: a day or a counter before a digest in hex has but one.
fn is_access_token(value: &str) -> bool {
    (Field::AccessToken.row().lenient)(value)
        && value.split_once('-').is_some_and(|(id, tail)| {
            id.len() >= 5
                && tail.bytes().any(|byte| byte.is_ascii_lowercase())
                && tail.bytes().any(|byte| byte.is_ascii_uppercase())
        })
}

/// A shape that many things have, under a name that X's users give it.
fn by_name(value: &str, before: &[u8]) -> Option<Field> {
    let is = |field: Field| (field.row().strict)(value);
    let fields = [Field::ApiKey, Field::ApiSecret, Field::AccessSecret, Field::ClientSecret];
    if !fields.into_iter().any(is) {
        return None;
    }
    let name = name_before(before)?;
    match labels::read(&name)? {
        (Label::Field(field), fit) if fields.contains(&field) && is(field) => {
            (fit == Match::Whole || is_ours(&name)).then_some(field)
        }
        _ => None,
    }
}

/// Whether the name of a variable tells of X in a word of its own.
fn is_ours(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
    words.any(|word| OURS.contains(&word.as_str()))
}

/// The name that stands before a value on its line: in `KEY=`, `"key": "`, `key => '`, `key("`, `--key `.
fn name_before(before: &[u8]) -> Option<String> {
    let near = &before[before.len().saturating_sub(NAME_ROOM)..];
    let line = near.rsplit(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let between = |byte: &u8| byte.is_ascii_whitespace() || b"=:\"'`>(,\\".contains(byte);
    let gap = line.iter().rev().take_while(|byte| between(byte)).count();
    let line = &line[..line.len() - gap];
    // A name without anything between it and the value is part of the value.
    let name = line.iter().rev().take_while(|byte| is_letter(**byte) || **byte == b'.').count();
    let name = std::str::from_utf8(&line[line.len() - name..]).ok()?;
    (gap > 0 && !name.is_empty()).then(|| name.trim_start_matches('-').to_owned())
}
