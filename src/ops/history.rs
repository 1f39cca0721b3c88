//! What was done when, as far as the vault itself remembers: for one app or profile, or for all of it.

use std::cmp::Reverse;

use crate::domain::credential::{Held, Origin};
use crate::domain::document::Document;
use crate::domain::fields::{Credential, Field};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::Owner;
use crate::domain::time::Time;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Time,
    /// To which app or profile.
    pub owner: Owner,
    /// Its name today.
    pub name: String,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It came into the vault.
    Created,
    /// It was deleted.
    Deleted,
    /// A field got a value: its first one, as far as is remembered.
    Set {
        /// Which field.
        field: Field,
        /// Which value it has since.
        now: Fingerprint,
    },
    /// A value was replaced or removed.
    Replaced {
        /// Which field.
        field: Field,
        /// The old value.
        was: Fingerprint,
        /// The value after it; `None`: it was removed.
        now: Option<Fingerprint>,
        /// How that came about.
        origin: Origin,
    },
    /// A value came that is not in use yet.
    Candidate {
        /// For which field.
        field: Field,
        /// Which value.
        value: Fingerprint,
        /// How it came.
        origin: Origin,
    },
    /// A rotation was begun, and is not finished.
    RotationBegun(Credential),
}

impl What {
    /// The sentence, without the name.
    pub fn sentence(&self) -> String {
        match self {
            Self::Created => "created".to_owned(),
            Self::Deleted => "deleted".to_owned(),
            Self::Set { field, now } => format!("{} set to #{}", field.row().label, now.short()),
            Self::Replaced { field, was, now: Some(now), origin } => {
                let label = field.row().label;
                format!("{label} #{} replaced by #{} ({})", was.short(), now.short(), origin.word())
            }
            Self::Replaced { field, was, now: None, origin } => {
                format!("{} #{} removed ({})", field.row().label, was.short(), origin.word())
            }
            Self::Candidate { field, value, origin } => {
                let label = field.row().label;
                format!("{label} #{} came and waits to be verified ({})", value.short(), origin.word())
            }
            Self::RotationBegun(credential) => format!("rotation of {} begun", credential.row().label),
        }
    }
}

/// What happened to one app or profile, newest first.
pub fn of(document: &Document, owner: Owner) -> Vec<Event> {
    let mut events = Vec::new();
    collect(document, owner, &mut events);
    newest_first(events)
}

/// What happened in the whole vault, deleted things too, newest first.
pub fn log(document: &Document) -> Vec<Event> {
    let mut events = Vec::new();
    let apps = document.all_apps().map(|app| Owner::from(app.id));
    for owner in apps.chain(document.all_profiles().map(|profile| Owner::from(profile.id))) {
        collect(document, owner, &mut events);
    }
    newest_first(events)
}

/// What happened at the same time stays in the order it was found in, the cause before its effects.
fn newest_first(mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by_key(|event| Reverse(event.at));
    events
}

fn collect(document: &Document, owner: Owner, events: &mut Vec<Event>) {
    let (created_at, deleted_at, held) = match owner {
        Owner::App(id) => match document.app(id) {
            Some(app) => (app.created_at, app.deleted_at, &app.held),
            None => return,
        },
        Owner::Profile(id) => match document.profile(id) {
            Some(profile) => (profile.created_at, profile.deleted_at, &profile.held),
            None => return,
        },
    };
    let name = document.name_of(owner).map_or_else(String::new, ToString::to_string);
    let mut happened = vec![(created_at, What::Created)];
    happened.extend(deleted_at.map(|at| (at, What::Deleted)));
    happened.extend(held_events(document, held));
    events.extend(happened.into_iter().map(|(at, what)| Event { at, owner, name: name.clone(), what }));
}

fn held_events(document: &Document, held: &Held) -> Vec<(Time, What)> {
    let print = |secret| document.fingerprints.of(secret);
    let mut events = Vec::new();
    for field in Field::all() {
        // The values a field has had, oldest first, each with when it came.
        let history = held.history.iter().filter(|retired| retired.field == field);
        let past = history.clone().map(|retired| (retired.since, print(&retired.secret)));
        let now = held.slot(field).map(|slot| (slot.changed_at, print(&slot.secret)));
        let values: Vec<_> = past.chain(now).collect();
        if let Some((at, now)) = values.first() {
            events.push((*at, What::Set { field, now: *now }));
        }
        for (number, retired) in history.enumerate() {
            // The next value, if it came when this one went; else there was none for a while.
            let next = values.get(number + 1).filter(|(since, _)| *since <= retired.until);
            let (was, now) = (print(&retired.secret), next.map(|(_, print)| *print));
            events.push((retired.until, What::Replaced { field, was, now, origin: retired.origin }));
            if let (None, Some((at, now))) = (next, values.get(number + 1)) {
                events.push((*at, What::Set { field, now: *now }));
            }
        }
    }
    events.extend(held.candidates.iter().map(|one| {
        let (field, value, origin) = (one.field, print(&one.secret), one.origin);
        (one.at, What::Candidate { field, value, origin })
    }));
    events.extend(held.rotations.iter().map(|one| (one.started_at, What::RotationBegun(one.credential))));
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::edit::{self, Edit};
    use crate::domain::id::ProfileId;
    use crate::domain::names::Name;
    use crate::domain::profile::Profile;
    use crate::domain::rotation::Rotation;
    use crate::domain::secret::Secret;
    use crate::ops::init::{Recovery, init};
    use crate::ops::save::save;
    use crate::ops::testing::{passphrase, world_on};
    use crate::vault::MemoryStore;
    use crate::vault::seal::Cost;

    #[test]
    fn every_change_a_vault_remembers_is_told_newest_first() {
        let (world, clock) = world_on(MemoryStore::new("vault.age", Cost::PLAYTHING));
        clock.set(100);
        let mut session = init(&world, &passphrase(), Recovery::No).expect("an empty store").session;
        let id = ProfileId::from_random([1; 16]);
        let profile = Profile::new(id, Name::parse("wiki").expect("valid"), Time::from_unix(100));
        session = save(&world, &session, vec![Edit::AddProfile(Box::new(profile))]).expect("saved");
        let values = [(200, Some("1-a")), (300, Some("1-b")), (400, None), (500, Some("1-c"))];
        for (at, value) in values {
            let value = [(Field::AccessToken, value.map(Secret::new))];
            let at = Time::from_unix(at);
            let edits = edit::set_fields(session.document(), id.into(), value, Origin::Edit, at);
            session = save(&world, &session, edits).expect("saved");
        }
        let rotation = Rotation::begin(Credential::Access, Time::from_unix(600));
        let begun = Edit::SetRotation {
            owner: id.into(),
            credential: Credential::Access,
            was: None,
            to: Some(rotation),
        };
        session = save(&world, &session, vec![begun]).expect("saved");
        let key = &session.document().fingerprints;
        let print = |text: &str| key.of(&Secret::new(text)).short();
        let told: Vec<(i64, String)> = of(session.document(), id.into())
            .iter()
            .map(|event| (event.at.unix(), event.what.sentence()))
            .collect();
        let (a, b, c) = (print("1-a"), print("1-b"), print("1-c"));
        assert_eq!(
            told,
            [
                (600, "rotation of Access token and secret begun".to_owned()),
                (500, format!("Access token set to #{c}")),
                (400, format!("Access token #{b} removed (edit)")),
                (300, format!("Access token #{a} replaced by #{b} (edit)")),
                (200, format!("Access token set to #{a}")),
                (100, "created".to_owned()),
            ]
        );
        assert_eq!(log(session.document()), of(session.document(), id.into()));
        assert!(!format!("{:?}", log(session.document())).contains("1-a"));
    }
}
