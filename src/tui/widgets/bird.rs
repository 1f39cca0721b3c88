//! The mark: a small bird on a key.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::theme::Theme;

/// Rows of the mark.
pub const HEIGHT: u16 = 5;

/// Cells of the mark.
const WIDTH: u16 = 14;

const BIRD: [&str; HEIGHT as usize - 1] =
    ["     __       ", "   <(o )___/  ", "    (  ._> /  ", "     `---'    "];
const KEY: &str = "  ○───┴┴───┬┬ ";
const ASCII_KEY: &str = "  o---++---mm ";

/// Draws it into the middle of `area`, if there is room.
pub fn view(theme: &Theme, frame: &mut Frame, area: Rect) {
    if area.height < HEIGHT || area.width < WIDTH {
        return;
    }
    let key = if theme.glyphs.ascii { ASCII_KEY } else { KEY };
    let rows = BIRD.iter().map(|row| (*row, theme.accent)).chain([(key, theme.warn)]);
    let x = area.x + (area.width - WIDTH) / 2;
    for (y, (row, style)) in (area.y..).zip(rows) {
        frame.render_widget(Line::from(Span::styled(row, style)), Rect { x, y, width: WIDTH, height: 1 });
    }
}
