//! What X has said about how often it may be asked, and what that means for the next request.
//!
//! One hatch per app and endpoint, shared by all the app's profiles. Nothing here waits for a window to open: what
//! would be one too many is held back at once, with the time when asking makes sense again.

mod hatch;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use self::hatch::{Hatch, Look};
use crate::domain::document::Document;
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::Owner;
use crate::domain::profile::Profile;
use crate::domain::time::Time;
use crate::domain::verdict::Finding;
use crate::x::checks::{Values, checks_of};
use crate::x::hold::{Hold, Why};
use crate::x::limit::LONGEST;
use crate::x::wire::{Response, SendError};

/// Where a request goes: through which app, to which endpoint. A profile without an app stands alone.
pub(super) type Place = (Owner, &'static str);

/// Whose windows a profile's requests use up.
pub(super) fn counts_for(document: &Document, profile: &Profile) -> Owner {
    document.app_of(profile).map_or(Owner::Profile(profile.id), |app| Owner::App(app.id))
}

/// What tells these values from others.
pub(super) fn fingerprint(document: &Document, values: &Values) -> Fingerprint {
    document.fingerprints.of_all([
        values.api_key.as_ref(),
        values.api_secret.as_ref(),
        values.bearer_token.as_ref(),
        values.access_token.as_ref(),
        values.access_secret.as_ref(),
        values.oauth2_access_token.as_ref(),
    ])
}

/// The hatches.
#[derive(Debug)]
pub(super) struct Windows {
    hatches: Mutex<BTreeMap<Place, Entry>>,
    /// How long anybody waits for the answer to another's request.
    patience: Duration,
}

#[derive(Debug, Default)]
struct Entry {
    hatch: Hatch,
    /// Told whenever the hatch may have changed.
    news: watch::Sender<()>,
}

/// Whether it goes although other answers might decide: they have been waited for long enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Insist {
    Yes,
    No,
}

/// Leave to send one request. Dropped without an answer, it says nothing about X.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    windows: &'a Windows,
    place: Place,
    who: Fingerprint,
}

impl Windows {
    pub(super) fn new(patience: Duration) -> Self {
        Self { hatches: Mutex::default(), patience }
    }

    /// Somebody asks for a check through `owners`, by hand: what was shut without a reason given is tried again.
    pub(super) fn begin(&self, owners: &BTreeSet<Owner>, now: Time) {
        let mut hatches = self.lock();
        for ((owner, _), entry) in &mut *hatches {
            if owners.contains(owner) {
                entry.hatch.begin(now);
            }
        }
    }

    /// What an earlier check found of `finding`'s profile, if that was "too often" and until when.
    pub(super) fn recall(&self, document: &Document, finding: &Finding) {
        let Some((until, told_at)) = finding.rests() else { return };
        let Some(profile) = document.profile(finding.profile) else { return };
        let values = Values::of(document.app_of(profile).map(|app| &app.held), Some(&profile.held));
        let unchanged =
            |(field, was): &(Field, Fingerprint)| document.fingerprints.of_all([values.get(*field)]) == *was;
        let near = (1..=LONGEST).contains(&until.since(told_at));
        if near && finding.judged.iter().all(unchanged) {
            let hold = Hold { why: Why::Told, until: Some(until) };
            let who = fingerprint(document, &values);
            for row in checks_of(OwnerKind::Profile) {
                let place = (counts_for(document, profile), row.request);
                self.lock().entry(place).or_default().hatch.recall(who, hold);
            }
        }
    }

    /// Comes back when a request at `place` in the name of `who` may go, or with why it may not. Waits for other
    /// answers where they decide, but not for long: a slow one must not hold the others.
    pub(super) async fn ready(
        &self,
        place: Place,
        who: Fingerprint,
        now: impl Fn() -> Time,
    ) -> Result<Insist, Hold> {
        loop {
            let mut news = {
                let mut hatches = self.lock();
                let Entry { hatch, news } = hatches.entry(place).or_default();
                match hatch.look(who, now()) {
                    Look::Go => return Ok(Insist::No),
                    Look::Shut(hold) => return Err(hold),
                    Look::Wait => news.subscribe(),
                }
            };
            if tokio::time::timeout(self.patience, news.changed()).await.is_err() {
                return Ok(Insist::Yes);
            }
        }
    }

    /// Leave to send now; `None`: it has to be waited for again, since others were faster.
    pub(super) fn pass(
        &self,
        place: Place,
        who: Fingerprint,
        now: Time,
        insist: Insist,
    ) -> Result<Option<Pass<'_>>, Hold> {
        let mut hatches = self.lock();
        let hatch = &mut hatches.entry(place).or_default().hatch;
        match (hatch.look(who, now), insist) {
            (Look::Shut(hold), _) => Err(hold),
            (Look::Wait, Insist::No) => Ok(None),
            (Look::Go, _) | (Look::Wait, Insist::Yes) => {
                hatch.go();
                Ok(Some(Pass { windows: self, place, who }))
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Place, Entry>> {
        self.hatches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass<'_> {
    /// Says what came of the request.
    pub(super) fn heard(&self, answer: &Result<Response, SendError>, now: Time) {
        if let Some(entry) = self.windows.lock().get_mut(&self.place) {
            entry.hatch.hear(self.who, answer, now);
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.windows.lock().get_mut(&self.place) {
            entry.hatch.leave();
            entry.news.send_replace(());
        }
    }
}
