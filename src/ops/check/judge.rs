//! What the answers to one profile or app amount to: the verdict, what it rests on, and what X handed over besides.

use std::sync::{Arc, OnceLock};

use crate::domain::app::App;
use crate::domain::credential::{Candidate, Origin};
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::hints::{self, Hints};
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::domain::verdict::{AppFinding, Cause, Finding, Findings};
use crate::x::auth::app_only;
use crate::x::checks::{Answers, JudgedBy, Values};
use crate::x::diagnose::{
    AppVerdict, Beside, Known, Siblings, diagnose, judge_stored, rejudge, waits_for_app,
};
use crate::x::reply::Reply;

/// Judges the answers about what a vault holds. Pure: the time is an argument.
#[derive(Debug)]
pub(super) struct Judge {
    document: Arc<Document>,
    /// What earlier checks found.
    before: Arc<Findings>,
    hints: OnceLock<Hints>,
    siblings: OnceLock<Siblings>,
}

impl Judge {
    pub(super) fn new(document: Arc<Document>, before: Arc<Findings>) -> Self {
        Self { document, before, hints: OnceLock::new(), siblings: OnceLock::new() }
    }

    /// Whether the replies to the app's own values can change the verdict.
    pub(super) fn waits(&self, profile: &Profile, answers: &Answers, now: Time) -> bool {
        waits_for_app(&Known::alone(profile, self.document.app_of(profile), answers, now))
    }

    pub(super) fn finding(&self, profile: &Profile, answers: &Answers, now: Time) -> Finding {
        // Worked out once for all, when the first verdict asks for it.
        let hints = self.hints.get_or_init(|| Hints::find(&self.document, now));
        let mut beside = Beside {
            hints: hints.on(&self.document, profile).collect(),
            raised: None,
            no_refresh: hints::no_refresh(profile, &self.document),
        };
        let judge = |beside: &Beside<'_>| {
            diagnose(&Known { profile, app: self.document.app_of(profile), answers, now, beside })
        };
        let mut verdict = judge(&beside);
        // Siblings speak of nothing else, and to ask them takes a fingerprint of every value ever judged.
        if verdict.cause == Cause::LevelTooLow {
            beside.raised = self.siblings.get_or_init(|| self.seen_before()).of(profile.app).cloned();
            verdict = judge(&beside);
        }
        Finding {
            profile: profile.id,
            verdict,
            checked_at: now,
            judged: self.judged(profile, answers),
            tried: None,
        }
    }

    /// Looks once more at `found`, now that all of it is there: a later sibling may have shown that a token which carries
    /// too little is older than the permission of its app. Changes those in place, and gives the changed ones.
    pub(super) fn again(&self, found: &mut [Finding]) -> Vec<Finding> {
        if found.iter().all(|finding| finding.verdict.cause != Cause::LevelTooLow) {
            return Vec::new();
        }
        let known = |finding: &Finding| self.document.profile(finding.profile);
        let mut siblings = self.siblings.get_or_init(|| self.seen_before()).clone();
        for finding in found.iter() {
            if let Some(profile) = known(finding) {
                siblings.saw(profile, &finding.verdict);
            }
        }
        let mut changed = Vec::new();
        for finding in found {
            let Some(profile) = known(finding) else { continue };
            let next = siblings
                .of(profile.app)
                .and_then(|raised| rejudge(finding, profile, self.document.app_of(profile), raised));
            if let Some(verdict) = next {
                finding.verdict = verdict;
                changed.push(finding.clone());
            }
        }
        changed
    }

    /// What the tokens of every app were seen with by earlier checks, as far as those still hold.
    fn seen_before(&self) -> Siblings {
        let mut siblings = Siblings::default();
        for finding in self.before.profiles.values() {
            let profile = self
                .document
                .profile(finding.profile)
                .filter(|profile| profile.deleted_at.is_none() && finding.holds(&self.document));
            if let Some(profile) = profile {
                siblings.saw(profile, &finding.verdict);
            }
        }
        siblings
    }

    /// Fingerprints of the values the verdict rests on, a missing one's included.
    fn judged(&self, profile: &Profile, answers: &Answers) -> Vec<(Field, Fingerprint)> {
        let values = Values::of(self.document.app_of(profile).map(|app| &app.held), Some(&profile.held));
        let own: &[Field] = match values.judged_by() {
            JudgedBy::AccessPair => {
                &[Field::ApiKey, Field::ApiSecret, Field::AccessToken, Field::AccessSecret]
            }
            JudgedBy::Oauth2 => &[Field::Oauth2AccessToken],
            JudgedBy::Bearer => &[Field::BearerToken, Field::AccessToken, Field::Oauth2AccessToken],
        };
        let bearer = answers.bearer.is_some() && !own.contains(&Field::BearerToken);
        let fields = own.iter().copied().chain(bearer.then_some(Field::BearerToken));
        let key = &self.document.fingerprints;
        fields.map(|field| (field, key.of_all([values.get(field)]))).collect()
    }
}

/// What the answers tell of an app by itself.
pub(super) fn of_app(document: &Document, app: &App, answers: &Answers, at: Time) -> AppFinding {
    let AppVerdict { keys, bearer, evidence } = judge_stored(app, answers);
    let key = &document.fingerprints;
    let judged = [Field::ApiKey, Field::ApiSecret, Field::BearerToken]
        .map(|field| (field, key.of_all([app.held.secret(field)])));
    AppFinding { app: app.id, keys, bearer, evidence, checked_at: at, judged: judged.into() }
}

/// The bearer X handed over, if it is another than the stored one and not kept already.
pub(super) fn candidate(app: &App, answers: &Answers, at: Time) -> Option<Candidate> {
    let handed = answers.app_keys.as_ref().and_then(Reply::given)?;
    let stored = app.held.secret(Field::BearerToken)?;
    let same = |a: &Secret, b: &Secret| app_only::escaped(a) == app_only::escaped(b);
    let kept = app.held.candidates.iter().any(|c| c.field == Field::BearerToken && same(&c.secret, handed));
    (!same(stored, handed) && !kept).then(|| Candidate {
        field: Field::BearerToken,
        secret: handed.clone(),
        at,
        origin: Origin::Check,
    })
}
