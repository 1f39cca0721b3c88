//! The OAuth 2.0 grant of one account: a new login brings another.
//!
//! A new login of the same account through the same app kills the grant before it (a comment in the source of xurl, X's
//! own tool; its pages do not say it), so from the login on the stored pair may be dead.

use super::desk::{Desk, failure, failure_of, is_known, value, wrong_account};
use super::{Ledger, Step};
use crate::domain::credential::{Held, Slot};
use crate::domain::fields::Field;
use crate::domain::profile::{Oauth2Grant, Profile};
use crate::domain::rotation::{Stage, Way};
use crate::domain::verdict::Cause;
use crate::failure::Failure;
use crate::x::checks::Answers;
use crate::x::diagnose::{Known, diagnose, rejects};
use crate::x::endpoints::users_me;

/// Says what the login does.
pub(super) async fn review<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    // Without it there is no login; better to know now.
    desk.client()?;
    let name = desk.name();
    let said = vec![format!(
        "the new login kills the tokens that “{name}” has now: it is down from then on until it runs with the new ones"
    )];
    desk.send_to_login(Way::Login, said).await
}

/// Tries the new access token on a read-only call, bound to the expected account. X must say whose it is: unlike an
/// access pair it does not tell by itself.
pub(super) async fn verify<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    let candidates = desk.candidates()?;
    let (Some(profile), Some(token)) =
        (desk.profile().cloned(), value(&candidates, Field::Oauth2AccessToken))
    else {
        return Err(desk.usage("there is no new token to try", "abandon this rotation and begin again"));
    };
    let answer = desk.send(|_| Ok(users_me::with_oauth2(&desk.world.x_base, &token))).await;
    let reply = users_me::read(answer);
    let (account, rejected) = (reply.given().cloned(), rejects(&reply));
    let expected = desk.account();
    let now = desk.world.clock.now();
    // Judged by this token alone, whatever else the profile holds.
    let mut trial = Profile { user_id: expected.clone(), held: Held::default(), ..profile };
    let field = Field::Oauth2AccessToken;
    trial.held.put(Slot { field, secret: token, changed_at: now, issued_at: None });
    if let Some(granted) = desk.begun().granted {
        let grant = trial.oauth2.take().unwrap_or_default();
        trial.oauth2 = Some(Oauth2Grant { scopes: granted.scopes, ..grant });
    }
    let answers = Answers { account: Some(reply), ..Answers::default() };
    let verdict = diagnose(&Known::alone(&trial, desk.app(), &answers, now));
    let Some(account) = account else {
        if rejected && matches!(verdict.cause, Cause::TokenExpired | Cause::LoginNeeded) {
            let what = "X rejects the new access token".to_owned();
            let try_this = "log in again: such a token lives for two hours".to_owned();
            return desk.refuse(Failure { what, try_this, ..failure_of(&verdict) }).await;
        }
        return Err(failure_of(&verdict));
    };
    if let Some(expected) = expected.filter(|expected| *expected != account.id) {
        let because =
            format!("X answers for {} ({}), the profile's account is {expected}", account.handle, account.id);
        return desk.refuse(wrong_account(because)).await;
    }
    match verdict.cause {
        Cause::WrongAccount => desk.refuse(wrong_account(verdict.because())).await,
        _ if is_known(&verdict) => {
            let edits = vec![desk.to(Stage::Promote)];
            let said = format!("X accepts the new tokens, for {}: {}", account.handle, verdict.because());
            desk.end(edits, vec![said]).await
        }
        cause => Err(failure(cause, &verdict.evidence)),
    }
}
