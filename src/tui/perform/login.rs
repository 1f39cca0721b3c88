//! Logins: what is secret of one stays here, under the ticket of the job that began it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::desk::Epoch;
use super::jobs::Worker;
use crate::domain::fields::Credential;
use crate::domain::id::Owner;
use crate::domain::names::Handle;
use crate::domain::secret::Secret;
use crate::failure::Failure;
use crate::ops::authorize::{self, Given, Issued, Pending, Press, Stopped, Wants, Wish};
use crate::ops::check::Cancel;
use crate::ops::session::Session;
use crate::ops::{copy, rotate};
use crate::tui::effect::{LoginAsk, Purpose};
use crate::tui::message::{LoggedIn, LoginBegun, LoginNext, NotLoggedIn, Reply, RotationStep, Ticket};

/// The login under way: one at most, the newest.
#[derive(Debug, Default)]
pub(super) struct Logins(Mutex<Option<Login>>);

#[derive(Debug)]
struct Login {
    ticket: Ticket,
    purpose: Purpose,
    /// The page, and the account that should log in there.
    page: Option<(Secret, Option<Handle>)>,
    pending: Option<Pending>,
    /// Tokens that could not be saved.
    issued: Option<Box<Issued>>,
    /// True while it is being finished: then no lock ends it.
    claimed: bool,
}

impl Logins {
    /// From now on this login is the one under way.
    pub(super) fn begin(&self, ticket: Ticket, purpose: Purpose) {
        let login = Login { ticket, purpose, page: None, pending: None, issued: None, claimed: false };
        *self.inner() = Some(login);
    }

    /// Ends whatever is under way and not being finished.
    pub(super) fn forget(&self) {
        self.inner().take_if(|login| !login.claimed);
    }

    /// The same for this one.
    pub(super) fn drop_one(&self, ticket: Ticket) {
        self.inner().take_if(|login| login.ticket == ticket && !login.claimed);
    }

    /// This login is being finished.
    pub(super) fn claim(&self, ticket: Ticket) {
        self.with(ticket, |login| login.claimed = true);
    }

    /// The page to open.
    pub(super) fn address(&self, ticket: Ticket) -> Option<Secret> {
        self.with(ticket, |login| login.page.as_ref().map(|(address, _)| address.clone()))?
    }

    fn with<T>(&self, ticket: Ticket, f: impl FnOnce(&mut Login) -> T) -> Option<T> {
        self.inner().as_mut().filter(|login| login.ticket == ticket).map(f)
    }

    fn take(&self, ticket: Ticket) -> Option<Pending> {
        self.with(ticket, |login| login.pending.take())?
    }

    /// Puts it back; if it was given up meanwhile, it is dropped.
    fn put(&self, ticket: Ticket, pending: Pending) {
        self.with(ticket, |login| login.pending = Some(pending));
    }

    /// It is not being finished any more.
    fn release(&self, ticket: Ticket) {
        self.with(ticket, |login| login.claimed = false);
    }

    fn inner(&self) -> MutexGuard<'_, Option<Login>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The job, and the job that began the login it works on.
pub(super) type Tickets = (Ticket, Ticket);

impl Worker {
    /// Asks X for the page.
    pub(super) fn begin_login(&self, ticket: Ticket, session: Option<Session>, ask: LoginAsk) {
        let Some(session) = session.filter(Session::is_trusted) else {
            return self.reply(ticket, Reply::Died);
        };
        let wish = Wish { way: ask.way, callback: None, scopes: ask.scopes };
        let begun = wait_for(authorize::begin(&self.world, session.document(), ask.profile, wish));
        let Some(begun) = begun else { return self.reply(ticket, Reply::Died) };
        let begun = begun.map(|pending| {
            let address = Secret::new(pending.address());
            let callback = pending.callback().map(ToOwned::to_owned);
            self.logins.with(ticket, |login| {
                login.page = Some((address.clone(), pending.handle().cloned()));
                login.pending = Some(pending);
            });
            LoginBegun { address, callback }
        });
        self.reply(ticket, Reply::LoginBegun(begun));
    }

    /// Waits for the redirect, and finishes the login with it.
    pub(super) fn hear_login(
        &self,
        (ticket, login): Tickets,
        epoch: Epoch,
        session: Option<Session>,
        cancel: &Cancel,
    ) {
        let Some(mut pending) = self.logins.take(login) else { return self.reply(ticket, Reply::LoginLeft) };
        let heard = wait_for(async {
            let hearing = pending.listen()?;
            tokio::select! {
                // What has come back counts, even if somebody has given up in the same moment.
                biased;
                heard = hearing => Some(heard),
                () = cancel.cancelled() => None,
            }
        });
        match heard.flatten() {
            Some(Ok(given)) => {
                self.reply(ticket, Reply::LoginHeard);
                self.logins.claim(login);
                self.finish((ticket, login), epoch, session, (pending, given));
            }
            Some(Err(failure)) => self.not_logged_in(ticket, failure, LoginNext::Anew),
            None => {
                // A person may still bring the address.
                self.logins.put(login, pending);
                self.reply(ticket, Reply::LoginLeft);
            }
        }
    }

    /// Finishes a login with what a person brought.
    pub(super) fn finish_login(
        &self,
        (ticket, login): Tickets,
        epoch: Epoch,
        session: Option<Session>,
        given: Given,
    ) {
        match self.logins.take(login) {
            Some(pending) => self.finish((ticket, login), epoch, session, (pending, given)),
            None => self.reply(ticket, Reply::LoginLeft),
        }
    }

    fn finish(
        &self,
        (ticket, login): Tickets,
        epoch: Epoch,
        session: Option<Session>,
        (mut pending, given): (Pending, Given),
    ) {
        let Some(session) = self.newest(epoch, session) else { return self.reply(ticket, Reply::Died) };
        let exchange = authorize::exchange(&self.world, session.document(), &mut pending, given);
        match wait_for(exchange) {
            Some(Ok(issued)) => self.keep((ticket, login), epoch, session, issued),
            Some(Err(stopped)) => {
                // A redirect is heard once: who is to come back the same way needs another login.
                let again = matches!(stopped, Stopped::Again(_)) && pending.wants() != Wants::Redirect;
                let next = if again { LoginNext::Again } else { LoginNext::Anew };
                self.logins.release(login);
                if again {
                    self.logins.put(login, pending);
                }
                self.not_logged_in(ticket, stopped.failure().clone(), next);
            }
            None => self.reply(ticket, Reply::Died),
        }
    }

    /// Saves what X has issued, as the login was meant.
    fn keep(&self, (ticket, login): Tickets, epoch: Epoch, session: Session, issued: Issued) {
        let purpose = self.logins.with(login, |login| login.purpose).unwrap_or(Purpose::Store);
        let kept = match purpose {
            Purpose::Store => self.store(epoch, session, &issued),
            Purpose::Rotate => self.hand_over(epoch, session, &issued),
        };
        self.logins.release(login);
        match kept {
            Some(Ok(reply)) => {
                self.logins.drop_one(login);
                self.reply(ticket, reply);
            }
            Some(Err(failure)) => {
                self.logins.with(login, |login| login.issued = Some(Box::new(issued)));
                self.not_logged_in(ticket, failure, LoginNext::Save);
            }
            None => self.reply(ticket, Reply::Died),
        }
    }

    fn store(&self, epoch: Epoch, session: Session, issued: &Issued) -> Option<Result<Reply, Failure>> {
        let kept = wait_for(authorize::keep(&self.world, session, issued))?;
        Some(kept.map(|done| {
            let snapshot = self.desk.put(epoch, &done.session);
            let (said, account, profile) = (done.said, done.account, issued.profile);
            Reply::LoggedIn(Ok(LoggedIn { snapshot, profile, said, account }))
        }))
    }

    /// Gives the values to the rotation that waits for them, which verifies before it puts them in place.
    fn hand_over(&self, epoch: Epoch, session: Session, issued: &Issued) -> Option<Result<Reply, Failure>> {
        let (owner, oauth2) = (Owner::from(issued.profile), issued.grant.is_some());
        let credential = if oauth2 { Credential::Oauth2 } else { Credential::Access };
        let input = rotate::Input::Issued(issued.clone().into());
        let step = wait_for(rotate::step(&self.world, session, owner, credential, input))?;
        Some(step.map(|step| {
            let said = issued.notes.iter().cloned().chain(step.said).collect();
            let snapshot = self.desk.put(epoch, &step.session);
            let (rotation, refused) = (step.rotation, step.refused.map(Box::new));
            Reply::Rotated(Ok(RotationStep { snapshot, owner, credential, rotation, said, refused }))
        }))
    }

    /// Tries once more to save what a login has brought.
    pub(super) fn keep_login(&self, (ticket, login): Tickets, epoch: Epoch, session: Option<Session>) {
        let issued = self.logins.with(login, |login| login.issued.take()).flatten();
        match issued.zip(self.newest(epoch, session)) {
            Some((issued, session)) => self.keep((ticket, login), epoch, session, *issued),
            None => self.reply(ticket, Reply::LoginLeft),
        }
    }

    fn not_logged_in(&self, ticket: Ticket, failure: Failure, next: LoginNext) {
        self.reply(ticket, Reply::LoggedIn(Err(NotLoggedIn { failure, next })));
    }

    /// The vault as it stands; over a lock, as it was when the work was asked for.
    fn newest(&self, epoch: Epoch, asked: Option<Session>) -> Option<Session> {
        self.desk.session().filter(|_| self.desk.epoch() == epoch).or(asked)
    }

    /// Opens the page in the browser.
    pub(super) fn open_login(&self, ticket: Ticket, login: Ticket) {
        let page = self.logins.with(login, |login| login.page.clone()).flatten();
        let opened = page.is_some_and(|(address, handle)| {
            self.world.browser.log_in(address.expose(), handle.as_ref()).is_ok()
        });
        self.reply(ticket, Reply::LoginOpened(opened));
    }

    /// Does something on the page, where nobody opens it.
    pub(super) fn play_login(&self, ticket: Ticket, login: Ticket, press: &Press) {
        let address = self.logins.address(login);
        let played = address.and_then(|address| self.world.browser.play(address.expose(), press));
        self.reply(ticket, Reply::LoginPlayed(played));
    }

    /// Puts the address into the clipboard. It is good for one login, so nobody takes it back.
    pub(super) fn copy_login(&self, ticket: Ticket, login: Ticket) {
        let Some(address) = self.logins.address(login) else { return self.reply(ticket, Reply::LoginLeft) };
        self.reply(ticket, Reply::LoginCopied(copy::copy(&self.world, &address)));
    }
}

/// Runs a future to its end on this thread. `None`: the system gives no runtime.
fn wait_for<T>(future: impl Future<Output = T>) -> Option<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    Some(runtime.block_on(future))
}
