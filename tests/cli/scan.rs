//! `scan`: what is found in files and in git's history, how it is told, and that no value is ever in an answer.

mod history;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use birdkeep::sim::mint::Mint;
use serde_json::Value;

use crate::bench::{Bench, Ran};
use crate::corpus::{corpus, foreign};

/// A vault with one of each value, and folders to leak into.
struct Leaky {
    bench: Bench,
    values: Vec<(&'static str, String)>,
}

impl Leaky {
    fn new() -> Self {
        let bench = Bench::new();
        let mint = Mint::new("scan");
        let values = vec![
            ("api_key", mint.api_key("a")),
            ("api_secret", mint.api_secret("a")),
            ("bearer_token", mint.bearer(31_000_007, "a")),
            ("client_id", mint.client_id("a")),
            ("client_secret", mint.client_secret("a")),
            ("access_token", mint.access_token("1447120931", "b")),
            ("access_secret", mint.access_secret("b")),
            ("oauth2_access_token", mint.oauth2("at", 1_795_000_000, "b")),
            ("oauth2_refresh_token", mint.oauth2("rt", 1_795_000_000, "b")),
        ];
        let lines = |part: &[(&str, String)]| {
            part.iter().map(|(word, value)| format!("{word}={value}")).collect::<Vec<_>>().join("\n")
        };
        bench.pipe(&["app", "add", "bots"], lines(&values[..5])).ends(0);
        bench.pipe(&["add", "wiki", "--app", "bots"], lines(&values[5..])).ends(0);
        fs::create_dir_all(bench.path("work/sub")).expect("a new folder");
        Self { bench, values }
    }

    fn value(&self, word: &str) -> &str {
        self.values
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, value)| value.as_str())
            .expect("a field")
    }

    fn work(&self) -> PathBuf {
        self.bench.path("work")
    }

    fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.work().join(name), text).expect("there is room");
    }

    /// Runs a scan in the folder `work`; whatever it says, no value is in it.
    #[track_caller]
    fn scan(&self, args: &[&str]) -> Ran {
        self.scan_in(&self.work(), args, b"")
    }

    #[track_caller]
    fn scan_in(&self, folder: &Path, args: &[&str], input: &[u8]) -> Ran {
        use std::io::Write as _;
        let mut command = self.bench.command(crate::bench::BIRDKEEP);
        command.current_dir(folder).arg("scan").args(args).stdin(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        child.stdin.take().expect("it is piped").write_all(input).expect("it reads its input");
        let output = child.wait_with_output().expect("it ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
        let ran = Ran {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        for (word, value) in &self.values {
            assert!(!ran.all().contains(value.as_str()), "{word} is in\n{}", ran.all());
            assert!(!ran.all().contains(&value[value.len() - 16..]), "a part of {word} is in\n{}", ran.all());
        }
        assert_eq!(foreign(&ran.all()), None, "{}", ran.all());
        ran
    }

    /// The findings of a scan for machines.
    #[track_caller]
    fn found(&self, args: &[&str]) -> Vec<Value> {
        let ran = self.scan(&[args, &["--json"]].concat());
        ran.json()["findings"].as_array().expect("a list").clone()
    }

    /// A git command in the folder `work`, with nothing of the surroundings.
    #[track_caller]
    fn git(&self, args: &[&str]) -> String {
        git(&self.work(), args)
    }

    fn commit(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        self.put(name, text);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "made up"]);
        self.git(&["rev-parse", "HEAD"])
    }
}

fn git(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(args)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    for (name, value) in [
        ("HOME", "/nonexistent"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "Made Up"),
        ("GIT_AUTHOR_EMAIL", "made@up.example"),
        ("GIT_COMMITTER_NAME", "Made Up"),
        ("GIT_COMMITTER_EMAIL", "made@up.example"),
        ("GIT_AUTHOR_DATE", "2026-11-01T12:00:00Z"),
        ("GIT_COMMITTER_DATE", "2026-11-01T12:00:00Z"),
    ] {
        command.env(name, value);
    }
    let output = command.output().expect("there is git");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// `path:line:column field` of each finding, in order.
fn places(found: &[Value]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    found
        .iter()
        .map(|one| {
            format!("{}:{}:{} {}", text(&one["path"]), one["line"], one["column"], text(&one["field"]))
        })
        .collect()
}

#[test]
fn a_value_that_two_apps_hold_is_rotated_in_both() {
    let leaky = Leaky::new();
    let bearer = leaky.value("bearer_token").to_owned();
    leaky.bench.pipe(&["app", "add", "twin"], format!("bearer_token={bearer}")).ends(0);
    leaky.put("a.txt", &bearer);
    let ran = leaky.scan(&[]).ends(1);
    for line in ["rotate it: birdkeep rotate bots bearer", "and: birdkeep rotate twin bearer"] {
        assert!(ran.out.contains(line), "{}", ran.out);
    }
    let facts: Value = serde_json::from_str(&leaky.scan(&["--json"]).out).expect("it is JSON");
    let commands: Vec<&str> = facts["rotate"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["command"].as_str())
        .collect();
    assert_eq!(commands, ["birdkeep rotate bots bearer", "birdkeep rotate twin bearer"]);
    assert_eq!(facts["rotate"][0].as_object().expect("an object").len(), 3, "{facts}");
}

#[test]
fn a_clean_folder_ends_with_0_and_a_leak_with_1() {
    let leaky = Leaky::new();
    leaky.put("README", "nothing here\n");
    leaky.scan(&[]).ends(0).says("nothing found; looked at 1 file (13 bytes)");
    leaky.put("sub/.env", format!("# keys\nX_ACCESS_TOKEN={}\n", leaky.value("access_token")));
    let ran = leaky.scan(&[]).ends(1).says("1 value in 1 place; looked at 2 files");
    assert!(ran.out.contains("profile:wiki access_token #"), "{}", ran.out);
    assert!(ran.out.contains("(in use)\n  sub/.env:2:16\n"), "{}", ran.out);
    assert!(ran.out.contains("  rotate it: birdkeep rotate wiki access\n"), "{}", ran.out);
    leaky.scan(&["README"]).ends(0);
    leaky.scan(&["sub"]).ends(1);
}

#[test]
fn every_field_is_found_and_told_with_what_replaces_it() {
    let leaky = Leaky::new();
    for (word, value) in &leaky.values {
        leaky.put(&format!("{word}.txt"), format!("value {value} end"));
    }
    let ran = leaky.scan(&["--json", "."]).ends(1).json();
    let found = ran["findings"].as_array().expect("a list");
    let mut words: Vec<&str> = found.iter().filter_map(|one| one["field"].as_str()).collect();
    words.sort_unstable();
    let mut wanted: Vec<&str> = leaky.values.iter().map(|(word, _)| *word).collect();
    wanted.sort_unstable();
    assert_eq!(words, wanted);
    for one in found {
        assert_eq!(
            (one["what"].as_str(), one["line"].as_u64(), one["column"].as_u64()),
            (Some("vault"), Some(1), Some(7))
        );
        assert_eq!(one["holders"][0]["place"], "current");
        assert_eq!(one["path"].as_str().map(|path| path.trim_end_matches(".txt")), one["field"].as_str());
    }
    let commands: Vec<&str> =
        ran["rotate"].as_array().expect("a list").iter().filter_map(|row| row["command"].as_str()).collect();
    assert_eq!(
        commands,
        [
            "birdkeep rotate bots api",
            "birdkeep rotate bots bearer",
            "birdkeep rotate bots client",
            "birdkeep rotate wiki access",
            "birdkeep rotate wiki oauth2",
        ]
    );
}

#[test]
fn how_a_value_is_written_is_told() {
    let leaky = Leaky::new();
    let (key, secret) = (leaky.value("api_key"), leaky.value("api_secret"));
    let wide: Vec<u8> = format!("\u{feff}api: {key}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bearer =
        leaky.value("bearer_token").replace("%3D", "\\u003d").replace("%2F", "/").replace("%2B", "+");
    for (name, text, writing) in [
        ("k8s.yaml", format!("  key: {}", STANDARD.encode(key)).into_bytes(), "base64"),
        ("curl.sh", format!("Basic {}", STANDARD.encode(format!("{key}:{secret}"))).into_bytes(), "basic"),
        ("windows.txt", wide, "utf-16"),
        ("gson.json", bearer.into_bytes(), "json"),
        ("url.txt", leaky.value("bearer_token").replace('%', "%25").into_bytes(), "url"),
        ("plain.txt", key.into(), "plain"),
    ] {
        leaky.put(name, text);
        let found = leaky.found(&[name]);
        let writings: Vec<_> = found.iter().map(|one| one["writing"].as_str()).collect();
        assert_eq!(writings, [Some(writing)], "{name}");
    }
    let ran = leaky.scan(&["k8s.yaml", "curl.sh"]).ends(1);
    assert!(ran.out.contains("  k8s.yaml:1:8  base64\n"), "{}", ran.out);
    assert!(ran.out.contains("  curl.sh:1:7  base64 of the pair, as for Basic\n"), "{}", ran.out);
}

#[test]
fn a_replaced_value_is_called_replaced() {
    let mut leaky = Leaky::new();
    let old = leaky.value("access_secret").to_owned();
    let new = Mint::new("scan").access_secret("new");
    leaky.bench.pipe(&["set", "wiki", "access_secret"], &new).ends(0);
    leaky.values.push(("access_secret", new));
    leaky.put("old.env", &old);
    let ran = leaky.scan(&["old.env"]).ends(1);
    assert!(ran.out.contains("(replaced just now, whether X still accepts it is not known)"), "{}", ran.out);
    assert!(ran.out.contains("it was replaced already"), "{}", ran.out);
    let found = leaky.found(&["old.env"]);
    assert_eq!(found[0]["holders"][0]["place"], "replaced");
    assert!(found[0]["holders"][0]["replaced_at"].is_string());
    leaky.scan(&["old.env", "--allow-dead"]).ends(1);
}

#[test]
fn a_value_that_x_has_killed_calms_and_can_be_allowed() {
    let mut leaky = Leaky::new();
    let x = leaky.bench.played(&[]);
    leaky.bench.set("BIRDKEEP_X_API", x.base.as_str());
    leaky.bench.pipe(&["import", "-"], &x.roster).ends(0);
    let roster: Value = serde_json::from_str(&x.roster).expect("JSON");
    let app = roster["apps"].as_array().expect("a list").iter().find(|app| app["bearer_token"].is_string());
    let app = app.expect("an app with a bearer token");
    let (name, old) = (app["name"].as_str().expect("a name"), app["bearer_token"].as_str().expect("a value"));
    leaky.bench.run(&["rotate", name, "bearer", "--yes"]).ends(0);
    leaky.put("old.env", format!("BEARER={old}\n"));
    let ran = leaky.scan(&["old.env"]).ends(1);
    assert!(ran.out.contains("dead at X since"), "{}", ran.out);
    assert!(ran.out.contains("nothing to rotate: X does not accept it any more"), "{}", ran.out);
    assert!(!ran.all().contains(old));
    let ran = leaky.scan(&["old.env", "--allow-dead"]).ends(0);
    assert!(ran.out.contains("dead at X since"), "it is listed all the same");
}

#[test]
fn what_looks_like_x_s_is_listed_apart_and_without_a_vault_too() {
    let leaky = Leaky::new();
    let mint = Mint::new("another vault");
    let token = mint.access_token("1447120932", "x");
    leaky.put("theirs.env", format!("X_API_KEY={}\ntoken {token}\n", mint.api_key("x")));
    let ran = leaky.scan(&["theirs.env"]).ends(1);
    assert!(ran.out.contains("looks like an API key, not in this vault #"), "{}", ran.out);
    assert!(ran.out.contains("looks like an access token, not in this vault #"), "{}", ran.out);
    assert!(!ran.all().contains(&token));
    leaky.scan(&["theirs.env", "--only-vault"]).ends(0);
    leaky.scan(&["--only-vault", "--no-vault"]).ends(2);
    let nobody = Bench::empty();
    let path = leaky.work().join("theirs.env");
    nobody.run(&["scan", &path.to_string_lossy()]).ends(2).says("there is no vault yet");
    let ran = nobody.run(&["scan", "--no-vault", "--json", &path.to_string_lossy()]).ends(1);
    let found = ran.json()["findings"].as_array().expect("a list").clone();
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|one| one["what"] == "shape" && one["fingerprint"].is_null()));
    assert!(!ran.all().contains(&token));
}

#[test]
fn standard_input_is_a_place_too() {
    let leaky = Leaky::new();
    let line = format!("GET /?oauth_token={}\n", leaky.value("access_token"));
    let ran = leaky.scan_in(&leaky.work(), &["-"], line.as_bytes()).ends(1);
    assert!(ran.out.contains("  standard input:1:19\n"), "{}", ran.out);
    leaky.scan_in(&leaky.work(), &["-"], b"GET /\n").ends(0);
}

#[test]
fn the_walk_sees_hidden_binary_and_ignored_files_and_follows_no_link() {
    let leaky = Leaky::new();
    let key = leaky.value("api_key").to_owned();
    leaky.put("sub/.hidden", &key);
    leaky.put("blob", [b"\0\x01\x02".as_slice(), key.as_bytes(), b"\0"].concat());
    leaky.put("sub/archive.zip", [b"PK\x03\x04".as_slice(), &[7; 90]].concat());
    leaky.put(".gitignore", "*\n");
    fs::create_dir_all(leaky.work().join(".git")).expect("a new folder");
    leaky.put(".git/config", &key);
    symlink("..", leaky.work().join("sub/loop")).expect("a link");
    symlink("sub/.hidden", leaky.work().join("link")).expect("a link");
    let made = Command::new("mkfifo").arg(leaky.work().join("pipe")).status().expect("there is mkfifo");
    assert!(made.success());
    let ran = leaky.scan(&[]).ends(1);
    assert!(ran.out.contains("  blob  byte 3 (binary)\n  sub/.hidden:1:1\n"), "{}", ran.out);
    for said in
        ["1 compressed file not opened, such as sub/archive.zip", "the history in .git", "in 2 places"]
    {
        assert!(ran.err.contains(said), "{said} is not said in\n{}", ran.err);
    }
    assert_eq!(places(&leaky.found(&["link"])), ["link:1:1 api_key"], "a link that is named is meant");
}

#[test]
fn what_cannot_be_read_is_named_and_nothing_is_called_clean() {
    let leaky = Leaky::new();
    leaky.put("fine", "fine");
    leaky.scan(&["fine", "nowhere"]).ends(2).says("nowhere: there is no such file");
    leaky.put("leak", leaky.value("api_key"));
    leaky.scan(&["leak", "nowhere"]).ends(1).says("not read: nowhere (there is no such file)");
}

#[test]
fn short_values_are_not_looked_for_and_that_is_said() {
    let bench = Bench::with_a_bot();
    let file = bench.write("notes", "made-up-secret and made-up-key");
    bench
        .run(&["scan", &file])
        .ends(1)
        .says("not looked for: 1 value of less than 12 characters (app:bots api_key)");
}

#[test]
fn many_places_in_one_file_are_counted() {
    let leaky = Leaky::new();
    leaky.put("log", format!("{}\n", leaky.value("api_key")).repeat(1_000));
    let found = leaky.found(&["log"]);
    assert_eq!(found.len(), 10);
    assert_eq!(found.iter().filter_map(|one| one["more"].as_u64()).sum::<u64>(), 990);
    leaky.scan(&["log"]).ends(1).says("1 value in 1,000 places");
}

#[test]
fn names_of_files_are_shown_and_never_obeyed_and_hide_values() {
    let leaky = Leaky::new();
    let token = leaky.value("access_token").to_owned();
    for (number, payload) in corpus().iter().enumerate() {
        let name = format!("{number}{}", payload.replace(['/', '\0'], "_"));
        leaky.put(&format!("sub/{name}"), &token);
    }
    leaky.put(&format!("sub/{token}.json"), "nothing");
    let number = corpus().len();
    for format in ["text", "json", "sarif"] {
        let ran = leaky.scan(&["sub", "--format", format]).ends(1);
        assert!(ran.err.contains(&format!("in {} places", number + 1)), "{}", ran.err);
    }
    let ran = leaky.scan(&["sub"]);
    assert!(ran.out.contains("  sub/[…].json  in its name\n"), "{}", ran.out);
    leaky.scan(&[&token]).ends(2).says("[…]");
}

#[test]
fn ignored_files_are_passed_over_only_when_asked() {
    let leaky = Leaky::new();
    leaky.git(&["init", "-q", "-b", "main"]);
    leaky.put(".gitignore", ".env\n");
    leaky.put(".env", leaky.value("api_key"));
    leaky.put("new.txt", leaky.value("api_secret"));
    assert_eq!(places(&leaky.found(&[])), [".env:1:1 api_key", "new.txt:1:1 api_secret"]);
    assert_eq!(places(&leaky.found(&["--respect-gitignore"])), ["new.txt:1:1 api_secret"]);
}

#[test]
fn sarif_has_what_its_readers_need() {
    let leaky = Leaky::new();
    leaky.put("a b.env", format!("x\nX_API_SECRET={}\n", leaky.value("api_secret")));
    leaky.put("blob", [b"\0\0".as_slice(), leaky.value("client_id").as_bytes()].concat());
    leaky.put("theirs.env", format!("token {}\n", Mint::new("other").access_token("1447120932", "x")));
    leaky.put(&format!("{}.txt", leaky.value("access_token")), "nothing");
    let mut log = leaky.scan(&["--format", "sarif"]).ends(1).json();
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().is_some_and(|schema| schema.ends_with("sarif-schema-2.1.0.json")));
    let run = &mut log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "birdkeep");
    let rules = run["tool"]["driver"]["rules"].as_array().expect("a list").clone();
    for rule in &rules {
        assert!(rule["id"].is_string() && rule["shortDescription"]["text"].is_string(), "{rule}");
    }
    for result in run["results"].as_array_mut().expect("a list") {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("it fits");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().expect("a word")));
        assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()));
        let print = result["partialFingerprints"]["birdkeepValue/v1"].as_str().expect("a text");
        assert_eq!(print.len(), 16);
        result["partialFingerprints"]["birdkeepValue/v1"] = "…".into();
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&run["results"]).expect("JSON"));
}

#[test]
fn the_shape_for_machines_is_stable() {
    let leaky = Leaky::new();
    leaky.git(&["init", "-q", "-b", "main"]);
    leaky.commit("leak.env", leaky.value("api_key"));
    let facts = leaky.scan(&["--git", "--json"]).ends(1).json();
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&facts), ["findings", "looked_at", "not_looked_at", "rotate"]);
    // Parsed here, they come in the order of the alphabet.
    let wanted: Vec<&str> =
        "column field fingerprint git holders line more offset path place what writing".split(' ').collect();
    let found = facts["findings"].as_array().expect("a list");
    assert_eq!(found.len(), 2, "in the file and in the history");
    for one in found {
        assert_eq!(keys(one), wanted);
    }
    assert!(found.iter().any(|one| one["git"]["in_head"] == true));
}
