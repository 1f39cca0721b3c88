//! Where the columns of the board are: as many actions as fit, their heads in words where there is height for that.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::Main;
use crate::domain::actions::{ACTIONS, Action};
use crate::tui::theme::Theme;
use crate::tui::widgets::boxed::{below, row};
use crate::tui::widgets::text::padded;

/// Cells of an action: a rule or air, the glyph, air.
pub(super) const CELL: usize = 3;
/// Cells of the time since a check, and of the age of the oldest value.
pub(super) const CHECKED: usize = 8;
pub(super) const OLDEST: usize = 7;
/// Cells before the name: cursor, mark, air.
const LEAD: usize = 3;
/// Rows that a head takes which is written downwards.
const WORD: u16 = 7;

/// Where things are.
#[derive(Debug)]
pub(super) struct Columns {
    /// The heads of the columns: groups, then actions.
    head: Rect,
    /// The rows of bots.
    pub(super) rows: Rect,
    /// Where the cell under the cursor is explained.
    pub(super) sentence: Rect,
    /// Cells of a name.
    pub(super) name: usize,
    /// Whether there is room to say when each was checked.
    pub(super) checked: bool,
    /// Whether there is room to say how old its oldest value is.
    pub(super) oldest: bool,
    /// Cells before the first action.
    left: usize,
    /// The actions in view, by number.
    pub(super) shown: Range<usize>,
}

impl Columns {
    pub(super) fn new(main: &Main, area: Rect) -> Self {
        let width = usize::from(area.width);
        let (checked, oldest) = (width >= 58, width >= 98);
        let dates = CHECKED * usize::from(checked) + OLDEST * usize::from(oldest);
        let spare = width.saturating_sub(LEAD + 1 + dates + CELL * ACTIONS.len());
        let name = spare.clamp(if checked { 15 } else { 12 }, 24).min(width / 3);
        let left = LEAD + name + 1 + dates;
        let shown = main.board.window(width.saturating_sub(left) / CELL);
        let head = match area.height {
            0..8 => 1,
            8..26 => 2,
            _ => 1 + WORD,
        };
        let sentence = match (area.height, area.width) {
            (0..5, _) => 0,
            (5..8, _) => 1,
            (8..16, _) | (_, 98..) => 2,
            _ => 3,
        };
        let under = below(area, head);
        let rows = Rect { height: under.height.saturating_sub(sentence), ..under };
        Self {
            head: Rect { height: head.min(area.height), ..area },
            rows,
            sentence: below(under, rows.height),
            name,
            checked,
            oldest,
            left,
            shown,
        }
    }

    /// The cells of action `index` in the line `at`; `None`: it is not in view.
    pub(super) fn cell(&self, index: usize, at: Rect) -> Option<Rect> {
        let number = self.shown.contains(&index).then(|| index - self.shown.start)?;
        let x = u16::try_from(self.left + number * CELL).ok()?;
        let width = u16::try_from(CELL).ok()?;
        (x + width <= at.width && at.height > 0).then(|| Rect { x: at.x + x, width, ..at })
    }

    /// The action whose column is at `x`.
    pub(super) fn at(&self, x: u16) -> Option<usize> {
        let cells = usize::from(x.checked_sub(self.rows.x)?).checked_sub(self.left)?;
        Some(self.shown.start + cells / CELL).filter(|index| self.shown.contains(index))
    }

    /// What stands before the glyph of action `index`: a rule where a group begins.
    pub(super) fn rule(&self, index: usize, theme: &Theme) -> &'static str {
        let group = |index: usize| ACTIONS.get(index).map(|row| row.group);
        let begins = index == self.shown.start || index.checked_sub(1).and_then(group) != group(index);
        match (begins, theme.glyphs.ascii) {
            (true, true) => "|",
            (true, false) => "│",
            (false, _) => " ",
        }
    }

    /// Draws the heads: the groups, and the actions in words written downwards or in two letters.
    pub(super) fn heads(&self, main: &Main, theme: &Theme, frame: &mut Frame) {
        let lines = self.head.height;
        let words = lines > WORD;
        if lines > 1 {
            frame.render_widget(self.groups(main, theme), row(self.head, 0));
        }
        let first = u16::from(lines > 1);
        for y in first..lines {
            let last = y + 1 == lines;
            let mut spans = vec![Span::styled(
                padded(if last { self.titles() } else { String::new() }, self.left),
                theme.dim,
            )];
            for index in self.shown.clone() {
                let Some(action) = main.board.ids().get(index) else { continue };
                let text = if words { letter(*action, y - first) } else { action.row().code.to_owned() };
                let style = if index == main.board.index() { theme.key } else { theme.dim };
                spans.push(Span::styled(self.rule(index, theme), theme.border));
                spans.push(Span::styled(padded(text, CELL - 1), style));
            }
            frame.render_widget(Line::from(spans), row(self.head, y));
        }
    }

    fn titles(&self) -> String {
        let mut titles = format!("{}{}", " ".repeat(LEAD), padded("name".to_owned(), self.name + 1));
        for (title, cells, shown) in [("checked", CHECKED, self.checked), ("oldest", OLDEST, self.oldest)] {
            if shown {
                titles.push_str(&padded(title.to_owned(), cells));
            }
        }
        titles
    }

    /// The names of the groups, and before them which actions are in view if not all are.
    fn groups(&self, main: &Main, theme: &Theme) -> Line<'static> {
        let all = main.board.len();
        let part = format!("{}{}-{} of {all}", " ".repeat(LEAD), self.shown.start + 1, self.shown.end);
        let part = if self.shown.len() < all { part } else { String::new() };
        let mut spans = vec![Span::styled(padded(part, self.left), theme.dim)];
        let mut shown = self.shown.clone().peekable();
        while let Some(index) = shown.next() {
            let Some(row) = ACTIONS.get(index) else { continue };
            let mut cells = CELL - 1;
            while shown
                .next_if(|next| ACTIONS.get(*next).is_some_and(|next| next.group == row.group))
                .is_some()
            {
                cells += CELL;
            }
            spans.push(Span::styled(self.rule(index, theme), theme.border));
            spans.push(Span::styled(
                padded(row.group.label().chars().take(cells).collect(), cells),
                theme.title,
            ));
        }
        Line::from(spans)
    }
}

/// The letter of an action's head in line `y` of those it is written down in; the last letter stands on the cells.
fn letter(action: Action, y: u16) -> String {
    let head = action.row().head;
    let blank = usize::from(WORD).saturating_sub(head.len());
    let number = usize::from(y).checked_sub(blank);
    number.and_then(|number| head.chars().nth(number)).map(String::from).unwrap_or_default()
}
