//! Secrets of Kubernetes: manifests as people write them for `kubectl apply -f`, and what `kubectl get secrets -o yaml`
//! or `-o json` prints. A Secret is an account, called like the Secret; its keys have the names of variables.
//!
//! Both `data` (base64) and `stringData` (plain) are read, and the second wins, as in the cluster. `data` is what is
//! written: values that a later file no longer has are taken out of the cluster by `kubectl apply`, which compares this
//! file with the one applied before. What came as `stringData` stays there, since the cluster keeps everything as
//! `data`; and its documentation says that `stringData` does not work well with server-side apply.

mod write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::gather::{Account, Gather, Given};
use super::names::{Bare, known, speaks_of_x};
use super::rows::{Called, Place, Rows, Unreadable};
use super::tree::{self, Node};

pub(super) use write::write;

/// Whether a text looks like it: it says so itself.
pub(super) fn looks(text: &str) -> bool {
    let plain = |line: &str| line.replace(['"', '\'', ',', ' ', '-'], "");
    text.contains("apiVersion")
        && text.lines().any(|line| line.contains("Secret") && plain(line).trim() == "kind:Secret")
        || (tree::begins_like_json(text)
            && text.contains("apiVersion")
            && text.contains("\"kind\":\"Secret\""))
}

/// Reads the Secrets among the objects of a manifest.
///
/// # Errors
/// When it is neither YAML nor JSON, or no key of a Secret is known.
pub(super) fn read(text: &str) -> Result<Rows, Unreadable> {
    let bare = if speaks_of_x(text) { Bare::Ours } else { Bare::Anybodys };
    let mut reader = Reader { gather: Gather::default(), bare };
    for object in &tree::documents(text)? {
        reader.object(object);
    }
    if reader.gather.is_empty() {
        return Err(Unreadable::Shape("no Secret in it has a key with a name used for X's credentials"));
    }
    reader.gather.finish()
}

struct Reader {
    gather: Gather,
    bare: Bare,
}

impl Reader {
    /// A Secret, or a list of them; other objects are passed over.
    fn object(&mut self, object: &Node) {
        if let Some(items) = object.get("items") {
            items.items().iter().for_each(|item| self.object(item));
        }
        if object.get("kind").and_then(Node::text) != Some("Secret") {
            return;
        }
        let name = object.get("metadata").and_then(|metadata| metadata.get("name")).and_then(Node::text);
        let account = match name {
            Some(name) => self.gather.named(None, name),
            None => self.gather.another(None),
        };
        let members = |key| object.get(key).map(Node::members).unwrap_or_default();
        let plain = members("stringData");
        for (key, node) in plain {
            match node.text() {
                Some(value) => self.value(account, node, key, value),
                None => self.gather.left_out(Place::Line(node.line), "is not the text of a key"),
            }
        }
        for (key, node) in
            members("data").iter().filter(|(key, _)| plain.iter().all(|(other, _)| other != key))
        {
            let coded: Option<String> = node.text().map(|text| text.split_whitespace().collect());
            let decoded = coded.and_then(|text| STANDARD.decode(text).ok());
            match decoded.map(String::from_utf8) {
                Some(Ok(value)) => self.value(account, node, key, &value),
                // Keystores and certificates of other programs are bytes.
                Some(Err(_)) => {}
                None => self.gather.left_out(Place::Line(node.line), "is not base64"),
            }
        }
    }

    fn value(&mut self, account: Account, node: &Node, key: &str, value: &str) {
        let place = Place::Line(node.line);
        let Some(known) = known(key, value, self.bare) else {
            return self.gather.pass_over(place, key, value);
        };
        let account = match known.account {
            suffix if suffix.is_empty() => account,
            suffix => self.gather.account(Some(account), Called::Suffix(suffix)),
        };
        self.gather.take(account, &Given { place, name: key, label: known.label, sure: true, value });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange;
    use crate::exchange::rows::Value;

    /// Accounts and values, one line each, then the remarks.
    fn told(text: &str) -> Vec<String> {
        let (rows, format) =
            exchange::read(None, text).unwrap_or_else(|(error, format)| panic!("{}: {error}", format.word));
        assert_eq!(format.word, "kubernetes", "{text}");
        let value = |value: &Value| format!(" {}={}", value.field, value.secret.expose());
        let values = |values: &[Value]| values.iter().map(value).collect::<Vec<_>>().concat();
        let profiles = rows.profiles.iter().map(|row| {
            let app = rows.apps.iter().find(|app| Some(&app.name) == row.app.as_ref());
            let of_app = app.map(|app| values(&app.values)).unwrap_or_default();
            let name = match &row.name {
                Called::Guess(name) => name.to_string(),
                other => format!("{other:?}"),
            };
            format!("{name}:{of_app}{}", values(&row.values))
        });
        profiles.chain(rows.remarks.iter().map(ToString::to_string)).collect()
    }

    #[test]
    fn secrets_are_read_as_people_and_as_the_cluster_write_them() {
        let manifest = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
data: {X_API_KEY: not-a-secret}
---
apiVersion: v1
kind: Secret
metadata:
  name: wiki
stringData:
  X_API_KEY: made-up-key
data:
  X_API_KEY: b2xk
  X_ACCESS_TOKEN: MTQ0Ny1tYWRldXA=
  X_ACCESS_TOKEN_SECRET: not*base64
  tls.crt: //79
";
        assert_eq!(
            told(manifest),
            ["wiki: api_key=made-up-key access_token=1447-madeup", "line 15: is not base64"]
        );
        let of_kubectl = r#"{
    "apiVersion": "v1",
    "items": [
        {
            "apiVersion": "v1",
            "data": {"TWITTER_API_KEY": "bWFkZS11cA==", "TWITTER_API_SECRET": "YT1iI2M="},
            "kind": "Secret",
            "metadata": {"name": "poet", "namespace": "bots"},
            "type": "Opaque"
        }
    ],
    "kind": "List"
}"#;
        assert_eq!(told(of_kubectl), ["poet: api_key=made-up api_secret=a=b#c"]);
        assert_eq!(
            told(&of_kubectl.replace(['\n'], "").replace("\": ", "\":")),
            ["poet: api_key=made-up api_secret=a=b#c"]
        );
    }
}
