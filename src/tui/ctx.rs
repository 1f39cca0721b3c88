//! The facts all screens share: time, size, theme, the vault as it stands, jobs, notices. Never a key.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::Size;

use super::effect::{Draft, Job, JobKind, SecretRef, Undo};
use super::fresh::Fresh;
use super::keymap::Keymap;
use super::message::{Moment, Ticket};
use super::notice::Notices;
use super::roster::Roster;
use super::theme::Theme;
use crate::config::Settings;
use crate::domain::edit::Edit;
use crate::domain::id::ProfileId;
use crate::domain::verdict::{State, Verdict};
use crate::ops::snapshot::Snapshot;

/// What every screen may read. Only `update` writes it.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// What time it is.
    pub moment: Moment,
    /// The terminal's size.
    pub size: Size,
    /// The settings in force.
    pub settings: Arc<Settings>,
    /// Colours and glyphs.
    pub theme: Theme,
    /// Keys bound otherwise.
    pub keymap: Keymap,
    /// Whether there is a vault, and what opens it.
    pub presence: Presence,
    /// Where a browser would show its pages.
    pub browsing: Browsing,
    /// Where ids of new things come from.
    pub fresh: Fresh,
    /// Forms put aside unsaved: back when the same form is opened again, and after the next unlock.
    pub shelf: Vec<Draft>,
    /// The vault; `None` while locked.
    pub snapshot: Option<Snapshot>,
    /// What lists need to know of each profile.
    pub roster: Roster,
    /// What a banner on every screen says.
    pub banner: Option<Arc<str>>,
    /// The demo's passphrase. `None`: this is no demo.
    pub demo_passphrase: Option<Arc<str>>,
    /// Jobs under way.
    pub jobs: Jobs,
    /// What there is to say.
    pub notices: Notices,
    /// The one value shown in plain.
    pub reveal: Option<Reveal>,
    /// The value in the clipboard that is ours.
    pub copied: Option<Copied>,
    /// What can be taken back, the newest last.
    pub undo: Vec<Taken>,
    /// When the last key, paste or click came, since boot.
    pub touched: Duration,
    /// When the vault was unlocked last, since boot; `None`: not once yet.
    pub unlocked: Option<Duration>,
    /// When something was pasted last: what follows at once is no consent.
    pub pasted: Option<Duration>,
    /// How many screens lie on the stack.
    pub depth: usize,
    /// The end a person asked for, while custody jobs finish.
    pub leaving: Option<super::Exit>,
}

/// Whether there is a vault, and what opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// There is none.
    Absent,
    /// A passphrase opens it.
    Passphrase,
    /// The identity is not encrypted: any key opens it.
    Plain,
}

/// Where a browser would show its pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browsing {
    /// Where the terminal is.
    Here,
    /// Nowhere that this machine knows of: over SSH, say.
    Elsewhere,
}

/// A value shown in plain for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reveal {
    /// Which.
    pub what: SecretRef,
    /// Until when, since boot.
    pub until: Duration,
}

/// A value in the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Which.
    pub what: SecretRef,
    /// Until when, since boot.
    pub until: Duration,
    /// Which way it went: "the desktop clipboard".
    pub way: &'static str,
}

/// Something that can be taken back.
#[derive(Clone, Debug)]
pub struct Taken {
    /// What was done, as a person reads it.
    pub what: String,
    /// The edits that take it back.
    pub edits: Vec<Edit>,
}

/// Jobs under way.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    last: u64,
    running: BTreeMap<Ticket, Running>,
}

/// A job under way.
#[derive(Clone, Debug)]
pub struct Running {
    /// What kind of job.
    pub kind: JobKind,
    /// What it works on, where that is worth a line; visible text.
    pub what: String,
    /// When it began, since boot.
    pub began: Duration,
    /// How far it is.
    pub progress: Option<Progress>,
    /// For a save: its edits and whether it can be taken back.
    pub edits: Option<(Vec<Edit>, Undo)>,
    /// For a copy: which value.
    pub copying: Option<SecretRef>,
}

/// How far a check is, and whom it asks about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How far it is.
    pub tally: Tally,
    /// Profiles whose verdict is still to come.
    pub waiting: BTreeSet<ProfileId>,
    /// Those of them X is being asked about now.
    pub active: BTreeSet<ProfileId>,
    /// Those whose verdict has come.
    pub told: BTreeSet<ProfileId>,
}

/// How far one check is, or several together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Profiles in all.
    pub total: usize,
    /// Verdicts in.
    pub done: usize,
    /// Verdicts that are failures.
    pub failed: usize,
    /// Verdicts in which X says nothing.
    pub silent: usize,
    /// True once a person has cancelled it, or all of them.
    pub cancelled: bool,
}

impl Progress {
    fn of(profiles: &[ProfileId]) -> Self {
        let waiting: BTreeSet<ProfileId> = profiles.iter().copied().collect();
        let tally = Tally { total: waiting.len(), ..Tally::default() };
        Self { tally, waiting, ..Self::default() }
    }

    /// Nobody waits for a verdict on `profile` any more: it has come, or it will be about values that were changed.
    pub fn settle(&mut self, profile: ProfileId) {
        self.waiting.remove(&profile);
        self.active.remove(&profile);
    }

    /// Counts a verdict on `profile`. One that is told twice, since a sibling has shown more, counts once.
    pub fn tell(&mut self, profile: ProfileId, verdict: &Verdict) {
        self.settle(profile);
        if self.told.insert(profile) {
            self.tally.done += 1;
            self.tally.failed += usize::from(verdict.state() == State::Failed);
            self.tally.silent += usize::from(verdict.is_silent());
        }
    }
}

impl Tally {
    fn with(self, other: Self) -> Self {
        Self {
            total: self.total + other.total,
            done: self.done + other.done,
            failed: self.failed + other.failed,
            silent: self.silent + other.silent,
            cancelled: self.cancelled && other.cancelled,
        }
    }
}

impl Jobs {
    /// Enters a job and gives its ticket.
    pub fn enter(&mut self, job: &Job, now: Duration) -> Ticket {
        self.last += 1;
        let ticket = Ticket(self.last);
        let mut running = Running {
            kind: job.kind(),
            what: String::new(),
            began: now,
            progress: None,
            edits: None,
            copying: None,
        };
        match job {
            Job::Check(profiles) => {
                running.progress = Some(Progress::of(profiles));
            }
            Job::Save { edits, what, undo } => {
                running.what.clone_from(what);
                running.edits = Some((edits.clone(), *undo));
            }
            Job::Copy(what) => running.copying = Some(*what),
            _ => {}
        }
        self.running.insert(ticket, running);
        ticket
    }

    /// The job with this ticket.
    pub fn get(&self, ticket: Ticket) -> Option<&Running> {
        self.running.get(&ticket)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, ticket: Ticket) -> Option<&mut Running> {
        self.running.get_mut(&ticket)
    }

    /// Ends a job.
    pub fn end(&mut self, ticket: Ticket) -> Option<Running> {
        self.running.remove(&ticket)
    }

    /// Every job a person may care for, oldest first.
    pub fn listed(&self) -> impl Iterator<Item = (Ticket, &Running)> {
        self.running.iter().filter(|(_, job)| job.kind.listed).map(|(ticket, job)| (*ticket, job))
    }

    /// The custody jobs under way.
    pub fn custody(&self) -> impl Iterator<Item = &Running> {
        self.running.values().filter(|job| job.kind.custody)
    }

    /// How far the checks under way are, as one; `None`: there are none.
    pub fn checks(&self) -> Option<Tally> {
        self.running.values().filter_map(|job| Some(job.progress.as_ref()?.tally)).reduce(Tally::with)
    }

    /// The checks under way.
    pub fn checks_mut(&mut self) -> impl Iterator<Item = &mut Progress> {
        self.running.values_mut().filter_map(|job| job.progress.as_mut())
    }

    /// True while X is being asked about `profile`.
    pub fn is_checking(&self, profile: ProfileId) -> bool {
        self.running.values().any(|job| job.progress.as_ref().is_some_and(|p| p.active.contains(&profile)))
    }

    /// True while a verdict on `profile` is to come by itself: whoever asks now joins those who wait for it.
    pub fn is_under_way(&self, profile: ProfileId) -> bool {
        let waits = |p: &Progress| !p.tally.cancelled && p.waiting.contains(&profile);
        self.running.values().any(|job| job.progress.as_ref().is_some_and(waits))
    }

    /// Drops everything but custody jobs, and what those hold for the screen. Returns what was dropped.
    pub fn drop_all_but_custody(&mut self) -> Vec<Ticket> {
        let gone = self.running.iter().filter(|(_, job)| !job.kind.custody).map(|(t, _)| *t).collect();
        self.running.retain(|_, job| job.kind.custody);
        for job in self.running.values_mut() {
            job.edits = None;
            job.what.clear();
        }
        gone
    }
}

impl Ctx {
    /// The glyph of a running job at this moment; still when none runs.
    pub fn spinner(&self) -> &'static str {
        let frames = self.theme.glyphs.spinner;
        let step = usize::try_from(self.moment.boot.as_millis() / SPINNER.as_millis()).unwrap_or(0);
        frames.get(step % frames.len().max(1)).copied().unwrap_or_default()
    }

    /// True once the vault is open.
    pub const fn is_open(&self) -> bool {
        self.snapshot.is_some()
    }

    /// True in the demo.
    pub const fn is_demo(&self) -> bool {
        self.demo_passphrase.is_some()
    }
}

/// How long one frame of the spinner stays.
pub const SPINNER: Duration = Duration::from_millis(120);
