//! `doctor`: explains this machine.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::output::{Out, Paint, wrapped};
use super::session::{Cx, Outcome};
use super::{passphrase, world};
use crate::config;
use crate::failure::Failure;
use crate::host::Clock as _;
use crate::host::clock::SystemClock;
use crate::host::probe::PATIENCE;
use crate::ops::doctor::{self, Facts, Finding, Level, Patient, TOPICS};
use crate::vault::{FileStore, Keyring};
use crate::x::base::Base;
use crate::x::http::{self, Http};
use crate::x::wire::{Now, Transport};

/// Explain this machine: files, memory, terminal, clipboard, X
///
/// Says of each thing whether it is as it should be, and if not, why that matters and what to do. Changes nothing and
/// shows no secret. X is asked one question without credentials: whether it is there, and what time it has. The
/// passphrase is not asked for: only an unencrypted identity, or --unlock, lets it look into the vault as well. Ends
/// with exit code 1 when anything is worse than a note.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep doctor
  birdkeep doctor --offline --unlock
  birdkeep doctor --json | jq -r '.findings[] | select(.level == \"trouble\") | .what'")]
pub(super) struct Args {
    /// Look into the vault too: asks for the passphrase
    #[arg(long)]
    unlock: bool,
    /// Do not ask X
    #[arg(long)]
    offline: bool,
    /// For machines: one object
    #[arg(long)]
    json: bool,
}

/// The answer for machines.
#[derive(Serialize)]
struct Answer {
    version: &'static str,
    /// The worst of all levels.
    level: &'static str,
    findings: Vec<Row>,
}

/// A finding, for machines. Words are stable, sentences are not.
#[derive(Serialize)]
struct Row {
    topic: &'static str,
    name: &'static str,
    level: &'static str,
    what: String,
    because: Option<String>,
    try_this: Option<String>,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let patient = patient(args, cx)?;
    let ascii = patient.settings.as_ref().is_ok_and(|loaded| loaded.settings.ascii);
    let facts = doctor::gather(patient);
    let findings = doctor::examine(&facts);
    let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok);
    if args.json {
        cx.out.json(&answer(findings, worst));
    } else {
        print(&mut cx.out, &findings, Signs::of(&facts, ascii), facts.columns());
    }
    Ok(Outcome::fine_if(worst <= Level::Note))
}

/// What can be found without complaint; what cannot is a finding.
fn patient(args: &Args, cx: &mut Cx) -> Result<Patient, Failure> {
    let places = world::places(&cx.options);
    let settings = places.as_ref().map_or_else(|_| Ok(config::Loaded::default()), world::settings);
    let x = world::x_base();
    let places = places.map(|paths| {
        let store = FileStore::new(world::vault_paths(paths.clone()));
        (paths, store)
    });
    let keyring = match &places {
        Ok((_, store)) if args.unlock => keyring(cx, store)?,
        _ => None,
    };
    let ask = x.as_ref().ok().filter(|_| !args.offline).map(asking);
    Ok(Patient { places, settings, x, ask, keyring, now: SystemClock.now() })
}

/// A way to X that gives up soon.
fn asking(base: &Base) -> Arc<dyn Transport> {
    let soon = http::Patience { connect: PATIENCE, total: PATIENCE, once: Duration::ZERO };
    let now: Now = Arc::new(|| SystemClock.now());
    Arc::new(Http::with_patience(base.clone(), now, soon))
}

/// The keys, where a passphrase opens them. A wrong one is a finding; that there is none to be had is not.
fn keyring(cx: &mut Cx, store: &FileStore) -> Result<Option<Result<Keyring, Failure>>, Failure> {
    if !doctor::is_sealed(store) {
        return Ok(None);
    }
    let mut last = None;
    let opened = passphrase::opening(&mut cx.out, cx.options.passphrase_fd, |_, typed| {
        let opened = doctor::open(store, Some(typed));
        last = opened.as_ref().err().cloned();
        opened
    });
    match (opened, last) {
        (Ok(keys), _) => Ok(Some(Ok(keys))),
        (Err(_), Some(wrong)) => Ok(Some(Err(wrong))),
        (Err(nowhere), None) => Err(nowhere),
    }
}

fn answer(findings: Vec<Finding>, worst: Level) -> Answer {
    let row = |finding: Finding| Row {
        topic: finding.topic,
        name: finding.name,
        level: finding.level.word(),
        what: finding.what,
        because: finding.because,
        try_this: finding.try_this,
    };
    Answer {
        version: env!("CARGO_PKG_VERSION"),
        level: worst.word(),
        findings: findings.into_iter().map(row).collect(),
    }
}

/// A sign for each level: never the only mark of it.
#[derive(Clone, Copy)]
struct Signs([&'static str; 4]);

impl Signs {
    fn of(facts: &Facts, ascii: bool) -> Self {
        if ascii || !facts.is_utf8() { Self(["+", ".", "!", "x"]) } else { Self(["✓", "·", "!", "✗"]) }
    }

    const fn of_level(self, level: Level) -> (&'static str, Paint) {
        let [ok, note, warning, trouble] = self.0;
        match level {
            Level::Ok => (ok, Paint::Fine),
            Level::Note => (note, Paint::Quiet),
            Level::Warning => (warning, Paint::Attention),
            Level::Trouble => (trouble, Paint::Failed),
        }
    }
}

/// How wide what stands before every line is: sign and word of a level, and the space around them.
const BEFORE: usize = 13;
/// No text is squeezed narrower than this.
const LEAST: usize = 24;

fn print(out: &mut Out, findings: &[Finding], signs: Signs, columns: Option<u16>) {
    let room = columns.map_or(usize::MAX, |columns| usize::from(columns).saturating_sub(BEFORE).max(LEAST));
    for topic in TOPICS {
        let mut own = findings.iter().filter(|finding| finding.topic == topic.word()).peekable();
        if own.peek().is_none() {
            continue;
        }
        let heading = out.paint(Paint::Heading, topic.label());
        out.line(&heading);
        own.for_each(|finding| one(out, finding, signs.of_level(finding.level), room));
        out.line("");
    }
    let number = |level: &Level| findings.iter().filter(|finding| finding.level == *level).count();
    let told = Level::ALL.iter().map(|level| format!("{} {}", number(level), level.word()));
    out.line(&told.collect::<Vec<_>>().join(", "));
}

fn one(out: &mut Out, finding: &Finding, (sign, paint): (&str, Paint), room: usize) {
    let level = out.paint(paint, &format!("{sign} {:7}", finding.level.word()));
    let mut before = format!("  {level}  ");
    for line in wrapped(&finding.what, room) {
        out.line(&format!("{before}{line}"));
        before = " ".repeat(BEFORE);
    }
    for line in finding.because.iter().flat_map(|because| wrapped(&format!("because: {because}"), room)) {
        let line = out.paint(Paint::Quiet, &format!("{:BEFORE$}{line}", ""));
        out.line(&line);
    }
    // Left whole, since it may hold a command to be copied.
    if let Some(try_this) = &finding.try_this {
        out.line(&format!("{:BEFORE$}try: {try_this}", ""));
    }
}
