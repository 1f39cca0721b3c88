//! `export`: apps and profiles as text that other programs read.

use std::path::PathBuf;

use super::input::{self, Given};
use super::names;
use super::session::{Cx, Open, Outcome};
use crate::domain::document::Document;
use crate::domain::id::Owner;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::ops::run;
use crate::ops::transfer::{self, Holds, Order, Outline, Over, Reach};

/// What is typed for `--all`: scripts know it before they know how many there are.
const EVERYTHING: &str = "everything";

/// Export profiles with their apps in the format of another program
///
/// The secrets stand in it in plain text, so the profile's name is typed first (or given with --confirm); several are
/// confirmed by their number, as “3 profiles”, --all by “everything”. github, gitlab and systemd write a script that asks
/// birdkeep for the values when it is run; nothing secret stands in it. Refresh tokens and client secrets stay out of what
/// bots read, unless they are named or --all-fields is given. Not shown on a terminal without --show.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[command(after_help = "\
Examples:
  birdkeep export wiki-daily --to dotenv -o .env
  birdkeep export wiki-daily --to shell --names tweepy -o wiki.sh
  birdkeep export wiki-daily --to github | sh
  birdkeep export wiki-daily --to kubernetes --confirm wiki-daily | kubectl apply -f -
  birdkeep export wiki-daily --to tweepy --only api_key --only api_secret --show
  birdkeep export --all --to json --confirm everything | age -r age1… > bots.json.age")]
pub(super) struct Args {
    /// Profiles or apps
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    name: Vec<String>,
    /// Everything
    #[arg(long)]
    all: bool,
    /// The format; the README lists them
    #[arg(long, value_name = "FORMAT")]
    to: String,
    /// Write to this file, readable by you alone, instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace that file if it is there already
    #[arg(long, requires = "output")]
    force: bool,
    /// Call variables as this program does: x, twitter, consumer, tweepy, xurl, gotwi, xmcp, eliza or twarc
    #[arg(long, value_name = "PRESET")]
    names: Option<String>,
    /// This field alone; can be given several times
    #[arg(long, value_name = "FIELD", conflicts_with = "all_fields")]
    only: Vec<String>,
    /// Refresh tokens and client secrets too
    #[arg(long)]
    all_fields: bool,
    /// Show it on a terminal
    #[arg(long)]
    show: bool,
    /// The name that would have to be typed
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let order = args.order()?;
    let format = transfer::every_format().find(|format| format.word.eq_ignore_ascii_case(args.to.trim()));
    let writer = format.and_then(|format| format.write.as_ref());
    let plain = writer.is_none_or(|writer| writer.holds == Holds::Values);
    if plain && args.output.is_none() {
        cx.may_show(args.show)?;
    }
    let open = cx.open()?;
    let document = open.session.document();
    let owners = args.owners(document)?;
    let outline = transfer::outline(document, &owners, &args.to, &order)?;
    say(cx, &outline);
    if plain {
        let name = if args.all { EVERYTHING.to_owned() } else { transfer::name_to_type(document, &owners) };
        let this = "this writes secrets in plain text";
        input::typed_name(&mut cx.out, args.confirm.as_deref(), this, &name)?;
    }
    let (text, _) = transfer::export(document, &owners, &args.to, &order)?;
    match &args.output {
        None => cx.out.raw(&text),
        Some(path) => write(args, cx, &open, &path.to_string_lossy(), &text)?,
    }
    Ok(Outcome::Fine)
}

fn say(cx: &mut Cx, outline: &Outline) {
    for note in outline.notes() {
        cx.out.note(&note);
    }
    if !outline.withheld.is_empty() {
        let words: Vec<String> = outline.withheld.iter().map(|field| format!("--only {field}")).collect();
        cx.out.note(&format!("--all-fields takes it along, or {}", words.join(" ")));
    }
}

/// Writes the file; asks before another is replaced.
fn write(args: &Args, cx: &mut Cx, open: &Open, path: &str, text: &Secret) -> Result<(), Failure> {
    let over = if args.force { Over::Replace } else { Over::Never };
    let mut written = transfer::deliver(&open.world, path, text, over);
    if written.as_ref().is_err_and(|refused| refused.exists) && input::has_person() {
        let this = format!("{} is there already, and would be replaced", visible_within(path, 200));
        input::consent(&mut cx.out, Given::No, &this)?;
        written = transfer::deliver(&open.world, path, text, Over::Replace);
    }
    let shown = written.map_err(|refused| refused.failure)?;
    cx.out.note(&format!("written to {shown}, readable by you alone; delete it when it has served"));
    Ok(())
}

impl Args {
    fn order(&self) -> Result<Order, Failure> {
        let names = self.names.as_deref().map(preset).transpose()?;
        let only = self.only.iter().map(|word| names::field(word)).collect::<Result<_, _>>()?;
        let reach = if self.all_fields { Reach::Everything } else { Reach::Usual };
        Ok(Order { names, only, reach })
    }

    fn owners(&self, document: &Document) -> Result<Vec<Owner>, Failure> {
        if self.all {
            let apps = document.apps().map(|app| Owner::from(app.id));
            return Ok(apps.chain(document.profiles().map(|profile| profile.id.into())).collect());
        }
        let mut owners: Vec<Owner> =
            self.name.iter().map(|name| names::owner(document, name)).collect::<Result<_, _>>()?;
        owners.sort_unstable();
        owners.dedup();
        Ok(owners)
    }
}

fn preset(word: &str) -> Result<&'static run::Preset, Failure> {
    run::by_word(word).ok_or_else(|| {
        let known: Vec<&str> = run::PRESETS.iter().map(|preset| preset.word).collect();
        Failure::new(
            Kind::Usage,
            format!("there are no names “{}”", visible_within(word, 20)),
            format!("the names are {}", known.join(", ")),
            "name one of them",
        )
    })
}
