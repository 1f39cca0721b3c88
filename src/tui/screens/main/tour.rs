//! The demo's five keys worth trying, ticked off as they are tried.

use std::collections::BTreeSet;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Main;
use super::panes::inside;
use crate::tui::ctx::Ctx;
use crate::tui::screen::Step;
use crate::tui::widgets::boxed::{block, row};
use crate::tui::widgets::text::cells;

/// One key worth trying.
struct Row {
    key: &'static str,
    action: &'static str,
    short: &'static str,
    long: &'static str,
}

const TOUR: [Row; 5] = [
    Row {
        key: "C",
        action: "check-all",
        short: "check all",
        long: "check the whole flock; verdicts stream in",
    },
    Row { key: "/", action: "filter", short: "filter", long: "filter as you type: a name, a tag, a cause" },
    Row { key: "r", action: "reveal", short: "reveal", long: "reveal one value for ten seconds" },
    Row { key: "3", action: "board", short: "board", long: "see on one board what every bot may do" },
    Row { key: "R", action: "rotate", short: "rotate", long: "rotate a credential, stage by stage" },
];

/// Rows of the card, borders included.
pub(super) const CARD: u16 = 7;

/// What was tried.
#[derive(Debug, Default)]
pub(super) struct Tour(BTreeSet<&'static str>);

impl Tour {
    /// Ticks a key off.
    pub(super) fn tried(&mut self, action: &'static str) {
        self.0.insert(action);
    }

    fn is_done(&self) -> bool {
        TOUR.iter().all(|row| self.0.contains(row.action))
    }
}

/// Draws the card, or the line where there is no room for a card.
pub(super) fn view(main: &Main, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    if area.is_empty() {
        return;
    }
    let theme = &ctx.theme;
    let glyph = |row: &Row| {
        if main.tour.0.contains(row.action) {
            Span::styled(format!("{} ", theme.glyphs.ok), theme.good)
        } else {
            Span::styled("  ", theme.dim)
        }
    };
    if area.height < CARD {
        let mut spans = vec![Span::styled(" try ", theme.accent)];
        for item in &TOUR {
            spans.push(Span::raw(" "));
            spans.push(Span::styled(item.key, theme.key));
            let style = if main.tour.0.contains(item.action) { theme.good } else { theme.dim };
            spans.push(Span::styled(format!(" {} ", item.short), style));
        }
        return frame.render_widget(Line::from(spans), row(area, 0));
    }
    let title = if main.tour.is_done() { "that is birdkeep" } else { "five keys worth trying" };
    frame.render_widget(block(theme, title, theme.border), area);
    for (y, item) in (0..).zip(&TOUR) {
        let at = row(inside(area, true), y);
        let at = Rect { x: at.x + 1.min(at.width), width: at.width.saturating_sub(1), ..at };
        let line = Line::from(vec![
            glyph(item),
            Span::styled(format!("{}  ", item.key), theme.key),
            Span::styled(item.long, theme.base),
        ]);
        frame.render_widget(line, at);
    }
}

/// The action at a place of the card or the line.
pub(super) fn hit(area: Rect, at: ratatui::layout::Position) -> Vec<Step> {
    if !area.contains(at) {
        return Vec::new();
    }
    if area.height >= CARD {
        let number = usize::from(at.y - area.y).checked_sub(1);
        let found = number.and_then(|number| TOUR.get(number));
        return found.map(|item| Step::Act(item.action)).into_iter().collect();
    }
    let mut x = area.x + 5;
    for item in &TOUR {
        let width = u16::try_from(cells(item.short) + 4).unwrap_or(0);
        if (x..x + width).contains(&at.x) {
            return vec![Step::Act(item.action)];
        }
        x += width;
    }
    Vec::new()
}
