//! Rotations against the simulator: through every stage, through every interruption, through every refusal.

use std::sync::Arc;
use std::time::Duration;

use birdkeep::domain::document::Document;
use birdkeep::domain::edit::{self, Edit, Property};
use birdkeep::domain::fields::{Credential, Field};
use birdkeep::domain::id::{Owner, ProfileId};
use birdkeep::domain::names::Name;
use birdkeep::domain::rotation::Stage;
use birdkeep::domain::secret::Secret;
use birdkeep::domain::verdict::Cause;
use birdkeep::failure::{Failure, Kind};
use birdkeep::ops::World;
use birdkeep::ops::check::{Cancel, Pace, run_at};
use birdkeep::ops::rotate::{Input, Step, impact, step_at};
use birdkeep::sim::faults::find;
use birdkeep::sim::server::Server;
use birdkeep::sim::transport::Latency;
use birdkeep::sim::{Roster, Sim};

use crate::paper::Paper;
use crate::support::{self, NOW, in_box, named};

/// The demo's world: X, a machine, and the vault.
struct Setting {
    sim: Arc<Sim>,
    world: World,
    document: Document,
}

fn stage() -> Setting {
    let roster = Roster::demo(NOW).expect("the demo's roster is part of the program");
    let sim = support::sim(&roster);
    Setting { world: in_box(&sim, Latency::None), document: roster.document(), sim }
}

fn app(document: &Document) -> Owner {
    let name = Name::parse("flock-prod").expect("a name");
    document.app_named(&name).expect("the demo has it").id.into()
}

async fn go(
    world: &World,
    session: Paper,
    owner: Owner,
    credential: Credential,
    input: Input,
) -> Result<Step<Paper>, Failure> {
    step_at(Duration::ZERO, world, session, owner, credential, input).await
}

fn stored(document: &Document, owner: Owner, field: Field) -> Option<Secret> {
    document.held(owner)?.secret(field).cloned()
}

/// Whether X answers to this document's bearer.
async fn museum_is_fine(world: &World, document: &Document) -> bool {
    let museum = named(document, "museum-whisper");
    let pace = Pace { again: Duration::ZERO, ..Pace::default() };
    let report = run_at(pace, world.clone(), document.clone(), vec![museum], |_| (), Cancel::new()).await;
    report.findings[0].verdict.cause == Cause::Ok
}

#[test]
fn a_bearer_goes_through_its_stages_and_the_old_one_is_history() {
    support::run(async {
        let Setting { world, document, sim } = stage();
        let owner = app(&document);
        let old = stored(&document, owner, Field::BearerToken).expect("the demo has one");
        let museum = named(&document, "museum-whisper");
        assert_eq!(
            impact(&document, owner, Credential::Bearer),
            [museum],
            "bots with tokens of their own go on"
        );

        let mut session = Paper::new(document, None);
        let mut stages = Vec::new();
        let mut said = Vec::new();
        loop {
            let step = go(&world, session, owner, Credential::Bearer, Input::Go).await.expect("all is well");
            assert!(!step.said.is_empty() && step.refused.is_none());
            said.extend(step.said);
            session = step.session;
            // The old value stays in place until the very end.
            let current = stored(&session.document, owner, Field::BearerToken);
            assert_eq!(current.as_ref() == Some(&old), !step.done);
            match step.rotation {
                Some(rotation) => stages.push(rotation.stage),
                None => break,
            }
        }
        assert_eq!(stages, [Stage::Invalidate, Stage::Fetch, Stage::Verify, Stage::Promote]);
        let held = session.document.held(owner).expect("still there");
        assert_eq!(held.history.last().map(|old| old.secret.clone()), Some(old));
        assert!(held.candidates.is_empty());
        assert!(museum_is_fine(&world, &session.document).await);
        let all = said.join("\n");
        for words in
            ["this stops “museum-whisper”", "asked by “sourdough-oracle”", "is in place", "not a way back"]
        {
            assert!(all.contains(words), "{all}");
        }
        assert!(!all.contains("DEMO"), "no value in a sentence");
        assert_eq!(sim.served().get("POST /oauth2/invalidate_token"), Some(&1));
    });
}

#[test]
fn without_the_owners_token_the_apps_keys_kill_the_bearer() {
    support::run(async {
        let Setting { world, mut document, sim } = stage();
        let oracle = named(&document, "sourdough-oracle").into();
        let tag = Name::parse("owner").expect("a tag");
        let untag = Edit::SetProperty {
            owner: oracle,
            was: Property::Tag(tag.clone(), true),
            to: Property::Tag(tag.clone(), false),
        };
        document = edit::apply_all(&document, &[untag]).expect("it fits");
        let owner = app(&document);
        // A tag on somebody else only costs a refused request.
        let duck = named(&document, "duck-of-the-day").into();
        let mistaken = Edit::SetProperty {
            owner: duck,
            was: Property::Tag(tag.clone(), false),
            to: Property::Tag(tag, true),
        };
        let wrong = edit::apply_all(&document, &[mistaken]).expect("it fits");
        for (document, requests) in [(document, 1), (wrong, 3)] {
            let mut session = Paper::new(document, None);
            let old = stored(&session.document, owner, Field::BearerToken);
            for _ in 0..5 {
                let step =
                    go(&world, session, owner, Credential::Bearer, Input::Go).await.expect("all is well");
                session = step.session;
            }
            assert_ne!(stored(&session.document, owner, Field::BearerToken), old);
            assert_eq!(sim.served().get("POST /oauth2/invalidate_token"), Some(&requests));
        }
    });
}

#[test]
fn a_bearer_that_x_did_not_rotate_is_said_and_done_by_hand() {
    support::run(async {
        let text = r#"{"seed": "stubborn", "apps": [{"name": "flock-prod", "trouble": "bearer-stays"}],
            "profiles": [{"name": "museum-whisper", "handle": "demo_museum", "app": "flock-prod",
                          "needs": ["read"], "trouble": "bearer-only"}]}"#;
        let roster = Roster::parse(text, NOW).expect("a good roster");
        let sim = support::sim(&roster);
        let (world, document) = (in_box(&sim, Latency::None), roster.document());
        let owner = app(&document);
        let key = stored(&document, owner, Field::ApiKey).expect("the demo has it");
        let mut session = Paper::new(document, None);
        let mut said = Vec::new();
        for _ in 0..3 {
            let step = go(&world, session, owner, Credential::Bearer, Input::Go).await.expect("all is well");
            session = step.session;
            said = step.said;
        }
        assert!(said[0].contains("X did not rotate it"), "{said:?}");
        let rotation = session.document.held(owner).and_then(|held| held.rotation(Credential::Bearer));
        assert_eq!(rotation.map(|rotation| rotation.stage), Some(Stage::Console));
        assert_eq!(rotation.map(|rotation| rotation.plan().contains(&Stage::Paste)), Some(true));

        let fresh = sim.regenerate_bearer(&key).expect("the key is in force");
        let step = go(&world, session, owner, Credential::Bearer, Input::Go).await.expect("to the paste");
        let unwanted = go(&world, step.session.clone(), owner, Credential::Bearer, Input::Go).await;
        assert_eq!(unwanted.map(|_| ()).expect_err("it wants a value").kind, Kind::Usage);
        let pasted = Input::Pasted(vec![(Field::BearerToken, fresh.clone())]);
        let mut session =
            go(&world, step.session, owner, Credential::Bearer, pasted).await.expect("kept").session;
        for _ in 0..2 {
            let step = go(&world, session, owner, Credential::Bearer, Input::Go).await.expect("all is well");
            session = step.session;
        }
        assert_eq!(stored(&session.document, owner, Field::BearerToken), Some(fresh));
    });
}

#[test]
fn a_pasted_pair_that_fails_stays_a_candidate_and_the_old_one_in_place() {
    support::run(async {
        let Setting { sim, world, document } = stage();
        let oracle: ProfileId = named(&document, "sourdough-oracle");
        let duck = named(&document, "duck-of-the-day");
        let owner: Owner = oracle.into();
        let account = |id| document.profile(id).and_then(|p| p.user_id.clone()).expect("the demo has it");
        let old = stored(&document, owner, Field::AccessToken);
        let first =
            go(&world, Paper::new(document.clone(), None), owner, Credential::Access, Input::Go).await;
        let console = first.expect("to the console");
        assert_eq!(console.rotation.as_ref().map(|rotation| rotation.stage), Some(Stage::Console));
        assert!(console.said.iter().any(|line| line.contains("https://console.x.com")), "{:?}", console.said);

        let other = sim.regenerate_access(&account(duck)).expect("it has a token");
        let dead = sim.regenerate_access(&account(oracle)).expect("it has a token");
        let good = sim.regenerate_access(&account(oracle)).expect("it has a token");
        let mut session = console.session;
        for ((token, secret), words) in [(other, "another account"), (dead, "X rejects the new pair")] {
            let pasted =
                Input::Pasted(vec![(Field::AccessToken, token.clone()), (Field::AccessSecret, secret)]);
            let kept = go(&world, session, owner, Credential::Access, pasted).await.expect("kept");
            let step = go(&world, kept.session, owner, Credential::Access, Input::Go).await.expect("refused");
            assert!(step.refused.is_some_and(|refusal| refusal.what.contains(words)), "{words}");
            assert_eq!(step.rotation.map(|rotation| rotation.stage), Some(Stage::Paste));
            session = step.session;
            assert_eq!(stored(&session.document, owner, Field::AccessToken), old);
            let held = session.document.held(owner).expect("still there");
            assert!(held.candidates.iter().any(|candidate| candidate.secret == token));
        }
        // The same values again, the wrong shapes, half a pair: nothing is stored.
        let (token, secret) = good;
        let current = stored(&session.document, owner, Field::AccessToken).zip(stored(
            &session.document,
            owner,
            Field::AccessSecret,
        ));
        let (old_token, old_secret) = current.expect("in place");
        for values in [
            vec![(Field::AccessToken, old_token), (Field::AccessSecret, old_secret)],
            vec![(Field::AccessToken, Secret::new("k".repeat(25))), (Field::AccessSecret, secret.clone())],
            vec![(Field::AccessToken, token.clone())],
        ] {
            let refused = go(&world, session.clone(), owner, Credential::Access, Input::Pasted(values)).await;
            assert_eq!(refused.map(|_| ()).expect_err("not taken").kind, Kind::Usage);
        }
        let pasted = Input::Pasted(vec![(Field::AccessSecret, token.clone()), (Field::AccessToken, secret)]);
        session = go(&world, session, owner, Credential::Access, pasted)
            .await
            .expect("swapped, and put right")
            .session;
        let verified = go(&world, session, owner, Credential::Access, Input::Go).await.expect("verified");
        assert!(verified.said[0].contains("X accepts the new pair"), "{:?}", verified.said);
        let done =
            go(&world, verified.session, owner, Credential::Access, Input::Go).await.expect("promoted");
        assert!(done.done);
        assert_eq!(stored(&done.session.document, owner, Field::AccessToken), Some(token));
        assert!(done.session.document.held(owner).expect("there").candidates.is_empty());
    });
}

#[test]
fn x_in_trouble_stops_a_rotation_where_it_is() {
    support::run(async {
        let Setting { sim, world, document } = stage();
        let owner = app(&document);
        let mut session = Paper::new(document, None);
        for _ in 0..5 {
            for trouble in ["unreachable", "x-down", "silence"] {
                sim.set_fault(find(trouble));
                let promoting = session.document.held(owner).and_then(|h| h.rotation(Credential::Bearer));
                if promoting.is_some_and(|rotation| rotation.stage == Stage::Promote) {
                    continue;
                }
                let world = if trouble == "silence" { quick(&sim, &world) } else { world.clone() };
                let failure = go(&world, session.clone(), owner, Credential::Bearer, Input::Go).await;
                assert_eq!(failure.map(|_| ()).expect_err(trouble).kind, Kind::Network);
            }
            sim.set_fault(None);
            session =
                go(&world, session, owner, Credential::Bearer, Input::Go).await.expect("all is well").session;
        }
        assert!(session.document.held(owner).is_some_and(|held| held.rotations.is_empty()));
    });
}

/// The same world without waiting for the silent.
fn quick(sim: &Arc<Sim>, world: &World) -> World {
    use birdkeep::sim::transport::{InBox, NoTime};
    let way = InBox::new(sim.clone(), Latency::None, Arc::new(NoTime), support::now());
    World { transport: Arc::new(way), ..world.clone() }
}

#[test]
fn app_keys_that_x_rejects_stop_a_rotation_before_anything_dies() {
    support::run(async {
        let Setting { sim, world, document } = stage();
        let weekend = Name::parse("weekend-hacks").expect("a name");
        let owner: Owner = document.app_named(&weekend).expect("the demo has it").id.into();
        let refused = go(&world, Paper::new(document, None), owner, Credential::Bearer, Input::Go).await;
        let failure = refused.map(|_| ()).expect_err("the keys are old");
        assert!(failure.what.contains("API key and secret"), "{failure}");
        assert_eq!(sim.served().get("POST /oauth2/invalidate_token"), None);
    });
}

#[test]
fn an_abandoned_rotation_says_what_may_be_dead() {
    support::run(async {
        let Setting { world, document, .. } = stage();
        let owner = app(&document);
        let mut session = Paper::new(document, None);
        let early = go(&world, session.clone(), owner, Credential::Bearer, Input::Abandon).await;
        assert_eq!(early.map(|_| ()).expect_err("nothing to abandon").kind, Kind::Usage);
        for _ in 0..3 {
            session = go(&world, session, owner, Credential::Bearer, Input::Go).await.expect("well").session;
        }
        let step = go(&world, session, owner, Credential::Bearer, Input::Abandon).await.expect("abandoned");
        assert!(step.done && step.rotation.is_none());
        assert!(step.said.iter().any(|line| line.contains("X may have killed the stored value")));
        let held = step.session.document.held(owner).expect("there");
        assert_eq!(held.candidates.len(), 1, "what was fetched stays");
    });
}

#[test]
fn a_bearer_is_rotated_over_real_http_and_asked_of_a_profile_too() {
    support::run(async {
        let Setting { sim, document, .. } = stage();
        let any = "127.0.0.1:0".parse().expect("an address");
        let server = Server::start(sim.clone(), any, Latency::None).await.expect("a free port");
        let world = support::over_http(&server.base());
        let bot: Owner = named(&document, "duck-of-the-day").into();
        let mut session = Paper::new(document, None);
        for _ in 0..5 {
            session =
                go(&world, session, bot, Credential::Bearer, Input::Go).await.expect("all is well").session;
        }
        let live = stored(&session.document, app(&session.document), Field::BearerToken).expect("in place");
        assert!(sim.is_live(&live));
    });
}

#[test]
fn a_rotation_in_a_real_vault_goes_on_after_every_lock() {
    use birdkeep::ops::init::{Recovery, init};
    use birdkeep::ops::save::save;
    use birdkeep::ops::unlock::unlock;
    support::run(async {
        let Setting { sim, world, document } = stage();
        let passphrase = Secret::new("made up for tests");
        let created = init(&world, &passphrase, Recovery::No).expect("a new vault in memory");
        let apps = document.apps().map(|app| Edit::AddApp(Box::new(app.clone())));
        let profiles = document.profiles().map(|profile| Edit::AddProfile(Box::new(profile.clone())));
        let filled = save(&world, &created.session, apps.chain(profiles).collect::<Vec<_>>());
        drop(filled.map_err(|failed| failed.failure).expect("saved"));
        let owner = app(&document);
        for _ in 0..5 {
            let session = unlock(&world, Some(&passphrase)).expect("it opens");
            let step = step_at(Duration::ZERO, &world, session, owner, Credential::Bearer, Input::Go).await;
            step.expect("all is well");
        }
        let session = unlock(&world, Some(&passphrase)).expect("it opens");
        let held = session.document().held(owner).expect("there");
        assert!(held.rotations.is_empty() && held.candidates.is_empty() && held.history.len() == 1);
        assert!(sim.is_live(held.secret(Field::BearerToken).expect("in place")));
    });
}
