//! What lists need to know of each profile, worked out once per change of the vault and not once per frame:
//! how it stands (which takes fingerprints of its values) and what a filter searches.

use std::collections::HashMap;

use super::message::Moment;
use crate::config::Settings;
use crate::domain::document::Document;
use crate::domain::id::ProfileId;
use crate::domain::profile::Profile;
use crate::domain::search::Haystack;
use crate::domain::staleness;
use crate::domain::standing::{self, Mark};
use crate::domain::verdict::{Finding, State};
use crate::ops::snapshot::Snapshot;

/// One line per profile, in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    lines: Vec<Line>,
    numbers: HashMap<ProfileId, u32>,
    texts: Haystack,
    counts: Counts,
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
    fn of(snapshot: &Snapshot, profile: &Profile, finding: Option<&Finding>) -> Self {
        let mark = standing::mark(&snapshot.document, profile.id.into());
        let found = finding.map_or(State::Unknown, |finding| finding.verdict.state());
        Self { id: profile.id, state: mark.map_or(found, Mark::state), mark, judged: finding.is_some() }
    }
}

impl Roster {
    /// Works it out for a whole vault.
    pub fn new(snapshot: &Snapshot) -> Self {
        let document = &snapshot.document;
        let count = document.profile_count();
        let mut roster = Self { lines: Vec::with_capacity(count), ..Self::default() };
        roster.numbers.reserve(count);
        let mut text = String::new();
        for (number, profile) in (0..).zip(document.profiles_by_name()) {
            let finding = snapshot.finding(profile);
            let line = Line::of(snapshot, profile, finding);
            let state = line.state;
            roster.lines.push(line);
            roster.numbers.insert(profile.id, number);
            searched(document, profile, finding, &mut text);
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
        let next = Line::of(snapshot, profile, finding);
        let mut text = String::new();
        searched(&snapshot.document, profile, finding, &mut text);
        self.texts.set(number as usize, profile.name.as_str(), &text);
        if let Some(line) = self.lines.get_mut(number as usize) {
            self.counts.add(line.state, -1);
            self.counts.add(next.state, 1);
            *line = next;
        }
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
        snapshot.findings.get(&id).filter(|_| line.judged)
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
fn searched(document: &Document, profile: &Profile, finding: Option<&Finding>, text: &mut String) {
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
    if let Some(finding) = finding {
        word(finding.verdict.cause.row().word);
    }
}

/// True when a finding is as old as the settings call stale.
pub fn is_stale(finding: &Finding, moment: Moment, settings: &Settings) -> bool {
    staleness::is_stale(finding, moment.now, settings.stale_after)
}
