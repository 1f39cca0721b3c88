//! Every cause there is: one row each, read by screen, commands, machine output and README alike.

use super::{Remedy, State};

/// Why a profile is as it is. The words in [`CAUSES`] are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is a row of CAUSES, which says what it is")]
pub enum Cause {
    Ok,
    LevelTooLow,
    AppKeysRejected,
    AccessPairRejected,
    WrongAccount,
    ClockSkew,
    AccountSuspended,
    AccountLocked,
    AppSuspended,
    NotEnrolled,
    NoCredits,
    RateLimited,
    XDown,
    Unreachable,
    MissingField,
    UnexpectedAnswer,
    BearerRejected,
    TokenExpired,
    LevelUnknown,
    UserNotEnrolled,
    SpendCap,
    UsageCap,
    TokenOlderThanPermission,
    ScopeMissing,
    LoginNeeded,
    EndpointNotInPlan,
    WriteRestricted,
    DuplicateCredential,
    SwappedFields,
    WrongApp,
}

/// One row of [`CAUSES`].
#[derive(Debug)]
pub struct CauseRow {
    /// Which cause.
    pub cause: Cause,
    /// The stable word of machine output.
    pub word: &'static str,
    /// How a profile with it stands.
    pub state: State,
    /// For a narrow column: one or two words.
    pub short: &'static str,
    /// What happened, in one line.
    pub what: &'static str,
    /// Because of what, where the evidence says nothing better.
    pub because: &'static str,
    /// What birdkeep looks at to say so.
    pub evidence: &'static str,
    /// The one next step.
    pub try_this: &'static str,
    /// Where to take it.
    pub link: Option<&'static str>,
    /// What does it, where the verdict itself knows nothing more exact.
    pub remedy: Remedy,
}

const CONSOLE: Option<&str> = Some("https://console.x.com");
const X: Option<&str> = Some("https://x.com");
const STATUS: Option<&str> = Some("https://developer.x.com/status");
const APPEAL: Option<&str> = Some("https://help.x.com/forms/platform");

/// Every cause. Sources: X's response codes page and OpenAPI 2.167 (2026-08), and bodies seen in the field up to
/// 2026-09. What X does not document is called "may" or a hint.
pub const CAUSES: &[CauseRow] = &[
    CauseRow {
        cause: Cause::Ok,
        word: "ok",
        state: State::Ok,
        short: "fine",
        what: "X accepts this profile",
        because: "the token answers for the expected account and may do what the bot needs",
        evidence: "X answered for the account of the profile, and the token's permission covers the needs",
        try_this: "nothing to do",
        link: None,
        remedy: Remedy::Nothing,
    },
    CauseRow {
        cause: Cause::LevelTooLow,
        word: "level_too_low",
        state: State::Attention,
        short: "level",
        what: "the token may do less than this bot needs",
        because: "a token keeps the permission it was issued with, whatever the console shows now",
        evidence: "the x-access-level header of the token's own answer says less than a need takes, or X says so (`oauth1-permissions`, codes 93 and 261)",
        try_this: "raise the permission of the app in the console first (Settings, User authentication settings), then issue the access token again",
        link: CONSOLE,
        remedy: Remedy::RaisePermission,
    },
    CauseRow {
        cause: Cause::AppKeysRejected,
        word: "app_keys_rejected",
        state: State::Failed,
        short: "app keys",
        what: "X rejects the API key and secret of the app",
        because: "the pair was regenerated or mistyped, or the app was deleted",
        evidence: "401, and the API key and secret alone are refused as well, twice",
        try_this: "copy API key and secret from the console again; every profile of this app is affected",
        link: CONSOLE,
        remedy: Remedy::EditApp,
    },
    CauseRow {
        cause: Cause::AccessPairRejected,
        word: "access_pair_rejected",
        state: State::Failed,
        short: "access pair",
        what: "X rejects the access token and secret",
        because: "the app's keys were accepted, but the four values together were not",
        evidence: "401 for the four values together, though the API key and secret alone are accepted; or code 89, which names the token",
        try_this: "issue the access token and secret again, with this app's keys",
        link: CONSOLE,
        remedy: Remedy::IssueAccess,
    },
    CauseRow {
        cause: Cause::WrongAccount,
        word: "wrong_account",
        state: State::Failed,
        short: "wrong account",
        what: "the token belongs to another X account",
        because: "X answered for an account that is not the one of this profile",
        evidence: "the account that answered, or the user id an access token begins with, is not the one stored with the profile",
        try_this: "put this bot's own access token here, or correct the profile's handle and user id",
        link: None,
        remedy: Remedy::EditProfile,
    },
    CauseRow {
        cause: Cause::ClockSkew,
        word: "clock_skew",
        state: State::Failed,
        short: "clock",
        what: "this machine's clock is off, so X refuses its signatures",
        because: "an OAuth 1.0a signature holds the time, and X's own clock disagrees",
        evidence: "code 135, or 401 while the date of X's answer is more than a minute away",
        try_this: "set this machine's clock (for example with NTP) and check again",
        link: None,
        remedy: Remedy::SetClock,
    },
    CauseRow {
        cause: Cause::AccountSuspended,
        word: "account_suspended",
        state: State::Failed,
        short: "suspended",
        what: "the bot's X account is suspended",
        because: "the credentials are right, the account is not allowed",
        evidence: "code 64 or 63",
        try_this: "log in as the bot and appeal",
        link: APPEAL,
        remedy: Remedy::OpenPage,
    },
    CauseRow {
        cause: Cause::AccountLocked,
        word: "account_locked",
        state: State::Failed,
        short: "locked",
        what: "the bot's X account is temporarily locked",
        because: "X wants to see a person",
        evidence: "code 326",
        try_this: "log in as the bot in a browser and pass the challenge",
        link: X,
        remedy: Remedy::OpenPage,
    },
    CauseRow {
        cause: Cause::AppSuspended,
        word: "app_suspended",
        state: State::Failed,
        short: "app suspended",
        what: "X has suspended the app",
        because: "every token of the app is dead with it",
        evidence: "code 416, to the token or to the app's key and secret",
        try_this: "read the e-mail X sent to the app's owner and appeal",
        link: APPEAL,
        remedy: Remedy::OpenPage,
    },
    CauseRow {
        cause: Cause::NotEnrolled,
        word: "not_enrolled",
        state: State::Attention,
        short: "not enrolled",
        what: "the app is not enrolled in a plan that may make this call",
        because: "X knows the credentials, but the app stands outside every package",
        evidence: "403 “Client Forbidden” with the reason `client-not-enrolled`",
        try_this: "console → Apps → this app → Move to package → Pay-per-use → Production",
        link: CONSOLE,
        remedy: Remedy::OpenPage,
    },
    CauseRow {
        cause: Cause::NoCredits,
        word: "no_credits",
        state: State::Attention,
        short: "no credits",
        what: "the app owner's account has no credits left",
        because: "X accepted the credentials and refused the call for want of money",
        evidence: "402",
        try_this: "buy credits in the console, Billing",
        link: CONSOLE,
        remedy: Remedy::OpenPage,
    },
    CauseRow {
        cause: Cause::RateLimited,
        word: "rate_limited",
        state: State::Unknown,
        short: "rate limit",
        what: "X limits how often this may be asked",
        because: "the credentials passed, but the window is used up",
        evidence: "429, codes 88 and 185, with the headers of the window; or code 99, which may mean the same",
        try_this: "check again when the window is over",
        link: None,
        remedy: Remedy::CheckAgain,
    },
    CauseRow {
        cause: Cause::XDown,
        word: "x_down",
        state: State::Unknown,
        short: "X down",
        what: "X has trouble of its own",
        because: "it answered with a server error, which says nothing about the credentials",
        evidence: "a status of 500 or above, codes 130 and 131",
        try_this: "check again later",
        link: STATUS,
        remedy: Remedy::CheckAgain,
    },
    CauseRow {
        cause: Cause::Unreachable,
        word: "unreachable",
        state: State::Unknown,
        short: "no network",
        what: "X could not be reached",
        because: "the connection failed, which says nothing about the credentials",
        evidence: "no answer came: no connection, none in time, or it broke",
        try_this: "look at the network and check again",
        link: None,
        remedy: Remedy::CheckAgain,
    },
    CauseRow {
        cause: Cause::MissingField,
        word: "missing_field",
        state: State::Attention,
        short: "incomplete",
        what: "a value is missing",
        because: "X cannot be asked without it",
        evidence: "a value that the request takes, or a kind of token that a need takes, is not stored",
        try_this: "fill in what is missing: by hand, or by a login where a token of the bot is missing",
        link: None,
        remedy: Remedy::EditProfile,
    },
    CauseRow {
        cause: Cause::UnexpectedAnswer,
        word: "unexpected_answer",
        state: State::Unknown,
        short: "odd answer",
        what: "X gave an answer that makes no sense here",
        because: "it is none of the answers X documents, so no verdict is drawn from it",
        evidence: "any other answer; X's own words are shown",
        try_this: "check again later; if it stays, look at X's status page",
        link: STATUS,
        remedy: Remedy::CheckAgain,
    },
    CauseRow {
        cause: Cause::BearerRejected,
        word: "bearer_rejected",
        state: State::Failed,
        short: "bearer",
        what: "X rejects the app's bearer token",
        because: "it was regenerated or invalidated, or belongs to another app",
        evidence: "401 to the bearer token; whether the app's key and secret are accepted is told apart",
        try_this: "rotate the bearer token: birdkeep fetches a new one with the app's keys",
        link: CONSOLE,
        remedy: Remedy::RotateBearer,
    },
    CauseRow {
        cause: Cause::TokenExpired,
        word: "token_expired",
        state: State::Attention,
        short: "expired",
        what: "X no longer accepts the OAuth 2.0 access token",
        because: "such a token lives two hours unless it is refreshed",
        evidence: "401 to the token, or its own date; a refresh token is stored",
        try_this: "refresh it; where that fails, log the bot's account in again",
        link: None,
        remedy: Remedy::Refresh,
    },
    CauseRow {
        cause: Cause::LevelUnknown,
        word: "level_unknown",
        state: State::Unknown,
        short: "level ?",
        what: "X accepts the token and does not say what it may do",
        because: "the answer came without the x-access-level header",
        evidence: "no x-access-level header, or a word in it that birdkeep does not know",
        try_this: "check again later; the console shows the token's permission beside it",
        link: CONSOLE,
        remedy: Remedy::CheckAgain,
    },
    CauseRow {
        cause: Cause::UserNotEnrolled,
        word: "user_not_enrolled",
        state: State::Attention,
        short: "user account",
        what: "this app bills its users, and the bot's account has no developer account",
        because: "X knows the credentials, and asks who pays",
        evidence: "403 “Client Forbidden” with the reason `user-not-enrolled`",
        try_this: "log in to the console as the bot and enrol it in Pay-per-use",
        link: CONSOLE,
        remedy: Remedy::OpenPage,
    },
    CauseRow {
        cause: Cause::SpendCap,
        word: "spend_cap",
        state: State::Attention,
        short: "spend cap",
        what: "the spending limit of this billing cycle is reached",
        because: "X accepted the credentials; the limit is the one set in the console",
        evidence: "403 “SpendCapReached”",
        try_this: "raise the spending limit in the console, Billing, or wait for the next cycle",
        link: CONSOLE,
        remedy: Remedy::OpenPage,
    },
    CauseRow {
        cause: Cause::UsageCap,
        word: "usage_cap",
        state: State::Attention,
        short: "usage cap",
        what: "the app has read as many posts as its plan allows",
        because: "X accepted the credentials; the cap is that of the plan",
        evidence: "429 `usage-capped`",
        try_this: "wait for the day the cycle begins again, or change the plan in the console",
        link: CONSOLE,
        remedy: Remedy::OpenPage,
    },
    CauseRow {
        cause: Cause::TokenOlderThanPermission,
        word: "token_older_than_permission",
        state: State::Attention,
        short: "old token",
        what: "this token was issued before the permission was raised",
        because: "a token keeps the permission it was issued with; raising the app's changes no token",
        evidence: "the x-access-level header says less than the app is set to, or than another token of the app carries",
        try_this: "issue the access token again: log in as the bot, or press Regenerate in the console where the bot owns the app",
        link: CONSOLE,
        remedy: Remedy::IssueAccess,
    },
    CauseRow {
        cause: Cause::ScopeMissing,
        word: "scope_missing",
        state: State::Attention,
        short: "scope",
        what: "the OAuth 2.0 token lacks a scope that this bot needs",
        because: "a token has the scopes that its login granted",
        evidence: "the stored scopes lack what a need takes; or 403 “Forbidden”, and they lack what the question takes",
        try_this: "log in again and grant the missing scopes",
        link: None,
        remedy: Remedy::LogIn,
    },
    CauseRow {
        cause: Cause::LoginNeeded,
        word: "login_needed",
        state: State::Failed,
        short: "log in",
        what: "the OAuth 2.0 login of this bot has run out",
        because: "the access token is dead, and there is no refresh token that could bring another",
        evidence: "401 to the token, or its own date; and no refresh token is stored, or X has refused it",
        try_this: "log the bot's account in again; with the scope offline.access its tokens can be renewed",
        link: None,
        remedy: Remedy::LogIn,
    },
    CauseRow {
        cause: Cause::EndpointNotInPlan,
        word: "endpoint_not_in_plan",
        state: State::Attention,
        short: "not in plan",
        what: "the plan of the app does not include this call",
        because: "X knows the credentials: this is about the plan of the app, not about its keys",
        evidence: "403 with code 453 or 87",
        try_this: "see the app's package in the console; what the bot itself calls may be included all the same",
        link: CONSOLE,
        remedy: Remedy::OpenPage,
    },
    CauseRow {
        cause: Cause::WriteRestricted,
        word: "write_restricted",
        state: State::Attention,
        short: "no writing",
        what: "X does not let this app write",
        because: "the token carries the permission to write, and X refuses all the same",
        evidence: "code 261 while the x-access-level header says “Read and write” or more",
        try_this: "read the e-mail X sent to the app's owner, look at the app in the console, and appeal",
        link: APPEAL,
        remedy: Remedy::OpenPage,
    },
    CauseRow {
        cause: Cause::DuplicateCredential,
        word: "duplicate_credential",
        state: State::Attention,
        short: "stored twice",
        what: "the same credential is stored twice",
        because: "what is changed or revoked in one place dies in the other",
        evidence: "two profiles hold the same token, or two apps the same API key",
        try_this: "keep it where it belongs, and give the other one its own or delete it",
        link: None,
        remedy: Remedy::EditProfile,
    },
    CauseRow {
        cause: Cause::SwappedFields,
        word: "swapped_fields",
        state: State::Attention,
        short: "swapped",
        what: "a value is stored in the wrong field",
        because: "its shape is that of another field",
        evidence: "the shape of a value is that of another field, and X has not accepted it where it stands",
        try_this: "put the values where they belong",
        link: None,
        remedy: Remedy::EditProfile,
    },
    CauseRow {
        cause: Cause::WrongApp,
        word: "wrong_app",
        state: State::Attention,
        short: "wrong app",
        what: "a value stored with this app belongs to another app",
        because: "the app id inside it is another one",
        evidence: "the id inside the bearer token differs from that of the app's own keys (a hint: X does not document it), or X says `official-client-forbidden`",
        try_this: "fetch the bearer token anew with the app's own keys",
        link: CONSOLE,
        remedy: Remedy::RotateBearer,
    },
];

impl Cause {
    /// This cause's row.
    pub fn row(self) -> &'static CauseRow {
        &CAUSES[self as usize]
    }

    /// Reads the stable word.
    pub fn parse(word: &str) -> Option<Self> {
        CAUSES.iter().find(|row| row.word == word).map(|row| row.cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum_and_its_words_are_stable() {
        for (i, row) in CAUSES.iter().enumerate() {
            assert_eq!(row.cause as usize, i, "{}", row.word);
            assert_eq!(Cause::parse(row.word), Some(row.cause));
            assert!(row.word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", row.word);
            assert!(row.link.is_none_or(|link| link.starts_with("https://")), "{}", row.word);
            assert!(row.remedy != Remedy::OpenPage || row.link.is_some(), "{} opens no page", row.word);
            assert!(row.short.chars().count() <= 13, "{} fits no column", row.word);
            for text in [row.what, row.because, row.evidence, row.try_this] {
                assert!(
                    text.len() > 2 && !text.ends_with('.') && !text.contains("  "),
                    "{}: {text}",
                    row.word
                );
            }
        }
    }

    #[test]
    fn money_limits_and_x_itself_are_never_a_failed_credential() {
        for cause in [
            Cause::NoCredits,
            Cause::NotEnrolled,
            Cause::RateLimited,
            Cause::XDown,
            Cause::Unreachable,
            Cause::UnexpectedAnswer,
            Cause::LevelUnknown,
            Cause::UserNotEnrolled,
            Cause::SpendCap,
            Cause::UsageCap,
            Cause::EndpointNotInPlan,
            Cause::WriteRestricted,
        ] {
            assert_ne!(cause.row().state, State::Failed, "{}", cause.row().word);
        }
    }
}
