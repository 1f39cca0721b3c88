//! Boxes: bordered panes and dialogs in the middle of the screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear};

use crate::tui::theme::Theme;

/// Borders of ASCII only.
const ASCII: border::Set = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// Below this many rows there are no borders.
pub const ROWS_FOR_BORDERS: u16 = 14;

/// A bordered block with a title.
pub fn block<'a>(theme: &Theme, title: impl Into<String>, style: Style) -> Block<'a> {
    let title: String = title.into();
    let set = if theme.glyphs.ascii { ASCII } else { border::ROUNDED };
    let block = Block::new().borders(Borders::ALL).border_set(set).border_style(style);
    if title.is_empty() {
        return block;
    }
    block.title(Line::from(Span::styled(format!(" {title} "), theme.title)))
}

/// A box of `width` × `height` cells (borders included) in the middle of `area`, as far as that has room.
pub fn middle(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect::new(area.x + (area.width - width) / 2, area.y + (area.height - height) / 2, width, height)
}

/// Draws an empty dialog and gives the room inside. Without the room for borders there are none.
pub fn dialog(frame: &mut Frame, theme: &Theme, area: Rect, title: &str) -> Rect {
    frame.render_widget(Clear, area);
    let block = block(theme, title, theme.focus);
    let inside = inside(area);
    if inside != area {
        frame.render_widget(block, area);
    }
    inside
}

/// The room inside a dialog's borders: one cell of air on either side.
pub fn inside(area: Rect) -> Rect {
    if area.height < 3 || area.width < 6 {
        return area;
    }
    Rect::new(area.x + 2, area.y + 1, area.width - 4, area.height - 2)
}

/// The part of `area` that is left when `rows` are taken off its top.
pub fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

/// Row `number` of `area`; empty when it has none.
pub fn row(area: Rect, number: u16) -> Rect {
    if number >= area.height {
        return Rect::new(area.x, area.bottom(), 0, 0);
    }
    Rect { y: area.y + number, height: 1, ..area }
}
