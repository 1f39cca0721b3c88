//! The names under which programs look for their credentials: one row per program or custom.

use crate::domain::fields::Field;

/// One row of [`PRESETS`].
#[derive(Debug, PartialEq, Eq)]
pub struct Preset {
    /// The stable word of `--names`.
    pub word: &'static str,
    /// Whose names they are.
    pub doc: &'static str,
    /// Where that is written, or how it was found.
    pub source: &'static str,
    /// What each field is called there; a field that is not named has no name there.
    pub names: &'static [(Field, &'static str)],
}

/// Every preset, the default first. Read in X's docs and in the sources of the programs, 2025-07 to 2026-11.
pub const PRESETS: &[Preset] = &[
    Preset {
        word: "x",
        doc: "what most bots of today read, and what birdkeep exports",
        source: "X's docs samples; .env files of about 60 public repositories",
        names: &[
            (Field::ApiKey, "X_API_KEY"),
            (Field::ApiSecret, "X_API_SECRET"),
            (Field::AccessToken, "X_ACCESS_TOKEN"),
            (Field::AccessSecret, "X_ACCESS_TOKEN_SECRET"),
            (Field::BearerToken, "X_BEARER_TOKEN"),
            (Field::Oauth2AccessToken, "X_OAUTH2_ACCESS_TOKEN"),
            (Field::ClientId, "X_CLIENT_ID"),
            (Field::ClientSecret, "X_CLIENT_SECRET"),
            (Field::Oauth2RefreshToken, "X_OAUTH2_REFRESH_TOKEN"),
        ],
    },
    Preset {
        word: "twitter",
        doc: "the same from before the site was called X",
        source: ".env files of about 60 public repositories; the OAuth 2.0 access token by analogy",
        names: &[
            (Field::ApiKey, "TWITTER_API_KEY"),
            (Field::ApiSecret, "TWITTER_API_SECRET"),
            (Field::AccessToken, "TWITTER_ACCESS_TOKEN"),
            (Field::AccessSecret, "TWITTER_ACCESS_TOKEN_SECRET"),
            (Field::BearerToken, "TWITTER_BEARER_TOKEN"),
            (Field::Oauth2AccessToken, "TWITTER_OAUTH2_ACCESS_TOKEN"),
            (Field::ClientId, "TWITTER_CLIENT_ID"),
            (Field::ClientSecret, "TWITTER_CLIENT_SECRET"),
            (Field::Oauth2RefreshToken, "TWITTER_REFRESH_TOKEN"),
        ],
    },
    Preset {
        word: "consumer",
        doc: "the words of OAuth 1.0a without a prefix",
        source: "X's docs samples; .env files of about 60 public repositories",
        names: &[
            (Field::ApiKey, "CONSUMER_KEY"),
            (Field::ApiSecret, "CONSUMER_SECRET"),
            (Field::AccessToken, "ACCESS_TOKEN"),
            (Field::AccessSecret, "ACCESS_TOKEN_SECRET"),
            (Field::BearerToken, "BEARER_TOKEN"),
            (Field::ClientId, "CLIENT_ID"),
            (Field::ClientSecret, "CLIENT_SECRET"),
        ],
    },
    Preset {
        word: "tweepy",
        doc: "what the tests of tweepy read; tweepy itself reads no variables",
        source: "tweepy/tweepy, tests/config.py",
        names: &[
            (Field::ApiKey, "CONSUMER_KEY"),
            (Field::ApiSecret, "CONSUMER_SECRET"),
            (Field::AccessToken, "ACCESS_KEY"),
            (Field::AccessSecret, "ACCESS_SECRET"),
            (Field::BearerToken, "BEARER_TOKEN"),
        ],
    },
    Preset {
        word: "xurl",
        doc: "xurl, X's own command line; its tokens are in a file of its own",
        source: "xdevplatform/xurl",
        names: &[(Field::ClientId, "CLIENT_ID"), (Field::ClientSecret, "CLIENT_SECRET")],
    },
    Preset {
        word: "gotwi",
        doc: "gotwi, a library for Go",
        source: "michimani/gotwi",
        names: &[
            (Field::ApiKey, "GOTWI_API_KEY"),
            (Field::ApiSecret, "GOTWI_API_KEY_SECRET"),
            (Field::AccessToken, "GOTWI_ACCESS_TOKEN"),
            (Field::AccessSecret, "GOTWI_ACCESS_TOKEN_SECRET"),
        ],
    },
    Preset {
        word: "xmcp",
        doc: "xmcp, X's MCP server",
        source: "xdevplatform/xmcp",
        names: &[
            (Field::ApiKey, "X_OAUTH_CONSUMER_KEY"),
            (Field::ApiSecret, "X_OAUTH_CONSUMER_SECRET"),
            (Field::AccessToken, "X_OAUTH_ACCESS_TOKEN"),
            (Field::AccessSecret, "X_OAUTH_ACCESS_TOKEN_SECRET"),
            (Field::BearerToken, "X_BEARER_TOKEN"),
            (Field::ClientId, "CLIENT_ID"),
            (Field::ClientSecret, "CLIENT_SECRET"),
        ],
    },
    Preset {
        word: "eliza",
        doc: "the Twitter plugin of ElizaOS",
        source: "ElizaOS, plugin-twitter",
        names: &[
            (Field::ApiKey, "TWITTER_API_KEY"),
            (Field::ApiSecret, "TWITTER_API_SECRET_KEY"),
            (Field::AccessToken, "TWITTER_ACCESS_TOKEN"),
            (Field::AccessSecret, "TWITTER_ACCESS_TOKEN_SECRET"),
        ],
    },
    Preset {
        word: "twarc",
        doc: "twarc2",
        source: "DocNow/twarc",
        names: &[
            (Field::ApiKey, "CONSUMER_KEY"),
            (Field::ApiSecret, "CONSUMER_SECRET"),
            (Field::AccessToken, "ACCESS_TOKEN"),
            (Field::AccessSecret, "ACCESS_TOKEN_SECRET"),
            (Field::BearerToken, "BEARER_TOKEN"),
        ],
    },
];

/// The preset of this word.
pub fn by_word(word: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.word.eq_ignore_ascii_case(word.trim()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::exchange::dotenv;

    #[test]
    fn words_fields_and_names_are_unique_where_they_must_be() {
        let words: BTreeSet<&str> = PRESETS.iter().map(|preset| preset.word).collect();
        assert_eq!(words.len(), PRESETS.len());
        for preset in PRESETS {
            let fields: BTreeSet<Field> = preset.names.iter().map(|(field, _)| *field).collect();
            let names: BTreeSet<&str> = preset.names.iter().map(|(_, name)| *name).collect();
            assert_eq!((fields.len(), names.len()), (preset.names.len(), preset.names.len()), "{preset:?}");
            assert!(!preset.doc.is_empty() && !preset.source.is_empty(), "{preset:?}");
        }
        assert_eq!(by_word(" Tweepy ").map(|preset| preset.word), Some("tweepy"));
        assert_eq!(by_word("smoke"), None);
    }

    /// Made up, and of the shape X issues, since some names stand for two fields and the shape tells them apart.
    fn value(field: Field) -> &'static str {
        match field {
            Field::AccessToken => "1447000000-madeupmadeupmadeupmadeupmadeupmadeupmad",
            _ => "made-up-value",
        }
    }

    #[test]
    fn every_name_is_one_that_an_import_knows_for_the_same_field() {
        for preset in PRESETS {
            for (field, name) in preset.names {
                let rows = dotenv::read(&format!("{name}={}\n", value(*field))).expect("a known name");
                let apps = rows.apps.iter().flat_map(|app| &app.values);
                let found: Vec<Field> = apps
                    .chain(rows.profiles.iter().flat_map(|profile| &profile.values))
                    .map(|value| value.field)
                    .collect();
                assert_eq!(found, [*field], "{} {name}", preset.word);
            }
        }
    }
}
