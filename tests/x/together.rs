//! Hundreds at once, and checks side by side: slots, slow bots, joining, cancelling, mistakes.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use birdkeep::config::Settings;
use birdkeep::domain::document::Document;
use birdkeep::domain::id::ProfileId;
use birdkeep::domain::verdict::Cause;
use birdkeep::ops::World;
use birdkeep::ops::check::{Cancel, CheckEvent, Checks, Report};
use birdkeep::sim::Roster;
use birdkeep::sim::asked::Asked;
use tokio::time::Instant;

use crate::scripted::{Act, Heard, ME, bot, scripted};
use crate::support::{NOW, everybody, run_virtually, sim};

const LATENCY: Duration = Duration::from_millis(100);

type Hangs = fn(usize) -> bool;

fn fleet(
    (bots, apps, slots): (usize, usize, usize),
    script: impl Fn(&Asked, usize) -> Act + Send + Sync + 'static,
) -> (World, Heard, Document) {
    let roster = Roster::large(bots, apps, NOW);
    let (mut world, heard) = scripted(&sim(&roster), LATENCY, script);
    world.settings = Arc::new(Settings { concurrency: slots, ..Settings::default() });
    (world, heard, roster.document())
}

/// Who has a verdict, and after how long.
#[derive(Clone, Debug)]
struct Log(Instant, Arc<Mutex<Vec<(ProfileId, Duration)>>>);

impl Log {
    fn new() -> Self {
        Self(Instant::now(), Arc::default())
    }

    fn tx(&self) -> impl Fn(CheckEvent) + Send + Sync + 'static {
        let log = self.clone();
        move |event| {
            if let CheckEvent::Finished(finding) = event {
                log.1.lock().expect("no panic").push((finding.profile, log.0.elapsed()));
            }
        }
    }

    fn seen(&self) -> Vec<(ProfileId, Duration)> {
        self.1.lock().expect("no panic").clone()
    }
}

fn fine(report: &Report) -> usize {
    report.findings.iter().filter(|finding| finding.verdict.cause == Cause::Ok).count()
}

#[test]
fn as_many_are_under_way_as_the_setting_allows_and_not_one_more() {
    for (slots, most) in [(1, 1), (32, 32), (128, 128), (1_000, 128)] {
        run_virtually(async {
            let (world, heard, document) = fleet((300, 20, slots), |_, _| Act::Honest);
            let begun = Instant::now();
            let report =
                Checks::new(world).run(document.clone(), everybody(&document), |_| (), Cancel::new()).await;
            assert_eq!((fine(&report), report.requests), (300, 340));
            assert_eq!(heard.most(), most, "{slots} slots");
            let ideal = LATENCY * u32::try_from(340_usize.div_ceil(most)).expect("few");
            assert!(begun.elapsed() <= ideal + LATENCY * 2, "{slots} slots took {:?}", begun.elapsed());
        });
    }
}

#[test]
fn bots_that_hang_delay_nobody_wherever_they_stand() {
    // The first ones of every app, one in twenty, or sixty in a row: more than there are slots.
    let who: [(&str, Hangs); 3] = [
        ("the first of every app", |bot| bot < 60),
        ("one in twenty", |bot| bot % 20 == 3),
        ("sixty in the middle", |bot| (100..160).contains(&bot)),
    ];
    for (name, hangs) in who {
        run_virtually(async {
            let (world, _, document) = fleet((300, 20, 32), move |asked, _| match asked.path.as_str() {
                ME if hangs(bot(asked)) => Act::Hang,
                _ => Act::Honest,
            });
            let healthy = (0..300).filter(|bot| !hangs(*bot)).count();
            let (log, cancel) = (Log::new(), Cancel::new());
            let (tx, end) = (log.tx(), cancel.clone());
            let done = AtomicUsize::new(0);
            let tx = move |event: CheckEvent| {
                let finished = matches!(event, CheckEvent::Finished(_));
                tx(event);
                if finished && done.fetch_add(1, Ordering::SeqCst) + 1 == healthy {
                    end.cancel();
                }
            };
            let report = Checks::new(world).run(document.clone(), everybody(&document), tx, cancel).await;
            assert_eq!((fine(&report), report.cancelled), (healthy, true), "{name}");
            let last = log.seen().last().map(|(_, at)| *at).expect("somebody answered");
            // 1.1 s without any that hang; those that do leave their slots soon.
            assert!(last < Duration::from_millis(3_200), "{name}: the last healthy one after {last:?}");
        });
    }
}

#[test]
fn under_the_ceiling_stay_also_those_that_hang() {
    run_virtually(async {
        let (world, heard, document) = fleet((400, 20, 32), |asked, _| match asked.path.as_str() {
            ME => Act::Hang,
            _ => Act::Honest,
        });
        let cancel = Cancel::new();
        let end = async {
            tokio::time::sleep(Duration::from_secs(60)).await;
            cancel.cancel();
        };
        let checks = Checks::new(world);
        let run = checks.run(document.clone(), everybody(&document), |_| (), cancel.clone());
        let (report, ()) = tokio::join!(run, end);
        assert_eq!(heard.most(), 128);
        assert!(report.cancelled && report.findings.is_empty());
        assert_eq!(report.apps.len(), 20, "what is known is kept");
    });
}

#[test]
fn a_second_check_of_the_same_bots_joins_the_first_and_costs_nothing() {
    run_virtually(async {
        let (world, heard, document) = fleet((100, 4, 8), |_, _| Act::Honest);
        let checks = Checks::new(world);
        let all = everybody(&document);
        let (first, second) = (Log::new(), Log::new());
        let one = checks.run(document.clone(), all.clone(), first.tx(), Cancel::new());
        let two = async {
            // Some are done, some under way, most wait.
            tokio::time::sleep(LATENCY * 7 / 2).await;
            let known: BTreeSet<_> = first.seen().iter().map(|(id, _)| *id).collect();
            let open: Vec<_> = all.iter().copied().filter(|id| !known.contains(id)).collect();
            assert!((1..100).contains(&open.len()));
            let report = checks.run(document.clone(), open.clone(), second.tx(), Cancel::new()).await;
            (report, open.len())
        };
        let (one, (two, open)) = tokio::join!(one, two);
        assert_eq!((fine(&one), fine(&two)), (100, open));
        assert_eq!((one.requests, two.requests), (108, 0));
        assert_eq!(heard.count(ME), 100, "nobody is asked about twice");
        assert_eq!(heard.count("/oauth2/token"), 4, "an app neither");
        let when = |log: &Log, id| log.seen().iter().find(|(other, _)| *other == id).map(|(_, at)| *at);
        for (id, at) in second.seen() {
            assert_eq!(Some(at), when(&first, id), "both hear it in the same moment");
        }
        // Later is another matter: then the answers may have changed.
        let three = checks.run(document.clone(), all, |_| (), Cancel::new()).await;
        assert_eq!((fine(&three), three.requests), (100, 108));
    });
}

#[test]
fn another_bot_checked_during_a_check_of_all_asks_for_itself_alone() {
    run_virtually(async {
        let (world, heard, document) = fleet((41, 1, 8), |_, _| Act::Honest);
        let checks = Checks::new(world);
        let mut all = everybody(&document);
        let last = all.pop().expect("there are some");
        let one = checks.run(document.clone(), all, |_| (), Cancel::new());
        let two = async {
            tokio::time::sleep(LATENCY * 2).await;
            checks.run(document.clone(), vec![last], |_| (), Cancel::new()).await
        };
        let (one, two) = tokio::join!(one, two);
        assert_eq!((one.requests, two.requests), (42, 1));
        assert_eq!((fine(&two), two.apps.len()), (1, 1), "the app's verdict comes along");
        assert!(heard.most() <= 8, "they share the slots");
    });
}

#[test]
fn whoever_is_cancelled_leaves_the_others_theirs() {
    run_virtually(async {
        let (world, heard, document) = fleet((20, 1, 32), |_, _| Act::Honest);
        let checks = Checks::new(world);
        let cancel = Cancel::new();
        let one = checks.run(document.clone(), everybody(&document), |_| (), cancel.clone());
        let two = async {
            tokio::time::sleep(LATENCY / 2).await;
            checks.run(document.clone(), everybody(&document), |_| (), Cancel::new()).await
        };
        let end = async {
            tokio::time::sleep(LATENCY * 3 / 4).await;
            cancel.cancel();
        };
        let (one, two, ()) = tokio::join!(one, two, end);
        assert!(one.cancelled && one.findings.is_empty());
        assert_eq!((fine(&two), two.apps.len()), (20, 1));
        assert!(!two.cancelled);
        assert!(heard.count(ME) <= 40);
    });
}

#[test]
fn a_cancelled_check_ends_though_apps_hang_and_bots_wait_for_them() {
    run_virtually(async {
        // 401 to everybody, so all wait for what the app's pair is worth, which never comes.
        let (world, _, document) = fleet((20, 2, 32), |asked, _| match asked.path.as_str() {
            ME => Act::Say(401, Vec::new()),
            _ => Act::Hang,
        });
        let (checks, cancel) = (Checks::new(world), Cancel::new());
        let end = async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            cancel.cancel();
        };
        let begun = Instant::now();
        let run = checks.run(document.clone(), everybody(&document), |_| (), cancel.clone());
        let (report, ()) = tokio::join!(run, end);
        assert_eq!(begun.elapsed(), Duration::from_secs(3));
        assert!(report.cancelled && report.findings.is_empty());
    });
}

#[test]
fn an_apps_answers_may_come_long_after_its_bots() {
    run_virtually(async {
        let (world, _, document) = fleet((20, 1, 4), |asked, nth| match (asked.path.as_str(), nth) {
            (ME, _) => Act::Say(401, Vec::new()),
            // The third try is answered, the bots' answers are long there.
            (_, 0 | 1) => Act::Say(503, Vec::new()),
            _ => Act::Honest,
        });
        let report =
            Checks::new(world).run(document.clone(), everybody(&document), |_| (), Cancel::new()).await;
        let wanted = Cause::AccessPairRejected;
        assert!(report.findings.iter().all(|finding| finding.verdict.cause == wanted), "{report:?}");
    });
}

#[test]
fn a_mistake_over_one_bot_is_said_and_costs_the_others_nothing() {
    for (path, verdicts) in [(ME, 29), ("/oauth2/token", 30)] {
        run_virtually(async {
            let (world, _, document) =
                fleet(
                    (30, 3, 8),
                    move |asked, nth| {
                        if asked.path == path && nth == 0 { Act::Mistake } else { Act::Honest }
                    },
                );
            let report =
                Checks::new(world).run(document.clone(), everybody(&document), |_| (), Cancel::new()).await;
            assert_eq!(fine(&report), verdicts, "{path}");
            let trouble = report.trouble.expect("it is said");
            assert!(trouble.because.contains("a mistake in birdkeep"), "{trouble:?}");
        });
    }
}

#[test]
fn a_dropped_check_asks_nothing_more() {
    run_virtually(async {
        let (world, heard, document) = fleet((100, 4, 8), |_, _| Act::Honest);
        let checks = Checks::new(world);
        let run = checks.run(document.clone(), everybody(&document), |_| (), Cancel::new());
        let cut = tokio::time::timeout(LATENCY * 3, run).await;
        assert!(cut.is_err());
        let before = heard.count(ME);
        tokio::time::sleep(LATENCY * 50).await;
        assert_eq!(heard.count(ME), before);
    });
}

#[test]
fn another_value_meanwhile_is_another_question() {
    use birdkeep::domain::credential::Origin;
    use birdkeep::domain::edit;
    use birdkeep::domain::fields::Field;
    use birdkeep::domain::secret::Secret;
    run_virtually(async {
        let (world, heard, document) = fleet((1, 1, 8), |_, _| Act::Honest);
        let id = everybody(&document)[0];
        let value = [(Field::AccessSecret, Some(Secret::new("made-up-and-wrong")))];
        let edits = edit::set_fields(&document, id.into(), value, Origin::Edit, NOW);
        let edited = edit::apply_all(&document, &edits).expect("it fits");
        let checks = Checks::new(world);
        let (old, new) = tokio::join!(
            checks.run(document.clone(), vec![id], |_| (), Cancel::new()),
            checks.run(edited, vec![id], |_| (), Cancel::new()),
        );
        assert_eq!(old.findings[0].verdict.cause, Cause::Ok);
        assert_eq!(new.findings[0].verdict.cause, Cause::AccessPairRejected);
        assert_eq!((heard.count(ME), heard.count("/oauth2/token")), (2, 1));
    });
}

#[test]
fn a_check_of_nobody_asks_nothing_and_ends() {
    run_virtually(async {
        let (world, heard, document) = fleet((3, 1, 8), |_, _| Act::Honest);
        let report = Checks::new(world).run(document, Vec::new(), |_| (), Cancel::new()).await;
        assert_eq!((report.requests, report.cancelled, heard.count(ME)), (0, false, 0));
    });
}
