//! JSON and YAML of any shape, where the keys have names that are known: `consumer_key`, `appKey`, `X_API_KEY`.
//!
//! A map under a key of its own is an account called like the key, unless the key says only what kind of thing is in
//! it (`oauth1`, `credentials`). What stands further out is shared by what stands within.

use super::gather::{Account, Gather, Given};
use super::names::{Bare, is_other, is_structure, known, speaks_of_x};
use super::rows::{Called, Place, Rows, Unreadable};
use super::tree::{self, Kind, Node};
use crate::domain::names::Name;

/// Keys whose text names the account they stand in.
const NAMES: &[&str] = &["name", "bot", "profile", "account", "label"];

/// Whether a text looks like it: JSON, or lines of YAML and nothing else.
pub(super) fn looks(text: &str) -> bool {
    if tree::is_json(text) {
        return true;
    }
    let mut lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let yaml = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("- ").unwrap_or(line);
        let key = line.split_once(':').filter(|(_, rest)| rest.is_empty() || rest.starts_with(' '));
        line == "---" || line == "-" || key.is_some_and(|(key, _)| !key.contains([' ', '=', '(', '{']))
    };
    let indented = text.lines().any(|line| line.starts_with([' ', '-']));
    (text.starts_with("---") || indented) && lines.all(yaml)
}

/// Reads JSON or YAML.
///
/// # Errors
/// When it is neither, or no key in it is known.
pub(super) fn read(text: &str) -> Result<Rows, Unreadable> {
    let documents = tree::documents(text)?;
    let mut walk =
        Walk { gather: Gather::default(), bare: if speaks_of_x(text) { Bare::Ours } else { Bare::Anybodys } };
    let account = walk.gather.unnamed();
    match documents.as_slice() {
        [root] => walk.node(account, root),
        several => walk.list(account, several),
    }
    if walk.gather.is_empty() {
        return Err(Unreadable::Shape("none of its keys has a name used for X's credentials"));
    }
    walk.gather.finish()
}

struct Walk {
    gather: Gather,
    bare: Bare,
}

impl Walk {
    fn node(&mut self, account: Account, node: &Node) {
        match &node.kind {
            Kind::Text(_) => {}
            Kind::List(items) => self.list(account, items),
            Kind::Map(members) => members.iter().for_each(|(key, member)| self.member(account, key, member)),
        }
    }

    /// Each map of a list is an account.
    fn list(&mut self, account: Account, items: &[Node]) {
        for item in items {
            if item.members().is_empty() {
                self.node(account, item);
                continue;
            }
            let named = NAMES.iter().find_map(|key| item.get(key)).and_then(Node::text);
            let own = match named.filter(|name| Name::parse(name).is_ok()) {
                Some(name) => self.gather.named(Some(account), name),
                None => self.gather.another(Some(account)),
            };
            self.node(own, item);
        }
    }

    fn member(&mut self, account: Account, key: &str, member: &Node) {
        let place = Place::Line(member.line);
        match &member.kind {
            _ if is_other(key) => {}
            Kind::Text(value) => self.value(account, key, value, place),
            Kind::List(items) => self.list(account, items),
            Kind::Map(_) if is_structure(key) => self.node(account, member),
            Kind::Map(_) => {
                let own = self.gather.named(Some(account), key);
                self.node(own, member);
            }
        }
    }

    fn value(&mut self, account: Account, key: &str, value: &str, place: Place) {
        let Some(known) = known(key, value, self.bare) else {
            self.gather.pass_over(place, key, value);
            return;
        };
        let own = match known.account.as_str() {
            "" => account,
            suffix => self.gather.account(Some(account), Called::Suffix(suffix.to_owned())),
        };
        self.gather.take(own, &Given { place, name: key, label: known.label, sure: known.prefixed, value });
    }
}
