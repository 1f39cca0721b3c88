//! The list of profiles: its order, its filter, its marks. Rows keep their places until the next sort.

use std::collections::{BTreeSet, HashSet};

use super::sort::{SORTS, sorted};
use crate::domain::id::ProfileId;
use crate::domain::search::Search;
use crate::tui::ctx::Ctx;
use crate::tui::widgets::roll::Roll;

/// The list of profiles.
#[derive(Debug)]
pub(super) struct Profiles {
    /// All of them, in the order last sorted.
    order: Vec<ProfileId>,
    /// The numbers of `order` in the roster.
    numbers: Vec<u32>,
    /// Those the filter finds, with the cursor.
    pub roll: Roll<ProfileId>,
    /// Those that are marked.
    pub marks: BTreeSet<ProfileId>,
    /// The word of the order.
    pub sort: &'static str,
    /// What the filter found last, to be narrowed as more is typed.
    last: Option<(String, Vec<u32>)>,
}

impl Default for Profiles {
    fn default() -> Self {
        Self {
            order: Vec::new(),
            numbers: Vec::new(),
            roll: Roll::default(),
            marks: BTreeSet::new(),
            sort: SORTS[0].word,
            last: None,
        }
    }
}

impl Profiles {
    /// Sorts anew.
    pub(super) fn resort(&mut self, ctx: &Ctx) {
        self.numbers = sorted(ctx, self.sort);
        let id = |number: &u32| ctx.roster.line(*number).map(|line| line.id);
        self.order = self.numbers.iter().filter_map(id).collect();
        self.last = None;
    }

    /// After a change of the vault: what is there keeps its place, what is new comes behind.
    pub(super) fn keep_places(&mut self, ctx: &Ctx) {
        let known: HashSet<ProfileId> = self.order.iter().copied().collect();
        self.order.retain(|id| ctx.roster.number(*id).is_some());
        let fresh = ctx.roster.lines().iter().map(|line| line.id).filter(|id| !known.contains(id));
        self.order.extend(fresh);
        self.numbers = self.order.iter().filter_map(|id| ctx.roster.number(*id)).collect();
        self.marks.retain(|id| ctx.roster.number(*id).is_some());
        self.last = None;
    }

    /// Shows what `query` finds.
    pub(super) fn refilter(&mut self, ctx: &Ctx, query: &str) {
        if query.trim().is_empty() {
            self.last = None;
            return self.roll.set(self.order.clone());
        }
        // More letters at the end of a plain word only narrow what was found.
        let narrower = |(before, _): &&(String, Vec<u32>)| {
            query.starts_with(before.as_str()) && query.chars().all(|c| c.is_alphanumeric() || c == ' ')
        };
        let within = self.last.as_ref().filter(narrower).map_or(&self.numbers, |(_, found)| found);
        let found = Search::new(query).filter(ctx.roster.texts(), within);
        let id = |number: &u32| ctx.roster.line(*number).map(|line| line.id);
        self.roll.set(found.iter().filter_map(id).collect());
        self.last = Some((query.to_owned(), found));
    }

    /// What an action on several works on: the marked ones, else all that are shown.
    pub(super) fn marked_or_shown(&self) -> Vec<ProfileId> {
        if self.marks.is_empty() { self.roll.ids().to_vec() } else { self.marks.iter().copied().collect() }
    }
}
