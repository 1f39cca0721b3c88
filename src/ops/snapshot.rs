//! What a screen sees of an unlocked vault: facts, no keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::ability::Holdings;
use crate::domain::document::Document;
use crate::domain::hints::{Hint, Hints};
use crate::domain::id::{AppId, ProfileId};
use crate::domain::profile::Profile;
use crate::domain::standing::{self, Mark};
use crate::domain::time::Time;
use crate::domain::verdict::{AppFinding, Finding, Findings, State};

/// An unlocked vault as it stands: cheap to clone, without any key.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Apps and profiles, pending edits included.
    pub document: Arc<Document>,
    /// What checks found.
    pub findings: Arc<Findings>,
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

impl Snapshot {
    /// The finding on `profile`, if it still holds.
    pub fn finding(&self, profile: &Profile) -> Option<&Finding> {
        self.findings.profiles.get(&profile.id).filter(|finding| finding.holds(&self.document))
    }

    /// The finding on `app` by itself, if it still holds.
    pub fn app_finding(&self, app: AppId) -> Option<&AppFinding> {
        self.findings.apps.get(&app).filter(|finding| finding.holds(&self.document))
    }

    /// What `profile` holds, as far as the vault itself and checks tell.
    pub fn holdings<'a>(&'a self, profile: &'a Profile) -> Holdings<'a> {
        self.holdings_by(profile, self.finding(profile))
    }

    /// The same by another finding on it.
    pub fn holdings_by<'a>(&'a self, profile: &'a Profile, finding: Option<&'a Finding>) -> Holdings<'a> {
        let bearer = profile.app.and_then(|app| self.app_finding(app)?.bearer);
        Holdings::of(&self.document, profile, finding).with_bearer(bearer)
    }

    /// Takes in what a check has found about a profile.
    pub fn take_in(&mut self, finding: Finding) {
        Arc::make_mut(&mut self.findings).enter(&self.document, finding);
    }

    /// Takes in what a check has found about an app.
    pub fn take_in_app(&mut self, finding: AppFinding) {
        Arc::make_mut(&mut self.findings).enter_app(&self.document, finding);
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
