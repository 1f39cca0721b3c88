//! `passwd`: another passphrase for the identity.

use super::session::{Cx, Outcome, no_vault};
use super::{input, passphrase};
use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};
use crate::ops::passwd;
use crate::ops::unlock::{self, Presence};

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
    let old = match unlock::presence(&world)? {
        Presence::Passphrase => passphrase::present(cx.options.passphrase_fd)?,
        // An identity that is not encrypted has no passphrase yet.
        Presence::Plain => Secret::new(""),
        Presence::Absent => return Err(no_vault(&world)),
    };
    let new = match args.new_passphrase_fd {
        Some(number) => input::without_newline(&passphrase::from_descriptor(number)?),
        None if input::has_person() => passphrase::chosen(&mut cx.out, &world)?,
        None => return Err(nowhere()),
    };
    passwd::passwd(&world, &old, &new)?;
    cx.out.note(&format!("the passphrase is changed; {}", passwd::OLD_COPIES));
    Ok(Outcome::Fine)
}

fn nowhere() -> Failure {
    Failure::new(
        Kind::Usage,
        "the passphrase was not changed",
        "there is no terminal to ask for the new one",
        "give it with --new-passphrase-fd N",
    )
}
