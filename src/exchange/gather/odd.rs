//! What stands in the place of a value and is none: placeholders of templates, references, a browser's cookies.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::domain::fields;

/// What is odd about a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::exchange) enum Odd {
    /// There is nothing.
    Nothing,
    /// A template's “your key here”.
    Placeholder,
    /// A name of something that holds the value.
    Reference,
    /// Cookies of a browser, as rettiwt's `API_KEY` is.
    Cookies,
}

/// What code and templates write where there is no value.
const NOTHING: &[&str] = &["none", "null", "nil", "undefined", "~"];

/// How code and shells begin where the value is somewhere else.
const REFERENCES: &[&str] =
    &["$(", "$env:", "process.env", "os.environ", "os.getenv", "ENV[", "getenv(", "import.meta.env", "op://"];

/// Words of which one stands in a placeholder.
const PLACEHOLDERS: &[&str] = &[
    "your",
    "yours",
    "placeholder",
    "changeme",
    "change",
    "replace",
    "insert",
    "todo",
    "example",
    "here",
    "xxx",
    "dummy",
    "secret_here",
    "fill",
];

/// Cookies with which a browser is logged in at X.
const COOKIES: &[&str] = &["auth_token=", "ct0=", "kdt=", "twid="];

impl Odd {
    /// What is odd about `value`, which is trimmed; `None`: nothing.
    pub(in crate::exchange) fn of(value: &str) -> Option<Self> {
        if value.is_empty() || NOTHING.iter().any(|word| value.eq_ignore_ascii_case(word)) {
            return Some(Self::Nothing);
        }
        if value.contains("${") || REFERENCES.iter().any(|start| value.starts_with(start)) {
            return Some(Self::Reference);
        }
        if is_filler(value) {
            return Some(Self::Placeholder);
        }
        if !fields::recognise(value).is_empty() {
            return None;
        }
        if is_template(value) {
            return Some(Self::Placeholder);
        }
        is_cookies(value).then_some(Self::Cookies)
    }

    /// Whether nothing is lost by passing it over.
    pub(in crate::exchange) const fn is_harmless(self) -> bool {
        matches!(self, Self::Nothing | Self::Placeholder)
    }
}

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "is empty",
            Self::Placeholder => "is the placeholder of a template, no value",
            Self::Reference => "refers to another variable; write the value itself",
            Self::Cookies => {
                "holds a browser's cookies (rettiwt calls them API_KEY): no key of X's API, not taken"
            }
        })
    }
}

/// One character over and over, of those that stand for “something”.
fn is_filler(value: &str) -> bool {
    let mut chars = value.chars();
    let first = chars.next().unwrap_or(' ');
    matches!(first, 'x' | 'X' | '*' | '.' | '#' | '-' | '_' | '•' | '…' | '?') && chars.all(|c| c == first)
}

fn is_template(value: &str) -> bool {
    let wrapped = |open, close| value.starts_with(open) && value.ends_with(close);
    if wrapped('<', '>') || wrapped('[', ']') || wrapped('{', '}') {
        return true;
    }
    let lower = value.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    value.len() <= 80 && words.any(|word| PLACEHOLDERS.contains(&word))
}

fn is_cookies(value: &str) -> bool {
    let holds = |text: &str| COOKIES.iter().any(|cookie| text.contains(cookie));
    let Ok(bytes) = STANDARD.decode(value) else { return holds(value) };
    std::str::from_utf8(&bytes).is_ok_and(holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_value_is_told_apart() {
        let cookies = STANDARD.encode("auth_token=made-up; ct0=made-up;");
        for (value, odd) in [
            ("", Some(Odd::Nothing)),
            ("None", Some(Odd::Nothing)),
            ("YOUR_API_KEY", Some(Odd::Placeholder)),
            ("your-api-key-here", Some(Odd::Placeholder)),
            ("<api key>", Some(Odd::Placeholder)),
            ("{{ api_key }}", Some(Odd::Placeholder)),
            ("xxxxxxxxxxxxxxxxxxxxxxxxx", Some(Odd::Placeholder)),
            ("...", Some(Odd::Placeholder)),
            ("changeme", Some(Odd::Placeholder)),
            ("${OTHER}", Some(Odd::Reference)),
            ("process.env.X_API_KEY", Some(Odd::Reference)),
            (cookies.as_str(), Some(Odd::Cookies)),
            ("auth_token=made-up; ct0=made-up", Some(Odd::Cookies)),
            ("made-up", None),
            ("yourselfABCDEFGHIJKLMNOPQ", None),
            ("1447-abc", None),
        ] {
            assert_eq!(Odd::of(value), odd, "{value}");
        }
    }
}
