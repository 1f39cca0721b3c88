//! The index that makes a scan fast: of each pattern a few runs of eight bytes, so chosen that one of them is met when
//! only every n-th place of a text is looked at.
//!
//! A text that holds a stretch of n + 7 bytes of a pattern holds, at one of the places n bytes apart that are looked at, one
//! of that stretch's n windows of eight bytes. So all n windows are indexed, and a text is looked at in every n-th place
//! alone: the longer the shortest value, the faster. Tried beside it, see the bench: an Aho-Corasick automaton, which looks
//! at every byte and grows with the number of values.

use zeroize::Zeroizing;

use super::writing::{Pattern, SHORTEST, respelled, stretches};

/// The bytes of a window.
pub(super) const WINDOW: usize = 8;
/// The most bytes from one place that is looked at to the next.
const STRIDE_MAX: usize = 16;

/// Where a window comes from.
#[derive(Clone, Copy)]
struct Entry {
    window: u64,
    pattern: u32,
    offset: u32,
}

/// The windows of all patterns.
pub(super) struct Anchors {
    pub(super) patterns: Vec<Pattern>,
    /// From one place that is looked at to the next, in bytes.
    pub(super) stride: usize,
    /// Two bits of one word for each window: most windows of a text end here.
    filter: Zeroizing<Vec<u64>>,
    filter_shift: u32,
    /// Sorted by window.
    entries: Zeroizing<Vec<Entry>>,
    /// An open-addressed table of the first entry of each window, from 1; 0: free.
    slots: Zeroizing<Vec<u32>>,
}

impl zeroize::DefaultIsZeroes for Entry {}

impl Default for Entry {
    fn default() -> Self {
        Self { window: 0, pattern: 0, offset: 0 }
    }
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
        let mut kept: Vec<Pattern> = Vec::with_capacity(patterns.len());
        let mut entries = Vec::new();
        for pattern in patterns {
            let found = stretches(&pattern.text, stride + WINDOW - 1);
            let forced = found.is_empty();
            if forced {
                for text in respelled(&pattern.text) {
                    if *text != *pattern.text {
                        enter(&mut entries, kept.len(), &text, 0..stride + WINDOW - 1);
                        kept.push(Pattern { text, ..pattern });
                    }
                }
            }
            let stretches = if forced { vec![0..stride + WINDOW - 1] } else { found };
            for stretch in stretches {
                enter(&mut entries, kept.len(), &pattern.text, stretch);
            }
            kept.push(pattern);
        }
        entries.sort_unstable_by_key(|entry| (entry.window, entry.pattern, entry.offset));
        let mut anchors = Self {
            patterns: kept,
            stride,
            filter: Zeroizing::default(),
            filter_shift: 0,
            entries: Zeroizing::new(entries),
            slots: Zeroizing::default(),
        };
        anchors.fill();
        anchors
    }

    /// Builds filter and table from the entries.
    fn fill(&mut self) {
        // 16 bits of the filter for each window, 32 KiB at least.
        let words = (self.entries.len() / 4).next_power_of_two().max(4096);
        self.filter = Zeroizing::new(vec![0; words]);
        self.filter_shift = 64 - words.trailing_zeros();
        let slots = (self.entries.len() * 2).next_power_of_two().max(2);
        self.slots = Zeroizing::new(vec![0; slots]);
        let mut before = None;
        for number in 0..self.entries.len() {
            let window = self.entries[number].window;
            if before.replace(window) == Some(window) {
                continue;
            }
            let (word, bits) = self.place(window);
            self.filter[word] |= bits;
            let mut slot = mixed(window) as usize & (slots - 1);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (slots - 1);
            }
            self.slots[slot] = u32::try_from(number + 1).unwrap_or(u32::MAX);
        }
    }

    const fn place(&self, window: u64) -> (usize, u64) {
        let hash = mixed(window);
        ((hash >> self.filter_shift) as usize, 1 << (hash & 63) | 1 << ((hash >> 6) & 63))
    }

    /// Whether `window` may be of a pattern. Quick, and seldom wrong.
    #[inline]
    pub(super) fn may_hold(&self, window: u64) -> bool {
        let (word, bits) = self.place(window);
        self.filter.get(word).is_some_and(|held| held & bits == bits)
    }

    /// The patterns that hold `window`, each with where.
    pub(super) fn each(&self, window: u64) -> impl Iterator<Item = (&Pattern, usize)> {
        let last = self.slots.len() - 1;
        let mut slot = mixed(window) as usize & last;
        let first = loop {
            match self.slots[slot] {
                0 => break self.entries.len(),
                number if self.entries[number as usize - 1].window == window => break number as usize - 1,
                _ => slot = (slot + 1) & last,
            }
        };
        let same = self.entries[first..].iter().take_while(move |entry| entry.window == window);
        same.map(|entry| (&self.patterns[entry.pattern as usize], entry.offset as usize))
    }
}

fn enter(entries: &mut Vec<Entry>, pattern: usize, text: &[u8], stretch: std::ops::Range<usize>) {
    let Some(bytes) = text.get(stretch.start..stretch.end.min(text.len())) else { return };
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    for (at, window) in bytes.windows(WINDOW).enumerate() {
        let window = window.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte));
        entries.push(Entry { window, pattern: number(pattern), offset: number(stretch.start + at) });
    }
}

/// Every bit of `window` moves every bit of what comes out: Fibonacci hashing, folded.
#[inline]
const fn mixed(window: u64) -> u64 {
    let hash = window.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}
