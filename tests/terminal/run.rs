//! `run --redact` on a terminal: the bot still has one, with its colours, size and keys, and its secrets are masked.

use crate::support::{Term, prepare};

const BOT: &str = "trap 'echo interrupted; exit 7' INT; trap 'echo now $(stty size)' WINCH; \
                   test -t 0 && test -t 1 && test -t 2 && printf '\\033[32mgreen\\033[0m '; stty size; \
                   echo key $X_API_KEY; printf 'name? '; read name; echo hello $name, $X_API_SECRET; \
                   while :; do sleep 0.05; done";

#[test]
fn a_masked_bot_keeps_its_terminal() {
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
