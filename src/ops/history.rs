//! What was done when, as far as the vault itself remembers: for one app or profile, or for all of it.

use std::cmp::Reverse;

use super::save::{self, SaveFailure};
use super::session::Session;
use super::world::World;
use crate::domain::credential::{Held, Origin, Retired};
use crate::domain::document::Document;
use crate::domain::edit::Edit;
use crate::domain::fields::{Credential, Field};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::Owner;
use crate::domain::phrase::counted;
use crate::domain::time::Time;
use crate::failure::{Failure, Kind};
use crate::vault::Place;

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
        /// Since when X is known not to accept the old value.
        dead_at: Option<Time>,
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
            Self::Replaced { field, was, now, origin, dead_at } => {
                let (label, was, origin) = (field.row().label, was.short(), origin.word());
                let dead = dead_at.map(|at| format!(", dead at X since {}", at.day())).unwrap_or_default();
                match now {
                    Some(now) => format!("{label} #{was} replaced by #{} ({origin}{dead})", now.short()),
                    None => format!("{label} #{was} removed ({origin}{dead})"),
                }
            }
            Self::Candidate { field, value, origin } => {
                let label = field.row().label;
                format!("{label} #{} came and waits to be verified ({})", value.short(), origin.word())
            }
            Self::RotationBegun(credential) => format!("rotation of {} begun", credential.row().label),
        }
    }
}

/// The replaced values of `owner`, the newest first; what was replaced together stays in the order of the fields. The
/// number of a value is its place here, from 1.
pub fn replaced(document: &Document, owner: Owner) -> Vec<&Retired> {
    let history = document.held(owner).map(|held| held.history.as_slice()).unwrap_or_default();
    let mut rows: Vec<&Retired> = history.iter().rev().collect();
    rows.sort_by_key(|retired| (Reverse(retired.until), retired.field));
    rows
}

/// What a replaced value is worth at X: never called usable.
pub fn at_x(retired: &Retired) -> String {
    match retired.dead_at {
        Some(at) => format!("dead at X since {}", at.day()),
        None => "whether X still accepts it is not known".to_owned(),
    }
}

/// What a purge has done.
#[derive(Clone, Debug)]
pub struct Purged {
    /// The vault after it.
    pub session: Session,
    /// What was done and what could not be reached: one sentence each.
    pub said: Vec<String>,
}

/// Forgets every replaced value of `owner` for good: saves, then deletes the backups, which hold them as well.
///
/// # Errors
/// Nothing was purged then.
pub fn purge(world: &World, session: &Session, owner: Owner) -> Result<Purged, SaveFailure> {
    let rows = replaced(session.document(), owner);
    let Some(until) = rows.iter().map(|retired| retired.until).max() else {
        let name = session.document().name_of(owner).map(ToString::to_string).unwrap_or_default();
        return Err(SaveFailure::from(Failure::new(
            Kind::Found,
            "there is nothing to purge",
            format!("“{name}” has no replaced values"),
            "birdkeep history NAME shows what there is",
        )));
    };
    let mut said = vec![format!("{} forgotten", counted(rows.len(), "replaced value"))];
    let session = save::save(world, session, [Edit::Purge { owner, until }])?;
    let (mut deleted, mut left) = (0, 0);
    for backup in world.store.backups().unwrap_or_default() {
        // What could not be read when it was replaced may be the only copy of something else.
        let gone =
            backup.name.generation.is_some() && world.store.remove(&Place::Backup(backup.name)).is_ok();
        if gone { deleted += 1 } else { left += 1 }
    }
    said.push(format!("{} deleted: they held the same values", counted(deleted, "backup")));
    if left > 0 {
        said.push(format!(
            "{} not deleted: look into the folder “backups” yourself",
            counted(left, "backup")
        ));
    }
    said.push(
        "copies of the vault elsewhere still hold them: in git, on other machines, in a backup of the disk"
            .to_owned(),
    );
    Ok(Purged { session, said })
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
            let (origin, dead_at) = (retired.origin, retired.dead_at);
            events.push((retired.until, What::Replaced { field, was, now, origin, dead_at }));
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

    #[test]
    fn a_purge_leaves_the_values_neither_in_the_vault_nor_in_its_backups() {
        use crate::ops::testing::{PROFILE, set, with_profile, world};
        let world = world();
        let session = with_profile(&world);
        let session = set(&world, &session, Field::AccessToken, "1-leaked");
        let session = set(&world, &session, Field::AccessToken, "1-next");
        assert!(world.store.backups().expect("readable").len() > 1);
        let owner = ProfileId::from_random(PROFILE).into();
        assert_eq!(replaced(session.document(), owner).len(), 1);
        let purged = purge(&world, &session, owner).expect("purged");
        assert!(replaced(purged.session.document(), owner).is_empty());
        assert!(world.store.backups().expect("readable").is_empty());
        assert!(!crate::ops::testing::plain(&world, &purged.session).contains("1-leaked"));
        let said = purged.said.join("\n");
        for words in ["1 replaced value forgotten", "backups deleted", "in git"] {
            assert!(said.contains(words), "{said}");
        }
        let again = purge(&world, &purged.session, owner).expect_err("nothing is left").failure;
        assert_eq!(again.kind, Kind::Found);
    }

    #[test]
    fn nothing_old_is_called_usable() {
        let retired = |dead_at| Retired {
            field: Field::AccessToken,
            secret: Secret::new("1-a"),
            since: Time::from_unix(1),
            until: Time::from_unix(2),
            origin: Origin::Revoke,
            dead_at,
        };
        assert_eq!(at_x(&retired(Some(Time::from_unix(3)))), "dead at X since 1970-01-01");
        assert!(at_x(&retired(None)).contains("not known"));
    }
}
