//! Takes up what a process that died has left behind: an answer that was written down and not saved is saved, and
//! a request without an answer is called by its name.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::settle::{Fate, Outcome, Settled, Verdict, settle};
use super::{lock, said, this_holder};
use crate::domain::custody::{self, Standing};
use crate::domain::edit;
use crate::domain::id::{HolderId, ProfileId};
use crate::failure::Failure;
use crate::ops::World;
use crate::ops::save;
use crate::ops::session::Session;
use crate::vault::{self, Intent, Journal, Kept, StoreError, Trail};
use crate::x::auth::refresh::{Doubt, Refreshed};
use crate::x::wire::SendError;

/// Takes up every journal of this vault that no living process is at work on. Says what came of each; nothing of it
/// keeps a vault from being used.
pub fn reconcile(world: &World, session: &Session) -> (Session, Vec<String>) {
    let mut now = session.clone();
    let mut said = Vec::new();
    for id in world.store.pendings().unwrap_or_default() {
        // A journal of a profile that is not here belongs to another vault.
        if now.document().profile(id).is_none() {
            continue;
        }
        // Whoever holds the lock is alive, and sees to it.
        let Ok(_lock) = lock(world, &now, id, Duration::ZERO) else { continue };
        let taken_up = save::reload(world, &now)
            .map(|newer| newer.unwrap_or_else(|| now.clone()))
            .and_then(|session| one(world, &session, id));
        match taken_up {
            Ok((session, more)) => {
                now = session;
                said.extend(more);
            }
            Err(failure) => said.push(said::open(now.document(), id, &failure)),
        }
    }
    (now, said)
}

/// Takes up the journal of one profile, under its lock.
///
/// # Errors
/// The journal cannot be read, or what it says cannot be saved: it stays as it is.
pub(super) fn one(
    world: &World,
    session: &Session,
    id: ProfileId,
) -> Result<(Session, Vec<String>), Failure> {
    let kept = vault::kept(&*world.store, &session.keyring, session.loaded.vault, id);
    match kept.map_err(|error| said::store(&error))? {
        None => Ok((session.clone(), Vec::new())),
        Some(Kept::Unreadable) => unreadable(world, session, id),
        Some(Kept::Journal(journal)) => {
            let outcome = outcome(&journal);
            let (next, settled) = conclude(world, session, &journal.intent, &outcome)?;
            let news = if settled.edits.is_empty() {
                None
            } else {
                said::taken_up(next.document(), id, &settled.verdict)
            };
            Ok((next, news.into_iter().collect()))
        }
    }
}

/// What a journal tells of the outcome.
fn outcome(journal: &Journal) -> Outcome {
    if let Some(answer) = &journal.answer {
        return Outcome { refreshed: Refreshed::read_kept(answer.status, &answer.body), at: answer.at };
    }
    let refreshed = Refreshed::Unclear(Doubt::Silent(SendError::Broken));
    Outcome { refreshed, at: journal.intent.at }
}

/// Something was sent, and nobody can say what: as bad as no answer.
fn unreadable(world: &World, session: &Session, id: ProfileId) -> Result<(Session, Vec<String>), Failure> {
    let me = this_holder(world)?;
    let mark = |document: &_| {
        custody::marked(document, id, |custody| {
            custody.holder = custody.holder.or(Some(me));
            custody.standing = custody.standing.clone().max(Standing::Ambiguous);
        })
    };
    let mut now = session.clone();
    let mut news = None;
    if !mark(session.document()).is_empty() {
        now = save::unattended(world, session, |document| edit::apply_all(document, &mark(document)))?;
        let verdict = Verdict::Ambiguous("what was written down about it is damaged".to_owned());
        news = said::taken_up(now.document(), id, &verdict);
    }
    // What it means stands in the vault now.
    let _ = world.store.remove_pending(id);
    Ok((now, news.into_iter().collect()))
}

/// Saves what an outcome means, worked out on the vault as it is then, and only then lets the journal go.
///
/// # Errors
/// It cannot be saved; the journal stays.
pub(super) fn conclude(
    world: &World,
    session: &Session,
    intent: &Intent,
    outcome: &Outcome,
) -> Result<(Session, Settled), Failure> {
    let me: HolderId = this_holder(world)?;
    let first = settle(session.document(), intent, outcome, me);
    let (saved, settled) = if first.edits.is_empty() {
        (session.clone(), first)
    } else {
        let last = Mutex::new(first);
        let saved = save::unattended(world, session, |document| {
            let settled = settle(document, intent, outcome, me);
            let next = edit::apply_all(document, &settled.edits);
            *last.lock().unwrap_or_else(PoisonError::into_inner) = settled;
            next
        })?;
        (saved, last.into_inner().unwrap_or_else(PoisonError::into_inner))
    };
    let untouched = matches!(settled.verdict, Verdict::NotSent(_) | Verdict::ClientRejected(_));
    // While the trail cannot be written, the journal tells what a vault that is rolled back could not.
    let remembered = || remember(world, &saved, intent.profile, me).is_ok();
    if settled.journal == Fate::Goes && (untouched || remembered()) {
        // One that stays is found to be obsolete the next time.
        let _ = world.store.remove_pending(intent.profile);
    }
    Ok((saved, settled))
}

/// What a vault that is rolled back later cannot know.
fn remember(world: &World, session: &Session, id: ProfileId, me: HolderId) -> Result<(), StoreError> {
    let document = session.document();
    let Some(profile) = document.profile(id) else { return Ok(()) };
    let custody = custody::of(profile, &document.fingerprints);
    let Some(custody) = custody.filter(|custody| custody.holder == Some(me)) else { return Ok(()) };
    let mut spent = profile.oauth2.as_ref().map(|grant| grant.spent.clone()).unwrap_or_default();
    let newest = match custody.standing {
        Standing::Good => Some(custody.about),
        Standing::Reauth => {
            custody::remember(&mut spent, [custody.about]);
            None
        }
        _ => return Ok(()),
    };
    vault::keep_trail(&*world.store, id, &Trail { newest, spent })
}
