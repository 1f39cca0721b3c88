//! JSON as a tree.

use serde_json::value::RawValue;

use super::{Budget, Kind, Node};
use crate::exchange::members::Members;
use crate::exchange::rows::Unreadable;

pub(super) fn read(text: &str) -> Result<Node, Unreadable> {
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| syntax(&error))?;
    let mut reader = Reader { start: text.as_ptr().addr(), lines: line_starts(text), budget: Budget::new() };
    reader.node(whole)
}

fn syntax(error: &serde_json::Error) -> Unreadable {
    Unreadable::Syntax { format: "JSON", line: error.line().max(1), column: error.column().max(1) }
}

/// The offsets at which lines begin.
fn line_starts(text: &str) -> Vec<usize> {
    let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
}

struct Reader {
    /// Where the text begins in memory: a raw value is a piece of it.
    start: usize,
    lines: Vec<usize>,
    budget: Budget,
}

impl Reader {
    fn line(&self, raw: &RawValue) -> usize {
        let offset = raw.get().as_ptr().addr().saturating_sub(self.start);
        self.lines.partition_point(|start| *start <= offset)
    }

    /// The depth has been looked at before.
    fn node(&mut self, raw: &RawValue) -> Result<Node, Unreadable> {
        let (line, text) = (self.line(raw), raw.get());
        // The whole has been parsed already, so its parts are JSON too; what a text cannot hold is told by place.
        let bad = |_may_quote| Unreadable::Syntax { format: "JSON", line, column: 1 };
        let kind = match text.as_bytes().first() {
            Some(b'{') => {
                self.budget.spend(0)?;
                let Members(pairs) = serde_json::from_str(text).map_err(bad)?;
                let mut members = Vec::new();
                for (key, raw) in pairs {
                    self.budget.spend(key.len())?;
                    members.push((key, self.node(raw)?));
                }
                Kind::Map(members)
            }
            Some(b'[') => {
                self.budget.spend(0)?;
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(bad)?;
                let items = items.into_iter().map(|raw| self.node(raw));
                Kind::List(items.collect::<Result<_, _>>()?)
            }
            Some(b'"') => {
                self.budget.spend(text.len())?;
                Kind::Text(serde_json::from_str(text).map_err(bad)?)
            }
            _ => {
                self.budget.spend(text.len())?;
                Kind::Text(text.to_owned())
            }
        };
        Ok(Node { line, kind })
    }
}
