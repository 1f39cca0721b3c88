//! What a person does to an app in X's console, and to apps in the settings of an X account.

use super::mint::Mint;
use super::world::{Sim, SimAccount, SimApp, SimClient, SimToken, State};
use crate::domain::fields::Field;
use crate::domain::names::{Handle, UserId};
use crate::domain::permission::Level;
use crate::domain::secret::Secret;

/// Ids of accounts and apps that are made while it runs count up from these; those of rosters are others.
const FIRST_NEWCOMER: u64 = 1_990_000_000_000_000_000;
const FIRST_NEW_APP: u64 = 33_900_000;

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

    /// What a person does who makes an app of this name, or goes to the one with this key: the permission is `level` or
    /// more, the callback is registered, and the pair of the account with this handle is issued, all of it new where it
    /// was not there. Gives every value that the console shows on the way.
    pub fn set_up(
        &self,
        key: Option<&Secret>,
        name: &str,
        level: Level,
        (callback, handle): (&str, Option<&Handle>),
    ) -> Vec<(Field, Secret)> {
        let mut state = self.lock();
        let account = state.account_for(handle.map_or("demo_newcomer", Handle::as_str));
        let is_it = |app: &SimApp| key.map_or(app.name == name, |key| app.key == key.expose());
        let at = state.apps.iter().position(is_it).unwrap_or_else(|| {
            let app = state.new_app(self.mint(), name, &account);
            state.apps.push(app);
            state.apps.len() - 1
        });
        let app = &mut state.apps[at];
        app.level = app.level.max(level);
        if !app.callbacks.iter().any(|known| known == callback) {
            app.callbacks.push(callback.to_owned());
        }
        let (id, level, bearer) = (app.id, app.level, app.issue_bearer(self.mint()));
        let mut shown = vec![
            (Field::ApiKey, app.key.clone()),
            (Field::ApiSecret, app.secret.clone()),
            (Field::BearerToken, bearer),
        ];
        if let Some(client) = &app.client {
            shown.push((Field::ClientId, client.id.clone()));
            shown.extend(client.secret.clone().map(|secret| (Field::ClientSecret, secret)));
        }
        let pair = state.live_access(self.mint(), id, &account, level);
        shown.extend([(Field::AccessToken, pair.token), (Field::AccessSecret, pair.secret)]);
        shown.into_iter().map(|(field, value)| (field, Secret::new(value))).collect()
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
    /// The id of the account with this handle; a new one where there is none.
    fn account_for(&mut self, handle: &str) -> String {
        if let Some(account) = self.account_of_handle(handle) {
            return account.id.clone();
        }
        let id = (FIRST_NEWCOMER + u64::from(self.next_number())).to_string();
        let (handle, name) = (handle.to_owned(), handle.to_owned());
        self.accounts.insert(id.clone(), SimAccount { id: id.clone(), handle, name, fault: None });
        id
    }

    /// An app as the console makes it, with the permission that it begins with.
    fn new_app(&mut self, mint: &Mint, name: &str, owner: &str) -> SimApp {
        let id = FIRST_NEW_APP + u64::from(self.next_number());
        let of = format!("set up/{id}");
        let client = SimClient { id: mint.client_id(&of), secret: Some(mint.client_secret(&of)) };
        SimApp {
            id,
            name: name.to_owned(),
            key: mint.api_key(&of),
            secret: mint.api_secret(&of),
            bearer: None,
            bearers: 0,
            level: Level::Read,
            suspended: false,
            stubborn: false,
            owner: owner.to_owned(),
            client: Some(client),
            callbacks: Vec::new(),
        }
    }

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
