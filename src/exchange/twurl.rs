//! `~/.twurlrc` of twurl and `~/.trc` of t, which share one form: YAML with a map of users, and for each user a map of
//! apps by their consumer key.
//!
//! ```yaml
//! profiles:
//!   alice:
//!     <consumer key>: {username: alice, consumer_key: …, consumer_secret: …, token: …, secret: …}
//! configuration:
//!   default_profile: [alice, <consumer key>]
//! bearer_tokens: {<consumer key>: …}
//! ```

mod write;

use std::collections::BTreeMap;

use super::gather::{Account, Gather, Given};
use super::rows::{Place, Rows, Unreadable};
use super::tree::{self, Node};
use crate::domain::fields::Field;
use crate::domain::labels::Label;

pub(super) use write::write;

/// The keys of a user's app, and what they are. `token` and `secret` are the user's.
const KEYS: &[(&str, Label)] = &[
    ("consumer_key", Label::Field(Field::ApiKey)),
    ("consumer_secret", Label::Field(Field::ApiSecret)),
    ("token", Label::UserToken),
    ("secret", Label::Field(Field::AccessSecret)),
    ("username", Label::Handle),
];

/// Whether a text looks like it.
pub(super) fn looks(text: &str) -> bool {
    let has = |key: &str| text.lines().any(|line| line.trim_start().starts_with(key));
    text.lines().any(|line| line.starts_with("profiles:")) && has("consumer_secret:") && has("token:")
}

/// Reads either file.
///
/// # Errors
/// When it is no YAML, or there are no profiles in it.
pub(super) fn read(text: &str) -> Result<Rows, Unreadable> {
    let root = tree::read(text)?;
    let Some(users) = root.get("profiles") else {
        return Err(Unreadable::Shape("it has no “profiles”, so it is no file of twurl or t"));
    };
    let mut gather = Gather::default();
    let mut apps: BTreeMap<String, Account> = BTreeMap::new();
    for (user, of_user) in users.members() {
        for (number, (consumer_key, entry)) in of_user.members().iter().enumerate() {
            let key = entry.get("consumer_key").and_then(Node::text).unwrap_or(consumer_key);
            // The same user through another app is another profile.
            let name = if number == 0 { user.clone() } else { format!("{user}-{}", number + 1) };
            let account = gather.named(None, &name);
            apps.entry(key.to_owned()).or_insert(account);
            entry_of(&mut gather, account, key, entry);
        }
    }
    for (key, node) in root.get("bearer_tokens").map(Node::members).unwrap_or_default() {
        let account = apps.get(key).copied().unwrap_or_else(|| {
            let account = gather.another(None);
            give(&mut gather, account, node, ("consumer_key", Label::Field(Field::ApiKey)), key);
            account
        });
        let bearer = node.text().unwrap_or_default();
        give(&mut gather, account, node, ("bearer_tokens", Label::Field(Field::BearerToken)), bearer);
    }
    if gather.is_empty() {
        return Err(Unreadable::Shape("there is not one profile in it"));
    }
    gather.finish()
}

fn entry_of(gather: &mut Gather, account: Account, key: &str, entry: &Node) {
    if entry.members().is_empty() {
        gather.left_out(Place::Line(entry.line), "is not the entry of a user");
        return;
    }
    give(gather, account, entry, ("consumer_key", Label::Field(Field::ApiKey)), key);
    for (word, label) in KEYS {
        if let Some(node) = entry.get(word) {
            give(gather, account, node, (word, *label), node.text().unwrap_or_default());
        }
    }
}

fn give(gather: &mut Gather, account: Account, node: &Node, (name, label): (&str, Label), value: &str) {
    let given = Given { place: Place::Line(node.line), name, label, sure: true, value };
    gather.take(account, &given);
}
