//! The rotation wizard. Its first page changes nothing; every stage is saved, so it can be left and taken up again.
//!
//! What it shows of the rotation is what the vault says. It remembers only what no vault knows: the page, what was
//! pasted and not tried yet, the stage under way, and what the last ones said.
//!
//! | file | what |
//! |---|---|
//! | `choose` | which credentials there are, and why some cannot be chosen |
//! | `blast` | who stops, and where it runs |
//! | `stages` | how the stages stand, and which go on by themselves |
//! | `slots` | the lines to paste into |
//! | `work` | one rotation: what its keys do |
//! | `keys` | its keys |
//! | `view`, `pages`, `person` | the pictures; `person` those of the stages that wait for one |

mod blast;
mod choose;
mod keys;
mod pages;
mod person;
mod slots;
mod stages;
mod view;
mod work;

#[cfg(test)]
mod tests;

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::choose::Offer;
use self::work::{Mode, Work};
use crate::domain::document::Document;
use crate::domain::fields::Credential;
use crate::domain::id::{AppId, Owner, ProfileId};
use crate::domain::rotation::Stage;
use crate::domain::secret::Secret;
use crate::tui::ctx::Ctx;
use crate::tui::effect::{Draft, Effect};
use crate::tui::keys::{Binding, Key, Ready};
use crate::tui::message::{Mouse, MouseAct};
use crate::tui::notice::Notice;
use crate::tui::screen::{Cover, Door, Heard, Screen, State, Step};
use crate::tui::widgets::buttons::{Button, awake};

/// Lines that one notch of the wheel moves.
const NOTCH: isize = 3;

/// The wizard.
#[derive(Debug)]
pub struct Rotate {
    /// Whom it was opened for.
    owner: Owner,
    /// The number of the offer under the cursor.
    at: usize,
    /// What was chosen; `None`: it asks.
    work: Option<Work>,
    /// Since when its page is there.
    since: Duration,
    /// The button that is lit, where there are any.
    lit: Button,
    /// The first line shown.
    top: usize,
}

impl Rotate {
    /// For `owner`; without a credential it asks which.
    pub fn open(ctx: &Ctx, owner: Owner, credential: Option<Credential>) -> Self {
        let mut wizard =
            Self { owner, at: 0, work: None, since: ctx.moment.boot, lit: Button::Cancel, top: 0 };
        let offers = wizard.offers(ctx);
        let asked = credential.and_then(|wanted| offers.iter().position(|o| o.credential == wanted));
        let usable = offers.iter().position(|offer| offer.instead.is_none());
        wizard.at = asked.or(usable).unwrap_or(0);
        if let Some(offer) = asked.and_then(|at| offers.get(at)).filter(|offer| offer.instead.is_none()) {
            wizard.take_up(ctx, offer);
        }
        wizard
    }

    /// A wizard left with pasted values that were not tried yet.
    ///
    /// # Errors
    /// What the draft is about is gone, or it is no draft of a wizard.
    pub fn restore(ctx: &Ctx, draft: &Draft) -> Result<Box<dyn Screen>, &'static str> {
        let (owner, credential) = read_key(&draft.key).ok_or("this draft is of no rotation")?;
        let mut wizard = Self::open(ctx, owner, Some(credential));
        let work = wizard.work.as_mut().ok_or("what was pasted for a rotation has no place any more")?;
        work.slots.take_back(draft);
        work.settle(ctx);
        Ok(Box::new(wizard))
    }

    /// Whether a draft is of a wizard.
    pub fn wrote(draft: &Draft) -> bool {
        read_key(&draft.key).is_some()
    }

    fn offers(&self, ctx: &Ctx) -> Vec<Offer> {
        let document = document(ctx);
        document.map(|d| choose::offers(d, self.owner, ctx.moment.now)).unwrap_or_default()
    }

    fn take_up(&mut self, ctx: &Ctx, offer: &Offer) {
        let key = key(offer.holder, offer.credential);
        self.work = Work::new(ctx, offer.holder, offer.credential);
        if let (Some(work), Some(draft)) = (&mut self.work, ctx.shelf.iter().find(|d| d.key == key)) {
            work.slots.take_back(draft);
            work.settle(ctx);
        }
        self.turn(ctx);
    }

    fn mode(&self, ctx: &Ctx) -> Mode {
        self.work.as_ref().map_or(Mode::Choose, |work| work.mode(ctx))
    }

    /// Another page has come up.
    const fn turn(&mut self, ctx: &Ctx) {
        self.since = ctx.moment.boot;
        self.lit = Button::Cancel;
        self.top = 0;
    }

    /// Turns the page if `steps` led to another one.
    fn turned(&mut self, before: Mode, steps: Vec<Step>, ctx: &Ctx) -> Vec<Step> {
        if self.mode(ctx) != before {
            self.turn(ctx);
        }
        steps
    }

    fn is_typing(&self) -> bool {
        self.work.as_ref().is_some_and(|work| work.typing)
    }

    fn ready_to_press(&self, ctx: &Ctx) -> Ready {
        match (self.mode(ctx), &self.work) {
            (Mode::Choose, _) => {
                let offers = self.offers(ctx);
                let offer = offers.get(self.at).ok_or("there is nothing to rotate here")?;
                trusted(ctx)?;
                match offer.instead {
                    Some(_) => Err("this one cannot be rotated: the line says what to do instead"),
                    None => Ok(()),
                }
            }
            (Mode::Review | Mode::Abandon, _) if self.lit == Button::Consent => self.ready_to_consent(ctx),
            (_, Some(work)) => work.ready_to_press(ctx),
            _ => Ok(()),
        }
    }

    /// Enter: takes the line under the cursor, presses what is lit, or does the stage that waits.
    fn press(&mut self, ctx: &Ctx) -> Vec<Step> {
        let before = self.mode(ctx);
        match before {
            Mode::Choose => {
                if let Some(offer) = self.offers(ctx).get(self.at) {
                    self.take_up(ctx, offer);
                }
                Vec::new()
            }
            Mode::Review | Mode::Abandon if self.lit == Button::Cancel => self.leave(ctx),
            Mode::Review | Mode::Abandon => self.consent(ctx),
            _ => {
                let steps = self.work.as_mut().map(|work| work.press(ctx)).unwrap_or_default();
                self.turned(before, steps, ctx)
            }
        }
    }

    fn ready_to_consent(&self, ctx: &Ctx) -> Ready {
        trusted(ctx)?;
        awake(self.since, ctx)?;
        self.work.as_ref().map_or(Ok(()), |work| work.idle(ctx))
    }

    fn consent(&mut self, ctx: &Ctx) -> Vec<Step> {
        let before = self.mode(ctx);
        let steps = self.work.as_mut().map(|work| work.consent(ctx)).unwrap_or_default();
        self.turned(before, steps, ctx)
    }

    /// Esc: back to the page before, or out; what has begun waits where it is.
    fn leave(&mut self, ctx: &Ctx) -> Vec<Step> {
        let before = self.mode(ctx);
        let steps = match &mut self.work {
            None => vec![Step::Close],
            Some(work) => work.leave(ctx),
        };
        self.turned(before, steps, ctx)
    }

    fn ready_to_abandon(&self, ctx: &Ctx) -> Ready {
        match self.mode(ctx) {
            Mode::Stage(_) => self.work.as_ref().map_or(Ok(()), |work| work.idle(ctx)),
            _ => Err("no rotation is under way on this page"),
        }
    }

    fn abandon(&mut self, ctx: &Ctx) -> Vec<Step> {
        if let Some(work) = &mut self.work {
            work.ask(ctx);
        }
        self.turn(ctx);
        Vec::new()
    }

    fn ready_to_open(&self, ctx: &Ctx) -> Ready {
        let shown = matches!(self.mode(ctx), Mode::Stage(Stage::Console | Stage::Paste));
        self.url().filter(|_| shown).map(drop).ok_or("this page has no address to open")
    }

    fn url(&self) -> Option<String> {
        Some(crate::ops::console::page(self.work.as_ref()?.credential)?.url)
    }

    fn open_page(&mut self, ctx: &Ctx) -> Vec<Step> {
        let (Some(url), Some(work)) = (self.url(), &self.work) else { return Vec::new() };
        if ctx.is_demo() {
            let said = Notice::plain("the demo's console has regenerated it; what it shows is pasted here");
            return vec![Step::Say(said), Step::Do(Effect::PlayConsole(work.holder, work.credential))];
        }
        let said = Notice::plain(format!("the browser was asked to open {url}"));
        vec![Step::Say(said), Step::Do(Effect::OpenLink(url))]
    }

    fn ready_to_turn(&self, ctx: &Ctx) -> Ready {
        let work = self.work.as_ref().ok_or("choose a credential first")?;
        work.idle(ctx)?;
        work.other_way(ctx).map(drop).ok_or("there is no other way from here")
    }

    fn turn_to_other(&mut self, ctx: &Ctx) -> Vec<Step> {
        let before = self.mode(ctx);
        let Some(work) = &mut self.work else { return Vec::new() };
        let steps = work.other_way(ctx).map(|way| work.turn_to(way, ctx)).unwrap_or_default();
        self.turned(before, steps, ctx)
    }

    fn ready_to_edit(&self, ctx: &Ctx) -> Ready {
        if self.mode(ctx) != Mode::Choose {
            return Err("that is for the first page, where a credential is chosen");
        }
        self.offers(ctx).get(self.at).map(drop).ok_or("there is nothing to edit here")
    }

    fn edit(&mut self, ctx: &Ctx) -> Vec<Step> {
        let holder = self.offers(ctx).get(self.at).map(|offer| offer.holder);
        holder.map(|holder| vec![Step::Close, Step::Open(Door::Edit(holder))]).unwrap_or_default()
    }

    /// Moves the cursor, or the text where there is none.
    fn go(&mut self, by: isize, ctx: &Ctx) -> Vec<Step> {
        if self.mode(ctx) == Mode::Choose {
            let last = self.offers(ctx).len().saturating_sub(1);
            self.at = self.at.saturating_add_signed(by.signum()).min(last);
        } else if self.is_typing() {
            if let Some(work) = &mut self.work {
                if by > 0 { work.slots.form.next() } else { work.slots.form.back() }
            }
        } else if let Some(work) = self.work.as_mut().filter(|work| !work.down(ctx).is_empty()) {
            let last = work.down(ctx).len().saturating_sub(1);
            work.at = work.at.saturating_add_signed(by.signum()).min(last);
        } else {
            self.top = self.top.saturating_add_signed(by).min(view::last_top(self, ctx));
        }
        Vec::new()
    }

    /// Tab: the other button, or the next line.
    fn switch(&mut self, by: isize, ctx: &Ctx) -> Vec<Step> {
        match self.mode(ctx) {
            Mode::Review | Mode::Abandon => {
                self.lit = self.lit.other();
                Vec::new()
            }
            _ => self.go(by, ctx),
        }
    }

    fn clicked(&mut self, mouse: Mouse, area: Rect, ctx: &Ctx) -> Vec<Step> {
        match view::hit(self, ctx, area, mouse.at) {
            Some(view::Hit::Offer(at)) if self.at == at => self.pressed(ctx),
            Some(view::Hit::Offer(at)) => {
                self.at = at;
                Vec::new()
            }
            Some(view::Hit::Button(button)) => {
                self.lit = button;
                self.pressed(ctx)
            }
            Some(view::Hit::Form) => {
                let document = document(ctx);
                let place = view::form_area(self, ctx).unwrap_or(area);
                let hit = self.work.as_mut().zip(document).and_then(|(work, document)| {
                    let asides = work.slots.asides(document, work.holder, ctx.moment.now);
                    work.slots.form.click(&ctx.theme, mouse.at, place, &asides)
                });
                if hit.is_some_and(|hit| hit.button) { self.pressed(ctx) } else { Vec::new() }
            }
            None => Vec::new(),
        }
    }

    /// Enter by other means than the key: its guard counts all the same.
    fn pressed(&mut self, ctx: &Ctx) -> Vec<Step> {
        match self.ready_to_press(ctx) {
            Ok(()) => self.press(ctx),
            Err(why) => vec![Step::Say(Notice::warn(why))],
        }
    }
}

/// A vault whose writer is not trusted can only be looked at.
fn trusted(ctx: &Ctx) -> Ready {
    let trusted = ctx.snapshot.as_ref().is_some_and(|snapshot| snapshot.vault.trusted);
    if trusted { Ok(()) } else { Err("who wrote this vault is not trusted yet: it can only be looked at") }
}

fn document(ctx: &Ctx) -> Option<&Document> {
    ctx.snapshot.as_ref().map(|snapshot| snapshot.document.as_ref())
}

/// What a draft of the wizard is known by.
fn key(holder: Owner, credential: Credential) -> String {
    let credential = credential.row().word;
    match holder {
        Owner::App(id) => format!("rotate:app:{id}:{credential}"),
        Owner::Profile(id) => format!("rotate:profile:{id}:{credential}"),
    }
}

fn read_key(key: &str) -> Option<(Owner, Credential)> {
    let mut parts = key.strip_prefix("rotate:")?.splitn(3, ':');
    let (kind, id, credential) = (parts.next()?, parts.next()?, parts.next()?);
    let owner = match kind {
        "app" => AppId::parse(id)?.into(),
        "profile" => ProfileId::parse(id)?.into(),
        _ => return None,
    };
    Some((owner, Credential::parse(credential)?))
}

fn not_typing(wizard: &Rotate, _: &Ctx) -> Ready {
    if wizard.is_typing() { Err("this page takes what is typed as text") } else { Ok(()) }
}

impl State for Rotate {
    const NAME: &'static str = "rotate";
    const KEYS: &'static [Binding<Self>] = keys::KEYS;

    fn cover(&self) -> Cover {
        Cover::Part
    }

    fn types(&self) -> bool {
        self.is_typing()
    }

    fn typed(&mut self, key: Key, ctx: &Ctx) -> Option<Vec<Step>> {
        if let Some(work) = self.work.as_mut().filter(|work| work.typing) {
            return work.slots.key(key, ctx.size.width).then(Vec::new);
        }
        // Not in the table: in a text field these move the cursor.
        matches!(key, Key::Left | Key::Right).then(|| self.switch(1, ctx))
    }

    fn pasted(&mut self, text: &Secret, ctx: &Ctx) -> Vec<Step> {
        let before = self.mode(ctx);
        let steps = match &mut self.work {
            Some(work) => work.paste(text, ctx),
            None => vec![Step::Say(Notice::plain("choose a credential first: nothing was pasted"))],
        };
        self.turned(before, steps, ctx)
    }

    fn heard(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step> {
        let before = self.mode(ctx);
        let steps = self.work.as_mut().map(|work| work.heard(heard, ctx)).unwrap_or_default();
        self.at = self.at.min(self.offers(ctx).len().saturating_sub(1));
        self.turned(before, steps, ctx)
    }

    fn pointed(&mut self, mouse: Mouse, area: Rect, ctx: &Ctx) -> Vec<Step> {
        match mouse.act {
            MouseAct::WheelDown => self.go(NOTCH, ctx),
            MouseAct::WheelUp => self.go(-NOTCH, ctx),
            MouseAct::Click => self.clicked(mouse, area, ctx),
        }
    }

    fn draft(&self) -> Option<Draft> {
        let work = self.work.as_ref()?;
        work.slots.draft(key(work.holder, work.credential))
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        view::view(self, ctx, frame, area);
    }
}
