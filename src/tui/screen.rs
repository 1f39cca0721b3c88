//! What a screen is: a state, a table of keys, a picture. Screens and dialogs are the same thing, on one stack.
//!
//! A screen never reaches outside and never touches another screen: it returns [`Step`]s.

use std::fmt;
use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::ctx::Ctx;
use super::effect::{Draft, Effect, Job, SecretRef};
use super::keys::{self, Binding, Key, KeyRow};
use super::message::{Mouse, Reply, Ticket};
use super::notice::Notice;
use crate::domain::edit::Edit;
use crate::domain::fields::{Credential, OwnerKind};
use crate::domain::id::{AppId, Owner, ProfileId};
use crate::domain::secret::Secret;

/// What the author of a screen or dialog writes. Everything but the first three has a sensible default.
pub trait State: fmt::Debug + Sized + 'static {
    /// The screen's stable word, for the reference and for tests.
    const NAME: &'static str;
    /// Its keys.
    const KEYS: &'static [Binding<Self>];
    /// Draws it. Pure: the same state and facts give the same cells.
    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect);

    /// Whether it hides what is below it.
    fn cover(&self) -> Cover {
        Cover::Whole
    }
    /// True while a text field has the focus: then characters are text, not keys of a table.
    fn types(&self) -> bool {
        false
    }
    /// A key that no row of the table took, or any character while [`State::types`]. `None`: not taken.
    fn typed(&mut self, _key: Key, _ctx: &Ctx) -> Option<Vec<Step>> {
        None
    }
    /// Text was pasted while this screen was on top.
    fn pasted(&mut self, _text: &Secret, _ctx: &Ctx) -> Vec<Step> {
        Vec::new()
    }
    /// The screen above has closed and leaves this.
    fn told(&mut self, _word: Told, _ctx: &Ctx) -> Vec<Step> {
        Vec::new()
    }
    /// Something happened that any screen may care for; every screen of the stack hears it.
    fn heard(&mut self, _heard: &Heard, _ctx: &Ctx) -> Vec<Step> {
        Vec::new()
    }
    /// The mouse was used inside `area`, the same that `view` was given.
    fn pointed(&mut self, _mouse: Mouse, _area: Rect, _ctx: &Ctx) -> Vec<Step> {
        Vec::new()
    }
    /// What was typed and not saved: sealed before a lock or a quit.
    fn draft(&self) -> Option<Draft> {
        None
    }
    /// It has just been put on the stack.
    fn opened(&mut self, _ctx: &Ctx) -> Vec<Step> {
        Vec::new()
    }
    /// When it looks different by itself, since boot. Always ahead of now, or the timer would spin.
    fn deadline(&self, _ctx: &Ctx) -> Option<Duration> {
        None
    }
    /// Nobody may be looking any more: hide what of the vault it shows in plain by itself.
    fn conceal(&mut self) {}
}

/// A screen on the stack. Implemented for every [`State`]; never written by hand.
pub trait Screen: fmt::Debug {
    /// [`State::NAME`].
    fn name(&self) -> &'static str;
    /// The table of keys as it stands.
    fn rows(&self, ctx: &Ctx) -> Vec<KeyRow>;
    /// Does an action of the table, or says why not. `None`: there is no such action here.
    fn act(&mut self, action: &str, ctx: &Ctx) -> Option<Result<Vec<Step>, &'static str>>;
    /// [`State::view`].
    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect);
    /// [`State::cover`].
    fn cover(&self) -> Cover;
    /// [`State::types`].
    fn types(&self) -> bool;
    /// [`State::typed`].
    fn typed(&mut self, key: Key, ctx: &Ctx) -> Option<Vec<Step>>;
    /// [`State::pasted`].
    fn pasted(&mut self, text: &Secret, ctx: &Ctx) -> Vec<Step>;
    /// [`State::told`].
    fn told(&mut self, word: Told, ctx: &Ctx) -> Vec<Step>;
    /// [`State::heard`].
    fn heard(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step>;
    /// [`State::pointed`].
    fn pointed(&mut self, mouse: Mouse, area: Rect, ctx: &Ctx) -> Vec<Step>;
    /// [`State::draft`].
    fn draft(&self) -> Option<Draft>;
    /// [`State::opened`].
    fn opened(&mut self, ctx: &Ctx) -> Vec<Step>;
    /// [`State::deadline`].
    fn deadline(&self, ctx: &Ctx) -> Option<Duration>;
    /// [`State::conceal`].
    fn conceal(&mut self);
}

impl<S: State> Screen for S {
    fn name(&self) -> &'static str {
        S::NAME
    }
    fn rows(&self, ctx: &Ctx) -> Vec<KeyRow> {
        keys::listed(S::KEYS, S::NAME, self, ctx)
    }
    fn act(&mut self, action: &str, ctx: &Ctx) -> Option<Result<Vec<Step>, &'static str>> {
        keys::run(S::KEYS, self, action, ctx)
    }
    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        State::view(self, ctx, frame, area);
    }
    fn cover(&self) -> Cover {
        State::cover(self)
    }
    fn types(&self) -> bool {
        State::types(self)
    }
    fn typed(&mut self, key: Key, ctx: &Ctx) -> Option<Vec<Step>> {
        State::typed(self, key, ctx)
    }
    fn pasted(&mut self, text: &Secret, ctx: &Ctx) -> Vec<Step> {
        State::pasted(self, text, ctx)
    }
    fn told(&mut self, word: Told, ctx: &Ctx) -> Vec<Step> {
        State::told(self, word, ctx)
    }
    fn heard(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step> {
        State::heard(self, heard, ctx)
    }
    fn pointed(&mut self, mouse: Mouse, area: Rect, ctx: &Ctx) -> Vec<Step> {
        State::pointed(self, mouse, area, ctx)
    }
    fn draft(&self) -> Option<Draft> {
        State::draft(self)
    }
    fn opened(&mut self, ctx: &Ctx) -> Vec<Step> {
        State::opened(self, ctx)
    }
    fn deadline(&self, ctx: &Ctx) -> Option<Duration> {
        State::deadline(self, ctx)
    }
    fn conceal(&mut self) {
        State::conceal(self);
    }
}

/// Whether a screen hides what is below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// It fills the screen.
    Whole,
    /// It lies over the screen below, which stays to be seen.
    Part,
}

/// What a screen wants to happen. Steps are done in order; after a `Close` the rest speak for the screen below.
#[derive(Debug)]
pub enum Step {
    /// Open another screen on top.
    Open(Door),
    /// The same, with a screen made here.
    Push(Box<dyn Screen>),
    /// Close this screen.
    Close,
    /// Leave a word with this screen; after [`Step::Close`], with the one below.
    Tell(Told),
    /// Do an action by its word, of this screen or of everywhere.
    Act(&'static str),
    /// Begin a job. This screen hears [`Heard::Started`] with the ticket at once.
    Start(Job),
    /// Have something done outside.
    Do(Effect),
    /// Say something in the notices.
    Say(Notice),
    /// Show a value for a while.
    Reveal(SecretRef),
    /// Hide the value shown.
    Hide,
    /// Seal what the forms on the stack and the shelf hold unsaved, as it is now.
    Keep,
    /// Close this form, but put what it holds unsaved on the shelf.
    Shelve,
    /// Take back the last edit saved here.
    Undo,
    /// Lock now.
    Lock,
    /// End, or leave for the demo; custody jobs are waited for.
    Leave(super::Exit),
}

/// A screen that can be opened by name, so that screens need not know each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// The first screen for a machine without a vault.
    Welcome,
    /// The lock screen.
    Unlock,
    /// The four places.
    Main,
    /// Help on the screen below.
    Help,
    /// Every action by name.
    Palette,
    /// Jobs under way.
    Tasks,
    /// The form for an app or a profile.
    Edit(Owner),
    /// The form for a new one. A profile is used through `app`, if given.
    New {
        /// Of an app or of a profile.
        kind: OwnerKind,
        /// The app chosen already.
        app: Option<AppId>,
    },
    /// Replaced values.
    History(Owner),
    /// The rotation wizard; `None`: it asks which credential.
    Rotate(Owner, Option<Credential>),
    /// A login of this bot's account, for this credential if given.
    Login(ProfileId, Option<Credential>),
    /// The login that a rotation of this credential waits for.
    LoginAnew(ProfileId, Credential),
    /// Killing tokens at X.
    Revoke(Owner),
    /// Import, of what was pasted if given.
    Import(Option<Secret>),
    /// Export of these apps and profiles.
    Export(Vec<Owner>),
    /// A new vault, and what comes after it.
    Init(Then),
    /// The walk through X's console to a new bot of this app, or of an app that has yet to be made.
    Guide(Option<AppId>),
    /// The same to a new app, right after a vault was made whose passphrase nobody has typed again.
    GuideUnproved,
    /// Another passphrase.
    Passphrase,
    /// A form that was not saved.
    Draft(Draft),
}

/// What comes after a new vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Import what is already there.
    Import,
    /// The first app and profile, step by step.
    ByHand,
}

/// What a screen leaves with the one below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A line of a menu was chosen: the word it carries.
    Chosen(&'static str),
    /// A field was chosen.
    Field(SecretRef),
    /// An app or a profile is to be looked at.
    Show(Owner),
    /// These edits were composed.
    Edits(Vec<Edit>),
}

/// What every screen of the stack may care for.
#[derive(Debug)]
pub enum Heard<'a> {
    /// The job this screen asked for has this ticket.
    Started(Ticket),
    /// A job has told something; facts and notices are up to date already.
    Reply(Ticket, &'a Reply),
    /// The vault as shown has changed.
    Changed,
}
