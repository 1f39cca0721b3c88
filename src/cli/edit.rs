//! `edit`: the screen, opened at the form of a profile or an app.

use super::names;
use super::run::screen;
use super::session::{Cx, Outcome};
use crate::failure::Failure;
use crate::tui::Start;

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
    let open = cx.open()?;
    let owner = names::owner(open.session.document(), &args.name)?;
    screen(open.world, Start::Edit(owner))
}
