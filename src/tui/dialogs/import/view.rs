//! The pages of an import, drawn.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Import, Page, acts, lines, names};
use crate::tui::ctx::Ctx;
use crate::tui::widgets::boxed;
use crate::tui::widgets::input::Focus;
use crate::tui::widgets::page;
use crate::tui::widgets::text::cells;

/// What stands before the line for a file's name.
const FILE: &str = "File  ";

/// Draws it.
pub(super) fn view(state: &Import, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let theme = &ctx.theme;
    let inside = page::page(frame, theme, area, "Import");
    if matches!(state.page, Page::Ask) && state.formats.is_none() {
        return ask(state, ctx, frame, inside);
    }
    let ((head, above), (lines, below)) = laid_out(state, ctx, inside);
    frame.render_widget(Paragraph::new(head), above);
    if let (Some(form), Page::Preview(plan)) = (&state.names, &state.page) {
        let document = ctx.snapshot.as_ref().map(|snapshot| snapshot.document.as_ref());
        return form.view(theme, frame, below, &names::asides(plan, form, document));
    }
    // The cursor of a list stays in view.
    let cursor = match state.page {
        _ if state.formats.is_some() => state.formats,
        Page::Found(at) => Some(at),
        _ => None,
    };
    let top = cursor.map_or(state.top, |at| (at + 1).saturating_sub(usize::from(below.height)));
    page::scrolled(frame, theme, below, lines, top);
}

/// The greatest number of lines that can be scrolled away.
pub(super) fn last_top(state: &Import, ctx: &Ctx) -> usize {
    let body = Rect::new(0, 1, ctx.size.width, ctx.size.height.saturating_sub(2));
    let inside = page::inside(body);
    let (_, (lines, below)) = laid_out(state, ctx, inside);
    page::last_top(lines.len(), below.height)
}

/// The lines that stay, and those that scroll below them.
fn content(state: &Import, ctx: &Ctx, width: usize) -> (Vec<Line<'static>>, Vec<Line<'static>>) {
    let theme = &ctx.theme;
    let working = |text: &'static str| {
        vec![Line::from(vec![
            Span::styled(format!("{} ", ctx.spinner()), theme.accent),
            Span::styled(text, theme.base),
        ])]
    };
    if let Some(at) = state.formats {
        let head = lines::plain("Read it as:", theme.title, width);
        return (head, lines::formats(theme, &acts::format_lines(), at, width.saturating_sub(1)));
    }
    if state.names.is_some() {
        let text =
            "What is new, and how it is to be called. Enter takes the names; nothing is saved by that.";
        return (lines::plain(text, theme.base, width), Vec::new());
    }
    match &state.page {
        Page::Found(at) => (lines::above_found(theme, width), lines::found(theme, &state.found, *at, width)),
        Page::Left(left) => (Vec::new(), lines::left(theme, left, width.saturating_sub(1))),
        Page::Ask => (Vec::new(), Vec::new()),
        Page::Bare(shapes) => (Vec::new(), lines::bare(theme, shapes, width)),
        Page::Reading => (working("reading; nothing is changed by that"), Vec::new()),
        Page::Failed(failure) => (Vec::new(), lines::failed(theme, failure, width)),
        Page::Preview(plan) => (
            lines::head(theme, plan, state.replace, width.saturating_sub(1)),
            lines::preview(theme, plan, width.saturating_sub(1)),
        ),
        Page::Saving(plan) => (working("saving"), lines::preview(theme, plan, width.saturating_sub(1))),
    }
}

/// Head and lines with their places. A head that would take more than half of the room scrolls with the rest.
fn laid_out(
    state: &Import,
    ctx: &Ctx,
    inside: Rect,
) -> ((Vec<Line<'static>>, Rect), (Vec<Line<'static>>, Rect)) {
    let (mut head, mut lines) = content(state, ctx, inside.width.into());
    if head.len() > usize::from(inside.height / 2) {
        head.push(Line::default());
        head.append(&mut lines);
        lines = std::mem::take(&mut head);
    }
    let rows = u16::try_from(head.len()).unwrap_or(u16::MAX).min(inside.height);
    let blank = u16::from(rows > 0 && inside.height >= 14);
    ((head, Rect { height: rows, ..inside }), (lines, boxed::below(inside, rows + blank)))
}

fn ask(state: &Import, ctx: &Ctx, frame: &mut Frame, inside: Rect) {
    let theme = &ctx.theme;
    let (above, below) = lines::ask(theme, inside.width.into());
    let at = u16::try_from(above.len()).unwrap_or(u16::MAX).saturating_add(1);
    frame.render_widget(Paragraph::new(above), inside);
    let row = boxed::row(inside, at);
    frame.render_widget(Line::styled(FILE, theme.dim), row);
    let label = u16::try_from(cells(FILE)).unwrap_or(0).min(row.width);
    let line = Rect { x: row.x + label, width: row.width - label, ..row };
    state.path.view(theme, frame, line, Focus::Here);
    frame.render_widget(Paragraph::new(below), boxed::below(inside, at.saturating_add(1)));
}
