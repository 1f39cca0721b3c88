//! `add`: a new profile.

use super::names::lines::{self, Pair};
use super::names::properties::{PROPERTIES, Settable};
use super::session::{Cx, Open, Outcome};
use super::{input, names};
use crate::domain::edit::{self, Edit};
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::id::{Owner, ProfileId};
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};

/// Add a profile: one bot, one X account used through one app
///
/// On a terminal it asks for the values without showing them; Enter leaves one out. Otherwise it takes FIELD=value
/// lines from standard input.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep add wiki-daily --app bots-prod --handle wikidaily --need media_poster
  printf 'access_token=%s\\naccess_secret=%s\\n' \"$T\" \"$S\" | birdkeep add poet --app bots-prod")]
pub(super) struct Args {
    /// What to call it
    name: String,
    /// The app it is used through
    #[arg(long, value_name = "APP")]
    app: Option<String>,
    /// The X account's handle
    #[arg(long, value_name = "HANDLE")]
    handle: Option<String>,
    /// Something it is meant to do: `post`, `media`, `dm_send` …, or a preset: `poster`, `dm_bot` … (may be given several
    /// times)
    #[arg(long = "need", value_name = "NEED")]
    needs: Vec<String>,
    /// A label for grouping (may be given several times)
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let mut open = cx.open()?;
    let name = names::free_name(open.session.document(), OwnerKind::Profile, &args.name)?;
    let mut pairs = args.properties(&open)?;
    pairs.extend(values()?);
    let now = open.world.clock.now();
    let id = ProfileId::from_random(open.random()?);
    let mut edits = vec![Edit::AddProfile(Box::new(Profile::new(id, name.clone(), now)))];
    let with =
        edit::apply_all(open.session.document(), &edits).unwrap_or_else(|_| open.session.document().clone());
    edits.extend(lines::edits(&mut cx.out, &with, Owner::Profile(id), &pairs, now)?);
    open.save(&edits)?;
    let name = names::shown(name.as_str());
    cx.out.note(&format!("added “{name}”; see what it may do: birdkeep check {name}"));
    Ok(Outcome::Fine)
}

impl Args {
    /// The options as words and values, so that they are read as `set` reads them.
    fn properties(&self, open: &Open) -> Result<Vec<Pair>, Failure> {
        if let Some(app) = &self.app {
            names::app(open.session.document(), app).map_err(|failure| no_app(failure, app))?;
        }
        let joined = |words: &[String]| (!words.is_empty()).then(|| words.join(","));
        let given = [
            ("app", self.app.clone()),
            ("handle", self.handle.clone()),
            ("needs", joined(&self.needs)),
            ("tags", joined(&self.tags)),
        ];
        let row = |word| PROPERTIES.iter().find(move |row| row.word == word);
        let pairs = given.into_iter().filter_map(|(word, text)| Some((row(word)?, text?)));
        Ok(pairs.map(|(row, text)| (Settable::Property(row), Secret::new(text))).collect())
    }
}

fn no_app(failure: Failure, app: &str) -> Failure {
    match failure.kind {
        Kind::Found if failure.try_this.starts_with("birdkeep list") => {
            let app = names::shown(app);
            Failure { try_this: format!("birdkeep app add {app} makes it"), kind: Kind::Usage, ..failure }
        }
        Kind::Found => Failure { kind: Kind::Usage, ..failure },
        _ => failure,
    }
}

/// The values: asked for one by one, or lines of standard input.
fn values() -> Result<Vec<Pair>, Failure> {
    if !input::is_keyboard() {
        return lines::read(&input::piped()?, OwnerKind::Profile);
    }
    let mut pairs = Vec::new();
    for field in [Field::AccessToken, Field::AccessSecret] {
        let value = input::hidden(&format!("{} (Enter leaves it out)", field.row().label))?;
        if !value.is_empty() {
            pairs.push((Settable::Field(field), value));
        }
    }
    Ok(pairs)
}
