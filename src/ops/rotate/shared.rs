//! Stages that all credentials share.

use super::desk::{Desk, value};
use super::pasted::recognised;
use super::{Ledger, Step, Tokens};
use crate::domain::credential::Origin;
use crate::domain::custody;
use crate::domain::edit::{self, Edit};
use crate::domain::fields::{Credential, Field, oauth2_issued_ms};
use crate::domain::profile::Oauth2Grant;
use crate::domain::rotation::{Granted, Stage, Way};
use crate::domain::secret::Secret;
use crate::domain::standing;
use crate::domain::time::Time;
use crate::failure::Failure;
use crate::ops::console;

/// Seconds that an OAuth 2.0 access token lives.
const ACCESS_LIFE: i64 = 7_200;

impl<S: Ledger> Desk<'_, S> {
    /// Sends the person to the console.
    pub(super) async fn send_to_console(self, mut said: Vec<String>) -> Result<Step<S>, Failure> {
        if let Some(page) = console::page(self.credential) {
            // The address is said as well, so a machine without a browser loses nothing.
            let _ = self.world.browser.open(&page.url);
            said.extend(page.steps);
            said.push(format!("regenerate it in X's console, {}, then paste the new value here", page.url));
        }
        let edits = vec![self.by(Way::Console, Stage::Console)];
        self.end(edits, said).await
    }

    pub(super) async fn after_console(self) -> Result<Step<S>, Failure> {
        let edits = vec![self.to(Stage::Paste)];
        let said = vec!["paste the new value; it is verified before anything is replaced".to_owned()];
        self.end(edits, said).await
    }

    /// Sends the person to log in as the account, by `way`.
    pub(super) async fn send_to_login(self, way: Way, mut said: Vec<String>) -> Result<Step<S>, Failure> {
        said.push(format!("now log in as {}", self.whom()));
        let edits = vec![self.by(way, Stage::Login)];
        self.end(edits, said).await
    }

    /// The account, for a sentence.
    pub(super) fn whom(&self) -> String {
        let handle = self.profile().and_then(|profile| profile.handle.as_ref());
        handle.map_or_else(|| format!("the account of “{}”", self.name()), ToString::to_string)
    }

    pub(super) async fn paste(self, values: Vec<(Field, Secret)>) -> Result<Step<S>, Failure> {
        let pasted = recognised(self.credential, self.with_client_id(values))
            .map_err(|doubt| self.usage(&doubt, "paste the new value again, whole"))?;
        if pasted.values.iter().all(|(field, value)| self.stored(*field).as_ref() == Some(value)) {
            return Err(self.usage(
                "this is the value that is stored already",
                "regenerate it in the console first, then paste what it shows",
            ));
        }
        let keep = |(field, value)| self.keep(field, value, Origin::Rotation);
        let mut edits: Vec<Edit> = pasted.values.into_iter().map(keep).collect();
        // What is pasted comes from the console, unless a login is what everybody waits for.
        let way = if self.stage() == Stage::Login { self.begun().way } else { Way::Console };
        let way = crate::domain::rotation::way(self.credential, way).map_or(self.begun().way, |row| row.way);
        let mut next = self.begun().by(way);
        next.granted = None;
        edits.push(self.becomes(&next, Stage::Verify));
        let mut said = pasted.notes;
        said.push("the pasted value is kept as a candidate until it is verified".to_owned());
        self.end(edits, said).await
    }

    /// The client ID stays when its secret is regenerated, so it need not be pasted.
    fn with_client_id(&self, mut values: Vec<(Field, Secret)>) -> Vec<(Field, Secret)> {
        let given = |field| value(&values, field).is_some_and(|value| !value.is_empty());
        if self.credential == Credential::Client && !given(Field::ClientId) {
            values.extend(self.stored(Field::ClientId).map(|id| (Field::ClientId, id)));
        }
        values
    }

    /// Keeps what X has issued to a login as candidates.
    pub(super) async fn issued(self, tokens: Tokens) -> Result<Step<S>, Failure> {
        let same = |(field, value): &(Field, Secret)| self.stored(*field).as_ref() == Some(value);
        if tokens.values.iter().all(same) {
            return self.handed_back().await;
        }
        let whole =
            |field: &Field| *field == Field::Oauth2RefreshToken || value(&tokens.values, *field).is_some();
        if !self.credential.fields().iter().all(whole) {
            return Err(self.usage("the login brought no whole credential", "log in again"));
        }
        let mut edits = Vec::new();
        if value(&tokens.values, Field::Oauth2RefreshToken).is_none() && self.credential == Credential::Oauth2
        {
            // The refresh token of an earlier try is no half of this pair.
            edits.push(Edit::DropCandidates { owner: self.owner, credential: self.credential });
        }
        edits.extend(tokens.values.into_iter().map(|(field, value)| self.keep(field, value, Origin::Login)));
        let mut next = self.begun();
        next.granted = tokens.granted;
        edits.push(self.becomes(&next, Stage::Verify));
        let said = vec!["what the login has brought is kept as a candidate until it is verified".to_owned()];
        self.end(edits, said).await
    }

    /// X has handed back the pair that is stored: nothing is replaced, and the way round has to be agreed to.
    async fn handed_back(self) -> Result<Step<S>, Failure> {
        if crate::domain::rotation::way(self.credential, Way::Renew).is_none() {
            return Err(self.usage("the login brought the stored values again", "log in again"));
        }
        let said = vec![
            "X has handed back the same pair: it issues another one only when the present one is dead"
                .to_owned(),
            "to go on, X has to be asked to kill it first: look at what stops then".to_owned(),
        ];
        let edits = vec![self.by(Way::Renew, Stage::Review)];
        self.end(edits, said).await
    }

    /// Candidate becomes current, the old value history, in one save.
    pub(super) async fn promote(self) -> Result<Step<S>, Failure> {
        let (values, now) = (self.candidates()?, self.world.clock.now());
        let new = |field: &Field| (*field, value(&values, *field));
        let new = self.credential.fields().iter().map(new);
        let mut edits = edit::set_fields(self.document(), self.owner, new, Origin::Rotation, now);
        let dead = self.dies_with_promotion().then(|| edit::killed(self.document(), &edits, now));
        for edit in &mut edits {
            if let Edit::SetField { issued_at, .. } = edit {
                *issued_at = Some(self.issued_at(now));
            }
        }
        edits.extend(dead.into_iter().flatten());
        edits.extend(self.grant(&values));
        edits.push(Edit::DropCandidates { owner: self.owner, credential: self.credential });
        edits.push(self.onward());
        let mut said =
            vec![format!("the new {} of “{}” is in place", self.credential.row().label, self.name())];
        let why = if self.dies_with_promotion() { ", since X has killed it" } else { "" };
        said.push(format!("the old one is in the history: a record, not a way back{why}"));
        self.end(edits, said).await
    }

    /// A user's pair was issued to the app's keys of today, so it is never older than they are, whatever a clock says.
    fn issued_at(&self, now: Time) -> Time {
        let keys = self.app().and_then(|app| app.held.slot(Field::ApiKey)).map(|slot| slot.changed_at);
        match self.credential {
            Credential::Access => keys.map_or(now, |keys| keys.max(now)),
            _ => now,
        }
    }

    /// What belongs to a new OAuth 2.0 pair: as X granted it, or as before where it was pasted.
    fn grant(&self, values: &[(Field, Secret)]) -> Option<Edit> {
        let profile = self.profile().filter(|_| self.credential == Credential::Oauth2)?;
        let was = profile.oauth2.clone();
        let old = was.clone().unwrap_or_default();
        let Granted { scopes, expires_at } = self.begun().granted.unwrap_or_else(|| {
            let issued = value(values, Field::Oauth2AccessToken);
            let issued = issued.and_then(|token| oauth2_issued_ms(token.expose()));
            let expires_at = issued.map(|ms| Time::from_unix(ms / 1000).shifted(ACCESS_LIFE));
            Granted { scopes: old.scopes.clone(), expires_at }
        });
        let mut to = Oauth2Grant { scopes, expires_at, sequence: old.sequence + 1, ..old };
        // An older save that is restored must not present what is given up now.
        let refresh = self.stored(Field::Oauth2RefreshToken);
        let print = refresh.filter(|old| value(values, Field::Oauth2RefreshToken).as_ref() != Some(old));
        custody::remember(&mut to.spent, print.map(|old| self.document().fingerprints.of(&old)));
        Some(Edit::SetGrant { owner: self.owner, was, to: Some(to) })
    }

    /// Whether X is known to honour one value at a time of what is promoted, so that the old one is dead. That a login
    /// kills what the one before it brought is not documented well enough to say so.
    fn dies_with_promotion(&self) -> bool {
        self.begun().way != Way::Login
    }

    pub(super) async fn abandon(self) -> Result<Step<S>, Failure> {
        let begun = self.begun();
        let down: Vec<String> = match self.owner {
            crate::domain::id::Owner::App(id) => {
                let down = standing::down(self.document(), id);
                let names = down.iter().filter_map(|id| self.document().profile(*id));
                names.map(|profile| format!("“{}”", profile.name)).collect()
            }
            crate::domain::id::Owner::Profile(_) => Vec::new(),
        };
        let in_place = begun.stage > Stage::Promote;
        let mut said = vec![if in_place {
            format!("the rotation is over; the new {} is in place", self.credential.row().label)
        } else {
            "the rotation is over; nothing was replaced".to_owned()
        }];
        if begun.may_be_dead() {
            let warning =
                "X may have killed the stored value: check the profiles, and look at the candidates";
            said.push(warning.to_owned());
        }
        if !down.is_empty() {
            said.push(format!("these bots still need a new login: {}", down.join(", ")));
        }
        let edits = vec![self.over()];
        self.end(edits, said).await
    }
}
