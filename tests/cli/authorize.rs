//! `authorize` against the simulator's server, with a browser that is a line of shell and a person that is this test.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, ChildStderr};
use std::sync::mpsc;
use std::time::Duration;

use crate::bench::{Bench, Ran};
use crate::home::Played;

/// How long a test waits for a browser to be started, on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// A vault of two bots, X at the other end, and a callback on a free port.
struct Den {
    bench: Bench,
    _played: Played,
    callback: String,
}

impl Den {
    fn new() -> Self {
        let mut bench = Bench::new();
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = free.local_addr().expect("it has an address").port();
        drop(free);
        let callback = format!("http://127.0.0.1:{port}/callback");
        let roster = format!(
            r#"{{"seed": "login", "apps": [{{"name": "bots", "permission": "read-write", "callbacks": ["{callback}"]}}],
                "profiles": [
                  {{"name": "ducks", "handle": "demo_ducks", "app": "bots", "level": "read", "needs": ["post"]}},
                  {{"name": "tide", "handle": "demo_tide", "app": "bots", "trouble": "oauth2", "needs": ["post"]}}
                ]}}"#
        );
        let roster = bench.write("roster.json", roster);
        let played = bench.played(&["--roster", &roster]);
        bench.pipe(&["import", "-", "--from", "json"], &played.roster).ends(0);
        bench.set("BIRDKEEP_X_API", played.base.clone());
        Self { bench, _played: played, callback }
    }

    /// A `$BROWSER` that hands on what it was told to open; the receiver gets it.
    fn browser(&mut self) -> mpsc::Receiver<String> {
        let pipe = self.bench.path("opened");
        self.bench.shell(&format!("mkfifo '{}'", pipe.display())).ends(0);
        let script = format!("#!/bin/sh\nprintf '%s' \"$1\" > '{}'\n", pipe.display());
        let script = self.bench.write("browser", script);
        self.bench.shell(&format!("chmod 700 {script:?}")).ends(0);
        self.bench.set("BROWSER", script);
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            // Ends with the test if no browser is ever started.
            let opened = std::fs::read_to_string(pipe).unwrap_or_default();
            let _ = sender.send(opened);
        });
        receiver
    }

    fn value(&self, name: &str, field: &str) -> String {
        self.bench.run(&["get", name, field]).ends(0).out
    }
}

/// A login under way in another process.
struct Login {
    child: Child,
    err: BufReader<ChildStderr>,
    said: String,
}

impl Login {
    fn start(den: &Den, args: &[&str]) -> Self {
        let mut child = den.bench.start(args);
        let err = BufReader::new(child.stderr.take().expect("it is piped"));
        Self { child, err, said: String::new() }
    }

    /// The address that is shown.
    #[track_caller]
    fn address(&mut self) -> String {
        loop {
            let mut line = String::new();
            let read = self.err.read_line(&mut line).expect("it writes UTF-8");
            assert!(read > 0, "no address is shown:\n{}", self.said);
            self.said.push_str(&line);
            if line.contains("/authorize?") {
                return line.trim().to_owned();
            }
        }
    }

    fn answers(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().expect("it is piped");
        writeln!(stdin, "{line}").expect("it reads its input");
    }

    fn ended(mut self) -> Ran {
        drop(self.child.stdin.take());
        let mut out = String::new();
        self.child.stdout.take().expect("it is piped").read_to_string(&mut out).expect("it writes UTF-8");
        self.err.read_to_string(&mut self.said).expect("it writes UTF-8");
        let code = self.child.wait().expect("it ends").code().unwrap_or(-1);
        Ran { code, out, err: self.said }
    }
}

/// What a browser gets at an http address of this machine: the whole answer.
fn get(address: &str) -> String {
    let rest = address.strip_prefix("http://").expect("an http address");
    let (authority, path) = rest.split_once('/').expect("a path");
    let mut stream = TcpStream::connect(authority).expect("somebody listens");
    write!(stream, "GET /{path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// Where the login page sends the browser of somebody who says so.
fn sent_to(address: &str, answer: &str) -> String {
    let page = get(&format!("{address}{answer}"));
    let location = page.lines().find_map(|line| line.strip_prefix("location: "));
    assert!(location.is_some(), "no redirect in\n{page}");
    location.unwrap_or_default().to_owned()
}

fn pin(address: &str, answer: &str) -> String {
    let page = get(&format!("{address}{answer}"));
    page.split("id=\"pin\">").nth(1).and_then(|rest| rest.get(..7)).expect("a PIN").to_owned()
}

#[test]
fn the_browser_comes_back_with_tokens_of_either_kind() {
    for (name, handle, field) in
        [("ducks", "demo_ducks", "access_token"), ("tide", "demo_tide", "oauth2_access_token")]
    {
        let mut den = Den::new();
        let opened = den.browser();
        let before = den.value(name, field);
        let mut login = Login::start(&den, &["authorize", name]);
        let shown = login.address();
        let opened = opened.recv_timeout(PATIENCE).expect("a browser is started");
        assert_eq!(opened, shown, "what is opened is shown as well");
        let back = sent_to(&opened, &format!("&as={handle}&answer=yes"));
        assert!(back.starts_with(&format!("{}?", den.callback)));
        assert!(get(&format!("{}/favicon.ico", den.callback.trim_end_matches("/callback"))).contains("404"));
        let page = get(&back);
        assert!(page.contains("go back to birdkeep"), "{page}");
        let ran = login.ended().ends(0).says(&format!("of @{handle} now")).says("birdkeep check");
        assert_eq!(ran.out, "");
        let after = den.value(name, field);
        assert_ne!(after, before);
        assert!(!ran.all().contains(&after) && !ran.all().contains(&before));
        den.bench.run(&["check", name]).ends(0);
    }
}

#[test]
fn without_a_browser_a_pin_or_an_address_is_brought() {
    let den = Den::new();
    let mut login = Login::start(&den, &["authorize", "ducks", "--oauth1", "--no-browser"]);
    let pin = pin(&login.address(), "&as=demo_ducks&answer=yes");
    login.answers("12x");
    login.answers(&pin);
    login.ended().ends(0).says("this is not a PIN").says("2 tries left").says("of @demo_ducks now");
    den.bench.run(&["check", "ducks"]).ends(0);

    let mut login = Login::start(&den, &["authorize", "ducks", "--oauth2", "--no-browser"]);
    let back = sent_to(&login.address(), "&as=demo_ducks&answer=yes");
    login.answers("http://127.0.0.1:1/callback");
    login.answers(&format!(" {back} "));
    let ran = login.ended().ends(0).says("not the address that X sends").says("tweet.write");
    let code = back.split("code=").nth(1).expect("a code");
    assert!(!ran.all().contains(code));
    let profile = den.bench.run(&["show", "ducks", "--json"]).ends(0).json();
    assert!(profile.to_string().contains("offline.access"), "{profile}");
}

#[test]
fn the_wrong_account_and_a_no_store_nothing() {
    let den = Den::new();
    for (answer, what) in [
        ("&as=demo_tide&answer=yes", "the wrong account was logged in"),
        ("&as=demo_ducks&answer=no", "the login was refused"),
    ] {
        let before = den.bench.kept();
        let mut login = Login::start(&den, &["authorize", "ducks", "--oauth2", "--no-browser"]);
        let back = sent_to(&login.address(), answer);
        login.answers(&back);
        login.ended().ends(1).says(what);
        assert_eq!(den.bench.kept(), before);
    }
    let mut login = Login::start(&den, &["authorize", "ducks", "--pin"]);
    login.address();
    login.ended().ends(2).says("the PIN was not given");
}

#[test]
fn a_taken_port_is_said_before_anybody_logs_in() {
    let den = Den::new();
    let address = den.callback.trim_start_matches("http://").trim_end_matches("/callback");
    let _other = TcpListener::bind(address).expect("it was free");
    den.bench.run(&["authorize", "ducks"]).ends(2).says("another program listens").says("--pin");
    den.bench.run(&["authorize", "tide"]).ends(2).says("--no-browser");
    let elsewhere = ["authorize", "ducks", "--callback-url", "https://example.com/callback"];
    den.bench.run(&elsewhere).ends(2).says("not an http address of this machine");
    let unknown = ["authorize", "ducks", "--callback-url", "http://127.0.0.1:1/x", "--pin"];
    den.bench.run(&unknown).ends(2);
}

#[test]
fn what_cannot_be_asked_for_is_refused_at_once() {
    let den = Den::new();
    den.bench.run(&["authorize", "bots"]).ends(2).says("is an app");
    den.bench.run(&["authorize", "nobody"]).ends(1);
    den.bench.run(&["authorize", "ducks", "--oauth1", "--oauth2"]).ends(2);
    den.bench.run(&["authorize", "ducks", "--scopes", "offline_access"]).ends(2).says("say offline.access");
    den.bench.run(&["authorize", "ducks", "--scopes", "fly"]).ends(2).says("tweet.read");
    den.bench.run(&["app", "set", "bots", "client_id", "--clear"]).ends(0);
    den.bench.run(&["authorize", "ducks", "--oauth2"]).ends(2).says("app set bots client_id");
}
