//! What the simulated X knows: apps, accounts, tokens, windows, nonces.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::asked::Asked;
use super::faults::{FaultRow, Outcome, Scene, Spoil};
use super::grants::{Grants, Habits};
use super::logins::Logins;
use super::mint::Mint;
use super::nonces::Nonces;
use super::oauth::{self, Claim, Signed};
use super::roster::Roster;
use super::routes;
use crate::domain::names::UserId;
use crate::domain::permission::Level;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::x::wire::Now;

/// Seconds of a rate-limit window.
const QUARTER: i64 = 900;

/// An app, as X knows it.
#[derive(Clone, Debug)]
pub struct SimApp {
    /// The numeric id.
    pub id: u64,
    /// What its login pages call it.
    pub name: String,
    /// The API key in force.
    pub key: String,
    /// The API key secret in force.
    pub secret: String,
    /// The live bearer token.
    pub bearer: Option<String>,
    /// How many bearers were issued: each is another one.
    pub bearers: u32,
    /// The permission set in the console: what tokens issued from now on get.
    pub level: Level,
    /// Suspended by X: everything of it is dead.
    pub suspended: bool,
    /// Answers an invalidation with yes and keeps the bearer alive.
    pub stubborn: bool,
    /// The id of the account that owns it.
    pub owner: String,
    /// It as an OAuth 2.0 client; `None`: user authentication was never set up.
    pub client: Option<SimClient>,
    /// The callback URLs registered in the console.
    pub callbacks: Vec<String>,
}

/// An app as an OAuth 2.0 client.
#[derive(Clone, Debug)]
pub struct SimClient {
    /// The client id.
    pub id: String,
    /// The secret of a confidential client; `None`: a public one.
    pub secret: Option<String>,
}

/// An X account.
#[derive(Clone, Debug)]
pub struct SimAccount {
    /// The numeric id.
    pub id: String,
    /// The handle.
    pub handle: String,
    /// The name shown beside the handle.
    pub name: String,
    /// What happens to requests in its name.
    pub fault: Option<&'static FaultRow>,
}

/// An OAuth 1.0a access token.
#[derive(Clone, Debug)]
pub struct SimToken {
    /// The token.
    pub token: String,
    /// Its secret.
    pub secret: String,
    /// The id of its app.
    pub app: u64,
    /// The id of its account.
    pub account: String,
    /// The permission frozen into it when it was issued.
    pub level: Level,
}

/// Everything that can change.
#[derive(Debug, Default)]
pub struct State {
    /// Apps.
    pub apps: Vec<SimApp>,
    /// Accounts by id.
    pub accounts: BTreeMap<String, SimAccount>,
    /// OAuth 1.0a tokens by token.
    pub tokens: BTreeMap<String, SimToken>,
    /// OAuth 1.0a logins under way.
    pub logins: Logins,
    /// OAuth 2.0 grants.
    pub grants: Grants,
    /// What was signed already.
    pub nonces: Nonces,
    /// How many values were issued after the start.
    issued: u32,
    windows: BTreeMap<(&'static str, String), Window>,
    served: BTreeMap<String, usize>,
    fault: Option<&'static FaultRow>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    used: u32,
    reset: Time,
}

/// X in a box. Shared by reference; every answer is worked out under one lock.
pub struct Sim {
    state: Mutex<State>,
    now: Now,
    mint: Mint,
}

impl fmt::Debug for Sim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sim").finish_non_exhaustive()
    }
}

impl Sim {
    /// X as `roster` describes it, with `now` as its clock.
    pub fn new(roster: &Roster, now: Now) -> Self {
        let mint = Mint::new(roster.seed());
        let state = Mutex::new(roster.state(&mint));
        Self { state, now, mint }
    }

    /// Answers one request.
    pub fn answer(&self, asked: &Asked) -> Outcome {
        let now = (self.now)();
        let mut state = self.lock();
        *state.served.entry(format!("{} {}", asked.method, asked.path)).or_default() += 1;
        let fault = state.fault_for(asked);
        let spoil = fault.map(|row| row.spoil);
        if let Some(Spoil::Before(spoil)) = spoil
            && let Some(outcome) = spoil(asked, now)
        {
            return outcome;
        }
        let now = if let Some(Spoil::Clock(ahead)) = spoil { now.shifted(ahead) } else { now };
        let honest = routes::answer(&mut state, &self.mint, asked, now).dated(now);
        drop(state);
        match spoil {
            Some(Spoil::After(spoil)) => spoil(&Scene { asked, honest, now }),
            _ => Outcome::now(honest),
        }
    }

    /// What a browser gets that opens `address`: a page, or a redirect, which is not followed.
    pub fn visit(&self, address: &str) -> Outcome {
        let (scheme, rest) = address.split_once("://").unwrap_or(("https", address));
        let at = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(at);
        self.answer(&Asked::parts("GET", scheme, authority, target, Vec::new(), None))
    }

    /// From now on, `fault` happens to every request (or nothing does).
    pub fn set_fault(&self, fault: Option<&'static FaultRow>) {
        self.lock().fault = fault;
    }

    /// From now on, `fault` happens to requests in the name of this account (or nothing does).
    pub fn trouble(&self, account: &UserId, fault: Option<&'static FaultRow>) {
        if let Some(account) = self.lock().accounts.get_mut(account.as_str()) {
            account.fault = fault;
        }
    }

    /// Whether X honours this value: a bearer, an access token or its secret, an OAuth 2.0 access or refresh token.
    pub fn is_live(&self, value: &Secret) -> bool {
        let (state, value) = (self.lock(), value.expose());
        state.apps.iter().any(|app| !app.suspended && app.bearer.as_deref() == Some(value))
            || state.tokens.values().any(|token| token.token == value || token.secret == value)
            || state.grants.of(value, (self.now)()).is_some()
            || state.grants.refreshes(value)
    }

    /// How often each `METHOD path` was asked.
    pub fn served(&self) -> BTreeMap<String, usize> {
        self.lock().served.clone()
    }

    /// What X does from now on where it documents nothing.
    pub fn set_habits(&self, habits: Habits) {
        self.lock().grants.habits = habits;
    }

    /// How often a refresh token was shown, by a client that X knows.
    pub fn presented(&self, refresh_token: &Secret) -> usize {
        self.lock().grants.presented(refresh_token.expose())
    }

    /// Whether X has replaced a refresh token, whatever became of its answer.
    pub fn is_spent(&self, refresh_token: &Secret) -> bool {
        self.lock().grants.spent(refresh_token.expose())
    }

    /// How many OAuth 2.0 grants died since a spent refresh token was shown again.
    pub fn families_killed(&self) -> usize {
        self.lock().grants.killed()
    }

    pub(super) const fn mint(&self) -> &Mint {
        &self.mint
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves the state as it was between two answers.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SimApp {
    /// The live bearer token; a new one if the last was killed.
    pub fn issue_bearer(&mut self, mint: &Mint) -> String {
        if let Some(bearer) = &self.bearer {
            return bearer.clone();
        }
        self.bearers += 1;
        let bearer = mint.bearer(self.id, &format!("{}/{}", self.id, self.bearers));
        self.bearer = Some(bearer.clone());
        bearer
    }
}

impl State {
    /// The app with this key in force.
    pub fn app_of_key(&mut self, key: &str) -> Option<&mut SimApp> {
        self.apps.iter_mut().find(|app| app.key == key)
    }

    /// The account with this handle, whatever its case.
    pub fn account_of_handle(&self, handle: &str) -> Option<&SimAccount> {
        let handle = handle.trim_start_matches('@');
        self.accounts.values().find(|account| account.handle.eq_ignore_ascii_case(handle))
    }

    /// The app with this id.
    pub fn app(&mut self, id: u64) -> Option<&mut SimApp> {
        self.apps.iter_mut().find(|app| app.id == id)
    }

    /// Uses up one request of a 15-minute window: what is left and when it starts again, or `Err` with the start
    /// if nothing was left.
    pub fn spend(
        &mut self,
        route: &'static str,
        who: &str,
        limit: u32,
        now: Time,
    ) -> Result<(u32, Time), Time> {
        let fresh = Window { used: 0, reset: now.plus(Duration::from_secs(QUARTER.unsigned_abs())) };
        let window = self.windows.entry((route, who.to_owned())).or_insert(fresh);
        if window.reset <= now {
            *window = fresh;
        }
        if window.used >= limit {
            return Err(window.reset);
        }
        window.used += 1;
        Ok((limit - window.used, window.reset))
    }

    /// A number no issued value has had.
    pub fn next_number(&mut self) -> u32 {
        self.issued += 1;
        self.issued
    }

    /// The fault that meets this request: everybody's, or that of the account in whose name it claims to be.
    fn fault_for(&self, asked: &Asked) -> Option<&'static FaultRow> {
        let granted = |token: &str| self.grants.account_of(token).map(ToOwned::to_owned);
        let account = match oauth::claim(asked) {
            Claim::Oauth1(Signed { token: Some(token), .. }) => {
                token.split('-').next().map(ToOwned::to_owned)
            }
            Claim::Bearer(token) => granted(&token),
            _ => asked.field("refresh_token").and_then(granted),
        };
        let own = account.and_then(|id| self.accounts.get(&id)).and_then(|account| account.fault);
        self.fault.or(own)
    }
}
