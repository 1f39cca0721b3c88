//! `show`: one profile or app, without its secrets.

use super::names;
use super::output::machine::{self, Today};
use super::output::{Out, Paint, Table};
use super::session::{Cx, Outcome};
use crate::domain::ability::{Holdings, May};
use crate::domain::actions::ACTIONS;
use crate::domain::app::App;
use crate::domain::document::Document;
use crate::domain::fields::{Credential, Field, OwnerKind};
use crate::domain::freshness;
use crate::domain::id::{AppId, Owner, ProfileId};
use crate::domain::phrase::{ago, counted};
use crate::domain::profile::Profile;
use crate::domain::standing;
use crate::domain::text::{visible, visible_within};
use crate::domain::time::{Time, age};
use crate::domain::verdict::{Cause, Finding, State, Verdict};
use crate::failure::Failure;
use crate::ops::refresh::{self, Held, Standing};
use crate::ops::snapshot::Snapshot;

/// Show one profile or app: everything but the secrets
///
/// In the place of a secret stands its fingerprint: the same value has the same fingerprint, and nothing else can
/// be learnt from it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep show wiki-daily
  birdkeep show app:bots-prod --json")]
pub(super) struct Args {
    /// A profile or an app
    name: String,
    /// For machines: one object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    one(cx, None, &args.name, args.json)
}

/// Shows `name`, which may have to be an app.
pub(super) fn one(cx: &mut Cx, kind: Option<OwnerKind>, name: &str, json: bool) -> Result<Outcome, Failure> {
    let open = cx.look()?;
    let (snapshot, today) = (open.session.snapshot(), Today::of(&open.world));
    let owner = match kind {
        Some(OwnerKind::App) => names::app(&snapshot.document, name)?.into(),
        _ => names::owner(&snapshot.document, name)?,
    };
    match owner {
        Owner::App(id) => app(cx, &snapshot, id, json, today),
        Owner::Profile(id) => {
            let standing = refresh::standing(&open.world, &snapshot.document, id);
            profile(cx, (&snapshot, standing.as_ref()), id, json, today);
        }
    }
    Ok(Outcome::Fine)
}

fn app(cx: &mut Cx, snapshot: &Snapshot, id: AppId, json: bool, today: Today) {
    let document = &snapshot.document;
    let Some(app) = document.app(id) else { return };
    let hints = snapshot.hints(today.now);
    if json {
        return cx.out.json(&machine::app((snapshot, &hints), app, today));
    }
    let mut table = Table::default();
    marked(&mut table, document, id.into());
    for hint in hints.on_app(id) {
        line(&mut table, "seems", &format!("{}: {}", hint.cause.row().what, hint.evidence));
    }
    if let Some(finding) = snapshot.app_finding(id) {
        let said = |(label, cause): (&str, Cause)| format!("{label}: {}", cause.row().word);
        let bearer = finding.bearer.map(|cause| ("bearer token", cause));
        let said: Vec<_> = [("keys", finding.keys)].into_iter().chain(bearer).map(said).collect();
        let when = ago(today.now.since(finding.checked_at));
        line(&mut table, "X said", &format!("{} (checked {when})", said.join(", ")));
    }
    fields(&mut table, document, id.into(), today);
    about_app(&mut table, document, app, today.now);
    heading(&mut cx.out, "app", app.name.as_str());
    table.print(&mut cx.out);
}

fn about_app(table: &mut Table, document: &Document, app: &App, now: Time) {
    let profiles: Vec<String> =
        document.profiles_of(app.id).map(|profile| profile.name.to_string()).collect();
    let used = match profiles.len() {
        0 => "by no profile".to_owned(),
        _ => visible_within(&profiles.join(", "), 400),
    };
    line(table, "permission", app.permission.map_or("not known", |level| level.label()));
    line(table, "callback URL", &app.callback_url.as_deref().map(visible).unwrap_or_default());
    line(table, "due", &format!("{} days after a value was changed", app.rotation_days));
    line(table, "used", &used);
    line(table, "notes", &visible(&app.notes));
    line(table, "added", &ago(now.since(app.created_at)));
}

fn profile(
    cx: &mut Cx,
    (snapshot, standing): (&Snapshot, Option<&Standing>),
    id: ProfileId,
    json: bool,
    today: Today,
) {
    let now = today.now;
    let document = &snapshot.document;
    let Some(profile) = document.profile(id) else { return };
    let hints = snapshot.hints(now);
    if json {
        return cx.out.json(&machine::profile_detail((snapshot, &hints), profile, today));
    }
    let finding = snapshot.finding(profile);
    let mut table = Table::default();
    marked(&mut table, document, id.into());
    let account = [
        profile.handle.as_ref().map(ToString::to_string),
        profile.user_id.as_ref().map(|id| format!("id {id}")),
    ];
    line(&mut table, "account", &account.into_iter().flatten().collect::<Vec<_>>().join(" · "));
    let app = document.app_of(profile).map(|app| {
        format!("{} ({})", visible(app.name.as_str()), counted(snapshot.profiles_of(app.id), "profile"))
    });
    line(&mut table, "app", app.as_deref().unwrap_or("none"));
    line(&mut table, "may", &may(finding, now));
    let held = snapshot.holdings(profile);
    line(&mut table, "needs", &needs(profile, &held));
    abilities(&mut table, &held);
    fields(&mut table, document, id.into(), today);
    about_profile(&mut table, profile, standing, now);
    if let Some(at) = snapshot.runs.get(&id) {
        line(&mut table, "last run", &format!("{}, on this machine", ago(now.since(*at))));
    }
    heading(&mut cx.out, "profile", profile.name.as_str());
    table.print(&mut cx.out);
    let hint = hints.first(document, profile);
    match (finding, hint) {
        (Some(finding), _) => {
            verdict(&mut cx.out, document, id, (&finding.verdict, finding.verdict.state()));
        }
        (None, Some(hint)) => verdict(&mut cx.out, document, id, (&hint.verdict(), hint.state())),
        (None, None) => {}
    }
}

fn about_profile(table: &mut Table, profile: &Profile, standing: Option<&Standing>, now: Time) {
    // What a dead grant allowed is of no use any more.
    let held = Credential::Oauth2.fields().iter().any(|field| profile.held.slot(*field).is_some());
    if let Some(grant) = profile.oauth2.as_ref().filter(|_| held) {
        let expires = grant.expires_at.map(|at| match at.since(now) {
            left if left > 0 => format!(", expires in {}", age(left)),
            left => format!(", expired {}", ago(-left)),
        });
        let scopes = visible_within(&grant.scopes.to_string(), 400);
        line(table, "OAuth 2.0", &format!("{scopes}{}", expires.unwrap_or_default()));
    }
    if let Some(standing) = standing {
        line(table, "refresh", &refreshed(standing));
    }
    let tags: Vec<String> = profile.tags.iter().map(|tag| visible(tag.as_str())).collect();
    line(table, "tags", &tags.join(", "));
    let deployed: Vec<String> = profile.deployed.iter().map(|line| visible(line)).collect();
    line(table, "deployed", &deployed.join("; "));
    line(table, "notes", &visible(&profile.notes));
    line(table, "added", &ago(now.since(profile.created_at)));
}

/// How the refresh token stands, and who uses it.
fn refreshed(standing: &Standing) -> String {
    let by = match standing.held {
        Held::Nowhere => "by the first machine that has to",
        Held::Here => "by this machine",
        Held::Elsewhere => "by another machine",
    };
    match standing.custody.standing.row() {
        Some(row) if row.next.is_none() => by.to_owned(),
        Some(row) => format!("{}: {}", row.label, row.doc),
        None => visible_within(standing.custody.standing.word(), 40),
    }
}

fn heading(out: &mut Out, kind: &str, name: &str) {
    let name = out.paint(Paint::Heading, &visible(name));
    out.line(&format!("{kind} {name}"));
}

/// A line of the table, unless there is nothing to say.
fn line(table: &mut Table, label: &str, text: &str) {
    if !text.is_empty() {
        table.row([(format!("  {label}"), Some(Paint::Quiet)), (text.to_owned(), None)]);
    }
}

/// What the vault itself knows to stand against it.
fn marked(table: &mut Table, document: &Document, owner: Owner) {
    if let Some(mark) = standing::mark(document, owner) {
        line(table, "state", &mark.sentence());
    }
}

fn fields(table: &mut Table, document: &Document, owner: Owner, today: Today) {
    let now = today.now;
    let shown = |field: &Field| match owner {
        Owner::Profile(_) => true,
        Owner::App(_) => field.held_by() == OwnerKind::App,
    };
    for field in Field::all().filter(shown) {
        let holder = document.holder(owner, field);
        let held = holder.and_then(|holder| Some((holder, document.held(holder)?)));
        let text = held.and_then(|(holder, held)| match (held.slot(field), held.dead_since(field)) {
            (Some(slot), _) => {
                let print = document.fingerprints.of(&slot.secret).short();
                let due = freshness::is_due(document, holder, slot, today.otherwise, now);
                let due = if due { "  due" } else { "" };
                Some(format!("#{print}  changed {}{due}", ago(now.since(slot.changed_at))))
            }
            (None, Some(dead)) => Some(format!("none  dead at X since {}", dead.day())),
            (None, None) => None,
        });
        line(table, field.row().word, text.as_deref().unwrap_or("–"));
    }
}

fn may(finding: Option<&Finding>, now: Time) -> String {
    finding.map_or_else(
        || "not known: never checked, or a value has changed since".to_owned(),
        |finding| {
            let when = ago(now.since(finding.checked_at));
            let again = finding.tried.map_or_else(String::new, |tried| {
                format!("; asked again {}: {}", ago(now.since(tried.at)), tried.cause.row().what)
            });
            format!("{} (checked {when}{again})", machine::may(&finding.verdict.grant))
        },
    )
}

fn needs(profile: &Profile, held: &Holdings) -> String {
    let answer = |need| match held.serves(need).may {
        May::Yes => " yes",
        May::No => " NO",
        May::Banned => " banned",
        May::Unknown => "",
    };
    let words: Vec<String> =
        profile.needs.iter().map(|need| format!("{}{}", need.row().word, answer(*need))).collect();
    words.join(", ")
}

/// What may be done, and what not and why: actions with the same reason in one line.
fn abilities(table: &mut Table, held: &Holdings) {
    let mut groups: Vec<(May, String, Vec<&str>)> = Vec::new();
    for row in ACTIONS {
        let ability = held.ability(row.action);
        let (may, reason) = (ability.may, ability.reason());
        match groups.iter_mut().find(|(other, why, _)| *other == may && *why == reason) {
            Some((.., words)) => words.push(row.word),
            None => groups.push((may, reason, vec![row.word])),
        }
    }
    groups.sort_by_key(|(may, ..)| *may);
    let mut before = None;
    for (may, reason, words) in groups {
        let label = match may {
            May::Yes => "may do",
            May::No => "may not",
            May::Unknown => "not known",
            May::Banned => "banned",
        };
        let label = if before == Some(may) { "" } else { label };
        line(table, label, &format!("{}: {reason}", words.join(" ")));
        before = Some(may);
    }
}

fn verdict(out: &mut Out, document: &Document, id: ProfileId, (verdict, state): (&Verdict, State)) {
    let row = verdict.cause.row();
    let what = out.paint(Paint::of(state), row.what);
    out.line("");
    out.line(&what);
    out.line(&format!("  because: {}", verdict.because()));
    out.line(&format!("  try: {}", row.try_this));
    if let Some(command) = verdict.remedy().command(document, id) {
        out.line(&format!("  run: {command}"));
    }
    if let Some(link) = row.link {
        out.line(&format!("  see: {link}"));
    }
}
