//! Asks X on a thread of its own, and tells results as they come.

use std::collections::BTreeSet;
use std::io;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use super::{Args, Source, Verdict};
use crate::cli::output::Out;
use crate::domain::document::Document;
use crate::domain::edit::Edit;
use crate::domain::id::ProfileId;
use crate::domain::verdict::State;
use crate::failure::{Failure, Kind};
use crate::ops::World;
use crate::ops::check::{Cancel, CheckEvent, Checks, Report, Subject};
use crate::ops::snapshot::Snapshot;

/// Asks about `wanted`. What comes back with the report are the values that X handed over.
pub(super) fn ask(
    args: &Args,
    out: &mut Out,
    world: &World,
    snapshot: &Snapshot,
    wanted: Vec<ProfileId>,
) -> Result<(Report, Vec<Edit>), Failure> {
    if wanted.is_empty() {
        return Ok(<_>::default());
    }
    let (total, cancel) = (wanted.len(), Cancel::new());
    cancel_on_signals(&cancel);
    let (tx, rx) = mpsc::channel();
    let checks = Checks::new(world.clone());
    let (subject, stop) = (snapshot.clone().into(), cancel.clone());
    let asking = thread::spawn(move || asking(&checks, subject, wanted, tx, stop));
    let candidates = tell(args, out, world, &snapshot.document, &rx, (total, &cancel));
    let report = asking.join().unwrap_or_else(|_| Err(broken("a mistake in birdkeep ended the check")))?;
    Ok((report, candidates))
}

fn asking(
    checks: &Checks,
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
    Ok(runtime.block_on(checks.run(subject, wanted, tell, cancel)))
}

fn broken(because: &str) -> Failure {
    Failure::new(Kind::Network, "nothing could be asked", because, "try again")
}

/// The first Ctrl-C ends the check, a second one the program. So does the signal of a service that is stopped: what X
/// was paid for is kept.
fn cancel_on_signals(cancel: &Cancel) {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let cancel = cancel.clone();
    let listen = move || -> io::Result<()> {
        let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
        let mut pending = signals.forever();
        pending.next();
        cancel.cancel();
        let again = pending.next().unwrap_or(SIGINT);
        signal_hook::low_level::exit(128 + again)
    };
    thread::spawn(listen);
}

/// Tells every event, and keeps the values that X handed over. When nobody reads any more, nothing more is paid for.
fn tell(
    args: &Args,
    out: &mut Out,
    world: &World,
    document: &Document,
    rx: &Receiver<CheckEvent>,
    (total, cancel): (usize, &Cancel),
) -> Vec<Edit> {
    let (mut candidates, mut told, mut failed) = (Vec::new(), BTreeSet::new(), 0);
    let progress = |out: &mut Out, text: &str| {
        if !args.quiet {
            out.progress(text);
        }
    };
    for event in rx {
        match event {
            CheckEvent::Started(_) | CheckEvent::App(_) => {}
            CheckEvent::Finished(finding) => {
                let source = if told.insert(finding.profile) { Source::Asked } else { Source::Amended };
                failed += usize::from(source == Source::Asked && finding.verdict.state() == State::Failed);
                progress(out, "");
                if args.streams() {
                    args.tell(out, document, Verdict::new(&finding, source, world.clock.now()));
                }
            }
            CheckEvent::Candidate { owner, candidate } => {
                candidates.push(Edit::AddCandidate { owner, candidate });
            }
        }
        if out.is_closed() {
            cancel.cancel();
        }
        if told.len() < total {
            progress(out, &format!("checked {}/{total}, {failed} failed", told.len()));
        }
    }
    progress(out, "");
    candidates
}
