//! The one request: journal first, then the wire, and whatever comes back onto the journal before it is read.

use std::sync::Arc;
use std::thread;

use super::settle::Outcome;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::ops::World;
use crate::ops::session::Session;
use crate::vault::{self, Intent, Store, StoreError, Writing};
use crate::x::auth::client::Client;
use crate::x::auth::refresh::Refreshed;
use crate::x::endpoints::user_token;
use crate::x::wire::{Request, Response, SendError, Witness};

/// What is presented, and by whom.
pub(super) struct Presented {
    pub(super) token: Secret,
    pub(super) client_id: Secret,
    pub(super) client_secret: Option<Secret>,
}

/// What came of the request.
pub(super) struct Sent {
    pub(super) outcome: Outcome,
    /// Whether all that arrived is in the journal.
    pub(super) journalled: bool,
}

/// Sends it, exactly once. Nobody can call it off: it runs on a thread of its own to its end.
///
/// # Errors
/// The intent could not be written down; nothing was sent.
pub(super) fn send(
    world: &World,
    session: &Session,
    intent: Intent,
    presented: &Presented,
) -> Result<Sent, StoreError> {
    let client = Client::new(&presented.client_id, presented.client_secret.as_ref());
    let request = user_token::refresh(&world.x_base, client, &presented.token);
    let writing = vault::begin(&*world.store, &session.keyring, &session.loaded, intent)?;
    let mut scribe = Scribe { world, writing, heard: None, journalled: true };
    let answer = thread::scope(|scope| scope.spawn(|| carry(world, request, &mut scribe)).join());
    // A thread that stopped has perhaps sent it.
    let answer = answer.unwrap_or(Err(SendError::Broken));
    let at = scribe.heard.as_ref().map_or_else(|| world.clock.now(), |heard| heard.at);
    let refreshed = read(&answer, scribe.heard.as_ref());
    Ok(Sent { outcome: Outcome { refreshed, at }, journalled: scribe.journalled })
}

fn carry(world: &World, request: Request, scribe: &mut Scribe<'_>) -> Result<Response, SendError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    // Without a runtime nothing is sent.
    let runtime = runtime.or(Err(SendError::NotConnected))?;
    runtime.block_on(world.transport.send_witnessed(request, scribe))
}

/// What arrived counts, even where the connection broke off behind it.
fn read(answer: &Result<Response, SendError>, heard: Option<&Heard>) -> Refreshed {
    match (answer, heard) {
        (Err(error), Some(heard)) if error.was_sent() => match heard.read() {
            Refreshed::Unclear(_) => Refreshed::read(answer),
            clear => clear,
        },
        _ => Refreshed::read(answer),
    }
}

/// What has arrived so far.
struct Heard {
    status: u16,
    at: Time,
    body: zeroize::Zeroizing<Vec<u8>>,
}

impl Heard {
    fn read(&self) -> Refreshed {
        Refreshed::read_kept(self.status, &self.body)
    }
}

/// Writes down what arrives, before anybody else sees it.
struct Scribe<'a> {
    world: &'a World,
    writing: Writing,
    heard: Option<Heard>,
    journalled: bool,
}

impl Witness for Scribe<'_> {
    fn piece(&mut self, status: u16, bytes: &[u8]) {
        let store: &Arc<dyn Store> = &self.world.store;
        let first = || Heard { status, at: self.world.clock.now(), body: zeroize::Zeroizing::default() };
        let heard = self.heard.get_or_insert_with(first);
        // An answer longer than the journal has room for is no pair of tokens; whatever it is, it is read on.
        let kept = self.writing.keep(&**store, (status, heard.at), bytes);
        self.journalled &= kept.is_ok();
        heard.body.extend_from_slice(bytes);
    }
}
