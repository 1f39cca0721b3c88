//! What happens to a file: pieces of it cut, doubled, swapped, bits flipped, huge runs, brackets, other encodings.

use super::Dice;
use super::samples::Sample;

/// Takes bytes and gives others.
type Mutate = fn(&mut Dice, Vec<u8>, &[Sample]) -> Vec<u8>;

/// Every kind, with its name for the story of a case.
pub(crate) const MUTATIONS: &[(&str, Mutate)] = &[
    ("cut", |dice, mut bytes, _| {
        let (from, to) = range(dice, bytes.len());
        bytes.drain(from..to);
        bytes
    }),
    ("cut off", |dice, mut bytes, _| {
        bytes.truncate(dice.below(bytes.len() + 1));
        bytes
    }),
    ("doubled", |dice, bytes, _| {
        let (from, to) = range(dice, bytes.len());
        [&bytes[..to], &bytes[from..to], &bytes[to..]].concat()
    }),
    ("swapped", |dice, bytes, _| {
        let (a, b) = range(dice, bytes.len());
        let middle = a + dice.below(b - a + 1);
        [&bytes[..a], &bytes[middle..b], &bytes[a..middle], &bytes[b..]].concat()
    }),
    ("bits flipped", |dice, mut bytes, _| {
        for _ in 0..=dice.below(4) {
            let at = dice.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << dice.below(8);
            }
        }
        bytes
    }),
    ("a run", |dice, bytes, _| {
        let longest = if dice.percent(2) { 100_000 } else { 300 };
        let run = PIECES[dice.below(PIECES.len())].repeat(1 + dice.below(longest));
        insert(dice, bytes, &run.as_bytes()[..run.len().min(200_000)])
    }),
    ("a piece", |dice, bytes, _| {
        let piece = PIECES[dice.below(PIECES.len())];
        insert(dice, bytes, piece.as_bytes())
    }),
    ("nested", |dice, bytes, _| {
        let (open, close) = [("{\"a\":", "}"), ("[", "]"), ("- ", ""), ("(", ")")][dice.below(4)];
        let depth = if dice.percent(10) { 5_000 } else { 1 + dice.below(70) };
        [open.repeat(depth).as_bytes(), &bytes, close.repeat(depth).as_bytes()].concat()
    }),
    ("indented", |dice, bytes, _| {
        let by = " ".repeat(1 + dice.below(8));
        lines(&bytes).into_iter().flat_map(|line| [by.as_bytes(), line].concat()).collect()
    }),
    ("a line gone", |dice, bytes, _| {
        let mut lines = lines(&bytes);
        lines.remove(dice.below(lines.len()));
        lines.concat()
    }),
    ("a line twice", |dice, bytes, _| {
        let mut lines = lines(&bytes);
        let (from, to) = (dice.below(lines.len()), dice.below(lines.len()));
        lines.insert(to, lines[from]);
        lines.concat()
    }),
    ("lines swapped", |dice, bytes, _| {
        let mut lines = lines(&bytes);
        let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
        lines.swap(one, other);
        lines.concat()
    }),
    ("tokens swapped", |dice, bytes, _| {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut tokens: Vec<&str> = text.split_inclusive(|c: char| !c.is_alphanumeric()).collect();
        let (one, other) = (dice.below(tokens.len()), dice.below(tokens.len()));
        if !tokens.is_empty() {
            tokens.swap(one, other);
        }
        tokens.concat().into_bytes()
    }),
    ("another file inside", |dice, bytes, samples| {
        let other = &samples[dice.below(samples.len())].text;
        let (from, to) = range(dice, other.len());
        insert(dice, bytes, &other.as_bytes()[from..to])
    }),
    ("CRLF", |_, bytes, _| {
        lines(&bytes).concat().split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..])
    }),
    ("CR", |_, mut bytes, _| {
        bytes.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b'\r');
        bytes
    }),
    ("one line", |_, mut bytes, _| {
        bytes.retain(|byte| *byte != b'\n');
        bytes
    }),
    ("a mark", |_, bytes, _| [&b"\xef\xbb\xbf"[..], &bytes].concat()),
    ("UTF-16", |dice, bytes, _| {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let unit = if dice.percent(50) { u16::to_le_bytes } else { u16::to_be_bytes };
        let mark = dice.percent(80).then_some(0xfeff);
        mark.into_iter().chain(text.encode_utf16()).flat_map(unit).collect()
    }),
    ("latin-1", |dice, bytes, _| insert(dice, bytes, b"caf\xe9 \xff")),
    ("NULs", |dice, bytes, _| insert(dice, bytes, b"\0\0\0")),
];

/// What files of credentials are made of, and what terminals obey.
const PIECES: &[&str] = &[
    "X_API_KEY",
    "consumer_secret",
    "appKey",
    "profiles:",
    "apps:",
    "kind: Secret\n",
    "oauth1:",
    "alice",
    "token",
    "bearer_tokens",
    "=",
    ":",
    "=>",
    " ",
    "\n",
    "\r\n",
    "\t",
    "  ",
    "- ",
    "\"",
    "'",
    "`",
    "'''",
    "\"\"\"",
    "\\",
    "\\n",
    "\\u0041",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ";",
    "#",
    " #",
    "//",
    "/*",
    "*/",
    "&a ",
    "*a",
    "<<: *a\n",
    "|\n",
    ">-\n",
    "---\n",
    "...\n",
    "!",
    "!!binary ",
    "%",
    "?",
    "? ",
    "new TwitterApi",
    "tweepy.Client(",
    "define(",
    "1447-abc",
    "\u{feff}",
    "\u{202e}",
    "\u{200b}",
    "é",
    "漢",
    "\u{1b}[2J",
    "\u{1b}]0;x\u{7}",
    "null",
    "None",
    "<<",
    "[Tweet]\n",
    "export ",
    "$env:",
    "set -gx ",
    "${X}",
    "AAAA%3D",
    "0123",
    "\u{1f468}",
    "x",
    "0",
    "A",
];

/// Two places in `length`, the first not after the second; mostly near each other.
fn range(dice: &mut Dice, length: usize) -> (usize, usize) {
    let from = dice.below(length + 1);
    let most = if dice.percent(80) { 40 } else { length };
    (from, (from + dice.below(most + 1)).min(length))
}

fn insert(dice: &mut Dice, mut bytes: Vec<u8>, piece: &[u8]) -> Vec<u8> {
    let at = dice.below(bytes.len() + 1);
    bytes.splice(at..at, piece.iter().copied());
    bytes
}

/// The lines with their ends; one at least.
fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').chain(bytes.is_empty().then_some(&[][..])).collect()
}
