//! The values a bot is run with, as they are now: an OAuth 2.0 access token is refreshed first if it would soon end.

use std::time::Duration;

use super::plan::Plan;
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::id::{Owner, ProfileId};
use crate::domain::secret::Secret;
use crate::domain::standing;
use crate::domain::time::Time;
use crate::ops::refresh::{self, Stopped, Token};
use crate::ops::session::Session;
use crate::ops::token;
use crate::ops::world::World;
use crate::vault::Extract;

/// What is said of a refresh token that somebody has named.
const GIVEN_AWAY: &str = "a refresh token is good once: when the bot uses it, the one in the vault is dead";

/// What a bot is handed.
#[derive(Clone, Debug, Default)]
pub struct Handed {
    /// Name, field and value.
    pub values: Vec<(String, Field, Secret)>,
    /// When the OAuth 2.0 access token among them ends, where that is known.
    pub until: Option<Until>,
    /// What a person should know: one sentence each.
    pub said: Vec<String>,
}

/// How long an OAuth 2.0 access token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Until then.
    Known(Time),
    /// Nobody knows.
    Unknown,
}

/// The values of `plan` for `profile`. Blocks while X is asked for new tokens, if they are among them: at most 130 s.
///
/// Where a bot has another user credential as well, and nobody has named the OAuth 2.0 token, it is run without that
/// one rather than not at all.
///
/// # Errors
/// As [`token::token`], for a token that the bot cannot do without.
pub fn hand_over(
    world: &World,
    session: &Session,
    profile: ProfileId,
    plan: &Plan,
    min_ttl: Duration,
) -> Result<Handed, Box<Stopped>> {
    let mut handed = begun(session.document(), profile, plan);
    let mut session = session.clone();
    let mut left_out = None;
    if wants(plan, Field::Oauth2AccessToken) {
        match token::token(world, &session, profile, min_ttl) {
            Ok(Token { session: newer, expires_at, said, .. }) => {
                session = newer;
                handed.until = Some(expires_at.map_or(Until::Unknown, Until::Known));
                handed.said.extend(said);
            }
            Err(stopped) if can_do_without(plan, &stopped) => {
                let failure = &stopped.failure;
                let sentence =
                    format!("the OAuth 2.0 access token is left out: {}; {}", failure.what, failure.because);
                handed.said.push(sentence);
                left_out = Some(Field::Oauth2AccessToken);
            }
            Err(stopped) => return Err(stopped),
        }
    }
    handed.values = values(session.document(), profile, plan, left_out);
    Ok(handed)
}

/// What [`hand_over`] gives, where X need not be asked. `None`: that is for [`hand_over`] to see.
pub fn at_hand(
    world: &World,
    extract: &Extract,
    profile: ProfileId,
    plan: &Plan,
    min_ttl: Duration,
) -> Option<Handed> {
    let mut handed = begun(&extract.document, profile, plan);
    if wants(plan, Field::Oauth2AccessToken) {
        let (_, expires_at) = token::at_hand(world, extract, profile, min_ttl)?;
        handed.until = Some(expires_at.map_or(Until::Unknown, Until::Known));
    }
    handed.values = values(&extract.document, profile, plan, None);
    Some(handed)
}

/// What is known before X is asked for anything.
fn begun(document: &Document, profile: ProfileId, plan: &Plan) -> Handed {
    let mut said = doubts(document, profile);
    if wants(plan, Field::Oauth2RefreshToken) {
        said.push(GIVEN_AWAY.to_owned());
    }
    Handed { said, ..Handed::default() }
}

fn wants(plan: &Plan, wanted: Field) -> bool {
    plan.set.iter().any(|(_, field)| *field == wanted)
}

fn values(
    document: &Document,
    profile: ProfileId,
    plan: &Plan,
    left_out: Option<Field>,
) -> Vec<(String, Field, Secret)> {
    let fields = plan.set.iter().filter(|(_, field)| Some(*field) != left_out);
    fields
        .filter_map(|(name, field)| {
            let slot = document.slot(profile.into(), *field)?;
            Some((name.clone(), *field, slot.secret.clone()))
        })
        .collect()
}

/// New tokens that are in this process alone must be saved before anything else, so they are no reason to go on.
fn can_do_without(plan: &Plan, stopped: &Stopped) -> bool {
    let saved = stopped.unsaved.as_ref().is_none_or(refresh::Unsaved::is_kept);
    let named = plan.named.contains(&Field::Oauth2AccessToken);
    saved && !named && plan.set.iter().any(|(_, field)| *field == Field::AccessToken)
}

/// What the vault itself knows to be wrong with what is handed over.
fn doubts(document: &Document, profile: ProfileId) -> Vec<String> {
    let app = document.profile(profile).and_then(|profile| document.app_of(profile));
    let owners = [Some(Owner::from(profile)), app.map(|app| app.id.into())];
    owners
        .into_iter()
        .flatten()
        .filter_map(|owner| standing::mark(document, owner))
        .map(standing::Mark::sentence)
        .collect()
}
