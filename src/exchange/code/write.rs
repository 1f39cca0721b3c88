//! Writes code that a bot can begin with: the client of a library, made from one profile's values.

use std::fmt::Write as _;

use crate::domain::fields::Field;
use crate::domain::secret::Secret;
use crate::exchange::rows::{AppRow, ProfileRow, Rows, Unwritable, Value};
use crate::exchange::writing::{self, Style, is_plain, shown};

/// What an argument or a variable of code stands for.
type Arguments = &'static [(Field, &'static str)];

const TWEEPY: Arguments = &[
    (Field::BearerToken, "bearer_token"),
    (Field::ApiKey, "consumer_key"),
    (Field::ApiSecret, "consumer_secret"),
    (Field::AccessToken, "access_token"),
    (Field::AccessSecret, "access_token_secret"),
];

const NODE: Arguments = &[
    (Field::ApiKey, "appKey"),
    (Field::ApiSecret, "appSecret"),
    (Field::AccessToken, "accessToken"),
    (Field::AccessSecret, "accessSecret"),
];

const NODE_CLIENT: Arguments = &[(Field::ClientId, "clientId"), (Field::ClientSecret, "clientSecret")];

/// The callback URL stands between these two and those two; without a redirect there is none.
const XDK_APP: Arguments = &[(Field::ApiKey, "api_key"), (Field::ApiSecret, "api_secret")];
const XDK_USER: Arguments =
    &[(Field::AccessToken, "access_token"), (Field::AccessSecret, "access_token_secret")];

/// Writes a client of tweepy, in Python.
///
/// # Errors
/// More than one profile; a value with a line break or an invisible character.
pub(in crate::exchange) fn tweepy(rows: &Rows, _: &Style) -> Result<Secret, Unwritable> {
    let one = One::of(rows)?;
    let mut out = format!("# {}\nimport tweepy\n", one.name);
    if one.has(TWEEPY) {
        out.push_str("\nclient = tweepy.Client(\n");
        one.arguments(&mut out, TWEEPY, "    ", "=")?;
        out.push_str(")\n");
    }
    if let Some(token) = one.literal(Field::Oauth2AccessToken)? {
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "\n# As the account, by OAuth 2.0: give its methods user_auth=False.\noauth2_access_token = {token}\n\
             oauth2_client = tweepy.Client(oauth2_access_token)\n"
        );
    }
    Ok(Secret::new(out))
}

/// Writes clients of node-twitter-api-v2, in JavaScript.
///
/// # Errors
/// As [`tweepy`].
pub(in crate::exchange) fn node(rows: &Rows, _: &Style) -> Result<Secret, Unwritable> {
    let one = One::of(rows)?;
    // Writing to a String cannot fail.
    let mut out = format!("// {}\nimport {{ TwitterApi }} from \"twitter-api-v2\";\n", one.name);
    for (arguments, client) in [(NODE, "client"), (NODE_CLIENT, "oauth2App")] {
        if one.has(arguments) {
            let _ = write!(out, "\nconst {client} = new TwitterApi({{\n");
            one.arguments(&mut out, arguments, "  ", ": ")?;
            out.push_str("});\n");
        }
    }
    for (field, variable, client) in [
        (Field::BearerToken, "bearerToken", Some("appOnlyClient")),
        (Field::Oauth2AccessToken, "oauth2AccessToken", Some("oauth2Client")),
        // For oauth2App.refreshOAuth2Token(…).
        (Field::Oauth2RefreshToken, "refreshToken", None),
    ] {
        let Some(token) = one.literal(field)? else { continue };
        let _ = write!(out, "\nconst {variable} = {token};\n");
        if let Some(client) = client {
            let _ = writeln!(out, "const {client} = new TwitterApi({variable});");
        }
    }
    Ok(Secret::new(out))
}

/// Writes clients of X's own XDK, in Python.
///
/// # Errors
/// As [`tweepy`].
pub(in crate::exchange) fn xdk(rows: &Rows, _: &Style) -> Result<Secret, Unwritable> {
    let one = One::of(rows)?;
    let mut out = format!("# {}\nfrom xdk import Client\n", one.name);
    if one.has(XDK_APP) || one.has(XDK_USER) {
        out.push_str("from xdk.oauth1_auth import OAuth1\n\noauth1 = OAuth1(\n");
        one.arguments(&mut out, XDK_APP, "    ", "=")?;
        let callback = match one.callback_url {
            Some(url) => literal(url).ok_or_else(|| one.odd("callback URL"))?,
            None => "None".to_owned(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "    callback={callback},");
        one.arguments(&mut out, XDK_USER, "    ", "=")?;
        out.push_str(")\nclient = Client(auth=oauth1)\n");
    }
    for (field, variable, argument) in [
        (Field::BearerToken, "bearer_token", "bearer_token"),
        (Field::Oauth2AccessToken, "oauth2_access_token", "access_token"),
    ] {
        let Some(token) = one.literal(field)? else { continue };
        let client = if field == Field::BearerToken { "app_only_client" } else { "oauth2_client" };
        // Writing to a String cannot fail.
        let _ = write!(out, "\n{variable} = {token}\n{client} = Client({argument}={variable})\n");
    }
    Ok(Secret::new(out))
}

/// The one profile, or the one app, that code is about.
struct One<'a> {
    name: String,
    values: Vec<&'a Value>,
    callback_url: Option<&'a str>,
}

impl<'a> One<'a> {
    fn of(rows: &'a Rows) -> Result<Self, Unwritable> {
        let (profile, app): (Option<&ProfileRow>, Option<&AppRow>) =
            match (rows.profiles.as_slice(), rows.apps.as_slice()) {
                ([], [app]) => (None, Some(app)),
                ([profile], apps) if writing::lone_apps(rows).next().is_none() || apps.is_empty() => {
                    (Some(profile), writing::app_of(rows, profile))
                }
                _ => return Err(Unwritable::OneOnly),
            };
        let called = profile.map(|row| &row.name).or(app.map(|row| &row.name));
        let of_app = app.into_iter().flat_map(|app| &app.values);
        Ok(Self {
            name: called.map(shown).unwrap_or_default(),
            values: of_app.chain(profile.into_iter().flat_map(|row| &row.values)).collect(),
            callback_url: app.and_then(|app| app.callback_url.as_deref()),
        })
    }

    fn has(&self, arguments: Arguments) -> bool {
        arguments.iter().any(|(field, _)| self.values.iter().any(|value| value.field == *field))
    }

    fn odd(&self, what: &'static str) -> Unwritable {
        Unwritable::Unsafe { what, name: self.name.clone() }
    }

    /// A value as a literal text.
    fn literal(&self, field: Field) -> Result<Option<String>, Unwritable> {
        let Some(value) = self.values.iter().find(|value| value.field == field) else { return Ok(None) };
        literal(value.secret.expose()).map(Some).ok_or_else(|| self.odd(field.row().label))
    }

    fn arguments(
        &self,
        out: &mut String,
        arguments: Arguments,
        indent: &str,
        binds: &str,
    ) -> Result<(), Unwritable> {
        for (field, word) in arguments {
            if let Some(value) = self.literal(*field)? {
                // Writing to a String cannot fail.
                let _ = writeln!(out, "{indent}{word}{binds}{value},");
            }
        }
        Ok(())
    }
}

/// A literal text, alike in Python and JavaScript.
fn literal(value: &str) -> Option<String> {
    is_plain(value).then(|| format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")))
}
