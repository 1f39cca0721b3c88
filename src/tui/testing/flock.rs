//! Made-up vaults to look at: every state a profile can be in, in any number. Every secret in them begins with
//! [`CANARY`], so that a test can look for what must not be seen.

use std::sync::Arc;

use super::NOON;
use crate::domain::app::App;
use crate::domain::credential::Slot;
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::fingerprint::FingerprintKey;
use crate::domain::id::{AppId, ProfileId};
use crate::domain::names::{Handle, Name, UserId};
use crate::domain::needs::Need;
use crate::domain::permission::{Grant, Level, Scopes};
use crate::domain::profile::{Oauth2Grant, Profile};
use crate::domain::secret::Secret;
use crate::domain::verdict::{Account, CAUSES, Cause, Finding, Findings, Verdict};
use crate::ops::snapshot::{Snapshot, VaultFacts};

/// How every secret of a made-up vault begins.
pub const CANARY: &str = "canary-";

const DAY: i64 = 86_400;

const NAMES: [&str; 16] = [
    "wiki-daily",
    "duck-of-the-day",
    "poet",
    "weather-no",
    "haiku-toaster",
    "tide-and-tea",
    "night-bus",
    "moon-phase",
    "museum-whisper",
    "old-maps",
    "word-clock",
    "garden-gnome",
    "concierge-crow",
    "lost-gloves",
    "chess-puzzle",
    "lighthouse",
];

/// A made-up vault of `count` profiles on three apps, the first sixteen with every cause there is.
pub fn flock(count: usize) -> Snapshot {
    let mut document = Document::new(FingerprintKey::new([7; 32]));
    let apps: Vec<AppId> = ["bots-prod", "weekend-hacks", "archive"]
        .iter()
        .zip(1..)
        .filter_map(|(name, number)| app(&mut document, name, number))
        .collect();
    let mut findings = Findings::default();
    for number in 0..count {
        let Some(profile) = profile(number, &apps) else { continue };
        let id = profile.id;
        document.insert_profile(profile);
        // One in five was never checked.
        if number % 5 != 4
            && let Some(finding) = finding(&document, id, number)
        {
            findings.profiles.insert(id, finding);
        }
    }
    let vault = VaultFacts {
        name: "flock.age".to_owned(),
        generation: 7,
        saved_at: Some(NOON.shifted(-600)),
        trusted: true,
    };
    Snapshot { document: Arc::new(document), findings: Arc::new(findings), runs: Arc::default(), vault }
}

/// The id of the `number`th profile of a flock.
pub fn id(number: usize) -> ProfileId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&(number as u64).to_be_bytes());
    ProfileId::from_random(bytes)
}

fn small(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(0)
}

fn slot(field: Field, whose: &str, days: i64) -> Slot {
    Slot {
        field,
        secret: Secret::new(format!("{CANARY}{}-{whose}", field.row().word)),
        changed_at: NOON.shifted(-days * DAY),
        issued_at: None,
    }
}

fn app(document: &mut Document, name: &str, number: u8) -> Option<AppId> {
    let id = AppId::from_random([number; 16]);
    let mut app = App::new(id, Name::parse(name).ok()?, NOON.shifted(-200 * DAY));
    for field in [Field::ApiKey, Field::ApiSecret, Field::BearerToken] {
        app.held.put(slot(field, name, i64::from(number) * 46));
    }
    app.permission = Some(if number == 1 { Level::ReadWriteDm } else { Level::ReadWrite });
    app.notes.push_str("one app, many birds");
    document.insert_app(app);
    Some(id)
}

fn profile(number: usize, apps: &[AppId]) -> Option<Profile> {
    let base = NAMES[number % NAMES.len()];
    let name = if number < NAMES.len() { base.to_owned() } else { format!("{base}-{number}") };
    let mut profile = Profile::new(id(number), Name::parse(&name).ok()?, NOON.shifted(-100 * DAY));
    let account = 144_700_000_000_u64 + number as u64;
    profile.handle = Handle::parse(&format!("bot_{number}")).ok();
    profile.user_id = UserId::parse(&account.to_string());
    profile.app = apps.get(if number % 7 == 6 { 1 } else { usize::from(number % 11 == 10) * 2 }).copied();
    let days = small(number % 120);
    profile.held.put(slot(Field::AccessToken, &name, days));
    profile.held.put(slot(Field::AccessSecret, &name, days));
    if number % 4 == 1 {
        profile.held.put(slot(Field::Oauth2AccessToken, &name, 0));
        profile.held.put(slot(Field::Oauth2RefreshToken, &name, 0));
        profile.oauth2 = Some(Oauth2Grant {
            scopes: Scopes::parse("tweet.read tweet.write users.read media.write offline.access"),
            expires_at: Some(NOON.shifted(4_320)),
            sequence: 3,
            ..Oauth2Grant::default()
        });
    }
    profile.needs.extend([Need::Post, Need::Media]);
    if number.is_multiple_of(3) {
        profile.needs.insert(Need::DmSend);
    }
    profile.tags.extend(Name::parse(if number.is_multiple_of(2) { "daily" } else { "quiet" }).ok());
    profile.deployed.push(format!("perch-{}:/srv/bots/{name}", number % 4));
    profile.notes.push_str("never late, rarely early");
    Some(profile)
}

fn finding(document: &Document, id: ProfileId, number: usize) -> Option<Finding> {
    let profile = document.profile(id)?;
    let cause = if number < NAMES.len() {
        CAUSES.get(number % CAUSES.len())?.cause
    } else if number.is_multiple_of(9) {
        Cause::LevelTooLow
    } else {
        Cause::Ok
    };
    let mut verdict = Verdict::of(cause);
    let level = if cause == Cause::LevelTooLow { Level::Read } else { Level::ReadWriteDm };
    verdict.grant = Grant::Oauth1(Some(level));
    verdict.needs = profile.needs.iter().map(|need| (*need, need.answer(&verdict.grant, true))).collect();
    verdict.account = Some(Account { id: profile.user_id.clone()?, handle: profile.handle.clone()? });
    let key = &document.fingerprints;
    let judged = [Field::ApiKey, Field::ApiSecret, Field::AccessToken, Field::AccessSecret]
        .iter()
        .filter_map(|field| Some((*field, key.of(&document.slot(id.into(), *field)?.secret))))
        .collect();
    let checked_at = NOON.shifted(-small(number % 40) * 3_600 - 120);
    Some(Finding { profile: id, verdict, checked_at, judged, tried: None })
}
