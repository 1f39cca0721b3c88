//! `init`: makes the vault and the identity that opens it.

use std::path::PathBuf;

use super::output::Out;
use super::session::{Cx, Outcome};
use super::{input, passphrase};
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::host::files::{FileError, NewFile};
use crate::ops::init::{self, Recovery};
use crate::ops::unlock::Presence;
use crate::ops::{self, World};
use crate::vault::{Place, seal};

/// Make a vault and the identity that opens it
///
/// On a terminal it suggests a passphrase and offers a recovery key. Without one it asks nothing: the passphrase
/// comes from --passphrase-fd, `BIRDKEEP_PASSPHRASE_FILE` or `BIRDKEEP_PASSPHRASE_COMMAND`, and a recovery key is
/// made only with --recovery-key. An identity that is there already is used; one that is not encrypted needs no
/// passphrase.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep init
  birdkeep init --passphrase-fd 3 3<passphrase.txt
  birdkeep init --vault team.age --recovery-key /media/stick/recovery.txt")]
pub(super) struct Args {
    /// Make a recovery key, and write it to this new file
    #[arg(long, value_name = "FILE")]
    recovery_key: Option<PathBuf>,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let world = cx.world()?;
    if ops::unlock::presence(&world)? != Presence::Absent {
        return Err(there_already(&world));
    }
    let passphrase = passphrase(cx, &world)?;
    let file = args.recovery_key.clone().map(NewFile::create).transpose();
    let file = file.map_err(|error| not_written(error, "nothing was made"))?;
    let recovery = match &file {
        Some(_) => Recovery::Yes,
        None if input::has_person() && wanted(&mut cx.out)? => Recovery::Yes,
        None => Recovery::No,
    };
    let make = |passphrase: &Secret| init::init(&world, passphrase, recovery);
    let created = match &passphrase {
        Some(passphrase) => make(passphrase),
        None => passphrase::opening(&mut cx.out, cx.options.passphrase_fd, |_, typed| make(typed)),
    };
    let (created, file) = match (created, file) {
        (Ok(created), file) => (created, file),
        (Err(failure), file) => {
            if let Some(file) = file {
                file.discard();
            }
            return Err(failure);
        }
    };
    if let Some(key) = &created.recovery_key {
        hand_over(cx, key, file)?;
    }
    let path = |place| visible_within(&world.store.path(&place), 400);
    cx.out.line(&format!("vault     {}", path(Place::Vault)));
    cx.out.line(&format!("identity  {}", path(Place::Identity)));
    cx.out.note("Keep a copy of the identity: without it nothing opens the vault.");
    cx.out.note("Go on with “birdkeep import FILE”, “birdkeep app add NAME”, or just “birdkeep”.");
    Ok(Outcome::Fine)
}

/// The passphrase of the identity to be made; `None`: one is there, and its passphrase opens it.
fn passphrase(cx: &mut Cx, world: &World) -> Result<Option<Secret>, Failure> {
    let there = world.store.read(&Place::Identity).map_err(|error| {
        let because = visible_within(&error.to_string(), 400);
        Failure::new(Kind::Locked, "the identity cannot be read", because, "look at that file")
    })?;
    match there {
        // It is not asked for, and nothing is sealed with it.
        Some(file) if !seal::is_sealed(&file.bytes) => Ok(Some(Secret::new("not encrypted"))),
        Some(_) => {
            cx.out.note("There is an identity already; it will open the new vault too.");
            Ok(None)
        }
        None => match passphrase::from_source(cx.options.passphrase_fd)? {
            Some(passphrase) => Ok(Some(passphrase)),
            None if input::has_person() => passphrase::chosen(&mut cx.out, world).map(Some),
            None => Err(no_passphrase()),
        },
    }
}

fn no_passphrase() -> Failure {
    Failure::new(
        Kind::Usage,
        "nothing was made",
        "there is no passphrase to seal the identity with, and no terminal to ask for one",
        "give it with --passphrase-fd, BIRDKEEP_PASSPHRASE_FILE or BIRDKEEP_PASSPHRASE_COMMAND",
    )
}

fn wanted(out: &mut Out) -> Result<bool, Failure> {
    out.note(
        "A recovery key opens the vault when identity or passphrase is lost. It is shown once, for paper.",
    );
    let answer = input::line(out, "Make one? [Y/n] ")?;
    Ok(!matches!(answer.to_lowercase().as_str(), "n" | "no"))
}

fn hand_over(cx: &mut Cx, key: &Secret, file: Option<NewFile>) -> Result<(), Failure> {
    let Some(file) = file else {
        return cx.out.once(&["Write this recovery key down. It is not shown again:", "", key.expose(), ""]);
    };
    let text = Secret::new(format!("# birdkeep recovery key: an age identity\n{}\n", key.expose()));
    let lost = "the vault is made, but its recovery key is not written";
    file.write(text.expose().as_bytes()).map_err(|error| not_written(error, lost))?;
    cx.out.note("The recovery key is written; keep it away from this machine.");
    Ok(())
}

fn not_written(error: FileError, what: &str) -> Failure {
    Failure::new(
        Kind::NotSaved,
        what,
        format!("the file for the recovery key: {error}"),
        "name a new file in a folder that is there",
    )
}

fn there_already(world: &World) -> Failure {
    Failure::new(
        Kind::Usage,
        "there is a vault already",
        format!(
            "{} is there, and nothing overwrites a vault",
            visible_within(&world.store.path(&Place::Vault), 400)
        ),
        "open it with “birdkeep”, or name another place with --vault",
    )
}
