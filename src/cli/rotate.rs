//! `rotate`: replaces a credential, stage by stage, each saved before the next begins.

use super::input::{self, Given};
use super::names;
use super::names::lines;
use super::output::{Out, mid};
use super::session::{Cx, Open, Outcome};
use crate::domain::document::Document;
use crate::domain::fields::{CREDENTIALS, Credential, Field};
use crate::domain::id::Owner;
use crate::domain::rotation::{self, Actor, Rotation, Stage};
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::ops::console;
use crate::ops::rotate::{self, Input};

/// Replace a credential, stage by stage
///
/// Says first which profiles it stops. X kills the old value at once, so there is no way back; an interrupted
/// rotation goes on where it was when the same command is given again. A bearer token is replaced unattended with
/// --yes; the owner's access token needs a person at X's console.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep rotate bots-prod bearer
  birdkeep rotate bots-prod bearer --yes      (for scripts)
  birdkeep rotate wiki-daily access")]
pub(super) struct Args {
    /// A profile or an app
    name: String,
    /// bearer or access; anything else is replaced with “birdkeep set”
    credential: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// End a rotation that is under way; what X has done already stays done
    #[arg(long, conflicts_with = "yes")]
    abandon: bool,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let credential = credential(&args.credential)?;
    let mut open = cx.open()?;
    let document = open.session.document();
    let asked = names::owner(document, &args.name)?;
    let first = credential.fields().first().copied().unwrap_or(Field::BearerToken);
    let owner = names::holder(document, asked, first)?;
    let under_way = document.held(owner).and_then(|held| held.rotation(credential)).cloned();
    if args.abandon {
        if under_way.is_none() {
            return Err(nothing_under_way(document, owner, credential));
        }
        step(cx, &mut open, (owner, credential), Input::Abandon)?;
        return Ok(Outcome::Fine);
    }
    // The words of a stage tell what the next one wants; after a pause they have to be told again.
    let mut told = None;
    let mut at = under_way.unwrap_or_else(|| Rotation::begin(credential, open.world.clock.now()));
    if let Some(banner) = &open.world.banner {
        cx.out.note(banner);
    }
    loop {
        let input = prepare(args, cx, &open, owner, (&at, told))?;
        match step(cx, &mut open, (owner, credential), input)? {
            Some(next) => (told, at) = (Some(next.stage), next),
            None => return Ok(Outcome::Fine),
        }
    }
}

/// One stage; `None` when it was the last.
fn step(
    cx: &mut Cx,
    open: &mut Open,
    (owner, credential): (Owner, Credential),
    input: Input,
) -> Result<Option<Rotation>, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        let because = format!("the system answered: {}", error.kind());
        Failure::new(Kind::Network, "nothing could be asked", because, "try again")
    })?;
    let done = runtime.block_on(rotate::step(&open.world, open.session.clone(), owner, credential, input))?;
    open.session = done.session;
    if let Some(refused) = done.refused {
        cx.out.note("the new value is kept as a candidate; the old one stays in place");
        return Err(refused);
    }
    for sentence in &done.said {
        cx.out.note(sentence);
    }
    Ok(done.rotation.filter(|_| !done.done))
}

/// What a person has to do, see or give before the stage.
fn prepare(
    args: &Args,
    cx: &mut Cx,
    open: &Open,
    owner: Owner,
    (at, told): (&Rotation, Option<Stage>),
) -> Result<Input, Failure> {
    let document = open.session.document();
    let stage = at.stage.row();
    match at.stage {
        Stage::Review => {
            impact(&mut cx.out, document, owner, at.credential);
            let this =
                format!("replacing it makes X kill the present {} at once", mid(at.credential.row().label));
            input::consent(&mut cx.out, Given::from(args.yes), &this)?;
            Ok(Input::Go)
        }
        _ if stage.actor == Actor::Birdkeep => {
            cx.out.note(&format!("{} …", stage.title));
            Ok(Input::Go)
        }
        _ if !input::has_person() => Err(needs_person(args, stage.title)),
        Stage::Paste => paste(cx, at.credential).map(Input::Pasted),
        _ => {
            if let Some(page) = console::page(at.credential) {
                if told != Some(at.stage) {
                    cx.out.note(&format!("{}: {}", stage.title, page.url));
                    page.steps.iter().for_each(|step| cx.out.note(step));
                }
                // The address has been shown as well.
                let _ = open.world.browser.open(&page.url);
            }
            input::line(&mut cx.out, "Press Enter when that is done … ")?;
            Ok(Input::Go)
        }
    }
}

fn paste(cx: &mut Cx, credential: Credential) -> Result<Vec<(Field, Secret)>, Failure> {
    let mut values = Vec::new();
    for field in credential.fields() {
        let given = input::hidden(&format!("New {}", field.row().label))?;
        // What is odd about it is said with the stage.
        values.push((*field, lines::taken(&mut cx.out, *field, &given)?));
    }
    Ok(values)
}

/// Which profiles stop.
fn impact(out: &mut Out, document: &Document, owner: Owner, credential: Credential) {
    let stops = rotate::impact(document, owner, credential);
    let names: Vec<String> =
        stops.iter().filter_map(|id| document.profile(*id)).map(|profile| profile.name.to_string()).collect();
    let (owner, label) = (names::shown_name(document, owner), mid(credential.row().label));
    out.note(&match names.len() {
        0 => format!("no profile uses the {label} of “{owner}”"),
        n => {
            let users = if n == 1 { "1 profile uses".to_owned() } else { format!("{n} profiles use") };
            format!("{users} the {label} of “{owner}”: {}", visible_within(&names.join(", "), 1000))
        }
    });
}

fn credential(word: &str) -> Result<Credential, Failure> {
    let found = Credential::parse(&word.trim().to_ascii_lowercase());
    let guided = |credential: &Credential| !rotation::plan(*credential).is_empty();
    match found {
        Some(credential) if guided(&credential) => Ok(credential),
        Some(credential) => Err(by_hand(credential)),
        None => {
            let words: Vec<&str> = CREDENTIALS.iter().map(|row| row.word).collect();
            Err(Failure::new(
                Kind::Usage,
                format!("there is no credential “{}”", names::shown(word)),
                format!("the words are {}", words.join(", ")),
                "birdkeep rotate NAME bearer",
            ))
        }
    }
}

/// The three lines for a credential that is regenerated by hand.
fn by_hand(credential: Credential) -> Failure {
    let what = format!("birdkeep does not rotate the {} yet", mid(credential.row().label));
    let why = console::instead(credential).map(|instead| instead.why);
    Failure::new(
        Kind::Usage,
        what,
        why.unwrap_or_else(|| "only bearer and access are guided so far".to_owned()),
        "regenerate it in X's console, then “birdkeep set” the new values",
    )
}

fn nothing_under_way(document: &Document, owner: Owner, credential: Credential) -> Failure {
    let (name, label) = (names::shown_name(document, owner), mid(credential.row().label));
    Failure::new(
        Kind::Found,
        "there is nothing to abandon",
        format!("no rotation of the {label} of “{name}” is under way"),
        "birdkeep rotate NAME bearer begins one",
    )
}

fn needs_person(args: &Args, title: &str) -> Failure {
    Failure::new(
        Kind::Usage,
        "this stage needs a person",
        format!("“{title}” cannot be done without a terminal; everything before it is saved"),
        format!(
            "run “birdkeep rotate {} {}” in a terminal",
            names::shown(&args.name),
            names::shown(&args.credential)
        ),
    )
}
