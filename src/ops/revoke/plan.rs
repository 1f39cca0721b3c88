//! What a revocation would ask X for, and what is left to a person.

use crate::domain::credential::Held;
use crate::domain::document::Document;
use crate::domain::fields::{CREDENTIALS, Credential, Field};
use crate::domain::id::{AppId, Owner, ProfileId};
use crate::domain::rotation::{self, Way};
use crate::domain::secret::Secret;
use crate::x::endpoints::{invalidate_token, revoke_access, revoke_grant};

/// What is to be revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// One credential of an app or a profile.
    Credential(Owner, Credential),
    /// Every token of one profile.
    Profile(ProfileId),
    /// Every token of an app, its profiles' included.
    App(AppId),
}

impl Target {
    /// Whose name is to be typed.
    pub fn owner(self) -> Owner {
        match self {
            Self::Credential(owner, _) => owner,
            Self::Profile(id) => id.into(),
            Self::App(id) => id.into(),
        }
    }
}

/// Whether a value is in use or waits to be verified: X honours either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In use.
    Current,
    /// A candidate.
    Candidate,
}

/// One thing X is asked to kill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Whose.
    pub owner: Owner,
    /// Its name; visible text.
    pub name: String,
    /// What.
    pub credential: Credential,
    /// Whether it is in use.
    pub standing: Standing,
    values: Vec<(Field, Secret)>,
}

impl Item {
    pub(super) fn value(&self, field: Field) -> Option<&Secret> {
        self.values.iter().find(|(other, _)| *other == field).map(|(_, value)| value)
    }

    /// What it is, for a line: “duck: Access token and secret”.
    pub fn label(&self) -> String {
        let label = self.credential.row().label;
        match self.standing {
            Standing::Current => format!("{}: {label}", self.name),
            Standing::Candidate => format!("{}: {label} (a candidate)", self.name),
        }
    }

    /// The row of its credential.
    pub fn row(&self) -> Option<&'static RevokeRow> {
        REVOKES.iter().find(|row| row.credential == self.credential)
    }
}

/// One row of [`REVOKES`].
#[derive(Debug)]
pub struct RevokeRow {
    /// What can be revoked.
    pub credential: Credential,
    /// Method and path.
    pub request: &'static str,
    /// Who asks.
    pub signed: &'static str,
}

/// What X kills by API, and by what it knows who asks. Sources: X's API reference and its pages on application-only and
/// on user access tokens, 2026-08; which of the two ways of the bearer token works today is unconfirmed, so both are
/// tried.
pub const REVOKES: &[RevokeRow] = &[
    RevokeRow {
        credential: Credential::Bearer,
        request: invalidate_token::REQUEST,
        signed: "by the app's owner, else by the app's key and secret",
    },
    RevokeRow {
        credential: Credential::Access,
        request: revoke_access::REQUEST,
        signed: "by the very pair that is to die",
    },
    RevokeRow {
        credential: Credential::Oauth2,
        request: revoke_grant::REQUEST,
        signed: "by the app's client, for the refresh token and then the access token",
    },
];

/// Something X kills by no API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// Whose.
    pub owner: Owner,
    /// Its name; visible text.
    pub name: String,
    /// What.
    pub credential: Credential,
}

/// What a revocation would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What X is asked to kill, apps first.
    pub items: Vec<Item>,
    /// What is left to a person, in X's console.
    pub by_hand: Vec<ByHand>,
}

/// What revoking `target` would do.
pub fn plan(document: &Document, target: Target) -> Plan {
    let mut plan = Plan::default();
    match target {
        Target::Credential(owner, credential) => add(document, owner, &[credential], &mut plan),
        Target::Profile(id) => add(document, id.into(), &all(), &mut plan),
        Target::App(id) => {
            add(document, id.into(), &all(), &mut plan);
            let mut profiles: Vec<_> = document.profiles_of(id).collect();
            profiles.sort_by_cached_key(|profile| profile.name.key());
            for profile in profiles {
                add(document, profile.id.into(), &all(), &mut plan);
            }
        }
    }
    plan
}

fn all() -> Vec<Credential> {
    CREDENTIALS.iter().map(|row| row.credential).collect()
}

fn add(document: &Document, owner: Owner, credentials: &[Credential], plan: &mut Plan) {
    let Some(held) = document.held(owner) else { return };
    let name = document.name_of(owner).map(ToString::to_string).unwrap_or_default();
    for credential in credentials.iter().copied() {
        let current = values(credential, |field| held.secret(field));
        if rotation::way(credential, Way::Revoke).is_none() {
            if !current.is_empty() {
                plan.by_hand.push(ByHand { owner, name: name.clone(), credential });
            }
            continue;
        }
        let waiting = waiting(held, credential, &current);
        for (standing, values) in [(Standing::Current, current), (Standing::Candidate, waiting)] {
            if !values.is_empty() {
                plan.items.push(Item { owner, name: name.clone(), credential, standing, values });
            }
        }
    }
}

fn values<'a>(credential: Credential, of: impl Fn(Field) -> Option<&'a Secret>) -> Vec<(Field, Secret)> {
    credential.fields().iter().filter_map(|field| Some((*field, of(*field)?.clone()))).collect()
}

/// The newest candidate, where it is another value than the current one.
fn waiting(held: &Held, credential: Credential, current: &[(Field, Secret)]) -> Vec<(Field, Secret)> {
    let values = values(credential, |field| held.candidate(field).map(|candidate| &candidate.secret));
    if values.iter().all(|value| current.contains(value)) { Vec::new() } else { values }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rotation::WAYS;

    #[test]
    fn what_has_a_way_to_be_revoked_has_a_row_and_nothing_else() {
        let ways: Vec<_> =
            WAYS.iter().filter(|row| row.way == Way::Revoke).map(|row| row.credential).collect();
        assert_eq!(REVOKES.iter().map(|row| row.credential).collect::<Vec<_>>(), ways);
    }
}
