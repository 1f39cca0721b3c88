//! The verdict in three lines and its next step.

use ratatui::text::{Line, Span};

use super::{Item, Pieces};
use crate::domain::profile::Profile;
use crate::domain::standing::Mark;
use crate::domain::time::age;
use crate::domain::verdict::{Cause, State};
use crate::tui::ctx::Ctx;
use crate::tui::roster::is_stale;
use crate::tui::widgets::text::wrapped;

/// What happened, because of what, and when that was seen; then the next step.
pub(super) fn pieces(ctx: &Ctx, profile: &Profile, list: &mut Pieces) {
    let theme = &ctx.theme;
    let Some(snapshot) = &ctx.snapshot else { return };
    if let Some(mark) = ctx.roster.mark(profile.id) {
        marked(ctx, mark, list);
    }
    if ctx.jobs.is_checking(profile.id) {
        list.line(Line::from(vec![
            Span::styled(format!("{} ", ctx.spinner()), theme.accent),
            Span::styled("asking X", theme.base),
        ]));
        list.item(Item::NextStep, Line::from(Span::styled("  the verdict comes by itself", theme.dim)));
        return;
    }
    let Some(finding) = ctx.roster.finding(snapshot, profile.id) else {
        let void = snapshot.findings.contains_key(&profile.id);
        let what =
            if void { "changed since it was last checked" } else { "never checked: nothing is known yet" };
        list.line(Line::from(vec![
            Span::styled(format!("{} ", theme.glyphs.unknown), theme.dim),
            Span::styled(what, theme.base),
        ]));
        next(list, "check it (c): three requests at most, nothing is changed at X");
        return;
    };
    let row = finding.verdict.cause.row();
    let (glyph, style) = theme.state(finding.verdict.state());
    let room = list.width.saturating_sub(2).max(1);
    for (number, text) in wrapped(row.what, room).into_iter().enumerate() {
        let lead = if number == 0 { format!("{glyph} ") } else { "  ".to_owned() };
        list.line(Line::from(vec![Span::styled(lead, style), Span::styled(text, style.patch(theme.title))]));
    }
    for text in wrapped(&finding.verdict.because(), room) {
        list.line(Line::from(Span::styled(format!("  {text}"), theme.base)));
    }
    let ago = age(ctx.moment.now.since(finding.checked_at));
    let ago = if ago == "now" { "just now".to_owned() } else { format!("{ago} ago") };
    let old = is_stale(finding, ctx.moment, &ctx.settings);
    let text = if old { format!("  checked {ago}: worth another look") } else { format!("  checked {ago}") };
    list.line(Line::from(Span::styled(text, if old { theme.warn } else { theme.dim })));
    if finding.verdict.state() == State::Ok && row.cause == Cause::Ok {
        next(list, "nothing to do");
    } else {
        let link = row.link.map(|link| format!("  (o: {link})")).unwrap_or_default();
        next(list, &format!("{}{link}", row.try_this));
    }
}

fn next(list: &mut Pieces, text: &str) {
    list.pair(Some(Item::NextStep), "Next step", text, list.theme.accent);
}

/// What the vault itself knows to stand against it, whatever the last check has found.
pub(super) fn marked(ctx: &Ctx, mark: Mark, list: &mut Pieces) {
    let (glyph, style) = ctx.theme.state(mark.state());
    for (number, text) in
        wrapped(&mark.sentence(), list.width.saturating_sub(2).max(1)).into_iter().enumerate()
    {
        let lead = if number == 0 { format!("{glyph} ") } else { "  ".to_owned() };
        list.line(Line::from(vec![Span::styled(lead, style), Span::styled(text, style)]));
    }
    let next = match mark {
        Mark::Dead(_) | Mark::Down(_) => "  R brings a new token, by a login",
        Mark::InDoubt(_) => "  R goes on with its rotation",
    };
    list.line(Line::from(Span::styled(next, ctx.theme.dim)));
    list.gap();
}
