//! `set`: one value or property of a profile or an app.

use super::names::lines;
use super::names::properties::{Settable, settable};
use super::session::{Cx, Outcome};
use super::{input, names};
use crate::domain::credential::Origin;
use crate::domain::document::Document;
use crate::domain::edit;
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::id::Owner;
use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};

/// Set one value or property of a profile or an app
///
/// The value comes from a hidden prompt, or from standard input when that is not a terminal; one trailing newline is
/// trimmed. The value replaced goes into history. FIELD is one of the nine values or a
/// property: `handle`, `user_id`, `app`, `needs`, `tags`, `deployed` of a profile, `permission`, `callback_url`,
/// `rotation_days` of an app, `notes` of either.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep set wiki-daily access_token
  birdkeep get old api_secret | birdkeep set app:bots-prod api_secret
  echo post,media | birdkeep set wiki-daily needs
  echo poster | birdkeep set wiki-daily needs
  birdkeep set wiki-daily notes --clear")]
pub(super) struct Args {
    /// A profile or an app
    name: String,
    /// Which value or property
    field: String,
    /// Remove it instead
    #[arg(long)]
    clear: bool,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    one(cx, None, (&args.name, &args.field), args.clear)
}

/// Sets or clears one thing of `name`, which may have to be an app.
pub(super) fn one(
    cx: &mut Cx,
    kind: Option<OwnerKind>,
    (name, word): (&str, &str),
    clear: bool,
) -> Result<Outcome, Failure> {
    // A mistyped word is told before the passphrase is asked for.
    settable(word, OwnerKind::Profile).or_else(|_| settable(word, OwnerKind::App))?;
    let mut open = cx.open()?;
    let document = open.session.document();
    let owner = match kind {
        Some(OwnerKind::App) => names::app(document, name)?.into(),
        _ => names::owner(document, name)?,
    };
    let found = settable(word, names::kind_of(owner))?;
    let holder = match found {
        Settable::Field(field) => names::holder(document, owner, field)?,
        Settable::Property(_) => owner,
    };
    let now = open.world.clock.now();
    let edits = match found {
        Settable::Field(field) if clear => {
            edit::set_fields(document, holder, [(field, None)], Origin::Edit, now)
        }
        Settable::Property(row) if clear => row.edits(document, owner, None)?,
        found => {
            let given = asked(found)?;
            if given.expose().trim().is_empty() {
                return Err(empty(word));
            }
            lines::edits(&mut cx.out, document, owner, &[(found, given)], now)?
        }
    };
    if edits.is_empty() {
        cx.out.note("it is like that already; nothing was changed");
        return Ok(Outcome::Fine);
    }
    open.save(&edits)?;
    cx.out.note(&done(open.session.document(), holder, found, clear));
    Ok(Outcome::Fine)
}

fn asked(found: Settable) -> Result<Secret, Failure> {
    match found {
        Settable::Field(field) => input::value(field.row().label),
        Settable::Property(row) => input::value(&format!("{} ({})", row.word, row.doc)),
    }
}

fn done(document: &Document, owner: Owner, found: Settable, clear: bool) -> String {
    let name = names::shown_name(document, owner);
    let label = match found {
        Settable::Field(field) => field.row().label,
        Settable::Property(row) => row.word,
    };
    let print = match found {
        Settable::Field(field) => print(document, owner, field),
        Settable::Property(_) => String::new(),
    };
    if clear { format!("“{name}”: {label} removed") } else { format!("“{name}”: {label} set{print}") }
}

fn print(document: &Document, owner: Owner, field: Field) -> String {
    let print = document.slot(owner, field).map(|slot| document.fingerprints.of(&slot.secret).short());
    print.map_or_else(String::new, |print| format!(", #{print}"))
}

fn empty(word: &str) -> Failure {
    Failure::new(
        Kind::Usage,
        "nothing was changed",
        "no value was given",
        format!("give one; “birdkeep set NAME {} --clear” removes what is there", names::shown(word)),
    )
}
