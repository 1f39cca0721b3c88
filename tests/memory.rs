//! Ring four: what is left in the process after the lock. Every readable page is searched for marked values.
//!
//! Reading another process's memory takes root, since birdkeep forbids it to everybody else; without it the test says
//! that it is skipped. `BIRDKEEP_CYCLES=N` locks and searches N times.

mod support;

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::time::Duration;

use support::Term;

/// How often memory is searched before what is still there counts as left, and the pause between.
const LOOKS: usize = 30;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
const PASSPHRASE: &str = "correct-horse-made-up-staple";
const TOKEN: &str = "144712093100-madeupmemorymarker0000000000000000000";
const SECRET: &str = "madeupmemorysecretmarker000000000000000000000";

#[test]
fn after_the_lock_no_page_of_the_process_holds_a_value_or_the_passphrase() {
    let home = tempfile::tempdir().expect("a temp folder");
    let values = format!("access_token={TOKEN}\naccess_secret={SECRET}\n");
    let steps: &[(&[&str], &str)] =
        &[(&["app", "add", "bots"], ""), (&["add", "wiki", "--app", "bots"], &values)];
    support::prepare(home.path(), PASSPHRASE, steps);
    let cycles = std::env::var("BIRDKEEP_CYCLES").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let mut term = Term::start(&[], (100, 30), home.path(), &[]);
    for cycle in 1..=cycles {
        term.shows("Locked").keys(PASSPHRASE).keys("\r").shows("wiki");
        let Some(open) = search(term.pid(), TOKEN) else {
            say("skipped: this user may not read the memory of another process");
            return;
        };
        assert!(open > 0, "while the vault is open its values are somewhere: else this test sees nothing");
        term.keys("rt").shows("madeupmemorymarker");
        term.keys("L").shows("Locked").hides("madeupmemorymarker");
        for marker in [TOKEN, SECRET, PASSPHRASE] {
            // The screen is blanked first; whoever drops the vault may be a moment later.
            let mut left = 1;
            for _ in 0..LOOKS {
                left = search(term.pid(), marker).expect("readable a moment ago");
                if left == 0 {
                    break;
                }
                term.settles(BETWEEN_LOOKS);
            }
            assert_eq!(left, 0, "cycle {cycle}: {left} copies of a marked value after the lock");
        }
    }
    say(&format!("memory cases={cycles} failures=0"));
}

fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// How often `marker` stands in the readable memory of a process. `None`: it may not be read.
fn search(pid: u32, marker: &str) -> Option<usize> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    let mut memory = File::open(format!("/proc/{pid}/mem")).ok()?;
    let mut found = 0;
    for line in maps.lines().filter(|line| !line.contains("[v")) {
        let mut words = line.split_whitespace();
        let (Some(range), Some(mode)) = (words.next(), words.next()) else { continue };
        let Some((from, to)) = range.split_once('-') else { continue };
        let (Ok(from), Ok(to)) = (u64::from_str_radix(from, 16), u64::from_str_radix(to, 16)) else {
            continue;
        };
        if !mode.starts_with("rw") {
            continue;
        }
        let mut bytes = vec![0; usize::try_from(to - from).ok()?];
        if memory.seek(SeekFrom::Start(from)).is_ok() && memory.read_exact(&mut bytes).is_ok() {
            found += count(&bytes, marker.as_bytes());
        }
    }
    Some(found)
}

fn count(bytes: &[u8], marker: &[u8]) -> usize {
    let mut found = 0;
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == marker[0]) {
        rest = &rest[at..];
        found += usize::from(rest.starts_with(marker));
        rest = &rest[1..];
    }
    found
}
