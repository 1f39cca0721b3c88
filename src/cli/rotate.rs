//! `rotate`: replaces a credential, stage by stage, each saved before the next begins.

use super::input::{self, Given};
use super::login;
use super::names;
use super::names::lines;
use super::output::{Out, mid};
use super::session::{Cx, Open, Outcome};
use crate::domain::document::Document;
use crate::domain::fields::{CREDENTIALS, Credential, Field};
use crate::domain::id::{Owner, ProfileId};
use crate::domain::labels::Label;
use crate::domain::pasted;
use crate::domain::rotation::{Actor, Rotation, Stage, Way};
use crate::domain::secret::Secret;
use crate::domain::standing;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::ops::authorize;
use crate::ops::console;
use crate::ops::rotate::{self, Input};

/// Replace a credential, stage by stage
///
/// Says first which profiles it stops. X kills the old value at once, so there is no way back; an interrupted
/// rotation goes on where it was when the same command is given again, also days later. A bearer token is replaced
/// unattended with --yes. An access token or an OAuth 2.0 grant takes a new login; API key and client secret take a
/// person at X's console, and a new API key a new login of every bot: the same command names who is still down. New
/// values come from a hidden prompt, or from standard input where there is no terminal.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep rotate bots-prod bearer
  birdkeep rotate bots-prod bearer --yes      (for scripts)
  birdkeep rotate wiki-daily access
  birdkeep rotate bots-prod api               (and again, until every bot has logged in)")]
pub(super) struct Args {
    /// A profile or an app
    name: String,
    /// api, bearer, client, access or oauth2
    credential: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// The way, if not the usual one: the console issues an access token to the account that owns the app alone
    #[arg(long, value_name = "WAY")]
    by: Option<Choice>,
    /// End a rotation that is under way; what X has done already stays done
    #[arg(long, conflicts_with_all = ["yes", "by"])]
    abandon: bool,
}

/// A way that can be asked for.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Choice {
    /// X's console, and pasting what it shows
    Console,
    /// A new login of the account
    Login,
    /// X itself, by API
    Request,
}

impl From<Choice> for Way {
    fn from(choice: Choice) -> Self {
        match choice {
            Choice::Console => Self::Console,
            Choice::Login => Self::Login,
            Choice::Request => Self::Request,
        }
    }
}

/// What is rotated, and how often it asks.
#[derive(Clone, Copy, Debug)]
struct Task {
    owner: Owner,
    credential: Credential,
    /// Another way than the usual one.
    way: Option<Way>,
    consent: Given,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let credential = credential(&args.credential)?;
    let mut open = cx.open()?;
    let document = open.session.document();
    let asked = names::owner(document, &args.name)?;
    let first = credential.fields().first().copied().unwrap_or(Field::BearerToken);
    let owner = names::holder(document, asked, first)?;
    if args.abandon {
        if document.held(owner).and_then(|held| held.rotation(credential)).is_none() {
            return Err(nothing_under_way(document, owner, credential));
        }
        step(cx, &mut open, (owner, credential), Input::Abandon)?;
        return Ok(Outcome::Fine);
    }
    if let Some(banner) = &open.world.banner {
        cx.out.note(banner);
    }
    let task = Task { owner, credential, way: args.by.map(Way::from), consent: Given::from(args.yes) };
    Ok(Outcome::fine_if(go_through(cx, &mut open, task)?))
}

/// A rotation that another command was told to begin: all stages that can be done now, with what they ask.
///
/// # Errors
/// As the command's.
pub(super) fn begin(
    cx: &mut Cx,
    open: &mut Open,
    (owner, credential): (Owner, Credential),
) -> Result<(), Failure> {
    go_through(cx, open, Task { owner, credential, way: None, consent: Given::No }).map(drop)
}

/// All stages that can be done now; true when it is over.
fn go_through(cx: &mut Cx, open: &mut Open, task: Task) -> Result<bool, Failure> {
    let Task { owner, credential, .. } = task;
    // The words of a stage tell what the next one wants; after a pause they have to be told again.
    let mut told = None;
    let mut way = task.way;
    loop {
        let document = open.session.document();
        let under_way = document.held(owner).and_then(|held| held.rotation(credential)).cloned();
        let mut at = under_way.unwrap_or_else(|| {
            Rotation::begin(credential, open.world.clock.now())
                .by(rotate::way_of(document, owner, credential))
        });
        // Another way is taken once, and only before there is a new value.
        let other = way.take().filter(|way| *way != at.way && at.stage < Stage::Verify);
        if let Some(way) = other {
            at = at.by(way).at(Stage::Review, at.moved_at);
        }
        if at.stage == Stage::Logins && !logins(cx, open, task)? {
            return Ok(false);
        }
        let input = prepare(cx, open, task, (&at, told))?;
        let input = match (input, other) {
            (Input::Go, Some(way)) => Input::By(way),
            (input, _) => input,
        };
        match step(cx, open, (owner, credential), input)? {
            Some(next) => told = Some(next.stage),
            None => return Ok(true),
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
    let done =
        runtime()?.block_on(rotate::step(&open.world, open.session.clone(), owner, credential, input))?;
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

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        let because = format!("the system answered: {}", error.kind());
        Failure::new(Kind::Network, "nothing could be asked", because, "try again")
    })
}

/// What a person has to do, see or give before the stage.
fn prepare(
    cx: &mut Cx,
    open: &Open,
    task: Task,
    (at, told): (&Rotation, Option<Stage>),
) -> Result<Input, Failure> {
    let document = open.session.document();
    let stage = at.stage.row();
    match at.stage {
        Stage::Review => {
            impact(&mut cx.out, document, task.owner, at.credential);
            input::consent(&mut cx.out, task.consent, rotate::consequence(at.credential, at.way))?;
            Ok(Input::Go)
        }
        Stage::Logins => Ok(Input::Go),
        _ if stage.actor == Actor::Birdkeep => {
            cx.out.note(&format!("{} …", stage.title));
            Ok(Input::Go)
        }
        _ if !input::has_person() => match piped(task.credential)? {
            values if values.is_empty() => Err(needs_person(document, task, stage.title)),
            values => Ok(Input::Pasted(values)),
        },
        Stage::Paste => paste(cx, document, task).map(Input::Pasted),
        Stage::Login => {
            if told != Some(at.stage) {
                cx.out.note(stage.title);
            }
            for line in console::text(at.credential, at.stage) {
                cx.out.note(line);
            }
            log_in(cx, open, task)
        }
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

/// The logins that a new API key makes necessary, one bot after the other as long as a person likes. True when no bot
/// is left; else who is.
fn logins(cx: &mut Cx, open: &mut Open, task: Task) -> Result<bool, Failure> {
    let Owner::App(app) = task.owner else { return Ok(true) };
    let mut skipped: Vec<ProfileId> = Vec::new();
    loop {
        let document = open.session.document();
        let down = standing::down(document, app);
        let Some(next) = down.iter().copied().find(|id| !skipped.contains(id)) else {
            still_down(&mut cx.out, document, &down);
            return Ok(down.is_empty());
        };
        if !input::has_person() {
            still_down(&mut cx.out, document, &down);
            return Err(needs_person(document, task, Stage::Logins.row().title));
        }
        let name = names::shown_name(document, next.into());
        let question = format!("“{name}” needs a new login. Now? [Y/n/q] ");
        match input::line(&mut cx.out, &question)?.to_lowercase().as_str() {
            "" | "y" | "yes" => {
                let login = Task {
                    owner: next.into(),
                    credential: Credential::Access,
                    way: None,
                    consent: Given::Yes,
                };
                if let Err(failure) = go_through(cx, open, login) {
                    // The others can be done all the same.
                    cx.out.failure(&failure);
                    skipped.push(next);
                }
            }
            "q" | "quit" => {
                still_down(&mut cx.out, open.session.document(), &down);
                return Ok(false);
            }
            _ => skipped.push(next),
        }
    }
}

fn still_down(out: &mut Out, document: &Document, down: &[ProfileId]) {
    if !down.is_empty() {
        let names: Vec<String> = down.iter().map(|id| names::shown_name(document, (*id).into())).collect();
        let names = visible_within(&names.join(", "), 1000);
        out.note(&format!("still down until they log in: {names}; the same command takes it up again"));
    }
}

/// A new login, here or on another machine; or what a login elsewhere has brought.
fn log_in(cx: &mut Cx, open: &Open, task: Task) -> Result<Input, Failure> {
    let document = open.session.document();
    let Owner::Profile(bot) = task.owner else { return Err(needs_person(document, task, "Log in")) };
    let oauth2 = task.credential == Credential::Oauth2;
    let question =
        "Enter logs in with the browser of this machine, “other” with one elsewhere, “paste” takes values: ";
    let way = match (input::line(&mut cx.out, question)?.to_lowercase().as_str(), oauth2) {
        ("paste", _) => return paste(cx, document, task).map(Input::Pasted),
        ("", false) => authorize::Way::Callback,
        ("", true) => authorize::Way::PkceCallback,
        (_, false) => authorize::Way::Pin,
        (_, true) => authorize::Way::PkcePaste,
    };
    let runtime = runtime()?;
    let issued =
        runtime.block_on(login::bring(&mut cx.out, &open.world, document, bot, authorize::Wish::by(way)))?;
    for note in &issued.notes {
        cx.out.note(note);
    }
    Ok(Input::Issued(issued.into()))
}

fn paste(cx: &mut Cx, document: &Document, task: Task) -> Result<Vec<(Field, Secret)>, Failure> {
    let mut values = Vec::new();
    // The client ID stays when its secret is regenerated.
    let stays = |field: &Field| *field == Field::ClientId && document.slot(task.owner, *field).is_some();
    for field in task.credential.fields().iter().filter(|field| !stays(field)) {
        let given = input::hidden(&format!("New {}", field.row().label))?;
        // What is odd about it is said with the stage.
        values.push((*field, lines::taken(&mut cx.out, *field, &given)?));
    }
    Ok(values)
}

/// New values from standard input, each known by its name or its shape.
fn piped(credential: Credential) -> Result<Vec<(Field, Secret)>, Failure> {
    if input::is_keyboard() {
        return Ok(Vec::new());
    }
    let text = input::piped()?;
    let found = pasted::read(text.expose(), credential.fields());
    let own = |piece: &pasted::Found<'_>| match piece.what {
        Some(Label::Field(field)) => Some((field, Secret::new(piece.value))),
        _ => None,
    };
    Ok(found.iter().filter_map(own).filter(|(field, _)| field.credential() == credential).collect())
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
    Credential::parse(&word.trim().to_ascii_lowercase()).ok_or_else(|| {
        let words: Vec<&str> = CREDENTIALS.iter().map(|row| row.word).collect();
        Failure::new(
            Kind::Usage,
            format!("there is no credential “{}”", names::shown(word)),
            format!("the words are {}", words.join(", ")),
            "birdkeep rotate NAME bearer",
        )
    })
}

fn nothing_under_way(document: &Document, owner: Owner, credential: Credential) -> Failure {
    let (name, label) = (names::shown_name(document, owner), mid(credential.row().label));
    Failure::new(
        Kind::Found,
        "there is nothing to abandon",
        format!("no rotation of the {label} of “{name}” is under way"),
        format!("birdkeep rotate {name} {} begins one", credential.row().word),
    )
}

fn needs_person(document: &Document, task: Task, title: &str) -> Failure {
    Failure::new(
        Kind::Usage,
        "this stage needs a person",
        format!(
            "“{title}” takes a terminal, or the new values on standard input; everything before it is saved"
        ),
        format!(
            "run “birdkeep rotate {} {}” in a terminal",
            names::shown_name(document, task.owner),
            task.credential.row().word
        ),
    )
}
