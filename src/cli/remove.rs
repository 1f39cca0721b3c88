//! `remove`: a profile or an app, for thirty days not for good.

use super::input;
use super::names;
use super::session::{Cx, Outcome};
use crate::domain::document::Document;
use crate::domain::edit::{Edit, KEEP_DAYS};
use crate::domain::fields::OwnerKind;
use crate::domain::id::Owner;
use crate::failure::Failure;

/// Remove a profile or an app
///
/// It is kept for 30 days and can be brought back until then: in the screen with u, or with birdkeep restore. An
/// app that profiles use wants its name typed, or --confirm. Nothing changes at X: its keys go on working.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep remove poet
  birdkeep remove app:bots-old --confirm bots-old")]
pub(super) struct Args {
    /// A profile or an app
    name: String,
    /// The name once more, for an app that is in use
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    one(cx, None, &args.name, args.confirm.as_deref())
}

/// Removes `name`, which may have to be an app.
pub(super) fn one(
    cx: &mut Cx,
    kind: Option<OwnerKind>,
    name: &str,
    confirm: Option<&str>,
) -> Result<Outcome, Failure> {
    let mut open = cx.open()?;
    let document = open.session.document();
    let owner = match kind {
        Some(OwnerKind::App) => names::app(document, name)?.into(),
        _ => names::owner(document, name)?,
    };
    let name = names::shown_name(document, owner);
    if let Some(question) = in_use(document, owner, &name) {
        input::typed_name(&mut cx.out, confirm, &question, &name)?;
    }
    open.save(&[Edit::Tombstone { owner, at: open.world.clock.now() }])?;
    cx.out.note(&format!("removed “{name}”; it is kept for {KEEP_DAYS} days. Its keys go on working at X"));
    Ok(Outcome::Fine)
}

fn in_use(document: &Document, owner: Owner, name: &str) -> Option<String> {
    let Owner::App(id) = owner else { return None };
    let users: Vec<String> = document
        .profiles_of(id)
        .map(|profile| format!("“{}”", names::shown(profile.name.as_str())))
        .collect();
    (!users.is_empty()).then(|| format!("the app “{name}” is used by {}", users.join(", ")))
}
