//! The most repeated trouble of the field: a token keeps the permission it was issued with. Known from what the app is
//! set to, or from another token of the app that carries more.

use std::collections::HashMap;

use super::Known;
use super::case::Case;
use super::signs;
use crate::domain::app::App;
use crate::domain::fields::Field;
use crate::domain::id::AppId;
use crate::domain::names::Name;
use crate::domain::needs::{Answer, Need};
use crate::domain::permission::{Grant, Level};
use crate::domain::profile::Profile;
use crate::domain::time::Time;
use crate::domain::verdict::{Cause, Finding, Verdict};
use crate::x::checks::JudgedBy;

/// The most that a token of an app was seen with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// What it carries.
    pub level: Level,
    /// Whose it is.
    pub of: Name,
    /// When X issued it, where that is known.
    pub issued_at: Option<Time>,
}

/// What the tokens of every app carry at most.
#[derive(Clone, Debug, Default)]
pub struct Siblings(HashMap<AppId, Raised>);

impl Siblings {
    /// Takes in what the token of a profile was seen with.
    pub fn saw(&mut self, profile: &Profile, verdict: &Verdict) {
        let (Some(app), Some(level)) = (profile.app, verdict.level()) else { return };
        let issued_at = profile.held.slot(Field::AccessToken).and_then(|slot| slot.issued_at);
        // The later one tells more of what the app is set to now.
        if self.0.get(&app).is_none_or(|known| (known.level, known.issued_at) < (level, issued_at)) {
            self.0.insert(app, Raised { level, of: profile.name.clone(), issued_at });
        }
    }

    /// The most that a token of `app` was seen with.
    pub fn of(&self, app: Option<AppId>) -> Option<&Raised> {
        self.0.get(&app?)
    }
}

/// The verdict on a profile whose token carries too little, with what another token of its app has shown since;
/// `None`: it stays as it is.
pub fn rejudge(finding: &Finding, profile: &Profile, app: Option<&App>, raised: &Raised) -> Option<Verdict> {
    let verdict = &finding.verdict;
    if verdict.cause != Cause::LevelTooLow {
        return None;
    }
    let unmet = verdict.needs.iter().filter(|(_, answer)| *answer == Answer::No);
    let wanted = highest(unmet.map(|(need, _)| *need));
    let phrase = older(verdict.level()?, wanted, profile, app, Some(raised))?;
    // What the vault says the app is set to is overruled by what X has shown.
    let overruled = app.and_then(set_too_low);
    let mut evidence: Vec<String> =
        verdict.evidence.iter().filter(|said| Some(*said) != overruled.as_ref()).cloned().collect();
    evidence.push(phrase);
    Some(Verdict { cause: Cause::TokenOlderThanPermission, evidence, remedy: None, ..verdict.clone() })
}

/// The highest level that these needs take.
pub(super) fn highest(needs: impl Iterator<Item = Need>) -> Option<Level> {
    needs.filter(|need| need.ban().is_none()).filter_map(Need::level).max()
}

/// Why a token that carries `held` must be older than the permission of its app, if issuing it again brings what is
/// `wanted`.
fn older(
    held: Level,
    wanted: Option<Level>,
    profile: &Profile,
    app: Option<&App>,
    raised: Option<&Raised>,
) -> Option<String> {
    let enough = |level: &Level| *level > held && wanted.is_none_or(|wanted| *level >= wanted);
    if let Some(set) = app.and_then(|app| app.permission).filter(enough) {
        let set = set.label();
        return Some(format!(
            "the app is set to “{set}”, so this token was issued before the permission was raised"
        ));
    }
    let own = profile.held.slot(Field::AccessToken).and_then(|slot| slot.issued_at);
    // A sibling that is older itself tells of a permission that was lowered.
    let later = |raised: &&Raised| own.zip(raised.issued_at).is_none_or(|(own, other)| own < other);
    raised.filter(|raised| enough(&raised.level)).filter(later).map(|raised| {
        format!(
            "the token of “{}”, of the same app, carries “{}”: this one was probably issued before the permission was \
             raised",
            raised.of,
            raised.level.label()
        )
    })
}

/// That issuing the token again is not enough, where the vault knows what the app is set to.
fn set_too_low(app: &App) -> Option<String> {
    let set = app.permission?.label();
    Some(format!("the app itself is set to “{set}”, as far as the vault knows: raise that first"))
}

impl Case<'_> {
    pub(super) fn level(&self) -> Option<Level> {
        match self.grant {
            Grant::Oauth1(level) => level,
            _ => None,
        }
    }

    /// Needs that a higher level alone would meet.
    fn beyond_the_level(&self) -> Vec<Need> {
        let by_level = |need: &Need| self.judged_by == JudgedBy::AccessPair && need.level().is_some();
        self.unmet().filter(by_level).collect()
    }

    pub(super) fn write_restricted(&self) -> Option<Vec<String>> {
        let level = self.level().filter(|level| *level >= Level::ReadWrite)?;
        let held = format!("the token carries “{}” all the same", level.label());
        Some(self.says(signs::NO_WRITING)?.into_iter().chain([held]).collect())
    }

    pub(super) fn level_called_too_low(&self) -> Option<Vec<String>> {
        // Above the highest level there is none to be had.
        self.level().is_none_or(|level| level < Level::ReadWriteDm).then_some(())?;
        self.says(signs::LEVEL_TOO_LOW)
    }

    pub(super) fn older_than_permission(&self) -> Option<Vec<String>> {
        let seen = self.level_called_too_low().or_else(|| self.gap())?;
        let wanted = highest(self.beyond_the_level().into_iter());
        let Known { profile, app, beside, .. } = self.known;
        let phrase = older(self.level()?, wanted, profile, *app, beside.raised.as_ref())?;
        Some(seen.into_iter().chain([phrase]).collect())
    }

    pub(super) fn level_too_low(&self) -> Option<Vec<String>> {
        let gap = self.gap()?;
        Some(gap.into_iter().chain(self.known.app.and_then(set_too_low)).collect())
    }

    /// What the token carries, and what the needs take.
    fn gap(&self) -> Option<Vec<String>> {
        self.spoke().then_some(())?;
        let needs = self.beyond_the_level();
        let (wanted, held) = (highest(needs.iter().copied())?, self.level()?);
        let labels: Vec<_> = needs.iter().map(|need| need.row().label).collect();
        let (held, wanted) = (held.label(), wanted.label());
        Some(vec![format!("the token carries “{held}”; to {} takes “{wanted}”", labels.join(", "))])
    }
}
