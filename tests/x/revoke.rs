//! Revoking: everything is asked, everything is told, and nothing that X may have killed is taken for good.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use birdkeep::domain::credential::Origin;
use birdkeep::domain::document::Document;
use birdkeep::domain::edit;
use birdkeep::domain::fields::{Credential, Field};
use birdkeep::domain::id::{AppId, Owner};
use birdkeep::domain::names::Name;
use birdkeep::domain::rotation::Stage;
use birdkeep::domain::secret::Secret;
use birdkeep::domain::standing::{Mark, mark};
use birdkeep::ops::World;
use birdkeep::ops::revoke::{Fate, Plan, Report, Target, Told, plan, revoke_at};
use birdkeep::ops::rotate::{Input, step_at};
use birdkeep::sim::faults::find;
use birdkeep::sim::transport::Latency;
use birdkeep::sim::{Roster, Sim};

use crate::checklists::FLOCK;
use crate::paper::{Breaking, How, Paper, When};
use crate::support::{self, NOW, in_box, named};

fn world() -> (Arc<Sim>, World, Document, AppId) {
    let roster = Roster::parse(FLOCK, NOW).expect("a good roster");
    let sim = support::sim(&roster);
    let document = roster.document();
    let app = document.app_named(&Name::parse("flock").expect("a name")).expect("it is there").id;
    (Arc::clone(&sim), in_box(&sim, Latency::None), document, app)
}

async fn revoke(world: &World, paper: Paper, plan: Plan) -> Report<Paper> {
    let seen: RefCell<Vec<String>> = RefCell::default();
    let tell = |told: &Told| seen.borrow_mut().push(told.sentence());
    let report = revoke_at(Duration::ZERO, world, paper, plan, tell).await.expect("it was asked");
    // What is told as it comes is what is reported at the end.
    let (mut seen, mut told) = (seen.into_inner(), sentences(&report));
    seen.sort();
    told.sort();
    assert_eq!(seen, told);
    report
}

fn sentences(report: &Report<Paper>) -> Vec<String> {
    report.told.iter().map(Told::sentence).collect()
}

/// Every token the vault holds in use, with its owner.
fn tokens(document: &Document) -> Vec<(Owner, Secret)> {
    let apps = document.apps().map(|app| (Owner::from(app.id), &app.held));
    let profiles = document.profiles().map(|profile| (Owner::from(profile.id), &profile.held));
    let keys = [Credential::Api, Credential::Client];
    apps.chain(profiles)
        .flat_map(|(owner, held)| held.slots().iter().map(move |slot| (owner, slot)))
        .filter(|(_, slot)| !keys.contains(&slot.field.credential()))
        .map(|(owner, slot)| (owner, slot.secret.clone()))
        .collect()
}

#[test]
fn every_token_of_an_app_dies_and_what_a_person_has_to_do_is_listed() {
    support::run(async {
        let (sim, world, document, app) = world();
        let before = tokens(&document);
        assert_eq!(before.len(), 7, "a bearer, two pairs, a grant");
        let plan = plan(&document, Target::App(app));
        let left: Vec<_> = plan.by_hand.iter().map(|one| one.credential).collect();
        assert_eq!(left, [Credential::Api, Credential::Client]);
        let names: Vec<_> = plan.items.iter().map(birdkeep::ops::revoke::Item::label).collect();
        assert_eq!(
            names,
            [
                "flock: Bearer token",
                "duck: Access token and secret",
                "owner: Access token and secret",
                "tide: OAuth 2.0 access and refresh token",
            ]
        );
        let report = revoke(&world, Paper::new(document, None), plan).await;
        assert!(report.told.iter().all(|told| told.fate == Fate::Dead) && report.unsaved.is_empty());
        assert!(before.iter().all(|(_, token)| !sim.is_live(token)));
        let after = &report.session.document;
        assert_eq!(tokens(after), []);
        for (owner, token) in &before {
            let held = after.held(*owner).expect("there");
            let retired = held.history.iter().find(|retired| retired.secret == *token).expect("history");
            assert_eq!((retired.origin, retired.dead_at), (Origin::Revoke, Some(NOW)));
            assert!(held.rotations.is_empty());
        }
        for name in ["duck", "owner", "tide"] {
            assert_eq!(mark(after, named(after, name).into()), Some(Mark::Dead(NOW)), "{name}");
        }
        let tide = after.profile(named(after, "tide")).and_then(|tide| tide.oauth2.clone()).expect("a grant");
        assert_eq!((tide.sequence, tide.scopes.len(), tide.expires_at), (2, 0, None));
        let all = sentences(&report).join("\n");
        assert!(!before.iter().any(|(_, token)| all.contains(token.expose())), "no value in a sentence");
        // Again: there is nothing left to ask.
        let again = birdkeep::ops::revoke::plan(after, Target::App(app));
        assert!(again.items.is_empty() && again.by_hand.len() == 2);
    });
}

#[test]
fn one_that_cannot_be_had_stops_nothing_and_is_told() {
    support::run(async {
        for (fault, unclear) in [("x-down-late", true), ("unreachable", false), ("html", true)] {
            let (sim, world, document, app) = world();
            let duck = named(&document, "duck");
            let account = document.profile(duck).and_then(|p| p.user_id.clone()).expect("it is known");
            sim.trouble(&account, Some(find(fault).expect("a fault")));
            let plan = plan(&document, Target::App(app));
            let report = revoke(&world, Paper::new(document, None), plan).await;
            let dead = report.told.iter().filter(|told| told.is_dead()).count();
            assert_eq!(dead, 3, "{fault}: {:?}", sentences(&report));
            let after = &report.session.document;
            let held = after.held(duck.into()).expect("there");
            assert!(held.secret(Field::AccessToken).is_some(), "{fault}: it stays");
            let wanted = unclear.then_some(Mark::InDoubt(Credential::Access));
            assert_eq!(mark(after, duck.into()), wanted, "{fault}");
            // Asked once more, X says how it stands.
            sim.trouble(&account, None);
            let again = birdkeep::ops::revoke::plan(after, Target::Profile(duck));
            let report = revoke(&world, report.session.clone(), again).await;
            assert!(report.told[0].is_dead(), "{fault}: {:?}", sentences(&report));
            assert_eq!(mark(&report.session.document, duck.into()), Some(Mark::Dead(NOW)), "{fault}");
        }
    });
}

#[test]
fn with_keys_that_x_rejects_no_signed_token_is_called_dead() {
    support::run(async {
        let (sim, world, document, app) = world();
        let wrong = [(Field::ApiSecret, Some(Secret::new("s".repeat(50))))];
        let edits = edit::set_fields(&document, app.into(), wrong, Origin::Edit, NOW);
        let document = edit::apply_all(&document, &edits).expect("it fits");
        let plan = plan(&document, Target::App(app));
        let report = revoke(&world, Paper::new(document, None), plan).await;
        for told in &report.told {
            match (&told.fate, told.item.credential) {
                (Fate::Dead, Credential::Oauth2) => {}
                (Fate::Alive(failure), _) => {
                    assert!(failure.what.contains("API key and secret"), "{failure}");
                    assert!(failure.try_this.contains("if they were regenerated"), "{failure}");
                }
                other => unreachable!("{other:?}"),
            }
        }
        let after = &report.session.document;
        assert_eq!(mark(after, named(after, "duck").into()), None);
        assert!(!sim.served().contains_key("POST /1.1/oauth/invalidate_token.json"));
    });
}

#[test]
fn a_candidate_is_killed_with_the_rest() {
    support::run(async {
        let (sim, world, document, app) = world();
        let owner = Owner::from(app);
        let mut session = Paper::new(document, None);
        // To the point where the new bearer is a candidate, and the old one dead.
        for _ in 0..3 {
            let step = step_at(Duration::ZERO, &world, session, owner, Credential::Bearer, Input::Go).await;
            session = step.expect("all is well").session;
        }
        let held = session.document.held(owner).expect("there");
        assert_eq!(held.rotation(Credential::Bearer).map(|rotation| rotation.stage), Some(Stage::Verify));
        let candidate = held.candidate(Field::BearerToken).expect("one").secret.clone();
        assert!(sim.is_live(&candidate));
        let plan = plan(&session.document, Target::Credential(owner, Credential::Bearer));
        assert_eq!(plan.items.len(), 2);
        let report = revoke(&world, session, plan).await;
        assert!(report.told.iter().all(Told::is_dead), "{:?}", sentences(&report));
        assert!(!sim.is_live(&candidate));
        let held = report.session.document.held(owner).expect("there");
        assert!(held.secret(Field::BearerToken).is_none() && held.candidates.is_empty());
        assert!(held.rotations.is_empty() && held.history.len() == 2);
        assert!(held.history.iter().all(|retired| retired.dead_at.is_some()));
    });
}

#[test]
fn killed_anywhere_a_revocation_leaves_no_dead_token_unsaid_and_can_be_done_again() {
    support::run(async {
        for how in [None, Some(How::Broken), Some(How::Killed)] {
            for when in [When::Before, When::After] {
                // There are two saves: before X is asked, and after.
                for at in 1..=if how.is_none() { 2 } else { 7 } {
                    let told = format!("{how:?} {when:?} {at}");
                    let (sim, world, document, app) = world();
                    let paper = Paper::new(document, how.is_none().then_some((at, when)));
                    let mut broken = world.clone();
                    let breaking = Breaking::new(
                        world.transport.clone(),
                        how.map_or(usize::MAX, |_| at),
                        when,
                        how.unwrap_or(How::Broken),
                    );
                    let killed = breaking.killed.clone();
                    broken.transport = Arc::new(breaking);
                    let first = plan(&paper.document, Target::App(app));
                    let run = revoke_at(Duration::ZERO, &broken, paper.reopened(), first, |_| ());
                    tokio::select! {
                        biased;
                        _ = run => {}
                        () = killed.notified() => {}
                    }
                    let left = paper.reopened().document;
                    for (owner, token) in tokens(&left) {
                        let said = mark(&left, owner).is_some();
                        assert!(said || sim.is_live(&token), "{told}: a dead token is not said to be");
                    }
                    let again = plan(&left, Target::App(app));
                    let report = revoke_at(Duration::ZERO, &world, paper.reopened(), again, |_| ())
                        .await
                        .expect("asked");
                    assert!(report.told.iter().all(Told::is_dead), "{told}: {:?}", sentences(&report));
                    let end = paper.reopened().document;
                    assert_eq!(tokens(&end), [], "{told}");
                    let rotations = end.profiles().map(|profile| profile.held.rotations.len()).sum::<usize>();
                    assert_eq!(rotations, 0, "{told}");
                }
            }
        }
    });
}
