use proptest::prelude::*;

use super::*;
use crate::domain::credential::Candidate;
use crate::domain::id::{AppId, HolderId, ProfileId};
use crate::domain::names::Name;
use crate::domain::needs::Need;
use crate::domain::profile::Oauth2Grant;
use crate::domain::rotation::{Rotation, Stage};
use crate::domain::secret::Secret;

/// What a person or a check may do, in small numbers so that hands meet.
#[derive(Clone, Debug)]
enum Act {
    Add(u8, u8),
    Set(u8, Field, Option<u8>),
    Rename(u8, u8),
    Need(u8, Need),
    Notes(u8, u8),
    Delete(u8),
    Revive(u8),
    Candidate(u8, Field, u8),
    Drop(u8, Credential),
    Rotate(u8, Credential, Option<Stage>),
    Grant(u8, u64),
}

fn app(number: u8) -> AppId {
    AppId::from_random([number; 16])
}

fn profile(number: u8) -> ProfileId {
    ProfileId::from_random([number + 100; 16])
}

fn owner(number: u8, field: Credential) -> Owner {
    match field {
        Credential::Api | Credential::Bearer | Credential::Client => app(number).into(),
        Credential::Access | Credential::Oauth2 => profile(number).into(),
    }
}

fn name(number: u8) -> Name {
    Name::parse(&format!("bot{number}")).expect("a valid name")
}

fn secret(hand: &str, number: u8) -> Secret {
    Secret::new(format!("{hand}{number}"))
}

/// Does `acts` one after another, at growing times; what does not apply is left out.
fn after(start: &Document, hand: &str, acts: &[Act]) -> Document {
    let mut document = start.clone();
    for (number, act) in acts.iter().enumerate() {
        let at = Time::from_unix(1_000 + i64::try_from(number).expect("few"));
        for edit in edits(&document, hand, act, at) {
            let _ = edit::apply(&mut document, &edit);
        }
    }
    document
}

fn edits(document: &Document, hand: &str, act: &Act, at: Time) -> Vec<Edit> {
    let property = |owner: Owner, to: Property| {
        let was = edit::property(document, owner, &to);
        was.map(|was| Edit::SetProperty { owner, was, to }).into_iter().collect()
    };
    match *act {
        Act::Add(n, m) => vec![
            Edit::AddApp(Box::new(App::new(app(n), name(m), at))),
            Edit::AddProfile(Box::new(Profile::new(profile(n), name(m), at))),
        ],
        Act::Set(n, field, value) => {
            let value = value.map(|value| secret(hand, value));
            edit::set_fields(document, owner(n, field.credential()), [(field, value)], Origin::Edit, at)
        }
        Act::Rename(n, m) => property(profile(n).into(), Property::Name(name(m))),
        Act::Notes(n, m) => property(app(n).into(), Property::Notes(format!("{hand}{m}"))),
        Act::Need(n, need) => {
            let has = document.profile(profile(n)).is_some_and(|profile| profile.needs.contains(&need));
            property(profile(n).into(), Property::Need(need, !has))
        }
        Act::Delete(n) => vec![Edit::Tombstone { owner: profile(n).into(), at }],
        Act::Revive(n) => vec![Edit::Revive { owner: profile(n).into() }],
        Act::Candidate(n, field, m) => {
            let candidate = Candidate { field, secret: secret(hand, m), at, origin: Origin::Check };
            vec![Edit::AddCandidate { owner: owner(n, field.credential()), candidate }]
        }
        Act::Drop(n, credential) => vec![Edit::DropCandidates { owner: owner(n, credential), credential }],
        Act::Rotate(n, credential, stage) => {
            let owner = owner(n, credential);
            let was = document.held(owner).and_then(|held| held.rotation(credential)).cloned();
            let to = stage.map(|stage| Rotation::begin(credential, at).at(stage, at));
            vec![Edit::SetRotation { owner, credential, was, to }]
        }
        Act::Grant(n, sequence) => {
            let was = document.profile(profile(n)).and_then(|profile| profile.oauth2.clone());
            let to = Some(Oauth2Grant { sequence, ..Oauth2Grant::default() });
            let mut edits = edits(document, hand, &Act::Set(n, Field::Oauth2AccessToken, Some(9)), at);
            edits.push(Edit::SetGrant { owner: profile(n).into(), was, to });
            edits
        }
    }
}

fn act() -> impl Strategy<Value = Act> {
    let (owner, small) = (0..3_u8, 0..4_u8);
    let field = || proptest::sample::select(Field::all().collect::<Vec<_>>());
    let credential = || field().prop_map(Field::credential);
    let need = proptest::sample::select(vec![Need::Post, Need::Media]);
    let stage = proptest::sample::select(vec![None, Some(Stage::Review), Some(Stage::Fetch)]);
    prop_oneof![
        2 => (owner.clone(), small.clone()).prop_map(|(n, m)| Act::Add(n, m)),
        6 => (owner.clone(), field(), proptest::option::weighted(0.8, small.clone()))
            .prop_map(|(n, field, value)| Act::Set(n, field, value)),
        2 => (owner.clone(), small.clone()).prop_map(|(n, m)| Act::Rename(n, m)),
        1 => (owner.clone(), small.clone()).prop_map(|(n, m)| Act::Notes(n, m)),
        2 => (owner.clone(), need).prop_map(|(n, need)| Act::Need(n, need)),
        1 => owner.clone().prop_map(Act::Delete),
        1 => owner.clone().prop_map(Act::Revive),
        2 => (owner.clone(), field(), small).prop_map(|(n, field, m)| Act::Candidate(n, field, m)),
        1 => (owner.clone(), credential()).prop_map(|(n, credential)| Act::Drop(n, credential)),
        1 => (owner.clone(), credential(), stage).prop_map(|(n, c, stage)| Act::Rotate(n, c, stage)),
        1 => (owner, 0..4_u64).prop_map(|(n, sequence)| Act::Grant(n, sequence)),
    ]
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    proptest::collection::vec(act(), 0..14)
}

fn start(acts: &[Act]) -> Document {
    let empty = Document::new(FingerprintKey::new([5; 32]));
    let mut all: Vec<Act> = (0..3).map(|n| Act::Add(n, n)).collect();
    all.extend_from_slice(acts);
    after(&empty, "base", &all)
}

/// Everything that matters of a document, times and order left out.
fn gist(document: &Document) -> String {
    let held = |held: &Held| {
        let sorted = |mut rows: Vec<String>| {
            rows.sort();
            rows.dedup();
            rows
        };
        let slots = held.slots().iter().map(|slot| format!("{} {}", slot.field, slot.secret.expose()));
        let candidates = held.candidates.iter().map(|one| format!("{} {}", one.field, one.secret.expose()));
        let rotations = held.rotations.iter().map(|one| format!("{:?} {:?}", one.credential, one.stage));
        format!(
            "{:?} {:?} {:?}",
            sorted(slots.collect()),
            sorted(candidates.collect()),
            sorted(rotations.collect())
        )
    };
    let apps = document.all_apps().map(|app| {
        let App { id, name, notes, deleted_at, .. } = app;
        format!("{id} {name} {notes} {} {}", deleted_at.is_some(), held(&app.held))
    });
    let profiles = document.all_profiles().map(|profile| {
        let Profile { id, needs, oauth2, deleted_at, .. } = profile;
        // The name of what is deleted is free for others, and so may get a number when it comes back.
        let name = deleted_at.is_none().then_some(&profile.name);
        format!("{id} {name:?} {needs:?} {oauth2:?} {} {}", deleted_at.is_some(), held(&profile.held))
    });
    apps.chain(profiles).collect::<Vec<_>>().join("\n")
}

/// Every value anywhere in a document.
fn values(document: &Document) -> Vec<String> {
    let apps = document.all_apps().map(|app| &app.held);
    apps.chain(document.all_profiles().map(|profile| &profile.held))
        .flat_map(|held| {
            let slots = held.slots().iter().map(|slot| &slot.secret);
            let candidates = held.candidates.iter().map(|one| &one.secret);
            slots.chain(candidates).chain(held.history.iter().map(|one| &one.secret))
        })
        .map(|secret| secret.expose().to_owned())
        .collect()
}

#[test]
fn two_that_swapped_a_name_and_its_numbered_form_do_so_again() {
    let base = start(&[Act::Delete(1), Act::Rename(2, 1), Act::Rename(0, 2), Act::Revive(1)]);
    let names = |document: &Document| -> Vec<String> {
        document.profiles().map(|profile| profile.name.to_string()).collect()
    };
    let mut other = base.clone();
    let (one, two) = (profile(1), profile(2));
    let of = |id| base.profile(id).expect("it is there").name.clone();
    for (id, name) in [(one, "aside"), (two, of(one).as_str()), (one, of(two).as_str())] {
        let to = Property::Name(Name::parse(name).expect("valid"));
        let was = Property::Name(other.profile(id).expect("it is there").name.clone());
        other = edit::apply_all(&other, &[Edit::SetProperty { owner: id.into(), was, to }]).expect("it fits");
    }
    assert_ne!(names(&base), names(&other));
    let reached = edit::apply_all(&base, &diff(&base, &other, AT)).expect("based on base");
    assert_eq!(names(&reached), names(&other));
}

const AT: Time = Time::from_const(9_000);

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_difference_turns_one_into_the_other(base in acts(), more in acts()) {
        let base = start(&base);
        let other = after(&base, "theirs", &more);
        let reached = edit::apply_all(&base, &diff(&base, &other, AT)).expect("based on base");
        prop_assert_eq!(gist(&reached), gist(&other));
    }

    #[test]
    fn going_back_is_a_difference_too(base in acts(), more in acts()) {
        let base = start(&base);
        let other = after(&base, "theirs", &more);
        let back = edit::apply_all(&other, &diff(&other, &base, AT)).expect("based on other");
        // Nobody forgets what was added: it is deleted.
        let mut wanted = base.clone();
        for app in other.all_apps().filter(|app| base.app(app.id).is_none()) {
            wanted.insert_app(App { deleted_at: Some(AT), ..app.clone() });
        }
        for profile in other.all_profiles().filter(|profile| base.profile(profile.id).is_none()) {
            wanted.insert_profile(Profile { deleted_at: Some(AT), ..profile.clone() });
        }
        prop_assert_eq!(gist(&back), gist(&wanted));
        // History is a union: no value disappears by going back.
        let kept = values(&back);
        prop_assert!(base.all_profiles().count() > 0);
        for held in other.all_profiles().map(|profile| &profile.held) {
            for slot in held.slots() {
                prop_assert!(kept.contains(&slot.secret.expose().to_owned()));
            }
        }
    }

    #[test]
    fn merging_with_one_who_did_nothing_changes_nothing(base in acts(), more in acts()) {
        let base = start(&base);
        let ours = after(&base, "ours", &more);
        let still = merge(&base, &ours, &base, AT);
        prop_assert_eq!(still.conflicts, vec![]);
        prop_assert_eq!(gist(&still.document), gist(&ours));
        let theirs = merge(&base, &base, &ours, AT);
        prop_assert_eq!(theirs.conflicts, vec![]);
        prop_assert_eq!(gist(&theirs.document), gist(&ours));
    }

    #[test]
    fn merging_loses_no_value_of_either_hand(base in acts(), ours in acts(), theirs in acts()) {
        let base = start(&base);
        let (ours, theirs) = (after(&base, "ours", &ours), after(&base, "theirs", &theirs));
        let merged = merge(&base, &ours, &theirs, AT);
        let kept = values(&merged.document);
        for value in values(&ours).into_iter().filter(|value| value.starts_with("ours")) {
            prop_assert!(kept.contains(&value), "{value}");
        }
        if merged.conflicts.is_empty() {
            for slot in theirs.profiles().flat_map(|profile| profile.held.slots()) {
                let stale = slot.field.credential() == Credential::Oauth2;
                prop_assert!(stale || kept.contains(&slot.secret.expose().to_owned()));
            }
        }
    }

    #[test]
    fn without_conflict_it_does_not_matter_who_merges(base in acts(), ours in acts(), theirs in acts()) {
        // Two hands that take the same free name get it numbered in the order of merging: left out here.
        let calm = |acts: &[Act]| -> Vec<Act> {
            acts.iter().filter(|act| !matches!(act, Act::Rename(..) | Act::Add(..) | Act::Revive(_))).cloned().collect()
        };
        let base = start(&base);
        let (ours, theirs) = (after(&base, "ours", &calm(&ours)), after(&base, "theirs", &calm(&theirs)));
        let (one, two) = (merge(&base, &ours, &theirs, AT), merge(&base, &theirs, &ours, AT));
        prop_assert_eq!(one.conflicts.is_empty(), two.conflicts.is_empty());
        if one.conflicts.is_empty() {
            prop_assert_eq!(gist(&one.document), gist(&two.document));
        }
    }
}

fn grown(sequence: u64, token: u8, hand: &str, base: &Document) -> Document {
    after(base, hand, &[Act::Set(0, Field::Oauth2RefreshToken, Some(token)), Act::Grant(0, sequence)])
}

#[test]
fn of_two_grants_the_one_refreshed_more_often_wins() {
    let base = start(&[]);
    for (ours, theirs, winner) in [(2, 3, "theirs"), (3, 2, "ours")] {
        let merged = merge(&base, &grown(ours, 1, "ours", &base), &grown(theirs, 1, "theirs", &base), AT);
        assert_eq!(merged.conflicts, []);
        let profile = merged.document.profile(profile(0)).expect("there");
        assert_eq!(profile.held.secret(Field::Oauth2RefreshToken), Some(&secret(winner, 1)));
        assert_eq!(profile.held.secret(Field::Oauth2AccessToken), Some(&secret(winner, 9)), "never split");
        assert_eq!(profile.oauth2.as_ref().map(|grant| grant.sequence), Some(3));
    }
}

#[test]
fn two_grants_refreshed_equally_often_conflict() {
    let base = start(&[]);
    let merged = merge(&base, &grown(2, 1, "ours", &base), &grown(2, 1, "theirs", &base), AT);
    assert_eq!(merged.conflicts.len(), 1);
    assert_eq!(merged.conflicts[0].kind, ConflictKind::Field(Field::Oauth2AccessToken));
}

fn holder(number: u8) -> HolderId {
    HolderId::from_random([number; 16])
}

fn refreshed(base: &Document, token: &str, by: u8) -> Document {
    let new = custody::Renewed {
        access_token: Secret::new(format!("at-{token}")),
        refresh_token: Some(Secret::new(token)),
        scopes: None,
        issued_at: AT,
        expires_at: None,
        spent: Vec::new(),
        sequence: 0,
        holder: holder(by),
    };
    edit::apply_all(base, &custody::renewed(base, profile(0), &new)).expect("made for it")
}

fn marked(base: &Document, change: impl FnOnce(&mut custody::Custody)) -> Document {
    edit::apply_all(base, &custody::marked(base, profile(0), change)).expect("made for it")
}

#[test]
fn a_refresh_is_taken_in_without_the_pair_it_replaced() {
    let base = grown(2, 1, "base", &start(&[]));
    let theirs = refreshed(&base, "theirs", 1);
    let ours = after(&base, "ours", &[Act::Set(0, Field::AccessToken, Some(1))]);
    for merged in [merge(&base, &ours, &theirs, AT), merge(&base, &theirs, &ours, AT)] {
        assert_eq!(merged.conflicts, []);
        let profile = merged.document.profile(profile(0)).expect("there");
        assert_eq!(profile.held.secret(Field::Oauth2RefreshToken), Some(&Secret::new("theirs")));
        assert_eq!(profile.oauth2.as_ref().map(|grant| grant.spent.len()), Some(1));
        assert!(profile.held.history.iter().all(|one| one.field.credential() != Credential::Oauth2));
    }
}

#[test]
fn of_what_two_hands_learnt_about_one_pair_the_worse_holds() {
    use custody::Standing::{Ambiguous, Reauth};
    let base = refreshed(&start(&[]), "rt", 1);
    let ours = marked(&base, |custody| custody.standing = Ambiguous);
    let theirs = marked(&base, |custody| custody.standing = Reauth);
    for merged in [merge(&base, &ours, &theirs, AT), merge(&base, &theirs, &ours, AT)] {
        assert_eq!(merged.conflicts, []);
        let profile = merged.document.profile(profile(0)).expect("there");
        let custody = custody::of(profile, &merged.document.fingerprints).expect("there");
        assert_eq!((custody.standing, custody.holder), (Reauth, Some(holder(1))));
    }
    let elsewhere = marked(&base, |custody| custody.holder = Some(holder(2)));
    assert_eq!(merge(&base, &ours, &elsewhere, AT).conflicts.len(), 1, "a grant has one holder");
    let further = refreshed(&base, "rt-2", 1);
    let merged = merge(&base, &ours, &further, AT);
    assert_eq!(merged.conflicts, []);
    let profile = merged.document.profile(profile(0)).expect("there");
    let custody = custody::of(profile, &merged.document.fingerprints).expect("there");
    assert_eq!(custody.standing, custody::Standing::Good, "what is said of a spent token counts no more");
}

#[test]
fn deleting_what_the_other_hand_edits_is_a_conflict_either_way() {
    let base = start(&[]);
    let edited = after(&base, "ours", &[Act::Set(0, Field::AccessToken, Some(1))]);
    let deleted = after(&base, "theirs", &[Act::Delete(0)]);
    assert_eq!(merge(&base, &edited, &deleted, AT).conflicts[0].kind, ConflictKind::Edited);
    assert_eq!(merge(&base, &deleted, &edited, AT).conflicts[0].kind, ConflictKind::Deleted);
    let tombstone = [Edit::Tombstone { owner: profile(0).into(), at: AT }];
    assert_eq!(replay(&base, &edited, &tombstone).expect_err("a conflict")[0].kind, ConflictKind::Edited);
    assert!(replay(&base, &base, &tombstone).is_ok());
}

#[test]
fn replaying_names_every_conflict_and_changes_nothing() {
    let base = start(&[]);
    let theirs = after(
        &base,
        "theirs",
        &[Act::Set(0, Field::AccessToken, Some(1)), Act::Set(1, Field::AccessToken, Some(1))],
    );
    let ours: Vec<Edit> =
        [Act::Set(0, Field::AccessToken, Some(2)), Act::Set(1, Field::AccessToken, Some(2))]
            .iter()
            .flat_map(|act| edits(&base, "ours", act, AT))
            .collect();
    let conflicts = replay(&base, &theirs, &ours).expect_err("both were changed");
    assert_eq!(conflicts.iter().map(|c| c.owner).collect::<Vec<_>>(), [profile(0).into(), profile(1).into()]);
}

/// A history of two, the older one replaced at 1,000.
fn remembering() -> Document {
    let values = [1, 2, 3].map(|value| Act::Set(0, Field::AccessToken, Some(value)));
    let base = after(&start(&[]), "base", &values);
    assert_eq!(history(&base), ["base1", "base2"]);
    base
}

fn history(document: &Document) -> Vec<String> {
    let held = &document.profile(profile(0)).expect("there").held;
    let mut values: Vec<_> = held.history.iter().map(|old| old.secret.expose().to_owned()).collect();
    values.sort();
    values
}

fn oldest(document: &Document) -> Retired {
    document.profile(profile(0)).expect("there").held.history[0].clone()
}

#[test]
fn what_either_hand_purged_stays_purged() {
    let base = remembering();
    let owner = Owner::from(profile(0));
    let purge = [Edit::Purge { owner, until: oldest(&base).until }];
    let purged = edit::apply_all(&base, &purge).expect("it fits");
    assert_eq!(history(&purged), ["base2"]);
    let busy = after(&base, "theirs", &[Act::Set(0, Field::AccessToken, Some(4))]);
    // The other hand learns meanwhile that X has killed the value: that does not bring it back.
    let dead = Retired { dead_at: Some(AT), ..oldest(&base) };
    let busy = edit::apply_all(&busy, &[Edit::AddRetired { owner, retired: dead }]).expect("it fits");
    for (ours, theirs) in [(&purged, &busy), (&busy, &purged)] {
        let merged = merge(&base, ours, theirs, AT);
        assert_eq!(merged.conflicts, []);
        assert_eq!(history(&merged.document), ["base2", "base3"]);
    }
    // Going back to an older save is no purge.
    let back = edit::apply_all(&busy, &diff(&busy, &start(&[]), AT)).expect("it fits");
    assert!(history(&back).contains(&"base1".to_owned()), "{:?}", history(&back));
}

#[test]
fn what_either_hand_knows_to_be_dead_is_dead() {
    let base = remembering();
    let owner = Owner::from(profile(0));
    let dead = |at| Edit::AddRetired { owner, retired: Retired { dead_at: Some(at), ..oldest(&base) } };
    let (first, later) = (Time::from_unix(5_000), Time::from_unix(6_000));
    let ours = edit::apply_all(&base, &[dead(later)]).expect("it fits");
    let theirs = edit::apply_all(&base, &[dead(first)]).expect("it fits");
    for (ours, theirs) in [(&ours, &theirs), (&theirs, &ours), (&base, &theirs)] {
        let merged = merge(&base, ours, theirs, AT);
        assert_eq!(merged.conflicts, []);
        assert_eq!(history(&merged.document), ["base1", "base2"]);
        assert_eq!(oldest(&merged.document).dead_at, Some(first));
    }
}
