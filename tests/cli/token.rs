//! `token` against the simulator's server: one refresh however many ask, exit codes, what is never said.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};

use crate::bench::{BIRDKEEP, Bench};
use crate::home::Played;

const ROSTER: &str = r#"{"seed":"s","apps":[{"name":"bots"}],"profiles":[
    {"name":"wiki","handle":"wiki","app":"bots","trouble":"oauth2-expired"},
    {"name":"fresh","handle":"fresh","app":"bots","trouble":"oauth2"},
    {"name":"plain","handle":"plain","app":"bots"}]}"#;

/// A vault whose bot `wiki` has an expired access token, and the X it belongs to.
fn flock(args: &[&str]) -> (Bench, Played) {
    let mut bench = Bench::new();
    let roster = bench.write("roster.json", ROSTER);
    let played = bench.played(&[&["--roster", &roster], args].concat());
    bench.pipe(&["import", "-", "--from", "json"], &played.roster).ends(0);
    bench.set("BIRDKEEP_X_API", played.base.clone());
    (bench, played)
}

fn ask(bench: &Bench) -> Child {
    bench.command(BIRDKEEP).args(["token", "wiki"]).spawn().expect("the program starts")
}

#[test]
fn many_processes_that_ask_at_once_get_one_token_and_x_is_asked_once() {
    let (bench, _played) = flock(&[]);
    let old = bench.run(&["get", "wiki", "oauth2_access_token"]).ends(0).out;
    let asking: Vec<Child> = (0..6).map(|_| ask(&bench)).collect();
    let mut answers: Vec<String> = asking
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().expect("it ends");
            let err = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{err}");
            String::from_utf8(output.stdout).expect("a token is text")
        })
        .collect();
    answers.dedup();
    assert_eq!(answers.len(), 1, "six processes, one token");
    assert_ne!(answers[0], old);
    assert_eq!(bench.run(&["get", "wiki", "oauth2_access_token"]).ends(0).out, answers[0]);
    // The simulated X kills a grant whose refresh token it sees twice: this one lives.
    let json = bench.run(&["check", "wiki", "--json"]).json();
    assert_eq!(json["profiles"][0]["cause"], "ok", "{json}");
    let shown = bench.run(&["show", "wiki", "--json"]).ends(0);
    assert_eq!(shown.json()["oauth2"]["refresh"], "ok");
    assert!(bench.run(&["show", "wiki"]).out.contains("by this machine"));
    assert!(!shown.all().contains(&answers[0]));
}

#[test]
fn a_token_that_lives_costs_no_request_and_is_all_that_is_said() {
    let (bench, played) = flock(&[]);
    drop(played);
    let stored = bench.run(&["get", "fresh", "oauth2_access_token"]).ends(0).out;
    let ran = bench.run(&["token", "fresh"]).ends(0);
    assert_eq!(ran.out, stored, "exactly the token, without a newline");
    assert_eq!(bench.run(&["token", "fresh", "--min-ttl", "3600"]).ends(0).out, stored);
}

#[test]
fn what_keeps_a_token_from_being_had_has_its_exit_code() {
    let (bench, played) = flock(&[]);
    bench.run(&["token", "nobody"]).ends(1);
    bench.run(&["token", "plain"]).ends(1).says("has no OAuth 2.0 tokens");
    bench.run(&["token", "bots"]).ends(2).says("name the profile");
    bench.run(&["token", "wiki", "--min-ttl", "7000"]).ends(2);
    bench.run(&["token", "wiki", "--yes"]).ends(2);
    bench.run(&["token", "wiki", "--take-over"]).ends(2).says("--yes");
    drop(played);
    let ran = bench.run(&["token", "wiki"]).ends(5).says("nothing was sent");
    assert_eq!(ran.out, "");
    assert_eq!(bench.run(&["show", "wiki", "--json"]).json()["oauth2"]["refresh"], "ok");
}

#[test]
fn a_broken_connection_is_told_and_tried_once_more() {
    let (bench, _played) = flock(&["--fault", "reset"]);
    let refresh = bench.run(&["get", "wiki", "oauth2_refresh_token"]).ends(0).out;
    let ran = bench.run(&["token", "wiki"]).ends(5).says("nobody knows whether X has refreshed");
    assert!(ran.out.is_empty() && !ran.err.contains(&refresh));
    let shown = bench.run(&["show", "wiki", "--json"]).ends(0).json();
    assert_eq!(shown["oauth2"]["refresh"], "ambiguous");
    assert!(bench.run(&["show", "wiki"]).ends(0).out.contains("a refresh was cut off"));
    bench.run(&["token", "wiki"]).ends(1).says("has to log in again");
    assert_eq!(bench.run(&["show", "wiki", "--json"]).json()["oauth2"]["refresh"], "reauth");
    bench.run(&["token", "wiki"]).ends(1).says("birdkeep authorize wiki");
    for (path, bytes) in bench.files() {
        let found = bytes.windows(refresh.len()).any(|window| window == refresh.as_bytes());
        let is_the_roster = path.ends_with("roster.json");
        assert!(!found || is_the_roster, "the refresh token is in {}", path.display());
    }
}

#[test]
fn a_machine_without_its_state_folder_is_another_one() {
    let (mut bench, _played) = flock(&[]);
    bench.run(&["token", "wiki"]).ends(0);
    bench.set("XDG_STATE_HOME", bench.path("elsewhere").to_string_lossy());
    assert!(bench.run(&["show", "wiki"]).out.contains("by another machine"));
    let expired = bench.run(&["token", "wiki"]).ends(0).out;
    assert!(!expired.is_empty(), "the access token is for every member");
    bench.run(&["token", "wiki", "--take-over", "--yes"]).ends(0).says("is refreshed on this machine now");
    assert!(bench.run(&["show", "wiki"]).out.contains("by this machine"));
}

#[test]
fn a_signal_waits_until_the_pair_is_in_the_vault() {
    let (mut bench, played) = flock(&[]);
    drop(played);
    let x = TcpListener::bind("127.0.0.1:0").expect("a free port");
    bench.set("BIRDKEEP_X_API", format!("http://{}", x.local_addr().expect("it is bound")));
    let child = ask(&bench);
    let (mut stream, _) = x.accept().expect("it asks");
    let mut request = [0; 4096];
    let length = stream.read(&mut request).expect("it sends");
    assert!(request[..length].starts_with(b"POST /2/oauth2/token"));
    for signal in [Signal::INT, Signal::HUP, Signal::TSTP, Signal::TERM] {
        kill_process(Pid::from_child(&child), signal).expect("it lives");
    }
    let body = r#"{"token_type":"bearer","expires_in":7200,"access_token":"made-up-at","refresh_token":"made-up-rt"}"#;
    let answer =
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).expect("it still listens");
    let ended = child.wait_with_output().expect("it ends");
    assert!(matches!(ended.status.signal(), Some(1 | 2 | 15)), "one of them ends it after all: {ended:?}");
    assert_eq!(ended.stdout, b"", "it was asked to end before it could answer");
    assert_eq!(bench.run(&["get", "wiki", "oauth2_access_token"]).ends(0).out, "made-up-at");
    assert_eq!(bench.run(&["get", "wiki", "oauth2_refresh_token"]).ends(0).out, "made-up-rt");
}
