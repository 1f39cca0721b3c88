//! Texts of any length, looked through piece by piece in bounded memory, and where in them something stands.

use std::io::{self, Read};

use super::matcher::{Hit, Matcher, What};
use super::writing::Writing;

/// The bytes looked at in one go: they stay in the processor's cache between reading and looking.
const PIECE: usize = 256 * 1024;
/// The bytes before a piece that are looked at again: names of values, and what a hit may lie inside of.
const BEFORE: usize = 1024;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// From 1.
    pub line: u64,
    /// In characters, from 1.
    pub column: u64,
    /// In bytes from the beginning of the text, from 0.
    pub offset: u64,
    /// Whether what stands around it is no text, so that its line says little.
    pub binary: bool,
}

/// Something found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) what: What,
    pub(super) writing: Writing,
    pub(super) spot: Spot,
}

/// What a text turned out to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) bytes: u64,
    /// Its contents are compressed: what is in there was not seen.
    pub(super) packed: bool,
}

/// Reads texts, one after the other, in the same memory.
pub(super) struct Reader<'a> {
    matcher: &'a Matcher,
    buffer: Vec<u8>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(matcher: &'a Matcher) -> Self {
        Self::with_piece(matcher, PIECE)
    }

    /// Looks at `piece` bytes in one go.
    pub(super) fn with_piece(matcher: &'a Matcher, piece: usize) -> Self {
        Self { matcher, buffer: vec![0; piece + matcher.reach + BEFORE] }
    }

    /// Looks through `source` to its end; each thing found is handed to `take`, in the order of the text, with the text
    /// it is.
    ///
    /// # Errors
    /// What reading says; what was found before stays found.
    pub(super) fn look(
        &mut self,
        source: &mut impl Read,
        mut take: impl FnMut(Found, &[u8]),
    ) -> io::Result<Seen> {
        let mut seen = Seen::default();
        let mut count = Count::default();
        // What is in the buffer, how much of it belongs to the piece before, and how much was counted.
        let (mut filled, mut from) = (0, 0);
        loop {
            let read = fill(source, &mut self.buffer[filled..])?;
            filled += read;
            let text = &self.buffer[..filled];
            if seen.bytes == 0 {
                seen.packed = is_packed(text);
            }
            let ended = filled < self.buffer.len();
            let to = if ended { filled } else { filled - self.matcher.reach };
            let origin = seen.bytes - (filled - read) as u64;
            seen.bytes += read as u64;
            let (mut here, mut counted) = (count, 0);
            for hit in self.matcher.search(text) {
                if (from..to).contains(&hit.start) {
                    here.pass(&text[counted..hit.start]);
                    counted = hit.start;
                    let spot = here.spot(text, &hit, origin + hit.start as u64);
                    let found = Found { what: hit.what, writing: hit.writing, spot };
                    take(found, &text[hit.start..hit.end]);
                }
            }
            if ended {
                return Ok(seen);
            }
            let keep = to - BEFORE;
            count.pass(&text[..keep]);
            self.buffer.copy_within(keep..filled, 0);
            (filled, from) = (filled - keep, BEFORE);
        }
    }
}

/// Reads until `room` is full or the source has ended.
fn fill(source: &mut impl Read, room: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < room.len() {
        match source.read(&mut room[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Lines and characters up to some place.
#[derive(Clone, Copy, Default)]
struct Count {
    lines: u64,
    /// Characters since the last end of a line.
    column: u64,
}

impl Count {
    fn pass(&mut self, text: &[u8]) {
        let lines = counted(text, |byte| byte == b'\n');
        let line = if lines == 0 {
            text
        } else {
            self.column = 0;
            let begins = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            &text[begins..]
        };
        self.lines += lines;
        // What goes on a character of UTF-8 is none of its own.
        self.column += counted(line, |byte| byte & 0xc0 != 0x80);
    }

    fn spot(&self, text: &[u8], hit: &Hit, offset: u64) -> Spot {
        let wide = hit.writing == Writing::Utf16;
        let around = &text[hit.start.saturating_sub(BEFORE)..hit.start];
        Spot {
            line: self.lines + 1,
            column: if wide { self.column / 2 } else { self.column } + 1,
            offset,
            binary: !wide && around.contains(&0),
        }
    }
}

/// How many bytes of `text` are so. In blocks whose count fits a byte: that is what processors count fast.
fn counted(text: &[u8], is_so: impl Fn(u8) -> bool) -> u64 {
    let block = |bytes: &[u8]| bytes.iter().fold(0_u8, |all, byte| all + u8::from(is_so(*byte)));
    text.chunks(255).map(|bytes| u64::from(block(bytes))).sum()
}

/// How compressed files begin: zip (and what is built on it), gzip, bzip2, xz, zstd, 7z, rar, lz4.
const PACKED: &[&[u8]] = &[
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x04\x22\x4d\x18",
];

fn is_packed(text: &[u8]) -> bool {
    PACKED.iter().any(|begin| text.starts_with(begin))
}
