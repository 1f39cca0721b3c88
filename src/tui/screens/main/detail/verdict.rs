//! The verdict in three lines and its next step.

use std::collections::BTreeSet;

use ratatui::text::{Line, Span};

use super::{Item, Pieces};
use crate::domain::hints::Hint;
use crate::domain::phrase::ago;
use crate::domain::profile::Profile;
use crate::domain::standing::Mark;
use crate::domain::text::visible_within;
use crate::domain::verdict::{AppFinding, Cause, Remedy, State};
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
        let void = snapshot.findings.profiles.contains_key(&profile.id);
        let when =
            if void { "changed since it was last checked" } else { "never checked: nothing is known yet" };
        let Some(hint) = ctx.roster.hint(snapshot, profile.id) else {
            list.line(Line::from(vec![
                Span::styled(format!("{} ", theme.glyphs.unknown), theme.dim),
                Span::styled(when, theme.base),
            ]));
            let check = "check it (Enter or c): three requests at most, nothing is changed at X";
            return list.pair(Some(Item::NextStep), "Next step", check, theme.accent);
        };
        hinted(ctx, hint, list);
        return next(list, hint.cause, hint.remedy, &remedied(ctx, profile, hint.remedy));
    };
    let (cause, remedy) = (finding.verdict.cause, finding.verdict.remedy());
    told(list, ctx, (finding.verdict.state(), cause.row().what), &finding.verdict.because());
    let seen = ago(ctx.moment.now.since(finding.checked_at));
    let old = is_stale(finding, ctx.moment, &ctx.settings);
    let text =
        if old { format!("  checked {seen}: worth another look") } else { format!("  checked {seen}") };
    list.line(Line::from(Span::styled(text, if old { theme.warn } else { theme.dim })));
    if let Some(tried) = finding.tried {
        let text = format!("asked again {}: {}", ago(ctx.moment.now.since(tried.at)), tried.cause.row().what);
        for text in wrapped(&text, list.width.saturating_sub(2).max(1)) {
            list.line(Line::from(Span::styled(format!("  {text}"), theme.warn)));
        }
    }
    next(list, cause, remedy, &remedied(ctx, profile, remedy));
}

/// What stored values tell by themselves.
pub(super) fn hinted(ctx: &Ctx, hint: &Hint, list: &mut Pieces) {
    told(list, ctx, (hint.state(), hint.cause.row().what), &hint.evidence);
    let text = "  seen in what is stored: X was not asked yet";
    list.line(Line::from(Span::styled(text, ctx.theme.dim)));
}

/// What X said of an app's own values, where it is not all well.
pub(super) fn of_app(ctx: &Ctx, finding: &AppFinding, list: &mut Pieces) {
    let causes: BTreeSet<Cause> = [Some(finding.keys), finding.bearer].into_iter().flatten().collect();
    let wrong: Vec<_> = causes.into_iter().filter(|cause| cause.row().state != State::Ok).collect();
    // Both were seen in the same answers: those stand below the last.
    if let Some((last, others)) = wrong.split_last() {
        for cause in others {
            happened(list, ctx, (cause.row().state, cause.row().what));
        }
        told(list, ctx, (last.row().state, last.row().what), &finding.evidence.join("; "));
        let text = format!("  checked {}", ago(ctx.moment.now.since(finding.checked_at)));
        list.line(Line::from(Span::styled(text, ctx.theme.dim)));
        list.gap();
    }
}

/// What happened, and because of what.
fn told(list: &mut Pieces, ctx: &Ctx, what: (State, &str), because: &str) {
    happened(list, ctx, what);
    for text in wrapped(because, list.width.saturating_sub(2).max(1)) {
        list.line(Line::from(Span::styled(format!("  {text}"), ctx.theme.base)));
    }
}

fn happened(list: &mut Pieces, ctx: &Ctx, (state, what): (State, &str)) {
    let theme = &ctx.theme;
    let (glyph, style) = theme.state(state);
    for (number, text) in wrapped(what, list.width.saturating_sub(2).max(1)).into_iter().enumerate() {
        let lead = if number == 0 { format!("{glyph} ") } else { "  ".to_owned() };
        list.line(Line::from(vec![Span::styled(lead, style), Span::styled(text, style.patch(theme.title))]));
    }
}

/// The next step, and the keys that take it.
fn next(list: &mut Pieces, cause: Cause, remedy: Remedy, does: &str) {
    let row = cause.row();
    let opens = matches!(remedy, Remedy::OpenPage | Remedy::RaisePermission);
    let enter = (remedy != Remedy::Nothing).then(|| match row.link.filter(|_| opens) {
        Some(link) => format!("Enter or o: {link}"),
        None => format!("Enter {does}"),
    });
    let link = row.link.filter(|_| !opens && remedy != Remedy::Nothing).map(|link| format!("o: {link}"));
    let keys: Vec<String> = enter.into_iter().chain(link).collect();
    let keys = if keys.is_empty() { String::new() } else { format!("  ({})", keys.join("; ")) };
    list.pair(Some(Item::NextStep), "Next step", &format!("{}{keys}", row.try_this), list.theme.accent);
}

/// What Enter does about it. Of an app that is named, since the profile is on screen.
fn remedied(ctx: &Ctx, profile: &Profile, remedy: Remedy) -> String {
    let app = ctx.snapshot.as_ref().and_then(|snapshot| snapshot.document.app_of(profile));
    match app.filter(|_| remedy.row().of_app) {
        Some(app) => format!("{} of “{}”", remedy.row().does, visible_within(app.name.as_str(), 24)),
        None => remedy.row().does.to_owned(),
    }
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
