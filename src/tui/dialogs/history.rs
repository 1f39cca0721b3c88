//! Replaced values of an app or a profile, the newest first: a record of what was, never a way back.

mod view;

#[cfg(test)]
mod tests;

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::credential::{Held, Retired};
use crate::domain::document::Document;
use crate::domain::id::Owner;
use crate::ops::history;
use crate::tui::ctx::Ctx;
use crate::tui::effect::Job;
use crate::tui::keys::{Binding, Key, Ready, Shown, always};
use crate::tui::message::{Mouse, MouseAct};
use crate::tui::screen::{Heard, State, Step};
use crate::tui::widgets::typed_name::TypedName;

/// How often a countdown is drawn anew.
const BEAT: Duration = Duration::from_secs(1);

/// The dialog. It holds no value: what it shows is read from the vault each time.
#[derive(Debug)]
pub struct History {
    owner: Owner,
    at: usize,
    /// The place of the value shown in plain, and until when, since boot.
    plain: Option<(usize, Duration)>,
    /// The name to be typed before all of it is forgotten.
    purging: Option<TypedName>,
}

impl History {
    /// What `owner` held before.
    pub const fn open(owner: Owner) -> Self {
        Self { owner, at: 0, plain: None, purging: None }
    }

    fn document<'a>(&self, ctx: &'a Ctx) -> Option<(&'a Document, &'a Held)> {
        let document = &ctx.snapshot.as_ref()?.document;
        Some((document, document.held(self.owner)?))
    }

    /// The replaced values, the newest first.
    fn rows<'a>(&self, ctx: &'a Ctx) -> Vec<&'a Retired> {
        self.document(ctx).map(|(document, _)| history::replaced(document, self.owner)).unwrap_or_default()
    }

    /// The name to be typed.
    fn name(&self, ctx: &Ctx) -> String {
        let name = self.document(ctx).and_then(|(document, _)| document.name_of(self.owner));
        name.map(ToString::to_string).unwrap_or_default()
    }

    /// How long the value at place `number` is still shown in plain.
    fn left(&self, number: usize, ctx: &Ctx) -> Option<Duration> {
        let (_, until) = self.plain.filter(|(shown, _)| *shown == number)?;
        until.checked_sub(ctx.moment.boot).filter(|left| !left.is_zero())
    }

    fn is_plain(&self, ctx: &Ctx) -> bool {
        self.left(self.at, ctx).is_some()
    }

    fn can_reveal(&self, ctx: &Ctx) -> Ready {
        if self.rows(ctx).is_empty() {
            return Err("there is no replaced value here");
        }
        match &ctx.snapshot {
            Some(snapshot) if snapshot.vault.trusted => Ok(()),
            _ => Err("the vault's writer is not trusted: its values stay masked"),
        }
    }

    fn reveal(&mut self, ctx: &Ctx) -> Vec<Step> {
        let until = ctx.moment.boot + ctx.settings.reveal;
        self.plain = if self.is_plain(ctx) { None } else { Some((self.at, until)) };
        Vec::new()
    }

    fn go(&mut self, by: isize, ctx: &Ctx) -> Vec<Step> {
        let last = self.rows(ctx).len().saturating_sub(1);
        let to = self.at.min(last).saturating_add_signed(by).min(last);
        if to != self.at {
            self.plain = None;
        }
        self.at = to;
        Vec::new()
    }

    fn can_purge(&self, ctx: &Ctx) -> Ready {
        self.can_reveal(ctx)
    }

    fn ask_to_purge(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.plain = None;
        self.purging = Some(TypedName::new(ctx));
        Vec::new()
    }

    fn ready_to_purge(&self, ctx: &Ctx) -> Ready {
        let typed = self.purging.as_ref().ok_or("D asks whether to forget all of it")?;
        typed.ready(&self.name(ctx), ctx)
    }

    fn purge(&mut self, _: &Ctx) -> Vec<Step> {
        self.purging = None;
        vec![Step::Start(Job::Purge(self.owner))]
    }

    fn back(&mut self, ctx: &Ctx) -> Vec<Step> {
        if self.purging.take().is_some() {
            return Vec::new();
        }
        if self.is_plain(ctx) {
            self.plain = None;
            return Vec::new();
        }
        vec![Step::Close]
    }
}

/// A move of the cursor.
macro_rules! to {
    ($keys:expr, $action:literal, $doc:literal, $by:expr) => {
        Binding {
            keys: &$keys,
            action: $action,
            label: $doc,
            doc: $doc,
            shown: Shown::Reference,
            ready: always,
            act: |state, ctx| state.go($by, ctx),
        }
    };
}

impl State for History {
    const NAME: &'static str = "history";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Char('r')],
            action: "reveal",
            label: "Reveal",
            doc: "Show the replaced value for a few seconds; again hides it",
            shown: Shown::Footer(0),
            ready: Self::can_reveal,
            act: Self::reveal,
        },
        Binding {
            keys: &[Key::Char('D')],
            action: "purge",
            label: "Purge",
            doc: "Forget every replaced value here for good, and delete the backups; the name is typed first",
            shown: Shown::Footer(2),
            ready: Self::can_purge,
            act: Self::ask_to_purge,
        },
        Binding {
            keys: &[Key::Enter],
            action: "do-purge",
            label: "Forget",
            doc: "Forget them, once the name is typed",
            shown: Shown::Reference,
            ready: Self::ready_to_purge,
            act: Self::purge,
        },
        Binding {
            keys: &[Key::Esc],
            action: "close",
            label: "Back",
            doc: "Hide the value, or close the history",
            shown: Shown::Footer(1),
            ready: always,
            act: Self::back,
        },
        to!([Key::Char('j'), Key::Down], "down", "Next value", 1),
        to!([Key::Char('k'), Key::Up], "up", "Value before", -1),
        to!([Key::PageDown, Key::Ctrl('d')], "page-down", "Ten values on", 10),
        to!([Key::PageUp, Key::Ctrl('u')], "page-up", "Ten values back", -10),
        to!([Key::Char('g'), Key::Home], "first", "Newest value", isize::MIN),
        to!([Key::Char('G'), Key::End], "last", "Oldest value", isize::MAX),
    ];

    fn types(&self) -> bool {
        self.purging.is_some()
    }

    fn typed(&mut self, key: Key, _: &Ctx) -> Option<Vec<Step>> {
        self.purging.as_mut().and_then(|typed| typed.key(key).then(Vec::new))
    }

    fn heard(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step> {
        if matches!(heard, Heard::Changed) {
            self.plain = None;
            self.at = self.at.min(self.rows(ctx).len().saturating_sub(1));
        }
        Vec::new()
    }

    fn deadline(&self, ctx: &Ctx) -> Option<Duration> {
        self.left(self.at, ctx).map(|left| ctx.moment.boot + left.min(BEAT))
    }

    fn conceal(&mut self) {
        self.plain = None;
    }

    fn pointed(&mut self, mouse: Mouse, area: Rect, ctx: &Ctx) -> Vec<Step> {
        match mouse.act {
            MouseAct::WheelDown => self.go(1, ctx),
            MouseAct::WheelUp => self.go(-1, ctx),
            MouseAct::Click => match view::hit(self, ctx, area, mouse.at) {
                Some(number) => self.go(number.cast_signed() - self.at.cast_signed(), ctx),
                None => Vec::new(),
            },
        }
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        view::view(self, ctx, frame, area);
    }
}
