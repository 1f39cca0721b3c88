//! The app's API key and secret, with everything that follows from it: the bearer token and each bot's new login.
//!
//! There is no API for it and no overlap: X kills the old pair at once, and with it every OAuth 1.0a token of the app.
//! So after the promotion the checklist goes on, and may take days. Who is still down is not written down anywhere; it
//! follows from who has logged in since (see [`standing`]).

use super::bearer;
use super::desk::{Desk, failure, value};
use super::{Ledger, Step};
use crate::domain::credential::Origin;
use crate::domain::edit::{self, Edit};
use crate::domain::fields::{Field, bearer_app_id};
use crate::domain::id::Owner;
use crate::domain::rotation::Stage;
use crate::domain::standing;
use crate::domain::verdict::Cause;
use crate::failure::Failure;
use crate::ops::ask;
use crate::x::diagnose::judge_app;
use crate::x::sign::Pair;

use super::impact::impact;

/// Says who stops, and sends the person to the console.
pub(super) async fn review<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    let app = desk.app_name();
    let stops = names(&desk, &impact(desk.document(), desk.owner, desk.credential));
    let said = vec![
        if stops.is_empty() {
            format!("no profile here uses “{app}”; whatever else does stops")
        } else {
            format!("this stops {} at once, each until it has logged in again", stops.join(", "))
        },
        "X kills the old pair with every access token of the app, and probably its bearer token".to_owned(),
    ];
    desk.send_to_console(said).await
}

/// Tries the new pair: X hands over a bearer token for one that it accepts.
pub(super) async fn verify<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    let candidates = desk.candidates()?;
    let (Some(key), Some(secret)) = (value(&candidates, Field::ApiKey), value(&candidates, Field::ApiSecret))
    else {
        return Err(desk.usage("there is no new pair to try", "abandon this rotation and begin again"));
    };
    let answers = ask::app_keys(desk.world, Pair { id: &key, secret: &secret }, desk.pause).await;
    let verdict = judge_app(&answers);
    match verdict.keys {
        Cause::Ok => {
            let mut said = vec!["X accepts the new API key and secret".to_owned()];
            let bearer = answers.app_keys.as_ref().and_then(|reply| reply.given());
            let now = bearer.and_then(|bearer| bearer_app_id(bearer.expose()));
            let old = desk.stored(Field::BearerToken).and_then(|bearer| bearer_app_id(bearer.expose()));
            if let (Some(now), Some(old)) = (now, old)
                && now != old
            {
                said.push(format!(
                    "it seems to be another app's: its bearer token names the app {now}, the stored one {old}"
                ));
            }
            let edits = vec![desk.to(Stage::Promote)];
            desk.end(edits, said).await
        }
        Cause::AppKeysRejected => {
            let refusal = failure(Cause::AppKeysRejected, &verdict.evidence);
            let what = "X rejects the new API key and secret".to_owned();
            let try_this = "copy both values from the console again and paste them".to_owned();
            desk.refuse(Failure { what, try_this, ..refusal }).await
        }
        other => Err(failure(other, &verdict.evidence)),
    }
}

/// Fetches the bearer token that goes with the new pair, tries it and puts it in place. Until it is there X can be asked
/// again and again, so this needs no candidate.
pub(super) async fn bearer<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    let live = desk.live_bearer().await?;
    let stored = desk.stored(Field::BearerToken);
    if stored.is_none() {
        return onward(desk, Vec::new(), vec!["no bearer token was stored, so none is fetched".to_owned()])
            .await;
    }
    if stored.as_ref().is_some_and(|stored| bearer::same(stored, &live)) {
        return onward(desk, Vec::new(), vec!["X still hands over the stored bearer token".to_owned()]).await;
    }
    let said = bearer::tried(&desk, &live).await?;
    let now = desk.world.clock.now();
    let values = [(Field::BearerToken, Some(live))];
    let mut edits = edit::set_fields(desk.document(), desk.owner, values, Origin::Rotation, now);
    edits.extend(edit::killed(desk.document(), &edits, now));
    onward(desk, edits, vec![said, "the new bearer token is in place".to_owned()]).await
}

/// On to the logins, or to the end where nobody has to.
async fn onward<S: Ledger>(
    desk: Desk<'_, S>,
    mut edits: Vec<Edit>,
    mut said: Vec<String>,
) -> Result<Step<S>, Failure> {
    let down = down(&desk);
    if down.is_empty() {
        said.push("no bot needs a new login: the rotation is over".to_owned());
        edits.push(desk.over());
    } else {
        said.push(format!("these bots need a new login now: {}", down.join(", ")));
        edits.push(desk.to(Stage::Logins));
    }
    desk.end(edits, said).await
}

/// Over, once every bot has logged in.
pub(super) async fn logins<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    let down = down(&desk);
    if !down.is_empty() {
        let because = format!("these bots have not logged in since: {}", down.join(", "));
        return Err(
            desk.usage(&because, "log each of them in; abandon the rotation to leave the rest as they are")
        );
    }
    let edits = vec![desk.over()];
    let said = vec!["every bot of the app has logged in again: the rotation is over".to_owned()];
    desk.end(edits, said).await
}

fn down<S: Ledger>(desk: &Desk<'_, S>) -> Vec<String> {
    match desk.owner {
        Owner::App(id) => names(desk, &standing::down(desk.document(), id)),
        Owner::Profile(_) => Vec::new(),
    }
}

fn names<S: Ledger>(desk: &Desk<'_, S>, ids: &[crate::domain::id::ProfileId]) -> Vec<String> {
    let profiles = ids.iter().filter_map(|id| desk.document().profile(*id));
    profiles.map(|profile| format!("“{}”", profile.name)).collect()
}
