use super::*;
use crate::domain::credential::Slot;
use crate::domain::edit::{apply_all, inverse, set_fields};
use crate::domain::names::Name;

const NOW: Time = Time::from_const(1_795_000_000);

fn id() -> ProfileId {
    ProfileId::from_random([1; 16])
}

fn holder(number: u8) -> HolderId {
    HolderId::from_random([number; 16])
}

fn document(access: &str, refresh: Option<&str>) -> Document {
    let mut document = Document::new(FingerprintKey::new([9; 32]));
    let mut profile = Profile::new(id(), Name::parse("wiki").expect("valid"), NOW);
    let slot = |field, value: &str| Slot {
        field,
        secret: Secret::new(value),
        changed_at: NOW.shifted(-9_000),
        issued_at: None,
    };
    profile.held.put(slot(Field::Oauth2AccessToken, access));
    if let Some(refresh) = refresh {
        profile.held.put(slot(Field::Oauth2RefreshToken, refresh));
    }
    document.insert_profile(profile);
    document
}

fn profile(document: &Document) -> &Profile {
    document.profile(id()).expect("there")
}

fn new(refresh: Option<&str>) -> Renewed {
    Renewed {
        access_token: Secret::new("at-2"),
        refresh_token: refresh.map(Secret::new),
        scopes: Some(Scopes::parse("tweet.read offline.access")),
        issued_at: NOW,
        expires_at: Some(NOW.shifted(7_200)),
        spent: Vec::new(),
        sequence: 1,
        holder: holder(1),
    }
}

#[test]
fn every_standing_is_read_back_by_its_word_and_unknown_words_are_kept() {
    for (number, row) in STANDINGS.iter().enumerate() {
        assert_eq!(Standing::parse(row.word), row.standing);
        assert_eq!(row.standing.word(), row.word);
        assert!(STANDINGS[..number].iter().all(|better| better.standing < row.standing));
        assert_eq!(row.next.is_none(), row.standing == Standing::Good, "{}", row.word);
    }
    let newer = Standing::parse("on-holiday");
    assert_eq!((newer.word(), newer.row().is_none()), ("on-holiday", true));
    assert!(STANDINGS.iter().all(|row| row.standing < newer));
}

#[test]
fn a_refresh_puts_the_pair_in_place_and_keeps_a_fingerprint_of_the_old_one() {
    let before = document("at-1", Some("rt-1"));
    let edits = renewed(&before, id(), &new(Some("rt-2")));
    let after = apply_all(&before, &edits).expect("made for it");
    let (profile, key) = (profile(&after), &after.fingerprints);
    assert_eq!(profile.held.secret(Field::Oauth2AccessToken), Some(&Secret::new("at-2")));
    assert_eq!(profile.held.secret(Field::Oauth2RefreshToken), Some(&Secret::new("rt-2")));
    assert_eq!(profile.held.history, [], "no pair that X has killed is kept");
    let grant = profile.oauth2.as_ref().expect("there");
    assert_eq!(grant.spent, [key.of(&Secret::new("rt-1"))]);
    assert_eq!((grant.sequence, grant.expires_at), (1, Some(NOW.shifted(7_200))));
    let custody = of(profile, key).expect("there is a refresh token");
    assert_eq!((custody.holder, custody.standing), (Some(holder(1)), Standing::Good));
    assert_eq!(apply_all(&after, &edits).expect("already done").profile(id()), Some(profile));
    assert!(edits.iter().all(|edit| inverse(&before, edit, &after, NOW).is_none()), "no way back");
}

#[test]
fn without_a_new_refresh_token_the_old_one_stays_and_is_not_called_spent() {
    let before = document("at-1", Some("rt-1"));
    let after = apply_all(&before, &renewed(&before, id(), &new(None))).expect("made for it");
    let (profile, key) = (profile(&after), &after.fingerprints);
    assert_eq!(profile.held.secret(Field::Oauth2RefreshToken), Some(&Secret::new("rt-1")));
    assert_eq!(profile.oauth2.as_ref().expect("there").spent, []);
    assert_eq!(of(profile, key).map(|custody| custody.standing), Some(Standing::Good));
}

#[test]
fn the_last_eight_spent_tokens_are_remembered_and_the_sequence_grows() {
    let mut at = document("at-0", Some("rt-0"));
    for number in 1..12_u64 {
        let next = new(Some(&format!("rt-{number}")));
        at = apply_all(&at, &renewed(&at, id(), &next)).expect("made for it");
        assert_eq!(profile(&at).oauth2.as_ref().map(|grant| grant.sequence), Some(number));
    }
    let wanted: Vec<Fingerprint> =
        (3..11).map(|number| at.fingerprints.of(&Secret::new(format!("rt-{number}")))).collect();
    assert_eq!(profile(&at).oauth2.as_ref().expect("there").spent, wanted);
    let mut spent = wanted.clone();
    remember(&mut spent, [wanted[0], wanted[7]]);
    assert_eq!(spent, wanted, "each once");
    // An answer found in a journal may stand further on than the vault does.
    let further = Renewed { sequence: 40, spent: vec![wanted[0]], ..new(Some("rt-40")) };
    let at = apply_all(&at, &renewed(&at, id(), &further)).expect("made for it");
    assert_eq!(profile(&at).oauth2.as_ref().map(|grant| grant.sequence), Some(40));
}

#[test]
fn what_is_known_about_a_token_is_forgotten_with_it() {
    let before = document("at-1", Some("rt-1"));
    let edits = marked(&before, id(), |custody| {
        custody.standing = Standing::Reauth;
        custody.holder = Some(holder(2));
    });
    let marked_so = apply_all(&before, &edits).expect("made for it");
    let custody = of(profile(&marked_so), &marked_so.fingerprints).expect("there");
    assert_eq!((custody.standing, custody.holder), (Standing::Reauth, Some(holder(2))));
    assert_eq!(marked(&marked_so, id(), |_| {}), [], "nothing to say");
    let values = [(Field::Oauth2RefreshToken, Some(Secret::new("rt-by-hand")))];
    let edits = set_fields(&marked_so, id().into(), values, Origin::Edit, NOW);
    let by_hand = apply_all(&marked_so, &edits).expect("made for it");
    let custody = of(profile(&by_hand), &by_hand.fingerprints).expect("there");
    assert_eq!((custody.standing, custody.holder), (Standing::Good, None));
    assert_eq!(profile(&by_hand).held.history.len(), 1, "what a person replaces is kept");
    assert_eq!(of(profile(&document("at", None)), &before.fingerprints), None);
    assert_eq!(marked(&document("at", None), id(), |custody| custody.holder = None), []);
}

#[test]
fn an_expiry_is_believed_as_far_as_it_can_be_the_tokens_own() {
    // What the token tells: issued at 1622147743.914 (the sample of X's documentation, as an access token).
    let plain = "madeup0000000000000000000000000000000000000000:1622147743914:1:1:at:1";
    let token = {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(plain)
    };
    let issued = Time::from_unix(1_622_147_743);
    let with = |token: &str, told: Option<Time>| {
        let mut document = document(token, None);
        let mut profile = profile(&document).clone();
        profile.oauth2 = Some(Oauth2Grant { expires_at: told, ..Oauth2Grant::default() });
        document.insert_profile(profile);
        expires_at(self::profile(&document))
    };
    for (token, told, wanted) in [
        (token.as_str(), None, Some(issued.shifted(7_200))),
        (&token, Some(issued.shifted(3_600)), Some(issued.shifted(3_600))),
        (&token, Some(issued.shifted(-60)), Some(issued.shifted(7_200))),
        (&token, Some(issued.shifted(200_000)), Some(issued.shifted(7_200))),
        ("opaque", Some(NOW), Some(NOW)),
        ("opaque", None, None),
    ] {
        assert_eq!(with(token, told), wanted, "{told:?}");
    }
}
