//! The lines of a `.env` file: comments, `export `, quotes. Nothing is expanded.
//!
//! The grammar is what the libraries have in common, and where they differ the one that keeps more. A value in quotes
//! goes on over ends of lines up to the same quote (dotenv of Node, python-dotenv, Compose and every shell; Docker's
//! `--env-file` alone knows neither quotes nor such values). Behind the closing quote comes a comment or nothing, else
//! the quote counts as not closed: so one that somebody forgot does not end at the first quote of a later variable, and
//! the lines after it are read by themselves. In double quotes `\n`, `\r` and `\t` are written out, and `\` before
//! anything else stands for what follows; in single quotes nothing is, but as the shell of the line has it.

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

/// The longest value in quotes, in bytes: keys of other programs have a few thousand, and one that is never closed is
/// looked for no further.
const QUOTED_MAX: usize = 64 << 10;

/// A line that says something, or several with one value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    Variable { name: &'a str, value: String },
    Bad { why: &'static str, text: &'a str },
}

/// Every variable, and every line that is none, but comments and empty ones.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (Place, Line<'_>)> {
    let (mut rest, mut number) = (text, 1);
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            let line = line.trim_matches(AROUND);
            let (whole, place) = (rest.trim_start_matches(AROUND), Place::Line(number));
            (rest, number) = (after, number + 1);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (said, end) = read(line, whole);
            if let Some(end) = end.filter(|end| end.len() < after.len()) {
                // The value had several lines: what stands behind it is a comment at most.
                rest = end.split_once('\n').map_or("", |(_, after)| after);
                let gone = after.len() - rest.len();
                number += after.as_bytes().iter().take(gone).filter(|byte| **byte == b'\n').count();
            }
            return Some((place, said));
        }
        None
    })
}

/// What stands around a line and says nothing.
const AROUND: [char; 4] = [' ', '\t', '\r', '\u{feff}'];

/// Reads a line, which `whole` goes on from to the end of the text. Gives what comes behind a value in quotes too.
fn read<'a>(line: &'a str, whole: &'a str) -> (Line<'a>, Option<&'a str>) {
    let bad = |why| (Line::Bad { why, text: line }, None);
    let command = COMMANDS.iter().find(|(word, ..)| line.starts_with(word));
    let (word, binds, quotes) = command.copied().unwrap_or(("", '=', Quotes::Posix));
    let Some((name, value)) = line.strip_prefix(word).and_then(|line| line.trim_start().split_once(binds))
    else {
        return bad("is not NAME=value");
    };
    let name = name.trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    if name.is_empty() || !name.bytes().all(plain) {
        return bad("has no variable's name before “=”");
    }
    let value = value.trim_matches([' ', '\t']);
    let variable = |value| Line::Variable { name, value };
    if !value.starts_with(['\'', '"', '`']) {
        // Only after white space does `#` begin a comment: values may hold one.
        let end = value.find(" #").or_else(|| value.find("\t#")).unwrap_or(value.len());
        return (variable(value.get(..end).unwrap_or(value).trim_end().to_owned()), None);
    }
    // The same value, with the lines after it.
    let before = line.len() - value.len();
    match whole.get(before..).and_then(|value| quoted(value, quotes)) {
        Some((value, end)) => (variable(value), Some(end)),
        None => bad("has a quote that is not closed"),
    }
}

/// The value in quotes that a text begins with, and what comes behind it; `None` when it is not closed.
fn quoted(text: &str, quotes: Quotes) -> Option<(String, &str)> {
    let most = (0..4).find_map(|less| text.get(..QUOTED_MAX - less)).unwrap_or(text);
    let inner = most.get(1..)?;
    let (value, end) = match most.chars().next()? {
        '`' => inner.split_once('`').map(|(value, end)| (value.to_owned(), end)),
        '\'' => single_quoted(inner, quotes),
        _ => double_quoted(inner),
    }?;
    let behind = end.lines().next().unwrap_or_default().trim();
    let end = text.get(most.len() - end.len()..)?;
    (behind.is_empty() || behind.starts_with('#')).then_some((value, end))
}

fn single_quoted(text: &str, quotes: Quotes) -> Option<(String, &str)> {
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
            return Some((value, rest));
        } else {
            value.push(c);
        }
    }
    None
}

fn double_quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return Some((value, chars.as_str())),
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
                None => Line::Bad { why: "has a quote that is not closed", text: line },
            };
            assert_eq!(found, [wanted], "{line}");
        }
    }

    #[test]
    fn comments_and_empty_lines_are_no_lines() {
        assert_eq!(lines("# A=1\r\n\r\n   \n").count(), 0);
        let found: Vec<_> = lines("\n\nA=1\r\nnonsense\nA B=1").collect();
        assert_eq!(found[0].0, Place::Line(3));
        let bad = |why, text| Line::Bad { why, text };
        assert_eq!(found[1], (Place::Line(4), bad("is not NAME=value", "nonsense")));
        assert_eq!(found[2], (Place::Line(5), bad("has no variable's name before “=”", "A B=1")));
    }

    /// Lines as `line name=value`, bad ones as `line!`.
    fn told(text: &str) -> String {
        let told = lines(text).map(|(place, line)| match line {
            Line::Variable { name, value } => format!("{place} {name}={value:?}"),
            Line::Bad { .. } => format!("{place}!"),
        });
        told.collect::<Vec<_>>().join(", ").replace("line ", "")
    }

    #[test]
    fn a_value_in_quotes_goes_on_over_ends_of_lines() {
        for (text, wanted) in [
            ("A='1\n2'\nB=3", r#"1 A="1\n2", 3 B="3""#),
            ("A=\"1\r\n2\r\n\" # comment\r\nB=3\r\n", r#"1 A="1\r\n2\r\n", 4 B="3""#),
            ("A=`1\n\n2`\n\nB=3", r#"1 A="1\n\n2", 5 B="3""#),
            ("  export A = '\n'\nB=3", r#"1 A="\n", 3 B="3""#),
            (
                "KEY=\"-----BEGIN\nX_API_KEY=inside\n-----END\"\nB='3'",
                r#"1 KEY="-----BEGIN\nX_API_KEY=inside\n-----END", 4 B="3""#,
            ),
            ("set -gx A 'it\\'s\n2'\nB=3", r#"1 A="it's\n2", 3 B="3""#),
        ] {
            assert_eq!(told(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_its_own_line_alone() {
        for (text, wanted) in [
            ("A='1\nB=2\nC=3", r#"1!, 2 B="2", 3 C="3""#),
            ("A='1\nB='2'\nC=\"3\"", r#"1!, 2 B="2", 3 C="3""#),
            ("A=\"1\nB=\"\"\n", r#"1!, 2 B="""#),
            ("A='1\n# don't\nB=2", r#"1!, 3 B="2""#),
            ("A='1' x\nB=2", r#"1!, 2 B="2""#),
            ("A=\"1\\", "1!"),
        ] {
            assert_eq!(told(text), wanted, "{text}");
        }
        let far = format!("A='{}'\nB=2", "1\n".repeat(QUOTED_MAX / 2));
        assert!(
            told(&far).starts_with("1!, 2!, 3!"),
            "what is longer than any value is not searched for its end"
        );
    }
}
