//! `edit`: the screen, opened at the form of a profile or an app.

use super::names;
use super::screen;
use super::session::{Cx, Outcome, no_vault};
use crate::failure::Failure;
use crate::ops::unlock::{self, Presence};
use crate::tui::{Start, Wanted};

/// Edit a profile or an app in the screen's form
///
/// Values stay masked until you reveal them, and there is no plain-text temporary file.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  birdkeep edit wiki-daily")]
pub(super) struct Args {
    /// A profile or an app
    name: String,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let world = cx.world()?;
    if unlock::presence(&world)? == Presence::Absent {
        return Err(no_vault(&world));
    }
    // The screen asks for the passphrase, once.
    screen::show(world, Start::Edit(Wanted { word: args.name.clone(), find: names::owner }))
}
