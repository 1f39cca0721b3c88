//! An X developer app: stored once, shared by many profiles.

use super::credential::Held;
use super::id::AppId;
use super::names::Name;
use super::permission::Level;
use super::time::Time;
use super::unknown::Unknown;

/// Days after which an app's values are due for rotation, unless the app says otherwise.
pub const ROTATION_DAYS: u16 = 90;

/// An X developer app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its id.
    pub id: AppId,
    /// Its name, unique among apps.
    pub name: Name,
    /// API key and secret, bearer token, OAuth 2.0 client id and secret.
    pub held: Held,
    /// The callback URL registered in the console, exactly as there.
    pub callback_url: Option<String>,
    /// The OAuth 1.0a permission set in the console, as far as known.
    pub permission: Option<Level>,
    /// Days after which its values are due for rotation.
    pub rotation_days: u16,
    /// Free text.
    pub notes: String,
    /// When it came into the vault.
    pub created_at: Time,
    /// When it was deleted; purged 30 days later.
    pub deleted_at: Option<Time>,
    /// Keys a newer birdkeep wrote.
    pub unknown: Unknown,
}

impl App {
    /// An app with a name and nothing else.
    pub fn new(id: AppId, name: Name, now: Time) -> Self {
        Self {
            id,
            name,
            held: Held::default(),
            callback_url: None,
            permission: None,
            rotation_days: ROTATION_DAYS,
            notes: String::new(),
            created_at: now,
            deleted_at: None,
            unknown: Unknown::default(),
        }
    }
}
