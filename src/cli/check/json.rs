//! What is known, for machines: one object. Its keys are a promise; the README says what each is.

use serde::Serialize;

use super::{Known, Source, Verdict, matrix};
use crate::cli::output::Out;
use crate::cli::output::machine::Checked;
use crate::domain::document::Document;
use crate::domain::verdict::{AppFinding, State};
use crate::ops::check::PRICES_OF;

/// The object.
#[derive(Serialize)]
struct Answer {
    profiles: Vec<ProfileFacts>,
    apps: Vec<AppFacts>,
    counts: Counts,
    asked: usize,
    fresh: usize,
    not_asked: usize,
    requests: usize,
    retries: usize,
    at_most_usd: f64,
    prices_of: &'static str,
    out_of_reach: bool,
    cancelled: bool,
}

/// How many profiles stand how, whether or not each is told.
#[derive(Serialize)]
struct Counts {
    ok: usize,
    attention: usize,
    failed: usize,
    unknown: usize,
}

#[derive(Serialize)]
struct ProfileFacts {
    #[serde(flatten)]
    verdict: Checked,
    asked: bool,
    age_seconds: i64,
}

#[derive(Serialize)]
struct AppFacts {
    name: String,
    keys: &'static str,
    bearer: Option<&'static str>,
    because: String,
    checked_at: String,
}

/// Prints it.
pub(super) fn print(out: &mut Out, known: &Known<'_>) {
    let (document, tally) = (known.document, known.tally);
    let of = |state| tally.of_state(state);
    out.json(&Answer {
        profiles: known.verdicts.iter().map(|verdict| profile(known, *verdict)).collect(),
        apps: known.apps.iter().map(|finding| app(document, finding)).collect(),
        counts: Counts {
            ok: of(State::Ok),
            attention: of(State::Attention),
            failed: of(State::Failed),
            unknown: of(State::Unknown),
        },
        asked: tally.asked,
        fresh: tally.fresh,
        not_asked: tally.not_asked,
        requests: tally.requests,
        retries: tally.retries,
        at_most_usd: tally.cost.as_dollars(),
        prices_of: PRICES_OF,
        out_of_reach: tally.out_of_reach,
        cancelled: tally.cancelled,
    });
}

fn profile(known: &Known<'_>, told: Verdict<'_>) -> ProfileFacts {
    ProfileFacts {
        verdict: matrix::checked(known, told.finding),
        asked: told.source == Source::Asked,
        age_seconds: told.age,
    }
}

fn app(document: &Document, finding: &AppFinding) -> AppFacts {
    AppFacts {
        name: document.app(finding.app).map(|app| app.name.to_string()).unwrap_or_default(),
        keys: finding.keys.row().word,
        bearer: finding.bearer.map(|cause| cause.row().word),
        because: finding.evidence.join("; "),
        checked_at: finding.checked_at.to_string(),
    }
}
