//! One profile.

use ratatui::text::Span;

use super::super::fields;
use super::{Item, Pieces, value, verdict};
use crate::domain::ability::{Ability, Holdings, May};
use crate::domain::actions::{ACTIONS, Action};
use crate::domain::custody::{self, Standing};
use crate::domain::document::Document;
use crate::domain::fields::Credential;
use crate::domain::id::ProfileId;
use crate::domain::names::Name;
use crate::domain::phrase::counted;
use crate::domain::profile::{Oauth2Grant, Profile};
use crate::domain::text::visible;
use crate::domain::time::age;
use crate::domain::verdict::Account;
use crate::tui::ctx::Ctx;
use crate::tui::theme::Theme;

/// The verdict, who it is, what it may do and should, its values, and what was written down about it.
pub(super) fn pieces(ctx: &Ctx, id: ProfileId, list: &mut Pieces) {
    let Some(snapshot) = &ctx.snapshot else { return };
    let Some(profile) = snapshot.document.profile(id) else { return };
    let theme = &ctx.theme;
    verdict::pieces(ctx, profile, list);
    list.gap();
    let answered = ctx.roster.finding(snapshot, id).and_then(|finding| finding.verdict.account.as_ref());
    list.spans(None, "Account", account(profile, answered, theme));
    match snapshot.document.app_of(profile) {
        Some(app) => {
            let bots = snapshot.profiles_of(app.id);
            let noun = if bots == 1 { "profile" } else { "profiles" };
            let spans = vec![
                Span::styled(visible(app.name.as_str()), theme.base),
                Span::styled(format!(" ({bots} {noun})"), theme.dim),
            ];
            list.spans(Some(Item::App(app.id)), "App", spans);
        }
        None => list.pair(None, "App", "none chosen: edit the profile (e)", theme.warn),
    }
    let held = ctx.roster.holdings(snapshot, profile);
    list.pair(None, "May", &may(&held), theme.base);
    needs(profile, &held, list);
    list.gap();
    for place in fields::used(ctx, id.into()) {
        value::pieces(ctx, place, list);
    }
    // What a dead grant allowed is of no use any more.
    let held = Credential::Oauth2.fields().iter().any(|field| profile.held.slot(*field).is_some());
    if let Some(grant) = profile.oauth2.as_ref().filter(|_| held) {
        list.pair(None, "OAuth 2.0", &oauth2(ctx, profile, grant), theme.base);
        refresh(profile, &snapshot.document, list);
        let scopes = grant.scopes.iter().map(|scope| Span::styled(visible(scope), theme.dim));
        if !grant.scopes.is_empty() {
            list.flow("Scopes", scopes.collect());
        }
    }
    list.gap();
    written(profile, list);
    if let Some(at) = snapshot.runs.get(&id) {
        let text = match age(ctx.moment.now.since(*at)).as_str() {
            "now" => "just now, on this machine".to_owned(),
            age => format!("{age} ago, on this machine"),
        };
        list.pair(None, "Last run", &text, theme.base);
    }
}

fn account(profile: &Profile, answered: Option<&Account>, theme: &Theme) -> Vec<Span<'static>> {
    let mut spans = match (&profile.handle, answered) {
        (Some(handle), _) => vec![Span::styled(handle.to_string(), theme.base)],
        (None, Some(account)) => vec![
            Span::styled(account.handle.to_string(), theme.base),
            Span::styled(", as X answered: none is stored", theme.dim),
        ],
        (None, None) => vec![Span::styled("no handle", theme.dim)],
    };
    if let Some(id) = &profile.user_id {
        spans.push(Span::styled(
            format!(" {} {}", theme.glyphs.dot, shortened(id.as_str(), theme)),
            theme.dim,
        ));
    }
    spans
}

/// The first and last four digits of a long id.
fn shortened(id: &str, theme: &Theme) -> String {
    match (id.get(..4), id.get(id.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) if id.len() > 10 => format!("{head}{}{tail}", theme.glyphs.ellipsis),
        _ => id.to_owned(),
    }
}

/// What its credentials carry, in the console's words, and how much of the board that is.
fn may(held: &Holdings) -> String {
    let may = Action::all().filter(|action| held.ability(*action).may == May::Yes).count();
    match held.carries() {
        Ok(carries) => format!("{carries}: {may} of {} actions (3)", ACTIONS.len()),
        Err(why) => why,
    }
}

/// What it is meant to do: in one row what needs no word more, then the rest with what is lacking or forbidden.
fn needs(profile: &Profile, held: &Holdings, list: &mut Pieces) {
    let theme = list.theme;
    let (mut row, mut rest) = (Vec::new(), Vec::<(String, Ability)>::new());
    for need in &profile.needs {
        let (label, ability) = (need.row().label, held.serves(*need));
        match ability.may {
            May::Yes => row.push(Span::styled(format!("{} {label}", theme.glyphs.ok), theme.good)),
            May::Unknown => row.push(Span::styled(format!("? {label}"), theme.dim)),
            // Why X refuses it is the verdict above.
            May::No if ability.is_refused() => {
                row.push(Span::styled(format!("{} {label}", theme.glyphs.failed), theme.bad));
            }
            May::No | May::Banned => match rest.iter_mut().find(|(_, other)| *other == ability) {
                Some((labels, _)) => labels.extend([", ", label]),
                None => rest.push((label.to_owned(), ability)),
            },
        }
    }
    let mut label = "Needs";
    if !row.is_empty() {
        list.flow(label, row);
        label = "";
    }
    for (what, ability) in rest {
        let (glyph, style) = match ability.may {
            May::Banned => (theme.glyphs.banned, theme.warn),
            _ => (theme.glyphs.failed, theme.bad),
        };
        list.pair(None, label, &format!("{glyph} {what}: {}", ability.reason()), style);
        label = "";
    }
}

/// How many scopes, and until when the access token lives.
fn oauth2(ctx: &Ctx, profile: &Profile, grant: &Oauth2Grant) -> String {
    let count = grant.scopes.len();
    let scopes = counted(count, "scope");
    let Some(expires) = custody::expires_at(profile) else { return scopes };
    let left = expires.since(ctx.moment.now);
    if left <= 0 {
        return format!("{scopes}, the access token has expired");
    }
    let (hours, minutes) = (left / 3_600, left % 3_600 / 60);
    let span = if hours > 0 { format!("{hours} h {minutes:02} m") } else { format!("{minutes} m") };
    format!("{scopes}, expires in {span}")
}

/// How the refresh token stands, where that is worth a word, and the next step.
fn refresh(profile: &Profile, document: &Document, list: &mut Pieces) {
    let theme = list.theme;
    let Some(known) = custody::of(profile, &document.fingerprints) else {
        let text = "none: somebody has to log in again when the access token ends (a)";
        return list.pair(None, "Refresh", text, theme.warn);
    };
    let (label, next) = match known.standing.row() {
        Some(row) => (format!("{}: {}", row.label, row.doc), row.next),
        None => ("a newer birdkeep has something to say about it".to_owned(), Some("update birdkeep")),
    };
    let Some(next) = next else { return };
    let again = known.standing == Standing::Reauth;
    list.pair(None, "Refresh", &label, if again { theme.bad } else { theme.warn });
    let key = if again { " (a)" } else { "" };
    list.pair(None, "", &format!("{next}{key}"), theme.accent);
}

/// Tags, places and notes.
fn written(profile: &Profile, list: &mut Pieces) {
    let theme = list.theme;
    if !profile.tags.is_empty() {
        let tags: Vec<&str> = profile.tags.iter().map(Name::as_str).collect();
        list.pair(None, "Tags", &visible(&tags.join(", ")), theme.base);
    }
    for (number, place) in profile.deployed.iter().enumerate() {
        let label = if number == 0 { "Deployed" } else { "" };
        list.pair(None, label, &visible(place), theme.base);
    }
    for (number, line) in profile.notes.lines().enumerate() {
        let label = if number == 0 { "Notes" } else { "" };
        list.pair(None, label, &visible(line), theme.base);
    }
}
