//! What X made of a request to kill a value. Only its own yes, or its own word that the value is dead, counts as dead.

use super::ask::failure;
use crate::domain::verdict::Cause;
use crate::failure::{Failure, Kind};
use crate::x::error::Said;
use crate::x::reply::Reply;

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

/// Reads the reply to `request`, which asked X to kill `what`: “the old bearer token”. `gone` tells a refusal that
/// means "dead already".
///
/// # Errors
/// X could not be asked, or its answer says neither yes nor no: asking again is harmless.
pub(super) fn outcome(
    reply: &Reply<()>,
    (request, what): (&str, &str),
    gone: fn(&Said) -> bool,
) -> Result<Outcome, Failure> {
    let words = |seen: u16| {
        let words = reply.said().map(Said::quote).unwrap_or_default();
        format!("X answered {seen} to {request}: {words}")
    };
    match reply {
        Reply::Gave(..) => Ok(Outcome::Dead),
        Reply::Refused(_, seen) if seen.status >= 500 => Err(failure(Cause::XDown, &[words(seen.status)])),
        Reply::Refused(_, seen) if seen.status == 429 => {
            Err(failure(Cause::RateLimited, &[words(seen.status)]))
        }
        Reply::Refused(said, seen) if gone(said) => Ok(Outcome::Gone(words(seen.status))),
        Reply::Refused(_, seen) => Ok(Outcome::Refused(words(seen.status))),
        Reply::Odd(_, seen) => {
            let unclear = format!("{}: whether X has killed {what} is not known", words(seen.status));
            Err(failure(Cause::UnexpectedAnswer, &[unclear]))
        }
        Reply::Silent(error) => Err(Failure::new(
            Kind::Network,
            format!("X could not be asked to kill {what}"),
            if error.was_sent() {
                format!("{error}: whether X has killed {what} is not known")
            } else {
                error.to_string()
            },
            "go on when X can be reached: asking again does no harm",
        )),
    }
}

/// X's code for a token that is dead: "Invalid or expired token." A wrong signature has another one.
pub(super) fn is_dead(said: &Said) -> bool {
    said.code == Some(89)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Secret;
    use crate::domain::time::Time;
    use crate::x::endpoints::revoke_access;
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
            (answer(200, "<html>log in to this network</html>"), "not known"),
            (answer(302, ""), "not known"),
            (answer(429, ""), "X limits"),
            (answer(503, ""), "X has trouble"),
            (Err(SendError::NotConnected), "no connection"),
            (Err(SendError::Broken), "not known"),
            (Err(SendError::Timeout), "not known"),
        ] {
            let shown = format!("{answer:?}");
            let reply = revoke_access::read(answer);
            let seen = match outcome(&reply, (revoke_access::REQUEST, "the pair"), is_dead) {
                Ok(Outcome::Dead) => "dead".to_owned(),
                Ok(Outcome::Gone(_)) => "gone".to_owned(),
                Ok(Outcome::Refused(_)) => "refused".to_owned(),
                Err(failure) => failure.to_string(),
            };
            assert!(seen.contains(wanted), "{shown}: {seen}");
        }
    }
}
