//! One bot: one X account used through one app.

use std::collections::BTreeSet;

use super::credential::Held;
use super::custody::Custody;
use super::fingerprint::Fingerprint;
use super::id::{AppId, ProfileId};
use super::names::{Handle, Name, UserId};
use super::needs::Need;
use super::permission::Scopes;
use super::time::Time;
use super::unknown::Unknown;

/// One bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its id.
    pub id: ProfileId,
    /// Its name, unique among profiles.
    pub name: Name,
    /// The X account's handle.
    pub handle: Option<Handle>,
    /// The X account's numeric id.
    pub user_id: Option<UserId>,
    /// The app it is used through.
    pub app: Option<AppId>,
    /// Access token and secret, OAuth 2.0 access and refresh token.
    pub held: Held,
    /// What the OAuth 2.0 tokens were granted.
    pub oauth2: Option<Oauth2Grant>,
    /// What the bot is meant to do.
    pub needs: BTreeSet<Need>,
    /// Labels for grouping and filtering.
    pub tags: BTreeSet<Name>,
    /// Where its credentials are in use: one line per place.
    pub deployed: Vec<String>,
    /// Free text.
    pub notes: String,
    /// When it came into the vault.
    pub created_at: Time,
    /// When it was deleted; purged 30 days later.
    pub deleted_at: Option<Time>,
    /// Keys a newer birdkeep wrote.
    pub unknown: Unknown,
}

/// What belongs to an OAuth 2.0 token pair besides the two values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Oauth2Grant {
    /// The scopes of the token response.
    pub scopes: Scopes,
    /// When the access token expires.
    pub expires_at: Option<Time>,
    /// Grows with every refresh; the higher one wins.
    pub sequence: u64,
    /// What is known about the refresh token: see [`super::custody::of`].
    pub custody: Option<Custody>,
    /// The last refresh tokens that were used up, oldest first.
    pub spent: Vec<Fingerprint>,
}

impl Profile {
    /// A profile with a name and nothing else.
    pub fn new(id: ProfileId, name: Name, now: Time) -> Self {
        Self {
            id,
            name,
            handle: None,
            user_id: None,
            app: None,
            held: Held::default(),
            oauth2: None,
            needs: BTreeSet::new(),
            tags: BTreeSet::new(),
            deployed: Vec::new(),
            notes: String::new(),
            created_at: now,
            deleted_at: None,
            unknown: Unknown::default(),
        }
    }
}
