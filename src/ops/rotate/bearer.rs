//! The bearer token: X kills the old one and hands over a new one, both by API.

use super::desk::{Desk, failure};
use super::impact::{impact, owner_of};
use super::{Ledger, Step};
use crate::domain::credential::Origin;
use crate::domain::fields::{Credential, Field};
use crate::domain::id::Owner;
use crate::domain::rotation::{Stage, Way};
use crate::domain::secret::Secret;
use crate::domain::verdict::Cause;
use crate::failure::Failure;
use crate::ops::kill::{self, Outcome};
use crate::x::auth::app_only;
use crate::x::checks::Answers;
use crate::x::diagnose::judge_app;
use crate::x::endpoints::usage_tweets;
use crate::x::sign::Pair;

/// Says who will stop, and makes sure that X will hand over a new bearer before the old one is touched.
pub(super) async fn review<S: Ledger>(desk: Desk<'_, S>, way: Way) -> Result<Step<S>, Failure> {
    if way == Way::Console {
        let said = vec![who_stops(&desk)];
        return desk.send_to_console(said).await;
    }
    let live = desk.live_bearer().await?;
    let stored = desk.stored(Field::BearerToken);
    let mut said = vec!["X accepts the app's key and secret, so a new bearer token can be had".to_owned()];
    if stored.as_ref().is_some_and(|stored| !same(stored, &live)) {
        said.push("X holds another bearer token live than the stored one".to_owned());
    }
    said.push(who_stops(&desk));
    let next = if stored.is_some() { Stage::Invalidate } else { Stage::Fetch };
    let edits = vec![desk.by(Way::Request, next)];
    desk.end(edits, said).await
}

fn who_stops<S: Ledger>(desk: &Desk<'_, S>) -> String {
    let ids = impact(desk.document(), desk.owner, Credential::Bearer);
    let names: Vec<_> = ids
        .iter()
        .filter_map(|id| desk.document().profile(*id))
        .map(|profile| format!("“{}”", profile.name))
        .collect();
    match names.as_slice() {
        [] => "no profile lives on this bearer token; bots with tokens of their own go on".to_owned(),
        names => format!("until the new one is in place this stops {}", names.join(", ")),
    }
}

/// Asks X to kill the old bearer. The rotation stands at this stage before X is asked, so that whatever happens now,
/// the vault says that the old one may be dead.
pub(super) async fn invalidate<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    let Some(bearer) = desk.stored(Field::BearerToken) else {
        let edits = vec![desk.to(Stage::Fetch)];
        return desk.end(edits, vec!["no bearer token is stored, so there is none to kill".to_owned()]).await;
    };
    let (key, secret) = desk.app_pair()?;
    let app = Pair { id: &key, secret: &secret };
    let owner = owner_pair(&desk);
    let pair = owner.as_ref().map(|(_, token, secret)| Pair { id: token, secret });
    let killed = kill::bearer(desk.world, app, pair, &bearer).await?;
    match (killed.outcome, owner) {
        (Outcome::Dead, Some((owner, ..))) if killed.by_owner => {
            dead(desk, &format!("X has killed the old bearer token, asked by “{owner}”")).await
        }
        (Outcome::Dead, _) => dead(desk, "X has killed the old bearer token").await,
        (Outcome::Gone(_), _) => dead(desk, "X says that the old bearer token was dead already").await,
        (Outcome::Refused(said), _) => {
            let mut refusals = killed.refusals;
            refusals.push(said);
            refusals.push("X would not kill it by API in any of the documented ways".to_owned());
            desk.send_to_console(refusals).await
        }
    }
}

async fn dead<S: Ledger>(desk: Desk<'_, S>, said: &str) -> Result<Step<S>, Failure> {
    let edits = vec![desk.to(Stage::Fetch)];
    desk.end(edits, vec![said.to_owned()]).await
}

/// Fetches the new bearer and keeps it as a candidate.
pub(super) async fn fetch<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    let live = desk.live_bearer().await?;
    if desk.stored(Field::BearerToken).is_some_and(|stored| same(&stored, &live)) {
        let said = "X did not rotate it: after the invalidation it hands over the same bearer token";
        return desk.send_to_console(vec![said.to_owned()]).await;
    }
    let edits = vec![desk.keep(Field::BearerToken, live, Origin::Rotation), desk.to(Stage::Verify)];
    desk.end(edits, vec!["X has handed over a new bearer token, kept as a candidate".to_owned()]).await
}

/// Tries the new bearer on a read-only call.
pub(super) async fn verify<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    let candidates = desk.candidates()?;
    let Some((_, bearer)) = candidates.first() else {
        return Err(desk.usage("there is no new value to try", "abandon this rotation and begin again"));
    };
    match tried(&desk, bearer).await {
        Ok(said) => {
            let edits = vec![desk.to(Stage::Promote)];
            desk.end(edits, vec![said]).await
        }
        Err(Untried::Rejected(refusal)) => desk.refuse(refusal).await,
        Err(Untried::Unclear(failure)) => Err(failure),
    }
}

/// Why a new bearer token is not put in place.
pub(super) enum Untried {
    /// X rejects it.
    Rejected(Failure),
    /// X did not say.
    Unclear(Failure),
}

impl From<Untried> for Failure {
    fn from(why: Untried) -> Self {
        match why {
            Untried::Rejected(failure) | Untried::Unclear(failure) => failure,
        }
    }
}

/// What X says to a bearer token on a read-only call, where it accepts it.
///
/// # Errors
/// It does not, or it cannot be known now.
pub(super) async fn tried<S: Ledger>(desk: &Desk<'_, S>, bearer: &Secret) -> Result<String, Untried> {
    let answer = desk.send(|_| Ok(usage_tweets::request(&desk.world.x_base, bearer))).await;
    let answers = Answers { bearer: Some(usage_tweets::read(answer)), ..Answers::default() };
    let verdict = judge_app(&answers);
    match verdict.bearer.unwrap_or(Cause::UnexpectedAnswer) {
        Cause::Ok => Ok("X answers to the new bearer token".to_owned()),
        // X speaks of plans and money only to a bearer it knows.
        Cause::NotEnrolled
        | Cause::EndpointNotInPlan
        | Cause::NoCredits
        | Cause::SpendCap
        | Cause::UsageCap
        | Cause::RateLimited => Ok(format!("X knows the new bearer token: {}", verdict.evidence.join("; "))),
        Cause::BearerRejected => {
            let try_this = "go on to fetch it again, or paste the one that the console shows".to_owned();
            let what = "X rejects the new bearer token".to_owned();
            let refusal = failure(Cause::BearerRejected, &verdict.evidence);
            Err(Untried::Rejected(Failure { what, try_this, ..refusal }))
        }
        other => Err(Untried::Unclear(failure(other, &verdict.evidence))),
    }
}

/// The same bearer, whether stored escaped or not.
pub(super) fn same(one: &Secret, other: &Secret) -> bool {
    app_only::escaped(one) == app_only::escaped(other)
}

/// The access pair of the app's owner, with its profile's name.
fn owner_pair<S: Ledger>(desk: &Desk<'_, S>) -> Option<(String, Secret, Secret)> {
    let Owner::App(app) = desk.owner else { return None };
    let owner = owner_of(desk.document(), app)?;
    let of = |field| owner.held.secret(field).cloned();
    Some((owner.name.to_string(), of(Field::AccessToken)?, of(Field::AccessSecret)?))
}
