//! The access pair of one account: a person regenerates it in the console, birdkeep verifies and puts it in place.

use super::desk::{Desk, failure_of};
use super::{Ledger, Step};
use crate::domain::credential::Slot;
use crate::domain::fields::Field;
use crate::domain::names::UserId;
use crate::domain::profile::Profile;
use crate::domain::rotation::Stage;
use crate::domain::secret::Secret;
use crate::domain::verdict::{Cause, Verdict};
use crate::failure::{Failure, Kind};
use crate::x::checks::Answers;
use crate::x::diagnose::{Known, diagnose, rejects};
use crate::x::endpoints::users_me;
use crate::x::sign::Pair;

/// What X says only to a pair it knows: yes, or something about permission, money, limits and plans.
const ACCEPTED: &[Cause] = &[
    Cause::Ok,
    Cause::LevelTooLow,
    Cause::LevelUnknown,
    Cause::MissingField,
    Cause::NoCredits,
    Cause::SpendCap,
    Cause::UsageCap,
    Cause::RateLimited,
    Cause::NotEnrolled,
    Cause::UserNotEnrolled,
];

/// Says what stops, and sends the person to the console.
pub(super) async fn review<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    // Verifying takes the app's pair; better to know now than with a new pair in hand.
    desk.app_pair()?;
    let app = desk.app().map(|app| app.name.to_string()).unwrap_or_default();
    let mut said = vec![format!(
        "regenerating stops “{}” until the new pair is in place, and wherever else it runs; other bots of “{app}” go on",
        desk.name()
    )];
    let account = desk.profile().and_then(|profile| profile.handle.as_ref()).map(|h| format!(", {h}"));
    said.push(format!(
        "the console issues a pair to the app's owner alone: it must say the name of this bot's account{}",
        account.unwrap_or_default()
    ));
    desk.send_to_console(said).await
}

/// Tries the pasted pair on a read-only call, bound to the expected account.
pub(super) async fn verify<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    let candidates = desk.candidates()?;
    let (Some(profile), Some(token), Some(secret)) = (
        desk.profile().cloned(),
        value(&candidates, Field::AccessToken),
        value(&candidates, Field::AccessSecret),
    ) else {
        return Err(desk.usage("there is no new pair to try", "abandon this rotation and begin again"));
    };
    let expected = expected(&profile);
    let claimed = UserId::of_access_token(token.expose());
    if let (Some(expected), Some(claimed)) = (&expected, &claimed)
        && expected != claimed
    {
        let because = format!("it begins with the id {claimed}, the profile's account is {expected}");
        return desk.refuse(wrong_account(because)).await;
    }
    let (verdict, known) = try_pair(&desk, &profile, expected, (&token, &secret)).await?;
    match verdict.cause {
        cause if known && ACCEPTED.contains(&cause) => accept(desk, &verdict).await,
        Cause::WrongAccount => desk.refuse(wrong_account(verdict.because())).await,
        Cause::AccessPairRejected => {
            let refusal = Failure {
                what: "X rejects the pasted pair".to_owned(),
                try_this: "copy both values from the console again and paste them".to_owned(),
                ..failure_of(&verdict)
            };
            desk.refuse(refusal).await
        }
        _ => Err(failure_of(&verdict)),
    }
}

async fn accept<S: Ledger>(desk: Desk<'_, S>, verdict: &Verdict) -> Result<Step<S>, Failure> {
    let edits = vec![desk.to(Stage::Promote)];
    let said = format!("X accepts the new pair: {}", verdict.because());
    desk.end(edits, vec![said]).await
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
    // Rejected: is it the pasted pair, or the app's own?
    let keys = if rejects(&reply) { desk.ask_app_keys().await? } else { Answers::default() };
    let answers = Answers { account: Some(reply), ..keys };

    let now = desk.world.clock.now();
    let mut trial = Profile { user_id: expected, ..profile.clone() };
    for (field, secret) in [(Field::AccessToken, token), (Field::AccessSecret, secret)] {
        trial.held.put(Slot { field, secret: secret.clone(), changed_at: now, issued_at: None });
    }
    Ok((diagnose(&Known { profile: &trial, app: desk.app(), answers: &answers, now }), known))
}

/// The account that the new pair must be of: the profile's, or that of the old token.
fn expected(profile: &Profile) -> Option<UserId> {
    let old = profile.held.secret(Field::AccessToken);
    profile.user_id.clone().or_else(|| UserId::of_access_token(old?.expose()))
}

fn wrong_account(because: String) -> Failure {
    Failure::new(
        Kind::Found,
        "the pasted pair belongs to another account",
        because,
        "regenerate the pair of this bot's own account, then paste that",
    )
}

fn value(candidates: &[(Field, Secret)], field: Field) -> Option<Secret> {
    candidates.iter().find(|(other, _)| *other == field).map(|(_, value)| value.clone())
}
