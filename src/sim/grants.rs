//! OAuth 2.0 grants as the simulated X keeps them, by the strictest rules anybody reports of X.
//!
//! One login makes one *family*: the tokens it issued and all that refreshes made of them. A refresh token is good once;
//! shown again it kills its family, unless [`Habits`] allow a while of grace. A new login of the same account and app
//! kills the family before it. Sources: X's pages on the authorization code flow, 2026-08; the killing of families is
//! reported in public issues only, so it is the worst case to be tried against, not a fact about X.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::mint::Mint;
use crate::domain::permission::Scopes;
use crate::domain::time::Time;

/// Seconds an access token lives.
pub const ACCESS_LIFE: i64 = 7_200;
/// Seconds an authorization code lives.
const CODE_LIFE: i64 = 30;
/// Without this scope there is no refresh token.
const OFFLINE: &str = "offline.access";

/// What X does where it documents nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    /// Seconds in which a spent refresh token gives the same pair once more; 0: none, the strict reading.
    pub grace: i64,
    /// Whether a refresh replaces the refresh token. If not, the answer holds none and the old one stays good.
    pub rotates: bool,
}

impl Default for Habits {
    fn default() -> Self {
        Self { grace: 0, rotates: true }
    }
}

/// Who an access token answers for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimGrant {
    /// The id of its app.
    pub app: u64,
    /// The id of its account.
    pub account: String,
    /// What it was granted.
    pub scopes: Scopes,
    /// When it ends.
    pub expires_at: Time,
}

/// A login page's yes, waiting to be exchanged.
#[derive(Clone, Debug)]
pub struct Consent {
    /// The id of the app.
    pub app: u64,
    /// The id of the account.
    pub account: String,
    /// What was granted.
    pub scopes: Scopes,
    /// Where the code was sent.
    pub redirect_uri: String,
    /// `code_challenge` and `code_challenge_method`.
    pub challenge: (String, String),
}

/// Tokens as an answer lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: Option<String>,
    /// What was granted.
    pub scopes: Scopes,
}

/// Why there are no tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Unknown, spent, revoked, or another client's.
    Token,
    /// Unknown, used, older than 30 seconds, another client's, or with the wrong verifier.
    Code,
    /// Not the address that the code was sent to.
    Redirect,
}

#[derive(Clone, Debug)]
struct Family {
    app: u64,
    account: String,
    scopes: Scopes,
    dead: bool,
}

#[derive(Clone, Debug, Default)]
struct Refresh {
    family: u32,
    /// When it was used, and what for.
    spent: Option<(Time, Tokens)>,
    revoked: bool,
    presented: usize,
}

#[derive(Clone, Debug)]
struct Code {
    consent: Consent,
    issued_at: Time,
    used: bool,
}

/// Every grant.
#[derive(Debug, Default)]
pub struct Grants {
    /// What X does where it documents nothing.
    pub habits: Habits,
    families: BTreeMap<u32, Family>,
    /// Access tokens: family and end.
    access: BTreeMap<String, (u32, Time)>,
    refresh: BTreeMap<String, Refresh>,
    codes: BTreeMap<String, Code>,
    killed: usize,
    issued: u32,
}

impl Grants {
    /// Takes tokens in that were issued before the world began.
    pub fn adopt(&mut self, grant: SimGrant, access: String, refresh: Option<String>) {
        let family = self.found(grant.app, grant.account, grant.scopes);
        self.access.insert(access, (family, grant.expires_at));
        if let Some(refresh) = refresh {
            self.refresh.insert(refresh, Refresh { family, ..Refresh::default() });
        }
    }

    /// The code for a consent.
    pub fn code(&mut self, consent: Consent, mint: &Mint, now: Time) -> String {
        let code = mint.oauth2("ac", now.unix(), &self.next());
        self.codes.insert(code.clone(), Code { consent, issued_at: now, used: false });
        code
    }

    /// Tokens for a code.
    ///
    /// # Errors
    /// What is wrong with the code, the redirect address or the verifier. The code stays as it was.
    pub fn exchange(
        &mut self,
        app: u64,
        (code, redirect_uri, verifier): (&str, &str, &str),
        mint: &Mint,
        now: Time,
    ) -> Result<Tokens, Refusal> {
        let known = self.codes.get_mut(code).ok_or(Refusal::Code)?;
        if known.used || known.consent.app != app || now.since(known.issued_at) > CODE_LIFE {
            return Err(Refusal::Code);
        }
        if known.consent.redirect_uri != redirect_uri {
            return Err(Refusal::Redirect);
        }
        if !answers(&known.consent.challenge, verifier) {
            return Err(Refusal::Code);
        }
        known.used = true;
        let Consent { account, scopes, .. } = known.consent.clone();
        for family in self.families.values_mut() {
            family.dead |= family.app == app && family.account == account;
        }
        let family = self.found(app, account, scopes);
        Ok(self.issue(family, mint, now))
    }

    /// The next tokens for a refresh token.
    ///
    /// # Errors
    /// The token is not good, or no longer; then its family may be dead as well.
    pub fn refresh(&mut self, app: u64, token: &str, mint: &Mint, now: Time) -> Result<Tokens, Refusal> {
        let habits = self.habits;
        let known = self.refresh.get_mut(token).ok_or(Refusal::Token)?;
        known.presented += 1;
        let Some(family) = self.families.get_mut(&known.family) else { return Err(Refusal::Token) };
        if family.app != app || family.dead || known.revoked {
            return Err(Refusal::Token);
        }
        if let Some((at, tokens)) = &known.spent {
            if now.since(*at) < habits.grace {
                return Ok(tokens.clone());
            }
            family.dead = true;
            self.killed += 1;
            return Err(Refusal::Token);
        }
        let number = known.family;
        let mut tokens = self.issue(number, mint, now);
        if habits.rotates {
            if let Some(known) = self.refresh.get_mut(token) {
                known.spent = Some((now, tokens.clone()));
            }
        } else if let Some(unwanted) = tokens.refresh.take() {
            self.refresh.remove(&unwanted);
        }
        Ok(tokens)
    }

    /// Kills one token of the app, and no other.
    pub fn revoke(&mut self, app: u64, token: &str) {
        let own = |families: &BTreeMap<u32, Family>, family| {
            families.get(&family).is_some_and(|family| family.app == app)
        };
        if let Some(refresh) = self.refresh.get_mut(token) {
            refresh.revoked |= own(&self.families, refresh.family);
        }
        if self.access.get(token).is_some_and(|(family, _)| own(&self.families, *family)) {
            self.access.remove(token);
        }
    }

    /// Who a live access token answers for.
    pub fn of(&self, access: &str, now: Time) -> Option<SimGrant> {
        let (family, expires_at) = self.access.get(access)?;
        let family = self.families.get(family).filter(|family| !family.dead && *expires_at > now)?;
        Some(SimGrant {
            app: family.app,
            account: family.account.clone(),
            scopes: family.scopes.clone(),
            expires_at: *expires_at,
        })
    }

    /// Whose a token is, live or not.
    pub fn account_of(&self, token: &str) -> Option<&str> {
        let family = match (self.access.get(token), self.refresh.get(token)) {
            (Some((family, _)), _) => family,
            (None, refresh) => &refresh?.family,
        };
        self.families.get(family).map(|family| family.account.as_str())
    }

    /// Whether a refresh token would still be taken.
    pub fn refreshes(&self, token: &str) -> bool {
        let good = self.refresh.get(token).filter(|known| known.spent.is_none() && !known.revoked);
        good.and_then(|known| self.families.get(&known.family)).is_some_and(|family| !family.dead)
    }

    /// How often a refresh token was shown, by a client that X knows.
    pub fn presented(&self, token: &str) -> usize {
        self.refresh.get(token).map_or(0, |known| known.presented)
    }

    /// Whether X has replaced a refresh token, whatever became of its answer.
    pub fn spent(&self, token: &str) -> bool {
        self.refresh.get(token).is_some_and(|known| known.spent.is_some())
    }

    /// How many families died of a refresh token shown again.
    pub const fn killed(&self) -> usize {
        self.killed
    }

    fn found(&mut self, app: u64, account: String, scopes: Scopes) -> u32 {
        self.issued += 1;
        self.families.insert(self.issued, Family { app, account, scopes, dead: false });
        self.issued
    }

    fn issue(&mut self, family: u32, mint: &Mint, now: Time) -> Tokens {
        let of = self.next();
        let scopes = self.families.get(&family).map(|family| family.scopes.clone()).unwrap_or_default();
        let access = mint.oauth2("at", now.unix(), &of);
        self.access.insert(access.clone(), (family, now.shifted(ACCESS_LIFE)));
        let refresh = scopes.hold(&[OFFLINE]).then(|| mint.oauth2("rt", now.unix(), &of));
        if let Some(refresh) = &refresh {
            self.refresh.insert(refresh.clone(), Refresh { family, ..Refresh::default() });
        }
        Tokens { access, refresh, scopes }
    }

    fn next(&mut self) -> String {
        self.issued += 1;
        format!("grant/{}", self.issued)
    }
}

/// RFC 7636 section 4.6. X takes the method in either case.
fn answers((challenge, method): &(String, String), verifier: &str) -> bool {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
        return false;
    }
    match method.to_ascii_lowercase().as_str() {
        "s256" => URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == *challenge,
        "plain" => verifier == challenge,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
