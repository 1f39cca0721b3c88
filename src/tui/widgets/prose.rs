//! Prose: sentences and items wrapped to a width, then drawn from a line on, with marks where more is above or below.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::theme::Theme;
use crate::tui::widgets::page;
use crate::tui::widgets::text::{cells, wrapped};

/// Lines of text for a pane of a known width.
#[derive(Clone, Debug, Default)]
pub struct Prose {
    width: usize,
    lines: Vec<Line<'static>>,
}

impl Prose {
    /// Nothing yet, for a pane `width` cells wide. The last cell stays free for the marks.
    pub fn new(width: u16) -> Self {
        Self { width: usize::from(width).saturating_sub(1).max(1), lines: Vec::new() }
    }

    /// Adds a line as it is; what does not fit is cut.
    pub fn line(&mut self, line: impl Into<Line<'static>>) {
        self.lines.push(line.into());
    }

    /// Adds an empty line, but neither a first nor a second one.
    pub fn air(&mut self) {
        if self.lines.last().is_some_and(|line| !line.spans.is_empty()) {
            self.lines.push(Line::default());
        }
    }

    /// Adds `text`, wrapped.
    pub fn text(&mut self, text: &str, style: Style) {
        for part in wrapped(text, self.width) {
            self.lines.push(Line::from(Span::styled(part, style)));
        }
    }

    /// Adds `lead` with `text` wrapped beside it.
    pub fn item(&mut self, lead: impl Into<Span<'static>>, text: &str, style: Style) {
        let mut lead: Span<'static> = lead.into();
        let indent = cells(&lead.content);
        for part in wrapped(text, self.width.saturating_sub(indent)) {
            let here = std::mem::replace(&mut lead, Span::raw(" ".repeat(indent)));
            self.lines.push(Line::from(vec![here, Span::styled(part, style)]));
        }
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// True without a line.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The cells a line has.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// The greatest number of lines that can be scrolled away when there are `rows` rows.
    pub fn last_top(&self, rows: u16) -> usize {
        page::last_top(self.lines.len(), rows)
    }

    /// Draws it from line `top` on, or from the last one it is worth drawing from.
    pub fn view(self, theme: &Theme, frame: &mut Frame, area: Rect, top: usize) {
        page::scrolled(frame, theme, area, self.lines, top);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widgets::text::line_cells;

    fn texts(prose: &Prose) -> Vec<String> {
        let text = |line: &Line| line.spans.iter().map(|span| span.content.as_ref()).collect();
        prose.lines.iter().map(text).collect()
    }

    #[test]
    fn an_item_is_wrapped_beside_its_lead() {
        let mut prose = Prose::new(12);
        prose.item(Span::raw("1. "), "one two three", Style::new());
        assert_eq!(texts(&prose), ["1. one two", "   three"]);
    }

    #[test]
    fn air_is_neither_first_nor_doubled() {
        let mut prose = Prose::new(12);
        prose.air();
        prose.text("one", Style::new());
        prose.air();
        prose.air();
        assert_eq!(texts(&prose), ["one", ""]);
    }

    #[test]
    fn no_line_is_wider_than_the_pane() {
        for width in 0..20 {
            let mut prose = Prose::new(width);
            prose.text("words and 漢字漢字 and averylongwordthatfitsnowhere", Style::new());
            prose.item("lead ", "words and averylongwordthatfitsnowhere", Style::new());
            let most = usize::from(width).max(8);
            assert!(prose.lines.iter().all(|line| line_cells(line) <= most), "{width}");
        }
    }
}
