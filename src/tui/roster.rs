//! What lists need to know of each profile, worked out once per change of the vault and not once per frame:
//! how it stands (which takes fingerprints of its values) and what a filter searches.

use std::collections::HashMap;

use super::message::Moment;
use crate::config::Settings;
use crate::domain::ability::Holdings;
use crate::domain::document::Document;
use crate::domain::hints::{Hint, Hints};
use crate::domain::id::{AppId, ProfileId};
use crate::domain::profile::Profile;
use crate::domain::search::Haystack;
use crate::domain::staleness;
use crate::domain::standing::{self, Mark};
use crate::domain::time::Time;
use crate::domain::verdict::{Cause, Finding, State};
use crate::ops::snapshot::Snapshot;

/// One line per profile, in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    lines: Vec<Line>,
    numbers: HashMap<ProfileId, u32>,
    texts: Haystack,
    counts: Counts,
    hints: Hints,
    /// What X said to the bearer tokens of apps, as far as that still holds.
    bearers: HashMap<AppId, Cause>,
}

/// How one profile stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which.
    pub id: ProfileId,
    /// How it stands; unknown when never checked or when a judged value has changed since.
    pub state: State,
    /// What the vault itself knows to stand against it: that comes before any verdict.
    pub mark: Option<Mark>,
    /// True if the snapshot's finding still holds.
    pub judged: bool,
    /// What its values tell by themselves, where no finding holds.
    pub hinted: Option<Cause>,
}

/// How many profiles stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub all: usize,
    /// X refuses them.
    pub failed: usize,
    /// Something stands in the way.
    pub attention: usize,
    /// Nothing is known.
    pub unknown: usize,
    /// Fine.
    pub ok: usize,
}

impl Counts {
    /// Those that need somebody.
    pub const fn needing(self) -> usize {
        self.failed + self.attention
    }

    fn add(&mut self, state: State, by: isize) {
        let slot = match state {
            State::Failed => &mut self.failed,
            State::Attention => &mut self.attention,
            State::Unknown => &mut self.unknown,
            State::Ok => &mut self.ok,
        };
        *slot = slot.saturating_add_signed(by);
    }
}

impl Line {
    fn of(snapshot: &Snapshot, hints: &Hints, profile: &Profile, finding: Option<&Finding>) -> Self {
        let document = &snapshot.document;
        let mark = standing::mark(document, profile.id.into());
        let found = finding.map(|finding| finding.verdict.state());
        let hint = hints.first(document, profile).filter(|_| finding.is_none());
        let state = mark.map(Mark::state).or(found).or_else(|| hint.map(Hint::state));
        Self {
            id: profile.id,
            state: state.unwrap_or(State::Unknown),
            mark,
            judged: finding.is_some(),
            hinted: hint.map(|hint| hint.cause),
        }
    }
}

impl Line {
    fn cause(&self, finding: Option<&Finding>) -> Option<Cause> {
        finding.map(|finding| finding.verdict.cause).or(self.hinted)
    }
}

impl Roster {
    /// Works it out for a whole vault, as of `now`.
    pub fn new(snapshot: &Snapshot, now: Time) -> Self {
        let document = &snapshot.document;
        let count = document.profile_count();
        let hints = snapshot.hints(now);
        let bearer = |app: &AppId| Some((*app, snapshot.app_finding(*app)?.bearer?));
        let bearers = snapshot.findings.apps.keys().filter_map(bearer).collect();
        let mut roster = Self { lines: Vec::with_capacity(count), hints, bearers, ..Self::default() };
        roster.numbers.reserve(count);
        let mut text = String::new();
        for (number, profile) in (0..).zip(document.profiles_by_name()) {
            let finding = snapshot.finding(profile);
            let line = Line::of(snapshot, &roster.hints, profile, finding);
            let (state, cause) = (line.state, line.cause(finding));
            roster.lines.push(line);
            roster.numbers.insert(profile.id, number);
            searched(document, profile, cause, &mut text);
            roster.texts.push(profile.name.as_str(), &text);
            roster.counts.add(state, 1);
        }
        roster.counts.all = roster.lines.len();
        roster
    }

    /// Takes in one more finding, which `snapshot` holds already.
    pub fn found(&mut self, snapshot: &Snapshot, id: ProfileId) {
        let Some(number) = self.number(id) else { return };
        let Some(profile) = snapshot.document.profile(id) else { return };
        let finding = snapshot.finding(profile);
        let next = Line::of(snapshot, &self.hints, profile, finding);
        let mut text = String::new();
        searched(&snapshot.document, profile, next.cause(finding), &mut text);
        self.texts.set(number as usize, profile.name.as_str(), &text);
        if let Some(line) = self.lines.get_mut(number as usize) {
            self.counts.add(line.state, -1);
            self.counts.add(next.state, 1);
            *line = next;
        }
    }

    /// Takes in one more finding on an app, which `snapshot` holds already.
    pub fn found_app(&mut self, snapshot: &Snapshot, id: AppId) {
        match snapshot.app_finding(id).and_then(|finding| finding.bearer) {
            Some(cause) => drop(self.bearers.insert(id, cause)),
            None => drop(self.bearers.remove(&id)),
        }
    }

    /// What `profile` holds, as far as the vault itself and checks tell.
    pub fn holdings<'a>(&self, snapshot: &'a Snapshot, profile: &'a Profile) -> Holdings<'a> {
        let bearer = profile.app.and_then(|app| self.bearers.get(&app).copied());
        Holdings::of(&snapshot.document, profile, self.finding(snapshot, profile.id)).with_bearer(bearer)
    }

    /// Every line, in the order of the names.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The line with this number.
    pub fn line(&self, number: u32) -> Option<&Line> {
        self.lines.get(number as usize)
    }

    /// The number of a profile's line.
    pub fn number(&self, id: ProfileId) -> Option<u32> {
        self.numbers.get(&id).copied()
    }

    /// How `id` stands.
    pub fn state(&self, id: ProfileId) -> State {
        self.number(id).and_then(|number| self.line(number)).map_or(State::Unknown, |line| line.state)
    }

    /// What the vault itself knows to stand against `id`.
    pub fn mark(&self, id: ProfileId) -> Option<Mark> {
        self.line(self.number(id)?)?.mark
    }

    /// The finding on `id`, if it still holds.
    pub fn finding<'a>(&self, snapshot: &'a Snapshot, id: ProfileId) -> Option<&'a Finding> {
        let line = self.line(self.number(id)?)?;
        snapshot.findings.profiles.get(&id).filter(|_| line.judged)
    }

    /// What the values of `id` tell by themselves, as long as no finding on it holds.
    pub fn hint(&self, snapshot: &Snapshot, id: ProfileId) -> Option<&Hint> {
        self.line(self.number(id)?)?.hinted?;
        self.hints.first(&snapshot.document, snapshot.document.profile(id)?)
    }

    /// What the values of an app tell by themselves.
    pub fn hints_on(&self, app: AppId) -> &[Hint] {
        self.hints.on_app(app)
    }

    /// What a filter searches, by the numbers of the lines.
    pub const fn texts(&self) -> &Haystack {
        &self.texts
    }

    /// How many profiles stand how.
    pub const fn counts(&self) -> Counts {
        self.counts
    }
}

/// Handle, app, tags and cause word of a profile.
fn searched(document: &Document, profile: &Profile, cause: Option<Cause>, text: &mut String) {
    text.clear();
    let mut word = |word: &str| {
        text.push(' ');
        text.push_str(word);
    };
    if let Some(handle) = &profile.handle {
        word(handle.as_str());
    }
    if let Some(app) = document.app_of(profile) {
        word(app.name.as_str());
    }
    for tag in &profile.tags {
        word(tag.as_str());
    }
    if let Some(cause) = cause {
        word(cause.row().word);
    }
}

/// True when a finding is as old as the settings call stale.
pub fn is_stale(finding: &Finding, moment: Moment, settings: &Settings) -> bool {
    staleness::is_stale(finding, moment.now, settings.stale_after)
}
