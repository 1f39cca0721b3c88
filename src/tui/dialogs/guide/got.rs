//! What was pasted: sorted by name and shape whatever the order, doubts named, nothing lost.

use crate::domain::document::Document;
use crate::domain::fields::{Doubt, Field};
use crate::domain::labels::Label;
use crate::domain::names::UserId;
use crate::domain::pasted::{self, Found};
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::tui::notice::Tone;
use crate::tui::widgets::form::Note;

/// The shortest text of no known shape that is taken for a value, in bytes.
const SHORTEST: usize = 16;

/// The values so far.
#[derive(Debug, Default)]
pub(super) struct Got {
    /// At most one per field.
    pub(super) values: Vec<(Field, Secret)>,
    /// What there is to say about the last paste.
    pub(super) notes: Vec<Note>,
}

/// What a paste is held against.
pub(super) struct Wanted<'a> {
    /// The fields of the step on screen.
    pub(super) here: &'a [Field],
    /// The fields of the other steps, each with the title of its step.
    pub(super) elsewhere: &'a [(Field, &'static str)],
    pub(super) document: &'a Document,
}

impl Wanted<'_> {
    fn takes(&self, field: Field) -> bool {
        self.here.contains(&field) || self.elsewhere.iter().any(|(other, _)| *other == field)
    }
}

impl Got {
    pub(super) fn value(&self, field: Field) -> Option<&Secret> {
        self.values.iter().find(|(own, _)| *own == field).map(|(_, value)| value)
    }

    /// Puts a value in place, and says if there was another one.
    pub(super) fn put(&mut self, field: Field, value: Secret) -> bool {
        let other = self.value(field).is_some_and(|old| *old != value);
        self.values.retain(|(own, _)| *own != field);
        self.values.push((field, value));
        self.values.sort_by_key(|(field, _)| *field);
        other
    }

    /// Forgets the values of these fields. False: there was none.
    pub(super) fn drop_all(&mut self, fields: &[Field]) -> bool {
        let before = self.values.len();
        self.values.retain(|(field, _)| !fields.contains(field));
        self.notes.clear();
        before != self.values.len()
    }

    fn note(&mut self, tone: Tone, text: impl Into<String>) {
        self.notes.push(Note::new(tone, text));
    }

    /// Sorts a paste into its fields.
    pub(super) fn paste(&mut self, text: &Secret, wanted: &Wanted) {
        self.notes.clear();
        let found = read(text.expose(), wanted.here);
        let mut left_out: Vec<&'static str> = Vec::new();
        let mut strays: Vec<&str> = Vec::new();
        let mut put: Vec<Field> = Vec::new();
        for piece in &found {
            match piece.what {
                Some(Label::Field(field)) if put.contains(&field) => {
                    if self.value(field).is_some_and(|first| first.expose() != piece.value) {
                        let phrase = field.row().phrase;
                        self.note(
                            Tone::Warn,
                            format!("there was more than {phrase} in this: the first one is taken"),
                        );
                    }
                }
                Some(Label::Field(field)) if wanted.takes(field) => {
                    self.take(field, piece.value, wanted);
                    if let Some(also) = piece.also {
                        let (this, other) = (field.row().phrase, also.row().phrase);
                        self.note(
                            Tone::Warn,
                            format!("taken as {this}; if it is {other}, paste it on that step"),
                        );
                    }
                    put.push(field);
                }
                Some(Label::Field(field)) => left_out.push(field.row().phrase),
                Some(_) => {}
                None => strays.push(piece.value),
            }
        }
        if !left_out.is_empty() {
            self.note(
                Tone::Warn,
                format!("left out, since nothing here asks for it: {}", left_out.join(", ")),
            );
        }
        match strays.as_slice() {
            [] if put.is_empty() && left_out.is_empty() => {
                self.note(Tone::Warn, "nothing in this looks like a value that X issues");
            }
            [only] if found.len() == 1 => self.stray(only, wanted),
            [] => {}
            _ if put.is_empty() => {
                self.note(Tone::Warn, "nothing in this looks like a value that belongs here");
            }
            [_] => self.note(Tone::Plain, "one value that nothing names was left out"),
            more => {
                let count = more.len();
                self.note(Tone::Plain, format!("{count} values that nothing names were left out"));
            }
        }
    }

    /// Takes a value that was recognised, and says what is odd about it.
    fn take(&mut self, field: Field, value: &str, wanted: &Wanted) {
        let (label, phrase) = (field.row().label, field.row().phrase);
        let secret = Secret::new(value);
        let holder = wanted.document.apps().find(|app| app.held.secret(field) == Some(&secret));
        if let Some(app) = holder {
            let name = visible_within(app.name.as_str(), 32);
            self.note(
                Tone::Warn,
                format!("{name} holds this {label} already: is the right app open in the console?"),
            );
        }
        if self.put(field, secret) {
            self.note(Tone::Plain, format!("{label}: replaced by what was pasted last"));
        }
        if !wanted.here.contains(&field) {
            let step =
                wanted.elsewhere.iter().find(|(other, _)| *other == field).map_or("", |(_, step)| *step);
            self.note(Tone::Plain, format!("this is {phrase}: kept for the step “{step}”"));
        }
        if let Some(account) = UserId::of_access_token(value).filter(|_| field == Field::AccessToken) {
            self.note(Tone::Plain, format!("the token is of the account number {account}"));
        }
    }

    /// One value of no known shape goes where one is missing, with its doubt.
    fn stray(&mut self, value: &str, wanted: &Wanted) {
        let free = wanted.here.iter().copied().find(|field| self.value(*field).is_none());
        match free {
            Some(field) if value.len() >= SHORTEST && !value.contains(char::is_whitespace) => {
                self.take(field, value, wanted);
            }
            _ => self.note(Tone::Warn, "this does not look like a value that belongs here"),
        }
    }

    /// What is odd about the value of a field.
    pub(super) fn doubt(&self, field: Field) -> Option<Doubt> {
        field.doubt(self.value(field)?.expose())
    }
}

/// What a paste holds. What its neighbours leave open, the step on screen decides.
fn read<'a>(text: &'a str, here: &[Field]) -> Vec<Found<'a>> {
    let alone = pasted::read(text, &[]);
    if alone.iter().any(|found| found.also.is_some()) { pasted::read(text, here) } else { alone }
}
