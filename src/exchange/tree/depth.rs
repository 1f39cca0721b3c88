//! How deep brackets are nested, told before a parser sees them: `RawValue` follows a million of them.

use crate::exchange::rows::Unreadable;

/// Whether a text begins as JSON does.
pub(in crate::exchange) fn begins_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Whether the brackets of a text that begins like JSON are nested within `most` levels. Whether it is JSON at all is
/// left to the parser.
///
/// # Errors
/// The place of the first bracket that is deeper.
pub(in crate::exchange) fn within(text: &str, most: usize) -> Result<(), Unreadable> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted && depth == most => {
                let before = text.get(..at).unwrap_or_default();
                let start = before.rfind('\n').map_or(0, |end| end + 1);
                let column = 1 + before.get(start..).unwrap_or_default().chars().count();
                return Err(Unreadable::Deep { most, line: 1 + before.matches('\n').count(), column });
            }
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_the_first_bracket_too_deep_is_told() {
        for (text, wanted) in [
            ("[[1]]", None),
            ("[[1], [2], {\"a\": 3}]", None),
            ("[[\"[[[\", \"\\\"[\"]]", None),
            ("[[[1]]]", Some((1, 3))),
            ("[\n  [\"é\", [\n", Some((2, 9))),
            ("{\"a\": {\"b\": {", Some((1, 13))),
        ] {
            let wanted =
                wanted.map_or(Ok(()), |(line, column)| Err(Unreadable::Deep { most: 2, line, column }));
            assert_eq!(within(text, 2), wanted, "{text}");
        }
    }
}
