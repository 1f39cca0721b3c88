//! `run --redact` on a terminal: the bot still has one, with its colours, size and keys, and its secrets are masked.

use std::fs;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Term, prepare};

const BOT: &str = "trap 'echo interrupted; exit 7' INT; trap 'echo now $(stty size)' WINCH; \
                   test -t 0 && test -t 1 && test -t 2 && printf '\\033[32mgreen\\033[0m '; stty size; \
                   echo key $X_API_KEY; printf 'name? '; read name; echo hello $name, $X_API_SECRET; \
                   while :; do sleep 0.05; done";

/// A home with a vault under “made up”, and in it the bot “wiki”.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    let values = "api_key=made-up-key\napi_secret=made-up-secret\n";
    prepare(
        home.path(),
        "made up",
        &[
            (&["app", "add", "bots"], values),
            (&["add", "wiki", "--app", "bots"], "access_token=1447-made-up\n"),
        ],
    );
    home
}

#[test]
fn a_masked_bot_keeps_its_terminal() {
    let home = home();
    let args = ["run", "wiki", "--redact", "--", "/bin/sh", "-c", BOT];
    let mut term = Term::start(&args, (80, 24), home.path(), &[]);
    term.watch(["made-up-key", "made-up-secret"]);
    term.shows("Passphrase").keys("made up\r");
    term.shows("green 24 80").shows("key ••••••••").shows("name? ");
    let colour = term.with_screen(|screen| {
        let row = screen.contents().lines().position(|line| line.starts_with("green")).expect("it is there");
        screen.cell(u16::try_from(row).expect("a row"), 0).map(vt100::Cell::fgcolor)
    });
    assert_eq!(colour, Some(vt100::Color::Idx(2)));
    term.keys("Anna\r").shows("hello Anna, ••••••••");
    term.resize(60, 20).shows("now 20 60");
    term.keys("\x03").shows("interrupted");
    assert_eq!(term.ends(), 7);
    assert!(term.spotted().is_empty(), "{:?}", term.spotted());
}

/// A shell with job control in which `LINE` was typed, where "$BIRDKEEP" asks for no passphrase and "$BOT" is `bot`.
fn in_a_shell(home: &tempfile::TempDir, bot: &str, line: &str) -> Term {
    let passphrase = home.path().join("passphrase");
    std::fs::write(&passphrase, "made up").expect("there is room");
    let env = [
        ("PS1", "shell> "),
        ("BIRDKEEP", env!("CARGO_BIN_EXE_birdkeep")),
        ("BIRDKEEP_PASSPHRASE_FILE", passphrase.to_str().expect("a plain path")),
        ("BOT", bot),
    ];
    let mut term = Term::run("/bin/sh", &["-i"], (80, 24), home.path(), &env);
    term.shows("shell>").keys(line).keys("\r");
    term
}

/// Whether the shell waits for a command.
fn prompts(screen: &str) -> bool {
    screen.trim_end().ends_with("shell>")
}

#[test]
fn a_masked_bot_stops_with_its_job_and_goes_on_in_the_foreground() {
    let home = home();
    let mut term = in_a_shell(&home, BOT, "\"$BIRDKEEP\" run wiki --redact -- /bin/sh -c \"$BOT\"");
    term.shows("name? ").keys("Anna\r").shows("hello Anna, ••••••••");
    term.keys("\x1a").shows("Stopped");
    // The keyboard is the shell's again.
    term.keys("echo $((6 * 7))\r").shows("42").resize(60, 20);
    term.keys("fg\r").shows("now 20 60").keys("\x03").shows("interrupted").until("a prompt", prompts);
    term.keys("echo code $?\r").shows("code 7").keys("exit\r");
    assert_eq!(term.ends(), 0);
}

#[test]
fn a_masked_bot_that_is_stopped_hears_that_the_terminal_is_gone() {
    let home = home();
    let pipe = home.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("it is there").success());
    let bot = "trap 'echo hung up > pipe; exit' HUP; echo ready; while :; do read line; done";
    let mut term = in_a_shell(&home, bot, "\"$BIRDKEEP\" run wiki --redact -- /bin/sh -c \"$BOT\"");
    term.shows("ready").keys("\x1a").shows("Stopped");
    drop(term);
    let (tell, told) = mpsc::channel();
    thread::spawn(move || tell.send(fs::read_to_string(pipe)));
    let said = told.recv_timeout(Duration::from_secs(60)).expect("the bot goes on, and hears it");
    assert_eq!(said.expect("it can be read"), "hung up\n");
}

#[test]
fn a_masked_bot_whose_input_is_a_pipe_stops_with_its_job() {
    let home = home();
    let bot = "read line; trap 'echo went on' CONT; echo got $line; while :; do sleep 0.05; done";
    let line = "echo hello | \"$BIRDKEEP\" run wiki --redact -- /bin/sh -c \"$BOT\"";
    let mut term = in_a_shell(&home, bot, line);
    term.shows("got hello").keys("\x1a").shows("Stopped").keys("fg\r").shows("went on");
    term.keys("\x03").until("a prompt", prompts).keys("echo code $?\r").shows("code 130").keys("exit\r");
    assert_eq!(term.ends(), 0);
}

#[test]
fn a_masked_bot_gets_the_other_keys_and_the_end_of_its_terminal() {
    let home = home();
    let bot = "trap 'echo quit; exit 8' QUIT; trap 'echo hung up > hung; exit 9' HUP; trap '' TSTP; \
               echo ready; while :; do sleep 0.05; done";
    let args = ["run", "wiki", "--redact", "--", "/bin/sh", "-c", bot];
    let mut term = Term::start(&args, (80, 24), home.path(), &[]);
    term.shows("Passphrase").keys("made up\r");
    // What ignores the key that stops is not stopped.
    term.shows("ready").keys("\x1a").shows("^Z").keys("\x1c").shows("quit");
    assert_eq!(term.ends(), 8);
    let mut term = Term::start(&args, (80, 24), home.path(), &[]);
    term.shows("Passphrase").keys("made up\r").shows("ready");
    let birdkeep = i32::try_from(term.pid()).ok().and_then(Pid::from_raw).expect("a number");
    kill_process(birdkeep, Signal::HUP).expect("it runs");
    assert_eq!(term.ends(), 9);
    assert!(home.path().join("hung").exists());
}
