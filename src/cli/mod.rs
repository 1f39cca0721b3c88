//! The command line: one file per subcommand, whose struct is its arguments and whose doc comment is its help page.
//!
//! Shared by all: [`output`] (the only place that writes to standard output and standard error), [`input`] and
//! [`passphrase`] (what people and pipes say), [`names`] (what words stand for), [`session`] (opening and saving),
//! [`world`] (this machine, or the simulator). A command returns what became of it; [`main`] turns that into the
//! one exit code, from `Failure::kind`.

mod add;
mod app;
mod authorize;
mod check;
mod completions;
mod demo;
mod doctor;
mod edit;
mod export;
mod get;
mod history;
mod identify;
mod import;
mod init;
mod input;
mod list;
mod login;
mod man;
mod names;
mod output;
mod passphrase;
mod passwd;
mod recipients;
mod reference;
mod remove;
mod rename;
mod restore;
mod revoke;
mod rotate;
mod run;
mod scan;
mod screen;
mod session;
mod set;
mod show;
mod token;
mod ttl;
mod usage;
mod world;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use reference::{causes, reference};

use self::output::Out;
use self::session::{Cx, Outcome};
use self::world::Options;
use crate::domain::fields::OwnerKind;
use crate::failure::{Failure, Kind};
use crate::tui::Start;

/// A full-screen terminal vault for the credentials of X (Twitter) bots
///
/// Without a command it opens the screen: a list of your bots, what each one's keys may really do, and why one of
/// them fails. The first run offers a demo that needs no keys and touches nothing.
#[derive(Debug, Parser)]
#[command(name = "birdkeep", version, max_term_width = 100, after_help = EVERYWHERE)]
struct Line {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

const EVERYWHERE: &str = "\
Examples:
  birdkeep demo
  birdkeep import .env && birdkeep check --all
  birdkeep get wiki-daily access_token | your-program
  birdkeep doctor

Names: NAME is a profile or an app; where one word is both, app:NAME or profile:NAME.
Secrets are never arguments: they come from a hidden prompt or from standard input.
Passphrase: --passphrase-fd, BIRDKEEP_PASSPHRASE_FILE, BIRDKEEP_PASSPHRASE_COMMAND (run without a shell), or a prompt.
Exit codes: 0 fine, 1 a check found trouble or nothing matched, 2 usage, 3 cannot unlock,
4 vault damaged, forged or rolled back, 5 X or the network unreachable, 6 could not save.
After `birdkeep run` they are the command's own; 126 it may not be executed, 127 there is none.";

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    List(list::Args),
    Show(show::Args),
    Get(get::Args),
    Identify(identify::Args),
    Add(add::Args),
    Set(set::Args),
    Rename(rename::Args),
    Remove(remove::Args),
    Edit(edit::Args),
    App(app::Args),
    Check(check::Args),
    Scan(scan::Args),
    Authorize(authorize::Args),
    Token(token::Args),
    Rotate(rotate::Args),
    Revoke(revoke::Args),
    Run(run::Args),
    History(history::Args),
    Import(import::Args),
    Export(export::Args),
    Passwd(passwd::Args),
    Restore(restore::Args),
    Recipients(recipients::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
    Man(man::Args),
    Demo(demo::Args),
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let line = match Line::try_parse() {
        Ok(line) => line,
        Err(error) => return usage::answer(&error),
    };
    let mut cx = Cx { out: Out::new(), options: line.options };
    let ended = dispatch(line.command, &mut cx);
    // An answer that could not be written whole is no answer.
    let ended = ended.and_then(|outcome| cx.out.finish().map(|()| outcome));
    match ended {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(Kind::Found.exit_code()),
        Ok(Outcome::OutOfReach) => ExitCode::from(Kind::Network.exit_code()),
        Ok(Outcome::Ended(code)) => ExitCode::from(code),
        Err(failure) => {
            cx.out.failure(&failure);
            ExitCode::from(failure.kind.exit_code())
        }
    }
}

fn dispatch(command: Option<Command>, cx: &mut Cx) -> Result<Outcome, Failure> {
    match command {
        None => {
            let world = cx.world()?;
            screen::show(world, Start::Main)
        }
        Some(Command::Init(args)) => init::run(&args, cx),
        Some(Command::List(args)) => list::run(&args, cx),
        Some(Command::Show(args)) => show::run(&args, cx),
        Some(Command::Get(args)) => get::run(&args, cx),
        Some(Command::Identify(args)) => identify::run(&args, cx),
        Some(Command::Add(args)) => add::run(&args, cx),
        Some(Command::Set(args)) => set::run(&args, cx),
        Some(Command::Rename(args)) => rename::run(&args, cx),
        Some(Command::Remove(args)) => remove::run(&args, cx),
        Some(Command::Edit(args)) => edit::run(&args, cx),
        Some(Command::App(args)) => app(args.command, cx),
        Some(Command::Check(args)) => check::run(&args, cx),
        Some(Command::Scan(args)) => scan::run(&args, cx),
        Some(Command::Authorize(args)) => authorize::run(&args, cx),
        Some(Command::Token(args)) => token::run(&args, cx),
        Some(Command::Rotate(args)) => rotate::run(&args, cx),
        Some(Command::Revoke(args)) => revoke::run(&args, cx),
        Some(Command::Run(args)) => run::run(&args, cx),
        Some(Command::History(args)) => history::run(&args, cx),
        Some(Command::Import(args)) => import::run(&args, cx),
        Some(Command::Export(args)) => export::run(&args, cx),
        Some(Command::Passwd(args)) => passwd::run(&args, cx),
        Some(Command::Restore(args)) => restore::run(&args, cx),
        Some(Command::Recipients(args)) => recipients::run(&args, cx),
        Some(Command::Doctor(args)) => doctor::run(&args, cx),
        Some(Command::Completions(args)) => Ok(completions::run(&args, cx)),
        Some(Command::Man(args)) => man::run(&args, cx),
        Some(Command::Demo(args)) => demo::run(&args, cx),
    }
}

/// The same for apps: the commands of profiles, told that an app is meant.
fn app(command: app::Sub, cx: &mut Cx) -> Result<Outcome, Failure> {
    let kind = Some(OwnerKind::App);
    match command {
        app::Sub::List(args) => app::list(&args, cx),
        app::Sub::Add(args) => app::add(&args, cx),
        app::Sub::Set(args) => set::one(cx, kind, (&args.name, &args.field), args.clear),
        app::Sub::Show(args) => show::one(cx, kind, &args.name, args.json),
        app::Sub::Remove(args) => remove::one(cx, kind, &args.name, args.confirm.as_deref()),
    }
}
