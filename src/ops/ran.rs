//! When bots were last run on this machine: a cache like what checks found, and no more is lost with it.
//!
//! Of each bot there is an empty file in the state folder whose own time says when, under a name that only whoever has
//! the vault's key of fingerprints can tell. There is nothing in it to seal, and nothing that two processes could take
//! from each other: a bot must start at once, and also where nothing can be written.

use std::collections::BTreeMap;

use super::world::World;
use crate::domain::document::Document;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::{ProfileId, VaultId};
use crate::domain::secret::Secret;
use crate::domain::time::Time;

/// Notes that `profile` is being run now. Where that cannot be kept, it is not known later.
pub fn note(world: &World, (vault, document): (VaultId, &Document), profile: ProfileId) {
    let _ = world.store.note_run(vault, name(document, profile), world.clock.now());
}

/// When each bot of `document` was last run on this machine, as far as that was noted.
pub fn runs(world: &World, (vault, document): (VaultId, &Document)) -> BTreeMap<ProfileId, Time> {
    let noted: BTreeMap<Fingerprint, Time> = world.store.runs(vault).into_iter().collect();
    if noted.is_empty() {
        return BTreeMap::new();
    }
    let at = |id| noted.get(&name(document, id)).map(|at| (id, *at));
    document.profiles().filter_map(|profile| at(profile.id)).collect()
}

fn name(document: &Document, profile: ProfileId) -> Fingerprint {
    document.fingerprints.of(&Secret::new(profile.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::{PROFILE, passphrase, with_profile, world_on};
    use crate::ops::unlock::unlock;
    use crate::vault::MemoryStore;
    use crate::vault::seal::Cost;

    #[test]
    fn the_last_run_is_there_after_the_next_unlock() {
        let (world, clock) = world_on(MemoryStore::new("vault.age", Cost::PLAYTHING));
        let session = with_profile(&world);
        let bot = ProfileId::from_random(PROFILE);
        assert!(session.snapshot().runs.is_empty());
        for _ in ["first", "last"] {
            clock.set(world.clock.now().unix() + 60);
            note(&world, (session.loaded().vault, session.document()), bot);
        }
        let stranger = ProfileId::from_random([99; 16]);
        note(&world, (session.loaded().vault, session.document()), stranger);
        let last = world.clock.now();
        let again = unlock(&world, Some(&passphrase())).expect("opens");
        assert_eq!(*again.snapshot().runs, BTreeMap::from([(bot, last)]));
    }
}
