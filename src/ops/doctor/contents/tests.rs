use super::super::tests::{one, said};
use super::*;
use crate::domain::credential::Slot;
use crate::domain::custody::Custody;
use crate::domain::fields::Credential;
use crate::domain::id::{AppId, ProfileId};
use crate::domain::names::{Handle, Name};
use crate::domain::profile::Oauth2Grant;
use crate::domain::rotation::Rotation;
use crate::failure::Kind;
use crate::ops::testing;
use crate::vault::PublicKey;

const DAY: i64 = 86_400;

/// A vault with an app `bots` and a profile `wiki` on it, and nothing to complain about.
fn fine() -> Contents {
    let world = testing::world();
    let created = crate::ops::init::init(&world, &testing::passphrase(), crate::ops::init::Recovery::No);
    let mut loaded = created.expect("a vault").session.loaded().clone();
    let now = world.clock.now();
    let mut document = Document::clone(&loaded.document);
    let mut app = App::new(AppId::from_random([1; 16]), name("bots"), now);
    app.held.put(slot(Field::ApiKey, "made-up-key", now));
    let mut wiki = profile(2, "wiki", now);
    wiki.app = Some(app.id);
    document.insert_app(app);
    document.insert_profile(wiki);
    loaded.document = document.into();
    Contents { looked: Looked::Open(Box::new(loaded)), now, rotation_days: 90, holder: None }
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

fn slot(field: Field, secret: &str, at: Time) -> Slot {
    Slot { field, secret: Secret::new(secret), changed_at: at, issued_at: None }
}

fn profile(number: u8, called: &str, now: Time) -> Profile {
    let mut profile = Profile::new(ProfileId::from_random([number; 16]), name(called), now);
    profile.handle = Some(Handle::parse(called).expect("a handle"));
    profile.held.put(slot(Field::AccessToken, &format!("made-up-{called}"), now));
    profile
}

/// The contents with one thing about the profile changed.
fn with(spoil: impl FnOnce(&mut Document, &mut Profile)) -> Contents {
    let mut contents = fine();
    let Looked::Open(loaded) = &mut contents.looked else { panic!("it is open") };
    let mut document = Document::clone(&loaded.document);
    let mut wiki = document.profile_named(&name("wiki")).expect("it is there").clone();
    spoil(&mut document, &mut wiki);
    document.insert_profile(wiki);
    loaded.document = document.into();
    contents
}

fn standing(standing: Standing, holder: Option<HolderId>) -> Contents {
    with(|document, wiki| {
        let token = Secret::new("made-up-refresh");
        let about = document.fingerprints.of(&token);
        wiki.held.put(slot(Field::Oauth2RefreshToken, token.expose(), Time::default()));
        let custody = Some(Custody { about, holder, standing });
        wiki.oauth2 = Some(Oauth2Grant { custody, ..Oauth2Grant::default() });
    })
}

#[test]
fn nothing_is_made_of_what_is_fine() {
    let contents = fine();
    for row in TOPIC.rows {
        for (level, text) in said(&TOPIC, row.name, &contents) {
            assert_eq!(level, Level::Ok, "{}: {text}", row.name);
        }
    }
    let (_, text) = one(&TOPIC, "opening", &contents);
    assert_eq!(text, "it opens: generation 1, 1 app, 1 profile, saved just now");
}

#[test]
fn each_gap_is_named_with_its_profiles_and_the_next_step() {
    let elsewhere = Some(HolderId::from_random([9; 16]));
    let late = |contents: Contents| Contents { now: contents.now.shifted(91 * DAY), ..contents };
    for (row, contents, level, words) in [
        ("due", late(fine()), Level::Note, "2 (bots, wiki)"),
        ("no-app", with(|_, wiki| wiki.app = None), Level::Note, "1 (wiki)"),
        ("user-ids", with(|_, wiki| wiki.handle = None), Level::Note, "birdkeep set NAME handle"),
        (
            "rotations",
            with(|_, wiki| wiki.held.rotations.push(Rotation::begin(Credential::Access, Time::default()))),
            Level::Note,
            "birdkeep rotate",
        ),
        ("refresh-tokens", standing(Standing::Reauth, None), Level::Warning, "birdkeep authorize"),
        ("refresh-tokens", standing(Standing::Ambiguous, None), Level::Note, "birdkeep token"),
        ("refresh-tokens", standing(Standing::VerifyFirst, None), Level::Note, "birdkeep token"),
        ("refresh-tokens", standing(Standing::Newer("odd".into()), None), Level::Note, "update"),
        (
            "refresh-tokens",
            standing(Standing::Good, elsewhere),
            Level::Ok,
            "another machine renews: 1 (wiki)",
        ),
        (
            "killed",
            with(|_, wiki| {
                let rotation = Rotation::begin(Credential::Access, Time::default());
                let stages = rotation.plan().to_vec();
                let at = *stages.iter().rev().nth(1).expect("it has stages");
                wiki.held.rotations.push(rotation.at(at, Time::default()));
            }),
            Level::Warning,
            "birdkeep show",
        ),
    ] {
        let (found, text) = one(&TOPIC, row, &contents);
        assert!(found == level && text.contains(words), "{row} {found:?}: {text}");
    }
}

#[test]
fn a_value_that_is_stored_twice_is_named_without_being_shown() {
    let contents = with(|document, wiki| {
        let mut twin = profile(3, "twin", Time::default());
        twin.app = wiki.app;
        twin.held.put(slot(Field::AccessToken, "made-up-wiki", Time::default()));
        document.insert_profile(twin);
    });
    let (level, text) = one(&TOPIC, "duplicates", &contents);
    assert!(
        level == Level::Note && text.contains("the same access_token is stored 2 times: twin, wiki"),
        "{text}"
    );
    assert!(!text.contains("made-up-wiki"));
}

#[test]
fn what_cannot_be_opened_is_told_and_nothing_else() {
    let failure = Failure::new(Kind::Damaged, "the vault is forged", "made up", "look");
    for (looked, level, words) in [
        (Looked::Locked, Level::Note, "--unlock"),
        (Looked::NotOpened(failure), Level::Trouble, "the vault is forged"),
    ] {
        let contents = Contents { looked, ..fine() };
        let all: Vec<_> = TOPIC.rows.iter().flat_map(|row| said(&TOPIC, row.name, &contents)).collect();
        assert_eq!(all.len(), 1, "{all:?}");
        assert!(all[0].0 == level && all[0].1.contains(words), "{all:?}");
    }
}

#[test]
fn a_stranger_and_a_save_in_the_future_are_told() {
    let mut contents = fine();
    contents.now = contents.now.shifted(-DAY);
    assert_eq!(one(&TOPIC, "saved-at", &contents).0, Level::Warning);
    let Looked::Open(loaded) = &mut contents.looked else { panic!("it is open") };
    let signer: PublicKey = loaded.signer;
    loaded.trust = Trust::Unknown(vault::Stranger { signer, doubt: vault::Doubt::Signer });
    let (level, text) = one(&TOPIC, "signer", &contents);
    assert!(level == Level::Trouble && text.contains("BIRDKEEP_TRUST"), "{text}");
}
