//! What the answers to one profile or app amount to: the verdict, what it rests on, and what X handed over besides.

use std::sync::Arc;

use crate::domain::app::App;
use crate::domain::credential::{Candidate, Origin};
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::domain::verdict::Finding;
use crate::x::auth::app_only;
use crate::x::checks::{Answers, JudgedBy, Values};
use crate::x::diagnose::{Known, diagnose, waits_for_app};
use crate::x::reply::Reply;

/// Judges the answers about what a vault holds. Pure: the time is an argument.
#[derive(Debug)]
pub(super) struct Judge {
    document: Arc<Document>,
}

impl Judge {
    pub(super) const fn new(document: Arc<Document>) -> Self {
        Self { document }
    }

    /// Whether the replies to the app's own values can change the verdict.
    pub(super) fn waits(&self, profile: &Profile, answers: &Answers, now: Time) -> bool {
        waits_for_app(&self.known(profile, answers, now))
    }

    pub(super) fn finding(&self, profile: &Profile, answers: &Answers, now: Time) -> Finding {
        Finding {
            profile: profile.id,
            verdict: diagnose(&self.known(profile, answers, now)),
            checked_at: now,
            judged: self.judged(profile, answers),
        }
    }

    fn known<'a>(&'a self, profile: &'a Profile, answers: &'a Answers, now: Time) -> Known<'a> {
        Known { profile, app: self.document.app_of(profile), answers, now }
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
