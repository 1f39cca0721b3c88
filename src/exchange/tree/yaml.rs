//! YAML as a tree, from the events of a parser: no types, no tags, aliases within a budget.

use std::collections::HashMap;

use granit_parser::{Event, Marker, Parser, ScanError, Span};

use super::{Budget, DEPTH_MAX, Kind, Node};
use crate::exchange::rows::Unreadable;

/// Reads every document.
pub(super) fn read(text: &str) -> Result<Vec<Node>, Unreadable> {
    let mut builder =
        Builder { budget: Budget::new(), open: Vec::new(), anchors: HashMap::new(), roots: Vec::new() };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| syntax(&error))?;
        builder.event(event, span)?;
    }
    Ok(builder.roots)
}

fn syntax(error: &ScanError) -> Unreadable {
    place(*error.marker(), |line, column| Unreadable::Syntax { format: "YAML", line, column })
}

fn too_deep(marker: Marker) -> Unreadable {
    place(marker, |line, column| Unreadable::Deep { most: DEPTH_MAX, line, column })
}

fn place<T>(marker: Marker, make: impl Fn(usize, usize) -> T) -> T {
    make(marker.line().max(1), marker.col() + 1)
}

/// A list or a map that is not closed yet.
struct Open {
    node: Node,
    anchor: usize,
    /// The key that waits for its value.
    key: Option<String>,
}

struct Builder {
    budget: Budget,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    roots: Vec<Node>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Unreadable> {
        let line = span.start.line().max(1);
        match event {
            Event::Scalar(text, _, anchor, _) => {
                self.budget.spend(text.len())?;
                self.done(Node { line, kind: Kind::Text(text.into_owned()) }, anchor);
            }
            Event::SequenceStart(_, anchor, _) => self.begin(span.start, Kind::List(Vec::new()), anchor)?,
            Event::MappingStart(_, anchor, _) => self.begin(span.start, Kind::Map(Vec::new()), anchor)?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.done(open.node, open.anchor);
                }
            }
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor) else {
                    return Err(place(span.start, |line, column| Unreadable::Cycle { line, column }));
                };
                self.budget.spend_again(node)?;
                let node = Node { line, ..node.clone() };
                if depth(&node) + self.open.len() > DEPTH_MAX {
                    return Err(too_deep(span.start));
                }
                self.done(node, 0);
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, start: Marker, kind: Kind, anchor: usize) -> Result<(), Unreadable> {
        self.budget.spend(0)?;
        if self.open.len() >= DEPTH_MAX {
            return Err(too_deep(start));
        }
        self.open.push(Open { node: Node { line: start.line().max(1), kind }, anchor, key: None });
        Ok(())
    }

    /// Puts a finished node where it belongs.
    fn done(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.roots.push(node);
            return;
        };
        match (&mut open.node.kind, open.key.take()) {
            (Kind::List(items), _) => items.push(node),
            (Kind::Map(members), Some(key)) => members.push((key, node)),
            // A key that is no text is a key nobody asks for.
            (Kind::Map(_), None) => open.key = Some(node.text().unwrap_or_default().to_owned()),
            (Kind::Text(_), _) => {}
        }
    }
}

fn depth(node: &Node) -> usize {
    let deepest = match &node.kind {
        Kind::Text(_) => return 0,
        Kind::List(items) => items.iter().map(depth).max(),
        Kind::Map(members) => members.iter().map(|(_, node)| depth(node)).max(),
    };
    1 + deepest.unwrap_or(0)
}
