//! `check`: asks X what each profile may do; for people, for cron and for CI.
//!
//! What it will [`cost`] is said or asked first; then X is asked ([`asking`]); then what is known is told in one of three
//! [`Format`]s, and summed up in one line and one exit code ([`tally`]).

mod asking;
mod cost;
mod json;
mod junit;
mod matrix;
mod tally;
mod text;

use std::collections::BTreeSet;
use std::time::Duration;

use self::tally::Tally;
use super::names;
use super::output::Out;
use super::session::{Cx, Open, Outcome};
use crate::domain::document::Document;
use crate::domain::edit::Edit;
use crate::domain::id::{Owner, ProfileId};
use crate::domain::time::{Time, span};
use crate::domain::verdict::{AppFinding, Finding, State};
use crate::failure::Failure;
use crate::ops::check::{self, Plan, Report, Split};
use crate::ops::findings;
use crate::ops::snapshot::Snapshot;

/// Ask X what profiles may do, and say why one fails
///
/// Never changes anything at X. NAME may be an app: then all its profiles are checked. On a terminal it says what that
/// costs at most, and asks before X bills more than one call; elsewhere the cost stands in the one line on standard
/// error. What checks found is kept: --max-age asks only where that is too old. Ctrl-C ends it early; what is known by
/// then is shown and kept.
///
/// Ends with 0 when every profile is ok, 1 when one is not, 5 when X or the network was out of reach for all that were
/// asked about.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[command(after_help = "\
Examples:
  birdkeep check wiki-daily
  birdkeep check --all --max-age 6h
  birdkeep check --all --quiet || mail-somebody
  birdkeep check --all --format junit > birds.xml
  birdkeep check --all --matrix
  birdkeep check --all --json | jq -r '.profiles[] | select(.state != \"ok\") | [.name, .cause] | @tsv'")]
pub(super) struct Args {
    /// Profiles or apps
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    name: Vec<String>,
    /// Every profile
    #[arg(long)]
    all: bool,
    /// Ask only where the last verdict is at least this old, such as 90s, 30m, 6h, 2d; tell the others as they were
    #[arg(long, value_name = "AGE", value_parser = age)]
    max_age: Option<Duration>,
    /// Do not ask before X bills several calls
    #[arg(long)]
    yes: bool,
    /// Tell nothing when all is well, and else only what is not
    #[arg(long, short)]
    quiet: bool,
    /// How to tell it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// The same as --format matrix
    #[arg(long, conflicts_with_all = ["format", "json"])]
    matrix: bool,
}

/// How what is known is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Lines for people, as verdicts come in
    Text,
    /// One object
    Json,
    /// One XML document, as CI systems read it
    Junit,
    /// A table of what each may do, action by action
    Matrix,
}

/// What there is to tell in the end.
struct Known<'a> {
    document: &'a Document,
    /// With what this check has found.
    snapshot: &'a Snapshot,
    /// By the names of the profiles.
    verdicts: Vec<Verdict<'a>>,
    /// Those X was not asked about, because somebody ended it early.
    not_asked: Vec<ProfileId>,
    apps: &'a [AppFinding],
    tally: Tally,
}

/// One verdict, and where it is from.
#[derive(Clone, Copy)]
struct Verdict<'a> {
    finding: &'a Finding,
    source: Source,
    /// How old it is, in seconds.
    age: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// X was asked just now.
    Asked,
    /// The same, told once more: another token of the app has shown why.
    Amended,
    /// An earlier check.
    Kept,
}

fn age(text: &str) -> Result<Duration, &'static str> {
    span(text).ok_or("write it as a number and a unit: 90s, 30m, 6h or 2d")
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let mut open = cx.open()?;
    let snapshot = open.session.snapshot();
    let wanted = args.profiles(&snapshot.document)?;
    if wanted.is_empty() && !args.quiet {
        cx.out.note("there is no profile to check");
    }
    let split = args.split(&open, &snapshot, wanted);
    let plan = check::plan(&snapshot.document, &split.stale);
    args.consent(&mut cx.out, &open, &snapshot, &split, &plan)?;
    let kept: Vec<Finding> =
        split.fresh.iter().filter_map(|id| snapshot.findings.profiles.get(id).cloned()).collect();
    if args.streams() {
        let now = open.world.clock.now();
        let known = kept.iter().map(|finding| Verdict::new(finding, Source::Kept, now));
        known.for_each(|verdict| args.tell(&mut cx.out, &snapshot.document, verdict));
    }
    let (report, candidates) = asking::ask(args, &mut cx.out, &open.world, &snapshot, split.stale.clone())?;
    if let Some(trouble) = report.trouble {
        return Err(trouble);
    }
    let remembered = findings::remember(&open.world, &open.session, report.found());
    open.session = remembered.session;
    let outcome = args.conclude(cx, &open, &split, &kept, &report, &plan);
    if let Some(warning) = remembered.warning {
        cx.out.warn(&warning);
    }
    keep(cx, &mut open, &candidates)?;
    Ok(outcome)
}

/// Keeps what X handed over.
fn keep(cx: &mut Cx, open: &mut Open, candidates: &[Edit]) -> Result<(), Failure> {
    if !candidates.is_empty() {
        open.save(candidates)?;
        cx.out.warn("X handed over another bearer token than the stored one; it is kept as a candidate");
    }
    Ok(())
}

impl<'a> Verdict<'a> {
    fn new(finding: &'a Finding, source: Source, now: Time) -> Self {
        Self { finding, source, age: now.since(finding.checked_at).max(0) }
    }

    fn state(&self) -> State {
        self.finding.verdict.state()
    }
}

impl Args {
    fn profiles(&self, document: &Document) -> Result<Vec<ProfileId>, Failure> {
        let mut wanted: Vec<ProfileId> = Vec::new();
        if self.all {
            wanted.extend(document.profiles().map(|profile| profile.id));
        }
        for name in &self.name {
            match names::owner(document, name)? {
                Owner::Profile(id) => wanted.push(id),
                Owner::App(id) => wanted.extend(document.profiles_of(id).map(|profile| profile.id)),
            }
        }
        wanted.sort_by_cached_key(|id| document.profile(*id).map(|profile| profile.name.key()));
        wanted.dedup();
        Ok(wanted)
    }

    fn format(&self) -> Format {
        match self {
            Self { json: true, .. } => Format::Json,
            Self { matrix: true, .. } => Format::Matrix,
            _ => self.format,
        }
    }

    /// Whether verdicts are told as they come.
    fn streams(&self) -> bool {
        self.format() == Format::Text
    }

    fn split(&self, open: &Open, snapshot: &Snapshot, wanted: Vec<ProfileId>) -> Split {
        match self.max_age {
            Some(max_age) => check::split(snapshot, &wanted, open.world.clock.now(), max_age),
            None => Split { stale: wanted, fresh: Vec::new() },
        }
    }

    /// Tells one verdict to people, unless it is none they want to hear of.
    fn tell(&self, out: &mut Out, document: &Document, verdict: Verdict<'_>) {
        if !self.quiet || verdict.state() != State::Ok {
            text::verdict(out, document, verdict);
        }
    }

    /// Tells what is known, for machines all of it, and sums it up.
    fn conclude(
        &self,
        cx: &mut Cx,
        open: &Open,
        split: &Split,
        kept: &[Finding],
        report: &Report,
        plan: &Plan,
    ) -> Outcome {
        let (document, now) = (open.session.document(), open.world.clock.now());
        let asked = report.findings.iter().map(|finding| Verdict::new(finding, Source::Asked, now));
        let all = asked.chain(kept.iter().map(|finding| Verdict::new(finding, Source::Kept, now)));
        let mut verdicts: Vec<Verdict<'_>> = all.collect();
        verdicts.sort_by_cached_key(|verdict| name_key(document, verdict.finding.profile));
        let tally = Tally::of(&verdicts, split, report, plan);
        let outcome = tally.outcome();
        let tells = !self.quiet || outcome != Outcome::Fine;
        if self.quiet {
            verdicts.retain(|verdict| verdict.state() != State::Ok);
        }
        let answered: BTreeSet<_> = report.findings.iter().map(|finding| finding.profile).collect();
        let not_asked = split.stale.iter().copied().filter(|id| !answered.contains(id)).collect();
        let snapshot = &open.session.snapshot();
        let known = Known { document, snapshot, verdicts, not_asked, apps: &report.apps, tally };
        match self.format() {
            Format::Json if tells => json::print(&mut cx.out, &known),
            Format::Junit if tells => junit::print(&mut cx.out, &known, now),
            Format::Matrix if tells => matrix::print(&mut cx.out, &known),
            Format::Text | Format::Json | Format::Junit | Format::Matrix => {}
        }
        if tells && tally.wanted > 0 && !cx.out.is_closed() {
            let banner = open.world.banner.as_ref().filter(|_| !Out::is_watched());
            let banner = banner.map_or_else(String::new, |banner| format!(" [{banner}]"));
            cx.out.note(&format!("{}{banner}", tally.sentence()));
        }
        outcome
    }
}

fn name_key(document: &Document, id: ProfileId) -> String {
    document.profile(id).map(|profile| profile.name.key()).unwrap_or_default()
}
