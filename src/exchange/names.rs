//! What the names of variables, keys and columns say: which value, and whose.
//!
//! A name is a prefix (`X_`, `TWITTER_`, `GOTWI_` or none), one of the names in [`LABELS`] and perhaps an account, as a
//! suffix (`TWITTER_ACCESS_TOKEN_ALICE`) or before the prefix (`ALICE_TWITTER_ACCESS_TOKEN`).

use zeroize::Zeroizing;

use crate::domain::fields;
use crate::domain::labels::{self, LABELS, Label, Match};

/// What may stand before a stem, the longest first. The empty one is last: a bare `API_KEY` may be anybody's.
pub(super) const PREFIXES: &[&str] = &["TWITTER_API_", "TWITTER_", "X_API_", "X_", "GOTWI_", ""];

/// Stems that are X's often enough without a prefix. Others, such as `APP_KEY`, are more often another program's.
pub(super) const BARE: &[&str] = &[
    "api_key",
    "api_secret",
    "api_secret_key",
    "api_key_secret",
    "consumer_key",
    "consumer_secret",
    "access_token",
    "access_token_key",
    "access_key",
    "access_token_secret",
    "access_secret",
    "bearer_token",
    "bearer",
    "client_id",
    "client_secret",
];

/// Endings that say something about a value instead of naming an account.
const NO_ACCOUNTS: &[&str] =
    &["EXPIRES", "EXPIRES_AT", "EXPIRES_IN", "EXPIRY", "FILE", "PATH", "TYPE", "URL", "URI"];

/// Beginnings that frameworks want, so they are nobody's name.
const FRAMEWORKS: &[&str] = &["NEXT_PUBLIC_", "REACT_APP_", "EXPO_PUBLIC_", "NUXT_", "VITE_", "MY_"];

/// How values of other services begin, under names that X's values have as well.
const ELSEWHERE: &[&str] = &["sk-", "ghp_", "gho_", "github_pat_", "AIza", "xoxb-", "xoxp-", "AKIA"];

/// Keys of maps and names of sections that name no account.
const STRUCTURE: &[&str] = &[
    "account",
    "accounts",
    "api",
    "app",
    "apps",
    "auth",
    "authentication",
    "bearer",
    "bot",
    "bots",
    "client",
    "config",
    "consumer",
    "credentials",
    "creds",
    "default",
    "env",
    "environment",
    "keys",
    "main",
    "oauth",
    "oauth1",
    "oauth2",
    "oauth_1",
    "oauth_2",
    "options",
    "params",
    "profile",
    "profiles",
    "production",
    "secrets",
    "services",
    "settings",
    "social",
    "token",
    "tokens",
    "tweet",
    "twitter",
    "twitter_api",
    "user",
    "users",
    "v1",
    "v2",
    "x",
    "x_api",
];

/// Keys of other services: nothing below them is X's.
const OTHERS: &[&str] = &[
    "aws",
    "azure",
    "bluesky",
    "discord",
    "facebook",
    "gcp",
    "github",
    "gitlab",
    "google",
    "instagram",
    "linkedin",
    "mastodon",
    "notion",
    "openai",
    "anthropic",
    "reddit",
    "slack",
    "spotify",
    "stripe",
    "telegram",
    "twilio",
    "youtube",
];

/// Whose names without a prefix are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bare {
    /// X's: the file, or the place in it, is about X.
    Ours,
    /// Perhaps another program's.
    Anybodys,
}

/// What a name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Which value.
    pub(super) label: Label,
    /// Whose, in upper case; empty where the name does not say.
    pub(super) account: String,
    /// Whether it has the prefix of X, Twitter or a library for them.
    pub(super) prefixed: bool,
}

/// The longest name that is looked at, in bytes.
const NAME_MAX: usize = 120;

/// Reads a name, however its words are joined. The value decides where the name may be another program's.
pub(super) fn known(name: &str, value: &str, bare: Bare) -> Option<Known> {
    if name.len() > NAME_MAX {
        return None;
    }
    let value = fields::trimmed(value);
    let upper = snake(name);
    let upper = FRAMEWORKS.iter().find_map(|start| upper.strip_prefix(start)).unwrap_or(&upper);
    let found = stem(upper, value, bare).or_else(|| {
        // `ALICE_TWITTER_ACCESS_TOKEN`
        let at = ["_TWITTER_", "_X_"].iter().find_map(|middle| upper.rfind(middle))?;
        let (account, rest) = (upper.get(..at)?, upper.get(at + 1..)?);
        let known = stem(rest, value, bare).filter(|known| known.account.is_empty())?;
        Some(Known { account: account.to_owned(), ..known })
    });
    found.or_else(|| match labels::read(name)? {
        (label, Match::Whole) if is_ours(value, bare) => {
            Some(Known { label, account: String::new(), prefixed: false })
        }
        _ => None,
    })
}

/// Whether a value without a prefix to its name is X's.
fn is_ours(value: &str, bare: Bare) -> bool {
    bare == Bare::Ours || !fields::recognise(value).is_empty()
}

/// Finds prefix, stem and suffix; the longest stem wins, so that `API_KEY_SECRET` is no `API_KEY` of somebody.
fn stem(upper: &str, value: &str, bare: Bare) -> Option<Known> {
    for prefix in PREFIXES {
        let Some(rest) = upper.strip_prefix(prefix) else { continue };
        let stems = LABELS.iter().flat_map(|row| row.names.iter().map(move |stem| (row.label, *stem)));
        let found = stems
            .filter_map(|(label, stem)| {
                let (head, after) = rest.split_at_checked(stem.len())?;
                if !head.eq_ignore_ascii_case(stem) {
                    return None;
                }
                let suffix = if after.is_empty() { Some("") } else { after.strip_prefix('_') };
                suffix.map(|suffix| (stem, label, suffix))
            })
            .max_by_key(|(stem, ..)| stem.len());
        let Some((stem, label, suffix)) = found else { continue };
        let prefixed = !prefix.is_empty();
        // `CLIENT_ID_GOOGLE` and `APP_KEY` are not ours to take, unless the value speaks for itself.
        let doubtful = !prefixed && (!suffix.is_empty() || !BARE.contains(&stem));
        let elsewhere = !prefixed && ELSEWHERE.iter().any(|start| value.starts_with(start));
        if NO_ACCOUNTS.contains(&suffix) || elsewhere || (doubtful && !is_ours(value, bare)) {
            return None;
        }
        return Some(Known { label, account: suffix.to_owned(), prefixed });
    }
    None
}

/// The words of a name in upper case, joined by `_`: `appKey`, `app-key` and `App key` are `APP_KEY`.
pub(super) fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut chars = name.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let begins = c.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || (before.is_ascii_uppercase() && chars.peek().is_some_and(char::is_ascii_lowercase)));
        if begins || !c.is_alphanumeric() {
            out.push('_');
        }
        if c.is_alphanumeric() {
            out.push(c.to_ascii_uppercase());
        }
        before = c;
    }
    out.split('_').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_").replace("O_AUTH", "OAUTH")
}

/// Whether what stands under this key is no account of its own.
pub(super) fn is_structure(key: &str) -> bool {
    let word = if key.len() > NAME_MAX { String::new() } else { snake(key).to_ascii_lowercase() };
    STRUCTURE.contains(&word.as_str())
}

/// Whether what stands under this key belongs to another service.
pub(super) fn is_other(key: &str) -> bool {
    let word = if key.len() > NAME_MAX { String::new() } else { snake(key).to_ascii_lowercase() };
    OTHERS.iter().any(|other| word.split('_').any(|part| part == *other))
}

/// Words that are about X wherever they stand, in lower case.
const TELLING: &[&str] = &["twitter", "tweepy", "api.x.com", "twarc", "xdk"];

/// Whether a text says that it is about X, so that its names need no prefix.
pub(super) fn speaks_of_x(text: &str) -> bool {
    let lower = Zeroizing::new(text.to_ascii_lowercase());
    TELLING.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fields::Field;

    #[test]
    fn a_name_says_which_value_and_whose() {
        let field = |field, account: &str, prefixed| {
            Some(Known { label: Label::Field(field), account: account.to_owned(), prefixed })
        };
        for (name, wanted) in [
            ("X_API_KEY", field(Field::ApiKey, "", true)),
            ("x-api-key", field(Field::ApiKey, "", true)),
            ("TWITTER_API_BEARER_TOKEN", field(Field::BearerToken, "", true)),
            ("twitterApiKeySecret", field(Field::ApiSecret, "", true)),
            ("consumerKey", field(Field::ApiKey, "", false)),
            ("APIKey", field(Field::ApiKey, "", false)),
            ("NEXT_PUBLIC_TWITTER_CLIENT_ID", field(Field::ClientId, "", true)),
            ("X_OAUTH1_CONSUMER_KEY_WIKI_DAILY", field(Field::ApiKey, "WIKI_DAILY", true)),
            ("ALICE_TWITTER_ACCESS_TOKEN_SECRET", field(Field::AccessSecret, "ALICE", true)),
            ("X_ACCESS_TOKEN_EXPIRES_AT", None),
            ("APP_KEY", None),
            ("CLIENT_ID_GOOGLE", None),
            ("OPENAI_API_KEY", None),
            ("PATH", None),
            ("", None),
        ] {
            assert_eq!(known(name, "made-up", Bare::Anybodys), wanted, "{name}");
        }
        assert_eq!(known("API_KEY", "sk-made-up", Bare::Anybodys), None);
        assert_eq!(known("appKey", "made-up", Bare::Ours), field(Field::ApiKey, "", false));
        assert_eq!(known("appKey", &"k".repeat(25), Bare::Anybodys), field(Field::ApiKey, "", false));
    }

    /// The names in the wild, as the list of X's formats has them: field by field, the commonest first.
    const IN_THE_WILD: &[(Label, &str)] = &[
        (
            Label::Field(Field::ApiKey),
            "TWITTER_API_KEY X_API_KEY TWITTER_CONSUMER_KEY CONSUMER_KEY API_KEY X_CONSUMER_KEY TWITTER_APP_KEY X_OAUTH_CONSUMER_KEY X_OAUTH1_CONSUMER_KEY GOTWI_API_KEY",
        ),
        (
            Label::Field(Field::ApiSecret),
            "TWITTER_API_SECRET X_API_SECRET TWITTER_API_SECRET_KEY TWITTER_API_KEY_SECRET X_API_KEY_SECRET X_API_SECRET_KEY TWITTER_CONSUMER_SECRET TWITTER_CONSUMER_KEY_SECRET CONSUMER_SECRET API_SECRET API_KEY_SECRET GOTWI_API_KEY_SECRET X_OAUTH_CONSUMER_SECRET",
        ),
        (
            Label::UserToken,
            "TWITTER_ACCESS_TOKEN X_ACCESS_TOKEN ACCESS_TOKEN TWITTER_ACCESS_TOKEN_KEY ACCESS_TOKEN_KEY ACCESS_KEY TWITTER_TOKEN_KEY X_OAUTH_ACCESS_TOKEN GOTWI_ACCESS_TOKEN",
        ),
        (
            Label::Field(Field::AccessSecret),
            "TWITTER_ACCESS_TOKEN_SECRET X_ACCESS_TOKEN_SECRET ACCESS_TOKEN_SECRET TWITTER_ACCESS_SECRET X_ACCESS_SECRET ACCESS_SECRET TWITTER_ACCESS_SECRET_TOKEN TWITTER_TOKEN_SECRET X_OAUTH_ACCESS_TOKEN_SECRET GOTWI_ACCESS_TOKEN_SECRET",
        ),
        (
            Label::Field(Field::BearerToken),
            "TWITTER_BEARER_TOKEN X_BEARER_TOKEN BEARER_TOKEN TWITTER_BEARER BEARER",
        ),
        (
            Label::Field(Field::ClientId),
            "TWITTER_CLIENT_ID X_CLIENT_ID X_OAUTH2_CLIENT_ID TWITTER_OAUTH2_CLIENT_ID CLIENT_ID",
        ),
        (
            Label::Field(Field::ClientSecret),
            "TWITTER_CLIENT_SECRET X_CLIENT_SECRET X_OAUTH2_CLIENT_SECRET TWITTER_OAUTH2_CLIENT_SECRET CLIENT_SECRET",
        ),
        (Label::Field(Field::Oauth2AccessToken), "X_OAUTH2_ACCESS_TOKEN X_OAUTH2_USER_TOKEN"),
        (
            Label::Field(Field::Oauth2RefreshToken),
            "X_OAUTH2_REFRESH_TOKEN X_REFRESH_TOKEN TWITTER_REFRESH_TOKEN",
        ),
        (Label::CallbackUrl, "X_REDIRECT_URI X_OAUTH2_REDIRECT_URI"),
        (Label::Scopes, "X_SCOPES"),
    ];

    #[test]
    fn every_name_in_the_wild_is_known_in_either_case_and_with_an_account() {
        for (label, names) in IN_THE_WILD {
            for name in names.split(' ') {
                for text in [name.to_owned(), name.to_lowercase()] {
                    let found =
                        known(&text, "made-up", Bare::Anybodys).map(|known| (known.label, known.account));
                    assert_eq!(found, Some((*label, String::new())), "{text}");
                }
                let of_alice = known(&format!("{name}_ALICE"), "made-up", Bare::Ours);
                let found = of_alice.map(|known| (known.label, known.account));
                assert_eq!(found, Some((*label, "ALICE".to_owned())), "{name}_ALICE");
            }
        }
    }

    #[test]
    fn words_are_found_however_they_are_joined() {
        for (name, words) in [
            ("appKey", "APP_KEY"),
            ("APIKey", "API_KEY"),
            ("clientID", "CLIENT_ID"),
            ("OAuthToken", "OAUTH_TOKEN"),
            ("oauth2AccessToken", "OAUTH2_ACCESS_TOKEN"),
            ("--API key--", "API_KEY"),
            ("é", "É"),
        ] {
            assert_eq!(snake(name), words.replace('É', "é"), "{name}");
        }
    }
}
