//! The lock screen: asks for the passphrase and shows nothing of the vault.

#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};
use crate::tui::ctx::{Ctx, Presence};
use crate::tui::effect::Job;
use crate::tui::keys::{Binding, Key, Ready, Shown, always};
use crate::tui::message::{Reply, Ticket};
use crate::tui::notice::Notice;
use crate::tui::screen::{Heard, State, Step};
use crate::tui::widgets::input::{Focus, Input, Look};
use crate::tui::widgets::text::wrapped;
use crate::tui::widgets::{bird, boxed};

/// The lock screen.
#[derive(Debug)]
pub struct Unlock {
    input: Input,
    trying: Option<Ticket>,
    trouble: Option<Failure>,
    /// Whether a passphrase is needed at all.
    needs: Presence,
}

impl Unlock {
    /// With an empty line. The demo's passphrase is no secret, and typed already the first time.
    pub fn new(ctx: &Ctx) -> Self {
        let known = ctx.demo_passphrase.as_deref().filter(|_| ctx.unlocked.is_none());
        let input = Input::with(Look::Masked, known.unwrap_or_default());
        Self { input, trying: None, trouble: None, needs: ctx.presence }
    }

    fn ready(&self, _: &Ctx) -> Ready {
        if self.trying.is_some() {
            return Err("one moment: it is being unlocked");
        }
        if self.needs == Presence::Passphrase && self.input.is_empty() {
            return Err("type the passphrase first");
        }
        Ok(())
    }

    fn unlock(&mut self, _: &Ctx) -> Vec<Step> {
        let passphrase = (self.needs == Presence::Passphrase).then(|| self.input.secret());
        self.input.clear();
        self.trouble = None;
        vec![Step::Start(Job::Unlock { passphrase })]
    }
}

impl State for Unlock {
    const NAME: &'static str = "unlock";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Enter],
            action: "unlock",
            label: "Unlock",
            doc: "Open the vault with what was typed",
            shown: Shown::Footer(0),
            ready: Self::ready,
            act: Self::unlock,
        },
        Binding {
            keys: &[Key::Ctrl('r')],
            action: "look",
            label: "Show what is typed",
            doc: "Show or mask what is typed",
            shown: Shown::Footer(4),
            ready: |state, _| match state.needs {
                Presence::Passphrase => Ok(()),
                _ => Err("there is nothing to type"),
            },
            act: |state, _| {
                state.input.look = if state.input.look == Look::Masked { Look::Plain } else { Look::Masked };
                Vec::new()
            },
        },
        Binding {
            keys: &[Key::Esc],
            action: "clear",
            label: "Clear",
            doc: "Clear the line",
            shown: Shown::Help,
            ready: always,
            act: |state, _| {
                state.input.clear();
                state.input.look = Look::Masked;
                Vec::new()
            },
        },
    ];

    fn types(&self) -> bool {
        self.needs == Presence::Passphrase
    }

    fn typed(&mut self, key: Key, _: &Ctx) -> Option<Vec<Step>> {
        if self.needs != Presence::Passphrase {
            return None;
        }
        self.input.key(key).then(|| {
            self.trouble = None;
            Vec::new()
        })
    }

    fn pasted(&mut self, text: &Secret, _: &Ctx) -> Vec<Step> {
        if self.needs != Presence::Passphrase {
            return Vec::new();
        }
        let outcome = self.input.paste(text.expose());
        outcome.sentence().map(|text| Step::Say(Notice::warn(text))).into_iter().collect()
    }

    fn heard(&mut self, heard: &Heard, _: &Ctx) -> Vec<Step> {
        match heard {
            Heard::Started(ticket) => self.trying = Some(*ticket),
            Heard::Reply(ticket, reply) if self.trying == Some(*ticket) => {
                self.trying = None;
                match reply {
                    Reply::Unlocked(Err(failure)) => self.trouble = Some(failure.clone()),
                    Reply::Died => {
                        self.trouble = Some(Failure::new(
                            Kind::Locked,
                            "the vault was not opened",
                            "birdkeep broke off while unlocking; nothing was changed",
                            "try again",
                        ));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let theme = &ctx.theme;
        let below = self.below(ctx, area.width.min(60).saturating_sub(2).into());
        let rows = u16::try_from(below.len()).unwrap_or(u16::MAX);
        let with_bird = area.height >= bird::HEIGHT + 6 + rows;
        let bird_rows = if with_bird { bird::HEIGHT + 1 } else { 0 };
        let box_rows = if area.height >= 5 { 3 } else { 1 };
        let whole = boxed::middle(area, area.width.min(60), bird_rows + box_rows + 1 + rows);
        if with_bird {
            bird::view(theme, frame, Rect { height: bird::HEIGHT, ..whole });
        }
        let field = boxed::below(whole, bird_rows);
        let field = Rect { height: box_rows.min(field.height), ..field };
        self.field(ctx, frame, field);
        let rest = boxed::below(whole, bird_rows + box_rows + 1);
        for (y, line) in (0..rest.height).zip(below) {
            frame.render_widget(line, boxed::row(rest, y));
        }
    }
}

impl Unlock {
    fn field(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let theme = &ctx.theme;
        let inside = boxed::inside(area);
        if inside != area {
            frame.render_widget(boxed::block(theme, "Locked", theme.focus), area);
        }
        let row = boxed::row(inside, 0);
        if self.trying.is_some() {
            let line = Line::from(vec![
                Span::styled(format!("{} ", ctx.spinner()), theme.accent),
                Span::styled("unlocking; slow on purpose, so that guessing is", theme.dim),
            ]);
            return frame.render_widget(line, row);
        }
        if self.needs != Presence::Passphrase {
            let line =
                Line::from(Span::styled("Enter opens the vault: its identity has no passphrase", theme.base));
            return frame.render_widget(line, row);
        }
        let label = "Passphrase  ";
        frame.render_widget(Line::from(Span::styled(label, theme.dim)), row);
        let used = u16::try_from(label.len()).unwrap_or(0).min(row.width);
        let line = Rect { x: row.x + used, width: row.width - used, ..row };
        self.input.view(theme, frame, line, Focus::Here);
    }

    /// What stands below the field: trouble, or the demo's passphrase.
    fn below(&self, ctx: &Ctx, width: usize) -> Vec<Line<'static>> {
        let theme = &ctx.theme;
        let mut lines = Vec::new();
        if let Some(failure) = &self.trouble {
            for (text, style) in [
                (failure.what.clone(), theme.bad),
                (failure.because.clone(), theme.base),
                (failure.try_this.clone(), theme.dim),
            ] {
                let part = wrapped(&text, width).into_iter();
                lines.extend(part.map(|line| Line::from(Span::styled(format!(" {line}"), style))));
            }
        }
        if let Some(passphrase) = &ctx.demo_passphrase {
            let lead = " This is the demo. Its passphrase is  ";
            let word = Span::styled(passphrase.to_string(), theme.accent.patch(theme.title));
            if lead.len() + word.width() <= width {
                lines.push(Line::from(vec![Span::styled(lead, theme.dim), word]));
            } else {
                lines.push(Line::from(Span::styled(" The demo's passphrase is", theme.dim)));
                lines.push(Line::from(vec![Span::raw(" "), word]));
            }
        }
        lines
    }
}
