//! The ways in which a value may be written down: the patterns to look for, and the spellings of single characters.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

/// How a value was found to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is a row of WRITINGS, which says what it is")]
pub enum Writing {
    Plain,
    Url,
    Json,
    Hex,
    Utf16,
    Base64,
    Basic,
}

/// One row of [`WRITINGS`].
#[derive(Debug)]
pub struct WritingRow {
    /// Which.
    pub writing: Writing,
    /// The stable word of machine output.
    pub word: &'static str,
    /// What a person reads behind the place; nothing where the value stands as it is.
    pub remark: &'static str,
}

/// Every way of writing.
pub const WRITINGS: &[WritingRow] = &[
    WritingRow { writing: Writing::Plain, word: "plain", remark: "" },
    WritingRow { writing: Writing::Url, word: "url", remark: "URL-encoded" },
    WritingRow { writing: Writing::Json, word: "json", remark: "JSON-escaped" },
    WritingRow { writing: Writing::Hex, word: "hex", remark: "escaped in hex" },
    WritingRow { writing: Writing::Utf16, word: "utf-16", remark: "UTF-16" },
    WritingRow { writing: Writing::Base64, word: "base64", remark: "base64" },
    WritingRow { writing: Writing::Basic, word: "basic", remark: "base64 with its other half, as for Basic" },
];

impl Writing {
    /// This writing's row.
    pub fn row(self) -> &'static WritingRow {
        &WRITINGS[self as usize]
    }
}

/// The shortest value that is looked for, in bytes: shorter ones stand in every file by chance.
pub(super) const SHORTEST: usize = 12;
/// The most of a value that is looked for, in bytes: so much is never the same by chance.
const LONGEST: usize = 512;

/// A text to look for. What may be between its characters is the matter of [`Pattern::around`].
pub(super) struct Pattern {
    pub(super) text: Zeroizing<Vec<u8>>,
    /// The number of the value it tells of.
    pub(super) value: usize,
    pub(super) writing: Writing,
}

/// Shows nothing of the text.
impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pattern({}, {:?})", self.value, self.writing)
    }
}

/// The patterns of a value: as it is, without its percent-escapes, and where base64 has it at each of the three
/// alignments.
pub(super) fn patterns(value: usize, text: &str) -> Vec<Pattern> {
    let mut texts = vec![Zeroizing::new(text.as_bytes().to_vec())];
    let plain = Zeroizing::new(percent_encoding::percent_decode_str(text).collect::<Vec<u8>>());
    if plain.as_slice() != text.as_bytes() && plain.len() >= SHORTEST {
        texts.push(plain);
    }
    let mut all: Vec<Pattern> = Vec::new();
    for text in &texts {
        for before in 0..3 {
            for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                all.push(Pattern {
                    text: inside_base64(text, before, engine),
                    value,
                    writing: Writing::Base64,
                });
            }
        }
    }
    all.extend(texts.into_iter().map(|text| Pattern { text, value, writing: Writing::Plain }));
    tidy(all)
}

/// The patterns of `id:secret` as HTTP's Basic authentication writes the pair.
pub(super) fn pair_patterns(value: usize, id: &str, secret: &str) -> Vec<Pattern> {
    let pair = Zeroizing::new(format!("{id}:{secret}"));
    let pattern = |engine: &base64::engine::GeneralPurpose| Pattern {
        text: Zeroizing::new(engine.encode(pair.as_bytes()).into_bytes()),
        value,
        writing: Writing::Basic,
    };
    tidy(vec![pattern(&STANDARD_NO_PAD), pattern(&URL_SAFE_NO_PAD)])
}

fn tidy(mut patterns: Vec<Pattern>) -> Vec<Pattern> {
    for pattern in &mut patterns {
        pattern.text.truncate(LONGEST);
    }
    patterns.sort_by(|a, b| (a.writing, a.text.as_slice()).cmp(&(b.writing, b.text.as_slice())));
    patterns.dedup_by(|a, b| (a.writing, a.text.as_slice()) == (b.writing, b.text.as_slice()));
    patterns
}

/// The characters of base64 that `text` alone decides where `before` (mod 3) bytes stand before it.
fn inside_base64(text: &[u8], before: usize, engine: &base64::engine::GeneralPurpose) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; before]);
    bytes.extend_from_slice(text);
    let whole = Zeroizing::new(engine.encode(bytes.as_slice()).into_bytes());
    // A character holds six bits; the first and the last may hold bits of a neighbour.
    let (from, to) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
    Zeroizing::new(whole[from..to].to_vec())
}

/// What was met around a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Met {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) writing: Writing,
}

impl Pattern {
    /// The whole pattern in `text`, if its bytes `offset..` stand at `at`: each special character may be escaped, and
    /// base64 may be broken into lines.
    pub(super) fn around(&self, text: &[u8], at: usize, offset: usize) -> Option<Met> {
        let mut writing = self.writing;
        let breaks = writing >= Writing::Base64;
        let mut note = |found: Writing| writing = writing.max(found);
        let (mut start, mut end) = (at, at);
        for (number, byte) in self.text.get(offset..)?.iter().enumerate() {
            if breaks && number > 0 {
                end += line_break(text.get(end..)?);
            }
            let (length, found) = spelled(text.get(end..)?, *byte)?;
            note(found);
            end += length;
        }
        for byte in self.text.get(..offset)?.iter().rev() {
            if breaks {
                start -= line_break_before(text.get(..start)?);
            }
            let (length, found) = spelled_before(text.get(..start)?, *byte)?;
            note(found);
            start -= length;
        }
        Some(Met { start, end, writing })
    }
}

/// Whether every writer leaves this character as it is.
pub(super) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~')
}

/// The length of `byte` at the beginning of `text`, in any spelling.
fn spelled(text: &[u8], byte: u8) -> Option<(usize, Writing)> {
    if is_unreserved(byte) {
        return (*text.first()? == byte).then_some((1, Writing::Plain));
    }
    // An escape before the character itself: “%” may be the beginning of “%25”.
    escaped(text, byte).or_else(|| (*text.first()? == byte).then_some((1, Writing::Plain)))
}

fn spelled_before(text: &[u8], byte: u8) -> Option<(usize, Writing)> {
    let literal = || (*text.last()? == byte).then_some((1, Writing::Plain));
    if is_unreserved(byte) {
        return literal();
    }
    let whole = |length: usize| {
        escaped(text.get(text.len().checked_sub(length)?..)?, byte).filter(|(found, _)| *found == length)
    };
    [6, 5, 4, 3, 2].into_iter().find_map(whole).or_else(literal)
}

/// `%2B`, `%252B`, `\u002b`, `\x2b`, `\/`.
fn escaped(text: &[u8], byte: u8) -> Option<(usize, Writing)> {
    let hex = |at: usize| {
        let digit = |at: usize| text.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        (digit(at)? * 16 + digit(at + 1)? == u32::from(byte)).then_some(at + 2)
    };
    match text {
        [b'%', b'2', b'5', ..] if hex(3).is_some() => Some((5, Writing::Url)),
        [b'%', ..] => hex(1).map(|length| (length, Writing::Url)),
        [b'\\', b'u', b'0', b'0', ..] => hex(4).map(|length| (length, Writing::Json)),
        [b'\\', b'x', ..] if hex(2).is_some() => Some((4, Writing::Hex)),
        [b'\\', next, ..] if *next == byte => Some((2, Writing::Json)),
        _ => None,
    }
}

/// The most that an end of line and the spaces after it may be long, in bytes.
const BREAK_MAX: usize = 80;

/// The length of an end of line at the beginning of `text`, with the white space after it; also as `\n`.
fn line_break(text: &[u8]) -> usize {
    let (mut at, mut seen) = (0, false);
    while at < BREAK_MAX {
        match text.get(at..).unwrap_or_default() {
            [b'\r' | b'\n', ..] => (at, seen) = (at + 1, true),
            [b'\\', b'r' | b'n', ..] => (at, seen) = (at + 2, true),
            [b' ' | b'\t', ..] if seen => at += 1,
            _ => break,
        }
    }
    if seen { at } else { 0 }
}

fn line_break_before(text: &[u8]) -> usize {
    let first = text.len().saturating_sub(BREAK_MAX);
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let mut at = text.len();
    loop {
        match text.get(first..at).unwrap_or_default() {
            [.., b'\\', b'r' | b'n'] => at -= 2,
            [.., last] if blank(last) => at -= 1,
            _ => break,
        }
    }
    let length = line_break(text.get(at..).unwrap_or_default());
    if at + length == text.len() { length } else { 0 }
}

/// Where a pattern can be recognised by a stretch of `length` bytes that stand as they are, none of them in a row
/// that many patterns share: the first such stretch and the last. Nothing: there is none.
pub(super) fn stretches(text: &[u8], length: usize) -> Vec<Range<usize>> {
    let fits = |stretch: &[u8]| {
        stretch.iter().all(|byte| is_unreserved(*byte))
            && stretch.windows(8).all(|window| variety(window) > 4)
    };
    let starts = || 0..=text.len().saturating_sub(length);
    let found = |start: &usize| text.get(*start..start + length).is_some_and(fits);
    let Some(first) = starts().find(found) else { return Vec::new() };
    let last = starts().rev().find(found).unwrap_or(first);
    let mut all = vec![first..first + length];
    if last > first {
        all.push(last..last + length);
    }
    all
}

/// How many different bytes there are.
pub(super) fn variety(bytes: &[u8]) -> usize {
    let mut seen = [0_u64; 4];
    for byte in bytes {
        seen[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }
    seen.iter().map(|bits| bits.count_ones() as usize).sum()
}

/// `text` with its special characters spelled each way a writer of JSON or of addresses does: for a pattern that has
/// no stretch without one.
pub(super) fn respelled(text: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let spell = |write: fn(u8) -> String| {
        let each = text
            .iter()
            .flat_map(|byte| if is_unreserved(*byte) { vec![*byte] } else { write(*byte).into_bytes() });
        Zeroizing::new(each.collect::<Vec<u8>>())
    };
    vec![
        spell(|byte| format!("%{byte:02X}")),
        spell(|byte| format!("%{byte:02x}")),
        spell(|byte| format!("\\u{byte:04x}")),
        spell(|byte| format!("\\u{byte:04X}")),
        spell(|byte| if byte == b'/' { "\\/".to_owned() } else { char::from(byte).to_string() }),
    ]
}
