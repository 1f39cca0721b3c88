use super::*;
use crate::domain::custody::{self, Standing};
use crate::domain::edit;
use crate::domain::fields::Field;
use crate::domain::id::{HolderId, ProfileId};
use crate::domain::profile::Oauth2Grant;
use crate::ops::init::{Recovery, init};
use crate::ops::save::save;
use crate::ops::testing::{
    PROFILE, file, passphrase, plain, sealed_by_an_outsider, set, value, with_profile, world,
};
use crate::ops::unlock::unlock;

fn prepared(world: &World, source: &Source) -> Prepared {
    prepare(world, Some(&passphrase()), source).expect("a readable source")
}

fn generation(number: u64) -> Source {
    Source::Backup(number.to_string())
}

fn json(text: &str) -> Source {
    Source::Bytes(text.as_bytes().into())
}

fn said(rows: &[Row]) -> Vec<String> {
    rows.iter().map(|row| format!("{} {}: {}", row.kind, row.name, row.what)).collect()
}

#[test]
fn a_backup_comes_back_above_everything_seen_and_nothing_is_forgotten() {
    let world = world();
    let session = with_profile(&world);
    let first = set(&world, &session, Field::AccessToken, "1-first");
    let second = set(&world, &first, Field::AccessToken, "1-second");
    let numbers: Vec<_> = list(&world).expect("readable").into_iter().map(|b| b.name.generation).collect();
    assert_eq!(numbers, [Some(3), Some(2), Some(1)]);
    let key = &second.document().fingerprints;
    let (old, new) = (key.of(&Secret::new("1-first")).short(), key.of(&Secret::new("1-second")).short());
    let prepared = prepared(&world, &generation(3));
    assert_eq!(said(&prepared.rows), [format!("profile wiki: Access token: #{new} → #{old}")]);
    assert_eq!((prepared.name.as_str(), prepared.generation), ("vault.age", Some(3)));
    assert_eq!(prepared.warnings, Vec::<String>::new());
    let restored = restore(&world, prepared).expect("restored");
    assert_eq!(restored.loaded().generation, 5);
    assert_eq!(value(&restored, Field::AccessToken).as_deref(), Some("1-first"));
    let held = restored.document().held(ProfileId::from_random(PROFILE).into()).expect("there");
    assert!(held.history.iter().any(|retired| retired.secret.expose() == "1-second"));
    assert!(restored.loaded().ancestors.starts_with(&[second.loaded().id, first.loaded().id]));
    assert!(unlock(&world, Some(&passphrase())).is_ok());
}

#[test]
fn a_vault_that_was_rolled_back_is_refused_and_can_be_accepted_by_restoring_it() {
    let world = world();
    let session = with_profile(&world);
    let old = file(&world, &Place::Vault);
    set(&world, &session, Field::AccessToken, "1-newer");
    world.store.put(&Place::Vault, &old).expect("memory takes it");
    let refused = unlock(&world, Some(&passphrase())).expect_err("rolled back");
    assert_eq!((refused.kind, refused.what.as_str()), (Kind::Damaged, "the vault was rolled back"));
    let prepared = prepared(&world, &Source::Bytes(old.into()));
    assert_eq!(prepared.rows, []);
    let restored = restore(&world, prepared).expect("restored");
    assert_eq!(restored.loaded().generation, 4, "above the 3 that was seen");
    assert_eq!(value(&unlock(&world, Some(&passphrase())).expect("accepted"), Field::AccessToken), None);
}

#[test]
fn of_two_forks_either_can_be_taken_and_the_other_one_recognises_it() {
    let world = world();
    let base = with_profile(&world);
    let before = file(&world, &Place::Vault);
    let ours = set(&world, &base, Field::AccessToken, "1-ours");
    let our_file = file(&world, &Place::Vault);
    let ours_seen = file(&world, &Place::Seen(ours.loaded().vault));
    // Another machine saves from the same base, and git brings its file here.
    world.store.put(&Place::Vault, &before).expect("memory takes it");
    world.store.remove(&Place::Seen(ours.loaded().vault)).expect("gone");
    let theirs = unlock(&world, Some(&passphrase())).expect("a new machine");
    set(&world, &theirs, Field::Oauth2AccessToken, "theirs");
    world.store.put(&Place::Seen(ours.loaded().vault), &ours_seen).expect("memory takes it");
    let forked = unlock(&world, Some(&passphrase())).expect_err("forked");
    assert_eq!(forked.what, "the vault has forked");
    let prepared = prepared(&world, &Source::Bytes(our_file.into()));
    let restored = restore(&world, prepared).expect("restored");
    assert_eq!(value(&restored, Field::AccessToken).as_deref(), Some("1-ours"));
    assert!(restored.loaded().ancestors.contains(&ours.loaded().id));
    assert_eq!(restored.loaded().generation, 4);
}

#[test]
fn a_damaged_vault_is_replaced_by_a_backup_and_kept() {
    let world = world();
    let session = with_profile(&world);
    set(&world, &session, Field::AccessToken, "1-lost");
    world.store.put(&Place::Vault, b"age-encryption.org/v1\nrubbish").expect("memory takes it");
    assert_eq!(unlock(&world, Some(&passphrase())).expect_err("damaged").kind, Kind::Damaged);
    let prepared = prepared(&world, &generation(2));
    assert_eq!(said(&prepared.rows), ["profile wiki: comes back"]);
    assert_eq!(prepared.warnings.len(), 1);
    let restored = restore(&world, prepared).expect("restored");
    assert_eq!(restored.loaded().generation, 4);
    assert_eq!(unlock(&world, Some(&passphrase())).expect("whole again").document().profile_count(), 1);
    let kept = list(&world).expect("readable");
    assert!(kept.iter().any(|backup| backup.name.generation.is_none()), "the damaged file is kept");
}

#[test]
fn json_repaired_by_hand_is_taken_with_a_warning_and_gives_contents_only() {
    let world = world();
    let session = with_profile(&world);
    let session = set(&world, &session, Field::AccessToken, "1-typo");
    let stranger = vault::Own::generate();
    let repaired = plain(&world, &session).replace("1-typo", "1-right").replace(
        "\"members\":[",
        &format!(
            "\"members\":[{{\"name\":\"eve\",\"recipient\":\"{}\",\"key\":\"{}\"}},",
            stranger.recipient(),
            stranger.public()
        ),
    );
    let prepared = prepared(&world, &json(&repaired));
    assert_eq!(prepared.warnings, ["the source is not signed: anyone may have written it"]);
    let restored = restore(&world, prepared).expect("restored");
    assert_eq!(value(&restored, Field::AccessToken).as_deref(), Some("1-right"));
    assert_eq!(restored.loaded().members, session.loaded().members, "nobody got in");
    // Nor where the present vault can say nothing about members.
    world.store.put(&Place::Vault, b"rubbish").expect("memory takes it");
    let restored = restore(&world, self::prepared(&world, &json(&repaired))).expect("restored");
    let keys: Vec<_> = restored.loaded().members.iter().map(|member| member.key).collect();
    assert_eq!(keys, session.loaded().members.iter().map(|member| member.key).collect::<Vec<_>>());
}

#[test]
fn a_recovery_key_stays_a_member_through_an_unsigned_source() {
    let world = world();
    let created = init(&world, &passphrase(), Recovery::Yes).expect("an empty store");
    let whole = plain(&world, &created.session);
    world.store.put(&Place::Vault, b"rubbish").expect("memory takes it");
    let restored = restore(&world, prepared(&world, &json(&whole))).expect("restored");
    assert_eq!(restored.loaded().members.len(), 2, "the owner vouches for the recovery key");
    let identity = created.recovery_key.expect("asked for");
    world.store.put(&Place::Identity, identity.expose().as_bytes()).expect("memory takes it");
    assert!(unlock(&world, None).is_ok(), "the recovery key alone opens it");
}

#[test]
fn a_file_of_an_outsider_is_refused_for_use_and_restored_only_as_contents() {
    let world = world();
    let session = with_profile(&world);
    let forged = plain(&world, &session).replace("wiki", "evil");
    sealed_by_an_outsider(&world, &session, &forged);
    let refused = unlock(&world, Some(&passphrase())).expect_err("forged");
    assert_eq!((refused.kind, refused.what.as_str()), (Kind::Damaged, "the vault is forged"));
    let sealed = file(&world, &Place::Vault);
    let prepared = prepared(&world, &Source::Bytes(sealed.into()));
    assert_eq!(said(&prepared.rows), ["profile evil: comes back"]);
    assert_eq!(prepared.warnings.len(), 2);
}

#[test]
fn a_save_of_another_vault_is_refused() {
    let (one, other) = (world(), world());
    with_profile(&one);
    let theirs = init(&other, &passphrase(), Recovery::No).expect("an empty store").session;
    let text =
        plain(&other, &theirs).replace("0a0b0c0d", "0a0b0c0e").replace("\"vault\":\"", "\"vault\":\"f");
    let found = text.find("\"vault\":\"f").expect("there") + 10;
    let mut text = text;
    text.remove(found + 7);
    let refused = prepare(&one, Some(&passphrase()), &json(&text)).expect_err("another vault");
    assert_eq!(refused.what, "this is a save of another vault");
}

#[test]
fn a_vault_saved_since_it_was_looked_into_is_not_overwritten() {
    let world = world();
    let session = with_profile(&world);
    let session = set(&world, &session, Field::AccessToken, "1-a");
    let prepared = prepared(&world, &generation(2));
    set(&world, &session, Field::AccessToken, "1-b");
    let refused = restore(&world, prepared).expect_err("saved meanwhile").failure;
    assert_eq!(refused.kind, Kind::NotSaved);
    assert_eq!(
        value(&unlock(&world, Some(&passphrase())).expect("opens"), Field::AccessToken).as_deref(),
        Some("1-b")
    );
}

#[test]
fn newer_grants_stay_and_older_ones_are_verified_first() {
    let world = world();
    let grant = |session: &Session, sequence| {
        let owner = ProfileId::from_random(PROFILE).into();
        let document = session.document();
        let was = document.profile(ProfileId::from_random(PROFILE)).and_then(|p| p.oauth2.clone());
        let to = Some(Oauth2Grant { sequence, ..Oauth2Grant::default() });
        vec![Edit::SetGrant { owner, was, to }]
    };
    let session = with_profile(&world);
    let session = set(&world, &session, Field::Oauth2RefreshToken, "spent");
    let edits = grant(&session, 1);
    let session = save(&world, &session, edits).expect("saved"); // generation 4
    let session = set(&world, &session, Field::Oauth2RefreshToken, "fresh");
    let edits = grant(&session, 2);
    let session = save(&world, &session, edits).expect("saved");
    let newer_stay = prepared(&world, &generation(4));
    assert_eq!(newer_stay.rows, []);
    // Once there is no grant any more, the old one comes back, and is not presented before X was asked.
    let owner = ProfileId::from_random(PROFILE).into();
    let gone = [(Field::Oauth2RefreshToken, None)];
    let origin = crate::domain::credential::Origin::Edit;
    let edits = edit::set_fields(session.document(), owner, gone, origin, world.clock.now());
    save(&world, &session, edits).expect("saved");
    let restored = restore(&world, prepared(&world, &generation(4))).expect("restored");
    assert_eq!(value(&restored, Field::Oauth2RefreshToken).as_deref(), Some("spent"));
    assert_eq!(standing(&restored), Some(Standing::VerifyFirst));
    let profile = restored.document().profile(ProfileId::from_random(PROFILE)).expect("there");
    assert_eq!(profile.oauth2.as_ref().map(|grant| grant.sequence), Some(2), "it never falls");
}

fn standing(session: &Session) -> Option<Standing> {
    let profile = session.document().profile(ProfileId::from_random(PROFILE)).expect("there");
    custody::of(profile, &session.document().fingerprints).map(|custody| custody.standing)
}

#[test]
fn a_vault_that_was_rolled_back_brings_no_grant_that_is_presented_unasked() {
    let world = world();
    let session = with_profile(&world);
    let session = set(&world, &session, Field::Oauth2RefreshToken, "rt-1");
    let old = file(&world, &Place::Vault);
    assert_eq!(standing(&session), Some(Standing::Good));
    set(&world, &session, Field::AccessToken, "1-newer");
    world.store.put(&Place::Vault, &old).expect("memory takes it");
    let restored = restore(&world, prepared(&world, &Source::Bytes(old.into()))).expect("restored");
    assert_eq!(value(&restored, Field::Oauth2RefreshToken).as_deref(), Some("rt-1"));
    assert_eq!(standing(&restored), Some(Standing::VerifyFirst));
}

#[test]
fn a_refresh_token_known_to_be_spent_comes_back_as_spent() {
    let world = world();
    let session = with_profile(&world);
    let session = set(&world, &session, Field::Oauth2RefreshToken, "rt-1"); // generation 3
    let (id, now) = (ProfileId::from_random(PROFILE), world.clock.now());
    let new = custody::Renewed {
        access_token: Secret::new("at-2"),
        refresh_token: Some(Secret::new("rt-2")),
        scopes: None,
        issued_at: now,
        expires_at: None,
        spent: Vec::new(),
        sequence: 1,
        holder: HolderId::from_random([1; 16]),
    };
    let session = save(&world, &session, custody::renewed(session.document(), id, &new)).expect("saved");
    assert_eq!(prepared(&world, &generation(3)).rows, [], "the newer pair stays");
    let gone = custody_free(&session);
    save(&world, &session, gone).expect("saved");
    let prepared = prepared(&world, &generation(3));
    assert!(said(&prepared.rows).iter().any(|row| row.contains("(log in again)")), "{:?}", prepared.rows);
    let restored = restore(&world, prepared).expect("restored");
    assert_eq!(value(&restored, Field::Oauth2RefreshToken).as_deref(), Some("rt-1"));
    assert_eq!(standing(&restored), Some(Standing::Reauth));
}

/// The edits that take the pair away by hand.
fn custody_free(session: &Session) -> Vec<Edit> {
    let origin = crate::domain::credential::Origin::Edit;
    let gone = [(Field::Oauth2AccessToken, None), (Field::Oauth2RefreshToken, None)];
    let owner = ProfileId::from_random(PROFILE).into();
    edit::set_fields(session.document(), owner, gone, origin, session.loaded().saved_at)
}

#[test]
fn a_source_nobody_can_read_is_told_without_a_word_of_it() {
    let world = world();
    with_profile(&world);
    for source in ["", "SECRETVALUE", "{\"vault\":1}", "{\"body\":{\"SECRETVALUE\":1},\"vault\":\"x\"}"] {
        let refused = prepare(&world, Some(&passphrase()), &json(source)).expect_err("no vault");
        assert!(!refused.to_string().contains("SECRET"), "{refused}");
    }
    let none = prepare(&world, Some(&passphrase()), &generation(77)).expect_err("no such backup");
    assert_eq!((none.kind, none.because.as_str()), (Kind::Usage, "there is no backup 77"));
}
