//! Columns that line up, whatever script the names are in.

use unicode_width::UnicodeWidthStr as _;

use super::{Out, Paint};
use crate::host::children::Stream;

/// A table whose columns are as wide as their widest cell.
#[derive(Debug, Default)]
pub(in crate::cli) struct Table {
    rows: Vec<Vec<(String, Option<Paint>)>>,
}

impl Table {
    /// A table with a heading.
    pub(in crate::cli) fn new(heading: &[&str]) -> Self {
        let cell = |text: &&str| ((*text).to_owned(), Some(Paint::Heading));
        Self { rows: vec![heading.iter().map(cell).collect()] }
    }

    /// Adds a row. Cells are visible text.
    pub(in crate::cli) fn row(&mut self, cells: impl IntoIterator<Item = (String, Option<Paint>)>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Writes it.
    pub(in crate::cli) fn print(&self, out: &mut Out) {
        for line in self.lines(|paint, text| out.paint(paint, text)) {
            out.line(&line);
        }
    }

    /// Says it beside the answer.
    pub(in crate::cli) fn note(&self, out: &mut Out) {
        for line in self.lines(|paint, text| out.paint_on(Stream::Err, paint, text)) {
            out.note(&line);
        }
    }

    pub(super) fn lines(&self, paint: impl Fn(Paint, &str) -> String) -> Vec<String> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|(text, _)| text.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let line = |row: &Vec<(String, Option<Paint>)>| {
            let mut line = String::new();
            let mut owed = 0;
            for ((text, colour), width) in row.iter().zip(&widths) {
                if !text.is_empty() {
                    line.push_str(&" ".repeat(owed));
                    line.push_str(&colour.map_or_else(|| text.clone(), |colour| paint(colour, text)));
                    owed = 0;
                }
                owed += width - text.width() + 2;
            }
            line
        };
        self.rows.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_no_line_ends_in_spaces() {
        let mut table = Table::new(&["name", "state"]);
        table.row([("漢字".to_owned(), None), ("ok".to_owned(), Some(Paint::Fine))]);
        table.row([("a".to_owned(), None), (String::new(), None)]);
        let lines = table.lines(|_, text| text.to_owned());
        assert_eq!(lines, ["name  state", "漢字  ok", "a"]);
    }
}
