//! A command that is ready to be run: its arguments, its surroundings, and its credentials on the way it was asked for.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Child, Command};

use super::Args;
use crate::cli::output::Out;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::host::children::Children;
use crate::host::exec::{self, CannotRun};
use crate::host::handing;
use crate::ops::World;
use crate::ops::run::{self, Form, Handed, Plan, Surroundings};

/// Tells a bot which profile it is.
const PROFILE: &str = "BIRDKEEP_PROFILE";
/// Tells a bot where its values are, where they are not in its environment.
const FILE: &str = "BIRDKEEP_FILE";
/// Tells a bot the number of the file descriptor with its values.
const FD: &str = "BIRDKEEP_FD";

/// A command with everything it needs.
pub(super) struct Bot {
    pub(super) command: Command,
    carrier: Carrier,
}

/// What carries the values.
pub(super) enum Carrier {
    /// The environment.
    Variables,
    /// A pipe that is inherited.
    Pipe(handing::Pipe),
    /// A file, which goes with this value.
    File { _file: handing::Handed },
}

impl Bot {
    /// The command of `args` for the profile called `name`.
    ///
    /// # Errors
    /// A value that cannot be handed over that way; no room for a file.
    pub(super) fn new(
        args: &Args,
        out: &mut Out,
        world: &World,
        name: &str,
        plan: &Plan,
        handed: &Handed,
    ) -> Result<Self, Failure> {
        let names = [&plan.set, &plan.withheld, &plan.missing].into_iter().flatten();
        let surroundings = Surroundings {
            clean: args.clean_env,
            keep: args.keep.clone(),
            names: names.map(|(name, _)| name.clone()).collect(),
        };
        let (kept, overruled) = run::environment(std::env::vars_os(), &surroundings);
        if !overruled.is_empty() {
            let were = if overruled.len() == 1 { "was" } else { "were" };
            let which = overruled.join(", ");
            args.note(
                out,
                &format!("{which} {were} set outside; such names come from the vault or not at all"),
            );
        }
        let (program, arguments) = args
            .command
            .split_first()
            .map_or((OsStr::new(""), &[][..]), |(program, rest)| (program.as_os_str(), rest));
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(kept.iter().map(|(name, value)| (name, value)))
            .env(PROFILE, name);
        let carrier = if args.fd || args.file {
            as_text(args, world, &mut command, handed)?
        } else {
            // A name that was to be kept as it is means what it says.
            let free = |name: &str| kept.iter().all(|(other, _)| other != name);
            for (name, field, value) in handed.values.iter().filter(|(name, ..)| free(name)) {
                if value.expose().contains('\0') {
                    return Err(Failure::new(
                        Kind::Usage,
                        format!("{name} cannot be a variable"),
                        format!("the {field} holds a NUL byte"),
                        "set that value anew",
                    ));
                }
                command.env(name, value.expose());
            }
            Carrier::Variables
        };
        Ok(Self { command, carrier })
    }

    /// Puts it in the place of this process; comes back only if that fails.
    pub(super) fn replace_us(self) -> Failure {
        let program = self.command.get_program().to_owned();
        match self.carrier.let_inherit() {
            Ok(()) => cannot_run(&program, exec::replace(self.command)),
            Err(failure) => failure,
        }
    }

    /// Starts it as one of `children`; what is to live as long as it comes along. Its variables are forgotten here.
    /// `None`: they were asked to end before it began.
    ///
    /// # Errors
    /// It cannot be run.
    pub(super) fn start(
        self,
        children: &Children,
        spawn: impl FnOnce(Command) -> io::Result<Child>,
    ) -> Result<Option<(Child, Carrier)>, Failure> {
        let Self { command, carrier } = self;
        let program = command.get_program().to_owned();
        carrier.let_inherit()?;
        let child = children.start(|| exec::start(&program, || spawn(command)));
        let child = child.map_err(|why| cannot_run(&program, why))?;
        Ok(child.map(|child| (child, carrier.once_started())))
    }
}

impl Carrier {
    /// Whatever is started from now on inherits the pipe, if there is one.
    fn let_inherit(&self) -> Result<(), Failure> {
        match self {
            Self::Pipe(pipe) => pipe.let_inherit().map_err(|error| not_handed(&error)),
            Self::Variables | Self::File { .. } => Ok(()),
        }
    }

    /// What is left of it once the bot runs: a pipe is the bot's alone, and not for the next one.
    fn once_started(self) -> Self {
        match self {
            Self::Pipe(_) => Self::Variables,
            other => other,
        }
    }
}

/// The values as text, and where they are as variables.
fn as_text(args: &Args, world: &World, command: &mut Command, handed: &Handed) -> Result<Carrier, Failure> {
    let text = run::written(args.form(), &handed.values)?;
    let bytes = text.expose().as_bytes();
    if args.fd {
        let pipe = handing::Pipe::holding(bytes).map_err(|error| not_handed(&error))?;
        command.env(FD, pipe.number().to_string()).env(FILE, format!("/dev/fd/{}", pipe.number()));
        return Ok(Carrier::Pipe(pipe));
    }
    let mut random = [0; 8];
    let drawn = world.entropy.fill(&mut random);
    drawn.map_err(|error| {
        Failure::new(Kind::NotSaved, "nothing was run", error.to_string(), "try again in a moment")
    })?;
    let ending = match args.form() {
        Form::Dotenv => "env",
        Form::Json => "json",
    };
    let name = format!("run-{:016x}.{ending}", u64::from_le_bytes(random));
    let runtime = std::env::var_os("XDG_RUNTIME_DIR");
    let file = handing::Handed::holding(bytes, runtime.as_deref().map(Path::new), &name);
    let file = file.map_err(|error| not_handed(&error))?;
    command.env(FILE, file.path());
    Ok(Carrier::File { _file: file })
}

fn not_handed(error: &io::Error) -> Failure {
    Failure::new(
        Kind::NotSaved,
        "the values could not be handed over, and nothing was run",
        format!("the system answered: {}", error.kind()),
        "look at $XDG_RUNTIME_DIR and at how full it is, or hand them over as variables",
    )
}

/// The three lines for a command that cannot be run.
pub(super) fn cannot_run(program: &OsStr, why: CannotRun) -> Failure {
    let shown = visible_within(&program.to_string_lossy(), 64);
    let (kind, try_this) = match why {
        CannotRun::NoSuch => (Kind::NoCommand, "look at how it is written, and at PATH"),
        CannotRun::NotExecutable => {
            (Kind::NotRunnable, "chmod +x it, or name its interpreter: python3 bot.py")
        }
        CannotRun::NoInterpreter => {
            (Kind::NotRunnable, "install that program, or name another: python3 bot.py")
        }
        CannotRun::Other(_) => (Kind::NotRunnable, "run it without birdkeep, and see what the system says"),
    };
    Failure::new(kind, format!("“{shown}” cannot be run"), why.to_string(), try_this)
}
