//! A revealed value alone on the screen, without borders, so that the mouse can select it. Gone with the reveal.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use super::detail::{countdown, revealed};
use crate::tui::ctx::Ctx;
use crate::tui::keys::{Binding, Key, Shown, always};
use crate::tui::screen::{Cover, State, Step};
use crate::tui::widgets::boxed::{below, row};
use crate::tui::widgets::text::chopped;

/// The value alone.
#[derive(Debug)]
pub(in crate::tui) struct Plain;

impl State for Plain {
    const NAME: &'static str = "value";
    const KEYS: &'static [Binding<Self>] = &[Binding {
        keys: &[Key::Esc, Key::Enter, Key::Char('q'), Key::Char('v')],
        action: "hide",
        label: "Hide",
        doc: "Hide the value and go back",
        shown: Shown::Footer(0),
        ready: always,
        act: |_, _| vec![Step::Hide, Step::Close],
    }];

    fn cover(&self) -> Cover {
        // It lies over the list, which stays where it was; it covers it all the same.
        Cover::Part
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        frame.render_widget(Clear, area);
        let Some(reveal) = &ctx.reveal else {
            let line = Line::from(Span::styled("hidden again; Esc goes back", ctx.theme.dim));
            return frame.render_widget(line.centered(), row(area, area.height / 2));
        };
        let value = revealed(ctx, reveal.what).unwrap_or_default();
        frame.render_widget(countdown(ctx, reveal), row(area, 0));
        let lines: Vec<Line> = chopped(&value, area.width.into())
            .into_iter()
            .map(|line| Line::from(Span::styled(line, ctx.theme.base)))
            .collect();
        frame.render_widget(Paragraph::new(lines), below(area, 2));
    }
}
