//! What stored values tell, and what they never do.

use std::collections::BTreeSet;

use super::*;
use crate::domain::credential::{Candidate, Origin, Slot};
use crate::domain::custody::Custody;
use crate::domain::fingerprint::FingerprintKey;
use crate::domain::permission::Scopes;
use crate::domain::profile::Oauth2Grant;
use crate::domain::secret::Secret;
use crate::sim::mint::Mint;

const NOW: Time = Time::from_const(1_795_000_000);

fn mint() -> Mint {
    Mint::new("hints")
}

fn slot(field: Field, value: impl Into<Box<str>>) -> Slot {
    Slot { field, secret: Secret::new(value), changed_at: NOW, issued_at: None }
}

fn app(number: u8, values: &[(Field, String)]) -> App {
    let name = Name::parse(&format!("app-{number}")).expect("a name");
    let mut app = App::new(AppId::from_random([number; 16]), name, NOW);
    for (field, value) in values {
        app.held.put(slot(*field, value.clone()));
    }
    app
}

fn bot(number: u8, values: &[(Field, String)]) -> Profile {
    let name = Name::parse(&format!("bot-{number}")).expect("a name");
    let mut profile = Profile::new(ProfileId::from_random([number; 16]), name, NOW);
    profile.app = Some(AppId::from_random([1; 16]));
    for (field, value) in values {
        profile.held.put(slot(*field, value.clone()));
    }
    profile
}

fn pair(user: &str, of: &str) -> Vec<(Field, String)> {
    let mint = mint();
    vec![(Field::AccessToken, mint.access_token(user, of)), (Field::AccessSecret, mint.access_secret(of))]
}

fn keys(of: &str) -> Vec<(Field, String)> {
    vec![(Field::ApiKey, mint().api_key(of)), (Field::ApiSecret, mint().api_secret(of))]
}

/// A grant whose access token was issued so many seconds ago.
fn grant(number: u8, ago: i64, refresh: bool) -> Profile {
    let issued = NOW.unix() - ago;
    let of = number.to_string();
    let mut values = vec![(Field::Oauth2AccessToken, mint().oauth2("at", issued, &of))];
    if refresh {
        values.push((Field::Oauth2RefreshToken, mint().oauth2("rt", issued, &of)));
    }
    let mut profile = bot(number, &values);
    profile.oauth2 = Some(Oauth2Grant { scopes: Scopes::parse("tweet.read"), ..Oauth2Grant::default() });
    profile
}

fn vault(apps: Vec<App>, profiles: Vec<Profile>) -> Document {
    let mut document = Document::new(FingerprintKey::new([1; 32]));
    for app in apps {
        document.insert_app(app);
    }
    for profile in profiles {
        document.insert_profile(profile);
    }
    document
}

/// The hints on a profile: causes with their evidence.
fn on(document: &Document, number: u8) -> Vec<(Cause, String)> {
    let profile = document.profile(ProfileId::from_random([number; 16])).expect("it is there");
    let hints = Hints::find(document, NOW);
    hints.on(document, profile).map(|hint| (hint.cause, hint.evidence.clone())).collect()
}

fn on_app(document: &Document, number: u8) -> Vec<(Cause, String)> {
    let hints = Hints::find(document, NOW);
    let list = hints.on_app(AppId::from_random([number; 16])).iter();
    list.map(|hint| (hint.cause, hint.evidence.clone())).collect()
}

#[test]
fn a_value_in_the_wrong_field_is_told_by_its_shape() {
    let mint = mint();
    for (field, value, evidence) in [
        (Field::ApiKey, mint.api_secret("a"), "“API key” looks like an API key secret"),
        (Field::ApiSecret, mint.api_key("a"), "“API key secret” looks like an API key"),
        (Field::ApiKey, mint.access_token("1900000000000000001", "a"), "looks like an access token"),
        (Field::BearerToken, mint.oauth2("at", NOW.unix(), "a"), "looks like an OAuth 2.0 access token"),
        (Field::ClientId, mint.api_key("a"), "“Client ID” looks like an API key"),
    ] {
        let document = vault(vec![app(1, &[(field, value)])], vec![]);
        let found = on_app(&document, 1);
        assert_eq!(found.len(), 1, "{field}: {found:?}");
        assert_eq!(found[0].0, Cause::SwappedFields);
        assert!(found[0].1.contains(evidence), "{found:?}");
    }
    for (field, value, evidence) in [
        (Field::AccessToken, mint.access_secret("a"), "looks like an access token secret"),
        (
            Field::AccessSecret,
            mint.access_token("1900000000000000019", "a"),
            "“Access token secret” looks like an access token",
        ),
        (Field::AccessToken, mint.oauth2("at", NOW.unix(), "a"), "looks like an OAuth 2.0 access token"),
        (
            Field::Oauth2AccessToken,
            mint.oauth2("rt", NOW.unix(), "a"),
            "looks like an OAuth 2.0 refresh token",
        ),
        (Field::Oauth2AccessToken, mint.bearer(7, "a"), "looks like a bearer token"),
    ] {
        let found = on(&vault(vec![], vec![bot(2, &[(field, value)])]), 2);
        assert!(
            found.iter().any(|(cause, said)| *cause == Cause::SwappedFields && said.contains(evidence)),
            "{found:?}"
        );
    }
}

#[test]
fn an_unusual_length_or_an_unknown_shape_is_no_hint() {
    for (field, value) in [
        (Field::ApiKey, "a".repeat(21)),
        (Field::ApiSecret, "b".repeat(42)),
        (Field::ApiSecret, mint().access_secret("45 letters, as a secret may once have had")),
        (Field::AccessToken, format!("1234567-{}", "c".repeat(40))),
        (Field::AccessToken, "nothing anybody knows".to_owned()),
        (Field::ClientSecret, mint().api_secret("50 letters look like either")),
    ] {
        let document = match field.held_by() {
            fields::OwnerKind::App => vault(vec![app(1, &[(field, value)])], vec![]),
            fields::OwnerKind::Profile => vault(vec![], vec![bot(2, &[(field, value)])]),
        };
        let hints = Hints::find(&document, NOW);
        assert!(hints.apps.is_empty() && hints.profiles.is_empty(), "{field}");
    }
}

#[test]
fn an_access_token_of_another_account_is_told_by_its_beginning() {
    let mut profile = bot(2, &pair("1900000000000000001", "a"));
    profile.user_id = UserId::parse("1900000000000000002");
    let document = vault(vec![], vec![profile.clone()]);
    let found = on(&document, 2);
    assert!(
        matches!(found.as_slice(), [(Cause::WrongAccount, said)] if said.contains("begins with the id 1900000000000000001"))
    );
    for same in [UserId::parse("1900000000000000001"), None] {
        let profile = Profile { user_id: same, ..profile.clone() };
        assert_eq!(on(&vault(vec![], vec![profile]), 2), []);
    }
}

#[test]
fn the_age_of_a_grant_is_told_by_its_token_and_what_could_renew_it_decides() {
    let hour = 3_600;
    for (profile, wanted) in [
        (grant(2, hour, true), None),
        (grant(2, hour, false), None),
        (grant(2, 3 * hour, true), Some(Cause::TokenExpired)),
        (grant(2, 3 * hour, false), Some(Cause::LoginNeeded)),
    ] {
        let found = on(&vault(vec![], vec![profile]), 2);
        assert_eq!(found.first().map(|(cause, _)| *cause), wanted, "{found:?}");
    }
    let document = vault(vec![], vec![grant(2, 3 * hour, true)]);
    assert_eq!(on(&document, 2)[0].1, "the access token expired 1 h ago by its own date");
    // X has refused the refresh token before: what is left is at most two hours.
    for ago in [hour, 3 * hour] {
        let mut profile = grant(2, ago, true);
        let about = document.fingerprints.of(profile.held.secret(Field::Oauth2RefreshToken).expect("there"));
        let custody = Custody { about, holder: None, standing: Standing::Reauth };
        profile.oauth2.as_mut().expect("there").custody = Some(custody);
        let found = on(&vault(vec![], vec![profile.clone()]), 2);
        assert!(found[0].0 == Cause::LoginNeeded && found[0].1.contains("used up or revoked"), "{found:?}");
        // What was said of another token counts no more.
        profile.held.put(slot(Field::Oauth2RefreshToken, mint().oauth2("rt", NOW.unix(), "another")));
        let found = on(&vault(vec![], vec![profile]), 2);
        assert!(found.iter().all(|(cause, _)| *cause != Cause::LoginNeeded), "{found:?}");
    }
    // With an access pair the grant is not what the profile lives on.
    let mut both = grant(2, 3 * hour, false);
    both.held.put(slot(Field::AccessToken, mint().access_token("1900000000000000019", "a")));
    both.held.put(slot(Field::AccessSecret, mint().access_secret("a")));
    assert_eq!(on(&vault(vec![], vec![both]), 2), []);
}

#[test]
fn what_is_stored_twice_is_told_to_both_by_name() {
    let twins: Vec<Profile> = (2..8).map(|number| bot(number, &pair("1900000000000000019", "one"))).collect();
    let mut document = vault(vec![], twins);
    let found = on(&document, 2);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].1, "the same access token is stored in “bot-3”, “bot-4”, “bot-5” and 2 more, too");
    for number in 3..8 {
        document.insert_profile(Profile {
            deleted_at: Some(NOW),
            ..bot(number, &pair("1900000000000000019", "one"))
        });
    }
    assert_eq!(on(&document, 2), [], "what is deleted does not count");

    let document = vault(
        vec![],
        vec![grant(2, 60, true), {
            let mut other = grant(3, 60, false);
            other.held.put(slot(Field::Oauth2RefreshToken, mint().oauth2("rt", NOW.unix() - 60, "2")));
            other
        }],
    );
    assert!(
        matches!(on(&document, 3).as_slice(), [(Cause::DuplicateCredential, said)] if said.contains("OAuth 2.0 token"))
    );

    let document = vault(vec![app(1, &keys("one")), app(2, &keys("one")), app(3, &keys("three"))], vec![]);
    assert!(
        matches!(on_app(&document, 1).as_slice(), [(Cause::DuplicateCredential, said)] if said.contains("“app-2”"))
    );
    assert_eq!(on_app(&document, 3), []);
}

#[test]
fn a_bearer_of_another_app_is_told_by_the_id_inside() {
    let with = |number: u8, of: &str, id: u64| {
        let bearer = (Field::BearerToken, mint().bearer(id, of));
        app(number, &[keys(of), vec![bearer]].concat())
    };
    let reader = bot(2, &[]);
    let document =
        vault(vec![with(1, "one", 7), with(2, "two", 7), with(3, "three", 9)], vec![reader.clone()]);
    for number in [1, 2] {
        let found = on_app(&document, number);
        assert!(
            found[0].0 == Cause::WrongApp && found[0].1.contains("name the same app at X, 7"),
            "{found:?}"
        );
    }
    assert_eq!(on_app(&document, 3), []);
    // A profile that lives on it is concerned, one with a token of its own is not.
    assert_eq!(on(&document, 2).len(), 1);
    let document =
        vault(vec![with(1, "one", 7), with(2, "two", 7)], vec![bot(2, &pair("1900000000000000019", "a"))]);
    assert_eq!(on(&document, 2), []);
    // One app of X's under two names is that, and nothing worse.
    let document = vault(vec![with(1, "one", 7), with(2, "one", 7)], vec![]);
    assert_eq!(
        on_app(&document, 1).iter().map(|(cause, _)| *cause).collect::<Vec<_>>(),
        [Cause::DuplicateCredential]
    );
    // What X has handed over for the app's own key.
    let mut handed = with(1, "one", 7);
    let secret = Secret::new(mint().bearer(8, "one"));
    handed.held.candidates.push(Candidate {
        field: Field::BearerToken,
        secret,
        at: NOW,
        origin: Origin::Check,
    });
    let found = on_app(&vault(vec![handed], vec![]), 1);
    assert!(found[0].1.contains("names the app 7 at X, the app's own key belongs to 8"), "{found:?}");
}

#[test]
fn a_profile_is_told_of_the_values_of_its_app_that_it_lives_on() {
    let swapped = vec![(Field::ApiKey, mint().api_secret("a")), (Field::ApiSecret, mint().api_key("a"))];
    let document =
        vault(vec![app(1, &swapped)], vec![bot(2, &pair("1900000000000000019", "a")), grant(3, 60, true)]);
    let causes: BTreeSet<Cause> = on(&document, 2).into_iter().map(|(cause, _)| cause).collect();
    assert_eq!(causes, BTreeSet::from([Cause::SwappedFields]));
    assert_eq!(on(&document, 3), [], "an OAuth 2.0 token takes nothing of the app's key");
    let profile = document.profile(ProfileId::from_random([2; 16])).expect("there");
    let hints = Hints::find(&document, NOW);
    let first = hints.first(&document, profile).expect("there is one");
    assert_eq!(first.remedy, Remedy::EditApp);
}

#[test]
fn a_hint_is_never_a_failure() {
    for row in super::super::verdict::CAUSES {
        let hint = Hint {
            cause: row.cause,
            about: Credential::Access,
            evidence: "seen".to_owned(),
            remedy: Remedy::Nothing,
        };
        assert_ne!(hint.state(), State::Failed, "{}", row.word);
    }
    let hint = Hint {
        cause: Cause::LoginNeeded,
        about: Credential::Oauth2,
        evidence: "seen".to_owned(),
        remedy: Remedy::LogIn,
    };
    let verdict = hint.verdict();
    assert_eq!((verdict.cause, verdict.because().as_str()), (Cause::LoginNeeded, "seen"));
}

#[test]
fn a_vault_in_good_order_gives_none() {
    let roster = crate::sim::Roster::large(200, 4, NOW);
    let hints = Hints::find(&roster.document(), NOW);
    assert!(hints.profiles.is_empty() && hints.apps.is_empty());
}
