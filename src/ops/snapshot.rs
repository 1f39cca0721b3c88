//! What a screen sees of an unlocked vault: facts, no keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::document::Document;
use crate::domain::hints::{Hint, Hints};
use crate::domain::id::{AppId, ProfileId};
use crate::domain::profile::Profile;
use crate::domain::standing::{self, Mark};
use crate::domain::time::Time;
use crate::domain::verdict::{Finding, State};

/// An unlocked vault as it stands: cheap to clone, without any key.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Apps and profiles, pending edits included.
    pub document: Arc<Document>,
    /// What checks found, by profile.
    pub findings: Arc<BTreeMap<ProfileId, Finding>>,
    /// When bots were last run on this machine, as far as it is known.
    pub runs: Arc<BTreeMap<ProfileId, Time>>,
    /// Facts about the file.
    pub vault: VaultFacts,
}

/// Facts about the vault file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultFacts {
    /// The file's name, for the title line.
    pub name: String,
    /// The save counter.
    pub generation: u64,
    /// When it was last saved.
    pub saved_at: Option<Time>,
    /// False while its writer is not trusted: then it can only be looked at, masked.
    pub trusted: bool,
}

/// Puts `finding` among `findings`. One on values that were changed while X was asked does not push out one that holds.
pub(super) fn take_in(document: &Document, findings: &mut BTreeMap<ProfileId, Finding>, finding: Finding) {
    let better = findings.get(&finding.profile).is_some_and(|there| still_holds(document, there));
    if !better || still_holds(document, &finding) {
        findings.insert(finding.profile, finding);
    }
}

impl Snapshot {
    /// The finding on `profile`, if the values it judged are still the stored ones. A value that was missing then is
    /// judged as the empty one, so filling it in voids the finding.
    pub fn finding(&self, profile: &Profile) -> Option<&Finding> {
        self.findings.get(&profile.id).filter(|finding| still_holds(&self.document, finding))
    }

    /// Takes in what a check has found.
    pub fn take_in(&mut self, finding: Finding) {
        take_in(&self.document, Arc::make_mut(&mut self.findings), finding);
    }

    /// How `profile` stands; unknown when it was never checked and its values tell nothing by themselves. What the vault
    /// itself knows comes first: a token that X has killed was killed after the last check.
    pub fn state(&self, profile: &Profile, hints: &Hints) -> State {
        let known = standing::mark(&self.document, profile.id.into()).map(Mark::state);
        let found = || self.finding(profile).map(|finding| finding.verdict.state());
        let hinted = || hints.first(&self.document, profile).map(Hint::state);
        known.or_else(found).or_else(hinted).unwrap_or(State::Unknown)
    }

    /// What the stored values tell by themselves.
    pub fn hints(&self, now: Time) -> Hints {
        Hints::find(&self.document, now)
    }

    /// How many profiles use `app`.
    pub fn profiles_of(&self, app: AppId) -> usize {
        self.document.profiles_of(app).count()
    }
}

/// Whether the values that `finding` judged are still the stored ones.
pub(super) fn still_holds(document: &Document, finding: &Finding) -> bool {
    let key = &document.fingerprints;
    finding.judged.iter().all(|(field, print)| {
        let slot = document.slot(finding.profile.into(), *field);
        key.of_all([slot.map(|slot| &slot.secret)]) == *print
    })
}
