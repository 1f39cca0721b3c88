//! What this machine remembers of the refresh tokens it has used, outside the vault: a vault that was rolled back
//! cannot tell by itself that its refresh token is spent.

use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::ProfileId;
use crate::vault::store::{Store, StoreError};

/// In the place of the newest, where there is none.
const NONE: &str = "-";

/// The tokens of one profile, by their fingerprints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// The newest that X has handed over to this machine; `None`: that one is spent as well.
    pub newest: Option<Fingerprint>,
    /// Some of those that were used before.
    pub spent: Vec<Fingerprint>,
}

/// Where a token stands on a trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is the newest: this machine has not used it, and nobody else may.
    Newest,
    /// It was used.
    Spent,
    /// The trail knows nothing of it.
    Off,
}

impl Trail {
    /// Where a token stands.
    pub fn step(&self, token: Fingerprint) -> Step {
        if Some(token) == self.newest {
            Step::Newest
        } else if self.spent.contains(&token) {
            Step::Spent
        } else {
            Step::Off
        }
    }

    fn write(&self) -> String {
        let newest = self.newest.map_or_else(|| NONE.to_owned(), |print| print.to_string());
        let prints = std::iter::once(newest).chain(self.spent.iter().map(ToString::to_string));
        prints.map(|print| print + "\n").collect()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut lines = text.lines();
        let newest = match lines.next()? {
            NONE => None,
            print => Some(Fingerprint::parse(print)?),
        };
        Some(Self { newest, spent: lines.map(Fingerprint::parse).collect::<Option<_>>()? })
    }
}

/// What is remembered of a profile's tokens; `None`: nothing that could be relied upon.
pub fn trail(store: &dyn Store, profile: ProfileId) -> Option<Trail> {
    store.trail(profile).ok().flatten().and_then(|bytes| Trail::read(&bytes))
}

/// Remembers the present state of a profile's tokens.
///
/// # Errors
/// When it cannot be written. Then nothing is remembered, since what was before is no longer true.
pub fn keep_trail(store: &dyn Store, profile: ProfileId, trail: &Trail) -> Result<(), StoreError> {
    if self::trail(store, profile).as_ref() == Some(trail) {
        return Ok(());
    }
    store.put_trail(profile, trail.write().as_bytes()).inspect_err(|_unwritten| {
        let _ = store.remove_trail(profile);
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::secret::Secret;
    use crate::vault::seal::Cost;
    use crate::vault::{MemoryStore, PendingStore as _};

    #[test]
    fn a_trail_tells_the_newest_token_from_the_spent_ones() {
        let store = MemoryStore::new("vault.age", Cost::PLAYTHING);
        let id = ProfileId::from_random([1; 16]);
        let key = FingerprintKey::new([2; 32]);
        let print = |text: &str| key.of(&Secret::new(text));
        assert_eq!(trail(&store, id), None);
        let kept = Trail { newest: Some(print("c")), spent: vec![print("a"), print("b")] };
        keep_trail(&store, id, &kept).expect("memory");
        assert_eq!(trail(&store, id), Some(kept.clone()));
        let steps = ["a", "b", "c", "d"].map(|text| kept.step(print(text)));
        assert_eq!(steps, [Step::Spent, Step::Spent, Step::Newest, Step::Off]);
        let ended = Trail { newest: None, spent: vec![print("c")] };
        keep_trail(&store, id, &ended).expect("memory");
        assert_eq!(trail(&store, id).map(|trail| trail.step(print("c"))), Some(Step::Spent));
        for rubbish in [&b""[..], b"\xff", b"0123\n", b"0123456789abcdef\nx\n"] {
            store.put_trail(id, rubbish).expect("memory");
            assert_eq!(trail(&store, id), None, "what is damaged says nothing");
        }
    }
}
