//! What the keys, a paste, the mouse and the news do to the form.

use ratatui::layout::Rect;

use super::apps::{Apps, NO_APP};
use super::leave::{DISCARD, KEEP, Leave};
use super::sheet::{self, Born};
use super::{Edit, Seal, Tried, Waiting, document, memo, places};
use crate::domain::fields::{Field, OwnerKind, trimmed};
use crate::domain::id::{AppId, Owner};
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::tui::ctx::Ctx;
use crate::tui::effect::{Job, SecretRef, Undo};
use crate::tui::keys::Key;
use crate::tui::message::{Mouse, NotSaved, Reply};
use crate::tui::notice::{Notice, Tone};
use crate::tui::screen::{Door, Heard, Step, Told};
use crate::tui::view;
use crate::tui::widgets::form::{Control, Form, Note};
use crate::tui::widgets::input::Pasted;

/// What a key gets while the form is being saved.
pub(super) fn busy() -> Vec<Step> {
    vec![Step::Say(Notice::plain("one moment: it is being saved"))]
}

impl Edit {
    pub(super) fn type_key(&mut self, key: Key, ctx: &Ctx) -> Option<Vec<Step>> {
        if !self.is_free() {
            return key.is_text().then(busy);
        }
        let width = view::areas(ctx).map_or(0, |areas| places(areas.body).rows.width);
        if !self.form.key(key, width) {
            return key.is_text().then(Vec::new);
        }
        self.written();
        Some(Vec::new())
    }

    /// False while the form is being saved.
    pub(super) fn is_free(&self) -> bool {
        matches!(self.waiting, Waiting::No | Waiting::Theirs)
    }

    /// Notes that something was typed.
    fn written(&mut self) {
        // Who types on must not be taken to another row.
        self.waiting = Waiting::No;
        self.said = None;
        self.seal = Seal::Behind;
    }

    /// Moves the focus; what was typed is sealed by the way.
    pub(super) fn go(&mut self, there: impl FnOnce(&mut Form), ctx: &Ctx) -> Vec<Step> {
        there(&mut self.form);
        self.said = None;
        let mut steps = self.sealed();
        if ctx.reveal.is_some() {
            steps.push(Step::Hide);
        }
        steps
    }

    pub(super) fn sealed(&mut self) -> Vec<Step> {
        if self.seal != Seal::Behind {
            return Vec::new();
        }
        self.seal = Seal::Fresh;
        vec![Step::Keep]
    }

    /// An arrow moves inside a row that has room for it, else to another row.
    pub(super) fn arrow(&mut self, key: Key, there: impl FnOnce(&mut Form), ctx: &Ctx) -> Vec<Step> {
        let width = view::areas(ctx).map_or(0, |areas| places(areas.body).rows.width);
        let inside = matches!(self.form.focused(), Some(Control::Lines(_) | Control::Toggles(_)));
        if inside && self.form.key(key, width) {
            return Vec::new();
        }
        self.go(there, ctx)
    }

    pub(super) fn enter(&mut self, ctx: &Ctx) -> Vec<Step> {
        match self.form.focused() {
            Some(Control::Lines(_)) => self.type_key(Key::Enter, ctx).unwrap_or_default(),
            Some(Control::Pick(_)) => self.choose_app(ctx),
            Some(Control::Button(_)) => self.save(ctx),
            _ => self.go(Form::next, ctx),
        }
    }

    fn choose_app(&self, ctx: &Ctx) -> Vec<Step> {
        let mut apps = Apps::new(ctx, self.app());
        if self.carried.is_empty() {
            apps.offer_new(Door::New { kind: OwnerKind::App, app: None }, "");
        } else {
            let labels = self.carried_labels();
            // A form with the pasted values typed in already.
            let door = |id: AppId| Door::Draft(memo::app_with(id, &self.carried));
            if let Some(id) = self.app() {
                apps.offer_form(id, door(id), &labels);
            }
            let new = AppId::from_random(ctx.fresh.id(0));
            apps.offer_new(door(new), &format!("with the pasted {labels}"));
        }
        vec![Step::Push(Box::new(apps.ready()))]
    }

    pub(super) fn click(&mut self, mouse: Mouse, rows: Rect, ctx: &Ctx) -> Vec<Step> {
        if !self.is_free() {
            return busy();
        }
        let was = self.form.at();
        let asides = self.asides(ctx);
        let before = self.draft_size();
        let Some(hit) = self.form.click(&ctx.theme, mouse.at, rows, &asides) else { return Vec::new() };
        if hit.button {
            return self.save(ctx);
        }
        if before != self.draft_size() {
            self.written();
        }
        if hit.row == was && Some(hit.row) == self.app_row() {
            return self.choose_app(ctx);
        }
        if hit.row == was { Vec::new() } else { self.go(|_| {}, ctx) }
    }

    /// What tells whether a click changed something.
    fn draft_size(&self) -> Vec<String> {
        (0..self.form.len()).filter_map(|row| self.form.control(row)).map(Control::text).collect()
    }

    pub(super) fn reveal(&self, ctx: &Ctx) -> Vec<Step> {
        let Some(field) = self.field() else { return Vec::new() };
        let what = SecretRef { owner: self.sheet.owner, field };
        let shown = ctx.reveal.is_some_and(|reveal| reveal.what == what);
        vec![if shown { Step::Hide } else { Step::Reveal(what) }]
    }

    pub(super) fn clear(&mut self) -> Vec<Step> {
        if Some(self.form.at()) == self.app_row() {
            self.carried.clear();
        } else if let Some(Control::Secret(line)) = self.form.control_mut(self.form.at()) {
            line.clear();
        }
        self.written();
        Vec::new()
    }

    pub(super) fn clashes_here(&self) -> bool {
        self.sheet.clashes.contains(&self.form.at())
    }

    pub(super) fn keep_mine(&mut self, ctx: &Ctx) -> Vec<Step> {
        if let Ok(document) = document(ctx) {
            let row = self.form.at();
            self.sheet.keep_mine(&mut self.form, row, document);
            self.show_app(document);
        }
        self.written();
        Vec::new()
    }

    pub(super) fn take_theirs(&mut self, ctx: &Ctx) -> Vec<Step> {
        if let Ok(document) = document(ctx) {
            let row = self.form.at();
            self.sheet.take_theirs(&mut self.form, row, document);
            self.show_app(document);
        }
        self.written();
        Vec::new()
    }

    /// Moves a value to the row it looks like; what was typed there comes here instead.
    pub(super) fn move_value(&mut self, ctx: &Ctx) -> Vec<Step> {
        let (Some(other), Some(control)) = (self.target(), self.form.focused()) else { return Vec::new() };
        let value = control.text();
        let here = self.form.at();
        if let Some(row) = self.sheet.field_row(other) {
            let there = self.form.control(row).map(Control::text).unwrap_or_default();
            self.put(here, &there);
            self.put(row, &value);
            self.form.focus(row);
        } else {
            self.put(here, "");
            self.carry(other, Secret::new(trimmed(&value)));
        }
        self.written();
        let mut steps = self.sealed();
        if ctx.reveal.is_some() {
            steps.push(Step::Hide);
        }
        steps
    }

    /// Puts `text` in place of what row `number` says.
    pub(super) fn put(&mut self, number: usize, text: &str) -> Pasted {
        match self.form.control_mut(number) {
            Some(Control::Secret(line)) => {
                line.put("");
                line.input.paste(text)
            }
            Some(control) => {
                control.set_text(text);
                Pasted::Clean
            }
            None => Pasted::Clean,
        }
    }

    pub(super) fn carry(&mut self, field: Field, value: Secret) {
        self.carried.retain(|(other, _)| *other != field);
        self.carried.push((field, value));
    }

    pub(super) fn save(&mut self, ctx: &Ctx) -> Vec<Step> {
        let document = match document(ctx) {
            Ok(document) => document,
            Err(why) => return vec![Step::Say(Notice::warn(why))],
        };
        self.tried = Tried::Once;
        let troubles = (0..self.form.len()).find_map(|row| Some((row, self.trouble(row, document)?)));
        if let Some((row, trouble)) = troubles {
            self.form.focus(row);
            return vec![Step::Say(Notice::warn(format!("not saved: {trouble}")))];
        }
        if let Some(row) = self.sheet.clashes.first() {
            self.form.focus(*row);
            let text = "not saved: someone else changed this row as well, and only you can decide";
            return vec![Step::Say(Notice::warn(text))];
        }
        if !self.carried.is_empty() {
            self.form.focus(self.app_row().unwrap_or_default());
            let text = "not saved: choose or make the app for what was pasted, or drop it there";
            return vec![Step::Say(Notice::warn(text))];
        }
        let edits = self.sheet.edits(&self.form, ctx.moment.now);
        if edits.is_empty() {
            self.seal = Seal::Over;
            return vec![Step::Close, Step::Keep, Step::Say(Notice::plain("nothing was changed"))];
        }
        self.waiting = Waiting::Asked;
        vec![Step::Start(Job::Save { edits, what: self.what(), undo: Undo::Offer })]
    }

    /// What a person calls the save.
    fn what(&self) -> String {
        let name = self.sheet.name(&self.form);
        let name = name.map(|name| visible_within(name.as_str(), 40)).unwrap_or_default();
        match (self.sheet.born, sheet::kind(self.sheet.owner)) {
            (Born::New, OwnerKind::App) => format!("new app “{name}”"),
            (Born::New, OwnerKind::Profile) => format!("new profile “{name}”"),
            (Born::Stored, _) => format!("edit “{name}”"),
            (Born::Gone, _) => format!("bring back “{name}”"),
        }
    }

    pub(super) fn leave(&mut self) -> Vec<Step> {
        if self.changed() {
            return vec![Step::Push(Box::new(Leave::default()))];
        }
        let sealed = self.seal != Seal::None;
        self.seal = Seal::Over;
        [Step::Close].into_iter().chain(sealed.then_some(Step::Keep)).collect()
    }

    pub(super) fn hear_word(&mut self, word: &Told, ctx: &Ctx) -> Vec<Step> {
        match word {
            Told::Chosen(KEEP) => {
                let text = "kept as a draft: it is back when this form is opened again";
                vec![Step::Shelve, Step::Say(Notice::good(text))]
            }
            Told::Chosen(DISCARD) => {
                self.seal = Seal::Over;
                vec![Step::Close, Step::Keep]
            }
            Told::Chosen(NO_APP) => self.use_app(None, ctx),
            Told::Show(Owner::App(id)) => self.use_app(Some(*id), ctx),
            _ => Vec::new(),
        }
    }

    /// Takes the app that was chosen or made.
    fn use_app(&mut self, app: Option<AppId>, ctx: &Ctx) -> Vec<Step> {
        let (Some(row), Ok(document)) = (self.app_row(), document(ctx)) else { return Vec::new() };
        self.put(row, &app.map(|id| id.to_string()).unwrap_or_default());
        self.written();
        let held = app.and_then(|id| document.held(id.into()));
        self.carried.retain(|(field, value)| held.and_then(|held| held.secret(*field)) != Some(value));
        self.show_app(document);
        self.sealed()
    }

    pub(super) fn hear(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step> {
        match heard {
            Heard::Started(ticket) if self.waiting == Waiting::Asked => {
                self.waiting = Waiting::For(*ticket);
                Vec::new()
            }
            Heard::Reply(ticket, reply) if self.waiting == Waiting::For(*ticket) => self.answered(reply),
            Heard::Changed => {
                if let Ok(document) = document(ctx) {
                    self.sheet.refresh(&mut self.form, document);
                    self.show_app(document);
                    if self.waiting == Waiting::Theirs {
                        self.waiting = Waiting::No;
                        self.form.focus(self.sheet.clashes.first().copied().unwrap_or(self.form.at()));
                    }
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn answered(&mut self, reply: &Reply) -> Vec<Step> {
        self.waiting = Waiting::No;
        match reply {
            Reply::Saved(Ok(_)) => {
                self.seal = Seal::Over;
                vec![Step::Close, Step::Keep, Step::Tell(Told::Show(self.sheet.owner))]
            }
            Reply::Saved(Err(NotSaved { conflicts, .. })) if !conflicts.is_empty() => {
                let text = "not saved: someone else changed the same meanwhile; the rows say what";
                self.said = Some(Note::new(Tone::Warn, text));
                self.seal = Seal::Behind;
                self.waiting = Waiting::Theirs;
                let mut steps = self.sealed();
                steps.push(Step::Start(Job::Reload));
                steps
            }
            _ => {
                self.seal = Seal::Behind;
                self.sealed()
            }
        }
    }
}
