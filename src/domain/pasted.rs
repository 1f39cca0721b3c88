//! What a pasted text holds: bare values, `.env` lines, code, text copied from the console. A value is known by the
//! name that stands before or above it, and by its shape where there is none.

use super::fields::{Doubt, Field, recognise, trimmed};
use super::labels::{self, Label, Match};

/// One value of a pasted text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Found<'a> {
    /// What it is; `None`: no name and no shape tells.
    pub what: Option<Label>,
    /// What stood before or above it.
    pub label: Option<&'a str>,
    /// The value, without what copying adds around it.
    pub value: &'a str,
    /// The line it stands in, from 1.
    pub line: usize,
}

/// Shows neither value nor label: either may be a secret.
impl std::fmt::Debug for Found<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Found({:?}, line {})", self.what, self.line)
    }
}

/// Shapes that nothing else has. 25, 45 or 50 letters and digits may be anything.
const TELLING: &[Field] = &[
    Field::AccessToken,
    Field::BearerToken,
    Field::ClientId,
    Field::Oauth2AccessToken,
    Field::Oauth2RefreshToken,
];

/// The longest label that is taken for one, in characters.
const LABEL_MAX: usize = 48;

/// Every value in `text`, in its order. Where several fields share a shape, one of `expected` is meant.
pub fn read<'a>(text: &'a str, expected: &[Field]) -> Vec<Found<'a>> {
    let mut found: Vec<Found> = pieces(text);
    let mut taken: Vec<Field> = Vec::new();
    for piece in &mut found {
        piece.what = what(piece, expected, &taken);
        if let Some(Label::Field(field)) = piece.what {
            taken.push(field);
        }
    }
    found
}

/// What a value is. [`Label::UserToken`] never comes out: the shape has decided.
fn what(piece: &Found, expected: &[Field], taken: &[Field]) -> Option<Label> {
    let value = piece.value;
    let shapes = recognise(value);
    let (label, fit) = match piece.label.map(labels::read) {
        None => return by_shape(&shapes, expected, taken).map(Label::Field),
        // A name nobody knows: only a shape that speaks for itself counts.
        Some(None) => return shapes.into_iter().find(|field| TELLING.contains(field)).map(Label::Field),
        Some(Some(known)) => known,
    };
    let field = match label {
        Label::Field(field) => field,
        Label::UserToken if (Field::Oauth2AccessToken.row().strict)(value) => Field::Oauth2AccessToken,
        Label::UserToken => Field::AccessToken,
        Label::CallbackUrl | Label::Scopes | Label::Handle | Label::UserId => return Some(label),
    };
    match field.doubt(value) {
        // A shape that speaks for itself wins over a name.
        Some(Doubt::LooksLike(other)) if TELLING.contains(&other) => Some(Label::Field(other)),
        Some(Doubt::UnknownShape | Doubt::WhiteSpace | Doubt::LooksLike(_)) if fit == Match::Inside => None,
        _ => Some(Label::Field(field)),
    }
}

/// Of the fields of one shape: one that is expected, else the one whose credential has just begun, else the first
/// that has no value yet.
fn by_shape(shapes: &[Field], expected: &[Field], taken: &[Field]) -> Option<Field> {
    let free = || shapes.iter().copied().filter(|field| !taken.contains(field));
    let begun = |field: &Field| taken.last().is_some_and(|last| last.credential() == field.credential());
    free()
        .find(|field| expected.contains(field))
        .or_else(|| free().find(begun))
        .or_else(|| free().next())
        .or_else(|| shapes.first().copied())
}

/// The values in `text` with their labels, not yet told apart.
fn pieces(text: &str) -> Vec<Found<'_>> {
    let mut pieces = Vec::new();
    // The console writes a label above its value.
    let mut above = None;
    for (line, whole) in (1..).zip(text.lines()) {
        let piece = |label, value| Found { what: None, label, value, line };
        let bare = bare(whole);
        if bare.starts_with('#') || bare.starts_with("//") || !bare.contains(|c: char| c.is_alphanumeric()) {
            continue;
        }
        if let Some((label, value)) = divided(bare) {
            above = value.is_empty().then_some(label);
            if !value.is_empty() {
                pieces.push(piece(Some(label), value));
            }
        } else if recognise(trimmed(bare)).is_empty() && matches!(labels::read(bare), Some((_, Match::Whole)))
        {
            above = Some(bare);
        } else {
            pieces.extend(parts(bare).into_iter().map(|value| piece(above.take(), value)));
        }
    }
    pieces
}

/// A line without what lists, shells and code put around it.
fn bare(line: &str) -> &str {
    let line = line.trim().trim_end_matches([',', ';']);
    let line = ["- ", "* ", "• "].iter().find_map(|bullet| line.strip_prefix(bullet)).unwrap_or(line);
    let words = ["export ", "set ", "const ", "let "];
    words.iter().find_map(|word| line.strip_prefix(word)).unwrap_or(line).trim()
}

/// Label and value of `LABEL=value`, `label: value` or two columns.
fn divided(line: &str) -> Option<(&str, &str)> {
    let at = line.find(['=', ':', '\t'])?;
    let (label, value) = (trimmed(line.get(..at)?), line.get(at + 1..)?);
    let plausible = (1..=LABEL_MAX).contains(&label.chars().count())
        && label.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '(' | ')'))
        && label.contains(char::is_alphabetic)
        && recognise(label).is_empty();
    if !plausible || value.starts_with("//") {
        return None;
    }
    // `KEY=value # why`
    let value = value.trim();
    let value = match value.find(" #") {
        Some(comment) if !value.starts_with(['"', '\'']) => value.get(..comment).unwrap_or(value),
        _ => value,
    };
    Some((label, trimmed(value.trim_end().trim_end_matches([',', ';']))))
}

/// Several values in one line, if each of them is recognised; else the line.
fn parts(line: &str) -> Vec<&str> {
    let parts: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|'))
        .map(trimmed)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.len() > 1 && parts.iter().all(|part| !recognise(part).is_empty()) {
        return parts;
    }
    vec![trimmed(line)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> String {
        format!("144712093100-{}", "a".repeat(37))
    }

    /// The words of what was found; `?` for what nothing tells.
    fn words(text: &str, expected: &[Field]) -> String {
        let word = |found: &Found| match found.what {
            Some(Label::Field(field)) => field.row().word.to_owned(),
            Some(other) => format!("{other:?}"),
            None => "?".to_owned(),
        };
        read(text, expected).iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn values_go_by_their_names() {
        let (key, secret, token, short) = ("k".repeat(25), "s".repeat(50), token(), "t".repeat(45));
        for (text, wanted) in [
            (format!("X_API_KEY={key}\nX_API_SECRET={secret}"), "api_key api_secret"),
            (
                format!("export ACCESS_TOKEN=\"{token}\"\nexport ACCESS_TOKEN_SECRET='{short}'"),
                "access_token access_secret",
            ),
            (format!("  \"appKey\": \"{key}\",\n  \"accessToken\": \"{token}\"\n"), "api_key access_token"),
            (format!("API Key\n{key}\nAPI Key Secret\n{secret}\n"), "api_key api_secret"),
            (format!("Access Token:\n{token}\nAccess Token Secret:\n{short}"), "access_token access_secret"),
            (format!("X_ACCESS_TOKEN_ALICE={token}\nHOME=/root"), "access_token ?"),
            (format!("API_KEY={token}\nUSER_ID=1447"), "access_token UserId"),
            (format!("GITHUB_TOKEN={key}"), "?"),
        ] {
            assert_eq!(words(&text, &[]), wanted, "{text}");
        }
    }

    #[test]
    fn values_without_names_go_by_their_shapes() {
        let (key, secret, other, token) = ("k".repeat(25), "s".repeat(50), "u".repeat(50), token());
        for (text, expected, wanted) in [
            (format!("{key}\n{secret}\n"), &[][..], "api_key api_secret"),
            (format!("{secret} {other}"), &[], "api_secret client_secret"),
            (secret.clone(), &[Field::ClientSecret], "client_secret"),
            (format!("{token}\t{}", "t".repeat(45)), &[], "access_token access_secret"),
            ("two words".to_owned(), &[], "?"),
            (String::new(), &[], ""),
            ("# only a remark\n---".to_owned(), &[], ""),
        ] {
            assert_eq!(words(&text, expected), wanted, "{text}");
        }
    }

    #[test]
    fn values_come_without_what_copying_adds_and_with_their_line() {
        let text = format!("\n X_API_KEY = \"{}\" \r\nBEARER={}; # old", "k".repeat(25), "b".repeat(9));
        let found = read(&text, &[]);
        let seen: Vec<_> = found.iter().map(|found| (found.line, found.label, found.value.len())).collect();
        assert_eq!(seen, [(2, Some("X_API_KEY"), 25), (3, Some("BEARER"), 9)]);
    }

    #[test]
    fn debug_tells_nothing_of_a_value() {
        let text = "k".repeat(25);
        let shown = format!("{:?}", read(&text, &[]));
        assert!(!shown.contains("kkk"), "{shown}");
    }
}
