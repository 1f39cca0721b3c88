//! `get`: one secret, to a pipe or a file.

use super::names;
use super::output::mid;
use super::session::{Cx, Outcome};
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::id::Owner;
use crate::domain::rotation::Rotation;
use crate::domain::standing::Mark;
use crate::failure::{Failure, Kind};

/// Print one secret: exactly the value, nothing else
///
/// For a pipe or a file. On a terminal, where scrollback and recordings keep it, only with --show. An app's field
/// asked of a profile is its app's.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep get wiki-daily access_token | ssh server 'cat > .token'
  birdkeep get wiki-daily api_key --show")]
pub(super) struct Args {
    /// A profile or an app
    name: String,
    /// Which value: `api_key`, `api_secret`, `bearer_token`, `client_id`, `client_secret`, `access_token`,
    /// `access_secret`, `oauth2_access_token` or `oauth2_refresh_token`
    field: String,
    /// Show it on a terminal
    #[arg(long)]
    show: bool,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let field = names::field(&args.field)?;
    cx.may_show(args.show)?;
    let one = cx.open_for(&args.name)?;
    let document = one.document();
    let owner = names::owner(document, &args.name)?;
    let holder = names::holder(document, owner, field)?;
    let slot = document.slot(holder, field).ok_or_else(|| absent(document, holder, field))?;
    let rotation = document.held(holder).and_then(|held| held.rotation(field.credential()));
    if rotation.is_some_and(Rotation::may_be_dead) {
        cx.out.warn(&Mark::InDoubt(field.credential()).sentence());
    }
    cx.out.secret(&slot.secret);
    Ok(Outcome::Fine)
}

fn absent(document: &Document, holder: Owner, field: Field) -> Failure {
    let name = names::shown_name(document, holder);
    let dead = document.held(holder).and_then(|held| held.dead_since(field));
    Failure::new(
        Kind::Found,
        format!("“{name}” has no {}", mid(field.row().label)),
        match dead {
            Some(at) => {
                format!("X has killed the last one, on {}; the history keeps it as a record", at.day())
            }
            None => "nothing is stored for that field".to_owned(),
        },
        format!("birdkeep set {name} {}", field.row().word),
    )
}
