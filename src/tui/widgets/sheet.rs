//! A box in the middle of the screen: text that scrolls, and below it rows that stay.
//!
//! What the dialogs that lie over a list have in common: lines to choose from, or what a typed name agrees to.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::boxed;
use super::input::Focus;
use super::page;
use super::prose::Prose;
use crate::tui::ctx::Ctx;
use crate::tui::theme::Theme;
use crate::tui::view::areas;

/// The widest it gets.
const WIDTH: u16 = 100;

/// Where its parts are.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    whole: Rect,
    /// The text.
    pub text: Rect,
    /// The rows below it.
    pub foot: Rect,
}

impl Sheet {
    /// In `area`, at most `height` rows high, `rows` of them for what stays.
    pub fn new(area: Rect, height: u16, rows: u16) -> Self {
        let whole = boxed::middle(area, WIDTH, height);
        let inside = page::inside(whole);
        let rows = rows.min(inside.height);
        let text = Rect { height: inside.height - rows, ..inside };
        Self { whole, text, foot: Rect { y: text.bottom(), height: rows, ..inside } }
    }

    /// Where it lies on the screen as it is.
    pub fn on_screen(ctx: &Ctx, height: u16, rows: u16) -> Option<Self> {
        Some(Self::new(areas(ctx)?.body, height, rows))
    }

    /// Draws the box with its title.
    pub fn view(self, theme: &Theme, frame: &mut Frame, title: &str) {
        page::page(frame, theme, self.whole, title);
    }

    /// The row of the text at a place, from the first one in view.
    pub fn row_at(self, at: Position) -> Option<usize> {
        self.text.contains(at).then(|| usize::from(at.y - self.text.y))
    }
}

/// The rows that half of the screen has: as far as a page key goes.
pub fn half(ctx: &Ctx) -> isize {
    isize::try_from(ctx.size.height / 2).unwrap_or(1)
}

/// A line to choose, with the cursor's sign where it is.
pub fn choice(page: &mut Prose, theme: &Theme, focus: Focus, spans: impl IntoIterator<Item = Span<'static>>) {
    let sign = Span::styled(if focus == Focus::Here { theme.glyphs.cursor } else { " " }, theme.accent);
    let line: Line = std::iter::once(sign).chain(spans).collect();
    page.line(if focus == Focus::Here { line.style(theme.cursor) } else { line });
}
