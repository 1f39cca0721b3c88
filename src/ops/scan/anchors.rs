//! The index that makes a scan fast: of each pattern a few runs of eight bytes, so chosen that one of them is met when
//! only every n-th place of a text is looked at.
//!
//! A text that holds a stretch of n + 7 bytes of a pattern holds, at one of the places n bytes apart that are looked at, one
//! of that stretch's n windows of eight bytes. So all n windows are indexed, and a text is looked at in every n-th place
//! alone: the longer the shortest value, the faster. Tried beside it with the same patterns: an Aho-Corasick automaton,
//! which is faster for one bot (28 patterns), and about five times slower for 400, since it then looks at every byte.

use std::ops::Range;

use zeroize::Zeroizing;

use super::writing::{Pattern, SHORTEST, respelled, stretches};

/// The bytes of a window.
pub(super) const WINDOW: usize = 8;
/// The most bytes from one place that is looked at to the next.
const STRIDE_MAX: usize = 16;

/// Where a window comes from. The window itself is not kept: what it leads to is compared in full anyway.
#[derive(Clone, Copy, Default)]
struct Entry {
    pattern: u32,
    offset: u16,
    /// Some bits of the window's hash: most of what shares its bucket ends here.
    tag: u16,
}

/// The windows of all patterns.
pub(super) struct Anchors {
    pub(super) patterns: Vec<Pattern>,
    /// From one place that is looked at to the next, in bytes.
    pub(super) stride: usize,
    /// Two bits of one word for each window: most windows of a text end here.
    filter: Vec<u64>,
    filter_shift: u32,
    /// Where the entries of each bucket begin; one more, for the end of the last.
    starts: Vec<u32>,
    starts_shift: u32,
    entries: Vec<Entry>,
}

/// Shows how much there is, and nothing of it.
impl std::fmt::Debug for Anchors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Anchors({} patterns, {} windows)", self.patterns.len(), self.entries.len())
    }
}

impl Anchors {
    pub(super) fn new(patterns: Vec<Pattern>) -> Self {
        let shortest = patterns.iter().map(|pattern| pattern.text.len()).min().unwrap_or(usize::MAX);
        let stride = shortest.max(SHORTEST).saturating_sub(WINDOW - 1).min(STRIDE_MAX);
        let (patterns, ranges) = placed(patterns, stride + WINDOW - 1);
        let windows = ranges.iter().map(|(_, range)| range.len() + 1 - WINDOW).sum::<usize>();
        // 16 bits of the filter for each window, 32 KiB at least; a bucket for each or every second window.
        let words = (windows / 4).next_power_of_two().max(4096);
        let buckets = (windows / 2).next_power_of_two().max(2);
        let mut this = Self {
            patterns,
            stride,
            filter: vec![0; words],
            filter_shift: 64 - words.trailing_zeros(),
            starts: vec![0; buckets + 1],
            starts_shift: 64 - buckets.trailing_zeros(),
            entries: vec![Entry::default(); windows],
        };
        this.fill(&ranges);
        this
    }

    /// Sorts the windows into their buckets: how many there are in each, where each ends, then each into its place from
    /// the end of its bucket on.
    fn fill(&mut self, ranges: &[(usize, Range<usize>)]) {
        let hashes = |patterns: &[Pattern], (pattern, range): &(usize, Range<usize>)| {
            let text: Zeroizing<Vec<u8>> = Zeroizing::new(patterns[*pattern].text[range.clone()].to_vec());
            let each = text
                .windows(WINDOW)
                .map(|window| mixed(window.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte))));
            each.collect::<Vec<u64>>()
        };
        for range in ranges {
            for hash in hashes(&self.patterns, range) {
                self.starts[high(hash, self.starts_shift)] += 1;
                self.filter[high(hash, self.filter_shift)] |= bits(hash);
            }
        }
        let mut end = 0;
        for start in &mut self.starts {
            end += *start;
            *start = end;
        }
        for range in ranges {
            for (hash, offset) in hashes(&self.patterns, range).into_iter().zip(range.1.start..) {
                let start = &mut self.starts[high(hash, self.starts_shift)];
                *start -= 1;
                self.entries[*start as usize] = Entry {
                    pattern: u32::try_from(range.0).unwrap_or(u32::MAX),
                    offset: u16::try_from(offset).unwrap_or(u16::MAX),
                    tag: tag(hash),
                };
            }
        }
    }

    /// Whether `window` may be of a pattern. Quick, and seldom wrong.
    #[inline]
    pub(super) fn may_hold(&self, window: u64) -> bool {
        let hash = mixed(window);
        let bits = bits(hash);
        self.filter.get(high(hash, self.filter_shift)).is_some_and(|held| held & bits == bits)
    }

    /// The patterns that may hold `window`, each with where.
    pub(super) fn each(&self, window: u64) -> impl Iterator<Item = (&Pattern, usize)> {
        let hash = mixed(window);
        let bucket = high(hash, self.starts_shift);
        let same = &self.entries[self.starts[bucket] as usize..self.starts[bucket + 1] as usize];
        let same = same.iter().filter(move |entry| entry.tag == tag(hash));
        same.map(|entry| (&self.patterns[entry.pattern as usize], usize::from(entry.offset)))
    }
}

/// The patterns, each with the stretches of `length` bytes by which it is recognised. One that has no stretch that every
/// writer leaves as it is comes in every spelling of its own.
fn placed(patterns: Vec<Pattern>, length: usize) -> (Vec<Pattern>, Vec<(usize, Range<usize>)>) {
    let mut kept: Vec<Pattern> = Vec::with_capacity(patterns.len());
    let mut ranges = Vec::new();
    for pattern in patterns {
        let found = stretches(&pattern, length);
        if found.is_empty() {
            for spelling in respelled(&pattern) {
                ranges.push((kept.len(), 0..length));
                kept.push(spelling);
            }
            ranges.push((kept.len(), 0..length));
        }
        ranges.extend(found.into_iter().map(|range| (kept.len(), range)));
        kept.push(pattern);
    }
    (kept, ranges)
}

/// The bits of `hash` from `shift` on: fewer than a table has places in memory.
#[expect(clippy::cast_possible_truncation, reason = "what is left of it counts the places of a table")]
const fn high(hash: u64, shift: u32) -> usize {
    (hash >> shift) as usize
}

const fn bits(hash: u64) -> u64 {
    1 << (hash & 63) | 1 << ((hash >> 6) & 63)
}

#[expect(clippy::cast_possible_truncation, reason = "sixteen of its bits are meant")]
const fn tag(hash: u64) -> u16 {
    (hash >> 12) as u16
}

/// Every bit of `window` moves the high bits and the low bits of what comes out: Fibonacci hashing, folded.
#[inline]
const fn mixed(window: u64) -> u64 {
    let hash = window.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}
