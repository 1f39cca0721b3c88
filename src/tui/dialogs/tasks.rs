//! What is under way: every job with how far it is; a check can be cancelled, what is in custody finishes.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::ctx::{Ctx, Running};
use crate::tui::effect::Effect;
use crate::tui::keys::{Binding, Key, Ready, Shown, always};
use crate::tui::message::Ticket;
use crate::tui::screen::{Cover, State, Step};
use crate::tui::widgets::boxed;
use crate::tui::widgets::text::padded;

/// The jobs under way.
#[derive(Debug, Default)]
pub struct Tasks {
    at: usize,
}

impl Tasks {
    fn job<'a>(&self, ctx: &'a Ctx) -> Option<(Ticket, &'a Running)> {
        let count = ctx.jobs.listed().count();
        ctx.jobs.listed().nth(self.at.min(count.saturating_sub(1)))
    }

    fn can_cancel(&self, ctx: &Ctx) -> Ready {
        match self.job(ctx) {
            None => Err("nothing is under way"),
            Some((_, job)) if job.kind.custody => {
                Err("this is in custody: it finishes, so that nothing is lost")
            }
            Some((_, job)) if job.progress.as_ref().is_some_and(|p| p.tally.cancelled) => {
                Err("it is being cancelled already")
            }
            Some((_, job)) if job.progress.is_none() => Err("this is over in a moment"),
            Some(_) => Ok(()),
        }
    }

    fn go(&mut self, by: isize, ctx: &Ctx) -> Vec<Step> {
        let last = ctx.jobs.listed().count().saturating_sub(1);
        self.at = self.at.min(last).saturating_add_signed(by).min(last);
        Vec::new()
    }
}

impl State for Tasks {
    const NAME: &'static str = "tasks";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Char('x'), Key::Delete],
            action: "cancel",
            label: "Cancel it",
            doc: "Cancel the job under the cursor; what is done stays done",
            shown: Shown::Footer(0),
            ready: Self::can_cancel,
            act: |state, ctx| {
                state.job(ctx).map(|(ticket, _)| Step::Do(Effect::Cancel(ticket))).into_iter().collect()
            },
        },
        Binding {
            keys: &[Key::Esc, Key::Char('w'), Key::Enter],
            action: "close",
            label: "Close",
            doc: "Close the list; jobs go on",
            shown: Shown::Footer(1),
            ready: always,
            act: |_, _| vec![Step::Close],
        },
        Binding {
            keys: &[Key::Char('j'), Key::Down],
            action: "down",
            label: "Down",
            doc: "Next job",
            shown: Shown::Reference,
            ready: always,
            act: |state, ctx| state.go(1, ctx),
        },
        Binding {
            keys: &[Key::Char('k'), Key::Up],
            action: "up",
            label: "Up",
            doc: "Job before",
            shown: Shown::Reference,
            ready: always,
            act: |state, ctx| state.go(-1, ctx),
        },
    ];

    fn cover(&self) -> Cover {
        Cover::Part
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let theme = &ctx.theme;
        let jobs: Vec<_> = ctx.jobs.listed().collect();
        let rows = u16::try_from(jobs.len().max(1)).unwrap_or(u16::MAX);
        let inside = boxed::dialog(
            frame,
            theme,
            boxed::middle(area, area.width.min(64), rows.saturating_add(2)),
            "Tasks",
        );
        if jobs.is_empty() {
            let line = Line::from(Span::styled("nothing is under way", theme.dim));
            return frame.render_widget(line, boxed::row(inside, 0));
        }
        let at = self.at.min(jobs.len() - 1);
        for (y, (number, (_, job))) in (0..inside.height).zip(jobs.into_iter().enumerate()) {
            let row = boxed::row(inside, y);
            frame.render_widget(line(ctx, job, row.width.into()), row);
            if number == at {
                frame.buffer_mut().set_style(row, theme.cursor);
                frame.buffer_mut().set_string(
                    row.x.saturating_sub(1),
                    row.y,
                    theme.glyphs.cursor,
                    theme.accent,
                );
            }
        }
    }
}

fn line(ctx: &Ctx, job: &Running, width: usize) -> Line<'static> {
    let theme = &ctx.theme;
    let seconds = ctx.moment.boot.saturating_sub(job.began).as_secs();
    let far = match job.progress.as_ref().map(|progress| progress.tally) {
        Some(p) if p.cancelled => format!("{}/{} · cancelling", p.done, p.total),
        Some(p) if p.failed > 0 => format!("{}/{} · {} failed", p.done, p.total, p.failed),
        Some(p) if p.total == 1 => job.what.clone(),
        Some(p) => format!("{}/{}", p.done, p.total),
        None if job.kind.custody => format!("{} in custody", job.what).trim().to_owned(),
        None => job.what.clone(),
    };
    Line::from(vec![
        Span::styled(format!("{} ", ctx.spinner()), theme.accent),
        Span::styled(padded(job.kind.label.to_owned(), 16), theme.base),
        Span::styled(padded(far, width.saturating_sub(26)), theme.dim),
        Span::styled(format!("{seconds:>5} s"), theme.dim),
    ])
}
