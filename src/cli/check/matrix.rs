//! What a check found, action by action: for machines with each verdict, for people as one table.

use crate::cli::output::machine::{self, Checked};
use crate::cli::output::{Out, Paint, matrix};
use crate::domain::ability::Holdings;
use crate::domain::document::Document;
use crate::domain::profile::Profile;
use crate::domain::verdict::{Finding, State};
use crate::ops::check::Report;

/// The verdicts for machines, by name.
pub(super) fn checked(document: &Document, report: &Report) -> Vec<Checked> {
    let checked = |finding: &Finding| {
        let held = document.profile(finding.profile).map(|profile| held(document, report, profile, finding));
        machine::checked(document, finding, held.as_ref())
    };
    sorted(document, report).into_iter().map(checked).collect()
}

/// Writes the table.
pub(super) fn print(out: &mut Out, document: &Document, report: &Report) {
    let rows = sorted(document, report).into_iter().filter_map(|finding| row(document, report, finding));
    matrix::print(out, &rows.collect::<Vec<_>>());
}

fn row<'a>(document: &'a Document, report: &Report, finding: &'a Finding) -> Option<matrix::Row<'a>> {
    let profile = document.profile(finding.profile)?;
    let (row, state) = (finding.verdict.cause.row(), finding.verdict.state());
    let word = if state == State::Ok { state.word() } else { row.short };
    let held = held(document, report, profile, finding);
    Some(matrix::Row { profile, state: (word.to_owned(), Paint::of(state)), held })
}

fn sorted<'a>(document: &Document, report: &'a Report) -> Vec<&'a Finding> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings
        .sort_by_cached_key(|finding| document.profile(finding.profile).map(|profile| profile.name.key()));
    findings
}

/// What a profile holds, by its own finding and by what X said to its app's bearer token.
fn held<'a>(
    document: &'a Document,
    report: &Report,
    profile: &'a Profile,
    finding: &'a Finding,
) -> Holdings<'a> {
    let held = Holdings::of(document, profile, Some(finding));
    let app = report.apps.iter().find(|found| Some(found.app) == profile.app);
    app.and_then(|found| found.bearer).map_or(held, |cause| held.with_bearer(cause))
}
