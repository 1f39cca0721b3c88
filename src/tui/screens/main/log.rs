//! The log: what came into the vault and what left it, the newest first, as the vault itself remembers it.

use crate::domain::search::Search;
use crate::ops::history::{self, Event};
use crate::tui::ctx::Ctx;
use crate::tui::widgets::roll::Roll;

/// The most rows kept: the newest.
const MOST: usize = 5_000;

/// The rows, as they were when the place was entered or the vault changed last.
#[derive(Debug, Default)]
pub(super) struct Log {
    rows: Vec<Event>,
    /// Numbers of the rows shown.
    pub roll: Roll<usize>,
}

impl Log {
    /// Reads the vault's memory anew and shows what `query` finds.
    pub(super) fn fill(&mut self, ctx: &Ctx, query: &str) {
        self.rows = rows(ctx);
        self.refilter(query);
    }

    /// Shows what `query` finds.
    pub(super) fn refilter(&mut self, query: &str) {
        let mut search = Search::new(query);
        let found = |(number, row): (usize, &Event)| {
            (query.trim().is_empty() || search.finds(&row.name, &row.what.sentence())).then_some(number)
        };
        self.roll.set(self.rows.iter().enumerate().filter_map(found).collect());
    }

    /// The row with this number.
    pub(super) fn row(&self, number: usize) -> Option<&Event> {
        self.rows.get(number)
    }
}

fn rows(ctx: &Ctx) -> Vec<Event> {
    let mut rows = ctx.snapshot.as_ref().map(|snapshot| history::log(&snapshot.document)).unwrap_or_default();
    rows.truncate(MOST);
    rows
}
