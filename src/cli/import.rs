//! `import`: apps and profiles from files; without a file, from those that other tools have left here.

use std::path::Path;

use super::input::Given;
use super::output::Out;
use super::session::{Cx, Open, Outcome};
use super::{input, names};
use crate::domain::phrase::counted;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::host::files::{self, FileError};
use crate::ops::World;
use crate::ops::transfer::{
    self, AskGit, FILE_MAX, Fate, Manner, Named, Part, Plan, Replace, Source, Weight,
};

/// How many notes and how many rows without trouble are told one by one.
const TOLD: usize = 20;

/// Import apps and profiles from files, from standard input with “-”, or from what is found here
///
/// Reads .env files, the files of xurl, twurl, t, twarc2 and other tools, JSON and YAML of any shape, tables, source
/// code, and text copied from X's console. Without a file it lists what it finds in the home folder and in this one,
/// and asks before it reads any of it.
///
/// Good rows are taken, bad ones are reported by line, and the exit code is then 1. What is there already changes
/// nothing; a row with another value for something is asked about, or left out unless --replace takes it. The same API
/// key under two names is one app.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch a person gives or not")]
#[command(after_help = "\
Examples:
  birdkeep import
  birdkeep import .env --name wiki-daily --dry-run
  birdkeep import ~/.twurlrc ~/.xurl bots.csv
  birdkeep export --all --to json --confirm everything | ssh other birdkeep import - --from json")]
pub(super) struct Args {
    /// The files; - is standard input
    #[arg(value_name = "FILE")]
    files: Vec<String>,
    /// The format, one of those in the README; without it, name and content tell
    #[arg(long, value_name = "FORMAT")]
    from: Option<String>,
    /// Show what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Take the file's values where the vault has others; the old ones go into history
    #[arg(long, conflicts_with = "skip")]
    replace: bool,
    /// Leave the vault's values where a file has others, without asking
    #[arg(long)]
    skip: bool,
    /// What to call the profile of a file that names none, such as a .env file
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Without a file: read what is found and save what it holds, without asking
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let mut manner = Manner {
        format: args.from.as_deref(),
        replace: if args.replace { Replace::Yes } else { Replace::No },
        name: args.name.as_deref().map(names::new_name).transpose()?,
    };
    let chosen = if args.files.is_empty() { args.found(cx)? } else { args.files.clone() };
    // A file that cannot be read is told before the passphrase is asked for.
    let world = cx.world()?;
    let sources = || chosen.iter().map(|file| source(&world, file)).collect::<Vec<Source>>();
    let mut read = sources();
    if let ([Source { text: Err(failure), .. }], true) = (read.as_slice(), chosen.len() == 1) {
        return Err(failure.clone());
    }
    transfer::probe(&mut read, manner.format)?;
    let mut open = cx.open()?;
    let mut plan = transfer::plan(&open.world, open.session.document(), read, &manner)?;
    report(&mut cx.out, &plan);
    if args.asks_about(&plan) && wants_theirs(cx, &plan)? {
        manner.replace = Replace::Yes;
        plan = transfer::plan(&open.world, open.session.document(), sources(), &manner)?;
        report(&mut cx.out, &plan);
    }
    if !args.dry_run && !plan.is_empty() {
        if args.files.is_empty() {
            let this = format!("this saves {}", plan.what());
            input::consent(&mut cx.out, Given::from(args.yes), &this)?;
        }
        open.save(&plan.edits())?;
    }
    for part in &plan.parts {
        summary(&mut cx.out, part, plan.parts.len() > 1, args.dry_run);
    }
    if !args.dry_run {
        leftovers(cx, &open, &plan)?;
    }
    Ok(Outcome::fine_if(plan.is_clean() || (args.skip && plan.tally().left_out == 0)))
}

impl Args {
    /// The files that other tools have left, once somebody has said that they may be read.
    fn found(&self, cx: &mut Cx) -> Result<Vec<String>, Failure> {
        let world = cx.world()?;
        let finds = transfer::finds(&world);
        let paths: Vec<String> = finds.iter().map(|find| find.path.clone()).collect();
        if finds.is_empty() {
            return Err(Failure::new(
                Kind::Usage,
                "nothing to import was found",
                "no file of a tool that birdkeep knows is in the home folder or in this one",
                "name a file, or - for standard input",
            ));
        }
        if !self.yes && !input::has_person() {
            let shown: Vec<String> = finds.iter().map(transfer::Find::shown).collect();
            return Err(Failure::new(
                Kind::Usage,
                "nothing was read: these files were found, and there is no terminal to ask on",
                shown.join(", "),
                format!("name those you want: birdkeep import {}", shown.join(" ")),
            ));
        }
        cx.out.note("Found, and not opened yet:");
        for find in &finds {
            cx.out.note(&format!("  {}", find.line()));
        }
        let this =
            format!("{} will be read; nothing is saved before you see it", counted(finds.len(), "file"));
        input::consent(&mut cx.out, Given::from(self.yes), &this)?;
        Ok(paths)
    }

    /// Whether somebody is there to be asked whose values count.
    fn asks_about(&self, plan: &Plan) -> bool {
        let decided = self.replace || self.skip || self.dry_run || self.yes;
        plan.tally().different > 0 && !decided && input::has_person()
    }
}

/// Whether the files' values are to take the place of the vault's.
fn wants_theirs(cx: &mut Cx, plan: &Plan) -> Result<bool, Failure> {
    let different = counted(plan.tally().different, "row");
    let question = format!(
        "{different} with other values than the vault: take the file's? The old ones stay in history [y/N] "
    );
    let answer = input::line(&mut cx.out, &question)?.to_lowercase();
    Ok(matches!(answer.as_str(), "y" | "yes"))
}

/// What is to be imported from a file, or from standard input.
fn source(world: &World, file: &str) -> Source {
    let bytes = if file == "-" {
        files::read_from(std::io::stdin().lock(), FILE_MAX)
            .map_err(|error| input::unreadable(error, "standard input"))
    } else {
        let shown = visible_within(file, 200);
        let path = transfer::meant(world, file);
        match files::read(&path, FILE_MAX) {
            Err(FileError::Folder) => Err(input::unreadable(FileError::Folder, &shown)),
            read => read.map_err(|error| input::unreadable(error, &shown)),
        }
    };
    let path = Path::new(file);
    let named = file != "-";
    let text = bytes.and_then(|bytes| transfer::decode(&bytes)).map(|text| Named {
        text,
        file_name: path.file_name().filter(|_| named).map(|name| name.to_string_lossy().into_owned()),
        name: if named { transfer::name_of(path) } else { None },
    });
    Source::new(named.then(|| file.to_owned()), text)
}

fn report(out: &mut Out, plan: &Plan) {
    let several = plan.parts.len() > 1;
    for part in &plan.parts {
        let before = part.shown().filter(|_| several).map_or_else(String::new, |file| format!("{file}: "));
        let preview = match &part.outcome {
            Ok((preview, _)) => preview,
            Err(failure) => {
                out.warn(&format!("{before}{}: {}", failure.what, failure.because));
                continue;
            }
        };
        for row in preview.rows.iter().filter(|row| row.fate == Fate::Different) {
            out.warn(&format!("{before}{}: {row}", row.place));
        }
        for remark in preview.remarks.iter().filter(|remark| remark.weight == Weight::LeftOut) {
            out.warn(&format!("{before}{remark}"));
        }
        let notes = preview.remarks.iter().filter(|remark| remark.weight == Weight::Note);
        let notes: Vec<String> = notes.map(|remark| format!("note: {before}{remark}")).collect();
        few(out, &notes, "notes");
        let done = preview.rows.iter().filter(|row| matches!(row.fate, Fate::Added | Fate::Changed));
        let done: Vec<String> = done.map(|row| format!("{before}{row}")).collect();
        few(out, &done, "rows like these");
    }
}

fn few(out: &mut Out, lines: &[String], what: &str) {
    for line in lines.iter().take(TOLD) {
        out.note(line);
    }
    if lines.len() > TOLD {
        out.note(&format!("… and {} more {what}", lines.len() - TOLD));
    }
}

fn summary(out: &mut Out, part: &Part, several: bool, dry_run: bool) {
    let file = part.shown().filter(|_| several).map_or_else(String::new, |file| format!("{file}: "));
    let Ok((preview, format)) = &part.outcome else {
        return out.line(&format!("{file}not read"));
    };
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
    out.line(&format!("{file}{format}: {parts}{tail}"));
}

/// Says which files still hold the keys, and asks git about them if somebody wants that.
fn leftovers(cx: &mut Cx, open: &Open, plan: &Plan) -> Result<(), Failure> {
    let files = plan.files();
    let left = transfer::leftovers(&open.world, &files, AskGit::No);
    for file in &left {
        tell(&mut cx.out, file.is_bad(), &file.sentence());
    }
    if left.is_empty() || !input::has_person() {
        return Ok(());
    }
    let answer = input::line(&mut cx.out, "Look whether git keeps them? [y/N] ")?.to_lowercase();
    if matches!(answer.as_str(), "y" | "yes") {
        for file in transfer::leftovers(&open.world, &files, AskGit::Yes) {
            let says = file.git_says().unwrap_or_default();
            tell(&mut cx.out, file.is_kept(), &format!("{}: {says}", file.path));
        }
    }
    Ok(())
}

fn tell(out: &mut Out, bad: bool, text: &str) {
    if bad { out.warn(text) } else { out.note(text) }
}
