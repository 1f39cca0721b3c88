//! `app`: X developer apps, each stored once and shared by many profiles.

use super::names::lines::{self, Pair};
use super::names::properties::{PROPERTIES, Settable};
use super::output::machine::{self, Today};
use super::output::{Paint, Table};
use super::session::{Cx, Outcome};
use super::{input, names};
use crate::domain::app::App;
use crate::domain::document::Document;
use crate::domain::edit::{self, Edit};
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::freshness;
use crate::domain::hints::Hints;
use crate::domain::id::{AppId, Owner};
use crate::domain::phrase::counted;
use crate::domain::secret::Secret;
use crate::domain::standing;
use crate::failure::Failure;

/// Apps: list, add, set, show, remove
///
/// An app is what the developer console shows under Apps: API key and secret, bearer token, OAuth 2.0 client. It is
/// stored once, and any number of profiles use it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep app add bots-prod --permission read-write
  birdkeep app list")]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Sub,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Sub {
    List(ListArgs),
    Add(AddArgs),
    Set(SetArgs),
    Show(ShowArgs),
    Remove(RemoveArgs),
}

/// List apps and how many profiles use each
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  birdkeep app list --json")]
pub(super) struct ListArgs {
    /// For machines: an array of objects
    #[arg(long)]
    json: bool,
}

/// Add an app
///
/// On a terminal it asks for the values without showing them; Enter leaves one out. Otherwise it takes FIELD=value
/// lines from standard input.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep app add bots-prod --permission read-write
  birdkeep app add bots-prod < keys.txt      (lines such as api_key=…)")]
pub(super) struct AddArgs {
    /// What to call it
    name: String,
    /// As set in the console: read, read-write or read-write-directmessages
    #[arg(long, value_name = "PERMISSION")]
    permission: Option<String>,
    /// As registered in the console
    #[arg(long, value_name = "URL")]
    callback_url: Option<String>,
}

/// Set one value or property of an app
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  birdkeep app set bots-prod bearer_token")]
pub(super) struct SetArgs {
    /// An app
    pub(super) name: String,
    /// Which value or property
    pub(super) field: String,
    /// Remove it instead
    #[arg(long)]
    pub(super) clear: bool,
}

/// Show an app: everything but the secrets, and who uses it
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  birdkeep app show bots-prod")]
pub(super) struct ShowArgs {
    /// An app
    pub(super) name: String,
    /// For machines: one object
    #[arg(long)]
    pub(super) json: bool,
}

/// Remove an app; one that profiles use wants its name typed
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  birdkeep app remove bots-old --confirm bots-old")]
pub(super) struct RemoveArgs {
    /// An app
    pub(super) name: String,
    /// The name once more, for an app that is in use
    #[arg(long, value_name = "NAME")]
    pub(super) confirm: Option<String>,
}

/// `app list`
pub(super) fn list(args: &ListArgs, cx: &mut Cx) -> Result<Outcome, Failure> {
    let open = cx.look()?;
    let (snapshot, today) = (open.session.snapshot(), Today::of(&open.world));
    let document = &*snapshot.document;
    let mut apps: Vec<&App> = document.apps().collect();
    apps.sort_by_cached_key(|app| app.name.key());
    if args.json {
        let hints = Hints::find(document, today.now);
        let facts: Vec<_> = apps.iter().map(|app| machine::app((&snapshot, &hints), app, today)).collect();
        cx.out.json(&facts);
    } else if apps.is_empty() {
        cx.out.note("no apps yet: birdkeep app add NAME, or birdkeep import FILE");
    } else {
        table(document, &apps, today).print(&mut cx.out);
    }
    Ok(Outcome::Fine)
}

fn table(document: &Document, apps: &[&App], today: Today) -> Table {
    let mut table = Table::new(&["name", "profiles", "permission", "state", "holds"]);
    for app in apps {
        let down = standing::down(document, app.id).len();
        let due = freshness::due(document, app.id.into(), today.otherwise, today.now);
        let due = due.into_iter().map(|credential| format!("{} due", credential.row().word));
        let state = standing::mark(document, app.id.into()).map(|mark| mark.short().to_owned());
        let state = state.or_else(|| (down > 0).then(|| format!("{} down", counted(down, "profile"))));
        let state: Vec<String> = state.into_iter().chain(due).collect();
        let holds: Vec<&str> = app.held.slots().iter().map(|slot| slot.field.row().word).collect();
        table.row([
            (names::shown(app.name.as_str()), None),
            (document.profiles_of(app.id).count().to_string(), None),
            (app.permission.map_or_else(String::new, |level| level.short().to_owned()), None),
            (state.join(", "), Some(Paint::Attention)),
            (holds.join(", "), Some(Paint::Quiet)),
        ]);
    }
    table
}

/// `app add`
pub(super) fn add(args: &AddArgs, cx: &mut Cx) -> Result<Outcome, Failure> {
    let mut open = cx.open()?;
    let name = names::free_name(open.session.document(), OwnerKind::App, &args.name)?;
    let mut pairs = args.properties();
    pairs.extend(values()?);
    let now = open.world.clock.now();
    let id = AppId::from_random(open.random()?);
    let mut app = App::new(id, name.clone(), now);
    app.rotation_days = open.world.settings.rotation_days;
    let mut edits = vec![Edit::AddApp(Box::new(app))];
    let with =
        edit::apply_all(open.session.document(), &edits).unwrap_or_else(|_| open.session.document().clone());
    edits.extend(lines::edits(&mut cx.out, &with, Owner::App(id), &pairs, now)?);
    open.save(&edits)?;
    let name = names::shown(name.as_str());
    cx.out.note(&format!("added the app “{name}”; give it a bot: birdkeep add NAME --app {name}"));
    Ok(Outcome::Fine)
}

impl AddArgs {
    fn properties(&self) -> Vec<Pair> {
        let given = [("permission", &self.permission), ("callback_url", &self.callback_url)];
        let row = |word| PROPERTIES.iter().find(move |row| row.word == word);
        let pairs = given.into_iter().filter_map(|(word, text)| Some((row(word)?, text.clone()?)));
        pairs.map(|(row, text)| (Settable::Property(row), Secret::new(text))).collect()
    }
}

/// The values: asked for one by one, or lines of standard input.
fn values() -> Result<Vec<Pair>, Failure> {
    if !input::is_keyboard() {
        return lines::read(&input::piped()?, OwnerKind::App);
    }
    let mut pairs = Vec::new();
    for field in Field::of(OwnerKind::App) {
        let value = input::hidden(&format!("{} (Enter leaves it out)", field.row().label))?;
        if !value.is_empty() {
            pairs.push((Settable::Field(field), value));
        }
    }
    Ok(pairs)
}
