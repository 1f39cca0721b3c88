//! A checklist of steps, each with how it stands and who does it.

use ratatui::text::{Line, Span};

use crate::domain::text::fit;
use crate::tui::ctx::Ctx;
use crate::tui::widgets::text::{cells, padded};

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is done.
    Done,
    /// It is under way.
    Running,
    /// It waits for a person.
    Waiting,
    /// It did not work out; it can be tried again.
    Failed,
    /// It comes later.
    Later,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How it stands.
    pub mark: Mark,
    /// What it is.
    pub title: &'static str,
    /// Who does it: "you", "birdkeep".
    pub who: &'static str,
}

/// The lines of `steps`, `width` cells wide. Glyph and word say how each stands, not the colour alone.
pub fn lines(ctx: &Ctx, steps: &[Step], width: u16) -> Vec<Line<'static>> {
    steps.iter().map(|step| line(ctx, step, width.into())).collect()
}

fn line(ctx: &Ctx, step: &Step, width: usize) -> Line<'static> {
    let theme = &ctx.theme;
    let (glyph, glyph_style, style, word) = match step.mark {
        Mark::Done => (theme.glyphs.ok, theme.good, theme.base, "done"),
        Mark::Running => (ctx.spinner(), theme.accent, theme.title, "now"),
        Mark::Waiting => (theme.glyphs.arrow, theme.accent, theme.title, step.who),
        Mark::Failed => (theme.glyphs.failed, theme.bad, theme.title, "failed"),
        Mark::Later => (theme.glyphs.unknown, theme.dim, theme.dim, step.who),
    };
    let room = width.saturating_sub(3 + cells(word));
    Line::from(vec![
        Span::styled(format!("{glyph} "), glyph_style),
        Span::styled(padded(fit(step.title, room), room), style),
        Span::styled(format!(" {word}"), if step.mark == Mark::Failed { theme.bad } else { theme.dim }),
    ])
}

/// The step that is not done yet, with its number from 1, on one line: for where there is no room for the list.
pub fn short(ctx: &Ctx, steps: &[Step], width: u16) -> Line<'static> {
    let at = steps.iter().position(|step| step.mark != Mark::Done);
    let Some((at, step)) = at.and_then(|at| Some((at, steps.get(at)?))) else { return Line::default() };
    let count = format!("{}/{} ", at + 1, steps.len());
    let room = width.saturating_sub(u16::try_from(count.len()).unwrap_or(0));
    let mut line = line(ctx, step, room.into());
    line.spans.insert(0, Span::styled(count, ctx.theme.dim));
    line
}
