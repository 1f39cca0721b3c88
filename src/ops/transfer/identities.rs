//! Who is who in a vault: apps by what X gives to one app alone, profiles by their tokens and accounts.

use std::collections::BTreeMap;

use crate::domain::app::App;
use crate::domain::credential::Held;
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::{AppId, ProfileId};
use crate::domain::names::{Handle, UserId};
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::exchange::rows::{Called, ProfileRow, Value};

/// What X gives to one app alone, the most telling first.
const OF_AN_APP: &[Field] = &[Field::ApiKey, Field::ClientId, Field::BearerToken];
/// What X gives to one account alone.
const OF_A_PROFILE: &[Field] = &[Field::AccessToken, Field::Oauth2AccessToken];

/// An index of a vault, added to as an import goes on.
#[derive(Debug, Default)]
pub(super) struct Identities {
    apps: BTreeMap<(Field, Fingerprint), AppId>,
    tokens: BTreeMap<Fingerprint, ProfileId>,
    /// One account used through one app is one profile.
    users: BTreeMap<(Option<AppId>, UserId), ProfileId>,
    handles: BTreeMap<(Option<AppId>, String), ProfileId>,
    suffixes: BTreeMap<String, ProfileId>,
}

impl Identities {
    pub(super) fn of(document: &Document) -> Self {
        let mut known = Self::default();
        document.apps().for_each(|app| known.add_app(document, app));
        document.profiles().for_each(|profile| known.add_profile(document, profile));
        known
    }

    pub(super) fn add_app(&mut self, document: &Document, app: &App) {
        for field in OF_AN_APP {
            if let Some(secret) = app.held.secret(*field) {
                self.apps.entry((*field, document.fingerprints.of(secret))).or_insert(app.id);
            }
        }
    }

    pub(super) fn add_profile(&mut self, document: &Document, profile: &Profile) {
        for field in OF_A_PROFILE {
            if let Some(secret) = profile.held.secret(*field) {
                self.tokens.entry(document.fingerprints.of(secret)).or_insert(profile.id);
            }
        }
        let user = profile.user_id.clone().or_else(|| user_of(&profile.held));
        if let Some(user) = user {
            self.users.entry((profile.app, user)).or_insert(profile.id);
        }
        if let Some(handle) = &profile.handle {
            self.handles.entry((profile.app, key(handle))).or_insert(profile.id);
        }
        self.suffixes.entry(Called::suffix_of(&profile.name)).or_insert(profile.id);
    }

    /// The app that has one of these values. A file that names its apps is believed but for the API key.
    pub(super) fn app(&self, document: &Document, values: &[Value], called: &Called) -> Option<AppId> {
        let named = matches!(called, Called::Named(_));
        OF_AN_APP.iter().filter(|field| !named || **field == Field::ApiKey).find_map(|field| {
            let value = values.iter().find(|value| value.field == *field)?;
            self.apps.get(&(*field, document.fingerprints.of(&value.secret))).copied()
        })
    }

    /// The profile that has one of the row's tokens, or is about the same account through the same app.
    pub(super) fn profile(
        &self,
        document: &Document,
        row: &ProfileRow,
        app: Option<AppId>,
    ) -> Option<ProfileId> {
        let mut tokens = row.values.iter().filter(|value| OF_A_PROFILE.contains(&value.field));
        let mut by_token =
            || tokens.find_map(|value| self.tokens.get(&document.fingerprints.of(&value.secret)).copied());
        let by_user = || {
            let token = row.values.iter().find(|value| value.field == Field::AccessToken);
            let told = token.and_then(|value| UserId::of_access_token(value.secret.expose()));
            let user = row.user_id.clone().or(told)?;
            self.users.get(&(app, user)).copied()
        };
        let by_handle = || self.handles.get(&(app, key(row.handle.as_ref()?))).copied();
        by_token().or_else(by_user).or_else(by_handle)
    }

    /// The profile whose name is this suffix of variables.
    pub(super) fn suffix(&self, suffix: &str) -> Option<ProfileId> {
        self.suffixes.get(suffix).copied()
    }
}

fn user_of(held: &Held) -> Option<UserId> {
    held.secret(Field::AccessToken).map(Secret::expose).and_then(UserId::of_access_token)
}

/// X's handles are the same in any case.
fn key(handle: &Handle) -> String {
    handle.as_str().to_ascii_lowercase()
}
