//! What each job does, in the words of [`crate::ops`].

use std::panic::resume_unwind;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use super::Copy;
use super::desk::{Desk, Epoch};
use super::login::Logins;
use crate::domain::edit::Edit;
use crate::domain::fields::{Credential, Field};
use crate::domain::id::{Owner, ProfileId};
use crate::domain::secret::Secret;
use crate::domain::verdict::Findings;
use crate::failure::Failure;
use crate::ops::check::{Cancel, CheckEvent, Checks, Report};
use crate::ops::rotate;
use crate::ops::session::Session;
use crate::ops::{
    World, copy, drafts, findings, history, init, passwd, refresh, revoke, save, transfer, trust, unlock,
};
use crate::tui::effect::{Draft, ImportSource, Job, RecoveryKey, RotateInput, SecretRef};
use crate::tui::message::{
    CheckSum, Created, Msg, NotSaved, Opened, Reply, RevokeLine, Revoked, RotationStep, Ticket,
};
use crate::tui::sources::Input;

/// What a job needs: cheap to clone, one per job.
#[derive(Clone, Debug)]
pub(super) struct Worker {
    pub(super) world: World,
    pub(super) checks: Checks,
    pub(super) tx: Sender<Input>,
    pub(super) desk: Arc<Desk>,
    pub(super) logins: Arc<Logins>,
}

impl Worker {
    /// Tells the screen something.
    pub(super) fn say(&self, msg: Msg) {
        // Nobody listens any more: then nobody needs to know.
        let _ = self.tx.send(Input::Msg(Box::new(msg)));
    }

    /// Tells the screen what became of a job.
    pub(super) fn reply(&self, ticket: Ticket, reply: Reply) {
        self.say(Msg::Job(ticket, reply));
    }

    /// The value behind a reference, if the vault is open and trusted.
    pub(super) fn secret(&self, what: SecretRef) -> Option<Secret> {
        let session = self.desk.session().filter(Session::is_trusted)?;
        session.document().held(what.owner)?.secret(what.field).cloned()
    }

    /// Does a job that touches the vault.
    pub(super) fn vault(&self, ticket: Ticket, epoch: Epoch, session: Option<Session>, job: Job) {
        let reply = match (job, session) {
            (Job::Unlock { passphrase }, _) => Reply::Unlocked(self.unlock(epoch, passphrase.as_ref())),
            (Job::Init { passphrase, recovery }, _) => {
                Reply::Created(self.init(epoch, &passphrase, recovery))
            }
            (Job::Suggest, _) => Reply::Suggested(init::suggest_passphrase(&self.world)),
            (Job::Rekey { old, new }, _) => Reply::Rekeyed(passwd::passwd(&self.world, &old, &new)),
            (Job::Save { edits, .. }, Some(session)) => Reply::Saved(self.save(epoch, session, edits)),
            (Job::Purge(owner), Some(session)) => Reply::Purged(self.purge(epoch, session, owner)),
            (Job::Reload, Some(session)) => Reply::Reloaded(self.reload(epoch, session)),
            (Job::PreviewImport { source, format, replace }, Some(session)) => {
                Reply::Previewed(self.preview(&session, source, format, replace))
            }
            (Job::Export { owners, format, reach, names, path, over }, Some(session))
                if session.is_trusted() =>
            {
                let order = transfer::Order { names, reach, ..transfer::Order::default() };
                let text = transfer::export(session.document(), &owners, format, &order);
                let text = text.map_err(|failure| transfer::Undelivered { failure, exists: false });
                Reply::Exported(text.and_then(|(text, _)| transfer::deliver(&self.world, &path, &text, over)))
            }
            (Job::FindImports, _) => Reply::FoundImports(transfer::finds(&self.world)),
            (Job::LookAtFiles { files, ask }, _) => {
                Reply::LookedAt(transfer::leftovers(&self.world, &files, ask))
            }
            // Locked meanwhile: the screen that asked is gone.
            (_, _) => Reply::Died,
        };
        self.reply(ticket, reply);
    }

    fn unlock(&self, epoch: Epoch, passphrase: Option<&Secret>) -> Result<Opened, Failure> {
        let session = unlock::unlock(&self.world, passphrase)?;
        let kept = drafts::load(&self.world, &session);
        let drafts = kept.into_iter().map(|draft| Draft { key: draft.key, fields: draft.fields }).collect();
        let notices = trust::notices(&session);
        Ok(Opened { snapshot: self.desk.open(epoch, &session), drafts, notices })
    }

    fn init(&self, epoch: Epoch, passphrase: &Secret, recovery: RecoveryKey) -> Result<Created, Failure> {
        let recovery = match recovery {
            RecoveryKey::Make => init::Recovery::Yes,
            RecoveryKey::Without => init::Recovery::No,
        };
        let made = init::init(&self.world, passphrase, recovery)?;
        Ok(Created { snapshot: self.desk.open(epoch, &made.session), recovery_key: made.recovery_key })
    }

    fn save(
        &self,
        epoch: Epoch,
        asked: Session,
        edits: Vec<Edit>,
    ) -> Result<crate::ops::snapshot::Snapshot, NotSaved> {
        // An earlier save in this lane has moved the vault on; without it the edits would be replayed on older ground.
        let session = self.desk.session().filter(|_| self.desk.epoch() == epoch).unwrap_or(asked);
        match save::save(&self.world, &session, edits) {
            Ok(saved) => Ok(self.desk.put(epoch, &saved)),
            Err(refused) => Err(NotSaved { failure: refused.failure, conflicts: refused.conflicts }),
        }
    }

    fn reload(
        &self,
        epoch: Epoch,
        asked: Session,
    ) -> Result<Option<crate::ops::snapshot::Snapshot>, Failure> {
        let session = self.desk.session().unwrap_or(asked);
        match save::reload(&self.world, &session)? {
            Some(newer) => Ok(Some(self.desk.put(epoch, &newer))),
            None => Ok(self.desk.unseen()),
        }
    }

    fn preview(
        &self,
        session: &Session,
        source: ImportSource,
        format: Option<&'static str>,
        replace: transfer::Replace,
    ) -> Result<transfer::Plan, Failure> {
        let sources = match source {
            ImportSource::Pasted(text) => {
                let named = transfer::Named { text, file_name: None, name: None };
                vec![transfer::Source::new(None, Ok(named))]
            }
            ImportSource::Files(files) => {
                let source = |file: String| {
                    let text = transfer::fetch(&self.world, &file);
                    transfer::Source::new(Some(file), text)
                };
                files.into_iter().map(source).collect()
            }
        };
        let manner = transfer::Manner { format, replace, name: None };
        transfer::plan(&self.world, session.document(), sources, &manner)
    }

    pub(super) fn keep_drafts(&self, session: &Session, forms: &[Draft]) {
        let kept: Vec<drafts::Draft> = forms
            .iter()
            .map(|form| drafts::Draft { key: form.key.clone(), fields: form.fields.clone() })
            .collect();
        if let Err(failure) = drafts::keep(&self.world, session, &kept) {
            self.say(Msg::Trouble(failure));
        }
    }

    /// Asks X, beside other checks. Results go to the screen as they come.
    pub(super) async fn check(
        self,
        ticket: Ticket,
        epoch: Epoch,
        session: Option<Session>,
        profiles: Vec<ProfileId>,
        cancel: Cancel,
    ) {
        let Some(session) = session else { return self.reply(ticket, Reply::Died) };
        let snapshot = session.snapshot();
        let kept: Arc<Mutex<Vec<Edit>>> = Arc::default();
        let (asking, candidates) = (self.clone(), Arc::clone(&kept));
        let tell = move |event: CheckEvent| match event {
            CheckEvent::Started(profile) => asking.reply(ticket, Reply::CheckBegun(profile)),
            CheckEvent::Finished(finding) => asking.reply(ticket, Reply::CheckFound(finding)),
            CheckEvent::App(finding) => asking.reply(ticket, Reply::CheckFoundApp(finding)),
            CheckEvent::Candidate { owner, candidate } => {
                let mut kept = candidates.lock().unwrap_or_else(PoisonError::into_inner);
                kept.push(Edit::AddCandidate { owner, candidate });
            }
        };
        let report = self.checks.run(snapshot, profiles, tell, cancel).await;
        let candidates = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
        // Disks may be slow, and other checks are under way on this thread.
        let ending = move || self.checked(ticket, epoch, session, report, candidates);
        if let Err(broken) = tokio::task::spawn_blocking(ending).await
            && let Ok(mistake) = broken.try_into_panic()
        {
            resume_unwind(mistake);
        }
    }

    /// Keeps what a check has found.
    fn checked(&self, ticket: Ticket, epoch: Epoch, session: Session, report: Report, candidates: Vec<Edit>) {
        let keep = |session: &Session, found: Findings| findings::remember(&self.world, session, found);
        let warning = self.desk.remember(epoch, session.clone(), report.found(), keep);
        let mut notices: Vec<String> = report.trouble.into_iter().map(|failure| failure.what).collect();
        notices.extend(warning);
        if !candidates.is_empty() && session.is_trusted() {
            notices.push(match self.save(epoch, session, candidates) {
                Ok(_) => "X handed over another bearer token: kept as a candidate".to_owned(),
                Err(refused) => {
                    format!("another bearer token came, but could not be kept: {}", refused.failure.what)
                }
            });
        }
        self.reply(ticket, Reply::CheckDone(CheckSum { requests: report.requests, notices }));
    }

    /// Does the next stage of a rotation.
    pub(super) fn rotate(
        &self,
        ticket: Ticket,
        epoch: Epoch,
        session: Option<Session>,
        (owner, credential): (Owner, Credential),
        input: RotateInput,
    ) {
        let Some(session) = self.desk.session().or(session) else { return self.reply(ticket, Reply::Died) };
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
            return self.reply(ticket, Reply::Died);
        };
        let input = match input {
            RotateInput::Go => rotate::Input::Go,
            RotateInput::By(way) => rotate::Input::By(way),
            RotateInput::Pasted(values) => rotate::Input::Pasted(values),
            RotateInput::Abandon => rotate::Input::Abandon,
        };
        let step = runtime.block_on(rotate::step(&self.world, session, owner, credential, input));
        let reply = step.map(|step| RotationStep {
            snapshot: self.desk.put(epoch, &step.session),
            owner,
            credential,
            rotation: step.rotation,
            said: step.said,
            refused: step.refused.map(Box::new),
        });
        self.reply(ticket, Reply::Rotated(reply));
    }

    /// Asks X to kill tokens. Results go to the screen as they come.
    /// Renews the tokens of a profile. It cannot be called off: X says a new pair once.
    pub(super) fn refresh(&self, ticket: Ticket, epoch: Epoch, session: Option<Session>, profile: ProfileId) {
        let Some(session) = self.desk.session().or(session) else { return self.reply(ticket, Reply::Died) };
        let document = session.document();
        let token = document.held(profile.into()).and_then(|held| held.secret(Field::Oauth2AccessToken));
        let Some(rejected) = token.map(|token| document.fingerprints.of(token)) else {
            return self.reply(ticket, Reply::Died);
        };
        let renewed = refresh::refresh(&self.world, &session, profile, refresh::Need::Rejected(rejected));
        let put = |session: &Session, said| Revoked { snapshot: self.desk.put(epoch, session), said };
        let reply = renewed.map(|token| put(&token.session, token.said)).or_else(|stopped| {
            // What this process alone holds is not given up at the first try.
            let unsaved = stopped.unsaved.filter(|unsaved| !unsaved.is_kept());
            let saved = unsaved.and_then(|unsaved| unsaved.save(&self.world, &stopped.session).ok());
            let now = put(saved.as_ref().unwrap_or(&stopped.session), Vec::new());
            saved.map(|_| now).ok_or(stopped.failure)
        });
        self.reply(ticket, Reply::Refreshed(reply));
    }

    pub(super) fn revoke(
        &self,
        ticket: Ticket,
        epoch: Epoch,
        session: Option<Session>,
        target: revoke::Target,
    ) {
        let Some(session) = self.desk.session().or(session) else { return self.reply(ticket, Reply::Died) };
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
            return self.reply(ticket, Reply::Died);
        };
        let plan = revoke::plan(session.document(), target);
        let tell =
            |told: &revoke::Told| self.reply(ticket, Reply::RevokeTold(Box::new(RevokeLine::of(told))));
        let report = runtime.block_on(revoke::revoke(&self.world, session, plan, tell));
        let reply = report.map(|report| Revoked {
            snapshot: self.desk.put(epoch, &report.session),
            said: report
                .unsaved
                .iter()
                .map(|failure| format!("{}: {}", failure.what, failure.because))
                .collect(),
        });
        self.reply(ticket, Reply::Revoked(reply));
    }

    fn purge(&self, epoch: Epoch, asked: Session, owner: Owner) -> Result<Revoked, Failure> {
        let session = self.desk.session().filter(|_| self.desk.epoch() == epoch).unwrap_or(asked);
        let purged = history::purge(&self.world, &session, owner).map_err(|refused| refused.failure)?;
        Ok(Revoked { snapshot: self.desk.put(epoch, &purged.session), said: purged.said })
    }

    /// Puts a value into the clipboard.
    pub(super) fn copy(&self, ticket: Ticket, secret: Option<Secret>, copied: &Mutex<Option<Copy>>) {
        let Some(secret) = secret else { return self.reply(ticket, Reply::Died) };
        let outcome = copy::copy(&self.world, &secret);
        if outcome.is_ok() {
            *copied.lock().unwrap_or_else(PoisonError::into_inner) = Some(Copy::Desktop(secret));
        }
        self.reply(ticket, Reply::Copied(outcome));
    }

    /// Copies what is no secret: nothing is taken back.
    pub(super) fn copy_text(&self, ticket: Ticket, text: String) {
        self.reply(ticket, Reply::TextCopied(copy::copy(&self.world, &Secret::new(text))));
    }

    /// Takes a copy back.
    pub(super) fn clear(&self, ticket: Ticket, secret: &Secret) {
        self.reply(ticket, Reply::Cleared(copy::clear(&self.world, secret).map(Some)));
    }
}
