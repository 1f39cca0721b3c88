//! Help and palette: every action that works on the screen below, filtered as one types; Enter does it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::search::{Haystack, Search};
use crate::domain::text::fit;
use crate::tui::ctx::Ctx;
use crate::tui::keys::{self, Binding, Key, KeyRow, Shown, always};
use crate::tui::message::{Mouse, MouseAct};
use crate::tui::notice::Notice;
use crate::tui::screen::{Cover, State, Step};
use crate::tui::widgets::boxed;
use crate::tui::widgets::input::{Focus, Input, Look};
use crate::tui::widgets::roll::Roll;
use crate::tui::widgets::text::{highlighted, padded};

/// Lines that one notch of the wheel moves.
const NOTCH: isize = 3;

/// A list of actions.
#[derive(Debug)]
pub struct Finder {
    title: &'static str,
    rows: Vec<KeyRow>,
    texts: Haystack,
    input: Input,
    roll: Roll<u32>,
}

impl Finder {
    /// Every key, the moves of the cursor included, in the order of the tables.
    pub fn help(rows: Vec<KeyRow>) -> Self {
        Self::new("Help", rows)
    }

    /// Every action worth a name.
    pub fn palette(mut rows: Vec<KeyRow>) -> Self {
        rows.retain(|row| row.shown != Shown::Reference && row.action != "palette");
        Self::new("Do what?", rows)
    }

    fn new(title: &'static str, rows: Vec<KeyRow>) -> Self {
        let mut texts = Haystack::default();
        for row in &rows {
            texts.push(row.label, row.doc);
        }
        let mut finder = Self { title, rows, texts, input: Input::new(Look::Plain), roll: Roll::default() };
        finder.refilter();
        finder
    }

    fn refilter(&mut self) {
        let all: Vec<u32> = (0..).take(self.rows.len()).collect();
        self.roll.set(Search::new(self.input.text()).filter(&self.texts, &all));
        self.roll.to(0, 1);
    }

    fn go(&mut self, by: isize, ctx: &Ctx) -> Vec<Step> {
        let rows = ctx.size.height.saturating_sub(8).max(1);
        self.roll.go(by, rows.into());
        Vec::new()
    }

    fn run(&self) -> Vec<Step> {
        let row = self.roll.at().and_then(|number| self.rows.get(number as usize));
        match row.map(|row| (row.action, row.ready)) {
            Some((action, Ok(()))) => vec![Step::Close, Step::Act(action)],
            Some((_, Err(why))) => vec![Step::Say(Notice::warn(why))],
            None => Vec::new(),
        }
    }

    fn area(&self, area: Rect) -> Rect {
        let rows = u16::try_from(self.rows.len()).unwrap_or(u16::MAX);
        let height = rows.saturating_add(4).min(area.height.saturating_sub(2)).max(5);
        boxed::middle(area, area.width.min(86), height)
    }

    fn line(&self, ctx: &Ctx, row: &KeyRow, width: usize) -> Line<'static> {
        let theme = &ctx.theme;
        let keys = 12.min(width / 4);
        // What it is called comes before what it does.
        let label = if width >= 30 { 12 } else { 0 };
        let dim = row.ready.is_err();
        let doc = match row.ready {
            Ok(()) => row.doc.to_owned(),
            Err(why) => format!("not now: {why}"),
        };
        let doc = fit(&doc, width.saturating_sub(keys + label + 1));
        let style = if dim { theme.dim } else { theme.base };
        let mut spans =
            vec![Span::styled(padded(row.all_keys(), keys) + " ", if dim { theme.dim } else { theme.key })];
        if label > 0 {
            spans.push(Span::styled(padded(row.label.to_owned(), label), style));
        }
        let query = self.input.text().trim();
        let hits = if query.is_empty() { Vec::new() } else { Search::new(query).hits(&doc) };
        spans.extend(highlighted(&doc, &hits, style, theme.hit));
        Line::from(spans)
    }
}

impl State for Finder {
    const NAME: &'static str = "help";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Enter],
            action: "run",
            label: "Do it",
            doc: "Do what the line under the cursor says",
            shown: Shown::Footer(0),
            ready: always,
            act: |state, _| state.run(),
        },
        Binding {
            keys: &[Key::Esc],
            action: "close",
            label: "Close",
            doc: "Clear the filter, then close",
            shown: Shown::Footer(1),
            ready: always,
            act: |state, _| {
                if state.input.is_empty() {
                    return vec![Step::Close];
                }
                state.input.clear();
                state.refilter();
                Vec::new()
            },
        },
        keys::down(&[Key::Down, Key::Ctrl('n'), Key::Tab], |state, ctx| state.go(1, ctx)),
        keys::up(&[Key::Up, Key::Ctrl('p'), Key::BackTab], |state, ctx| state.go(-1, ctx)),
        Binding {
            keys: &[Key::PageDown],
            action: "page-down",
            label: "Page down",
            doc: "One page down",
            shown: Shown::Reference,
            ready: always,
            act: |state, ctx| state.go(isize::try_from(ctx.size.height / 2).unwrap_or(1), ctx),
        },
        Binding {
            keys: &[Key::PageUp],
            action: "page-up",
            label: "Page up",
            doc: "One page up",
            shown: Shown::Reference,
            ready: always,
            act: |state, ctx| state.go(-isize::try_from(ctx.size.height / 2).unwrap_or(1), ctx),
        },
    ];

    fn cover(&self) -> Cover {
        Cover::Part
    }

    fn types(&self) -> bool {
        true
    }

    fn typed(&mut self, key: Key, _: &Ctx) -> Option<Vec<Step>> {
        // The key that opened it closes it again, as long as nothing was typed.
        if self.input.is_empty() && key == Key::Char('?') {
            return Some(vec![Step::Close]);
        }
        self.input.key(key).then(|| {
            self.refilter();
            Vec::new()
        })
    }

    fn pointed(&mut self, mouse: Mouse, area: Rect, ctx: &Ctx) -> Vec<Step> {
        let whole = self.area(area);
        let list = boxed::below(boxed::inside(whole), 2);
        match mouse.act {
            MouseAct::WheelDown => self.go(NOTCH, ctx),
            MouseAct::WheelUp => self.go(-NOTCH, ctx),
            MouseAct::Click if list.contains(mouse.at) => {
                let rows = usize::from(list.height);
                let index = self.roll.window(rows).start + usize::from(mouse.at.y - list.y);
                if index >= self.roll.len() {
                    return Vec::new();
                }
                self.roll.to(index, rows);
                self.run()
            }
            MouseAct::Click if !whole.contains(mouse.at) => vec![Step::Close],
            MouseAct::Click => Vec::new(),
        }
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let theme = &ctx.theme;
        let inside = boxed::dialog(frame, theme, self.area(area), self.title);
        let first = boxed::row(inside, 0);
        if self.input.is_empty() {
            let hint = Line::from(Span::styled("  type to find an action", theme.dim));
            frame.render_widget(hint, first);
        }
        let line = Rect { x: first.x + 2.min(first.width), width: first.width.saturating_sub(2), ..first };
        self.input.view(theme, frame, line, Focus::Here);
        if !first.is_empty() {
            frame.buffer_mut().set_string(first.x, first.y, theme.glyphs.arrow, theme.accent);
        }
        let list = boxed::below(inside, 2);
        for (y, index) in (0..list.height).zip(self.roll.window(list.height.into())) {
            let row = self.roll.ids().get(index).and_then(|number| self.rows.get(*number as usize));
            let Some(row) = row else { continue };
            let at = boxed::row(list, y);
            frame.render_widget(self.line(ctx, row, at.width.into()), at);
            if index == self.roll.index() {
                frame.buffer_mut().set_style(at, theme.cursor);
                if at.x > 0 {
                    frame.buffer_mut().set_string(at.x - 1, at.y, theme.glyphs.cursor, theme.accent);
                }
            }
        }
        if self.roll.is_empty() {
            let line = Line::from(Span::styled("no action is called that", theme.dim));
            frame.render_widget(line, boxed::row(list, 0));
        }
    }
}
