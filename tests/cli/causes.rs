//! Every cause as machines and people read it on the command line: of a flock with all the troubles there are, asked about
//! over real HTTP.

use std::collections::{BTreeMap, BTreeSet};

use birdkeep::domain::verdict::{CAUSES, Cause, Remedy, State};
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

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[test]
fn every_cause_is_told_to_machines_and_people_with_its_next_step() {
    let (bench, _played) = flock();
    let json = bench.run(&["check", "--all", "--json"]).ends(1).json();
    let mut of: BTreeMap<Cause, String> = BTreeMap::new();
    for row in json["profiles"].as_array().expect("a list") {
        let (name, word) = (text(&row["name"]), text(&row["cause"]));
        let cause = Cause::parse(&word).expect("a stable word").row();
        assert_eq!(text(&row["state"]), cause.state.word(), "{name}");
        assert_eq!(
            (text(&row["what"]).as_str(), text(&row["try_this"]).as_str()),
            (cause.what, cause.try_this)
        );
        assert_eq!(row["link"].as_str(), cause.link, "{name}");
        assert!(!text(&row["because"]).is_empty() && row["checked_at"].is_string(), "{name}");
        let remedy = Remedy::parse(&text(&row["remedy"])).expect("a stable word").row();
        assert_eq!(row["command"].is_string(), remedy.command.is_some(), "{name}");
        of.entry(cause.cause).or_insert(name);
    }
    let missing: Vec<_> =
        CAUSES.iter().filter(|row| !of.contains_key(&row.cause)).map(|row| row.word).collect();
    assert_eq!(missing, Vec::<&str>::new(), "nobody of the demo has it");

    // What a check has found stands in the lists as well, in the same words.
    let list = bench.run(&["list", "--json"]).json();
    let listed = |name: &str| list.as_array().into_iter().flatten().find(|row| row["name"] == name).cloned();
    for (cause, name) in &of {
        let row = listed(name).expect("it is listed");
        assert_eq!(
            (text(&row["cause"]), text(&row["state"])),
            (cause.row().word.to_owned(), cause.row().state.word().to_owned())
        );
    }

    let names: Vec<&str> = of.values().map(String::as_str).collect();
    let told = bench.run(&[&["check"], names.as_slice()].concat()).ends(1).out;
    for (cause, name) in &of {
        let row = cause.row();
        if row.state == State::Ok {
            continue;
        }
        let begins = format!("{name}: {}\n          because: ", row.what);
        let rest = told.split(&begins).nth(1).unwrap_or_else(|| panic!("{name} is not told\n{told}"));
        let own: String = rest.lines().take(5).collect::<Vec<_>>().join("\n");
        assert!(own.contains(&format!("try: {}", row.try_this)), "{name}\n{own}");
        if let Some(link) = row.link {
            assert!(own.contains(&format!("see: {link}")), "{name}\n{own}");
        }
    }
}

#[test]
fn the_command_that_is_told_is_one_that_birdkeep_takes() {
    let (bench, _played) = flock();
    let json = bench.run(&["check", "--all", "--json"]).json();
    let commands: BTreeSet<String> = json["profiles"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|row| row["command"].as_str().map(ToOwned::to_owned))
        .collect();
    for wanted in [
        "birdkeep authorize poetry-vending --oauth1",
        "birdkeep authorize one-way-ticket --oauth2",
        "birdkeep rotate night-library bearer",
        "birdkeep edit weekend-hacks",
        "birdkeep edit left-shoe-right",
        "birdkeep token yesterdays-milk > /dev/null",
        "birdkeep check sleepy-whale",
    ] {
        assert!(commands.contains(wanted), "{wanted} is not among {commands:?}");
    }
    // Those that need nobody do what they say.
    bench.run(&["rotate", "night-library", "bearer", "--yes"]).ends(0);
    bench.run(&["token", "yesterdays-milk"]).ends(0);
    bench.run(&["rotate", "umbrella-stand", "bearer", "--yes"]);
    let names = ["overdue-owl", "yesterdays-milk"];
    let json = bench.run(&[&["check", "--json"], names.as_slice()].concat()).ends(0).json();
    for row in json["profiles"].as_array().expect("a list") {
        assert_eq!(row["cause"], "ok", "{}", row["name"]);
    }
}

#[test]
fn what_the_values_tell_by_themselves_is_told_before_any_check() {
    let (bench, _played) = flock();
    let list = bench.run(&["list", "--json"]).json();
    let told: BTreeMap<String, (String, String)> = list
        .as_array()
        .into_iter()
        .flatten()
        .filter(|row| row["cause"].is_string())
        .map(|row| (text(&row["name"]), (text(&row["cause"]), text(&row["state"]))))
        .collect();
    for (name, cause, state) in [
        ("echo", "duplicate_credential", "attention"),
        ("evil-twin", "wrong_account", "attention"),
        ("left-shoe-right", "swapped_fields", "attention"),
        ("one-way-ticket", "login_needed", "attention"),
        ("yesterdays-milk", "token_expired", "unknown"),
    ] {
        assert_eq!(told.get(name), Some(&(cause.to_owned(), state.to_owned())), "{name} in {told:?}");
    }
    assert_eq!(told.len(), 6, "{told:?}");
    let shown = bench.run(&["show", "left-shoe-right", "--json"]).json();
    let verdict = &shown["verdict"];
    assert_eq!(
        (verdict["cause"].as_str(), verdict["state"].as_str()),
        (Some("swapped_fields"), Some("attention"))
    );
    assert!(
        verdict["checked_at"].is_null()
            && text(&verdict["because"]).contains("looks like an access token secret")
    );
    assert_eq!(verdict["command"], "birdkeep edit left-shoe-right");
    let show = bench.run(&["show", "left-shoe-right"]).out;
    assert!(
        show.contains("a value is stored in the wrong field") && show.contains("run: birdkeep edit"),
        "{show}"
    );
    assert!(bench.run(&["list"]).out.contains("swapped"));
    // A value put right is a hint gone.
    bench.pipe(&["set", "yesterdays-milk", "oauth2_access_token"], "made-up").ends(0);
    let list = bench.run(&["list", "yesterdays-milk", "--json"]).json();
    assert_eq!(list[0]["state"], "unknown");
    let app = bench.run(&["show", "app:flock-prod", "--json"]).json();
    assert!(app["cause"].is_null());
}
