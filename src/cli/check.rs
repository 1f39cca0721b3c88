//! `check`: asks X what each profile may do.

use std::io;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use serde::Serialize;

use super::names;
use super::output::machine::{self, VerdictFacts};
use super::output::{Out, Paint, count};
use super::session::{Cx, Open, Outcome};
use crate::domain::document::Document;
use crate::domain::edit::Edit;
use crate::domain::id::{Owner, ProfileId};
use crate::domain::verdict::{Finding, State};
use crate::failure::{Failure, Kind};
use crate::ops::check::{self, AppFinding, Cancel, CheckEvent, PRICES_OF, Report, Subject};
use crate::ops::{World, save};

/// Ask X what profiles may do, and say why one fails
///
/// Never changes anything at X. It says how many requests that takes and what they cost at most before it asks. NAME
/// may be an app: then all its profiles are checked. Ends with exit code 1 when any profile is not ok. Ctrl-C ends
/// it early; what is known by then is shown and kept.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep check wiki-daily
  birdkeep check --all
  birdkeep check --all --json | jq -r '.profiles[] | select(.state != \"ok\") | [.name, .cause] | @tsv'")]
pub(super) struct Args {
    /// Profiles or apps
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    name: Vec<String>,
    /// Every profile
    #[arg(long)]
    all: bool,
    /// For machines: one object
    #[arg(long)]
    json: bool,
}

/// The answer for machines.
#[derive(Serialize)]
struct Answer {
    profiles: Vec<VerdictFacts>,
    apps: Vec<AppFacts>,
    requests: usize,
    cancelled: bool,
}

#[derive(Serialize)]
struct AppFacts {
    name: String,
    keys: &'static str,
    bearer: Option<&'static str>,
    because: String,
    checked_at: String,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let mut open = cx.open()?;
    let wanted = args.profiles(open.session.document())?;
    if wanted.is_empty() {
        cx.out.note("there is no profile to check");
    }
    announce(&mut cx.out, &open, &wanted);
    let (report, candidates) = ask(args, cx, &open, wanted.clone())?;
    if let Some(trouble) = report.trouble {
        return Err(trouble);
    }
    let fine = verdicts_fine(&report, wanted.len());
    if args.json {
        cx.out.json(&answer(open.session.document(), &report));
    } else {
        summary(&mut cx.out, &report, wanted.len());
    }
    open.session = save::remember(&open.world, &open.session, report.findings);
    if !candidates.is_empty() {
        open.save(&candidates)?;
        cx.out.warn("X handed over another bearer token than the stored one; it is kept as a candidate");
    }
    Ok(Outcome::fine_if(fine))
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
}

/// What it will cost, before anything is asked.
fn announce(out: &mut Out, open: &Open, wanted: &[ProfileId]) {
    let plan = check::plan(open.session.document(), wanted);
    if let Some(banner) = &open.world.banner {
        out.note(banner);
    }
    out.note(&format!(
        "checking {}: at most {}, at most {} (prices of {PRICES_OF})",
        count(plan.profiles, "profile"),
        count(plan.requests, "request"),
        plan.cost
    ));
}

/// Asks X on a thread of its own, and tells results as they come.
fn ask(
    args: &Args,
    cx: &mut Cx,
    open: &Open,
    wanted: Vec<ProfileId>,
) -> Result<(Report, Vec<Edit>), Failure> {
    let (document, subject) = (open.session.document().clone(), open.session.snapshot());
    let (total, cancel) = (wanted.len(), Cancel::new());
    cancel_on_interrupt(&cancel);
    let (tx, rx) = mpsc::channel();
    let world = open.world.clone();
    let asking = thread::spawn(move || asking(world, subject.into(), wanted, tx, cancel));
    let candidates = tell(args, &mut cx.out, &document, &rx, total);
    let report = asking.join().unwrap_or_else(|_| Err(broken("a mistake in birdkeep ended the check")))?;
    Ok((report, candidates))
}

fn asking(
    world: World,
    subject: Subject,
    wanted: Vec<ProfileId>,
    tx: mpsc::Sender<CheckEvent>,
    cancel: Cancel,
) -> Result<Report, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| broken(&format!("the system answered: {}", error.kind())))?;
    let tell = move |event| {
        // Nobody listens any more only when the whole command is over.
        let _ = tx.send(event);
    };
    Ok(runtime.block_on(check::run(world, subject, wanted, tell, cancel)))
}

fn broken(because: &str) -> Failure {
    Failure::new(Kind::Network, "nothing could be asked", because, "try again")
}

/// The first Ctrl-C ends the check, a second one the program.
fn cancel_on_interrupt(cancel: &Cancel) {
    let cancel = cancel.clone();
    let listen = move || -> io::Result<()> {
        let mut signals = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT])?;
        let mut pending = signals.forever();
        pending.next();
        cancel.cancel();
        pending.next();
        signal_hook::low_level::exit(130)
    };
    thread::spawn(listen);
}

/// Tells every event, and keeps the values that X handed over.
fn tell(
    args: &Args,
    out: &mut Out,
    document: &Document,
    rx: &Receiver<CheckEvent>,
    total: usize,
) -> Vec<Edit> {
    let (mut candidates, mut done, mut failed) = (Vec::new(), 0, 0);
    for event in rx {
        match event {
            CheckEvent::Started(_) => {}
            CheckEvent::Finished(finding) => {
                done += 1;
                failed += usize::from(finding.verdict.state() == State::Failed);
                out.progress("");
                if !args.json {
                    verdict(out, document, &finding);
                }
            }
            CheckEvent::Candidate { owner, candidate } => {
                candidates.push(Edit::AddCandidate { owner, candidate });
            }
        }
        if done < total {
            out.progress(&format!("checked {done}/{total}, {failed} failed"));
        }
    }
    out.progress("");
    candidates
}

/// One line for what is fine, the three lines for what is not.
fn verdict(out: &mut Out, document: &Document, finding: &Finding) {
    let (row, state) = (finding.verdict.cause.row(), finding.verdict.state());
    let name = document.profile(finding.profile).map_or("?", |profile| profile.name.as_str());
    let word = out.paint(Paint::of(state), &format!("{:9}", state.word()));
    let name = names::shown(name);
    if state == State::Ok {
        out.line(&format!("{word} {name}: {}", machine::may(&finding.verdict.grant)));
    } else {
        out.line(&format!("{word} {name}: {}", row.what));
        out.line(&format!("          because: {}", finding.verdict.because()));
        out.line(&format!("          try: {}", row.try_this));
        if let Some(command) = finding.verdict.remedy().command(document, finding.profile) {
            out.line(&format!("          run: {command}"));
        }
        if let Some(link) = row.link {
            out.line(&format!("          see: {link}"));
        }
    }
    // Results are seen as they come, also through a pipe.
    let _ = out.finish();
}

fn summary(out: &mut Out, report: &Report, total: usize) {
    let of = |state| report.findings.iter().filter(|finding| finding.verdict.state() == state).count();
    let parts: Vec<String> = [State::Ok, State::Attention, State::Failed, State::Unknown]
        .into_iter()
        .filter(|state| of(*state) > 0)
        .map(|state| format!("{} {}", of(state), state.word()))
        .collect();
    let early = if report.cancelled {
        format!(", {} not asked", total.saturating_sub(report.findings.len()))
    } else {
        String::new()
    };
    if !parts.is_empty() || report.cancelled {
        out.note(&format!("{}{early}; {}", parts.join(", "), count(report.requests, "request")));
    }
}

fn verdicts_fine(report: &Report, total: usize) -> bool {
    let fine = |finding: &Finding| finding.verdict.state() == State::Ok;
    report.findings.len() == total && report.findings.iter().all(fine)
}

fn answer(document: &Document, report: &Report) -> Answer {
    let mut profiles: Vec<&Finding> = report.findings.iter().collect();
    let name = |finding: &Finding| document.profile(finding.profile).map(|profile| profile.name.key());
    profiles.sort_by_cached_key(|finding| name(finding));
    let app = |finding: &AppFinding| AppFacts {
        name: document.app(finding.app).map(|app| app.name.to_string()).unwrap_or_default(),
        keys: finding.keys.row().word,
        bearer: finding.bearer.map(|cause| cause.row().word),
        because: finding.evidence.join("; "),
        checked_at: finding.checked_at.to_string(),
    };
    Answer {
        profiles: profiles.into_iter().map(|finding| machine::verdict(document, finding)).collect(),
        apps: report.apps.iter().map(app).collect(),
        requests: report.requests,
        cancelled: report.cancelled,
    }
}
