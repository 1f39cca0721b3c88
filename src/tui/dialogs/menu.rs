//! A short list to choose from: by its letter (which-key after a chord's first key) or with the cursor and Enter.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::ctx::Ctx;
use crate::tui::keys::{self, Binding, Key, Shown, always};
use crate::tui::message::{Mouse, MouseAct};
use crate::tui::notice::Notice;
use crate::tui::screen::{Cover, State, Step};
use crate::tui::widgets::boxed;
use crate::tui::widgets::text::{cells, padded, wrapped};

/// A list to choose from.
#[derive(Debug)]
pub struct Menu {
    title: String,
    entries: Vec<Entry>,
    at: usize,
    /// The key that opened it chooses this entry when pressed again: `yy`.
    again: Option<(Key, usize)>,
}

/// One line of a menu.
#[derive(Debug)]
pub struct Entry {
    /// The letter that chooses it.
    pub key: Key,
    /// What it is; visible text.
    pub label: String,
    /// More about it, dim, at the right; visible text.
    pub hint: String,
    /// Why it cannot be chosen now.
    pub ready: Result<(), &'static str>,
    /// What choosing it does, for the screen below.
    pub steps: Vec<Step>,
}

impl Menu {
    /// A menu.
    pub fn new(title: impl Into<String>, entries: Vec<Entry>) -> Self {
        Self { title: title.into(), entries, at: 0, again: None }
    }

    /// With the cursor on entry `number`, which `key` chooses as well.
    #[must_use]
    pub fn with_main(mut self, key: Key, number: usize) -> Self {
        self.again = Some((key, number));
        self.at = number;
        self
    }

    /// With the cursor on entry `number`.
    #[must_use]
    pub fn at(mut self, number: usize) -> Self {
        self.at = number;
        self
    }

    fn choose(&mut self, number: usize) -> Vec<Step> {
        let Some(entry) = self.entries.get_mut(number) else { return Vec::new() };
        match entry.ready {
            Ok(()) => {
                let mut steps = vec![Step::Close];
                steps.append(&mut entry.steps);
                steps
            }
            Err(why) => vec![Step::Say(Notice::warn(why))],
        }
    }

    fn go(&mut self, by: isize) -> Vec<Step> {
        let count = self.entries.len().max(1);
        self.at = (self.at + count).saturating_add_signed(by) % count;
        Vec::new()
    }

    /// The box in `area`, and what stands in each row of it: an entry, and which part of it.
    fn places(&self, area: Rect) -> (Rect, Vec<(usize, Part)>) {
        let widest = self.entries.iter().map(|e| cells(&e.label) + cells(&e.hint) + 10).max().unwrap_or(0);
        let width = u16::try_from(widest.max(cells(&self.title) + 6).max(28)).unwrap_or(u16::MAX);
        let width = width.min(area.width);
        let inside = usize::from(width.saturating_sub(4));
        let mut rows = Vec::new();
        for (number, entry) in self.entries.iter().enumerate() {
            if KEY + cells(&entry.label) + AIR + cells(&entry.hint) <= inside || entry.hint.is_empty() {
                rows.push((number, Part::Whole));
                continue;
            }
            // What choosing it means must be read whole.
            rows.push((number, Part::Label));
            let lines = wrapped(&entry.hint, inside.saturating_sub(KEY));
            rows.extend(lines.into_iter().map(|line| (number, Part::Hint(line))));
        }
        let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).saturating_add(2);
        let whole = boxed::middle(area, width, height);
        // The entry with the cursor is in view, to its last row.
        let shown = usize::from(boxed::inside(whole).height.max(1));
        let last = rows.iter().rposition(|(number, _)| *number == self.at).unwrap_or(0);
        rows.drain(..(last + 1).saturating_sub(shown));
        (whole, rows)
    }
}

/// Cells of the key before a label.
const KEY: usize = 4;
/// Cells between a label and a hint.
const AIR: usize = 2;

/// What stands in one row of the box.
#[derive(Debug)]
enum Part {
    /// An entry with its hint beside it.
    Whole,
    /// An entry whose hint has no room beside it.
    Label,
    /// A line of such a hint.
    Hint(String),
}

impl State for Menu {
    const NAME: &'static str = "menu";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Enter],
            action: "choose",
            label: "Choose",
            doc: "Choose the line under the cursor",
            shown: Shown::Footer(0),
            ready: always,
            act: |state, _| state.choose(state.at),
        },
        Binding {
            keys: &[Key::Esc],
            action: "close",
            label: "Close",
            doc: "Close the menu",
            shown: Shown::Footer(1),
            ready: always,
            act: |_, _| vec![Step::Close],
        },
        keys::down(&[Key::Down, Key::Ctrl('n'), Key::Tab], |state, _| state.go(1)),
        keys::up(&[Key::Up, Key::Ctrl('p'), Key::BackTab], |state, _| state.go(-1)),
    ];

    fn cover(&self) -> Cover {
        Cover::Part
    }

    fn types(&self) -> bool {
        // Letters are the menu's own, not those of everywhere.
        true
    }

    fn typed(&mut self, key: Key, _: &Ctx) -> Option<Vec<Step>> {
        if let Some(number) = self.entries.iter().position(|entry| entry.key == key) {
            return Some(self.choose(number));
        }
        match (self.again, key) {
            (Some((again, number)), key) if again == key => Some(self.choose(number)),
            (_, Key::Char('j')) => Some(self.go(1)),
            (_, Key::Char('k')) => Some(self.go(-1)),
            (_, Key::Char('q')) => Some(vec![Step::Close]),
            (_, key) => key.is_text().then(|| vec![Step::Say(Notice::plain("no line here has this letter"))]),
        }
    }

    fn pointed(&mut self, mouse: Mouse, area: Rect, _: &Ctx) -> Vec<Step> {
        let (area, rows) = self.places(area);
        let inside = boxed::inside(area);
        match mouse.act {
            MouseAct::WheelDown => self.go(1),
            MouseAct::WheelUp => self.go(-1),
            MouseAct::Click if inside.contains(mouse.at) => {
                let hit = rows.get(usize::from(mouse.at.y - inside.y)).map(|(number, _)| *number);
                hit.map(|number| self.choose(number)).unwrap_or_default()
            }
            MouseAct::Click if !area.contains(mouse.at) => vec![Step::Close],
            MouseAct::Click => Vec::new(),
        }
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let theme = &ctx.theme;
        let (area, rows) = self.places(area);
        let inside = boxed::dialog(frame, theme, area, &self.title);
        let width = usize::from(inside.width);
        for (y, (number, part)) in (0..inside.height).zip(rows) {
            let Some(entry) = self.entries.get(number) else { continue };
            let (key, label) =
                if entry.ready.is_err() { (theme.dim, theme.dim) } else { (theme.key, theme.base) };
            let lead = Span::styled(padded(entry.key.to_string(), KEY), key);
            let line = match part {
                Part::Whole => {
                    let room = width.saturating_sub(KEY + AIR + cells(&entry.hint));
                    let text = Span::styled(padded(entry.label.clone(), room), label);
                    Line::from(vec![lead, text, Span::raw("  "), Span::styled(entry.hint.clone(), theme.dim)])
                }
                Part::Label => {
                    let text = padded(entry.label.clone(), width.saturating_sub(KEY));
                    Line::from(vec![lead, Span::styled(text, label)])
                }
                Part::Hint(text) => {
                    Line::from(vec![Span::raw(" ".repeat(KEY)), Span::styled(text, theme.dim)])
                }
            };
            let at = boxed::row(inside, y);
            frame.render_widget(line, at);
            if number == self.at {
                frame.buffer_mut().set_style(at, theme.cursor);
                if at.x > 0 {
                    frame.buffer_mut().set_string(at.x - 1, at.y, theme.glyphs.cursor, theme.accent);
                }
            }
        }
    }
}
