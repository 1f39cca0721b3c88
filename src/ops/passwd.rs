//! Changes the passphrase of the identity. Never its keys: the vault need not be saved for it.

use super::save;
use super::unlock;
use super::world::World;
use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};
use crate::vault;

/// What a person should know afterwards.
pub const OLD_COPIES: &str = "older copies of the identity file still open with the old passphrase";

/// Seals the identity under `new`. It is written beside the old one, opened again from disk and tried on the
/// vault before it takes the old one's place. An identity that was not encrypted is from now on.
///
/// # Errors
/// A wrong old passphrase, an empty new one, files that cannot be written; the old identity is then untouched.
pub fn passwd(world: &World, old: &Secret, new: &Secret) -> Result<(), Failure> {
    if new.is_empty() {
        return Err(Failure::new(
            Kind::Usage,
            "the new passphrase is empty",
            "it is all that protects the identity file",
            "choose one; a few random words are best",
        ));
    }
    vault::rewrap(&*world.store, old, new).map_err(|error| match error {
        vault::RewrapError::Open(error) => unlock::failure(error),
        vault::RewrapError::Save(error) => {
            Failure { what: "the passphrase was not changed".to_owned(), ..save::failure::<()>(error) }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::init::{Recovery, init};
    use crate::ops::testing::{passphrase, world};
    use crate::ops::unlock::unlock;
    use crate::vault::Place;

    #[test]
    fn the_new_passphrase_opens_the_vault_and_the_old_one_does_not() {
        let world = world();
        let before = init(&world, &passphrase(), Recovery::No).expect("an empty store").session;
        let new = Secret::new("another made-up one");
        passwd(&world, &passphrase(), &new).expect("the old one is right");
        let again = unlock(&world, Some(&new)).expect("opens");
        assert_eq!(again.own_keys(), before.own_keys(), "passwd never changes keys");
        assert_eq!(unlock(&world, Some(&passphrase())).expect_err("changed").what, "wrong passphrase");
        assert!(world.store.read(&Place::NewIdentity).expect("readable").is_none());
    }

    #[test]
    fn nothing_changes_with_a_wrong_or_an_empty_passphrase() {
        let world = world();
        init(&world, &passphrase(), Recovery::No).expect("an empty store");
        let wrong = passwd(&world, &Secret::new("wrong"), &Secret::new("new")).expect_err("wrong");
        assert_eq!(wrong.kind, Kind::Locked);
        let empty = passwd(&world, &passphrase(), &Secret::new("")).expect_err("empty");
        assert_eq!(empty.kind, Kind::Usage);
        assert!(unlock(&world, Some(&passphrase())).is_ok());
    }
}
