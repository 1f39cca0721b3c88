//! `add`, `set`, `get`, `show`, `list`, `rename`, `remove`, `app`, `identify`, and two processes at once.

use serde_json::Value;

use crate::bench::Bench;

#[test]
fn a_bot_is_added_shown_and_read_back() {
    let bench = Bench::with_a_bot();
    assert_eq!(bench.run(&["get", "wiki", "access_token"]).ends(0).out, "1447-made-up");
    assert_eq!(
        bench.run(&["get", "wiki", "api-key"]).ends(0).out,
        "made-up-key",
        "an app's field through its bot"
    );
    assert_eq!(bench.run(&["get", "app:bots", "api_secret"]).ends(0).out, "made-up-secret");
    bench.run(&["get", "wiki", "bearer_token"]).ends(1).says("“bots” has no bearer token");
    bench.run(&["get", "bots", "access_token"]).ends(2).says("belongs to each of its profiles");
    bench.run(&["get", "wiki", "password"]).ends(2).says("the fields are api_key");
    bench.run(&["get", "nobody", "api_key"]).ends(1).says("there is no “nobody”");
    bench.run(&["get", "wikki", "api_key"]).ends(1).says("perhaps “wiki”");
}

#[test]
fn list_for_machines_keeps_its_promise() {
    let bench = Bench::with_a_bot();
    bench.pipe(&["set", "wiki", "tags"], "news, two words").ends(0);
    let list = bench.run(&["list", "--json"]).ends(0).json();
    let wiki = &list[0];
    let keys: Vec<&String> = wiki.as_object().expect("an object").keys().collect();
    for key in ["name", "handle", "user_id", "app", "tags", "may", "state", "checked_at", "fields"] {
        assert!(keys.iter().any(|known| *known == key), "{key} is missing in {keys:?}");
    }
    assert_eq!((wiki["name"].as_str(), wiki["handle"].as_str()), (Some("wiki"), Some("wikidaily")));
    assert_eq!((wiki["app"].as_str(), wiki["may"].as_str()), (Some("bots"), Some("unknown")));
    assert_eq!((wiki["state"].as_str(), &wiki["checked_at"]), (Some("unknown"), &Value::Null));
    let fields = wiki["fields"].as_object().expect("an object");
    assert_eq!(fields.len(), 9);
    assert_eq!(fields["api_key"]["set"], true);
    assert_eq!(fields["api_key"]["fingerprint"].as_str().map(str::len), Some(16));
    assert!(fields["api_key"]["changed_at"].as_str().is_some_and(|time| time.ends_with('Z')));
    assert_eq!(fields["bearer_token"]["set"], false);
    assert!(!list.to_string().contains("made-up"));
}

#[test]
fn list_finds_by_words_and_tags() {
    let bench = Bench::with_a_bot();
    bench.pipe(&["add", "poet", "--tag", "verse"], "").ends(0);
    for (args, found) in [
        (&["list", "--json"][..], 2),
        (&["list", "WIKI", "--json"], 1),
        (&["list", "@wiki", "--json"], 1),
        (&["list", "bots", "--json"], 1),
        (&["list", "--tag", "Verse", "--json"], 1),
        (&["list", "wiki verse", "--json"], 0),
    ] {
        let ran = bench.run(args);
        assert_eq!(ran.json().as_array().map(Vec::len), Some(found), "{args:?}");
        assert_eq!(ran.code, i32::from(found == 0), "{args:?}");
    }
}

#[test]
fn a_value_loses_one_newline_and_nothing_else() {
    let bench = Bench::with_a_bot();
    for (given, kept) in [("plain", "plain"), ("plain\n", "plain"), ("plain\r\n", "plain")] {
        bench.pipe(&["set", "wiki", "access_secret"], given).ends(0);
        assert_eq!(bench.run(&["get", "wiki", "access_secret"]).out, kept, "{given:?}");
    }
    bench.pipe(&["set", "wiki", "access_secret"], " 'quoted' \n").ends(0).says("was left out");
    assert_eq!(bench.run(&["get", "wiki", "access_secret"]).out, "quoted");
    for bad in ["", "\n", "two\nlines", "nul\0", "esc\u{1b}[2J"] {
        bench.pipe(&["set", "wiki", "access_secret"], bad).ends(2);
    }
    bench.pipe(&["set", "wiki", "access_secret"], b"\xff\xfe").ends(2).says("no text");
    assert_eq!(bench.run(&["get", "wiki", "access_secret"]).out, "quoted", "nothing was changed");
}

#[test]
fn a_value_in_the_wrong_place_is_named_and_taken() {
    let bench = Bench::with_a_bot();
    let token = format!("144712093100-{}", "a".repeat(37));
    let said = bench.pipe(&["set", "bots", "api_key"], &token).ends(0);
    assert!(said.err.contains("this looks like an access token, not an API key"), "{}", said.err);
    assert!(!said.err.contains(&token));
}

#[test]
fn properties_are_set_and_cleared_by_their_words() {
    let bench = Bench::with_a_bot();
    for (name, word, value) in [
        ("wiki", "handle", "@other"),
        ("wiki", "user_id", "1447"),
        ("wiki", "needs", "post, media"),
        ("wiki", "deployed", "server-1\nserver-2"),
        ("wiki", "notes", "line one\nline two"),
        ("app:bots", "permission", "read-write"),
        ("app:bots", "callback_url", "http://127.0.0.1:8080/callback"),
        ("app:bots", "rotation_days", "30"),
    ] {
        bench.pipe(&["set", name, word], value).ends(0);
    }
    let wiki = bench.run(&["show", "wiki", "--json"]).json();
    assert_eq!(wiki["needs"], serde_json::json!(["post", "media"]));
    assert_eq!(wiki["deployed"], serde_json::json!(["server-1", "server-2"]));
    assert_eq!(wiki["notes"], "line one\nline two");
    let bots = bench.run(&["app", "show", "bots", "--json"]).json();
    assert_eq!((bots["permission"].as_str(), bots["rotation_days"].as_u64()), (Some("read-write"), Some(30)));
    assert_eq!(bots["profiles"], serde_json::json!(["wiki"]));
    bench.run(&["set", "wiki", "notes", "--clear"]).ends(0);
    bench.run(&["set", "wiki", "access_token", "--clear"]).ends(0);
    assert_eq!(bench.run(&["show", "wiki", "--json"]).json()["notes"], "");
    bench.run(&["get", "wiki", "access_token"]).ends(1);
    bench.pipe(&["set", "wiki", "handle"], "not a handle").ends(2).says("a handle is 1 to 15");
    bench.pipe(&["set", "wiki", "colour"], "red").ends(2).says("there is no field “colour”");
    bench.pipe(&["set", "wiki", "name"], "x").ends(2).says("birdkeep rename");
}

#[test]
fn a_word_that_is_app_and_profile_wants_a_prefix() {
    let bench = Bench::with_a_bot();
    bench.pipe(&["app", "add", "wiki"], "").ends(0);
    bench.run(&["show", "wiki"]).ends(2).says("app:wiki or profile:wiki");
    bench.run(&["show", "profile:wiki"]).ends(0);
    bench.run(&["app", "show", "wiki"]).ends(0);
    bench.pipe(&["add", "WIKI"], "").ends(2).says("there is a profile “WIKI” already");
}

#[test]
fn names_change_and_what_they_name_stays() {
    let bench = Bench::with_a_bot();
    bench.run(&["rename", "wiki", "wiki-daily"]).ends(0);
    bench.run(&["rename", "wiki-daily", "Wiki-Daily"]).ends(0);
    bench.run(&["rename", "app:bots", "bots-prod"]).ends(0);
    assert_eq!(bench.run(&["get", "wiki-daily", "api_key"]).ends(0).out, "made-up-key");
    bench.pipe(&["add", "poet"], "").ends(0);
    bench.run(&["rename", "poet", "WIKI-daily"]).ends(2);
    for bad in ["", "a:b", "\u{202e}x", &"x".repeat(65)] {
        bench.run(&["rename", "poet", bad]).ends(2);
    }
}

#[test]
fn an_app_in_use_wants_its_name_typed_and_a_profile_does_not() {
    let bench = Bench::with_a_bot();
    bench.run(&["remove", "app:bots"]).ends(2).says("--confirm bots");
    bench.run(&["app", "remove", "bots", "--confirm", "other"]).ends(2);
    bench.run(&["app", "remove", "bots", "--confirm", "bots"]).ends(0);
    bench.run(&["app", "show", "bots"]).ends(1);
    bench.run(&["remove", "wiki"]).ends(0).says("30 days");
    bench.run(&["list", "--json"]).ends(0);
    bench.run(&["remove", "wiki"]).ends(1);
}

#[test]
fn values_are_identified_in_use_and_in_history() {
    let bench = Bench::with_a_bot();
    bench.pipe(&["set", "wiki", "access_secret"], "made-up-new").ends(0);
    let ran = bench.pipe(&["identify"], "made-up-new\n").ends(0);
    assert_eq!(ran.out, "profile:wiki access_secret (in use)\n");
    let old = bench.pipe(&["identify", "--json"], "made-up-access").ends(0).json();
    assert_eq!((old[0]["name"].as_str(), old[0]["place"].as_str()), (Some("wiki"), Some("replaced")));
    bench.pipe(&["identify"], "something else").ends(1);
}

#[test]
fn a_bad_line_on_standard_input_adds_nothing() {
    let bench = Bench::with_a_bot();
    bench.pipe(&["add", "poet"], "access_token=t\nnonsense\n").ends(2).says("line 2");
    bench.pipe(&["add", "poet"], "colour=red\n").ends(2);
    bench.pipe(&["add", "poet", "--app", "nobody"], "").ends(2).says("birdkeep app add nobody");
    bench.pipe(&["add", "poet"], "api_key=k\n").ends(2).says("“poet” has no app");
    bench.pipe(&["add", "poet", "--need", "fly"], "").ends(2).says("needs are of:");
    bench.run(&["show", "poet"]).ends(1);
}

#[test]
fn two_processes_editing_different_fields_lose_nothing() {
    let bench = Bench::with_a_bot();
    std::thread::scope(|scope| {
        for (word, prefix) in [("access_token", "1447-"), ("handle", "h"), ("notes", "n")] {
            let bench = &bench;
            scope.spawn(move || {
                for round in 0..8 {
                    bench.pipe(&["set", "wiki", word], format!("{prefix}{round}")).ends(0);
                }
            });
        }
    });
    let wiki = bench.run(&["show", "wiki", "--json"]).ends(0).json();
    assert_eq!((wiki["handle"].as_str(), wiki["notes"].as_str()), (Some("h7"), Some("n7")));
    assert_eq!(bench.run(&["get", "wiki", "access_token"]).out, "1447-7");
}

#[test]
fn a_backup_brings_back_what_was_removed_and_replaced() {
    let bench = Bench::with_a_bot();
    let generation = |bench: &Bench| {
        let list = bench.run(&["restore", "--list", "--json"]).ends(0).json();
        list[0]["generation"].as_u64().expect("the newest backup has a number")
    };
    bench.pipe(&["set", "wiki", "access_token"], "1447-newer").ends(0);
    let before = generation(&bench).to_string();
    bench.run(&["remove", "wiki"]).ends(0);
    bench.run(&["restore", &before]).ends(2).says("--confirm vault.age");
    bench.run(&["restore", &before, "--confirm", "something"]).ends(2);
    bench.run(&["show", "wiki"]).ends(1);
    let ran = bench.run(&["restore", &before, "--confirm", "vault.age"]).ends(0);
    assert!(ran.err.contains("profile “wiki” is not deleted any more"), "{}", ran.err);
    assert!(ran.err.contains("Access token: #"), "{}", ran.err);
    assert_eq!(bench.run(&["get", "wiki", "access_token"]).ends(0).out, "1447-made-up");
    assert!(!ran.all().contains("made-up"));
    let text = bench.run(&["restore", "--list"]).ends(0).out;
    assert!(text.starts_with("generation"), "{text}");
    bench.run(&["restore", "999"]).ends(2).says("there is no backup 999");
    bench.run(&["restore", "/nowhere/at/all"]).ends(2);
    bench.run(&["restore"]).ends(2);
    bench.pipe(&["restore", "-", "--confirm", "vault.age"], "no vault at all").ends(4);
}
