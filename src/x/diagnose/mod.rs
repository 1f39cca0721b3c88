//! From everything known about a profile to one verdict: a decision table, read from the top.
//!
//! The order is the argument. First what says nothing about credentials (no network, X's own trouble, a clock),
//! then what X rejects and which of the strings it is, then what X says of account, app and money, and last what
//! an accepted token may do. So money, caps, bans and X's own failures are never called a bad credential: by the
//! time a row may speak of credentials, these have spoken, and a row that speaks of credentials needs a 401.
//!
//! Pure: no clock, no network, no memory. `ops::check` gathers what is [`Known`].

mod app;
mod case;
mod level;
mod permission;
mod rejection;
mod signs;
mod vault;

#[cfg(test)]
mod tests;

pub use app::{AppVerdict, judge_app, judge_stored};
pub use level::{Raised, Siblings, rejudge};

use self::case::Case;
use self::signs::{
    ACCOUNT_LOCKED, ACCOUNT_SUSPENDED, NO_CREDITS, NOT_ENROLLED, NOT_IN_PLAN, OFFICIAL_CLIENT, SPEND_CAP,
    USAGE_CAP, USER_NOT_ENROLLED, X_DOWN,
};
use super::checks::Answers;
use super::reply::Reply;
use crate::domain::app::App;
use crate::domain::hints::Hint;
use crate::domain::profile::Profile;
use crate::domain::time::Time;
use crate::domain::verdict::{Cause, Verdict};

/// Everything known about one profile.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The profile as stored.
    pub profile: &'a Profile,
    /// The app it is used through.
    pub app: Option<&'a App>,
    /// What X replied.
    pub answers: &'a Answers,
    /// This machine's time.
    pub now: Time,
    /// What the rest of the vault tells.
    pub beside: &'a Beside<'a>,
}

/// What the rest of the vault tells about a profile.
#[derive(Clone, Debug, Default)]
pub struct Beside<'a> {
    /// What its values tell by themselves, the most telling first.
    pub hints: Vec<&'a Hint>,
    /// The most that another token of its app was seen with.
    pub raised: Option<Raised>,
    /// Why its grant cannot be refreshed; `None`: as far as is known it can.
    pub no_refresh: Option<&'static str>,
}

impl Beside<'static> {
    /// Nothing: a profile by itself.
    pub const NOTHING: &'static Self = &Self { hints: Vec::new(), raised: None, no_refresh: None };
}

/// One row of [`RULES`].
#[derive(Debug)]
pub struct Rule {
    /// What it is, if the row applies.
    pub cause: Cause,
    /// When it applies, in words.
    pub when: &'static str,
    /// When it applies: then with the evidence, in whole phrases.
    applies: fn(&Case<'_>) -> Option<Vec<String>>,
}

/// The decision table: the first row that applies gives the cause.
#[rustfmt::skip]
#[expect(clippy::redundant_closure_for_method_calls, reason = "a method's path is not general over the lifetime")]
pub const RULES: &[Rule] = &[
    // Nothing could be asked.
    rule(Cause::SwappedFields,      |case| case.value_elsewhere(),             "a value it takes to ask X is not stored, and one stands in the wrong field"),
    rule(Cause::MissingField,       |case| case.value_missing(),               "a value it takes to ask X is not stored"),
    rule(Cause::RateLimited,        |case| case.held_back(),                   "X would have said “too often”, so nothing was sent"),
    // What says nothing about credentials.
    rule(Cause::Unreachable,        |case| case.no_answer(),                   "no answer came"),
    rule(Cause::XDown,              |case| case.says(X_DOWN),                  "X answered with an error of its own"),
    rule(Cause::ClockSkew,          |case| case.clocks_apart(),                "X calls the signature's time wrong, or 401 and the clocks disagree"),
    // What X rejects, and which of the strings it is.
    rule(Cause::AppSuspended,       |case| case.app_suspended(),               "X calls the app suspended"),
    rule(Cause::SwappedFields,      |case| case.rejected_and_swapped(),        "401, and a value has the shape of another field"),
    rule(Cause::AppKeysRejected,    |case| case.app_keys_rejected(),           "401, and the app's pair alone is rejected, too, twice"),
    rule(Cause::Unreachable,        |case| case.app_keys_unanswered(),         "401, and to the app's pair alone no answer came"),
    rule(Cause::XDown,              |case| case.app_keys_met_x_down(),         "401, and over the app's pair alone X failed"),
    rule(Cause::RateLimited,        |case| case.app_keys_limited(),            "401, and the app's pair alone was asked about too often"),
    rule(Cause::BearerRejected,     |case| case.bearer_rejected(),             "401, and the profile lives on the app's bearer token"),
    rule(Cause::LoginNeeded,        |case| case.login_needed(),                "401, and nothing can renew the OAuth 2.0 token"),
    rule(Cause::TokenExpired,       |case| case.token_expired(),               "401, and the profile lives on an OAuth 2.0 token"),
    rule(Cause::AccessPairRejected, |case| case.access_pair_rejected(),        "401, though the app's pair alone is accepted"),
    // What X says of account, app and money: from here on it knows the credentials.
    rule(Cause::AccountSuspended,   |case| case.says(ACCOUNT_SUSPENDED),       "X calls the account suspended"),
    rule(Cause::AccountLocked,      |case| case.says(ACCOUNT_LOCKED),          "X calls the account locked"),
    rule(Cause::UserNotEnrolled,    |case| case.says(USER_NOT_ENROLLED),       "X bills the user, who has no developer account"),
    rule(Cause::SpendCap,           |case| case.says(SPEND_CAP),               "the spending limit is reached"),
    rule(Cause::WrongApp,           |case| case.says(OFFICIAL_CLIENT),         "the keys are those of one of X's own apps"),
    rule(Cause::NotEnrolled,        |case| case.not_enrolled(NOT_ENROLLED),    "the app stands outside every plan"),
    rule(Cause::EndpointNotInPlan,  |case| case.says(NOT_IN_PLAN),             "the app's plan does not include the question"),
    rule(Cause::SwappedFields,      |case| case.token_of_another_kind(),       "X does not take a token of this kind"),
    rule(Cause::ScopeMissing,       |case| case.question_forbidden(),          "403 “Forbidden”, and the stored scopes lack what the question takes"),
    // Whose the token is, and whether it may do what the bot is meant to.
    rule(Cause::WrongAccount,       |case| case.other_account(),               "X answered for another account"),
    rule(Cause::MissingField,       |case| case.kind_missing(),                "a need takes a kind of credential that is not stored"),
    rule(Cause::WriteRestricted,    |case| case.write_restricted(),            "X refuses writing, and the token carries it"),
    rule(Cause::TokenOlderThanPermission, |case| case.older_than_permission(), "the token may do less than a need takes, and its app is set to enough"),
    rule(Cause::LevelTooLow,        |case| case.level_called_too_low(),        "X calls the permission too low"),
    rule(Cause::LevelTooLow,        |case| case.level_too_low(),               "the token may do less than a need takes"),
    rule(Cause::ScopeMissing,       |case| case.scope_missing(),               "the token lacks a scope that a need takes"),
    // Money and limits.
    rule(Cause::NoCredits,          |case| case.says(NO_CREDITS),              "X wants money first"),
    rule(Cause::UsageCap,           |case| case.says(USAGE_CAP),               "the plan's cap is reached"),
    rule(Cause::RateLimited,        |case| case.rate_limited(),                "X was asked too often"),
    // Accepted.
    rule(Cause::WrongApp,           |case| case.bearer_of_another_app(),       "the bearer token it is used with names another app"),
    rule(Cause::LevelUnknown,       |case| case.level_unknown(),               "a need depends on a level that X did not name"),
    rule(Cause::DuplicateCredential, |case| case.stored_twice(),               "accepted, and another profile holds the same token"),
    rule(Cause::Ok,                 |case| case.accepted(),                    "the right account, and all that the needs take"),
    // None of these.
    rule(Cause::UnexpectedAnswer,   |case| Some(case.anything_else()),          "any other answer"),
];

const fn rule(cause: Cause, applies: fn(&Case<'_>) -> Option<Vec<String>>, when: &'static str) -> Rule {
    Rule { cause, when, applies }
}

impl<'a> Known<'a> {
    /// A profile by itself, whatever else is in its vault.
    pub const fn alone(profile: &'a Profile, app: Option<&'a App>, answers: &'a Answers, now: Time) -> Self {
        Self { profile, app, answers, now, beside: Beside::NOTHING }
    }
}

/// The verdict on a profile.
pub fn diagnose(known: &Known<'_>) -> Verdict {
    let facts = Case::new(known);
    let first = RULES.iter().find_map(|rule| Some((rule.cause, (rule.applies)(&facts)?)));
    let (cause, mut evidence) = first.unwrap_or((Cause::UnexpectedAnswer, Vec::new()));
    let retry_at = facts.retry_at(cause);
    evidence.extend(retry_at.map(|at| format!("X takes requests again at {at}")));
    Verdict {
        cause,
        evidence,
        account: known.answers.account.as_ref().and_then(|reply| reply.given()).cloned(),
        needs: facts.needs(),
        retry_at,
        remedy: facts.remedy(cause),
        grant: facts.grant,
    }
}

/// Whether X does not accept the credential it was asked with: such a refusal alone speaks of credentials.
pub fn rejects<T>(reply: &Reply<T>) -> bool {
    case::is_rejected(&reply.bare())
}

/// Whether the app's replies can change the verdict, so that it is worth waiting for them.
pub fn waits_for_app(known: &Known<'_>) -> bool {
    Case::new(known).waits_for_app()
}
