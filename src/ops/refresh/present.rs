//! Presents a refresh token, and sees to it that what comes back is in the vault before anybody uses it.

use super::settle::Outcome;
use super::{Stopped, random, reconcile, said, send, this_holder};
use crate::domain::custody::{self, Standing};
use crate::domain::edit;
use crate::domain::fields::Field;
use crate::domain::id::{AttemptId, HolderId, ProfileId};
use crate::failure::Failure;
use crate::host::signals;
use crate::ops::World;
use crate::ops::save;
use crate::ops::session::Session;
use crate::vault::Intent;
use crate::x::auth::refresh::Refreshed;
use crate::x::endpoints::users_me;
use crate::x::reply::Reply;
use crate::x::wire::SendError;

/// New tokens that X has handed over and that are not in the vault.
#[derive(Clone, Debug)]
pub struct Unsaved {
    intent: Intent,
    outcome: Outcome,
    journalled: bool,
}

impl Unsaved {
    /// Whether they are on disk, in the journal: then any later start takes them up. Else they are in this process
    /// alone, and it must not end before they are saved.
    pub const fn is_kept(&self) -> bool {
        self.journalled
    }

    /// Tries again to save them.
    ///
    /// # Errors
    /// It still cannot be saved.
    pub fn save(&self, world: &World, session: &Session) -> Result<Session, Failure> {
        let session = save::reload(world, session)?.unwrap_or_else(|| session.clone());
        reconcile::conclude(world, &session, &self.intent, &self.outcome).map(|(saved, _)| saved)
    }
}

/// Presents the refresh token of a profile, which was presented so often `before`.
pub(super) fn present(
    world: &World,
    session: &Session,
    id: ProfileId,
    before: u8,
) -> Result<Session, Box<Stopped>> {
    let stop = |failure| Stopped::new(failure, session);
    let me = this_holder(world).map_err(stop)?;
    let session = &ready(world, session, id, me).map_err(stop)?;
    let stop = |failure| Stopped::new(failure, session);
    let (intent, presented) = prepared(world, session, id, before).map_err(stop)?;
    // From here to the end nothing that can be helped may end this process.
    let _hold = signals::hold();
    let sent = send::send(world, session, intent.clone(), &presented);
    let sent = sent.map_err(|error| stop(said::not_begun(session.document(), id, &error)))?;
    let concluded = reconcile::conclude(world, session, &intent, &sent.outcome);
    let (saved, settled) = concluded.map_err(|failure| {
        let new = matches!(sent.outcome.refreshed, Refreshed::Renewed(_));
        let unsaved = Unsaved { intent, outcome: sent.outcome.clone(), journalled: sent.journalled };
        let journal = world.store.pending_path(id);
        let kept = || said::unsaved(session.document(), id, &failure, (&journal, sent.journalled));
        let failure = if new { kept() } else { failure };
        Box::new(Stopped { failure, session: session.clone(), unsaved: new.then_some(unsaved) })
    })?;
    match said::outcome(saved.document(), id, &settled.verdict) {
        None => Ok(saved),
        Some(failure) => Err(Stopped::new(failure, &saved)),
    }
}

/// The vault can be saved, and says who refreshes this grant.
fn ready(world: &World, session: &Session, id: ProfileId, me: HolderId) -> Result<Session, Failure> {
    let document = session.document();
    let known = document.profile(id).and_then(|profile| custody::of(profile, &document.fingerprints));
    if known.is_some_and(|known| known.holder.is_some()) {
        save::rehearse(world, session)?;
        return Ok(session.clone());
    }
    // Once in the life of a refresh token typed in or imported: another machine has to see it before X does.
    save::unattended(world, session, |document| {
        edit::apply_all(document, &custody::marked(document, id, |custody| custody.holder = Some(me)))
    })
}

fn prepared(
    world: &World,
    session: &Session,
    id: ProfileId,
    before: u8,
) -> Result<(Intent, send::Presented), Failure> {
    let document = session.document();
    let of_app = |field| document.slot(id.into(), field).map(|slot| slot.secret.clone());
    let token = document.profile(id).and_then(|profile| profile.held.secret(Field::Oauth2RefreshToken));
    let (Some(token), Some(client_id)) = (token.cloned(), of_app(Field::ClientId)) else {
        return Err(said::gone());
    };
    let grant = document.profile(id).and_then(|profile| profile.oauth2.clone()).unwrap_or_default();
    let intent = Intent {
        attempt: AttemptId::from_random(random(world)?),
        profile: id,
        token: document.fingerprints.of(&token),
        grown_from: grant.spent,
        sequence: grant.sequence,
        before,
        at: world.clock.now(),
    };
    let client_secret = of_app(Field::ClientSecret);
    Ok((intent, send::Presented { token, client_id, client_secret }))
}

/// Asks X whose the access token is. A good answer makes the access token good for the rest of its life; the refresh
/// token may have been used all the same, and is not presented any more.
pub(super) fn verify(world: &World, session: &Session, id: ProfileId) -> Result<Session, Box<Stopped>> {
    let stop = |failure| Stopped::new(failure, session);
    let document = session.document();
    let profile = document.profile(id);
    let token = profile.and_then(|profile| profile.held.secret(Field::Oauth2AccessToken)).cloned();
    let Some(token) = token else { return Err(stop(said::gone())) };
    let request = users_me::with_oauth2(&world.x_base, &token);
    let answer = std::thread::scope(|scope| {
        scope
            .spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.or(Err(SendError::NotConnected))?.block_on(world.transport.send(request))
            })
            .join()
    });
    let reply = users_me::read(answer.unwrap_or(Err(SendError::Broken)));
    let ours = profile.and_then(|profile| profile.user_id.as_ref());
    match &reply {
        Reply::Gave(account, _) if ours.is_none_or(|id| *id == account.id) => {}
        Reply::Gave(account, _) => return Err(stop(said::other_account(document, id, account))),
        Reply::Refused(_, seen) if seen.status == 401 => {
            return Err(stop(said::refusal(document, id, &super::Refusal::Unverified)));
        }
        Reply::Silent(error) => return Err(stop(said::unverified(document, id, &error.to_string()))),
        Reply::Refused(said, _) | Reply::Odd(said, _) => {
            return Err(stop(said::unverified(document, id, &format!("X answered: {}", said.quote()))));
        }
    }
    save::unattended(world, session, |document| {
        let verified = custody::marked(document, id, |custody| {
            custody.standing = custody.standing.clone().max(Standing::Reauth);
        });
        edit::apply_all(document, &verified)
    })
    .map_err(stop)
}
