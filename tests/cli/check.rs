//! `check` and `rotate` against the simulator's server.

use serde_json::Value;

use crate::bench::Bench;
use crate::home::Played;

fn flock() -> (Bench, Played) {
    let mut bench = Bench::new();
    let played = bench.played(&[]);
    bench.pipe(&["import", "-", "--from", "json"], &played.roster).ends(0);
    bench.set("BIRDKEEP_X_API", played.base.clone());
    (bench, played)
}

#[test]
fn a_check_for_machines_keeps_its_promise_and_is_remembered() {
    let (bench, _played) = flock();
    let ran = bench.run(&["check", "duck-of-the-day", "--json"]).ends(0);
    assert!(ran.err.starts_with("1 asked: 1 ok; 3 requests, at most $0.01 (prices of 20"), "{}", ran.err);
    assert!(ran.err.contains("BIRDKEEP_X_API") && ran.err.lines().count() == 1, "{}", ran.err);
    let json = ran.json();
    let duck = &json["profiles"][0];
    assert_eq!((duck["name"].as_str(), duck["state"].as_str()), (Some("duck-of-the-day"), Some("ok")));
    assert_eq!((duck["cause"].as_str(), duck["may"].as_str()), (Some("ok"), Some("read-write")));
    assert_eq!(duck["account"]["handle"], "demo_ducks");
    assert_eq!(duck["needs"]["post"], true);
    for key in ["app", "what", "because", "try_this", "link"] {
        assert!(duck.get(key).is_some(), "{key} is missing");
    }
    assert!(json["requests"].as_u64().is_some_and(|n| n > 0) && json["apps"].is_array());
    let list = bench.run(&["list", "duck", "--json"]).json();
    assert_eq!((list[0]["state"].as_str(), list[0]["may"].as_str()), (Some("ok"), Some("read-write")));
    assert!(list[0]["checked_at"].is_string());
    bench.pipe(&["set", "duck-of-the-day", "access_secret"], "made-up-other").ends(0);
    let list = bench.run(&["list", "duck", "--json"]).json();
    assert_eq!(list[0]["state"], "unknown", "a verdict dies with the value it was about");
}

#[test]
fn checking_everything_tells_each_trouble_by_its_stable_word() {
    let (bench, played) = flock();
    let ran = bench.run(&["check", "--all", "--json"]).ends(1);
    let json = ran.json();
    let cause = |name: &str| {
        let rows = json["profiles"].as_array().expect("a list");
        let row = rows.iter().find(|row| row["name"] == name);
        row.and_then(|row| row["cause"].as_str()).unwrap_or("not there").to_owned()
    };
    for (name, wanted) in [
        ("duck-of-the-day", "ok"),
        ("poetry-vending", "level_too_low"),
        ("lake-weather", "app_keys_rejected"),
        ("left-sock-finder", "access_pair_rejected"),
        ("evil-twin", "wrong_account"),
        ("time-traveller", "clock_skew"),
        ("overly-honest-ads", "account_suspended"),
        ("definitely-human", "account_locked"),
        ("escalator-facts", "app_suspended"),
        ("party-crasher", "not_enrolled"),
        ("broke-poet", "no_credits"),
        ("chatty-parrot", "rate_limited"),
        ("sleepy-whale", "x_down"),
        ("desert-island", "unreachable"),
        ("half-a-key", "missing_field"),
        ("cryptic-sphinx", "unexpected_answer"),
    ] {
        assert_eq!(cause(name), wanted, "{name}");
    }
    // What X says is foreign text: nothing of it reaches the terminal or the JSON as it is.
    assert!(!ran.out.contains('\u{1b}') && !ran.out.contains('\u{202e}'));
    let roster: Value = serde_json::from_str(&played.roster).expect("the roster is JSON");
    for row in ["apps", "profiles"].iter().flat_map(|list| roster[*list].as_array().into_iter().flatten()) {
        for key in ["api_key", "api_secret", "bearer_token", "client_secret", "access_token", "access_secret"]
        {
            if let Some(secret) = row[key].as_str() {
                assert!(!ran.all().contains(secret), "{key} of {} is shown", row["name"]);
            }
        }
    }
    let text = bench.run(&["check", "evil-twin", "duck-of-the-day"]).ends(1);
    assert!(text.out.contains("failed    evil-twin: the token belongs to another X account"), "{}", text.out);
    assert!(text.out.contains("          because: X answered for @demo_someone"), "{}", text.out);
    assert!(text.out.contains("ok        duck-of-the-day: read-write"), "{}", text.out);
}

#[test]
fn an_app_stands_for_its_profiles_and_nothing_is_asked_without_names() {
    let (bench, _played) = flock();
    let json = bench.run(&["check", "weekend-hacks", "lake-weather", "--json"]).ends(1).json();
    assert_eq!(json["profiles"].as_array().map(Vec::len), Some(2), "each once");
    bench.run(&["check"]).ends(2);
    bench.run(&["check", "--all", "wiki"]).ends(2);
    bench.run(&["check", "nobody"]).ends(1);
}

#[test]
fn a_bearer_is_rotated_without_a_terminal() {
    let (bench, _played) = flock();
    let old = bench.run(&["get", "flock-prod", "bearer_token"]).ends(0).out;
    bench.run(&["rotate", "flock-prod", "bearer"]).ends(2).says("--yes");
    assert_eq!(bench.run(&["get", "flock-prod", "bearer_token"]).out, old);
    let ran = bench.run(&["rotate", "flock-prod", "bearer", "--yes"]).ends(0);
    let new = bench.run(&["get", "flock-prod", "bearer_token"]).ends(0).out;
    assert_ne!(new, old);
    assert!(!ran.all().contains(&new) && !ran.all().contains(&old));
    assert!(bench.pipe(&["identify"], &old).ends(0).out.contains("replaced"));
    bench.run(&["check", "museum-whisper"]).ends(0);
}

#[test]
fn a_stage_for_a_person_ends_without_one_and_can_be_abandoned() {
    let (bench, _played) = flock();
    let before = bench.run(&["get", "duck-of-the-day", "access_token"]).out;
    bench.run(&["rotate", "duck-of-the-day", "access", "--yes"]).ends(2).says("this stage needs a person");
    bench.run(&["rotate", "duck-of-the-day", "access", "--abandon"]).ends(0);
    bench.run(&["rotate", "duck-of-the-day", "access", "--abandon"]).ends(1);
    assert_eq!(bench.run(&["get", "duck-of-the-day", "access_token"]).out, before);
    bench.run(&["rotate", "duck-of-the-day", "api"]).ends(2).says("every access token of the app");
    bench.run(&["rotate", "duck-of-the-day", "nothing"]).ends(2).says("api, bearer, client, access, oauth2");
}

#[test]
fn a_leaked_token_is_killed_with_its_name_typed_and_is_never_handed_out_again() {
    let (bench, _played) = flock();
    let old = bench.run(&["get", "duck-of-the-day", "access_token"]).ends(0).out;
    bench.run(&["revoke", "duck-of-the-day"]).ends(2).says("--confirm duck-of-the-day");
    bench.run(&["revoke", "duck-of-the-day", "--confirm", "duck"]).ends(2);
    assert_eq!(bench.run(&["get", "duck-of-the-day", "access_token"]).out, old);
    let ran = bench.run(&["revoke", "duck-of-the-day", "--confirm", "duck-of-the-day"]).ends(0);
    assert!(ran.out.contains("dead  duck-of-the-day: Access token and secret"), "{}", ran.out);
    assert!(!ran.all().contains(&old));
    bench.run(&["get", "duck-of-the-day", "access_token"]).ends(1);
    bench.run(&["revoke", "duck-of-the-day", "--confirm", "duck-of-the-day"]).ends(1).says("nothing of");
    // What no API kills is left to a person, and said.
    bench.run(&["revoke", "flock-prod", "api"]).ends(1).says("https://console.x.com");
    bench.run(&["revoke", "flock-prod"]).ends(2).says("birdkeep revoke --app flock-prod");
    bench.run(&["revoke", "flock-prod", "wings"]).ends(2).says("api, bearer, client, access, oauth2");
    let all = bench.run(&["revoke", "--app", "flock-prod", "--confirm", "flock-prod"]);
    assert!(all.out.contains("dead  flock-prod: Bearer token"), "{}", all.out);
    assert!(all.out.lines().filter(|line| line.starts_with("dead")).count() > 15, "{}", all.out);
    bench.run(&["get", "flock-prod", "bearer_token"]).ends(1);
}

#[test]
fn what_was_replaced_is_listed_with_why_and_what_x_did_and_can_be_purged() {
    let (bench, _played) = flock();
    let old = bench.run(&["get", "flock-prod", "bearer_token"]).ends(0).out;
    bench.run(&["history", "flock-prod", "--purge"]).ends(1).says("nothing to purge");
    bench.run(&["rotate", "flock-prod", "bearer", "--yes"]).ends(0);
    let listed = bench.run(&["history", "flock-prod"]).ends(0);
    assert!(listed.out.contains("bearer_token") && listed.out.contains("dead at X since"), "{}", listed.out);
    assert!(!listed.all().contains(&old));
    let json = bench.run(&["history", "flock-prod", "--json"]).ends(0).json();
    assert_eq!(json["values"][0]["by"], "rotation");
    assert!(json["values"][0]["dead_since"].is_string());
    let value = bench.run(&["history", "flock-prod", "--value", "1"]).ends(0).says("dead at X since");
    assert_eq!(value.out, old);
    bench.run(&["history", "flock-prod", "--value", "2"]).ends(1);
    bench.run(&["history", "flock-prod", "--purge"]).ends(2).says("--confirm flock-prod");
    let purged = bench.run(&["history", "flock-prod", "--purge", "--confirm", "flock-prod"]).ends(0);
    purged.says("in git");
    assert_eq!(
        bench.run(&["history", "flock-prod", "--json"]).json()["values"].as_array().map(Vec::len),
        Some(0)
    );
    assert!(!bench.run(&["restore", "--list"]).out.contains(".age"));
}

#[test]
fn what_is_due_is_named_for_people_and_machines() {
    let bench = Bench::with_a_bot();
    let json = bench.run(&["list", "--json"]).json();
    assert_eq!(json[0]["due"].as_array().map(Vec::len), Some(0));
    assert_eq!(json[0]["mark"], Value::Null);
}

#[test]
fn without_x_a_rotation_says_so_and_a_check_knows_nothing() {
    let (bench, played) = flock();
    drop(played);
    bench.run(&["rotate", "flock-prod", "bearer", "--yes"]).ends(5);
    let json = bench.run(&["check", "duck-of-the-day", "--json"]).ends(5).json();
    assert_eq!(json["profiles"][0]["cause"], "unreachable");
    assert_eq!(json["profiles"][0]["state"], "unknown");
}

#[test]
fn secrets_go_to_this_machine_or_to_x_and_nowhere_else() {
    let mut bench = Bench::with_a_bot();
    for base in ["http://example.com", "https://api.x.com.example.com", "http://10.0.0.1", "nonsense"] {
        bench.set("BIRDKEEP_X_API", base);
        bench.run(&["check", "--all"]).ends(2).says("not an address of this machine");
    }
    bench.run(&["demo", "--listen", "0.0.0.0:0"]).ends(2).says("loopback");
}

#[test]
fn faults_and_rosters_are_taken_by_name() {
    let mut bench = Bench::new();
    bench.run(&["demo", "--listen", "127.0.0.1:0", "--fault", "nothing"]).ends(2).says("the faults are");
    let roster = bench.write("roster.json", r#"{"seed":"s","apps":[{"name":"a"}],"profiles":[{"name":"p","handle":"p","app":"a","level":"read-write","needs":["post"]}]}"#);
    let played = bench.played(&["--roster", &roster, "--fault", "x-down"]);
    bench.pipe(&["import", "-"], &played.roster).ends(0);
    bench.set("BIRDKEEP_X_API", played.base.clone());
    let json = bench.run(&["check", "p", "--json"]).ends(5).json();
    assert_eq!(json["profiles"][0]["cause"], "x_down");
    let bad = bench.write("bad.json", "{");
    bench.run(&["demo", "--listen", "127.0.0.1:0", "--roster", &bad]).ends(2).says("roster");
}
