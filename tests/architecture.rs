//! The shape of the code, held to: who may import whom, where each outside crate lives, what must be absent.
//!
//! Reads `src/` as text. Test code (everything behind `#[cfg(test)]`, files named `tests.rs` or `testing.rs`) is
//! free, since it may need both sides of a border.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// For each folder (or file) directly under `src/`, what it may import of the others.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("failure", &["domain"]),
    ("config", &["domain", "failure"]),
    ("host", &["domain", "failure", "config"]),
    ("vault", &["domain", "failure"]),
    ("x", &["domain", "failure"]),
    ("exchange", &["domain", "failure"]),
    ("sim", &["domain", "failure", "x"]),
    ("ops", &["domain", "failure", "config", "host", "vault", "x", "exchange"]),
    ("tui", &["domain", "failure", "config", "ops"]),
    ("cli", &["domain", "failure", "config", "host", "vault", "x", "exchange", "sim", "ops", "tui"]),
    ("main", &["cli", "host", "failure"]),
    ("lib", &[]),
];

/// Where each outside crate may be named: path prefixes below `src/`.
const HOMES: &[(&str, &[&str])] = &[
    ("age", &["vault/seal"]),
    ("ed25519_dalek", &["vault/"]),
    ("hkdf", &["vault/"]),
    ("tempfile", &["vault/file"]),
    ("reqwest", &["x/http"]),
    ("oauth1_request", &["x/sign"]),
    ("sha1", &["sim/"]),
    ("hyper", &["sim/server"]),
    ("hyper_util", &["sim/server"]),
    ("crossterm", &["tui/terminal"]),
    ("ratatui", &["tui/"]),
    ("qrcode", &["tui/dialogs/guide/qr"]),
    ("nucleo_matcher", &["domain/search"]),
    ("clap", &["cli/", "main"]),
    ("clap_complete", &["cli/completions"]),
    ("clap_mangen", &["cli/man"]),
    ("rpassword", &["cli/"]),
    ("arboard", &["host/"]),
    ("getrandom", &["host/"]),
    ("etcetera", &["host/"]),
    ("pty_process", &["host/"]),
    ("toml", &["config"]),
    ("granit_parser", &["exchange/tree"]),
    ("zeroizing_alloc", &["main"]),
];

/// Folders whose files do not import each other: each is one row of a table.
const SIBLINGS_APART: &[&str] = &["tui/screens", "tui/dialogs", "x/checks", "x/endpoints", "exchange", "cli"];

/// What must be absent: (where, words, except in, why).
const ABSENT: &[(&str, &[&str], &[&str], &str)] = &[
    (
        "domain/",
        &["std::fs", "std::net", "std::env", "std::process", "SystemTime", "Instant", "thread::"],
        &[],
        "the domain is pure: no input or output, no clock",
    ),
    (
        "x/",
        &["SystemTime", "Instant::now", "std::env", "std::fs"],
        &[],
        "x takes time as an argument and reaches the network through its transport alone",
    ),
    (
        "vault/",
        &["SystemTime::now", "Instant::now", "std::env"],
        &[],
        "the vault takes the time as an argument",
    ),
    (
        "tui/",
        &["std::fs", "SystemTime", "Instant::now", "std::net"],
        &["tui/perform"],
        "a screen performs nothing by itself",
    ),
    (
        "",
        &["println!", "eprintln!", "print!(", "eprint!("],
        &[],
        "only the command line speaks, through its writer",
    ),
    ("", &["thread::sleep"], &[], "nothing waits by sleeping"),
];

struct Source {
    /// Path below `src/`, without `.rs`, with `/`.
    name: String,
    /// Code without comments, string contents and test modules.
    code: String,
}

#[test]
fn folders_import_only_what_they_may() {
    let rules: BTreeMap<_, _> = MAY_IMPORT.iter().copied().collect();
    let mut breaches = Vec::new();
    for source in sources() {
        let folder = top(&source.name);
        let Some(allowed) = rules.get(folder) else {
            breaches.push(format!("src/{}: the folder {folder} is not in the table of imports", source.name));
            continue;
        };
        for target in imports(&source.code) {
            if target != folder && rules.contains_key(target.as_str()) && !allowed.contains(&target.as_str())
            {
                breaches.push(format!("src/{}: {folder} may not import {target}", source.name));
            }
        }
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn the_table_of_imports_has_no_cycle() {
    let rules: BTreeMap<_, _> = MAY_IMPORT.iter().copied().collect();
    for start in rules.keys() {
        let mut reached = rules[start].to_vec();
        let mut next = 0;
        while let Some(folder) = reached.get(next) {
            for further in rules[folder] {
                if !reached.contains(further) {
                    reached.push(further);
                }
            }
            next += 1;
        }
        assert!(!reached.contains(start), "{start} reaches itself");
    }
}

#[test]
fn each_outside_crate_stays_in_its_home() {
    let mut breaches = Vec::new();
    for source in sources() {
        for (krate, homes) in HOMES {
            let at_home = homes.iter().any(|home| {
                source.name.starts_with(home.trim_end_matches('/'))
                    || format!("{}/", source.name).starts_with(home)
            });
            if !at_home && names_crate(&source.code, krate) {
                breaches.push(format!(
                    "src/{}: the crate {krate} belongs to {}",
                    source.name,
                    homes.join(", ")
                ));
            }
        }
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn rows_of_a_table_do_not_know_each_other() {
    let mut breaches = Vec::new();
    for source in sources() {
        for folder in SIBLINGS_APART {
            let Some(rest) = source.name.strip_prefix(&format!("{folder}/")) else { continue };
            let own = top(rest);
            if own == "mod" || is_shared(folder, own) {
                continue;
            }
            let path = format!("crate::{}::", folder.replace('/', "::"));
            for (at, _) in source.code.match_indices(&path) {
                let target: String = source.code[at + path.len()..]
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let is_module = Path::new("src").join(folder).join(format!("{target}.rs")).exists()
                    || Path::new("src").join(folder).join(&target).is_dir();
                if target != own && is_module && !is_shared(folder, &target) {
                    breaches.push(format!("src/{}: imports its sibling {target}", source.name));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

/// Files in a folder of rows that are no row: what all rows share.
fn is_shared(folder: &str, file: &str) -> bool {
    matches!(
        (folder, file),
        ("exchange", "rows" | "text" | "names" | "gather" | "members" | "tree" | "writing" | "variables")
            | ("cli", "login" | "output" | "world" | "passphrase" | "input" | "session" | "names" | "screen")
    )
}

#[test]
fn what_must_be_absent_is_absent() {
    let mut breaches = Vec::new();
    for source in sources() {
        for (place, words, except, why) in ABSENT {
            if !source.name.starts_with(place) || except.iter().any(|e| source.name.starts_with(e)) {
                continue;
            }
            for word in *words {
                if source.code.contains(word) {
                    breaches.push(format!("src/{}: {word} (because {why})", source.name));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn every_module_says_what_lives_in_it() {
    let mut silent = Vec::new();
    for path in files(&root().join("src")) {
        let text = fs::read_to_string(&path).expect("a source file is readable");
        if !text.trim_start().starts_with("//!") && !path.ends_with("tests.rs") {
            silent.push(path.display().to_string());
        }
    }
    assert!(silent.is_empty(), "no module documentation:\n{}", silent.join("\n"));
}

#[test]
fn the_reference_of_keys_knows_every_screen() {
    let known: Vec<&str> = birdkeep::tui::reference().iter().map(|row| row.screen).collect();
    let mut names = Vec::new();
    for path in files(&root().join("src/tui")) {
        let text = fs::read_to_string(&path).expect("a source file is readable");
        let found = text.split("const NAME: &'static str = \"").skip(1);
        names.extend(found.filter_map(|rest| rest.split('"').next()).map(ToOwned::to_owned));
    }
    assert!(names.len() > 10, "the screens were not found");
    names.retain(|name| !known.contains(&name.as_str()));
    assert_eq!(names, Vec::<String>::new(), "not in the reference");
}

#[test]
fn the_top_level_holds_nothing_unexpected() {
    const EXPECTED: &[&str] = &[
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "CHANGELOG.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "src",
        "assets",
        "tests",
        "target",
        "clippy.toml",
        "rustfmt.toml",
        ".ci",
        ".git",
        ".gitignore",
        ".config",
        "proptest-regressions",
    ];
    for entry in fs::read_dir(root()).expect("the project folder is readable") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(EXPECTED.contains(&name.as_str()), "{name} does not belong at the top level");
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let found: Vec<Source> = files(&src)
        .into_iter()
        .filter(|path| !path.ends_with("tests.rs") && !path.ends_with("testing.rs"))
        .map(|path| {
            let name = path.strip_prefix(&src).expect("below src").with_extension("");
            let text = fs::read_to_string(&path).expect("a source file is readable");
            Source { name: name.to_string_lossy().replace('\\', "/"), code: code_of(&text) }
        })
        .filter(|source| !source.name.contains("/tests/"))
        .collect();
    assert!(found.len() > 20, "the source tree was not found");
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a source folder is readable") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn top(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

/// `text` without comments, without what stands in string literals, and up to its test module.
fn code_of(text: &str) -> String {
    let text = text.split("\n#[cfg(test)]").next().unwrap_or(text);
    let mut code = String::with_capacity(text.len());
    for line in text.lines() {
        let mut in_string = false;
        let mut previous = ' ';
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            if !in_string && c == '/' && chars.peek() == Some(&'/') {
                break;
            }
            if c == '"' && previous != '\\' && previous != '\'' {
                in_string = !in_string;
            }
            if !in_string || c == '"' {
                code.push(c);
            }
            previous = c;
        }
        code.push('\n');
    }
    code
}

/// The names after `crate::`, those of a `crate::{a, b::c}` group too.
fn imports(code: &str) -> Vec<String> {
    let word =
        |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = true;
        for (i, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                c if start && c.is_alphabetic() => {
                    found.push(word(&group[i..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    found
}

/// True when `code` names the outside crate: `age::…` or `use age…`, not `page::` or `crate::age`.
fn names_crate(code: &str, krate: &str) -> bool {
    code.match_indices(&format!("{krate}::")).any(|(at, _)| {
        let before = code[..at].chars().next_back().unwrap_or(' ');
        !before.is_alphanumeric() && before != '_' && before != ':' && before != '.'
    })
}

#[test]
fn the_reader_of_sources_sees_imports_and_not_comments() {
    let code = code_of(
        "use crate::{domain::x, vault};\n// crate::tui\nlet s = \"crate::sim\"; crate::ops::y();\n#[cfg(test)]\ncrate::cli",
    );
    assert_eq!(imports(&code), ["domain", "vault", "ops"]);
    assert!(names_crate("use age::x;", "age") && !names_crate("crate::page::x; self::age::y", "age"));
}
