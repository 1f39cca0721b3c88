//! The ways in which a value may be written down: the patterns to look for, and the spellings of single characters.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
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
    WritingRow { writing: Writing::Basic, word: "basic", remark: "base64 of the pair, as for Basic" },
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
            all.push(Pattern { text: inside_base64(text, before), value, writing: Writing::Base64 });
        }
    }
    all.extend(texts.into_iter().map(|text| Pattern { text, value, writing: Writing::Plain }));
    tidy(all)
}

/// The pattern of `id:secret` as HTTP's Basic authentication writes the pair.
pub(super) fn pair_pattern(value: usize, id: &str, secret: &str) -> Pattern {
    let pair = Zeroizing::new(format!("{id}:{secret}"));
    let mut text = Zeroizing::new(STANDARD_NO_PAD.encode(pair.as_bytes()).into_bytes());
    text.truncate(LONGEST);
    Pattern { text, value, writing: Writing::Basic }
}

fn tidy(mut patterns: Vec<Pattern>) -> Vec<Pattern> {
    for pattern in &mut patterns {
        pattern.text.truncate(LONGEST);
    }
    patterns.sort_by(|a, b| (a.writing, a.text.as_slice()).cmp(&(b.writing, b.text.as_slice())));
    patterns.dedup_by(|a, b| (a.writing, a.text.as_slice()) == (b.writing, b.text.as_slice()));
    patterns
}

/// The characters of base64 that `text` alone decides where `before` (mod 3) bytes stand before it. In the standard
/// alphabet: that for addresses is one more spelling of it.
fn inside_base64(text: &[u8], before: usize) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; before]);
    bytes.extend_from_slice(text);
    let whole = Zeroizing::new(STANDARD_NO_PAD.encode(bytes.as_slice()).into_bytes());
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
        let (mut writing, breaks) = (self.writing, self.is_base64());
        let mut note = |found: Writing| writing = writing.max(found);
        let (mut start, mut end) = (at, at);
        for (number, byte) in self.text.get(offset..)?.iter().enumerate() {
            if breaks && number > 0 {
                end += line_break(text.get(end..)?);
            }
            let (length, found) = self.spelled(text.get(end..)?, *byte)?;
            note(found);
            end += length;
        }
        for byte in self.text.get(..offset)?.iter().rev() {
            if breaks {
                start -= line_break_before(text.get(..start)?);
            }
            let (length, found) = self.spelled_before(text.get(..start)?, *byte)?;
            note(found);
            start -= length;
        }
        Some(Met { start, end, writing })
    }

    fn is_base64(&self) -> bool {
        self.writing >= Writing::Base64
    }

    /// The length of `byte` at the beginning of `text`, in any spelling.
    fn spelled(&self, text: &[u8], byte: u8) -> Option<(usize, Writing)> {
        let literal = || self.is_literal(*text.first()?, byte).then_some((1, Writing::Plain));
        if is_unreserved(byte) {
            return literal();
        }
        // An escape before the character itself: “%” may be the beginning of “%25”.
        escaped(text, byte).or_else(literal)
    }

    fn spelled_before(&self, text: &[u8], byte: u8) -> Option<(usize, Writing)> {
        let literal = || self.is_literal(*text.last()?, byte).then_some((1, Writing::Plain));
        if is_unreserved(byte) {
            return literal();
        }
        let whole = |length: usize| {
            escaped(text.get(text.len().checked_sub(length)?..)?, byte).filter(|(found, _)| *found == length)
        };
        [6, 5, 4, 3, 2].into_iter().find_map(whole).or_else(literal)
    }

    /// Base64 has two alphabets.
    fn is_literal(&self, found: u8, byte: u8) -> bool {
        found == byte || (self.is_base64() && matches!((byte, found), (b'+', b'-') | (b'/', b'_')))
    }
}

/// Whether every writer leaves this character as it is.
pub(super) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~')
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

/// Where `pattern` can be recognised by a stretch of `length` bytes that stand as they are, none of them in a row that many
/// patterns share: the first such stretch, and of base64, which may be broken into lines, the last one too. Nothing: there
/// is none.
pub(super) fn stretches(pattern: &Pattern, length: usize) -> Vec<Range<usize>> {
    let text = pattern.text.as_slice();
    let fits = |stretch: &[u8]| {
        stretch.iter().all(|byte| is_unreserved(*byte))
            && stretch.windows(8).all(|window| variety(window) > 4)
    };
    let starts = || 0..=text.len().saturating_sub(length);
    let found = |start: &usize| text.get(*start..start + length).is_some_and(fits);
    let first = starts().find(found);
    let last = starts().rev().find(found).filter(|last| pattern.is_base64() && Some(*last) != first);
    first.into_iter().chain(last).map(|start| start..start + length).collect()
}

/// How many different bytes there are.
pub(super) fn variety(bytes: &[u8]) -> usize {
    let mut seen = [0_u64; 4];
    for byte in bytes {
        seen[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }
    seen.iter().map(|bits| bits.count_ones() as usize).sum()
}

/// `pattern` with its special characters spelled each other way that writers of JSON and of addresses have: for one that
/// has no stretch without such a character.
pub(super) fn respelled(pattern: &Pattern) -> Vec<Pattern> {
    let spell = |write: fn(u8) -> String| {
        let each = pattern.text.iter();
        let each =
            each.flat_map(|byte| if is_unreserved(*byte) { vec![*byte] } else { write(*byte).into_bytes() });
        Zeroizing::new(each.collect::<Vec<u8>>())
    };
    let mut texts = vec![
        spell(|byte| format!("%{byte:02X}")),
        spell(|byte| format!("%{byte:02x}")),
        spell(|byte| format!("\\u{byte:04x}")),
        spell(|byte| format!("\\u{byte:04X}")),
        spell(|byte| if byte == b'/' { "\\/".to_owned() } else { char::from(byte).to_string() }),
    ];
    if pattern.is_base64() {
        texts.push(spell(|byte| if byte == b'/' { "_" } else { "-" }.to_owned()));
    }
    texts.retain(|text| *text != pattern.text);
    texts.into_iter().map(|text| Pattern { text, ..*pattern }).collect()
}
