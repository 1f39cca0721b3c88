//! Runs the screen, and the demo when somebody asks for it there.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;

use super::session::Outcome;
use super::world::simulated::Simulated;
use crate::config::ThemeName;
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
    let mut exit = tui::run(painted(world), start)?;
    while exit == Exit::Demo {
        exit = tui::run(painted(Simulated::new(None, None)?.world()?), Start::Main)?;
    }
    Ok(Outcome::Fine)
}

/// The world with the theme that `NO_COLOR` wants. The terminal's writer leaves colours out by itself then, but a theme
/// that counts on them would have nothing in their place.
fn painted(mut world: World) -> World {
    if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        Arc::make_mut(&mut world.settings).theme = ThemeName::None;
    }
    world
}
