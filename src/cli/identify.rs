//! `identify`: which profile and field holds this value.

use super::session::{Cx, Outcome};
use super::{input, names};
use crate::domain::id::Owner;
use crate::domain::phrase::ago;
use crate::failure::Failure;
use crate::ops::identify::{Place, identify};

/// Tell which profile and field holds a value
///
/// For "is the server running the token I think it runs?". The value comes from a hidden prompt or from standard
/// input. Values that were replaced or are waiting to be verified are found too. Ends with exit code 1 when the
/// vault does not hold it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ssh server 'printenv X_ACCESS_TOKEN' | birdkeep identify
  birdkeep identify")]
pub(super) struct Args {
    /// For machines: an array of objects
    #[arg(long)]
    json: bool,
}

/// A place, for machines.
#[derive(serde::Serialize)]
struct Facts {
    kind: &'static str,
    name: String,
    field: &'static str,
    place: &'static str,
    replaced_at: Option<String>,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let open = cx.open()?;
    let value = input::value("Value")?;
    let (found, now) = (identify(open.session.document(), &value), open.world.clock.now());
    if args.json {
        let facts: Vec<Facts> = found
            .iter()
            .map(|found| {
                let (place, replaced_at) = match found.place {
                    Place::Current => ("current", None),
                    Place::Candidate => ("candidate", None),
                    Place::Replaced(at) => ("replaced", Some(at.to_string())),
                    Place::Spent => ("spent", None),
                };
                let (name, field) = (found.name.to_string(), found.field.row().word);
                Facts { kind: kind(found.owner), name, field, place, replaced_at }
            })
            .collect();
        cx.out.json(&facts);
    } else {
        for found in &found {
            let place = match found.place {
                Place::Current => "in use".to_owned(),
                Place::Candidate => "waiting to be verified".to_owned(),
                Place::Replaced(at) => format!("replaced {}", ago(now.since(at))),
                Place::Spent => "used up by a refresh".to_owned(),
            };
            let name = names::shown(found.name.as_str());
            cx.out.line(&format!("{}:{name} {} ({place})", kind(found.owner), found.field.row().word));
        }
        if found.is_empty() {
            cx.out.note("this vault does not hold that value");
        }
    }
    Ok(Outcome::fine_if(!found.is_empty()))
}

const fn kind(owner: Owner) -> &'static str {
    match owner {
        Owner::App(_) => "app",
        Owner::Profile(_) => "profile",
    }
}
