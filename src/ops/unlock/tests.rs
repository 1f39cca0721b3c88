use super::*;
use crate::domain::fields::Field;
use crate::ops::init::{Recovery, init};
use crate::ops::save::{reload, save};
use crate::ops::testing::{
    edits, file, passphrase, plain, sealed_by_an_outsider, set, value, with_profile, world, world_on,
};
use crate::vault::seal::Cost;
use crate::vault::{MemoryStore, Notice};

/// What keeps a vault from opening: how it is brought about, the sentence, the exit code.
type Trouble = (&'static str, fn(&World, &Session), &'static str, u8);

/// The seven things a person must be able to tell apart, and the ways there.
const TROUBLES: &[Trouble] = &[
    (
        "another passphrase",
        |world, _| seal_identity(world, "another", Cost::PLAYTHING),
        "wrong passphrase",
        3,
    ),
    ("an identity of someone else", stranger, "this identity does not open the vault", 3),
    (
        "a vault cut in half",
        |world, _| alter(world, |file| file.truncate(file.len() / 2)),
        "the vault is damaged",
        4,
    ),
    ("a vault with a bent byte", |world, _| alter(world, |file| bend(file, 1)), "the vault is damaged", 4),
    (
        "another program's file",
        |world, _| alter(world, |file| *file = b"hello".to_vec()),
        "the vault is damaged",
        4,
    ),
    ("contents changed by an outsider", outsider, "the vault is forged", 4),
    ("an older save", older, "the vault was rolled back", 4),
    ("a save of a newer program", newer, "the vault was saved by a newer birdkeep", 4),
    ("an identity of factor 25", |world, _| costly(world), "the identity is too costly to open", 3),
];

fn alter(world: &World, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = file(world, &Place::Vault);
    change(&mut bytes);
    world.store.put(&Place::Vault, &bytes).expect("memory takes it");
}

fn bend(file: &mut [u8], from_end: usize) {
    let at = file.len() - from_end;
    file[at] ^= 1;
}

fn seal_identity(world: &World, passphrase: &str, cost: Cost) {
    let text = crate::vault::Own::generate().text();
    let sealed =
        seal::seal_passphrase(&Secret::new(passphrase), cost, text.expose().as_bytes()).expect("sealed");
    world.store.put(&Place::Identity, &sealed).expect("memory takes it");
}

fn stranger(world: &World, _: &Session) {
    seal_identity(world, passphrase().expose(), Cost::PLAYTHING);
}

fn outsider(world: &World, session: &Session) {
    let text = plain(world, session).replace("wiki", "evil");
    sealed_by_an_outsider(world, session, &text);
}

fn older(world: &World, session: &Session) {
    let old = file(world, &Place::Vault);
    set(world, session, Field::AccessToken, "1-newer");
    world.store.put(&Place::Vault, &old).expect("memory takes it");
}

fn newer(world: &World, session: &Session) {
    let text = plain(world, session).replace("\"version\":1,", "\"version\":2,\"more\":[],");
    sealed_by_an_outsider(world, session, &text);
}

fn costly(world: &World) {
    let mut bytes = file(world, &Place::Identity);
    let at = bytes.windows(3).position(|w| w == b" 2\n").expect("the factor of a plaything");
    bytes.splice(at + 1..at + 2, *b"25");
    world.store.put(&Place::Identity, &bytes).expect("memory takes it");
}

#[test]
fn each_trouble_has_its_own_sentence_and_exit_code() {
    for (name, bring_about, what, code) in TROUBLES {
        let world = world();
        let session = with_profile(&world);
        bring_about(&world, &session);
        let refused = unlock(&world, Some(&passphrase())).expect_err(name);
        assert_eq!((refused.what.as_str(), refused.kind.exit_code()), (*what, *code), "{name}");
        assert!(!refused.because.is_empty() && !refused.try_this.is_empty(), "{name}");
    }
}

#[test]
fn nothing_is_written_when_nothing_opens() {
    for (name, bring_about, ..) in TROUBLES {
        let world = world();
        let session = with_profile(&world);
        bring_about(&world, &session);
        let seen = Place::Seen(session.loaded().vault);
        let all = || [Place::Vault, Place::Identity, seen.clone()].map(|place| file(&world, &place));
        let before = all();
        unlock(&world, Some(&passphrase())).expect_err(name);
        assert!(all() == before, "{name}");
        // Nor by a session that was opened when all was well.
        if !name.contains("identity") && !name.contains("passphrase") {
            let edits = edits(&world, &session, Field::AccessSecret, "x");
            let refused = save(&world, &session, edits).expect_err(name);
            assert_eq!(refused.failure.kind, Kind::Damaged, "{name}");
            assert!(all() == before, "{name}");
        }
    }
}

#[test]
fn a_vault_cut_at_any_byte_or_bent_at_any_bit_is_never_taken_for_whole() {
    let world = world();
    let session = with_profile(&world);
    let whole = file(&world, &Place::Vault);
    let opens = |bytes: &[u8]| {
        world.store.put(&Place::Vault, bytes).expect("memory takes it");
        let keyring = &session.keyring;
        vault::load(&*world.store, keyring, None).map(|loaded| loaded.id).map_err(failure)
    };
    for end in (0..whole.len()).step_by(7) {
        let refused = opens(&whole[..end]).expect_err("cut");
        assert!(matches!(refused.kind, Kind::Damaged | Kind::Locked), "cut at {end}: {refused}");
    }
    for bit in (0..whole.len() * 8).step_by(61) {
        let mut bent = whole.clone();
        bent[bit / 8] ^= 1 << (bit % 8);
        let refused = opens(&bent).expect_err("bent");
        let payload = whole.windows(4).position(|w| w == b"--- ").expect("the header's end") + 64;
        // In the header a bent bit may look like a file for someone else; behind it, never.
        assert!(refused.kind == Kind::Damaged || bit / 8 < payload, "bit {bit}: {refused}");
    }
    assert_eq!(opens(&whole).ok(), Some(session.loaded().id));
}

#[test]
fn presence_tells_what_is_to_be_asked_for() {
    let world = world();
    assert_eq!(presence(&world), Ok(Presence::Absent));
    let session = init(&world, &passphrase(), Recovery::No).expect("an empty store").session;
    assert_eq!(presence(&world), Ok(Presence::Passphrase));
    assert_eq!(unlock(&world, None).expect_err("sealed").what, "the vault is locked");
    let text = session.keyring.first().text();
    world.store.put(&Place::Identity, text.expose().as_bytes()).expect("memory takes it");
    assert_eq!(presence(&world), Ok(Presence::Plain));
    assert!(unlock(&world, None).is_ok(), "an identity in the clear is fine where it is private");
    world.store.remove(&Place::Identity).expect("gone");
    assert_eq!(presence(&world).expect_err("lost").what, "the identity is missing");
}

/// A vault saved by someone who is a member, but of whom this machine knows nothing.
fn saved_by_a_stranger(world: &World) -> String {
    let session = with_profile(world);
    let (own, other) = (session.keyring.first().clone(), vault::Own::generate());
    let name = |text| crate::domain::names::Name::parse(text).expect("valid");
    let members = vec![vault::Member::of(name("owner"), &own), vault::Member::of(name("ben"), &other)];
    let theirs = vault::Keyring::of(other.clone());
    let there = MemoryStore::new("vault.age", Cost::PLAYTHING);
    let document = session.document().clone();
    let id = session.loaded().vault;
    vault::create::<()>(&there, &theirs, id, members, document, world.clock.now()).expect("saved");
    let saved = crate::vault::Store::read(&there, &Place::Vault).expect("readable").expect("there").bytes;
    world.store.put(&Place::Vault, &saved).expect("memory takes it");
    world.store.remove(&Place::Seen(id)).expect("as on a new machine");
    other.public().to_string()
}

#[test]
fn a_vault_of_an_unknown_signer_can_be_looked_at_and_nothing_else() {
    let world = world();
    let signer = saved_by_a_stranger(&world);
    let session = unlock(&world, Some(&passphrase())).expect("opens for looking");
    assert!(!session.is_trusted() && !session.snapshot().vault.trusted);
    assert_eq!(session.document().profile_count(), 1);
    let refused = save(&world, &session, edits(&world, &session, Field::AccessToken, "1-x"));
    let refused = refused.expect_err("view only").failure;
    assert_eq!(refused.kind, Kind::Damaged);
    assert!(refused.try_this.contains(&signer), "{refused}");
    assert!(world.store.marks().expect("readable").is_empty(), "nothing is pinned");
}

#[test]
fn consent_pins_the_signer_and_nobody_else() {
    let world = world();
    let signer = saved_by_a_stranger(&world);
    let wrong = "0".repeat(64);
    let still = unlock_trusting(&world, Some(&passphrase()), Some(&wrong)).expect("opens");
    assert!(!still.is_trusted(), "consent to another key is none to this one");
    assert_eq!(
        unlock_trusting(&world, Some(&passphrase()), Some("x")).expect_err("no key").kind,
        Kind::Usage
    );
    let accepted = accept(&world, &still, &signer).expect("the key fits");
    assert!(accepted.is_trusted());
    assert!(unlock(&world, Some(&passphrase())).expect("pinned").is_trusted());
    let saved = set(&world, &accepted, Field::AccessToken, "1-x");
    assert_eq!(value(&saved, Field::AccessToken).as_deref(), Some("1-x"));
    assert_eq!(saved.loaded().members.len(), 2, "everyone can still read it");
}

#[test]
fn members_who_come_and_go_are_told_once() {
    let world = world();
    let signer = saved_by_a_stranger(&world);
    let session = unlock_trusting(&world, Some(&passphrase()), Some(&signer)).expect("accepted");
    assert_eq!(session.loaded().notices, []);
    // Ben leaves, as the owner's save says.
    let own = session.keyring.first();
    let name = crate::domain::names::Name::parse("owner").expect("valid");
    let there = MemoryStore::new("vault.age", Cost::PLAYTHING);
    let members = vec![vault::Member::of(name, own)];
    let document = session.document().clone();
    let id = session.loaded().vault;
    vault::create::<()>(&there, &session.keyring, id, members, document, world.clock.now()).expect("saved");
    let alone = crate::vault::Store::read(&there, &Place::Vault).expect("readable").expect("there").bytes;
    let before = file(&world, &Place::Vault);
    world.store.put(&Place::Vault, &alone).expect("memory takes it");
    let forked = unlock(&world, Some(&passphrase())).expect_err("did not grow from what was seen");
    assert_eq!(forked.what, "the vault has forked");
    world.store.put(&Place::Vault, &before).expect("memory takes it");
    assert!(unlock(&world, Some(&passphrase())).is_ok());
    assert!(!session.loaded().notices.contains(&Notice::FarBehind));
}

#[test]
fn another_vault_at_a_known_path_needs_consent() {
    let store = MemoryStore::new("vault.age", Cost::PLAYTHING);
    let (world, _) = world_on(store.clone());
    let first = with_profile(&world);
    // The same owner's other vault takes the first one's place.
    let other = MemoryStore::new("vault.age", Cost::PLAYTHING);
    let name = crate::domain::names::Name::parse("owner").expect("valid");
    let members = vec![vault::Member::of(name, first.keyring.first())];
    let id = crate::domain::id::VaultId::from_random([9; 16]);
    let document = first.document().clone();
    vault::create::<()>(&other, &first.keyring, id, members, document, world.clock.now()).expect("saved");
    let bytes = crate::vault::Store::read(&other, &Place::Vault).expect("readable").expect("there").bytes;
    world.store.put(&Place::Vault, &bytes).expect("memory takes it");
    let session = unlock(&world, Some(&passphrase())).expect("opens for looking");
    assert!(!session.is_trusted());
    let signer = session.loaded().signer.to_string();
    assert!(accept(&world, &session, &signer).expect("accepted").is_trusted());
}

#[test]
fn a_forged_mark_is_no_mark() {
    let world = world();
    let session = with_profile(&world);
    let place = Place::Seen(session.loaded().vault);
    let mark = String::from_utf8(file(&world, &place)).expect("a mark is text");
    assert!(mark.contains("birdkeep/seen/v1") && mark.contains("\"generation\":2"));
    world.store.put(&place, mark.replace("\"generation\":2", "\"generation\":9").as_bytes()).expect("taken");
    let again = unlock(&world, Some(&passphrase())).expect("as on a new machine");
    assert!(again.is_trusted(), "the own key needs no mark");
    assert_eq!(reload(&world, &again).expect("opens").map(|s| s.loaded().generation), None);
}
