//! What a check will ask, and what that costs.

use std::collections::BTreeSet;

use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::id::ProfileId;
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
