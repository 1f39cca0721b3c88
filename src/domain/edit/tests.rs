use super::*;
use crate::domain::fingerprint::FingerprintKey;
use crate::domain::id::ProfileId;

const NOW: Time = Time::from_const(1_000);

fn document() -> (Document, Owner) {
    let mut document = Document::new(FingerprintKey::new([9; 32]));
    let id = ProfileId::from_random([1; 16]);
    document.insert_profile(Profile::new(id, Name::parse("wiki").expect("valid"), NOW));
    (document, id.into())
}

fn set(document: &Document, owner: Owner, field: Field, value: &str) -> Vec<Edit> {
    set_fields(document, owner, [(field, Some(Secret::new(value)))], Origin::Edit, NOW)
}

#[test]
fn a_replaced_value_goes_into_history() {
    let (before, owner) = document();
    let first = apply_all(&before, &set(&before, owner, Field::AccessToken, "1-a")).expect("fits");
    let second = apply_all(&first, &set(&first, owner, Field::AccessToken, "1-b")).expect("fits");
    let held = second.held(owner).expect("the profile is there");
    assert_eq!(held.secret(Field::AccessToken), Some(&Secret::new("1-b")));
    assert_eq!(held.history.len(), 1);
    assert_eq!(held.history[0].secret, Secret::new("1-a"));
}

#[test]
fn edits_of_different_credentials_both_survive() {
    let (base, owner) = document();
    let ours = set(&base, owner, Field::AccessToken, "1-a");
    let theirs = set(&base, owner, Field::Oauth2AccessToken, "o");
    let merged = apply_all(&apply_all(&base, &theirs).expect("fits"), &ours).expect("both fit");
    let held = merged.held(owner).expect("there");
    assert!(held.secret(Field::AccessToken).is_some() && held.secret(Field::Oauth2AccessToken).is_some());
}

#[test]
fn halves_of_one_credential_from_two_hands_conflict() {
    let (base, owner) = document();
    let ours = set(&base, owner, Field::AccessToken, "1-a");
    let theirs = set(&base, owner, Field::AccessSecret, "s");
    let after = apply_all(&base, &theirs).expect("fits");
    let conflict = apply_all(&after, &ours).expect_err("halves are never mixed");
    assert_eq!(conflict.kind, ConflictKind::Field(Field::AccessToken));
    assert!(conflict.to_string().contains("wiki"));
}

#[test]
fn doing_an_edit_twice_is_doing_it_once() {
    let (base, owner) = document();
    let handle = Handle::parse("wikidaily").ok();
    let mut edits = set(&base, owner, Field::AccessToken, "1-a");
    edits.push(Edit::SetProperty {
        owner,
        was: Property::Handle(None),
        to: Property::Handle(handle.clone()),
    });
    edits.push(Edit::SetProperty {
        owner,
        was: Property::Need(Need::Post, false),
        to: Property::Need(Need::Post, true),
    });
    let once = apply_all(&base, &edits).expect("fits");
    let twice = apply_all(&once, &edits).expect("already done");
    let (Owner::Profile(id), true) = (owner, true) else { return };
    assert_eq!(once.profile(id), twice.profile(id));
    assert_eq!(once.profile(id).and_then(|p| p.handle.clone()), handle);
}

#[test]
fn a_deleted_profile_refuses_edits_and_comes_back_under_a_free_name() {
    let (base, owner) = document();
    let gone = apply_all(&base, &[Edit::Tombstone { owner, at: NOW }]).expect("fits");
    let conflict = apply_all(&gone, &set(&base, owner, Field::AccessToken, "1-a")).expect_err("gone");
    assert_eq!(conflict.kind, ConflictKind::Deleted);
    let other = Profile::new(ProfileId::from_random([2; 16]), Name::parse("Wiki").expect("valid"), NOW);
    let taken = apply_all(&gone, &[Edit::AddProfile(Box::new(other))]).expect("the name is free");
    let back = apply_all(&taken, &[Edit::Revive { owner }]).expect("revived");
    assert_eq!(back.name_of(owner).map(Name::as_str), Some("wiki-2"));
    assert_eq!(back.profile_count(), 2);
}

#[test]
fn every_undoable_edit_is_taken_back_by_its_inverse() {
    let (base, owner) = document();
    let with = apply_all(&base, &set(&base, owner, Field::AccessToken, "1-a")).expect("fits");
    for edit in [
        set(&with, owner, Field::AccessToken, "1-b").remove(0),
        Edit::SetProperty {
            owner,
            was: Property::Notes(String::new()),
            to: Property::Notes("new".to_owned()),
        },
        Edit::SetProperty {
            owner,
            was: Property::Name(Name::parse("wiki").expect("valid")),
            to: Property::Name(Name::parse("other").expect("valid")),
        },
        Edit::Tombstone { owner, at: NOW },
    ] {
        let after = apply_all(&with, std::slice::from_ref(&edit)).expect("fits");
        let undo = inverse(&with, &edit, &after, NOW).expect("can be undone");
        let back = apply_all(&after, &[undo]).expect("nothing changed since");
        assert_eq!(back.name_of(owner), with.name_of(owner));
        assert_eq!(
            back.held(owner).and_then(|h| h.secret(Field::AccessToken)),
            with.held(owner).and_then(|h| h.secret(Field::AccessToken))
        );
        assert_eq!(back.profile_count(), with.profile_count());
    }
}

#[test]
fn a_property_of_the_other_kind_is_refused() {
    let (base, owner) = document();
    let edit = Edit::SetProperty {
        owner,
        was: Property::Permission(None),
        to: Property::Permission(Some(Level::Read)),
    };
    assert!(apply_all(&base, &[edit]).is_err());
}
