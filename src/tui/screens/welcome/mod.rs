//! The first screen on a machine without a vault: what birdkeep is, and three doors.

#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::secret::Secret;
use crate::tui::Exit;
use crate::tui::ctx::Ctx;
use crate::tui::keys::{Binding, Key, Shown, always};
use crate::tui::message::{Mouse, MouseAct};
use crate::tui::notice::Notice;
use crate::tui::screen::{Door, State, Step, Then};
use crate::tui::widgets::text::{cells, padded};
use crate::tui::widgets::{bird, boxed};

/// The first screen.
#[derive(Debug, Default)]
pub struct Welcome {
    at: usize,
}

/// One door.
struct DoorRow {
    key: char,
    action: &'static str,
    label: &'static str,
    hint: &'static str,
}

/// The harmless one first.
const DOORS: [DoorRow; 3] = [
    DoorRow {
        key: 'd',
        action: "demo",
        label: "Look at the demo",
        hint: "made-up bots, a simulated X, nothing is written",
    },
    DoorRow {
        key: 'i',
        action: "import",
        label: "Import what you already have",
        hint: ".env, xurl, twurl, t, code; nothing leaves this machine",
    },
    DoorRow {
        key: 'n',
        action: "by-hand",
        label: "Start by hand",
        hint: "a new vault, then app and bot, step by step",
    },
];

const TAGLINE: &str = "a vault for the keys of your X bots";
const PROMISE: &str = "It tells what each key may do, why it fails, and the next step.";

/// Where things are.
struct Places {
    bird: Rect,
    head: Rect,
    doors: [Rect; 3],
    /// Rows per door: the hint has its own, shares one, or is left out.
    rows: u16,
}

fn places(area: Rect) -> Places {
    let rows = if area.height >= 18 {
        3
    } else if area.height >= 11 {
        2
    } else {
        1
    };
    let with_bird = area.height >= bird::HEIGHT + 4 + 3 * rows;
    let bird_rows = if with_bird { bird::HEIGHT + 1 } else { 0 };
    let head_rows = if area.height >= 3 * rows + 4 { 4 } else { area.height.saturating_sub(3 * rows).min(2) };
    let whole = boxed::middle(area, area.width.min(66), bird_rows + head_rows + 3 * rows);
    let bird = Rect { height: bird_rows.min(whole.height), ..whole };
    let head = Rect { height: head_rows, ..boxed::below(whole, bird_rows) };
    let doors = boxed::below(whole, bird_rows + head_rows);
    let door = |number: u16| {
        let top = boxed::below(doors, number * rows);
        Rect { height: rows.min(top.height), ..top }
    };
    Places { bird, head, doors: [door(0), door(1), door(2)], rows }
}

impl Welcome {
    fn enter(&self) -> Vec<Step> {
        DOORS.get(self.at).map(|door| Step::Act(door.action)).into_iter().collect()
    }

    fn go(&mut self, by: isize) -> Vec<Step> {
        self.at = self.at.saturating_add_signed(by).min(DOORS.len() - 1);
        Vec::new()
    }
}

impl State for Welcome {
    const NAME: &'static str = "welcome";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Enter],
            action: "enter",
            label: "Choose",
            doc: "Go through the door under the cursor",
            shown: Shown::Footer(0),
            ready: always,
            act: |state, _| state.enter(),
        },
        Binding {
            keys: &[Key::Char('d')],
            action: "demo",
            label: "Demo",
            doc: "Look at made-up bots and a simulated X",
            shown: Shown::Help,
            ready: always,
            act: |_, _| vec![Step::Leave(Exit::Demo)],
        },
        Binding {
            keys: &[Key::Char('i')],
            action: "import",
            label: "Import",
            doc: "Make a vault and import what you already have",
            shown: Shown::Help,
            ready: always,
            act: |_, _| vec![Step::Open(Door::Init(Then::Import))],
        },
        Binding {
            keys: &[Key::Char('n')],
            action: "by-hand",
            label: "By hand",
            doc: "Make a vault and fill it step by step",
            shown: Shown::Help,
            ready: always,
            act: |_, _| vec![Step::Open(Door::Init(Then::ByHand))],
        },
        Binding {
            keys: &[Key::Char('j'), Key::Down, Key::Tab],
            action: "down",
            label: "Down",
            doc: "Next door",
            shown: Shown::Reference,
            ready: always,
            act: |state, _| state.go(1),
        },
        Binding {
            keys: &[Key::Char('k'), Key::Up, Key::BackTab],
            action: "up",
            label: "Up",
            doc: "Door before",
            shown: Shown::Reference,
            ready: always,
            act: |state, _| state.go(-1),
        },
    ];

    fn pasted(&mut self, _: &Secret, _: &Ctx) -> Vec<Step> {
        vec![Step::Say(Notice::plain("make a vault first (i); what is copied can be pasted then"))]
    }

    fn pointed(&mut self, mouse: Mouse, area: Rect, _: &Ctx) -> Vec<Step> {
        let hit = places(area).doors.iter().position(|door| door.contains(mouse.at));
        match (mouse.act, hit) {
            (MouseAct::Click, Some(at)) => {
                self.at = at;
                self.enter()
            }
            (MouseAct::WheelDown, _) => self.go(1),
            (MouseAct::WheelUp, _) => self.go(-1),
            (MouseAct::Click, None) => Vec::new(),
        }
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let theme = &ctx.theme;
        let places = places(area);
        bird::view(theme, frame, places.bird);
        let head = [
            Line::from(Span::styled("birdkeep", theme.accent.patch(theme.title))),
            Line::from(Span::styled(TAGLINE, theme.base)),
            Line::from(Span::styled(PROMISE, theme.dim)),
        ];
        // Centred and cut at both ends, a sentence says nothing.
        let whole = head.into_iter().filter(|line| line.width() <= places.head.width.into());
        for (y, line) in (0..places.head.height.min(3)).zip(whole) {
            frame.render_widget(line.centered(), boxed::row(places.head, y));
        }
        for (number, (door, at)) in DOORS.iter().zip(places.doors).enumerate() {
            let here = number == self.at;
            let mut spans = vec![
                Span::raw("  "),
                Span::styled(format!("{}  ", door.key), theme.key),
                Span::styled(door.label, if here { theme.title } else { theme.base }),
            ];
            if places.rows == 1 {
                let room = usize::from(at.width).saturating_sub(5 + cells(door.label) + 2);
                spans.push(Span::styled(format!("  {}", padded(door.hint.to_owned(), room)), theme.dim));
            }
            frame.render_widget(Line::from(spans), boxed::row(at, 0));
            if places.rows > 1 {
                let hint = Line::from(vec![Span::raw("     "), Span::styled(door.hint, theme.dim)]);
                frame.render_widget(hint, boxed::row(at, 1));
            }
            if here {
                for y in 0..places.rows.min(2) {
                    let row = boxed::row(at, y);
                    if !row.is_empty() {
                        frame.buffer_mut().set_style(row, theme.cursor_away);
                        frame.buffer_mut().set_string(row.x, row.y, theme.glyphs.cursor, theme.accent);
                    }
                }
            }
        }
    }
}
