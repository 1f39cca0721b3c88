//! Text inside XML.

use std::fmt::Write as _;

use crate::domain::text::visible;

/// `text` as it may stand in an element or in an attribute in double quotes: made visible, then escaped. What XML 1.0
/// cannot hold at all (section 2.2) is written out like any other hidden character.
pub(in crate::cli) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_foreign_ends_an_attribute_or_an_element() {
        for (text, inside) in [
            ("wiki-daily", "wiki-daily"),
            ("\"><evil a='1'>&amp;", "&quot;&gt;&lt;evil a=&apos;1&apos;&gt;&amp;amp;"),
            ("]]>", "]]&gt;"),
            ("a\u{0}b\u{1b}[2J\r\n\t", "a\\x00b\\x1b[2J\\r\\n\\t"),
            ("\u{202e}\u{fffe}\u{ffff}", "\\u{202e}\\u{fffe}\\u{ffff}"),
            ("漢字 🐦", "漢字 🐦"),
        ] {
            assert_eq!(escaped(text), inside, "{text:?}");
        }
    }
}
