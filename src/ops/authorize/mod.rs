//! Issues tokens for a bot's account: a person logs in at X, birdkeep compares who did and stores what came of it.
//!
//! [`begin()`] makes a [`Pending`] login, whose address a person opens; [`Pending::listen`] hears the redirect where there
//! is one to hear; [`exchange()`] turns a PIN or a redirect into tokens and finds out whose they are, before anything is
//! stored. [`finish`] does that and saves; a rotation takes what [`exchange()`] gives instead, and saves it with its stage.
//! An OAuth 2.0 code lives for 30 seconds, so nothing is asked in between.

mod account;
mod begin;
mod edits;
mod exchange;
mod failures;
mod offer;
mod pending;
mod way;

pub use self::begin::begin;
pub use self::edits::edits;
pub use self::exchange::exchange;
pub use self::offer::{Callback, Offer, needs, offers, usual};
pub use self::pending::{Hearing, Pending};
pub use self::way::{WAYS, Wants, Way, WayRow, usual_credential};

pub use crate::host::loopback::PATIENCE;
pub use crate::host::{Played, Press};
pub use crate::x::auth::scopes::{SCOPES, ScopeRow, of_needs};

use super::World;
use super::rotate::{Ledger, Tokens};
use crate::domain::fields::Field;
use crate::domain::id::ProfileId;
use crate::domain::permission::Scopes;
use crate::domain::rotation;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::domain::verdict::Account;
use crate::failure::Failure;
use crate::x::sign::{SignError, Stamp};
use crate::x::wire::{Request, Response, SendError};

/// Where a login comes back to unless the app says otherwise.
pub const CALLBACK: &str = "http://127.0.0.1:8723/callback";

/// What is wanted of a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// How.
    pub way: Way,
    /// The callback URL, exactly as registered; `None`: the app's, or [`CALLBACK`].
    pub callback: Option<String>,
    /// The OAuth 2.0 scopes; `None`: what the profile's needs take.
    pub scopes: Option<Scopes>,
}

impl Wish {
    /// This way, and everything else as the vault has it.
    pub const fn by(way: Way) -> Self {
        Self { way, callback: None, scopes: None }
    }
}

/// What a person or a browser brings back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// The PIN that the page shows, as typed.
    Pin(Secret),
    /// The address that X has sent the browser to: heard or pasted.
    Redirect(Secret),
}

/// Tokens that X has issued, and whose they are. Nothing is stored yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Whom they were asked for.
    pub profile: ProfileId,
    /// The values by field. `None`: this login brings none, and what is stored of it is dead.
    pub values: Vec<(Field, Option<Secret>)>,
    /// Whose they are, as X says: the profile's account, or one that a profile without an account takes on. `None`: X
    /// would not say, so they are kept as candidates.
    pub account: Option<Account>,
    /// Of OAuth 2.0 tokens: what was granted, and when the access token ends.
    pub grant: Option<Granted>,
    /// When X issued them.
    pub at: Time,
    /// What a person should know: one sentence each.
    pub notes: Vec<String>,
}

/// For a rotation, which verifies and saves by itself.
impl From<Issued> for Tokens {
    fn from(issued: Issued) -> Self {
        let values = issued.values.into_iter().filter_map(|(field, value)| Some((field, value?))).collect();
        let granted = issued
            .grant
            .map(|grant| rotation::Granted { scopes: grant.scopes, expires_at: grant.expires_at });
        Self { values, granted }
    }
}

/// What belongs to an OAuth 2.0 pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// The scopes of the answer.
    pub scopes: Scopes,
    /// When the access token ends, as far as X said.
    pub expires_at: Option<Time>,
}

/// Why there are no tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The login is still under way: the same can be given again, right this time.
    Again(Failure),
    /// The login is over. Nothing was stored.
    Over(Failure),
}

impl Stopped {
    /// The three lines.
    pub const fn failure(&self) -> &Failure {
        match self {
            Self::Again(failure) | Self::Over(failure) => failure,
        }
    }
}

/// Why a login was not finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// There are no tokens.
    Stopped(Stopped),
    /// There are, and they could not be saved: [`keep`] tries that again.
    NotSaved(Failure, Box<Issued>),
}

impl Unfinished {
    /// The three lines.
    pub const fn failure(&self) -> &Failure {
        match self {
            Self::Stopped(stopped) => stopped.failure(),
            Self::NotSaved(failure, _) => failure,
        }
    }
}

/// A login that is in the vault.
#[derive(Clone, Debug)]
pub struct Done<S> {
    /// The vault after it.
    pub session: S,
    /// What happened: one sentence each.
    pub said: Vec<String>,
    /// Whose account it was; `None`: X would not say, and the tokens are candidates.
    pub account: Option<Account>,
}

/// Opens the login page in the person's browser. The address is shown as well, so failing is no disaster.
pub fn open(world: &World, pending: &Pending) -> bool {
    world.browser.log_in(pending.address(), pending.handle()).is_ok()
}

/// Exchanges what was given, compares the account and saves. A custody job: once begun it must be left to finish. Must
/// run inside a tokio runtime.
///
/// # Errors
/// Nothing was stored then.
pub async fn finish<S: Ledger>(
    world: &World,
    session: S,
    pending: &mut Pending,
    given: Given,
) -> Result<Done<S>, Unfinished> {
    let issued = exchange(world, session.document(), pending, given).await.map_err(Unfinished::Stopped)?;
    match keep(world, session, &issued).await {
        Ok(done) => Ok(done),
        Err(failure) => Err(Unfinished::NotSaved(failure, Box::new(issued))),
    }
}

/// Saves tokens that X has issued, in one save.
///
/// # Errors
/// Nothing was stored then; the same may be tried again on a newer session.
pub async fn keep<S: Ledger>(world: &World, session: S, issued: &Issued) -> Result<Done<S>, Failure> {
    let edits = edits(session.document(), issued);
    let mut said = issued.notes.clone();
    said.push(edits::outcome(session.document(), issued));
    if edits.is_empty() {
        return Ok(Done { session, said, account: issued.account.clone() });
    }
    let world = world.clone();
    let saved = tokio::task::spawn_blocking(move || session.save(&world, edits)).await;
    let session = saved.map_err(|_stopped| failures::not_saved())??;
    Ok(Done { session, said, account: issued.account.clone() })
}

/// Sends one request, built with a fresh stamp.
async fn send(
    world: &World,
    make: impl FnOnce(&Stamp) -> Result<Request, SignError>,
) -> Result<Response, SendError> {
    let mut random = [0; 16];
    // Without randomness there is no signature; nothing is sent then.
    world.entropy.fill(&mut random).or(Err(SendError::NotConnected))?;
    let request = make(&Stamp::new(random, world.clock.now()))?;
    world.transport.send(request).await
}
