//! How X says what: the numbers and words that tell one cause from another.
//!
//! Sources: X's OpenAPI 2.167 and response-codes page (2026-08), its older table of codes, and bodies seen in the
//! field up to 2026-09. Never prose, except titles where a problem has no other mark.

use crate::x::error::Said;

/// A mark in X's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// A v1.1 code.
    Code(u32),
    /// The last path segment of a problem's type.
    Kind(&'static str),
    /// A problem's reason.
    Reason(&'static str),
    /// A problem's title.
    Title(&'static str),
    /// A status, where X said nothing more exact.
    Status(u16, u16),
}

use Sign::{Code, Kind, Reason, Status, Title};

pub(super) const X_DOWN: &[Sign] = &[Status(500, 599), Code(130), Code(131), Kind("internal-error")];
pub(super) const CLOCK: &[Sign] = &[Code(135)];
pub(super) const APP_SUSPENDED: &[Sign] = &[Code(416)];
/// About the callback URL of a login, which no check sends.
pub(super) const CALLBACK: &[Sign] = &[Code(415), Code(417)];
/// 99 is X's word at `oauth2/*`; the others are its words anywhere. A 401 without any of these marks means the same.
pub(super) const REJECTED: &[Sign] = &[Code(32), Code(89), Code(99), Code(215)];
pub(super) const ACCOUNT_SUSPENDED: &[Sign] = &[Code(64), Code(63)];
pub(super) const ACCOUNT_LOCKED: &[Sign] = &[Code(326)];
pub(super) const USER_NOT_ENROLLED: &[Sign] = &[Reason("user-not-enrolled")];
pub(super) const SPEND_CAP: &[Sign] = &[Title("SpendCapReached")];
/// The keys are those of an official client of X's, which nobody else may use.
pub(super) const OFFICIAL_CLIENT: &[Sign] = &[Reason("official-client-forbidden")];
pub(super) const NOT_ENROLLED: &[Sign] = &[Kind("client-forbidden")];
pub(super) const NOT_IN_PLAN: &[Sign] = &[Code(453), Code(87)];
/// Said of a write: the token is read-only, or X has taken writing from the app. The header tells which.
pub(super) const NO_WRITING: &[Sign] = &[Code(261)];
pub(super) const LEVEL_TOO_LOW: &[Sign] = &[Kind("oauth1-permissions"), Code(261), Code(93)];
/// A token of another kind than the question takes.
pub(super) const WRONG_KIND: &[Sign] = &[Kind("unsupported-authentication"), Code(220)];
/// X's one word for a missing scope, and for much else.
pub(super) const FORBIDDEN: &[Sign] = &[Title("Forbidden")];
pub(super) const NO_CREDITS: &[Sign] = &[Status(402, 402), Kind("credits"), Title("CreditsDepleted")];
pub(super) const USAGE_CAP: &[Sign] = &[Kind("usage-capped"), Title("UsageCapExceeded")];
pub(super) const RATE_LIMITED: &[Sign] =
    &[Status(429, 429), Code(88), Code(185), Kind("rate-limit-exceeded")];

/// Marks that say something else than "bad credential", whatever the status.
pub(super) const NOT_ABOUT_CREDENTIALS: &[&[Sign]] = &[
    CLOCK,
    APP_SUSPENDED,
    CALLBACK,
    ACCOUNT_SUSPENDED,
    ACCOUNT_LOCKED,
    USER_NOT_ENROLLED,
    SPEND_CAP,
    OFFICIAL_CLIENT,
    NOT_ENROLLED,
    NOT_IN_PLAN,
    LEVEL_TOO_LOW,
    WRONG_KIND,
    NO_CREDITS,
    USAGE_CAP,
    RATE_LIMITED,
    X_DOWN,
];

impl Sign {
    /// Whether an answer bears this mark.
    pub(super) fn is_on(self, status: u16, said: &Said) -> bool {
        match self {
            Code(code) => said.code == Some(code),
            Kind(kind) => said.kind.as_deref() == Some(kind),
            Reason(reason) => said.reason.as_deref() == Some(reason),
            Title(title) => said.title.as_deref() == Some(title),
            Status(from, to) => (from..=to).contains(&status),
        }
    }
}
