//! `revoke`: kills tokens at X and puts nothing in their place.

use super::input;
use super::names;
use super::output::{Out, Paint, mid};
use super::session::{Cx, Outcome};
use crate::domain::document::Document;
use crate::domain::fields::{CREDENTIALS, Credential, Field};
use crate::domain::id::Owner;
use crate::domain::phrase::counted;
use crate::domain::text::{visible, visible_within};
use crate::failure::{Failure, Kind};
use crate::ops::console;
use crate::ops::revoke::{self, Fate, Plan, Target, Told};

/// How many lines of what dies are shown before the question.
const SHOWN: usize = 50;

/// Kill tokens at X: one credential, all of one profile, or every token of an app
///
/// For a token that has leaked. There is no way back: what runs with it stops, and works again after a new login only.
/// Every token is asked about and told, whatever becomes of the others; what X refuses or does not answer stays in the
/// vault. What X kills by no API is listed with the page of its console. The dead values are kept in the history.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep revoke wiki-daily
  birdkeep revoke wiki-daily access
  birdkeep revoke bots-prod bearer
  birdkeep revoke --app bots-prod --confirm bots-prod      (everything, for scripts)

Ends with exit code 1 when a token was not revoked, or X did not say.")]
pub(super) struct Args {
    /// A profile, or an app with the credential
    #[arg(required_unless_present = "app", conflicts_with = "app")]
    name: Option<String>,
    /// One credential: access, oauth2 or bearer, or the field it is known by
    what: Option<String>,
    /// Every token of this app and of its profiles
    #[arg(long, value_name = "APP")]
    app: Option<String>,
    /// The name once more, as consent
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let mut open = cx.open()?;
    let document = open.session.document();
    let target = target(args, document)?;
    let plan = revoke::plan(document, target);
    let name = names::shown_name(document, target.owner());
    by_hand(&mut cx.out, &plan);
    if plan.items.is_empty() {
        cx.out.note(&format!("X can be asked to kill nothing of “{name}”"));
        return Ok(Outcome::Found);
    }
    announce(&mut cx.out, &plan);
    let this =
        format!("X is asked to kill {}; what runs with them stops", counted(plan.items.len(), "credential"));
    input::typed_name(&mut cx.out, args.confirm.as_deref(), &this, &name)?;
    if let Some(banner) = &open.world.banner {
        cx.out.note(banner);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        let because = format!("the system answered: {}", error.kind());
        Failure::new(Kind::Network, "nothing could be asked", because, "try again")
    })?;
    let out = std::cell::RefCell::new(&mut cx.out);
    let tell = |told: &Told| line(&mut out.borrow_mut(), told);
    let report = runtime.block_on(revoke::revoke(&open.world, open.session.clone(), plan, tell))?;
    open.session = report.session;
    for failure in &report.unsaved {
        cx.out.failure(failure);
    }
    let left = report.told.iter().filter(|told| !told.is_dead()).count();
    if left > 0 {
        let left = counted(left, "credential");
        cx.out.note(&format!("{left} not revoked, or not known to be: the same command asks again"));
    }
    Ok(Outcome::fine_if(left == 0 && report.unsaved.is_empty()))
}

fn target(args: &Args, document: &Document) -> Result<Target, Failure> {
    if let Some(app) = &args.app {
        return names::app(document, app).map(Target::App);
    }
    let owner = names::owner(document, args.name.as_deref().unwrap_or_default())?;
    match (&args.what, owner) {
        (Some(word), _) => {
            let credential = credential(word)?;
            let field = credential.fields().first().copied().unwrap_or(Field::BearerToken);
            Ok(Target::Credential(names::holder(document, owner, field)?, credential))
        }
        (None, Owner::Profile(id)) => Ok(Target::Profile(id)),
        (None, Owner::App(_)) => {
            let name = names::shown_name(document, owner);
            Err(Failure::new(
                Kind::Usage,
                format!("“{name}” is an app"),
                "it is not said whether its bearer token is meant, or every token of it and of its profiles",
                format!("birdkeep revoke {name} bearer, or birdkeep revoke --app {name}"),
            ))
        }
    }
}

/// A credential by its word, or by the word of one of its fields.
fn credential(word: &str) -> Result<Credential, Failure> {
    let word = word.trim().to_ascii_lowercase();
    let by_field = || Field::parse(&word).map(Field::credential);
    Credential::parse(&word).or_else(by_field).ok_or_else(|| {
        let words: Vec<&str> = CREDENTIALS.iter().map(|row| row.word).collect();
        Failure::new(
            Kind::Usage,
            format!("there is no credential “{}”", names::shown(&word)),
            format!("the words are {}, and those of the fields", words.join(", ")),
            "birdkeep revoke NAME access",
        )
    })
}

/// What X kills by no API.
fn by_hand(out: &mut Out, plan: &Plan) {
    for one in &plan.by_hand {
        let (name, label) = (visible_within(&one.name, 64), mid(one.credential.row().label));
        let page = console::page(one.credential).map(|page| page.url).unwrap_or_default();
        out.note(&format!("by hand: X kills the {label} of “{name}” by no API: regenerate it in {page}"));
    }
}

fn announce(out: &mut Out, plan: &Plan) {
    for item in plan.items.iter().take(SHOWN) {
        let row = item.row();
        let (request, signed) = row.map_or(("", ""), |row| (row.request, row.signed));
        out.note(&format!("  {}  ({request}, {signed})", visible(&item.label())));
    }
    if plan.items.len() > SHOWN {
        out.note(&format!("  … and {} more", plan.items.len() - SHOWN));
    }
}

/// One result, as it comes.
fn line(out: &mut Out, told: &Told) {
    let (word, paint, failure) = match &told.fate {
        Fate::Dead => ("dead", Paint::Fine, None),
        Fate::Gone(_) => ("dead already", Paint::Fine, None),
        Fate::Alive(failure) => ("NOT REVOKED", Paint::Failed, Some(failure)),
        Fate::Unclear(failure) => ("not known", Paint::Attention, Some(failure)),
    };
    let word = out.paint(paint, word);
    out.line(&format!("{word}  {}", visible(&told.item.label())));
    if let Some(failure) = failure {
        out.line(&format!("  {}", failure.what));
        out.line(&format!("  because: {}", failure.because));
        out.line(&format!("  try: {}", failure.try_this));
    }
    // Whoever watches sees it now; trouble with writing is told at the end.
    let _ = out.finish();
}
