//! X's side of a roster: apps, accounts and the tokens it honours.

use super::rows::{AppRow, ClientType, ProfileRow};
use super::{Roster, STRANGER, Trouble, strangers_bearer};
use crate::domain::permission::{Level, Scopes};
use crate::sim::grants::SimGrant;
use crate::sim::mint::Mint;
use crate::sim::world::{SimAccount, SimApp, SimClient, SimToken, State};

impl Roster {
    pub(in crate::sim) fn state(&self, mint: &Mint) -> State {
        let mut state = State::default();
        for (i, row) in self.file.apps.iter().enumerate() {
            state.apps.push(self.sim_app(mint, i, row));
            if row.trouble() == Some(Trouble::OtherBearer) {
                state.apps.push(Self::stranger(mint, i));
            }
        }
        for (i, row) in self.file.profiles.iter().enumerate().filter(|(_, row)| row.same_as.is_none()) {
            let fault = match row.trouble() {
                Some(Trouble::Fault(fault)) => Some(fault),
                _ => None,
            };
            let id = Self::account_id(i);
            let name = if row.display.is_empty() { row.name.clone() } else { row.display.clone() };
            let account = SimAccount { id: id.clone(), handle: row.handle.clone(), name, fault };
            state.accounts.insert(id.clone(), account);
            self.issue(&mut state, mint, i, row);
        }
        state
    }

    fn sim_app(&self, mint: &Mint, number: usize, row: &AppRow) -> SimApp {
        let id = Self::app_id(number);
        let in_force = if row.trouble() == Some(Trouble::KeysRegenerated) { "after" } else { "first" };
        let of = format!("{}/{in_force}", row.name);
        let mut app = SimApp {
            id,
            name: row.name.clone(),
            key: mint.api_key(&of),
            secret: mint.api_secret(&of),
            bearer: None,
            bearers: 0,
            level: row.level().unwrap_or(Level::ReadWrite),
            suspended: row.trouble() == Some(Trouble::AppSuspended),
            stubborn: row.trouble() == Some(Trouble::BearerStays),
            owner: self.owner_id(number),
            client: row.sim_client(mint),
            callbacks: match row.trouble() {
                Some(Trouble::OtherCallback) => vec!["https://example.com/callback".to_owned()],
                Some(Trouble::NoCallback) => Vec::new(),
                _ => row.callbacks(),
            },
        };
        app.issue_bearer(mint);
        if matches!(row.trouble(), Some(Trouble::KeysRegenerated | Trouble::BearerRegenerated)) {
            // New keys, new bearer: the vault's one is dead as well.
            app.bearer = None;
            app.issue_bearer(mint);
        }
        app
    }

    /// An app that is nobody's here, whose bearer the vault holds as that of app `number`.
    fn stranger(mint: &Mint, number: usize) -> SimApp {
        let id = STRANGER + number as u64;
        let of = format!("stranger/{number}");
        SimApp {
            id,
            name: "somebody-elses".to_owned(),
            key: mint.api_key(&of),
            secret: mint.api_secret(&of),
            bearer: Some(strangers_bearer(mint, number)),
            bearers: 1,
            level: Level::Read,
            suspended: false,
            stubborn: false,
            owner: Self::account_id(950_000 + number),
            client: None,
            callbacks: Vec::new(),
        }
    }

    /// Puts the tokens that X honours into `state`.
    fn issue(&self, state: &mut State, mint: &Mint, number: usize, row: &ProfileRow) {
        let Some(app) = self.app_number(&row.app) else { return };
        let values = self.values(mint, number);
        let honoured = !matches!(row.trouble(), Some(Trouble::TokenRevoked | Trouble::OtherAccount))
            && self.file.apps[app].trouble() != Some(Trouble::KeysRegenerated);
        let account = Self::account_id(number);
        if row.trouble() == Some(Trouble::OtherAccount) {
            self.issue_other(state, mint, number, app);
        }
        if let (Some(token), true) = (&values.access_token, honoured) {
            let secret = values.access_secret.clone().unwrap_or_else(|| mint.access_secret(&row.name));
            let issued = SimToken {
                token: token.clone(),
                secret,
                app: Self::app_id(app),
                account: account.clone(),
                level: row.level(),
            };
            state.tokens.insert(token.clone(), issued);
        }
        if let Some(oauth2) = values.oauth2 {
            let grant = SimGrant {
                app: Self::app_id(app),
                account,
                scopes: Scopes::parse(&oauth2.scope),
                expires_at: oauth2.expires_at,
            };
            state.grants.adopt(grant, oauth2.access_token, oauth2.refresh_token);
        }
    }

    /// The other account whose token the vault holds by mistake.
    fn issue_other(&self, state: &mut State, mint: &Mint, number: usize, app: usize) {
        let row = &self.file.profiles[number];
        let id = Self::account_id(500_000 + number);
        let other = SimAccount {
            id: id.clone(),
            handle: "demo_someone".to_owned(),
            name: "somebody else entirely".to_owned(),
            fault: None,
        };
        let (token, secret) = (mint.access_token(&id, &row.name), mint.access_secret(&row.name));
        let issued = SimToken {
            token: token.clone(),
            secret,
            app: Self::app_id(app),
            account: id.clone(),
            level: row.level(),
        };
        state.accounts.insert(id, other);
        state.tokens.insert(token, issued);
    }
}

impl AppRow {
    fn sim_client(&self, mint: &Mint) -> Option<SimClient> {
        let id = mint.client_id(&self.name);
        match self.client_type()? {
            ClientType::Confidential => Some(SimClient { id, secret: Some(mint.client_secret(&self.name)) }),
            ClientType::Public => Some(SimClient { id, secret: None }),
            ClientType::None => None,
        }
    }
}
