//! Runs a check: one task per app and per profile, all through one line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::judge::{Judge, candidate};
use super::line::Line;
use super::{AppFinding, Cancel, CheckEvent, Pace, Report, Subject};
use crate::domain::document::Document;
use crate::domain::fields::OwnerKind;
use crate::domain::id::{AppId, ProfileId};
use crate::domain::time::Time;
use crate::failure::{Failure, Kind};
use crate::ops::World;
use crate::x::checks::{Answers, Asking, CheckRow, Values, checks_of};
use crate::x::diagnose::judge_stored;
use crate::x::sign::Stamp;
use crate::x::wire::{Response, SendError};

/// Everything a check needs, shared by its tasks.
#[derive(Clone, Debug)]
pub(super) struct Engine(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    world: World,
    document: Arc<Document>,
    judge: Judge,
    cancel: Cancel,
    pace: Pace,
    line: Line,
    trouble: Mutex<Option<Failure>>,
}

/// What tasks report to the one that runs the check.
enum Note {
    Event(CheckEvent),
    App(AppFinding),
}

type Notes = mpsc::UnboundedSender<Note>;
/// An app's replies, once they are all there.
type AppAnswers = watch::Receiver<Option<Answers>>;

impl Engine {
    pub(super) fn new(pace: Pace, world: World, subject: Subject, cancel: Cancel) -> Self {
        let Subject { document, findings } = subject;
        let line = Line::new(world.settings.concurrency, pace.slot);
        let judge = Judge::new(Arc::clone(&document), findings);
        Self(Arc::new(Shared { world, document, judge, cancel, pace, line, trouble: Mutex::default() }))
    }

    pub(super) async fn run(&self, profiles: &[ProfileId], tx: impl Fn(CheckEvent) + Send) -> Report {
        let (notes, mut heard) = mpsc::unbounded_channel();
        // Dropping the set aborts its tasks: whoever drops this future ends the check.
        let (_tasks, wanted) = self.spawn(profiles, &notes);
        drop(notes);
        let mut report = Report::default();
        while let Some(note) = heard.recv().await {
            match note {
                Note::Event(event) => {
                    if let CheckEvent::Finished(finding) = &event {
                        report.findings.push((**finding).clone());
                    }
                    tx(event);
                }
                Note::App(finding) => report.apps.push(finding),
            }
        }
        for finding in self.0.judge.again(&mut report.findings) {
            tx(CheckEvent::Finished(Box::new(finding)));
        }
        report.apps.sort_by_key(|finding| finding.app);
        report.requests = self.0.line.sent();
        report.cancelled = report.findings.len() < wanted;
        report.trouble = self.0.trouble.lock().unwrap_or_else(PoisonError::into_inner).take();
        report
    }

    /// Starts a task per app, then one per profile: apps first, since several profiles wait for each.
    fn spawn(&self, profiles: &[ProfileId], notes: &Notes) -> (JoinSet<()>, usize) {
        let document = &self.0.document;
        let mut seen = BTreeSet::new();
        let live = |id: &ProfileId| document.profile(*id).filter(|p| p.deleted_at.is_none());
        let profiles: Vec<_> = profiles.iter().filter(|id| seen.insert(**id)).filter_map(live).collect();
        let apps: BTreeSet<AppId> =
            profiles.iter().filter_map(|profile| document.app_of(profile)).map(|app| app.id).collect();
        let mut tasks = JoinSet::new();
        let mut replies: BTreeMap<AppId, AppAnswers> = BTreeMap::new();
        for id in apps {
            let (sender, receiver) = watch::channel(None);
            replies.insert(id, receiver);
            let (engine, notes) = (self.clone(), notes.clone());
            tasks.spawn(async move { engine.unless_cancelled(engine.app(id, &notes, sender)).await });
        }
        for profile in &profiles {
            let id = profile.id;
            let app = document.app_of(profile).and_then(|app| replies.get(&app.id).cloned());
            let (engine, notes) = (self.clone(), notes.clone());
            tasks.spawn(async move { engine.unless_cancelled(engine.profile(id, &notes, app)).await });
        }
        (tasks, profiles.len())
    }

    async fn unless_cancelled(&self, work: impl Future<Output = ()>) {
        tokio::select! {
            biased;
            () = self.0.cancel.cancelled() => {}
            () = work => {}
        }
    }

    async fn app(&self, id: AppId, notes: &Notes, sender: watch::Sender<Option<Answers>>) {
        let Some(app) = self.0.document.app(id) else { return };
        let values = Values::of(Some(&app.held), None);
        let answers = Arc::new(Mutex::new(Answers::default()));
        let mut rows = JoinSet::new();
        for row in checks_of(OwnerKind::App) {
            let (engine, values, answers) = (self.clone(), values.clone(), answers.clone());
            rows.spawn(async move { engine.ask_row(row, &values, &answers).await });
        }
        while rows.join_next().await.is_some() {}
        let answers = answers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(candidate) = candidate(app, &answers, self.0.world.clock.now()) {
            let _ = notes.send(Note::Event(CheckEvent::Candidate { owner: id.into(), candidate }));
        }
        let verdict = judge_stored(app, &answers);
        let finding = AppFinding {
            app: id,
            keys: verdict.keys,
            bearer: verdict.bearer,
            evidence: verdict.evidence,
            checked_at: self.0.world.clock.now(),
        };
        // Whoever runs the check may have gone; the finding is then nobody's.
        let _ = notes.send(Note::App(finding));
        sender.send_replace(Some(answers));
    }

    /// Asks until the answer is clear, which takes two tries at most.
    async fn ask_row(&self, row: &CheckRow, values: &Values, answers: &Mutex<Answers>) {
        loop {
            let Some(answer) = self.ask(row, values, || {}).await else { return };
            let doubtful = {
                let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                (row.hear)(&mut answers, answer);
                (row.doubtful)(&answers)
            };
            if !doubtful {
                return;
            }
            tokio::time::sleep(self.0.pace.again).await;
        }
    }

    /// Asks one question; `None` where a value it takes is not stored.
    async fn ask(
        &self,
        row: &CheckRow,
        values: &Values,
        started: impl FnOnce(),
    ) -> Option<Result<Response, SendError>> {
        let base: &str = &self.0.world.x_base;
        // Whether it can be asked at all is known before a turn is waited for.
        let stamp = Stamp::new([0; 16], Time::from_const(1));
        let _asked = (row.ask)(values, &Asking { base, stamp: &stamp })?;
        let make = || {
            started();
            let stamp = self.stamp()?;
            (row.ask)(values, &Asking { base, stamp: &stamp })
                .ok_or(SendError::Forbidden)?
                .map_err(Into::into)
        };
        Some(self.0.line.send(self.0.world.transport.as_ref(), make).await)
    }

    fn stamp(&self) -> Result<Stamp, SendError> {
        let mut random = [0; 16];
        if let Err(error) = self.0.world.entropy.fill(&mut random) {
            let failure = Failure::new(
                Kind::Network,
                "nothing can be asked of X",
                format!("{error}, and a signature takes some"),
                "look at this machine: it has no working source of randomness",
            );
            *self.0.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
            self.0.cancel.cancel();
            return Err(SendError::NotConnected);
        }
        Ok(Stamp::new(random, self.0.world.clock.now()))
    }

    async fn profile(&self, id: ProfileId, notes: &Notes, app_answers: Option<AppAnswers>) {
        let Some(profile) = self.0.document.profile(id) else { return };
        let app = self.0.document.app_of(profile);
        let values = Values::of(app.map(|app| &app.held), Some(&profile.held));
        let mut answers = Answers::default();
        let started = || drop(notes.send(Note::Event(CheckEvent::Started(id))));
        let mut asked = false;
        for row in checks_of(OwnerKind::Profile) {
            if let Some(answer) = self.ask(row, &values, started).await {
                (row.hear)(&mut answers, answer);
                asked = true;
            }
        }
        if !asked {
            started();
        }
        if let Some(mut app_answers) = app_answers
            && self.0.judge.waits(profile, &answers, self.0.world.clock.now())
            && let Ok(replies) = app_answers.wait_for(Option::is_some).await
            && let Some(replies) = replies.as_ref()
        {
            answers = Answers { account: answers.account.take(), ..replies.clone() };
        }
        let finding = self.0.judge.finding(profile, &answers, self.0.world.clock.now());
        let _ = notes.send(Note::Event(CheckEvent::Finished(Box::new(finding))));
    }
}
