//! What is known, action by action: one table for people, and for machines with each verdict.

use super::{Known, Verdict};
use crate::cli::output::machine::{self, Checked};
use crate::cli::output::{Out, Paint, matrix};
use crate::domain::verdict::{Finding, State};

/// A verdict for machines.
pub(super) fn checked(known: &Known<'_>, finding: &Finding) -> Checked {
    let held = known
        .document
        .profile(finding.profile)
        .map(|profile| known.snapshot.holdings_by(profile, Some(finding)));
    machine::checked(known.document, finding, held.as_ref())
}

/// Writes the table.
pub(super) fn print(out: &mut Out, known: &Known<'_>) {
    let rows = known.verdicts.iter().filter_map(|verdict| row(known, *verdict));
    matrix::print(out, &rows.collect::<Vec<_>>());
}

fn row<'a>(known: &Known<'a>, told: Verdict<'a>) -> Option<matrix::Row<'a>> {
    let profile = known.document.profile(told.finding.profile)?;
    let (row, state) = (told.finding.verdict.cause.row(), told.state());
    let word = if state == State::Ok { state.word() } else { row.short };
    let held = known.snapshot.holdings_by(profile, Some(told.finding));
    Some(matrix::Row { profile, state: (word.to_owned(), Paint::of(state)), held })
}
