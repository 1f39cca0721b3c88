//! Asks X to kill a value, and reads what became of it. Only X's own yes, or its own word that the value is dead, counts
//! as dead.

use super::ask::{ask, failure};
use super::world::World;
use crate::domain::secret::Secret;
use crate::domain::verdict::Cause;
use crate::failure::{Failure, Kind};
use crate::x::auth::client::Client;
use crate::x::endpoints::revoke_grant::{self, Half};
use crate::x::endpoints::{invalidate_token, revoke_access};
use crate::x::error::Said;
use crate::x::reply::Reply;
use crate::x::sign::Pair;

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// X has killed it.
    Dead,
    /// X says that it was dead already, in these words.
    Gone(String),
    /// X would not, in these words.
    Refused(String),
}

/// X could not be asked, or its answer says neither yes nor no: asking again is harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unclear {
    /// Why.
    pub(super) failure: Failure,
    /// Whether the request may have reached X: then the value may be dead.
    pub(super) sent: bool,
}

impl From<Unclear> for Failure {
    fn from(unclear: Unclear) -> Self {
        unclear.failure
    }
}

/// Kills an access pair, signed with that very pair.
///
/// # Errors
/// [`Unclear`].
pub(super) async fn access(world: &World, app: Pair<'_>, doomed: Pair<'_>) -> Result<Outcome, Unclear> {
    let answer = ask(world, |stamp| revoke_access::request(&world.x_base, app, doomed, stamp)).await;
    outcome(&revoke_access::read(answer), (revoke_access::REQUEST, "the access pair"), is_dead)
}

/// What became of a bearer token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OfBearer {
    pub(super) outcome: Outcome,
    /// Whether it was the owner's pair that X took.
    pub(super) by_owner: bool,
    /// What X said before.
    pub(super) refusals: Vec<String>,
}

/// Kills an app's bearer token, in both ways that X documents: in the name of the owner, then with the app's pair.
///
/// # Errors
/// [`Unclear`].
pub(super) async fn bearer(
    world: &World,
    app: Pair<'_>,
    owner: Option<Pair<'_>>,
    doomed: &Secret,
) -> Result<OfBearer, Unclear> {
    let asked = (invalidate_token::REQUEST, "the bearer token");
    let mut refusals = Vec::new();
    if let Some(owner) = owner {
        let make = |stamp: &_| invalidate_token::by_owner(&world.x_base, app, owner, doomed, stamp);
        match outcome(&invalidate_token::read(ask(world, make).await), asked, is_dead)? {
            Outcome::Dead => return Ok(OfBearer { outcome: Outcome::Dead, by_owner: true, refusals }),
            // It may be the owner's token that X complains about, so this says nothing of the bearer.
            Outcome::Gone(said) | Outcome::Refused(said) => refusals.push(said),
        }
    }
    let answer = ask(world, |_| Ok(invalidate_token::by_app(&world.x_base, app, doomed))).await;
    let outcome = outcome(&invalidate_token::read(answer), asked, is_dead)?;
    Ok(OfBearer { outcome, by_owner: false, refusals })
}

/// Kills an OAuth 2.0 grant: the refresh token, then the access token, since X does not say whether one half takes the
/// other with it.
///
/// # Errors
/// [`Unclear`].
pub(super) async fn grant(
    world: &World,
    client: Client<'_>,
    refresh: Option<&Secret>,
    access: Option<&Secret>,
) -> Result<Outcome, Unclear> {
    let asked = (revoke_grant::REQUEST, "the OAuth 2.0 tokens");
    let mut first: Option<Outcome> = None;
    for (half, doomed) in [(Half::Refresh, refresh), (Half::Access, access)] {
        let Some(doomed) = doomed else { continue };
        let request = revoke_grant::request(&world.x_base, client, doomed, half);
        let answer = ask(world, |_| Ok(request)).await;
        // Once one half is dead, the grant is no longer what it was, whatever becomes of the other.
        let begun = matches!(first, Some(Outcome::Dead | Outcome::Gone(_)));
        let next = outcome(&revoke_grant::read(answer), asked, is_no_token)
            .map_err(|unclear| Unclear { sent: unclear.sent || begun, ..unclear })?;
        first = Some(match (first, next) {
            (Some(Outcome::Dead | Outcome::Gone(_)), Outcome::Refused(said))
            | (Some(Outcome::Refused(said)), Outcome::Dead | Outcome::Gone(_)) => {
                let because = format!("X has killed one of the two tokens and not the other: {said}");
                return Err(Unclear { failure: failure(Cause::UnexpectedAnswer, &[because]), sent: true });
            }
            (Some(Outcome::Dead), _) => Outcome::Dead,
            (_, next) => next,
        });
    }
    Ok(first.unwrap_or_else(|| Outcome::Gone("nothing is stored".to_owned())))
}

/// Reads the reply to `request`, which asked X to kill `what`. `gone` tells a refusal that means "dead already".
fn outcome(
    reply: &Reply<()>,
    (request, what): (&str, &str),
    gone: fn(&Said) -> bool,
) -> Result<Outcome, Unclear> {
    let words = |seen: u16| {
        let words = reply.said().map(Said::quote).unwrap_or_default();
        format!("X answered {seen} to {request}: {words}")
    };
    let unclear = |cause, because| Err(Unclear { failure: failure(cause, &[because]), sent: true });
    match reply {
        Reply::Gave(..) => Ok(Outcome::Dead),
        Reply::Refused(_, seen) if seen.status >= 500 => unclear(Cause::XDown, words(seen.status)),
        Reply::Refused(_, seen) if seen.status == 429 => unclear(Cause::RateLimited, words(seen.status)),
        Reply::Refused(said, seen) if gone(said) => Ok(Outcome::Gone(words(seen.status))),
        Reply::Refused(_, seen) => Ok(Outcome::Refused(words(seen.status))),
        Reply::Odd(_, seen) => unclear(
            Cause::UnexpectedAnswer,
            format!("{}: whether X has killed {what} is not known", words(seen.status)),
        ),
        Reply::Silent(error) => {
            let because = if error.was_sent() {
                format!("{error}: whether X has killed {what} is not known")
            } else {
                error.to_string()
            };
            let failure = Failure::new(
                Kind::Network,
                format!("X could not be asked to kill {what}"),
                because,
                "go on when X can be reached: asking again does no harm",
            );
            Err(Unclear { failure, sent: error.was_sent() })
        }
    }
}

/// X's code for a token that is dead: "Invalid or expired token." A wrong signature has another one.
fn is_dead(said: &Said) -> bool {
    said.code == Some(89)
}

/// OAuth 2.0's word for a token that is none, or X's own.
fn is_no_token(said: &Said) -> bool {
    let detail = || said.detail.as_deref().unwrap_or_default().to_ascii_lowercase();
    said.error.as_deref() == Some("invalid_grant")
        || detail().starts_with("value passed for the token was invalid")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;
    use crate::x::wire::{Response, SendError};

    #[test]
    fn only_x_s_own_word_makes_a_value_dead() {
        let dead = r#"{"errors":[{"code":89,"message":"Invalid or expired token."}]}"#;
        let unsigned = r#"{"errors":[{"code":32,"message":"Could not authenticate you."}]}"#;
        let answer = |status, body| {
            Ok(Response {
                status,
                headers: Vec::new(),
                body: Secret::new(body),
                received_at: Time::default(),
            })
        };
        for (answer, wanted) in [
            (answer(200, r#"{"access_token":"1-made-up"}"#), "dead"),
            (answer(401, dead), "gone"),
            (answer(401, unsigned), "refused"),
            (answer(403, "{}"), "refused"),
            (answer(404, ""), "refused"),
            // A page in between, say: neither yes nor no.
            (
                answer(200, "<html>log in to this network</html>"),
                "sent: X gave an answer that makes no sense",
            ),
            (answer(302, ""), "sent: X gave an answer that makes no sense"),
            (answer(429, ""), "sent: X limits"),
            (answer(503, ""), "sent: X has trouble"),
            (Err(SendError::NotConnected), "not sent: X could not be asked"),
            (Err(SendError::Broken), "sent: X could not be asked"),
            (Err(SendError::Timeout), "sent: X could not be asked"),
        ] {
            let shown = format!("{answer:?}");
            let reply = revoke_access::read(answer);
            let seen = match outcome(&reply, (revoke_access::REQUEST, "the pair"), is_dead) {
                Ok(Outcome::Dead) => "dead".to_owned(),
                Ok(Outcome::Gone(_)) => "gone".to_owned(),
                Ok(Outcome::Refused(_)) => "refused".to_owned(),
                Err(Unclear { failure, sent: true }) => format!("sent: {failure}"),
                Err(Unclear { failure, sent: false }) => format!("not sent: {failure}"),
            };
            assert!(seen.starts_with(wanted), "{shown}: {seen}");
        }
    }

    #[test]
    fn a_token_that_is_none_is_dead_and_a_client_that_is_none_says_nothing() {
        for (status, body, wanted) in [
            (
                400,
                r#"{"error":"invalid_request","error_description":"Value passed for the token was invalid."}"#,
                true,
            ),
            (400, r#"{"error":"invalid_grant"}"#, true),
            (
                400,
                r#"{"error":"invalid_request","error_description":"Missing required parameter [token]."}"#,
                false,
            ),
            (
                401,
                r#"{"error":"unauthorized_client","error_description":"Missing valid authorization header"}"#,
                false,
            ),
        ] {
            let answer = Response {
                status,
                headers: Vec::new(),
                body: Secret::new(body),
                received_at: Time::default(),
            };
            let reply = revoke_grant::read(Ok(answer));
            let seen = outcome(&reply, (revoke_grant::REQUEST, "the tokens"), is_no_token);
            assert_eq!(matches!(seen, Ok(Outcome::Gone(_))), wanted, "{body}");
        }
    }
}
