//! One rotation: where it stands, what its keys do, what it hears.

use super::slots::Slots;
use super::stages::{Doing, goes_on};
use super::{document, trusted};
use crate::domain::fields::{Credential, Field};
use crate::domain::id::{Owner, ProfileId};
use crate::domain::rotation::{self, Rotation, Stage, Way};
use crate::domain::secret::Secret;
use crate::domain::standing;
use crate::failure::Failure;
use crate::ops::rotate;
use crate::tui::ctx::Ctx;
use crate::tui::effect::{Job, JobKind, RotateInput};
use crate::tui::keys::Ready;
use crate::tui::message::{Reply, RotationStep, Ticket};
use crate::tui::notice::Notice;
use crate::tui::screen::{Door, Heard, Step};

/// Which page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Which credential?
    Choose,
    /// What will stop; nothing has changed yet.
    Review,
    /// A stage is to be done, or under way.
    Stage(Stage),
    /// Really end it without a new value?
    Abandon,
    /// It is over.
    Over(Over),
    /// The app or profile was deleted meanwhile.
    Gone,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// The new value is in place.
    InPlace,
    /// Without one.
    Abandoned,
}

/// What is under way.
#[derive(Debug)]
pub(super) enum Run {
    /// Nothing.
    Idle,
    /// A stage, begun here.
    Going(Ticket),
    /// The last stage did not work out.
    Failed(Failure),
    /// X refused the new value, and the rotation went back to an earlier stage.
    Refused(Failure),
}

/// A question on top of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    Nothing,
    Abandon,
}

/// One rotation.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) holder: Owner,
    pub(super) credential: Credential,
    pub(super) run: Run,
    asking: Asking,
    over: Option<Over>,
    /// The way a person wants, as long as nothing has begun.
    wanted: Option<Way>,
    /// Whether a person has agreed to end it without a new value.
    ending: bool,
    /// The rotation as it was seen last.
    last: Rotation,
    /// The number of the bot under the cursor, of those that are down.
    pub(super) at: usize,
    pub(super) slots: Slots,
    /// Whether the page takes characters as text.
    pub(super) typing: bool,
    /// What the stages said, the newest last.
    pub(super) said: Vec<String>,
    /// The short fingerprints before it began.
    pub(super) old: Vec<(Field, Option<String>)>,
    /// The stage begun last here.
    pub(super) begun: Option<Stage>,
}

impl Work {
    /// The rotation of a credential as the vault has it. `None` while the vault is locked.
    pub(super) fn new(ctx: &Ctx, holder: Owner, credential: Credential) -> Option<Self> {
        let slots = Slots::new(document(ctx)?, holder, credential);
        let mut work = Self {
            holder,
            credential,
            run: Run::Idle,
            asking: Asking::Nothing,
            over: None,
            wanted: None,
            ending: false,
            last: Rotation::begin(credential, ctx.moment.now),
            at: 0,
            slots,
            typing: false,
            said: Vec::new(),
            old: Vec::new(),
            begun: None,
        };
        work.old = work.prints(ctx);
        work.last = work.shown(ctx);
        work.settle(ctx);
        Some(work)
    }

    /// The short fingerprints of what is stored now.
    pub(super) fn prints(&self, ctx: &Ctx) -> Vec<(Field, Option<String>)> {
        let print = |field: &Field| {
            let document = document(ctx)?;
            let secret = document.held(self.holder)?.secret(*field)?;
            Some(document.fingerprints.of(secret).short())
        };
        self.credential.fields().iter().map(|field| (*field, print(field))).collect()
    }

    /// The rotation as the vault has it, once it has begun.
    pub(super) fn rotation<'a>(&self, ctx: &'a Ctx) -> Option<&'a Rotation> {
        let rotation = document(ctx)?.held(self.holder)?.rotation(self.credential);
        rotation.filter(|rotation| rotation.stage != Stage::Review)
    }

    /// The rotation whose stages are shown: as the vault has it, or as it would begin.
    pub(super) fn shown(&self, ctx: &Ctx) -> Rotation {
        if self.over.is_some() {
            return self.last.clone();
        }
        let Some(document) = document(ctx) else { return self.last.clone() };
        let known = document.held(self.holder).and_then(|held| held.rotation(self.credential)).cloned();
        let rotation = known.unwrap_or_else(|| {
            let way = rotate::way_of(document, self.holder, self.credential);
            Rotation::begin(self.credential, ctx.moment.now).by(way)
        });
        match self.wanted {
            Some(way) if rotation.stage == Stage::Review => rotation.by(way),
            _ => rotation,
        }
    }

    /// The bots that wait for a new login, on the page that lists them.
    pub(super) fn down(&self, ctx: &Ctx) -> Vec<ProfileId> {
        match (document(ctx), self.holder, self.mode(ctx)) {
            (Some(document), Owner::App(app), Mode::Stage(Stage::Logins)) => standing::down(document, app),
            _ => Vec::new(),
        }
    }

    /// The other way it can be done from here, without anything dying on the way there.
    pub(super) fn other_way(&self, ctx: &Ctx) -> Option<Way> {
        let shown = self.shown(ctx);
        let fits = |way: Way| match shown.stage {
            Stage::Review => matches!(way, Way::Request | Way::Console | Way::Login),
            Stage::Login | Stage::Console | Stage::Paste => matches!(way, Way::Console | Way::Login),
            _ => false,
        };
        let ways = rotation::WAYS.iter().filter(|row| row.credential == self.credential);
        ways.map(|row| row.way).find(|way| *way != shown.way && fits(*way))
    }

    /// Takes the other way: before it has begun only the page changes.
    pub(super) fn turn_to(&mut self, way: Way, ctx: &Ctx) -> Vec<Step> {
        if self.mode(ctx) == Mode::Review {
            self.wanted = Some(way);
            return Vec::new();
        }
        let steps = self.start(RotateInput::By(way), ctx);
        self.settle(ctx);
        steps
    }

    fn is_there(&self, ctx: &Ctx) -> bool {
        document(ctx).is_some_and(|document| match self.holder {
            Owner::App(id) => document.app(id).is_some_and(|app| app.deleted_at.is_none()),
            Owner::Profile(id) => document.profile(id).is_some_and(|profile| profile.deleted_at.is_none()),
        })
    }

    /// The stage that a question stands on top of.
    pub(super) fn stage(&self, ctx: &Ctx) -> Option<Stage> {
        self.rotation(ctx).map(|rotation| rotation.stage)
    }

    pub(super) fn mode(&self, ctx: &Ctx) -> Mode {
        match (self.over, self.asking, self.rotation(ctx)) {
            (Some(over), ..) => Mode::Over(over),
            _ if !self.is_there(ctx) => Mode::Gone,
            (None, Asking::Abandon, Some(_)) => Mode::Abandon,
            (None, _, Some(rotation)) => Mode::Stage(rotation.stage),
            // It is being begun, or that did not work out.
            (None, _, None) if !matches!(self.run, Run::Idle) => Mode::Stage(Stage::Review),
            (None, _, None) => Mode::Review,
        }
    }

    /// How the present stage stands.
    pub(super) fn doing(&self, ctx: &Ctx) -> Doing {
        match self.run {
            Run::Going(_) => Doing::Running,
            _ if self.is_elsewhere(ctx) => Doing::Running,
            Run::Failed(_) => Doing::Failed,
            Run::Idle | Run::Refused(_) => Doing::Waiting,
        }
    }

    /// True while a stage is under way that was not begun here: before a lock, say.
    fn is_elsewhere(&self, ctx: &Ctx) -> bool {
        let own = match self.run {
            Run::Going(ticket) => Some(ticket),
            _ => None,
        };
        ctx.jobs.listed().any(|(ticket, job)| job.kind == self.kind() && Some(ticket) != own)
    }

    fn kind(&self) -> JobKind {
        let (owner, credential, input) = (self.holder, self.credential, RotateInput::Go);
        Job::Rotate { owner, credential, input }.kind()
    }

    /// Whether nothing is under way.
    ///
    /// # Errors
    /// That something is.
    pub(super) fn idle(&self, ctx: &Ctx) -> Ready {
        if self.doing(ctx) == Doing::Running { Err("a stage is under way: wait for its end") } else { Ok(()) }
    }

    /// True where values are pasted: at a login, and from the console on, as soon as there is one.
    pub(super) fn is_pasting(&self, ctx: &Ctx) -> bool {
        match self.mode(ctx) {
            Mode::Stage(Stage::Paste | Stage::Login) => true,
            Mode::Stage(Stage::Console) => !self.slots.is_empty(),
            _ => false,
        }
    }

    /// Brings up to date what [`Work::typing`] says.
    pub(super) fn settle(&mut self, ctx: &Ctx) {
        self.typing = self.is_pasting(ctx) && self.idle(ctx).is_ok();
    }

    pub(super) fn ready_to_press(&self, ctx: &Ctx) -> Ready {
        match self.mode(ctx) {
            Mode::Over(_) | Mode::Gone => Ok(()),
            _ => {
                trusted(ctx)?;
                self.idle(ctx)?;
                if self.is_login(ctx).is_none() && self.is_pasting(ctx) && self.slots.on_button() {
                    self.ready_to_try(ctx)
                } else {
                    Ok(())
                }
            }
        }
    }

    fn ready_to_try(&self, ctx: &Ctx) -> Ready {
        let document = document(ctx).ok_or("the vault is locked")?;
        self.slots.ready(document, self.holder, ctx.moment.now)
    }

    /// The bot to log in, where a login is waited for and nothing was pasted instead.
    fn is_login(&self, ctx: &Ctx) -> Option<ProfileId> {
        match (self.mode(ctx), self.holder) {
            (Mode::Stage(Stage::Login), Owner::Profile(bot)) if self.slots.is_empty() => Some(bot),
            _ => None,
        }
    }

    /// Enter, where there are no buttons.
    pub(super) fn press(&mut self, ctx: &Ctx) -> Vec<Step> {
        let steps = match self.mode(ctx) {
            Mode::Over(_) | Mode::Gone => vec![Step::Close],
            Mode::Stage(Stage::Login) if self.slots.is_empty() => {
                let login = self.is_login(ctx).map(|bot| Door::LoginAnew(bot, self.credential));
                login.map(Step::Open).into_iter().collect()
            }
            Mode::Stage(_) if self.is_pasting(ctx) && self.slots.on_button() => {
                self.start(RotateInput::Pasted(self.slots.values()), ctx)
            }
            Mode::Stage(_) if self.is_pasting(ctx) => {
                self.slots.next();
                Vec::new()
            }
            Mode::Stage(Stage::Logins) => match self.down(ctx).get(self.at) {
                Some(bot) => vec![Step::Open(Door::Rotate((*bot).into(), Some(Credential::Access)))],
                None => self.start(RotateInput::Go, ctx),
            },
            Mode::Stage(_) => self.start(RotateInput::Go, ctx),
            Mode::Choose | Mode::Review | Mode::Abandon => Vec::new(),
        };
        self.settle(ctx);
        steps
    }

    /// Yes to the question of the page.
    pub(super) fn consent(&mut self, ctx: &Ctx) -> Vec<Step> {
        match self.mode(ctx) {
            Mode::Review => self.start(self.wanted.map_or(RotateInput::Go, RotateInput::By), ctx),
            Mode::Abandon => {
                self.asking = Asking::Nothing;
                self.ending = true;
                self.start(RotateInput::Abandon, ctx)
            }
            _ => Vec::new(),
        }
    }

    fn start(&mut self, input: RotateInput, ctx: &Ctx) -> Vec<Step> {
        let (owner, credential) = (self.holder, self.credential);
        self.begun = self.rotation(ctx).map(|rotation| rotation.stage);
        self.run = Run::Idle;
        vec![Step::Start(Job::Rotate { owner, credential, input })]
    }

    /// Asks whether to abandon it.
    pub(super) fn ask(&mut self, ctx: &Ctx) {
        self.asking = Asking::Abandon;
        self.typing = false;
        self.run = match std::mem::replace(&mut self.run, Run::Idle) {
            Run::Failed(_) | Run::Refused(_) => Run::Idle,
            run => run,
        };
        self.settle(ctx);
    }

    pub(super) fn leave(&mut self, ctx: &Ctx) -> Vec<Step> {
        let mode = self.mode(ctx);
        self.asking = Asking::Nothing;
        let steps = match mode {
            Mode::Abandon => Vec::new(),
            Mode::Stage(_) if self.doing(ctx) == Doing::Running => {
                let text = "the stage goes on by itself; R shows how it ended";
                vec![Step::Close, Step::Say(Notice::plain(text))]
            }
            Mode::Stage(stage) if stage != Stage::Review && !self.slots.is_empty() => {
                let text = "what was pasted is kept, sealed, and the rotation waits: R takes it up again";
                vec![Step::Shelve, Step::Say(Notice::plain(text))]
            }
            Mode::Stage(stage) if stage != Stage::Review => {
                let text = format!("the rotation waits at “{}”: R takes it up again", stage.row().title);
                vec![Step::Close, Step::Say(Notice::plain(text))]
            }
            // Nothing has begun, or everything is over.
            _ => vec![Step::Close],
        };
        self.settle(ctx);
        steps
    }

    pub(super) fn paste(&mut self, text: &Secret, ctx: &Ctx) -> Vec<Step> {
        let expected = matches!(self.mode(ctx), Mode::Stage(Stage::Login | Stage::Console | Stage::Paste));
        if !expected || self.idle(ctx).is_err() {
            let text = "no value is expected on this page: nothing was pasted";
            return vec![Step::Say(Notice::plain(text))];
        }
        self.slots.paste(text);
        self.settle(ctx);
        // X shows a new value once, so it is sealed at once.
        vec![Step::Keep]
    }

    pub(super) fn heard(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step> {
        let steps = match heard {
            Heard::Started(ticket) => {
                self.run = Run::Going(*ticket);
                Vec::new()
            }
            Heard::Reply(ticket, reply) => self.answered(*ticket, reply, ctx),
            Heard::Changed => {
                self.at = self.at.min(self.down(ctx).len().saturating_sub(1));
                if let Some(document) = document(ctx).filter(|_| self.slots.is_empty()) {
                    self.slots = Slots::new(document, self.holder, self.credential);
                }
                Vec::new()
            }
        };
        self.settle(ctx);
        steps
    }

    fn answered(&mut self, ticket: Ticket, reply: &Reply, ctx: &Ctx) -> Vec<Step> {
        let own = matches!(self.run, Run::Going(going) if going == ticket);
        match reply {
            Reply::Rotated(Ok(step)) if (step.owner, step.credential) == (self.holder, self.credential) => {
                self.moved(step, own, ctx)
            }
            Reply::Rotated(Err(failure)) if own => {
                self.ending = false;
                self.run = Run::Failed(failure.clone());
                Vec::new()
            }
            // The notices have said what happened.
            _ if own => {
                self.run = Run::Idle;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// A stage is over.
    fn moved(&mut self, step: &RotationStep, own: bool, ctx: &Ctx) -> Vec<Step> {
        // What the refusal says is shown as such.
        let told = |said: &&String| {
            let refusal = step.refused.as_ref();
            !refusal.is_some_and(|refusal| said.starts_with(&refusal.what) || **said == refusal.try_this)
        };
        self.said.extend(step.said.iter().filter(told).cloned());
        self.run = step.refused.as_deref().cloned().map_or(Run::Idle, Run::Refused);
        // What was pasted is in the vault from here on.
        let mut steps = if self.slots.is_empty() { Vec::new() } else { vec![Step::Keep] };
        self.slots.empty();
        let before = self.last.stage;
        self.last = step.rotation.clone().unwrap_or_else(|| self.last.clone());
        let Some(rotation) = &step.rotation else {
            let in_place = !self.ending && (own || self.prints(ctx) != self.old);
            self.over = Some(if in_place { Over::InPlace } else { Over::Abandoned });
            return steps;
        };
        self.wanted = None;
        // A login elsewhere has brought what this page waits for: as good as begun here.
        let awaited = !own && before == Stage::Login;
        let begun = if awaited { Some(Stage::Login) } else { self.begun };
        if (own || awaited) && step.refused.is_none() && goes_on(begun, rotation.stage) {
            let (owner, credential) = (self.holder, self.credential);
            self.begun = Some(rotation.stage);
            steps.push(Step::Start(Job::Rotate { owner, credential, input: RotateInput::Go }));
        }
        steps
    }
}
