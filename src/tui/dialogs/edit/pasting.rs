//! What a paste does to the form: each value to its row, and what was done said in a line.

use super::doing::busy;
use super::paste::{self, Sorted};
use super::rows::{About, Plain};
use super::{Edit, Seal, document, sheet};
use crate::domain::document::Document;
use crate::domain::fields::{Field, OwnerKind, recognise, trimmed};
use crate::domain::id::AppId;
use crate::domain::names::UserId;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::tui::ctx::Ctx;
use crate::tui::notice::{Notice, Tone};
use crate::tui::screen::Step;
use crate::tui::widgets::form::{Control, Note};

/// What a paste did, sentence by sentence.
#[derive(Debug, Default)]
struct News {
    said: Vec<String>,
    odd: bool,
}

impl News {
    fn good(&mut self, text: String) {
        self.said.push(text);
    }

    fn warn(&mut self, text: String) {
        self.said.push(text);
        self.odd = true;
    }

    fn note(self) -> Option<Note> {
        let tone = if self.odd { Tone::Warn } else { Tone::Good };
        (!self.said.is_empty()).then(|| Note::new(tone, self.said.join("; ")))
    }
}

impl Edit {
    pub(super) fn paste(&mut self, text: &Secret, ctx: &Ctx) -> Vec<Step> {
        if !self.is_free() {
            return busy();
        }
        let Ok(document) = document(ctx) else { return Vec::new() };
        let prose = matches!(self.form.focused(), Some(Control::Lines(_)));
        let kind = sheet::kind(self.sheet.owner);
        let sorted = paste::sort(text.expose(), kind).filter(|sorted| !prose || sorted.has_fields());
        let mut news = News::default();
        let mut steps = Vec::new();
        match sorted {
            Some(sorted) => self.place(sorted, &mut news),
            None => steps = self.paste_one(text.expose(), &mut news),
        }
        self.find_app(document, &mut news);
        self.fill_user_id(&mut news);
        self.said = news.note();
        self.seal = Seal::Behind;
        steps.extend(self.sealed());
        steps
    }

    /// Puts sorted values where they belong and says so.
    fn place(&mut self, sorted: Sorted, news: &mut News) {
        let mut went = Vec::new();
        for (about, value) in sorted.put {
            let Some(row) = self.sheet.row(about) else { continue };
            let label = self.sheet.rows.get(row).map_or("", |spec| spec.label);
            let held = self.form.control(row).map(Control::text).unwrap_or_default();
            // A plain text that is there already was typed by a person.
            if matches!(about, About::Plain(_)) && !held.is_empty() {
                continue;
            }
            let again = !held.is_empty() && held != value.expose();
            self.put(row, value.expose());
            went.push(if again { format!("{label} (again)") } else { label.to_owned() });
        }
        if !went.is_empty() {
            news.good(format!("pasted into {}", went.join(", ")));
        }
        if sheet::kind(self.sheet.owner) == OwnerKind::Profile {
            sorted.other.into_iter().for_each(|(field, value)| self.carry(field, value));
        } else if !sorted.other.is_empty() {
            let labels: Vec<&str> = sorted.other.iter().map(|(field, _)| field.row().label).collect();
            news.warn(format!("not taken, since a profile holds them: {}", labels.join(", ")));
        }
        if !sorted.twice.is_empty() {
            let text = "more than one account was in there: the first one counts, importing (i) takes all";
            news.warn(text.to_owned());
        }
    }

    /// One value goes where the focus is, unless it would stand there in plain.
    fn paste_one(&mut self, text: &str, news: &mut News) -> Vec<Step> {
        let value = trimmed(text);
        let here = self.form.at();
        let masked = matches!(self.form.focused(), Some(Control::Secret(_)));
        if let (false, shapes @ [_, ..]) = (masked, recognise(value).as_slice()) {
            self.divert(value, shapes, news);
            return Vec::new();
        }
        let outcome = match self.form.control_mut(here) {
            Some(Control::Secret(_)) if value.is_empty() => {
                return vec![Step::Say(Notice::plain("there was nothing in what was pasted"))];
            }
            Some(Control::Secret(_)) => self.put(here, value),
            // Words of two lines must not grow together.
            Some(Control::Line(input)) => input.paste(&text.trim_end().replace('\n', " ")),
            Some(Control::Lines(lines)) => lines.paste(text),
            _ => return vec![Step::Say(Notice::plain("nothing can be pasted into this row"))],
        };
        outcome.sentence().map(|text| Step::Say(Notice::warn(text))).into_iter().collect()
    }

    /// A credential never stands in a row that shows what it holds.
    fn divert(&mut self, value: &str, shapes: &[Field], news: &mut News) {
        let rows: Vec<(usize, Field)> =
            shapes.iter().filter_map(|field| Some((self.sheet.field_row(*field)?, *field))).collect();
        let empty = rows.iter().find(|(row, _)| !self.sheet.touched(&self.form, *row));
        let Some(first) = shapes.first() else { return };
        if let Some((row, field)) = empty.or_else(|| rows.first()).copied() {
            self.put(row, value);
            self.form.focus(row);
            news.good(format!("this looks like {}: it went to {}", field.row().phrase, field.row().label));
        } else if sheet::kind(self.sheet.owner) == OwnerKind::Profile {
            self.carry(*first, Secret::new(value));
            news.good(format!("this looks like {}, which the app holds", first.row().phrase));
        } else {
            news.warn(format!("this looks like {}, which a profile holds: not taken", first.row().phrase));
        }
    }

    /// If an app holds the pasted values already, the profile is used through it; what is left waits for its app.
    fn find_app(&mut self, document: &Document, news: &mut News) {
        let (Some(row), false) = (self.app_row(), self.carried.is_empty()) else { return };
        let holds = |(field, value): &(Field, Secret), id: AppId| {
            document.held(id.into()).and_then(|held| held.secret(*field)) == Some(value)
        };
        let chosen = self.app();
        let mut apps = document.apps();
        let found = apps.find(|app| {
            chosen.is_none_or(|id| id == app.id) && self.carried.iter().any(|value| holds(value, app.id))
        });
        if let Some(app) = found {
            self.carried.retain(|value| !holds(value, app.id));
            let name = visible_within(app.name.as_str(), 32);
            if chosen.is_none() {
                self.put(row, &app.id.to_string());
                news.good(format!("used through {name}, which holds this key already"));
            } else {
                news.good(format!("{name} holds this already"));
            }
            self.show_app(document);
        }
        if !self.carried.is_empty() {
            news.warn(format!("kept for the app: {}", self.carried_labels()));
        }
    }

    pub(super) fn carried_labels(&self) -> String {
        self.carried.iter().map(|(field, _)| field.row().label).collect::<Vec<_>>().join(", ")
    }

    /// An access token says whose it is.
    fn fill_user_id(&mut self, news: &mut News) {
        let (Some(row), Some(token)) =
            (self.sheet.row(About::Plain(Plain::UserId)), self.sheet.field_row(Field::AccessToken))
        else {
            return;
        };
        let empty = self.form.control(row).is_some_and(|control| control.text().is_empty());
        let token = self.form.control(token).map(Control::text).unwrap_or_default();
        if !empty || !recognise(trimmed(&token)).contains(&Field::AccessToken) {
            return;
        }
        if let Some(id) = UserId::of_access_token(trimmed(&token)) {
            self.put(row, id.as_str());
            news.good(format!("the token says it is of account {id}"));
        }
    }
}
