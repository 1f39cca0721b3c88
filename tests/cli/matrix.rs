//! What each bot may do, action by action: `check --matrix`, `check --json`, `list --matrix`, `show`; and needs from
//! presets.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::bench::Bench;

/// The cells of a table in blocks: by profile, then by the word at the head of the column.
fn cell(table: &str, name: &str, word: &str) -> String {
    for block in table.split("\n\n") {
        let mut lines = block.lines();
        let head: Vec<&str> = lines.next().unwrap_or_default().split_whitespace().collect();
        let Some(column) = head.iter().rposition(|title| *title == word) else { continue };
        let line = lines.find(|line| line.split_whitespace().next() == Some(name)).unwrap_or_default();
        // Only the state is of several words: columns are counted from the end.
        let cells: Vec<&str> = line.split_whitespace().collect();
        return cells[cells.len() - (head.len() - column)].to_owned();
    }
    format!("no column {word}")
}

#[test]
fn each_action_is_told_with_what_serves_it_or_what_is_lacking() {
    let mut bench = Bench::new();
    let played = bench.played(&[]);
    bench.pipe(&["import", "-", "--from", "json"], &played.roster).ends(0);
    bench.set("BIRDKEEP_X_API", played.base.clone());
    let json = bench.run(&["check", "--all", "--json"]).ends(1).json();
    let action = |name: &str, word: &str| -> Value {
        let rows = json["profiles"].as_array().expect("a list");
        rows.iter().find(|row| row["name"] == name).expect("checked")["actions"][word].clone()
    };
    for (name, word, may, by, lacks) in [
        ("concierge-crow", "dm_send", "yes", json!("access"), Value::Null),
        ("fortune-pigeon", "dm_send", "no", Value::Null, json!({"level": "read-write-directmessages"})),
        ("fortune-pigeon", "bookmarks_write", "no", Value::Null, json!({"credential": ["oauth2"]})),
        ("fortune-pigeon", "usage", "yes", json!("bearer"), Value::Null),
        ("museum-whisper", "read", "yes", json!("bearer"), Value::Null),
        ("museum-whisper", "post", "no", Value::Null, json!({"credential": ["access", "oauth2"]})),
        ("tide-and-tea", "bookmarks_write", "yes", json!("oauth2"), Value::Null),
        ("tide-and-tea", "media", "no", Value::Null, json!({"scopes": ["media.write"]})),
        ("poker-face", "post", "unknown", Value::Null, Value::Null),
        ("left-sock-finder", "post", "no", Value::Null, json!({"refused": ["access_pair_rejected"]})),
        ("duck-of-the-day", "like", "banned", json!("access"), Value::Null),
        ("poetry-vending", "like", "banned", Value::Null, json!({"level": "read-write"})),
    ] {
        let found = action(name, word);
        assert_eq!(
            (&found["may"], &found["by"], &found["lacks"]),
            (&json!(may), &by, &lacks),
            "{name} {word}"
        );
        assert_eq!(found["because"].is_null(), may == "yes", "{name} {word}");
    }
    assert!(
        action("duck-of-the-day", "quote")["because"].as_str().is_some_and(|why| why.contains("2026-04"))
    );

    // As a table, from X and from what is remembered; the latter asks nobody.
    let asked = bench.run(&["check", "concierge-crow", "fortune-pigeon", "poker-face", "--matrix"]).ends(1);
    assert!(asked.err.contains("NO: is meant to, and may not"), "{}", asked.err);
    bench.set("BIRDKEEP_X_API", "http://127.0.0.1:1");
    let kept = bench.run(&["list", "--matrix"]).ends(0);
    for table in [&asked.out, &kept.out] {
        assert!(table.lines().all(|line| line.width() <= 100), "{table}");
        for (name, word, wanted) in [
            ("concierge-crow", "dm_send", "yes"),
            ("fortune-pigeon", "dm_send", "NO"),
            ("fortune-pigeon", "dm_delete", "no"),
            ("fortune-pigeon", "follow", "ban"),
            ("poker-face", "post", "?"),
            ("poker-face", "search_all", "yes"),
        ] {
            assert_eq!(cell(table, name, word), wanted, "{name} {word}\n{table}");
        }
    }
    let shown = bench.run(&["show", "fortune-pigeon"]).ends(0).out;
    for text in [
        "dm_read dm_send dm_delete: that takes “Read and write and Direct message” (the access token carries “Read and",
        "quote like follow: X removed likes, follows and quotes",
        "search_all spaces usage: by the app's bearer token",
    ] {
        assert!(shown.contains(text), "{text}\n{shown}");
    }
    let shown = bench.run(&["show", "fortune-pigeon", "--json"]).json();
    assert_eq!(shown["actions"]["dm_send"], action("fortune-pigeon", "dm_send"));
    assert_eq!(shown["actions"].as_object().map(serde_json::Map::len), Some(28));
    bench.set("COLUMNS", "50");
    let narrow = bench.run(&["list", "--matrix"]).ends(0).out;
    assert!(narrow.lines().all(|line| line.width() <= 50), "{narrow}");
    assert_eq!(cell(&narrow, "fortune-pigeon", "dm_send"), "NO");
}

#[test]
fn needs_come_from_presets_and_can_be_adjusted() {
    let bench = Bench::with_a_bot();
    let needs = || bench.run(&["show", "wiki", "--json"]).json()["needs"].clone();
    bench.pipe(&["set", "wiki", "needs"], "poster").ends(0);
    assert_eq!(needs(), json!(["read", "post", "delete"]));
    bench.pipe(&["set", "wiki", "needs"], "media-poster, dm_send").ends(0);
    assert_eq!(needs(), json!(["read", "post", "delete", "media", "dm_send"]));
    bench.pipe(&["set", "wiki", "needs"], "astronaut").ends(2).says("or a set of them: reader, poster");
    bench.run(&["add", "crow", "--need", "dm_bot", "--need", "post"]).ends(0);
    let crow = bench.run(&["show", "crow", "--json"]).json();
    assert_eq!(crow["needs"], json!(["read", "post", "dm_read", "dm_send"]));
    let file = r#"{"profiles":[{"name":"magpie","needs":["curator","usage"]}]}"#;
    bench.pipe(&["import", "-", "--from", "json"], file).ends(0);
    let magpie = bench.run(&["show", "magpie", "--json"]).json();
    assert_eq!(magpie["needs"], json!(["read", "repost", "lists", "bookmarks", "usage"]));
    assert_eq!(magpie["actions"]["post"]["may"], "no");
}
