//! Comma-separated values: the first line names the columns, each line after it is a profile.
//!
//! Columns have the names that variables have; `name`, `app` and a few more say whose the values are. The separator is
//! whichever of `,`, `;` and tab the first line has. Quoting is that of RFC 4180.

mod write;

use super::gather::{Gather, Given};
use super::names::{Bare, known, snake};
use super::rows::{Place, Rows, Unreadable};
use crate::domain::labels::Label;
use crate::domain::names::Name;

pub(super) use write::write;

/// The most columns a line may have.
const COLUMNS_MAX: usize = 200;

/// What a column holds.
enum Column {
    /// A profile's name.
    Profile,
    /// An app's name.
    App,
    /// A value.
    Value(Label),
    /// Nothing of ours.
    Other,
}

/// Whether a text looks like it: a first line with two names that are known, and one more line.
pub(super) fn looks(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let Some(first) = lines.next().filter(|line| line.len() < 4096) else { return false };
    let known = first.split(separator(first)).filter(|cell| matches!(column(cell), Column::Value(_)));
    known.count() >= 2 && lines.next().is_some() && !first.contains(['=', '{'])
}

/// Reads it.
///
/// # Errors
/// When no column has a known name, or a quote is not closed.
pub(super) fn read(text: &str) -> Result<Rows, Unreadable> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut records = Records { rest: text, line: 1, separator: separator(first) };
    let heading = records.next_record()?.map(|(_, cells)| cells).unwrap_or_default();
    let columns: Vec<Column> = heading.iter().take(COLUMNS_MAX).map(|cell| column(cell)).collect();
    if !columns.iter().any(|column| matches!(column, Column::Value(_))) {
        return Err(Unreadable::Shape("none of its columns has a name used for X's credentials"));
    }
    let mut gather = Gather::default();
    while let Some((line, cells)) = records.next_record()? {
        row(&mut gather, Place::Line(line), (&heading, &columns), &cells);
    }
    gather.finish()
}

fn row(gather: &mut Gather, place: Place, (heading, columns): (&[String], &[Column]), cells: &[String]) {
    if cells.len() > columns.len() {
        return gather.left_out(place, "has more values than there are columns");
    }
    let cell = |wanted: fn(&Column) -> bool| {
        let at = columns.iter().position(wanted)?;
        cells.get(at).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    };
    let account = match cell(|column| matches!(column, Column::Profile)) {
        Some(name) => gather.named(None, name),
        None => gather.another(None),
    };
    if let Some(name) = cell(|column| matches!(column, Column::App)) {
        match Name::parse(name) {
            Ok(name) => gather.app(account, name),
            Err(_) => gather.note(place, "the name of its app cannot be a name, so another is taken"),
        }
    }
    for ((name, column), value) in heading.iter().zip(columns).zip(cells) {
        match column {
            Column::Value(label) => {
                gather.take(account, &Given { place, name, label: *label, sure: true, value });
            }
            Column::Other => gather.pass_over(place, name, value),
            Column::Profile | Column::App => {}
        }
    }
}

fn column(cell: &str) -> Column {
    match snake(cell).as_str() {
        "NAME" | "PROFILE" | "PROFILE_NAME" | "BOT" | "BOT_NAME" | "ACCOUNT" | "ACCOUNT_NAME" => {
            Column::Profile
        }
        "APP" | "APP_NAME" => Column::App,
        _ => match known(cell, "", Bare::Ours) {
            Some(known) if known.account.is_empty() => Column::Value(known.label),
            _ => Column::Other,
        },
    }
}

fn separator(first: &str) -> char {
    let count = |c: &char| first.matches(*c).count();
    [',', ';', '\t'].into_iter().max_by_key(|c| (count(c), *c == ',')).unwrap_or(',')
}

/// The records of a text, one by one.
struct Records<'a> {
    rest: &'a str,
    line: usize,
    separator: char,
}

impl Records<'_> {
    /// The next record that is not empty, and the line it begins in.
    fn next_record(&mut self) -> Result<Option<(usize, Vec<String>)>, Unreadable> {
        while !self.rest.is_empty() {
            let (line, cells) = (self.line, self.cells()?);
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                return Ok(Some((line, cells)));
            }
        }
        Ok(None)
    }

    /// The cells up to the end of the line, or beyond it inside quotes.
    fn cells(&mut self) -> Result<Vec<String>, Unreadable> {
        let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), None);
        let mut chars = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        while let Some((at, c)) = chars.next() {
            let line = self.line;
            self.line += usize::from(c == '\n');
            match c {
                '"' if quoted.is_some() && chars.peek().is_some_and(|(_, c)| *c == '"') => {
                    cell.push('"');
                    chars.next();
                }
                '"' if quoted.is_some() => quoted = None,
                '"' if cell.trim().is_empty() => quoted = Some(line),
                '\n' if quoted.is_none() => {
                    end = at + 1;
                    break;
                }
                c if c == self.separator && quoted.is_none() => {
                    if cells.len() >= COLUMNS_MAX {
                        return Err(Unreadable::Shape("it has more than 200 columns"));
                    }
                    cells.push(std::mem::take(&mut cell));
                }
                c => cell.push(c),
            }
        }
        if let Some(line) = quoted {
            return Err(Unreadable::Syntax { format: "CSV: a quote is not closed", line, column: 1 });
        }
        cells.push(cell);
        self.rest = self.rest.get(end..).unwrap_or_default();
        Ok(cells)
    }
}
