//! The question when a form with something unsaved in it is left: nothing typed is ever lost by accident.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::ctx::Ctx;
use crate::tui::keys::{self, Binding, Key, Shown, always};
use crate::tui::message::{Mouse, MouseAct};
use crate::tui::screen::{Cover, State, Step, Told};
use crate::tui::widgets::boxed;
use crate::tui::widgets::text::{cells, padded};

/// The question.
#[derive(Debug, Default)]
pub struct Leave {
    at: usize,
}

/// The word for keeping what was typed.
pub(super) const KEEP: &str = "keep";
/// The word for throwing it away.
pub(super) const DISCARD: &str = "discard";

/// The answers: the harmless one first, the destructive one last.
const ANSWERS: [(char, &str, &str, Option<&str>); 3] = [
    ('g', "Go on editing", "", None),
    ('k', "Keep it as a draft", "sealed; back when this form is opened again", Some(KEEP)),
    ('d', "Discard what was typed", "", Some(DISCARD)),
];

/// Cells of a label.
const LABEL: usize = 24;

impl Leave {
    fn answer(number: usize) -> Vec<Step> {
        let word = ANSWERS.get(number).and_then(|(.., word)| *word);
        [Step::Close].into_iter().chain(word.map(|word| Step::Tell(Told::Chosen(word)))).collect()
    }

    fn go(&mut self, by: isize) -> Vec<Step> {
        self.at = (self.at + ANSWERS.len()).saturating_add_signed(by) % ANSWERS.len();
        Vec::new()
    }

    fn area(area: Rect) -> Rect {
        boxed::middle(area, area.width.min(76), 5)
    }
}

impl State for Leave {
    const NAME: &'static str = "leave";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Enter],
            action: "answer",
            label: "Choose",
            doc: "Do what the line under the cursor says; at first that is to go on editing",
            shown: Shown::Footer(0),
            ready: always,
            act: |state, _| Self::answer(state.at),
        },
        Binding {
            keys: &[Key::Esc, Key::Char('g')],
            action: "go-on",
            label: "Go on editing",
            doc: "Go on editing",
            shown: Shown::Footer(1),
            ready: always,
            act: |_, _| Self::answer(0),
        },
        Binding {
            keys: &[Key::Char('k')],
            action: "keep",
            label: "Keep",
            doc: "Keep what was typed as a draft and close the form",
            shown: Shown::Help,
            ready: always,
            act: |_, _| Self::answer(1),
        },
        Binding {
            keys: &[Key::Char('d')],
            action: "discard",
            label: "Discard",
            doc: "Throw away what was typed",
            shown: Shown::Help,
            ready: always,
            act: |_, _| Self::answer(2),
        },
        keys::down(&[Key::Down, Key::Tab, Key::Ctrl('n'), Key::Char('j')], |state, _| state.go(1)),
        keys::up(&[Key::Up, Key::BackTab, Key::Ctrl('p')], |state, _| state.go(-1)),
    ];

    fn cover(&self) -> Cover {
        Cover::Part
    }

    fn pointed(&mut self, mouse: Mouse, area: Rect, _: &Ctx) -> Vec<Step> {
        let inside = boxed::inside(Self::area(area));
        match mouse.act {
            MouseAct::Click if inside.contains(mouse.at) => Self::answer((mouse.at.y - inside.y).into()),
            MouseAct::Click => Vec::new(),
            MouseAct::WheelDown => self.go(1),
            MouseAct::WheelUp => self.go(-1),
        }
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let theme = &ctx.theme;
        let inside = boxed::dialog(frame, theme, Self::area(area), "Not saved");
        for (y, (number, (key, label, hint, _))) in (0..inside.height).zip(ANSWERS.iter().enumerate()) {
            let at = boxed::row(inside, y);
            let line = Line::from(vec![
                Span::styled(format!("{key}  "), theme.key),
                Span::styled(padded((*label).to_owned(), LABEL), theme.base),
                // A hint that is cut off in the middle helps nobody.
                Span::styled(if cells(hint) + LABEL + 3 > at.width.into() { "" } else { *hint }, theme.dim),
            ]);
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
