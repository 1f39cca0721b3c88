//! The form for an app or a profile, stored or new, and for a form that was not saved.
//!
//! `rows` is the table of what can be typed; `sheet` holds the form against the vault (which edits save it, what
//! clashes); `paste` sorts what is pasted and `pasting` puts it
//! there; `memo` makes a draft of it and back; `asides` says what there is to say
//! of each row; `doing` is what the keys do. Nothing typed is ever lost: not to a lock, not to another process's
//! save, not to Esc.

mod apps;
mod asides;
mod doing;
mod keys;
mod leave;
mod memo;
mod paste;
mod pasting;
mod rows;
mod sheet;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use self::rows::{About, Plain};
use self::sheet::{Born, Sheet};
use crate::domain::app::App;
use crate::domain::document::Document;
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::id::{AppId, Owner, ProfileId};
use crate::domain::names::Name;
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::domain::text::{fit, visible_within};
use crate::tui::ctx::Ctx;
use crate::tui::effect::Draft;
use crate::tui::keys::{Binding, Key};
use crate::tui::message::{Mouse, MouseAct, Ticket};
use crate::tui::screen::{Heard, Screen, State, Step, Told};
use crate::tui::widgets::boxed;
use crate::tui::widgets::form::{Control, Form, Note};

pub use self::apps::Apps;
pub use self::leave::Leave;

/// The form.
#[derive(Debug)]
pub struct Edit {
    sheet: Sheet,
    form: Form,
    /// An app's values that were pasted into a profile's form: they wait for the app's own.
    carried: Vec<(Field, Secret)>,
    /// What the last paste or save did.
    said: Option<Note>,
    waiting: Waiting,
    tried: Tried,
    seal: Seal,
}

/// Whether a save is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waiting {
    /// None is.
    No,
    /// One was asked for.
    Asked,
    /// With this ticket.
    For(Ticket),
    /// It was refused: what others made of the vault is being fetched.
    Theirs,
}

/// Whether saving was tried: from then on every row says what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tried {
    NotYet,
    Once,
}

/// How the sealed draft stands to what is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seal {
    /// There is none.
    None,
    /// It is behind.
    Behind,
    /// It is what is typed.
    Fresh,
    /// Nothing is to be kept any more: saved, or thrown away.
    Over,
}

/// Why no form opens while the vault is locked.
const LOCKED: &str = "the vault is locked";
/// Why no form opens on a vault whose writer is not trusted.
const UNTRUSTED: &str = "this vault's writer is not trusted: it can only be looked at";
/// Why there is no form.
const GONE: &str = "it is not in this vault any more";

impl Edit {
    /// The form for what is stored.
    ///
    /// # Errors
    /// Why it does not open.
    pub fn open(ctx: &Ctx, owner: Owner) -> Result<Box<dyn Screen>, &'static str> {
        let document = document(ctx)?;
        if let Some(draft) = ctx.shelf.iter().find(|draft| memo::owner(draft) == Some(owner)) {
            return Self::restore(ctx, draft);
        }
        let sheet = Sheet::stored(document, owner).ok_or(GONE)?;
        Ok(Box::new(Self::of(ctx, sheet)))
    }

    /// The form for a new app or profile; a profile is used through `app`, if given.
    ///
    /// # Errors
    /// Why it does not open.
    pub fn open_new(ctx: &Ctx, kind: OwnerKind, app: Option<AppId>) -> Result<Box<dyn Screen>, &'static str> {
        let document = document(ctx)?;
        let new = |draft: &&Draft| {
            memo::owner(draft)
                .is_some_and(|owner| sheet::kind(owner) == kind && document.name_of(owner).is_none())
        };
        if let Some(draft) = ctx.shelf.iter().find(new) {
            return Self::restore(ctx, draft);
        }
        // Replaced before it is saved: a document holds nothing without a name.
        let name = Name::parse("new").map_err(|_error| GONE)?;
        let (id, now) = (ctx.fresh.id(0), ctx.moment.now);
        let sheet = match kind {
            OwnerKind::App => {
                let mut app = App::new(AppId::from_random(id), name, now);
                app.rotation_days = ctx.settings.rotation_days;
                Sheet::new_app(document, app)
            }
            OwnerKind::Profile => {
                let mut profile = Profile::new(ProfileId::from_random(id), name, now);
                profile.app = app;
                Sheet::new_profile(document, profile)
            }
        };
        Ok(Box::new(Self::of(ctx, sheet)))
    }

    /// The form that `draft` was made of.
    ///
    /// # Errors
    /// Why it does not open, also where the draft is another screen's.
    pub fn restore(ctx: &Ctx, draft: &Draft) -> Result<Box<dyn Screen>, &'static str> {
        let document = document(ctx)?;
        let read = memo::read(draft, document, ctx.moment.now).ok_or("this draft is of no form")?;
        let mut edit = Self::of(ctx, read.sheet);
        edit.form = read.form;
        edit.carried = read.carried;
        edit.seal = Seal::Fresh;
        edit.show_app(document);
        Ok(Box::new(edit))
    }

    fn of(ctx: &Ctx, sheet: Sheet) -> Self {
        let form = sheet.form();
        let mut edit = Self {
            sheet,
            form,
            carried: Vec::new(),
            said: None,
            waiting: Waiting::No,
            tried: Tried::NotYet,
            seal: Seal::None,
        };
        if let Ok(document) = document(ctx) {
            edit.show_app(document);
        }
        edit
    }

    /// True for the screens that take a draft like this one.
    pub fn wrote(draft: &Draft) -> bool {
        memo::owner(draft).is_some()
    }

    fn changed(&self) -> bool {
        self.sheet.changed(&self.form) || !self.carried.is_empty()
    }

    fn about(&self) -> Option<About> {
        self.sheet.rows.get(self.form.at()).map(|spec| spec.about)
    }

    /// The field of the row with the focus.
    fn field(&self) -> Option<Field> {
        match self.about()? {
            About::Field(field) => Some(field),
            _ => None,
        }
    }

    fn app_row(&self) -> Option<usize> {
        self.sheet.row(About::Plain(Plain::App))
    }

    /// The app that the form names.
    fn app(&self) -> Option<AppId> {
        AppId::parse(&self.form.control(self.app_row()?)?.text())
    }

    /// Shows the app that is chosen by its name.
    fn show_app(&mut self, document: &Document) {
        let shown = match self.app() {
            None => "none yet".to_owned(),
            Some(id) => match document.app(id).filter(|app| app.deleted_at.is_none()) {
                Some(app) => visible_within(app.name.as_str(), 64),
                None => "an app that is not in this vault any more".to_owned(),
            },
        };
        let row = self.app_row();
        if let Some(Control::Pick(pick)) = row.and_then(|row| self.form.control_mut(row)) {
            pick.shown = shown;
        }
    }

    fn title(&self) -> String {
        let word = match sheet::kind(self.sheet.owner) {
            OwnerKind::App => "app",
            OwnerKind::Profile => "profile",
        };
        match (self.sheet.born, self.sheet.name(&self.form)) {
            (Born::New, _) => format!("New {word}"),
            (_, Some(name)) => format!("Edit {word} {}", visible_within(name.as_str(), 32)),
            (_, None) => format!("Edit {word}"),
        }
    }
}

/// The vault, if it is one that can be written.
fn document(ctx: &Ctx) -> Result<&Document, &'static str> {
    let snapshot = ctx.snapshot.as_ref().ok_or(LOCKED)?;
    if snapshot.vault.trusted { Ok(&snapshot.document) } else { Err(UNTRUSTED) }
}

/// Where things are.
struct Places {
    whole: Rect,
    rows: Rect,
    foot: Rect,
}

fn places(area: Rect) -> Places {
    let whole = boxed::middle(area, area.width.min(96), area.height);
    let bordered = area.height >= boxed::ROWS_FOR_BORDERS - 2;
    let inside = if bordered { boxed::inside(whole) } else { whole };
    // What is said stands apart where there is room.
    let foot = match inside.height {
        0..=3 => 0,
        4..=9 => 1,
        10..=19 => 2,
        _ => 3,
    };
    let rows = Rect { height: inside.height - foot, ..inside };
    Places { whole, rows, foot: boxed::below(inside, inside.height - foot) }
}

impl State for Edit {
    const NAME: &'static str = "form";
    const KEYS: &'static [Binding<Self>] = keys::KEYS;

    fn types(&self) -> bool {
        true
    }

    fn typed(&mut self, key: Key, ctx: &Ctx) -> Option<Vec<Step>> {
        self.type_key(key, ctx)
    }

    fn pasted(&mut self, text: &Secret, ctx: &Ctx) -> Vec<Step> {
        self.paste(text, ctx)
    }

    fn told(&mut self, word: Told, ctx: &Ctx) -> Vec<Step> {
        self.hear_word(&word, ctx)
    }

    fn heard(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step> {
        self.hear(heard, ctx)
    }

    fn pointed(&mut self, mouse: Mouse, area: Rect, ctx: &Ctx) -> Vec<Step> {
        let places = places(area);
        match mouse.act {
            MouseAct::WheelDown => self.go(Form::next, ctx),
            MouseAct::WheelUp => self.go(Form::back, ctx),
            MouseAct::Click if places.rows.contains(mouse.at) => self.click(mouse, places.rows, ctx),
            MouseAct::Click => Vec::new(),
        }
    }

    fn draft(&self) -> Option<Draft> {
        (self.seal != Seal::Over && self.changed())
            .then(|| memo::write(&self.sheet, &self.form, &self.carried))
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let theme = &ctx.theme;
        let places = places(area);
        if places.rows.width < places.whole.width {
            frame.render_widget(boxed::block(theme, self.title(), theme.focus), places.whole);
        }
        self.form.view(theme, frame, places.rows, &self.asides(ctx));
        let mut foot = self.foot(ctx, places.foot.width.into());
        if foot.len() > places.foot.height.into() {
            foot.truncate(places.foot.height.into());
            // It is said that there is more.
            if let Some((last, _)) = foot.last_mut() {
                last.push_str(" …");
                *last = fit(last, places.foot.width.into());
            }
        }
        let skip = places.foot.height.saturating_sub(u16::try_from(foot.len()).unwrap_or(u16::MAX));
        for (y, (text, style)) in (skip..places.foot.height).zip(foot) {
            let line = Line::styled(fit(&text, places.foot.width.into()), style);
            frame.render_widget(line, boxed::row(places.foot, y));
        }
    }
}
