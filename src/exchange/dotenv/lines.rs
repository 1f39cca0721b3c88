//! The lines of a `.env` file: comments, `export `, quotes. Nothing is expanded.

use std::borrow::Cow;

use crate::exchange::rows::Place;

/// What shells want before a variable, what stands between name and value, and their quotes.
const COMMANDS: &[(&str, char, Quotes)] = &[
    ("export ", '=', Quotes::Posix),
    ("declare -x ", '=', Quotes::Posix),
    ("set -gx ", ' ', Quotes::Fish),
    ("set -x ", ' ', Quotes::Fish),
    ("set ", '=', Quotes::Posix),
    ("$env:", '=', Quotes::PowerShell),
];

/// How a single quote is written in single quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quotes {
    /// Outside of them: `'it'\''s'`.
    Posix,
    /// After a backslash, as is a backslash: `'it\'s'`.
    Fish,
    /// Doubled; typographic quotes are the same: `'it''s'`.
    PowerShell,
}

/// A line that says something.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    Variable { name: &'a str, value: String },
    Bad(&'static str),
}

/// Every line but comments and empty ones.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (Place, Line<'_>)> {
    text.lines().enumerate().filter_map(|(at, line)| {
        let line = line.trim_matches([' ', '\t', '\r', '\u{feff}']);
        let said = !line.is_empty() && !line.starts_with('#');
        said.then(|| (Place::Line(at + 1), read(line)))
    })
}

fn read(line: &str) -> Line<'_> {
    let command = COMMANDS
        .iter()
        .find_map(|(word, binds, quotes)| Some((line.strip_prefix(word)?.trim_start(), *binds, *quotes)));
    let (line, binds, quotes) = command.unwrap_or((line, '=', Quotes::Posix));
    let Some((name, value)) = line.split_once(binds) else {
        return Line::Bad("is not NAME=value");
    };
    let name = name.trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    if name.is_empty() || !name.bytes().all(plain) {
        return Line::Bad("has no variable's name before “=”");
    }
    match unquoted(value.trim_matches([' ', '\t']), quotes) {
        Some(value) => Line::Variable { name, value: value.into_owned() },
        None => Line::Bad("has a quote that is not closed on the same line"),
    }
}

/// The value without its quotes and without a comment behind it; `None` when a quote is not closed.
fn unquoted(value: &str, quotes: Quotes) -> Option<Cow<'_, str>> {
    match value.chars().next() {
        Some('`') => {
            let (inner, rest) = value.get(1..)?.split_once('`')?;
            comment_or_nothing(rest).then_some(Cow::Borrowed(inner))
        }
        Some('\'') => single_quoted(value.get(1..)?, quotes).map(Cow::Owned),
        Some('"') => double_quoted(value.get(1..)?).map(Cow::Owned),
        _ => {
            // Only after white space does `#` begin a comment: values may hold one.
            let end = value.find(" #").or_else(|| value.find("\t#")).unwrap_or(value.len());
            Some(Cow::Borrowed(value.get(..end).unwrap_or(value).trim_end()))
        }
    }
}

fn single_quoted(text: &str, quotes: Quotes) -> Option<String> {
    let is_quote =
        |c: char| c == '\'' || (quotes == Quotes::PowerShell && ('\u{2018}'..='\u{201b}').contains(&c));
    let mut value = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let rest = chars.as_str();
        if quotes == Quotes::Fish && c == '\\' && rest.starts_with(['\'', '\\']) {
            value.extend(chars.next());
        } else if quotes == Quotes::PowerShell && is_quote(c) && rest.starts_with(is_quote) {
            value.push(c);
            chars.next();
        } else if let Some(rest) = rest.strip_prefix("\\''").filter(|_| quotes == Quotes::Posix && c == '\'')
        {
            value.push('\'');
            chars = rest.chars();
        } else if is_quote(c) {
            return comment_or_nothing(rest).then_some(value);
        } else {
            value.push(c);
        }
    }
    None
}

fn double_quoted(text: &str) -> Option<String> {
    let mut value = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return comment_or_nothing(chars.as_str()).then_some(value),
            '\\' => match chars.next()? {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                other => value.push(other),
            },
            c => value.push(c),
        }
    }
    None
}

fn comment_or_nothing(rest: &str) -> bool {
    let rest = rest.trim();
    rest.is_empty() || rest.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_its_writer_meant_it() {
        for (line, value) in [
            ("A=1", Some("1")),
            ("export A=1", Some("1")),
            ("export   A = 1 ", Some("1")),
            ("declare -x A=\"1\"", Some("1")),
            ("$env:A = '1'", Some("1")),
            ("A=", Some("")),
            ("A=a=b#c", Some("a=b#c")),
            ("A=a # comment", Some("a")),
            ("A='a # b' # comment", Some("a # b")),
            ("A=\"a \\\"b\\\" \\$c\"", Some("a \"b\" $c")),
            ("A=\"a\\nb\"", Some("a\nb")),
            ("A=`x`", Some("x")),
            ("A='it'\\''s'", Some("it's")),
            ("A='x\\'", Some("x\\")),
            ("set -gx A '1'", Some("1")),
            ("set -x A 1 # comment", Some("1")),
            ("set -gx A 'it\\'s a \\\\ b\\c'", Some("it's a \\ b\\c")),
            ("$env:A = 'it''s ’’ so'", Some("it's ’ so")),
            ("A='x", None),
            ("A=\"x", None),
            ("A=\"x\\\"", None),
            ("A='x' y", None),
        ] {
            let found: Vec<_> = lines(line).map(|(_, line)| line).collect();
            let wanted = match value {
                Some(value) => Line::Variable { name: "A", value: value.to_owned() },
                None => Line::Bad("has a quote that is not closed on the same line"),
            };
            assert_eq!(found, [wanted], "{line}");
        }
    }

    #[test]
    fn comments_and_empty_lines_are_no_lines() {
        assert_eq!(lines("# A=1\r\n\r\n   \n").count(), 0);
        let found: Vec<_> = lines("\n\nA=1\r\nnonsense\nA B=1").collect();
        assert_eq!(found[0].0, Place::Line(3));
        assert_eq!(found[1], (Place::Line(4), Line::Bad("is not NAME=value")));
        assert_eq!(found[2], (Place::Line(5), Line::Bad("has no variable's name before “=”")));
    }
}
