//! Cuts what a program says into lines, so that several can speak at once. Pure.

use std::sync::Arc;

use unicode_width::UnicodeWidthStr as _;

use crate::domain::text::fit;
use crate::ops::run::{Mask, Masked};

/// A longer line is cut, in bytes: nobody waits for its end.
const LONGEST: usize = 64 << 10;
/// The most a name takes, in cells.
const WIDEST: usize = 24;

/// What one stream of one program has said of a line that is not complete.
#[derive(Debug)]
pub(super) struct Lines {
    mask: Option<Masked>,
    held: Vec<u8>,
}

impl Lines {
    /// Nothing yet.
    pub(super) fn new(mask: Option<&Arc<Mask>>) -> Self {
        Self { mask: mask.map(Mask::stream), held: Vec::new() }
    }

    /// The lines that are complete with `bytes`, without their ends.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let bytes = self.mask.as_mut().map_or_else(|| bytes.to_vec(), |mask| mask.take(bytes));
        self.cut(&bytes)
    }

    /// There is nothing more: the rest.
    pub(super) fn end(&mut self) -> Vec<Vec<u8>> {
        let rest = self.mask.as_mut().map(Masked::end).unwrap_or_default();
        let mut lines = self.cut(&rest);
        if !self.held.is_empty() {
            lines.push(std::mem::take(&mut self.held));
        }
        lines
    }

    fn cut(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        for byte in bytes {
            if *byte == b'\n' || self.held.len() == LONGEST {
                lines.push(std::mem::take(&mut self.held));
            }
            if *byte != b'\n' {
                self.held.push(*byte);
            }
        }
        lines
    }
}

/// How wide a name is before its lines, in cells.
pub(super) fn width(name: &str) -> usize {
    name.width().min(WIDEST)
}

/// What stands before the lines of `name`.
pub(super) fn prefix(name: &str, width: usize) -> String {
    let shown = fit(name, WIDEST);
    format!("{shown}{} | ", " ".repeat(width.saturating_sub(shown.width())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Secret;

    fn text(lines: Vec<Vec<u8>>) -> Vec<String> {
        lines.into_iter().map(|line| String::from_utf8(line).expect("text stays text")).collect()
    }

    #[test]
    fn lines_are_whole_however_they_come() {
        let mut lines = Lines::new(None);
        assert_eq!(text(lines.take(b"one\ntw")), ["one"]);
        assert_eq!(text(lines.take(b"o\n\nthree")), ["two", ""]);
        assert_eq!(text(lines.end()), ["three"]);
        assert_eq!(text(lines.end()), [""; 0]);
        let long = vec![b'x'; LONGEST + 1];
        assert_eq!(lines.take(&long).len(), 1);
        assert_eq!(text(lines.take(b"\n")), ["x"]);
    }

    #[test]
    fn secrets_are_masked_before_lines_are_cut() {
        let mask = Mask::new(&[Secret::new("made-up-secret")]);
        let mut lines = Lines::new(Some(&mask));
        assert_eq!(text(lines.take(b"a made-up-")), [""; 0]);
        assert_eq!(text(lines.take(b"secret b\nmade-up")), ["a •••••••• b"]);
        assert_eq!(text(lines.end()), ["made-up"]);
    }

    #[test]
    fn names_line_up() {
        assert_eq!(prefix("wiki", 6), "wiki   | ");
        assert_eq!(prefix("漢字", 6), "漢字   | ");
        assert_eq!(prefix(&"x".repeat(60), width(&"x".repeat(60))), format!("{}… | ", "x".repeat(23)));
    }
}
