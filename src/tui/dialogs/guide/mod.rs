//! From nothing to a bot that X knows: X's developer console, walked through step by step.
//!
//! The steps are data ([`console::way`]); this shows them one after the other, hands out what is typed in there, takes
//! what X shows, and ends in one save and one check. X shows a new value once, so what is pasted is sealed at once and
//! the walk is back where it was after a lock, a crash or a quit; the vault itself is written on the last page, or
//! before a login, which needs the bot to be there.
//!
//! | file | what |
//! |---|---|
//! | `bot` | the first page: what there is to know about the bot |
//! | `got` | what was pasted, sorted |
//! | `memo` | the walk as a draft and back |
//! | `ending` | what is saved and asked at the end |
//! | `keys` | the table of keys |
//! | `doing` | what the keys do, and what is heard |
//! | `pages`, `qr` | the pictures |

mod bot;
mod doing;
mod ending;
mod got;
mod keys;
mod memo;
mod pages;
mod qr;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::bot::Bot;
use self::got::{Got, Wanted};
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::id::{AppId, ProfileId};
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::ops::authorize::CALLBACK;
use crate::ops::console::{self, ForApp, Step as Leg, filled};
use crate::tui::ctx::Ctx;
use crate::tui::effect::Draft;
use crate::tui::keys::{Binding, Key, Ready};
use crate::tui::message::{Mouse, Ticket};
use crate::tui::screen::{Heard, Screen, State, Step};
use crate::tui::widgets::input::{Input, Look};

/// The walk.
#[derive(Debug)]
pub struct Guide {
    app: AppId,
    profile: ProfileId,
    for_app: ForApp,
    bot: Bot,
    page: Page,
    got: Got,
    /// The words of the steps that were skipped, [`PROOF`] among them.
    skipped: BTreeSet<&'static str>,
    /// What is typed on the page.
    input: Input,
    over: Over,
    /// The suggestion that is copied next.
    next_copy: usize,
    /// The way to end under the cursor.
    at: usize,
    scroll: usize,
    waiting: Waiting,
    seal: Seal,
}

/// What is on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    /// About the bot.
    Bot,
    /// The step of this number, of those that are on the way.
    Step(usize),
    /// What is saved and asked.
    Finish,
    /// What came of it.
    Done,
}

/// What lies over a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    Nothing,
    /// The address alone, as a code for a phone.
    Phone(Code),
    /// Whether to throw everything away, and the answer under the cursor.
    Discard(Answer),
}

/// How a code is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    /// As the theme has it.
    Plain,
    /// With dark and light turned round: a theme without colours does not know which of them the terminal's are.
    Turned,
}

/// An answer to the question whether to throw everything away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Keep,
    Discard,
}

/// What is waited for, and what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waiting {
    Nothing,
    /// A job was asked for and has no ticket yet.
    Asked(After),
    For(Ticket, After),
}

/// What follows the job that is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// It was a save: the bot logs in.
    Login,
    /// It was a save: X is asked.
    Check,
    /// It was a save, and that is all.
    End,
    /// It was a check.
    Checked,
    /// It was a copy.
    Copy,
}

/// Whether a draft is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seal {
    /// Nothing was done that is worth it.
    None,
    Kept,
    /// It is saved, or thrown away.
    Over,
}

/// The word of a step before the walk: the passphrase of a new vault, typed again.
const PROOF: &str = "proof";

/// Why no walk begins while the vault is locked.
const LOCKED: &str = "the vault is locked";
/// Why no walk begins on a vault whose writer is not trusted.
const UNTRUSTED: &str = "this vault's writer is not trusted: it can only be looked at";
/// Why there is no walk.
const GONE: &str = "the app is not in this vault any more";

impl Guide {
    /// A walk to a new bot of `app`, or of an app that has yet to be made. One that was left is taken up again.
    ///
    /// # Errors
    /// Why it does not begin.
    pub fn open(ctx: &Ctx, app: Option<AppId>) -> Result<Box<dyn Screen>, &'static str> {
        let document = document(ctx)?;
        if app.is_some_and(|id| document.app(id).is_none_or(|app| app.deleted_at.is_some())) {
            return Err(GONE);
        }
        if let Some(draft) = ctx.shelf.iter().find(|draft| memo::is_of(draft, app)) {
            return Self::restore(ctx, draft);
        }
        Ok(Box::new(Self::fresh(ctx, app)))
    }

    /// A walk to the first app of a vault whose passphrase is not known to be known: that is left for later.
    ///
    /// # Errors
    /// Why it does not begin.
    pub fn open_unproved(ctx: &Ctx) -> Result<Box<dyn Screen>, &'static str> {
        document(ctx)?;
        let mut guide = Self::fresh(ctx, None);
        guide.skipped.insert(PROOF);
        Ok(Box::new(guide))
    }

    fn fresh(ctx: &Ctx, app: Option<AppId>) -> Self {
        let [first, second, ..] = ctx.fresh.id(2);
        let profile = ProfileId::from_random(ctx.fresh.id(1));
        let random = u16::from_be_bytes([first, second]);
        match app {
            Some(id) => Self::new(ForApp::Known, id, profile, random),
            None => Self::new(ForApp::New, AppId::from_random(ctx.fresh.id(0)), profile, random),
        }
    }

    /// The walk that `draft` was made of.
    ///
    /// # Errors
    /// Why it does not go on.
    pub fn restore(ctx: &Ctx, draft: &Draft) -> Result<Box<dyn Screen>, &'static str> {
        document(ctx)?;
        let guide = memo::read(draft).ok_or("this draft is of no walk through the console")?;
        Ok(Box::new(guide))
    }

    /// True for the screens that take a draft like this one.
    pub fn wrote(draft: &Draft) -> bool {
        memo::is_ours(draft)
    }

    fn new(for_app: ForApp, app: AppId, profile: ProfileId, random: u16) -> Self {
        Self {
            app,
            profile,
            for_app,
            bot: Bot::new(for_app, random),
            page: Page::Bot,
            got: Got::default(),
            skipped: BTreeSet::new(),
            input: Input::new(Look::Masked),
            over: Over::Nothing,
            next_copy: 0,
            at: 0,
            scroll: 0,
            waiting: Waiting::Nothing,
            seal: Seal::None,
        }
    }

    /// The steps on the way.
    fn way(&self) -> Vec<&'static Leg> {
        console::way(self.for_app, self.bot.account()).collect()
    }

    /// The step on screen.
    fn step(&self) -> Option<&'static Leg> {
        match self.page {
            Page::Step(number) => self.way().get(number).copied(),
            _ => None,
        }
    }

    /// The step on screen that is done in the console.
    fn console(&self) -> Result<(&'static Leg, &'static str), &'static str> {
        let step = self.step().ok_or("this page needs no console")?;
        let url = step.url.as_deref().ok_or("this step is a login: Enter begins it")?;
        Ok((step, url))
    }

    /// The fields of the step on screen.
    fn here(&self) -> Vec<Field> {
        self.step().map(Leg::paste).unwrap_or_default()
    }

    /// The fields of the other steps on the way, each with its step.
    fn elsewhere(&self) -> Vec<(Field, &'static str)> {
        let here = self.step().map(|step| &step.word);
        let others = self.way().into_iter().filter(|step| Some(&step.word) != here);
        others.flat_map(|step| step.paste().into_iter().map(|field| (field, step.title.as_str()))).collect()
    }

    /// What goes into the gaps of the texts.
    fn gaps(&self, ctx: &Ctx) -> Vec<(&'static str, String)> {
        let (level, because) = self.bot.level();
        let needs: Vec<&str> = self.bot.needs().iter().map(|need| need.row().label).collect();
        let handle = self.bot.handle();
        let shown = |name: String| visible_within(&name, 64);
        vec![
            ("app", shown(self.app_name(ctx))),
            ("bot", shown(self.bot_name())),
            ("handle", handle.as_ref().map_or_else(|| "the bot's account".to_owned(), ToString::to_string)),
            ("needs", if needs.is_empty() { "read posts".to_owned() } else { needs.join(", ") }),
            ("level", level.label().to_owned()),
            ("because", because.to_owned()),
            ("callback", CALLBACK.to_owned()),
            (
                "website",
                handle.map_or("https://x.com".to_owned(), |name| format!("https://x.com/{}", name.as_str())),
            ),
        ]
    }

    /// A text of the step, its gaps filled.
    fn fill(&self, text: &str, ctx: &Ctx) -> String {
        filled(text, &self.gaps(ctx))
    }

    fn bot_name(&self) -> String {
        self.bot.name().map_or_else(|| "NAME".to_owned(), |name| name.to_string())
    }

    /// What the app is called in the vault, or will be.
    fn app_name(&self, ctx: &Ctx) -> String {
        let stored =
            document(ctx).ok().and_then(|document| document.app(self.app)).map(|app| app.name.clone());
        let name = stored.or_else(|| self.bot.called());
        name.map_or_else(|| "APP".to_owned(), |name| name.to_string())
    }

    fn is_busy(&self) -> bool {
        matches!(self.waiting, Waiting::Asked(after) | Waiting::For(_, after) if after != After::Copy)
    }

    fn is_free(&self) -> Ready {
        if self.is_busy() { Err("one moment: it is being done") } else { Ok(()) }
    }

    /// True while what is typed is text.
    fn takes_text(&self) -> bool {
        match self.page {
            _ if self.over != Over::Nothing => false,
            Page::Bot => true,
            Page::Step(_) => !self.here().is_empty(),
            Page::Finish | Page::Done => false,
        }
    }
}

/// The vault, if it is one that can be written.
fn document(ctx: &Ctx) -> Result<&Document, &'static str> {
    let snapshot = ctx.snapshot.as_ref().ok_or(LOCKED)?;
    if snapshot.vault.trusted { Ok(&snapshot.document) } else { Err(UNTRUSTED) }
}

impl State for Guide {
    const NAME: &'static str = "guide";
    const KEYS: &'static [Binding<Self>] = keys::KEYS;

    fn types(&self) -> bool {
        self.takes_text()
    }

    fn typed(&mut self, key: Key, ctx: &Ctx) -> Option<Vec<Step>> {
        self.type_key(key, ctx)
    }

    fn pasted(&mut self, text: &Secret, ctx: &Ctx) -> Vec<Step> {
        self.paste(text, ctx)
    }

    fn heard(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step> {
        self.hear(heard, ctx)
    }

    fn pointed(&mut self, mouse: Mouse, area: Rect, ctx: &Ctx) -> Vec<Step> {
        self.point(mouse, area, ctx)
    }

    fn draft(&self) -> Option<Draft> {
        (self.seal == Seal::Kept && self.page != Page::Done).then(|| memo::write(self))
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        pages::view(self, ctx, frame, area);
    }
}

/// What a paste on this page is held against.
fn wanted<'a>(
    here: &'a [Field],
    elsewhere: &'a [(Field, &'static str)],
    document: &'a Document,
) -> Wanted<'a> {
    Wanted { here, elsewhere, document }
}
