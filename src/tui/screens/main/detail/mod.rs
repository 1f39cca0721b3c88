//! What is known of the profile or app under the cursor. Made of pieces: a line each, some of them things that can
//! take the focus.

mod app;
mod profile;
mod value;
mod verdict;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

pub(super) use self::value::{countdown, revealed};
use super::panes::inside;
use super::{Main, Pane, fields};
use crate::domain::id::{AppId, Owner, ProfileId};
use crate::domain::text::visible_within;
use crate::tui::ctx::Ctx;
use crate::tui::effect::SecretRef;
use crate::tui::theme::Theme;
use crate::tui::widgets::boxed;
use crate::tui::widgets::text::{padded, wrapped};

/// Something in the detail pane that can take the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// The verdict's next step.
    NextStep,
    /// The app a profile is used through.
    App(AppId),
    /// A value.
    Field(SecretRef),
    /// A bot that hangs on the app.
    Bot(ProfileId),
}

/// A line of the pane.
#[derive(Debug)]
struct Piece {
    line: Line<'static>,
    item: Option<Item>,
}

/// Cells of the first column.
const LABEL: usize = 10;

/// Everything that can take the focus, in order.
pub(super) fn items(ctx: &Ctx, owner: Owner) -> Vec<Item> {
    let Some(snapshot) = &ctx.snapshot else { return Vec::new() };
    let values = fields::used(ctx, owner).into_iter().map(|place| Item::Field(place.what));
    match owner {
        Owner::Profile(id) => {
            let app = snapshot.document.profile(id).and_then(|p| snapshot.document.app_of(p));
            [Item::NextStep].into_iter().chain(app.map(|app| Item::App(app.id))).chain(values).collect()
        }
        Owner::App(id) => {
            values.chain(app::bots(ctx, id).into_iter().map(|profile| Item::Bot(profile.id))).collect()
        }
    }
}

/// The thing with the focus, if the pane has it.
pub(super) fn focused(main: &Main, ctx: &Ctx) -> Option<Item> {
    if main.pane != Pane::Detail {
        return None;
    }
    items(ctx, main.owner()?).get(main.item).copied()
}

/// Draws the pane.
pub(super) fn view(main: &Main, ctx: &Ctx, frame: &mut Frame, pane: Rect, borders: bool) {
    let theme = &ctx.theme;
    let owner = main.owner();
    let here = main.pane == Pane::Detail;
    if borders {
        let style = if here { theme.focus } else { theme.border };
        let room = usize::from(pane.width.saturating_sub(6));
        let name = owner.and_then(|owner| ctx.snapshot.as_ref()?.document.name_of(owner));
        let title = name.map(|name| visible_within(name.as_str(), room)).unwrap_or_default();
        frame.render_widget(boxed::block(theme, title, style), pane);
    }
    let Some(owner) = owner else { return };
    let room = text_room(pane, borders);
    let shown = pieces(ctx, owner, room.width.into());
    let focus = focused(main, ctx);
    let top = top(&shown, in_view(ctx, focus), room.height);
    for (row, piece) in (0..room.height).zip(shown.into_iter().skip(top)) {
        let at = boxed::row(room, row);
        frame.render_widget(piece.line, at);
        if piece.item.is_some() && piece.item == focus {
            let wide = Rect { x: at.x.saturating_sub(1), width: at.width + 1, ..at };
            frame.buffer_mut().set_style(wide, theme.cursor);
            frame.buffer_mut().set_string(wide.x, wide.y, theme.glyphs.cursor, theme.accent);
        }
    }
}

/// The thing at a place of the pane.
pub(super) fn item_at(main: &Main, ctx: &Ctx, pane: Rect, borders: bool, y: u16) -> Option<usize> {
    let owner = main.owner()?;
    let room = text_room(pane, borders);
    let shown = pieces(ctx, owner, room.width.into());
    let top = top(&shown, in_view(ctx, focused(main, ctx)), room.height);
    let item = shown.get(top + usize::from(y.checked_sub(room.y)?))?.item?;
    items(ctx, owner).iter().position(|other| *other == item)
}

/// One cell of air on either side.
fn text_room(pane: Rect, borders: bool) -> Rect {
    let room = inside(pane, borders);
    Rect { x: room.x + 1.min(room.width), width: room.width.saturating_sub(2), ..room }
}

/// What must be in view: a value that is revealed, else what has the focus.
fn in_view(ctx: &Ctx, focus: Option<Item>) -> Option<Item> {
    ctx.reveal.map(|reveal| Item::Field(reveal.what)).or(focus)
}

/// The first line shown, so that the focus is in view with its neighbours.
fn top(pieces: &[Piece], focus: Option<Item>, rows: u16) -> usize {
    let rows = usize::from(rows);
    let at = pieces.iter().rposition(|piece| piece.item.is_some() && piece.item == focus).unwrap_or(0);
    (at + 3).min(pieces.len()).saturating_sub(rows)
}

fn pieces(ctx: &Ctx, owner: Owner, width: usize) -> Vec<Piece> {
    let mut list = Pieces { theme: &ctx.theme, width, done: Vec::new() };
    match owner {
        Owner::Profile(id) => profile::pieces(ctx, id, &mut list),
        Owner::App(id) => app::pieces(ctx, id, &mut list),
    }
    list.done
}

/// Pieces under construction.
struct Pieces<'a> {
    theme: &'a Theme,
    width: usize,
    done: Vec<Piece>,
}

impl Pieces<'_> {
    fn line(&mut self, line: Line<'static>) {
        self.done.push(Piece { line, item: None });
    }

    fn item(&mut self, item: Item, line: Line<'static>) {
        self.done.push(Piece { line, item: Some(item) });
    }

    fn gap(&mut self) {
        if self.done.last().is_some_and(|piece| piece.line.width() > 0) {
            self.line(Line::default());
        }
    }

    /// A label and what belongs to it, wrapped under itself. The text is visible text.
    fn pair(&mut self, item: Option<Item>, label: &str, text: &str, style: Style) {
        let room = self.width.saturating_sub(LABEL).max(1);
        for (number, part) in wrapped(text, room).into_iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            let line = Line::from(vec![
                Span::styled(padded(label.to_owned(), LABEL), self.theme.dim),
                Span::styled(part, style),
            ]);
            self.done.push(Piece { line, item });
        }
    }

    /// A label and styled parts in one line.
    fn spans(&mut self, item: Option<Item>, label: &str, spans: Vec<Span<'static>>) {
        let mut line = vec![Span::styled(padded(label.to_owned(), LABEL), self.theme.dim)];
        line.extend(spans);
        self.done.push(Piece { line: Line::from(line), item });
    }

    /// Parts that go on in further lines under the same label.
    fn flow(&mut self, label: &str, parts: Vec<Span<'static>>) {
        let room = self.width.saturating_sub(LABEL).max(1);
        let mut label = label;
        let mut row: Vec<Span<'static>> = Vec::new();
        let mut used = 0;
        for part in parts {
            let cells = part.width();
            if used > 0 && used + 2 + cells > room {
                self.spans(None, label, std::mem::take(&mut row));
                label = "";
                used = 0;
            }
            if used > 0 {
                row.push(Span::raw("  "));
                used += 2;
            }
            used += cells;
            row.push(part);
        }
        self.spans(None, label, row);
    }
}
