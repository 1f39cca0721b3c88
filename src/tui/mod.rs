//! The screen: a pure middle (`update`, `view`) and a thin edge (`terminal`, `sources`, `perform`).
//!
//! ```text
//!  keyboard ─┐                                             ┌─ terminal: frames
//!  timer ────┼─ Msg ─→ update(&mut Model, Msg) ─→ Effect ──┤
//!  signals ──┤          view(&Model, &mut Frame)           └─ perform: jobs on threads
//!  jobs ─────┘                                                  │
//!      ↑────────────────────────────────────────────────────────┘ Msg::Job(ticket, reply)
//! ```
//!
//! One thread handles every message in order, drains the channel, judges deadlines before input, and draws once.
//! What is absent on purpose: `update` and `view` know no clock, network, disk, clipboard and no key of the vault;
//! only `perform` calls the verbs of [`crate::ops`]; only `terminal` speaks to the terminal; nothing ticks at rest.
//!
//! # How to add a screen
//!
//! 1. `screens/<name>/mod.rs` or `dialogs/<name>.rs`: a struct and `impl State` for it ([`screen::State`]): `NAME`,
//!    `KEYS` (one [`keys::Binding`] per action, with its guard and function) and `view`. Override what else it needs.
//! 2. Actions return [`screen::Step`]s: `Push` or `Open(Door)` a screen, `Start(Job)`, `Say(Notice)`, `Close`, …
//! 3. Opened from elsewhere? One variant of [`screen::Door`] and one line in `doors.rs`; its keys join the
//!    reference by one line in `doors::reference`.
//! 4. New outside work? One variant of [`effect::Job`], one of [`message::Reply`], one arm in `perform.rs`.
//! 5. Test it with [`testing::Robot`]: type keys, look at effects and frames.

pub mod ctx;
pub mod dialogs;
mod doors;
pub mod effect;
mod everywhere;
pub mod fresh;
pub mod keymap;
pub mod keys;
pub mod message;
pub mod model;
pub mod notice;
mod perform;
pub mod roster;
pub mod screen;
pub mod screens;
mod sources;
mod terminal;
pub mod testing;
pub mod theme;
pub mod update;
pub mod view;
pub mod widgets;

use std::io;
use std::sync::mpsc::{self, Receiver};

use self::ctx::{Browsing, Presence};
use self::effect::Effect;
use self::fresh::Fresh;
use self::keys::KeyRow;
use self::message::{Moment, Msg};
use self::model::{Facts, Model};
use self::perform::Performer;
use self::sources::{Input, Timer};
use self::terminal::{MouseUse, Terminal};
use self::update::{next_deadline, update};
use crate::domain::document::Document;
use crate::domain::id::Owner;
use crate::failure::{Failure, Kind};

use crate::ops::{Clock, World};

/// How a run of the screen ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// A person is done.
    Quit,
    /// A person wants to see the demo: run again with the simulator's world.
    Demo,
}

/// What to show first, after the unlock.
#[derive(Clone, Debug)]
pub enum Start {
    /// The four places.
    Main,
    /// The form of an app or a profile. Names stand in the vault, so it is looked up once that is open.
    Edit(Wanted),
}

/// An app or a profile, as a person named it.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The word.
    pub word: String,
    /// What the word stands for, or why it stands for nothing.
    pub find: fn(&Document, &str) -> Result<Owner, Failure>,
}

/// Every key of every screen: what the README's table is made of.
pub fn reference() -> Vec<KeyRow> {
    doors::reference()
}

/// Runs the screen until a person leaves it.
///
/// # Errors
/// The terminal cannot be used, or what `ops` says of the vault's place.
pub fn run(world: World, start: Start) -> Result<Exit, Failure> {
    let presence = perform::presence(&world)?;
    let fresh = fresh(&world)?;
    terminal::report_panics_of_this_thread();
    let mouse = if world.settings.mouse { MouseUse::On } else { MouseUse::Off };
    let mut terminal = Terminal::enter(mouse).map_err(|error| no_terminal(&error))?;
    let outcome = drive(world, start, presence, fresh, &mut terminal);
    drop(terminal);
    outcome.map_err(|error| no_terminal(&error))
}

fn drive(
    world: World,
    start: Start,
    presence: Presence,
    fresh: Fresh,
    terminal: &mut Terminal,
) -> io::Result<Exit> {
    let clock = world.clock.clone();
    let mut model = Model::new(Facts {
        moment: moment(&*clock),
        size: terminal.size(),
        settings: world.settings.clone(),
        presence,
        browsing: if world.browser.is_near() { Browsing::Here } else { Browsing::Elsewhere },
        fresh,
        banner: world.banner.clone(),
        demo_passphrase: world.demo_passphrase.clone(),
        start,
    });
    let (tx, rx) = mpsc::channel();
    let timer = Timer::start(tx.clone())?;
    #[cfg(unix)]
    let _signals = sources::signals(tx.clone())?;
    if world.demo_passphrase.is_some() {
        // The demo's passphrase is no secret and stands in the line already: nobody has to begin by typing it.
        let _ = tx.send(Input::Msg(Box::new(Msg::Key(keys::Key::Enter))));
    }
    let mut performer = Performer::new(world, tx.clone())?;
    terminal.draw(&model)?;
    sources::keyboard(tx)?;
    loop {
        timer.set(next_deadline(&model).map(|at| at.saturating_sub(clock.boot())))?;
        let Some(inputs) = drain(&rx) else { return Ok(Exit::Quit) };
        let mut effects = update(&mut model, Msg::Clock(moment(&*clock)));
        for input in inputs {
            match input {
                Input::Msg(msg) => effects.extend(update(&mut model, *msg)),
                Input::Wake => {}
                Input::Gone => effects.extend(update(&mut model, Msg::Signal(message::Signal::End))),
            }
        }
        // The picture comes first: a lock is seen before anything else is done about it.
        let drawn = terminal.draw(&model);
        for effect in effects {
            match effect {
                Effect::Quit | Effect::Demo => {
                    performer.finish(terminal);
                    return Ok(if effect == Effect::Demo { Exit::Demo } else { Exit::Quit });
                }
                Effect::Suspend => {
                    terminal.suspend()?;
                    terminal.draw(&model)?;
                }
                Effect::Redraw => {
                    terminal.again()?;
                    terminal.draw(&model)?;
                }
                effect => performer.perform(effect, terminal),
            }
        }
        // A terminal that cannot be drawn on any more still gets its custody jobs finished.
        if drawn.is_err() {
            performer.finish(terminal);
            return Ok(Exit::Quit);
        }
    }
}

/// Waits for something to happen, then takes everything that is there. `None`: nobody will ever say anything again.
fn drain(rx: &Receiver<Input>) -> Option<Vec<Input>> {
    let mut inputs = vec![rx.recv().ok()?];
    inputs.extend(rx.try_iter());
    Some(inputs)
}

fn moment(clock: &dyn Clock) -> Moment {
    Moment { now: clock.now(), boot: clock.boot() }
}

fn fresh(world: &World) -> Result<Fresh, Failure> {
    let mut seed = [0; 32];
    world.entropy.fill(&mut seed).map_err(|error| {
        Failure::new(
            Kind::Usage,
            "birdkeep cannot start",
            error.to_string(),
            "try again; new things need random ids",
        )
    })?;
    Ok(Fresh::new(seed))
}

fn no_terminal(error: &io::Error) -> Failure {
    Failure::new(
        Kind::Usage,
        "the terminal cannot be used",
        error.kind().to_string(),
        "run birdkeep in a terminal, or use its commands: birdkeep --help",
    )
}
