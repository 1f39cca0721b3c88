//! `.env` files as they are found in the wild.

use super::*;
use crate::domain::fields::Field;
use crate::domain::labels::{LABELS, Label};
use crate::domain::names::{Handle, Name};
use crate::domain::permission::Scopes;
use crate::domain::secret::Secret;
use crate::exchange::names::{BARE, PREFIXES};
use crate::exchange::rows::{AppRow, Place, ProfileRow, Unwritable, Value, Weight};
use crate::exchange::variables::WRITTEN;
use crate::exchange::writing::Style;

/// Forty-five letters before `:at:` make it 91 characters, as X issues them.
const OAUTH2_ACCESS: &str =
    "bW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tOjE2MjIxNDc3NDM5MTQ6MToxOmF0OjE";

#[track_caller]
fn rows(text: &str) -> Rows {
    read(text).expect("the text can be read")
}

fn values(values: &[Value]) -> Vec<(Field, &str)> {
    values.iter().map(|value| (value.field, value.secret.expose())).collect()
}

#[test]
fn every_name_in_the_table_is_read_under_every_prefix_in_either_case() {
    for row in LABELS {
        for stem in row.names {
            for prefix in PREFIXES {
                let bare = prefix.is_empty() && !BARE.contains(stem);
                for name in
                    [format!("{prefix}{stem}").to_uppercase(), format!("{prefix}{stem}").to_lowercase()]
                {
                    let found =
                        known(&name, "made-up", Bare::Anybodys).map(|known| (known.label, known.account));
                    let wanted = if bare { None } else { Some((row.label, String::new())) };
                    assert_eq!(found, wanted, "{name}");
                }
            }
        }
    }
    for (label, written) in WRITTEN {
        let read = known(written, "made-up", Bare::Anybodys).map(|known| known.label);
        // This name stands for both kinds of tokens, and the shape of the value tells them apart.
        let label = if *label == Label::Field(Field::AccessToken) { Label::UserToken } else { *label };
        assert_eq!(read, Some(label), "what we write we read: {written}");
    }
}

#[test]
fn one_bot_is_read() {
    let rows = rows(
        "# the bot\nexport TWITTER_API_KEY=key\r\ntwitter_api_secret_key='sec#ret'\nX_BEARER_TOKEN=\"AAAA%3D\"\n\
         ACCESS_TOKEN=1447-token\nTWITTER_ACCESS_TOKEN_SECRET=a=b # mine\nDATABASE_URL=postgres://x\nX_USERNAME=@wiki\n",
    );
    assert_eq!(rows.remarks, []);
    assert_eq!(
        values(&rows.apps[0].values),
        [(Field::ApiKey, "key"), (Field::ApiSecret, "sec#ret"), (Field::BearerToken, "AAAA%3D")]
    );
    let [profile] = rows.profiles.as_slice() else { panic!("{:?}", rows.profiles) };
    assert_eq!(values(&profile.values), [(Field::AccessToken, "1447-token"), (Field::AccessSecret, "a=b")]);
    assert_eq!((&profile.name, &profile.app), (&Called::Unnamed, &Some(Called::Unnamed)));
    assert_eq!(profile.handle, Handle::parse("wiki").ok());
    assert!(!profile.implied);
}

#[test]
fn an_access_token_is_judged_by_its_shape() {
    let rows = rows(&format!("X_ACCESS_TOKEN={OAUTH2_ACCESS}\nX_SCOPES=tweet.read,users.read\n"));
    assert_eq!(values(&rows.profiles[0].values), [(Field::Oauth2AccessToken, OAUTH2_ACCESS)]);
    assert_eq!(rows.profiles[0].scopes.as_ref().map(Scopes::len), Some(2));
}

#[test]
fn each_suffix_is_a_profile_and_what_has_none_is_shared() {
    let rows = rows(
        "X_API_KEY=key\nX_API_KEY_SECRET=secret\nX_ACCESS_TOKEN_ALICE=1-a\nX_ACCESS_TOKEN_SECRET_ALICE=a\n\
         X_ACCESS_TOKEN_BOB_2=2-b\nX_API_KEY_CAROL=other\nX_ACCESS_TOKEN_CAROL=3-c\n",
    );
    assert_eq!(rows.remarks, []);
    let found: Vec<_> = rows.profiles.iter().map(|row| (row.name.clone(), row.app.clone())).collect();
    let suffix = |text: &str| Called::Suffix(text.to_owned());
    assert_eq!(
        found,
        [
            (suffix("ALICE"), Some(Called::Unnamed)),
            (suffix("BOB_2"), Some(Called::Unnamed)),
            (suffix("CAROL"), Some(suffix("CAROL"))),
        ]
    );
    assert_eq!(rows.apps.len(), 2);
}

#[test]
fn an_app_alone_implies_a_bot() {
    let rows = rows("X_API_KEY=key\nX_BEARER_TOKEN=AAAA\n");
    assert!(rows.profiles[0].implied);
    assert_eq!(rows.profiles[0].app, Some(Called::Unnamed));
}

#[test]
fn other_programs_variables_are_passed_over() {
    let rows = rows(
        "OPENAI_API_KEY=sk-x\nAPP_KEY=base64:x\nCLIENT_ID_GOOGLE=1.apps\nUSERNAME=root\nX_API_BASE_URL=http://a\n\
         X_ACCESS_TOKEN_EXPIRES_AT=1\nX_API_KEY=key\n",
    );
    assert_eq!(rows.remarks, []);
    assert_eq!(values(&rows.apps[0].values), [(Field::ApiKey, "key")]);
    let error = read("PATH=/bin\nHOME=/root\n").expect_err("nothing of X's");
    assert_eq!(error.to_string(), "none of its variables has a name used for X's credentials");
}

#[test]
fn a_name_with_prefix_wins_over_a_bare_one() {
    for text in ["API_KEY=other\nX_API_KEY=key\n", "X_API_KEY=key\nAPI_KEY=other\n"] {
        let rows = rows(text);
        assert_eq!(values(&rows.apps[0].values), [(Field::ApiKey, "key")], "{text}");
        assert!(rows.remarks.iter().all(|remark| remark.weight == Weight::Note));
    }
}

#[test]
fn what_cannot_be_taken_is_reported_by_line_without_its_value() {
    let said = |text: &str| rows(text).remarks.iter().map(ToString::to_string).collect::<Vec<_>>();
    for (text, wanted) in [
        ("X_API_KEY=a\nmade-up-secret\n", "line 2: is not NAME=value"),
        ("X_API_KEY=a\nX_API_SECRET='made-up-secret\n", "line 2: has a quote that is not closed"),
        (
            "X_API_KEY=a\n\nX_API_KEY=made-up-secret",
            "line 3: X_API_KEY gives another value than line 1 for the same thing",
        ),
        (
            "X_API_KEY=a\nX_API_SECRET=${OTHER}",
            "line 2: X_API_SECRET refers to another variable; write the value itself",
        ),
        (
            "X_API_KEY=a\nX_API_SECRET=\"a\\nb\"",
            "line 2: API key secret holds a line break or a control character",
        ),
        (
            "X_API_KEY=a\nMY_BOT=144712093100-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "line 2: “MY_BOT” looks like an access token, but its name is not known",
        ),
    ] {
        assert_eq!(said(text), [wanted], "{text}");
    }
}

#[test]
fn empty_templates_say_nothing() {
    let rows = rows("X_API_KEY=\nX_API_SECRET=\"\"\nX_ACCESS_TOKEN=1-a\n");
    assert!(rows.apps.is_empty());
    assert_eq!(rows.profiles.len(), 1);
}

fn named(text: &str) -> Called {
    Called::Named(Name::parse(text).expect("a valid name"))
}

fn bot(name: &str, app: Option<&str>, token: &str) -> ProfileRow {
    let secret = Secret::new(token);
    ProfileRow {
        values: vec![Value { field: Field::AccessToken, secret, changed_at: None }],
        app: app.map(named),
        ..ProfileRow::empty(named(name), Place::File)
    }
}

fn app_row(name: &str, key: &str) -> AppRow {
    let values = vec![Value { field: Field::ApiKey, secret: Secret::new(key), changed_at: None }];
    AppRow {
        place: Place::File,
        name: named(name),
        values,
        callback_url: Some("http://127.0.0.1/?a=b&c".to_owned()),
        permission: None,
        notes: None,
    }
}

#[test]
fn one_profile_is_written_under_plain_names() {
    let rows = Rows {
        apps: vec![app_row("bots", "key")],
        profiles: vec![bot("wiki", Some("bots"), "1-a")],
        remarks: vec![],
    };
    let text = write(&rows, &Style::default()).expect("nothing odd in it");
    assert_eq!(
        text.expose(),
        "# wiki\nX_API_KEY=key\nX_REDIRECT_URI='http://127.0.0.1/?a=b&c'\nX_ACCESS_TOKEN=1-a\n"
    );
}

#[test]
fn several_profiles_are_written_with_suffixes_and_read_back() {
    let rows = Rows {
        apps: vec![app_row("bots", "key"), app_row("alone", "other")],
        profiles: vec![bot("wiki-daily", Some("bots"), "1-a"), bot("poet", None, "2-b")],
        remarks: vec![],
    };
    let text = write(&rows, &Style::default()).expect("nothing odd in it");
    let back = read(text.expose()).expect("we read what we write");
    assert_eq!(back.remarks, []);
    let found: Vec<_> = back.profiles.iter().map(|row| (row.name.clone(), values(&row.values))).collect();
    assert_eq!(
        found,
        [
            (Called::Suffix("ALONE".to_owned()), vec![]),
            (Called::Suffix("WIKI_DAILY".to_owned()), vec![(Field::AccessToken, "1-a")]),
            (Called::Suffix("POET".to_owned()), vec![(Field::AccessToken, "2-b")]),
        ]
    );
}

#[test]
fn values_readers_would_trip_over_are_refused() {
    for (token, good) in [
        ("1-abc", true),
        ("with space # and $dollar", true),
        ("~/x", true),
        ("a${X}b", false),
        ("it's", false),
        ("back\\slash", false),
        ("line\nbreak", false),
        ("bidi\u{202e}", false),
        ("nul\0", false),
    ] {
        let rows = Rows { profiles: vec![bot("wiki", None, token)], ..Rows::default() };
        let written = write(&rows, &Style::default());
        assert_eq!(written.is_ok(), good, "{token:?}");
        if let Ok(text) = written {
            let back = read(text.expose()).expect("we read what we write");
            assert_eq!(values(&back.profiles[0].values), [(Field::AccessToken, token)]);
        }
    }
    let same = Rows { profiles: vec![bot("a-b", None, "1-a"), bot("a_b", None, "2-b")], ..Rows::default() };
    assert!(matches!(write(&same, &Style::default()), Err(Unwritable::SameSuffix(..))));
}
