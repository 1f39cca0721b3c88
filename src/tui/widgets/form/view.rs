//! The picture of a form, and what a click on it hits.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::{Aside, Changed, Control, Form, Row};
use crate::domain::secret::Secret;
use crate::domain::text::fit;
use crate::tui::theme::Theme;
use crate::tui::widgets::input::Focus;
use crate::tui::widgets::page;
use crate::tui::widgets::text::{cells, padded, wrapped};

/// Cells before a label: where the focus and what was changed are marked.
const GUTTER: u16 = 3;

/// Cells between label and control.
const GAP: u16 = 2;

/// A control narrower than this has its notes below its label.
const ROOM_FOR_NOTES: u16 = 30;

/// What a click hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The row, which has the focus now.
    pub row: usize,
    /// Whether it is a button.
    pub button: bool,
}

/// A stretch of lines that belong to one row of a form.
struct Block {
    row: usize,
    /// The first line, counted from the first line of the form.
    top: usize,
    heading: usize,
    /// Whether the last line before the control is the heading's text.
    named: bool,
    control: usize,
    /// The line of the control that the cursor is on.
    cursor: usize,
    notes: Vec<(ratatui::style::Style, String)>,
}

/// How groups of rows are set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spacing {
    Headings,
    Gaps,
    None,
}

impl Block {
    fn end(&self) -> usize {
        self.top + self.heading + self.control + self.notes.len()
    }
}

/// The cells that labels take in a form `width` cells wide.
pub fn label_cells(rows: &[Row], width: u16) -> u16 {
    let longest = rows.iter().map(|row| cells(row.label)).max().unwrap_or(0);
    u16::try_from(longest).unwrap_or(u16::MAX).min(width * 2 / 5)
}

/// The cells that controls have in a form `width` cells wide.
pub(super) fn control_cells(rows: &[Row], width: u16) -> u16 {
    width.saturating_sub(GUTTER + label_cells(rows, width) + GAP + 1).max(1)
}

impl Form {
    /// Draws it. `asides` has one entry per row.
    pub fn view(&self, theme: &Theme, frame: &mut Frame, area: Rect, asides: &[Aside]) {
        let blocks = self.blocks(theme, area, asides);
        let scroll = self.scroll(&blocks, area.height.into());
        for block in &blocks {
            let lines = block.top..block.end();
            for line in lines.filter(|line| *line >= scroll) {
                let Some(y) = u16::try_from(line - scroll).ok().filter(|y| *y < area.height) else { break };
                let at = Rect { y: area.y + y, height: 1, ..area };
                self.line(theme, frame, at, block, line - block.top, asides.get(block.row));
            }
        }
        page::edges(frame, theme, area, scroll, blocks.last().map_or(0, Block::end));
    }

    /// Takes a click at `at` inside `area`, the same that [`Form::view`] was given.
    pub fn click(&mut self, theme: &Theme, at: Position, area: Rect, asides: &[Aside]) -> Option<Hit> {
        let blocks = self.blocks(theme, area, asides);
        let scroll = self.scroll(&blocks, area.height.into());
        let line = scroll + usize::from(at.y.checked_sub(area.y)?);
        let block = blocks.iter().find(|block| (block.top..block.end()).contains(&line))?;
        let was = self.at;
        self.focus(block.row);
        let x = at.x.saturating_sub(area.x + GUTTER + label_cells(&self.rows, area.width) + GAP);
        let room = control_cells(&self.rows, area.width);
        let row = self.rows.get_mut(block.row)?;
        match &mut row.control {
            // The first click opens the grid, so only the next one can mean a box in it.
            Control::Toggles(toggles) if was == block.row => {
                let y = line.checked_sub(block.top + block.heading).and_then(|y| u16::try_from(y).ok());
                if let Some(y) = y {
                    toggles.click(Position::new(x, y), room.into());
                }
            }
            Control::Choice(choice) => choice.go(1),
            _ => {}
        }
        Some(Hit { row: block.row, button: matches!(row.control, Control::Button(_)) })
    }

    fn blocks(&self, theme: &Theme, area: Rect, asides: &[Aside]) -> Vec<Block> {
        let room = usize::from(control_cells(&self.rows, area.width));
        let beneath = self.beneath(area);
        let plain = |number: usize| asides.get(number).and_then(|aside| aside.plain.as_ref());
        // Headings are the first to go when room is scarce, then the gaps. The row with the focus grows and shrinks;
        // that alone must not move the others about.
        let rest: usize = self.rows.iter().map(|row| height(row, Focus::Elsewhere, None, room)).sum();
        let groups = self.rows.iter().filter(|row| !row.heading.is_empty()).count();
        let spacing = match usize::from(area.height).checked_sub(rest) {
            Some(left) if left + 1 >= 2 * groups => Spacing::Headings,
            Some(left) if left + 1 >= groups => Spacing::Gaps,
            _ => Spacing::None,
        };
        let mut top = 0;
        let mut blocks = Vec::with_capacity(self.rows.len());
        for (number, row) in self.rows.iter().enumerate() {
            let notes = asides.get(number).map(|aside| aside.notes.as_slice()).unwrap_or_default();
            let notes = notes
                .iter()
                .flat_map(|note| {
                    wrapped(&note.text, beneath.width.into())
                        .into_iter()
                        .map(|line| (theme.tone(note.tone), line))
                })
                .collect();
            let heading = match (spacing, row.heading, number) {
                (Spacing::None, ..) | (_, "", _) | (Spacing::Gaps, _, 0) => 0,
                (Spacing::Gaps, ..) | (Spacing::Headings, _, 0) => 1,
                (Spacing::Headings, ..) => 2,
            };
            let control = height(row, self.focus_of(number), plain(number), room);
            let named = spacing == Spacing::Headings;
            let cursor = match &row.control {
                Control::Toggles(toggles) => toggles.cursor_line(room),
                _ => 0,
            };
            let block = Block { row: number, top, heading, named, control, cursor, notes };
            top = block.end();
            blocks.push(block);
        }
        blocks
    }

    fn focus_of(&self, number: usize) -> Focus {
        if number == self.at { Focus::Here } else { Focus::Elsewhere }
    }

    /// The first line in view: the row with the focus stays near the middle, and no line is wasted.
    fn scroll(&self, blocks: &[Block], height: usize) -> usize {
        let total = blocks.last().map_or(0, Block::end);
        let Some(block) = blocks.get(self.at).filter(|_| total > height) else { return 0 };
        let own = block.end() - block.top;
        let top = if own <= height {
            block.top.saturating_sub((height - own) / 2)
        } else {
            // The block alone is too high: then what counts is where in it the cursor is.
            let cursor = block.top + block.heading + block.cursor;
            cursor.saturating_sub(height / 2).max(block.top)
        };
        top.min(total - height)
    }

    /// Where notes stand: below their control, or where that is narrow, below the label too.
    fn beneath(&self, area: Rect) -> Rect {
        let control = control_cells(&self.rows, area.width);
        let left =
            GUTTER + if control < ROOM_FOR_NOTES { 2 } else { label_cells(&self.rows, area.width) + GAP };
        let left = left.min(area.width);
        Rect { x: area.x + left, width: area.width.saturating_sub(left + 1), ..area }
    }

    fn line(
        &self,
        theme: &Theme,
        frame: &mut Frame,
        area: Rect,
        block: &Block,
        line: usize,
        aside: Option<&Aside>,
    ) {
        let Some(row) = self.rows.get(block.row) else { return };
        let focus = self.focus_of(block.row);
        let labels = label_cells(&self.rows, area.width);
        let left = (GUTTER + labels + GAP).min(area.width);
        let right = Rect { x: area.x + left, width: area.width - left, ..area };
        let right = Rect { width: right.width.min(control_cells(&self.rows, area.width)), ..right };
        if line < block.heading {
            if line + 1 == block.heading && block.named {
                frame.render_widget(Line::styled(format!(" {}", row.heading), theme.title), area);
            }
            return;
        }
        let line = line - block.heading;
        if line >= block.control {
            if let Some((style, text)) = block.notes.get(line - block.control) {
                frame.render_widget(Line::styled(text.clone(), *style), self.beneath(area));
            }
            return;
        }
        if line == 0 {
            let changed = aside.is_some_and(|aside| aside.changed == Changed::Yes);
            let label = fit(row.label, labels.into());
            let (cursor, style) = match focus {
                Focus::Here => (theme.glyphs.cursor, theme.title),
                Focus::Elsewhere => (" ", theme.dim),
            };
            let left = Line::from(vec![
                Span::styled(cursor, theme.accent),
                Span::styled(if changed { theme.glyphs.mark } else { " " }, theme.accent),
                Span::raw(" "),
                Span::styled(padded(label, labels.into()), style),
            ]);
            frame.render_widget(left, area);
        }
        let plain = aside.and_then(|aside| aside.plain.as_ref());
        draw(row, theme, frame, right, line, (focus, plain));
    }
}

fn height(row: &Row, focus: Focus, plain: Option<&Secret>, room: usize) -> usize {
    match (&row.control, focus) {
        (Control::Secret(line), _) => line.height(plain, room),
        (Control::Lines(lines), focus) => lines.height(focus),
        (Control::Toggles(toggles), Focus::Here) => toggles.height(room),
        _ => 1,
    }
}

fn draw(
    row: &Row,
    theme: &Theme,
    frame: &mut Frame,
    area: Rect,
    number: usize,
    (focus, plain): (Focus, Option<&Secret>),
) {
    let room = usize::from(area.width);
    match &row.control {
        Control::Line(input) => input.view(theme, frame, area, focus),
        Control::Secret(line) => line.view(theme, frame, area, number, (focus, plain)),
        Control::Lines(lines) => lines.view(theme, frame, area, number, focus),
        Control::Choice(choice) => frame.render_widget(choice.line(theme, focus), area),
        Control::Toggles(toggles) if focus == Focus::Here => {
            frame.render_widget(toggles.line(theme, number, room), area);
        }
        Control::Toggles(toggles) => frame.render_widget(toggles.summary(theme, room), area),
        Control::Pick(pick) => {
            let hint = if focus == Focus::Here { "  Enter chooses" } else { "" };
            let text = fit(&pick.shown, room.saturating_sub(cells(hint)));
            frame.render_widget(Line::from(vec![Span::raw(text), Span::styled(hint, theme.dim)]), area);
        }
        Control::Button(label) => {
            let (text, style) = match focus {
                Focus::Here => (format!("[ {label} ]"), theme.accent.patch(theme.title)),
                Focus::Elsewhere => (format!("  {label}  "), theme.dim),
            };
            frame.render_widget(Line::styled(text, style), area);
        }
    }
}
