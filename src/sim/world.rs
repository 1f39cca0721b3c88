//! What the simulated X knows: apps, accounts, tokens, windows, nonces.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::answers::Answer;
use super::asked::Asked;
use super::faults::{FaultRow, Outcome, Scene};
use super::mint::Mint;
use super::oauth::{self, Claim, Signed, WINDOW};
use super::roster::Roster;
use super::routes;
use crate::domain::names::UserId;
use crate::domain::permission::{Level, Scopes};
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::x::wire::Now;

/// Nonces remembered at most; the oldest are forgotten first.
const NONCES: usize = 100_000;
/// Seconds of a rate-limit window.
const QUARTER: i64 = 900;

/// An app, as X knows it.
#[derive(Clone, Debug)]
pub struct SimApp {
    /// The numeric id.
    pub id: u64,
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

/// An OAuth 2.0 user token.
#[derive(Clone, Debug)]
pub struct SimGrant {
    /// The access token.
    pub access_token: String,
    /// The id of its account.
    pub account: String,
    /// What it was granted.
    pub scopes: Scopes,
    /// When it ends.
    pub expires_at: Time,
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
    /// OAuth 2.0 tokens by access token.
    pub grants: BTreeMap<String, SimGrant>,
    /// How many values were issued after the start.
    issued: u32,
    nonces: HashSet<(i64, String, String)>,
    nonce_order: VecDeque<(i64, String, String)>,
    windows: BTreeMap<(&'static str, String), Window>,
    served: BTreeMap<String, usize>,
    fault: Option<&'static FaultRow>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    used: u32,
    reset: Time,
}

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
        let honest = routes::answer(&mut state, &self.mint, asked, now).dated(now);
        drop(state);
        match fault {
            Some(row) => (row.spoil)(&Scene { asked, honest, now }),
            None => Outcome::now(honest),
        }
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

    /// Whether X honours this value: a bearer, an access token or its secret, an OAuth 2.0 access token.
    pub fn is_live(&self, value: &Secret) -> bool {
        let (state, value) = (self.lock(), value.expose());
        state.apps.iter().any(|app| !app.suspended && app.bearer.as_deref() == Some(value))
            || state.tokens.values().any(|token| token.token == value || token.secret == value)
            || state.grants.get(value).is_some_and(|grant| grant.expires_at > (self.now)())
    }

    /// How often each `METHOD path` was asked.
    pub fn served(&self) -> BTreeMap<String, usize> {
        self.lock().served.clone()
    }

    /// What the console's *Regenerate* does to an account's access token and secret: the old pair is dead at once,
    /// the new one takes the app's present permission. `None` if the account has no token.
    pub fn regenerate_access(&self, account: &UserId) -> Option<(Secret, Secret)> {
        let mut state = self.lock();
        let old = state.tokens.values().find(|token| token.account == account.as_str()).cloned()?;
        state.tokens.remove(&old.token);
        let of = format!("{}/{}", old.account, state.next_number());
        let token = self.mint.access_token(&old.account, &of);
        let secret = self.mint.access_secret(&of);
        let level = state.app(old.app).map_or(old.level, |app| app.level);
        let new = SimToken { token: token.clone(), secret: secret.clone(), level, ..old };
        state.tokens.insert(token.clone(), new);
        Some((Secret::new(token), Secret::new(secret)))
    }

    /// What the console's *Regenerate* does to an app's bearer token. `None` if the key is no app's.
    pub fn regenerate_bearer(&self, api_key: &Secret) -> Option<Secret> {
        let mut state = self.lock();
        let app = state.apps.iter_mut().find(|app| app.key == api_key.expose())?;
        app.bearer = None;
        Some(Secret::new(app.issue_bearer(&self.mint)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
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

    /// The app with this id.
    pub fn app(&mut self, id: u64) -> Option<&mut SimApp> {
        self.apps.iter_mut().find(|app| app.id == id)
    }

    /// Who is asking.
    ///
    /// # Errors
    /// X's refusal: `plain` for a credential it does not know, or what it says to a replay or a wrong clock.
    pub fn caller(&mut self, asked: &Asked, now: Time, plain: fn() -> Answer) -> Result<Caller, Answer> {
        match oauth::claim(asked) {
            Claim::Oauth1(signed) => self.signer(asked, &signed, now, plain),
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

    fn signer(
        &mut self,
        asked: &Asked,
        signed: &Signed,
        now: Time,
        plain: fn() -> Answer,
    ) -> Result<Caller, Answer> {
        if (signed.timestamp - now.unix()).abs() > WINDOW {
            return Err(super::answers::out_of_bounds());
        }
        let app = self.apps.iter().find(|app| app.key == signed.key).ok_or_else(plain)?;
        let token = signed.token.as_ref().and_then(|token| self.tokens.get(token)).ok_or_else(plain)?;
        if token.app != app.id || !signed.verify(asked, &app.secret, &token.secret) {
            return Err(plain());
        }
        let token = token.clone();
        let nonce = (signed.timestamp, token.token.clone(), signed.nonce.clone());
        if !self.nonces.insert(nonce.clone()) {
            return Err(plain());
        }
        self.nonce_order.push_back(nonce);
        if self.nonce_order.len() > NONCES
            && let Some(oldest) = self.nonce_order.pop_front()
        {
            self.nonces.remove(&oldest);
        }
        Ok(Caller::Signed(token))
    }

    fn bearer(&self, token: &str, now: Time) -> Option<Caller> {
        if let Some(app) = self.apps.iter().find(|app| app.bearer.as_deref() == Some(token)) {
            return (!app.suspended).then_some(Caller::App(app.id));
        }
        let grant = self.grants.get(token).filter(|grant| grant.expires_at > now)?;
        Some(Caller::Granted(grant.clone()))
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
        let account = match oauth::claim(asked) {
            Claim::Oauth1(Signed { token: Some(token), .. }) => {
                token.split('-').next().map(ToOwned::to_owned)
            }
            Claim::Bearer(token) => self.grants.get(&token).map(|grant| grant.account.clone()),
            _ => None,
        };
        let own = account.and_then(|id| self.accounts.get(&id)).and_then(|account| account.fault);
        self.fault.or(own)
    }
}
