//! One page of a wizard: what there is to know, and the one thing to do. Where room is scarce, air goes first; what
//! there is to know scrolls, and what waits for a person is always seen.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::boxed;
use super::input::{Focus, Input};
use super::text::{cells, chopped, wrapped};
use crate::domain::text::fit;
use crate::failure::Failure;
use crate::tui::theme::Theme;

/// The widest a page gets, borders included.
const WIDTH: u16 = 78;

/// A page under construction.
#[derive(Debug)]
pub struct Leaf<'a> {
    theme: &'a Theme,
    room: usize,
    rows: Vec<Row<'a>>,
}

#[derive(Debug)]
struct Row<'a> {
    weight: Weight,
    line: Line<'static>,
    /// Something to type in, after the line.
    input: Option<(&'a Input, Focus)>,
}

/// What is seen of a page, and where.
struct Laid<'a> {
    whole: Rect,
    inside: Rect,
    seen: Vec<Row<'a>>,
    /// Rows for explanations; of their lines `top` lie above these, `below` under them.
    room: usize,
    top: usize,
    below: usize,
}

/// What goes first when room is scarce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// An empty line.
    Air,
    /// What is good to know.
    Explains,
    /// What must be seen.
    Matters,
}

impl<'a> Leaf<'a> {
    /// An empty page for `area`.
    pub fn new(theme: &'a Theme, area: Rect) -> Self {
        let inside = inside(area, place(area, u16::MAX));
        // Without a frame the last cell is for the marks that there is more.
        let room =
            usize::from(if is_framed(area) { inside.width } else { inside.width.saturating_sub(1) }).max(1);
        Self { theme, room, rows: Vec::new() }
    }

    fn push(&mut self, weight: Weight, line: Line<'static>) {
        self.rows.push(Row { weight, line, input: None });
    }

    /// An empty line.
    pub fn air(&mut self) {
        self.push(Weight::Air, Line::default());
    }

    /// Text, wrapped.
    pub fn text(&mut self, weight: Weight, text: &str, style: Style) {
        for line in wrapped(text, self.room) {
            self.push(weight, Line::styled(line, style));
        }
    }

    /// What is good to know.
    pub fn explain(&mut self, text: &str) {
        self.text(Weight::Explains, text, self.theme.base);
    }

    /// A step of a list, with its number.
    pub fn step(&mut self, number: usize, text: &str) {
        self.item(Weight::Explains, &format!("{number}. "), text, self.theme.base);
    }

    /// `text` wrapped beside `lead`.
    pub fn item(&mut self, weight: Weight, lead: &str, text: &str, style: Style) {
        let indent = cells(lead);
        for (part, line) in wrapped(text, self.room.saturating_sub(indent).max(1)).into_iter().enumerate() {
            let lead = if part == 0 { lead.to_owned() } else { " ".repeat(indent) };
            let spans = vec![Span::styled(lead, self.theme.dim), Span::styled(line, style)];
            self.push(weight, Line::from(spans));
        }
    }

    /// A value that must be read exactly: cut wherever the line ends.
    pub fn value(&mut self, text: &str, style: Style) {
        for line in chopped(text, self.room) {
            self.push(Weight::Matters, Line::styled(line, style));
        }
    }

    /// A value of which the first `lines` lines are enough; if there are more, `hint` says how to see them.
    pub fn beginning(&mut self, text: &str, lines: usize, hint: &str, style: Style) {
        let all = chopped(text, self.room);
        let cut = all.len() > lines;
        for (number, line) in (1..=lines).zip(all) {
            if cut && number == lines {
                let line = fit(&format!("{line} "), self.room.saturating_sub(cells(hint) + 1));
                let spans = vec![Span::styled(line, style), Span::styled(format!(" {hint}"), self.theme.dim)];
                self.push(Weight::Matters, Line::from(spans));
            } else {
                self.push(Weight::Matters, Line::styled(line, style));
            }
        }
    }

    /// A line to type in.
    pub fn input(&mut self, label: &str, input: &'a Input, focus: Focus) {
        let line = Line::styled(
            format!("{label}  "),
            if focus == Focus::Here { self.theme.title } else { self.theme.dim },
        );
        self.rows.push(Row { weight: Weight::Matters, line, input: Some((input, focus)) });
    }

    /// One of a few lines to choose from.
    pub fn option(&mut self, key: &str, label: &str, focus: Focus) {
        let theme = self.theme;
        let (mark, style) = match focus {
            Focus::Here => (theme.glyphs.cursor, theme.title),
            Focus::Elsewhere => (" ", theme.base),
        };
        let spans = vec![
            Span::styled(mark, theme.accent),
            Span::styled(if key.is_empty() { " ".to_owned() } else { format!(" {key}  ") }, theme.key),
            Span::styled(label.to_owned(), style),
        ];
        self.push(Weight::Matters, Line::from(spans));
    }

    /// A command to type into a shell, and what it is for.
    pub fn command(&mut self, command: &str, why: &str) {
        let theme = self.theme;
        if cells(command) + cells(why) + 4 > self.room {
            for line in wrapped(command, self.room.saturating_sub(2)) {
                self.push(Weight::Matters, Line::styled(format!("  {line}"), theme.accent));
            }
            return self.item(Weight::Explains, "    ", why, theme.dim);
        }
        let spans = vec![
            Span::styled(format!("  {command}"), theme.accent),
            Span::styled(format!("  {why}"), theme.dim),
        ];
        self.push(Weight::Matters, Line::from(spans));
    }

    /// What happened, because of what, what to try.
    pub fn failure(&mut self, failure: &Failure) {
        self.text(Weight::Matters, &failure.what, self.theme.bad);
        self.text(Weight::Matters, &failure.because, self.theme.base);
        self.text(Weight::Matters, &failure.try_this, self.theme.dim);
    }

    /// Draws it into the middle of `area`. Explanations that have no room at the top scroll: `scroll` of their lines
    /// lie above what is seen.
    pub fn view(self, frame: &mut Frame, area: Rect, title: &str, scroll: usize) {
        let theme = self.theme;
        let Laid { whole, inside, seen, room, top, below } = self.laid(area, scroll);
        if inside != whole {
            frame.render_widget(boxed::block(theme, title, theme.focus), whole);
        }
        for (y, row) in (0..inside.height).zip(seen) {
            row.view(theme, frame, boxed::row(inside, y));
        }
        let (up, down) = if theme.glyphs.ascii { ("^", "v") } else { ("▲", "▼") };
        let edge = Rect { x: inside.right().saturating_sub(1), width: inside.width.min(1), ..inside };
        let mark = |frame: &mut Frame, y: usize, glyph| {
            let at = boxed::row(edge, u16::try_from(y).unwrap_or(u16::MAX));
            frame.render_widget(Line::styled(glyph, theme.accent), at);
        };
        if room > 0 && top > 0 {
            mark(frame, 0, up);
        }
        if room > 0 && below > 0 {
            mark(frame, room - 1, down);
        }
    }

    /// The text of the line that stands at `at`.
    pub fn line_at(self, area: Rect, at: Position, scroll: usize) -> Option<String> {
        let laid = self.laid(area, scroll);
        let row = laid.inside.contains(at).then(|| usize::from(at.y - laid.inside.y))?;
        let line = laid.seen.into_iter().nth(row)?.line;
        Some(line.spans.iter().map(|span| span.content.as_ref()).collect())
    }

    /// What is seen of it in `area`, and where.
    fn laid(mut self, area: Rect, scroll: usize) -> Laid<'a> {
        let rows = usize::from(inside(area, place(area, u16::MAX)).height);
        let pinned = self.thinned(rows);
        let whole = place(area, u16::try_from(self.rows.len()).unwrap_or(u16::MAX).saturating_add(2));
        let inside = inside(area, whole);
        let tail = self.rows.split_off(pinned);
        let room = usize::from(inside.height).saturating_sub(tail.len());
        let top = scroll.min(self.rows.len().saturating_sub(room));
        let below = self.rows.len().saturating_sub(top + room);
        let skip = tail.len().saturating_sub(inside.height.into());
        let seen = self.rows.into_iter().skip(top).take(room).chain(tail.into_iter().skip(skip)).collect();
        Laid { whole, inside, seen, room, top, below }
    }

    /// How many lines of explanation can be scrolled away.
    pub fn last_scroll(mut self, area: Rect) -> usize {
        let rows = usize::from(inside(area, place(area, u16::MAX)).height);
        self.thinned(rows);
        self.rows.len().saturating_sub(rows)
    }

    /// Takes out what is good to know at the end, and air, until `rows` rows are enough or nothing is left to take.
    /// Returns how many rows at the beginning may scroll.
    fn thinned(&mut self, rows: usize) -> usize {
        let pinned =
            |rows: &[Row]| rows.iter().position(|row| row.weight == Weight::Matters).unwrap_or(rows.len());
        for (weight, from_tail) in [(Weight::Air, 0), (Weight::Explains, 1)] {
            while self.rows.len() > rows {
                let first = if from_tail == 0 { 0 } else { pinned(&self.rows) };
                let last = self.rows.iter().skip(first).rposition(|row| row.weight == weight);
                let Some(last) = last else { break };
                self.rows.remove(first + last);
            }
        }
        pinned(&self.rows)
    }
}

impl Row<'_> {
    fn view(self, theme: &Theme, frame: &mut Frame, at: Rect) {
        let used = u16::try_from(self.line.width()).unwrap_or(u16::MAX).min(at.width);
        frame.render_widget(self.line, at);
        if let Some((input, focus)) = self.input {
            let rest = Rect { x: at.x + used, width: at.width - used, ..at };
            input.view(theme, frame, rest, focus);
        }
    }
}

/// The room a page takes. Without the room for borders it takes all there is.
fn place(area: Rect, height: u16) -> Rect {
    if is_framed(area) { boxed::middle(area, WIDTH, height) } else { area }
}

/// The room inside it. `area` is what the page was given, `place` what it takes.
fn inside(area: Rect, place: Rect) -> Rect {
    if is_framed(area) { boxed::inside(place) } else { place }
}

const fn is_framed(area: Rect) -> bool {
    area.height + 2 >= boxed::ROWS_FOR_BORDERS && area.width >= 6
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;
    use crate::config::Settings;
    use crate::tui::widgets::input::Look;

    fn picture(width: u16, height: u16) -> String {
        let theme = Theme::new(&Settings::default());
        let area = Rect::new(0, 0, width, height);
        let input = Input::with(Look::Plain, "typed");
        let mut leaf = Leaf::new(&theme, area);
        leaf.explain("Something good to know, in a sentence of some length that has to be wrapped.");
        leaf.air();
        leaf.step(1, "A first step.");
        leaf.input("Passphrase", &input, Focus::Here);
        leaf.air();
        leaf.option("y", "Yes", Focus::Here);
        leaf.command("birdkeep passwd", "sets another passphrase");
        drawn(leaf, area)
    }

    fn drawn(leaf: Leaf, area: Rect) -> String {
        let Rect { width, height, .. } = area;
        let Ok(mut terminal) = Terminal::new(TestBackend::new(width, height));
        let Ok(frame) = terminal.draw(|frame| leaf.view(frame, area, "A page", 0));
        let buffer = frame.buffer;
        (0..height)
            .map(|y| {
                (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned() + "\n"
            })
            .collect()
    }

    #[test]
    fn what_waits_for_a_person_is_seen_at_every_size() {
        for (width, height) in [(120, 34), (80, 22), (40, 10), (40, 5), (24, 4)] {
            let picture = picture(width, height);
            for needed in ["typed", "Yes", "birdkeep passwd"] {
                assert!(picture.contains(needed), "{width}×{height}: {needed}\n{picture}");
            }
        }
        assert!(picture(80, 22).contains("good to know"));
    }

    #[test]
    fn a_command_is_wrapped_between_words_and_never_cut() {
        let (theme, area) = (Theme::new(&Settings::default()), Rect::new(0, 0, 20, 6));
        let mut leaf = Leaf::new(&theme, area);
        leaf.command("birdkeep get a-made-up-name", "hands it over");
        let picture = drawn(leaf, area);
        assert!(picture.contains("  birdkeep get\n  a-made-up-name\n"), "{picture}");
    }

    #[test]
    fn no_size_breaks_it() {
        for width in 1..90 {
            for height in 1..30 {
                picture(width, height);
            }
        }
    }
}
