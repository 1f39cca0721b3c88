//! Checks as cron and CI use them: what is asked again, what is told, how it ends.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::bench::{Bench, Ran};
use crate::home::Played;

/// A flock of `bots`, each a name and its trouble, and the X they live in.
fn flock(bots: &[(&str, &str)]) -> (Bench, Played) {
    flock_of(&serde_json::json!({"name": "nest"}), bots)
}

/// The same on this app, which is called “nest”.
fn flock_of(app: &Value, bots: &[(&str, &str)]) -> (Bench, Played) {
    let mut bench = Bench::new();
    let bots: Vec<Value> = bots
        .iter()
        .map(|(name, trouble)| {
            let mut bot = serde_json::json!({
                "name": name, "handle": name.replace('-', "_"), "app": "nest", "level": "read-write", "needs": ["post"]
            });
            match *trouble {
                "" => {}
                "level" => bot["level"] = "read".into(),
                trouble => bot["trouble"] = trouble.into(),
            }
            bot
        })
        .collect();
    let roster = serde_json::json!({"seed": "watch", "apps": [app], "profiles": bots});
    let roster = bench.write("roster.json", roster.to_string());
    let played = bench.played(&["--roster", &roster]);
    bench.pipe(&["import", "-", "--from", "json"], &played.roster).ends(0);
    bench.set("BIRDKEEP_X_API", played.base.clone());
    (bench, played)
}

/// What a parser that is not ours makes of the XML: a line per case, the counts first.
fn parsed(xml: &str) -> Vec<String> {
    const SCRIPT: &str = r#"
import sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
assert root.tag == "testsuites", root.tag
(suite,) = root
print(*(f"{key}={suite.get(key)}" for key in ("tests", "failures", "errors", "skipped")))
for case in suite:
    end = next((child for child in case if child.tag != "system-out"), None)
    shown = "passed" if end is None else f"{end.tag} {end.get('type')} {end.get('message')} {end.text or ''}"
    print(repr(f"{case.get('classname')}/{case.get('name')}: {shown}"))
"#;
    let mut python = Command::new("python3")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is there: its XML parser is the judge");
    python.stdin.take().expect("it is piped").write_all(xml.as_bytes()).expect("it reads");
    let output = python.wait_with_output().expect("it ends");
    assert!(output.status.success(), "no well-formed XML:\n{xml}");
    String::from_utf8(output.stdout).expect("it writes UTF-8").lines().map(ToOwned::to_owned).collect()
}

fn states(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let rows = json["profiles"].as_array().expect("a list").iter();
    rows.map(|row| {
        let asked = if row["asked"] == true { "asked" } else { "kept" };
        format!("{} {} {asked}", row["name"].as_str().unwrap_or("?"), row["state"].as_str().unwrap_or("?"))
    })
    .collect()
}

#[test]
fn only_what_is_older_than_max_age_or_missing_is_asked_about() {
    let (bench, played) = flock(&[("crow", ""), ("dove", ""), ("gull", "level"), ("hawk", "x-down")]);
    let first = bench.run(&["check", "crow", "gull", "hawk", "--max-age", "6h", "--json"]).ends(1);
    assert_eq!(states(&first), ["crow ok asked", "gull attention asked", "hawk unknown asked"]);
    // The one X gave no verdict on is asked about again, and the one nobody has asked about yet.
    let second = bench.run(&["check", "--all", "--max-age", "6h", "--json"]).ends(1);
    assert_eq!(
        states(&second),
        ["crow ok kept", "dove ok asked", "gull attention kept", "hawk unknown asked"]
    );
    let json = second.json();
    assert_eq!((json["asked"].as_u64(), json["fresh"].as_u64()), (Some(2), Some(2)));
    assert_eq!((json["counts"]["ok"].as_u64(), json["counts"]["attention"].as_u64()), (Some(2), Some(1)));
    assert!(json["profiles"][0]["age_seconds"].as_i64().is_some_and(|age| (0..600).contains(&age)));
    assert!((json["at_most_usd"].as_f64().expect("a number") - 0.02).abs() < 1e-9);
    second.says("2 asked, 2 fresh: 2 ok, 1 attention, 1 unknown; ");
    // A value that was changed has no verdict; with an age of nothing everybody is asked about.
    bench.pipe(&["set", "crow", "access_secret"], "made-up-other").ends(0);
    let third = bench.run(&["check", "crow", "dove", "--max-age", "2d", "--json"]).ends(1);
    assert_eq!(states(&third), ["crow failed asked", "dove ok kept"]);
    let fourth = bench.run(&["check", "dove", "--max-age", "0s", "--json"]).ends(0);
    assert_eq!(states(&fourth), ["dove ok asked"]);
    let text = bench.run(&["check", "crow", "dove", "--max-age", "2d"]).ends(1);
    assert!(
        text.out.contains("ok        dove: read-write (") && text.out.contains("failed    crow: "),
        "{}",
        text.out
    );
    // Nothing is asked where everything is known: X need not even be there.
    drop(played);
    let known = bench.run(&["check", "crow", "dove", "gull", "--max-age", "90m"]).ends(1);
    assert!(known.err.contains("0 asked, 3 fresh") && known.err.contains("no request"), "{}", known.err);
    for age in ["6", "h", "6 hours", "-1h", ""] {
        bench.run(&["check", "--all", "--max-age", age]).ends(2);
    }
}

#[test]
fn quiet_tells_nothing_when_all_is_well_and_else_only_what_is_not() {
    let (bench, _played) = flock(&[("crow", ""), ("dove", ""), ("gull", "token-revoked")]);
    for format in ["text", "json", "junit"] {
        let ran = bench.run(&["check", "crow", "dove", "--quiet", "--format", format]).ends(0);
        assert_eq!(ran.all(), "", "{format}");
        let ran = bench.run(&["check", "--all", "-q", "--format", format, "--max-age", "1d"]).ends(1);
        assert!(
            ran.out.contains("gull") && !ran.out.contains("crow") && !ran.out.contains("dove"),
            "{}",
            ran.out
        );
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    }
    let json = bench.run(&["check", "--all", "-q", "--json", "--max-age", "1d"]).ends(1).json();
    assert_eq!((json["counts"]["ok"].as_u64(), json["counts"]["failed"].as_u64()), (Some(2), Some(1)));
}

#[test]
fn every_format_ends_with_one_line_beside_it() {
    let (bench, _played) = flock(&[("crow", ""), ("gull", "account-locked")]);
    for format in ["text", "json", "junit"] {
        let ran = bench.run(&["check", "--all", "--format", format]).ends(1);
        assert_eq!(ran.err.lines().count(), 1, "{format}: {}", ran.err);
        ran.says("2 asked: 1 ok, 1 failed; ").says("at most $0.02 (prices of 20");
    }
    bench.run(&["check", "--all", "--format", "yaml"]).ends(2);
    bench.run(&["check", "--all", "--json", "--format", "text"]).ends(2);
}

#[test]
fn ci_reads_one_case_per_profile() {
    let (bench, _played) = flock(&[
        ("crow", ""),
        ("dove", "x-down"),
        ("gull", "token-revoked"),
        ("hawk", "level"),
        ("kite", "garbage"),
    ]);
    bench.run(&["rename", "crow", "c<r&o>\"w' 漢字"]).ends(0);
    let ran = bench.run(&["check", "--all", "--format", "junit"]).ends(1);
    assert!(!ran.out.contains('\u{1b}'), "{}", ran.out);
    let lines = parsed(&ran.out);
    assert_eq!(lines[0], "tests=5 failures=2 errors=0 skipped=2");
    for (number, (name, end)) in [
        (r"c<r&o>", "passed"),
        ("nest/dove: ", "skipped None "),
        ("nest/gull: ", "failure access_pair_rejected X rejects"),
        ("nest/hawk: ", "failure token_older_than_permission this token was issued before"),
        ("nest/kite: ", "skipped None "),
    ]
    .into_iter()
    .enumerate()
    {
        let line = &lines[number + 1];
        assert!(line.contains(name) && line.contains(end), "{line}");
    }
    assert!(lines[3].contains("because: ") && lines[3].contains("try: "), "{}", lines[3]);
}

#[test]
fn a_verdict_that_a_sibling_explains_is_told_again_as_such() {
    let (bench, _played) = flock(&[("hawk", "level"), ("crow", "")]);
    let ran = bench.run(&["check", "--all"]).ends(1);
    let hawk: Vec<&str> = ran.out.lines().filter(|line| line.contains(" hawk: ")).collect();
    let last = hawk.last().expect("it is told");
    assert!(last.contains("issued before"), "{}", ran.out);
    let again = hawk.iter().filter(|line| line.contains("more is known of it now")).count();
    assert_eq!(again + 1, hawk.len(), "{}", ran.out);
    ran.says("2 asked: 1 ok, 1 attention; ");
}

#[test]
fn a_refused_bearer_token_is_told_by_a_table_of_kept_verdicts_too() {
    let (bench, _played) =
        flock_of(&serde_json::json!({"name": "nest", "trouble": "bearer-regenerated"}), &[("crow", "")]);
    let usage = |ran: &Ran| ran.json()["profiles"][0]["actions"]["usage"]["may"].clone();
    let asked = bench.run(&["check", "crow", "--json"]);
    let kept = bench.run(&["check", "crow", "--json", "--max-age", "1h"]);
    assert_eq!(kept.json()["fresh"], 1, "{}", kept.out);
    assert_eq!((usage(&asked), usage(&kept)), ("no".into(), "no".into()), "{}", kept.out);
    let table = |ran: Ran| ran.out.lines().map(str::trim_end).map(ToOwned::to_owned).collect::<Vec<_>>();
    let kept = table(bench.run(&["check", "crow", "--matrix", "--max-age", "1h"]));
    assert_eq!(kept, table(bench.run(&["check", "crow", "--matrix"])));
}

#[test]
fn out_of_reach_is_another_ending_than_trouble() {
    let (bench, played) = flock(&[("crow", ""), ("dove", "")]);
    bench.pipe(&["add", "egg", "--app", "nest", "--handle", "egg"], "").ends(0);
    bench.run(&["check", "crow"]).ends(0);
    drop(played);
    let ran = bench.run(&["check", "--all", "--json"]).ends(5);
    assert_eq!(states(&ran), ["crow unknown asked", "dove unknown asked", "egg unknown asked"]);
    assert_eq!(ran.json()["out_of_reach"], true);
    assert!(parsed(&bench.run(&["check", "dove", "--format", "junit"]).ends(5).out)[0].contains("skipped=1"));
    // What X said before the outage stays, with the question that came to nothing since.
    let crow = bench.run(&["show", "crow", "--json"]).json();
    assert_eq!((&crow["state"], &crow["verdict"]["tried"]["cause"]), (&"ok".into(), &"unreachable".into()));
    let shown = bench.run(&["show", "crow"]).ends(0).out;
    assert!(shown.contains("asked again just now: "), "{shown}");
    let dove = bench.run(&["show", "dove", "--json"]).json();
    assert_eq!((&dove["state"], &dove["verdict"]["tried"]), (&"unknown".into(), &Value::Null));
}

#[test]
fn what_is_known_when_it_is_stopped_is_told_and_kept() {
    for signal in ["INT", "TERM"] {
        let (bench, _played) = flock(&[("crow", ""), ("mute", "silence")]);
        let mut child = bench.start(&["check", "--all"]);
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let first = lines.next().expect("a verdict").expect("text");
        assert!(first.starts_with("ok        crow"), "{first}");
        let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
        let output = child.wait_with_output().expect("it ends");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{err}");
        assert!(err.contains("1 asked, 1 not asked: 1 ok; "), "{err}");
        let list = bench.run(&["list", "--json"]).json();
        assert_eq!((list[0]["state"].as_str(), list[1]["state"].as_str()), (Some("ok"), Some("unknown")));
    }
}

#[test]
fn when_nobody_reads_any_more_nothing_more_is_asked_and_nothing_said() {
    let (bench, _played) = flock(&[("crow", ""), ("mute", "silence")]);
    let ran = bench.shell("birdkeep check --all | true");
    assert_eq!(ran.all(), "");
    let kept = bench.run(&["list", "crow", "--json"]).json();
    assert_eq!(kept[0]["state"], "ok", "what was paid for is kept");
}

#[test]
fn a_cache_that_cannot_be_used_is_a_warning() {
    let (bench, _played) = flock(&[("crow", "")]);
    bench.run(&["check", "crow"]).ends(0);
    let cache = bench.files().into_iter().map(|(path, _)| path);
    let cache =
        cache.into_iter().find(|path| path.to_string_lossy().ends_with(".cache.age")).expect("it is kept");
    std::fs::write(&cache, "not an age file").expect("there is room");
    bench.run(&["list"]).ends(0).says("warning: what earlier checks found cannot be used");
    let ran = bench.run(&["check", "crow", "--max-age", "1d", "--json"]).ends(0);
    assert_eq!(states(&ran), ["crow ok asked"]);
    assert_eq!(bench.run(&["check", "crow", "--max-age", "1d"]).ends(0).err.lines().count(), 1);
    // Written anew it is found again; a folder in its place can be neither read nor written.
    std::fs::remove_file(&cache).expect("it is there");
    std::fs::create_dir(&cache).expect("there is room");
    let ran = bench.run(&["check", "crow", "--max-age", "1d"]).ends(0);
    ran.says("cannot be used").says("warning: what was found is not kept for the next time");
}

#[test]
fn the_list_chooses_by_state_and_freshness_and_puts_trouble_first() {
    let (bench, _played) = flock(&[
        ("crow", ""),
        ("dove", "token-revoked"),
        ("gull", "level"),
        ("hawk", ""),
        ("kite", "x-down"),
    ]);
    bench.run(&["check", "crow", "dove", "gull", "kite"]).ends(1);
    let names = |args: &[&str]| {
        let mut all = vec!["list", "--json"];
        all.extend(args);
        let ran = bench.run(&all);
        let rows = ran.json().as_array().cloned().unwrap_or_default();
        let names: Vec<String> =
            rows.iter().filter_map(|row| row["name"].as_str().map(ToOwned::to_owned)).collect();
        (ran.code, names.join(" "))
    };
    for (args, code, wanted) in [
        (&["--sort", "attention"][..], 0, "dove gull hawk kite crow"),
        (&["--sort", "name"], 0, "crow dove gull hawk kite"),
        (&["--state", "failed"], 0, "dove"),
        (&["--state", "failed,attention"], 0, "dove gull"),
        (&["--state", "unknown", "--state", "ok"], 0, "crow hawk kite"),
        (&["--stale"], 0, "hawk kite"),
        (&["--stale", "--state", "failed"], 1, ""),
        (&["--state", "ok", "crow"], 0, "crow"),
    ] {
        assert_eq!(names(args), (code, wanted.to_owned()), "{args:?}");
    }
    bench.run(&["list", "--state", "sleepy"]).ends(2).says("attention");
    let rows = bench.run(&["list", "--json"]).json();
    assert_eq!((rows[0]["stale"].as_bool(), rows[3]["stale"].as_bool()), (Some(false), Some(true)));
    assert!(names(&["--sort", "checked"]).1.starts_with("hawk "), "the one nobody has asked about");
}

#[test]
fn the_readme_says_what_every_key_is() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("it is there");
    let section = readme.split("## For machines").nth(1).and_then(|rest| rest.split("\n## ").next());
    let section = section.expect("the README has that section");
    let (bench, _played) = flock(&[("crow", "")]);
    let json = bench.run(&["check", "crow", "--json"]).ends(0).json();
    let mut seen = 0;
    for object in
        [&json, &json["profiles"][0], &json["profiles"][0]["account"], &json["apps"][0], &json["counts"]]
    {
        for key in object.as_object().expect("an object").keys() {
            assert!(section.contains(&format!("`{key}`")), "{key} is not explained");
            seen += 1;
        }
    }
    assert!(seen > 30, "only {seen} keys");
}

#[test]
fn the_readme_names_the_price_that_is_charged() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("it is there");
    let price = birdkeep::x::prices::price("GET /2/users/me");
    let text = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    let of = birdkeep::x::prices::PRICES_OF;
    assert!(text.contains(&format!("at most {price} each (prices of {of})")), "{price} of {of}");
    assert!(text.contains(&format!("24 bots once a day are at most {} a day", price.times(24))));
}
