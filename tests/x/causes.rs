//! Every cause there is, made to happen in the simulator and asked about over real HTTP: it comes out as itself, with its
//! evidence and its next step, in the verdict and on the screen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::check::{PACE, check, demo, serve};
use crate::support::{self, NOW, everybody, named, over_http, sim};
use birdkeep::domain::document::Document;
use birdkeep::domain::id::ProfileId;
use birdkeep::domain::permission::Level;
use birdkeep::domain::text::is_hidden;
use birdkeep::domain::verdict::{CAUSES, Cause, Finding, Remedy, State};
use birdkeep::ops::World;
use birdkeep::ops::check::{Cancel, CheckEvent, Report, Subject, run_at};
use birdkeep::ops::snapshot::{Snapshot, VaultFacts};
use birdkeep::sim::Roster;
use birdkeep::sim::transport::Latency;
use birdkeep::tui::effect::{Effect, Job};
use birdkeep::tui::testing::Robot;

/// Who of the demo has which cause, and what puts it right.
const FLOCK: &[(&str, Cause, Remedy)] = &[
    ("duck-of-the-day", Cause::Ok, Remedy::Nothing),
    ("concierge-crow", Cause::Ok, Remedy::Nothing),
    ("museum-whisper", Cause::Ok, Remedy::Nothing),
    ("tide-and-tea", Cause::Ok, Remedy::Nothing),
    ("haiku-toaster", Cause::Ok, Remedy::Nothing),
    ("sourdough-oracle", Cause::Ok, Remedy::Nothing),
    ("marginalia", Cause::LevelTooLow, Remedy::RaisePermission),
    ("poetry-vending", Cause::TokenOlderThanPermission, Remedy::IssueAccess),
    ("fortune-pigeon", Cause::TokenOlderThanPermission, Remedy::IssueAccess),
    ("mime-on-air", Cause::ScopeMissing, Remedy::LogIn),
    ("spare-key", Cause::AppKeysRejected, Remedy::EditApp),
    ("lake-weather", Cause::AppKeysRejected, Remedy::EditApp),
    ("left-sock-finder", Cause::AccessPairRejected, Remedy::IssueAccess),
    ("evil-twin", Cause::WrongAccount, Remedy::EditProfile),
    ("time-traveller", Cause::ClockSkew, Remedy::SetClock),
    ("overly-honest-ads", Cause::AccountSuspended, Remedy::OpenPage),
    ("definitely-human", Cause::AccountLocked, Remedy::OpenPage),
    ("escalator-facts", Cause::AppSuspended, Remedy::OpenPage),
    ("lost-and-found", Cause::AppSuspended, Remedy::OpenPage),
    ("party-crasher", Cause::NotEnrolled, Remedy::OpenPage),
    ("plus-one", Cause::UserNotEnrolled, Remedy::OpenPage),
    ("members-only", Cause::EndpointNotInPlan, Remedy::OpenPage),
    ("hushed-parade", Cause::WriteRestricted, Remedy::OpenPage),
    ("broke-poet", Cause::NoCredits, Remedy::OpenPage),
    ("pocket-money", Cause::SpendCap, Remedy::OpenPage),
    ("all-you-can-tweet", Cause::UsageCap, Remedy::OpenPage),
    ("chatty-parrot", Cause::RateLimited, Remedy::CheckAgain),
    ("sleepy-whale", Cause::XDown, Remedy::CheckAgain),
    ("desert-island", Cause::Unreachable, Remedy::CheckAgain),
    ("half-a-key", Cause::MissingField, Remedy::EditProfile),
    ("left-shoe-right", Cause::SwappedFields, Remedy::EditProfile),
    ("cryptic-sphinx", Cause::UnexpectedAnswer, Remedy::CheckAgain),
    ("poker-face", Cause::LevelUnknown, Remedy::CheckAgain),
    ("yesterdays-milk", Cause::TokenExpired, Remedy::Refresh),
    ("one-way-ticket", Cause::LoginNeeded, Remedy::LogIn),
    ("overdue-owl", Cause::BearerRejected, Remedy::RotateBearer),
    ("wrong-umbrella", Cause::WrongApp, Remedy::RotateBearer),
    ("echo", Cause::DuplicateCredential, Remedy::EditProfile),
    ("echo-echo", Cause::DuplicateCredential, Remedy::EditProfile),
];

fn snapshot(document: &Document, findings: &[Finding]) -> Snapshot {
    Snapshot {
        document: Arc::new(document.clone()),
        findings: Arc::new(findings.iter().cloned().collect()),
        runs: Arc::default(),
        vault: VaultFacts { name: "flock.age".to_owned(), generation: 1, saved_at: None, trusted: true },
    }
}

/// The screen with one profile under the cursor, its detail in focus.
fn looking_at(robot: &mut Robot, name: &str) -> String {
    robot.keys("Esc Esc Esc /").text(name).keys("Enter Tab");
    robot.frame()
}

/// The words on screen without borders, as one line: what is wrapped is whole again.
fn words(frame: &str) -> String {
    let right = frame.lines().map(|line| line.rsplit("││").next().unwrap_or(line).trim_matches(['│', '▌']));
    right.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_cause_comes_out_of_the_simulator_over_real_http_and_on_the_screen() {
    let (document, report) = support::run(async {
        let roster = demo();
        let sim = sim(&roster);
        let server = serve(&sim).await;
        let world = over_http(&server.base());
        let document = roster.document();
        let (report, events) = check(&world, &document, everybody(&document)).await;
        let started = events.iter().filter(|event| matches!(event, CheckEvent::Started(_))).count();
        assert_eq!(started, document.profile_count());
        (document, report)
    });
    assert_eq!(report.findings.len(), document.profile_count(), "one verdict each");
    assert!(!report.cancelled && report.trouble.is_none());
    assert_eq!(FLOCK.len(), document.profile_count(), "the whole flock is in the table");
    let seen: BTreeSet<Cause> = report.findings.iter().map(|finding| finding.verdict.cause).collect();
    let missing: Vec<_> =
        CAUSES.iter().filter(|row| !seen.contains(&row.cause)).map(|row| row.word).collect();
    assert_eq!(missing, Vec::<&str>::new(), "a cause that nobody of the demo has");

    let mut robot = Robot::open(snapshot(&document, &report.findings));
    robot.size(200, 60);
    for (name, cause, remedy) in FLOCK {
        let id = named(&document, name);
        let finding =
            report.findings.iter().find(|finding| finding.profile == id).expect("it was asked about");
        let verdict = &finding.verdict;
        assert_eq!(verdict.cause, *cause, "{name}: {:?}", verdict.evidence);
        assert_eq!(verdict.remedy(), *remedy, "{name}");
        assert!(!verdict.evidence.is_empty(), "{name} has no evidence");
        assert!(!verdict.because().chars().any(is_hidden), "{name}: {:?}", verdict.evidence);

        let frame = looking_at(&mut robot, name);
        let (text, row) = (words(&frame), cause.row());
        assert!(text.contains(row.what) && text.contains(row.try_this), "{name}\n{frame}");
        let short: String = row.short.chars().take(8).collect();
        assert!(frame.contains(&short), "{name}: {short}\n{frame}");
        if *remedy != Remedy::Nothing {
            assert!(text.contains("Enter"), "{name} names no key\n{frame}");
        }
    }

    let of = |name: &str| {
        let app =
            report.apps.iter().find(|app| document.app(app.app).is_some_and(|a| a.name.as_str() == name));
        app.map(|app| (app.keys, app.bearer)).expect("every app is judged")
    };
    assert_eq!(of("flock-prod"), (Cause::Ok, Some(Cause::Ok)));
    assert_eq!(of("weekend-hacks"), (Cause::AppKeysRejected, Some(Cause::BearerRejected)));
    assert_eq!(of("abandoned-mall").0, Cause::AppSuspended);
    assert_eq!(of("night-library"), (Cause::Ok, Some(Cause::BearerRejected)));
    assert_eq!(of("umbrella-stand"), (Cause::Ok, Some(Cause::WrongApp)));
}

#[test]
fn enter_on_the_next_step_does_what_puts_it_right() {
    let (document, report) = support::run(async {
        let roster = demo();
        let world = support::in_box(&sim(&roster), Latency::None);
        let document = roster.document();
        let (report, _) = check(&world, &document, everybody(&document)).await;
        (document, report)
    });
    for (name, _, remedy) in FLOCK {
        // The demo's desert island needs a network that breaks by itself: it does in a box, too.
        let mut robot = Robot::open(snapshot(&document, &report.findings));
        robot.size(160, 50);
        looking_at(&mut robot, name);
        robot.effects();
        robot.keys("Enter");
        let (screens, effects) = (robot.model.names(), robot.effects());
        let id = named(&document, name);
        let link = |effect: &Effect| matches!(effect, Effect::OpenLink(url) if url.starts_with("https://"));
        let checks = |effect: &Effect| matches!(effect, Effect::Start(_, Job::Check(ids)) if *ids == [id]);
        let renews = |effect: &Effect| matches!(effect, Effect::Start(_, Job::Refresh(who)) if *who == id);
        let done = match remedy {
            Remedy::Nothing => screens == ["main"] && effects.is_empty() && robot.sees("nothing to do"),
            Remedy::IssueAccess => screens == ["main", "login"] && robot.sees("OAuth 1.0a"),
            Remedy::LogIn => screens == ["main", "login"] && robot.sees("OAuth 2.0"),
            Remedy::RotateBearer => screens == ["main", "rotate"] && robot.sees("Rotate the bearer token"),
            Remedy::EditProfile => screens == ["main", "form"] && robot.sees("Access token"),
            Remedy::EditApp => screens == ["main", "form"] && robot.sees("API key"),
            Remedy::OpenPage | Remedy::RaisePermission => effects.iter().any(link),
            Remedy::CheckAgain | Remedy::SetClock => effects.iter().any(checks),
            Remedy::Refresh => effects.iter().any(renews),
        };
        assert!(done, "{name}: {remedy:?} gave {screens:?} {effects:?}\n{}", robot.frame());
    }
}

#[test]
fn before_any_check_the_values_tell_what_they_can_and_nothing_has_failed() {
    let document = demo().document();
    let snapshot = snapshot(&document, &[]);
    let hints = snapshot.hints(NOW);
    let told: BTreeMap<&str, (Cause, State)> = document
        .profiles()
        .filter_map(|profile| {
            let hint = hints.first(&document, profile)?;
            Some((profile.name.as_str(), (hint.cause, snapshot.state(profile, &hints))))
        })
        .collect();
    let wanted = [
        ("echo", (Cause::DuplicateCredential, State::Attention)),
        ("echo-echo", (Cause::DuplicateCredential, State::Attention)),
        ("evil-twin", (Cause::WrongAccount, State::Attention)),
        ("left-shoe-right", (Cause::SwappedFields, State::Attention)),
        ("one-way-ticket", (Cause::LoginNeeded, State::Attention)),
        ("yesterdays-milk", (Cause::TokenExpired, State::Unknown)),
    ];
    assert_eq!(told, BTreeMap::from(wanted));
    let mut robot = Robot::open(snapshot);
    robot.size(160, 50);
    assert!(
        robot.sees("! stored twice") && robot.sees("! swapped") && robot.sees("· expired"),
        "{}",
        robot.frame()
    );
    let frame = looking_at(&mut robot, "left-shoe-right");
    let text = words(&frame);
    for part in [
        "a value is stored in the wrong field",
        "what is stored as “Access token” looks like an access token secret",
        "X was not asked yet",
        "Enter opens the form",
    ] {
        assert!(text.contains(part), "{part}\n{frame}");
    }
    robot.keys("Enter");
    assert_eq!(robot.model.names(), ["main", "form"]);
}

/// Two bots of an app whose permission nobody wrote down: one token was issued before it was raised, weeks before the
/// other.
fn two_of_an_app() -> Roster {
    let text = r#"{"seed": "siblings", "apps": [{"name": "a"}, {"name": "b"}], "profiles": [
        {"name": "old", "handle": "old", "app": "a", "level": "read", "needs": ["post"]},
        {"name": "lone", "handle": "lone", "app": "b", "level": "read", "needs": ["post"]},
        {"name": "young", "handle": "young", "app": "a", "level": "read-write", "needs": ["post"]}]}"#;
    Roster::parse(text, NOW).expect("a roster")
}

async fn told(
    world: &World,
    subject: impl Into<Subject>,
    profiles: Vec<ProfileId>,
) -> (Report, Vec<Finding>) {
    let told = std::sync::Mutex::new(Vec::new());
    let tx = |event| {
        if let CheckEvent::Finished(finding) = event {
            told.lock().expect("no panic").push(*finding);
        }
    };
    let report = run_at(PACE, world.clone(), subject, profiles, tx, Cancel::new()).await;
    (report, told.into_inner().expect("no panic"))
}

#[test]
fn a_sibling_of_the_same_run_shows_that_a_token_is_older_than_the_permission() {
    support::run(async {
        let roster = two_of_an_app();
        let document = roster.document();
        let world = support::in_box(&sim(&roster), Latency::None);
        let (report, told) = told(&world, document.clone(), everybody(&document)).await;
        let cause = |name: &str| {
            let id = named(&document, name);
            report.findings.iter().find(|finding| finding.profile == id).map(|finding| finding.verdict.cause)
        };
        assert_eq!(cause("old"), Some(Cause::TokenOlderThanPermission));
        assert_eq!(cause("lone"), Some(Cause::LevelTooLow), "of another app nobody knows anything");
        assert_eq!(cause("young"), Some(Cause::Ok));
        assert_eq!(report.findings.len(), 3, "in the report each stands once");
        // Told twice, the later one counts.
        let of: Vec<Cause> =
            told.iter().filter(|f| f.profile == named(&document, "old")).map(|f| f.verdict.cause).collect();
        assert_eq!(of, [Cause::LevelTooLow, Cause::TokenOlderThanPermission]);
    });
}

#[test]
fn an_earlier_finding_on_a_sibling_shows_it_at_once_unless_its_token_has_changed() {
    support::run(async {
        let roster = two_of_an_app();
        let document = roster.document();
        let world = support::in_box(&sim(&roster), Latency::None);
        let (before, _) = told(&world, document.clone(), vec![named(&document, "young")]).await;
        assert_eq!(before.findings[0].verdict.level(), Some(Level::ReadWrite));
        let (report, told_of) =
            told(&world, snapshot(&document, &before.findings), vec![named(&document, "old")]).await;
        assert_eq!(report.findings[0].verdict.cause, Cause::TokenOlderThanPermission);
        assert!(report.findings[0].verdict.because().contains("the token of “young”, of the same app"));
        assert_eq!(told_of.len(), 1);
        let mut stale = before.findings.clone();
        stale[0].judged[0].1 = document.fingerprints.of(&birdkeep::domain::secret::Secret::new("made-up"));
        let (report, _) = told(&world, snapshot(&document, &stale), vec![named(&document, "old")]).await;
        assert_eq!(report.findings[0].verdict.cause, Cause::LevelTooLow);
    });
}
