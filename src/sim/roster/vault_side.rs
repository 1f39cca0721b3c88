//! The vault's side of a roster: a document, or the same as exchange JSON.

use serde_json::{Map, Value, json};

use super::rows::{AppRow, ProfileRow};
use super::{DAY, Roster};
use crate::domain::app::App;
use crate::domain::credential::Slot;
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::fingerprint::FingerprintKey;
use crate::domain::id::{AppId, ProfileId};
use crate::domain::names::{Handle, Name, UserId};
use crate::domain::needs::Need;
use crate::domain::permission::Scopes;
use crate::domain::profile::{Oauth2Grant, Profile};
use crate::domain::secret::Secret;
use crate::sim::mint::Mint;

impl Roster {
    /// The vault that goes with this world, without any id or key of chance: the same roster makes the same one.
    pub fn document(&self) -> Document {
        let mint = Mint::new(self.seed());
        let mut key = [0; 32];
        key[..16].copy_from_slice(&mint.id("fingerprints"));
        let mut document = Document::new(FingerprintKey::new(key));
        for (i, row) in self.file.apps.iter().enumerate() {
            if let Some(app) = self.app(&mint, i, row) {
                document.insert_app(app);
            }
        }
        for (i, row) in self.file.profiles.iter().enumerate() {
            if let Some(profile) = self.profile(&mint, i, row) {
                document.insert_profile(profile);
            }
        }
        document
    }

    fn app(&self, mint: &Mint, number: usize, row: &AppRow) -> Option<App> {
        let created = self.began.shifted(-200 * DAY);
        let id = AppId::from_random(mint.id(&format!("app/{}", row.name)));
        let mut app = App::new(id, Name::parse(&row.name).ok()?, created);
        app.permission = row.level();
        app.notes.clone_from(&row.notes);
        app.callback_url = row.callbacks().into_iter().next();
        for (field, value) in self.app_values(mint, number) {
            app.held.put(self.slot(field, value, number));
        }
        Some(app)
    }

    fn profile(&self, mint: &Mint, number: usize, row: &ProfileRow) -> Option<Profile> {
        let created = self.began.shifted(-150 * DAY);
        let id = ProfileId::from_random(mint.id(&format!("profile/{}", row.name)));
        let mut profile = Profile::new(id, Name::parse(&row.name).ok()?, created);
        let app = &self.file.apps[self.app_number(&row.app)?];
        profile.handle = Handle::parse(&row.handle).ok();
        profile.user_id = UserId::parse(&Self::account_id(self.number_of(number)));
        profile.app = Some(AppId::from_random(mint.id(&format!("app/{}", app.name))));
        profile.needs = row.needs.iter().filter_map(|word| Need::parse(word)).collect();
        profile.tags = row.tags.iter().filter_map(|tag| Name::parse(tag).ok()).collect();
        profile.deployed.clone_from(&row.deployed);
        profile.notes.clone_from(&row.notes);
        let values = self.stored(mint, number);
        let mut put = |field, value: Option<String>| {
            if let Some(value) = value {
                profile.held.put(self.slot(field, value, number));
            }
        };
        put(Field::AccessToken, values.access_token);
        put(Field::AccessSecret, values.access_secret);
        if let Some(oauth2) = values.oauth2 {
            put(Field::Oauth2AccessToken, Some(oauth2.access_token));
            put(Field::Oauth2RefreshToken, oauth2.refresh_token);
            profile.oauth2 = Some(Oauth2Grant {
                scopes: Scopes::parse(&oauth2.scope),
                expires_at: Some(oauth2.expires_at),
                sequence: 1,
                ..Oauth2Grant::default()
            });
        }
        Some(profile)
    }

    fn slot(&self, field: Field, value: String, number: usize) -> Slot {
        // Ages spread over four months, so that some values are due for rotation.
        let age = i64::try_from((number * 37 + field as usize * 11) % 120 + 1).unwrap_or(1);
        let changed_at = self.began.shifted(-age * DAY);
        Slot { field, secret: Secret::new(value), changed_at, issued_at: Some(changed_at) }
    }

    /// The vault's side as exchange JSON, ready for `birdkeep import - --from json`.
    pub fn exchange_json(&self) -> String {
        let mint = Mint::new(self.seed());
        let apps: Vec<Value> = self
            .file
            .apps
            .iter()
            .enumerate()
            .map(|(i, row)| {
                let mut app = Map::new();
                app.insert("name".to_owned(), json!(row.name));
                for (field, value) in self.app_values(&mint, i) {
                    app.insert(field.row().word.to_owned(), json!(value));
                }
                if let Some(level) = row.level() {
                    app.insert("permission".to_owned(), json!(level.word()));
                }
                if let Some(callback) = row.callbacks().first() {
                    app.insert("callback_url".to_owned(), json!(callback));
                }
                app.insert("notes".to_owned(), json!(row.notes));
                Value::Object(app)
            })
            .collect();
        let profiles: Vec<Value> =
            self.file.profiles.iter().enumerate().map(|(i, row)| self.exchange_row(&mint, i, row)).collect();
        let mut text =
            serde_json::to_string_pretty(&json!({"apps": apps, "profiles": profiles})).unwrap_or_default();
        text.push('\n');
        text
    }

    fn exchange_row(&self, mint: &Mint, number: usize, row: &ProfileRow) -> Value {
        let values = self.stored(mint, number);
        let mut profile = Map::new();
        let mut put = |key: &str, value: Value| {
            if !value.is_null() {
                profile.insert(key.to_owned(), value);
            }
        };
        put("name", json!(row.name));
        put("handle", json!(row.handle));
        put("user_id", json!(Self::account_id(self.number_of(number))));
        put("app", json!(row.app));
        put("access_token", json!(values.access_token));
        put("access_secret", json!(values.access_secret));
        if let Some(oauth2) = values.oauth2 {
            let mut grant = json!({
                "access_token": oauth2.access_token,
                "scope": oauth2.scope,
                "expires_at": oauth2.expires_at.to_string(),
            });
            if let Some(refresh) = oauth2.refresh_token {
                grant["refresh_token"] = json!(refresh);
            }
            put("oauth2", grant);
        }
        put("needs", json!(row.needs));
        put("tags", json!(row.tags));
        put("deployed", json!(row.deployed));
        put("notes", json!(row.notes));
        Value::Object(profile)
    }
}
