use proptest::prelude::*;

use super::*;
use crate::domain::app::App;
use crate::domain::credential::{Candidate, Held, Origin, Retired, Slot};
use crate::domain::custody::{Custody, Standing};
use crate::domain::fields::{Credential, Field, OwnerKind};
use crate::domain::needs::Need;
use crate::domain::permission::Level;
use crate::domain::profile::{Oauth2Grant, Profile};
use crate::domain::rotation::{Granted, Rotation, Stage, WAYS, Way};
use crate::vault::guard;
use crate::vault::keyring::Own;

const NOW: Time = Time::from_const(1_795_000_000);

fn written(members: &[Member], document: &Document) -> String {
    let mut out = Vec::new();
    write_body(&mut out, (NOW, Hand::Person), members, document);
    assert_eq!(guard::check(&out), Ok(()));
    String::from_utf8(out).expect("JSON is text")
}

fn text() -> impl Strategy<Value = String> {
    // Quotes, escapes, controls and other scripts, but short.
    proptest::string::string_regex("[a-z\"\\\\/\u{1}\n\u{7f}é漢\u{202e}]{0,8}").expect("a valid pattern")
}

fn secret() -> impl Strategy<Value = Secret> {
    text().prop_map(Secret::new)
}

fn time() -> impl Strategy<Value = Time> {
    (-3_000_000_000_i64..6_000_000_000).prop_map(Time::from_unix)
}

fn name() -> impl Strategy<Value = Name> {
    proptest::string::string_regex("[a-z漢é ]{1,6}x")
        .expect("a valid pattern")
        .prop_map(|text| Name::parse(&text).expect("a valid name"))
}

fn origin() -> impl Strategy<Value = Origin> {
    proptest::sample::select(Origin::WORDS.map(|(origin, _)| origin).to_vec())
}

fn held(kind: OwnerKind) -> impl Strategy<Value = Held> {
    let field = || proptest::sample::select(Field::of(kind).collect::<Vec<_>>());
    let slots = (field(), secret(), time(), proptest::option::of(time()))
        .prop_map(|(field, secret, changed_at, issued_at)| Slot { field, secret, changed_at, issued_at });
    let candidates = (field(), secret(), time(), origin())
        .prop_map(|(field, secret, at, origin)| Candidate { field, secret, at, origin });
    let retired = (field(), secret(), time(), time(), origin(), proptest::option::of(time())).prop_map(
        |(field, secret, since, until, origin, dead_at)| Retired {
            field,
            secret,
            since,
            until,
            origin,
            dead_at,
        },
    );
    let ways: Vec<(Credential, Way, Stage)> = WAYS
        .iter()
        .filter(|row| row.credential.held_by() == kind)
        .flat_map(|row| row.stages.iter().map(|stage| (row.credential, row.way, *stage)))
        .collect();
    let granted = (text(), proptest::option::of(time()))
        .prop_map(|(scope, expires_at)| Granted { scopes: Scopes::parse(&scope), expires_at });
    let rotations = (proptest::sample::select(ways), time(), time(), proptest::option::of(granted)).prop_map(
        |((credential, way, stage), started_at, moved_at, granted)| Rotation {
            credential,
            way,
            stage,
            started_at,
            moved_at,
            granted,
        },
    );
    let list = |most| 0..most;
    (
        proptest::collection::vec(slots, list(4)),
        proptest::collection::vec(candidates, list(3)),
        proptest::collection::vec(retired, list(3)),
        proptest::option::of(rotations),
    )
        .prop_map(|(slots, candidates, history, rotation)| {
            let mut held = Held::default();
            held.candidates = candidates;
            held.history = history;
            for slot in slots {
                held.put(slot);
            }
            held.rotations.extend(rotation);
            held
        })
}

fn app() -> impl Strategy<Value = App> {
    let level = proptest::sample::select(vec![None, Some(Level::Read), Some(Level::ReadWriteDm)]);
    let rest =
        (proptest::option::of(text()), level, any::<u16>(), text(), time(), proptest::option::of(time()));
    (any::<[u8; 16]>(), name(), held(OwnerKind::App), rest).prop_map(
        |(id, name, held, (callback_url, permission, rotation_days, notes, at, deleted_at))| App {
            held,
            callback_url,
            permission,
            rotation_days,
            notes,
            deleted_at,
            ..App::new(AppId::from_random(id), name, at)
        },
    )
}

fn profile() -> impl Strategy<Value = Profile> {
    let print = || text().prop_map(|text| FingerprintKey::new([1; 32]).of(&Secret::new(text)));
    let standing = proptest::sample::select(vec!["ok", "verify-first", "ambiguous", "reauth", "on-holiday"]);
    let custody =
        (print(), proptest::option::of(any::<[u8; 16]>()), standing).prop_map(|(about, holder, standing)| {
            Custody { about, holder: holder.map(HolderId::from_random), standing: Standing::parse(standing) }
        });
    let refreshed = (proptest::option::of(custody), proptest::collection::vec(print(), 0..3));
    let grant = (text(), proptest::option::of(time()), any::<u64>(), refreshed).prop_map(
        |(scope, expires_at, sequence, (custody, spent))| Oauth2Grant {
            scopes: Scopes::parse(&scope),
            expires_at,
            sequence,
            custody,
            spent,
        },
    );
    let account = ("[A-Za-z0-9_]{1,15}", "[0-9]{1,20}", proptest::option::of(any::<[u8; 16]>()));
    let needs = proptest::sample::subsequence(vec![Need::Read, Need::Media, Need::DmSend], 0..3);
    let tags = proptest::collection::btree_set(name(), 0..3);
    let lists = (needs, tags, proptest::collection::vec(text(), 0..3), text());
    let grant = proptest::option::of(grant);
    (any::<[u8; 16]>(), name(), held(OwnerKind::Profile), account, grant, lists, time()).prop_map(
        |(id, name, held, (handle, user_id, app), oauth2, (needs, tags, deployed, notes), at)| Profile {
            handle: Handle::parse(&handle).ok(),
            user_id: UserId::parse(&user_id),
            app: app.map(AppId::from_random),
            held,
            oauth2,
            needs: needs.into_iter().collect(),
            tags,
            deployed,
            notes,
            ..Profile::new(ProfileId::from_random(id), name, at)
        },
    )
}

fn document() -> impl Strategy<Value = Document> {
    (any::<[u8; 32]>(), proptest::collection::vec(app(), 0..3), proptest::collection::vec(profile(), 0..4))
        .prop_map(|(key, apps, profiles)| {
            let mut document = Document::new(FingerprintKey::new(key));
            for app in apps {
                let name = document.free_app_name(&app.name, Some(app.id));
                document.insert_app(App { name, ..app });
            }
            for profile in profiles {
                let name = document.free_profile_name(&profile.name, Some(profile.id));
                document.insert_profile(Profile { name, ..profile });
            }
            document
        })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(document in document()) {
        let json = written(&[], &document);
        let body = read_body(&json).expect("our own writing");
        prop_assert!(body.document.all_apps().eq(document.all_apps()));
        prop_assert!(body.document.all_profiles().eq(document.all_profiles()));
        prop_assert_eq!(&body.document.fingerprints, &document.fingerprints);
        prop_assert_eq!(written(&[], &body.document), json);
    }

    #[test]
    fn one_owner_is_read_as_it_is_among_all_the_others(document in document()) {
        let json = written(&[], &document);
        for profile in document.profiles() {
            let (alone, saved_at) = read_owner(&json, &format!("profile:{}", profile.name)).expect("it is there");
            prop_assert_eq!(alone.profiles().collect::<Vec<_>>(), [profile]);
            prop_assert!(alone.all_apps().eq(document.all_apps()));
            prop_assert_eq!((saved_at, &alone.fingerprints), (NOW, &document.fingerprints));
        }
        for app in document.apps() {
            let (alone, _) = read_owner(&json, &format!("app:{}", app.name)).expect("it is there");
            prop_assert_eq!(alone.app_named(&app.name), Some(app));
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(json in ".{0,200}") {
        let _ = (read_body(&json), read_owner(&json, "wiki"));
    }
}

/// One of everything, with keys and words of a version to come at every level.
const FUTURE: &str = r#"{
 "saved_at":"2026-11-23T12:00:00Z","fingerprint_key":"KEY","new_list":[1.50,{"b":1e400,"a":"é\u0041"}],
 "members":[{"name":"owner","recipient":"RECIPIENT","key":"SIGNER","role":"keeper",
   "endorsed":[{"by":"SIGNER","sig":"SIG","until":"2030"}]}],
 "apps":[{"id":"01010101-0101-4101-8101-010101010101","name":"bots","permission":"read-write-fly",
   "created_at":"2026-01-01T00:00:00Z","rotation_days":90,"plan":{"tier":"pro"},
   "fields":{"api_key":{"value":"k","changed_at":"2026-01-01T00:00:00Z","hint":"blue"},
             "webhook_secret":{"value":"w","changed_at":"2026-01-01T00:00:00Z"}},
   "candidates":[{"field":"api_key","value":"k2","at":"2026-01-01T00:00:00Z","origin":"edit","score":0.10},
                 {"field":"webhook_secret","value":"w2","at":"2026-01-01T00:00:00Z","origin":"edit"}],
   "history":[{"field":"api_key","value":"k0","since":"2025-01-01T00:00:00Z","until":"2026-01-01T00:00:00Z",
               "origin":"telepathy"}],
   "rotations":[{"credential":"api","stage":"dance","started_at":"2026-01-01T00:00:00Z",
                 "moved_at":"2026-01-01T00:00:00Z"},
                {"credential":"bearer","stage":"fetch","started_at":"2026-01-01T00:00:00Z",
                 "moved_at":"2026-01-01T00:00:00Z","by":"ann"}]}],
 "profiles":[{"id":"02020202-0202-4202-8202-020202020202","name":"wiki","created_at":"2026-01-01T00:00:00Z",
   "oauth2":{"scope":"tweet.read","sequence":7,"audience":["x"],"state":"on-holiday",
             "about":"0102030405060708","spent":["0102030405060709","another kind"]},"needs":["post","teleport"],"mood":null}]}"#;

fn future() -> (String, Member) {
    let own = Own::generate();
    let member = Member::of(Name::parse("owner").expect("valid"), &own);
    let json = FUTURE
        .replace("KEY", &"5a".repeat(32))
        .replace("RECIPIENT", &own.recipient().to_string())
        .replace("SIGNER", &own.public().to_string())
        .replace("SIG", &"00".repeat(64))
        .replace('\n', "");
    (json, member)
}

#[test]
fn keys_and_words_of_a_newer_version_survive_at_every_level() {
    let (json, _) = future();
    let body = read_body(&json).expect("additions are no errors");
    let again = written(&body.members, &body.document);
    for kept in [
        r#""new_list":[1.50,{"b":1e400,"a":"é\u0041"}]"#,
        r#""role":"keeper""#,
        r#""until":"2030""#,
        r#""permission":"read-write-fly""#,
        r#""plan":{"tier":"pro"}"#,
        r#""hint":"blue""#,
        r#""webhook_secret":{"value":"w","changed_at":"2026-01-01T00:00:00Z"}"#,
        r#""score":0.10"#,
        r#"{"field":"webhook_secret","value":"w2","at":"2026-01-01T00:00:00Z","origin":"edit"}"#,
        r#""origin":"telepathy"}"#,
        r#""stage":"dance""#,
        r#""by":"ann""#,
        r#""audience":["x"]"#,
        r#""about":"0102030405060708","state":"on-holiday","spent":["0102030405060709"]"#,
        r#""teleport""#,
        r#""mood":null"#,
    ] {
        assert!(again.contains(kept), "{kept} is missing from {again}");
    }
    let twice = read_body(&again).expect("our own writing");
    assert_eq!(written(&twice.members, &twice.document), again);
}

#[test]
fn what_is_understood_is_used_all_the_same() {
    let (json, member) = future();
    let body = read_body(&json).expect("readable");
    assert_eq!((&body.members[0].recipient, body.members[0].key), (&member.recipient, member.key));
    assert_eq!(body.members[0].endorsed, [], "a signature with more to it vouches for nothing");
    let app = body.document.apps().next().expect("one app");
    assert_eq!(app.held.secret(Field::ApiKey), Some(&Secret::new("k")));
    assert_eq!(app.held.candidates.len(), 1);
    assert_eq!(app.held.rotations.len(), 1);
    assert_eq!(app.permission, None);
    let profile = body.document.profiles().next().expect("one profile");
    assert!(profile.needs.contains(&Need::Post) && profile.needs.len() == 1);
    assert_eq!(profile.oauth2.as_ref().map(|grant| grant.sequence), Some(7));
}

#[test]
fn an_unknown_key_follows_its_value_into_history() {
    use crate::domain::edit;
    let (json, _) = future();
    let body = read_body(&json).expect("readable");
    let app = body.document.apps().next().expect("one app").id;
    let new = [(Field::ApiKey, Some(Secret::new("k9")))];
    let edits = edit::set_fields(&body.document, app.into(), new, Origin::Edit, Time::from_unix(0));
    let document = edit::apply_all(&body.document, &edits).expect("fits");
    let again = written(&[], &document);
    let retired = again.split("\"history\":").nth(1).expect("there is a history");
    assert!(retired.contains(r#""value":"k""#) && retired.contains(r#""hint":"blue""#), "{again}");
    assert!(!again.contains(r#""value":"k9","changed_at":"1970-01-01T00:00:00Z","hint""#), "{again}");
    assert_eq!(Credential::parse("api"), Some(Credential::Api));
}

#[test]
fn errors_tell_a_place_and_never_a_text() {
    let (json, _) = future();
    for (part, instead) in [
        (r#""value":"k""#, r#""value":["SECRETVALUE"]"#),
        (r#""changed_at":"2026-01-01T00:00:00Z","hint""#, r#""changed_at":"SECRETVALUE","hint""#),
        (r#""name":"wiki""#, "\"name\":\"a\u{202e}b\""),
        (r#""name":"wiki","#, ""),
        (r#""sequence":7"#, r#""sequence":-7"#),
        (r#""rotation_days":90"#, r#""rotation_days":"SECRETVALUE""#),
        (r#"{"field":"api_key","value":"k0""#, r#"{"field":"api_key","value":0"#),
        (r#""needs":["post""#, r#""needs":[{"SECRETVALUE":1}"#),
    ] {
        let broken = json.replacen(part, instead, 1);
        assert_ne!(broken, json, "{part}");
        let error = read_body(&broken).expect_err(part);
        assert!(!error.to_string().contains("SECRET") && !format!("{error:?}").contains("SECRET"));
        assert!(error.line == 1 && error.column > 1, "{part}: {error}");
    }
}

#[test]
fn the_same_id_twice_is_refused() {
    let (json, _) = future();
    let start = json.find(r#"{"id":"0202"#).expect("the profile");
    let profile = &json[start..json.len() - 2];
    let twice = format!("{},{profile}]}}", &json[..json.len() - 2]);
    assert!(read_body(&twice).is_err());
}

/// A rotation as birdkeep 0.1 wrote it, which knew one way for each credential and wrote none down.
#[test]
fn rotations_of_older_files_go_on_the_way_they_began() {
    let (json, _) = future();
    let old = |credential: &str, stage: &str| {
        format!(
            r#"{{"credential":"{credential}","stage":"{stage}","started_at":"2026-01-01T00:00:00Z","moved_at":"2026-01-01T00:00:00Z"}}"#
        )
    };
    for (credential, stage, way) in [
        ("bearer", "review", Some(Way::Request)),
        ("bearer", "fetch", Some(Way::Request)),
        ("bearer", "paste", Some(Way::Console)),
        ("bearer", "verify", Some(Way::Request)),
        ("access", "review", Some(Way::Console)),
        ("access", "verify", Some(Way::Console)),
        ("access", "login", None),
        ("bearer", "logins", None),
    ] {
        let row = old(credential, stage);
        let list = format!(r#""rotations":[{row}],"#);
        let at = if credential == "access" { r#""needs":["# } else { r#""permission":"# };
        let json = without_rotations(&json).replacen(at, &format!("{list}{at}"), 1);
        let body = read_body(&json).expect("an older file");
        let apps = body.document.apps().flat_map(|app| &app.held.rotations);
        let profiles = body.document.profiles().flat_map(|profile| &profile.held.rotations);
        let ways: Vec<_> = apps.chain(profiles).map(|rotation| rotation.way).collect();
        assert_eq!(ways, Vec::from_iter(way), "{credential} at {stage}");
        // And it is written as it was, whether it was understood or not.
        assert!(written(&body.members, &body.document).contains(&row), "{credential} at {stage}");
    }
}

fn without_rotations(json: &str) -> String {
    let (head, rest) = json.split_once(r#""rotations":["#).expect("there are some");
    let (_, tail) = rest.split_once(']').expect("a list ends");
    format!("{}{tail}", head.trim_end().trim_end_matches(','))
}

#[test]
fn a_name_that_takes_a_decision_is_for_who_reads_all() {
    let profile =
        |number: u8, name: &str| Profile::new(ProfileId::from_random([number; 16]), named(name), NOW);
    let mut document = Document::new(FingerprintKey::new([0; 32]));
    for (number, name) in [(1, "wiki"), (2, "poet"), (3, "gone")] {
        document.insert_profile(profile(number, name));
    }
    document.insert_profile(Profile { deleted_at: Some(NOW), ..profile(3, "gone") });
    document.insert_app(App::new(AppId::from_random([4; 16]), named("poet"), NOW));
    let json = written(&[], &document);
    for name in ["wiki", "WIKI", "profile:wiki", "profile:poet", "app:poet"] {
        assert!(read_owner(&json, name).is_some(), "{name}");
    }
    for name in ["poet", "gone", "nobody", "app:wiki", "-", ""] {
        assert!(read_owner(&json, name).is_none(), "{name}");
    }
    // Of two that were written with one name, the second is read as another: perhaps as the one that is asked for.
    let twice =
        json.replace(r#""name":"gone""#, r#""name":"Wiki""#).replace(r#","deleted_at":"#, r#","due_at":"#);
    assert_ne!(twice, json);
    for name in ["wiki", "wiki-2", "profile:poet"] {
        assert!(read_owner(&twice, name).is_none(), "{name}");
    }
    let broken = json.replace(r#""name":"gone""#, r#""name":7"#);
    assert!(read_owner(&broken, "wiki").is_none());
}

fn named(text: &str) -> Name {
    Name::parse(text).expect("a name")
}
