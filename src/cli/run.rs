//! `run`: a bot with its credentials, in the place of this process; [`watched`] and [`flock`] stay beside it.

mod bot;
mod flock;
mod watched;

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::PossibleValuesParser;

use self::bot::{Bot, cannot_run};
use super::names;
use super::output::Out;
use super::session::{self, Cx, One, Open, Outcome, Source};
use super::ttl::MinTtl;
use crate::domain::document::Document;
use crate::domain::fields::{Credential, Field};
use crate::domain::id::{Owner, ProfileId};
use crate::failure::{Failure, Kind};
use crate::host::{exec, files, signals};
use crate::ops::World;
use crate::ops::ran;
use crate::ops::run::{self, Ask, Form, Handed, Mask, Names, PRESETS, Plan, Until};
use crate::ops::session::Session;

/// Run a bot with its credentials in its environment
///
/// The command takes the place of birdkeep: its exit code, signals, terminal and colours are its own, and no shell is
/// involved. It gets what its names ask for and the profile has, but a refresh token or a client secret only if that is
/// named; an OAuth 2.0 access token is refreshed first if it ends within --min-ttl. birdkeep's own BIRDKEEP_ variables are
/// left out; `BIRDKEEP_PROFILE` tells the bot its name.
///
/// Every process of the same user can read a bot's environment, and whatever it starts inherits it: --fd and --file hand
/// the values over as text instead. With several names, --tag or --all it is run for each profile, one after the other or
/// -j at once; the lines each says begin with its name, and a summary ends it (exit code 0 only if all were 0).
///
/// Where birdkeep stays beside the command (--file, --redact, several), signals and ^Z reach the command as well. If it is
/// killed outright (SIGKILL), the command goes on and a --file stays: birdkeep doctor finds it, the next --file removes it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep run wiki-daily -- python3 bot.py
  birdkeep run wiki-daily --names tweepy --clean-env -- ./bot
  birdkeep run wiki-daily --map CK=api_key --map CS=api_secret -- ./bot
  birdkeep run wiki-daily --fd -- node --env-file=/dev/fd/3 bot.js
  birdkeep run wiki-daily --file --format json -- sh -c './bot --config \"$BIRDKEEP_FILE\"'
  birdkeep run --all --tag weather -j 4 --redact -- ./post-the-weather

Exit codes: the command's own; 127 there is no such command, 126 it may not be executed.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(super) struct Args {
    /// A profile; several, or an app for all its profiles, to run the command for each
    name: Vec<String>,
    /// What the variables are called
    #[arg(
        long,
        value_name = "PRESET",
        default_value = PRESETS[0].word,
        value_parser = PossibleValuesParser::new(PRESETS.iter().map(|preset| preset.word))
    )]
    names: String,
    /// One variable and the field it gets, instead of --names; may be given often
    #[arg(long, value_name = "VAR=FIELD", conflicts_with = "names")]
    map: Vec<String>,
    /// Only these fields, also such as nobody gets unasked; with commas, or given often
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    only: Vec<String>,
    /// Leave out all other variables but PATH, HOME, TERM, TZ and the like
    #[arg(long)]
    clean_env: bool,
    /// A variable to hand on in any case, as it is; may be given often
    #[arg(long, value_name = "VAR")]
    keep: Vec<OsString>,
    /// Hand the values over through a pipe: /dev/fd/3, readable once; `BIRDKEEP_FD` and `BIRDKEEP_FILE` name it
    #[arg(long, conflicts_with = "file")]
    fd: bool,
    /// Hand the values over in a private file, named in `BIRDKEEP_FILE` and removed when the command ends
    #[arg(long)]
    file: bool,
    /// What --fd and --file hold
    #[arg(long, value_name = "FORMAT", default_value = "dotenv")]
    format: Format,
    #[command(flatten)]
    min_ttl: MinTtl,
    /// Mask the bot's secrets in what it says
    #[arg(long)]
    redact: bool,
    /// Run it for every profile, or for every one of the NAMEs
    #[arg(long)]
    all: bool,
    /// Only for profiles with this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// For how many profiles at once
    #[arg(short, long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
    /// Once one has failed, end the others and begin no more
    #[arg(long)]
    fail_fast: bool,
    /// Say nothing but what is wrong
    #[arg(short, long)]
    quiet: bool,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "CMD")]
    command: Vec<OsString>,
}

/// The text of --fd and --file.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// NAME=value, a line each
    Dotenv,
    /// One object
    Json,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let ask = args.ask()?;
    // Before a passphrase is asked for and a token is refreshed.
    let program = args.command.first().map(OsString::as_os_str).unwrap_or_default();
    exec::find(program, std::env::var_os("PATH").as_deref()).map_err(|why| cannot_run(program, why))?;
    if let Some(number) = cx.options.passphrase_fd.filter(|number| files::is_plain_file(*number)) {
        return Err(inherited(number));
    }
    let Some(name) = args.one() else {
        let open = cx.open()?;
        return flock::run(args, cx, open, ask);
    };
    let one = cx.open_for(name)?;
    let profile = profile(one.document(), name)?;
    alone(args, cx, one, profile, &ask)
}

impl Args {
    fn ask(&self) -> Result<Ask, Failure> {
        let only = self.only.iter().map(|word| names::field(word)).collect::<Result<_, _>>()?;
        let preset = run::by_word(&self.names).unwrap_or(&PRESETS[0]);
        let names = match self.map.as_slice() {
            [] => Names::Of(preset),
            map => Names::Map(map.iter().map(|row| mapped(row)).collect::<Result<_, _>>()?),
        };
        Ok(Ask { names, only })
    }

    /// The name of the one profile that is meant; `None`: it is to be run for each of several.
    fn one(&self) -> Option<&str> {
        match self.name.as_slice() {
            [name] if !self.all && self.tag.is_none() => Some(name),
            _ => None,
        }
    }

    const fn min_ttl(&self) -> Duration {
        self.min_ttl.span()
    }

    const fn form(&self) -> Form {
        match self.format {
            Format::Dotenv => Form::Dotenv,
            Format::Json => Form::Json,
        }
    }

    /// Something worth knowing, unless nobody wants to.
    fn note(&self, out: &mut Out, note: &str) {
        if !self.quiet {
            out.note(note);
        }
    }
}

fn profile(document: &Document, name: &str) -> Result<ProfileId, Failure> {
    match names::owner(document, name)? {
        Owner::Profile(id) => Ok(id),
        Owner::App(_) => Err(Failure::new(
            Kind::Usage,
            format!("“{}” is an app", names::shown(name)),
            "a bot is run as one profile, with its own tokens",
            format!("name the profile, or add --all to run it for each profile of {}", names::shown(name)),
        )),
    }
}

/// A pipe is empty once it was read; a file the bot could read as well, and to close it here would take `unsafe`.
fn inherited(number: u32) -> Failure {
    Failure::new(
        Kind::Usage,
        "the bot would inherit the passphrase",
        format!("file descriptor {number} is a file, which stays open for whatever is run"),
        "name the file in BIRDKEEP_PASSPHRASE_FILE, or make it a pipe: 3< <(cat FILE)",
    )
}

/// `VAR=FIELD`.
fn mapped(row: &str) -> Result<(String, Field), Failure> {
    // What was given is not repeated: it may be VAR and a value.
    let refused = |because| {
        let wanted = "say --map MY_API_KEY=api_key: the name of a variable and the name of a field";
        Failure::new(Kind::Usage, "--map cannot be read", because, wanted)
    };
    let (name, field) = row.split_once('=').ok_or_else(|| refused("there is no “=” in it"))?;
    let name =
        run::variable(name).ok_or_else(|| refused("what stands before “=” can be no variable of a bot"))?;
    let field = Field::parse(field).ok_or_else(|| refused("what stands behind “=” is no field"))?;
    Ok((name.to_owned(), field))
}

/// One bot, in the place of this process unless somebody has to stay for it.
fn alone(args: &Args, cx: &mut Cx, one: One, profile: ProfileId, ask: &Ask) -> Result<Outcome, Failure> {
    let plan = run::plan(one.document(), profile, ask)?;
    let handed = match &one.source {
        Source::Part(extract) => run::at_hand(&one.world, extract, profile, &plan, args.min_ttl()),
        Source::Whole(session) => Some(handed(args, &mut cx.out, (&one.world, session), profile, &plan)?),
    };
    let Some(handed) = handed else {
        // With whatever the vault says by now.
        let Open { world, session } = one.whole(cx)?;
        return alone(args, cx, One { world, source: Source::Whole(session) }, profile, ask);
    };
    if matches!(one.source, Source::Part(_)) && renews(&plan) {
        played(args, &mut cx.out, &one.world);
    }
    let name = names::shown_name(one.document(), profile.into());
    remark(args, &mut cx.out, &name, &plan, &handed);
    let mask = args.redact.then(|| mask(one.document(), profile, &handed));
    let bot = Bot::new(args, &mut cx.out, &one.world, &name, &plan, &handed)?;
    cx.out.finish()?;
    ran::note(&one.world, (one.vault(), one.document()), profile);
    // From here on the vault is closed, and so is every way to it.
    drop((handed, one));
    if args.redact || args.file {
        watched::run(bot, mask.as_ref(), &mut cx.out)
    } else {
        Err(bot.replace_us())
    }
}

/// The values as they are now. X is asked for new tokens at a pinch.
fn handed(
    args: &Args,
    out: &mut Out,
    (world, session): (&World, &Session),
    profile: ProfileId,
    plan: &Plan,
) -> Result<Handed, Failure> {
    if renews(plan) {
        played(args, out, world);
        // Without handlers, which is how it began, the worst moment for a signal would be like any other.
        let _ = signals::shield();
    }
    session::persisting(out, (world, session), |session| {
        run::hand_over(world, session, profile, plan, args.min_ttl())
    })
}

/// Whether there is something that X renews.
fn renews(plan: &Plan) -> bool {
    plan.set.iter().any(|(_, field)| field.credential() == Credential::Oauth2)
}

/// Where X is not the real one, that is said.
fn played(args: &Args, out: &mut Out, world: &World) {
    if let Some(banner) = &world.banner {
        args.note(out, banner);
    }
}

/// Hides whatever the bot is used through, and what was new when it was handed over.
fn mask(document: &Document, profile: ProfileId, handed: &Handed) -> Arc<Mask> {
    let stored = run::secrets(document, profile);
    let secret = handed.values.iter().filter(|(_, field, _)| field.row().secret).map(|(.., value)| value);
    Mask::new(stored.iter().chain(secret))
}

/// What a person should know before the bot begins to speak.
fn remark(args: &Args, out: &mut Out, name: &str, plan: &Plan, handed: &Handed) {
    for sentence in &handed.said {
        out.warn(&format!("{name}: {sentence}"));
    }
    for (variable, field) in plan.missing.iter().filter(|(_, field)| plan.named.contains(field)) {
        args.note(out, &format!("{name} has no {field}: {variable} is not set"));
    }
    if let Some(until) = handed.until {
        let until = match until {
            Until::Known(at) => format!("good until {at}"),
            Until::Unknown => "good for nobody knows how long".to_owned(),
        };
        args.note(
            out,
            &format!(
                "the OAuth 2.0 access token is {until}; a bot that runs longer asks: birdkeep token {name}"
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_a_variable_and_a_field() {
        assert_eq!(mapped("CK=api_key"), Ok(("CK".to_owned(), Field::ApiKey)));
        assert_eq!(mapped("CK=API-KEY"), Ok(("CK".to_owned(), Field::ApiKey)));
        for bad in ["CK", "=api_key", "C K=api_key", "BIRDKEEP_FD=api_key", "CK=made-up-secret"] {
            let refused = mapped(bad).expect_err(bad);
            assert!(!refused.to_string().contains("made-up-secret"), "{refused}");
        }
    }
}
