//! A row for a value that is masked: the stored one is named by its fingerprint, typing replaces it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::secret::Secret;
use crate::domain::text::visible;
use crate::tui::keys::Key;
use crate::tui::theme::Theme;
use crate::tui::widgets::input::{Focus, Input, Look, MASK};
use crate::tui::widgets::text::{cells, wrapped};

/// Cells of a fingerprint and the gap before it.
const PRINT: usize = 7;

/// A value that is masked.
#[derive(Debug)]
pub struct SecretLine {
    /// What was typed or pasted; empty: nothing.
    pub input: Input,
    /// The short fingerprint of the stored value.
    pub stored: Option<String>,
    /// What becomes of the stored value while nothing is typed.
    pub fate: Fate,
}

/// What becomes of a stored value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stays.
    Keep,
    /// It is removed.
    Remove,
}

impl SecretLine {
    /// With nothing typed.
    pub fn new(stored: Option<String>) -> Self {
        Self { input: Input::new(Look::Masked), stored, fate: Fate::Keep }
    }

    /// Takes a key of editing.
    pub(super) fn key(&mut self, key: Key) -> bool {
        let taken = self.input.key(key);
        // Who types wants the value typed, not the stored one gone.
        if taken && !self.input.is_empty() {
            self.fate = Fate::Keep;
        }
        taken
    }

    /// Puts `text` in place of what was typed.
    pub fn put(&mut self, text: &str) {
        self.input = Input::with(Look::Masked, text);
        self.fate = Fate::Keep;
    }

    /// Takes back what was typed; without that, marks the stored value as to be removed, or takes that back.
    pub fn clear(&mut self) {
        if !self.input.is_empty() {
            self.input.clear();
        } else if self.stored.is_some() {
            self.fate = if self.fate == Fate::Keep { Fate::Remove } else { Fate::Keep };
        }
    }

    /// How many rows it takes: more than one only for a stored value in plain.
    pub(super) fn height(&self, plain: Option<&Secret>, room: usize) -> usize {
        match plain {
            Some(secret) if self.input.is_empty() => wrapped(&visible(secret.expose()), room).len(),
            _ => 1,
        }
    }

    /// Draws row `number` of it.
    pub(super) fn view(
        &self,
        theme: &Theme,
        frame: &mut Frame,
        area: Rect,
        number: usize,
        (focus, plain): (Focus, Option<&Secret>),
    ) {
        match plain {
            Some(secret) if self.input.is_empty() => {
                let text = wrapped(&visible(secret.expose()), area.width.into()).into_iter().nth(number);
                frame.render_widget(Line::styled(text.unwrap_or_default(), theme.reveal), area);
            }
            Some(_) => {
                let mut shown = self.input.clone();
                shown.look = Look::Plain;
                shown.view(theme, frame, area, focus);
                frame.buffer_mut().set_style(area, theme.reveal);
            }
            None => self.masked(theme, frame, area, focus),
        }
    }

    fn masked(&self, theme: &Theme, frame: &mut Frame, area: Rect, focus: Focus) {
        if self.input.is_empty() {
            frame.render_widget(self.untyped(theme, area.width, focus), area);
            let start = Rect { width: 1.min(area.width), ..area };
            return self.input.view(theme, frame, start, focus);
        }
        self.input.view(theme, frame, area, focus);
        let mask = u16::try_from(MASK).unwrap_or(u16::MAX).min(area.width);
        let beside = Rect { x: area.x + mask, width: area.width - mask, ..area };
        let words = self.stored.iter().map(|old| format!("  replaces #{old}")).chain(["  new".to_owned()]);
        if let Some(text) = words.into_iter().find(|text| cells(text) <= beside.width.into()) {
            frame.render_widget(Line::styled(text, theme.accent), beside);
        }
    }

    /// What is there while nothing is typed.
    fn untyped(&self, theme: &Theme, width: u16, focus: Focus) -> Line<'static> {
        match (&self.stored, self.fate) {
            (None, _) => Line::styled(if focus == Focus::Here { "" } else { "not set" }, theme.dim),
            (Some(old), Fate::Keep) => {
                // Narrower where there is no room for the fingerprint beside it; never by the value.
                let mask = MASK.min(usize::from(width).saturating_sub(PRINT));
                Line::from(vec![Span::styled(theme.mask(mask), theme.dim), Span::raw(format!("  #{old}"))])
            }
            (Some(old), Fate::Remove) => Line::styled(format!("#{old} will be removed"), theme.warn),
        }
    }
}
