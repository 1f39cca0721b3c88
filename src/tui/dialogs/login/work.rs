//! What the keys do, and what is heard.

use super::scopes::List;
use super::{Asked, Done, Login, Over, Page, Started, document, page_after, ways};
use crate::domain::fields::Credential;
use crate::domain::id::Owner;
use crate::domain::names::Handle;
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::ops::authorize::{Given, Offer, PATIENCE, Played, Press, Wants, of_needs};
use crate::tui::ctx::{Browsing, Ctx};
use crate::tui::effect::{Effect, Job, LoginAsk, Purpose};
use crate::tui::keys::Ready;
use crate::tui::message::{LoginBegun, Reply, Ticket};
use crate::tui::notice::Notice;
use crate::tui::screen::{Door, Heard, Step};
use crate::tui::widgets::input::{Input, Look};

/// Lines of the login page that the demo plays: the right account, another one, nobody.
pub(super) const PLAYED: usize = 3;

impl Login {
    pub(super) fn subject<'a>(&self, ctx: &'a Ctx) -> Option<&'a Profile> {
        document(ctx)?.profile(self.profile)
    }

    /// The account to log in as, in words.
    pub(super) fn whose(&self, ctx: &Ctx) -> String {
        let handle = self.subject(ctx).and_then(|profile| profile.handle.as_ref());
        handle.map_or_else(|| "the bot's account".to_owned(), ToString::to_string)
    }

    /// Another account than the right one, to see what happens then.
    pub(super) fn stranger<'a>(&self, ctx: &'a Ctx) -> Option<&'a Handle> {
        let own = self.subject(ctx)?.handle.as_ref();
        let mut others = document(ctx)?.profiles().filter_map(|profile| profile.handle.as_ref());
        others.find(|other| Some(*other) != own)
    }

    /// The ways; of a rotation only those that bring its credential.
    pub(super) fn offers(&self, ctx: &Ctx) -> Vec<Offer> {
        let wanted = self.way.row().credential;
        let fits = |offer: &Offer| self.purpose == Purpose::Store || offer.way.row().credential == wanted;
        ways::offers(document(ctx), self.profile).into_iter().filter(fits).collect()
    }

    /// The number of the way under the cursor.
    pub(super) fn at(&self, offers: &[Offer]) -> usize {
        offers.iter().position(|offer| offer.way == self.way).unwrap_or(0)
    }

    fn offer(&self, ctx: &Ctx) -> Option<Offer> {
        self.offers(ctx).into_iter().find(|offer| offer.way == self.way)
    }

    /// Whose form puts right what is missing.
    pub(super) fn owner_to_edit(&self, ctx: &Ctx) -> Result<Owner, &'static str> {
        if self.page != Page::Ways {
            return Err("that is for the first page");
        }
        let obstacle = self.offer(ctx).and_then(|offer| offer.obstacle);
        obstacle.and_then(|(_, owner)| owner).ok_or("nothing is missing for this way")
    }

    pub(super) fn edit(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.owner_to_edit(ctx).map(|owner| vec![Step::Open(Door::Edit(owner))]).unwrap_or_default()
    }

    pub(super) fn chooses_scopes(&self, _: &Ctx) -> Ready {
        if self.page == Page::Scopes { Ok(()) } else { Err("no scopes are chosen on this page") }
    }

    pub(super) fn can_go(&self, ctx: &Ctx) -> Ready {
        match (self.page, self.over) {
            (Page::Ways, _) => {
                let offer = self.offer(ctx).ok_or("the profile is not there any more")?;
                match offer.obstacle {
                    Some(_) => Err("this way cannot begin yet: the lines under it say what is missing"),
                    None => Ok(()),
                }
            }
            (Page::Scopes, _) if self.scopes.as_ref().is_some_and(|list| list.scopes().is_empty()) => {
                Err("ask for one scope at least")
            }
            (Page::Beginning, _) => Err("one moment: X is being asked"),
            (Page::Waiting, Over::Nothing) if self.way.row().wants == Wants::Redirect => {
                Err("log in on X's page first; birdkeep hears when the browser comes back")
            }
            (Page::Waiting, Over::Nothing) if self.input.is_empty() => match self.way.row().wants {
                Wants::Pin => Err("type the PIN that X's page shows"),
                _ => Err("paste the address that X's page has led to"),
            },
            (Page::Finishing, _) => Err("one moment: X is being asked for the tokens"),
            _ => Ok(()),
        }
    }

    pub(super) fn go(&mut self, ctx: &Ctx) -> Vec<Step> {
        match (self.page, self.over) {
            (Page::Ways, _) if self.way.row().credential == Credential::Oauth2 => {
                let needs = self.subject(ctx).map(|profile| of_needs(&profile.needs)).unwrap_or_default();
                self.scopes.get_or_insert_with(|| List::new(needs));
                self.turn(Page::Scopes);
                Vec::new()
            }
            (Page::Ways | Page::Scopes, _) => self.begin(),
            (Page::Waiting, Over::Address) => self.turn_over(ctx),
            (Page::Waiting, Over::Played(at)) => self.press(at, ctx),
            (Page::Waiting, Over::Nothing) => {
                let typed = self.input.secret();
                self.finish(typed)
            }
            (Page::Done, _) => vec![Step::Close],
            (Page::Failed, _) => {
                self.turn(Page::Ways);
                Vec::new()
            }
            (Page::Unsaved, _) => match self.pending {
                Some(login) => {
                    self.turn(Page::Finishing);
                    vec![self.start(Asked::Finish, Job::KeepLogin(login))]
                }
                None => vec![Step::Close],
            },
            (Page::Beginning | Page::Finishing, _) => Vec::new(),
        }
    }

    /// Takes a job on; its ticket is told at once.
    fn start(&mut self, asked: Asked, job: Job) -> Step {
        self.asked.push_back(asked);
        Step::Start(job)
    }

    pub(super) fn turn(&mut self, page: Page) {
        self.page = page;
        self.over = Over::Nothing;
        self.scroll = 0;
        if page != Page::Waiting {
            self.trouble = None;
            self.until = None;
        }
    }

    fn begin(&mut self) -> Vec<Step> {
        let oauth2 = self.way.row().credential == Credential::Oauth2;
        let scopes = self.scopes.as_ref().filter(|_| oauth2).map(List::scopes);
        self.turn(Page::Beginning);
        self.browser = Started::NotYet;
        let ask = LoginAsk { profile: self.profile, way: self.way, scopes, purpose: self.purpose };
        vec![self.start(Asked::Begin, Job::Login(ask))]
    }

    /// Hands in what a person has brought; whoever listens need not any more.
    fn finish(&mut self, brought: Secret) -> Vec<Step> {
        let Some(login) = self.pending else { return Vec::new() };
        let given = match self.way.row().wants {
            Wants::Pin => Given::Pin(brought),
            Wants::Paste | Wants::Redirect => Given::Redirect(brought),
        };
        self.input.clear();
        let mut steps: Vec<Step> =
            self.hearing.take().map(|job| Step::Do(Effect::Cancel(job))).into_iter().collect();
        self.turn(Page::Finishing);
        steps.push(self.start(Asked::Finish, Job::FinishLogin { login, given }));
        steps
    }

    pub(super) fn paste(&mut self, text: &Secret, _: &Ctx) -> Vec<Step> {
        if self.page != Page::Waiting {
            return vec![Step::Say(Notice::plain("nothing is expected on this page: nothing was pasted"))];
        }
        self.over = Over::Nothing;
        match self.way.row().wants {
            Wants::Pin => {
                self.trouble = None;
                let outcome = self.input.paste(text.expose().trim());
                outcome.sentence().map(|text| Step::Say(Notice::warn(text))).into_iter().collect()
            }
            // The code in it lives for half a minute, so nothing is asked in between.
            Wants::Paste | Wants::Redirect => self.finish(Secret::new(text.expose().trim())),
        }
    }

    pub(super) fn can_go_back(&self, _: &Ctx) -> Ready {
        match self.page {
            Page::Finishing => Err("somebody has come back from X: this finishes, so that nothing is lost"),
            _ => Ok(()),
        }
    }

    pub(super) fn back(&mut self, ctx: &Ctx) -> Vec<Step> {
        match (self.page, self.over) {
            (Page::Waiting, Over::Address | Over::Played(_)) => {
                self.over = Over::Nothing;
                Vec::new()
            }
            (Page::Scopes, _) => {
                self.turn(Page::Ways);
                Vec::new()
            }
            (Page::Beginning | Page::Waiting, _) => {
                let mut steps = self.give_up();
                self.turn(Page::Ways);
                let ended =
                    "the login is ended; nothing was stored, and the page at X is good for nothing now";
                steps.push(Step::Say(Notice::plain(ended)));
                steps
            }
            (Page::Unsaved, _) => {
                let mut steps = self.give_up();
                steps.extend([Step::Close, Step::Say(self.lost(ctx))]);
                steps
            }
            _ => vec![Step::Close],
        }
    }

    /// What it means to leave tokens that are not saved.
    fn lost(&self, _: &Ctx) -> Notice {
        Notice::warn(match self.way.row().credential {
            Credential::Oauth2 => "the new tokens are gone, and X may have ended the old ones: log in again",
            _ => "nothing was stored; X hands over the same tokens at the next login",
        })
    }

    /// Ends what waits for somebody.
    fn give_up(&mut self) -> Vec<Step> {
        let login = self.pending.take().or(self.job.take());
        let cancel = self.hearing.take().map(Effect::Cancel);
        self.job = None;
        self.input.clear();
        self.address = Secret::new("");
        cancel.into_iter().chain(login.map(Effect::DropLogin)).map(Step::Do).collect()
    }

    pub(super) fn check(&mut self, _: &Ctx) -> Vec<Step> {
        vec![Step::Close, Step::Start(Job::Check(vec![self.profile]))]
    }

    pub(super) fn open_page(&mut self, ctx: &Ctx) -> Vec<Step> {
        let Some(login) = self.pending else { return Vec::new() };
        if ctx.is_demo() {
            self.over = Over::Played(0);
            return Vec::new();
        }
        vec![self.start(Asked::Small, Job::OpenLogin(login))]
    }

    pub(super) fn copy_address(&mut self, _: &Ctx) -> Vec<Step> {
        let Some(login) = self.pending else { return Vec::new() };
        vec![self.start(Asked::Small, Job::CopyLogin(login))]
    }

    pub(super) fn turn_over(&mut self, _: &Ctx) -> Vec<Step> {
        self.over = if self.over == Over::Nothing { Over::Address } else { Over::Nothing };
        Vec::new()
    }

    /// A button of the page that the demo plays.
    fn press(&mut self, at: usize, ctx: &Ctx) -> Vec<Step> {
        let Some(login) = self.pending else { return Vec::new() };
        let press = match at {
            0 => Press::Yes(self.subject(ctx).and_then(|profile| profile.handle.clone())),
            1 => Press::Yes(self.stranger(ctx).cloned()),
            _ => Press::No,
        };
        self.over = Over::Nothing;
        vec![self.start(Asked::Small, Job::PlayLogin { login, press })]
    }

    pub(super) fn step(&mut self, by: isize, ctx: &Ctx) -> Vec<Step> {
        match (self.page, &mut self.over) {
            (Page::Ways, _) => {
                let offers = self.offers(ctx);
                let at = self.at(&offers).saturating_add_signed(by).min(offers.len().saturating_sub(1));
                self.way = offers.get(at).map_or(self.way, |offer| offer.way);
            }
            (Page::Scopes, _) => self.scopes.iter_mut().for_each(|list| list.go(by)),
            (Page::Waiting, Over::Played(at)) => *at = at.saturating_add_signed(by).min(PLAYED - 1),
            _ => {
                let last = super::pages::last_scroll(self, ctx);
                self.scroll = self.scroll.min(last).saturating_add_signed(by).min(last);
            }
        }
        Vec::new()
    }

    /// A line with a choice was clicked: the first click goes there, the next one takes it.
    pub(super) fn clicked(&mut self, line: usize, ctx: &Ctx) -> Vec<Step> {
        let offers = self.offers(ctx);
        let again = match (self.page, &mut self.over) {
            (Page::Ways, _) => {
                let way = offers.get(line).map_or(self.way, |offer| offer.way);
                std::mem::replace(&mut self.way, way) == way
            }
            (Page::Waiting, Over::Played(at)) => std::mem::replace(at, line) == line,
            _ => false,
        };
        match self.can_go(ctx) {
            Ok(()) if again => self.go(ctx),
            Err(why) if again => vec![Step::Say(Notice::warn(why))],
            _ => Vec::new(),
        }
    }

    pub(super) fn hear(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step> {
        match heard {
            Heard::Started(ticket) => self.started(*ticket, ctx),
            Heard::Reply(ticket, reply) => self.answered(*ticket, reply, ctx),
            Heard::Changed => Vec::new(),
        }
    }

    fn started(&mut self, ticket: Ticket, ctx: &Ctx) -> Vec<Step> {
        match self.asked.pop_front() {
            Some(Asked::Begin) => {
                self.job = Some(ticket);
                self.pending = None;
            }
            Some(Asked::Hear) => {
                self.hearing = Some(ticket);
                self.until = Some(ctx.moment.boot + PATIENCE);
            }
            Some(Asked::Finish) => self.job = Some(ticket),
            Some(Asked::Small) | None => {}
        }
        Vec::new()
    }

    fn answered(&mut self, ticket: Ticket, reply: &Reply, ctx: &Ctx) -> Vec<Step> {
        let waited_for = self.job == Some(ticket) || self.hearing == Some(ticket);
        match reply {
            Reply::LoginOpened(true) => self.browser = Started::Yes,
            Reply::LoginOpened(false) => self.browser = Started::Failed,
            Reply::LoginCopied(outcome) => return self.copied(outcome.ok()),
            Reply::LoginPlayed(played) => return self.played(played.as_ref()),
            _ if !waited_for => {}
            Reply::LoginHeard => {
                self.turn(Page::Finishing);
                self.job = self.hearing.take();
            }
            Reply::LoginBegun(Ok(begun)) => return self.begun(ticket, begun, ctx),
            Reply::LoginBegun(Err(failure)) => {
                self.job = None;
                self.turn(Page::Failed);
                self.trouble = Some(failure.clone());
            }
            Reply::LoggedIn(Ok(done)) => {
                (self.job, self.hearing, self.pending) = (None, None, None);
                self.turn(Page::Done);
                let account = done.account.as_ref().map(|account| account.handle.to_string());
                self.done = Some(Done { account, said: done.said.clone() });
            }
            // The wizard below goes on with what came.
            Reply::Rotated(Ok(_)) => return vec![Step::Close],
            Reply::LoggedIn(Err(trouble)) => {
                (self.job, self.hearing) = (None, None);
                self.turn(page_after(trouble.next));
                self.trouble = Some(trouble.failure.clone());
            }
            // The notices have said what happened, or nobody waits any more.
            Reply::LoginLeft | Reply::Died => {
                (self.job, self.hearing) = (None, None);
                if self.page != Page::Ways {
                    self.turn(Page::Ways);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn begun(&mut self, ticket: Ticket, begun: &LoginBegun, ctx: &Ctx) -> Vec<Step> {
        let wants = self.way.row().wants;
        self.job = None;
        self.pending = Some(ticket);
        self.address = begun.address.clone();
        self.callback = visible_within(begun.callback.as_deref().unwrap_or_default(), 100);
        self.input = Input::new(if wants == Wants::Pin { Look::Plain } else { Look::Masked });
        self.turn(Page::Waiting);
        let mut steps = Vec::new();
        if wants == Wants::Redirect {
            steps.push(self.start(Asked::Hear, Job::HearLogin(ticket)));
        }
        if ctx.is_demo() {
            self.over = Over::Played(0);
        } else if wants == Wants::Redirect && ctx.browsing == Browsing::Here {
            steps.extend(self.open_page(ctx));
        }
        steps
    }

    fn copied(&self, way: Option<&'static str>) -> Vec<Step> {
        let Some(login) = self.pending else { return Vec::new() };
        if let Some(way) = way {
            return vec![Step::Say(Notice::good(format!("the address is in {way}")))];
        }
        let text = "the address was handed to the terminal (OSC 52); if it is not there, Tab shows it alone";
        vec![Step::Do(Effect::CopyLoginThroughTerminal(login)), Step::Say(Notice::plain(text))]
    }

    /// Where the demo's page ended: what a person would bring is in the field already.
    fn played(&mut self, played: Option<&Played>) -> Vec<Step> {
        if self.page != Page::Waiting {
            return Vec::new();
        }
        let said = match (played, self.way.row().wants) {
            (Some(Played::Pin(pin)), Wants::Pin) => {
                self.input.clear();
                self.input.paste(pin.expose());
                "the page shows a PIN; the demo has typed it for you, Enter hands it in".to_owned()
            }
            (Some(Played::Sent(address)), Wants::Paste) => {
                self.input.clear();
                self.input.paste(address.expose());
                "the demo has pasted the address for you; Enter hands it in".to_owned()
            }
            (Some(Played::Stopped(heading)), _) => {
                format!("the page says “{}” and goes no further", visible_within(heading, 60))
            }
            // Whoever waits for the redirect has heard it.
            (Some(_), _) => return Vec::new(),
            (None, _) => "this browser shows real pages".to_owned(),
        };
        vec![Step::Say(Notice::plain(said))]
    }
}
