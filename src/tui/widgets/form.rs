//! A form: rows of a label, something to type or choose, and what there is to say beneath.
//!
//! It knows how its rows are typed in, moved through and drawn. What they mean is the owner's: he reads them out with
//! [`Form::control`] and hands an [`Aside`] for each to the picture.

mod choice;
mod lines;
mod secret_line;
mod toggles;
mod view;

#[cfg(test)]
mod tests;

use super::input::Input;
use crate::domain::secret::Secret;
use crate::tui::keys::Key;
use crate::tui::notice::Tone;

pub use choice::{Choice, Item};
pub use lines::Lines;
pub use secret_line::{Fate, SecretLine};
pub use toggles::Toggles;
pub use view::{Hit, label_cells};

/// A form.
#[derive(Debug)]
pub struct Form {
    rows: Vec<Row>,
    at: usize,
}

/// One row of a form.
#[derive(Debug)]
pub struct Row {
    /// What stands before it.
    pub label: &'static str,
    /// The heading above it, where it is the first of its group; else nothing.
    pub heading: &'static str,
    /// What is typed or chosen.
    pub control: Control,
}

/// What a person types in or chooses with.
#[derive(Debug)]
pub enum Control {
    /// One line of plain text.
    Line(Input),
    /// A value that is masked.
    Secret(SecretLine),
    /// Several lines of plain text.
    Lines(Lines),
    /// One of a few.
    Choice(Choice),
    /// Any of a few.
    Toggles(Toggles),
    /// Something chosen elsewhere.
    Pick(Pick),
    /// Something to press, with what stands on it.
    Button(&'static str),
}

/// Something chosen elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pick {
    /// What it is known by; empty: nothing is chosen.
    pub word: String,
    /// What a person reads; visible text.
    pub shown: String,
}

/// What the owner has to say about a row.
#[derive(Clone, Debug, Default)]
pub struct Aside {
    /// Whether it was changed.
    pub changed: Changed,
    /// What stands beneath it.
    pub notes: Vec<Note>,
    /// Its value in plain, while that is shown on purpose.
    pub plain: Option<Secret>,
}

/// Whether a row was changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Changed {
    /// It is as it was.
    #[default]
    No,
    /// It is not.
    Yes,
}

/// One sentence beneath a row; visible text without any secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its weight.
    pub tone: Tone,
    /// The sentence.
    pub text: String,
}

impl Note {
    /// A sentence.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }
}

impl Control {
    /// What it holds, as text: what was typed, or the words of what was chosen, joined by `,`.
    pub fn text(&self) -> String {
        match self {
            Self::Line(input) => input.text().to_owned(),
            Self::Secret(line) => line.input.text().to_owned(),
            Self::Lines(lines) => lines.text(),
            Self::Choice(choice) => choice.word().to_owned(),
            Self::Toggles(toggles) => toggles.words().join(","),
            Self::Pick(pick) => pick.word.clone(),
            Self::Button(_) => String::new(),
        }
    }

    /// Takes back what [`Control::text`] gave. What a pick shows is its owner's care.
    pub fn set_text(&mut self, text: &str) {
        match self {
            Self::Line(input) => *input = Input::with(input.look, text),
            Self::Secret(line) => line.put(text),
            Self::Lines(lines) => *lines = Lines::with(text),
            Self::Choice(choice) => choice.choose(text),
            Self::Toggles(toggles) => toggles.set(&text.split(',').collect::<Vec<_>>()),
            Self::Pick(pick) => text.clone_into(&mut pick.word),
            Self::Button(_) => {}
        }
    }
}

impl Form {
    /// A form with the focus on its first row.
    pub const fn new(rows: Vec<Row>) -> Self {
        Self { rows, at: 0 }
    }

    /// The number of the row with the focus.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// How many rows there are.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// True without a row.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What row `number` is typed in with.
    pub fn control(&self, number: usize) -> Option<&Control> {
        self.rows.get(number).map(|row| &row.control)
    }

    /// The same, to be changed.
    pub fn control_mut(&mut self, number: usize) -> Option<&mut Control> {
        self.rows.get_mut(number).map(|row| &mut row.control)
    }

    /// What the row with the focus is typed in with.
    pub fn focused(&self) -> Option<&Control> {
        self.control(self.at)
    }

    /// Puts the focus on row `number`, or on the last one.
    pub fn focus(&mut self, number: usize) {
        self.at = number.min(self.rows.len().saturating_sub(1));
    }

    /// The next row; after the last one, the first.
    pub fn next(&mut self) {
        self.at = if self.at + 1 < self.rows.len() { self.at + 1 } else { 0 };
    }

    /// The row before; before the first one, the last.
    pub fn back(&mut self) {
        self.at = self.at.checked_sub(1).unwrap_or(self.rows.len().saturating_sub(1));
    }

    /// Offers a key to the row with the focus, in a form `width` cells wide. False: it is not one of its keys.
    pub fn key(&mut self, key: Key, width: u16) -> bool {
        let room = view::control_cells(&self.rows, width);
        let Some(row) = self.rows.get_mut(self.at) else { return false };
        match &mut row.control {
            Control::Line(input) => input.key(key),
            Control::Secret(line) => line.key(key),
            Control::Lines(lines) => lines.key(key),
            Control::Choice(choice) => choice.key(key),
            Control::Toggles(toggles) => toggles.key(key, usize::from(room)),
            Control::Pick(_) | Control::Button(_) => false,
        }
    }
}
