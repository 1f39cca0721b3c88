//! The list of apps to choose a profile's app from, filtered as one types.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::id::AppId;
use crate::domain::phrase::counted;
use crate::domain::search::{Haystack, Search};
use crate::tui::ctx::Ctx;
use crate::tui::keys::{self, Binding, Key, Shown, always};
use crate::tui::message::{Mouse, MouseAct};
use crate::tui::screen::{Cover, Door, State, Step, Told};
use crate::tui::widgets::boxed;
use crate::tui::widgets::input::{Focus, Input, Look};
use crate::tui::widgets::roll::Roll;
use crate::tui::widgets::text::{cells, column};

/// The word for using none.
pub(super) const NO_APP: &str = "no-app";

/// The list of apps.
#[derive(Debug)]
pub struct Apps {
    entries: Vec<Entry>,
    texts: Haystack,
    input: Input,
    roll: Roll<u32>,
    chosen: Option<AppId>,
}

/// One line.
#[derive(Debug)]
struct Entry {
    /// As it is stored; made visible when drawn.
    label: String,
    hint: String,
    what: What,
}

/// What choosing a line does.
#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    App(AppId),
    Open(Door),
    None,
}

impl Apps {
    /// The apps by name, the cursor on `chosen`.
    pub(super) fn new(ctx: &Ctx, chosen: Option<AppId>) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        if let Some(snapshot) = &ctx.snapshot {
            let mut apps: Vec<_> = snapshot.document.apps().collect();
            apps.sort_by_key(|app| app.name.key());
            entries.extend(apps.into_iter().map(|app| Entry {
                label: app.name.to_string(),
                hint: counted(snapshot.profiles_of(app.id), "profile"),
                what: What::App(app.id),
            }));
        }
        let input = Input::new(Look::Plain);
        Self { entries, texts: Haystack::default(), input, roll: Roll::default(), chosen }
    }

    /// With a line that makes a new one behind `door`.
    pub(super) fn offer_new(&mut self, door: Door, hint: &str) {
        self.entries.push(Entry {
            label: "New app".to_owned(),
            hint: hint.to_owned(),
            what: What::Open(door),
        });
    }

    /// With a line, the first one, that opens the form of `app` behind `door` with pasted values in it.
    pub(super) fn offer_form(&mut self, app: AppId, door: Door, labels: &str) {
        let name = self.entries.iter().find(|entry| entry.what == What::App(app)).map(|entry| &entry.label);
        let Some(name) = name else { return };
        let entry = Entry {
            label: format!("Put it into {name}"),
            hint: format!("the pasted {labels}"),
            what: What::Open(door),
        };
        self.entries.insert(0, entry);
    }

    /// Ready to be shown.
    pub(super) fn ready(mut self) -> Self {
        self.entries.push(Entry {
            label: "No app".to_owned(),
            hint: "nothing can be checked without one".to_owned(),
            what: What::None,
        });
        for entry in &self.entries {
            self.texts.push(&entry.label, "");
        }
        self.refilter();
        let chosen = |entry: &Entry| self.chosen.is_some_and(|id| entry.what == What::App(id));
        // Pasted values that wait for a place come first.
        let waits = matches!(self.entries.first().map(|entry| &entry.what), Some(What::Open(_)));
        let at = self.entries.iter().position(chosen).filter(|_| !waits).unwrap_or(0);
        self.roll.to(at, ROWS);
        self
    }

    fn refilter(&mut self) {
        let all: Vec<u32> = (0..).take(self.entries.len()).collect();
        self.roll.set(Search::new(self.input.text()).filter(&self.texts, &all));
        self.roll.to(0, ROWS);
    }

    fn choose(&mut self) -> Vec<Step> {
        let entry = self.roll.at().and_then(|number| self.entries.get(number as usize));
        match entry.map(|entry| entry.what.clone()) {
            Some(What::App(id)) => vec![Step::Close, Step::Tell(Told::Show(id.into()))],
            Some(What::Open(door)) => vec![Step::Close, Step::Open(door)],
            Some(What::None) => vec![Step::Close, Step::Tell(Told::Chosen(NO_APP))],
            None => Vec::new(),
        }
    }

    fn go(&mut self, by: isize) -> Vec<Step> {
        self.roll.go(by, ROWS);
        Vec::new()
    }

    fn area(&self, area: Rect) -> Rect {
        let rows = u16::try_from(self.entries.len().min(ROWS)).unwrap_or(0);
        boxed::middle(area, area.width.min(70), rows + 4)
    }
}

/// Lines in view.
const ROWS: usize = 12;

impl State for Apps {
    const NAME: &'static str = "choose app";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Enter],
            action: "choose",
            label: "Choose",
            doc: "Take the app under the cursor",
            shown: Shown::Footer(0),
            ready: always,
            act: |state, _| state.choose(),
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
        keys::down(&[Key::Down, Key::Ctrl('n'), Key::Tab], |state, _| state.go(1)),
        keys::up(&[Key::Up, Key::Ctrl('p'), Key::BackTab], |state, _| state.go(-1)),
    ];

    fn cover(&self) -> Cover {
        Cover::Part
    }

    fn types(&self) -> bool {
        true
    }

    fn typed(&mut self, key: Key, _: &Ctx) -> Option<Vec<Step>> {
        self.input.key(key).then(|| {
            self.refilter();
            Vec::new()
        })
    }

    fn pointed(&mut self, mouse: Mouse, area: Rect, _: &Ctx) -> Vec<Step> {
        let whole = self.area(area);
        let list = boxed::below(boxed::inside(whole), 2);
        match mouse.act {
            MouseAct::WheelDown => self.go(1),
            MouseAct::WheelUp => self.go(-1),
            MouseAct::Click if list.contains(mouse.at) => {
                let rows = usize::from(list.height);
                let index = self.roll.window(rows).start + usize::from(mouse.at.y - list.y);
                if index >= self.roll.len() {
                    return Vec::new();
                }
                self.roll.to(index, rows);
                self.choose()
            }
            MouseAct::Click if !whole.contains(mouse.at) => vec![Step::Close],
            MouseAct::Click => Vec::new(),
        }
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let theme = &ctx.theme;
        let inside = boxed::dialog(frame, theme, self.area(area), "Used through which app?");
        let first = boxed::row(inside, 0);
        if self.input.is_empty() {
            frame.render_widget(Line::styled("  type to find one", theme.dim), first);
        }
        let line = Rect { x: first.x + 2.min(first.width), width: first.width.saturating_sub(2), ..first };
        self.input.view(theme, frame, line, Focus::Here);
        if !first.is_empty() {
            frame.buffer_mut().set_string(first.x, first.y, theme.glyphs.arrow, theme.accent);
        }
        let list = boxed::below(inside, 2);
        for (y, index) in (0..list.height).zip(self.roll.window(list.height.into())) {
            let entry = self.roll.ids().get(index).and_then(|number| self.entries.get(*number as usize));
            let Some(entry) = entry else { continue };
            let at = boxed::row(list, y);
            let room = usize::from(at.width).saturating_sub(cells(&entry.hint) + 2);
            let style = if matches!(entry.what, What::App(_)) { theme.base } else { theme.accent };
            let line = Line::from(vec![
                Span::styled(column(&entry.label, room), style),
                Span::styled(format!("  {}", entry.hint), theme.dim),
            ]);
            frame.render_widget(line, at);
            if index == self.roll.index() {
                frame.buffer_mut().set_style(at, theme.cursor);
                if at.x > 0 {
                    frame.buffer_mut().set_string(at.x - 1, at.y, theme.glyphs.cursor, theme.accent);
                }
            }
        }
        if self.roll.is_empty() {
            frame.render_widget(Line::styled("no app is called that", theme.dim), boxed::row(list, 0));
        }
    }
}
