//! A valid OAuth 2.0 access token for a bot: the stored one while it lives, a refreshed one else.
//!
//! Bots ask here instead of refreshing by themselves. However many ask at once, X is asked once.

use std::time::Duration;

use super::refresh::{self, Need, Stopped};
use super::session::Session;
use super::world::World;
use crate::domain::id::ProfileId;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::vault::Extract;

pub use super::refresh::{Token, Unsaved, take_over};

/// Seconds an access token has to live for, where nobody says otherwise.
pub const MIN_TTL: u64 = 300;
/// The longest that may be asked for: X's tokens live two hours, and are to be refreshed as rarely as that.
pub const MAX_TTL: u64 = 3_600;

/// An access token of `profile` that lives for `min_ttl` yet.
///
/// Blocks while X is asked, at most 130 s: see [`refresh::refresh`].
///
/// # Errors
/// As [`refresh::refresh`].
pub fn token(
    world: &World,
    session: &Session,
    profile: ProfileId,
    min_ttl: Duration,
) -> Result<Token, Box<Stopped>> {
    let need = Need::Within(min_ttl);
    let vault = (session.document(), session.loaded().saved_at);
    match refresh::at_hand(world, vault, profile, need) {
        Some((access, expires_at)) => {
            Ok(Token { session: session.clone(), access, expires_at, said: Vec::new() })
        }
        None => refresh::refresh(world, session, profile, need),
    }
}

/// What [`token()`] gives, and when it expires, where it need not be refreshed. `None`: that is for [`token()`] to see.
pub fn at_hand(
    world: &World,
    extract: &Extract,
    profile: ProfileId,
    min_ttl: Duration,
) -> Option<(Secret, Option<Time>)> {
    refresh::at_hand(world, (&extract.document, extract.saved_at), profile, Need::Within(min_ttl))
}
