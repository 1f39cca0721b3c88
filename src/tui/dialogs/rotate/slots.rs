//! The lines a person pastes new values into: sorted by name and shape, doubts named, nothing taken that cannot be.

use crate::domain::credential::Held;
use crate::domain::document::Document;
use crate::domain::fields::{Credential, Doubt, Field, trimmed};
use crate::domain::id::Owner;
use crate::domain::labels::Label;
use crate::domain::names::UserId;
use crate::domain::pasted;
use crate::domain::secret::Secret;
use crate::domain::time::{Time, age};
use crate::tui::effect::Draft;
use crate::tui::keys::{Key, Ready};
use crate::tui::notice::Tone;
use crate::tui::widgets::form::{Aside, Control, Fate, Form, Note, Row, SecretLine};

/// What stands on the button.
const BUTTON: &str = "Try it with X";

/// The shortest text of no known shape that is taken for a value when several are pasted, in bytes.
const SHORTEST: usize = 16;

/// One line per field that a person has to bring, and a button.
#[derive(Debug)]
pub(super) struct Slots {
    fields: &'static [Field],
    pub(super) form: Form,
    /// What there is to say about the last paste.
    pub(super) notes: Vec<Note>,
}

impl Slots {
    /// Empty ones.
    pub(super) fn new(document: &Document, holder: Owner, credential: Credential) -> Self {
        let stored =
            |field| document.held(holder)?.secret(field).map(|s| document.fingerprints.of(s).short());
        let line = |field: &Field| Row {
            label: field.row().label,
            heading: "",
            control: Control::Secret(SecretLine::new(stored(*field))),
        };
        // The client ID stays when its secret is regenerated.
        let stays = credential == Credential::Client && document.slot(holder, Field::ClientId).is_some();
        let fields = credential.fields();
        let fields = if stays { fields.get(1..).unwrap_or(fields) } else { fields };
        let button = Row { label: "", heading: "", control: Control::Button(BUTTON) };
        let rows = fields.iter().map(line).chain([button]).collect();
        Self { fields, form: Form::new(rows), notes: Vec::new() }
    }

    fn text(&self, number: usize) -> &str {
        match self.form.control(number) {
            Some(Control::Secret(line)) => trimmed(line.input.text()),
            _ => "",
        }
    }

    /// The values that are there, each with its field.
    pub(super) fn values(&self) -> Vec<(Field, Secret)> {
        let fields = self.fields.iter().enumerate();
        fields
            .filter(|(number, _)| !self.text(*number).is_empty())
            .map(|(number, field)| (*field, Secret::new(self.text(number))))
            .collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values().is_empty()
    }

    /// Takes a key of editing, in a form `width` cells wide.
    pub(super) fn key(&mut self, key: Key, width: u16) -> bool {
        self.form.key(key, width)
    }

    /// True when the button has the focus.
    pub(super) fn on_button(&self) -> bool {
        self.form.at() == self.fields.len()
    }

    /// Sorts a paste into the lines.
    pub(super) fn paste(&mut self, text: &Secret) {
        let fields = self.fields;
        let found = pasted::read(text.expose(), fields);
        self.notes.clear();
        let own = |label: Option<Label>| match label {
            Some(Label::Field(field)) => fields.iter().position(|own| *own == field),
            _ => None,
        };
        let mut put: Vec<(usize, &str)> = Vec::new();
        let mut others: Vec<&'static str> = Vec::new();
        let mut strays: Vec<&str> = Vec::new();
        for piece in &found {
            match (own(piece.what), piece.what) {
                (Some(number), _) => match put.iter().find(|(other, _)| *other == number) {
                    Some((_, first)) if *first != piece.value => self.second(number),
                    Some(_) => {}
                    None => put.push((number, piece.value)),
                },
                (None, Some(Label::Field(other))) => others.push(other.row().phrase),
                (None, Some(_)) => {}
                (None, None) => strays.push(piece.value),
            }
        }
        // One value alone goes where the focus is, whatever it looks like: its doubt is named beneath it.
        if let ([only], true) = (found.as_slice(), put.is_empty()) {
            put.push((self.target(), only.value));
        } else if self.fill(&mut put, &strays) {
            self.left_out(&others, 0);
        } else if put.is_empty() && others.is_empty() {
            self.note(Tone::Warn, "nothing in the paste looks like a value that belongs here");
        } else {
            self.left_out(&others, strays.len());
        }
        for (number, value) in &put {
            self.put(*number, value);
        }
        self.move_on();
    }

    /// Values of no known shape, as many as there are lines without one: in their order, with their doubts.
    fn fill<'a>(&self, put: &mut Vec<(usize, &'a str)>, strays: &[&'a str]) -> bool {
        let is_put = |number: &usize| put.iter().any(|(other, _)| other == number);
        let free: Vec<usize> = (0..self.fields.len()).filter(|number| !is_put(number)).collect();
        let value = |text: &&str| text.len() >= SHORTEST && !text.contains(char::is_whitespace);
        if strays.len() != free.len() || strays.is_empty() || !strays.iter().all(value) {
            return false;
        }
        put.extend(free.into_iter().zip(strays.iter().copied()));
        true
    }

    /// The line of the focus, or the first empty one where the button has it.
    fn target(&self) -> usize {
        let last = self.fields.len().saturating_sub(1);
        if self.on_button() { self.first_empty().unwrap_or(last) } else { self.form.at() }
    }

    fn first_empty(&self) -> Option<usize> {
        (0..self.fields.len()).find(|number| self.text(*number).is_empty())
    }

    fn put(&mut self, number: usize, value: &str) {
        let Some(Control::Secret(line)) = self.form.control_mut(number) else { return };
        line.input.clear();
        line.fate = Fate::Keep;
        if let Some(sentence) = line.input.paste(value).sentence() {
            self.note(Tone::Warn, sentence);
        }
    }

    /// Moves on to the first line without a value, or to the button.
    fn move_on(&mut self) {
        let next = self.first_empty().unwrap_or(self.fields.len());
        self.form.focus(next);
    }

    /// The next line; from the last one, the button.
    pub(super) fn next(&mut self) {
        if !self.on_button() {
            self.form.next();
        }
    }

    fn note(&mut self, tone: Tone, text: impl Into<String>) {
        self.notes.push(Note::new(tone, text));
    }

    fn second(&mut self, number: usize) {
        let phrase = self.fields.get(number).map_or("a value", |field| field.row().phrase);
        self.note(Tone::Warn, format!("there was more than {phrase} in the paste: the first one is taken"));
    }

    fn left_out(&mut self, others: &[&'static str], strays: usize) {
        let named = others.join(", ");
        match (others.is_empty(), strays) {
            (true, 0) => {}
            (true, 1) => self.note(Tone::Plain, "one value that nothing names was left out"),
            (true, count) => {
                self.note(Tone::Plain, format!("{count} values that nothing names were left out"));
            }
            (false, _) => self.note(Tone::Warn, format!("left out, since it does not belong here: {named}")),
        }
    }

    /// What there is to say beneath each line.
    pub(super) fn asides(&self, document: &Document, holder: Owner, now: Time) -> Vec<Aside> {
        let aside = |(number, field): (usize, &Field)| {
            let notes = match self.text(number) {
                "" => Vec::new(),
                text => vec![judged(document, holder, *field, text, now)],
            };
            Aside { notes, ..Aside::default() }
        };
        let mut asides: Vec<Aside> = self.fields.iter().enumerate().map(aside).collect();
        asides.push(Aside::default());
        asides
    }

    /// Whether the values can be tried.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn ready(&self, document: &Document, holder: Owner, now: Time) -> Ready {
        if self.first_empty().is_some() {
            return Err("paste the new value first: every line takes one");
        }
        let bad = |aside: &Aside| aside.notes.iter().any(|note| note.tone == Tone::Bad);
        if self.asides(document, holder, now).iter().any(bad) {
            return Err("one of the values cannot be the new one: the line beneath it says why");
        }
        Ok(())
    }

    /// The values as a draft with this key: X shows a new value once. `None` without any.
    pub(super) fn draft(&self, key: String) -> Option<Draft> {
        let fields: Vec<_> =
            self.values().into_iter().map(|(field, value)| (field.row().word.to_owned(), value)).collect();
        (!fields.is_empty()).then_some(Draft { key, fields })
    }

    /// Empties the lines.
    pub(super) fn empty(&mut self) {
        for number in 0..self.fields.len() {
            if let Some(Control::Secret(line)) = self.form.control_mut(number) {
                line.input.clear();
            }
        }
        self.form.focus(0);
        self.notes.clear();
    }

    /// Takes a draft back.
    pub(super) fn take_back(&mut self, draft: &Draft) {
        for (word, value) in &draft.fields {
            let fields = self.fields;
            if let Some(number) = fields.iter().position(|field| field.row().word == word) {
                self.put(number, value.expose());
            }
        }
        self.move_on();
    }
}

/// What there is to say about `text` as the new value of `field`.
fn judged(document: &Document, holder: Owner, field: Field, text: &str, now: Time) -> Note {
    let (secret, none) = (Secret::new(text), Held::default());
    let held = document.held(holder).unwrap_or(&none);
    if held.secret(field) == Some(&secret) {
        let text = "this is the value that is stored already: regenerate it first, then paste what X shows";
        return Note::new(Tone::Bad, text);
    }
    let replaced = held.history.iter().rev().find(|old| old.field == field && old.secret == secret);
    if let Some(old) = replaced {
        let text = format!("this value was replaced {} ago: it is an old one", age(now.since(old.until)));
        return Note::new(Tone::Bad, text);
    }
    if let Some(note) = wrong_account(document, holder, field, text) {
        return note;
    }
    let print = document.fingerprints.of(&secret).short();
    match field.doubt(text) {
        None => Note::new(Tone::Good, format!("#{print}, looks like {}", field.row().phrase)),
        Some(doubt @ (Doubt::LooksLike(_) | Doubt::WhiteSpace)) => {
            Note::new(Tone::Bad, doubt.sentence(field))
        }
        Some(doubt) => Note::new(Tone::Warn, format!("#{print}: {}", doubt.sentence(field))),
    }
}

/// An access token begins with the id of its account.
fn wrong_account(document: &Document, holder: Owner, field: Field, text: &str) -> Option<Note> {
    let Owner::Profile(id) = holder else { return None };
    let wanted = document.profile(id)?.user_id.as_ref()?;
    let given = UserId::of_access_token(text).filter(|_| field == Field::AccessToken)?;
    (given != *wanted).then(|| {
        Note::new(Tone::Bad, format!("this token belongs to the account {given}, this bot is {wanted}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credential::{Origin, Retired};
    use crate::domain::edit::{self, Edit};
    use crate::tui::testing::NOON;
    use crate::tui::testing::flock::{flock, id};

    /// The pair of the first bot of a flock, whose account is 144700000000.
    fn pair() -> (String, String) {
        (format!("144700000000-{}", "m".repeat(37)), "u".repeat(45))
    }

    fn document() -> Document {
        (*flock(1).document).clone()
    }

    fn pasted(text: &str) -> Slots {
        let mut slots = Slots::new(&document(), id(0).into(), Credential::Access);
        slots.paste(&Secret::new(text));
        slots
    }

    fn said(slots: &Slots, document: &Document) -> Vec<String> {
        let asides = slots.asides(document, id(0).into(), NOON);
        asides.iter().flat_map(|aside| &aside.notes).chain(&slots.notes).map(|n| n.text.clone()).collect()
    }

    #[test]
    fn values_go_into_their_lines_whatever_their_order() {
        let (token, secret) = pair();
        for text in [
            format!("{token}\n{secret}"),
            format!("{secret}\r\n{token}\r\n"),
            format!("X_ACCESS_TOKEN={token}\nX_ACCESS_TOKEN_SECRET=\"{secret}\""),
            format!("Access Token\n{token}\nAccess Token Secret\n{secret}"),
        ] {
            let slots = pasted(&text);
            let wanted = [
                (Field::AccessToken, Secret::new(token.as_str())),
                (Field::AccessSecret, Secret::new(secret.as_str())),
            ];
            assert_eq!(slots.values(), wanted, "{text}");
            assert!(slots.on_button() && slots.notes.is_empty(), "{text}");
            assert_eq!(slots.ready(&document(), id(0).into(), NOON), Ok(()), "{text}");
        }
    }

    #[test]
    fn one_after_the_other_is_as_good() {
        let (token, secret) = pair();
        let mut slots = pasted(&secret);
        assert_eq!(slots.form.at(), 0, "the token is still missing");
        assert!(slots.ready(&document(), id(0).into(), NOON).is_err());
        slots.paste(&Secret::new(token));
        assert!(slots.on_button());
        assert_eq!(slots.ready(&document(), id(0).into(), NOON), Ok(()));
    }

    #[test]
    fn doubts_are_named_and_what_cannot_be_is_not_tried() {
        let (token, secret) = pair();
        let other = token.replace("144700000000", "99");
        for (text, wanted, ready) in [
            (format!("{token}\n{secret}"), "looks like an access token", true),
            ("k".repeat(25), "this looks like an API key, not an access token", false),
            (format!("{other}\n{secret}"), "belongs to the account 99, this bot is 144700000000", false),
            (
                format!("{token} {}", "k".repeat(25)),
                "left out, since it does not belong here: an API key",
                false,
            ),
            (format!("{token}\n{secret}\n{}", "v".repeat(45)), "more than an access token secret", true),
            ("canary-access_token-wiki-daily".to_owned(), "stored already", false),
            ("two words".to_owned(), "white space", false),
            ("a line\nand another".to_owned(), "nothing in the paste looks like a value", false),
        ] {
            let (slots, document) = (pasted(&text), document());
            let said = said(&slots, &document);
            assert!(said.iter().any(|sentence| sentence.contains(wanted)), "{text}: {said:?}");
            assert_eq!(slots.ready(&document, id(0).into(), NOON).is_ok(), ready, "{text}: {said:?}");
        }
    }

    #[test]
    fn a_value_that_was_replaced_before_is_known_again() {
        let (token, _) = pair();
        let retired = Retired {
            field: Field::AccessToken,
            secret: Secret::new(token.as_str()),
            since: NOON.shifted(-200_000),
            until: NOON.shifted(-7_200),
            origin: Origin::Edit,
            dead_at: None,
        };
        let edit = Edit::AddRetired { owner: id(0).into(), retired };
        let document = edit::apply_all(&document(), &[edit]).expect("it fits");
        assert_eq!(said(&pasted(&token), &document), ["this value was replaced 2 h ago: it is an old one"]);
    }

    #[test]
    fn a_draft_brings_the_values_back() {
        let (token, _) = pair();
        let draft = pasted(&token).draft("rotate".to_owned()).expect("a value is there");
        let mut slots = Slots::new(&document(), id(0).into(), Credential::Access);
        assert_eq!(slots.draft("rotate".to_owned()), None);
        slots.take_back(&draft);
        assert_eq!(slots.values(), [(Field::AccessToken, Secret::new(token))]);
        assert_eq!(slots.form.at(), 1);
    }
}
