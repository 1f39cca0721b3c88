//! Text in cells: padded, cut, wrapped. What comes in is visible text already, or passes through `visible`.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::domain::text::{fit, visible_within};

/// `text` made harmless, cut to `cells` and padded to them.
pub fn column(text: &str, cells: usize) -> String {
    padded(visible_within(text, cells), cells)
}

/// `text` cut to `cells` and padded to them.
pub fn padded(text: String, cells: usize) -> String {
    let mut text = if text.width() > cells { fit(&text, cells) } else { text };
    let room = cells.saturating_sub(text.width());
    text.extend(std::iter::repeat_n(' ', room));
    text
}

/// The cells that `text` takes.
pub fn cells(text: &str) -> usize {
    text.width()
}

/// `text` in lines of at most `cells`, broken between words where that is possible.
pub fn wrapped(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let width = word.width();
        if used > 0 && used + 1 + width > cells {
            lines.push(String::new());
            used = 0;
        }
        if used > 0 {
            push(&mut lines, " ");
            used += 1;
        }
        for c in word.chars() {
            let width = c.width().unwrap_or(0);
            if used + width > cells && used > 0 {
                lines.push(String::new());
                used = 0;
            }
            push(&mut lines, c.encode_utf8(&mut [0; 4]));
            used += width;
        }
    }
    lines
}

/// `text` cut into lines of `cells`, wherever that falls: for values, in which every blank counts.
pub fn chopped(text: &str, cells: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for c in text.chars() {
        let width = c.width().unwrap_or(0);
        if used + width > cells.max(1) && used > 0 {
            lines.push(String::new());
            used = 0;
        }
        push(&mut lines, c.encode_utf8(&mut [0; 4]));
        used += width;
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

/// `text` with the characters numbered in `hits` in another style.
pub fn highlighted(text: &str, hits: &[u32], plain: Style, hit: Style) -> Vec<Span<'static>> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut run = String::new();
    let mut lit = false;
    for (number, c) in (0..).zip(text.chars()) {
        let is_hit = hits.binary_search(&number).is_ok();
        if is_hit != lit && !run.is_empty() {
            spans.push(Span::styled(std::mem::take(&mut run), if lit { hit } else { plain }));
        }
        lit = is_hit;
        run.push(c);
    }
    spans.push(Span::styled(run, if lit { hit } else { plain }));
    spans
}

/// The cells that a line takes.
pub fn line_cells(line: &Line) -> usize {
    line.spans.iter().map(|span| span.content.width()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_exactly_its_cells() {
        for text in ["", "abc", "a longer text", "漢字漢字漢字", "\u{202e}x"] {
            assert_eq!(column(text, 7).width(), 7, "{text:?}");
        }
    }

    #[test]
    fn lines_break_between_words_and_long_words_anywhere() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("", 3), [""]);
        assert!(wrapped("漢字漢字", 1).iter().all(|line| line.chars().count() <= 1));
    }

    #[test]
    fn a_value_is_cut_without_losing_a_blank() {
        assert_eq!(chopped("a  bc d", 3), ["a  ", "bc ", "d"]);
        assert_eq!(chopped("", 3), [""]);
    }

    #[test]
    fn hits_are_lit_and_nothing_is_lost() {
        let spans = highlighted("wiki", &[0, 2], Style::new(), Style::new());
        let texts: Vec<_> = spans.iter().map(|span| span.content.as_ref()).collect();
        assert_eq!(texts, ["w", "i", "k", "i"]);
    }
}
