//! `passwd`: another passphrase for the identity.

use super::output::Out;
use super::session::{Cx, Outcome, no_vault};
use super::{input, passphrase};
use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};
use crate::ops::unlock::{self, Presence};
use crate::ops::{World, passwd};

/// Change the passphrase
///
/// The keys stay the same, so copies of the identity file made before keep the old passphrase. Without a terminal
/// the present passphrase comes from its usual sources and the new one from --new-passphrase-fd.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep passwd
  birdkeep passwd --passphrase-fd 3 --new-passphrase-fd 4 3<old.txt 4<new.txt")]
pub(super) struct Args {
    /// Read the new passphrase from this file descriptor
    #[arg(long, value_name = "N")]
    new_passphrase_fd: Option<u32>,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let world = cx.world()?;
    let presence = unlock::presence(&world)?;
    // Asked for once, whatever is mistyped of the old one.
    let mut new = None;
    let mut change = |out: &mut Out, old: &Secret| {
        let chosen = match new.take() {
            Some(chosen) => chosen,
            None => chosen(args, out, &world)?,
        };
        let outcome = passwd::passwd(&world, old, &chosen);
        new = Some(chosen);
        outcome
    };
    match presence {
        Presence::Passphrase => passphrase::opening(&mut cx.out, cx.options.passphrase_fd, change)?,
        // An identity that is not encrypted has no passphrase yet.
        Presence::Plain => change(&mut cx.out, &Secret::new(""))?,
        Presence::Absent => return Err(no_vault(&world)),
    }
    cx.out.note(&format!("the passphrase is changed; {}", passwd::OLD_COPIES));
    Ok(Outcome::Fine)
}

fn chosen(args: &Args, out: &mut Out, world: &World) -> Result<Secret, Failure> {
    match args.new_passphrase_fd {
        Some(number) => Ok(input::without_newline(&passphrase::from_descriptor(number)?)),
        None if input::has_person() => passphrase::chosen(out, world),
        None => Err(nowhere()),
    }
}

fn nowhere() -> Failure {
    Failure::new(
        Kind::Usage,
        "the passphrase was not changed",
        "there is no terminal to ask for the new one",
        "give it with --new-passphrase-fd N",
    )
}
