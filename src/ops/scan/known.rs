//! Every value a vault knows, with everything that holds it: in use, waiting, replaced; of deleted ones too.

use std::collections::HashMap;

use crate::domain::credential::Held;
use crate::domain::document::Document;
use crate::domain::fields::{Credential, Field, trimmed};
use crate::domain::id::Owner;
use crate::domain::names::Name;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::ops::identify::Place;

/// A value, and who holds it.
#[derive(Clone, Debug)]
pub struct Known {
    /// The value, without what copying adds around it.
    pub(super) secret: Secret,
    /// Who holds it, the one that matters most first. Never empty.
    pub holders: Vec<Holder>,
}

/// One place in the vault that holds a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Whose.
    pub owner: Owner,
    /// Its name.
    pub name: Name,
    /// As which field.
    pub field: Field,
    /// In which part.
    pub place: Place,
    /// Since when X is known not to accept it any more.
    pub dead_at: Option<Time>,
    /// Whether its app or profile was deleted.
    pub deleted: bool,
}

impl Holder {
    /// Whether a new value can be put in its place.
    pub const fn is_live(&self) -> bool {
        !self.deleted && matches!(self.place, Place::Current | Place::Candidate)
    }
}

/// Every value of `document`, each once, in the order of the names of its owners, apps first; and the values of `key:secret` pairs: the two as numbers of the values.
pub(super) fn known(document: &Document) -> (Vec<Known>, Vec<(usize, usize)>) {
    let mut all = Gathered::default();
    let mut apps: Vec<_> = document.all_apps().collect();
    apps.sort_by_key(|app| (app.name.key(), app.id));
    for app in apps {
        all.take(app.id.into(), &app.name, &app.held, app.deleted_at.is_some());
    }
    let mut profiles: Vec<_> = document.all_profiles().collect();
    profiles.sort_by_key(|profile| (profile.name.key(), profile.id));
    for profile in profiles {
        all.take(profile.id.into(), &profile.name, &profile.held, profile.deleted_at.is_some());
    }
    for known in &mut all.values {
        known.holders.sort_by_key(|holder| {
            let place = match holder.place {
                Place::Current => (0, 0),
                Place::Candidate => (1, 0),
                Place::Replaced(at) => (2, -at.unix()),
                Place::Spent => (3, 0),
            };
            (holder.deleted, place)
        });
    }
    (all.values, all.pairs)
}

#[derive(Default)]
struct Gathered {
    values: Vec<Known>,
    numbers: HashMap<Box<str>, usize>,
    pairs: Vec<(usize, usize)>,
}

impl Gathered {
    fn take(&mut self, owner: Owner, name: &Name, held: &Held, deleted: bool) {
        let holder =
            |field, place, dead_at| Holder { owner, name: name.clone(), field, place, dead_at, deleted };
        for slot in held.slots() {
            self.add(&slot.secret, holder(slot.field, Place::Current, None));
        }
        for one in &held.candidates {
            self.add(&one.secret, holder(one.field, Place::Candidate, None));
        }
        for one in &held.history {
            self.add(&one.secret, holder(one.field, Place::Replaced(one.until), one.dead_at));
        }
        for credential in [Credential::Api, Credential::Client] {
            if let [first, second] = credential.fields()
                && let (Some(id), Some(secret)) = (held.secret(*first), held.secret(*second))
                && let (Some(id), Some(secret)) = (self.number(id), self.number(secret))
            {
                self.pairs.push((id, secret));
            }
        }
    }

    fn number(&self, secret: &Secret) -> Option<usize> {
        self.numbers.get(trimmed(secret.expose())).copied()
    }

    fn add(&mut self, secret: &Secret, holder: Holder) {
        let text = trimmed(secret.expose());
        if text.is_empty() {
            return;
        }
        if let Some(known) = self.numbers.get(text).and_then(|at| self.values.get_mut(*at)) {
            known.holders.push(holder);
            return;
        }
        self.numbers.insert(text.into(), self.values.len());
        self.values.push(Known { secret: Secret::new(text), holders: vec![holder] });
    }
}
