//! `list`: the profiles, without their secrets.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::output::machine::{self, Today};
use super::output::{Paint, Table, matrix};
use super::session::{Cx, Outcome};
use crate::domain::freshness;
use crate::domain::hints::Hints;
use crate::domain::profile::Profile;
use crate::domain::staleness::{Urgency, is_stale};
use crate::domain::standing;
use crate::domain::text::visible_within;
use crate::domain::time::age;
use crate::domain::verdict::{Cause, Finding, State};
use crate::failure::Failure;
use crate::ops::snapshot::Snapshot;

/// List profiles: account, app, what each may do and how it stands
///
/// QUERY finds parts of names, handles, apps and tags; several words must all be found. No secret is shown, and X is not
/// asked. Ends with exit code 1 when a QUERY or an option that chooses finds nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep list
  birdkeep list wiki --tag news
  birdkeep list --state failed,attention --sort attention
  birdkeep list --matrix
  birdkeep list --json | jq -r '.[] | select(.state != \"ok\").name'")]
pub(super) struct Args {
    /// Words to look for
    query: Option<String>,
    /// Only profiles with this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// Only profiles that stand so, by the last verdict and what the vault itself knows
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = states())]
    state: Vec<State>,
    /// Only profiles without a fresh verdict: those that `check --max-age` asks about
    #[arg(long)]
    stale: bool,
    /// The order
    #[arg(long, value_enum, default_value_t = Sort::Name)]
    sort: Sort,
    /// What each may do, action by action, as far as the last check tells: X is not asked
    #[arg(long, conflicts_with = "json")]
    matrix: bool,
    /// For machines: an array of objects
    #[arg(long)]
    json: bool,
}

/// Orders of the list; what is equal stays in the order of the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Sort {
    /// By name
    Name,
    /// What needs somebody first: failed, attention, unknown, stale, ok
    Attention,
    /// What was checked longest ago first
    Checked,
}

fn states() -> impl TypedValueParser<Value = State> {
    const STATES: [State; 4] = [State::Failed, State::Attention, State::Unknown, State::Ok];
    let state = |word: String| STATES.into_iter().find(|state| state.word() == word);
    PossibleValuesParser::new(STATES.map(State::word)).map(move |word| state(word).unwrap_or(State::Unknown))
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let open = cx.look()?;
    let (snapshot, today) = (open.session.snapshot(), Today::of(&open.world));
    let hints = snapshot.hints(today.now);
    let mut rows: Vec<&Profile> = snapshot
        .document
        .profiles()
        .filter(|profile| args.wants((&snapshot, &hints), profile, today))
        .collect();
    rows.sort_by_cached_key(|profile| {
        (args.sort.rank((&snapshot, &hints), profile, today), profile.name.key())
    });
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
    } else if args.matrix {
        let rows: Vec<_> = rows.iter().map(|profile| row((&snapshot, &hints), profile)).collect();
        matrix::print(&mut cx.out, &rows);
    } else {
        table((&snapshot, &hints), &rows, today).print(&mut cx.out);
    }
    Ok(Outcome::fine_if(!rows.is_empty() || !args.asks()))
}

impl Args {
    fn asks(&self) -> bool {
        let chooses = self.tag.is_some() || self.stale || !self.state.is_empty();
        chooses || self.query.as_ref().is_some_and(|query| !query.trim().is_empty())
    }

    fn wants(&self, (snapshot, hints): (&Snapshot, &Hints), profile: &Profile, today: Today) -> bool {
        let stands = self.state.is_empty() || self.state.contains(&snapshot.state(profile, hints));
        stands && (!self.stale || today.is_stale(snapshot.finding(profile))) && self.finds(snapshot, profile)
    }

    fn finds(&self, snapshot: &Snapshot, profile: &Profile) -> bool {
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

impl Sort {
    /// What comes first has the lowest.
    fn rank(self, (snapshot, hints): (&Snapshot, &Hints), profile: &Profile, today: Today) -> i64 {
        let finding = snapshot.finding(profile);
        match self {
            Self::Name => 0,
            Self::Attention => {
                Urgency::of(snapshot.state(profile, hints), finding, today.now, today.stale_after) as i64
            }
            Self::Checked => finding.map_or(i64::MIN, |finding| finding.checked_at.unix()),
        }
    }
}

/// How long ago X was asked, and whether that is too long ago to go by.
fn checked(finding: Option<&Finding>, today: Today) -> (String, Option<Paint>) {
    let Some(finding) = finding else { return (String::new(), None) };
    let ago = age(today.now.since(finding.checked_at));
    if is_stale(finding, today.now, today.stale_after) {
        (format!("{ago}, stale"), Some(Paint::Attention))
    } else {
        (ago, Some(Paint::Quiet))
    }
}

fn table((snapshot, hints): (&Snapshot, &Hints), rows: &[&Profile], today: Today) -> Table {
    let mut table = Table::new(&["name", "account", "app", "may", "state", "checked", "tags"]);
    for profile in rows {
        let finding = snapshot.finding(profile);
        let (word, paint) = standing((snapshot, hints), profile);
        let app = snapshot.document.app_of(profile);
        let tags: Vec<String> = profile.tags.iter().map(ToString::to_string).collect();
        let due = freshness::due(&snapshot.document, profile.id.into(), today.otherwise, today.now);
        let due = if due.is_empty() { "" } else { ", due" };
        let may = finding.map_or("", |finding| machine::may(&finding.verdict.grant));
        table.row([
            (visible_within(profile.name.as_str(), 40), None),
            (profile.handle.as_ref().map(ToString::to_string).unwrap_or_default(), None),
            (app.map(|app| visible_within(app.name.as_str(), 24)).unwrap_or_default(), None),
            (may.to_owned(), None),
            (format!("{word}{due}"), Some(paint)),
            checked(finding, today),
            (visible_within(&tags.join(", "), 40), Some(Paint::Quiet)),
        ]);
    }
    table
}

/// How a profile stands, in a word or two.
fn standing((snapshot, hints): (&Snapshot, &Hints), profile: &Profile) -> (&'static str, Paint) {
    let finding = snapshot.finding(profile);
    let word = match (standing::mark(&snapshot.document, profile.id.into()), finding) {
        (Some(mark), _) => mark.short(),
        (None, Some(finding)) if finding.verdict.cause == Cause::Ok => "ok",
        (None, Some(finding)) => finding.verdict.cause.row().short,
        (None, None) => {
            hints.first(&snapshot.document, profile).map_or("unknown", |hint| hint.cause.row().short)
        }
    };
    (word, Paint::of(snapshot.state(profile, hints)))
}

fn row<'a>((snapshot, hints): (&'a Snapshot, &Hints), profile: &'a Profile) -> matrix::Row<'a> {
    let (word, paint) = standing((snapshot, hints), profile);
    let held = snapshot.holdings(profile);
    matrix::Row { profile, state: (word.to_owned(), paint), held }
}
