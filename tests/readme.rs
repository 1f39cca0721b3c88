//! The README's reference is written from the program's own tables, and its pictures from the program's own screen.
//!
//! `BIRDKEEP_BLESS=1 cargo test --test readme` writes both anew.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use support::{Term, picture};

const BEGIN: &str = "<!-- reference -->\n";
const END: &str = "<!-- /reference -->";

/// Both tests read the README, and blessing writes it.
static README: Mutex<()> = Mutex::new(());

fn path(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn blessing() -> bool {
    std::env::var_os("BIRDKEEP_BLESS").is_some()
}

#[test]
fn the_reference_in_the_readme_is_that_of_the_program() {
    let _alone = README.lock().unwrap_or_else(PoisonError::into_inner);
    let readme = fs::read_to_string(path("README.md")).expect("README.md is there");
    let (head, rest) = readme.split_once(BEGIN).expect("the reference begins somewhere");
    let (written, tail) = rest.split_once(END).expect("and ends somewhere");
    let wanted = format!("\n{}{}{}", birdkeep::cli::reference(), keys(), birdkeep::cli::causes());
    if blessing() {
        fs::write(path("README.md"), format!("{head}{BEGIN}{wanted}{END}{tail}"))
            .expect("README.md can be written");
    } else {
        assert!(
            written == wanted,
            "the README's reference is stale: BIRDKEEP_BLESS=1 cargo test --test readme"
        );
    }
}

fn keys() -> String {
    let mut out = String::from("### Keys\n\n| where | key | does |\n|---|---|---|\n");
    for row in birdkeep::tui::reference() {
        let keys: Vec<String> =
            row.keys.iter().map(|key| format!("`{key}`").replace("`|`", "`\\|`")).collect();
        let doc = row.doc.replace('|', "\\|");
        writeln!(out, "| {} | {} | {doc} |", row.screen, keys.join(" ")).expect("writing to a String");
    }
    out.push('\n');
    out
}

#[test]
fn every_picture_the_readme_shows_is_there_and_made_from_the_screen() {
    let _alone = README.lock().unwrap_or_else(PoisonError::into_inner);
    let readme = fs::read_to_string(path("README.md")).expect("README.md is there");
    if blessing() {
        bless_pictures();
    }
    let shown: Vec<&str> =
        readme.split("](assets/").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(!shown.is_empty());
    for name in shown {
        let svg = fs::read_to_string(path("assets").join(name)).expect("the picture is there");
        assert!(svg.starts_with("<svg") && svg.contains("DEMO"), "{name} shows no screen of the demo");
    }
}

/// Walks through the demo and keeps what its screen shows.
fn bless_pictures() {
    let home = tempfile::tempdir().expect("a temp folder");
    let mut term = Term::start(&["demo"], (110, 34), home.path(), &[]);
    let keep = |term: &Term, name: &str| {
        let svg = term.with_screen(picture::svg);
        fs::create_dir_all(path("assets/screenshots")).expect("a folder");
        fs::write(path("assets/screenshots").join(name), svg).expect("a picture can be written");
    };
    term.shows("39 profiles").keys("C").shows("y Check 39 profiles");
    while term.screen().contains("Ask X?") {
        term.keys("y").until("an answer", |screen| !screen.contains("Ask X?") || screen.contains("too fast"));
    }
    // Escape and a letter behind it at once would be one key.
    term.shows("checked 39 profiles").keys("\x1b").settles(Duration::from_millis(300));
    term.keys("/poetry\r").shows("4 of 39").keys("\x1b").shows("╭ 39 profiles by attention");
    keep(&term, "main.svg");
    term.keys("3").shows("oldest");
    keep(&term, "board.svg");
    term.keys("1R").shows("Which credential?").keys("\x1b[B\x1b[B\x1b[B\r").hides("Which credential?");
    keep(&term, "rotate.svg");
}
