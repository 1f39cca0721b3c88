//! Drafts: what was typed and not saved yet, kept sealed so that a lock or a crash loses nothing. X shows a new
//! key once.

use super::session::Session;
use super::unlock::store_failure;
use super::world::World;
use crate::failure::{Failure, Kind};
use crate::vault;

pub use crate::vault::Draft;

/// Keeps `drafts`, in the place of those kept before.
///
/// # Errors
/// When the state folder cannot be written to.
pub fn keep(world: &World, session: &Session, drafts: &[Draft]) -> Result<(), Failure> {
    let kept = vault::keep_drafts(&*world.store, &session.keyring, &session.loaded, drafts);
    kept.map_err(|error| store_failure("the draft is not kept", &error, Kind::NotSaved))
}

/// The drafts kept before, if they can be read.
pub fn load(world: &World, session: &Session) -> Vec<Draft> {
    vault::drafts(&*world.store, &session.keyring, &session.loaded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Secret;
    use crate::ops::init::{Recovery, init};
    use crate::ops::testing::{passphrase, world};
    use crate::ops::unlock::unlock;

    #[test]
    fn drafts_are_back_after_the_next_unlock_and_gone_when_dropped() {
        let world = world();
        let session = init(&world, &passphrase(), Recovery::No).expect("an empty store").session;
        let drafts = vec![
            Draft {
                key: "new profile".to_owned(),
                fields: vec![("name".to_owned(), Secret::new("a\"b\\\n"))],
            },
            Draft { key: "edit \u{202e}".to_owned(), fields: Vec::new() },
        ];
        keep(&world, &session, &drafts).expect("kept");
        let again = unlock(&world, Some(&passphrase())).expect("opens");
        assert_eq!(load(&world, &again), drafts);
        keep(&world, &again, &[]).expect("dropped");
        assert_eq!(load(&world, &again), []);
    }
}
