//! The strict rules: single use, families, codes, PKCE.

use super::*;

const APP: u64 = 1;
const NOW: Time = Time::from_const(1_795_000_000);
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const HOME: &str = "http://127.0.0.1:8723/callback";

fn mint() -> Mint {
    Mint::new("grants")
}

fn consent(scopes: &str) -> Consent {
    Consent {
        app: APP,
        account: "19".to_owned(),
        scopes: Scopes::parse(scopes),
        redirect_uri: HOME.to_owned(),
        challenge: (CHALLENGE.to_owned(), "S256".to_owned()),
    }
}

fn login(grants: &mut Grants, scopes: &str) -> Tokens {
    let code = grants.code(consent(scopes), &mint(), NOW);
    grants.exchange(APP, (&code, HOME, VERIFIER), &mint(), NOW).expect("a good code")
}

#[test]
fn a_code_is_good_once_for_half_a_minute_at_one_address_with_one_verifier() {
    for (app, redirect, verifier, seconds, wanted) in [
        (APP, HOME, VERIFIER, 0, Ok(())),
        (APP, HOME, VERIFIER, 30, Ok(())),
        (APP, HOME, VERIFIER, 31, Err(Refusal::Code)),
        (2, HOME, VERIFIER, 0, Err(Refusal::Code)),
        (APP, "http://127.0.0.1:8723/callback/", VERIFIER, 0, Err(Refusal::Redirect)),
        (APP, HOME, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", 0, Err(Refusal::Code)),
        (APP, HOME, "short", 0, Err(Refusal::Code)),
        (APP, HOME, CHALLENGE, 0, Err(Refusal::Code)),
    ] {
        let mut grants = Grants::default();
        let code = grants.code(consent("tweet.read"), &mint(), NOW);
        let now = NOW.shifted(seconds);
        let got = grants.exchange(app, (&code, redirect, verifier), &mint(), now).map(drop);
        assert_eq!(got, wanted, "{app} {redirect} {verifier} after {seconds} s");
        let again = grants.exchange(APP, (&code, HOME, VERIFIER), &mint(), now).map(drop);
        assert_eq!(again.is_ok(), wanted.is_err() && seconds <= 30, "used up by success alone");
    }
}

#[test]
fn only_offline_access_brings_a_refresh_token() {
    let mut grants = Grants::default();
    assert!(login(&mut grants, "tweet.read").refresh.is_none());
    assert!(login(&mut grants, "tweet.read offline.access").refresh.is_some());
}

#[test]
fn a_refresh_token_is_good_once_and_kills_its_family_when_shown_again() {
    let mut grants = Grants::default();
    let first = login(&mut grants, "tweet.read offline.access");
    let rt = first.refresh.expect("offline.access");
    let second = grants.refresh(APP, &rt, &mint(), NOW).expect("its first use");
    let next = second.refresh.expect("rotated");
    assert_ne!(next, rt);
    assert!(grants.spent(&rt) && !grants.refreshes(&rt) && grants.refreshes(&next));
    assert!(grants.of(&first.access, NOW).is_some(), "the old access token lives on until its end");

    assert_eq!(grants.refresh(APP, &rt, &mint(), NOW), Err(Refusal::Token));
    assert_eq!((grants.presented(&rt), grants.killed()), (2, 1));
    assert_eq!(grants.of(&second.access, NOW), None);
    assert_eq!(grants.refresh(APP, &next, &mint(), NOW), Err(Refusal::Token));
    assert_eq!(grants.killed(), 1, "a dead family dies once");
}

#[test]
fn grace_gives_the_same_pair_again_for_a_while() {
    let mut grants = Grants::default();
    grants.habits.grace = 10;
    let rt = login(&mut grants, "tweet.read offline.access").refresh.expect("offline.access");
    let first = grants.refresh(APP, &rt, &mint(), NOW);
    assert_eq!(grants.refresh(APP, &rt, &mint(), NOW.shifted(9)), first);
    assert!(grants.refresh(APP, &rt, &mint(), NOW.shifted(10)).is_err());
}

#[test]
fn a_refresh_token_that_is_not_rotated_stays_good() {
    let mut grants = Grants::default();
    grants.habits.rotates = false;
    let rt = login(&mut grants, "tweet.read offline.access").refresh.expect("offline.access");
    for _ in 0..2 {
        assert_eq!(grants.refresh(APP, &rt, &mint(), NOW).expect("still good").refresh, None);
    }
    assert!(grants.refreshes(&rt) && !grants.spent(&rt));
}

#[test]
fn a_new_login_ends_the_one_before_and_no_other_client_or_revocation_does() {
    let mut grants = Grants::default();
    let first = login(&mut grants, "tweet.read offline.access");
    let rt = first.refresh.expect("offline.access");
    assert_eq!(grants.refresh(2, &rt, &mint(), NOW), Err(Refusal::Token), "another client's");
    assert!(grants.refreshes(&rt));
    grants.revoke(2, &rt);
    assert!(grants.refreshes(&rt));
    grants.revoke(APP, &rt);
    assert!(!grants.refreshes(&rt));
    assert!(grants.of(&first.access, NOW).is_some(), "one half is revoked, not both");
    grants.revoke(APP, &first.access);
    assert!(grants.of(&first.access, NOW).is_none());

    let second = login(&mut grants, "tweet.read");
    let third = login(&mut grants, "tweet.read");
    assert!(grants.of(&second.access, NOW).is_none() && grants.of(&third.access, NOW).is_some());
    assert_eq!(grants.killed(), 0);
}
