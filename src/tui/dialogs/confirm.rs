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
use crate::tui::widgets::text::wrapped;

/// For how long a new question takes no consent.
pub const DEAF: Duration = Duration::from_millis(150);

/// A question.
#[derive(Debug)]
pub struct Confirm {
    /// What it is about.
    title: String,
    /// The facts, in whole sentences; visible text.
    lines: Vec<String>,
    /// What the consent does: "Check 24 profiles".
    verb: String,
    consent: Vec<Step>,
    /// The name that must be typed first.
    name: Option<(String, Input)>,
    opened: Duration,
    chosen: Button,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Button {
    Cancel,
    Consent,
}

impl Confirm {
    /// A question that `y` answers. What `consent` holds is done then, for the screen below.
    pub fn new(ctx: &Ctx, title: impl Into<String>, verb: impl Into<String>, consent: Vec<Step>) -> Self {
        Self {
            title: title.into(),
            lines: Vec::new(),
            verb: verb.into(),
            consent,
            name: None,
            opened: ctx.moment.boot,
            chosen: Button::Cancel,
        }
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

fn consent(state: &mut Confirm, _: &Ctx) -> Vec<Step> {
    let mut steps = vec![Step::Close];
    steps.append(&mut state.consent);
    steps
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
            ready: awake,
            act: consent,
        },
        Binding {
            keys: &[Key::Tab, Key::BackTab, Key::Left, Key::Right],
            action: "switch",
            label: "Choose",
            doc: "Go to the other button",
            shown: Shown::Reference,
            ready: always,
            act: |state, _| {
                state.chosen = if state.chosen == Button::Cancel { Button::Consent } else { Button::Cancel };
                Vec::new()
            },
        },
        Binding {
            keys: &[Key::Enter],
            action: "press",
            label: "Press",
            doc: "Press the button that is lit; at first that is Cancel",
            shown: Shown::Reference,
            ready: |state, ctx| match state.chosen {
                Button::Cancel if state.name.is_some() => awake(state, ctx),
                Button::Cancel => Ok(()),
                Button::Consent => awake(state, ctx),
            },
            act: |state, ctx| match (state.chosen, &state.name) {
                (Button::Cancel, None) => vec![Step::Close],
                _ => consent(state, ctx),
            },
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
        let buttons = boxed::row(inside, inside.height.saturating_sub(1));
        if mouse.act != crate::tui::message::MouseAct::Click || !buttons.contains(mouse.at) {
            return Vec::new();
        }
        // The buttons stand at the right edge: consent last.
        let verb = u16::try_from(self.verb.chars().count()).unwrap_or(0) + 6;
        if mouse.at.x >= buttons.right().saturating_sub(verb) {
            return if awake(self, ctx).is_ok() { consent(self, ctx) } else { Vec::new() };
        }
        if mouse.at.x >= buttons.right().saturating_sub(verb + 14) { vec![Step::Close] } else { Vec::new() }
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
        let button = |mine: Button, key: &str, label: &str, style| {
            let style = if self.chosen == mine { theme.title.patch(style) } else { style };
            let (open, close) = if self.chosen == mine { ("[", "]") } else { (" ", " ") };
            Span::styled(format!("{open}{key} {label}{close}"), style)
        };
        let consent = if self.name.is_some() { "Enter" } else { "y" };
        let cancel = if self.name.is_some() { "Esc" } else { "n" };
        let ready = self.name_is_typed();
        let buttons = Line::from(vec![
            button(Button::Cancel, cancel, "Cancel", theme.base),
            Span::raw("  "),
            button(Button::Consent, consent, &self.verb, if ready { theme.accent } else { theme.dim }),
        ]);
        let row = boxed::row(inside, inside.height.saturating_sub(1));
        frame.render_widget(buttons.right_aligned(), row);
    }
}
