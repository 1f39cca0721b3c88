//! What an import does to a vault, and that an export brings all of it back.

use super::*;
use crate::domain::credential::Origin;
use crate::domain::document::Document;
use crate::domain::edit;
use crate::domain::fingerprint::FingerprintKey;
use crate::domain::id::Owner;
use crate::domain::names::Name;
use crate::domain::needs::Need;
use crate::domain::time::Time;
use crate::host::quiet::SeededEntropy;
use crate::ops::World;
use crate::ops::testing;

/// A vault under construction by imports.
struct Bench {
    world: World,
    document: Document,
}

impl Bench {
    fn new() -> Self {
        let entropy = std::sync::Arc::new(SeededEntropy::new(1));
        Self {
            world: World { entropy, ..testing::world() },
            document: Document::new(FingerprintKey::new([7; 32])),
        }
    }

    /// What importing `text` would do.
    #[track_caller]
    fn look(&self, text: &str, rules: &Rules) -> Preview {
        let (rows, _) = read(&Secret::new(text), None, None).expect("the text can be read");
        preview(&self.world, &self.document, rows, rules).expect("there is randomness")
    }

    /// Imports `text`; says what became of each row.
    #[track_caller]
    fn import_by(&mut self, text: &str, rules: &Rules) -> Vec<String> {
        let preview = self.look(text, rules);
        self.document = edit::apply_all(&self.document, &preview.edits).expect("the edits fit");
        preview.rows.iter().map(ToString::to_string).collect()
    }

    #[track_caller]
    fn import(&mut self, text: &str) -> Vec<String> {
        self.import_by(text, &Rules::default())
    }

    #[track_caller]
    fn secret(&self, name: &str, field: Field) -> Option<String> {
        let crate::domain::document::Lookup::Found(owner) = self.document.look_up(name) else {
            panic!("there is no {name}")
        };
        self.document.slot(owner, field).map(|slot| slot.secret.expose().to_owned())
    }

    fn everything(&self) -> Vec<Owner> {
        let apps = self.document.apps().map(|app| Owner::from(app.id));
        apps.chain(self.document.profiles().map(|profile| profile.id.into())).collect()
    }
}

const TWO: &str = r#"{
  "apps":[{"name":"bots","api_key":"key","api_secret":"secret","permission":"read-write"}],
  "profiles":[
    {"name":"wiki","handle":"wiki","app":"bots","access_token":"1-a","access_secret":"a","needs":["post"],"tags":["news"]},
    {"name":"poet","app":"Bots","access_token":"2-b","access_token_changed_at":"2026-01-31T12:00:00Z"}
  ]}"#;

#[test]
fn importing_what_is_there_already_changes_nothing() {
    let mut bench = Bench::new();
    assert_eq!(bench.import(TWO).len(), 3);
    let before = format!("{:?}", bench.document);
    assert_eq!(
        bench.import(TWO),
        ["app “bots” is there already", "profile “wiki” is there already", "profile “poet” is there already"]
    );
    assert!(bench.look(TWO, &Rules::default()).edits.is_empty());
    assert_eq!(format!("{:?}", bench.document), before);
}

#[test]
fn a_new_value_keeps_the_time_it_came_with_unless_that_lies_ahead() {
    let mut bench = Bench::new();
    bench.import(TWO);
    let name = Name::parse("poet").expect("a valid name");
    let slot =
        bench.document.profile_named(&name).and_then(|poet| poet.held.slot(Field::AccessToken).cloned());
    assert_eq!(slot.map(|slot| slot.changed_at), Time::parse("2026-01-31T12:00:00Z"));
    bench.import(
        r#"{"profiles":[{"name":"poet","access_secret":{"value":"s","changed_at":"2999-01-01T00:00:00Z"}}]}"#,
    );
    let slot =
        bench.document.profile_named(&name).and_then(|poet| poet.held.slot(Field::AccessSecret).cloned());
    assert_eq!(slot.map(|slot| slot.changed_at), Some(bench.world.clock.now()));
}

#[test]
fn another_value_is_taken_only_when_it_may_replace() {
    let mut bench = Bench::new();
    bench.import(TWO);
    let other = r#"{"profiles":[{"name":"wiki","access_token":"1-new","access_secret":"new","notes":"n"}]}"#;
    let said = bench.import(other);
    assert_eq!(said, ["leave profile “wiki” as it is: another value for Access token, Access token secret"]);
    assert_eq!(bench.secret("wiki", Field::AccessToken).as_deref(), Some("1-a"));
    assert!(!bench.look(other, &Rules::default()).is_clean());
    let said = bench.import_by(other, &Rules { replace: Replace::Yes, name: None });
    assert_eq!(said, ["change profile “wiki”: notes, Access token, Access token secret"]);
    assert_eq!(bench.secret("wiki", Field::AccessToken).as_deref(), Some("1-new"));
    let name = Name::parse("wiki").expect("a valid name");
    let wiki = bench.document.profile_named(&name).expect("it is there");
    assert_eq!(wiki.held.history.len(), 2);
    assert!(wiki.held.history.iter().all(|old| old.origin == Origin::Import));
}

#[test]
fn what_is_missing_is_added_and_lists_only_grow() {
    let mut bench = Bench::new();
    bench.import(TWO);
    let more = r#"{"profiles":[{"name":"wiki","user_id":"1","needs":["media"],"tags":["news","two"],"deployed":["here"]}]}"#;
    assert_eq!(bench.import(more), ["change profile “wiki”: user id, needs, tags, deployed"]);
    let name = Name::parse("wiki").expect("a valid name");
    let wiki = bench.document.profile_named(&name).expect("it is there");
    assert_eq!(wiki.needs.iter().copied().collect::<Vec<_>>(), [Need::Post, Need::Media]);
    assert_eq!(wiki.tags.len(), 2);
    assert!(bench.look(more, &Rules::default()).edits.is_empty());
    bench.import_by(more, &Rules { replace: Replace::Yes, name: None });
    let wiki = bench.document.profile_named(&name).expect("it is there");
    assert_eq!(wiki.needs.iter().copied().collect::<Vec<_>>(), [Need::Media]);
}

#[test]
fn one_api_key_under_two_names_is_one_app() {
    let mut bench = Bench::new();
    bench.import(TWO);
    let again = r#"{"apps":[{"name":"other","api_key":"key"},{"name":"third","api_key":"new"},{"name":"fourth","api_key":"new"}],
                    "profiles":[{"name":"x","app":"other"},{"name":"y","app":"fourth"}]}"#;
    let preview = bench.look(again, &Rules::default());
    let notes: Vec<String> = preview.remarks.iter().map(ToString::to_string).collect();
    assert!(
        notes.contains(&"apps[0]: “other” has the API key of “bots”, so it is the same app".to_owned()),
        "{notes:?}"
    );
    bench.import(again);
    assert_eq!(bench.document.apps().count(), 2);
    let app_of = |name: &str| {
        let name = Name::parse(name).expect("a valid name");
        let profile = bench.document.profile_named(&name).expect("it is there");
        bench.document.app_of(profile).map(|app| app.name.to_string())
    };
    assert_eq!((app_of("x").as_deref(), app_of("y").as_deref()), (Some("bots"), Some("third")));
}

#[test]
fn rows_that_make_no_sense_together_are_left_out_and_the_rest_is_taken() {
    let mut bench = Bench::new();
    let text =
        r#"{"profiles":[{"name":"a","app":"nobody"},{"name":"b"},{"name":"B","notes":"x"},{"name":"c"}]}"#;
    let preview = bench.look(text, &Rules::default());
    let said: Vec<String> = preview.remarks.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "profiles[0]: “a” cannot be taken: there is no app “nobody”, neither here nor in the vault",
            "profiles[2]: profiles[1] is about the same profile",
        ]
    );
    assert!(!preview.is_clean());
    assert_eq!(bench.import(text), ["add profile “b”", "add profile “c”"]);
}

#[test]
fn odd_values_are_named_once_and_taken() {
    let mut bench = Bench::new();
    let preview = bench.look(TWO, &Rules::default());
    let doubts = preview.remarks.iter().filter(|remark| remark.weight == Weight::Note).count();
    assert_eq!(doubts, 5, "one for each value");
    assert!(preview.is_clean());
    bench.import(TWO);
    assert_eq!(bench.look(TWO, &Rules::default()).remarks, []);
}

#[test]
fn an_env_file_becomes_a_bot_and_its_app() {
    let mut bench = Bench::new();
    let rules = Rules { replace: Replace::No, name: Name::parse("wiki").ok() };
    let env = "X_API_KEY=key\nX_API_SECRET=secret\nX_ACCESS_TOKEN=1-a\nX_ACCESS_TOKEN_SECRET=a\n";
    assert_eq!(
        bench.import_by(env, &rules),
        [
            "add app “wiki-app”: API key, API key secret",
            "add profile “wiki”: Access token, Access token secret"
        ]
    );
    assert!(bench.look(env, &rules).edits.is_empty());
    assert!(bench.look(env, &Rules::default()).edits.is_empty(), "the token tells whose it is");
    assert_eq!(bench.secret("wiki", Field::ApiKey).as_deref(), Some("key"));
}

#[test]
fn every_account_of_an_env_file_is_a_profile() {
    let mut bench = Bench::new();
    let env = "X_API_KEY=key\nX_ACCESS_TOKEN_ALICE=1-a\nX_ACCESS_TOKEN_BOB=2-b\nX_API_KEY_CAROL=other\n";
    bench.import(env);
    let names: Vec<String> = bench.document.profiles().map(|profile| profile.name.to_string()).collect();
    assert_eq!(names.len(), 3);
    assert!(["alice", "bob", "carol"].iter().all(|name| names.contains(&(*name).to_owned())), "{names:?}");
    assert_eq!(bench.secret("alice", Field::ApiKey).as_deref(), Some("key"));
    assert_eq!(bench.secret("carol", Field::ApiKey).as_deref(), Some("other"));
    assert!(bench.look(env, &Rules::default()).edits.is_empty());
}

#[test]
fn an_export_brings_everything_back_in_an_empty_vault_and_nothing_where_it_came_from() {
    let mut bench = Bench::new();
    bench.import(
        r#"{"apps":[{"name":"bots","api_key":"key","api_secret":"s","bearer_token":"b","callback_url":"http://127.0.0.1/","permission":"read","notes":"n"},
                    {"name":"spare","api_key":"spare"}],
            "profiles":[{"name":"wiki daily","handle":"wiki","user_id":"1","app":"bots","access_token":"1-a","access_secret":"a",
                         "oauth2":{"access_token":"o","refresh_token":"r","scope":"tweet.read users.read","expires_at":"2026-02-01T02:00:00Z"},
                         "needs":["post","dm_send"],"tags":["news","x y"],"deployed":["server\u202e","b"],"notes":"two\nlines"},
                        {"name":"reader","app":"bots"}]}"#,
    );
    let (json, _) = export(&bench.document, &bench.everything(), "json", &Order::default())
        .expect("JSON holds everything");
    assert!(
        bench.look(json.expose(), &Rules::default()).edits.is_empty(),
        "nothing new for the vault it came from"
    );
    let mut fresh = Bench::new();
    fresh.import(json.expose());
    let (again, _) = export(&fresh.document, &fresh.everything(), "json", &Order::default())
        .expect("JSON holds everything");
    assert_eq!(again.expose(), json.expose());
    let (env, _) = export(&bench.document, &bench.everything(), "dotenv", &Order::default())
        .expect("nothing odd in these values");
    let preview = bench.look(env.expose(), &Rules::default());
    assert!(preview.edits.is_empty(), "{:?}", preview.rows);
}

#[test]
fn a_profile_brings_its_app_along_and_nobody_elses_secrets() {
    let mut bench = Bench::new();
    bench.import(TWO);
    let Some(Owner::Profile(id)) = bench.everything().pop() else { panic!("a profile comes last") };
    let (text, _) = export(&bench.document, &[id.into()], "dotenv", &Order::default())
        .expect("nothing odd in these values");
    let lines: Vec<&str> = text.expose().lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.contains(&"X_API_KEY=key"), "{lines:?}");
    assert_eq!(lines.iter().filter(|line| line.starts_with("X_ACCESS_TOKEN=")).count(), 1);
    assert!(export(&bench.document, &[id.into()], "yaml", &Order::default()).is_err());
}

#[test]
fn a_token_tells_its_own_age_where_the_file_does_not() {
    let mut bench = Bench::new();
    let token = "bW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tOjE2MjIxNDc3NDM5MTQ6MToxOmF0OjE";
    bench.import(&format!(r#"{{"profiles":[{{"name":"o","oauth2":{{"access_token":"{token}"}}}}]}}"#));
    let name = Name::parse("o").expect("a valid name");
    let profile = bench.document.profile_named(&name).expect("it is there");
    let issued = Time::from_unix(1_622_147_743);
    assert_eq!(profile.held.slot(Field::Oauth2AccessToken).and_then(|slot| slot.issued_at), Some(issued));
    assert_eq!(profile.oauth2.as_ref().and_then(|grant| grant.expires_at), Some(issued.shifted(7_200)));
}

#[test]
fn ten_thousand_rows_are_held_against_the_vault_in_no_time_worth_mentioning() {
    let rows: Vec<String> =
        (0..10_000).map(|n| format!(r#"{{"name":"bot-{n}","app":"bots","access_token":"{n}-t"}}"#)).collect();
    let text = format!(r#"{{"apps":[{{"name":"bots","api_key":"k"}}],"profiles":[{}]}}"#, rows.join(","));
    let mut bench = Bench::new();
    assert_eq!(bench.import(&text).len(), 10_001);
    assert_eq!(bench.document.profile_count(), 10_000);
    assert!(bench.look(&text, &Rules::default()).edits.is_empty());
}
