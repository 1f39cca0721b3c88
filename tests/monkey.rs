//! Ring four: a monkey at the keyboard of the real program. Random keys, pastes and sizes; the program must stay
//! alive or end well, and leave the terminal clean.
//!
//! `BIRDKEEP_MONKEY=EVENTS` makes it longer; `BIRDKEEP_MONKEY_SEED` repeats a run.

mod support;

use std::time::Duration;

use support::Term;

/// How long the screen must be quiet before the next event: long enough for a frame, so that every state is drawn.
const PACE: Duration = Duration::from_millis(5);

/// What a monkey can do, besides typing letters. Ctrl-Z is left out: it stops the process until somebody resumes it.
const KEYS: &[&str] = &[
    "\r",
    "\x1b",
    "\t",
    "\x1b[Z",
    " ",
    "\x7f",
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[5~",
    "\x1b[6~",
    "\x1b[H",
    "\x1b[F",
    "\x1b[3~",
    "\x01",
    "\x05",
    "\x15",
    "\x17",
    "\x10",
    "\x0c",
    "/",
    "?",
    ":",
    "y",
    "yy",
    "yb",
    "r",
    "rt",
    "c",
    "C",
    "e",
    "n",
    "d",
    "u",
    "s",
    "R",
    "H",
    "i",
    "w",
    "L",
    "1",
    "2",
    "3",
    "4",
    "j",
    "k",
    "G",
    "g",
    "[",
    "]",
    "o",
    "a",
    "x",
    "\x1b[I",
    "\x1b[O",
    "\x1b[<0;10;10M",
    "\x1b[<64;5;5M",
    "\x1b[<65;5;5M",
];

const PASTES: &[&str] = &[
    "one line",
    "two\nlines\x1b[2J",
    "X_API_KEY=madeupmadeupmadeupmadeup1\nX_API_SECRET=x",
    "\u{202e}evil\u{200b}",
    "{\"apps\":[{\"name\":\"a\"}]}",
];

const SIZES: &[(u16, u16)] =
    &[(120, 36), (80, 24), (40, 12), (20, 6), (10, 3), (1, 1), (200, 60), (60, 14), (59, 13)];

/// A small generator: reproducible, and nothing depends on its quality (xorshift64, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).expect("below the number of sides")
    }
}

#[test]
fn a_monkey_at_the_demo_breaks_nothing() {
    let number = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (events, seed) = (number("BIRDKEEP_MONKEY", 400), number("BIRDKEEP_MONKEY_SEED", 20_261_123));
    let mut dice = Dice(seed | 1);
    let home = tempfile::tempdir().expect("a temp folder");
    let mut done = 0;
    let mut runs = 0;
    while done < events {
        runs += 1;
        let mut term = Term::start(&["demo"], (120, 36), home.path(), &[]);
        term.shows("birdkeep");
        // Each run is short, so that a monkey that locks itself out starts over.
        for _ in 0..200.min(events - done) {
            done += 1;
            match dice.roll(20) {
                0 => {
                    let (columns, rows) = SIZES[dice.roll(SIZES.len())];
                    term.resize(columns, rows);
                }
                1 => {
                    term.paste(PASTES[dice.roll(PASTES.len())]);
                }
                _ => {
                    term.keys(KEYS[dice.roll(KEYS.len())]);
                }
            }
            term.settles(PACE);
            assert!(
                !term.has_ended(),
                "seed {seed}, event {done}: it ended; the screen shows:\n{}",
                term.screen()
            );
        }
        term.resize(80, 24);
        assert_eq!(term.ends_by("\x03"), 0, "seed {seed}, run {runs}: it did not end well");
        term.is_left_clean();
    }
    let left: Vec<_> = std::fs::read_dir(home.path()).expect("readable").collect();
    assert!(left.is_empty(), "the demo wrote something: {left:?}");
    #[expect(clippy::print_stdout, reason = "a campaign says how large it was")]
    {
        println!("monkey cases={done} runs={runs} failures=0");
    }
}
