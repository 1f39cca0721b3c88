//! The last line: what is under way or was said at the left, keys at the right. Its entries can be clicked.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::ctx::{Ctx, Tally};
use super::super::keys::{KeyRow, Shown};
use super::super::model::Model;
use super::super::widgets::text::{cells, line_cells};
use crate::domain::text::fit;

/// One key in the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it does.
    pub action: &'static str,
    /// The key.
    pub key: String,
    /// The word beside it.
    pub label: &'static str,
    /// Where it stands.
    pub area: Rect,
}

/// Cells of the gauge.
const GAUGE: usize = 14;
/// The least cells in which a notice beside it says anything.
const NOTE: usize = 12;

/// Draws it.
pub fn view(model: &Model, frame: &mut Frame, area: Rect) {
    let ctx = &model.ctx;
    let theme = &ctx.theme;
    let left = said(ctx);
    frame.render_widget(&left, Rect { width: left_width(ctx, area), ..area });
    for entry in entries(&model.rows(), keys_area(ctx, area)) {
        let line = Line::from(vec![
            Span::styled(entry.key, theme.key),
            Span::raw(" "),
            Span::styled(entry.label, theme.dim),
        ]);
        frame.render_widget(line, entry.area);
    }
}

/// The part of the footer that holds keys: all that the left part leaves.
pub fn keys_area(ctx: &Ctx, footer: Rect) -> Rect {
    let left = left_width(ctx, footer);
    Rect { x: footer.x + left, width: footer.width - left, ..footer }
}

fn left_width(ctx: &Ctx, footer: Rect) -> u16 {
    let wanted = u16::try_from(line_cells(&said(ctx))).unwrap_or(u16::MAX);
    if wanted == 0 { 0 } else { wanted.saturating_add(1).min(footer.width) }
}

/// The entries that fit into `area`, set to the right. The most important ones stay longest.
pub fn entries(rows: &[KeyRow], area: Rect) -> Vec<Entry> {
    let mut shown: Vec<(u8, usize, &KeyRow)> = rows
        .iter()
        .enumerate()
        .filter_map(|(number, row)| match row.shown {
            Shown::Footer(rank) if row.ready.is_ok() && !row.keys.is_empty() => Some((rank, number, row)),
            _ => None,
        })
        .collect();
    shown.sort_by_key(|(rank, number, _)| (*rank, *number));
    let mut room = usize::from(area.width).saturating_sub(1);
    let mut kept = Vec::new();
    for (_, number, row) in shown {
        let key = row.first_key();
        let width = cells(&key) + 1 + cells(row.label);
        if width + 2 > room {
            break;
        }
        room -= width + 2;
        kept.push((number, key, width, row));
    }
    // In the order of the tables, whatever was important.
    kept.sort_by_key(|(number, ..)| *number);
    let mut x = area.right().saturating_sub(1);
    let mut entries = Vec::new();
    for (_, key, width, row) in kept.into_iter().rev() {
        let width = u16::try_from(width).unwrap_or(u16::MAX);
        x = x.saturating_sub(width);
        let area = Rect { x, width, ..area };
        entries.push(Entry { action: row.action, key, label: row.label, area });
        x = x.saturating_sub(2);
    }
    entries.reverse();
    entries
}

/// The left part: the check's gauge, else a job's label, else the notice.
fn said(ctx: &Ctx) -> Line<'static> {
    let theme = &ctx.theme;
    let width = usize::from(ctx.size.width);
    let notice = ctx.notices.shown().filter(|notice| notice.lines.len() == 1);
    if let Some(tally) = ctx.jobs.checks() {
        let mut line = gauge(ctx, tally, width);
        // What was said meanwhile goes beside the gauge: that stays for minutes.
        let room = width.saturating_sub(line_cells(&line) + 3);
        if let Some(notice) = notice.filter(|_| room >= NOTE) {
            let text = notice.lines.first().map(String::as_str).unwrap_or_default();
            line.push_span(Span::styled(format!("  {}", fit(text, room)), theme.tone(notice.tone)));
        }
        return line;
    }
    if let Some(notice) = notice {
        let text = notice.lines.first().map(String::as_str).unwrap_or_default();
        return Line::from(Span::styled(
            format!(" {}", fit(text, width.saturating_sub(2))),
            theme.tone(notice.tone),
        ));
    }
    if let Some(copied) = &ctx.copied {
        let left = copied.until.saturating_sub(ctx.moment.boot).as_millis().div_ceil(1000);
        let text = format!(" copied to {}, cleared in {left} s", copied.way);
        return Line::from(Span::styled(fit(&text, width.saturating_sub(2)), theme.warn));
    }
    if let Some((_, job)) = ctx.jobs.listed().next() {
        return Line::from(vec![
            Span::styled(format!(" {} ", ctx.spinner()), theme.accent),
            Span::styled(job.kind.label, theme.dim),
        ]);
    }
    Line::default()
}

fn gauge(ctx: &Ctx, tally: Tally, width: usize) -> Line<'static> {
    let theme = &ctx.theme;
    let Tally { total, done, failed, silent, cancelled } = tally;
    let bar = if width >= 60 { GAUGE } else { 0 };
    let full = (done * bar).checked_div(total).unwrap_or(0).min(bar);
    let word = if cancelled { "cancelling" } else { "checked" };
    let mut spans = vec![
        Span::styled(format!(" {} ", ctx.spinner()), theme.accent),
        Span::styled(format!("{word} {done}/{total} "), theme.base),
        Span::styled(theme.glyphs.full.repeat(full), theme.accent),
        Span::styled(theme.glyphs.empty.repeat(bar - full), theme.dim),
    ];
    if failed > 0 {
        spans.push(Span::styled(format!(" {failed} failed"), theme.bad));
    }
    if silent > 0 {
        spans.push(Span::styled(format!(" {silent} without an answer"), theme.warn));
    }
    Line::from(spans)
}
