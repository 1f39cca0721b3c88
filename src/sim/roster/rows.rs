//! The file of a roster, row by row, and what its words mean.

use serde::Deserialize;

use super::{CALLBACK, Trouble, trouble};
use crate::domain::permission::Level;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) seed: String,
    pub(super) apps: Vec<AppRow>,
    pub(super) profiles: Vec<ProfileRow>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AppRow {
    pub(super) name: String,
    #[serde(default)]
    pub(super) owner: Option<String>,
    #[serde(default)]
    pub(super) permission: Option<String>,
    /// `confidential`, as for want of a word, `public` or `none`.
    #[serde(default)]
    pub(super) client: Option<String>,
    /// Registered at X; the vault knows the first.
    #[serde(default)]
    pub(super) callbacks: Option<Vec<String>>,
    #[serde(default)]
    pub(super) notes: String,
    #[serde(default)]
    pub(super) trouble: Option<String>,
}

/// An app's type of OAuth 2.0 client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClientType {
    Confidential,
    Public,
    None,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileRow {
    pub(super) name: String,
    pub(super) handle: String,
    #[serde(default)]
    pub(super) display: String,
    pub(super) app: String,
    #[serde(default)]
    pub(super) level: Option<String>,
    #[serde(default)]
    pub(super) scope: Option<String>,
    #[serde(default)]
    pub(super) needs: Vec<String>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) deployed: Vec<String>,
    #[serde(default)]
    pub(super) notes: String,
    #[serde(default)]
    pub(super) trouble: Option<String>,
    /// The name of a profile before it that has the same account and the same token: one bot, stored twice.
    #[serde(default)]
    pub(super) same_as: Option<String>,
}

impl AppRow {
    pub(super) fn trouble(&self) -> Option<Trouble> {
        trouble(self.trouble.as_deref()?)
    }

    pub(super) fn level(&self) -> Option<Level> {
        Level::parse(self.permission.as_deref()?)
    }

    /// `None` for a word that is no type.
    pub(super) fn client_type(&self) -> Option<ClientType> {
        match self.client.as_deref() {
            None | Some("confidential") => Some(ClientType::Confidential),
            Some("public") => Some(ClientType::Public),
            Some("none") => Some(ClientType::None),
            Some(_) => None,
        }
    }

    /// The callback URLs registered at X, but for the trouble with them.
    pub(super) fn callbacks(&self) -> Vec<String> {
        self.callbacks.clone().unwrap_or_else(|| vec![CALLBACK.to_owned()])
    }
}

impl ProfileRow {
    pub(super) fn trouble(&self) -> Option<Trouble> {
        trouble(self.trouble.as_deref()?)
    }

    pub(super) fn level(&self) -> Level {
        self.level.as_deref().and_then(Level::parse).unwrap_or(Level::ReadWrite)
    }

    pub(super) fn is_oauth2(&self) -> bool {
        matches!(self.trouble(), Some(Trouble::Oauth2 | Trouble::Oauth2Expired | Trouble::Oauth2RanOut))
    }

    pub(super) fn scope(&self) -> String {
        self.scope.clone().unwrap_or_else(|| "tweet.read users.read offline.access".to_owned())
    }
}
