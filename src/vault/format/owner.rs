//! Apps and profiles, as they stand in a file.

use std::collections::BTreeSet;

use super::held::{self, Fields, HeldJson};
use super::read::{Absent, As, ByKey, FromText as _, Row, Rows, object};
use super::write::{self, Object};
use crate::domain::app::{App, ROTATION_DAYS};
use crate::domain::credential::{Candidate, Retired};
use crate::domain::custody::{Custody, Standing};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::{AppId, HolderId, ProfileId};
use crate::domain::names::{Handle, Name, UserId};
use crate::domain::needs::Need;
use crate::domain::permission::{Level, Scopes};
use crate::domain::profile::{Oauth2Grant, Profile};
use crate::domain::rotation::Rotation;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::domain::unknown::Unknown;

object! {
    /// An app.
    AppJson {
        id: As<AppId>,
        name: As<Name>,
        fields: ByKey<Fields>,
        candidates: Rows<(Candidate, Unknown)>,
        history: Rows<(Retired, Unknown)>,
        rotations: Rows<(Rotation, Unknown)>,
        callback_url: Option<As<String>>,
        permission: Option<As<Box<str>>>,
        rotation_days: Option<u16>,
        notes: Option<As<String>>,
        created_at: As<Time>,
        deleted_at: Option<As<Time>>,
    }
}
object! {
    /// A profile.
    ProfileJson {
        id: As<ProfileId>,
        name: As<Name>,
        handle: Option<As<Handle>>,
        user_id: Option<As<UserId>>,
        app: Option<As<AppId>>,
        fields: ByKey<Fields>,
        candidates: Rows<(Candidate, Unknown)>,
        history: Rows<(Retired, Unknown)>,
        rotations: Rows<(Rotation, Unknown)>,
        oauth2: Option<GrantJson>,
        needs: Rows<Need>,
        tags: Vec<As<Name>>,
        deployed: Vec<As<String>>,
        notes: Option<As<String>>,
        created_at: As<Time>,
        deleted_at: Option<As<Time>>,
    }
}
object! {
    /// What belongs to an OAuth 2.0 token pair.
    GrantJson {
        scope: Option<As<Scopes>>,
        expires_at: Option<As<Time>>,
        sequence: Option<u64>,
        about: Option<As<Fingerprint>>,
        holder: Option<As<HolderId>>,
        state: Option<As<Box<str>>>,
        spent: Vec<As<Box<str>>>,
    }
}
impl Absent for AppJson {}

impl Row for Need {
    fn row(raw: &str) -> Result<Option<Self>, serde_json::Error> {
        let word: As<Box<str>> = serde_json::from_str(raw)?;
        Ok(Self::from_text(&word.0))
    }
}

impl AppJson {
    /// The app it stands for.
    pub(super) fn app(self) -> App {
        let mut unknown = self.unknown;
        let permission = self.permission.and_then(|As(word)| {
            let level = Level::from_text(&word);
            if level.is_none() {
                unknown.0.insert("permission".into(), Secret::new(quoted(&word)));
            }
            level
        });
        let (fields, candidates) = (self.fields, self.candidates);
        let held = HeldJson { fields, candidates, history: self.history, rotations: self.rotations };
        App {
            id: self.id.0,
            name: self.name.0,
            held: held.held(&mut unknown),
            callback_url: self.callback_url.map(|url| url.0),
            permission,
            rotation_days: self.rotation_days.unwrap_or(ROTATION_DAYS),
            notes: self.notes.map_or_else(String::new, |notes| notes.0),
            created_at: self.created_at.0,
            deleted_at: self.deleted_at.map(|at| at.0),
            unknown,
        }
    }
}

impl ProfileJson {
    /// The profile it stands for.
    pub(super) fn profile(self) -> Profile {
        let mut unknown = self.unknown;
        let (fields, candidates) = (self.fields, self.candidates);
        let held = HeldJson { fields, candidates, history: self.history, rotations: self.rotations };
        Profile {
            id: self.id.0,
            name: self.name.0,
            handle: self.handle.map(|handle| handle.0),
            user_id: self.user_id.map(|id| id.0),
            app: self.app.map(|app| app.0),
            held: held.held(&mut unknown),
            oauth2: self.oauth2.map(|grant| grant.grant(&mut unknown)),
            needs: self.needs.split("needs", &mut unknown).into_iter().collect(),
            tags: self.tags.into_iter().map(|tag| tag.0).collect::<BTreeSet<_>>(),
            deployed: self.deployed.into_iter().map(|line| line.0).collect(),
            notes: self.notes.map_or_else(String::new, |notes| notes.0),
            created_at: self.created_at.0,
            deleted_at: self.deleted_at.map(|at| at.0),
            unknown,
        }
    }
}

impl GrantJson {
    fn grant(self, owner: &mut Unknown) -> Oauth2Grant {
        let others: Vec<String> =
            self.unknown.0.iter().map(|(key, raw)| format!("{}:{}", quoted(key), raw.expose())).collect();
        if !others.is_empty() {
            owner.0.insert("oauth2".into(), Secret::new(others.join(",")));
        }
        let standing = self.state.map_or(Standing::Good, |word| Standing::parse(&word.0));
        let holder = self.holder.map(|id| id.0);
        Oauth2Grant {
            scopes: self.scope.map_or_else(Scopes::default, |scope| scope.0),
            expires_at: self.expires_at.map(|at| at.0),
            sequence: self.sequence.unwrap_or_default(),
            custody: self.about.map(|about| Custody { about: about.0, holder, standing }),
            // What is no fingerprint of ours can tell us nothing.
            spent: self.spent.iter().filter_map(|print| Fingerprint::parse(&print.0)).collect(),
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Writes an app.
pub(super) fn write_app(out: &mut Vec<u8>, app: &App) {
    Object::write(out, |object| {
        object.shown("id", app.id);
        object.text("name", app.name.as_str());
        held::write(object, &app.held, &app.unknown);
        object.some("callback_url", app.callback_url.as_ref());
        match (app.permission, app.unknown.0.get("permission")) {
            (Some(level), _) => object.text("permission", level.word()),
            (None, Some(word)) => object.raw("permission", word.expose()),
            (None, None) => {}
        }
        object.number("rotation_days", app.rotation_days.into());
        if !app.notes.is_empty() {
            object.text("notes", &app.notes);
        }
        object.shown("created_at", app.created_at);
        object.some("deleted_at", app.deleted_at);
        object.unknown(&app.unknown, &[&held::KEYS[..], &["permission"]].concat());
    });
}

/// Writes a profile.
pub(super) fn write_profile(out: &mut Vec<u8>, profile: &Profile) {
    let unknown = &profile.unknown;
    Object::write(out, |object| {
        object.shown("id", profile.id);
        object.text("name", profile.name.as_str());
        object.some("handle", profile.handle.as_ref().map(Handle::as_str));
        object.some("user_id", profile.user_id.as_ref());
        object.some("app", profile.app);
        held::write(object, &profile.held, unknown);
        if let Some(grant) = &profile.oauth2 {
            object.object("oauth2", |object| {
                object.shown("scope", &grant.scopes);
                object.some("expires_at", grant.expires_at);
                object.number("sequence", grant.sequence);
                if let Some(custody) = &grant.custody {
                    object.shown("about", custody.about);
                    object.some("holder", custody.holder);
                    object.text("state", custody.standing.word());
                }
                object.list("spent", grant.spent.iter(), &Unknown::default(), |out, print| {
                    write::text(out, &print.to_string());
                });
                object.others("oauth2", unknown);
            });
        }
        object.list("needs", profile.needs.iter(), unknown, |out, need| write::text(out, need.row().word));
        object.list("tags", profile.tags.iter(), unknown, |out, tag| write::text(out, tag.as_str()));
        object.list("deployed", profile.deployed.iter(), unknown, |out, line| write::text(out, line));
        if !profile.notes.is_empty() {
            object.text("notes", &profile.notes);
        }
        object.shown("created_at", profile.created_at);
        object.some("deleted_at", profile.deleted_at);
        object.unknown(unknown, &[&held::KEYS[..], &["oauth2", "needs"]].concat());
    });
}
