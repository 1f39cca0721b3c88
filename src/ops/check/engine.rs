//! One check: a task per app and one per profile, each with its own questions.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};

use super::asking::{Asker, Question};
use super::flights::Role;
use super::hub::Hub;
use super::judge::{Judge, candidate, of_app};
use super::windows::{counts_for, fingerprint};
use super::{Cancel, CheckEvent, Report, Subject};
use crate::domain::document::Document;
use crate::domain::fields::OwnerKind;
use crate::domain::id::{AppId, ProfileId};
use crate::domain::profile::Profile;
use crate::failure::{Failure, Kind};
use crate::ops::World;
use crate::x::checks::{Answers, Values, checks_of};

/// Everything a check needs, shared by its tasks.
#[derive(Clone, Debug)]
pub(super) struct Engine(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    world: World,
    document: Arc<Document>,
    judge: Judge,
    cancel: Cancel,
    hub: Arc<Hub>,
    asker: Asker,
}

/// What tasks report to the one that runs the check.
type Notes = mpsc::UnboundedSender<CheckEvent>;
/// An app's replies, once they are all there.
type AppAnswers = watch::Receiver<Option<Arc<Answers>>>;

impl Engine {
    pub(super) fn new(hub: Arc<Hub>, subject: Subject, cancel: Cancel) -> Self {
        let Subject { document, findings } = subject;
        let asker = Asker::new(Arc::clone(&hub), cancel.clone());
        let judge = Judge::new(Arc::clone(&document), findings);
        Self(Arc::new(Shared { world: hub.world.clone(), document, judge, cancel, hub, asker }))
    }

    pub(super) async fn run(&self, profiles: &[ProfileId], tx: impl Fn(CheckEvent) + Send) -> Report {
        let (notes, mut heard) = mpsc::unbounded_channel();
        // Dropping the set aborts its tasks: whoever drops this future ends the check.
        let (mut tasks, wanted) = self.spawn(profiles, &notes);
        drop(notes);
        let mut report = Report::default();
        while let Some(event) = heard.recv().await {
            match &event {
                CheckEvent::Finished(finding) => report.findings.push((**finding).clone()),
                CheckEvent::App(finding) => report.apps.push((**finding).clone()),
                CheckEvent::Started(_) | CheckEvent::Candidate { .. } => {}
            }
            tx(event);
        }
        for finding in self.0.judge.again(&mut report.findings) {
            tx(CheckEvent::Finished(Box::new(finding)));
        }
        report.apps.sort_by_key(|finding| finding.app);
        report.cancelled = report.findings.len() < wanted;
        self.0.asker.account(&mut report);
        while let Some(ended) = tasks.join_next().await {
            if ended.is_err_and(|error: JoinError| error.is_panic()) && report.trouble.is_none() {
                report.trouble = Some(broke_off());
            }
        }
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
        let owners = profiles.iter().map(|profile| counts_for(&self.0.document, profile)).collect();
        self.0.hub.windows.begin(&owners, self.0.world.clock.now());
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

    async fn app(&self, id: AppId, notes: &Notes, sender: watch::Sender<Option<Arc<Answers>>>) {
        let Some(app) = self.0.document.app(id) else { return };
        let values = Values::of(Some(&app.held), None);
        let key = (id, fingerprint(&self.0.document, &values));
        let (answers, role) = self.0.hub.apps.join(key, || {}, self.ask_app(id, &values)).await;
        // Whoever runs the check may have gone; what was found is then nobody's.
        if role == Role::Leader
            && let Some(candidate) = candidate(app, &answers, self.0.world.clock.now())
        {
            let _ = notes.send(CheckEvent::Candidate { owner: id.into(), candidate });
        }
        let finding = of_app(&self.0.document, app, &answers, self.0.world.clock.now());
        let _ = notes.send(CheckEvent::App(Box::new(finding)));
        sender.send_replace(Some(answers));
    }

    /// Puts the questions about an app, all at once.
    async fn ask_app(&self, id: AppId, values: &Values) -> Arc<Answers> {
        let who = fingerprint(&self.0.document, values);
        let answers = Arc::new(Mutex::new(Answers::default()));
        let mut rows = JoinSet::new();
        for row in checks_of(OwnerKind::App) {
            let (engine, values, answers) = (self.clone(), values.clone(), answers.clone());
            rows.spawn(async move {
                let question = Question { row, values: &values, who, place: (id.into(), row.request) };
                engine.0.asker.ask_until_clear(&question, &answers).await;
            });
        }
        while let Some(ended) = rows.join_next().await {
            if let Err(Ok(mistake)) = ended.map_err(JoinError::try_into_panic) {
                resume_unwind(mistake);
            }
        }
        let answers = answers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Arc::new(answers)
    }

    async fn profile(&self, id: ProfileId, notes: &Notes, app_answers: Option<AppAnswers>) {
        let Some(profile) = self.0.document.profile(id) else { return };
        let app = self.0.document.app_of(profile);
        let values = Values::of(app.map(|app| &app.held), Some(&profile.held));
        let started = || drop(notes.send(CheckEvent::Started(id)));
        let key = (id, fingerprint(&self.0.document, &values));
        let ask = self.ask_profile(profile, &values, started);
        let (answers, _) = self.0.hub.profiles.join(key, started, ask).await;
        let mut answers = answers.as_ref().clone();
        if let Some(mut app_answers) = app_answers
            && self.0.judge.waits(profile, &answers, self.0.world.clock.now())
            && let Ok(replies) = app_answers.wait_for(Option::is_some).await
            && let Some(replies) = replies.as_ref()
        {
            answers = Answers { account: answers.account.take(), ..replies.as_ref().clone() };
        }
        let finding = self.0.judge.finding(profile, &answers, self.0.world.clock.now());
        let _ = notes.send(CheckEvent::Finished(Box::new(finding)));
    }

    /// Puts the questions about a profile. `started` is called once, when the first one goes out or none will.
    async fn ask_profile(
        &self,
        profile: &Profile,
        values: &Values,
        started: impl Fn() + Sync,
    ) -> Arc<Answers> {
        let who = fingerprint(&self.0.document, values);
        let mut answers = Answers::default();
        let told = AtomicBool::new(false);
        let once = || {
            if !told.swap(true, Ordering::Relaxed) {
                started();
            }
        };
        for row in checks_of(OwnerKind::Profile) {
            let question =
                Question { row, values, who, place: (counts_for(&self.0.document, profile), row.request) };
            if let Some(answer) = self.0.asker.ask(&question, &mut 0, &once).await {
                (row.hear)(&mut answers, answer);
            }
        }
        once();
        Arc::new(answers)
    }
}

fn broke_off() -> Failure {
    Failure::new(
        Kind::Network,
        "some profiles could not be checked",
        "a mistake in birdkeep ended part of the check",
        "check again; if it stays, report it",
    )
}
