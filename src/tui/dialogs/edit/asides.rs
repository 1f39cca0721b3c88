//! What there is to say of each row: what is wrong with it, what is odd about it, what others made of it.

use ratatui::style::Style;

use super::keys::KEYS;
use super::rows::{About, Plain};
use super::sheet::{Born, Said, said};
use super::{Edit, Tried};
use crate::domain::app::App;
use crate::domain::document::Document;
use crate::domain::fields::{Doubt, Field, OwnerKind, trimmed};
use crate::domain::id::Owner;
use crate::domain::names::{Name, UserId};
use crate::domain::needs::Need;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::tui::ctx::Ctx;
use crate::tui::effect::SecretRef;
use crate::tui::keys::key_of;
use crate::tui::notice::Tone;
use crate::tui::screen::State as _;
use crate::tui::widgets::form::{Aside, Changed, Control, Note};
use crate::tui::widgets::text::wrapped;

impl Edit {
    /// One aside per row.
    pub(super) fn asides(&self, ctx: &Ctx) -> Vec<Aside> {
        let document = ctx.snapshot.as_ref().map(|snapshot| &*snapshot.document);
        (0..self.form.len())
            .map(|number| {
                let touched = self.sheet.touched(&self.form, number);
                let mut notes = Vec::new();
                if let Some(document) = document {
                    notes.extend(self.clash(number, document, ctx));
                    // An empty name of a new thing is no mistake yet.
                    if touched || self.tried == Tried::Once {
                        notes.extend(self.trouble(number, document).map(|text| Note::new(Tone::Bad, text)));
                    }
                }
                notes.extend(self.doubt(number, ctx).map(|text| Note::new(Tone::Warn, text)));
                notes.extend(document.and_then(|document| self.carried_note(number, document, ctx)));
                Aside {
                    changed: if touched { Changed::Yes } else { Changed::No },
                    notes,
                    plain: self.plain(number, ctx),
                }
            })
            .collect()
    }

    /// What is wrong with row `number`: it cannot be saved so.
    pub(super) fn trouble(&self, number: usize, document: &Document) -> Option<String> {
        self.sheet.error(&self.form, number).or_else(|| {
            let spec = self.sheet.rows.get(number)?;
            if spec.about != About::Plain(Plain::Name) {
                return None;
            }
            let name = Name::parse(&self.form.control(number)?.text()).ok()?;
            taken(document, self.sheet.owner, &name)
        })
    }

    fn clash(&self, number: usize, document: &Document, ctx: &Ctx) -> Option<Note> {
        if !self.sheet.clashes.contains(&number) {
            return None;
        }
        let spec = self.sheet.rows.get(number)?;
        let (mine, take) = (key("keep-mine", ctx), key("take-theirs", ctx));
        if let About::Field(field) = spec.about
            && let Some(others) = self.others_changed(field, document)
        {
            // Halves of two credentials never make a third.
            let text = format!(
                "someone else changed {others} meanwhile, and the two belong together: {mine} keeps mine \
                 and drops theirs, {take} takes theirs"
            );
            return Some(Note::new(Tone::Warn, text));
        }
        let theirs = match spec.about {
            About::Field(field) => {
                let value = document.held(self.sheet.owner).and_then(|held| held.secret(field));
                value.map_or_else(
                    || "none".to_owned(),
                    |value| format!("#{}", document.fingerprints.of(value).short()),
                )
            }
            _ => match (spec.read)(document, self.sheet.owner).as_str() {
                "" => "nothing".to_owned(),
                text => format!("“{}”", visible_within(text, 40)),
            },
        };
        let text = format!(
            "someone else changed this meanwhile, to {theirs}: {mine} keeps mine, {take} takes theirs"
        );
        Some(Note::new(Tone::Warn, text))
    }

    /// The label of the other half of a credential, where that is all that someone else changed of it.
    fn others_changed(&self, field: Field, document: &Document) -> Option<&'static str> {
        let theirs = document.held(self.sheet.owner)?;
        let changed = |field: Field| theirs.secret(field) != self.sheet.base_value(field);
        let mut others = field.credential().fields().iter().copied().filter(|other| *other != field);
        others.find(|other| changed(*other)).filter(|_| !changed(field)).map(|other| other.row().label)
    }

    /// What is odd about row `number`: a warning, never a refusal.
    fn doubt(&self, number: usize, ctx: &Ctx) -> Option<String> {
        let control = self.form.control(number)?;
        match self.sheet.rows.get(number)?.about {
            About::Field(field) => self.field_doubt(field, control, ctx),
            About::Plain(Plain::UserId) => {
                let id = UserId::parse(&control.text())?;
                let token = self.token()?;
                let account = UserId::of_access_token(token.expose()).filter(|account| *account != id)?;
                Some(format!("the access token is of account {account}"))
            }
            About::Plain(Plain::Needs) => {
                let banned = |word: &str| Need::parse(word).and_then(Need::ban);
                control.text().split(',').find_map(banned).map(|ban| ban.sentence.to_owned())
            }
            About::Plain(Plain::CallbackUrl) => {
                let text = control.text();
                let text = text.trim();
                let odd = !text.is_empty() && (!text.contains("://") || text.contains(char::is_whitespace));
                odd.then(|| "a callback URL looks like https://… or http://127.0.0.1:…".to_owned())
            }
            _ => None,
        }
    }

    fn field_doubt(&self, field: Field, control: &Control, ctx: &Ctx) -> Option<String> {
        let Said::Value(value) = said(control) else { return None };
        if self.sheet.base_value(field) == Some(&value) {
            return Some("this is the value that is stored already".to_owned());
        }
        let doubt = field.doubt(value.expose())?;
        let sentence = doubt.sentence(field);
        let Doubt::LooksLike(other) = doubt else { return Some(sentence) };
        let key = key("move-value", ctx);
        Some(match (self.sheet.field_row(other), other.held_by()) {
            (Some(_), _) => format!("{sentence}: {key} moves it there"),
            (None, OwnerKind::App) => {
                format!("{sentence}: that is held by the app, {key} keeps it for there")
            }
            (None, OwnerKind::Profile) => format!("{sentence}: that belongs into a profile"),
        })
    }

    /// The field that what is typed in the row with the focus looks like, if it can be put there.
    pub(super) fn target(&self) -> Option<Field> {
        let Said::Value(value) = said(self.form.focused()?) else { return None };
        match self.field()?.doubt(value.expose())? {
            Doubt::LooksLike(other) => {
                (self.sheet.field_row(other).is_some() || other.held_by() == OwnerKind::App).then_some(other)
            }
            _ => None,
        }
    }

    /// The access token that the form stands for.
    fn token(&self) -> Option<Secret> {
        let row = self.sheet.field_row(Field::AccessToken)?;
        match said(self.form.control(row)?) {
            Said::Value(secret) => Some(secret),
            Said::Nothing => self.sheet.base_value(Field::AccessToken).cloned(),
            Said::Remove => None,
        }
    }

    /// Beneath the app: what waits for it.
    fn carried_note(&self, number: usize, document: &Document, ctx: &Ctx) -> Option<Note> {
        if Some(number) != self.app_row() || self.carried.is_empty() {
            return None;
        }
        let labels = self.carried_labels();
        let drop = key("clear", ctx);
        let other = |app: &App| self.carried.iter().any(|(field, _)| app.held.secret(*field).is_some());
        let text = match self.app().and_then(|id| document.app(id)) {
            None => {
                format!("pasted for the app: {labels}. Enter: a new app gets it, or choose the one it is of")
            }
            Some(app) if other(app) => {
                let name = visible_within(app.name.as_str(), 32);
                format!(
                    "pasted: {labels}, but {name} holds another. Enter: where it belongs. {drop} drops it"
                )
            }
            Some(app) => {
                let name = visible_within(app.name.as_str(), 32);
                format!(
                    "pasted: {labels}, which {name} does not hold yet. Enter puts it there. {drop} drops it"
                )
            }
        };
        Some(Note::new(Tone::Warn, text))
    }

    /// The value of row `number`, while a person wants to see it.
    fn plain(&self, number: usize, ctx: &Ctx) -> Option<Secret> {
        let About::Field(field) = self.sheet.rows.get(number)?.about else { return None };
        let what = SecretRef { owner: self.sheet.owner, field };
        ctx.reveal.filter(|reveal| reveal.what == what)?;
        match self.form.control(number).map(said) {
            Some(Said::Value(_)) => {
                self.form.control(number).map(|control| Secret::new(trimmed(&control.text())))
            }
            _ => self.sheet.base_value(field).cloned(),
        }
    }

    /// What stands below the rows: what was just done, or what the row with the focus is for.
    pub(super) fn foot(&self, ctx: &Ctx, width: usize) -> Vec<(String, Style)> {
        let theme = &ctx.theme;
        if !self.is_free() {
            return vec![(format!("{} saving", ctx.spinner()), theme.accent)];
        }
        let (text, style) = match (&self.said, self.sheet.born) {
            (Some(note), _) => (note.text.clone(), theme.tone(note.tone)),
            (None, Born::Gone) => (
                "someone else deleted this meanwhile: saving brings it back, Esc leaves it deleted"
                    .to_owned(),
                theme.warn,
            ),
            (None, _) => {
                let doc = self.sheet.rows.get(self.form.at()).map(|spec| spec.doc);
                (doc.unwrap_or_default().to_owned(), theme.dim)
            }
        };
        wrapped(&text, width).into_iter().map(|line| (line, style)).collect()
    }
}

/// The sentence for a name that another one has.
fn taken(document: &Document, owner: Owner, name: &Name) -> Option<String> {
    let other = match owner {
        Owner::App(id) => document.app_named(name).filter(|app| app.id != id).map(|app| ("app", &app.name)),
        Owner::Profile(id) => document
            .profile_named(name)
            .filter(|profile| profile.id != id)
            .map(|profile| ("profile", &profile.name)),
    };
    other.map(|(word, name)| {
        format!("another {word} is called “{}” already", visible_within(name.as_str(), 40))
    })
}

/// The key of an action, for a sentence.
fn key(action: &str, ctx: &Ctx) -> String {
    key_of(KEYS, Edit::NAME, action, ctx)
}
