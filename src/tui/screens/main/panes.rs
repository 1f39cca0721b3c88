//! Where the panes are at every size. Used by the picture and by the mouse alike.

use ratatui::layout::Rect;

use super::tour::CARD;
use super::{Main, Pane};
use crate::tui::ctx::Ctx;
use crate::tui::widgets::boxed::{ROWS_FOR_BORDERS, below, row};

/// From this width on, list and detail stand side by side with room for both.
const WIDE: u16 = 100;
/// Below this width there is one pane.
const NARROW: u16 = 60;
/// From this height on, a narrow screen stacks its panes.
const TALL: u16 = 26;

/// Where things are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Panes {
    /// The strip with the four places; empty on a low screen.
    pub tabs: Rect,
    /// The list; empty when there is one pane and the detail has it.
    pub list: Rect,
    /// The detail; empty when there is one pane and the list has it.
    pub detail: Rect,
    /// The demo's five keys: a card below the detail, or one line; empty elsewhere.
    pub tour: Rect,
    /// Whether panes have borders.
    pub borders: bool,
}

/// The panes of `main` in `area`.
pub(super) fn panes(main: &Main, ctx: &Ctx, area: Rect) -> Panes {
    let borders = ctx.size.height >= ROWS_FOR_BORDERS;
    let tabs = if area.height >= 8 { row(area, 0) } else { Rect { height: 0, ..area } };
    let body = below(area, tabs.height);
    let nothing = Rect::new(body.x, body.y, 0, 0);
    let line = ctx.is_demo() && body.height >= 8 && !has_room_for_card(main, body);
    let (body, tour) = if line {
        let body = Rect { height: body.height - 1, ..body };
        (body, Rect { y: body.bottom(), height: 1, ..body })
    } else {
        (body, nothing)
    };
    let (list, detail) = if !main.place.has_detail() {
        (body, nothing)
    } else if body.width < NARROW {
        match main.pane {
            Pane::List => (body, nothing),
            Pane::Detail => (nothing, body),
        }
    } else if body.width < WIDE && body.height >= TALL {
        let rows = body.height * 2 / 5;
        (Rect { height: rows, ..body }, below(body, rows))
    } else {
        let share = if body.width < WIDE { 46 } else { 55 };
        let width = (body.width * share / 100).min(84);
        (Rect { width, ..body }, Rect { x: body.x + width, width: body.width - width, ..body })
    };
    if ctx.is_demo() && !line && detail.height > CARD {
        let card = Rect { y: detail.bottom() - CARD, height: CARD, ..detail };
        let detail = Rect { height: detail.height - CARD, ..detail };
        return Panes { tabs, list, detail, tour: card, borders };
    }
    Panes { tabs, list, detail, tour, borders }
}

/// True where a detail pane has room for the card below it.
const fn has_room_for_card(main: &Main, body: Rect) -> bool {
    main.place.has_detail() && body.width >= WIDE && body.height >= CARD + 16
}

/// The room inside a pane.
pub(super) fn inside(pane: Rect, borders: bool) -> Rect {
    if borders && pane.width > 2 && pane.height > 2 {
        Rect::new(pane.x + 1, pane.y + 1, pane.width - 2, pane.height - 2)
    } else {
        pane
    }
}

/// The rows of a list, below its line of column names.
pub(super) fn rows(pane: Rect, borders: bool) -> Rect {
    below(inside(pane, borders), 1)
}
