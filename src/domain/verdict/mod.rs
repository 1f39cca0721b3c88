//! The verdict on a profile: need held against grant, with one cause, the evidence and one next step.

mod causes;
mod remedy;

pub use self::causes::{CAUSES, Cause, CauseRow};
pub use self::remedy::{REMEDIES, Remedy, RemedyRow};

use super::fields::Field;
use super::fingerprint::Fingerprint;
use super::id::ProfileId;
use super::names::{Handle, UserId};
use super::needs::{Answer, Need};
use super::permission::{Grant, Level};
use super::time::Time;

/// How a verdict stands, as glyph, word and colour show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// X refuses the credential or the account.
    Failed,
    /// It works, but not for what it is meant to do, or money or limits stand in the way.
    Attention,
    /// Nothing is known: never checked, or X gave no verdict.
    Unknown,
    /// X accepts it and it may do what it is meant to.
    Ok,
}

impl State {
    /// The stable word of machine output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Attention => "attention",
            Self::Unknown => "unknown",
            Self::Ok => "ok",
        }
    }
}

/// The X account that answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its numeric id.
    pub id: UserId,
    /// Its handle.
    pub handle: Handle,
}

/// What a check found out about a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The one cause.
    pub cause: Cause,
    /// What the token may do.
    pub grant: Grant,
    /// The account that answered.
    pub account: Option<Account>,
    /// What was seen that led to the cause, in whole phrases. Foreign text in it is already visible text.
    pub evidence: Vec<String>,
    /// The profile's needs, each held against the grant.
    pub needs: Vec<(Need, Answer)>,
    /// When it makes sense to ask again, where X said so.
    pub retry_at: Option<Time>,
    /// What puts it right, where that is more exact than the row of its cause.
    pub remedy: Option<Remedy>,
}

impl Verdict {
    /// A verdict with a cause and nothing else known.
    pub fn of(cause: Cause) -> Self {
        Self {
            cause,
            grant: Grant::Nothing,
            account: None,
            evidence: Vec::new(),
            needs: Vec::new(),
            retry_at: None,
            remedy: None,
        }
    }

    /// How it stands.
    pub fn state(&self) -> State {
        self.cause.row().state
    }

    /// Because of what: the evidence, or what the cause's row says.
    pub fn because(&self) -> String {
        if self.evidence.is_empty() { self.cause.row().because.to_owned() } else { self.evidence.join("; ") }
    }

    /// What puts it right.
    pub fn remedy(&self) -> Remedy {
        self.remedy.unwrap_or(self.cause.row().remedy)
    }

    /// Whether X has said nothing about the profile: it was not heard, or not understood.
    pub fn is_silent(&self) -> bool {
        // A token without a level in its answer was accepted all the same.
        self.state() == State::Unknown && self.cause != Cause::LevelUnknown
    }

    /// The OAuth 1.0a level the token was seen with.
    pub fn level(&self) -> Option<Level> {
        match self.grant {
            Grant::Oauth1(level) => level,
            _ => None,
        }
    }
}

/// A verdict with what it was drawn from. If a judged value has changed since, the finding is void.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Of which profile.
    pub profile: ProfileId,
    /// The verdict.
    pub verdict: Verdict,
    /// When X was asked.
    pub checked_at: Time,
    /// The fingerprints of the values judged.
    pub judged: Vec<(Field, Fingerprint)>,
    /// That X was asked once more since, and said nothing.
    pub tried: Option<Tried>,
}

/// A question to X that came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Why.
    pub cause: Cause,
    /// When.
    pub at: Time,
    /// When it makes sense to ask again, where X said so.
    pub retry_at: Option<Time>,
}

impl Finding {
    /// What is known once `newer` has come in: what X said last, and whether it was asked in vain since. An outage must
    /// not take away what was known before it.
    #[must_use]
    pub fn followed_by(self, newer: Self) -> Self {
        if !newer.verdict.is_silent() || self.verdict.is_silent() {
            return newer;
        }
        let Verdict { cause, retry_at, .. } = newer.verdict;
        Self { tried: Some(Tried { cause, at: newer.checked_at, retry_at }), ..self }
    }

    /// By which the newer of two on the same profile is told: what X said counts before what it did not say.
    pub fn stamp(&self) -> (Time, Option<Time>) {
        (self.checked_at, self.tried.map(|tried| tried.at))
    }

    /// Until when X wants to be left alone, as far as it has said so, and when it said so.
    pub fn rests(&self) -> Option<(Time, Time)> {
        match (self.tried, &self.verdict) {
            (Some(Tried { cause: Cause::RateLimited, at, retry_at: Some(until) }), _) => Some((until, at)),
            (None, Verdict { cause: Cause::RateLimited, retry_at: Some(until), .. }) => {
                Some((*until, self.checked_at))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(cause: Cause, at: i64) -> Finding {
        Finding {
            profile: ProfileId::from_random([1; 16]),
            verdict: Verdict { retry_at: Some(Time::from_const(at + 900)), ..Verdict::of(cause) },
            checked_at: Time::from_const(at),
            judged: Vec::new(),
            tried: None,
        }
    }

    #[test]
    fn an_outage_takes_away_nothing_that_x_has_said() {
        const SILENT: [Cause; 4] =
            [Cause::RateLimited, Cause::XDown, Cause::Unreachable, Cause::UnexpectedAnswer];
        for first in CAUSES.iter().map(|row| row.cause) {
            for second in CAUSES.iter().map(|row| row.cause) {
                let known = found(first, 10).followed_by(found(second, 20));
                let keeps = SILENT.contains(&second) && !SILENT.contains(&first);
                assert_eq!(known.verdict.cause, if keeps { first } else { second }, "{first:?}, {second:?}");
                let tried = known.tried.map(|tried| (tried.cause, tried.at));
                assert_eq!(tried, keeps.then_some((second, Time::from_const(20))), "{first:?}, {second:?}");
                // Whatever X says next stands by itself.
                assert_eq!(known.followed_by(found(Cause::Ok, 30)), found(Cause::Ok, 30));
            }
        }
    }

    #[test]
    fn a_question_that_came_too_early_rests_until_x_takes_it_again() {
        let limited = (Time::from_const(920), Time::from_const(20));
        for (finding, rests) in [
            (found(Cause::Ok, 10), None),
            (found(Cause::RateLimited, 20), Some(limited)),
            (found(Cause::Ok, 10).followed_by(found(Cause::RateLimited, 20)), Some(limited)),
            (found(Cause::Ok, 10).followed_by(found(Cause::XDown, 20)), None),
            (found(Cause::RateLimited, 20).followed_by(found(Cause::Ok, 30)), None),
        ] {
            assert_eq!(finding.rests(), rests, "{finding:?}");
        }
    }
}
