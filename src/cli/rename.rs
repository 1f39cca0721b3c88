//! `rename`: another name for a profile or an app.

use super::names;
use super::session::{Cx, Outcome};
use crate::domain::edit::{Edit, Property};
use crate::failure::{Failure, Kind};

/// Give a profile or an app another name
///
/// Everything else about it stays, history too.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep rename wiki wiki-daily
  birdkeep rename app:bots bots-prod")]
pub(super) struct Args {
    /// A profile or an app
    name: String,
    /// Its new name
    new: String,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let new = names::new_name(&args.new)?;
    let mut open = cx.open()?;
    let document = open.session.document();
    let owner = names::owner(document, &args.name)?;
    let old = document.name_of(owner).cloned().ok_or_else(|| {
        Failure::new(Kind::Found, "it is not there any more", "somebody removed it", "birdkeep list")
    })?;
    // Only the letters' case may change under the same name.
    if old.key() != new.key() {
        names::free_name(document, names::kind_of(owner), args.new.as_str())?;
    }
    let edit = Edit::SetProperty { owner, was: Property::Name(old.clone()), to: Property::Name(new.clone()) };
    open.save(&[edit])?;
    cx.out.note(&format!("“{}” is called “{}” now", names::shown(old.as_str()), names::shown(new.as_str())));
    Ok(Outcome::Fine)
}
