//! The access pair of one account: a new login brings it, or, for the account that owns the app, X's console.
//!
//! X hands back the same pair as long as that is valid, so a login alone replaces nothing. Then X has to be asked to
//! kill it first, which a person agrees to, and not before X was seen to accept the app's keys: without them there
//! would be no new login.

use super::desk::{Desk, failure_of, is_known, value, wrong_account};
use super::{Ledger, Step};
use crate::domain::credential::Slot;
use crate::domain::fields::Field;
use crate::domain::names::UserId;
use crate::domain::profile::Profile;
use crate::domain::rotation::{Stage, Way};
use crate::domain::secret::Secret;
use crate::domain::verdict::{Cause, Verdict};
use crate::failure::{Failure, Kind};
use crate::ops::kill::{self, Outcome};
use crate::x::checks::Answers;
use crate::x::diagnose::{Known, diagnose, rejects};
use crate::x::endpoints::users_me;
use crate::x::sign::Pair;

/// Says what stops, after seeing that what it takes is there.
pub(super) async fn review<S: Ledger>(desk: Desk<'_, S>, way: Way) -> Result<Step<S>, Failure> {
    // Verifying takes the app's pair; better to know now than with a new pair in hand.
    desk.app_pair()?;
    let (name, app) = (desk.name(), desk.app_name());
    match way {
        Way::Console => {
            let account =
                desk.profile().and_then(|profile| profile.handle.as_ref()).map(|h| format!(", {h}"));
            let said = vec![
                format!(
                    "regenerating stops “{name}” until the new pair is in place, and wherever else it runs; other \
                     bots of “{app}” go on"
                ),
                format!(
                    "the console issues a pair to the app's owner alone: it must say the name of this bot's account{}",
                    account.unwrap_or_default()
                ),
            ];
            desk.send_to_console(said).await
        }
        Way::Renew => {
            desk.live_bearer().await?;
            let said = vec![
                "X accepts the app's key and secret, so a new login can be had".to_owned(),
                format!(
                    "from here on “{name}” is down until it has logged in again; other bots of “{app}” go on"
                ),
            ];
            let edits = vec![desk.by(Way::Renew, Stage::Invalidate)];
            desk.end(edits, said).await
        }
        _ => {
            desk.live_bearer().await?;
            let said = vec![
                "X accepts the app's key and secret, so a new login can be had".to_owned(),
                format!("nothing stops yet: “{name}” goes on with its present pair"),
            ];
            desk.send_to_login(Way::Login, said).await
        }
    }
}

/// Asks X to kill the present pair. The rotation stands at this stage before X is asked, so that whatever happens now,
/// the vault says that the pair may be dead.
pub(super) async fn invalidate<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    let Some((token, secret)) = desk.stored(Field::AccessToken).zip(desk.stored(Field::AccessSecret)) else {
        let said = vec!["no whole pair is stored, so there is none to kill".to_owned()];
        return desk.send_to_login(Way::Renew, said).await;
    };
    desk.live_bearer().await?;
    let (key, app_secret) = desk.app_pair()?;
    let (app, doomed) = (Pair { id: &key, secret: &app_secret }, Pair { id: &token, secret: &secret });
    match kill::access(desk.world, app, doomed).await? {
        Outcome::Dead => desk.send_to_login(Way::Renew, vec!["X has killed the old pair".to_owned()]).await,
        Outcome::Gone(said) => {
            let said = vec![format!("the old pair was dead already: {said}")];
            desk.send_to_login(Way::Renew, said).await
        }
        Outcome::Refused(said) => Err(Failure::new(
            Kind::Found,
            "X would not kill the old pair",
            said,
            "log in as the bot at https://x.com/settings/connected_apps and revoke the app there, then go on",
        )),
    }
}

/// Tries the new pair on a read-only call, bound to the expected account.
pub(super) async fn verify<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    let candidates = desk.candidates()?;
    let (Some(profile), Some(token), Some(secret)) = (
        desk.profile().cloned(),
        value(&candidates, Field::AccessToken),
        value(&candidates, Field::AccessSecret),
    ) else {
        return Err(desk.usage("there is no new pair to try", "abandon this rotation and begin again"));
    };
    let expected = desk.account();
    let claimed = UserId::of_access_token(token.expose());
    if let (Some(expected), Some(claimed)) = (&expected, &claimed)
        && expected != claimed
    {
        let because = format!("it begins with the id {claimed}, the profile's account is {expected}");
        return desk.refuse(wrong_account(because)).await;
    }
    let (verdict, known) = try_pair(&desk, &profile, expected, (&token, &secret)).await?;
    match verdict.cause {
        _ if known && is_known(&verdict) => {
            let edits = vec![desk.to(Stage::Promote)];
            let said = format!("X accepts the new pair: {}", verdict.because());
            desk.end(edits, vec![said]).await
        }
        Cause::WrongAccount => desk.refuse(wrong_account(verdict.because())).await,
        Cause::AccessPairRejected => {
            let try_this = match desk.begun().way {
                Way::Console => "copy both values from the console again and paste them",
                _ => "log in again, or paste both values again",
            };
            let refusal = Failure {
                what: "X rejects the new pair".to_owned(),
                try_this: try_this.to_owned(),
                ..failure_of(&verdict)
            };
            desk.refuse(refusal).await
        }
        _ => Err(failure_of(&verdict)),
    }
}

/// The verdict that the profile would get with the new pair in place, and whether X knows the pair.
async fn try_pair<S: Ledger>(
    desk: &Desk<'_, S>,
    profile: &Profile,
    expected: Option<UserId>,
    (token, secret): (&Secret, &Secret),
) -> Result<(Verdict, bool), Failure> {
    let (key, app_secret) = desk.app_pair()?;
    let (app, pair) = (Pair { id: &key, secret: &app_secret }, Pair { id: token, secret });
    let answer = desk.send(|stamp| users_me::signed(&desk.world.x_base, app, pair, stamp)).await;
    let reply = users_me::read(answer);
    let known = reply.seen().is_some() && !rejects(&reply);
    // Rejected: is it the new pair, or the app's own?
    let keys = if rejects(&reply) { desk.ask_app_keys().await? } else { Answers::default() };
    let answers = Answers { account: Some(reply), ..keys };

    let now = desk.world.clock.now();
    let mut trial = Profile { user_id: expected, ..profile.clone() };
    for (field, secret) in [(Field::AccessToken, token), (Field::AccessSecret, secret)] {
        trial.held.put(Slot { field, secret: secret.clone(), changed_at: now, issued_at: None });
    }
    Ok((diagnose(&Known::alone(&trial, desk.app(), &answers, now)), known))
}
