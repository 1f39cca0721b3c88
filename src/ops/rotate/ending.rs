//! How a stage ends: its edits, in one save.

use super::desk::Desk;
use super::{Ledger, Step};
use crate::domain::credential::{Candidate, Origin};
use crate::domain::edit::Edit;
use crate::domain::fields::Field;
use crate::domain::rotation::{Rotation, Stage, Way};
use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};

impl<S: Ledger> Desk<'_, S> {
    /// The edit that moves the rotation on to `stage`.
    pub(super) fn to(&self, stage: Stage) -> Edit {
        self.becomes(&self.begun(), stage)
    }

    /// The edit that takes the rotation to `stage` of another way.
    pub(super) fn by(&self, way: Way, stage: Stage) -> Edit {
        self.becomes(&self.begun().by(way), stage)
    }

    /// The edit that makes it `rotation`, at `stage`.
    pub(super) fn becomes(&self, rotation: &Rotation, stage: Stage) -> Edit {
        Edit::SetRotation {
            owner: self.owner,
            credential: self.credential,
            was: self.rotation().cloned(),
            to: Some(rotation.at(stage, self.world.clock.now())),
        }
    }

    /// The edit that ends the rotation.
    pub(super) fn over(&self) -> Edit {
        let was = self.rotation().cloned();
        Edit::SetRotation { owner: self.owner, credential: self.credential, was, to: None }
    }

    /// The edit that moves the rotation on to its next stage, or ends it after the last.
    pub(super) fn onward(&self) -> Edit {
        self.begun().next().map_or_else(|| self.over(), |stage| self.to(stage))
    }

    /// Keeps a value beside the current one.
    pub(super) fn keep(&self, field: Field, secret: Secret, origin: Origin) -> Edit {
        let at = self.world.clock.now();
        Edit::AddCandidate { owner: self.owner, candidate: Candidate { field, secret, at, origin } }
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
}
