//! What a pasted text holds: bare values, `.env` lines, code, text copied from the console. A value is known by the
//! name that stands before or above it, and by its shape where there is none.

use std::collections::BTreeSet;

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
    /// What it may be as well, where neither a name nor its neighbours decide.
    pub also: Option<Field>,
    /// The line it stands in, from 1.
    pub line: usize,
}

impl Found<'_> {
    fn field(&self) -> Option<Field> {
        match self.what {
            Some(Label::Field(field)) => Some(field),
            _ => None,
        }
    }
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

/// The shortest text that is taken for a value where only white space stands before it.
const VALUE_MIN: usize = 15;

/// Every value in `text`, in its order. Where several fields share a shape, one of `expected` is meant; else the one
/// whose other half stands beside it.
pub fn read<'a>(text: &'a str, expected: &[Field]) -> Vec<Found<'a>> {
    let mut found: Vec<Found> = pieces(text);
    for piece in &mut found {
        piece.what = what(piece);
    }
    let mut taken: BTreeSet<Field> = found.iter().filter_map(Found::field).collect();
    for at in 0..found.len() {
        let Some(piece) = found.get(at).filter(|piece| piece.what.is_none() && piece.label.is_none()) else {
            continue;
        };
        let shapes = recognise(piece.value);
        let beside = [at.checked_sub(1), Some(at + 1)].map(|at| found.get(at?).and_then(Found::field));
        let (chosen, also) = by_neighbours(&shapes, beside, expected, &taken);
        taken.extend(chosen);
        if let Some(piece) = found.get_mut(at) {
            (piece.what, piece.also) = (chosen.map(Label::Field), also);
        }
    }
    found
}

/// What a value is. [`Label::UserToken`] never comes out: the shape has decided.
fn what(piece: &Found) -> Option<Label> {
    let value = piece.value;
    let shapes = recognise(value);
    let (label, fit) = match piece.label.map(labels::read) {
        // A shape that several fields share is told by its neighbours.
        None => return shapes.first().filter(|_| shapes.len() == 1).copied().map(Label::Field),
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

/// Of the fields that share a shape: one that is expected, else the one whose other half stands before or after it,
/// else the only one whose other half is there and that has no value yet. Otherwise the first that has none, and what
/// it may be as well.
fn by_neighbours(
    shapes: &[Field],
    beside: [Option<Field>; 2],
    expected: &[Field],
    taken: &BTreeSet<Field>,
) -> (Option<Field>, Option<Field>) {
    let halves = |other: Field, shape: Field| other != shape && other.credential() == shape.credential();
    let free = || shapes.iter().copied().filter(|shape| !taken.contains(shape));
    let wanted = free().find(|shape| expected.contains(shape));
    let neighbour = || {
        beside
            .into_iter()
            .flatten()
            .find_map(|other| shapes.iter().copied().find(|shape| halves(other, *shape)))
    };
    let begun = || {
        let mut begun = free().filter(|shape| taken.iter().any(|other| halves(*other, *shape)));
        begun.next().filter(|_| begun.next().is_none())
    };
    let sure = wanted.or_else(neighbour).or_else(begun);
    if sure.is_some() {
        return (sure, None);
    }
    let first = free().next().or_else(|| shapes.first().copied());
    (first, shapes.iter().copied().find(|shape| Some(*shape) != first))
}

/// The values in `text` with their labels, not yet told apart.
fn pieces(text: &str) -> Vec<Found<'_>> {
    let mut pieces = Vec::new();
    // The console writes a label above its value.
    let mut above = None;
    for (line, whole) in (1..).zip(text.lines()) {
        let piece = |label, value| Found { what: None, label, value, also: None, line };
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
        } else if let Some((label, value)) = spaced(bare) {
            pieces.push(piece(Some(label), value));
        } else if let Some(handle) = owner(bare) {
            pieces.push(piece(Some("handle"), handle));
        } else {
            let parts = parts(bare);
            // What the console writes between a label and its value is no value: it has white space inside.
            if above.is_some() && parts.iter().any(|part| part.contains(char::is_whitespace)) {
                continue;
            }
            pieces.extend(parts.into_iter().map(|value| piece(above.take(), value)));
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

/// The account in the console's “For @wikidaily · Read and write”, which stands between a label and its value.
fn owner(line: &str) -> Option<&str> {
    let handle =
        line.strip_prefix("For @")?.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
    (!handle.is_empty()).then_some(handle)
}

/// Label and value with only white space between: `API Key  made-up`.
fn spaced(line: &str) -> Option<(&str, &str)> {
    let (label, value) = line.rsplit_once(char::is_whitespace)?;
    let (label, value) = (label.trim_end(), trimmed(value));
    let known = matches!(labels::read(label), Some((_, Match::Whole)));
    (known && value.len() >= VALUE_MIN && label.chars().count() <= LABEL_MAX).then_some((label, value))
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
            (format!("API Key  {key}\nAPI Key Secret\t{secret}"), "api_key api_secret"),
            (format!("Access Token\nFor @wikidaily · Read and write\n{token}"), "Handle access_token"),
            (format!("Access Token\nRegenerate it here\n{token}"), "access_token"),
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
    fn what_two_shapes_share_is_told_by_its_neighbours_or_marked() {
        let (key, secret, other) = ("k".repeat(25), "s".repeat(50), "u".repeat(50));
        let id = "M1M5R3BMVy13QmpScXkzTUt5OE46MTpjaQ";
        for (text, wanted) in [
            (format!("{secret} {key}"), "api_secret api_key"),
            (format!("{secret}\n{id}"), "client_secret client_id"),
            (format!("{id}\n{secret}\n{key}\n{other}"), "client_id client_secret api_key api_secret"),
            (format!("{key}\n{secret}\n{key}\n{other}"), "api_key api_secret api_key api_secret"),
            (format!("{secret}\n{}\n{key}", token()), "api_secret access_token api_key"),
            (format!("{secret}\n{}\n{id}", token()), "client_secret access_token client_id"),
        ] {
            assert_eq!(words(&text, &[]), wanted, "{text}");
            assert!(read(&text, &[]).iter().all(|found| found.also.is_none()), "{text}");
        }
        for text in [secret.clone(), format!("{secret}\n{}", token()), format!("{secret}\n{other}")] {
            let also: Vec<_> = read(&text, &[]).iter().filter_map(|found| found.also).collect();
            assert_eq!(also.first(), Some(&Field::ClientSecret), "{text}");
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
