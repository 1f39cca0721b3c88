//! What the keys, a paste, the mouse and the news do to the walk.

use ratatui::layout::Rect;

use super::ending::Way;
use super::pages::{self, Hit};
use super::{After, Answer, Code, Guide, Over, Page, Seal, Waiting, document, wanted};
use crate::domain::fields::Credential;
use crate::domain::id::Owner;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::ops::authorize::CALLBACK;
use crate::ops::console::Step as Leg;
use crate::ops::regenerate::Setup;
use crate::tui::ctx::Ctx;
use crate::tui::effect::{Effect, Job, Undo};
use crate::tui::keys::{Key, Ready};
use crate::tui::message::{Mouse, MouseAct, Reply};
use crate::tui::notice::Notice;
use crate::tui::screen::{Door, Heard, Step, Told};
use crate::tui::view;
use crate::tui::widgets::form::{Control, Form};
use crate::tui::widgets::input::{Input, Look};

impl Guide {
    fn turn(&mut self, page: Page) -> Vec<Step> {
        self.page = page;
        self.input = Input::new(Look::Masked);
        self.got.notes.clear();
        (self.over, self.next_copy, self.scroll, self.at) = (Over::Nothing, 0, 0, 0);
        self.sealed()
    }

    /// Seals how far it is.
    fn sealed(&mut self) -> Vec<Step> {
        if self.seal != Seal::Over {
            self.seal = Seal::Kept;
        }
        vec![Step::Keep]
    }

    pub(super) fn has_rows(&self) -> Ready {
        if self.page == Page::Bot { Ok(()) } else { Err("this page has no rows") }
    }

    pub(super) fn can_phone(&self, _: &Ctx) -> Ready {
        match self.over {
            Over::Discard(_) => Err("first: is it to be thrown away?"),
            _ => self.console().map(drop),
        }
    }

    pub(super) fn phone(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.over = match self.over {
            Over::Phone(Code::Plain) if pages::may_be_turned(ctx) => Over::Phone(Code::Turned),
            Over::Phone(_) => Over::Nothing,
            _ => Over::Phone(Code::Plain),
        };
        Vec::new()
    }

    pub(super) fn row(&mut self, there: impl FnOnce(&mut Form)) -> Vec<Step> {
        there(&mut self.bot.form);
        if self.seal == Seal::Kept { vec![Step::Keep] } else { Vec::new() }
    }

    pub(super) fn can_go(&self, _: &Ctx) -> Ready {
        self.is_free()?;
        let lacks = |field| self.got.value(field).is_none();
        match self.step() {
            _ if self.over != Over::Nothing => Ok(()),
            Some(_) if !self.input.is_empty() => Ok(()),
            Some(step) if step.paste().into_iter().any(|field| lacks(field) && !step.can_lack(field)) => {
                Err("paste what X shows first, or skip this step (^K)")
            }
            _ => Ok(()),
        }
    }

    pub(super) fn go(&mut self, ctx: &Ctx) -> Vec<Step> {
        match self.over {
            Over::Phone(_) => self.over = Over::Nothing,
            Over::Discard(answer) => return self.answer(answer),
            Over::Nothing => return self.go_on(ctx),
        }
        Vec::new()
    }

    fn go_on(&mut self, ctx: &Ctx) -> Vec<Step> {
        match self.page {
            Page::Bot if self.bot.on_button() => self.begin(ctx),
            Page::Bot => self.row(Form::next),
            Page::Step(_) if !self.input.is_empty() => {
                let typed = self.input.secret();
                self.input.clear();
                self.paste(&typed, ctx)
            }
            Page::Step(number) => {
                if let Some(step) = self.step() {
                    self.skipped.remove(step.word.as_str());
                    if step.url.is_none() {
                        return self.log_in(ctx);
                    }
                }
                self.after(number)
            }
            Page::Finish => {
                let ways = self.ways(ctx);
                ways.get(self.at).or(ways.first()).map(|way| self.end(*way, ctx)).unwrap_or_default()
            }
            Page::Done => self.leave(),
        }
    }

    /// From the first page to the console, unless something is wrong with it.
    fn begin(&mut self, ctx: &Ctx) -> Vec<Step> {
        let document = match document(ctx) {
            Ok(document) => document,
            Err(why) => return vec![Step::Say(Notice::warn(why))],
        };
        if let Some((row, trouble)) = self.bot.first_trouble(document, (self.app, self.profile)) {
            self.bot.form.focus(row);
            return vec![Step::Say(Notice::warn(trouble))];
        }
        self.turn(Page::Step(0))
    }

    fn after(&mut self, number: usize) -> Vec<Step> {
        let next = number + 1;
        self.turn(if next < self.way().len() { Page::Step(next) } else { Page::Finish })
    }

    pub(super) fn can_skip(&self, _: &Ctx) -> Ready {
        self.is_free()?;
        if self.over != Over::Nothing {
            return Err("go back to the step first (Esc)");
        }
        self.step().map(drop).ok_or("this page cannot be skipped")
    }

    pub(super) fn skip(&mut self, ctx: &Ctx) -> Vec<Step> {
        let (Some(step), Page::Step(number)) = (self.step(), self.page) else { return Vec::new() };
        self.skipped.insert(step.word.as_str());
        let (place, what) = self.later(step, ctx);
        let later = if place.starts_with("https:") {
            format!(", in X's console: {what}")
        } else {
            format!(": {place}")
        };
        let said = Notice::plain(format!("skipped; later{later}"));
        [Step::Say(said)].into_iter().chain(self.after(number)).collect()
    }

    pub(super) fn back(&mut self, _: &Ctx) -> Vec<Step> {
        if self.over != Over::Nothing {
            self.over = Over::Nothing;
            return Vec::new();
        }
        match self.page {
            Page::Bot if self.seal == Seal::Kept => {
                let text = "the walk is kept as a draft: n takes it up again";
                vec![Step::Shelve, Step::Say(Notice::good(text))]
            }
            Page::Bot => vec![Step::Close],
            Page::Step(0) => self.turn(Page::Bot),
            Page::Step(number) => self.turn(Page::Step(number - 1)),
            Page::Finish => {
                let last = self.way().len().saturating_sub(1);
                self.turn(Page::Step(last))
            }
            Page::Done => self.leave(),
        }
    }

    /// It is over: back to the list, at the bot if there is one.
    fn leave(&mut self) -> Vec<Step> {
        self.seal = Seal::Over;
        vec![Step::Close, Step::Keep, Step::Tell(Told::Show(Owner::Profile(self.profile)))]
    }

    pub(super) fn discard(&mut self) -> Vec<Step> {
        if self.seal != Seal::Kept || self.page == Page::Done {
            return vec![Step::Close];
        }
        self.over = Over::Discard(Answer::Keep);
        Vec::new()
    }

    fn answer(&mut self, answer: Answer) -> Vec<Step> {
        self.over = Over::Nothing;
        if answer == Answer::Keep {
            return Vec::new();
        }
        self.seal = Seal::Over;
        vec![Step::Close, Step::Keep]
    }

    pub(super) fn open_page(&mut self, ctx: &Ctx) -> Vec<Step> {
        let Ok((step, url)) = self.console() else { return Vec::new() };
        if ctx.is_demo() {
            return self.play(step, ctx);
        }
        vec![Step::Do(Effect::OpenLink(url.to_owned()))]
    }

    /// Has the demo's console do what the step says, and paste what it shows.
    fn play(&self, step: &'static Leg, ctx: &Ctx) -> Vec<Step> {
        let fields = step.paste();
        if fields.is_empty() {
            let said = "the demo's console has it; Enter goes on";
            return vec![Step::Say(Notice::plain(said))];
        }
        let setup = Setup {
            name: self.app_name(ctx),
            level: self.bot.level().0,
            callback: CALLBACK.to_owned(),
            account: self.bot.handle(),
        };
        let said = Notice::plain("pasted here: what the demo's console shows, made up like all the rest");
        vec![Step::Say(said), Step::Do(Effect::PlaySetup { app: self.app, setup, fields })]
    }

    pub(super) fn can_copy(&self, _: &Ctx) -> Ready {
        let copies = self.step().is_some_and(|step| !step.copy.is_empty());
        if copies { Ok(()) } else { Err("nothing is to be typed in on this step") }
    }

    /// Copies suggestion `number`; the one after it is next.
    pub(super) fn copy(&mut self, number: usize, ctx: &Ctx) -> Vec<Step> {
        let Some(suggestion) = self.step().and_then(|step| step.copy.get(number)) else { return Vec::new() };
        self.next_copy = number;
        self.waiting = Waiting::Asked(After::Copy);
        vec![Step::Start(Job::CopyText(self.fill(&suggestion.text, ctx)))]
    }

    fn copied(&mut self, way: Option<&'static str>, ctx: &Ctx) -> Vec<Step> {
        let Some(step) = self.step() else { return Vec::new() };
        let Some(suggestion) = step.copy.get(self.next_copy) else { return Vec::new() };
        self.next_copy = (self.next_copy + 1) % step.copy.len();
        let label = suggestion.label.to_lowercase();
        if let Some(way) = way {
            return vec![Step::Say(Notice::good(format!("the {label} is in {way}")))];
        }
        let said = format!("the {label} was handed to the terminal (OSC 52); if it is not there, select it");
        let text = self.fill(&suggestion.text, ctx);
        vec![Step::Do(Effect::CopyTextThroughTerminal(text)), Step::Say(Notice::plain(said))]
    }

    pub(super) fn clear(&mut self, _: &Ctx) -> Vec<Step> {
        if self.input.is_empty() && !self.got.drop_all(&self.here()) {
            return Vec::new();
        }
        self.input.clear();
        self.sealed()
    }

    pub(super) fn type_key(&mut self, key: Key, ctx: &Ctx) -> Option<Vec<Step>> {
        if !self.takes_text() {
            return None;
        }
        let width = view::areas(ctx).map_or(0, |areas| pages::rows(areas.body).width);
        let taken = if self.page == Page::Bot { self.bot.form.key(key, width) } else { self.input.key(key) };
        if taken && self.seal == Seal::None {
            self.seal = Seal::Kept;
        }
        (taken || key.is_text()).then(Vec::new)
    }

    pub(super) fn paste(&mut self, text: &Secret, ctx: &Ctx) -> Vec<Step> {
        let Ok(document) = document(ctx) else { return Vec::new() };
        match self.page {
            Page::Bot => {
                let Some(control) = self.bot.form.control_mut(self.bot.form.at()) else { return Vec::new() };
                if let Control::Line(input) = control {
                    input.paste(text.expose());
                }
            }
            Page::Step(_) | Page::Finish => {
                let (here, elsewhere) = (self.here(), self.elsewhere());
                self.got.paste(text, &wanted(&here, &elsewhere, document));
                self.over = Over::Nothing;
            }
            Page::Done => {
                return vec![Step::Say(Notice::plain(
                    "the walk is over: a value is pasted into the form (e)",
                ))];
            }
        }
        self.sealed()
    }

    pub(super) fn arrow(&mut self, key: Key, ctx: &Ctx) -> Vec<Step> {
        let down = key == Key::Down;
        if let Over::Discard(answer) = &mut self.over {
            *answer = if down { Answer::Discard } else { Answer::Keep };
            return Vec::new();
        }
        match self.page {
            Page::Bot => {
                // An arrow moves inside a row that has room for it.
                if self.type_key(key, ctx).is_some() {
                    return Vec::new();
                }
                self.row(if down { Form::next } else { Form::back })
            }
            Page::Finish => {
                let last = self.ways(ctx).len().saturating_sub(1);
                self.at = if down { (self.at + 1).min(last) } else { self.at.saturating_sub(1) };
                Vec::new()
            }
            Page::Step(_) | Page::Done => {
                let last = view::areas(ctx).map_or(0, |areas| pages::last_scroll(self, ctx, areas.body));
                let at = self.scroll.min(last);
                self.scroll = if down { (at + 1).min(last) } else { at.saturating_sub(1) };
                Vec::new()
            }
        }
    }

    /// Saves what there is, then lets the bot log in: a login needs it to be in the vault.
    fn log_in(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.save(After::Login, ctx).unwrap_or_else(|| vec![self.login()])
    }

    fn login(&self) -> Step {
        Step::Open(Door::Login(self.profile, Some(Credential::Access)))
    }

    /// `None`: there is nothing to save.
    fn save(&mut self, after: After, ctx: &Ctx) -> Option<Vec<Step>> {
        let edits = self.edits(ctx);
        if edits.is_empty() {
            return None;
        }
        self.waiting = Waiting::Asked(after);
        let what = format!("new bot “{}”", visible_within(&self.bot_name(), 40));
        Some(vec![Step::Start(Job::Save { edits, what, undo: Undo::Offer })])
    }

    fn end(&mut self, way: Way, ctx: &Ctx) -> Vec<Step> {
        match way {
            Way::Check => self.save(After::Check, ctx).unwrap_or_else(|| self.ask_x()),
            Way::Save => self.save(After::End, ctx).unwrap_or_default(),
            Way::Leave => self.over_and_done(),
        }
    }

    pub(super) fn can_check(&self, _: &Ctx) -> Ready {
        self.is_free()?;
        if self.page == Page::Done { Ok(()) } else { Err("that is for the last page") }
    }

    pub(super) fn ask_x(&mut self) -> Vec<Step> {
        self.waiting = Waiting::Asked(After::Checked);
        vec![Step::Start(Job::Check(vec![self.profile]))]
    }

    /// All is saved: nothing of it needs a draft any more.
    fn over_and_done(&mut self) -> Vec<Step> {
        self.waiting = Waiting::Nothing;
        self.turn(Page::Done)
    }

    pub(super) fn hear(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step> {
        match (heard, self.waiting) {
            (Heard::Started(ticket), Waiting::Asked(after)) => {
                self.waiting = Waiting::For(*ticket, after);
                Vec::new()
            }
            (Heard::Reply(ticket, reply), Waiting::For(ours, after)) if *ticket == ours && reply.ends() => {
                self.waiting = Waiting::Nothing;
                self.answered(reply, after, ctx)
            }
            // The login dialog above shows how it went; here it is only the next page.
            (Heard::Reply(_, Reply::LoggedIn(Ok(done))), _) if done.profile == self.profile => {
                match self.step() {
                    Some(step) if step.url.is_none() => self.turn(Page::Finish),
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    fn answered(&mut self, reply: &Reply, after: After, ctx: &Ctx) -> Vec<Step> {
        match (reply, after) {
            (Reply::TextCopied(outcome), _) => self.copied(outcome.ok(), ctx),
            (Reply::Saved(Ok(_)), after) => {
                // What is in the vault has no place in a draft.
                self.got.values.clear();
                match after {
                    After::Login => [Step::Keep, self.login()].into(),
                    After::Check => [Step::Keep].into_iter().chain(self.ask_x()).collect(),
                    _ => self.over_and_done(),
                }
            }
            // X may be out of reach: what there is to know then is the verdict or its absence.
            (_, After::Checked) => self.over_and_done(),
            _ => Vec::new(),
        }
    }

    pub(super) fn point(&mut self, mouse: Mouse, area: Rect, ctx: &Ctx) -> Vec<Step> {
        if self.over != Over::Nothing {
            return match pages::hit(self, ctx, area, mouse.at).filter(|_| mouse.act == MouseAct::Click) {
                Some(Hit::Answer(answer)) => self.answer(answer),
                Some(_) => self.back(ctx),
                None => Vec::new(),
            };
        }
        match (mouse.act, self.page) {
            (MouseAct::WheelDown, Page::Bot) => self.row(Form::next),
            (MouseAct::WheelUp, Page::Bot) => self.row(Form::back),
            (MouseAct::WheelDown, _) => self.arrow(Key::Down, ctx),
            (MouseAct::WheelUp, _) => self.arrow(Key::Up, ctx),
            (MouseAct::Click, Page::Bot) => {
                let Ok(document) = document(ctx) else { return Vec::new() };
                let asides = self.bot.asides(document, (self.app, self.profile));
                let hit = self.bot.form.click(&ctx.theme, mouse.at, pages::rows(area), &asides);
                if hit.is_some_and(|hit| hit.button) { self.begin(ctx) } else { Vec::new() }
            }
            (MouseAct::Click, _) => match pages::hit(self, ctx, area, mouse.at) {
                Some(Hit::Go) => {
                    self.can_go(ctx).map_or_else(|why| vec![Step::Say(Notice::warn(why))], |()| self.go(ctx))
                }
                Some(Hit::Open) => self.open_page(ctx),
                Some(Hit::Copy(number)) => self.copy(number, ctx),
                Some(Hit::Way(number)) if !self.is_busy() => {
                    self.at = number;
                    self.go(ctx)
                }
                Some(Hit::Way(_) | Hit::Answer(_)) | None => Vec::new(),
            },
        }
    }
}
