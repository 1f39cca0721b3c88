//! Stretches of a text in which every character is written some other way: UTF-16, or one escape after the other.

use std::cmp::Ordering;

use zeroize::Zeroizing;

use super::writing::Writing;

/// One row of [`VIEWS`].
pub(super) struct ViewRow {
    pub(super) writing: Writing,
    /// The bytes of one character.
    pub(super) width: usize,
    /// The character at the beginning of a text.
    read: fn(&[u8]) -> Option<u8>,
}

/// Every other way.
pub(super) const VIEWS: &[ViewRow] = &[
    ViewRow { writing: Writing::Utf16, width: 2, read: |text| pair(text, 0) },
    ViewRow { writing: Writing::Utf16, width: 2, read: |text| pair(text, 1) },
    ViewRow { writing: Writing::Url, width: 3, read: |text| hex(text, b"%") },
    ViewRow { writing: Writing::Json, width: 6, read: |text| hex(text, b"\\u00") },
    ViewRow { writing: Writing::Hex, width: 4, read: |text| hex(text, b"\\x") },
];

/// The fewest characters that count as a stretch.
const FEWEST: usize = 12;

/// A stretch, read.
pub(super) struct Stretch {
    pub(super) row: &'static ViewRow,
    /// Where it begins in the text.
    pub(super) start: usize,
    /// As it would be if it were written plainly.
    pub(super) plain: Zeroizing<Vec<u8>>,
}

impl Stretch {
    fn is_beside(&self, other: &Self) -> bool {
        self.row.writing == other.row.writing && self.start.abs_diff(other.start) == 1
    }
}

/// How far each row has been read.
pub(super) type Done = [usize; VIEWS.len()];

/// Whether a stretch may be around `window`. Quick, and seldom wrong: two characters that follow each other show in it, or
/// the beginning of one.
#[inline]
pub(super) const fn is_odd(window: u64) -> bool {
    const HIGH: u64 = 0xff00_ff00_ff00_ff00;
    if (window & HIGH == 0 || window & !HIGH == 0) && window != 0 {
        return true;
    }
    let percent = places(window, b'%');
    if percent & (percent >> 24) != 0 {
        return true;
    }
    let slash = places(window, b'\\');
    slash != 0
        && (slash & (slash >> 32) != 0
            || slash & (places(window, b'u') >> 8) & (places(window, b'0') >> 16) != 0)
}

/// The highest bit of each byte that is `byte`; now and then of one above it as well.
#[inline]
const fn places(window: u64, byte: u8) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let zeros = window ^ (ONES * byte as u64);
    zeros.wrapping_sub(ONES) & !zeros & (ONES << 7)
}

/// The stretches around `at` that reach further than `done`.
pub(super) fn around(text: &[u8], at: usize, done: &mut Done) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    for (row, done) in VIEWS.iter().zip(done) {
        let reads = |place: usize| text.get(place..).and_then(row.read);
        // The window at `at` may begin inside a character.
        let begins = (0..row.width)
            .map(|back| at + WIDEST - back)
            .find(|place| *place >= *done && reads(*place).is_some() && reads(place + row.width).is_some());
        let Some(mut start) = begins else { continue };
        while start >= *done + row.width && reads(start - row.width).is_some() {
            start -= row.width;
        }
        let plain: Vec<u8> = (start..).step_by(row.width).map_while(reads).collect();
        *done = start + plain.len() * row.width;
        let stretch = Stretch { row, start, plain: Zeroizing::new(plain) };
        if stretch.plain.len() < FEWEST {
            continue;
        }
        // UTF-16 read one byte off is UTF-16 of the other order, less its first or last character. Where neither is the
        // longer one, both are looked at.
        let other = found.iter().position(|other| other.is_beside(&stretch));
        match other.map(|at| (at, found[at].plain.len().cmp(&stretch.plain.len()))) {
            Some((_, Ordering::Greater)) => {}
            Some((at, Ordering::Less)) => found[at] = stretch,
            Some((_, Ordering::Equal)) | None => found.push(stretch),
        }
    }
    found
}

/// The widest character of any row: a stretch is looked for from so far behind the place on.
const WIDEST: usize = 6;

/// A printable character and a NUL, or the other way round.
fn pair(text: &[u8], at: usize) -> Option<u8> {
    let byte = *text.get(at)?;
    (*text.get(1 - at)? == 0 && (byte.is_ascii_graphic() || byte.is_ascii_whitespace())).then_some(byte)
}

fn hex(text: &[u8], before: &[u8]) -> Option<u8> {
    let [high, low, ..] = text.strip_prefix(before)? else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok().filter(u8::is_ascii)
}
