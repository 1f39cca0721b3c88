//! Every cause there is: one row each, read by screen, commands, machine output and README alike.

use super::State;

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
    /// The one next step.
    pub try_this: &'static str,
    /// Where to take it.
    pub link: Option<&'static str>,
}

const CONSOLE: Option<&str> = Some("https://console.x.com");
const X: Option<&str> = Some("https://x.com");
const STATUS: Option<&str> = Some("https://developer.x.com/status");
const APPEAL: Option<&str> = Some("https://help.x.com/forms/platform");

/// Every cause. Sources: X's response codes page and OpenAPI 2.167 (2026-08), and bodies seen in the field.
pub const CAUSES: &[CauseRow] = &[
    CauseRow {
        cause: Cause::Ok,
        word: "ok",
        state: State::Ok,
        short: "fine",
        what: "X accepts this profile",
        because: "the token answers for the expected account and may do what the bot needs",
        try_this: "nothing to do",
        link: None,
    },
    CauseRow {
        cause: Cause::LevelTooLow,
        word: "level_too_low",
        state: State::Attention,
        short: "level",
        what: "the token may do less than this bot needs",
        because: "a token keeps the permission it was issued with, whatever the console shows now",
        try_this: "see in the console that the app's permission is high enough, then issue the access token again",
        link: CONSOLE,
    },
    CauseRow {
        cause: Cause::AppKeysRejected,
        word: "app_keys_rejected",
        state: State::Failed,
        short: "app keys",
        what: "X rejects the API key and secret of the app",
        because: "the pair was regenerated or mistyped, or the app was deleted",
        try_this: "copy API key and secret from the console again; every profile of this app is affected",
        link: CONSOLE,
    },
    CauseRow {
        cause: Cause::AccessPairRejected,
        word: "access_pair_rejected",
        state: State::Failed,
        short: "access pair",
        what: "X rejects the access token and secret",
        because: "the app's keys were accepted, but the four values together were not",
        try_this: "issue the access token and secret again, with this app's keys",
        link: CONSOLE,
    },
    CauseRow {
        cause: Cause::WrongAccount,
        word: "wrong_account",
        state: State::Failed,
        short: "wrong account",
        what: "the token belongs to another X account",
        because: "X answered for an account that is not the one of this profile",
        try_this: "put this bot's own access token here, or correct the profile's handle and user id",
        link: None,
    },
    CauseRow {
        cause: Cause::ClockSkew,
        word: "clock_skew",
        state: State::Failed,
        short: "clock",
        what: "this machine's clock is off, so X refuses its signatures",
        because: "an OAuth 1.0a signature holds the time, and X's own clock disagrees",
        try_this: "set this machine's clock (for example with NTP) and check again",
        link: None,
    },
    CauseRow {
        cause: Cause::AccountSuspended,
        word: "account_suspended",
        state: State::Failed,
        short: "suspended",
        what: "the bot's X account is suspended",
        because: "X answered with code 64: the credentials are right, the account is not allowed",
        try_this: "log in as the bot and appeal",
        link: APPEAL,
    },
    CauseRow {
        cause: Cause::AccountLocked,
        word: "account_locked",
        state: State::Failed,
        short: "locked",
        what: "the bot's X account is temporarily locked",
        because: "X answered with code 326: it wants to see a person",
        try_this: "log in as the bot in a browser and pass the challenge",
        link: X,
    },
    CauseRow {
        cause: Cause::AppSuspended,
        word: "app_suspended",
        state: State::Failed,
        short: "app suspended",
        what: "X has suspended the app",
        because: "X answered with code 416; every token of the app is dead with it",
        try_this: "read the e-mail X sent to the app's owner and appeal",
        link: APPEAL,
    },
    CauseRow {
        cause: Cause::NotEnrolled,
        word: "not_enrolled",
        state: State::Attention,
        short: "not enrolled",
        what: "the app is not enrolled in a plan that may make this call",
        because: "X knows the credentials, but the app stands outside every package",
        try_this: "console → Apps → this app → Move to package → Pay-per-use → Production",
        link: CONSOLE,
    },
    CauseRow {
        cause: Cause::NoCredits,
        word: "no_credits",
        state: State::Attention,
        short: "no credits",
        what: "the app owner's account has no credits left",
        because: "X accepted the credentials and refused the call for want of money",
        try_this: "buy credits in the console, Billing",
        link: CONSOLE,
    },
    CauseRow {
        cause: Cause::RateLimited,
        word: "rate_limited",
        state: State::Unknown,
        short: "rate limit",
        what: "X limits how often this may be asked",
        because: "the credentials passed, but the window is used up",
        try_this: "check again when the window is over",
        link: None,
    },
    CauseRow {
        cause: Cause::XDown,
        word: "x_down",
        state: State::Unknown,
        short: "X down",
        what: "X has trouble of its own",
        because: "it answered with a server error, which says nothing about the credentials",
        try_this: "check again later",
        link: STATUS,
    },
    CauseRow {
        cause: Cause::Unreachable,
        word: "unreachable",
        state: State::Unknown,
        short: "no network",
        what: "X could not be reached",
        because: "the connection failed, which says nothing about the credentials",
        try_this: "look at the network and check again",
        link: None,
    },
    CauseRow {
        cause: Cause::MissingField,
        word: "missing_field",
        state: State::Attention,
        short: "incomplete",
        what: "a value is missing",
        because: "X cannot be asked without it",
        try_this: "edit the profile or its app and fill in what is missing",
        link: None,
    },
    CauseRow {
        cause: Cause::UnexpectedAnswer,
        word: "unexpected_answer",
        state: State::Unknown,
        short: "odd answer",
        what: "X gave an answer that makes no sense here",
        because: "it is none of the answers X documents, so no verdict is drawn from it",
        try_this: "check again later; if it stays, look at X's status page",
        link: STATUS,
    },
    CauseRow {
        cause: Cause::BearerRejected,
        word: "bearer_rejected",
        state: State::Failed,
        short: "bearer",
        what: "X rejects the app's bearer token",
        because: "it was regenerated or invalidated, or belongs to another app",
        try_this: "rotate the bearer token: birdkeep fetches a new one with the app's keys",
        link: CONSOLE,
    },
    CauseRow {
        cause: Cause::TokenExpired,
        word: "token_expired",
        state: State::Failed,
        short: "expired",
        what: "X no longer accepts the OAuth 2.0 access token",
        because: "such a token lives two hours unless it is refreshed",
        try_this: "birdkeep token NAME refreshes it; where that fails, log the bot's account in again",
        link: CONSOLE,
    },
    CauseRow {
        cause: Cause::LevelUnknown,
        word: "level_unknown",
        state: State::Unknown,
        short: "level ?",
        what: "X accepts the token and does not say what it may do",
        because: "the answer came without the x-access-level header",
        try_this: "check again later; the console shows the token's permission beside it",
        link: CONSOLE,
    },
    CauseRow {
        cause: Cause::UserNotEnrolled,
        word: "user_not_enrolled",
        state: State::Attention,
        short: "user account",
        what: "this app bills its users, and the bot's account has no developer account",
        because: "X knows the credentials, and asks who pays",
        try_this: "log in to the console as the bot and enrol it in Pay-per-use",
        link: CONSOLE,
    },
    CauseRow {
        cause: Cause::SpendCap,
        word: "spend_cap",
        state: State::Attention,
        short: "spend cap",
        what: "the spending limit of this billing cycle is reached",
        because: "X accepted the credentials; the limit is the one set in the console",
        try_this: "raise the spending limit in the console, Billing, or wait for the next cycle",
        link: CONSOLE,
    },
    CauseRow {
        cause: Cause::UsageCap,
        word: "usage_cap",
        state: State::Attention,
        short: "usage cap",
        what: "the app has read as many posts as its plan allows",
        because: "X accepted the credentials; the cap is that of the plan",
        try_this: "wait for the day the cycle begins again, or change the plan in the console",
        link: CONSOLE,
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
        ] {
            assert_ne!(cause.row().state, State::Failed, "{}", cause.row().word);
        }
    }
}
