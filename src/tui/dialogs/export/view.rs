//! The pictures of an export.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::{Ask, Export, Page, Part, choices};
use crate::domain::text::visible_within;
use crate::ops::run::Preset;
use crate::ops::transfer::{Holds, Reach};
use crate::tui::ctx::Ctx;
use crate::tui::widgets::boxed;
use crate::tui::widgets::input::Focus;
use crate::tui::widgets::prose::Prose;
use crate::tui::widgets::sheet::{self, Sheet};
use crate::tui::widgets::text::cells;
use crate::tui::widgets::typed_name::TypedName;

/// The highest it gets.
const HEIGHT: u16 = 26;
/// The longest a name is shown, in cells.
const NAME: usize = 32;
/// Rows for what the format under the cursor is.
const ABOUT: u16 = 3;
/// What stands before the line for the file's name.
const FILE: &str = "File  ";
/// What stands before the names of variables.
const NAMES: &str = "Names ";

/// Draws it.
pub(super) fn view(state: &Export, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let sheet = Sheet::new(area, HEIGHT, rows(state));
    sheet.view(&ctx.theme, frame, &format!("Export: {}", visible_within(&state.name(ctx), NAME)));
    let Sheet { text, foot, .. } = sheet;
    match &state.page {
        Page::Choose => choose(state, ctx, frame, text, foot),
        Page::Ask(ask) | Page::Writing(ask, _) => {
            body(state, ctx, text.width).view(&ctx.theme, frame, text, state.top);
            lines(state, ask, ctx, frame, foot);
        }
        Page::Done(..) => body(state, ctx, text.width).view(&ctx.theme, frame, text, state.top),
    }
}

/// The rows below the text.
fn rows(state: &Export) -> u16 {
    match &state.page {
        Page::Choose => ABOUT,
        Page::Ask(ask) | Page::Writing(ask, _) => {
            let typed = if ask.holds == Holds::Values { TypedName::ROWS } else { 0 };
            1 + u16::from(ask.names.is_some()) + typed
        }
        Page::Done(..) => 0,
    }
}

/// The number of the first format in view.
fn first(state: &Export, rows: u16) -> usize {
    (state.at + 1).saturating_sub(usize::from(rows.max(1)))
}

fn choose(state: &Export, ctx: &Ctx, frame: &mut Frame, list: Rect, about: Rect) {
    let theme = &ctx.theme;
    let widest = choices().map(|(word, ..)| cells(word)).max().unwrap_or_default();
    let mut page = Prose::new(list.width);
    for (number, (word, doc, _)) in choices().enumerate() {
        let spans = [Span::styled(format!("{word:widest$}  "), theme.base), Span::styled(doc, theme.dim)];
        let focus = if number == state.at { Focus::Here } else { Focus::Elsewhere };
        sheet::choice(&mut page, theme, focus, spans);
    }
    page.view(theme, frame, list, first(state, list.height));
    if let Some((_, doc, _)) = choices().nth(state.at) {
        let mut page = Prose::new(about.width);
        page.line(Line::default());
        page.text(doc, theme.base);
        page.view(theme, frame, about, 0);
    }
}

fn body(state: &Export, ctx: &Ctx, width: u16) -> Prose {
    let mut page = Prose::new(width);
    match &state.page {
        Page::Choose => {}
        Page::Ask(ask) => {
            told(ask, ctx, &mut page);
            if ask.trouble.is_none() {
                about(state, ask, ctx, &mut page);
            }
        }
        Page::Writing(..) => page.line(Line::from(vec![
            Span::styled(format!("{} ", ctx.spinner()), ctx.theme.accent),
            Span::styled("writing", ctx.theme.base),
        ])),
        Page::Done(path, holds) => done(path, *holds, ctx, &mut page),
    }
    page
}

/// Why there is nothing to write, or why it was not written.
fn told(ask: &Ask, ctx: &Ctx, page: &mut Prose) {
    let theme = &ctx.theme;
    let failure = ask.trouble.as_ref().or(ask.outline.as_ref().err());
    let Some(failure) = failure else { return };
    page.text(&failure.what, theme.bad);
    page.text(&format!("because: {}", failure.because), theme.base);
    if ask.there.is_some() {
        let again = "try: another name; or go on with this one, and it is replaced";
        page.text(again, theme.warn);
    } else {
        page.text(&format!("try: {}", failure.try_this), theme.base);
    }
}

fn about(state: &Export, ask: &Ask, ctx: &Ctx, page: &mut Prose) {
    let theme = &ctx.theme;
    let Ok(outline) = &ask.outline else { return };
    let what = format!("{} as {}", visible_within(&state.name(ctx), NAME), ask.format);
    match ask.holds {
        Holds::Values => page.text(
            &format!("{what}: the secrets stand in the file in plain text. You alone can read it."),
            theme.warn,
        ),
        Holds::Commands => page.text(
            &format!("{what}: a script. No value stands in it; it asks birdkeep when it is run."),
            theme.base,
        ),
    }
    page.air();
    for note in outline.notes() {
        page.item("· ", &note, theme.base);
    }
    if let Some(preset) = ask.preset() {
        let names: Vec<&str> = preset.names.iter().take(3).map(|(_, name)| *name).collect();
        page.item("· ", &format!("its variables are called {}, …", names.join(", ")), theme.base);
    }
    match ask.reach {
        Reach::Usual if ask.withholds() => {
            page.item("· ", "^T takes refresh tokens and client secrets along", theme.dim);
        }
        Reach::Everything => page.item("· ", "^T leaves refresh tokens and client secrets out", theme.dim),
        Reach::Usual => {}
    }
}

fn done(path: &str, holds: Holds, ctx: &Ctx, page: &mut Prose) {
    let theme = &ctx.theme;
    page.text(&format!("Written to {path}"), theme.good);
    page.text("Mode 0600: you alone can read it.", theme.base);
    page.air();
    match holds {
        Holds::Values => page.text("Delete it when it has served.", theme.warn),
        Holds::Commands => page.text(&format!("Run it where its program is set up: sh {path}"), theme.base),
    }
    page.text("Enter closes this.", theme.dim);
}

/// The lines to type in.
fn lines(state: &Export, ask: &Ask, ctx: &Ctx, frame: &mut Frame, foot: Rect) {
    let theme = &ctx.theme;
    let row = boxed::row(foot, 0);
    let label = u16::try_from(cells(FILE)).unwrap_or(0).min(row.width);
    let line = Rect { x: row.x + label, width: row.width - label, ..row };
    let file = if ask.focus == Part::File { Focus::Here } else { Focus::Elsewhere };
    if ask.holds == Holds::Values {
        let below = boxed::below(foot, 1 + u16::from(ask.names.is_some()));
        ask.typed.view(ctx, frame, below, ("to write it", &state.name(ctx)));
    }
    if let Some(preset) = ask.preset() {
        frame.render_widget(names(ask, preset, ctx, foot.width), boxed::row(foot, 1));
    }
    frame.render_widget(Line::styled(FILE, theme.dim), row);
    // The one with the focus comes last, so that the cursor is there.
    ask.file.view(theme, frame, line, file);
}

/// Whose names the variables have, and that there are others.
fn names(ask: &Ask, preset: &Preset, ctx: &Ctx, width: u16) -> Line<'static> {
    let theme = &ctx.theme;
    let style = if ask.focus == Part::Names { theme.cursor } else { theme.base };
    let (left, right) = if theme.glyphs.ascii { ("<", ">") } else { ("‹", "›") };
    let mut line = Line::from(vec![
        Span::styled(NAMES, theme.dim),
        Span::styled(format!("{left} {} {right}", preset.word), style),
    ]);
    // Cut off, it says nothing.
    let doc = format!("  {}", preset.doc);
    if line.width() + cells(&doc) <= usize::from(width) {
        line.push_span(Span::styled(doc, theme.dim));
    }
    line
}

/// The last line it is worth scrolling to.
pub(super) fn last_top(state: &Export, ctx: &Ctx) -> usize {
    let sheet = Sheet::on_screen(ctx, HEIGHT, rows(state));
    sheet.map_or(0, |sheet| body(state, ctx, sheet.text.width).last_top(sheet.text.height))
}

/// The number of the format at a place.
pub(super) fn hit(state: &Export, area: Rect, at: Position) -> Option<usize> {
    let sheet = Sheet::new(area, HEIGHT, rows(state));
    let number = sheet.row_at(at)? + first(state, sheet.text.height);
    (matches!(state.page, Page::Choose) && number < choices().count()).then_some(number)
}
