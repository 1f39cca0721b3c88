//! JSON and YAML as one tree of texts: every scalar as it stands in the file, with its line.
//!
//! Nothing is taken for a number, a date or a truth value: `0123456789`, `1e10` and `no` may be parts of a key.

mod depth;
mod json;
mod yaml;

use std::fmt::Write as _;

pub(super) use depth::{begins_like_json, within};

use super::rows::Unreadable;
use crate::domain::text::is_hidden;

/// How deep a file may be nested.
const DEPTH_MAX: usize = 16;
/// How many values a file may hold, aliases of YAML counted as often as they stand.
const NODES_MAX: usize = 200_000;
/// How many bytes these may have in all.
const BYTES_MAX: usize = 64 << 20;

/// More than [`NODES_MAX`] or [`BYTES_MAX`].
const TOO_MUCH: Unreadable =
    Unreadable::Shape("it holds more than 200000 values, more than any file of credentials");

/// A value with the line it begins in.
#[derive(Clone)]
pub(super) struct Node {
    /// From 1.
    pub(super) line: usize,
    /// What it is.
    pub(super) kind: Kind,
}

/// What a value is.
#[derive(Clone)]
pub(super) enum Kind {
    /// A text, a number, a word: as it stands, without quotes.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values in their order.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// The keys and values, where it has any.
    pub(super) fn members(&self) -> &[(String, Self)] {
        match &self.kind {
            Kind::Map(members) => members,
            Kind::Text(_) | Kind::List(_) => &[],
        }
    }

    /// What a list holds.
    pub(super) fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Text(_) | Kind::Map(_) => &[],
        }
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.members().iter().find(|(word, _)| word == key).map(|(_, node)| node)
    }
}

/// What is left to be spent on one file.
struct Budget {
    nodes: usize,
    bytes: usize,
}

impl Budget {
    const fn new() -> Self {
        Self { nodes: NODES_MAX, bytes: BYTES_MAX }
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Unreadable> {
        self.nodes = self.nodes.checked_sub(1).ok_or(TOO_MUCH)?;
        self.bytes = self.bytes.checked_sub(bytes).ok_or(TOO_MUCH)?;
        Ok(())
    }

    /// Spends what a copy of `node` takes.
    fn spend_again(&mut self, node: &Node) -> Result<(), Unreadable> {
        match &node.kind {
            Kind::Text(text) => self.spend(text.len()),
            Kind::List(items) => {
                self.spend(0)?;
                items.iter().try_for_each(|item| self.spend_again(item))
            }
            Kind::Map(members) => {
                self.spend(0)?;
                members.iter().try_for_each(|(key, member)| {
                    self.spend(key.len())?;
                    self.spend_again(member)
                })
            }
        }
    }
}

/// Reads JSON where it looks like JSON, else the first document of YAML.
///
/// # Errors
/// For what is neither, and for bombs: a sentence, with the place where there is one.
pub(super) fn read(text: &str) -> Result<Node, Unreadable> {
    let nothing = Node { line: 1, kind: Kind::Text(String::new()) };
    Ok(documents(text)?.into_iter().next().unwrap_or(nothing))
}

/// Reads JSON where it looks like JSON, else every document of YAML.
///
/// # Errors
/// As [`read`].
pub(super) fn documents(text: &str) -> Result<Vec<Node>, Unreadable> {
    if !begins_like_json(text) {
        return yaml::read(text);
    }
    within(text, DEPTH_MAX)?;
    // YAML knows `{a: b}` too.
    json::read(text).map(|node| vec![node]).or_else(|error| yaml::read(text).map_err(|_neither| error))
}

/// A text as YAML that nothing takes for a number or a word: in double quotes, what is invisible written out.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            // Writing to a String cannot fail.
            c if is_hidden(c) => drop(write!(out, "\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether it looks like JSON.
pub(super) fn is_json(text: &str) -> bool {
    begins_like_json(text) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree as one line.
    fn shown(node: &Node) -> String {
        match &node.kind {
            Kind::Text(text) => format!("{text:?}@{}", node.line),
            Kind::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" ")),
            Kind::Map(members) => {
                let members = members.iter().map(|(key, node)| format!("{key}={}", shown(node)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(" "))
            }
        }
    }

    #[track_caller]
    fn check(text: &str, wanted: Result<&str, &str>) {
        let found = read(text).map(|node| shown(&node)).map_err(|error| error.to_string());
        assert_eq!(found.as_deref().map_err(String::as_str), wanted, "{text}");
    }

    #[test]
    fn scalars_stay_as_they_stand() {
        let all =
            r#"{a="0123456789"@1 b="1e10"@2 c="no"@3 d="0x1F"@4 e="~"@5 f="2026-01-31"@6 g="quo ted"@7}"#;
        check("a: 0123456789\nb: 1e10\nc: no\nd: 0x1F\ne: ~\nf: 2026-01-31\ng: 'quo ted'\n", Ok(all));
        check("{\"a\": 12345678901234567890123, \"b\": 1e10,\n \"c\": \"\\u0041\", \"d\": null}", Ok(r#"{a="12345678901234567890123"@1 b="1e10"@1 c="A"@2 d="null"@1}"#.replace("\"null\"@1", "\"null\"@2").as_str()));
        check("--- !ruby/hash\na: !ruby/object:X &1 alice\nb:\n- *1\n", Ok(r#"{a="alice"@2 b=["alice"@4]}"#));
        check("{a: b}", Ok(r#"{a="b"@1}"#));
        check("", Ok(r#"""@1"#));
    }

    #[test]
    fn bombs_and_broken_files_get_a_sentence() {
        let deep = |column| format!("line 1, column {column} is nested deeper than 16 levels");
        let much = "it holds more than 200000 values, more than any file of credentials";
        check(&format!("{}1{}", "[".repeat(5000), "]".repeat(5000)), Err(&deep(17)));
        check(&"- ".repeat(200), Err(&deep(33)));
        check(
            "a: &a [[[[[[[[x]]]]]]]]\nb: [[[[[[[[[*a]]]]]]]]]\n",
            Err("line 2, column 13 is nested deeper than 16 levels"),
        );
        check(&format!("[{}1]", "1,".repeat(NODES_MAX)), Err(much));
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for n in 1..12 {
            let before = format!("*a{},", n - 1).repeat(10);
            bomb = format!("{bomb}a{n}: &a{n} [{before}]\n");
        }
        check(&bomb, Err(much));
        check("a: &x [*x]\n", Err("line 1, column 8 refers to itself"));
        check("a: *nowhere\n", Err("line 1, column 4 is not YAML"));
        check("a: [b\n", Err("line 1, column 4 is not YAML"));
        check("{\"a\": made-up-secret}", Ok(r#"{a="made-up-secret"@1}"#));
        check("{\"a\": \"made-up-secret", Err("line 1, column 21 is not JSON"));
        check("a: 1\n--- \nb: 2\n", Ok(r#"{a="1"@1}"#));
    }

    #[test]
    fn a_key_that_stands_twice_is_there_twice() {
        check("{\"a\":1,\"a\":2}", Ok(r#"{a="1"@1 a="2"@1}"#));
        check("a: 1\na: 2\n", Ok(r#"{a="1"@1 a="2"@2}"#));
    }
}
