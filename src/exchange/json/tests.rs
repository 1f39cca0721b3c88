//! The exchange format: what is taken, what is reported, and that the schema says the same.

use serde_json::Value as Json;

use super::*;
use crate::domain::needs::{NEEDS, PRESETS};
use crate::domain::time::Time;
use crate::exchange::rows::Weight;
use crate::exchange::writing::Style;

const SCHEMA: &str = include_str!("../../../assets/exchange.schema.json");

/// Every key once, in the order we write them.
const WHOLE: &str = r#"{
  "apps": [
    {
      "name": "bots-prod",
      "api_key": "made-up-key",
      "api_key_changed_at": "2026-01-31T12:00:00Z",
      "api_secret": "made-up-secret",
      "bearer_token": "made-up-bearer",
      "client_id": "made-up-id",
      "client_secret": "made-up-client",
      "callback_url": "http://127.0.0.1:8080/callback",
      "permission": "read-write",
      "notes": "two\nlines \"quoted\""
    }
  ],
  "profiles": [
    {
      "name": "wiki-daily",
      "handle": "wikidaily",
      "user_id": "1447",
      "app": "bots-prod",
      "access_token": "1447-made-up",
      "access_secret": "made-up",
      "oauth2": {
        "access_token": "made-up-at",
        "refresh_token": "made-up-rt",
        "refresh_token_changed_at": "2026-02-01T00:00:00Z",
        "scope": "tweet.read users.read",
        "expires_at": "2026-02-01T02:00:00Z"
      },
      "needs": [
        "post",
        "media"
      ],
      "tags": [
        "news"
      ],
      "deployed": [
        "server-1"
      ],
      "notes": ""
    }
  ]
}
"#;

#[track_caller]
fn rows(text: &str) -> Rows {
    read(text).expect("the text can be read")
}

#[test]
fn everything_is_read_and_written_back_to_the_letter() {
    let rows = rows(WHOLE);
    assert_eq!(rows.remarks, []);
    assert_eq!(write(&rows, &Style::default()).expect("JSON can hold it").expose(), WHOLE);
    assert_eq!(rows.apps[0].values[0].changed_at, Time::parse("2026-01-31T12:00:00Z"));
}

#[test]
fn values_carry_their_time_beside_them_or_in_one_piece() {
    for text in [
        r#"{"apps":[{"name":"a","api_key":"k","api_key_changed_at":"2026-01-31T12:00:00Z"}]}"#,
        r#"{"apps":[{"name":"a","api_key":{"value":"k","changed_at":"2026-01-31T12:00:00Z"}}]}"#,
        r#"{"apps":[{"api_key_changed_at":1769860800,"name":"a","api_key":" 'k' "}]}"#,
    ] {
        let rows = rows(text);
        assert_eq!(rows.remarks, [], "{text}");
        let value = &rows.apps[0].values[0];
        assert_eq!(value.secret.expose(), "k");
        assert_eq!(value.changed_at, Time::parse("2026-01-31T12:00:00Z"), "{text}");
    }
}

#[test]
fn good_rows_are_taken_and_bad_rows_reported_by_index() {
    for (row, said) in [
        ("7", "profiles[1]: is not an object"),
        ("{}", "profiles[1]: has no name"),
        (r#"{"name":null}"#, "profiles[1]: has no name"),
        (r#"{"name":"a:b"}"#, "profiles[1]: cannot be used: a name cannot hold “:”"),
        (r#"{"name":"x","name":"y"}"#, "profiles[1]: has the same key twice"),
        (
            r#"{"name":"x","handle":"not a handle"}"#,
            "profiles[1]: “x” cannot be taken: “handle” cannot be used: a handle is 1 to 15 letters, digits or “_”",
        ),
        (r#"{"name":"x","access_token":7}"#, "profiles[1]: “x” cannot be taken: “access_token” is not text"),
        (
            r#"{"name":"x","access_token":"a\nb"}"#,
            "profiles[1]: “x” cannot be taken: “access_token” holds a line break or a control character",
        ),
        (
            r#"{"name":"x","access_token":"\ud800"}"#,
            "profiles[1]: “x” cannot be taken: “access_token” is not text",
        ),
        (
            r#"{"name":"x","access_token_changed_at":"soon","access_token":"t"}"#,
            "profiles[1]: “x” cannot be taken: “access_token” has a changed_at that is not a time such as 2026-01-31T12:00:00Z",
        ),
        (
            r#"{"name":"x","user_id":-5}"#,
            "profiles[1]: “x” cannot be taken: “user_id” is not a number of 1 to 20 digits",
        ),
        (
            r#"{"name":"x","needs":["post","fly"]}"#,
            "profiles[1]: “x” cannot be taken: “needs” [1] is no need birdkeep knows",
        ),
        (r#"{"name":"x","tags":"news"}"#, "profiles[1]: “x” cannot be taken: “tags” is not a list of texts"),
        (r#"{"name":"x","oauth2":[]}"#, "profiles[1]: “x” cannot be taken: “oauth2” is not an object"),
        (
            r#"{"name":"x","oauth2":{"expires_at":"soon"}}"#,
            "profiles[1]: “x” cannot be taken: “expires_at” is not a time such as 2026-01-31T12:00:00Z",
        ),
    ] {
        let rows = rows(&format!(r#"{{"profiles":[{{"name":"good"}},{row},{{"name":"also-good"}}]}}"#));
        assert_eq!(rows.profiles.len(), 2, "{row}");
        let [remark] = rows.remarks.as_slice() else { panic!("{:?}", rows.remarks) };
        assert_eq!((remark.to_string().as_str(), remark.weight), (said, Weight::LeftOut));
    }
}

#[test]
fn nulls_and_empty_texts_say_nothing() {
    let rows = rows(
        r#"{"apps":[{"name":"a","api_key":null,"api_secret":"","permission":null,"notes":null}],
            "profiles":[{"name":"p","handle":null,"user_id":null,"app":null,"oauth2":null,"needs":null,"tags":null}]}"#,
    );
    assert_eq!(rows.remarks, []);
    assert!(rows.apps[0].values.is_empty());
    assert_eq!((rows.profiles[0].app.as_ref(), rows.profiles[0].needs.as_ref()), (None, None));
}

#[test]
fn people_write_some_things_differently() {
    let rows = rows(
        r#"{"apps":[{"name":"a","permission":"Read and write"}],
            "profiles":[{"name":"p","handle":"@WikiDaily","user_id":1447,
                         "oauth2":{"scope":["tweet.read","users.read"],"expires_at":1769860800}}]}"#,
    );
    assert_eq!(rows.remarks, []);
    assert_eq!(rows.apps[0].permission, Some(Level::ReadWrite));
    let profile = &rows.profiles[0];
    assert_eq!(profile.user_id.as_ref().map(crate::domain::names::UserId::as_str), Some("1447"));
    assert_eq!(profile.scopes.as_ref().map(ToString::to_string).as_deref(), Some("tweet.read users.read"));
    assert_eq!(profile.expires_at, Time::parse("2026-01-31T12:00:00Z"));
}

#[test]
fn unknown_keys_are_reported_once_each() {
    let rows = rows(
        r#"{"version":1,"apps":[{"name":"a","colour":"red"},{"name":"b","colour":"blue"}],
            "profiles":[{"name":"p","oauth2":{"id_token":{"deep":[1,[2]]}},"\u001b[2J":1}]}"#,
    );
    let said: Vec<String> = rows.remarks.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "apps[0]: “colour” is no key of an app, so it is passed over (and 1 more times)",
            "profiles[0]: “\\x1b[2J” is no key of a profile, so it is passed over",
            "profiles[0]: “id_token” is no key of “oauth2”, so it is passed over",
            "the file: “version” is no key at its top level, so it is passed over",
        ]
    );
    assert!(rows.remarks.iter().all(|remark| remark.weight == Weight::Note));
    assert_eq!((rows.apps.len(), rows.profiles.len()), (2, 1));
}

#[test]
fn what_is_not_the_format_is_refused_without_quoting_it() {
    for (text, said) in [
        ("[]", "it is not an object with the lists “apps” and “profiles”"),
        ("7", "it is not an object with the lists “apps” and “profiles”"),
        ("{}", "it has neither “apps” nor “profiles”"),
        (r#"{"apps":{}}"#, "“apps” is not a list"),
        (r#"{"profiles":"made-up-secret"}"#, "“profiles” is not a list"),
        (r#"{"apps":[],"apps":[]}"#, "the same key stands at its top level twice"),
        ("{\"apps\":[\n{\"name\":made-up-secret}]}", "line 2, column 9 is not JSON"),
        (r#"{"apps":[]} trailing"#, "line 1, column 13 is not JSON"),
        (
            r#"{"format":"birdkeep","body":{},"auth":{}}"#,
            "this is the inside of a vault, not the exchange format; “birdkeep restore” takes it",
        ),
    ] {
        assert_eq!(read(text).expect_err("refused").to_string(), said, "{text}");
    }
}

#[test]
fn depth_breaks_nothing() {
    let deep = format!(r#"{{"apps":[{{"name":"a","x":{}{}}}]}}"#, "[".repeat(300_000), "]".repeat(300_000));
    assert_eq!(rows(&deep).apps.len(), 1);
    let deep = format!(r#"{{"apps":{}{}}}"#, "[".repeat(300_000), "]".repeat(300_000));
    assert_eq!(rows(&deep).apps.len(), 0);
}

#[test]
fn hidden_characters_are_written_out_and_read_back() {
    let text = r#"{"apps":[{"name":"a","notes":"x\u202ey\u009b\u007f"}]}"#;
    let written = write(&rows(text), &Style::default()).expect("JSON can hold it");
    assert!(written.expose().contains(r"x\u202ey\u009b\u007f"), "{}", written.expose());
    assert_eq!(rows(written.expose()).apps[0].notes.as_deref(), Some("x\u{202e}y\u{9b}\u{7f}"));
}

#[test]
fn our_export_satisfies_the_schema_and_a_bad_one_does_not() {
    let schema: Json = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let written = write(&rows(WHOLE), &Style::default()).expect("JSON can hold it");
    let export: Json = serde_json::from_str(written.expose()).expect("our export is JSON");
    assert_eq!(breaches(&schema, &schema, &export, "$"), Vec::<String>::new());
    for (bad, place) in [
        (r#"{"apps":[{}]}"#, "$.apps[0]"),
        (r#"{"apps":[{"name":"a","colour":"red"}]}"#, "$.apps[0].colour"),
        (r#"{"apps":[{"name":"a","permission":"write"}]}"#, "$.apps[0].permission"),
        (r#"{"profiles":[{"name":"a","needs":["fly"]}]}"#, "$.profiles[0].needs[0]"),
        (r#"{"profiles":[{"name":"a","access_token":7}]}"#, "$.profiles[0].access_token"),
        ("{}", "$"),
    ] {
        let bad: Json = serde_json::from_str(bad).expect("JSON");
        assert_eq!(breaches(&schema, &schema, &bad, "$"), [place], "{bad}");
    }
}

#[test]
fn the_schema_lists_the_keys_and_words_we_take() {
    let schema: Json = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let with_times = |values: &[(&str, Field)]| {
        values
            .iter()
            .flat_map(|(word, _)| [(*word).to_owned(), format!("{word}{CHANGED_AT}")])
            .collect::<Vec<_>>()
    };
    let words = |keys: Vec<&str>| keys.into_iter().map(str::to_owned).collect::<Vec<_>>();
    for (object, values, others) in [
        ("app", APP_VALUES, words(APP_KEYS.iter().map(|(word, _)| *word).collect())),
        ("oauth2", OAUTH2_VALUES, words(OAUTH2_KEYS.iter().map(|(word, _)| *word).collect())),
        (
            "profile",
            PROFILE_VALUES,
            words(PROFILE_KEYS.iter().map(|(word, _)| *word).chain([OAUTH2]).collect()),
        ),
    ] {
        let mut wanted = with_times(values);
        wanted.extend(others);
        wanted.sort();
        let listed = schema["$defs"][object]["properties"].as_object().expect("an object");
        let mut listed: Vec<String> = listed.keys().cloned().collect();
        listed.sort();
        assert_eq!(listed, wanted, "{object}");
    }
    let presets = PRESETS.iter().map(|row| row.word);
    let needs: Vec<&str> = NEEDS.iter().map(|row| row.word).chain(presets).collect();
    assert_eq!(schema["$defs"]["profile"]["properties"]["needs"]["items"]["enum"], Json::from(needs));
    let levels = schema["$defs"]["app"]["properties"]["permission"]["enum"].as_array().expect("a list");
    let words: Vec<Json> =
        Level::ALL.iter().map(|level| Json::from(level.word())).chain([Json::Null]).collect();
    assert_eq!(*levels, words);
}

/// The places in `value` that breach `schema`: as much of JSON Schema as ours uses, but for `pattern` and `format`.
fn breaches(root: &Json, schema: &Json, value: &Json, place: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.strip_prefix("#/$defs/").expect("references stay inside");
        return breaches(root, &root["$defs"][name], value, place);
    }
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        other => panic!("a type the test does not know: {other}"),
    };
    let kinds: Vec<&str> = match &schema["type"] {
        Json::String(kind) => vec![kind],
        Json::Array(kinds) => kinds.iter().filter_map(Json::as_str).collect(),
        _ => vec![],
    };
    let one_fits = schema["anyOf"]
        .as_array()
        .is_none_or(|any| any.iter().any(|schema| breaches(root, schema, value, place).is_empty()));
    let named = schema["enum"].as_array().is_none_or(|words| words.contains(value));
    let complete = schema["required"]
        .as_array()
        .is_none_or(|keys| keys.iter().filter_map(Json::as_str).all(|key| value.get(key).is_some()));
    if !(kinds.is_empty() || kinds.iter().any(|kind| is(kind))) || !one_fits || !named || !complete {
        return vec![place.to_owned()];
    }
    let mut found = Vec::new();
    if let Some(items) = value.as_array().filter(|_| schema["items"].is_object()) {
        for (at, item) in items.iter().enumerate() {
            found.extend(breaches(root, &schema["items"], item, &format!("{place}[{at}]")));
        }
    }
    for (key, member) in value.as_object().into_iter().flatten() {
        let place = format!("{place}.{key}");
        match schema["properties"].get(key) {
            Some(schema) => found.extend(breaches(root, schema, member, &place)),
            None if schema["additionalProperties"] == Json::Bool(false) => found.push(place),
            None => {}
        }
    }
    found
}
