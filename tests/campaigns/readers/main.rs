//! Readers of other programs' files against files that went wrong: samples of every format in the exact shape of its
//! tool, mutated, read by recognition and by every reader, written by every writer that is read back.
//!
//! `BIRDKEEP_READERS=CASES` makes it longer; `BIRDKEEP_READERS_SEED` repeats a run, `BIRDKEEP_READERS_CASE` one case of
//! it. Claims: nothing panics, nothing hangs, every refusal has its place, nothing is made up, and what was read comes
//! back from whatever it was written as.

#[path = "../dice.rs"]
mod dice;
mod judge;
mod mutate;
mod samples;

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use dice::Dice;
use judge::Verdict;
use samples::Sample;

/// What runs with all other tests.
const SMALL: usize = 400;
/// Far beyond what any case of this size takes, unoptimised and beside others: then something hangs.
const HANGS: Duration = Duration::from_secs(120);
/// The most failures that are told.
const TOLD: usize = 12;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// What came of all cases.
#[derive(Default)]
struct Tally {
    cases: usize,
    read: usize,
    refused: usize,
    round: usize,
    longest: (Duration, usize),
    failures: Vec<String>,
}

/// A file, and how it came about.
fn case(samples: &[Sample], mut dice: Dice) -> (&str, Vec<u8>, String) {
    let sample = &samples[dice.below(samples.len())];
    let (mut bytes, mut story) = (sample.text.clone().into_bytes(), sample.word.to_owned());
    for _ in 0..dice.below(5) {
        let (name, mutate) = mutate::MUTATIONS[dice.below(mutate::MUTATIONS.len())];
        bytes = mutate(&mut dice, bytes, samples);
        bytes.truncate(1 << 20);
        story = format!("{story}, {name}");
    }
    (sample.file, bytes, story)
}

#[test]
fn no_file_breaks_a_reader_or_comes_back_as_another() {
    let wanted = number("BIRDKEEP_READERS").and_then(|n| usize::try_from(n).ok());
    let cases = wanted.unwrap_or(SMALL);
    // What runs with all other tests runs the same way each time.
    let fresh = || std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_secs());
    let seed = number("BIRDKEEP_READERS_SEED").unwrap_or_else(|| wanted.map_or(1, |_| fresh()));
    let only = number("BIRDKEEP_READERS_CASE").and_then(|n| usize::try_from(n).ok());
    let (samples, begun) = (samples::samples(), Instant::now());
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    let work = |alive: mpsc::Sender<usize>| {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= cases || alive.send(number).is_err() {
                return;
            }
            if only.is_some_and(|only| only != number) {
                continue;
            }
            let (file, bytes, story) = case(&samples, Dice(seed ^ (number as u64) << 20));
            let started = Instant::now();
            let verdict = catch_unwind(AssertUnwindSafe(|| judge::judge(file, &bytes)));
            let verdict = verdict
                .unwrap_or_else(|_| Verdict { wrong: vec!["a panic".to_owned()], ..Verdict::default() });
            let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
            tally.cases += 1;
            tally.read += verdict.read;
            tally.refused += verdict.refused;
            tally.round += verdict.round;
            tally.longest = tally.longest.max((started.elapsed(), number));
            let told = verdict.wrong.first().map(|wrong| {
                // One case alone is told whole.
                let most = if only.is_some() { usize::MAX } else { 400 };
                let wrong: String = wrong.chars().take(most).collect();
                let file: String =
                    String::from_utf8_lossy(&bytes).chars().filter(|_| only.is_some()).collect();
                format!("case {number} ({story}): {wrong}\n{file}")
            });
            tally.failures.extend(told);
        }
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        let (alive, heard) = mpsc::channel();
        for _ in 0..threads {
            let alive = alive.clone();
            scope.spawn(|| work(alive));
        }
        drop(alive);
        // Threads that hang cannot be ended, so the process is.
        loop {
            match heard.recv_timeout(HANGS) {
                Ok(_) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    say(&format!(
                        "seed {seed}: no case ended within {HANGS:?} near case {}",
                        next.load(Ordering::Relaxed)
                    ));
                    std::process::abort();
                }
            }
        }
    });
    let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (longest, slowest) = tally.longest;
    say(&format!(
        "readers seed={seed} cases={} read={} refused={} round={} longest={:.2}s (case {slowest}) failures={} in {:.0} s",
        tally.cases,
        tally.read,
        tally.refused,
        tally.round,
        longest.as_secs_f64(),
        tally.failures.len(),
        begun.elapsed().as_secs_f64(),
    ));
    let told: Vec<&str> = tally.failures.iter().take(TOLD).map(String::as_str).collect();
    assert!(tally.failures.is_empty(), "{}", told.join("\n"));
}

fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
