//! A question before something that cannot be undone or that costs money: steps waiting for consent.
//!
//! Cancel is the default, the confirming key is never the one that asked, it is deaf for a moment after opening and
//! after a paste, and the worst things want a name typed.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::tui::ctx::Ctx;
use crate::tui::keys::{Binding, Key, Ready, Shown, always};
use crate::tui::screen::{Cover, State, Step};
use crate::tui::widgets::boxed;
use crate::tui::widgets::input::{Focus, Input, Look};
use crate::tui::widgets::text::{cells, wrapped};

/// For how long a new question takes no consent.
pub const DEAF: Duration = Duration::from_millis(150);

/// A question.
#[derive(Debug)]
pub struct Confirm {
    /// What it is about.
    title: String,
    /// The facts, in whole sentences; visible text.
    lines: Vec<String>,
    /// What `y` does, or why there is nothing for it to do.
    consent: Result<Answer, &'static str>,
    /// What `a` does: the larger thing.
    other: Option<Answer>,
    /// The name that must be typed first.
    name: Option<(String, Input)>,
    opened: Duration,
    chosen: Button,
}

/// What a person can say yes to.
#[derive(Debug)]
struct Answer {
    /// What it does: "Check 24 profiles".
    verb: String,
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Button {
    Cancel,
    Consent,
    Other,
}

impl Confirm {
    /// A question that `y` answers. What `consent` holds is done then, for the screen below.
    pub fn new(ctx: &Ctx, title: impl Into<String>, verb: impl Into<String>, consent: Vec<Step>) -> Self {
        Self { consent: Ok(Answer { verb: verb.into(), steps: consent }), ..Self::without(ctx, title, "") }
    }

    /// A question whose `y` has nothing to do, and says `why`: its other answer is the only one.
    pub fn without(ctx: &Ctx, title: impl Into<String>, why: &'static str) -> Self {
        Self {
            title: title.into(),
            lines: Vec::new(),
            consent: Err(why),
            other: None,
            name: None,
            opened: ctx.moment.boot,
            chosen: Button::Cancel,
        }
    }

    /// With another answer, for `a`, that does more than the one for `y`.
    #[must_use]
    pub fn other(mut self, verb: impl Into<String>, steps: Vec<Step>) -> Self {
        self.other = Some(Answer { verb: verb.into(), steps });
        self
    }

    /// With one more sentence.
    #[must_use]
    pub fn line(mut self, text: impl Into<String>) -> Self {
        self.lines.push(text.into());
        self
    }

    /// With a name that must be typed before the consent counts.
    #[must_use]
    pub fn typed_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some((name.into(), Input::new(Look::Plain)));
        self
    }

    fn name_is_typed(&self) -> bool {
        self.name.as_ref().is_none_or(|(name, input)| input.text() == name)
    }

    fn height(&self, width: u16) -> u16 {
        let lines: usize = self.lines.iter().map(|line| wrapped(line, width.into()).len()).sum();
        let name = if self.name.is_some() { 3 } else { 0 };
        u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2 + name)
    }

    fn area(&self, area: Rect) -> Rect {
        let width = area.width.min(64);
        boxed::middle(area, width, self.height(width.saturating_sub(4)).saturating_add(2))
    }
}

fn awake(state: &Confirm, ctx: &Ctx) -> Ready {
    let since = |then: Duration| ctx.moment.boot.saturating_sub(then);
    if since(state.opened) < DEAF || ctx.pasted.is_some_and(|at| since(at) < DEAF) {
        return Err("that was too fast to be meant: press it again");
    }
    if state.name_is_typed() { Ok(()) } else { Err("type the name first") }
}

/// Whether `button` can be pressed now.
fn ready(state: &Confirm, ctx: &Ctx, button: Button) -> Ready {
    match (button, &state.consent, &state.other) {
        // With a name to be typed, Enter is the consent.
        (Button::Cancel, ..) if state.name.is_some() => awake(state, ctx),
        (Button::Cancel, ..) => Ok(()),
        (Button::Consent, Err(why), _) => Err(why),
        (Button::Other, _, None) => Err("this question has one answer"),
        _ => awake(state, ctx),
    }
}

fn press(state: &mut Confirm, button: Button) -> Vec<Step> {
    let button = if state.name.is_some() { Button::Consent } else { button };
    let answer = match button {
        Button::Cancel => None,
        Button::Consent => state.consent.as_mut().ok(),
        Button::Other => state.other.as_mut(),
    };
    let mut steps = vec![Step::Close];
    steps.extend(answer.map(|answer| std::mem::take(&mut answer.steps)).unwrap_or_default());
    steps
}

impl Confirm {
    /// The buttons there are, from left to right, each with its key and word.
    fn buttons(&self) -> Vec<(Button, &'static str, &str)> {
        let typed = self.name.is_some();
        let cancel = (Button::Cancel, if typed { "Esc" } else { "n" }, "Cancel");
        let key = if typed { "Enter" } else { "y" };
        let consent = self.consent.as_ref().ok().map(|answer| (Button::Consent, key, answer.verb.as_str()));
        let other = self.other.as_ref().map(|answer| (Button::Other, "a", answer.verb.as_str()));
        [Some(cancel), consent, other].into_iter().flatten().collect()
    }

    /// Where each button stands in `row`: at its right edge, with air between them as far as there is room.
    fn places(&self, row: Rect) -> Vec<(Button, Rect)> {
        let buttons = self.buttons();
        let width = |key: &str, verb: &str| u16::try_from(cells(key) + cells(verb) + 3).unwrap_or(u16::MAX);
        let all: u16 = buttons.iter().fold(0, |sum, (_, key, verb)| width(key, verb).saturating_add(sum));
        let gaps = u16::try_from(buttons.len().saturating_sub(1)).unwrap_or(0);
        let air = row.width.saturating_sub(all).checked_div(gaps).unwrap_or(0).min(2);
        let mut x = row.right().saturating_sub(all.saturating_add(air * gaps)).max(row.x);
        let place = |(button, key, verb): (Button, &str, &str)| {
            let area = Rect { x, width: width(key, verb).min(row.right().saturating_sub(x)), ..row };
            x = x.saturating_add(area.width + air).min(row.right());
            (button, area)
        };
        buttons.into_iter().map(place).collect()
    }

    /// Lights the button `by` further on, round and round.
    fn switch(&mut self, by: usize) -> Vec<Step> {
        let buttons = self.buttons();
        let at = buttons.iter().position(|(button, ..)| *button == self.chosen).unwrap_or(0);
        self.chosen = buttons.get((at + by) % buttons.len()).map_or(Button::Cancel, |(button, ..)| *button);
        Vec::new()
    }

    /// The button before the first is the last.
    fn back(&mut self) -> Vec<Step> {
        self.switch(self.buttons().len() - 1)
    }
}

impl State for Confirm {
    const NAME: &'static str = "confirm";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Esc, Key::Char('n'), Key::Char('q')],
            action: "cancel",
            label: "Cancel",
            doc: "Leave everything as it is",
            shown: Shown::Footer(0),
            ready: always,
            act: |_, _| vec![Step::Close],
        },
        Binding {
            keys: &[Key::Char('y')],
            action: "consent",
            label: "Do it",
            doc: "Do what the question asks",
            shown: Shown::Footer(1),
            ready: |state, ctx| ready(state, ctx, Button::Consent),
            act: |state, _| press(state, Button::Consent),
        },
        Binding {
            keys: &[Key::Char('a')],
            action: "all",
            label: "All",
            doc: "Do it with all of them, where the question offers less",
            shown: Shown::Footer(2),
            ready: |state, ctx| ready(state, ctx, Button::Other),
            act: |state, _| press(state, Button::Other),
        },
        Binding {
            keys: &[Key::Tab, Key::Right],
            action: "switch",
            label: "Choose",
            doc: "Go to the next button",
            shown: Shown::Reference,
            ready: always,
            act: |state, _| state.switch(1),
        },
        Binding {
            keys: &[Key::BackTab, Key::Left],
            action: "switch-back",
            label: "Choose",
            doc: "Go to the button before",
            shown: Shown::Reference,
            ready: always,
            act: |state, _| state.back(),
        },
        Binding {
            keys: &[Key::Enter],
            action: "press",
            label: "Press",
            doc: "Press the button that is lit; at first that is Cancel",
            shown: Shown::Reference,
            ready: |state, ctx| ready(state, ctx, state.chosen),
            act: |state, _| press(state, state.chosen),
        },
    ];

    fn cover(&self) -> Cover {
        Cover::Part
    }

    fn types(&self) -> bool {
        self.name.is_some()
    }

    fn typed(&mut self, key: Key, _: &Ctx) -> Option<Vec<Step>> {
        self.name.as_mut().and_then(|(_, input)| input.key(key).then(Vec::new))
    }

    fn pointed(&mut self, mouse: crate::tui::message::Mouse, area: Rect, ctx: &Ctx) -> Vec<Step> {
        let inside = boxed::inside(self.area(area));
        let row = boxed::row(inside, inside.height.saturating_sub(1));
        if mouse.act != crate::tui::message::MouseAct::Click {
            return Vec::new();
        }
        match self.places(row).into_iter().find(|(_, area)| area.contains(mouse.at)) {
            Some((Button::Cancel, _)) => vec![Step::Close],
            Some((button, _)) if ready(self, ctx, button).is_ok() => press(self, button),
            _ => Vec::new(),
        }
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let theme = &ctx.theme;
        let inside = boxed::dialog(frame, theme, self.area(area), &self.title);
        let mut lines: Vec<Line> = self
            .lines
            .iter()
            .flat_map(|line| wrapped(line, inside.width.into()))
            .map(|line| Line::from(Span::styled(line, theme.base)))
            .collect();
        let typing = lines.len() + 2;
        if let Some((name, _)) = &self.name {
            lines.push(Line::default());
            lines.push(Line::from(vec![
                Span::styled("To go on, type ", theme.dim),
                Span::styled(name.clone(), theme.title),
            ]));
        }
        frame.render_widget(Paragraph::new(lines), boxed::below(inside, 0));
        if let Some((_, input)) = &self.name {
            let row = boxed::row(inside, u16::try_from(typing).unwrap_or(u16::MAX));
            input.view(theme, frame, row, Focus::Here);
        }
        let row = boxed::row(inside, inside.height.saturating_sub(1));
        for ((button, key, verb), (_, area)) in self.buttons().into_iter().zip(self.places(row)) {
            let style = match button {
                Button::Cancel => theme.base,
                _ if self.name_is_typed() => theme.accent,
                _ => theme.dim,
            };
            let lit = self.chosen == button;
            let style = if lit { theme.title.patch(style) } else { style };
            let (open, close) = if lit { ("[", "]") } else { (" ", " ") };
            frame.render_widget(Line::from(Span::styled(format!("{open}{key} {verb}{close}"), style)), area);
        }
    }
}
