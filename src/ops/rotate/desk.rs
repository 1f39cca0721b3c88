//! What every stage works with: the vault, X, and the one save at its end.

use std::time::Duration;

use super::pasted::recognised;
use super::{Ledger, Step};
use crate::domain::app::App;
use crate::domain::credential::{Candidate, Held, Origin};
use crate::domain::document::Document;
use crate::domain::edit::{self, Edit};
use crate::domain::fields::{Credential, Field, OwnerKind};
use crate::domain::id::Owner;
use crate::domain::profile::Profile;
use crate::domain::rotation::{Rotation, Stage, Way};
use crate::domain::secret::Secret;
use crate::domain::verdict::{Cause, Verdict};
use crate::failure::{Failure, Kind};
use crate::ops::{World, console};
use crate::x::checks::Answers;
use crate::x::diagnose::judge_app;
use crate::x::endpoints::oauth2_token;
use crate::x::sign::{Pair, SignError, Stamp};
use crate::x::wire::{Request, Response, SendError};

/// One stage under way.
pub(super) struct Desk<'w, S> {
    pub(super) world: &'w World,
    pub(super) session: S,
    pub(super) owner: Owner,
    pub(super) credential: Credential,
    pause: Duration,
}

impl<'w, S: Ledger> Desk<'w, S> {
    /// Sits down to rotate `credential` of `owner`; an app's credential asked of a profile is its app's.
    pub(super) fn open(
        pause: Duration,
        world: &'w World,
        session: S,
        owner: Owner,
        credential: Credential,
    ) -> Result<Self, Failure> {
        let holder = credential.fields().first().and_then(|field| session.document().holder(owner, *field));
        let live = holder.filter(|holder| session.document().held(*holder).is_some());
        match live {
            Some(owner) => Ok(Self { world, session, owner, credential, pause }),
            None => Err(Failure::new(
                Kind::Usage,
                format!("there is no “{}” to rotate here", credential.row().label),
                match credential.held_by() {
                    OwnerKind::App => "the profile is attached to no app",
                    OwnerKind::Profile => "an app has no access token of its own: its profiles have",
                },
                "name the app or profile that holds it",
            )),
        }
    }

    pub(super) fn document(&self) -> &Document {
        self.session.document()
    }

    pub(super) fn held(&self) -> Option<&Held> {
        self.document().held(self.owner)
    }

    /// The app: the owner itself, or the profile's.
    pub(super) fn app(&self) -> Option<&App> {
        match self.owner {
            Owner::App(id) => self.document().app(id),
            Owner::Profile(id) => self.document().app_of(self.document().profile(id)?),
        }
    }

    /// The owner, where it is a profile.
    pub(super) fn profile(&self) -> Option<&Profile> {
        match self.owner {
            Owner::App(_) => None,
            Owner::Profile(id) => self.document().profile(id),
        }
    }

    pub(super) fn rotation(&self) -> Option<&Rotation> {
        self.held()?.rotation(self.credential)
    }

    /// The stage to do next; `None`: the rotation has not begun.
    pub(super) fn stage(&self) -> Option<Stage> {
        self.rotation().map(|rotation| rotation.stage)
    }

    pub(super) fn name(&self) -> String {
        self.document().name_of(self.owner).map(ToString::to_string).unwrap_or_default()
    }

    // Asking X.

    /// Sends one request, built with a fresh stamp.
    pub(super) async fn send(
        &self,
        make: impl FnOnce(&Stamp) -> Result<Request, SignError>,
    ) -> Result<Response, SendError> {
        let mut random = [0; 16];
        // Without randomness there is no signature; nothing is sent then.
        self.world.entropy.fill(&mut random).or(Err(SendError::NotConnected))?;
        let request = make(&Stamp::new(random, self.world.clock.now()))?;
        self.world.transport.send(request).await
    }

    /// Tries the app's key and secret, a second time after a pause where X may only have meant "too often": the
    /// bearer token X hands over.
    pub(super) async fn live_bearer(&self) -> Result<Secret, Failure> {
        let answers = self.ask_app_keys().await?;
        let bearer = answers.app_keys.as_ref().and_then(|reply| reply.given()).cloned();
        bearer.ok_or_else(|| {
            let verdict = judge_app(&answers);
            failure(verdict.keys, &verdict.evidence)
        })
    }

    pub(super) async fn ask_app_keys(&self) -> Result<Answers, Failure> {
        let (key, secret) = self.app_pair()?;
        let pair = Pair { id: &key, secret: &secret };
        let mut answers = Answers::default();
        loop {
            let answer = self.send(|_| Ok(oauth2_token::request(&self.world.x_base, pair))).await;
            answers.app_keys = Some(oauth2_token::read(answer));
            answers.app_keys_tries += 1;
            if !(crate::x::checks::app_keys::ROW.doubtful)(&answers) {
                return Ok(answers);
            }
            tokio::time::sleep(self.pause).await;
        }
    }

    /// The app's key and secret.
    pub(super) fn app_pair(&self) -> Result<(Secret, Secret), Failure> {
        let held = self.app().map(|app| &app.held);
        let of = |field| held.and_then(|held| held.secret(field)).cloned();
        of(Field::ApiKey).zip(of(Field::ApiSecret)).ok_or_else(|| {
            Failure::new(
                Kind::Usage,
                format!("“{}” cannot be rotated", self.credential.row().label),
                "the API key and secret of the app are not both stored",
                "edit the app and fill them in",
            )
        })
    }

    // Ending a stage.

    /// The rotation as it stands; one that has not begun stands at its first stage.
    pub(super) fn begun(&self) -> Rotation {
        let now = self.world.clock.now();
        self.rotation().cloned().unwrap_or_else(|| Rotation::begin(self.credential, now))
    }

    /// The edit that moves the rotation on to `stage`.
    pub(super) fn to(&self, stage: Stage) -> Edit {
        self.becomes(&self.begun(), stage)
    }

    /// The edit that takes the rotation to `stage` of another way.
    pub(super) fn by(&self, way: Way, stage: Stage) -> Edit {
        self.becomes(&self.begun().by(way), stage)
    }

    fn becomes(&self, rotation: &Rotation, stage: Stage) -> Edit {
        Edit::SetRotation {
            owner: self.owner,
            credential: self.credential,
            was: self.rotation().cloned(),
            to: Some(rotation.at(stage, self.world.clock.now())),
        }
    }

    fn over(&self) -> Edit {
        let was = self.rotation().cloned();
        Edit::SetRotation { owner: self.owner, credential: self.credential, was, to: None }
    }

    /// Keeps a value beside the current one.
    pub(super) fn keep(&self, field: Field, secret: Secret) -> Edit {
        let at = self.world.clock.now();
        let candidate = Candidate { field, secret, at, origin: Origin::Rotation };
        Edit::AddCandidate { owner: self.owner, candidate }
    }

    /// Saves the stage. This is the only save of a step, so that a failed one leaves the caller's session good.
    pub(super) async fn end(self, edits: Vec<Edit>, said: Vec<String>) -> Result<Step<S>, Failure> {
        let (world, session) = (self.world.clone(), self.session.clone());
        let saved = tokio::task::spawn_blocking(move || session.save(&world, edits)).await;
        let session = saved.map_err(|_stopped| {
            Failure::new(
                Kind::NotSaved,
                "the stage was not saved",
                "the program stopped in the middle of it",
                "start again; the rotation resumes where it was",
            )
        })??;
        let rotation = session.document().held(self.owner).and_then(|held| held.rotation(self.credential));
        let rotation = rotation.cloned();
        Ok(Step { done: rotation.is_none(), rotation, session, said, refused: None })
    }

    /// The stage that brings the candidate: the one before it is tried.
    fn source(&self) -> Stage {
        let plan = self.begun().plan();
        let before = plan.iter().take_while(|stage| **stage < Stage::Verify).last();
        before.copied().unwrap_or(Stage::Review)
    }

    /// Saves that the candidate was refused: the rotation goes back to where it came from.
    pub(super) async fn refuse(self, refusal: Failure) -> Result<Step<S>, Failure> {
        let back = self.to(self.source());
        let said = vec![
            format!("{}: {}", refusal.what, refusal.because),
            "the value is kept as a candidate; the old one stays in place".to_owned(),
            refusal.try_this.clone(),
        ];
        Ok(Step { refused: Some(refusal), ..self.end(vec![back], said).await? })
    }

    /// A mistake in what was asked for.
    pub(super) fn usage(&self, because: &str, try_this: &str) -> Failure {
        let what = format!(
            "the rotation of “{}” of “{}” stays where it is",
            self.credential.row().label,
            self.name()
        );
        Failure::new(Kind::Usage, what, because, try_this)
    }

    // Stages that all credentials share.

    /// Sends the person to the console.
    pub(super) async fn send_to_console(self, mut said: Vec<String>) -> Result<Step<S>, Failure> {
        if let Some(page) = console::page(self.credential) {
            // The address is said as well, so a machine without a browser loses nothing.
            let _ = self.world.browser.open(&page.url);
            said.extend(page.steps);
            said.push(format!("regenerate it in X's console, {}, then paste the new value here", page.url));
        }
        let edits = vec![self.by(Way::Console, Stage::Console)];
        self.end(edits, said).await
    }

    pub(super) async fn after_console(self) -> Result<Step<S>, Failure> {
        let edits = vec![self.to(Stage::Paste)];
        let said = vec!["paste the new value; it is verified before anything is replaced".to_owned()];
        self.end(edits, said).await
    }

    pub(super) async fn paste(self, values: Vec<(Field, Secret)>) -> Result<Step<S>, Failure> {
        let current = |field| self.held().and_then(|held| held.secret(field));
        let pasted = recognised(self.credential, values)
            .map_err(|doubt| self.usage(&doubt, "paste the new value again, whole"))?;
        if pasted.values.iter().all(|(field, value)| current(*field) == Some(value)) {
            return Err(self.usage(
                "this is the value that is stored already",
                "regenerate it in the console first, then paste what it shows",
            ));
        }
        let keep = |(field, value)| self.keep(field, value);
        let mut edits: Vec<Edit> = pasted.values.into_iter().map(keep).collect();
        edits.push(self.by(Way::Console, Stage::Verify));
        let mut said = pasted.notes;
        said.push("the pasted value is kept as a candidate until it is verified".to_owned());
        self.end(edits, said).await
    }

    /// The newest candidate for each field of the credential.
    pub(super) fn candidates(&self) -> Result<Vec<(Field, Secret)>, Failure> {
        let newest = |field: &Field| {
            let candidate = self.held()?.candidate(*field)?;
            Some((*field, candidate.secret.clone()))
        };
        let all: Option<Vec<_>> = self.credential.fields().iter().map(newest).collect();
        all.ok_or_else(|| self.usage("there is no new value to try", "abandon this rotation and begin again"))
    }

    /// Candidate becomes current, the old value history, in one save.
    pub(super) async fn promote(self) -> Result<Step<S>, Failure> {
        let (values, now) = (self.candidates()?, self.world.clock.now());
        let values = values.into_iter().map(|(field, value)| (field, Some(value)));
        let mut edits = edit::set_fields(self.document(), self.owner, values, Origin::Rotation, now);
        let dead = self.dies_with_promotion().then(|| edit::killed(self.document(), &edits, now));
        for edit in &mut edits {
            if let Edit::SetField { issued_at, .. } = edit {
                *issued_at = Some(now);
            }
        }
        edits.extend(dead.into_iter().flatten());
        edits.push(Edit::DropCandidates { owner: self.owner, credential: self.credential });
        edits.push(self.over());
        let said = vec![
            format!("the new {} of “{}” is in place", self.credential.row().label, self.name()),
            "the old one is in the history: a record, not a way back, since X has killed it".to_owned(),
        ];
        self.end(edits, said).await
    }

    /// Whether X is known to honour one value at a time of what is promoted, so that the old one is dead. That a login
    /// kills what the one before it brought is not documented well enough to say so.
    fn dies_with_promotion(&self) -> bool {
        self.begun().way != Way::Login
    }

    pub(super) async fn abandon(self) -> Result<Step<S>, Failure> {
        let killed = self.rotation().is_some_and(Rotation::may_be_dead);
        let mut said = vec!["the rotation is over; nothing was replaced".to_owned()];
        if killed {
            let warning =
                "X may have killed the stored value: check the profiles, and look at the candidates";
            said.push(warning.to_owned());
        }
        let edits = vec![self.over()];
        self.end(edits, said).await
    }
}

/// The failure that a cause amounts to.
pub(super) fn failure(cause: Cause, evidence: &[String]) -> Failure {
    let row = cause.row();
    let kind = match cause {
        Cause::Unreachable | Cause::XDown | Cause::RateLimited => Kind::Network,
        Cause::MissingField => Kind::Usage,
        _ => Kind::Found,
    };
    let because = if evidence.is_empty() { row.because.to_owned() } else { evidence.join("; ") };
    Failure::new(kind, row.what, because, row.try_this)
}

/// The failure that a verdict amounts to.
pub(super) fn failure_of(verdict: &Verdict) -> Failure {
    failure(verdict.cause, &verdict.evidence)
}
