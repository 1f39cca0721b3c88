//! A row to choose any of a few with: a line that sums up, a grid of boxes while it has the focus, presets by digit.

use ratatui::layout::Position;
use ratatui::text::{Line, Span};

use super::choice::Item;
use crate::domain::needs::{NEEDS, PRESETS};
use crate::domain::text::fit;
use crate::tui::keys::Key;
use crate::tui::theme::Theme;
use crate::tui::widgets::text::{cells, padded};

/// Any of a few.
#[derive(Clone, Debug)]
pub struct Toggles {
    items: Vec<Item>,
    on: Vec<bool>,
    presets: Vec<Preset>,
    at: usize,
}

/// A choice made often.
#[derive(Clone, Debug)]
pub struct Preset {
    /// What a person calls it.
    pub label: &'static str,
    /// The words that are on.
    pub on: Vec<&'static str>,
}

impl Toggles {
    /// The needs of a bot, with everything off.
    pub fn needs() -> Self {
        let presets = PRESETS.iter().map(|row| Preset {
            label: row.label,
            on: row.needs.iter().map(|need| need.row().word).collect(),
        });
        Self::new(NEEDS.iter().map(|row| (row.word, row.label)).collect(), presets.collect())
    }

    /// With everything off.
    pub fn new(items: Vec<Item>, presets: Vec<Preset>) -> Self {
        Self { on: vec![false; items.len()], items, presets, at: 0 }
    }

    /// The words that are on, in order.
    pub fn words(&self) -> Vec<&'static str> {
        self.items_on().map(|(word, _)| word).collect()
    }

    /// Turns on exactly the items with these words.
    pub fn set(&mut self, words: &[&str]) {
        self.on = self.items.iter().map(|(word, _)| words.contains(word)).collect();
    }

    fn items_on(&self) -> impl Iterator<Item = Item> {
        self.items.iter().zip(&self.on).filter(|(_, on)| **on).map(|(item, _)| *item)
    }

    fn flip(&mut self, number: usize) {
        if let Some(on) = self.on.get_mut(number) {
            *on = !*on;
            self.at = number;
        }
    }

    /// Takes a key: arrows move in a grid `room` cells wide, Space turns on and off, digits choose a preset, a letter
    /// goes to the next label that begins with it.
    pub(super) fn key(&mut self, key: Key, room: usize) -> bool {
        let columns = self.columns(room);
        match key {
            Key::Char(' ') => self.flip(self.at),
            Key::Left => self.at = self.at.saturating_sub(1),
            Key::Right => self.at = (self.at + 1).min(self.items.len().saturating_sub(1)),
            Key::Up if self.at >= columns => self.at -= columns,
            Key::Down if self.at + columns < self.items.len() => self.at += columns,
            Key::Char('0') => self.set(&[]),
            Key::Char(digit @ '1'..='9') => {
                let number = digit.to_digit(10).map_or(0, |digit| digit as usize - 1);
                if let Some(preset) = self.presets.get(number).cloned() {
                    self.set(&preset.on);
                }
            }
            Key::Char(letter) => {
                let count = self.items.len();
                let after = (1..=count).map(|step| (self.at + step) % count.max(1));
                let begins = |number: &usize| {
                    self.items.get(*number).is_some_and(|(_, label)| label.starts_with(letter))
                };
                self.at = after.into_iter().find(begins).unwrap_or(self.at);
            }
            _ => return false,
        }
        true
    }

    /// Turns on or off what stands at `at` in the grid.
    pub(super) fn click(&mut self, at: Position, room: usize) {
        let column = usize::from(at.x) / self.cell();
        let first = self.preset_lines(room).len();
        if let Some(row) = usize::from(at.y).checked_sub(first).filter(|_| column < self.columns(room)) {
            self.flip(row * self.columns(room) + column);
        }
    }

    fn cell(&self) -> usize {
        self.items.iter().map(|(_, label)| cells(label)).max().unwrap_or(0) + 6
    }

    fn columns(&self, room: usize) -> usize {
        (room / self.cell()).max(1)
    }

    /// How many lines the grid with its presets takes.
    pub(super) fn height(&self, room: usize) -> usize {
        self.preset_lines(room).len() + self.items.len().div_ceil(self.columns(room))
    }

    /// The line that the cursor is on.
    pub(super) fn cursor_line(&self, room: usize) -> usize {
        self.preset_lines(room).len() + self.at / self.columns(room)
    }

    /// What is on, in one line.
    pub(super) fn summary(&self, theme: &Theme, room: usize) -> Line<'static> {
        let on: Vec<&str> = self.items_on().map(|(_, label)| label).collect();
        if on.is_empty() {
            return Line::styled("nothing chosen", theme.dim);
        }
        Line::styled(fit(&on.join(", "), room), theme.base)
    }

    /// Line `number` of presets and grid.
    pub(super) fn line(&self, theme: &Theme, number: usize, room: usize) -> Line<'static> {
        let presets = self.preset_lines(room);
        let Some(row) = number.checked_sub(presets.len()) else {
            return Line::styled(presets.into_iter().nth(number).unwrap_or_default(), theme.dim);
        };
        let columns = self.columns(room);
        let (on, off) = if theme.glyphs.ascii { ("[x] ", "[ ] ") } else { ("■ ", "□ ") };
        let mut spans = Vec::new();
        for number in (row * columns..(row + 1) * columns).take_while(|number| *number < self.items.len()) {
            let is_on = self.on.get(number).copied().unwrap_or_default();
            let (_, label) = self.items.get(number).copied().unwrap_or_default();
            let text = format!("{}{label}", if is_on { on } else { off });
            let style = if is_on { theme.base } else { theme.dim };
            let here = number == self.at;
            let style = if here { style.patch(theme.cursor) } else { style };
            let width = cells(&text) + 1;
            spans.push(Span::styled(if here { theme.glyphs.cursor } else { " " }, theme.accent));
            spans.push(Span::styled(text, style));
            spans.push(Span::raw(padded(String::new(), self.cell().saturating_sub(width))));
        }
        Line::from(spans)
    }

    /// `1 reader  2 poster …`, as many to a line as fit.
    fn preset_lines(&self, room: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let none = (!self.presets.is_empty()).then(|| "0 nothing".to_owned());
        let named = (1..).zip(&self.presets).map(|(digit, preset)| format!("{digit} {}", preset.label));
        for entry in named.chain(none) {
            match lines.last_mut() {
                Some(line) if cells(line) + 3 + cells(&entry) <= room => {
                    line.push_str("   ");
                    line.push_str(&entry);
                }
                _ => lines.push(entry),
            }
        }
        lines
    }
}
