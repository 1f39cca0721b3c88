//! `export`: apps and profiles as text that other programs read. In the clear.

use std::path::PathBuf;

use super::input::{self, Given};
use super::names;
use super::session::{Cx, Outcome};
use crate::domain::document::Document;
use crate::domain::id::Owner;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::host::files::{self, FileError};
use crate::ops::transfer;

/// Export profiles with their apps: secrets in plain text
///
/// To standard output, or with --output to a new file that only you can read. Whoever names the profiles has agreed
/// to it; --all asks, or takes --yes. Not shown on a terminal without --show.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep export wiki-daily --to dotenv --output .env
  birdkeep export --all --to json --yes | age -r age1… > bots.json.age")]
pub(super) struct Args {
    /// Profiles or apps
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    name: Vec<String>,
    /// Everything
    #[arg(long)]
    all: bool,
    /// The format: json or dotenv
    #[arg(long, value_name = "FORMAT")]
    to: String,
    /// Write to this new file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Show it on a terminal
    #[arg(long)]
    show: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    if args.output.is_none() && cx.out.is_terminal() && !args.show {
        return Err(Failure::new(
            Kind::Usage,
            "secrets are not shown on a terminal",
            "scrollback and recordings keep what is shown there",
            "send it to a pipe, name a file with --output, or add --show",
        ));
    }
    if args.all {
        let this = "this writes every secret of the vault in plain text";
        input::consent(&mut cx.out, Given::from(args.yes), this)?;
    }
    let open = cx.open()?;
    let document = open.session.document();
    let owners = args.owners(document)?;
    let text = transfer::export(document, &owners, &args.to)?;
    match &args.output {
        None => cx.out.raw(&text),
        Some(path) => {
            let shown = visible_within(&path.to_string_lossy(), 200);
            files::create_private(path, text.expose().as_bytes())
                .map_err(|error| not_written(error, &shown))?;
            cx.out.note(&format!("written to {shown}, readable by you alone; delete it when it has served"));
        }
    }
    Ok(Outcome::Fine)
}

impl Args {
    fn owners(&self, document: &Document) -> Result<Vec<Owner>, Failure> {
        if self.all {
            let apps = document.apps().map(|app| Owner::from(app.id));
            return Ok(apps.chain(document.profiles().map(|profile| profile.id.into())).collect());
        }
        self.name.iter().map(|name| names::owner(document, name)).collect()
    }
}

fn not_written(error: FileError, path: &str) -> Failure {
    let try_this = match error {
        FileError::Exists => "an export never replaces a file: name another one, or remove that one",
        FileError::Absent => "make the folder first",
        FileError::Full => "make room there, or name another place",
        _ => "name another place",
    };
    Failure::new(Kind::NotSaved, format!("{path} was not written"), error.to_string(), try_this)
}
