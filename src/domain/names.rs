//! Names of apps, profiles and tags; handles and user ids of X accounts.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::text;

/// The most characters a name may have.
pub const NAME_MAX: usize = 64;

/// The name of an app, a profile or a tag: NFC, 1 to 64 characters, nothing hidden, no `:`, no leading `-`.
///
/// Equality is exact; [`Name::key`] is what must be unique.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Box<str>);

/// Why a text cannot be a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but white space.
    #[error("a name cannot be empty")]
    Empty,
    /// More than [`NAME_MAX`] characters.
    #[error("a name has at most 64 characters")]
    TooLong,
    /// A control, bidi, zero-width or private-use character.
    #[error("a name cannot hold invisible characters")]
    Hidden,
    /// `app:x` and `profile:x` are how commands tell the two apart.
    #[error("a name cannot hold “:”")]
    Colon,
    /// It would look like an option.
    #[error("a name cannot begin with “-”")]
    Dash,
}

impl Name {
    /// Trims, normalises and checks.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let trimmed = text.trim_matches([' ', '\t']);
        if trimmed.is_empty() {
            return Err(NameError::Empty);
        }
        if trimmed.chars().nth(4 * NAME_MAX).is_some() {
            return Err(NameError::TooLong);
        }
        let name: String = if trimmed.is_ascii() { trimmed.to_owned() } else { trimmed.nfc().collect() };
        match name {
            n if n.chars().any(text::is_hidden) => Err(NameError::Hidden),
            n if n.chars().nth(NAME_MAX).is_some() => Err(NameError::TooLong),
            n if n.contains(':') => Err(NameError::Colon),
            n if n.starts_with('-') => Err(NameError::Dash),
            n => Ok(Self(n.into_boxed_str())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What must be unique: the name without regard to case.
    pub fn key(&self) -> String {
        if self.0.is_ascii() {
            return self.0.to_ascii_lowercase();
        }
        self.0.to_lowercase().nfc().collect()
    }

    /// This name with `-2`, `-3` … behind it, shortened where needed: for a second equal name.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        let suffix = format!("-{number}");
        let room = NAME_MAX - suffix.len();
        Self(self.0.chars().take(room).chain(suffix.chars()).collect())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The handle of an X account, without the `@`: `^[A-Za-z0-9_]{1,15}$`.
#[derive(Clone, Debug, Eq, PartialOrd, Ord)]
pub struct Handle(Box<str>);

/// The text is not a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a handle is 1 to 15 letters, digits or “_”")]
pub struct HandleError;

impl Handle {
    /// Reads a handle, with or without a leading `@`.
    pub fn parse(text: &str) -> Result<Self, HandleError> {
        let text = text.trim_matches([' ', '\t']);
        let text = text.strip_prefix('@').unwrap_or(text);
        let fits = (1..=15).contains(&text.len());
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        (fits && plain).then(|| Self(text.into())).ok_or(HandleError)
    }

    /// The handle without `@`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// X does not regard case in handles.
impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

/// With the `@`.
impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.0)
    }
}

/// The numeric id of an X account: 1 to 20 digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(Box<str>);

impl UserId {
    /// Reads an id.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches([' ', '\t']);
        let fits = (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| Self(text.into()))
    }

    /// The account an OAuth 1.0a access token belongs to: the digits before its `-`.
    pub fn of_access_token(token: &str) -> Option<Self> {
        token.split_once('-').and_then(|(id, _)| Self::parse(id))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        for (text, wanted) in [
            ("wiki-daily", Ok("wiki-daily")),
            ("  two words ", Ok("two words")),
            ("e\u{301}", Ok("é")),
            ("", Err(NameError::Empty)),
            ("   ", Err(NameError::Empty)),
            ("app:x", Err(NameError::Colon)),
            ("-x", Err(NameError::Dash)),
            ("a\u{202e}b", Err(NameError::Hidden)),
            ("a\nb", Err(NameError::Hidden)),
        ] {
            assert_eq!(Name::parse(text).as_ref().map(Name::as_str), wanted.as_ref().map(|n| *n), "{text:?}");
        }
        assert_eq!(Name::parse(&"x".repeat(65)), Err(NameError::TooLong));
        assert!(Name::parse(&"x".repeat(64)).is_ok());
    }

    #[test]
    fn names_differing_in_case_alone_collide() {
        let key = |t: &str| Name::parse(t).expect("a valid name").key();
        assert_eq!(key("Wiki"), key("wIKI"));
        assert_ne!(key("wiki"), key("wiki2"));
    }

    #[test]
    fn a_numbered_name_is_still_a_name() {
        let long = Name::parse(&"x".repeat(64)).expect("64 characters are allowed");
        let second = long.numbered(2);
        assert!(second.as_str().ends_with("-2"));
        assert_eq!(Name::parse(second.as_str()).as_ref(), Ok(&second));
    }

    #[test]
    fn handles_are_checked() {
        for (text, good) in [
            ("@wikidaily", true),
            ("wiki_daily", true),
            ("", false),
            ("@", false),
            ("sixteen_letters_", false),
            ("fifteen_letters", true),
            ("wïki", false),
            ("a b", false),
        ] {
            assert_eq!(Handle::parse(text).is_ok(), good, "{text:?}");
        }
        assert_eq!(Handle::parse("WikiDaily"), Handle::parse("@wikidaily"));
    }

    #[test]
    fn an_access_token_names_its_account() {
        assert_eq!(UserId::of_access_token("144712-made_up").as_ref().map(UserId::as_str), Some("144712"));
        assert_eq!(UserId::of_access_token("nonsense"), None);
        assert_eq!(UserId::of_access_token("-x"), None);
    }
}
