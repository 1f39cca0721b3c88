//! The picture of the four places.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::panes::{Panes, inside, panes};
use super::{Main, Pane, Place, board, detail, list, tour};
use crate::domain::phrase::counted;
use crate::tui::ctx::Ctx;
use crate::tui::widgets::boxed;
use crate::tui::widgets::input::Focus;
use crate::tui::widgets::text::cells;

/// Draws them.
pub(super) fn view(main: &Main, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let Panes { tabs: strip, list, detail, tour: card, borders } = panes(main, ctx, area);
    for (tab, text) in tabs(ctx, strip) {
        let style = if tab == main.place { ctx.theme.accent.patch(ctx.theme.title) } else { ctx.theme.dim };
        let key_style = if tab == main.place { style } else { ctx.theme.key };
        let (key, name) = text.1.split_at(1);
        let line =
            Line::from(vec![Span::styled(key.to_owned(), key_style), Span::styled(name.to_owned(), style)]);
        frame.render_widget(line, text.0);
    }
    if !list.is_empty() {
        frame_of_list(main, ctx, frame, list, borders);
        match main.place {
            Place::Profiles => list::profiles(main, ctx, frame, list, borders),
            Place::Apps => list::apps(main, ctx, frame, list, borders),
            Place::Board => board::view(main, ctx, frame, list, borders),
            Place::Log => list::log(main, ctx, frame, list, borders),
        }
        filter(main, ctx, frame, list, borders);
    }
    if !detail.is_empty() {
        detail::view(main, ctx, frame, detail, borders);
    }
    tour::view(main, ctx, frame, card);
}

/// The four places with their keys, and where each stands.
pub(super) fn tabs(ctx: &Ctx, strip: Rect) -> Vec<(Place, (Rect, String))> {
    let mut x = strip.x + 1;
    let air = if ctx.size.width >= 60 { 3 } else { 1 };
    let mut tabs = Vec::new();
    for (number, (place, name)) in Place::ALL.into_iter().enumerate() {
        let text = format!("{} {name}", number + 1);
        let width = u16::try_from(cells(&text)).unwrap_or(0);
        if strip.height == 0 || x + width > strip.right() {
            break;
        }
        tabs.push((place, (Rect { x, width, ..strip }, text)));
        x += width + air;
    }
    tabs
}

fn frame_of_list(main: &Main, ctx: &Ctx, frame: &mut Frame, pane: Rect, borders: bool) {
    if !borders {
        return;
    }
    let theme = &ctx.theme;
    let style = if main.pane == Pane::List { theme.focus } else { theme.border };
    let marks = main.profiles.marks.len();
    let title = match main.place {
        Place::Apps => counted(main.apps.len(), "app"),
        Place::Log => "Log".to_owned(),
        Place::Profiles | Place::Board => {
            let (shown, all) = (main.profiles.roll.len(), ctx.roster.counts().all);
            let all_of_them = counted(all, "profile");
            let count = if shown == all { all_of_them } else { format!("{shown} of {all_of_them}") };
            let marked = if marks > 0 { format!(", {marks} marked") } else { String::new() };
            format!("{count}{marked} by {}", main.profiles.sort)
        }
    };
    frame.render_widget(boxed::block(theme, title, style), pane);
}

/// The filter, in the pane's last line.
fn filter(main: &Main, ctx: &Ctx, frame: &mut Frame, pane: Rect, borders: bool) {
    if main.filter.input.is_empty() && !main.filter.typing {
        return;
    }
    let theme = &ctx.theme;
    let area = if borders {
        Rect {
            x: pane.x + 2,
            y: pane.bottom().saturating_sub(1),
            width: pane.width.saturating_sub(4),
            height: 1,
        }
    } else {
        let area = inside(pane, borders);
        boxed::row(area, area.height.saturating_sub(1))
    };
    if area.is_empty() {
        return;
    }
    let wanted = u16::try_from(cells(main.filter.input.text())).unwrap_or(u16::MAX).saturating_add(4);
    let area = Rect { width: wanted.max(16).min(area.width), ..area };
    frame.render_widget(ratatui::widgets::Clear, area);
    frame.render_widget(Line::from(Span::styled(" /", theme.key)), area);
    let line = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
    let focus = if main.filter.typing { Focus::Here } else { Focus::Elsewhere };
    main.filter.input.view(theme, frame, line, focus);
}
