//! A dialog that takes the whole body: a frame where there is room for one, and lines that scroll in it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use super::boxed;
use crate::domain::text::visible_within;
use crate::tui::theme::Theme;

/// Draws an empty page and gives the room inside. `title` may be foreign text.
pub fn page(frame: &mut Frame, theme: &Theme, area: Rect, title: &str) -> Rect {
    frame.render_widget(Clear, area);
    let title = visible_within(title, usize::from(area.width).saturating_sub(6));
    if is_framed(area) {
        frame.render_widget(boxed::block(theme, title, theme.focus), area);
    } else {
        frame.render_widget(
            Line::from(Span::styled(title, theme.title)),
            boxed::row(
                Rect { x: area.x + area.width.min(1), width: area.width.saturating_sub(1), ..area },
                0,
            ),
        );
    }
    inside(area)
}

/// The room inside a page.
pub fn inside(area: Rect) -> Rect {
    if is_framed(area) {
        return boxed::inside(area);
    }
    // One cell at the left is for the cursor.
    let below = boxed::below(area, 1);
    let left = below.width.min(1);
    Rect { x: below.x + left, width: below.width - left, ..below }
}

const fn is_framed(area: Rect) -> bool {
    area.height >= boxed::ROWS_FOR_BORDERS && area.width >= 6
}

/// The greatest number of lines that can be scrolled away when `total` lines have `rows` rows.
pub fn last_top(total: usize, rows: u16) -> usize {
    total.saturating_sub(rows.into())
}

/// Draws lines from number `top` on, and shows at the right edge that there is more above or below.
pub fn scrolled(frame: &mut Frame, theme: &Theme, area: Rect, lines: Vec<Line<'static>>, top: usize) {
    let total = lines.len();
    let top = top.min(last_top(total, area.height));
    for (number, line) in (0..area.height).zip(lines.into_iter().skip(top)) {
        frame.render_widget(line, boxed::row(area, number));
    }
    edges(frame, theme, area, top, total);
}

/// Shows at the right edge of `area` that of `total` lines some are above it, or below.
pub fn edges(frame: &mut Frame, theme: &Theme, area: Rect, top: usize, total: usize) {
    if area.width < 2 || area.height < 2 {
        return;
    }
    let (up, down) = if theme.glyphs.ascii { ("^", "v") } else { ("▲", "▼") };
    let edge = area.right() - 1;
    if top > 0 {
        frame.buffer_mut().set_string(edge, area.y, up, theme.dim);
    }
    if total > top + usize::from(area.height) {
        frame.buffer_mut().set_string(edge, area.bottom() - 1, down, theme.dim);
    }
}
