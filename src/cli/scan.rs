//! `scan`: where values of the vault, and values that look like X's, have leaked to.

mod machine;
mod sarif;
mod text;
mod words;

use std::path::{Path, PathBuf};

use self::words::Rotation;
use super::output::Out;
use super::session::{Cx, Open, Outcome};
use super::{input, names, rotate};
use crate::domain::document::Document;
use crate::domain::phrase::counted;
use crate::failure::{Failure, Kind};
use crate::ops::scan::{Report, Scan, Shapes};

/// Find values of the vault, and values that look like X's, in files and in git's history
///
/// Looks for every value the vault holds or held (also of deleted bots), as it is, URL-encoded, JSON-escaped, in UTF-16 and
/// inside base64, and for values that look like X's and are not in the vault. Says file, line, column, commit, whose value it
/// is and how to rotate it; never the value. Reads every file, ignored and binary ones too; does not follow symbolic links
/// and does not open archives. PATH may be - for standard input; without any it is the current folder.
///
/// Exit codes: 0 clean, 1 something was found, 2 not everything could be read.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(after_help = "\
Examples:
  birdkeep scan                              (this folder)
  birdkeep scan --git                        (this repository: files, every version, messages, stashes)
  birdkeep scan --staged                     (what the next commit changes: for a pre-commit hook)
  birdkeep scan --git --no-vault --format sarif > leaks.sarif      (in a pipeline: no keys, no passphrase)
  journalctl -u wiki-bot | birdkeep scan -")]
pub(super) struct Args {
    /// Files and folders; - is standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Look through the history of this repository as well, and its files; without REPO the one around this folder
    #[arg(long, value_name = "REPO", num_args = 0..=1, default_missing_value = ".")]
    git: Option<PathBuf>,
    /// Look only at what the next commit changes
    #[arg(long, conflicts_with = "paths")]
    staged: bool,
    /// Look only for values of the vault, not for what looks like a value of X's
    #[arg(long, conflicts_with = "no_vault")]
    only_vault: bool,
    /// Open no vault: look only for what looks like a value of X's
    #[arg(long)]
    no_vault: bool,
    /// Values that X is known to have killed are listed, and end with exit code 0 all the same
    #[arg(long)]
    allow_dead: bool,
    /// Pass over files that git ignores: faster, and blind where keys lie most
    #[arg(long)]
    respect_gitignore: bool,
    /// text, json or sarif (2.1.0, as code hosts read it)
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_default_value = true)]
    format: Format,
    /// For machines: the same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// How the findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For scripts
    Json,
    /// For code hosts
    Sarif,
}

/// What the words of a report need beside it.
struct Told<'a> {
    scan: &'a Scan,
    report: &'a Report,
    /// The vault; `None`: none was opened.
    document: Option<&'a Document>,
    now: crate::domain::time::Time,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let mut open = if args.no_vault { None } else { Some(cx.open()?) };
    let document = open.as_ref().map(|open| open.session.document());
    let shapes = if args.only_vault { Shapes::No } else { Shapes::Yes };
    let mut scan = document.map_or_else(Scan::of_shapes, |document| Scan::of(document, shapes));
    too_short(&mut cx.out, &scan);
    cx.out.progress("looking …");
    let looked = look(args, &mut scan);
    cx.out.progress("");
    looked?;
    let report = scan.report();
    let now = match &open {
        Some(open) => open.world.clock.now(),
        None => cx.world()?.clock.now(),
    };
    let told = Told { scan: &scan, report: &report, document, now };
    match if args.json { Format::Json } else { args.format } {
        Format::Text => text::print(&mut cx.out, &told),
        Format::Json => cx.out.json(&machine::facts(&told)),
        Format::Sarif => cx.out.json(&sarif::log(&told)),
    }
    let counts = |finding: &&crate::ops::scan::Finding| !(args.allow_dead && told.is_dead(finding.subject));
    let found = report.findings.iter().filter(counts).count();
    text::remarks(&mut cx.out, &told, args.git.is_some() || args.staged);
    if found == 0 && report.tally.unreadable.count > 0 {
        return Err(not_whole(&told));
    }
    let rotations = if args.is_for_people() { told.rotations() } else { Vec::new() };
    if let Some(open) = &mut open {
        offer(cx, open, rotations)?;
    }
    Ok(Outcome::fine_if(found == 0))
}

/// Offers to rotate what was found, one credential after the other, until somebody has enough of it.
fn offer(cx: &mut Cx, open: &mut Open, rotations: Vec<Rotation>) -> Result<(), Failure> {
    if !input::has_person() {
        return Ok(());
    }
    for Rotation { name, credential, what, .. } in rotations {
        let question = format!("Rotate {} {credential} now? [y/N] ", names::shown(&name));
        if !matches!(input::line(&mut cx.out, &question)?.to_lowercase().as_str(), "y" | "yes") {
            return Ok(());
        }
        rotate::begin(cx, open, what)?;
    }
    Ok(())
}

impl Args {
    fn is_for_people(&self) -> bool {
        self.format == Format::Text && !self.json
    }
}

fn look(args: &Args, scan: &mut Scan) -> Result<(), Failure> {
    let here = || PathBuf::from(".");
    if args.staged {
        return scan.staged(&args.git.clone().unwrap_or_else(here));
    }
    let stdin = |path: &PathBuf| path == Path::new("-");
    let mut roots: Vec<PathBuf> = args.paths.iter().filter(|path| !stdin(path)).cloned().collect();
    if args.paths.iter().any(stdin) {
        scan.stream("standard input", std::io::stdin().lock());
    }
    match &args.git {
        Some(repository) => {
            scan.history(repository)?;
            roots.extend(scan.work_tree(repository)?);
        }
        None if args.paths.is_empty() => roots.push(here()),
        None => {}
    }
    if args.respect_gitignore {
        return scan.files_not_ignored(&roots);
    }
    scan.files(&roots);
    Ok(())
}

/// What is not looked for is said before anything is called clean.
fn too_short(out: &mut Out, scan: &Scan) {
    let short: Vec<String> =
        scan.too_short().filter_map(|known| known.holders.first()).map(words::holder).collect();
    if short.is_empty() {
        return;
    }
    let (values, first) = (counted(short.len(), "value"), short.iter().take(5).cloned().collect::<Vec<_>>());
    let more = if short.len() > first.len() { ", …" } else { "" };
    out.warn(&format!("not looked for: {values} of less than 12 characters ({}{more})", first.join(", ")));
}

fn not_whole(told: &Told) -> Failure {
    let unreadable = &told.report.tally.unreadable;
    let first = unreadable.first.first().map(|(path, why)| format!("{}: {why}", told.scan.shown(path)));
    let more = match unreadable.count {
        0 | 1 => String::new(),
        n => format!(", and {} more", n - 1),
    };
    Failure::new(
        Kind::Usage,
        "nothing was found, but not everything could be read",
        format!("{}{more}", first.unwrap_or_default()),
        "look at names, owners and modes, or leave out what is not yours",
    )
}
