//! What an app or a profile holds: current values, candidates, replaced values, a rotation under way.

use super::fields::{Credential, Field};
use super::fingerprint::{Fingerprint, FingerprintKey};
use super::rotation::Rotation;
use super::secret::Secret;
use super::time::Time;
use super::unknown::Unknown;

/// A current value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Which field.
    pub field: Field,
    /// Its value.
    pub secret: Secret,
    /// When this value came into the vault.
    pub changed_at: Time,
    /// When X issued it, where that is known.
    pub issued_at: Option<Time>,
}

impl Slot {
    /// When X issued it, or else when it came into the vault.
    pub fn since(&self) -> Time {
        self.issued_at.unwrap_or(self.changed_at)
    }
}

/// A value that was brought or fetched but is not in use yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The field it is meant for.
    pub field: Field,
    /// Its value.
    pub secret: Secret,
    /// When it came.
    pub at: Time,
    /// How it came.
    pub origin: Origin,
}

/// A replaced value: a record, not a fallback, since X usually kills the old one at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retired {
    /// The field it was the value of.
    pub field: Field,
    /// The old value.
    pub secret: Secret,
    /// When it came into the vault.
    pub since: Time,
    /// When it was replaced.
    pub until: Time,
    /// By what it was replaced.
    pub origin: Origin,
    /// Since when X is known not to accept it any more; `None`: nobody has asked X to kill it, or X did not say.
    pub dead_at: Option<Time>,
}

impl Retired {
    /// Whether `other` tells of the same value at the same time, whatever else each knows of it.
    pub fn is(&self, other: &Self) -> bool {
        (self.field, self.since) == (other.field, other.since) && self.secret == other.secret
    }
}

/// How a value came into the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Typed or pasted.
    Edit,
    /// Read from a file.
    Import,
    /// Fetched or pasted in a rotation.
    Rotation,
    /// Issued by a login.
    Login,
    /// Handed over by a refresh.
    Refresh,
    /// Handed over by a check that asked for something else.
    Check,
    /// Taken from an older save.
    Restore,
    /// Killed at X; nothing took its place.
    Revoke,
}

impl Origin {
    /// Every origin with its stable word.
    pub const WORDS: [(Self, &'static str); 8] = [
        (Self::Edit, "edit"),
        (Self::Import, "import"),
        (Self::Rotation, "rotation"),
        (Self::Login, "login"),
        (Self::Refresh, "refresh"),
        (Self::Check, "check"),
        (Self::Restore, "restore"),
        (Self::Revoke, "revoke"),
    ];

    /// The stable word.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(origin, _)| *origin == self).map_or("edit", |(_, word)| word)
    }

    /// Reads the stable word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, w)| *w == word).map(|(origin, _)| *origin)
    }
}

/// Everything an owner holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Current values, at most one per field, in the order of the fields.
    slots: Vec<Slot>,
    /// Values waiting to be verified.
    pub candidates: Vec<Candidate>,
    /// Replaced values, oldest first.
    pub history: Vec<Retired>,
    /// Rotations under way, at most one per credential.
    pub rotations: Vec<Rotation>,
    /// Keys a newer birdkeep wrote on any of these.
    pub unknown: Vec<(Part, Unknown)>,
}

/// What keys of a newer birdkeep belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A value, which they follow from candidate to current to replaced.
    Value(Field, Secret),
    /// The rotation of a credential.
    Rotation(Credential),
}

impl Held {
    /// The keys a newer birdkeep wrote on `part`.
    pub fn unknown_of(&self, part: &Part) -> Option<&Unknown> {
        self.unknown.iter().find(|(of, _)| of == part).map(|(_, unknown)| unknown)
    }

    /// Current values in the order of the fields.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The current value of `field`.
    pub fn slot(&self, field: Field) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.field == field)
    }

    /// The current secret of `field`.
    pub fn secret(&self, field: Field) -> Option<&Secret> {
        self.slot(field).map(|slot| &slot.secret)
    }

    /// The newest candidate for `field`.
    pub fn candidate(&self, field: Field) -> Option<&Candidate> {
        self.candidates.iter().rev().find(|candidate| candidate.field == field)
    }

    /// The rotation of `credential` under way.
    pub fn rotation(&self, credential: Credential) -> Option<&Rotation> {
        self.rotations.iter().find(|rotation| rotation.credential == credential)
    }

    /// Since when `field` has no value because X has killed its last one and nothing has taken its place.
    pub fn dead_since(&self, field: Field) -> Option<Time> {
        if self.slot(field).is_some() {
            return None;
        }
        self.history.iter().rev().find(|retired| retired.field == field)?.dead_at
    }

    /// Puts `slot` in place without touching history: for readers of files and for applying edits.
    pub fn put(&mut self, slot: Slot) {
        self.take(slot.field);
        let at = self.slots.partition_point(|other| other.field < slot.field);
        self.slots.insert(at, slot);
    }

    /// Removes the current value of `field`.
    pub fn take(&mut self, field: Field) -> Option<Slot> {
        let at = self.slots.iter().position(|slot| slot.field == field)?;
        Some(self.slots.remove(at))
    }

    /// Forgets what was replaced at `until` or before.
    pub(super) fn purge(&mut self, until: Time) {
        self.history.retain(|retired| retired.until > until);
    }

    /// The fingerprint over all fields of `credential`: what an edit of any of them was based on.
    pub fn print(&self, credential: Credential, key: &FingerprintKey) -> Fingerprint {
        key.of_all(credential.fields().iter().map(|field| self.secret(*field)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(field: Field, value: &str) -> Slot {
        Slot { field, secret: Secret::new(value), changed_at: Time::from_unix(1), issued_at: None }
    }

    #[test]
    fn slots_keep_the_order_of_the_fields_and_are_unique() {
        let mut held = Held::default();
        held.put(slot(Field::BearerToken, "b"));
        held.put(slot(Field::ApiKey, "k1"));
        held.put(slot(Field::ApiKey, "k2"));
        let fields: Vec<_> = held.slots().iter().map(|s| (s.field, s.secret.expose())).collect();
        assert_eq!(fields, [(Field::ApiKey, "k2"), (Field::BearerToken, "b")]);
    }

    #[test]
    fn either_half_changes_the_print_of_a_credential() {
        let key = FingerprintKey::new([0; 32]);
        let mut held = Held::default();
        let empty = held.print(Credential::Api, &key);
        held.put(slot(Field::ApiSecret, "s"));
        let half = held.print(Credential::Api, &key);
        held.put(slot(Field::BearerToken, "b"));
        assert_ne!(empty, half);
        assert_eq!(half, held.print(Credential::Api, &key));
    }
}
