//! Does effects: the only place of the screen that calls the verbs of [`crate::ops`], and the holder of the keys.
//!
//! Lanes: what touches the vault is done in order on one thread; what waits for X or for a browser runs beside it,
//! checks many at once; copies have a thread of their own, since a desktop may take its time. Work takes what it needs when it is asked for, so that
//! a lock cannot take it away half-way.

mod desk;
mod jobs;
mod lane;
mod login;

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use self::jobs::Worker;
use self::lane::{Crowd, Lane};

use super::ctx::Presence;
use super::effect::{Effect, Job, SecretRef};
use super::message::{Msg, Reply, Ticket};
use super::sources::Input;
use super::terminal::Terminal;
use crate::domain::secret::Secret;
use crate::failure::Failure;
use crate::ops::World;
use crate::ops::check::{Cancel, Checks};
use crate::ops::regenerate::{regenerate, set_up};
use crate::ops::unlock;

/// Does effects.
#[derive(Debug)]
pub(super) struct Performer {
    worker: Worker,
    vault: Lane,
    x: Crowd,
    rotation: Lane,
    login: Lane,
    clipboard: Lane,
    cancels: BTreeMap<Ticket, Cancel>,
    /// Our value that was copied last, and which way it went.
    copied: Arc<Mutex<Option<Copy>>>,
}

/// A copy that is still out.
#[derive(Debug)]
enum Copy {
    /// In the desktop's clipboard.
    Desktop(Secret),
    /// Wherever the terminal put it.
    Terminal,
}

/// Whether there is a vault, and what opens it.
///
/// # Errors
/// What [`unlock::presence`] says.
pub(super) fn presence(world: &World) -> Result<Presence, Failure> {
    Ok(match unlock::presence(world)? {
        unlock::Presence::Absent => Presence::Absent,
        unlock::Presence::Passphrase => Presence::Passphrase,
        unlock::Presence::Plain => Presence::Plain,
    })
}

impl Performer {
    /// A performer that tells `tx` what becomes of what it does.
    ///
    /// # Errors
    /// The system gives no threads.
    pub(super) fn new(world: World, tx: Sender<Input>) -> io::Result<Self> {
        Ok(Self {
            worker: Worker {
                checks: Checks::new(world.clone()),
                world,
                tx,
                desk: Arc::default(),
                logins: Arc::default(),
            },
            vault: Lane::start("vault")?,
            x: Crowd::start("x")?,
            rotation: Lane::start("rotation")?,
            login: Lane::start("login")?,
            clipboard: Lane::start("clipboard")?,
            cancels: BTreeMap::new(),
            copied: Arc::default(),
        })
    }

    /// Does one effect. What takes a while goes to a lane.
    pub(super) fn perform(&mut self, effect: Effect, terminal: &mut Terminal) {
        match effect {
            Effect::Start(ticket, job) => self.start(ticket, job, terminal),
            Effect::Cancel(ticket) => {
                if let Some(cancel) = self.cancels.remove(&ticket) {
                    cancel.cancel();
                }
            }
            Effect::Forget => {
                for cancel in std::mem::take(&mut self.cancels).into_values() {
                    cancel.cancel();
                }
                self.worker.desk.clear();
                self.worker.logins.forget();
            }
            Effect::KeepDraft(drafts) => {
                // Whoever keeps drafts is about to lock: the keys are taken along now.
                if let Some(session) = self.worker.desk.session() {
                    let worker = self.worker.clone();
                    self.vault.queue(move || worker.keep_drafts(&session, &drafts), || {});
                }
            }
            Effect::CopyThroughTerminal(what) => self.copy_through_terminal(what, terminal),
            Effect::OpenLink(url) => {
                if self.worker.world.browser.open(&url).is_err() {
                    self.worker.say(Msg::NoBrowser(url));
                }
            }
            Effect::CopyLoginThroughTerminal(login) => {
                // Whether it worked cannot be known; the address stands on the page as well.
                let _ = self.worker.logins.address(login).map(|address| terminal.copy(&address));
            }
            Effect::CopyTextThroughTerminal(text) => {
                // Whether it worked cannot be known; the text stands on the page as well.
                let _ = terminal.copy(&Secret::new(text));
            }
            Effect::DropLogin(login) => self.worker.logins.drop_one(login),
            Effect::PlayConsole(owner, credential) => {
                let shown = self.worker.desk.session().and_then(|session| {
                    regenerate(&self.worker.world, session.document(), owner, credential)
                });
                if let Some(shown) = shown {
                    self.worker.say(Msg::Paste(shown));
                }
            }
            Effect::PlaySetup { app, setup, fields } => {
                let shown =
                    self.worker.desk.session().and_then(|session| {
                        set_up(&self.worker.world, session.document(), app, &setup, &fields)
                    });
                if let Some(shown) = shown {
                    self.worker.say(Msg::Paste(shown));
                }
            }
            // The loop itself does these.
            Effect::Suspend | Effect::Redraw | Effect::Demo | Effect::Quit => {}
        }
    }

    fn start(&mut self, ticket: Ticket, job: Job, terminal: &mut Terminal) {
        let worker = self.worker.clone();
        let dead = self.worker.clone();
        let died = move || dead.reply(ticket, Reply::Died);
        // The session is taken now: a lock that comes later does not take it from work in custody.
        let (epoch, session) = (worker.desk.epoch(), worker.desk.session());
        match job {
            Job::Copy(what) => {
                let copied = Arc::clone(&self.copied);
                let secret = worker.secret(what);
                self.clipboard.queue(move || worker.copy(ticket, secret, &copied), died);
            }
            Job::CopyText(text) => self.clipboard.queue(move || worker.copy_text(ticket, text), died),
            Job::ClearClipboard => {
                let out = self.copied.lock().unwrap_or_else(PoisonError::into_inner).take();
                match out {
                    Some(Copy::Terminal) => {
                        // It cannot be verified either way.
                        let _ = terminal.copy(&Secret::new(""));
                        self.worker.reply(ticket, Reply::Cleared(Ok(None)));
                    }
                    Some(Copy::Desktop(secret)) => {
                        self.clipboard.queue(move || worker.clear(ticket, &secret), died);
                    }
                    None => self.worker.reply(ticket, Reply::Cleared(Ok(None))),
                }
            }
            Job::Check(profiles) => {
                let cancel = Cancel::new();
                self.cancels.insert(ticket, cancel.clone());
                let work = async move { worker.check(ticket, epoch, session, profiles, cancel).await };
                self.x.join(work, died);
            }
            Job::Rotate { owner, credential, input } => {
                let work = move || worker.rotate(ticket, epoch, session, (owner, credential), input);
                self.rotation.queue(work, died);
            }
            Job::Login(ask) => {
                self.worker.logins.begin(ticket, ask.purpose);
                self.login.queue(move || worker.begin_login(ticket, session, ask), died);
            }
            Job::HearLogin(login) => {
                let cancel = Cancel::new();
                self.cancels.insert(ticket, cancel.clone());
                self.login.queue(move || worker.hear_login((ticket, login), epoch, session, &cancel), died);
            }
            Job::FinishLogin { login, given } => {
                // From here on no lock takes it away.
                self.worker.logins.claim(login);
                self.login.queue(move || worker.finish_login((ticket, login), epoch, session, given), died);
            }
            Job::KeepLogin(login) => {
                self.worker.logins.claim(login);
                self.login.queue(move || worker.keep_login((ticket, login), epoch, session), died);
            }
            Job::OpenLogin(login) => worker.open_login(ticket, login),
            Job::PlayLogin { login, press } => worker.play_login(ticket, login, &press),
            Job::CopyLogin(login) => self.clipboard.queue(move || worker.copy_login(ticket, login), died),
            Job::Refresh(profile) => {
                self.rotation.queue(move || worker.refresh(ticket, epoch, session, profile), died);
            }
            Job::Revoke(target) => {
                let work = move || worker.revoke(ticket, epoch, session, target);
                self.rotation.queue(work, died);
            }
            job => self.vault.queue(move || worker.vault(ticket, epoch, session, job), died),
        }
    }

    fn copy_through_terminal(&self, what: SecretRef, terminal: &mut Terminal) {
        if let Some(secret) = self.worker.secret(what)
            && terminal.copy(&secret).is_ok()
        {
            *self.copied.lock().unwrap_or_else(PoisonError::into_inner) = Some(Copy::Terminal);
        }
    }

    /// Waits for what is in custody, takes back what was copied, then ends.
    pub(super) fn finish(self, terminal: &mut Terminal) {
        for cancel in self.cancels.into_values() {
            cancel.cancel();
        }
        let out = self.copied.lock().unwrap_or_else(PoisonError::into_inner).take();
        match out {
            Some(Copy::Terminal) => drop(terminal.copy(&Secret::new(""))),
            Some(Copy::Desktop(secret)) => {
                let world = self.worker.world.clone();
                let clear = move || {
                    // Nobody is left to be told.
                    let _ = world.clipboard.clear_if(&secret);
                };
                self.clipboard.queue(clear, || {});
            }
            None => {}
        }
        self.x.finish();
        for lane in [self.rotation, self.login, self.vault, self.clipboard] {
            lane.finish();
        }
    }
}
