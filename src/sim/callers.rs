//! Whom X believes: users, apps and OAuth 2.0 clients, told by the credentials of a request.

use super::answers::{self, Answer};
use super::asked::Asked;
use super::grants::SimGrant;
use super::logins::Login;
use super::oauth::{self, Claim, Signed, WINDOW};
use super::world::{SimToken, State};
use crate::domain::time::Time;

/// Who is asking, after verification.
#[derive(Clone, Debug)]
pub enum Caller {
    /// A user, by a signature.
    Signed(SimToken),
    /// A user, by an OAuth 2.0 token.
    Granted(SimGrant),
    /// An app, by its bearer token.
    App(u64),
    /// An app, by its key and secret.
    Pair(u64),
}

impl State {
    /// Who is asking.
    ///
    /// # Errors
    /// X's refusal: `plain` for a credential it does not know, or what it says to a replay or a wrong clock.
    pub fn caller(&mut self, asked: &Asked, now: Time, plain: fn() -> Answer) -> Result<Caller, Answer> {
        match oauth::claim(asked) {
            Claim::Oauth1(signed) => {
                let token = signed.token.as_ref().and_then(|token| self.tokens.get(token)).cloned();
                // X looks at the clock before it looks at anything else.
                let secret = token.as_ref().map_or("", |token| token.secret.as_str());
                let app = self.signed(asked, &signed, secret, now, plain)?;
                token.filter(|token| token.app == app).map(Caller::Signed).ok_or_else(plain)
            }
            Claim::Basic(key, secret) => self
                .apps
                .iter()
                .find(|app| app.key == key && app.secret == secret)
                .map(|app| Caller::Pair(app.id))
                .ok_or_else(plain),
            Claim::Bearer(token) => self.bearer(&token, now).ok_or_else(plain),
            Claim::Nothing | Claim::Garbled => Err(plain()),
        }
    }

    /// The app that begins a login: its signature alone.
    ///
    /// # Errors
    /// X's refusal.
    pub fn beginner(&mut self, asked: &Asked, now: Time) -> Result<u64, Answer> {
        let Claim::Oauth1(signed) = oauth::claim(asked) else { return Err(answers::bad_authentication()) };
        let app = self.signed(asked, &signed, "", now, answers::could_not_authenticate)?;
        self.unsuspended(app)
    }

    /// The login that is to be exchanged: signed with its request token.
    ///
    /// # Errors
    /// X's refusal.
    pub fn finisher(&mut self, asked: &Asked, now: Time) -> Result<Login, Answer> {
        let Claim::Oauth1(signed) = oauth::claim(asked) else { return Err(answers::bad_authentication()) };
        let login = signed.token.as_ref().and_then(|token| self.logins.get(token, now)).cloned();
        let Some(login) = login else { return Err(answers::no_such_request_token()) };
        let app = self.signed(asked, &signed, &login.secret, now, answers::could_not_authenticate)?;
        if login.app != app {
            return Err(answers::no_such_request_token());
        }
        self.unsuspended(app)?;
        Ok(login)
    }

    /// The app that an OAuth 2.0 client is: a confidential one by Basic, a public one by the id in its form.
    ///
    /// # Errors
    /// X's refusal, the same for a wrong id, a wrong secret and the wrong of the two ways.
    pub fn client(&mut self, asked: &Asked) -> Result<u64, Answer> {
        let named = asked.field("client_id");
        let (id, secret) = match oauth::claim(asked) {
            Claim::Basic(id, secret) if named.is_none_or(|named| named == id) => (id, Some(secret)),
            Claim::Nothing => (named.unwrap_or_default().to_owned(), None),
            _ => return Err(answers::unauthorized_client()),
        };
        let known = self.apps.iter().find(|app| {
            let client = app.client.as_ref().filter(|_| !app.suspended);
            client.is_some_and(|client| client.id == id && client.secret == secret)
        });
        known.map(|app| app.id).ok_or_else(answers::unauthorized_client)
    }

    fn unsuspended(&mut self, id: u64) -> Result<u64, Answer> {
        match self.app(id) {
            Some(app) if !app.suspended => Ok(id),
            _ => Err(answers::app_suspended()),
        }
    }

    /// The app whose secret, with that of the token, has signed the request just now and for the first time.
    fn signed(
        &mut self,
        asked: &Asked,
        signed: &Signed,
        token_secret: &str,
        now: Time,
        plain: fn() -> Answer,
    ) -> Result<u64, Answer> {
        if (signed.timestamp - now.unix()).abs() > WINDOW {
            return Err(answers::out_of_bounds());
        }
        let app = self.apps.iter().find(|app| app.key == signed.key).ok_or_else(plain)?;
        if !signed.verify(asked, &app.secret, token_secret) {
            return Err(plain());
        }
        let id = app.id;
        let whose = signed.token.clone().unwrap_or_else(|| signed.key.clone());
        self.nonces.is_new((signed.timestamp, whose, signed.nonce.clone())).then_some(id).ok_or_else(plain)
    }

    fn bearer(&self, token: &str, now: Time) -> Option<Caller> {
        if let Some(app) = self.apps.iter().find(|app| app.bearer.as_deref() == Some(token)) {
            return (!app.suspended).then_some(Caller::App(app.id));
        }
        let grant = self.grants.of(token, now)?;
        let app = self.apps.iter().find(|app| app.id == grant.app);
        app.is_some_and(|app| !app.suspended).then_some(Caller::Granted(grant))
    }
}
