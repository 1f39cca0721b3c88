//! One profile's case: the questions that the rows of the decision table put to it.

use super::Known;
use super::signs::{self, Sign};
use crate::domain::fields::{Field, bearer_app_id};
use crate::domain::names::UserId;
use crate::domain::needs::{Answer, Need};
use crate::domain::permission::Grant;
use crate::domain::time::{Time, age};
use crate::domain::verdict::Cause;
use crate::x::checks::{JudgedBy, Values};
use crate::x::endpoints::{oauth2_token, usage_tweets, users_me};
use crate::x::hold::Hold;
use crate::x::limit::Limits;
use crate::x::reply::{Reply, Seen};
use crate::x::wire::SendError;

/// Seconds that two clocks may differ; X's own tolerance is unpublished, and answers take time to arrive.
const SAME_TIME: i64 = 60;

/// What the rows look at.
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub(super) known: &'a Known<'a>,
    pub(super) values: Values,
    pub(super) judged_by: JudgedBy,
    /// The reply to the credential that the profile is judged by.
    pub(super) reply: Option<Reply<()>>,
    /// The reply to the app's pair alone.
    pub(super) app_keys: Option<Reply<()>>,
    pub(super) grant: Grant,
}

/// Evidence of one phrase.
pub(super) fn one(phrase: impl Into<String>) -> Vec<String> {
    vec![phrase.into()]
}

impl<'a> Case<'a> {
    pub(super) fn new(known: &'a Known<'a>) -> Self {
        let values = Values::of(known.app.map(|app| &app.held), Some(&known.profile.held));
        let judged_by = values.judged_by();
        let reply = match judged_by {
            JudgedBy::AccessPair | JudgedBy::Oauth2 => known.answers.account.as_ref().map(Reply::bare),
            JudgedBy::Bearer => known.answers.bearer.as_ref().map(Reply::bare),
        };
        let app_keys = known.answers.app_keys.as_ref().map(Reply::bare);
        let mut case = Self { known, values, judged_by, reply, app_keys, grant: Grant::Nothing };
        case.grant = case.grant_seen();
        case
    }

    // Nothing could be asked.

    pub(super) fn value_missing(&self) -> Option<Vec<String>> {
        let has = |field| self.values.get(field).is_some();
        let wanted: &[Field] = match self.judged_by {
            JudgedBy::AccessPair => {
                &[Field::ApiKey, Field::ApiSecret, Field::AccessToken, Field::AccessSecret]
            }
            JudgedBy::Oauth2 => &[],
            JudgedBy::Bearer => &[Field::BearerToken],
        };
        let missing: Vec<_> = wanted.iter().copied().filter(|field| !has(*field)).collect();
        match (missing.as_slice(), self.known.app) {
            ([], _) => None,
            (_, None) => Some(one("the profile is attached to no app")),
            ([Field::BearerToken], Some(_)) => {
                Some(one("neither an access token of the profile nor a bearer token of its app is stored"))
            }
            (missing, Some(app)) => {
                let phrase = |field: &Field| match field.held_by() {
                    crate::domain::fields::OwnerKind::App => {
                        format!("the {} of the app “{}” is not stored", field.row().label, app.name)
                    }
                    crate::domain::fields::OwnerKind::Profile => {
                        format!("the {} of this profile is not stored", lower(field.row().label))
                    }
                };
                Some(missing.iter().map(phrase).collect())
            }
        }
    }

    pub(super) fn held_back(&self) -> Option<Vec<String>> {
        Some(one(held(self.reply.as_ref()?)?.to_string()))
    }

    // What says nothing about credentials.

    pub(super) fn no_answer(&self) -> Option<Vec<String>> {
        silence(self.reply.as_ref()?).map(one)
    }

    pub(super) fn clocks_apart(&self) -> Option<Vec<String>> {
        let reply = self.reply.as_ref()?;
        if let Reply::Silent(error @ SendError::ClockUnset) = reply {
            return Some(one(error.to_string()));
        }
        let skew = self.seen()?.skew.filter(|skew| skew.abs() > SAME_TIME).map(|skew| {
            let side = if skew > 0 { "ahead of" } else { "behind" };
            format!("X's clock is {} {side} this machine's", age(skew.abs()))
        });
        let says = bears(reply, signs::CLOCK);
        let signed = self.judged_by == JudgedBy::AccessPair;
        (says || (signed && skew.is_some() && is_rejected(reply))).then(|| {
            let said = self.heard();
            [said, skew].into_iter().flatten().collect()
        })
    }

    // What X says of account, app and money.

    /// X's words, if its answer bears one of these marks.
    pub(super) fn says(&self, signs: &[Sign]) -> Option<Vec<String>> {
        let reply = self.reply.as_ref().filter(|reply| bears(reply, signs))?;
        Some(heard(reply, self.request()).into_iter().collect())
    }

    pub(super) fn rate_limited(&self) -> Option<Vec<String>> {
        let mut evidence = self.says(signs::RATE_LIMITED)?;
        let limits = self.seen().map(|seen| &seen.limits);
        evidence.extend(limits.into_iter().flat_map(Limits::used_up).map(|window| match window.limit {
            Some(limit) => format!("{} of {limit} requests is used up", window.name),
            None => format!("{} is used up", window.name),
        }));
        Some(evidence)
    }

    /// X's words, and what they tell about a bearer token beside the values that X was asked with.
    pub(super) fn not_enrolled(&self, signs: &[Sign]) -> Option<Vec<String>> {
        let mut evidence = self.says(signs)?;
        let asked_by = self.reply.as_ref().and_then(Reply::said).and_then(|said| said.app);
        let stored = self.values.bearer_token.as_ref().and_then(|bearer| bearer_app_id(bearer.expose()));
        if let Some((asked_by, stored)) = asked_by.zip(stored).filter(|(asked_by, stored)| asked_by != stored)
        {
            evidence.push(format!(
                "X calls the app {asked_by}, and the stored bearer token names {stored}: it may belong to another app"
            ));
        }
        Some(evidence)
    }

    // None of these.

    pub(super) fn anything_else(&self) -> Vec<String> {
        match &self.reply {
            None => one("X was not asked"),
            Some(Reply::Silent(error)) => one(error.to_string()),
            Some(reply) => {
                let keys = self.app_keys_when_rejected().and_then(|keys| heard(keys, oauth2_token::REQUEST));
                let vague = self.judged_by == JudgedBy::Oauth2 && forbidden(reply);
                let vague = vague.then(|| {
                    "X says that where a scope is missing, and where the app stands outside every project"
                        .to_owned()
                });
                self.heard().into_iter().chain(keys).chain(vague).collect()
            }
        }
    }

    // Small facts.

    /// When it makes sense to ask again.
    pub(super) fn retry_at(&self, cause: Cause) -> Option<Time> {
        let limits = |reply: &Reply<()>| match held(reply) {
            Some(hold) => hold.until,
            None => reply.seen()?.limits.again_at(self.known.now),
        };
        match cause {
            Cause::RateLimited | Cause::UsageCap | Cause::XDown => {
                let other = if self.is_rejected() { self.app_keys.as_ref() } else { self.reply.as_ref() };
                other.and_then(limits)
            }
            _ => None,
        }
    }

    /// Whether the app's replies can change the verdict.
    pub(super) fn waits_for_app(&self) -> bool {
        self.judged_by == JudgedBy::Bearer || self.is_rejected() || self.bearer_counts()
    }

    /// A need is met by the app's bearer token alone.
    pub(super) fn bearer_counts(&self) -> bool {
        let by_bearer = |need: &Need| need.bearer() && need.answer(&self.grant, false) != Answer::Yes;
        self.values.bearer_token.is_some() && self.known.profile.needs.iter().any(by_bearer)
    }

    pub(super) fn seen(&self) -> Option<&Seen> {
        self.reply.as_ref()?.seen()
    }

    /// X said yes.
    pub(super) fn gave(&self) -> Option<&Seen> {
        match &self.reply {
            Some(Reply::Gave((), seen)) => Some(seen),
            _ => None,
        }
    }

    /// X said yes, or refused for want of money or room: in either case it knows the token and shows its level.
    pub(super) fn spoke(&self) -> bool {
        let money = |reply: &Reply<()>| {
            bears(reply, signs::NO_CREDITS)
                || bears(reply, signs::USAGE_CAP)
                || bears(reply, signs::RATE_LIMITED)
        };
        self.gave().is_some() || self.reply.as_ref().is_some_and(money)
    }

    pub(super) fn prefix(&self) -> Option<UserId> {
        UserId::of_access_token(self.values.access_token.as_ref()?.expose())
    }

    pub(super) fn prefix_of_another(&self) -> Option<(UserId, &UserId)> {
        let stored = self.known.profile.user_id.as_ref()?;
        self.prefix().filter(|id| id != stored).map(|id| (id, stored))
    }

    pub(super) fn heard(&self) -> Option<String> {
        heard(self.reply.as_ref()?, self.request())
    }

    pub(super) const fn request(&self) -> &'static str {
        match self.judged_by {
            JudgedBy::AccessPair | JudgedBy::Oauth2 => users_me::REQUEST,
            JudgedBy::Bearer => usage_tweets::REQUEST,
        }
    }
}

/// What X answered, in a phrase.
pub(super) fn heard(reply: &Reply<()>, request: &str) -> Option<String> {
    let (status, said) = (reply.status()?, reply.said()?);
    Some(format!("X answered {status} to {request}: {}", said.quote()))
}

/// Why no answer came, where that is a matter of the way to X.
pub(super) fn silence(reply: &Reply<()>) -> Option<String> {
    match reply {
        Reply::Silent(
            error @ (SendError::NotConnected | SendError::Timeout | SendError::Broken | SendError::NoRoots),
        ) => Some(error.to_string()),
        _ => None,
    }
}

/// Why a request was not even sent, where X would have said "too often".
pub(super) fn held(reply: &Reply<()>) -> Option<Hold> {
    match reply {
        Reply::Silent(SendError::HeldBack(hold)) => Some(*hold),
        _ => None,
    }
}

/// Whether a refusal bears one of these marks.
pub(super) fn bears(reply: &Reply<()>, signs: &[Sign]) -> bool {
    match reply {
        Reply::Refused(said, seen) => signs.iter().any(|sign| sign.is_on(seen.status, said)),
        _ => false,
    }
}

/// X does not accept the credential, or it cannot even be sent.
pub(super) fn is_rejected(reply: &Reply<()>) -> bool {
    let unauthorized =
        reply.status() == Some(401) && !signs::NOT_ABOUT_CREDENTIALS.iter().any(|s| bears(reply, s));
    let named = matches!(reply.status(), Some(400 | 401 | 403)) && bears(reply, signs::REJECTED);
    unauthorized || named || matches!(reply, Reply::Silent(SendError::NotAHeader))
}

/// 403 and X's one word for it, without any mark that says more.
pub(super) fn forbidden(reply: &Reply<()>) -> bool {
    let plain = reply.said().is_some_and(|said| {
        said.code.is_none() && said.kind.as_deref().is_none_or(|kind| kind == "about:blank")
    });
    reply.status() == Some(403) && plain && bears(reply, signs::FORBIDDEN)
}

pub(super) fn code(reply: &Reply<()>) -> Option<u32> {
    reply.said()?.code
}

fn lower(label: &str) -> String {
    let mut chars = label.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
