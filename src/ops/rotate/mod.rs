//! Replaces a credential, stage by stage, each saved before the next begins.
//!
//! At no moment does the vault hold neither value: the old one stays in place until the new one has been verified,
//! and a new one is kept as a candidate from the moment it is known. When X has been asked to kill the old one, the
//! saved stage says so.

mod access;
mod bearer;
mod desk;
mod impact;
mod pasted;

use std::time::Duration;

use self::desk::Desk;
pub use self::impact::impact;

use super::World;
use crate::domain::document::Document;
use crate::domain::edit::Edit;
use crate::domain::fields::{Credential, Field};
use crate::domain::id::Owner;
use crate::domain::rotation::{Rotation, Stage};
use crate::domain::secret::Secret;
use crate::failure::Failure;

/// Pause before a refusal that can mean "asked too often" is asked about once more.
const PAUSE: Duration = Duration::from_secs(3);

/// What a rotation reads from and saves to: the unlocked vault.
pub trait Ledger: Clone + Send + 'static {
    /// The document as last loaded or saved.
    fn document(&self) -> &Document;
    /// Saves `edits`; blocks until they are on disk.
    ///
    /// # Errors
    /// Nothing was saved then.
    fn save(&self, world: &World, edits: Vec<Edit>) -> Result<Self, Failure>;
}

/// What a person (or `--yes`) says to the present stage.
#[derive(Clone, Debug)]
pub enum Input {
    /// Do it.
    Go,
    /// These are the new values.
    Pasted(Vec<(Field, Secret)>),
    /// Stop rotating. What X has already done stays done, and fetched values stay candidates.
    Abandon,
}

/// One stage done, or one that X would not let pass.
#[derive(Clone, Debug)]
pub struct Step<S> {
    /// The vault after it.
    pub session: S,
    /// Where the rotation stands; its stage is the next to do. `None`: there is none any more.
    pub rotation: Option<Rotation>,
    /// What happened, and what to do next: one sentence each, the most important last.
    pub said: Vec<String>,
    /// True when the new value is in place, or the rotation has ended otherwise.
    pub done: bool,
    /// The new value was tried and refused: it stays a candidate, the old one stays in place.
    pub refused: Option<Failure>,
}

/// Does the next stage and saves it, in one save; the first call begins the rotation. A custody job: once begun it
/// must be left to finish. Must run inside a tokio runtime.
///
/// # Errors
/// Nothing was saved then, and the same call tries the same stage again. At the stage [`Stage::Invalidate`] X may
/// have killed the old value all the same; asking again is harmless.
pub async fn step<S: Ledger>(
    world: &World,
    session: S,
    owner: Owner,
    credential: Credential,
    input: Input,
) -> Result<Step<S>, Failure> {
    step_at(PAUSE, world, session, owner, credential, input).await
}

/// Like [`step`], with another pause before X's "asked too often, or wrong" is asked about again.
///
/// # Errors
/// As [`step`].
pub async fn step_at<S: Ledger>(
    pause: Duration,
    world: &World,
    session: S,
    owner: Owner,
    credential: Credential,
    input: Input,
) -> Result<Step<S>, Failure> {
    let desk = Desk::open(pause, world, session, owner, credential)?;
    let stage = desk.stage();
    match (input, stage, credential) {
        (Input::Abandon, Some(_), _) => desk.abandon().await,
        (Input::Abandon, None, _) => {
            Err(desk.usage("no rotation is under way", "there is nothing to abandon"))
        }
        (Input::Pasted(_), None | Some(Stage::Review | Stage::Promote), _) => {
            Err(desk.usage("no value is expected at this stage", "go on without one"))
        }
        (Input::Pasted(values), Some(_), _) => desk.paste(values).await,
        (Input::Go, Some(Stage::Paste), _) => Err(desk.usage(
            "the new value is wanted now",
            "paste it; birdkeep verifies it before it replaces anything",
        )),
        (Input::Go, Some(Stage::Console), _) => desk.after_console().await,
        (Input::Go, Some(Stage::Promote), _) => desk.promote().await,
        (Input::Go, None | Some(Stage::Review), Credential::Bearer) => bearer::review(desk).await,
        (Input::Go, Some(Stage::Invalidate), Credential::Bearer) => bearer::invalidate(desk).await,
        (Input::Go, Some(Stage::Fetch), Credential::Bearer) => bearer::fetch(desk).await,
        (Input::Go, Some(Stage::Verify), Credential::Bearer) => bearer::verify(desk).await,
        (Input::Go, None | Some(Stage::Review), Credential::Access) => access::review(desk).await,
        (Input::Go, Some(Stage::Verify), Credential::Access) => access::verify(desk).await,
        (Input::Go, ..) => Err(desk.usage(
            &format!("birdkeep does not rotate “{}” by itself", credential.row().label),
            "replace it by editing, once it is regenerated in the console",
        )),
    }
}
