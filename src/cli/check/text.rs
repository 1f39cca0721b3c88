//! One verdict for people.

use super::{Source, Verdict};
use crate::cli::names;
use crate::cli::output::{Out, Paint, machine};
use crate::domain::document::Document;
use crate::domain::phrase::ago;
use crate::domain::verdict::{Remedy, State};

/// One line for what is fine, the three lines for what is not.
pub(super) fn verdict(out: &mut Out, document: &Document, told: Verdict<'_>) {
    let verdict = &told.finding.verdict;
    let (row, state) = (verdict.cause.row(), verdict.state());
    let name = document.profile(told.finding.profile).map_or("?", |profile| profile.name.as_str());
    let word = out.paint(Paint::of(state), &format!("{:9}", state.word()));
    let name = names::shown(name);
    let seen = match told.source {
        Source::Asked => String::new(),
        Source::Amended => out.paint(Paint::Quiet, " (more is known of it now)"),
        Source::Kept => out.paint(Paint::Quiet, &format!(" ({})", ago(told.age))),
    };
    if state == State::Ok {
        out.line(&format!("{word} {name}: {}{seen}", machine::may(&verdict.grant)));
    } else {
        out.line(&format!("{word} {name}: {}{seen}", row.what));
        out.line(&format!("          because: {}", verdict.because()));
        out.line(&format!("          try: {}", row.try_this));
        // To check again is what anybody would do who has just checked.
        let remedy = Some(verdict.remedy()).filter(|remedy| *remedy != Remedy::CheckAgain);
        if let Some(command) = remedy.and_then(|remedy| remedy.command(document, told.finding.profile)) {
            out.line(&format!("          run: {command}"));
        }
        if let Some(link) = row.link {
            out.line(&format!("          see: {link}"));
        }
    }
    // Results are seen as they come, also through a pipe.
    let _ = out.finish();
}
