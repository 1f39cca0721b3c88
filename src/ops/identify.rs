//! Which profile and field holds this value? For "is the server running the token I think it runs?"

use crate::domain::credential::Held;
use crate::domain::document::Document;
use crate::domain::fields::{self, Field};
use crate::domain::id::Owner;
use crate::domain::names::Name;
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::domain::time::Time;

/// A place where a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Whose.
    pub owner: Owner,
    /// Its name.
    pub name: Name,
    /// As which field.
    pub field: Field,
    /// In which part.
    pub place: Place,
}

/// Where a value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In use.
    Current,
    /// Waiting to be verified.
    Candidate,
    /// Replaced, then.
    Replaced(Time),
    /// Used up by a refresh: only its fingerprint is left.
    Spent,
}

/// Every place where `value` is, in use first. What copying adds around a value is passed over.
pub fn identify(document: &Document, value: &Secret) -> Vec<Found> {
    let value = Secret::new(fields::trimmed(value.expose()));
    if value.is_empty() {
        return Vec::new();
    }
    let apps = document.apps().map(|app| (Owner::from(app.id), &app.name, &app.held));
    let profiles = document.profiles().map(|profile| (Owner::from(profile.id), &profile.name, &profile.held));
    let mut found: Vec<Found> = apps
        .chain(profiles)
        .flat_map(|(owner, name, held)| {
            places(held, &value).map(move |(field, place)| Found { owner, name: name.clone(), field, place })
        })
        .collect();
    let print = document.fingerprints.of(&value);
    let spent =
        |profile: &&Profile| profile.oauth2.as_ref().is_some_and(|grant| grant.spent.contains(&print));
    found.extend(document.profiles().filter(spent).map(|profile| Found {
        owner: profile.id.into(),
        name: profile.name.clone(),
        field: Field::Oauth2RefreshToken,
        place: Place::Spent,
    }));
    found.sort_by_key(|found| match found.place {
        Place::Current => (0, 0),
        Place::Candidate => (1, 0),
        Place::Replaced(at) => (2, -at.unix()),
        Place::Spent => (3, 0),
    });
    found
}

fn places(held: &Held, value: &Secret) -> impl Iterator<Item = (Field, Place)> {
    let current = held.slots().iter().filter(move |slot| slot.secret == *value);
    let waiting = held.candidates.iter().filter(move |candidate| candidate.secret == *value);
    let replaced = held.history.iter().filter(move |retired| retired.secret == *value);
    current
        .map(|slot| (slot.field, Place::Current))
        .chain(waiting.map(|candidate| (candidate.field, Place::Candidate)))
        .chain(replaced.map(|retired| (retired.field, Place::Replaced(retired.until))))
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credential::{Origin, Retired, Slot};
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::id::ProfileId;
    use crate::domain::profile::Oauth2Grant;

    #[test]
    fn a_value_is_found_in_use_and_in_history_and_nothing_else_is() {
        let mut document = Document::new(FingerprintKey::new([1; 32]));
        let name = Name::parse("wiki").expect("a valid name");
        let mut profile = Profile::new(ProfileId::from_random([1; 16]), name, Time::from_unix(1));
        let slot = |text| Slot {
            field: Field::AccessToken,
            secret: Secret::new(text),
            changed_at: Time::from_unix(5),
            issued_at: None,
        };
        profile.held.put(slot("1-new"));
        profile.held.history.push(Retired {
            field: Field::AccessToken,
            secret: Secret::new("1-old"),
            since: Time::from_unix(1),
            until: Time::from_unix(5),
            origin: Origin::Edit,
            dead_at: None,
        });
        let spent = vec![document.fingerprints.of(&Secret::new("rt-spent"))];
        profile.oauth2 = Some(Oauth2Grant { spent, ..Oauth2Grant::default() });
        document.insert_profile(profile);
        let places = |text: &str| {
            identify(&document, &Secret::new(text)).into_iter().map(|found| found.place).collect::<Vec<_>>()
        };
        assert_eq!(places("1-new"), [Place::Current]);
        assert_eq!(places(" '1-new'\n"), [Place::Current]);
        assert_eq!(places("1-old"), [Place::Replaced(Time::from_unix(5))]);
        assert_eq!(places("rt-spent"), [Place::Spent]);
        assert_eq!(places("1-ne"), []);
        assert_eq!(places(" \n"), []);
    }
}
