//! One app, and the bots that hang on it.

use ratatui::text::{Line, Span};

use super::super::fields;
use super::{Item, Pieces, value, verdict};
use crate::domain::id::AppId;
use crate::domain::permission::Level;
use crate::domain::profile::Profile;
use crate::domain::standing;
use crate::domain::text::{visible, visible_within};
use crate::domain::verdict::State;
use crate::tui::ctx::Ctx;
use crate::tui::widgets::text::padded;

/// Its settings, its values, its bots.
pub(super) fn pieces(ctx: &Ctx, id: AppId, list: &mut Pieces) {
    let Some(snapshot) = &ctx.snapshot else { return };
    let Some(app) = snapshot.document.app(id) else { return };
    let theme = &ctx.theme;
    if let Some(mark) = standing::mark(&snapshot.document, id.into()) {
        verdict::marked(ctx, mark, list);
    }
    for hint in ctx.roster.hints_on(id) {
        verdict::hinted(ctx, hint, list);
    }
    if let Some(finding) = snapshot.app_finding(id) {
        verdict::of_app(ctx, finding, list);
    }
    let down = standing::down(&snapshot.document, id).len();
    if down > 0 {
        let bots = if down == 1 { "1 bot needs".to_owned() } else { format!("{down} bots need") };
        list.line(Line::from(Span::styled(format!("{bots} a new login: R goes on"), theme.bad)));
        list.gap();
    }
    let permission = app.permission.map_or("not written down", Level::label);
    list.pair(None, "Console", permission, if app.permission.is_some() { theme.base } else { theme.dim });
    if let Some(url) = &app.callback_url {
        list.pair(None, "Callback", &visible(url), theme.base);
    }
    list.pair(None, "Rotation", &format!("due after {} days", app.rotation_days), theme.dim);
    list.gap();
    for place in fields::used(ctx, id.into()) {
        value::pieces(ctx, place, list);
    }
    list.gap();
    for (number, line) in app.notes.lines().enumerate() {
        let label = if number == 0 { "Notes" } else { "" };
        list.pair(None, label, &visible(line), theme.base);
    }
    list.gap();
    let bots = bots(ctx, id);
    let title = match bots.len() {
        0 => "no bot hangs on this app".to_owned(),
        1 => "1 bot stops when this app's keys do".to_owned(),
        count => format!("{count} bots stop when this app's keys do"),
    };
    list.line(Line::from(Span::styled(title, theme.title)));
    for profile in bots {
        let state = ctx.roster.state(profile.id);
        let (glyph, style) = theme.state(state);
        let word = ctx
            .roster
            .finding(snapshot, profile.id)
            .map_or("never checked", |finding| finding.verdict.cause.row().short);
        let name = list.width.saturating_sub(20).clamp(8, 32);
        let line = Line::from(vec![
            Span::styled(format!("{glyph} "), style),
            Span::styled(padded(visible_within(profile.name.as_str(), name), name), theme.base),
            Span::styled(format!(" {word}"), if state == State::Ok { theme.dim } else { style }),
        ]);
        list.item(Item::Bot(profile.id), line);
    }
}

/// The bots that hang on an app, those that need somebody first.
pub(in super::super) fn bots(ctx: &Ctx, id: AppId) -> Vec<&Profile> {
    let Some(snapshot) = &ctx.snapshot else { return Vec::new() };
    let mut bots: Vec<&Profile> =
        snapshot.document.profiles_by_name().filter(|profile| profile.app == Some(id)).collect();
    bots.sort_by_key(|profile| ctx.roster.state(profile.id));
    bots
}
