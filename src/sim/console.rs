//! What a person does to an app in X's console, and to apps in the settings of an X account.

use super::mint::Mint;
use super::world::{Sim, SimApp, SimToken, State};
use crate::domain::names::UserId;
use crate::domain::permission::Level;
use crate::domain::secret::Secret;

impl Sim {
    /// What *Regenerate* does to an account's access token and secret: the old pair is dead at once, the new one takes
    /// the app's present permission. `None` if the account has no token.
    pub fn regenerate_access(&self, account: &UserId) -> Option<(Secret, Secret)> {
        let mut state = self.lock();
        let old = state.tokens.values().find(|token| token.account == account.as_str()).cloned()?;
        state.tokens.remove(&old.token);
        let level = state.app(old.app).map_or(old.level, |app| app.level);
        let new = state.issue_access(self.mint(), old.app, &old.account, level);
        Some((Secret::new(new.token), Secret::new(new.secret)))
    }

    /// What *Regenerate* does to an app's bearer token. `None` if the key is no app's.
    pub fn regenerate_bearer(&self, api_key: &Secret) -> Option<Secret> {
        let mut state = self.lock();
        let app = state.app_of_key(api_key.expose())?;
        app.bearer = None;
        Some(Secret::new(app.issue_bearer(self.mint())))
    }

    /// What *Regenerate* does to an app's API key and secret: at once the old pair, every access token of every account,
    /// every login under way and the bearer token are dead. `None` if the key is no app's.
    pub fn regenerate_keys(&self, api_key: &Secret) -> Option<(Secret, Secret)> {
        let mut state = self.lock();
        let of = format!("keys/{}", state.next_number());
        let app = state.app_of_key(api_key.expose())?;
        (app.key, app.secret, app.bearer) = (self.mint().api_key(&of), self.mint().api_secret(&of), None);
        let (id, pair) = (app.id, (Secret::new(app.key.clone()), Secret::new(app.secret.clone())));
        state.tokens.retain(|_, token| token.app != id);
        state.logins.end(id);
        Some(pair)
    }

    /// What *Regenerate* does to an app's client secret: the old one is dead at once. X does not say what becomes of
    /// refresh tokens; here they live on. `None` if the id is no confidential client's.
    pub fn regenerate_client_secret(&self, client_id: &Secret) -> Option<Secret> {
        let mut state = self.lock();
        let of = format!("client/{}", state.next_number());
        let clients = state.apps.iter_mut().filter_map(|app| app.client.as_mut());
        let client = clients.into_iter().find(|client| client.id == client_id.expose())?;
        let secret = client.secret.as_mut()?;
        *secret = self.mint().client_secret(&of);
        Some(Secret::new(secret.clone()))
    }

    /// Sets the permission of an app: what tokens issued from now on get. False if the key is no app's.
    pub fn set_permission(&self, api_key: &Secret, level: Level) -> bool {
        self.change(api_key, |app| app.level = level)
    }

    /// Sets the callback URLs of an app. False if the key is no app's.
    pub fn set_callbacks(&self, api_key: &Secret, callbacks: &[&str]) -> bool {
        let callbacks = callbacks.iter().map(|url| (*url).to_owned()).collect();
        self.change(api_key, |app| app.callbacks = callbacks)
    }

    fn change(&self, api_key: &Secret, change: impl FnOnce(&mut SimApp)) -> bool {
        self.lock().app_of_key(api_key.expose()).map(change).is_some()
    }
}

impl State {
    /// A new access pair of an account, besides those it has.
    pub fn issue_access(&mut self, mint: &Mint, app: u64, account: &str, level: Level) -> SimToken {
        let of = format!("{account}/{}", self.next_number());
        let (token, secret) = (mint.access_token(account, &of), mint.access_secret(&of));
        let new = SimToken { token, secret, app, account: account.to_owned(), level };
        self.tokens.insert(new.token.clone(), new.clone());
        new
    }

    /// The one live access pair of an account and an app: the same as long as it is valid and the permission is that of
    /// its issue, else a new one in its place.
    pub fn live_access(&mut self, mint: &Mint, app: u64, account: &str, level: Level) -> SimToken {
        let own = |token: &SimToken| token.app == app && token.account == account;
        let live = self.tokens.values().find(|token| own(token) && token.level == level).cloned();
        live.unwrap_or_else(|| {
            self.tokens.retain(|_, token| !own(token));
            self.issue_access(mint, app, account, level)
        })
    }
}
