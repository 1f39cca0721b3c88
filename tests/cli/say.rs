//! What the program never says, and how it says the rest: secrets, foreign text, colours, closed pipes, help.

use std::io::Read as _;

use crate::bench::{BIRDKEEP, Bench};

/// Values that must not turn up anywhere.
const MARKED: [&str; 4] = ["MARKED-key-0001", "MARKED-secret-0002", "1447-MARKED0003", "MARKED-access-0004"];

#[test]
fn no_secret_is_said_or_left_on_disk() {
    let bench = Bench::new();
    let [key, secret, token, access] = MARKED;
    let mut said = vec![
        bench.pipe(&["app", "add", "bots"], format!("api_key={key}\napi_secret={secret}\n")).ends(0),
        bench.pipe(&["add", "wiki", "--app", "bots"], format!("access_token={token}\n")).ends(0),
        bench.pipe(&["set", "wiki", "access_secret"], access).ends(0),
        bench.pipe(&["set", "wiki", "handle"], access).ends(2),
        bench.pipe(&["set", "wiki", access], "x").ends(2),
        bench.pipe(&["add", "x"], format!("{key}\n")).ends(2),
        bench
            .pipe(&["import", "-"], format!("{{\"apps\":[{{\"name\":\"x\",\"permission\":\"{key}\"}}]}}"))
            .ends(1),
        bench.pipe(&["import", "-"], format!("{{\"profiles\":\"{key}\"}}")).ends(2),
        bench.pipe(&["import", "-"], format!("X_API_KEY='{key}\n{secret}\n")).ends(1),
        bench.pipe(&["identify"], token).ends(0),
        bench.run(&["set", "wiki", "api_key", key]).ends(2),
        bench.run(&["add", "wiki", key]).ends(2),
        bench
            .run(&["export", "wiki", "--to", "dotenv", "--confirm", "wiki", "--output", "/nowhere/x"])
            .ends(6),
    ];
    for args in [
        &["list"][..],
        &["list", "--json"],
        &["show", "wiki"],
        &["show", "wiki", "--json"],
        &["app", "list", "--json"],
        &["app", "show", "bots"],
        &["recipients", "list", "--json"],
    ] {
        said.push(bench.run(args).ends(0));
    }
    // The field a person mistyped is shown back to them, since it is a word and no value.
    for ran in said.iter().filter(|ran| !ran.err.contains("there is no field")) {
        for marked in MARKED {
            assert!(!ran.all().contains(marked), "{marked} in\n{}", ran.all());
        }
    }
    for (path, bytes) in bench.files() {
        for marked in MARKED {
            let found = bytes.windows(marked.len()).any(|window| window == marked.as_bytes());
            assert!(!found, "{marked} in {}", path.display());
        }
    }
}

#[test]
fn foreign_text_is_shown_and_never_interpreted() {
    let bench = Bench::new();
    let hostile = r"\u001b[2J\u001b]0;owned\u0007\u202ecod\u200b\u009b31m\u007f";
    let text = format!(
        r#"{{"apps":[{{"name":"a","notes":"{hostile}","callback_url":"x://{hostile}"}}],
            "profiles":[{{"name":"p","app":"a","notes":"{hostile}","deployed":["{hostile}"]}},{{"name":"{hostile}"}},{{"name":"x","{hostile}":1}}]}}"#
    );
    let mut said = vec![bench.pipe(&["import", "-"], text).ends(1)];
    for args in [
        &["list"][..],
        &["show", "p"],
        &["show", "p", "--json"],
        &["app", "show", "a"],
        &["app", "show", "a", "--json"],
        &["show", "\u{1b}[2J\u{202e}"],
        &["\u{1b}[2J"],
        &["list", "--\u{1b}[2J"],
        &["import", "/no/\u{1b}[2J"],
        &["export", "p", "--to", "\u{1b}[2J"],
        &["rename", "p", "\u{202e}x"],
        &["check", "p", "--vault", "/no/\u{1b}[2J"],
    ] {
        said.push(bench.run(args));
    }
    for ran in said {
        let odd = |c: &char| (c.is_control() && *c != '\n') || "\u{202e}\u{200b}".contains(*c);
        assert_eq!(ran.all().chars().find(odd), None, "{}", ran.all());
    }
    let json = bench.run(&["show", "p", "--json"]).ends(0);
    assert!(json.out.contains(r"\u202ecod\u200b\u009b31m\u007f"), "{}", json.out);
    let notes = json.json()["notes"].as_str().map(str::to_owned);
    assert_eq!(notes.as_deref(), Some("\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}cod\u{200b}\u{9b}31m\u{7f}"));
}

#[test]
fn colours_come_only_when_they_are_wanted() {
    let mut bench = Bench::with_a_bot();
    let coloured = |bench: &Bench| bench.run(&["list"]).ends(0).out.contains('\u{1b}');
    assert!(!coloured(&bench), "a pipe gets none");
    bench.set("CLICOLOR_FORCE", "1");
    assert!(coloured(&bench));
    assert!(!bench.run(&["list", "--json"]).out.contains('\u{1b}'));
    bench.set("NO_COLOR", "1");
    assert!(!coloured(&bench));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let bench = Bench::with_a_bot();
    for args in
        [&["list", "--json"][..], &["--help"], &["export", "wiki", "--to", "json", "--confirm", "wiki"]]
    {
        let mut child = bench.command(BIRDKEEP).args(args).spawn().expect("the program starts");
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().expect("it is piped").read_to_string(&mut err).expect("it is text");
        assert_eq!((child.wait().expect("it ends").code(), err.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn help_is_an_answer_and_trouble_is_three_lines() {
    let bench = Bench::empty();
    for args in
        [&["--help"][..], &["-h"], &["help"], &["check", "--help"], &["app", "add", "--help"], &["--version"]]
    {
        let ran = bench.run(args).ends(0);
        assert!(!ran.out.is_empty() && ran.err.is_empty(), "{args:?}");
    }
    for args in [&["lsit"][..], &["get"], &["get", "a", "b", "c"], &["app"], &["check"], &["list", "--tag"]] {
        let ran = bench.run(args).ends(2);
        let lines: Vec<&str> = ran.err.lines().collect();
        assert_eq!(lines.len(), 3, "{args:?}\n{}", ran.err);
        assert!(lines[1].starts_with("  because: ") && lines[2].starts_with("  try: "), "{}", ran.err);
        assert!(ran.out.is_empty());
    }
}

#[test]
fn the_process_leaves_no_core_and_its_files_are_private() {
    let bench = Bench::new();
    let played = bench.played(&[]);
    if let Ok(limits) = std::fs::read_to_string(format!("/proc/{}/limits", played.id())) {
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("it is listed");
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    }
    if let Ok(status) = std::fs::read_to_string(format!("/proc/{}/status", played.id())) {
        assert!(status.lines().any(|line| line.split_whitespace().eq(["Umask:", "0077"])), "{status}");
    }
}
