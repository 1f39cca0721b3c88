//! The board: what every bot may do, action by action, how fresh that is, what is due. All at one glance, and the cell
//! under the cursor in a sentence.

mod columns;
#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use self::columns::{CELL, Columns};
use super::panes::{inside, panes};
use super::{Main, fields, list};
use crate::domain::ability::{Ability, May};
use crate::domain::actions::Action;
use crate::domain::id::ProfileId;
use crate::domain::profile::Profile;
use crate::domain::text::{fit, visible_within};
use crate::domain::time::age;
use crate::ops::snapshot::Snapshot;
use crate::tui::ctx::Ctx;
use crate::tui::roster::is_stale;
use crate::tui::screen::Step;
use crate::tui::theme::Theme;
use crate::tui::view::areas;
use crate::tui::widgets::boxed::row;
use crate::tui::widgets::text::{cells, padded, wrapped};

/// Draws the board.
pub(super) fn view(main: &Main, ctx: &Ctx, frame: &mut Frame, pane: Rect, borders: bool) {
    let columns = Columns::new(main, room(main, pane, borders));
    columns.heads(main, &ctx.theme, frame);
    if borders && main.filter.input.is_empty() && !main.filter.typing {
        legend(&ctx.theme, frame, pane);
    }
    let roll = &main.profiles.roll;
    for (y, index) in (0..columns.rows.height).zip(roll.window(columns.rows.height.into())) {
        let Some(id) = roll.ids().get(index) else { continue };
        let (at, here) = (row(columns.rows, y), index == roll.index());
        frame.render_widget(line(main, ctx, *id, &columns), at);
        list::light(main, ctx, frame, at, here, columns.name);
        if let Some(cell) = columns.cell(main.board.index(), at).filter(|_| here) {
            frame.buffer_mut().set_style(Rect { x: cell.x + 1, width: 1, ..cell }, ctx.theme.pick);
        }
    }
    if roll.is_empty() {
        list::empty(main, ctx, frame, columns.rows);
    }
    sentence(main, ctx, frame, columns.sentence);
}

/// The rows of bots.
pub(super) fn rows(main: &Main, pane: Rect, borders: bool) -> Rect {
    Columns::new(main, room(main, pane, borders)).rows
}

/// The room inside, but for the line that a filter takes where there is no border for it.
fn room(main: &Main, pane: Rect, borders: bool) -> Rect {
    let area = inside(pane, borders);
    let filter = main.filter.typing || !main.filter.input.is_empty();
    let taken = u16::from(filter && area == pane);
    Rect { height: area.height.saturating_sub(taken), ..area }
}

impl Main {
    /// Moves the cursor of the board by `by` actions.
    pub(super) fn sideways(&mut self, by: isize, ctx: &Ctx) -> Vec<Step> {
        if let Some(areas) = areas(ctx) {
            let panes = panes(self, ctx, areas.body);
            let shown = Columns::new(self, room(self, panes.list, panes.borders)).shown.len();
            self.board.go(by, shown);
        }
        Vec::new()
    }

    /// Puts the cursor of the board on the action whose column is at `x`.
    pub(super) fn pick_action(&mut self, pane: Rect, borders: bool, x: u16) {
        let columns = Columns::new(self, room(self, pane, borders));
        if let Some(index) = columns.at(x) {
            self.board.to(index, columns.shown.len());
        }
    }
}

/// Glyph and colour of a cell. What nobody asks of a bot is quiet, and not to be able to do it is nothing at all.
const fn glyph(theme: &Theme, may: May, needed: bool) -> (&'static str, Style) {
    let glyphs = theme.glyphs;
    match (may, needed) {
        (May::Yes, true) => (glyphs.ok, theme.good),
        (May::Yes, false) => (glyphs.dot, theme.base),
        (May::No, true) => (glyphs.failed, theme.bad),
        (May::No, false) => (" ", theme.dim),
        (May::Unknown, true) => ("?", theme.warn),
        (May::Unknown, false) => ("?", theme.dim),
        (May::Banned, true) => (glyphs.banned, theme.warn),
        (May::Banned, false) => (glyphs.banned, theme.dim),
    }
}

/// Every kind of cell, what it means, and the same in a word.
const LEGEND: [(May, bool, &str, &str); 5] = [
    (May::Yes, true, "may", "may"),
    (May::Yes, false, "may, and nobody asks for it", "unasked"),
    (May::No, true, "should, and may not", "lacks it"),
    (May::Unknown, true, "not known", "unknown"),
    (May::Banned, true, "X forbids it", "banned"),
];

/// What the glyphs mean, in the pane's last line: in a word each where more have no room.
fn legend(theme: &Theme, frame: &mut Frame, pane: Rect) {
    let line = |long: bool| {
        let parts = LEGEND.iter().flat_map(|(may, needed, many, one)| {
            let (glyph, style) = glyph(theme, *may, *needed);
            let text = if long { many } else { one };
            [Span::styled(format!(" {glyph} "), style), Span::styled(format!("{text} "), theme.dim)]
        });
        Line::from(parts.collect::<Vec<_>>())
    };
    let width = |line: &Line| u16::try_from(line.width()).unwrap_or(u16::MAX);
    let Some(line) = [line(true), line(false)].into_iter().find(|line| width(line) + 4 <= pane.width) else {
        return;
    };
    let (width, y) = (width(&line), pane.bottom().saturating_sub(1));
    let at = Rect { x: pane.right() - width - 2, y, width, height: 1 };
    frame.render_widget(Clear, at);
    frame.render_widget(line, at);
}

fn line(main: &Main, ctx: &Ctx, id: ProfileId, columns: &Columns) -> Line<'static> {
    let theme = &ctx.theme;
    let mark = if main.profiles.marks.contains(&id) { theme.glyphs.mark } else { " " };
    let mut spans = vec![Span::styled(format!(" {mark} "), theme.accent)];
    let Some((snapshot, profile)) = found(ctx, id) else { return Line::from(spans) };
    let name = visible_within(profile.name.as_str(), columns.name);
    spans.push(Span::styled(padded(name, columns.name + 1), theme.base));
    if columns.checked {
        spans.push(checked(ctx, snapshot, id));
    }
    if columns.oldest {
        spans.push(oldest(ctx, id));
    }
    let held = ctx.roster.holdings(snapshot, profile);
    for index in columns.shown.clone() {
        let Some(action) = main.board.ids().get(index) else { continue };
        let (glyph, style) = glyph(theme, held.ability(*action).may, needs(profile, *action));
        spans.push(Span::styled(columns.rule(index, theme), theme.border));
        spans.push(Span::styled(padded(glyph.to_owned(), CELL - 1), style));
    }
    Line::from(spans)
}

fn found(ctx: &Ctx, id: ProfileId) -> Option<(&Snapshot, &Profile)> {
    let snapshot = ctx.snapshot.as_ref()?;
    Some((snapshot, snapshot.document.profile(id)?))
}

fn needs(profile: &Profile, action: Action) -> bool {
    profile.needs.iter().any(|need| need.actions().contains(&action))
}

fn checked(ctx: &Ctx, snapshot: &Snapshot, id: ProfileId) -> Span<'static> {
    let theme = &ctx.theme;
    let Some(finding) = ctx.roster.finding(snapshot, id) else {
        return Span::styled(padded("never".to_owned(), columns::CHECKED), theme.dim);
    };
    let stale = is_stale(finding, ctx.moment, &ctx.settings);
    let ago = age(ctx.moment.now.since(finding.checked_at));
    Span::styled(padded(ago, columns::CHECKED), if stale { theme.warn } else { theme.dim })
}

fn oldest(ctx: &Ctx, id: ProfileId) -> Span<'static> {
    let theme = &ctx.theme;
    let due = fields::anything_due(ctx, id.into());
    let text = match fields::oldest(ctx, id.into()) {
        Some(days) if due => format!("{days} d{}", theme.glyphs.due),
        Some(days) => format!("{days} d"),
        None => theme.glyphs.none.to_owned(),
    };
    Span::styled(padded(text, columns::OLDEST), if due { theme.warn } else { theme.dim })
}

/// The cell under the cursor: the action, the answer with its reason, and the request it is.
fn sentence(main: &Main, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let theme = &ctx.theme;
    let found = main.profiles.roll.at().and_then(|id| found(ctx, id));
    let (Some((snapshot, profile)), Some(action)) = (found, main.board.at()) else { return };
    let held = ctx.roster.holdings(snapshot, profile);
    let ability = held.ability(action);
    let needed = needs(profile, action);
    let (said, request) = (said(action, &ability, needed), action.row().endpoint);
    let room = usize::from(area.width.saturating_sub(4));
    let mut lines = wrapped(&said, room);
    // The request where it costs no line.
    let free = lines.last().is_some_and(|last| cells(last) + cells(request) + 2 <= room);
    let request = if free { format!("  {request}") } else { String::new() };
    let most = usize::from(area.height);
    if lines.len() > most && most > 0 {
        let rest = lines.split_off(most - 1).join(" ");
        lines.push(fit(&rest, room));
    }
    let style = match ability.may {
        May::Yes => theme.good,
        May::No if needed => theme.bad,
        May::No => theme.base,
        May::Unknown | May::Banned => theme.warn,
    };
    let count = lines.len();
    for (number, text) in lines.into_iter().enumerate() {
        let y = u16::try_from(number).unwrap_or(u16::MAX);
        let mut line = Line::from(vec![Span::raw(" "), Span::styled(text, style)]);
        if number + 1 == count {
            line.push_span(Span::styled(request.clone(), theme.dim));
        }
        frame
            .render_widget(line, row(Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area }, y));
    }
}

fn said(action: Action, ability: &Ability, needed: bool) -> String {
    let asked = if needed { " (needed)" } else { "" };
    format!("{}{asked}: {}", action.row().label, ability.sentence())
}
