//! Refreshes under injected faults, thousands of them: a process that dies at any call of its store or on any part of
//! the way to X and back, disks that refuse, answers cut anywhere, two processes at once, vaults rolled back between.
//!
//! `BIRDKEEP_REFRESHES=CASES` makes it longer; `BIRDKEEP_REFRESH_SEED` repeats a run, `BIRDKEEP_REFRESH_CASE` one case
//! of it. X is the simulator by its strictest rules: a refresh token is good once, and shown again it kills its family.
//! `refresh.py` beside this folder does the same to the real program, at every system call.

mod case;
#[path = "../dice.rs"]
mod dice;
mod disk;
mod faults;
mod judge;
mod wire;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use case::{End, Ground};
use dice::Dice;

/// What runs with all other tests.
const SMALL: usize = 150;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// What came of all cases.
#[derive(Default)]
struct Tally {
    ends: BTreeMap<End, usize>,
    committed: usize,
    lost: usize,
    lost_after_hearing: usize,
    killed: usize,
    failures: Vec<String>,
}

#[test]
fn no_fault_costs_more_than_what_nobody_could_have_kept() {
    let cases = number("BIRDKEEP_REFRESHES").and_then(|n| usize::try_from(n).ok()).unwrap_or(SMALL);
    let seed = number("BIRDKEEP_REFRESH_SEED")
        .unwrap_or_else(|| std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_secs()));
    let only = number("BIRDKEEP_REFRESH_CASE").and_then(|n| usize::try_from(n).ok());
    let ground = Ground::new();
    let (next, tally, begun) = (AtomicUsize::new(0), Mutex::new(Tally::default()), Instant::now());
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= cases {
                return;
            }
            if only.is_some_and(|only| only != number) {
                continue;
            }
            let played = case::play(&ground, number, Dice(seed ^ (number as u64) << 20));
            let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
            match judge::judge(&ground, &played) {
                Ok(judged) => {
                    *tally.ends.entry(judged.end).or_default() += 1;
                    tally.committed += usize::from(judged.committed);
                    tally.lost += usize::from(judged.lost);
                    tally.lost_after_hearing += usize::from(judged.lost && judged.heard);
                    tally.killed += played.sim.families_killed();
                }
                Err(wrong) => tally.failures.push(format!("case {number}: {wrong}\n{}", played.story)),
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    report(&tally.into_inner().unwrap_or_else(PoisonError::into_inner), (cases, ground.calls, seed), begun);
}

fn report(tally: &Tally, (cases, calls, seed): (usize, usize, u64), begun: Instant) {
    let Tally { ends, committed, lost, lost_after_hearing, killed, failures } = tally;
    let ends: Vec<String> = ends.iter().map(|(end, count)| format!("{end:?}={count}")).collect();
    // Hundredths of a percent, since nothing here is so precise that it needs more.
    let share = |part: usize| {
        let hundredths = part * 10_000 / (*committed).max(1);
        format!("{}.{:02} %", hundredths / 100, hundredths % 100)
    };
    let text = format!(
        "refresh cases={cases} failures={} seed={seed} calls={calls} seconds={} {}\n\
         refresh committed={committed} lost={lost} ({}) of which the answer had been heard={lost_after_hearing} \
         ({}) families_killed={killed}",
        failures.len(),
        begun.elapsed().as_secs(),
        ends.join(" "),
        share(*lost),
        share(*lost_after_hearing),
    );
    let _ = writeln!(std::io::stdout(), "{text}");
    assert!(failures.is_empty(), "{text}\n{}", failures.join("\n\n"));
    let played: usize = tally.ends.values().sum();
    assert!(played < SMALL || *committed > played / 3, "X was hardly ever asked: {text}");
}
