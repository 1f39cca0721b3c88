//! The OAuth 2.0 scopes to ask for: preset from what the bot is meant to do, each can be turned on and off.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::permission::Scopes;
use crate::ops::authorize::SCOPES;
use crate::tui::ctx::Ctx;
use crate::tui::theme::Theme;
use crate::tui::widgets::boxed;
use crate::tui::widgets::page;
use crate::tui::widgets::roll::Roll;
use crate::tui::widgets::text::{padded, wrapped};

/// Without these X does not say whose tokens it has issued.
const WHOSE: &[&str] = &["tweet.read", "users.read"];
/// Brings the refresh token.
const OFFLINE: &str = "offline.access";
/// Rows that the note on the scope under the cursor takes.
const NOTE: u16 = 3;
/// From this width on what a scope grants stands beside it.
const WIDE: u16 = 60;

/// The list.
#[derive(Debug)]
pub(super) struct List {
    /// What the needs take.
    preset: Scopes,
    on: Vec<bool>,
    roll: Roll<usize>,
}

impl List {
    /// With what `preset` holds turned on.
    pub(super) fn new(preset: Scopes) -> Self {
        let on: Vec<bool> = SCOPES.iter().map(|row| preset.hold(&[row.word])).collect();
        let mut roll = Roll::default();
        // What is on comes first: there is no need to look for it.
        let (first, rest): (Vec<usize>, Vec<usize>) = (0..on.len()).partition(|n| on.get(*n) == Some(&true));
        roll.set([first, rest].concat());
        Self { preset, on, roll }
    }

    /// What is turned on.
    pub(super) fn scopes(&self) -> Scopes {
        let on = SCOPES.iter().zip(&self.on).filter(|(_, on)| **on).map(|(row, _)| row.word);
        Scopes::parse(&on.collect::<Vec<_>>().join(" "))
    }

    pub(super) fn flip(&mut self) {
        if let Some(on) = self.roll.at().and_then(|at| self.on.get_mut(at)) {
            *on = !*on;
        }
    }

    /// Back to what the needs take.
    pub(super) fn reset(&mut self) {
        self.on = SCOPES.iter().map(|row| self.preset.hold(&[row.word])).collect();
    }

    pub(super) fn go(&mut self, by: isize) {
        // The window follows the cursor by itself.
        self.roll.go(by, 1);
    }

    /// Draws it, and what there is to know of the scope under the cursor.
    pub(super) fn view(&self, ctx: &Ctx, frame: &mut Frame, whole: Rect, account: &str) {
        let theme = &ctx.theme;
        let inside = page::page(frame, theme, whole, "Log in: what the app may do");
        let intro = format!("What {account} lets the app do. What its needs take is turned on.");
        let intro = if inside.height < 12 { Vec::new() } else { wrapped(&intro, inside.width.into()) };
        let rows = u16::try_from(intro.len()).unwrap_or(0);
        for (y, line) in (0..).zip(intro) {
            frame.render_widget(Line::styled(line, theme.base), boxed::row(inside, y));
        }
        let below = boxed::below(inside, if rows == 0 { 0 } else { rows + 1 });
        let note = self.note(below.width);
        let foot = u16::try_from(note.len()).unwrap_or(0).max(NOTE).min(below.height.saturating_sub(2));
        let list = Rect { height: below.height - foot, ..below };
        self.lines(theme, frame, list);
        let foot = Rect { y: list.bottom(), height: foot, ..below };
        for (y, (line, bad)) in (0..).zip(note) {
            let style = if bad { theme.warn } else { theme.dim };
            frame.render_widget(Line::styled(line, style), boxed::row(foot, y));
        }
    }

    fn lines(&self, theme: &Theme, frame: &mut Frame, area: Rect) {
        let window = self.roll.window(area.height.into());
        let (top, total) = (window.start, self.roll.len());
        let word = SCOPES.iter().map(|row| row.word.len()).max().unwrap_or(0);
        let (on, off) = if theme.glyphs.ascii { ("[x]", "[ ]") } else { ("■", "□") };
        for (y, at) in (0..).zip(self.roll.ids().get(window).unwrap_or_default()) {
            let Some(row) = SCOPES.get(*at) else { continue };
            let is_on = self.on.get(*at).copied().unwrap_or_default();
            let here = self.roll.at() == Some(*at);
            let (mark, style) = if is_on { (on, theme.base) } else { (off, theme.dim) };
            let line = Line::from(vec![
                Span::styled(if here { theme.glyphs.cursor } else { " " }, theme.accent),
                Span::styled(format!("{mark} "), if is_on { theme.good } else { theme.dim }),
                Span::styled(padded(row.word.to_owned(), word + 2), style),
                Span::styled(if area.width < WIDE { "" } else { row.grants }, theme.dim),
            ]);
            let line = if here { line.style(theme.cursor) } else { line };
            frame.render_widget(line, boxed::row(area, y));
        }
        page::edges(frame, theme, area, top, total);
    }

    /// What matters most now, and whether it is a warning.
    fn note(&self, room: u16) -> Vec<(String, bool)> {
        let scopes = self.scopes();
        let here = self.roll.at().and_then(|at| SCOPES.get(at));
        let (text, bad) = if scopes.is_empty() {
            ("Nothing is asked for: turn at least tweet.read and users.read on.".to_owned(), true)
        } else if here.is_some_and(|row| row.word == OFFLINE) || !scopes.hold(&[OFFLINE]) {
            let text = "offline.access brings a refresh token. Without it the login is over after two hours, and \
                        somebody has to log in again.";
            (text.to_owned(), !scopes.hold(&[OFFLINE]))
        } else if !scopes.hold(WHOSE) {
            let text = "Without tweet.read and users.read X does not say whose tokens these are: they are only kept \
                        as candidates.";
            (text.to_owned(), true)
        } else if let Some(row) =
            here.filter(|row| self.preset.hold(&[row.word]) && !scopes.hold(&[row.word]))
        {
            (format!("The needs of this bot take {}.", row.word), true)
        } else {
            let grants = here.filter(|_| room < WIDE).map(|row| format!("{}: {}", row.word, row.grants));
            (grants.unwrap_or_default(), false)
        };
        let lines = wrapped(&text, room.into());
        lines.into_iter().map(|line| (line, bad)).collect()
    }
}
