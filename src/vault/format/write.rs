//! Writing JSON, key by key, straight into the buffer that is signed and sealed.
//!
//! Secrets have no `Serialize`; here is the one way they get into a file, always into memory that is wiped.

use std::fmt::Display;
use std::io::Write as _;

use crate::domain::unknown::Unknown;

/// An object being written.
#[derive(Debug)]
pub(super) struct Object<'a> {
    out: &'a mut Vec<u8>,
    empty: bool,
}

impl<'a> Object<'a> {
    /// Writes a whole object.
    pub(super) fn write(out: &'a mut Vec<u8>, members: impl FnOnce(&mut Object<'_>)) {
        out.push(b'{');
        members(&mut Object { out, empty: true });
        out.push(b'}');
    }

    fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        text(self.out, key);
        self.out.push(b':');
        self.out
    }

    /// A member that is a text.
    pub(super) fn text(&mut self, key: &str, value: &str) {
        text(self.key(key), value);
    }

    /// A member whose text form is written as a text.
    pub(super) fn shown(&mut self, key: &str, value: impl Display) {
        let out = self.key(key);
        out.push(b'"');
        let start = out.len();
        let written = write!(out, "{value}");
        debug_assert!(written.is_ok(), "memory always takes it");
        if is_plain(&out[start..]) {
            out.push(b'"');
        } else {
            out.truncate(start - 1);
            text(out, &value.to_string());
        }
    }

    /// A member that is there only if there is a value.
    pub(super) fn some(&mut self, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.shown(key, value);
        }
    }

    /// A member that is a whole number.
    pub(super) fn number(&mut self, key: &str, value: u64) {
        let written = write!(self.key(key), "{value}");
        debug_assert!(written.is_ok(), "memory always takes it");
    }

    /// A member that is an object.
    pub(super) fn object(&mut self, key: &str, members: impl FnOnce(&mut Object<'_>)) {
        Object::write(self.key(key), members);
    }

    /// A member that is a list: `rows`, then the entries of `key` that only a newer program understands.
    pub(super) fn list<T>(
        &mut self,
        key: &str,
        rows: impl Iterator<Item = T>,
        others: &Unknown,
        mut row: impl FnMut(&mut Vec<u8>, T),
    ) {
        let others = others.0.get(key);
        let mut rows = rows.peekable();
        if rows.peek().is_none() && others.is_none() {
            return;
        }
        let out = self.key(key);
        out.push(b'[');
        let mut empty = true;
        for item in rows {
            comma(out, &mut empty);
            row(out, item);
        }
        if let Some(others) = others {
            comma(out, &mut empty);
            out.extend_from_slice(others.expose().as_bytes());
        }
        out.push(b']');
    }

    /// Members of the object `key` that only a newer program understands.
    pub(super) fn others(&mut self, key: &str, others: &Unknown) {
        if let Some(others) = others.0.get(key) {
            if !self.empty {
                self.out.push(b',');
            }
            self.empty = false;
            self.out.extend_from_slice(others.expose().as_bytes());
        }
    }

    /// A member in the very words it was read in.
    pub(super) fn raw(&mut self, key: &str, json: &str) {
        self.key(key).extend_from_slice(json.as_bytes());
    }

    /// The members a newer program wrote, but for the `known` ones, which are written in their own places.
    pub(super) fn unknown(&mut self, unknown: &Unknown, known: &[&str]) {
        for (key, json) in unknown.0.iter().filter(|(key, _)| !known.contains(&key.as_ref())) {
            self.raw(key, json.expose());
        }
    }
}

fn comma(out: &mut Vec<u8>, empty: &mut bool) {
    if !*empty {
        out.push(b',');
    }
    *empty = false;
}

/// Whether nothing in `text` needs an escape.
fn is_plain(text: &[u8]) -> bool {
    text.iter().all(|byte| *byte >= b' ' && *byte != b'"' && *byte != b'\\')
}

/// A JSON string.
pub(super) fn text(out: &mut Vec<u8>, value: &str) {
    // Nearly every text is plain; the rest is left to those who know every escape.
    if is_plain(value.as_bytes()) {
        out.push(b'"');
        out.extend_from_slice(value.as_bytes());
        out.push(b'"');
    } else {
        let written = serde_json::to_writer(&mut *out, value);
        debug_assert!(written.is_ok(), "a text is always JSON, and memory always takes it");
    }
}
