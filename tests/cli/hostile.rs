//! Hostile text in commands: whatever files, teammates, X and arguments say, output shows it and does nothing else.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use birdkeep::domain::text::visible;
use serde_json::{Value, json};

use crate::bench::{Bench, Ran};
use crate::corpus::{corpus, foreign};

/// Every line that a run wrote, looked at.
#[derive(Default)]
struct Looks {
    runs: usize,
    breaches: Vec<String>,
}

impl Looks {
    fn at(&mut self, what: &str, ran: &Ran) {
        self.runs += 1;
        if let Some(odd) = foreign(&without_colours(&ran.all())) {
            self.breaches.push(format!("{what}: {odd} in {:?}", ran.all()));
        }
        let panicked = ran.code == 101 || ran.err.contains("panicked");
        if panicked {
            self.breaches.push(format!("{what}: {}", ran.err));
        }
    }

    #[track_caller]
    fn end(self) {
        let Self { runs, breaches } = self;
        assert!(breaches.is_empty(), "{} breaches in {runs} runs\n{}", breaches.len(), breaches.join("\n"));
        assert!(runs > 10);
    }
}

/// `text` without the sequences that are ours: colours.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let colour =
            part.find(|c: char| !c.is_ascii_digit() && c != ';').filter(|at| part[*at..].starts_with('m'));
        out.push_str(colour.map_or(&format!("\x1b[{part}"), |at| &part[at + 1..]));
    }
    out
}

/// A vault in which every payload stands wherever foreign text may stand, told by its number; and what importing it
/// said.
fn infested() -> (Bench, Ran) {
    let bench = Bench::new();
    let (mut apps, mut profiles) = (Vec::new(), Vec::new());
    for (number, payload) in corpus().iter().enumerate() {
        apps.push(json!({
            "name": format!("app-{number}"), "notes": payload, "callback_url": format!("x://{payload}"),
            "api_key": format!("DEMOmadeup{number:015}"), "api_secret": "madeup",
        }));
        profiles.push(json!({
            "name": format!("bot-{number}"), "app": format!("app-{number}"), "notes": payload, "deployed": [payload],
            "access_token": format!("1447{number}-madeup"), "access_secret": "madeup", "tags": ["birds"],
        }));
        // Nothing of these is taken, but something is said of each.
        profiles.push(json!({"name": payload, "access_token": format!("1448{number}-madeup")}));
        profiles.push(
            json!({"name": format!("tagged-{number}"), "tags": [payload], "handle": payload, payload: 1}),
        );
    }
    let ran = bench.pipe(&["import", "-"], json!({"apps": apps, "profiles": profiles}).to_string());
    (bench, ran)
}

#[test]
fn what_a_vault_holds_is_shown_and_never_obeyed() {
    let mut looks = Looks::default();
    let (mut bench, imported) = infested();
    looks.at("import", &imported);
    for colours in ["", "1"] {
        bench.set("CLICOLOR_FORCE", colours);
        for args in [
            &["list"][..],
            &["list", "--json"],
            &["app", "list"],
            &["app", "list", "--json"],
            &["list", "birds"],
            &["list", "--tag", "birds", "--json"],
            &["export", "bot-1", "bot-2", "--to", "dotenv", "--confirm", "2 profiles"],
        ] {
            looks.at(&args.join(" "), &bench.run(args));
        }
    }
    for (number, payload) in corpus().iter().enumerate() {
        let (bot, app) = (format!("bot-{number}"), format!("app-{number}"));
        let shown = bench.run(&["show", &bot]).ends(0);
        let first = visible(payload.lines().find(|line| !line.trim().is_empty()).unwrap_or_default());
        let begins: String = first.trim().chars().take(8).collect();
        assert!(without_colours(&shown.out).contains(&begins), "{payload:?} is dropped from\n{}", shown.out);
        looks.at("show", &shown);
        let json = bench.run(&["show", &bot, "--json"]).ends(0);
        looks.at("show --json", &json);
        assert_eq!(json.json()["notes"].as_str().map(str::trim_end), Some(payload.trim_end()), "{payload:?}");
        looks.at("app show", &bench.run(&["app", "show", &app]).ends(0));
    }
    looks.end();
}

#[test]
fn what_x_answers_is_shown_and_never_obeyed() {
    let mut looks = Looks::default();
    let (mut bench, _) = infested();
    bench.set("BIRDKEEP_X_API", hostile_x());
    let json = bench.run(&["check", "--all", "--json"]);
    looks.at("check --json", &json);
    let text = bench.run(&["check", "--all"]);
    looks.at("check", &text);
    assert!(text.out.contains("\\x1b[2J"), "what X said is quoted in\n{}\n{}", text.out, text.err);
    for number in 0..corpus().len().min(12) {
        looks.at("show", &bench.run(&["show", &format!("bot-{number}")]));
    }
    looks.end();
}

#[test]
fn what_stands_in_arguments_and_files_is_shown_and_never_obeyed() {
    let mut looks = Looks::default();
    let bench = Bench::with_a_bot();
    let ways: &[fn(&Bench, &str) -> Ran] = &[
        |bench, text| bench.run(&["show", text]),
        |bench, text| bench.run(&["get", "wiki", text]),
        |bench, text| bench.run(&["list", text]),
        |bench, text| bench.run(&["list", "--tag", text]),
        |bench, text| bench.run(&["import", &format!("/nowhere/{text}")]),
        |bench, text| bench.run(&["list", "--vault", &format!("/nowhere/{text}")]),
        |bench, text| bench.run(&["export", "wiki", "--to", text]),
        |bench, text| bench.run(&["rename", "wiki", text]),
        |bench, text| bench.run(&[text]),
        |bench, text| bench.run(&["list", &format!("--{text}")]),
        |bench, text| bench.run(&["rotate", "wiki", text]),
        |bench, text| bench.run(&["remove", text, "--yes"]),
        |bench, text| bench.pipe(&["set", "wiki", "handle"], text),
        |bench, text| bench.pipe(&["set", "wiki", "tags"], text),
        |bench, text| bench.pipe(&["add", "x"], format!("{text}=1\n")),
        |bench, text| {
            bench.pipe(&["import", "-"], format!("{text}_API_KEY=madeup\nX_API_KEY_{text}=\"{text}\"\n"))
        },
        |bench, text| bench.pipe(&["import", "-"], json!({text: [{text: text}]}).to_string()),
        |bench, text| bench.pipe(&["import", "-"], text),
        |bench, text| bench.pipe(&["identify"], text),
    ];
    for (number, payload) in corpus().iter().enumerate() {
        // No argument can hold a NUL.
        let text = payload.replace('\0', "");
        let all = payload.starts_with("\x1b]0") || payload.starts_with("abc\u{202e}");
        for (at, way) in ways.iter().enumerate() {
            if all || at % 6 == number % 6 {
                looks.at(&format!("way {at} with {payload:?}"), &way(&bench, &text));
            }
        }
    }
    looks.end();
}

/// An X that answers every question with the next payload, wherever an answer holds text.
fn hostile_x() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        let payloads = corpus();
        for (stream, payload) in listener.incoming().zip(payloads.iter().cycle()) {
            let Ok(mut stream) = stream else { continue };
            let mut asked = [0; 16 * 1024];
            let _ = stream.read(&mut asked);
            let problem: Value = json!({
                "title": payload, "detail": payload, "type": payload, "reason": payload, "status": 403,
                "errors": [{"message": payload, "label": payload}], "data": {"id": "1", "name": payload, "username": payload},
            });
            let body = problem.to_string();
            let _ = write!(
                stream,
                "HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    format!("http://{address}")
}
