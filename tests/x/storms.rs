//! X says "too often": how many requests it still hears, what is said of the rest, and when asking goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use birdkeep::config::Settings;
use birdkeep::domain::document::Document;
use birdkeep::domain::id::ProfileId;
use birdkeep::domain::text::is_hidden;
use birdkeep::domain::verdict::Cause;
use birdkeep::host::quiet::QuietClock;
use birdkeep::ops::World;
use birdkeep::ops::check::{Cancel, Checks, Report, Subject};
use birdkeep::sim::Roster;
use birdkeep::sim::asked::Asked;
use tokio::time::Instant;

use crate::scripted::{Act, Heard, ME, bot, scripted};
use crate::support::{NOW, everybody, run_virtually, sim};

const LATENCY: Duration = Duration::from_millis(100);
const FLEET: usize = 120;

type Headers = &'static [(&'static str, &'static str)];

/// A storm's headers; `{900}` is the moment 900 seconds from now, by X's clock as by ours.
fn headers(of: Headers) -> Vec<(&'static str, String)> {
    let moment = |text: &str| match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(seconds) => NOW.shifted(seconds.parse().expect("seconds")).unix().to_string(),
        None => text.to_owned(),
    };
    of.iter().map(|(name, value)| (*name, moment(value))).collect()
}

/// A fleet on `apps` apps, and an X that answers questions about accounts as `script` says.
fn fleet(
    apps: usize,
    script: impl Fn(&Asked, usize) -> Act + Send + Sync + 'static,
) -> (World, Heard, Document) {
    let roster = Roster::large(FLEET, apps, NOW);
    let (world, heard) = scripted(&sim(&roster), LATENCY, move |asked, nth| match asked.path.as_str() {
        ME => script(asked, nth),
        _ => Act::Honest,
    });
    (world, heard, roster.document())
}

async fn check(checks: &Checks, document: &Document, profiles: Vec<ProfileId>) -> Report {
    checks.run(document.clone(), profiles, |_| (), Cancel::new()).await
}

fn held(report: &Report) -> usize {
    let nothing_sent = |because: String| because.starts_with("nothing was sent");
    report.findings.iter().filter(|finding| nothing_sent(finding.verdict.because())).count()
}

/// What X's windows say, how many of 120 bots of one app it hears about, until when the rest is told to wait, and how
/// many it hears about when the same is asked again at once.
#[rustfmt::skip]
const STORMS: &[(&str, Headers, usize, Option<i64>, usize)] = &[
    ("no word",                &[], 3, None, 3),
    ("a reset in the past",    &[("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "{-900}")], 3, None, 3),
    ("a reset now",            &[("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "{0}")], 3, None, 3),
    ("a reset that is none",   &[("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "soon")], 3, None, 3),
    ("a reset in 3,000 years", &[("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "99999999999")], 3, None, 3),
    ("no reset",               &[("x-rate-limit-remaining", "0")], 3, None, 3),
    ("a reset of milliseconds", &[("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "1795000900000")], 3, None, 3),
    ("room in the window",     &[("x-rate-limit-remaining", "60"), ("x-rate-limit-reset", "{900}")], 3, Some(900), 3),
    ("retry-after",            &[("retry-after", "120")], 3, Some(120), 3),
    ("the app's day",          &[("x-app-limit-24hour-remaining", "0"), ("x-app-limit-24hour-reset", "{7200}")], 3, Some(7_200), 0),
    ("the app's day, and room in the quarter", &[
        ("x-rate-limit-remaining", "74"), ("x-rate-limit-reset", "{900}"),
        ("x-app-limit-24hour-remaining", "0"), ("x-app-limit-24hour-reset", "{7200}"),
    ], 3, Some(7_200), 0),
    // These windows are each bot's own: every bot is asked once, and told when.
    ("each bot's quarter",     &[("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "{900}")], FLEET, Some(900), 0),
    ("each bot's day",         &[("x-user-limit-24hour-remaining", "0"), ("x-user-limit-24hour-reset", "{7200}")], FLEET, Some(7_200), 0),
];

#[test]
fn in_a_storm_x_hears_three_questions_or_one_per_window_and_the_rest_is_told_at_once() {
    for (name, of, heard_of, until, again) in STORMS {
        run_virtually(async {
            let (world, heard, document) = fleet(1, |_, _| Act::Say(429, headers(of)));
            let checks = Checks::new(world);
            let begun = Instant::now();
            let report = check(&checks, &document, everybody(&document)).await;
            assert_eq!(heard.count(ME), *heard_of, "{name}");
            assert_eq!(report.requests, heard_of + 2, "{name}: with the app's own two");
            assert_eq!((report.retries, report.cancelled), (0, false), "{name}");
            assert!(begun.elapsed() < Duration::from_secs(1), "{name}: no window is waited for");
            assert_eq!(held(&report), FLEET - heard_of, "{name}");
            for finding in &report.findings {
                let verdict = &finding.verdict;
                assert_eq!(verdict.cause, Cause::RateLimited, "{name}: {:?}", verdict.evidence);
                let at = verdict.retry_at.filter(|at| *at > NOW).map(|at| at.since(NOW));
                assert_eq!(at, *until, "{name}: {:?}", verdict.evidence);
                assert!(!verdict.because().chars().any(is_hidden), "{name}");
            }
            let report = check(&checks, &document, everybody(&document)).await;
            assert_eq!(heard.count(ME) - heard_of, *again, "{name}, asked again at once");
            assert_eq!(held(&report), FLEET - again, "{name}, asked again at once");
        });
    }
}

#[test]
fn asking_by_hand_goes_on_once_the_window_is_open_again() {
    for (window, reset) in [
        ("x-rate-limit-remaining", "x-rate-limit-reset"),
        ("x-app-limit-24hour-remaining", "x-app-limit-24hour-reset"),
    ] {
        run_virtually(async {
            let over = Arc::new(AtomicBool::new(false));
            let calm = over.clone();
            let limited =
                move || vec![(window, "0".to_owned()), (reset, NOW.shifted(900).unix().to_string())];
            let (mut world, heard, document) =
                fleet(
                    1,
                    move |_, _| {
                        if calm.load(Ordering::SeqCst) { Act::Honest } else { Act::Say(429, limited()) }
                    },
                );
            let clock = Arc::new(QuietClock::at(NOW));
            world.clock = clock.clone();
            let checks = Checks::new(world);
            check(&checks, &document, everybody(&document)).await;
            over.store(true, Ordering::SeqCst);
            let before = heard.count(ME);
            clock.advance(Duration::from_secs(899));
            let report = check(&checks, &document, everybody(&document)).await;
            assert_eq!((heard.count(ME), held(&report)), (before, FLEET), "{window}: one second early");
            clock.advance(Duration::from_secs(1));
            let report = check(&checks, &document, everybody(&document)).await;
            assert_eq!((heard.count(ME), held(&report)), (before + FLEET, 0), "{window}: on time");
            // The simulator's clock has stood still, so it has its own words for these signatures.
            assert!(report.findings.iter().all(|f| f.verdict.cause == Cause::ClockSkew), "{window}");
        });
    }
}

#[test]
fn a_new_process_that_recalls_the_findings_asks_nobody_too_early() {
    run_virtually(async {
        let quarter = &[("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "{900}")];
        let (world, heard, document) = fleet(1, |asked, _| match bot(asked) % 2 {
            0 => Act::Say(429, headers(quarter)),
            _ => Act::Honest,
        });
        let first = check(&Checks::new(world.clone()), &document, everybody(&document)).await;
        assert_eq!((heard.count(ME), held(&first)), (FLEET, 0));
        let known = Subject { document: Arc::new(document.clone()), findings: Arc::new(first.found()) };
        let second = Checks::new(world).run(known, everybody(&document), |_| (), Cancel::new()).await;
        assert_eq!((heard.count(ME), held(&second)), (FLEET + FLEET / 2, FLEET / 2));
        let at = |report: &Report| report.findings.iter().filter_map(|f| f.verdict.retry_at).max();
        assert_eq!(at(&first), at(&second));
    });
}

#[test]
fn a_storm_over_one_app_is_none_of_the_others_business() {
    run_virtually(async {
        let (world, heard, document) = fleet(4, |asked, _| match bot(asked) % 4 {
            1 => Act::Say(429, Vec::new()),
            _ => Act::Honest,
        });
        let report = check(&Checks::new(world), &document, everybody(&document)).await;
        assert_eq!(heard.count(ME), 90 + 3);
        let fine = report.findings.iter().filter(|finding| finding.verdict.cause == Cause::Ok).count();
        assert_eq!((fine, held(&report)), (90, 27));
    });
}

#[test]
fn a_storm_in_the_middle_costs_no_more_than_was_under_way() {
    run_virtually(async {
        let (mut world, heard, document) = fleet(1, |_, nth| match nth {
            0..60 => Act::Honest,
            _ => Act::Say(429, Vec::new()),
        });
        world.settings = Arc::new(Settings { concurrency: 8, ..Settings::default() });
        let report = check(&Checks::new(world), &document, everybody(&document)).await;
        let refused = heard.count(ME) - 60;
        assert!((3..=8).contains(&refused), "{refused} were refused");
        assert_eq!(held(&report), FLEET - heard.count(ME));
    });
}

#[test]
fn refusals_now_and_then_are_no_storm() {
    run_virtually(async {
        let (mut world, heard, document) = fleet(1, |_, nth| match nth % 3 {
            0 => Act::Say(429, Vec::new()),
            _ => Act::Honest,
        });
        // One at a time, so that no three refusals come in a row.
        world.settings = Arc::new(Settings { concurrency: 1, ..Settings::default() });
        let report = check(&Checks::new(world), &document, everybody(&document)).await;
        assert_eq!((heard.count(ME), held(&report)), (FLEET, 0));
    });
}

#[test]
fn the_last_requests_of_an_apps_day_are_not_all_spent_at_once() {
    run_virtually(async {
        let limit = 50;
        let (world, heard, document) = fleet(1, move |_, nth| {
            let left = |n: usize| n.to_string();
            let reset = NOW.shifted(7_200).unix().to_string();
            let day =
                |n| vec![("x-app-limit-24hour-remaining", left(n)), ("x-app-limit-24hour-reset", reset)];
            // Not an account: what matters is how often X is asked.
            if nth < limit { Act::Say(401, day(limit - nth - 1)) } else { Act::Say(429, day(0)) }
        });
        let report = check(&Checks::new(world), &document, everybody(&document)).await;
        assert_eq!(heard.count(ME), limit, "not one too many");
        assert_eq!(held(&report), FLEET - limit);
    });
}
