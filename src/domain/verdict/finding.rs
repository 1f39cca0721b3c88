//! Verdicts as checks found them: when, on which values, and what has become of them since.

use std::collections::BTreeMap;

use super::{Cause, Verdict};
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::{AppId, Owner, ProfileId};
use crate::domain::time::Time;

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

/// What a check found about an app by itself. Void like a [`Finding`] once a judged value has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppFinding {
    /// Which app.
    pub app: AppId,
    /// How its key and secret stand.
    pub keys: Cause,
    /// How its bearer token stands; `None`: there is none, or it was not asked about.
    pub bearer: Option<Cause>,
    /// What was seen, in whole phrases.
    pub evidence: Vec<String>,
    /// When X was asked.
    pub checked_at: Time,
    /// The fingerprints of the values judged.
    pub judged: Vec<(Field, Fingerprint)>,
}

/// What checks have found, by whom it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// About profiles.
    pub profiles: BTreeMap<ProfileId, Finding>,
    /// About apps.
    pub apps: BTreeMap<AppId, AppFinding>,
}

impl Finding {
    /// Whether the values it judged are still the stored ones.
    pub fn holds(&self, document: &Document) -> bool {
        are_stored(document, self.profile.into(), &self.judged)
    }

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

impl AppFinding {
    /// Whether the values it judged are still the stored ones.
    pub fn holds(&self, document: &Document) -> bool {
        are_stored(document, self.app.into(), &self.judged)
    }

    /// Whether X has said nothing about its key or its bearer token.
    fn is_silent(&self) -> bool {
        [Some(self.keys), self.bearer].into_iter().flatten().any(|cause| Verdict::of(cause).is_silent())
    }
}

impl Findings {
    /// Takes in one about a profile. One on values that were changed while X was asked does not push out one that holds,
    /// and neither does one in which X says nothing.
    pub fn enter(&mut self, document: &Document, finding: Finding) {
        let holding = self.profiles.remove(&finding.profile).filter(|there| there.holds(document));
        let known = match holding {
            Some(there) if !finding.holds(document) => there,
            Some(there) => there.followed_by(finding),
            None => finding,
        };
        self.profiles.insert(known.profile, known);
    }

    /// Takes in one about an app, in the same way.
    pub fn enter_app(&mut self, document: &Document, finding: AppFinding) {
        let holding = self.apps.remove(&finding.app).filter(|there| there.holds(document));
        let known = match holding {
            Some(there) if !finding.holds(document) || (finding.is_silent() && !there.is_silent()) => there,
            _ => finding,
        };
        self.apps.insert(known.app, known);
    }

    /// Takes in all of `others`.
    pub fn enter_all(&mut self, document: &Document, others: Self) {
        others.profiles.into_values().for_each(|finding| self.enter(document, finding));
        others.apps.into_values().for_each(|finding| self.enter_app(document, finding));
    }

    /// Those that are newer than what `known` says of the same profile or app.
    #[must_use]
    pub fn newer_than(&self, known: &Self) -> Self {
        let newer = |finding: &&Finding| {
            known.profiles.get(&finding.profile).is_none_or(|there| there.stamp() < finding.stamp())
        };
        let newer_app = |finding: &&AppFinding| {
            known.apps.get(&finding.app).is_none_or(|there| there.checked_at < finding.checked_at)
        };
        let profiles = self.profiles.values().filter(newer).cloned();
        let apps = self.apps.values().filter(newer_app).cloned();
        Self::of(profiles, apps)
    }

    /// Of profiles and of apps.
    pub fn of(
        profiles: impl IntoIterator<Item = Finding>,
        apps: impl IntoIterator<Item = AppFinding>,
    ) -> Self {
        Self {
            profiles: profiles.into_iter().map(|finding| (finding.profile, finding)).collect(),
            apps: apps.into_iter().map(|finding| (finding.app, finding)).collect(),
        }
    }
}

impl FromIterator<Finding> for Findings {
    fn from_iter<T: IntoIterator<Item = Finding>>(profiles: T) -> Self {
        Self::of(profiles, [])
    }
}

/// A value that was missing when it was judged is judged as the empty one, so filling it in voids the finding.
fn are_stored(document: &Document, owner: Owner, judged: &[(Field, Fingerprint)]) -> bool {
    let key = &document.fingerprints;
    judged.iter().all(|(field, print)| {
        let slot = document.slot(owner, *field);
        key.of_all([slot.map(|slot| &slot.secret)]) == *print
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::verdict::CAUSES;

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
