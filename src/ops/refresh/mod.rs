//! Refreshes OAuth 2.0 tokens so that none is lost: one process at a time, written down before it is sent, one
//! request that nothing can call off, the answer written down before it is read, and the new pair saved before
//! anybody uses it.
//!
//! What to do is decided in `decide`, what an outcome means in `settle`, both pure; `send` is the edge. What a
//! process that died has left behind is taken up at the next unlock and before every refresh, by the same rules:
//! see [`reconcile()`].

mod decide;
mod present;
mod reconcile;
mod said;
mod send;
mod settle;

use std::time::Duration;

use super::save;
use super::session::Session;
use super::world::World;
use crate::domain::custody::{self, Custody};
use crate::domain::document::Document;
use crate::domain::edit;
use crate::domain::fields::Field;
use crate::domain::id::{HolderId, ProfileId};
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::failure::{Failure, Kind};
use crate::vault::{self, Lock, Step};

pub use self::decide::Need;
use self::decide::{Facts, Move, Refusal};
pub use self::present::Unsaved;
pub use self::reconcile::reconcile;

/// How long to wait for another process that refreshes the same grant: as long as that may take.
const PATIENCE: Duration = Duration::from_secs(180);

/// An access token that can be used.
#[derive(Clone, Debug)]
pub struct Token {
    /// The vault it is in.
    pub session: Session,
    /// The token.
    pub access: Secret,
    /// When it expires; `None`: nobody knows.
    pub expires_at: Option<Time>,
    /// What a person should know: one sentence each.
    pub said: Vec<String>,
}

/// Why there is no access token.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// The three lines.
    pub failure: Failure,
    /// The vault as it is now.
    pub session: Session,
    /// New tokens that are not in the vault: to be saved as soon as it can be.
    pub unsaved: Option<Unsaved>,
}

impl Stopped {
    fn new(failure: Failure, session: &Session) -> Box<Self> {
        Box::new(Self { failure, session: session.clone(), unsaved: None })
    }
}

/// Refreshes the tokens of `profile` if they do not serve `need` any more, and gives the access token.
///
/// Blocks for as long as X takes, at most 130 s, and cannot be called off: run it where that does no harm.
///
/// # Errors
/// Everything that speaks against refreshing, each with its sentence; X out of reach; a vault that cannot be saved.
pub fn refresh(
    world: &World,
    session: &Session,
    profile: ProfileId,
    need: Need,
) -> Result<Token, Box<Stopped>> {
    let stop = |failure| Stopped::new(failure, session);
    let lock = lock(world, session, profile, PATIENCE).map_err(stop)?;
    // Whoever held the lock before may have done it all.
    let session = &save::reload(world, session).map_err(stop)?.unwrap_or_else(|| session.clone());
    let taken_up = reconcile::one(world, session, profile);
    let (session, mut said) = taken_up.map_err(|failure| Stopped::new(failure, session))?;
    let mut session = called_spent(world, session, profile);
    loop {
        let vault = (session.document(), session.loaded().saved_at);
        let decided =
            decided(world, vault, profile, need).map_err(|failure| Stopped::new(failure, &session))?;
        match decided {
            Move::Use | Move::Spare => {
                said.extend(said::spared(session.document(), profile, decided == Move::Spare));
                drop(lock);
                return token(session, profile, said);
            }
            // It is asked once: whatever comes of it, it is not to be verified any more.
            Move::Verify => session = present::verify(world, &session, profile)?,
            Move::Present(before) => {
                session = present::present(world, &session, profile, before)?;
                drop(lock);
                return token(session, profile, said);
            }
        }
    }
}

/// The access token and when it expires, where it serves `need` as it is: no lock is taken, and X is not asked. The
/// vault was saved at `saved_at`.
pub(super) fn at_hand(
    world: &World,
    (document, saved_at): (&Document, Time),
    profile: ProfileId,
    need: Need,
) -> Option<(Secret, Option<Time>)> {
    let decided = decided(world, (document, saved_at), profile, need).ok()?;
    (decided == Move::Use).then(|| access(document, profile)).flatten()
}

fn decided(
    world: &World,
    (document, saved_at): (&Document, Time),
    id: ProfileId,
    need: Need,
) -> Result<Move, Failure> {
    let profile = document.profile(id).filter(|profile| profile.deleted_at.is_none());
    let profile = profile.ok_or_else(said::gone)?;
    let holder = holder(world)?;
    let step = on_trail(world, document, profile);
    let facts = Facts { document, profile, holder, now: world.clock.now(), saved_at, need, step };
    decide::decide(&facts).map_err(|refusal| said::refusal(document, id, &refusal))
}

/// The vault says it as well where this machine knows a refresh token to be spent: it was rolled back. That it cannot
/// be saved changes nothing, since the trail is believed.
fn called_spent(world: &World, session: Session, id: ProfileId) -> Session {
    let mark = |document: &Document| {
        custody::marked(document, id, |custody| {
            custody.standing = custody.standing.clone().max(custody::Standing::Reauth);
        })
    };
    let profile = session.document().profile(id);
    let spent = profile.is_some_and(|profile| on_trail(world, session.document(), profile) == Step::Spent);
    if !spent || mark(session.document()).is_empty() {
        return session;
    }
    let saved = save::unattended(world, &session, |document| edit::apply_all(document, &mark(document)));
    saved.unwrap_or(session)
}

/// What this machine remembers of a refresh token.
fn on_trail(world: &World, document: &Document, profile: &Profile) -> Step {
    let token = custody::of(profile, &document.fingerprints).map(|custody| custody.about);
    let trail = vault::trail(&*world.store, profile.id);
    trail.zip(token).map_or(Step::Off, |(trail, token)| trail.step(token))
}

fn token(session: Session, id: ProfileId, said: Vec<String>) -> Result<Token, Box<Stopped>> {
    match access(session.document(), id) {
        Some((access, expires_at)) => Ok(Token { session, access, expires_at, said }),
        None => Err(Stopped::new(said::gone(), &session)),
    }
}

/// The stored access token, and when it expires.
fn access(document: &Document, id: ProfileId) -> Option<(Secret, Option<Time>)> {
    let profile = document.profile(id)?;
    let access = profile.held.secret(Field::Oauth2AccessToken)?.clone();
    Some((access, custody::expires_at(profile)))
}

/// Makes this machine the holder of a grant: from now on it refreshes, and the machine that did never must again.
///
/// # Errors
/// Where there is no refresh token, or the vault cannot be saved.
pub fn take_over(world: &World, session: &Session, profile: ProfileId) -> Result<Session, Failure> {
    let _lock = lock(world, session, profile, PATIENCE)?;
    let session = save::reload(world, session)?.unwrap_or_else(|| session.clone());
    let document = session.document();
    let known = document.profile(profile).filter(|profile| profile.deleted_at.is_none());
    let known = known.and_then(|profile| custody::of(profile, &document.fingerprints));
    let Some(known) = known else { return Err(said::refusal(document, profile, &Refusal::Nothing)) };
    let me = this_holder(world)?;
    if known.holder == Some(me) {
        return Ok(session);
    }
    save::unattended(world, &session, |document| {
        edit::apply_all(document, &custody::taken_over(document, profile, me))
    })
}

/// What is known about the refresh token of a profile, and whether it is this machine that refreshes it: for lists
/// and screens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What the vault knows.
    pub custody: Custody,
    /// Who refreshes it.
    pub held: Held,
}

/// Who refreshes a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nobody has yet.
    Nowhere,
    /// This machine.
    Here,
    /// Another machine.
    Elsewhere,
}

/// How the refresh token of a profile stands; `None`: it has none.
pub fn standing(world: &World, document: &Document, profile: ProfileId) -> Option<Standing> {
    let custody = custody::of(document.profile(profile)?, &document.fingerprints)?;
    let here = world.store.holder().ok().flatten();
    let held = match custody.holder {
        None => Held::Nowhere,
        holder if holder == here => Held::Here,
        Some(_) => Held::Elsewhere,
    };
    Some(Standing { custody, held })
}

/// How many refreshes are under way in this process: whoever quits waits until there is none.
pub fn under_way() -> usize {
    crate::host::signals::held()
}

/// The lock on refreshing a profile.
fn lock(world: &World, session: &Session, id: ProfileId, patience: Duration) -> Result<Lock, Failure> {
    let lock = world.store.lock_refresh(id, patience).map_err(|error| said::store(&error))?;
    // Without locks two processes would present the same token.
    if lock.excludes { Ok(lock) } else { Err(said::no_locks(session.document(), id)) }
}

fn holder(world: &World) -> Result<Option<HolderId>, Failure> {
    world.store.holder().map_err(|error| said::store(&error))
}

/// The id of this machine, made if need be.
fn this_holder(world: &World) -> Result<HolderId, Failure> {
    if let Some(holder) = holder(world)? {
        return Ok(holder);
    }
    let fresh = HolderId::from_random(random(world)?);
    world.store.keep_holder(fresh).map_err(|error| said::store(&error))?;
    // Another process may have been faster.
    Ok(holder(world)?.unwrap_or(fresh))
}

fn random(world: &World) -> Result<[u8; 16], Failure> {
    let mut bytes = [0; 16];
    world.entropy.fill(&mut bytes).map_err(|error| {
        Failure::new(Kind::Network, "nothing was sent", error.to_string(), "try again in a moment")
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
