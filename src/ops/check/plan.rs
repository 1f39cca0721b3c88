//! What a check will ask, what that costs, and what need not be asked.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::id::ProfileId;
use crate::domain::staleness::is_fresh;
use crate::domain::time::Time;
use crate::ops::snapshot::Snapshot;
use crate::x::prices::{Cost, price};

/// What a check will ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Profiles that get a verdict, those with missing values included.
    pub profiles: usize,
    /// Requests at most, first attempts.
    pub requests: usize,
    /// Requests that X bills.
    pub billed: usize,
    /// What they cost at most.
    pub cost: Cost,
}

/// Counts what checking `profiles` will ask: one request per profile with a token, at most two per app.
pub fn plan(document: &Document, profiles: &[ProfileId]) -> Plan {
    let mut plan = Plan::default();
    let mut apps = BTreeSet::new();
    for id in profiles.iter().collect::<BTreeSet<_>>() {
        let Some(profile) = document.profile(*id).filter(|p| p.deleted_at.is_none()) else { continue };
        plan.profiles += 1;
        let has = |field| document.slot(profile.id.into(), field).is_some();
        let keys = has(Field::ApiKey) && has(Field::ApiSecret);
        let pair = has(Field::AccessToken) && has(Field::AccessSecret) && keys;
        if pair || has(Field::Oauth2AccessToken) {
            plan.billed += 1;
        }
        apps.extend(profile.app);
    }
    let per_app = |app: &crate::domain::id::AppId| {
        let has = |field| document.slot((*app).into(), field).is_some();
        usize::from(has(Field::ApiKey) && has(Field::ApiSecret)) + usize::from(has(Field::BearerToken))
    };
    plan.requests = plan.billed + apps.iter().map(per_app).sum::<usize>();
    plan.cost = price("GET /2/users/me").times(plan.billed);
    plan
}

/// Profiles by whether asking X about them would tell anything new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Without a verdict that holds, or with one that is too old.
    pub stale: Vec<ProfileId>,
    /// With a verdict that holds and is young enough.
    pub fresh: Vec<ProfileId>,
}

/// Tells `profiles` apart by what checks have found, at `now`: a verdict is fresh while it is younger than `max_age`.
pub fn split(snapshot: &Snapshot, profiles: &[ProfileId], now: Time, max_age: Duration) -> Split {
    let fresh = |id: &ProfileId| {
        let finding = snapshot.document.profile(*id).and_then(|profile| snapshot.finding(profile));
        finding.is_some_and(|finding| is_fresh(finding, now, max_age))
    };
    let (fresh, stale) = profiles.iter().copied().partition(fresh);
    Split { stale, fresh }
}
