//! What people call the nine values: in the console, in `.env` files, in the code of libraries.

use super::fields::Field;

/// What a label stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// One of the nine values.
    Field(Field),
    /// A user's token of either kind: these names are used for both, so the shape of the value decides.
    UserToken,
    /// An app's callback URL.
    CallbackUrl,
    /// What an OAuth 2.0 token may do.
    Scopes,
    /// An account's handle.
    Handle,
    /// An account's numeric id.
    UserId,
}

/// How well a text matches a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// It is the label, perhaps with `X_` or `TWITTER_` before it.
    Whole,
    /// There are words around it: an account's name, or another program's.
    Inside,
}

/// One row of [`LABELS`].
#[derive(Debug)]
pub struct LabelRow {
    /// What the names stand for.
    pub label: Label,
    /// Names of variables as well as of lines. In lower case, the words joined by `_`; the commonest first.
    pub names: &'static [&'static str],
    /// Names that mean it where a person wrote or pasted them, and too often another program's in a file of
    /// variables: `SECRET_KEY`.
    spoken: &'static [&'static str],
}

/// The names in use. Sources: X's console and docs, README files of libraries, `.env` files of about 60 public
/// repositories, 2026-08 to 2026-11.
pub const LABELS: &[LabelRow] = &[
    LabelRow {
        label: Label::Field(Field::ApiKey),
        names: &[
            "api_key",
            "consumer_key",
            "app_key",
            "oauth_consumer_key",
            "oauth1_consumer_key",
            "oauth1_api_key",
            "consumer_api_key",
        ],
        spoken: &["consumer_api_keys"],
    },
    LabelRow {
        label: Label::Field(Field::ApiSecret),
        names: &[
            "api_secret",
            "api_secret_key",
            "api_key_secret",
            "consumer_secret",
            "consumer_key_secret",
            "app_secret",
            "oauth_consumer_secret",
            "oauth1_consumer_secret",
            "oauth1_api_secret",
            "consumer_api_secret",
        ],
        spoken: &["secret_key"],
    },
    LabelRow { label: Label::Field(Field::BearerToken), names: &["bearer_token", "bearer"], spoken: &[] },
    LabelRow {
        label: Label::Field(Field::ClientId),
        names: &["client_id", "oauth2_client_id", "oauth_client_id"],
        spoken: &[],
    },
    LabelRow {
        label: Label::Field(Field::ClientSecret),
        names: &["client_secret", "oauth2_client_secret", "oauth_client_secret"],
        spoken: &[],
    },
    LabelRow {
        label: Label::UserToken,
        names: &[
            "access_token",
            "access_token_key",
            "access_key",
            "token_key",
            "oauth_access_token",
            "oauth1_access_token",
            "oauth_token",
        ],
        spoken: &["user_token"],
    },
    LabelRow {
        label: Label::Field(Field::AccessSecret),
        names: &[
            "access_token_secret",
            "access_secret",
            "access_secret_token",
            "access_key_secret",
            "token_secret",
            "oauth_access_token_secret",
            "oauth1_access_token_secret",
            "oauth1_access_secret",
            "oauth_token_secret",
        ],
        spoken: &[],
    },
    LabelRow {
        label: Label::Field(Field::Oauth2AccessToken),
        names: &["oauth2_access_token", "oauth2_user_token", "oauth2_user_access_token"],
        spoken: &[],
    },
    LabelRow {
        label: Label::Field(Field::Oauth2RefreshToken),
        names: &["oauth2_refresh_token", "refresh_token"],
        spoken: &[],
    },
    LabelRow {
        label: Label::CallbackUrl,
        names: &["redirect_uri", "oauth2_redirect_uri", "callback_url", "oauth_callback_url"],
        spoken: &["callback_uri", "redirect_url", "callback"],
    },
    LabelRow { label: Label::Scopes, names: &["scopes", "oauth2_scopes"], spoken: &[] },
    LabelRow { label: Label::Handle, names: &["handle", "username", "screen_name"], spoken: &[] },
    LabelRow { label: Label::UserId, names: &["user_id"], spoken: &["account_id"] },
];

/// Words around a label that say nothing about whose it is.
const FILLERS: &[&str] = &["x", "twitter", "oauth", "oauth1", "oauth2", "gotwi", "my", "your", "the"];

/// The longest text that is taken for a label, in bytes.
const LABEL_MAX: usize = 200;

/// Reads a label, however its words are joined. Where several fit, the longest name wins, so that `API_KEY_SECRET`
/// is no API key.
pub fn read(text: &str) -> Option<(Label, Match)> {
    if text.len() > LABEL_MAX {
        return None;
    }
    let words = words(text);
    let mut best: Option<(usize, Label, Match)> = None;
    for row in LABELS {
        for name in row.names.iter().chain(row.spoken) {
            if best.is_some_and(|(length, ..)| length >= name.len()) {
                continue;
            }
            let length = name.split('_').count();
            let is_name = |run: &[String]| run.iter().map(String::as_str).eq(name.split('_'));
            let Some(at) = words.windows(length).position(is_name) else { continue };
            let around = words.iter().take(at).chain(words.iter().skip(at + length));
            let alone = around.clone().all(|word| FILLERS.contains(&word.as_str()));
            best = Some((name.len(), row.label, if alone { Match::Whole } else { Match::Inside }));
        }
    }
    best.map(|(_, label, fit)| (label, fit))
}

/// The words of a label: `appKey`, `APP_KEY`, `app-key` and `App key` are the same two.
fn words(text: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(text.len() + 8);
    let mut lower = false;
    for c in text.chars() {
        if lower && c.is_ascii_uppercase() {
            spaced.push(' ');
        }
        lower = c.is_ascii_lowercase();
        // The point of "OAuth 2.0" belongs to its word.
        spaced.push(if c.is_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { ' ' });
    }
    let mut words: Vec<String> = Vec::new();
    for word in spaced.split_whitespace().map(|word| word.trim_matches('.')) {
        match (words.last_mut(), word) {
            (Some(before), "2.0" | "2") if before == "oauth" => before.push('2'),
            (Some(before), "1.0a" | "1.0" | "1") if before == "oauth" => before.push('1'),
            (_, "") => {}
            _ => words.push(word.to_owned()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_known_under_the_names_people_give_it() {
        let field = |field| Some((Label::Field(field), Match::Whole));
        for (text, wanted) in [
            ("API Key", field(Field::ApiKey)),
            ("X_API_KEY", field(Field::ApiKey)),
            ("appKey", field(Field::ApiKey)),
            ("twitter-consumer-key", field(Field::ApiKey)),
            ("API Key Secret", field(Field::ApiSecret)),
            ("TWITTER_API_SECRET_KEY", field(Field::ApiSecret)),
            ("Bearer Token", field(Field::BearerToken)),
            ("X_OAUTH2_CLIENT_ID", field(Field::ClientId)),
            ("OAuth 2.0 Client Secret", field(Field::ClientSecret)),
            ("accessSecret", field(Field::AccessSecret)),
            ("ACCESS_TOKEN_SECRET", field(Field::AccessSecret)),
            ("OAuth 2.0 access token", field(Field::Oauth2AccessToken)),
            ("X_REFRESH_TOKEN", field(Field::Oauth2RefreshToken)),
            ("X_ACCESS_TOKEN", Some((Label::UserToken, Match::Whole))),
            ("ACCESS_TOKEN_KEY", Some((Label::UserToken, Match::Whole))),
            ("redirect_uri", Some((Label::CallbackUrl, Match::Whole))),
            ("screen_name", Some((Label::Handle, Match::Whole))),
            ("X_ACCESS_TOKEN_ALICE", Some((Label::UserToken, Match::Inside))),
            ("GOOGLE_CLIENT_ID", Some((Label::Field(Field::ClientId), Match::Inside))),
            ("PATH", None),
            ("", None),
            ("key", None),
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
    }

    #[test]
    fn every_name_leads_to_its_own_row() {
        for row in LABELS {
            for name in row.names.iter().chain(row.spoken) {
                assert_eq!(read(name), Some((row.label, Match::Whole)), "{name}");
                assert_eq!(read(&name.to_uppercase()), Some((row.label, Match::Whole)), "{name}");
            }
        }
    }

    #[test]
    fn the_word_and_the_label_of_every_field_lead_back_to_it() {
        for field in Field::all() {
            let wanted = match field {
                Field::AccessToken => Label::UserToken,
                field => Label::Field(field),
            };
            assert_eq!(read(field.row().word), Some((wanted, Match::Whole)), "{field}");
            assert_eq!(read(field.row().label), Some((wanted, Match::Whole)), "{field}");
        }
    }
}
