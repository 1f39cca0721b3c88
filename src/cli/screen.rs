//! Runs the screen, and the demo when somebody asks for it there.

use std::io::{self, IsTerminal as _};

use super::session::Outcome;
use super::world::simulated::Simulated;
use crate::failure::{Failure, Kind};
use crate::ops::World;
use crate::tui::{self, Exit, Start};

/// The screen on `world`; then, when somebody chose it there, the demo.
///
/// # Errors
/// [`Kind::Usage`] when there is no terminal, and what the screen itself cannot go on with.
pub(super) fn show(world: World, start: Start) -> Result<Outcome, Failure> {
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        return Err(Failure::new(
            Kind::Usage,
            "the screen needs a terminal",
            "standard input or standard output is none",
            "run it in a terminal, or use a command: birdkeep --help",
        ));
    }
    let mut exit = tui::run(world, start)?;
    while exit == Exit::Demo {
        exit = tui::run(Simulated::new(None, None)?.world()?, Start::Main)?;
    }
    Ok(Outcome::Fine)
}
