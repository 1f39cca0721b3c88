//! What the pages of an import say, as lines of text.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::fields::{Field, OwnerKind};
use crate::domain::text::visible_within;
use crate::failure::Failure;
use crate::ops::transfer::{Fate, Preview, Replace, Weight};
use crate::tui::message::ImportPreview;
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

/// Cells of the column of words: glyph, blank, the longest of them, two blanks.
const LEAD: usize = 13;

/// “2 apps and 5 profiles”: what would be saved.
pub(super) fn what(plan: &Preview) -> String {
    let taken = |kind: &str| {
        let taken = plan.rows.iter().filter(|row| matches!(row.fate, Fate::Added | Fate::Changed));
        taken.filter(|row| row.kind == kind).count()
    };
    let parts: Vec<String> = ["app", "profile"]
        .into_iter()
        .map(|kind| (kind, taken(kind)))
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| format!("{count} {kind}{}", if count == 1 { "" } else { "s" }))
        .collect();
    parts.join(" and ")
}

/// The lines above a preview, which stay in view.
pub(super) fn head(
    theme: &Theme,
    preview: &ImportPreview,
    replace: Replace,
    width: usize,
) -> Vec<Line<'static>> {
    let plan = &preview.plan;
    let tally = plan.tally();
    let counts: Vec<String> = FATES
        .iter()
        .map(|row| (row.word, plan.rows.iter().filter(|report| report.fate == row.fate).count()))
        .chain([(LEFT_OUT, tally.left_out)])
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    let counts = if counts.is_empty() { "nothing to import".to_owned() } else { counts.join(", ") };
    let mut lines = plain(&format!("{}: {counts}", preview.format), theme.title, width);
    let verdict = if plan.edits.is_empty() {
        "Nothing of it is to be saved.".to_owned()
    } else {
        format!("Nothing is saved yet; s saves {}.", what(plan))
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

/// The lines of a preview: troubles, then the rows, then notes.
pub(super) fn preview(theme: &Theme, plan: &Preview, width: usize) -> Vec<Line<'static>> {
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
