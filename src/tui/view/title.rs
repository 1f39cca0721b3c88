//! The first line: the vault, how it stands, the banner, when it locks.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::ctx::Ctx;
use super::super::update::{COUNTDOWN, locks_in};
use super::super::widgets::text::{cells, line_cells};
use crate::domain::text::visible_within;

/// Draws it.
pub(super) fn view(ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let theme = &ctx.theme;
    let right = right(ctx, area.width);
    let room = usize::from(area.width).saturating_sub(line_cells(&right) + 1);
    let mut spans = vec![Span::styled(" birdkeep", theme.accent.patch(theme.title))];
    let mut used = cells(" birdkeep");
    let mut push = |text: String, style: Style| {
        if used + cells(&text) <= room {
            used += cells(&text);
            spans.push(Span::styled(text, style));
        }
    };
    if let Some(snapshot) = &ctx.snapshot {
        let dot = theme.glyphs.dot;
        let counts = ctx.roster.counts();
        push(format!("  {}", visible_within(&snapshot.vault.name, 32)), theme.base);
        let word = if counts.all == 1 { "profile" } else { "profiles" };
        push(format!(" {dot} {} {word}", counts.all), theme.dim);
        if counts.needing() > 0 {
            let need = if counts.needing() == 1 { "needs" } else { "need" };
            push(format!(" {dot} {} {need} attention", counts.needing()), theme.warn);
        }
        if !snapshot.vault.trusted {
            push(format!(" {dot} writer not trusted: read only"), theme.bad);
        }
    }
    frame.render_widget(Line::from(spans), area);
    frame.render_widget(right.right_aligned(), area);
}

/// The lock's countdown in its last minute, and the banner.
fn right(ctx: &Ctx, width: u16) -> Line<'static> {
    let theme = &ctx.theme;
    let mut spans = Vec::new();
    if let Some(left) = locks_in(ctx).filter(|left| *left <= COUNTDOWN) {
        let seconds = left.as_millis().div_ceil(1000);
        spans.push(Span::styled(format!("locks in {}:{:02} ", seconds / 60, seconds % 60), theme.warn));
    }
    if let Some(banner) = &ctx.banner {
        spans.push(Span::styled(format!(" {} ", shortened(banner, width.into())), theme.banner));
    }
    Line::from(spans)
}

/// The banner where it leaves room for the vault beside it; else what stands before its first colon.
fn shortened(banner: &str, width: usize) -> String {
    const BESIDE: usize = 56;
    const LEAST: usize = 16;
    let room = width.saturating_sub(BESIDE).max(LEAST);
    let head = banner.split_once(": ").map_or(banner, |(head, _)| head);
    visible_within(if cells(banner) <= room { banner } else { head }, room)
}
