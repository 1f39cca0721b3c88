use super::*;
use crate::domain::credential::Slot;
use crate::domain::edit::apply_all;
use crate::domain::fingerprint::{Fingerprint, FingerprintKey};
use crate::domain::id::{AttemptId, ProfileId};
use crate::domain::names::Name;
use crate::domain::secret::Secret;
use crate::x::auth::refresh::Doubt;
use crate::x::error::Said;
use crate::x::wire::{Response, SendError};

const NOW: Time = Time::from_const(1_795_000_000);

fn id() -> ProfileId {
    ProfileId::from_random([1; 16])
}

fn me() -> HolderId {
    HolderId::from_random([2; 16])
}

fn key() -> FingerprintKey {
    FingerprintKey::new([9; 32])
}

fn print(text: &str) -> Fingerprint {
    key().of(&Secret::new(text))
}

/// A vault whose bot holds this refresh token, after those in `spent`.
fn vault(refresh: &str, spent: &[&str]) -> Document {
    let mut document = Document::new(key());
    let mut profile = Profile::new(id(), Name::parse("wiki").expect("valid"), NOW);
    let slot = |field, value: &str| Slot {
        field,
        secret: Secret::new(value),
        changed_at: NOW.shifted(-9_000),
        issued_at: None,
    };
    profile.held.put(slot(Field::Oauth2AccessToken, "at-old"));
    profile.held.put(slot(Field::Oauth2RefreshToken, refresh));
    let spent = spent.iter().map(|token| print(token)).collect();
    profile.oauth2 = Some(Oauth2Grant { sequence: 5, spent, ..Oauth2Grant::default() });
    document.insert_profile(profile);
    document
}

/// An intent to present `rt-3`, which grew from `rt-1` and `rt-2`.
fn intent(before: u8) -> Intent {
    Intent {
        attempt: AttemptId::from_random([3; 16]),
        profile: id(),
        token: print("rt-3"),
        grown_from: vec![print("rt-1"), print("rt-2")],
        sequence: 5,
        before,
        at: NOW,
    }
}

fn said() -> Said {
    let body = Secret::new(r#"{"error":"invalid_grant"}"#);
    Said::read(&Response { status: 400, headers: Vec::new(), body, received_at: NOW })
}

fn new(refresh: Option<&str>) -> Refreshed {
    Refreshed::Renewed(Issued {
        access_token: Secret::new("at-new"),
        refresh_token: refresh.map(Secret::new),
        expires_in: None,
        scopes: None,
    })
}

fn open() -> Refreshed {
    Refreshed::Unclear(Doubt::Silent(SendError::Broken))
}

#[derive(Debug, PartialEq, Eq)]
enum Left {
    /// This refresh token, with this standing.
    Token(&'static str, Standing),
    /// The same, and the new one beside it.
    Beside(&'static str),
}

#[track_caller]
fn check(document: &Document, before: u8, refreshed: Refreshed, (wanted, journal): (&Left, Fate)) {
    let outcome = Outcome { refreshed, at: NOW };
    let settled = settle(document, &intent(before), &outcome, me());
    let after = apply_all(document, &settled.edits).expect("worked out on it");
    let profile = after.profile(id()).expect("there");
    let token = profile.held.secret(Field::Oauth2RefreshToken).expect("there").expose().to_owned();
    let candidate = profile.held.candidate(Field::Oauth2RefreshToken);
    let standing = custody::of(profile, &after.fingerprints).expect("there").standing;
    match wanted {
        Left::Token(token_wanted, standing_wanted) => {
            assert_eq!((token.as_str(), &standing), (*token_wanted, standing_wanted));
            assert_eq!(candidate, None);
        }
        Left::Beside(token_wanted) => {
            assert_eq!((token.as_str(), standing), (*token_wanted, Standing::Good));
            assert_eq!(candidate.map(|one| one.secret.expose()), Some("rt-4"));
        }
    }
    assert_eq!(settled.journal, journal);
    // Settled once, there is nothing left to be done.
    let again = settle(&after, &intent(before), &outcome, me());
    assert_eq!(again.edits, [], "twice is once");
}

#[test]
fn every_outcome_meets_every_vault() {
    use Standing::{Ambiguous, Good, Reauth};
    let same = || vault("rt-3", &["rt-1", "rt-2"]);
    let older = || vault("rt-2", &["rt-1"]);
    let newer = || vault("rt-4", &["rt-1", "rt-2", "rt-3"]);
    let strange = || vault("by-hand", &[]);
    let kept = |token, standing, journal| (Left::Token(token, standing), journal);
    for (document, before, refreshed, (left, journal)) in [
        (same(), 0, new(Some("rt-4")), kept("rt-4", Good, Fate::Goes)),
        (same(), 1, new(Some("rt-4")), kept("rt-4", Good, Fate::Goes)),
        (same(), 0, new(None), kept("rt-3", Good, Fate::Goes)),
        (same(), 0, Refreshed::Refused(said()), kept("rt-3", Reauth, Fate::Goes)),
        (same(), 0, Refreshed::ClientRejected(said()), kept("rt-3", Good, Fate::Goes)),
        (same(), 0, Refreshed::NotSent(SendError::NotConnected), kept("rt-3", Good, Fate::Goes)),
        (same(), 0, open(), kept("rt-3", Ambiguous, Fate::Stays)),
        (same(), 1, open(), kept("rt-3", Reauth, Fate::Goes)),
        // The vault was rolled back behind the attempt.
        (older(), 0, new(Some("rt-4")), kept("rt-4", Good, Fate::Goes)),
        (older(), 0, new(None), kept("rt-2", Reauth, Fate::Goes)),
        (older(), 0, open(), kept("rt-2", Reauth, Fate::Goes)),
        (older(), 0, Refreshed::Refused(said()), kept("rt-2", Reauth, Fate::Goes)),
        // It has moved on.
        (newer(), 0, new(Some("rt-4")), kept("rt-4", Good, Fate::Goes)),
        (newer(), 0, open(), kept("rt-4", Good, Fate::Goes)),
        (newer(), 0, Refreshed::Refused(said()), kept("rt-4", Good, Fate::Goes)),
        // A person has put something else in.
        (strange(), 0, new(Some("rt-4")), (Left::Beside("by-hand"), Fate::Goes)),
        (strange(), 0, open(), kept("by-hand", Good, Fate::Goes)),
        (strange(), 0, Refreshed::Refused(said()), kept("by-hand", Good, Fate::Goes)),
    ] {
        check(&document, before, refreshed, (&left, journal));
    }
}

#[test]
fn a_deleted_bot_keeps_the_pair_that_x_handed_over_and_stays_deleted() {
    let mut document = vault("rt-3", &[]);
    let profile = document.profile(id()).expect("there").clone();
    document.insert_profile(Profile { deleted_at: Some(NOW), ..profile });
    check(&document, 0, new(Some("rt-4")), (&Left::Token("rt-4", Standing::Good), Fate::Goes));
    let outcome = Outcome { refreshed: new(Some("rt-4")), at: NOW };
    let edits = settle(&document, &intent(0), &outcome, me()).edits;
    let after = apply_all(&document, &edits).expect("worked out on it");
    assert_eq!(after.profile(id()).and_then(|profile| profile.deleted_at), Some(NOW));
    let gone = Document::new(key());
    assert_eq!(settle(&gone, &intent(0), &outcome, me()).verdict, Verdict::Obsolete);
}

#[test]
fn whoever_has_taken_a_grant_over_meanwhile_keeps_it() {
    let other = HolderId::from_random([8; 16]);
    let document = vault("rt-3", &[]);
    let document = apply_all(&document, &custody::taken_over(&document, id(), other)).expect("made for it");
    let outcome = Outcome { refreshed: new(Some("rt-4")), at: NOW };
    let edits = settle(&document, &intent(0), &outcome, me()).edits;
    let after = apply_all(&document, &edits).expect("worked out on it");
    let profile = after.profile(id()).expect("there");
    assert_eq!(custody::of(profile, &after.fingerprints).and_then(|custody| custody.holder), Some(other));
    assert_eq!(profile.oauth2.as_ref().map(|grant| grant.sequence), Some(7));
}
