//! A name to be typed before something that cannot be taken back.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::text::visible_within;
use crate::tui::ctx::Ctx;
use crate::tui::keys::{Key, Ready};
use crate::tui::notice::Notice;
use crate::tui::screen::Step;
use crate::tui::widgets::boxed;
use crate::tui::widgets::buttons::awake;
use crate::tui::widgets::input::{Focus, Input, Look};

/// The longest a name is shown, in cells.
const NAME: usize = 40;

/// What becomes of a paste where a name is to be typed.
pub fn pasted() -> Vec<Step> {
    vec![Step::Say(Notice::plain("the name is to be typed, so that it is meant: nothing was pasted"))]
}

/// The question with its line.
#[derive(Debug)]
pub struct TypedName {
    input: Input,
    /// Since when it is there.
    since: Duration,
}

impl TypedName {
    /// Rows it takes.
    pub const ROWS: u16 = 2;

    /// With nothing typed yet.
    pub fn new(ctx: &Ctx) -> Self {
        Self { input: Input::new(Look::Plain), since: ctx.moment.boot }
    }

    /// Takes a key of editing.
    pub fn key(&mut self, key: Key) -> bool {
        self.input.key(key)
    }

    /// Whether `name` is typed, and that long enough ago to be meant.
    ///
    /// # Errors
    /// Why not.
    pub fn ready(&self, name: &str, ctx: &Ctx) -> Ready {
        let trusted = ctx.snapshot.as_ref().is_some_and(|snapshot| snapshot.vault.trusted);
        if !trusted {
            return Err("who wrote this vault is not trusted yet: it can only be looked at");
        }
        awake(self.since, ctx)?;
        if self.input.text() == name { Ok(()) } else { Err("type the name first") }
    }

    /// Draws it: what Enter does, and the line.
    pub fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect, (does, name): (&str, &str)) {
        let theme = &ctx.theme;
        let ask = Line::from(vec![
            Span::styled("Type ", theme.dim),
            Span::styled(visible_within(name, NAME), theme.title),
            Span::styled(format!(" and press Enter {does}"), theme.dim),
        ]);
        frame.render_widget(ask, boxed::row(area, 0));
        self.input.view(theme, frame, boxed::row(area, 1), Focus::Here);
    }
}
