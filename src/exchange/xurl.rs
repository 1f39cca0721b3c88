//! `~/.xurl` of xurl: since 1.3 a folder with `auth.yml`, before that one file, YAML or (older) JSON.
//!
//! An app's OAuth 2.0 tokens stand by user; its one OAuth 1.0a token does not say whose it is.

mod write;

use super::gather::{Account, Gather, Given};
use super::rows::{Called, Place, Rows, Unreadable};
use super::tree::{self, Node};
use crate::domain::fields::Field;
use crate::domain::labels::Label;
use crate::domain::names::Name;
use crate::domain::time::Time;

pub(super) use write::write;

/// Where the values of an app stand.
const OF_APP: &[(&[&str], Label)] = &[
    (&["client_id"], Label::Field(Field::ClientId)),
    (&["client_secret"], Label::Field(Field::ClientSecret)),
    (&["redirect_uri"], Label::CallbackUrl),
    (&["bearer_token", "bearer"], Label::Field(Field::BearerToken)),
];

/// Where the values of its OAuth 1.0a token stand; the consumer key and secret are the app's.
const OF_OAUTH1: &[(&str, Label)] = &[
    ("consumer_key", Label::Field(Field::ApiKey)),
    ("consumer_secret", Label::Field(Field::ApiSecret)),
    ("access_token", Label::Field(Field::AccessToken)),
    ("token_secret", Label::Field(Field::AccessSecret)),
];

/// Where the values of a user's OAuth 2.0 token stand.
const OF_OAUTH2: &[(&str, Label)] = &[
    ("access_token", Label::Field(Field::Oauth2AccessToken)),
    ("refresh_token", Label::Field(Field::Oauth2RefreshToken)),
];

/// Whether a text looks like it.
pub(super) fn looks(text: &str) -> bool {
    if text.trim_start().starts_with('{') {
        return ["\"oauth2_tokens\"", "\"oauth1_tokens\""].iter().any(|key| text.contains(key));
    }
    let has = |key: &str| text.lines().any(|line| line.trim_start().starts_with(key));
    text.lines().any(|line| line.starts_with("apps:"))
        && ["oauth2_tokens:", "oauth1_token:", "default_user:", "client_id:"].into_iter().any(has)
}

/// Reads any of its generations.
///
/// # Errors
/// When it is neither YAML nor JSON, or there is nothing of xurl in it.
pub(super) fn read(text: &str) -> Result<Rows, Unreadable> {
    let root = tree::read(text)?;
    let mut gather = Gather::default();
    for (name, app) in root.get("apps").map(Node::members).unwrap_or_default() {
        let account = gather.named(None, name);
        if let Ok(name) = Name::parse(name) {
            gather.app(account, name);
        }
        app_of(&mut gather, account, app);
    }
    // Before there were several apps, its one app was the file.
    let account = gather.unnamed();
    app_of(&mut gather, account, &root);
    if gather.is_empty() {
        return Err(Unreadable::Shape("there are no apps and no tokens of xurl in it"));
    }
    gather.finish()
}

fn app_of(gather: &mut Gather, account: Account, app: &Node) {
    for (path, label) in OF_APP {
        let found = path.iter().try_fold(app, |node, key| node.get(key));
        give(gather, account, found, (path, *label));
    }
    let users = app.get("oauth2_tokens").map(Node::members).unwrap_or_default();
    let oauth1 = ["oauth1_token", "oauth1_tokens"].iter().find_map(|key| app.get(key)?.get("oauth1"));
    if let Some(oauth1) = oauth1 {
        for (key, label) in OF_OAUTH1 {
            give(gather, account, oauth1.get(key), (&[key], *label));
        }
        if !users.is_empty() {
            let text = "its OAuth 1.0a token does not say whose it is, so it becomes a profile of its own";
            gather.note(Place::Line(oauth1.line), text);
        }
    }
    for (user, token) in users {
        let Some(oauth2) = token.get("oauth2") else {
            gather.left_out(Place::Line(token.line), "is not the OAuth 2.0 token of a user");
            continue;
        };
        let account = match Name::parse(user) {
            Ok(name) => gather.account(Some(account), Called::Guess(name)),
            Err(_) => gather.another(Some(account)),
        };
        for (key, label) in OF_OAUTH2 {
            give(gather, account, oauth2.get(key), (&[key], *label));
        }
        let handle = Given {
            place: Place::Line(token.line),
            name: "the user",
            label: Label::Handle,
            sure: true,
            value: user,
        };
        if crate::domain::names::Handle::parse(user).is_ok() {
            gather.take(account, &handle);
        }
        let expiry = oauth2.get("expiration_time").and_then(Node::text);
        if let Some(seconds) = expiry.and_then(|text| text.parse().ok()).filter(|seconds| *seconds > 0) {
            gather.expires(account, Time::from_unix(seconds));
        }
    }
}

fn give(gather: &mut Gather, account: Account, node: Option<&Node>, (path, label): (&[&str], Label)) {
    let Some(node) = node else { return };
    let (place, name) = (Place::Line(node.line), path.last().copied().unwrap_or_default());
    let Some(value) = node.text() else {
        return gather.left_out(place, format!("{name} is not text"));
    };
    gather.take(account, &Given { place, name, label, sure: true, value });
}
