//! What the screen is made of at one moment: the shared facts and the stack of screens.

use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::Size;

use super::Start;
use super::ctx::{Browsing, Ctx, Jobs, Presence};
use super::fresh::Fresh;
use super::keymap::Keymap;
use super::keys::KeyRow;
use super::message::Moment;
use super::notice::{Notice, Notices};
use super::roster::Roster;
use super::screen::Screen;
use super::theme::Theme;
use super::{doors, everywhere};
use crate::config::Settings;

/// Everything the screen shows and remembers. No key of the vault is ever in it.
#[derive(Debug)]
pub struct Model {
    /// The facts all screens share.
    pub ctx: Ctx,
    /// The screens, the topmost last; never empty.
    pub(super) stack: Vec<Box<dyn Screen>>,
    /// What to open after the first unlock.
    pub(super) start: Start,
    /// When another process's saves were looked for last, since boot.
    pub(super) reloaded: Duration,
}

/// What a model is made of.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The time.
    pub moment: Moment,
    /// The terminal's size.
    pub size: Size,
    /// The settings in force.
    pub settings: Arc<Settings>,
    /// Whether there is a vault.
    pub presence: Presence,
    /// Where a browser would show its pages.
    pub browsing: Browsing,
    /// Where ids of new things come from.
    pub fresh: Fresh,
    /// What a banner says.
    pub banner: Option<Arc<str>>,
    /// The demo's passphrase.
    pub demo_passphrase: Option<Arc<str>>,
    /// What to open first.
    pub start: Start,
}

impl Model {
    /// The first screen: the lock screen, or the welcome where there is no vault.
    pub fn new(facts: Facts) -> Self {
        let Facts { moment, size, settings, presence, browsing, fresh, banner, demo_passphrase, start } =
            facts;
        let (keymap, remarks) = Keymap::new(&settings.keys, &doors::reference());
        let mut notices = Notices::default();
        for remark in remarks {
            notices.say(Notice::warn(remark), moment.boot);
        }
        let ctx = Ctx {
            moment,
            size,
            theme: Theme::new(&settings),
            keymap,
            settings,
            presence,
            browsing,
            fresh,
            shelf: Vec::new(),
            snapshot: None,
            roster: Roster::default(),
            banner,
            demo_passphrase,
            jobs: Jobs::default(),
            notices,
            reveal: None,
            copied: None,
            undo: Vec::new(),
            touched: moment.boot,
            unlocked: None,
            pasted: None,
            depth: 1,
            leaving: None,
        };
        let first = doors::first(&ctx);
        Self { stack: vec![first], start, reloaded: moment.boot, ctx }
    }

    /// The screen on top.
    pub fn top(&self) -> Option<&dyn Screen> {
        self.stack.last().map(AsRef::as_ref)
    }

    /// The words of the screens on the stack, the lowest first.
    pub fn names(&self) -> Vec<&'static str> {
        self.stack.iter().map(|screen| screen.name()).collect()
    }

    /// Every row that works now: those of the top screen, then those of everywhere it has not taken over.
    pub fn rows(&self) -> Vec<KeyRow> {
        let mut rows = self.top().map(|top| top.rows(&self.ctx)).unwrap_or_default();
        let types = self.top().is_some_and(Screen::types);
        let own = rows.len();
        for mut row in everywhere::rows(&self.ctx) {
            let reachable =
                |key: &super::keys::Key| !(types && key.is_text() || taken(rows.get(..own), *key));
            // What is shown first must be a key that works here.
            let first = row.keys.iter().position(reachable);
            if let Some(keys) = first.and_then(|first| row.keys.get(first..)) {
                row.keys = keys;
                rows.push(row);
            }
        }
        rows
    }
}

fn taken(rows: Option<&[KeyRow]>, key: super::keys::Key) -> bool {
    rows.is_some_and(|rows| rows.iter().any(|row| row.keys.contains(&key)))
}
