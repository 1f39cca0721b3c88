//! The whole picture: title line, the stack of screens, footer. Pure: the same model gives the same cells.

pub mod footer;
mod title;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use super::ctx::Ctx;
use super::model::Model;
use super::screen::Cover;
use super::widgets::boxed;
use super::widgets::text::wrapped;

/// Below this, one polite line is all there is room for.
const LEAST: (u16, u16) = (20, 6);

/// Where things are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Areas {
    /// The first line.
    pub title: Rect,
    /// What screens draw in.
    pub body: Rect,
    /// The last line.
    pub footer: Rect,
}

/// Where things are at this size; `None` where there is room for one polite line only.
pub fn areas(ctx: &Ctx) -> Option<Areas> {
    let (width, height) = (ctx.size.width, ctx.size.height);
    if width < LEAST.0 || height < LEAST.1 {
        return None;
    }
    let whole = Rect::new(0, 0, width, height);
    Some(Areas {
        title: boxed::row(whole, 0),
        body: Rect { y: 1, height: height - 2, ..whole },
        footer: boxed::row(whole, height - 1),
    })
}

/// Draws everything.
pub fn view(model: &Model, frame: &mut Frame) {
    whole(model, frame);
    if model.ctx.theme.glyphs.ascii {
        plain(frame);
    }
}

/// Puts ASCII in the place of our own typography. What others wrote stays as it is.
fn plain(frame: &mut Frame) {
    const OURS: [(&str, &str); 10] = [
        ("…", "~"),
        ("“", "\""),
        ("”", "\""),
        ("·", "-"),
        ("–", "-"),
        ("⇧", "S"),
        ("↑", "^"),
        ("↓", "v"),
        ("←", "<"),
        ("→", ">"),
    ];
    for cell in &mut frame.buffer_mut().content {
        if let Some((_, ascii)) = OURS.iter().find(|(ours, _)| *ours == cell.symbol()) {
            cell.set_symbol(ascii);
        }
    }
}

fn whole(model: &Model, frame: &mut Frame) {
    let ctx = &model.ctx;
    let room = frame.area();
    let Some(areas) =
        areas(ctx).filter(|areas| areas.footer.bottom() <= room.height && areas.body.width <= room.width)
    else {
        return polite(ctx, frame);
    };
    title::view(ctx, frame, areas.title);
    if ctx.leaving.is_some() {
        return finishing(ctx, frame, areas.body);
    }
    let lowest = model.stack.iter().rposition(|screen| screen.cover() == Cover::Whole).unwrap_or(0);
    for screen in model.stack.iter().skip(lowest) {
        screen.view(ctx, frame, areas.body);
    }
    footer::view(model, frame, areas.footer);
    trouble(ctx, frame, areas.body);
}

fn polite(ctx: &Ctx, frame: &mut Frame) {
    let area = frame.area();
    let line = Line::from(Span::styled("a little more room, please", ctx.theme.dim));
    frame.render_widget(line, boxed::row(area, area.height / 2));
}

/// While the end is waited for: what is still in custody, and nothing of the vault.
fn finishing(ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let labels: Vec<&str> = ctx.jobs.custody().map(|job| job.kind.label).collect();
    let text = if labels.is_empty() { "until then".to_owned() } else { labels.join(", ") };
    let line = Line::from(vec![
        Span::styled(format!("{} ", ctx.spinner()), ctx.theme.accent),
        Span::styled(format!("finishing: {text}"), ctx.theme.base),
    ]);
    frame.render_widget(line.centered(), boxed::row(area, area.height / 2));
}

/// A failure: what, because, try this; at the bottom, over everything.
fn trouble(ctx: &Ctx, frame: &mut Frame, body: Rect) {
    const NAMES: [&str; 3] = ["", "because ", "try this "];
    let Some(notice) = ctx.notices.failure() else { return };
    let theme = &ctx.theme;
    let width = body.width.saturating_sub(4).min(96);
    let mut lines: Vec<Line> = Vec::new();
    for (number, (text, name)) in notice.lines.iter().zip(NAMES).enumerate() {
        let room = usize::from(width).saturating_sub(4 + name.len()).max(1);
        for (part, piece) in wrapped(text, room).into_iter().enumerate() {
            let lead = if part == 0 { name.to_owned() } else { " ".repeat(name.len()) };
            let style = if number == 0 { theme.title } else { theme.base };
            lines.push(Line::from(vec![Span::styled(lead, theme.dim), Span::styled(piece, style)]));
        }
    }
    lines.push(Line::from(Span::styled("Esc puts this away", theme.dim)).right_aligned());
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(body.height);
    let area = Rect { x: body.x + (body.width - width) / 2, y: body.bottom() - height, width, height };
    frame.render_widget(Clear, area);
    let inside = boxed::inside(area);
    if inside != area {
        frame.render_widget(boxed::block(theme, "", theme.tone(notice.tone)), area);
    }
    frame.render_widget(Paragraph::new(lines), inside);
}
