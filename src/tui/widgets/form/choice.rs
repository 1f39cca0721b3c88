//! A row to choose one of a few with.

use ratatui::text::{Line, Span};

use crate::tui::keys::Key;
use crate::tui::theme::Theme;
use crate::tui::widgets::input::Focus;

/// One of a few.
#[derive(Clone, Debug)]
pub struct Choice {
    options: Vec<Item>,
    at: usize,
}

/// Something to choose: the word it is known by and what a person reads.
pub type Item = (&'static str, &'static str);

impl Choice {
    /// With the first option chosen.
    pub const fn new(options: Vec<Item>) -> Self {
        Self { options, at: 0 }
    }

    /// The word of the option chosen.
    pub fn word(&self) -> &'static str {
        self.options.get(self.at).map_or("", |(word, _)| word)
    }

    /// Chooses the option with this word; an unknown word chooses the first.
    pub fn choose(&mut self, word: &str) {
        self.at = self.options.iter().position(|(own, _)| *own == word).unwrap_or(0);
    }

    /// Goes `by` options on, round and round.
    pub(super) fn go(&mut self, by: isize) {
        let count = self.options.len().max(1);
        self.at = (self.at + count).saturating_add_signed(by) % count;
    }

    /// Takes a key of choosing, or a digit: the number of an option.
    pub(super) fn key(&mut self, key: Key) -> bool {
        match key {
            Key::Left | Key::Char('h') => self.go(-1),
            Key::Right | Key::Char(' ' | 'l') => self.go(1),
            Key::Char(digit @ '1'..='9') => {
                let number = digit.to_digit(10).map_or(0, |digit| digit as usize - 1);
                if number < self.options.len() {
                    self.at = number;
                }
            }
            _ => return false,
        }
        true
    }

    pub(super) fn line(&self, theme: &Theme, focus: Focus) -> Line<'static> {
        let (_, chosen) = self.options.get(self.at).copied().unwrap_or_default();
        let (open, close) = if theme.glyphs.ascii { ("< ", " >") } else { ("‹ ", " ›") };
        let arrows = if focus == Focus::Here { theme.accent } else { theme.dim };
        Line::from(vec![
            Span::styled(open, arrows),
            Span::styled(chosen, theme.base),
            Span::styled(close, arrows),
            Span::styled(format!("  {} of {}", self.at + 1, self.options.len()), theme.dim),
        ])
    }
}
