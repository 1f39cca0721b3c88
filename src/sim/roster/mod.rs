//! Who is in the simulated world: one file fills X's side and the vault's side, agreeing but for the troubles named.

mod rows;
mod vault_side;
mod x_side;

use self::rows::{AppRow, ClientType, File, ProfileRow};
use super::faults::{self, FaultRow};
use super::grants::ACCESS_LIFE;
use super::mint::Mint;
use crate::domain::fields::Field;
use crate::domain::names::{Handle, Name};
use crate::domain::needs::Need;
use crate::domain::permission::Level;
use crate::domain::time::Time;

/// The demo's roster.
const DEMO: &str = include_str!("../../../assets/demo.json");
/// Ids of made-up apps and accounts count up from these.
const FIRST_APP: u64 = 32_900_001;
/// Ids of apps that are nobody's here.
const STRANGER: u64 = 32_800_001;
const FIRST_ACCOUNT: u64 = 1_900_000_000_000_000_001;
/// The callback URL of an app that names none of its own.
const CALLBACK: &str = "http://127.0.0.1:8723/callback";
const DAY: i64 = 86_400;

/// What is wrong on the vault's side, where the answers of X are honest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The app's key and secret were regenerated; the vault holds the old ones.
    KeysRegenerated,
    /// X has suspended the app.
    AppSuspended,
    /// X says it killed the bearer, and did not.
    BearerStays,
    /// The bearer was regenerated; the vault holds the old one.
    BearerRegenerated,
    /// The vault holds the bearer of an app that is somebody else's.
    OtherBearer,
    /// The callback URL in the vault is not registered at X; another one is.
    OtherCallback,
    /// No callback URL is registered at X.
    NoCallback,
    /// The vault knows the app as the other of the two types of OAuth 2.0 client.
    ClientMixUp,
    /// The access pair was revoked.
    TokenRevoked,
    /// The vault holds the token of another account.
    OtherAccount,
    /// The access token secret was never filled in.
    SecretMissing,
    /// The access token stands in the place of its secret, and the other way round.
    Swapped,
    /// There is no user token; the app's bearer must do.
    BearerOnly,
    /// There is an OAuth 2.0 token instead of an access pair.
    Oauth2,
    /// There is an OAuth 2.0 token, and it has expired.
    Oauth2Expired,
    /// There is an OAuth 2.0 token, it has expired, and no refresh token is there.
    Oauth2RanOut,
    /// X's answers to this account are spoiled.
    Fault(&'static FaultRow),
}

/// The troubles of the vault's side, by the word of the roster; a fault's name is one as well.
pub const TROUBLES: &[(&str, Trouble, &str)] = &[
    (
        "keys-regenerated",
        Trouble::KeysRegenerated,
        "of an app: the vault holds the key and secret of last month",
    ),
    ("app-suspended", Trouble::AppSuspended, "of an app: X has suspended it"),
    ("bearer-stays", Trouble::BearerStays, "of an app: X says it killed the bearer token, and did not"),
    (
        "bearer-regenerated",
        Trouble::BearerRegenerated,
        "of an app: the vault holds the bearer token of last month",
    ),
    ("other-bearer", Trouble::OtherBearer, "of an app: the vault holds somebody else’s bearer token"),
    ("other-callback", Trouble::OtherCallback, "of an app: X knows another callback URL than the vault"),
    ("no-callback", Trouble::NoCallback, "of an app: X knows no callback URL at all"),
    (
        "client-mix-up",
        Trouble::ClientMixUp,
        "of an app: the vault takes a public OAuth 2.0 client for a confidential one, or the other way round",
    ),
    ("token-revoked", Trouble::TokenRevoked, "the access pair was revoked"),
    ("other-account", Trouble::OtherAccount, "the vault holds another account’s access pair"),
    ("secret-missing", Trouble::SecretMissing, "the access token secret was never filled in"),
    ("swapped", Trouble::Swapped, "the access token and its secret have changed places"),
    ("bearer-only", Trouble::BearerOnly, "no user token: a read-only profile"),
    ("oauth2", Trouble::Oauth2, "an OAuth 2.0 token instead of an access pair"),
    ("oauth2-expired", Trouble::Oauth2Expired, "an OAuth 2.0 token that has expired"),
    (
        "oauth2-ran-out",
        Trouble::Oauth2RanOut,
        "an OAuth 2.0 token that has expired, and nothing to refresh it with",
    ),
];

/// Who is in the simulated world, and when it began.
#[derive(Clone, Debug)]
pub struct Roster {
    file: File,
    began: Time,
}

/// Why a roster cannot be used. Says where, never what stood there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// Not JSON, or not of this form.
    #[error("line {line}, column {column}: not a roster")]
    Form {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// A row is wrong.
    #[error("{place}: {what}")]
    Row {
        /// Which row.
        place: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// The values of one profile on the vault's side.
struct Values {
    access_token: Option<String>,
    access_secret: Option<String>,
    oauth2: Option<Oauth2Values>,
}

struct Oauth2Values {
    access_token: String,
    refresh_token: Option<String>,
    scope: String,
    expires_at: Time,
}

impl Roster {
    /// The demo's roster, beginning at `began`.
    ///
    /// # Errors
    /// None as long as the tests pass: the file is part of the program.
    pub fn demo(began: Time) -> Result<Self, RosterError> {
        Self::parse(DEMO, began)
    }

    /// Reads a roster.
    ///
    /// # Errors
    /// The first thing wrong with it.
    pub fn parse(text: &str, began: Time) -> Result<Self, RosterError> {
        let file: File = serde_json::from_str(text)
            .map_err(|error| RosterError::Form { line: error.line(), column: error.column() })?;
        let roster = Self { file, began };
        roster.check()?;
        Ok(roster)
    }

    /// `profiles` bots without any trouble on `apps` apps: for measuring.
    pub fn large(profiles: usize, apps: usize, began: Time) -> Self {
        let app = |i: usize| AppRow {
            name: format!("app-{i:03}"),
            owner: None,
            permission: Some(Level::ReadWrite.word().to_owned()),
            client: None,
            callbacks: None,
            notes: String::new(),
            trouble: None,
        };
        let profile = |i: usize| ProfileRow {
            name: format!("bot-{i:05}"),
            handle: format!("demo_bot_{i:05}"),
            display: String::new(),
            app: format!("app-{:03}", i % apps.max(1)),
            level: Some(Level::ReadWrite.word().to_owned()),
            scope: None,
            needs: vec!["post".to_owned()],
            tags: Vec::new(),
            deployed: Vec::new(),
            notes: String::new(),
            trouble: None,
            same_as: None,
        };
        let file = File {
            seed: "a large roster".to_owned(),
            apps: (0..apps.max(1)).map(app).collect(),
            profiles: (0..profiles).map(profile).collect(),
        };
        Self { file, began }
    }

    /// What every made-up value depends on.
    pub fn seed(&self) -> &str {
        &self.file.seed
    }

    /// The trouble of the profile with this name, by its word.
    pub fn trouble_of(&self, profile: &str) -> Option<&str> {
        self.file.profiles.iter().find(|row| row.name == profile)?.trouble.as_deref()
    }

    fn check(&self) -> Result<(), RosterError> {
        let wrong = |place: String, what| Err(RosterError::Row { place, what });
        for (i, app) in self.file.apps.iter().enumerate() {
            let place = format!("app {}", i + 1);
            if Name::parse(&app.name).is_err() {
                return wrong(place, "the name is not one");
            }
            if app.permission.as_deref().is_some_and(|word| Level::parse(word).is_none()) {
                return wrong(place, "the permission is none of X’s three");
            }
            if app.client_type().is_none() {
                return wrong(place, "the client is neither confidential, public nor none");
            }
            if app.trouble.as_deref().is_some_and(|word| trouble(word).is_none()) {
                return wrong(place, "there is no trouble of that name");
            }
        }
        for (i, profile) in self.file.profiles.iter().enumerate() {
            let place = format!("profile {}", i + 1);
            if Name::parse(&profile.name).is_err() || Handle::parse(&profile.handle).is_err() {
                return wrong(place, "the name or handle is not one");
            }
            if self.app_number(&profile.app).is_none() {
                return wrong(place, "its app is not in the roster");
            }
            if profile.level.as_deref().is_some_and(|word| Level::parse(word).is_none()) {
                return wrong(place, "the level is none of X’s three");
            }
            if profile.needs.iter().any(|word| Need::parse(word).is_none()) {
                return wrong(place, "it has a need that birdkeep does not know");
            }
            if profile.same_as.as_deref().is_some_and(|name| self.same(i, name).is_none()) {
                return wrong(place, "it is the same as a profile that is not before it");
            }
            if profile.tags.iter().any(|tag| Name::parse(tag).is_err()) {
                return wrong(place, "a tag is not one");
            }
            if profile.trouble.as_deref().is_some_and(|word| trouble(word).is_none()) {
                return wrong(place, "there is no trouble of that name");
            }
        }
        Ok(())
    }

    fn app_number(&self, name: &str) -> Option<usize> {
        self.file.apps.iter().position(|app| app.name == name)
    }

    /// The number of the profile before `number` that has this name.
    fn same(&self, number: usize, name: &str) -> Option<usize> {
        self.file.profiles.iter().take(number).position(|row| row.name == name)
    }

    /// Whose account and token the profile with this number has: its own, but for one bot under two names.
    fn number_of(&self, number: usize) -> usize {
        let same = self.file.profiles[number].same_as.as_deref();
        same.and_then(|name| self.same(number, name)).unwrap_or(number)
    }

    fn account_id(number: usize) -> String {
        (FIRST_ACCOUNT + number as u64).to_string()
    }

    fn app_id(number: usize) -> u64 {
        FIRST_APP + number as u64
    }

    /// The account of an app's owner: a profile's if the handle is one's, else one of its own.
    fn owner_id(&self, app: usize) -> String {
        let owner = self.file.apps[app].owner.as_deref();
        let profile = self.file.profiles.iter().position(|row| Some(row.handle.as_str()) == owner);
        profile.map_or_else(|| Self::account_id(900_000 + app), Self::account_id)
    }
}

/// The trouble of this word: one of [`TROUBLES`], or a fault by name.
fn trouble(word: &str) -> Option<Trouble> {
    TROUBLES
        .iter()
        .find(|(name, ..)| *name == word)
        .map(|(_, trouble, _)| *trouble)
        .or_else(|| faults::find(word).map(Trouble::Fault))
}

/// The live bearer of somebody else's app, which has found its way into the vault as that of app `number`.
fn strangers_bearer(mint: &Mint, number: usize) -> String {
    let id = STRANGER + number as u64;
    mint.bearer(id, &format!("{id}/1"))
}

/// What both sides start from.
impl Roster {
    fn values(&self, mint: &Mint, number: usize) -> Values {
        let number = self.number_of(number);
        let row = &self.file.profiles[number];
        let account = match row.trouble() {
            Some(Trouble::OtherAccount) => Self::account_id(500_000 + number),
            _ => Self::account_id(number),
        };
        let pair = !row.is_oauth2() && row.trouble() != Some(Trouble::BearerOnly);
        let secret = pair && row.trouble() != Some(Trouble::SecretMissing);
        let oauth2 = row.is_oauth2().then(|| {
            let expired = matches!(row.trouble(), Some(Trouble::Oauth2Expired | Trouble::Oauth2RanOut));
            let age = if expired { 3 * DAY } else { 600 };
            let issued = self.began.shifted(-age);
            Oauth2Values {
                access_token: mint.oauth2("at", issued.unix(), &row.name),
                refresh_token: (row.trouble() != Some(Trouble::Oauth2RanOut))
                    .then(|| mint.oauth2("rt", issued.unix(), &row.name)),
                scope: row.scope(),
                expires_at: issued.shifted(ACCESS_LIFE),
            }
        });
        Values {
            access_token: pair.then(|| mint.access_token(&account, &row.name)),
            access_secret: secret.then(|| mint.access_secret(&row.name)),
            oauth2,
        }
    }

    /// The same as the vault holds them, which may have gone wrong.
    fn stored(&self, mint: &Mint, number: usize) -> Values {
        let mut values = self.values(mint, number);
        if self.file.profiles[number].trouble() == Some(Trouble::Swapped) {
            std::mem::swap(&mut values.access_token, &mut values.access_secret);
        }
        values
    }

    fn stored_bearer(&self, mint: &Mint, number: usize) -> String {
        if self.file.apps[number].trouble() == Some(Trouble::OtherBearer) {
            return strangers_bearer(mint, number);
        }
        let id = Self::app_id(number);
        mint.bearer(id, &format!("{id}/1"))
    }

    fn app_values(&self, mint: &Mint, number: usize) -> Vec<(Field, String)> {
        let row = &self.file.apps[number];
        let name = &row.name;
        let of = format!("{name}/first");
        let mut values = vec![
            (Field::ApiKey, mint.api_key(&of)),
            (Field::ApiSecret, mint.api_secret(&of)),
            (Field::BearerToken, self.stored_bearer(mint, number)),
        ];
        let client = row.client_type().unwrap_or(ClientType::None);
        let mixed_up = row.trouble() == Some(Trouble::ClientMixUp);
        if client != ClientType::None {
            values.push((Field::ClientId, mint.client_id(name)));
        }
        if (client == ClientType::Confidential) != mixed_up && client != ClientType::None {
            values.push((Field::ClientSecret, mint.client_secret(name)));
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credential::Held;
    use crate::domain::fields::recognise;

    const BEGAN: Time = Time::from_const(1_795_000_000);

    fn demo() -> Roster {
        Roster::demo(BEGAN).expect("the demo's roster is part of the program")
    }

    #[test]
    fn the_demo_has_five_apps_and_a_flock() {
        let document = demo().document();
        assert_eq!(document.apps().count(), 5);
        assert!(document.profile_count() >= 39);
        for profile in document.profiles() {
            assert!(document.app_of(profile).is_some(), "{}", profile.name);
            assert!(!profile.notes.is_empty(), "{} has nothing to smile about", profile.name);
        }
    }

    #[test]
    fn every_value_of_the_demo_looks_like_its_field_and_like_nobodys() {
        let document = demo().document();
        let sorted = document.profiles().filter(|p| demo().trouble_of(p.name.as_str()) != Some("swapped"));
        let held = document.apps().map(|a| &a.held).chain(sorted.map(|p| &p.held));
        for slot in held.flat_map(Held::slots) {
            let value = slot.secret.expose();
            assert!(recognise(value).contains(&slot.field), "{value} is no {}", slot.field);
        }
    }

    #[test]
    fn the_exchange_form_holds_the_same_values_as_the_vault() {
        let roster = demo();
        let text = roster.exchange_json();
        let document = roster.document();
        let held = document.apps().map(|a| &a.held).chain(document.profiles().map(|p| &p.held));
        for slot in held.flat_map(Held::slots) {
            assert!(text.contains(slot.secret.expose()), "{} is missing", slot.field);
        }
        assert!(text.contains("\"expires_at\": \"2026-"));
    }

    #[test]
    fn a_roster_with_a_mistake_says_where_and_not_what() {
        let app = r#"{"name": "a"}"#;
        for (apps, profiles, wanted) in [
            ("", r#"{"name": "p", "handle": "h", "app": "none"}"#, "profile 1: its app is not in the roster"),
            (
                app,
                r#"{"name": "p", "handle": "a b", "app": "a"}"#,
                "profile 1: the name or handle is not one",
            ),
            (
                app,
                r#"{"name": "p", "handle": "h", "app": "a", "trouble": "none"}"#,
                "no trouble of that name",
            ),
            (app, r#"{"name": "p", "handle": "h", "app": "a", "needs": ["fly"]}"#, "a need"),
            (r#"{"name": "a", "permission": "all"}"#, "", "app 1: the permission"),
            (app, r#"{"name": "p", "secret_of_mine": 1}"#, "line 1, column"),
        ] {
            let text = format!(r#"{{"seed": "s", "apps": [{apps}], "profiles": [{profiles}]}}"#);
            let error = Roster::parse(&text, BEGAN).expect_err("it has a mistake").to_string();
            assert!(error.contains(wanted), "{error}");
            assert!(!error.contains("secret_of_mine"));
        }
    }
}
