//! Small questions to X for verbs that ask one thing at a time, and the failure that a cause amounts to.

use std::time::Duration;

use super::world::World;
use crate::domain::verdict::Cause;
use crate::failure::{Failure, Kind};
use crate::x::checks::{Answers, app_keys};
use crate::x::endpoints::oauth2_token;
use crate::x::sign::{Pair, SignError, Stamp};
use crate::x::wire::{Request, Response, SendError};

/// Sends one request, built with a fresh stamp.
///
/// # Errors
/// What kept an answer from coming; nothing is sent without randomness, since there is no signature then.
pub(super) async fn ask(
    world: &World,
    make: impl FnOnce(&Stamp) -> Result<Request, SignError>,
) -> Result<Response, SendError> {
    let mut random = [0; 16];
    world.entropy.fill(&mut random).or(Err(SendError::NotConnected))?;
    let request = make(&Stamp::new(random, world.clock.now()))?;
    world.transport.send(request).await
}

/// Tries an app's key and secret, a second time after `pause` where X may only have meant "too often".
pub(super) async fn app_keys(world: &World, pair: Pair<'_>, pause: Duration) -> Answers {
    let mut answers = Answers::default();
    loop {
        let answer = ask(world, |_| Ok(oauth2_token::request(&world.x_base, pair))).await;
        answers.app_keys = Some(oauth2_token::read(answer));
        answers.app_keys_tries += 1;
        if !(app_keys::ROW.doubtful)(&answers) {
            return answers;
        }
        tokio::time::sleep(pause).await;
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
