//! Replaces a credential, stage by stage, each saved before the next begins.
//!
//! At no moment does the vault hold neither value: the old one stays in place until the new one has been verified,
//! and a new one is kept as a candidate from the moment it is known. When X has been asked to kill the old one, the
//! saved stage says so. What a person brings, pasted from the console or issued to a login, comes in as [`Input`]:
//! this knows neither browsers nor dialogs.
//!
//! | file | what |
//! |---|---|
//! | `desk` | the vault and X, as a stage sees them |
//! | `ending` | edits, and the one save of a stage |
//! | `shared` | stages that all credentials share |
//! | `api`, `bearer`, `client`, `access`, `oauth2` | what is particular to each |
//! | `impact` | who stops |

mod access;
mod api;
mod bearer;
mod client;
mod desk;
mod ending;
mod impact;
mod oauth2;
mod pasted;
mod shared;

use std::time::Duration;

use self::desk::Desk;
use self::impact::is_owner;
pub(super) use self::impact::owner_of;
pub use self::impact::{consequence, impact};

use super::World;
use crate::domain::document::Document;
use crate::domain::edit::Edit;
use crate::domain::fields::{Credential, Field};
use crate::domain::id::Owner;
use crate::domain::rotation::{self, Granted, Rotation, Stage, Way};
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
    /// With what other processes have saved meanwhile: the next stage depends on what is stored now.
    ///
    /// # Errors
    /// It cannot be read any more.
    fn fresh(&self, world: &World) -> Result<Self, Failure>;
}

/// What a person (or `--yes`) says to the present stage.
#[derive(Clone, Debug)]
pub enum Input {
    /// Do it.
    Go,
    /// Take this way instead.
    By(Way),
    /// These are the new values.
    Pasted(Vec<(Field, Secret)>),
    /// A login of the right account has brought these.
    Issued(Tokens),
    /// Stop rotating. What X has already done stays done, and fetched values stay candidates.
    Abandon,
}

/// What X has issued to a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// The values of the credential. An OAuth 2.0 pair may lack its refresh token.
    pub values: Vec<(Field, Secret)>,
    /// What an OAuth 2.0 pair was granted.
    pub granted: Option<Granted>,
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
    let desk = Desk::open(pause, world, session.fresh(world)?, owner, credential)?;
    match input {
        Input::Go => go(desk).await,
        Input::By(way) => by(desk, way).await,
        Input::Pasted(values) => pasted(desk, values).await,
        Input::Issued(tokens) => issued(desk, tokens).await,
        Input::Abandon if desk.rotation().is_some() => desk.abandon().await,
        Input::Abandon => Err(desk.usage("no rotation is under way", "there is nothing to abandon")),
    }
}

/// The stages with their own work; whoever is missing here waits for a person.
async fn go<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    match (desk.stage(), desk.credential) {
        _ if desk.begun().way == Way::Revoke => {
            Err(desk
                .usage("it is being revoked, not rotated", "revoke it again: that tells how X stands to it"))
        }
        (Stage::Review, _) => {
            let way = way_of(desk.document(), desk.owner, desk.credential);
            review(desk, way).await
        }
        (Stage::Console, _) => desk.after_console().await,
        (Stage::Promote, _) => desk.promote().await,
        (Stage::Bearer, _) => api::bearer(desk).await,
        (Stage::Logins, _) => api::logins(desk).await,
        (Stage::Invalidate, Credential::Access) => access::invalidate(desk).await,
        (Stage::Invalidate, _) => bearer::invalidate(desk).await,
        (Stage::Fetch, _) => bearer::fetch(desk).await,
        (Stage::Verify, Credential::Api) => api::verify(desk).await,
        (Stage::Verify, Credential::Bearer) => bearer::verify(desk).await,
        (Stage::Verify, Credential::Client) => client::verify(desk).await,
        (Stage::Verify, Credential::Access) => access::verify(desk).await,
        (Stage::Verify, Credential::Oauth2) => oauth2::verify(desk).await,
        (Stage::Paste, _) => Err(desk.usage(
            "the new value is wanted now",
            "paste it; birdkeep verifies it before it replaces anything",
        )),
        (Stage::Login, _) => {
            let try_this = format!("log in as {}, or paste what a login elsewhere has brought", desk.whom());
            Err(desk.usage("a login is wanted now", &try_this))
        }
    }
}

async fn review<S: Ledger>(desk: Desk<'_, S>, way: Way) -> Result<Step<S>, Failure> {
    match desk.credential {
        Credential::Api => api::review(desk).await,
        Credential::Bearer => bearer::review(desk, way).await,
        Credential::Client => client::review(desk).await,
        Credential::Access => access::review(desk, way).await,
        Credential::Oauth2 => oauth2::review(desk).await,
    }
}

/// The way a rotation goes: the one it has begun, or else the one that fits `holder`.
pub fn way_of(document: &Document, holder: Owner, credential: Credential) -> Way {
    if let Some(rotation) = document.held(holder).and_then(|held| held.rotation(credential)) {
        return rotation.way;
    }
    match holder {
        Owner::Profile(id)
            if credential == Credential::Access && document.profile(id).is_some_and(is_owner) =>
        {
            Way::Console
        }
        _ => rotation::usual(credential),
    }
}

/// Takes another way, as long as there is no new value yet.
async fn by<S: Ledger>(desk: Desk<'_, S>, way: Way) -> Result<Step<S>, Failure> {
    let leads = way != Way::Revoke && rotation::way(desk.credential, way).is_some();
    if !leads {
        return Err(desk.usage("it cannot be replaced that way", "go on without naming a way"));
    }
    if desk.stage() >= Stage::Verify {
        return Err(desk.usage("there is a new value already", "go on: it is verified next"));
    }
    review(desk, way).await
}

async fn pasted<S: Ledger>(desk: Desk<'_, S>, values: Vec<(Field, Secret)>) -> Result<Step<S>, Failure> {
    match desk.stage() {
        Stage::Review | Stage::Promote | Stage::Bearer | Stage::Logins => {
            Err(desk.usage("no value is expected at this stage", "go on without one"))
        }
        _ => desk.paste(values).await,
    }
}

async fn issued<S: Ledger>(desk: Desk<'_, S>, tokens: Tokens) -> Result<Step<S>, Failure> {
    match desk.stage() {
        Stage::Login => desk.issued(tokens).await,
        _ => Err(desk.usage("no login is expected at this stage", "go on without one")),
    }
}
