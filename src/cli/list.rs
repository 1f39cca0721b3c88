//! `list`: the profiles, without their secrets.

use super::output::machine::{self, Today};
use super::output::{Paint, Table};
use super::session::{Cx, Outcome};
use crate::domain::freshness;
use crate::domain::hints::Hints;
use crate::domain::profile::Profile;
use crate::domain::standing;
use crate::domain::text::visible_within;
use crate::domain::time::age;
use crate::domain::verdict::Cause;
use crate::failure::Failure;
use crate::ops::snapshot::Snapshot;

/// List profiles: account, app, what each may do and how it stands
///
/// QUERY finds parts of names, handles, apps and tags; several words must all be found. No secret is shown. Ends
/// with exit code 1 when a QUERY or --tag finds nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep list
  birdkeep list wiki --tag news
  birdkeep list --json | jq -r '.[] | select(.state != \"ok\").name'")]
pub(super) struct Args {
    /// Words to look for
    query: Option<String>,
    /// Only profiles with this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// For machines: an array of objects
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let open = cx.look()?;
    let (snapshot, today) = (open.session.snapshot(), Today::of(&open.world));
    let hints = snapshot.hints(today.now);
    let mut rows: Vec<&Profile> =
        snapshot.document.profiles().filter(|profile| args.wants(&snapshot, profile)).collect();
    rows.sort_by_cached_key(|profile| profile.name.key());
    if args.json {
        let facts: Vec<_> =
            rows.iter().map(|profile| machine::profile((&snapshot, &hints), profile, today)).collect();
        cx.out.json(&facts);
    } else if rows.is_empty() {
        let note = if args.asks() {
            "nothing matches"
        } else {
            "no profiles yet: birdkeep add NAME, birdkeep import FILE, or birdkeep demo to look around"
        };
        cx.out.note(note);
    } else {
        table((&snapshot, &hints), &rows, today).print(&mut cx.out);
    }
    Ok(Outcome::fine_if(!rows.is_empty() || !args.asks()))
}

impl Args {
    fn asks(&self) -> bool {
        self.tag.is_some() || self.query.as_ref().is_some_and(|query| !query.trim().is_empty())
    }

    fn wants(&self, snapshot: &Snapshot, profile: &Profile) -> bool {
        let tagged = self.tag.as_ref().is_none_or(|tag| {
            let tag = tag.trim().to_lowercase();
            profile.tags.iter().any(|own| own.key() == tag)
        });
        let app = snapshot.document.app_of(profile).map(|app| app.name.key());
        let handle = profile.handle.as_ref().map(|handle| handle.to_string().to_lowercase());
        let tags = profile.tags.iter().map(crate::domain::names::Name::key);
        let texts: Vec<String> =
            [profile.name.key()].into_iter().chain(app).chain(handle).chain(tags).collect();
        let query = self.query.as_deref().unwrap_or_default().to_lowercase();
        tagged && query.split_whitespace().all(|word| texts.iter().any(|text| text.contains(word)))
    }
}

fn table((snapshot, hints): (&Snapshot, &Hints), rows: &[&Profile], today: Today) -> Table {
    let mut table = Table::new(&["name", "account", "app", "may", "state", "checked", "tags"]);
    for profile in rows {
        let finding = snapshot.finding(profile);
        let state = snapshot.state(profile, hints);
        let app = snapshot.document.app_of(profile);
        let tags: Vec<String> = profile.tags.iter().map(ToString::to_string).collect();
        let word = match (standing::mark(&snapshot.document, profile.id.into()), finding) {
            (Some(mark), _) => mark.short(),
            (None, Some(finding)) if finding.verdict.cause == Cause::Ok => "ok",
            (None, Some(finding)) => finding.verdict.cause.row().short,
            (None, None) => {
                hints.first(&snapshot.document, profile).map_or("unknown", |hint| hint.cause.row().short)
            }
        };
        let due = freshness::due(&snapshot.document, profile.id.into(), today.otherwise, today.now);
        let due = if due.is_empty() { "" } else { ", due" };
        let may = finding.map_or("", |finding| machine::may(&finding.verdict.grant));
        table.row([
            (visible_within(profile.name.as_str(), 40), None),
            (profile.handle.as_ref().map(ToString::to_string).unwrap_or_default(), None),
            (app.map(|app| visible_within(app.name.as_str(), 24)).unwrap_or_default(), None),
            (may.to_owned(), None),
            (format!("{word}{due}"), Some(Paint::of(state))),
            (finding.map(|f| age(today.now.since(f.checked_at))).unwrap_or_default(), Some(Paint::Quiet)),
            (visible_within(&tags.join(", "), 40), Some(Paint::Quiet)),
        ]);
    }
    table
}
