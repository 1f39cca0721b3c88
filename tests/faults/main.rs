//! Every fault of a server at every endpoint of X: the right reason, in bounded time and memory, and no word to another
//! host. Everything runs over real sockets on the loopback; TLS is in `src/x/http/tests/tls.rs`.
//!
//! `BIRDKEEP_FAULTS=ROUNDS` repeats all of it with other dice; `BIRDKEEP_FAULTS_SEED` repeats a run. A process of its
//! own, since it measures the memory of it.

mod endpoints;
mod scripts;
mod server;
#[path = "../x/support.rs"]
#[expect(dead_code, reason = "the tests of X share it, and need more of it")]
mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use birdkeep::domain::text::is_hidden;
use birdkeep::domain::verdict::Cause;
use birdkeep::ops::check::{Cancel, Checks, Pace, Report};
use birdkeep::sim::Roster;
use birdkeep::x::wire::{SendError, Transport, Unseen};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use endpoints::{Care, ENDPOINTS, Endpoint, Outcome, honest};
use scripts::{SCRIPTS, Scene, Script, Wanted};
use server::{Play, Server};
use support::{NOW, everybody, run};

/// How long an answer is waited for that does not come, and one that does, on a busy machine.
const PATIENCE: (Duration, Duration) = (Duration::from_millis(300), Duration::from_secs(10));
/// How much longer than twice that a case may take, on a busy machine.
const SLACK: Duration = Duration::from_secs(5);
/// Cases at once.
const ABREAST: usize = 24;
/// More than this many KiB above the start is too much memory.
const MEMORY: u64 = 64 << 10;

const PACE: Pace = Pace {
    again: Duration::ZERO,
    slot: Duration::from_millis(100),
    retry: Duration::ZERO,
    longest: Duration::ZERO,
};

/// Repeatable numbers (`SplitMix64`).
#[derive(Clone, Debug)]
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `end`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or_default()
    }

    /// Bytes that are no beginning of HTTP.
    fn bytes(&mut self, count: usize) -> Vec<u8> {
        std::iter::once(0).chain((1..count).map(|_| self.next().to_be_bytes()[0])).collect()
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn rounds() -> (u64, u64) {
    (number("BIRDKEEP_FAULTS").unwrap_or(1), number("BIRDKEEP_FAULTS_SEED").unwrap_or(1))
}

/// What the server does: by the request line, with dice of its own.
fn play(script: &'static Script, elsewhere: &str, seed: u64) -> Play {
    let elsewhere = elsewhere.to_owned();
    Arc::new(move |line| {
        let honest = honest(line);
        (script.play)(&mut Scene { honest, elsewhere: &elsewhere, dice: Dice(seed) })
    })
}

/// The other host: it must never hear anything.
async fn other_host() -> Server {
    Server::start(Arc::new(|_| Vec::new())).await
}

#[test]
fn every_fault_at_every_endpoint_has_its_reason_in_bounded_time_and_memory() {
    let (rounds, seed) = rounds();
    run(async {
        let elsewhere = other_host().await;
        let seats = Arc::new(Semaphore::new(ABREAST));
        let mut cases = JoinSet::new();
        let before = memory("VmRSS:");
        let mut dice = Dice(seed);
        for _ in 0..rounds {
            for (script, endpoint) in SCRIPTS.iter().flat_map(|s| ENDPOINTS.iter().map(move |e| (s, e))) {
                let seat = seats.clone().acquire_owned().await.expect("it is never closed");
                let play = play(script, &elsewhere.base, dice.next());
                cases.spawn(async move {
                    case(script, endpoint, play).await;
                    drop(seat);
                });
            }
        }
        while let Some(ended) = cases.join_next().await {
            ended.expect("every case holds");
        }
        assert_eq!(elsewhere.heard(), 0, "another host heard something");
        if let (Some(before), Some(peak)) = (before, memory("VmHWM:")) {
            assert!(peak < before + MEMORY, "{peak} KiB at the most, {before} KiB before");
        }
    });
}

fn patience(script: &Script) -> Duration {
    if script.wanted == Wanted::Silent(SendError::Timeout) { PATIENCE.0 } else { PATIENCE.1 }
}

async fn case(script: &'static Script, endpoint: &'static Endpoint, play: Play) {
    let (name, at) = (script.name, endpoint.name);
    let server = Server::start(play).await;
    let client = support::http(&server.base, patience(script));
    let begun = Instant::now();
    let request = (endpoint.ask)(&server.base);
    let answer = match endpoint.care {
        Care::Usual => client.send(request).await,
        Care::Once => client.send_witnessed(request, &mut Unseen).await,
    };
    let outcome = (endpoint.read)(answer);
    assert!(script.wanted.is(outcome, endpoint), "{name} at {at}: {outcome:?}, not {:?}", script.wanted);
    assert!(begun.elapsed() < patience(script) * 2 + SLACK, "{name} at {at} took {:?}", begun.elapsed());
    assert_eq!(server.heard(), 1, "{name} at {at}: asked once");
}

#[test]
fn every_fault_in_a_check_has_its_cause_and_is_met_no_more_often_than_it_may() {
    let (rounds, seed) = rounds();
    run(async {
        let elsewhere = other_host().await;
        let mut dice = Dice(seed ^ 1);
        for _ in 0..rounds {
            let mut cases = JoinSet::new();
            for script in SCRIPTS {
                let play = play(script, &elsewhere.base, dice.next());
                cases.spawn(check(script, play));
            }
            while let Some(ended) = cases.join_next().await {
                ended.expect("every case holds");
            }
        }
        assert_eq!(elsewhere.heard(), 0, "another host heard something");
    });
}

/// All three questions meet the same fault.
async fn check(script: &'static Script, play: Play) {
    let name = script.name;
    let server = Server::start(play).await;
    let roster = Roster::large(1, 1, NOW);
    let document = roster.document();
    let world = support::world(support::http(&server.base, patience(script)), &server.base);
    let begun = Instant::now();
    let report: Report =
        Checks::at(PACE, world).run(document.clone(), everybody(&document), |_| (), Cancel::new()).await;
    assert!(begun.elapsed() < patience(script) * 2 + SLACK, "{name} took {:?}", begun.elapsed());
    let verdict = &report.findings[0].verdict;
    assert!(causes(script).contains(&verdict.cause), "{name}: {:?}, {:?}", verdict.cause, verdict.evidence);
    assert!(!verdict.because().chars().any(is_hidden), "{name}: {:?}", verdict.evidence);
    let tries = 3 * script.wanted.tries();
    assert!(report.requests <= tries, "{name}: {} requests", report.requests);
    assert_eq!(server.heard(), report.requests, "{name}: what is counted is what was sent");
    assert!(report.trouble.is_none() && !report.cancelled, "{name}");
}

/// Where dice decide, the answer may be read as a good one, or as one about another account.
fn causes(script: &Script) -> Vec<Cause> {
    match script.name {
        "a byte changed anywhere" | "one byte too many" => {
            vec![script.cause, Cause::LevelUnknown, Cause::WrongAccount]
        }
        _ => vec![script.cause],
    }
}

#[test]
fn there_are_enough_scripts_and_no_two_of_the_same_name() {
    assert!(SCRIPTS.len() >= 60, "{}", SCRIPTS.len());
    for (i, script) in SCRIPTS.iter().enumerate() {
        assert!(SCRIPTS[..i].iter().all(|other| other.name != script.name), "{}", script.name);
    }
    // A good day is good everywhere: what fails above fails for the script's sake.
    run(async {
        for endpoint in ENDPOINTS {
            let honest = endpoint.honest;
            let good = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{honest}", honest.len());
            let server =
                Server::start(Arc::new(move |_| vec![server::Step::Send(good.clone().into())])).await;
            let answer = support::http(&server.base, PATIENCE.1).send((endpoint.ask)(&server.base)).await;
            assert_eq!((endpoint.read)(answer), Outcome::Gave, "{}", endpoint.name);
        }
    });
}

/// A line of this process's memory, in KiB, as Linux tells.
fn memory(line: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|text| text.strip_prefix(line))?;
    value.trim().trim_end_matches(" kB").parse().ok()
}
