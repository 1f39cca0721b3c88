//! `restore`: brings back a backup or another copy of the vault.

use serde::Serialize;

use super::output::{Out, Paint, Table};
use super::session::{Cx, Outcome};
use super::{input, passphrase};
use crate::domain::phrase::ago;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::failure::Failure;
use crate::host::files;
use crate::ops::World;
use crate::ops::restore::{self, Prepared, Source};
use crate::vault::{BackupName, Place, seal};

/// The longest file that is taken, in bytes: as long as a vault may be.
const MOST: u64 = 256 * 1024 * 1024;
/// How many lines of the difference are shown.
const SHOWN: usize = 200;

/// Bring back a backup, or another copy of the vault
///
/// Shows first what would change and asks for the vault's name. What is there now becomes a backup, so a restore can
/// be taken back by another one. The present vault may be damaged, rolled back, forked or gone.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep restore --list
  birdkeep restore 41
  birdkeep restore ~/backup/vault.age --confirm vault.age
  age -d -i identity.age vault.age > vault.json && $EDITOR vault.json && birdkeep restore - < vault.json")]
pub(super) struct Args {
    /// A backup's generation or name, a file, or - for what “age -d” printed
    #[arg(required_unless_present = "list", conflicts_with = "list")]
    source: Option<String>,
    /// Show the backups there are
    #[arg(long)]
    list: bool,
    /// The vault's name, as consent
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
    /// With --list, for machines: an array of objects
    #[arg(long, requires = "list")]
    json: bool,
}

/// A backup, for machines.
#[derive(Serialize)]
struct Facts {
    name: String,
    generation: Option<u64>,
    saved_at: Option<String>,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let world = cx.world()?;
    match &args.source {
        None => list(args, cx, &world),
        Some(source) => bring_back(args, cx, &world, source),
    }
}

fn list(args: &Args, cx: &mut Cx, world: &World) -> Result<Outcome, Failure> {
    let (backups, now) = (restore::list(world)?, world.clock.now());
    if args.json {
        let facts = |backup: &restore::Backup| Facts {
            name: backup.name.to_string(),
            generation: backup.name.generation,
            saved_at: backup.saved_at.map(|time| time.to_string()),
        };
        cx.out.json(&backups.iter().map(facts).collect::<Vec<_>>());
    } else if backups.is_empty() {
        cx.out.note("there are no backups yet: the first save makes one");
    } else {
        let mut table = Table::new(&["generation", "saved", "name"]);
        for backup in &backups {
            let generation =
                backup.name.generation.map_or_else(|| "?".to_owned(), |number| number.to_string());
            table.row([
                (generation, None),
                (backup.saved_at.map_or_else(String::new, |time| ago(now.since(time))), None),
                (backup.name.to_string(), Some(Paint::Quiet)),
            ]);
        }
        table.print(&mut cx.out);
    }
    Ok(Outcome::Fine)
}

fn bring_back(args: &Args, cx: &mut Cx, world: &World, source: &str) -> Result<Outcome, Failure> {
    let source = parsed(source)?;
    let prepared = if needs_passphrase(world) {
        let prepare = |_: &mut Out, typed: &Secret| restore::prepare(world, Some(typed), &source);
        passphrase::opening(&mut cx.out, cx.options.passphrase_fd, prepare)?
    } else {
        restore::prepare(world, None, &source)?
    };
    difference(&mut cx.out, &prepared);
    if prepared.rows.is_empty() {
        cx.out.note("apps and profiles are the same; only history and marks may differ");
    }
    let this = "this takes the place of the present vault, which becomes a backup";
    input::typed_name(&mut cx.out, args.confirm.as_deref(), this, &prepared.name)?;
    let session = restore::restore(world, prepared).map_err(|not| not.failure)?;
    cx.out.note(&format!("restored; the vault is at generation {} now", session.loaded().generation));
    Ok(Outcome::Fine)
}

/// A generation, the name of a backup, a file, or standard input.
fn parsed(source: &str) -> Result<Source, Failure> {
    let is_generation = !source.is_empty() && source.bytes().all(|byte| byte.is_ascii_digit());
    if source == "-" {
        let bytes = files::read_from(std::io::stdin().lock(), MOST);
        let bytes = bytes.map_err(|error| input::unreadable(error, "standard input"))?;
        return Ok(Source::Bytes(bytes.as_slice().into()));
    }
    if is_generation || BackupName::parse(source).is_some() {
        return Ok(Source::Backup(source.to_owned()));
    }
    Ok(Source::File(source.to_owned()))
}

/// The vault may be gone or damaged, so the identity alone tells whether a passphrase is wanted.
fn needs_passphrase(world: &World) -> bool {
    world.store.read(&Place::Identity).ok().flatten().is_some_and(|file| seal::is_sealed(&file.bytes))
}

fn difference(out: &mut Out, prepared: &Prepared) {
    for warning in &prepared.warnings {
        out.warn(&visible_within(warning, 400));
    }
    let generation = prepared.generation.map_or_else(String::new, |number| format!("generation {number}, "));
    out.note(&format!("the source: {generation}saved at {}", prepared.saved_at));
    for row in prepared.rows.iter().take(SHOWN) {
        let (name, what) = (visible_within(&row.name, 64), visible_within(&row.what, 400));
        out.note(&format!("  {} “{name}” {what}", row.kind));
    }
    if prepared.rows.len() > SHOWN {
        out.note(&format!("  … and {} more changes", prepared.rows.len() - SHOWN));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_generation_a_backup_or_a_file() {
        let kind = |text: &str| match parsed(text) {
            Ok(Source::Backup(_)) => "backup",
            Ok(Source::File(_)) => "file",
            Ok(Source::Bytes(_)) => "bytes",
            Err(_) => "failure",
        };
        for (text, wanted) in [
            ("41", "backup"),
            ("41-0123456789ab.age", "backup"),
            ("./41-0123456789ab.age", "file"),
            ("vault.age", "file"),
            ("", "file"),
        ] {
            assert_eq!(kind(text), wanted, "{text}");
        }
    }
}
