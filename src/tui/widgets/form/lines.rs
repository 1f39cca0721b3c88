//! A row of several lines of plain text.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

use crate::domain::text::visible_within;
use crate::tui::keys::Key;
use crate::tui::theme::Theme;
use crate::tui::widgets::input::{Focus, Input, Look, Pasted};

/// The most lines there can be.
pub(super) const MOST: usize = 500;

/// Lines in view at once.
const WINDOW: usize = 6;

/// Several lines of plain text; never without one.
#[derive(Debug)]
pub struct Lines {
    lines: Vec<Input>,
    at: usize,
}

impl Lines {
    /// With `text` in it, the cursor at its end.
    pub fn with(text: &str) -> Self {
        let lines: Vec<Input> = text.split('\n').map(|line| Input::with(Look::Plain, line)).collect();
        Self { at: lines.len().saturating_sub(1), lines }
    }

    /// The text.
    pub fn text(&self) -> String {
        self.lines.iter().map(Input::text).collect::<Vec<_>>().join("\n")
    }

    /// Takes a key of editing. Enter begins a line, Backspace at the beginning of one joins it to the one above.
    pub(super) fn key(&mut self, key: Key) -> bool {
        match key {
            Key::Enter => self.split(),
            Key::Up if self.at > 0 => self.at -= 1,
            Key::Down if self.at + 1 < self.lines.len() => self.at += 1,
            Key::Up | Key::Down => return false,
            Key::Backspace if self.at > 0 && self.part(Key::Ctrl('k')).is_empty() => self.join(),
            key => return self.lines.get_mut(self.at).is_some_and(|line| line.key(key)),
        }
        true
    }

    /// Takes a paste, line by line.
    pub fn paste(&mut self, text: &str) -> Pasted {
        let mut outcome = Pasted::Clean;
        for (number, part) in text.trim_end_matches(['\n', '\r']).split('\n').enumerate() {
            if number > 0 {
                if self.lines.len() >= MOST {
                    return Pasted::Cut;
                }
                self.split();
            }
            let pasted = self.lines.get_mut(self.at).map(|line| line.paste(part.trim_end_matches('\r')));
            if let Some(trouble) = pasted.filter(|pasted| *pasted != Pasted::Clean) {
                outcome = trouble;
            }
        }
        outcome
    }

    /// What `key` (to delete up to an end) leaves of the line with the cursor.
    fn part(&self, key: Key) -> Input {
        let mut part = self.lines.get(self.at).cloned().unwrap_or_else(|| Input::new(Look::Plain));
        part.key(key);
        part
    }

    fn split(&mut self) {
        if self.lines.len() >= MOST {
            return;
        }
        let (head, mut tail) = (self.part(Key::Ctrl('k')), self.part(Key::Ctrl('u')));
        tail.key(Key::Home);
        if let Some(line) = self.lines.get_mut(self.at) {
            *line = head;
        }
        self.at += 1;
        self.lines.insert(self.at, tail);
    }

    fn join(&mut self) {
        let below = self.lines.remove(self.at);
        self.at -= 1;
        if let Some(line) = self.lines.get_mut(self.at) {
            line.key(Key::End);
            line.paste(below.text());
            // The cursor stays where the two met.
            for _ in below.text().graphemes(true) {
                line.key(Key::Left);
            }
        }
    }

    pub(super) fn height(&self, focus: Focus) -> usize {
        if focus == Focus::Here { self.lines.len().min(WINDOW) } else { 1 }
    }

    pub(super) fn view(&self, theme: &Theme, frame: &mut Frame, area: Rect, number: usize, focus: Focus) {
        if focus == Focus::Elsewhere {
            return frame.render_widget(self.summary(theme, area.width.into()), area);
        }
        let top = (self.at + 1).saturating_sub(WINDOW);
        let line = top + number;
        let here = if line == self.at { Focus::Here } else { Focus::Elsewhere };
        if let Some(input) = self.lines.get(line) {
            input.view(theme, frame, area, here);
        }
    }

    fn summary(&self, theme: &Theme, room: usize) -> Line<'static> {
        let more = self.lines.len() - 1;
        let hint = if more > 0 { format!("  +{more}") } else { String::new() };
        let first = self.lines.first().map(Input::text).unwrap_or_default();
        let room = room.saturating_sub(hint.len());
        Line::from(vec![Span::styled(visible_within(first, room), theme.base), Span::styled(hint, theme.dim)])
    }
}
