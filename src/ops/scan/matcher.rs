//! Finds values in a text: pure, whatever the text came from.

use std::cmp::Reverse;

use super::anchors::{Anchors, WINDOW};
use super::known::Known;
use super::shapes;
use super::views::{self, Done};
use super::writing::{self, Writing};
use crate::domain::fields::Field;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum What {
    /// A value of the vault, by its number.
    Known(usize),
    /// Something of the shape of this field.
    Shape(Field),
}

/// Where in a text something was found. In bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) what: What,
    pub(super) writing: Writing,
}

/// Whether shapes are looked for beside values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shapes {
    /// They are.
    Yes,
    /// Only values of the vault count.
    No,
}

/// Looks for all values at once.
pub(super) struct Matcher {
    anchors: Anchors,
    shapes: Shapes,
    /// The most bytes from the beginning of anything that is found to its end.
    pub(super) reach: usize,
}

impl std::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Matcher({:?}, {:?})", self.anchors, self.shapes)
    }
}

/// Whether stretches are read that are written some other way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Views {
    Yes,
    No,
}

impl Matcher {
    /// For `values`, of which `pairs` name the halves of Basic authentication.
    pub(super) fn new(values: &[Known], pairs: &[(usize, usize)], shapes: Shapes) -> Self {
        let mut patterns = Vec::new();
        for (number, known) in values.iter().enumerate().filter(|(_, known)| is_long_enough(known)) {
            patterns.extend(writing::patterns(number, known.secret.expose()));
        }
        for (id, secret) in pairs {
            if let (Some(first), Some(second)) = (values.get(*id), values.get(*secret)) {
                let (id, text) = (first.secret.expose(), second.secret.expose());
                patterns.push(writing::pair_pattern(*secret, id, text));
            }
        }
        let anchors = Anchors::new(patterns);
        let longest = anchors.patterns.iter().map(|pattern| pattern.text.len()).max().unwrap_or(0);
        // Each character as an escape of six bytes, and what base64 may have between its lines.
        Self { anchors, shapes, reach: (longest * 8).max(4096) }
    }

    /// Everything in `text`, in its order; of what overlaps, a value before a shape, and the longest.
    pub(super) fn search(&self, text: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        self.sweep(text, Views::Yes, &mut hits);
        resolved(hits)
    }

    fn sweep(&self, text: &[u8], views: Views, hits: &mut Vec<Hit>) {
        let (mut run_end, mut done) = (0, Done::default());
        let last = text.len().saturating_sub(WINDOW - 1);
        for at in (0..last).step_by(self.anchors.stride) {
            let Some(bytes) = text.get(at..).and_then(|rest| rest.first_chunk::<WINDOW>()) else { break };
            let window = u64::from_le_bytes(*bytes);
            if self.anchors.may_hold(window) {
                self.known_at(text, at, window, hits);
            }
            if self.shapes == Shapes::Yes && at >= run_end && shapes::is_run(text, at, window) {
                let (run, field) = shapes::around(text, at);
                run_end = run.end;
                hits.extend(field.map(|field| Hit {
                    start: run.start,
                    end: run.end,
                    what: What::Shape(field),
                    writing: Writing::Plain,
                }));
            }
            if views == Views::Yes && views::is_odd(window) {
                self.views_at(text, at, &mut done, hits);
            }
        }
    }

    fn known_at(&self, text: &[u8], at: usize, window: u64, hits: &mut Vec<Hit>) {
        for (pattern, offset) in self.anchors.each(window) {
            let met = pattern.around(text, at, offset);
            hits.extend(met.map(|met| Hit {
                start: met.start,
                end: met.end,
                what: What::Known(pattern.value),
                writing: met.writing,
            }));
        }
    }

    fn views_at(&self, text: &[u8], at: usize, done: &mut Done, hits: &mut Vec<Hit>) {
        for stretch in views::around(text, at, done) {
            let mut inside = Vec::new();
            self.sweep(&stretch.plain, Views::No, &mut inside);
            let place = |at: usize| stretch.start + at * stretch.row.width;
            hits.extend(inside.into_iter().map(|hit| Hit {
                start: place(hit.start),
                end: place(hit.end),
                writing: hit.writing.max(stretch.row.writing),
                ..hit
            }));
        }
    }
}

/// Whether `known` is long enough to be looked for.
pub(super) fn is_long_enough(known: &Known) -> bool {
    known.secret.expose().len() >= writing::SHORTEST
}

/// `hits` in the order of the text, without those that others hold inside.
fn resolved(mut hits: Vec<Hit>) -> Vec<Hit> {
    let is_shape = |hit: &Hit| matches!(hit.what, What::Shape(_));
    hits.sort_by_key(|hit| (is_shape(hit), hit.start, Reverse(hit.end), hit.writing, hit.what));
    let (mut kept, mut shapes) = (Vec::<Hit>::new(), Vec::<Hit>::new());
    for hit in hits {
        let list = if is_shape(&hit) { &mut shapes } else { &mut kept };
        let covered = list.last().is_some_and(|before| {
            hit.end <= before.end || (hit.what == before.what && hit.start < before.end)
        });
        if !covered {
            list.push(hit);
        }
    }
    shapes.retain(|shape| {
        let next = kept.partition_point(|hit| hit.end <= shape.start);
        kept.get(next).is_none_or(|hit| hit.start >= shape.end)
    });
    kept.append(&mut shapes);
    kept.sort_by_key(|hit| hit.start);
    kept
}
