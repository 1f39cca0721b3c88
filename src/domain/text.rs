//! Foreign text made visible: the one function between other people's bytes and a screen, a log or an error.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

/// Characters that change or hide what is around them without showing themselves: format characters
/// (bidi, zero width, tags), line and paragraph separators, variation selectors, private use.
/// Unicode 16 general categories Cf, Zl, Zp, Co and the variation selectors.
const HIDDEN: &[(char, char)] = &[
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{e000}', '\u{f8ff}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1345f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
    ('\u{f0000}', '\u{10ffff}'),
];

/// Combining marks that may follow one base character; more is a flood that paints over other lines.
const MARKS_IN_A_ROW: usize = 4;

/// True for a character that must not reach a terminal as itself.
pub fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || HIDDEN
            .binary_search_by(|(from, to)| {
                if *to < c {
                    std::cmp::Ordering::Less
                } else if *from > c {
                    std::cmp::Ordering::Greater
                } else {
                    std::cmp::Ordering::Equal
                }
            })
            .is_ok()
}

/// `text` with every hidden character written out: ESC as `\x1b`, others as `\u{202e}`.
///
/// Nothing is dropped, so two texts that differ look different; what comes out holds no control or
/// format character, and running it again changes nothing.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    for c in text.chars() {
        let mark = !c.is_ascii() && c.width() == Some(0);
        marks = if mark { marks + 1 } else { 0 };
        if is_hidden(c) || marks > MARKS_IN_A_ROW {
            escape(c, &mut out);
        } else {
            out.push(c);
        }
    }
    out
}

fn escape(c: char, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = match c {
        '\n' => write!(out, "\\n"),
        '\r' => write!(out, "\\r"),
        '\t' => write!(out, "\\t"),
        c if c.is_ascii() => write!(out, "\\x{:02x}", u32::from(c)),
        c => write!(out, "\\u{{{:x}}}", u32::from(c)),
    };
}

/// `json` with every hidden character written as `\\uXXXX`, so that machine output does nothing to a terminal it is
/// shown on. For whole JSON texts: there such characters stand inside strings alone.
pub fn json_safe(json: &str) -> String {
    let hidden = |c: char| c == '\u{7f}' || (!c.is_ascii() && is_hidden(c));
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// [`visible`], cut to `cells` columns with an ellipsis.
pub fn visible_within(text: &str, cells: usize) -> String {
    // A flood is cut before it is worked on: no cell needs more than a handful of characters.
    let start: String = text.chars().take(cells.saturating_mul(8).saturating_add(8)).collect();
    fit(&visible(&start), cells)
}

/// `text` cut to `cells` columns with an ellipsis. For text that is already visible.
pub fn fit(text: &str, cells: usize) -> String {
    let width = |c: char| c.width().unwrap_or(0);
    if text.chars().map(width).sum::<usize>() <= cells {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        if used + width(c) + 1 > cells {
            break;
        }
        used += width(c);
        out.push(c);
    }
    if cells > 0 {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_characters_are_written_out() {
        for (text, shown) in [
            ("plain @bot", "plain @bot"),
            ("\x1b[2J", "\\x1b[2J"),
            ("a\u{202e}cod.exe", "a\\u{202e}cod.exe"),
            ("one\r\ntwo\t", "one\\r\\ntwo\\t"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("x\u{200b}y", "x\\u{200b}y"),
            ("\u{7f}", "\\x7f"),
            ("naïve 漢字 é", "naïve 漢字 é"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn a_flood_of_marks_is_written_out() {
        let flood = format!("e{}", "\u{301}".repeat(50));
        assert!(visible(&flood).matches("\\u{301}").count() == 46);
    }

    #[test]
    fn cutting_counts_cells_not_characters() {
        assert_eq!(fit("漢字漢字", 5), "漢字…");
        assert_eq!(fit("abc", 3), "abc");
        assert_eq!(fit("abcd", 3), "ab…");
        assert_eq!(fit("abcd", 0), "");
        assert_eq!(visible_within(&"x".repeat(1_000_000), 4), "xxx…");
    }

    #[test]
    fn machine_output_holds_no_hidden_character() {
        let text = "{\"a\":\"x\u{202e}\u{9b}\u{7f}\u{e0041}é\"}\n";
        assert_eq!(json_safe(text), "{\"a\":\"x\\u202e\\u009b\\u007f\\udb40\\udc41é\"}\n");
    }

    proptest! {
        #[test]
        fn what_comes_out_is_harmless_and_stays_so(text in any::<String>()) {
            let shown = visible(&text);
            prop_assert!(!shown.chars().any(is_hidden));
            prop_assert_eq!(visible(&shown), shown);
        }
    }
}
