//! Everything that can go wrong at X or on the way: one row each, by name.
//!
//! A row says whether X has done what it was asked to ([`Spoil`]): for a refresh token that is the whole difference. It
//! can meet everybody (`demo --fault NAME`) or one account (`"trouble": "NAME"` in a roster).

use std::time::Duration;

use super::answers::{self, Answer};
use super::asked::Asked;
use crate::domain::time::Time;

/// What reaches the one who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How long it takes, beyond the ordinary latency.
    pub after: Duration,
    /// What it is.
    pub what: What,
}

/// What reaches the one who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// An answer, whole.
    Answer(Answer),
    /// No connection at all.
    Unreachable,
    /// The connection is reset after the request was sent.
    Reset,
    /// An answer that breaks off after so many bytes of its body.
    Cut(Answer, usize),
    /// Nothing, ever.
    Silence,
}

impl Outcome {
    /// An answer without delay.
    pub fn now(answer: Answer) -> Self {
        What::Answer(answer).into()
    }
}

impl From<What> for Outcome {
    fn from(what: What) -> Self {
        Self { after: Duration::ZERO, what }
    }
}

/// What a fault may look at.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The request.
    pub asked: &'a Asked,
    /// What X would have answered.
    pub honest: Answer,
    /// The simulator's time.
    pub now: Time,
}

/// One row of [`FAULTS`].
#[derive(Debug)]
pub struct FaultRow {
    /// The stable word of `demo --fault NAME` and of rosters.
    pub name: &'static str,
    /// What it does, for the list of names.
    pub doc: &'static str,
    /// Where it strikes.
    pub spoil: Spoil,
}

/// Where a fault strikes.
#[derive(Clone, Copy, Debug)]
pub enum Spoil {
    /// On the way there: X never hears of the request. `None` lets it through.
    Before(fn(&Asked, Time) -> Option<Outcome>),
    /// On the way back: X has done what it was asked to.
    After(fn(&Scene<'_>) -> Outcome),
    /// X is honest, by a clock that runs so many seconds ahead.
    Clock(i64),
}

/// Rows are told apart by their names.
impl PartialEq for FaultRow {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for FaultRow {}

/// Every fault: the way to X first, then X itself, then what X says about money, accounts and apps.
pub const FAULTS: &[FaultRow] = &[
    FaultRow {
        name: "unreachable",
        doc: "no connection to X can be made",
        spoil: Spoil::Before(|_, _| Some(What::Unreachable.into())),
    },
    FaultRow {
        name: "reset",
        doc: "the connection breaks after the request was sent",
        spoil: Spoil::After(|_| What::Reset.into()),
    },
    FaultRow {
        name: "reset-early",
        doc: "the connection breaks after the request was sent, and X has not heard of it",
        spoil: Spoil::Before(|_, _| Some(What::Reset.into())),
    },
    FaultRow {
        name: "truncated",
        doc: "the answer breaks off in the middle of its body",
        spoil: Spoil::After(|scene| What::Cut(scene.honest.clone(), scene.honest.body.len() / 2).into()),
    },
    FaultRow {
        name: "silence",
        doc: "X takes the request and never answers",
        spoil: Spoil::After(|_| What::Silence.into()),
    },
    FaultRow {
        name: "slow",
        doc: "every answer takes five seconds longer",
        spoil: Spoil::After(|scene| Outcome {
            after: Duration::from_secs(5),
            ..Outcome::now(scene.honest.clone())
        }),
    },
    FaultRow {
        name: "x-down",
        doc: "X answers 503, over capacity",
        spoil: Spoil::Before(|_, now| Some(Outcome::now(answers::over_capacity().dated(now)))),
    },
    FaultRow {
        name: "x-down-late",
        doc: "X answers 503, over capacity, and has done what it was asked to all the same",
        spoil: Spoil::After(|scene| Outcome::now(answers::over_capacity().dated(scene.now))),
    },
    FaultRow {
        name: "html",
        doc: "a web page comes where JSON should be",
        spoil: Spoil::Before(|_, now| Some(Outcome::now(answers::web_page(200).dated(now)))),
    },
    FaultRow {
        name: "garbage",
        doc: "the answer is JSON that means nothing, with hostile text in it",
        spoil: Spoil::After(|scene| Outcome::now(garbage().dated(scene.now))),
    },
    FaultRow {
        name: "half-json",
        doc: "the answer is complete but its JSON is not",
        spoil: Spoil::After(|scene| {
            let mut answer = scene.honest.clone();
            let half = answer.body.len() / 2;
            answer.body = answer.body.chars().take(half).collect();
            Outcome::now(answer)
        }),
    },
    FaultRow {
        name: "huge",
        doc: "the answer is ten megabytes long",
        spoil: Spoil::After(|scene| {
            let mut answer = scene.honest.clone();
            answer.body = " ".repeat(10 << 20);
            Outcome::now(answer)
        }),
    },
    FaultRow {
        name: "redirect",
        doc: "X sends the request elsewhere, where it must not go",
        spoil: Spoil::Before(|_, now| {
            let answer =
                Answer::text(307, "text/plain", "").with("location", "https://example.com/elsewhere");
            Some(Outcome::now(answer.dated(now)))
        }),
    },
    FaultRow {
        name: "clock-skew",
        doc: "X’s clock runs 14 minutes ahead of ours, so signatures look old",
        spoil: Spoil::Clock(14 * 60),
    },
    FaultRow {
        name: "rate-limited",
        doc: "the 15-minute window is used up for nine more minutes",
        spoil: Spoil::After(|scene| {
            let reset = scene.now.plus(Duration::from_secs(9 * 60));
            instead(scene, || answers::rate_limited(75, reset))
        }),
    },
    FaultRow {
        name: "logins-limited",
        doc: "X issues no tokens for nine more minutes: too many logins",
        spoil: Spoil::Before(|asked, now| {
            issues(asked).then(|| {
                Outcome::now(answers::rate_limited(15, now.plus(Duration::from_secs(9 * 60))).dated(now))
            })
        }),
    },
    FaultRow {
        name: "unconfirmed",
        doc: "X does not confirm the callback of an OAuth 1.0a login",
        spoil: Spoil::After(|scene| {
            let mut answer = scene.honest.clone();
            answer.body = answer.body.replace("confirmed=true", "confirmed=false");
            Outcome::now(answer)
        }),
    },
    FaultRow {
        name: "no-level",
        doc: "answers come without the x-access-level header",
        spoil: Spoil::After(|scene| Outcome::now(scene.honest.clone().without("x-access-level"))),
    },
    FaultRow {
        name: "account-suspended",
        doc: "the account that asks is suspended",
        spoil: Spoil::After(|scene| {
            instead(scene, || {
                let text = "Your account is suspended and is not permitted to access this feature.";
                answers::code(403, 64, text)
            })
        }),
    },
    FaultRow {
        name: "account-locked",
        doc: "the account that asks is locked until a person logs in",
        spoil: Spoil::After(|scene| {
            instead(scene, || {
                let text = "To protect our users from spam and other malicious activity, this account is \
                            temporarily locked. Please log in to https://twitter.com to unlock your account.";
                answers::code(403, 326, text)
            })
        }),
    },
    FaultRow {
        name: "not-enrolled",
        doc: "the app stands outside every package",
        spoil: Spoil::After(|scene| instead(scene, || answers::not_enrolled(32_900_001))),
    },
    FaultRow {
        name: "user-not-enrolled",
        doc: "the app bills its users, and this one has no developer account",
        spoil: Spoil::After(|scene| instead(scene, || answers::user_not_enrolled(32_900_001))),
    },
    FaultRow {
        name: "endpoint-not-in-plan",
        doc: "the plan of the app does not include the call",
        spoil: Spoil::After(|scene| instead(scene, answers::not_in_plan)),
    },
    FaultRow {
        name: "write-restricted",
        doc: "X does not let the app write, whatever its tokens carry",
        spoil: Spoil::After(|scene| instead(scene, answers::write_restricted)),
    },
    FaultRow {
        name: "no-credits",
        doc: "the app owner’s account is empty",
        spoil: Spoil::After(|scene| instead(scene, answers::no_credits)),
    },
    FaultRow {
        name: "spend-cap",
        doc: "the spending limit of this billing cycle is reached",
        spoil: Spoil::After(|scene| instead(scene, answers::spend_cap)),
    },
    FaultRow {
        name: "usage-cap",
        doc: "the monthly cap of posts read is reached",
        spoil: Spoil::After(|scene| instead(scene, answers::usage_cap)),
    },
];

/// The row with this name.
pub fn find(name: &str) -> Option<&'static FaultRow> {
    FAULTS.iter().find(|row| row.name == name)
}

/// Whether the answer would be a token.
fn issues(asked: &Asked) -> bool {
    matches!(asked.path.as_str(), "/2/oauth2/token" | "/oauth/request_token" | "/oauth/access_token")
}

/// `spoiled` in place of an answer to an accepted question about users or usage, at the same level: X says such
/// things only to those it knows.
fn instead(scene: &Scene<'_>, spoiled: impl FnOnce() -> Answer) -> Outcome {
    let path = &scene.asked.path;
    if scene.honest.status != 200 || !path.starts_with("/2/") || path.starts_with("/2/oauth2/") {
        return Outcome::now(scene.honest.clone());
    }
    let answer = spoiled().dated(scene.now);
    Outcome::now(match scene.honest.header("x-access-level") {
        Some(level) => answer.with("x-access-level", level),
        None => answer,
    })
}

fn garbage() -> Answer {
    let text = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}riddle \u{200b}me this\r\nHTTP/1.1 200 OK";
    Answer::json(418, &serde_json::json!({"title": text, "detail": text, "type": text, "status": "a teapot"}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_fit_a_command_line() {
        for (i, row) in FAULTS.iter().enumerate() {
            assert!(FAULTS[..i].iter().all(|other| other.name != row.name), "{}", row.name);
            assert!(row.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", row.name);
            assert_eq!(find(row.name), Some(row));
        }
    }
}
