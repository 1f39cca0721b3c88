//! OAuth 1.0a logins under way: request tokens, from the app's first question to the exchange.

use std::collections::BTreeMap;

use crate::domain::permission::Level;
use crate::domain::time::Time;

/// Seconds a request token lives. X documents none; a quarter of an hour is what libraries allow for.
const LIFE: i64 = 900;

/// A login under way.
#[derive(Clone, Debug)]
pub struct Login {
    /// The request token.
    pub token: String,
    /// Its secret.
    pub secret: String,
    /// The id of the app.
    pub app: u64,
    /// Where the redirect goes; `None`: nowhere, the page shows a PIN.
    pub callback: Option<String>,
    /// The most that the app asks for, if less than it may have.
    pub most: Option<Level>,
    /// When it began.
    pub began: Time,
    /// How far it has come.
    pub progress: Progress,
}

/// How far a login has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nobody has answered the page.
    Asked,
    /// Somebody has said yes.
    Granted {
        /// The id of the account.
        account: String,
        /// What the exchange must show: part of the redirect, or the PIN.
        verifier: String,
    },
    /// Somebody has said no.
    Denied,
    /// It was exchanged: a request token is good once.
    Used,
}

/// Every login under way.
#[derive(Debug, Default)]
pub struct Logins(BTreeMap<String, Login>);

impl Logins {
    /// One more.
    pub fn begin(&mut self, login: Login) {
        self.0.insert(login.token.clone(), login);
    }

    /// The login of this request token, unless it is too old.
    pub fn get(&mut self, token: &str, now: Time) -> Option<&mut Login> {
        self.0.get_mut(token).filter(|login| now.since(login.began) <= LIFE)
    }

    /// Ends all logins of an app.
    pub fn end(&mut self, app: u64) {
        self.0.retain(|_, login| login.app != app);
    }
}
