//! Checks, end to end: every fault of the way, and hundreds of profiles at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::support::{self, NOW, everybody, in_box, named, sim};
use birdkeep::config::Settings;
use birdkeep::domain::credential::Origin;
use birdkeep::domain::document::Document;
use birdkeep::domain::edit::{self, Edit};
use birdkeep::domain::fields::Field;
use birdkeep::domain::id::ProfileId;
use birdkeep::domain::secret::Secret;
use birdkeep::domain::text::is_hidden;
use birdkeep::domain::verdict::{Cause, State};
use birdkeep::ops::World;
use birdkeep::ops::check::{Cancel, CheckEvent, Pace, Report, plan, run_at};
use birdkeep::ops::snapshot::{Snapshot, VaultFacts};
use birdkeep::sim::faults::{FAULTS, find};
use birdkeep::sim::server::Server;
use birdkeep::sim::transport::Latency;
use birdkeep::sim::{Roster, Sim};

pub(crate) const PACE: Pace = Pace {
    again: Duration::ZERO,
    slot: Duration::from_millis(50),
    retry: Duration::ZERO,
    longest: Duration::ZERO,
};

pub(crate) async fn check(
    world: &World,
    document: &Document,
    profiles: Vec<ProfileId>,
) -> (Report, Vec<CheckEvent>) {
    let events = Arc::new(Mutex::new(Vec::new()));
    let heard = events.clone();
    let tx = move |event| heard.lock().expect("no panic").push(event);
    let report = run_at(PACE, world.clone(), document.clone(), profiles, tx, Cancel::new()).await;
    let events = std::mem::take(&mut *events.lock().expect("no panic"));
    (report, events)
}

pub(crate) async fn serve(sim: &Arc<Sim>) -> Server {
    let any = "127.0.0.1:0".parse().expect("an address");
    Server::start(sim.clone(), any, Latency::None).await.expect("a free port")
}

pub(crate) fn demo() -> Roster {
    Roster::demo(NOW).expect("the demo's roster is part of the program")
}

#[test]
fn a_read_only_profile_whose_bearer_died_is_told_so() {
    support::run(async {
        let roster = demo();
        let sim = sim(&roster);
        let document = roster.document();
        let museum = named(&document, "museum-whisper");
        let app = document.app_of(document.profile(museum).expect("it is there")).expect("it has one");
        let key = app.held.secret(Field::ApiKey).expect("the demo has it");
        let fresh = sim.regenerate_bearer(key).expect("the key is in force");
        let world = in_box(&sim, Latency::None);
        let (report, events) = check(&world, &document, vec![museum]).await;
        assert_eq!(report.findings[0].verdict.cause, Cause::BearerRejected);
        // The same check was handed the living one and hands it on.
        let candidates: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                CheckEvent::Candidate { owner, candidate } => Some((*owner, candidate.clone())),
                _ => None,
            })
            .collect();
        assert_eq!(candidates.len(), 1);
        assert_eq!(candidates[0].1.secret, fresh);
        assert_eq!(candidates[0].1.origin, Origin::Check);
        // Kept once, it is not handed on again.
        let (owner, candidate) = candidates[0].clone();
        let kept = edit::apply_all(&document, &[Edit::AddCandidate { owner, candidate }]).expect("it fits");
        let (_, again) = check(&world, &kept, vec![museum]).await;
        assert!(!again.iter().any(|event| matches!(event, CheckEvent::Candidate { .. })));
    });
}

#[test]
fn every_fault_of_the_simulator_ends_soon_and_is_no_bad_credential() {
    support::run(async {
        let roster = demo();
        let document = roster.document();
        let bot = named(&document, "sourdough-oracle");
        for fault in FAULTS {
            let sim = sim(&roster);
            sim.set_fault(Some(fault));
            let server = serve(&sim).await;
            let base = server.base();
            let world = support::world(support::http(&base, Duration::from_millis(400)), &base);
            let begun = Instant::now();
            let (report, _) = check(&world, &document, vec![bot]).await;
            assert!(begun.elapsed() < Duration::from_secs(3), "{} took {:?}", fault.name, begun.elapsed());
            let verdict = &report.findings[0].verdict;
            let wanted = match fault.name {
                "unreachable" | "reset" | "reset-early" | "truncated" | "silence" | "slow" => {
                    Cause::Unreachable
                }
                "html" | "garbage" | "half-json" | "huge" | "redirect" => Cause::UnexpectedAnswer,
                "no-level" => Cause::LevelUnknown,
                "x-down-late" => Cause::XDown,
                "logins-limited" | "unconfirmed" => Cause::Ok,
                name => {
                    Cause::parse(&name.replace('-', "_")).expect("the others are named after their cause")
                }
            };
            assert_eq!(verdict.cause, wanted, "{}: {:?}", fault.name, verdict.evidence);
            assert!(!verdict.because().chars().any(is_hidden), "{}", fault.name);
        }
    });
}

#[test]
fn a_thousand_profiles_take_exactly_the_requests_planned() {
    support::run(async {
        let roster = Roster::large(1_000, 20, NOW);
        let sim = sim(&roster);
        let world = in_box(&sim, Latency::Fixed(Duration::from_millis(10)));
        let document = roster.document();
        let planned = plan(&document, &everybody(&document));
        assert_eq!((planned.profiles, planned.billed, planned.requests), (1_000, 1_000, 1_040));
        assert_eq!(planned.cost.to_string(), "$10.00");
        let (report, _) = check(&world, &document, everybody(&document)).await;
        assert_eq!(report.requests, 1_040);
        let wanted = [("GET /2/usage/tweets", 20), ("GET /2/users/me", 1_000), ("POST /oauth2/token", 20)];
        let wanted: BTreeMap<_, _> = wanted.into_iter().map(|(path, n)| (path.to_owned(), n)).collect();
        assert_eq!(sim.served(), wanted);
        assert!(report.findings.iter().all(|finding| finding.verdict.cause == Cause::Ok));
    });
}

#[test]
fn silent_bots_hold_nobody_up() {
    support::run(async {
        // 40 bots in 4 slots; every fifth never answers.
        let roster = Roster::large(40, 2, NOW);
        let sim = sim(&roster);
        let document = roster.document();
        let mut world = in_box(&sim, Latency::Fixed(Duration::from_millis(2)));
        world.settings = Arc::new(Settings { concurrency: 4, ..Settings::default() });
        let silent: BTreeSet<_> = everybody(&document).into_iter().step_by(5).collect();
        for id in &silent {
            let account = document.profile(*id).and_then(|p| p.user_id.clone()).expect("it has one");
            sim.trouble(&account, find("silence"));
        }
        let finished = Arc::new(Mutex::new(Vec::new()));
        let (heard, cancel) = (finished.clone(), Cancel::new());
        let (end, healthy) = (cancel.clone(), 40 - silent.len());
        let tx = move |event| {
            if let CheckEvent::Finished(finding) = event {
                let mut heard = heard.lock().expect("no panic");
                heard.push(finding.profile);
                if heard.len() == healthy {
                    end.cancel();
                }
            }
        };
        let pace = Pace { slot: Duration::from_millis(10), ..PACE };
        let report = run_at(pace, world, document.clone(), everybody(&document), tx, cancel).await;
        let finished = finished.lock().expect("no panic").clone();
        assert_eq!(finished.len(), healthy, "all that answer are through before any that does not");
        assert!(finished.iter().all(|id| !silent.contains(id)));
        assert!(report.cancelled);
        assert_eq!(report.findings.len(), healthy);
    });
}

#[test]
fn a_cancelled_check_keeps_what_it_knows_and_ends_at_once() {
    support::run(async {
        let roster = Roster::large(200, 2, NOW);
        let sim = sim(&roster);
        let world = in_box(&sim, Latency::Fixed(Duration::from_millis(20)));
        let document = roster.document();
        let cancel = Cancel::new();
        let end = cancel.clone();
        let tx = move |event| {
            if matches!(event, CheckEvent::Finished(_)) {
                end.cancel();
            }
        };
        let report = run_at(PACE, world, document.clone(), everybody(&document), tx, cancel).await;
        assert!(report.cancelled);
        assert!((1..200).contains(&report.findings.len()), "{}", report.findings.len());
        assert!(report.requests < 240);
    });
}

#[test]
fn a_throttled_app_pair_is_asked_twice_and_not_a_third_time() {
    support::run(async {
        let roster = demo();
        let sim = sim(&roster);
        let document = roster.document();
        let world = in_box(&sim, Latency::None);
        let both = vec![named(&document, "spare-key"), named(&document, "lake-weather")];
        let (report, _) = check(&world, &document, both).await;
        assert_eq!(sim.served().get("POST /oauth2/token"), Some(&2), "once, and once more after a pause");
        assert!(report.findings.iter().all(|f| f.verdict.cause == Cause::AppKeysRejected));
    });
}

#[test]
fn a_verdict_is_void_once_a_value_it_judged_has_changed_or_come() {
    support::run(async {
        let roster = demo();
        let sim = sim(&roster);
        let document = roster.document();
        let world = in_box(&sim, Latency::None);
        let (report, _) = check(&world, &document, everybody(&document)).await;
        let snapshot = |document: &Document| Snapshot {
            document: Arc::new(document.clone()),
            findings: Arc::new(report.found()),
            runs: Arc::default(),
            vault: VaultFacts { name: "t".to_owned(), generation: 1, saved_at: None, trusted: true },
        };
        let state = |document: &Document, name: &str| {
            let profile = document.profile(named(document, name)).expect("it is there").clone();
            let snapshot = snapshot(document);
            snapshot.state(&profile, &snapshot.hints(NOW))
        };
        assert_eq!(state(&document, "sourdough-oracle"), State::Ok);
        assert_eq!(state(&document, "half-a-key"), State::Attention);
        assert_eq!(state(&document, "museum-whisper"), State::Ok);
        let set = |name: &str, field, value: &str| {
            let value = [(field, Some(Secret::new(value)))];
            edit::set_fields(&document, named(&document, name).into(), value, Origin::Edit, NOW)
        };
        for (name, field) in [
            ("sourdough-oracle", Field::AccessSecret),
            ("half-a-key", Field::AccessSecret),
            ("museum-whisper", Field::AccessToken),
        ] {
            let changed = edit::apply_all(&document, &set(name, field, "made up")).expect("it fits");
            assert_eq!(state(&changed, name), State::Unknown, "{name}");
        }
    });
}

#[test]
fn without_randomness_nothing_is_asked_and_it_is_said() {
    #[derive(Debug)]
    struct Dry;
    impl birdkeep::host::Entropy for Dry {
        fn fill(&self, _: &mut [u8]) -> Result<(), birdkeep::host::NoEntropy> {
            Err(birdkeep::host::NoEntropy)
        }
    }
    support::run(async {
        let roster = demo();
        let sim = sim(&roster);
        let mut world = in_box(&sim, Latency::None);
        world.entropy = Arc::new(Dry);
        let document = roster.document();
        let (report, _) = check(&world, &document, everybody(&document)).await;
        assert!(report.cancelled);
        assert!(report.trouble.is_some_and(|trouble| trouble.because.contains("random bytes")));
        assert!(sim.served().is_empty(), "{:?}", sim.served());
    });
}

#[test]
fn the_simulator_listens_to_this_machine_alone() {
    support::run(async {
        let sim = sim(&demo());
        let open = "0.0.0.0:0".parse().expect("an address");
        assert!(Server::start(sim.clone(), open, Latency::None).await.is_err());
        let server = serve(&sim).await;
        assert!(server.address().ip().is_loopback());
        let again = Server::start(sim, server.address(), Latency::None).await;
        assert!(again.is_err_and(|error| error.to_string().contains("cannot be listened on")));
    });
}
