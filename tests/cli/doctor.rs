//! `doctor` on made-up homes: what it finds, that it finds it by its stable word, and that it changes nothing.
//!
//! What it finds on the machine that runs the tests is up to that machine, so each test looks at its own findings.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::SystemTime;

use serde_json::Value;

use crate::bench::{BIRDKEEP, Bench, Ran};

/// The findings called `name`, as level and everything that is said.
fn found(ran: &Ran, name: &str) -> Vec<(String, String)> {
    let json = ran.json();
    let findings = json["findings"].as_array().expect("a list").clone();
    let text = |finding: &Value| {
        let part = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        (part("level"), ["what", "because", "try_this"].map(part).join("\n"))
    };
    findings.iter().filter(|finding| finding["name"] == name).map(text).collect()
}

#[track_caller]
fn one(ran: &Ran, name: &str) -> (String, String) {
    let mut all = found(ran, name);
    assert_eq!(all.len(), 1, "{name} in\n{}", ran.out);
    all.remove(0)
}

#[track_caller]
fn finds(ran: &Ran, name: &str, level: &str, words: &str) {
    let (found, text) = one(ran, name);
    assert!(found == level && text.contains(words), "{name} is {found}:\n{text}");
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("ours");
}

fn doctor(bench: &Bench) -> Ran {
    bench.run(&["doctor", "--offline", "--json"])
}

#[test]
fn a_machine_without_a_vault_is_explained() {
    let bench = Bench::empty();
    let ran = doctor(&bench);
    finds(&ran, "vault", "note", "birdkeep init");
    finds(&ran, "reach", "note", "--offline");
    finds(&ran, "address", "ok", "https://api.x.com");
    assert!(found(&ran, "opening").is_empty() && found(&ran, "identity").is_empty());
    assert!(bench.files().is_empty(), "a look makes no file");
    let json = ran.json();
    let worse = matches!(json["level"].as_str(), Some("warning" | "trouble"));
    assert_eq!(ran.code, i32::from(worse), "{}", ran.out);
    for finding in json["findings"].as_array().expect("a list") {
        for key in ["topic", "name", "level", "what"] {
            assert!(finding[key].as_str().is_some_and(|text| !text.is_empty()), "{finding}");
        }
        assert!(finding.get("because").is_some() && finding.get("try_this").is_some(), "{finding}");
        let fine = matches!(finding["level"].as_str(), Some("ok" | "note"));
        assert!(fine || finding["try_this"].is_string(), "no next step: {finding}");
    }
}

#[test]
fn a_process_is_hardened_and_says_so() {
    let ran = doctor(&Bench::empty());
    finds(&ran, "wiping", "ok", "wiped");
    if cfg!(target_os = "linux") {
        finds(&ran, "core-dumps", "ok", "no core dump");
        finds(&ran, "other-processes", "ok", "cannot look into");
    }
}

#[test]
fn with_an_unencrypted_identity_it_looks_inside_and_names_no_secret() {
    let bench = Bench::with_a_bot();
    let ran = doctor(&bench);
    finds(&ran, "opening", "ok", "1 app, 1 profile");
    finds(&ran, "recipients", "warning", "recovery key");
    finds(&ran, "passphrase", "note", "birdkeep passwd");
    finds(&ran, "backups", "ok", "2 backups");
    finds(&ran, "signer", "ok", "believes");
    finds(&ran, "lock", "ok", "nobody");
    assert_eq!(ran.code, 1);
    let text = bench.run(&["doctor", "--offline"]);
    for marked in ["made-up", "AGE-SECRET-KEY"] {
        assert!(!ran.all().contains(marked) && !text.all().contains(marked), "{marked} is said");
    }
    assert!(text.out.starts_with("Files\n") && text.out.contains("\nIn the vault\n"), "{}", text.out);
    assert!(!text.out.contains('\u{1b}'), "a pipe has no colours");
}

#[test]
fn nothing_is_changed_by_a_look() {
    let bench = Bench::with_a_bot();
    let stamped = |bench: &Bench| -> Vec<(String, Vec<u8>, SystemTime)> {
        let at = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified()).expect("it has a time");
        let mut all: Vec<_> = bench
            .files()
            .into_iter()
            .map(|(path, bytes)| (path.display().to_string(), bytes, at(&path)))
            .collect();
        all.sort();
        all
    };
    // A mark that is missing would be written by whatever opens the vault.
    fs::remove_dir_all(bench.path("state")).expect("it was there");
    let before = stamped(&bench);
    let ran = doctor(&bench);
    finds(&ran, "state", "note", "birdkeep list");
    finds(&ran, "opening", "ok", "it opens");
    assert!(stamped(&bench) == before, "files differ");
    assert!(!bench.path("state").exists());
}

#[test]
fn an_identity_that_others_can_read_is_trouble() {
    let bench = Bench::with_a_bot();
    mode(&bench.path("config/birdkeep/identity.age"), 0o644);
    let ran = doctor(&bench).ends(1);
    finds(&ran, "identity", "trouble", "chmod 600");
    finds(&ran, "opening", "trouble", "not private");
}

#[test]
fn an_identity_in_the_vaults_own_repository_is_trouble_until_git_ignores_it() {
    let mut bench = Bench::empty();
    let team = bench.path("team");
    fs::create_dir_all(team.join(".git")).expect("folders");
    bench.set("BIRDKEEP_VAULT", team.join("vault.age").to_string_lossy());
    bench.set("BIRDKEEP_IDENTITY", team.join("identity.age").to_string_lossy());
    bench.write("passphrase", "correct-horse-made-up-staple");
    bench.set("BIRDKEEP_PASSPHRASE_FILE", bench.path("passphrase").to_string_lossy());
    bench.run(&["init", "--recovery-key", &bench.path("recovery").to_string_lossy()]).ends(0);
    let ran = doctor(&bench).ends(1);
    finds(&ran, "identity-in-git", "trouble", ".gitignore");
    finds(&ran, "vault-in-git", "note", "vault.lock");
    finds(&ran, "recipients", "ok", "2 keys");
    finds(&ran, "passphrase", "ok", "scrypt factor 18");
    finds(&ran, "opening", "note", "--unlock");
    finds(&ran, "passphrase-file", "ok", "private");
    finds(&ran, "variables", "ok", "BIRDKEEP_PASSPHRASE_FILE");
    bench.write("team/.gitignore", "identity.age\nvault.lock\nbackups/\n");
    mode(&bench.path("passphrase"), 0o644);
    let ran = bench.run(&["doctor", "--offline", "--json", "--unlock"]).ends(1);
    finds(&ran, "identity-in-git", "ok", "ignores");
    finds(&ran, "vault-in-git", "ok", "work tree");
    finds(&ran, "opening", "ok", "it opens");
    finds(&ran, "passphrase-file", "trouble", "chmod 600");
    bench.write("passphrase", "made-up-wrong-one");
    let ran = bench.run(&["doctor", "--offline", "--json", "--unlock"]).ends(1);
    finds(&ran, "opening", "trouble", "wrong passphrase");
}

#[test]
fn what_is_broken_is_told_and_stops_nothing() {
    let mut bench = Bench::with_a_bot();
    fs::write(bench.vault(), "no age file").expect("written");
    bench.write("config/birdkeep/config.toml", "theme = \"plaid\"\n");
    let ran = doctor(&bench).ends(1);
    finds(&ran, "vault", "trouble", "restore --list");
    finds(&ran, "opening", "trouble", "damaged");
    finds(&ran, "settings", "warning", "theme");
    bench.write("config/birdkeep/config.toml", "theme = made-up-secret\n");
    bench.set("BIRDKEEP_X_API", "http://example.com");
    let ran = bench.run(&["doctor", "--json"]).ends(1);
    finds(&ran, "settings", "trouble", "line 1");
    finds(&ran, "address", "trouble", "not an address of this machine");
    assert!(!ran.all().contains("made-up-secret"));
    fs::remove_file(bench.vault()).expect("it was there");
    std::os::unix::fs::symlink("/dev/null", bench.vault()).expect("a link");
    finds(&doctor(&bench), "vault", "trouble", "is a link");
}

#[test]
fn an_older_vault_put_back_is_told_from_the_mark() {
    let bench = Bench::with_a_bot();
    let old = fs::read(bench.vault()).expect("a vault");
    bench.run(&["rename", "wiki", "poet"]).ends(0);
    fs::write(bench.vault(), old).expect("put back");
    finds(&doctor(&bench).ends(1), "opening", "trouble", "rolled back");
}

#[test]
fn the_clock_is_held_against_that_of_x() {
    let mut bench = Bench::empty();
    let played = bench.played(&[]);
    bench.set("BIRDKEEP_X_API", played.base.clone());
    bench.set("https_proxy", "http://made-up:secret@127.0.0.1:9");
    let ran = bench.run(&["doctor", "--json"]);
    finds(&ran, "address", "note", &played.base);
    finds(&ran, "reach", "ok", "X answers");
    finds(&ran, "clock", "ok", "agrees");
    finds(&ran, "proxies", "note", "https_proxy");
    assert!(!ran.all().contains("made-up:secret"), "a value is shown");
    drop(played);
    let ran = bench.run(&["doctor", "--json"]).ends(1);
    finds(&ran, "reach", "trouble", "look at the network");
    assert!(found(&ran, "clock").is_empty());
    let skewed = bench.played(&["--fault", "clock-skew"]);
    bench.set("BIRDKEEP_X_API", skewed.base.clone());
    let ran = bench.run(&["doctor", "--json"]).ends(1);
    finds(&ran, "clock", "trouble", "14 m behind");
}

#[test]
fn a_bare_container_is_explained_too() {
    let mut command = std::process::Command::new(BIRDKEEP);
    let output = command.env_clear().args(["doctor", "--offline"]).output().expect("it runs");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{text}");
    // Without a locale the signs are ASCII.
    assert!(text.contains("Secrets in memory") && text.contains("  + ok") && !text.contains('✓'), "{text}");
}

#[test]
fn a_variable_nobody_reads_is_called_by_its_name_and_not_its_value() {
    let mut bench = Bench::empty();
    bench.set("BIRDKEEP_PASSPHRASE", "made-up-passphrase");
    let ran = doctor(&bench).ends(1);
    finds(&ran, "variables", "warning", "BIRDKEEP_PASSPHRASE is set");
    assert!(!ran.all().contains("made-up-passphrase"));
}

#[test]
fn every_variable_the_program_reads_is_known() {
    let known: Vec<&str> = birdkeep::ops::doctor::VARIABLES.iter().map(|(name, _)| *name).collect();
    let mut read = Vec::new();
    for folder in ["src/cli", "src/ops", "src/host"] {
        for (path, bytes) in crate::home::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) {
            // Sentences and tests may name what is not read.
            if path.components().any(|part| part.as_os_str() == "doctor") {
                continue;
            }
            let text = String::from_utf8(bytes).expect("source text");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            for rest in code.split("\"BIRDKEEP_").skip(1) {
                let name: String = rest.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
                if !name.is_empty() {
                    read.push(format!("BIRDKEEP_{name}"));
                }
            }
        }
    }
    read.retain(|name| !known.contains(&name.as_str()));
    assert_eq!(read, Vec::<String>::new(), "not in the table of variables");
}
