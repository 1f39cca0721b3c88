//! The board: what every bot may do and should, how fresh that is, what is due. All at one glance.

use std::collections::BTreeSet;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use super::panes::{inside, rows};
use super::{Main, fields, list};
use crate::domain::fields::Field;
use crate::domain::id::ProfileId;
use crate::domain::needs::{Answer, NEEDS, Need};
use crate::domain::permission::Grant;
use crate::domain::text::visible_within;
use crate::domain::time::age;
use crate::tui::ctx::Ctx;
use crate::tui::roster::is_stale;
use crate::tui::widgets::boxed::row;
use crate::tui::widgets::text::{cells, padded};

/// Draws the board.
pub(super) fn view(main: &Main, ctx: &Ctx, frame: &mut Frame, pane: Rect, borders: bool) {
    let theme = &ctx.theme;
    let area = inside(pane, borders);
    let width = usize::from(area.width);
    let name = (width / 4).clamp(8, 24);
    let needs = shown(ctx, width.saturating_sub(3 + name + 1 + 7 + 8));
    let mut head = format!(
        "   {} {} {}",
        padded("name".to_owned(), name),
        padded("checked".to_owned(), 7),
        padded("oldest".to_owned(), 7)
    );
    for need in &needs {
        head.push(' ');
        head.push_str(need.row().word);
    }
    frame.render_widget(Line::from(Span::styled(head, theme.dim)), row(area, 0));
    if borders && main.filter.input.is_empty() && !main.filter.typing {
        legend(ctx, frame, pane);
    }
    let roll = &main.profiles.roll;
    let area = rows(pane, borders);
    for (y, index) in (0..area.height).zip(roll.window(area.height.into())) {
        let Some(id) = roll.ids().get(index) else { continue };
        let at = row(area, y);
        frame.render_widget(line(main, ctx, *id, name, &needs), at);
        list::light(main, ctx, frame, at, index == roll.index(), name);
    }
}

/// What the glyphs mean, in the pane's last line.
fn legend(ctx: &Ctx, frame: &mut Frame, pane: Rect) {
    let theme = &ctx.theme;
    let glyphs = theme.glyphs;
    let part = |glyph: &str, style, text: &str| {
        [Span::styled(format!(" {glyph} "), style), Span::styled(format!("{text} "), theme.dim)]
    };
    let spans: Vec<Span> = [
        part(glyphs.ok, theme.good, "may"),
        part(glyphs.failed, theme.bad, "may not, and should"),
        part("?", theme.warn, "not known"),
        part(glyphs.dot, theme.dim, "may, nobody asks for it"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let line = Line::from(spans);
    let width = u16::try_from(line.width()).unwrap_or(u16::MAX);
    if width + 4 > pane.width {
        return;
    }
    let at = Rect { x: pane.right() - width - 2, y: pane.bottom().saturating_sub(1), width, height: 1 };
    frame.render_widget(Clear, at);
    frame.render_widget(line, at);
}

/// The needs there is room for: those that some bot has, the rest after them.
fn shown(ctx: &Ctx, room: usize) -> Vec<Need> {
    let Some(snapshot) = &ctx.snapshot else { return Vec::new() };
    let mut wanted = BTreeSet::new();
    for profile in snapshot.document.profiles() {
        wanted.extend(profile.needs.iter().copied());
        if wanted.len() == NEEDS.len() {
            break;
        }
    }
    let rest = NEEDS.iter().map(|row| row.need).filter(|need| !wanted.contains(need));
    let mut left = room;
    wanted
        .iter()
        .copied()
        .chain(rest)
        .take_while(|need| {
            let cells = cells(need.row().word) + 1;
            let fits = cells <= left;
            left = left.saturating_sub(cells);
            fits
        })
        .collect()
}

fn line(main: &Main, ctx: &Ctx, id: ProfileId, name: usize, needs: &[Need]) -> Line<'static> {
    let theme = &ctx.theme;
    let glyphs = theme.glyphs;
    let mark = if main.profiles.marks.contains(&id) { glyphs.mark } else { " " };
    let mut spans = vec![Span::styled(format!(" {mark} "), theme.accent)];
    let profile = ctx.snapshot.as_ref().and_then(|snapshot| Some((snapshot, snapshot.document.profile(id)?)));
    let Some((snapshot, profile)) = profile else { return Line::from(spans) };
    let finding = ctx.roster.finding(snapshot, id);
    spans.push(Span::styled(padded(visible_within(profile.name.as_str(), name), name + 1), theme.base));
    let (seen, style) = match finding {
        Some(finding) if is_stale(finding, ctx.moment, &ctx.settings) => {
            (age(ctx.moment.now.since(finding.checked_at)), theme.warn)
        }
        Some(finding) => (age(ctx.moment.now.since(finding.checked_at)), theme.dim),
        None => ("never".to_owned(), theme.dim),
    };
    spans.push(Span::styled(padded(seen, 8), style));
    let days = fields::oldest(ctx, id.into());
    let due = fields::anything_due(ctx, id.into());
    let old =
        days.map(|days| format!("{days} d{}", if due { format!(" {}", glyphs.due) } else { String::new() }));
    let style = if due { theme.warn } else { theme.dim };
    spans.push(Span::styled(padded(old.unwrap_or_else(|| glyphs.none.to_owned()), 7), style));
    let grant = finding.map_or(&Grant::Nothing, |finding| &finding.verdict.grant);
    let bearer = snapshot.document.slot(id.into(), Field::BearerToken).is_some();
    for need in needs {
        let wanted = profile.needs.contains(need);
        let answer = finding.map(|_| need.answer(grant, bearer));
        let (glyph, style) = match (wanted, answer) {
            (true, Some(Answer::Yes)) => (glyphs.ok, theme.good),
            (true, Some(Answer::No)) => (glyphs.failed, theme.bad),
            (true, Some(Answer::Unknown) | None) => ("?", theme.warn),
            // It could, but nobody wants it to.
            (false, Some(Answer::Yes)) => (glyphs.dot, theme.dim),
            (false, _) => (" ", theme.dim),
        };
        let cells = cells(need.row().word);
        spans.push(Span::raw(" "));
        spans.push(Span::styled(format!("{glyph:^cells$}"), style));
    }
    Line::from(spans)
}
