//! The contents of a vault as JSON: the promise to every file ever written.
//!
//! Wire types live here alone; the rest of the program knows only the domain's. Keys this version does not know
//! are kept as text, at every level, and written back. Errors tell a place, never a text: a parser that quotes
//! its input quotes secrets.

mod drafts;
mod findings;
mod held;
mod owner;
mod pending;
mod read;
mod single;
mod write;

pub use self::drafts::Draft;
pub(super) use self::drafts::{read_drafts, write_drafts};
pub(super) use self::findings::{read_findings, write_findings};
pub use self::pending::Intent;
pub(super) use self::pending::{Piece, Record, read_record, write_record};
pub(super) use self::single::read_owner;
use read::{As, FromText, Row, Rows, object};
use write::Object;

use self::owner::{AppJson, ProfileJson};
use super::members::{Endorsement, Member};
use super::seal::Recipient;
use super::sign::{PublicKey, Sig, hex, unhex};
use super::store::Hand;
use crate::domain::app::App;
use crate::domain::credential::Held;
use crate::domain::document::Document;
use crate::domain::fields::{FIELDS, Field};
use crate::domain::fingerprint::{Fingerprint, FingerprintKey};
use crate::domain::id::{AppId, AttemptId, HolderId, ProfileId};
use crate::domain::names::{Handle, Name, UserId};
use crate::domain::needs::{NEEDS, Need};
use crate::domain::permission::{Level, Scopes};
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::domain::unknown::Unknown;
use crate::domain::verdict::Cause;

/// What the body of a save holds.
#[derive(Clone, Debug)]
pub(super) struct Body {
    /// When it was written.
    pub saved_at: Time,
    /// Who made the save.
    pub hand: Hand,
    /// Who reads and writes this vault.
    pub members: Vec<Member>,
    /// Apps and profiles.
    pub document: Document,
}

/// The body is not one; only the place is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its contents cannot be read at line {line}, column {column}")]
pub struct BodyError {
    /// From 1, within the body.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

object! {
    /// The body of a save.
    BodyJson {
        saved_at: As<Time>,
        unattended: Option<bool>,
        fingerprint_key: As<FingerprintKey>,
        members: Vec<MemberJson>,
        apps: Vec<AppJson>,
        profiles: Vec<ProfileJson>,
    }
}
object! {
    /// A member.
    MemberJson { name: As<Name>, recipient: As<Recipient>, key: As<PublicKey>, endorsed: Rows<Endorsement> }
}
object! {
    /// A signature by which one member vouches for another.
    EndorsementJson { by: As<PublicKey>, sig: As<Sig> }
}

impl Row for Endorsement {
    fn row(raw: &str) -> Result<Option<Self>, serde_json::Error> {
        let row: EndorsementJson = serde_json::from_str(raw)?;
        // One that says more than we understand is kept as it is, and vouches for nothing.
        Ok(row.unknown.0.is_empty().then_some(Self { by: row.by.0, sig: row.sig.0 }))
    }
}

/// Reads the body of a save.
///
/// # Errors
/// [`BodyError`], also for two apps, profiles or members with the same id.
pub(super) fn read_body(json: &str) -> Result<Body, BodyError> {
    let at = |error: &serde_json::Error| BodyError { line: error.line(), column: error.column() };
    let body: BodyJson = serde_json::from_str(json).map_err(|error| at(&error))?;
    let twice = BodyError { line: 1, column: 1 };
    let mut document = Document::new(body.fingerprint_key.0);
    document.unknown = body.unknown;
    for app in body.apps {
        insert_app(&mut document, app.app()).ok_or(twice)?;
    }
    for profile in body.profiles {
        insert_profile(&mut document, profile.profile()).ok_or(twice)?;
    }
    let members: Vec<Member> = body.members.into_iter().map(MemberJson::member).collect();
    let keys: std::collections::BTreeSet<_> = members.iter().map(|member| member.key).collect();
    if keys.len() < members.len() {
        return Err(twice);
    }
    let hand = if body.unattended == Some(true) { Hand::Program } else { Hand::Person };
    Ok(Body { saved_at: body.saved_at.0, hand, members, document })
}

/// Takes in an app under a name that is free; `None` where its id is taken.
fn insert_app(document: &mut Document, mut app: App) -> Option<()> {
    // What is deleted holds no name, so it keeps its own.
    if app.deleted_at.is_none() {
        app.name = document.free_app_name(&app.name, Some(app.id));
    }
    document.app(app.id).is_none().then(|| document.insert_app(app))
}

/// [`insert_app`] for a profile.
fn insert_profile(document: &mut Document, mut profile: Profile) -> Option<()> {
    if profile.deleted_at.is_none() {
        profile.name = document.free_profile_name(&profile.name, Some(profile.id));
    }
    document.profile(profile.id).is_none().then(|| document.insert_profile(profile))
}

impl MemberJson {
    fn member(self) -> Member {
        let mut unknown = self.unknown;
        Member {
            name: self.name.0,
            recipient: self.recipient.0,
            key: self.key.0,
            endorsed: self.endorsed.split("endorsed", &mut unknown),
            unknown,
        }
    }
}

/// Writes the body of a save.
pub(super) fn write_body(
    out: &mut Vec<u8>,
    (saved_at, hand): (Time, Hand),
    members: &[Member],
    document: &Document,
) {
    out.reserve(room(document));
    Object::write(out, |body| {
        let none = Unknown::default();
        body.shown("saved_at", saved_at);
        if hand == Hand::Program {
            body.raw("unattended", "true");
        }
        body.text("fingerprint_key", &hex(document.fingerprints.expose()));
        body.list("members", members.iter(), &none, write_member);
        body.list("apps", document.all_apps(), &none, owner::write_app);
        body.list("profiles", document.all_profiles(), &none, owner::write_profile);
        body.unknown(&document.unknown, &[]);
    });
}

/// About how many bytes `document` takes: growing a buffer of megabytes step by step copies and wipes it each time.
fn room(document: &Document) -> usize {
    /// Keys, ids, names and times of an owner, and of each value.
    const OWNER: usize = 512;
    const VALUE: usize = 128;
    let size = |held: &Held, notes: &str| {
        let slots = held.slots().iter().map(|slot| VALUE + slot.secret.expose().len());
        let history = held.history.iter().map(|retired| VALUE + retired.secret.expose().len());
        OWNER + notes.len() + slots.chain(history).sum::<usize>()
    };
    let apps = document.all_apps().map(|app| size(&app.held, &app.notes));
    let profiles = document.all_profiles().map(|profile| size(&profile.held, &profile.notes));
    apps.chain(profiles).sum()
}

fn write_member(out: &mut Vec<u8>, member: &Member) {
    Object::write(out, |object| {
        object.text("name", member.name.as_str());
        object.shown("recipient", &member.recipient);
        object.shown("key", member.key);
        object.list("endorsed", member.endorsed.iter(), &member.unknown, |out, endorsement| {
            Object::write(out, |row| {
                row.shown("by", endorsement.by);
                row.shown("sig", endorsement.sig);
            });
        });
        object.unknown(&member.unknown, &["endorsed"]);
    });
}

macro_rules! from_text {
    ($($type:ty: $read:expr;)*) => {$(
        impl FromText for $type {
            fn from_text(text: &str) -> Option<Self> {
                ($read)(text)
            }
        }
    )*};
}
from_text! {
    String: |text: &str| Some(text.to_owned());
    Box<str>: |text: &str| Some(text.into());
    Secret: |text: &str| Some(Self::new(text));
    Time: Self::parse;
    AppId: Self::parse;
    ProfileId: Self::parse;
    AttemptId: Self::parse;
    HolderId: Self::parse;
    Name: |text: &str| Self::parse(text).ok();
    Handle: |text: &str| Self::parse(text).ok();
    UserId: Self::parse;
    Scopes: |text: &str| Some(Self::parse(text));
    Recipient: |text: &str| Self::parse(text).ok();
    PublicKey: Self::parse;
    Sig: Self::parse;
    Fingerprint: Self::parse;
    Level: |text: &str| Self::ALL.into_iter().find(|level| level.word() == text);
    Cause: Self::parse;
    Field: |text: &str| FIELDS.iter().find(|row| row.word == text).map(|row| row.field);
    Need: |text: &str| NEEDS.iter().find(|row| row.word == text).map(|row| row.need);
    FingerprintKey: |text: &str| unhex(text).map(Self::new);
}

#[cfg(test)]
mod tests;
