//! X or the way to it stumbles: what is put again, how often, how soon, and what never is.

use std::time::Duration;

use birdkeep::domain::document::Document;
use birdkeep::domain::verdict::Cause;
use birdkeep::ops::World;
use birdkeep::ops::check::{Cancel, Checks, Report};
use birdkeep::sim::Roster;
use birdkeep::x::wire::SendError;
use tokio::time::Instant;

use crate::scripted::{Act, Heard, ME, bot, scripted};
use crate::support::{NOW, everybody, run_virtually, sim};

type Stumble = Box<dyn Fn() -> Act + Send + Sync>;

/// A fleet of `bots` on one app, and an X that answers questions about accounts as `script` says, at once.
fn fleet(
    bots: usize,
    script: impl Fn(usize, usize) -> Act + Send + Sync + 'static,
) -> (World, Heard, Document) {
    let roster = Roster::large(bots, 1, NOW);
    let (world, heard) =
        scripted(&sim(&roster), Duration::ZERO, move |asked, nth| match asked.path.as_str() {
            ME => script(bot(asked), nth),
            _ => Act::Honest,
        });
    (world, heard, roster.document())
}

async fn check(world: World, document: &Document) -> (Report, Duration) {
    let begun = Instant::now();
    let report = Checks::new(world).run(document.clone(), everybody(document), |_| (), Cancel::new()).await;
    (report, begun.elapsed())
}

fn down(retry_after: Option<&str>) -> Act {
    Act::Say(503, retry_after.map(|after| ("retry-after", after.to_owned())).into_iter().collect())
}

#[test]
fn a_stumble_is_put_again_twice_and_what_failed_for_good_is_not() {
    use Cause::{AccessPairRejected, NoCredits, Ok, RateLimited, UnexpectedAnswer, Unreachable, XDown};
    let say = |status| move || Act::Say(status, Vec::new());
    let fail = |error| move || Act::Fail(error);
    let rows: [(&str, Stumble, usize, usize, Cause); 16] = [
        ("503 once", Box::new(|| down(None)), 1, 2, Ok),
        ("503 twice", Box::new(|| down(None)), 2, 3, Ok),
        ("503 thrice", Box::new(|| down(None)), 3, 3, XDown),
        ("500", Box::new(say(500)), 1, 2, Ok),
        ("502", Box::new(say(502)), 1, 2, Ok),
        ("504", Box::new(say(504)), 1, 2, Ok),
        ("a broken connection", Box::new(fail(SendError::Broken)), 1, 2, Ok),
        ("three broken connections", Box::new(fail(SendError::Broken)), 3, 3, Unreachable),
        ("501", Box::new(say(501)), 1, 1, XDown),
        ("401", Box::new(say(401)), 1, 1, AccessPairRejected),
        ("402", Box::new(say(402)), 1, 1, NoCredits),
        ("404", Box::new(say(404)), 1, 1, UnexpectedAnswer),
        ("429", Box::new(say(429)), 1, 1, RateLimited),
        ("no connection", Box::new(fail(SendError::NotConnected)), 1, 1, Unreachable),
        ("silence", Box::new(fail(SendError::Timeout)), 1, 1, Unreachable),
        ("too long an answer", Box::new(fail(SendError::TooLong)), 1, 1, UnexpectedAnswer),
    ];
    for (name, stumble, times, requests, cause) in rows {
        run_virtually(async {
            let (world, heard, document) =
                fleet(1, move |_, nth| if nth < times { stumble() } else { Act::Honest });
            let (report, took) = check(world, &document).await;
            assert_eq!(report.findings[0].verdict.cause, cause, "{name}");
            assert_eq!(heard.count(ME), requests, "{name}");
            assert_eq!((report.requests, report.retries), (requests + 2, requests - 1), "{name}");
            // Half to all of 400 ms, then half to all of 800 ms.
            let (least, most) = [(0, 0), (200, 401), (600, 1_202)][requests - 1];
            let range = Duration::from_millis(least)..=Duration::from_millis(most);
            assert!(range.contains(&took), "{name} took {took:?}");
        });
    }
}

#[test]
fn x_is_left_alone_for_as_long_as_it_asks_if_that_is_short() {
    for (after, requests, seconds, cause) in [
        ("3", 2, 3, Cause::Ok),
        ("5", 2, 5, Cause::Ok),
        ("6", 1, 0, Cause::XDown),
        ("3600", 1, 0, Cause::XDown),
    ] {
        run_virtually(async {
            let (world, heard, document) =
                fleet(1, move |_, nth| if nth == 0 { down(Some(after)) } else { Act::Honest });
            let (report, took) = check(world, &document).await;
            assert_eq!((heard.count(ME), took.as_secs()), (requests, seconds), "{after}");
            let verdict = &report.findings[0].verdict;
            assert_eq!(verdict.cause, cause, "{after}");
            let until = (cause == Cause::XDown).then(|| NOW.shifted(after.parse().expect("seconds")));
            assert_eq!(verdict.retry_at, until, "{after}");
        });
    }
}

#[test]
fn an_x_that_is_down_altogether_is_asked_once_per_question_and_no_more() {
    for stumble in [|| down(None), || Act::Fail(SendError::Broken)] {
        run_virtually(async {
            let roster = Roster::large(200, 2, NOW);
            let (world, heard) = scripted(&sim(&roster), Duration::from_millis(10), move |_, _| stumble());
            let (report, took) = check(world, &roster.document()).await;
            assert_eq!((heard.count(ME), report.requests, report.retries), (200, 204, 0));
            assert!(report.findings.iter().all(|finding| finding.verdict.cause != Cause::Ok));
            assert!(took < Duration::from_secs(1), "{took:?}");
        });
    }
}

#[test]
fn some_bots_that_stumble_keep_nobody_from_a_second_try() {
    run_virtually(async {
        // One in twenty meets a 503 twice, whenever it asks.
        let seen = std::sync::Mutex::new(std::collections::BTreeMap::new());
        let (world, heard, document) = fleet(200, move |bot, _| {
            let mut seen = seen.lock().expect("no panic");
            let times = seen.entry(bot).or_insert(0);
            *times += 1;
            if bot % 20 == 3 && *times < 3 { down(None) } else { Act::Honest }
        });
        let (report, _) = check(world, &document).await;
        assert!(report.findings.iter().all(|finding| finding.verdict.cause == Cause::Ok));
        assert_eq!((heard.count(ME), report.retries), (220, 20));
    });
}
