//! The verdict on an app's own values.

use super::case::{bears, code, heard, held, is_rejected, silence};
use super::signs;
use crate::domain::app::App;
use crate::domain::fields::{Field, bearer_app_id};
use crate::domain::hints::{self, Hint};
use crate::domain::secret::Secret;
use crate::domain::verdict::Cause;
use crate::x::checks::Answers;
use crate::x::endpoints::{oauth2_token, usage_tweets};
use crate::x::reply::Reply;

/// The verdict on an app's own values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppVerdict {
    /// Key and secret.
    pub keys: Cause,
    /// The bearer token; `None`: it was not asked about.
    pub bearer: Option<Cause>,
    /// What was seen, in whole phrases.
    pub evidence: Vec<String>,
}

/// Judges an app as stored: by the replies, and by the id inside its bearer token.
pub fn judge_stored(app: &App, answers: &Answers) -> AppVerdict {
    let mut verdict = judge_app(answers);
    let stored = app.held.secret(Field::BearerToken);
    if let (Some(Cause::Ok), Some(hint)) = (verdict.bearer, stored.and_then(|own| foreign(own, answers))) {
        verdict.bearer = Some(hint.cause);
        verdict.evidence.push(hint.evidence);
    }
    verdict
}

/// The hint that a stored bearer token is another app's: X hands over one with another id for the app's own key.
pub(super) fn foreign(stored: &Secret, answers: &Answers) -> Option<Hint> {
    let handed = answers.app_keys.as_ref().and_then(Reply::given)?;
    let (stored, own) = (bearer_app_id(stored.expose())?, bearer_app_id(handed.expose())?);
    (stored != own).then(|| hints::foreign(stored, own))
}

/// Judges an app by the replies to its own values alone.
pub fn judge_app(answers: &Answers) -> AppVerdict {
    let keys = answers.app_keys.as_ref().map(Reply::bare);
    let bearer = answers.bearer.as_ref().map(Reply::bare);
    let said = |reply: &Option<Reply<()>>, request| {
        let reply = reply.as_ref()?;
        heard(reply, request).or_else(|| silence(reply)).or_else(|| held(reply).map(|hold| hold.to_string()))
    };
    let evidence = [said(&keys, oauth2_token::REQUEST), said(&bearer, usage_tweets::REQUEST)];
    AppVerdict {
        keys: keys.as_ref().map_or(Cause::MissingField, |keys| of_keys(keys, answers.app_keys_tries)),
        bearer: bearer.as_ref().map(of_bearer),
        evidence: evidence.into_iter().flatten().collect(),
    }
}

fn of_keys(keys: &Reply<()>, tries: u8) -> Cause {
    match keys {
        Reply::Gave(..) => Cause::Ok,
        keys if code(keys) == Some(99) && tries < 2 => Cause::RateLimited,
        keys => common(keys)
            .or(bears(keys, signs::APP_SUSPENDED).then_some(Cause::AppSuspended))
            .or(is_rejected(keys).then_some(Cause::AppKeysRejected))
            .unwrap_or(Cause::UnexpectedAnswer),
    }
}

fn of_bearer(bearer: &Reply<()>) -> Cause {
    match bearer {
        Reply::Gave(..) => Cause::Ok,
        bearer => common(bearer)
            .or(is_rejected(bearer).then_some(Cause::BearerRejected))
            .or(bears(bearer, signs::OFFICIAL_CLIENT).then_some(Cause::WrongApp))
            .or(bears(bearer, signs::NOT_ENROLLED).then_some(Cause::NotEnrolled))
            .or(bears(bearer, signs::NOT_IN_PLAN).then_some(Cause::EndpointNotInPlan))
            .or(bears(bearer, signs::WRONG_KIND).then_some(Cause::SwappedFields))
            .or(bears(bearer, signs::SPEND_CAP).then_some(Cause::SpendCap))
            .or(bears(bearer, signs::NO_CREDITS).then_some(Cause::NoCredits))
            .unwrap_or(Cause::UnexpectedAnswer),
    }
}

/// What says nothing about credentials.
fn common(reply: &Reply<()>) -> Option<Cause> {
    silence(reply)
        .map(|_| Cause::Unreachable)
        .or(held(reply).map(|_| Cause::RateLimited))
        .or(bears(reply, signs::X_DOWN).then_some(Cause::XDown))
        .or(bears(reply, signs::USAGE_CAP).then_some(Cause::UsageCap))
        .or(bears(reply, signs::RATE_LIMITED).then_some(Cause::RateLimited))
}
