//! Vaults of released formats, which must open for ever: one folder per format under `tests/vaults/`.
//!
//! Each holds a vault, its identity sealed under [`PASSPHRASE`] at a low work factor, and the body as it was
//! written. Everything in them is made up. A new format gets a new folder; old ones are never written again.

use std::fs;
use std::path::{Path, PathBuf};

use birdkeep::domain::app::App;
use birdkeep::domain::credential::{Candidate, Held, Origin, Part, Retired, Slot};
use birdkeep::domain::document::Document;
use birdkeep::domain::fields::{Credential, Field};
use birdkeep::domain::fingerprint::FingerprintKey;
use birdkeep::domain::id::{AppId, ProfileId, VaultId};
use birdkeep::domain::names::{Handle, Name, UserId};
use birdkeep::domain::needs::Need;
use birdkeep::domain::permission::{Level, Scopes};
use birdkeep::domain::profile::{Oauth2Grant, Profile};
use birdkeep::domain::rotation::{Rotation, Stage, Way};
use birdkeep::domain::secret::Secret;
use birdkeep::domain::time::Time;
use birdkeep::domain::unknown::Unknown;
use birdkeep::vault::seal::{self, Cost};
use birdkeep::vault::{self, FileStore, IdentityPath, Keyring, Member, Own, Paths, Place, Store as _, Trust};

const PASSPHRASE: &str = "made up, and used nowhere else";

fn folder(format: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vaults").join(format)
}

/// A store on `folder`, with marks in `state`.
fn store(folder: &Path, state: &Path) -> FileStore {
    FileStore::new(Paths {
        vault: folder.join("vault.age"),
        identity: IdentityPath::Configured(folder.join("identity.age")),
        state: state.to_owned(),
    })
    .costing(Cost::PLAYTHING)
}

fn at(text: &str) -> Time {
    Time::parse(text).expect("a valid time")
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("a valid name")
}

fn unknown(key: &str, json: &str) -> Unknown {
    Unknown([(key.into(), Secret::new(json))].into())
}

fn slot(field: Field, value: &str) -> Slot {
    let changed_at = at("2026-11-01T08:00:00Z");
    Slot { field, secret: Secret::new(value), changed_at, issued_at: Some(at("2026-10-31T23:59:59Z")) }
}

fn app() -> App {
    let mut held = Held::default();
    held.put(slot(Field::ApiKey, "made-up-api-key"));
    held.put(slot(Field::ApiSecret, "made-up-api-secret \"quoted\" \\ \u{e9}\u{6f22}"));
    held.put(slot(Field::BearerToken, "made-up-bearer"));
    held.unknown
        .push((Part::Value(Field::ApiKey, Secret::new("made-up-api-key")), unknown("hint", "\"blue\"")));
    held.candidates.push(Candidate {
        field: Field::BearerToken,
        secret: Secret::new("made-up-next-bearer"),
        at: at("2026-11-02T08:00:00Z"),
        origin: Origin::Check,
    });
    held.rotations.push(Rotation {
        credential: Credential::Bearer,
        way: Way::Request,
        granted: None,
        stage: Stage::Verify,
        started_at: at("2026-11-02T07:00:00Z"),
        moved_at: at("2026-11-02T08:00:00Z"),
    });
    App {
        held,
        callback_url: Some("https://bots.example/callback?x=1".to_owned()),
        permission: Some(Level::ReadWrite),
        rotation_days: 30,
        notes: "two\nlines".to_owned(),
        unknown: unknown("plan", "{\"tier\":\"pro\",\"price\":1.50}"),
        ..App::new(AppId::from_random([1; 16]), name("bots-prod"), at("2026-01-01T00:00:00Z"))
    }
}

fn profile() -> Profile {
    let mut held = Held::default();
    held.put(slot(Field::AccessToken, "1900000001-made-up"));
    held.put(slot(Field::AccessSecret, "made-up-access-secret"));
    held.put(slot(Field::Oauth2RefreshToken, "made-up-refresh"));
    held.history.push(Retired {
        field: Field::AccessToken,
        secret: Secret::new("1900000001-made-up-before"),
        since: at("2026-02-01T00:00:00Z"),
        until: at("2026-11-01T08:00:00Z"),
        origin: Origin::Rotation,
        dead_at: None,
    });
    Profile {
        handle: Handle::parse("wikidaily").ok(),
        user_id: UserId::parse("1900000001"),
        app: Some(AppId::from_random([1; 16])),
        held,
        oauth2: Some(Oauth2Grant {
            scopes: Scopes::parse("tweet.read tweet.write users.read"),
            expires_at: Some(at("2026-11-01T10:00:00Z")),
            sequence: 7,
            ..Oauth2Grant::default()
        }),
        needs: [Need::Post, Need::DmSend].into(),
        tags: [name("weather"), name("norway")].into(),
        deployed: vec!["host.example: /srv/bots/wiki".to_owned()],
        notes: "posts daily".to_owned(),
        ..Profile::new(ProfileId::from_random([2; 16]), name("wiki-daily"), at("2026-01-02T00:00:00Z"))
    }
}

fn document() -> Document {
    let mut document = Document::new(FingerprintKey::new([5; 32]));
    document.insert_app(app());
    document.insert_profile(profile());
    document.insert_profile(Profile {
        deleted_at: Some(at("2026-11-03T00:00:00Z")),
        ..Profile::new(ProfileId::from_random([3; 16]), name("gone"), at("2026-01-03T00:00:00Z"))
    });
    document.unknown = unknown("team", "[\"ann\",null,1e3]");
    document
}

#[test]
fn format_1_opens_with_everything_in_it() {
    let state = tempfile::tempdir().expect("a folder");
    let here = tempfile::tempdir().expect("a folder");
    for file in ["vault.age", "identity.age"] {
        fs::copy(folder("1").join(file), here.path().join(file)).expect("it is in the repository");
    }
    let store = store(here.path(), &state.path().join("birdkeep"));
    let keyring = vault::unlock(&store, Some(&Secret::new(PASSPHRASE))).expect("the passphrase is right");
    let loaded = vault::load(&store, &keyring, None).expect("format 1 opens for ever");
    assert_eq!(loaded.trust, Trust::Trusted);
    assert_eq!((loaded.generation, loaded.ancestors.len()), (2, 1));
    assert_eq!(loaded.vault.to_string(), "07070707-0707-4707-8707-070707070707");
    assert_eq!(loaded.saved_at, at("2026-11-23T12:00:00Z"));
    let names: Vec<String> = loaded.members.iter().map(|member| member.name.to_string()).collect();
    assert_eq!(names, ["owner", "recovery key"]);
    let wanted = document();
    assert!(loaded.document.all_apps().eq(wanted.all_apps()));
    assert!(loaded.document.all_profiles().eq(wanted.all_profiles()));
    assert_eq!(loaded.document.unknown, wanted.unknown);
    assert_eq!(loaded.document.fingerprints, wanted.fingerprints);
    // The body is what was written then, to the byte, and would be written so today.
    let body = fs::read_to_string(folder("1").join("body.json")).expect("it is in the repository");
    let plain = keyring.open(&fs::read(here.path().join("vault.age")).expect("there")).expect("ours");
    assert!(
        std::str::from_utf8(&plain).expect("JSON is text").contains(&format!("\"body\":{body},\"auth\":"))
    );
    let saved =
        vault::save::<()>(&store, &keyring, &loaded, loaded.saved_at, |document| Ok(document.clone()));
    assert_eq!(saved.expect("saved").generation, 3);
    let plain = keyring.open(&fs::read(here.path().join("vault.age")).expect("there")).expect("ours");
    assert!(
        std::str::from_utf8(&plain).expect("JSON is text").contains(&format!("\"body\":{body},\"auth\":"))
    );
}

/// What this build writes, it reads back with everything in it. `BIRDKEEP_BLESS=1 cargo test --test vaults` leaves the
/// files in `tests/vaults/new`, for a format that is about to be released.
#[test]
fn what_is_written_today_is_read_with_everything_in_it() {
    let (state, temporary) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let blessing = std::env::var_os("BIRDKEEP_BLESS").is_some();
    let here = if blessing { folder("new") } else { temporary.path().to_owned() };
    let store = store(&here, &state.path().join("birdkeep"));
    let body = write(&here, &store);
    let keyring = vault::unlock(&store, Some(&Secret::new(PASSPHRASE))).expect("the passphrase is right");
    let loaded = vault::load(&store, &keyring, None).expect("it was written a moment ago");
    assert_eq!((loaded.trust, loaded.generation), (Trust::Trusted, 2));
    let wanted = document();
    assert!(loaded.document.all_apps().eq(wanted.all_apps()));
    assert!(loaded.document.all_profiles().eq(wanted.all_profiles()));
    assert_eq!(loaded.document.unknown, wanted.unknown);
    // From the first app on nothing in it is random.
    let from_apps = |body: &str| body[body.find("\"apps\":").expect("it has apps")..].to_owned();
    let released = fs::read_to_string(folder("1").join("body.json")).expect("it is in the repository");
    assert_eq!(from_apps(&body), from_apps(&released), "another format wants another number");
}

/// Writes a vault, its identity and its body into `here`; gives the body.
fn write(here: &Path, store: &FileStore) -> String {
    let (own, recovery) = (Own::generate(), Own::generate());
    let text = format!("# made up\n{}\n", own.text().expose());
    let sealed = seal::seal_passphrase(&Secret::new(PASSPHRASE), Cost::PLAYTHING, text.as_bytes());
    store.create(&Place::Identity, &sealed.expect("sealed")).expect("written");
    let id = VaultId::from_random([7; 16]);
    let members = vec![
        Member::of(name("owner"), &own).endorsed_by(&recovery, id),
        Member::of(name("recovery key"), &recovery).endorsed_by(&own, id),
    ];
    let keyring = Keyring::of(own);
    let now = at("2026-11-23T12:00:00Z");
    let empty = Document::new(FingerprintKey::new([5; 32]));
    let first = vault::create::<()>(store, &keyring, id, members, empty, now).expect("created");
    vault::save::<()>(store, &keyring, &first, now, |_| Ok(document())).expect("saved");
    let plain = keyring.open(&fs::read(here.join("vault.age")).expect("there")).expect("ours");
    let plain = std::str::from_utf8(&plain).expect("JSON is text");
    let body = plain.split_once("\"body\":").and_then(|(_, rest)| rest.split_once(",\"auth\":"));
    let (body, _) = body.expect("an envelope");
    fs::write(here.join("body.json"), body).expect("written");
    body.to_owned()
}
