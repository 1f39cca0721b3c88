//! What the pages of an import say, as lines of text.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::fields::{Field, OwnerKind};
use crate::domain::text::visible_within;
use crate::failure::Failure;
use crate::ops::transfer::{Fate, Find, Leftover, Part, Plan, Preview, Replace, Weight};
use crate::tui::theme::Theme;
use crate::tui::widgets::text::{cells, padded, wrapped};

/// One row of [`FATES`].
struct FateRow {
    fate: Fate,
    glyph: &'static str,
    /// What stands in front of the line.
    word: &'static str,
    style: fn(&Theme) -> Style,
}

/// What becomes of rows, in the order they are shown: what needs a decision first.
const FATES: &[FateRow] = &[
    FateRow { fate: Fate::Different, glyph: "!", word: "different", style: |theme| theme.warn },
    FateRow { fate: Fate::Changed, glyph: "~", word: "changed", style: |theme| theme.accent },
    FateRow { fate: Fate::Added, glyph: "+", word: "added", style: |theme| theme.good },
    FateRow { fate: Fate::Same, glyph: "=", word: "same", style: |theme| theme.dim },
];

/// The word of what could not be taken, and of what is worth knowing.
const LEFT_OUT: &str = "left out";
const NOTE: &str = "note";

/// How everything begins that its source has no name for.
const UNNAMED: &str = "imported";

/// What the first line of the list of formats does.
pub(super) const AS_IT_LOOKS: &str = "recognise it by name and content";

/// Cells of the column of words: glyph, blank, the longest of them, two blanks.
const LEAD: usize = 13;

/// The lines above a preview, which stay in view.
pub(super) fn head(theme: &Theme, plan: &Plan, replace: Replace, width: usize) -> Vec<Line<'static>> {
    let tally = plan.tally();
    let counts = [
        (tally.different, "different"),
        (tally.changed, "changed"),
        (tally.added, "added"),
        (tally.same, "same"),
        (tally.left_out, LEFT_OUT),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let counts = if counts.is_empty() { "nothing to import".to_owned() } else { counts.join(", ") };
    let from = match plan.parts.as_slice() {
        [Part { outcome: Ok((_, format)), .. }] => (*format).to_owned(),
        parts => format!("{} files", parts.len()),
    };
    let mut lines = plain(&format!("{from}: {counts}"), theme.title, width);
    let verdict = if plan.is_empty() {
        "Nothing of it is to be saved.".to_owned()
    } else {
        let unnamed = plan.added().any(|row| row.name.as_str().starts_with(UNNAMED));
        let hint = if unnamed { " e gives it a name of yours." } else { "" };
        format!("Nothing is saved yet; s saves {}.{hint}", plan.what())
    };
    lines.extend(plain(&verdict, theme.base, width));
    let rule = match replace {
        Replace::Yes => "Replacing: the vault's values go into history. R leaves them.",
        Replace::No if tally.different > 0 => "What differs is left as it is. R looks again, replacing it.",
        Replace::No => return lines,
    };
    lines.extend(plain(rule, theme.warn, width));
    lines
}

/// The lines of a preview, file by file where there are several.
pub(super) fn preview(theme: &Theme, plan: &Plan, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for part in &plan.parts {
        let file = part.shown().filter(|_| plan.parts.len() > 1);
        if file.is_some() && !lines.is_empty() {
            lines.push(Line::default());
        }
        match &part.outcome {
            Ok((preview, format)) => {
                if let Some(file) = file {
                    lines.extend(plain(&format!("{file} ({format})"), theme.title, width));
                }
                lines.extend(rows(theme, preview, width));
            }
            Err(failure) => {
                lines.extend(plain(&file.unwrap_or_default(), theme.title, width));
                let text = format!("{}: {}", failure.what, failure.because);
                lines.extend(led((theme.glyphs.failed, "not read", theme.bad), &text, theme.base, width));
            }
        }
    }
    lines
}

/// The lines of one file: troubles, then the rows, then notes.
fn rows(theme: &Theme, plan: &Preview, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let remarks = |weight| plan.remarks.iter().filter(move |remark| remark.weight == weight);
    for remark in remarks(Weight::LeftOut) {
        lines.extend(led((theme.glyphs.failed, LEFT_OUT, theme.bad), &remark.to_string(), theme.base, width));
    }
    for row in FATES {
        for report in plan.rows.iter().filter(|report| report.fate == row.fate) {
            let name = visible_within(report.name.as_str(), 60);
            let values =
                if report.what.is_empty() { String::new() } else { format!(": {}", report.what.join(", ")) };
            let text = format!("{} “{name}”{values}", report.kind);
            let style = if row.fate == Fate::Same { theme.dim } else { theme.base };
            lines.extend(led((row.glyph, row.word, (row.style)(theme)), &text, style, width));
        }
    }
    for remark in remarks(Weight::Note) {
        lines.extend(led((theme.glyphs.dot, NOTE, theme.dim), &remark.to_string(), theme.dim, width));
    }
    lines
}

/// What stands above the files that were found.
pub(super) fn above_found(theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let text = "Found here and in your home folder, and not opened yet. Enter reads what is marked; nothing is saved before you see what it holds.";
    plain(text, theme.base, width)
}

/// The files that were found, one line each.
pub(super) fn found(theme: &Theme, found: &[(Find, bool)], at: usize, width: usize) -> Vec<Line<'static>> {
    let longest = found.iter().map(|(find, _)| cells(&find.shown())).max().unwrap_or(0);
    let line = |(number, (find, marked)): (usize, &(Find, bool))| {
        let mark = if *marked { theme.glyphs.ok } else { " " };
        let bytes = if width >= 60 { format!("{} bytes", find.bytes) } else { String::new() };
        let text = format!(
            "{mark} {}  {}  {bytes}",
            padded(find.shown(), longest.min(60)),
            padded(find.format.to_owned(), 14),
        );
        pointed(theme, text, number == at)
    };
    found.iter().enumerate().map(line).collect()
}

/// The formats, one line each.
pub(super) fn formats(
    theme: &Theme,
    formats: &[(String, &'static str)],
    at: usize,
    width: usize,
) -> Vec<Line<'static>> {
    let line = |(number, (word, doc)): (usize, &(String, &'static str))| {
        let room = width.saturating_sub(19);
        let text = format!("{}  {}", padded(word.clone(), 14), visible_within(doc, room));
        pointed(theme, text, number == at)
    };
    formats.iter().enumerate().map(line).collect()
}

/// A line of a list, with the cursor's sign where it is.
fn pointed(theme: &Theme, text: String, here: bool) -> Line<'static> {
    let sign = if here { theme.glyphs.cursor } else { " " };
    let style = if here { theme.cursor } else { theme.base };
    Line::from(vec![Span::styled(format!("{sign} "), theme.accent), Span::styled(text, style)])
}

/// Which files still hold the keys.
pub(super) fn left(theme: &Theme, left: &[Leftover], width: usize) -> Vec<Line<'static>> {
    let mut lines =
        plain("Saved. These files still hold what was imported, unencrypted:", theme.title, width);
    lines.push(Line::default());
    for file in left {
        let (glyph, style) =
            if file.is_bad() { (theme.glyphs.attention, theme.warn) } else { (theme.glyphs.dot, theme.dim) };
        lines.extend(led((glyph, "file", style), &file.sentence(), theme.base, width));
    }
    lines.push(Line::default());
    let asked = left.iter().all(|file| file.git.is_some());
    let text = if asked {
        "birdkeep deletes no file of yours: try first that everything works without them."
    } else {
        "c asks git whether it keeps them. birdkeep deletes no file of yours."
    };
    lines.extend(plain(text, theme.dim, width));
    lines.extend(plain("Next: C asks X what the bots may do; Enter goes to the list.", theme.base, width));
    lines
}

/// What stands above and below the line for a file's name.
pub(super) fn ask(theme: &Theme, width: usize) -> (Vec<Line<'static>>, Vec<Line<'static>>) {
    let above = plain("Bring in what you already have. Name a file, or paste here:", theme.base, width);
    let mut below = vec![Line::default()];
    below.extend(plain(
        "A paste is the whole text: .env lines, code, JSON, the console's page.",
        theme.dim,
        width,
    ));
    below.extend(plain("You see first what it would do; nothing is saved unasked.", theme.dim, width));
    (above, below)
}

/// One bare value: what it looks like, and where it goes.
pub(super) fn bare(theme: &Theme, shapes: &[Field], width: usize) -> Vec<Line<'static>> {
    let phrases: Vec<&str> = shapes.iter().map(|field| field.row().phrase).collect();
    let mut lines = plain(&format!("This looks like {}.", phrases.join(" or ")), theme.title, width);
    lines.push(Line::default());
    lines.extend(plain(
        "It is one value without a name, so an import cannot tell whose it is. Nothing of it was kept.",
        theme.base,
        width,
    ));
    lines.push(Line::default());
    for field in shapes {
        let row = field.row();
        let (place, whose) = match row.held_by {
            OwnerKind::App => ("the app", "among the apps"),
            OwnerKind::Profile => ("the profile", "in the list"),
        };
        let text =
            format!("To store it: Esc, go to {place} {whose}, press e, and paste it into “{}”.", row.label);
        lines.extend(plain(&text, theme.base, width));
    }
    lines
}

/// Why there is no preview.
pub(super) fn failed(theme: &Theme, failure: &Failure, width: usize) -> Vec<Line<'static>> {
    let mut lines = plain(&failure.what, theme.bad, width);
    for (name, text) in [("because ", &failure.because), ("try this ", &failure.try_this)] {
        lines.extend(plain(&format!("{name}{text}"), theme.base, width));
    }
    lines.push(Line::default());
    lines.extend(plain("f reads it as another format; a new paste takes its place", theme.dim, width));
    lines
}

/// A sentence, broken to lines.
pub(super) fn plain(text: &str, style: Style, width: usize) -> Vec<Line<'static>> {
    wrapped(text, width).into_iter().map(|text| Line::styled(text, style)).collect()
}

/// A text behind a glyph and a word; where it goes on, it stays behind them.
fn led(
    (glyph, word, lead): (&'static str, &'static str, Style),
    text: &str,
    style: Style,
    width: usize,
) -> Vec<Line<'static>> {
    // In a narrow place the text goes on below the glyph.
    let (first, rest) = if width >= 60 { (LEAD, LEAD) } else { (cells(word) + 4, 2) };
    let mut pieces = wrapped(text, width.saturating_sub(rest + 1)).into_iter();
    let mut lines = Vec::new();
    if first == rest {
        let head = pieces.next().unwrap_or_default();
        lines.push(Line::from(vec![
            Span::styled(padded(format!("{glyph} {word}"), first), lead),
            Span::styled(head, style),
        ]));
    } else {
        lines.push(Line::styled(format!("{glyph} {word}"), lead));
    }
    lines.extend(
        pieces.map(|piece| {
            Line::from(vec![Span::raw(padded(String::new(), rest)), Span::styled(piece, style)])
        }),
    );
    lines
}
