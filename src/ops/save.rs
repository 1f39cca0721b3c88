//! Saves edits, and takes in what other processes saved.

use super::rotate::Ledger;
use super::session::Session;
use super::unlock;
use super::world::World;
use crate::domain::document::Document;
use crate::domain::edit::{self, Conflict, Edit};
use crate::domain::freshness;
use crate::domain::merge;
use crate::failure::{Failure, Kind};
use crate::vault::{self, OpenError, SaveError};

/// Why nothing was saved. The edits are still the caller's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveFailure {
    /// The three lines.
    pub failure: Failure,
    /// The edits that no longer fit, where that is why.
    pub conflicts: Vec<Conflict>,
}

impl From<Failure> for SaveFailure {
    fn from(failure: Failure) -> Self {
        Self { failure, conflicts: Vec::new() }
    }
}

/// Saves `edits`, all or none, on top of whatever other processes have saved meanwhile. Replaced values that are old
/// enough are forgotten with it.
///
/// # Errors
/// Conflicts with what was saved meanwhile, and everything that keeps a file from being written.
pub fn save(world: &World, session: &Session, edits: impl AsRef<[Edit]>) -> Result<Session, SaveFailure> {
    let (edits, loaded, now) = (edits.as_ref(), &session.loaded, world.clock.now());
    let saved = vault::save(&*world.store, &session.keyring, loaded, now, |document| {
        let next = merge::replay(&loaded.document, document, edits)?;
        let old = freshness::expired(&next, (loaded.saved_at, now), world.settings.history_days);
        edit::apply_all(&next, &old).map_err(|conflict| vec![conflict])
    });
    match saved {
        Ok(loaded) => Ok(session.on(loaded)),
        Err(SaveError::Refused(conflicts)) => Err(conflicting(conflicts)),
        Err(error) => Err(failure(error).into()),
    }
}

/// Saves what nobody has asked for, worked out on the vault as it is when it is saved: a refresh and its traces.
///
/// # Errors
/// What `change` says against it, and everything that keeps a file from being written.
pub(super) fn unattended(
    world: &World,
    session: &Session,
    change: impl Fn(&Document) -> Result<Document, Conflict> + Sync,
) -> Result<Session, Failure> {
    let (store, now) = (&*world.store, world.clock.now());
    match vault::save_unattended(store, &session.keyring, &session.loaded, now, change) {
        Ok(loaded) => Ok(session.on(loaded)),
        Err(SaveError::Refused(conflict)) => Err(conflicting(vec![conflict]).failure),
        Err(error) => Err(failure(error)),
    }
}

/// Whether the vault could be saved now.
///
/// # Errors
/// The sentence for what keeps it from that.
pub(super) fn rehearse(world: &World, session: &Session) -> Result<(), Failure> {
    let (store, now) = (&*world.store, world.clock.now());
    vault::rehearse(store, &session.keyring, &session.loaded, now).map_err(failure)
}

/// A rotation saves each of its stages.
impl Ledger for Session {
    fn document(&self) -> &Document {
        Self::document(self)
    }

    fn save(&self, world: &World, edits: Vec<Edit>) -> Result<Self, Failure> {
        save(world, self, edits).map_err(|failed| failed.failure)
    }

    fn fresh(&self, world: &World) -> Result<Self, Failure> {
        Ok(reload(world, self)?.unwrap_or_else(|| self.clone()))
    }
}

/// The session on what another process has saved meanwhile; `None` when nobody has. Cheap when nobody has.
///
/// # Errors
/// As [`unlock::unlock`].
pub fn reload(world: &World, session: &Session) -> Result<Option<Session>, Failure> {
    if world.store.stamp() == session.loaded.stamp {
        return Ok(None);
    }
    let loaded = vault::load(&*world.store, &session.keyring, None).map_err(unlock::failure)?;
    Ok((loaded.id != session.loaded.id || loaded.stamp != session.loaded.stamp).then(|| session.on(loaded)))
}

fn conflicting(conflicts: Vec<Conflict>) -> SaveFailure {
    let because: Vec<String> = conflicts.iter().map(ToString::to_string).collect();
    let failure = Failure::new(
        Kind::NotSaved,
        "not saved: someone else changed the same thing",
        because.join("; "),
        "look at what is there now, and make the change again if it is still wanted",
    );
    SaveFailure { failure, conflicts }
}

/// The sentence for a vault that was not saved.
pub(super) fn failure<C>(error: SaveError<C>) -> Failure {
    let (because, try_this) = match error {
        SaveError::Open(error @ OpenError::Store(_)) => {
            return Failure { kind: Kind::NotSaved, ..unlock::failure(error) };
        }
        SaveError::Open(error) => return unlock::failure(error),
        SaveError::Untrusted(signer) => return unlock::untrusted(&signer),
        SaveError::Store(error) => {
            return unlock::store_failure("not saved", &error, Kind::NotSaved);
        }
        SaveError::Refused(_) => ("the change no longer fits", "look at what is there now"),
        SaveError::NotAMember => {
            ("this identity is not a member of the vault, or was removed", "ask another member to add it")
        }
        SaveError::TooLong => ("a text in it is longer than 64 KiB", "shorten the notes"),
        SaveError::TooBig => ("the vault would be larger than 256 MiB", "remove what is not needed"),
        SaveError::NotProven => (
            "what was sealed did not open to the same contents again",
            "try once more; if it stays, this machine's memory is to be doubted",
        ),
        SaveError::Replaced => (
            "the vault's folder was replaced while saving, again and again",
            "stop whatever syncs that folder, then save again",
        ),
        SaveError::Exhausted => ("its counter is at its end", "export everything into a new vault"),
    };
    Failure::new(Kind::NotSaved, "not saved", because, try_this)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fields::Field;
    use crate::domain::id::ProfileId;
    use crate::ops::testing::{PROFILE, edits, passphrase, set, value, with_profile, world, world_on};
    use crate::ops::unlock::unlock;
    use crate::vault::MemoryStore;
    use crate::vault::seal::Cost;

    #[test]
    fn what_is_saved_is_there_after_the_next_unlock() {
        let world = world();
        let session = with_profile(&world);
        let saved = set(&world, &session, Field::AccessToken, "1-made-up");
        assert_eq!(saved.loaded().generation, 3);
        let again = unlock(&world, Some(&passphrase())).expect("the passphrase is right");
        assert!(again.is_trusted());
        assert_eq!(value(&again, Field::AccessToken).as_deref(), Some("1-made-up"));
    }

    #[test]
    fn two_sessions_that_edit_different_credentials_lose_nothing() {
        let world = world();
        let ours = with_profile(&world);
        let theirs = unlock(&world, Some(&passphrase())).expect("opens");
        set(&world, &theirs, Field::Oauth2AccessToken, "theirs");
        let saved = set(&world, &ours, Field::AccessToken, "ours");
        assert_eq!(value(&saved, Field::Oauth2AccessToken).as_deref(), Some("theirs"));
        assert_eq!(value(&saved, Field::AccessToken).as_deref(), Some("ours"));
    }

    #[test]
    fn a_rotation_begins_with_what_another_process_has_just_saved() {
        let world = world();
        let ours = with_profile(&world);
        let theirs = unlock(&world, Some(&passphrase())).expect("opens");
        set(&world, &theirs, Field::AccessToken, "theirs");
        assert_eq!(value(&ours, Field::AccessToken), None);
        let fresh = Ledger::fresh(&ours, &world).expect("opens");
        assert_eq!(value(&fresh, Field::AccessToken).as_deref(), Some("theirs"));
    }

    #[test]
    fn two_sessions_that_edit_the_same_field_conflict_and_nothing_is_overwritten() {
        let world = world();
        let ours = with_profile(&world);
        let theirs = unlock(&world, Some(&passphrase())).expect("opens");
        set(&world, &theirs, Field::AccessToken, "theirs");
        let our_edits = edits(&world, &ours, Field::AccessToken, "ours");
        let refused = save(&world, &ours, our_edits).expect_err("a conflict");
        assert_eq!(refused.conflicts.len(), 1);
        assert_eq!(refused.failure.kind, Kind::NotSaved);
        let now = reload(&world, &ours).expect("opens").expect("it was saved meanwhile");
        assert_eq!(value(&now, Field::AccessToken).as_deref(), Some("theirs"));
        assert!(reload(&world, &now).expect("opens").is_none());
    }

    #[test]
    fn what_a_vault_could_not_be_read_with_is_not_saved() {
        let world = world();
        let session = with_profile(&world);
        let long = edits(&world, &session, Field::AccessToken, &"x".repeat(70_000));
        let refused = save(&world, &session, long).expect_err("too long").failure;
        assert_eq!((refused.kind, refused.what.as_str()), (Kind::NotSaved, "not saved"));
        assert!(unlock(&world, Some(&passphrase())).is_ok());
    }

    #[test]
    fn a_replaced_value_is_forgotten_with_a_later_save() {
        let (world, clock) = world_on(MemoryStore::new("vault.age", Cost::PLAYTHING));
        let start = world.clock.now().unix();
        let session = with_profile(&world);
        let session = set(&world, &session, Field::AccessToken, "1-first");
        let session = set(&world, &session, Field::AccessToken, "1-second");
        let history = |session: &Session| {
            session.document().held(ProfileId::from_random(PROFILE).into()).map(|held| held.history.len())
        };
        clock.set(start + 29 * 86_400);
        let session = set(&world, &session, Field::Oauth2AccessToken, "o-first");
        assert_eq!(history(&session), Some(1));
        clock.set(start + 30 * 86_400);
        let session = set(&world, &session, Field::Oauth2AccessToken, "o-second");
        assert_eq!(history(&session), Some(1), "the first is gone, and another has come");
        let plain = crate::ops::testing::plain(&world, &session);
        assert!(!plain.contains("1-first") && plain.contains("o-first"));
    }
}
