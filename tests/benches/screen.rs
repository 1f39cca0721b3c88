//! How long a person waits for the screen: from a key to the finished frame, and to the first frame of a vault.
//!
//! `cargo bench --bench screen`. Percentiles, since a mean hides the one key that hangs. The frame is drawn into a
//! backend in memory at 200×50, with the diff against the frame before, as the real loop does. Beside the wall clock
//! stands the processor time of the thread: on a busy machine only that tells of the screen.

use std::io::{self, Write};
use std::time::Duration;

use birdkeep::domain::hints::Hints;
use birdkeep::sim::Roster;
use birdkeep::tui::keys::Key;
use birdkeep::tui::message::Msg;
use birdkeep::tui::testing::flock::flock;
use birdkeep::tui::testing::{NOON, Robot};
use birdkeep::tui::view::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rustix::time::{ClockId, clock_gettime};

/// What is typed: queries of several letters, then taken back.
const QUERIES: [&str; 6] = ["wiki", "tide 12", "level", "crow-9", "quiet moon", "zzzz"];

/// Rounds over all queries.
const ROUNDS: usize = 8;

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    hints(&mut out)?;
    for (count, target) in [(10_000, 4), (100_000, 16)] {
        let snapshot = flock(count);
        let began = Stamp::now();
        let mut robot = Robot::open(snapshot);
        robot.size(200, 50);
        let mut terminal = Terminal::new(TestBackend::new(200, 50)).map_err(io::Error::other)?;
        let mut draw = |robot: &Robot| terminal.draw(|frame| view(&robot.model, frame)).map(drop);
        draw(&robot).map_err(io::Error::other)?;
        let took = began.elapsed();
        writeln!(
            out,
            "{count:>7} profiles: snapshot to first frame {:.1?} (cpu {:.1?})",
            took.wall, took.cpu
        )?;
        let mut key = |robot: &mut Robot, key| -> io::Result<Took> {
            let began = Stamp::now();
            robot.msg(Msg::Key(key));
            draw(robot).map_err(io::Error::other)?;
            Ok(began.elapsed())
        };
        let mut filtering = Vec::new();
        for query in QUERIES.iter().cycle().take(QUERIES.len() * ROUNDS) {
            filtering.push(key(&mut robot, Key::Char('/'))?);
            for c in query.chars() {
                filtering.push(key(&mut robot, Key::Char(c))?);
            }
            for _ in query.chars() {
                filtering.push(key(&mut robot, Key::Backspace)?);
            }
            filtering.push(key(&mut robot, Key::Esc)?);
        }
        report(&mut out, "filtering", &mut filtering, Some(target))?;
        let mut moving = Vec::new();
        for _ in 0..200 {
            for press in [Key::Char('j'), Key::PageDown, Key::Char('G'), Key::Char('k'), Key::Char('g')] {
                moving.push(key(&mut robot, press)?);
            }
        }
        report(&mut out, "moving", &mut moving, None)?;
        let mut sorting = Vec::new();
        for order in ['n', 'a', '@', 'p', 'c', 'd'] {
            key(&mut robot, Key::Char('s'))?;
            sorting.push(key(&mut robot, Key::Char(order))?);
        }
        report(&mut out, "sorting", &mut sorting, None)?;
        key(&mut robot, Key::Char('3'))?;
        let mut board = Vec::new();
        for _ in 0..200 {
            for press in [
                Key::Char('l'),
                Key::Char('j'),
                Key::PageDown,
                Key::Char('h'),
                Key::Char('G'),
                Key::Char('g'),
            ] {
                board.push(key(&mut robot, press)?);
            }
        }
        report(&mut out, "board", &mut board, Some(target))?;
    }
    Ok(())
}

/// What stored values tell by themselves is worked out with every change of the vault: of values in X's shapes, and of
/// such as are of no shape at all, which are looked at longest.
fn hints(out: &mut impl Write) -> io::Result<()> {
    const PROFILES: usize = 10_000;
    let shaped = Roster::large(PROFILES, 25, NOON).document();
    let shapeless = flock(PROFILES).document;
    for (what, document) in [("shaped", &shaped), ("shapeless", shapeless.as_ref())] {
        let mut took = Vec::new();
        for _ in 0..50 {
            let began = Stamp::now();
            let hints = Hints::find(document, NOON);
            took.push(began.elapsed());
            drop(hints);
        }
        writeln!(out, "{PROFILES:>7} profiles: hints")?;
        report(out, what, &mut took, Some(15))?;
    }
    Ok(())
}

/// Two clocks at one moment.
struct Stamp {
    wall: Duration,
    cpu: Duration,
}

/// What passed on both.
#[derive(Clone, Copy)]
struct Took {
    wall: Duration,
    cpu: Duration,
}

impl Stamp {
    fn now() -> Self {
        let read = |clock| Duration::try_from(clock_gettime(clock)).unwrap_or_default();
        Self { wall: read(ClockId::Monotonic), cpu: read(ClockId::ThreadCPUTime) }
    }

    fn elapsed(&self) -> Took {
        let now = Self::now();
        Took { wall: now.wall.saturating_sub(self.wall), cpu: now.cpu.saturating_sub(self.cpu) }
    }
}

fn report(out: &mut impl Write, what: &str, took: &mut [Took], target: Option<u64>) -> io::Result<()> {
    for (clock, of) in [("wall", (|took| took.wall) as fn(&Took) -> Duration), ("cpu", |took| took.cpu)] {
        let mut times: Vec<Duration> = took.iter().map(of).collect();
        times.sort_unstable();
        let last = times.len().saturating_sub(1);
        let at =
            |percent: usize| times.get((times.len() * percent / 100).min(last)).copied().unwrap_or_default();
        let (median, high, worst) = (at(50), at(99), at(100));
        let verdict = match target {
            Some(target) if high <= Duration::from_millis(target) => format!("  (target {target} ms: held)"),
            Some(target) => format!("  (target {target} ms: MISSED)"),
            None => String::new(),
        };
        writeln!(
            out,
            "        {what:<9} {clock:<4} median {median:>8.1?}  p99 {high:>8.1?}  worst {worst:>8.1?}{verdict}"
        )?;
    }
    Ok(())
}
