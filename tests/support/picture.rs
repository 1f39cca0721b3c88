//! A screen as an SVG picture, for the README.

use std::fmt::Write as _;

const CELL: (f32, f32) = (8.4, 18.0);
const MARGIN: f32 = 14.0;
const INK: &str = "#d8dee9";
const PAPER: &str = "#16181d";
const SIXTEEN: [&str; 16] = [
    "#2a2e37", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#c8ccd4", "#5c6370",
    "#ef7d86", "#a9d48a", "#f0cf8c", "#7abfff", "#d48be6", "#6fd0dc", "#ffffff",
];

/// Draws what `screen` shows.
pub fn svg(screen: &vt100::Screen) -> String {
    let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
    let width = f32::from(columns) * CELL.0 + 2.0 * MARGIN;
    let height = f32::from(rows) * CELL.1 + 2.0 * MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"ui-monospace, \
         'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n"
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let style = Style::of(screen.cell(row, column));
            let start = column;
            let mut text = String::new();
            while column < columns && Style::of(screen.cell(row, column)) == style {
                let cell = screen.cell(row, column);
                if !cell.is_some_and(vt100::Cell::is_wide_continuation) {
                    let contents = cell.map(vt100::Cell::contents).unwrap_or_default();
                    text.push_str(if contents.is_empty() { " " } else { contents });
                }
                column += 1;
            }
            draw(&mut out, (row, start, column), &style, &text);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn draw(out: &mut String, (row, from, to): (u16, u16, u16), style: &Style, text: &str) {
    let x = MARGIN + f32::from(from) * CELL.0;
    let y = MARGIN + f32::from(row) * CELL.1;
    let width = f32::from(to - from) * CELL.0;
    // Writing to a String cannot fail.
    if style.paper != PAPER {
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{}\"/>",
            CELL.1, style.paper
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let weight = if style.bold { " font-weight=\"bold\"" } else { "" };
    let opacity = if style.dim { " opacity=\"0.6\"" } else { "" };
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{width:.1}\" xml:space=\"preserve\" fill=\"{}\"{weight}{opacity}>{text}</text>",
        y + 13.5,
        style.ink
    );
}

#[derive(PartialEq)]
struct Style {
    ink: String,
    paper: String,
    bold: bool,
    dim: bool,
}

impl Style {
    fn of(cell: Option<&vt100::Cell>) -> Self {
        let Some(cell) = cell else {
            return Self { ink: INK.to_owned(), paper: PAPER.to_owned(), bold: false, dim: false };
        };
        let (ink, paper) = (colour(cell.fgcolor(), INK), colour(cell.bgcolor(), PAPER));
        let (ink, paper) = if cell.inverse() { (paper, ink) } else { (ink, paper) };
        Self { ink, paper, bold: cell.bold(), dim: cell.dim() }
    }
}

fn colour(colour: vt100::Color, default: &str) -> String {
    match colour {
        vt100::Color::Default => default.to_owned(),
        vt100::Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        vt100::Color::Idx(i @ 0..=15) => SIXTEEN[usize::from(i)].to_owned(),
        vt100::Color::Idx(i @ 232..=255) => {
            let grey = 8 + 10 * (i - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
        vt100::Color::Idx(i) => {
            let level = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let i = i - 16;
            format!("#{:02x}{:02x}{:02x}", level(i / 36), level(i / 6 % 6), level(i % 6))
        }
    }
}
