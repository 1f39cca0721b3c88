//! `import`: apps and profiles from a file.

use std::path::Path;

use super::output::Out;
use super::session::{Cx, Outcome};
use super::{input, names};
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::failure::Failure;
use crate::host::files;
use crate::ops::transfer::{self, FILE_MAX, Fate, Preview, Replace, Rules, Weight};

/// How many notes and how many rows without trouble are told one by one.
const TOLD: usize = 20;

/// Import apps and profiles from a file, or from standard input with “-”
///
/// Good rows are taken, bad ones are reported by index or line, and the exit code is then 1. What is there already
/// changes nothing; a row with another value for something is left out unless --replace takes it. The same API key
/// under two names is one app.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep import .env --name wiki-daily --dry-run
  birdkeep import bots.json
  birdkeep export --all --to json --confirm everything | ssh other birdkeep import - --from json")]
pub(super) struct Args {
    /// The file, or - for standard input
    file: String,
    /// The format: json or dotenv; without it, the file's name and beginning tell
    #[arg(long, value_name = "FORMAT")]
    from: Option<String>,
    /// Show what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Take the file's values where the vault has others; the old ones go into history
    #[arg(long)]
    replace: bool,
    /// What to call the profile of a file that names none, such as a .env file
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let name = args.name.as_deref().map(names::new_name).transpose()?;
    let rules = Rules {
        replace: if args.replace { Replace::Yes } else { Replace::No },
        name: name.or_else(|| transfer::name_of(Path::new(&args.file))),
    };
    // A file that cannot be read is told before the passphrase is asked for.
    let text = args.read()?;
    let file_name = Path::new(&args.file).file_name().and_then(|name| name.to_str());
    let (rows, format) = transfer::read(&text, args.from.as_deref(), file_name.filter(|_| args.file != "-"))?;
    drop(text);
    let mut open = cx.open()?;
    let preview = transfer::preview(&open.world, open.session.document(), rows, &rules)?;
    report(&mut cx.out, &preview);
    if !args.dry_run && !preview.edits.is_empty() {
        open.save(&preview.edits)?;
    }
    summary(&mut cx.out, &preview, format, args.dry_run);
    Ok(Outcome::fine_if(preview.is_clean()))
}

impl Args {
    fn read(&self) -> Result<Secret, Failure> {
        let bytes = if self.file == "-" {
            files::read_from(std::io::stdin().lock(), FILE_MAX)
                .map_err(|error| input::unreadable(error, "standard input"))?
        } else {
            let shown = visible_within(&self.file, 200);
            files::read(Path::new(&self.file), FILE_MAX).map_err(|error| input::unreadable(error, &shown))?
        };
        transfer::decode(&bytes)
    }
}

fn report(out: &mut Out, preview: &Preview) {
    let is_trouble = |fate| fate == Fate::Different;
    for row in preview.rows.iter().filter(|row| is_trouble(row.fate)) {
        out.warn(&format!("{}: {row}", row.place));
    }
    for remark in preview.remarks.iter().filter(|remark| remark.weight == Weight::LeftOut) {
        out.warn(&remark.to_string());
    }
    let notes: Vec<String> = preview
        .remarks
        .iter()
        .filter(|remark| remark.weight == Weight::Note)
        .map(|remark| format!("note: {remark}"))
        .collect();
    few(out, &notes, "notes");
    let done: Vec<String> = preview
        .rows
        .iter()
        .filter(|row| matches!(row.fate, Fate::Added | Fate::Changed))
        .map(ToString::to_string)
        .collect();
    few(out, &done, "rows like these");
}

fn few(out: &mut Out, lines: &[String], what: &str) {
    for line in lines.iter().take(TOLD) {
        out.note(line);
    }
    if lines.len() > TOLD {
        out.note(&format!("… and {} more {what}", lines.len() - TOLD));
    }
}

fn summary(out: &mut Out, preview: &Preview, format: &str, dry_run: bool) {
    let tally = preview.tally();
    let counts = [
        (tally.added, if dry_run { "would be added" } else { "added" }),
        (tally.changed, if dry_run { "would be changed" } else { "changed" }),
        (tally.same, "there already"),
        (tally.different, "left as they are (--replace takes the file's values)"),
        (tally.left_out, "not taken"),
    ];
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let parts = if parts.is_empty() { "nothing in it".to_owned() } else { parts.join(", ") };
    let tail = if dry_run { "; nothing was changed" } else { "" };
    out.line(&format!("{format}: {parts}{tail}"));
}
