//! What a credential may do, as X grants it.

use std::collections::BTreeSet;
use std::fmt;

/// An OAuth 1.0a permission level: that of an app's settings, or the one frozen into a token.
///
/// The words are those of the `x-access-level` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// "Read"
    Read,
    /// "Read and write"
    ReadWrite,
    /// "Read and write and Direct message"
    ReadWriteDm,
}

impl Level {
    /// Every level, lowest first.
    pub const ALL: [Self; 3] = [Self::Read, Self::ReadWrite, Self::ReadWriteDm];

    /// The header's word; any other text is unknown, never "read".
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word().eq_ignore_ascii_case(word.trim()))
    }

    /// The header's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadWrite => "read-write",
            Self::ReadWriteDm => "read-write-directmessages",
        }
    }

    /// As the console writes it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Read => "Read",
            Self::ReadWrite => "Read and write",
            Self::ReadWriteDm => "Read and write and Direct message",
        }
    }

    /// For a narrow column.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadWrite => "read+write",
            Self::ReadWriteDm => "read+write+DM",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The OAuth 2.0 scopes of a user token, as its token response listed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Box<str>>);

impl Scopes {
    /// Reads the space-separated `scope` of a token response.
    pub fn parse(text: &str) -> Self {
        Self(text.split_whitespace().map(Into::into).collect())
    }

    /// True when every one of `wanted` was granted.
    pub fn hold(&self, wanted: &[&str]) -> bool {
        wanted.iter().all(|scope| self.0.contains(*scope))
    }

    /// The scopes in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True when none was granted or stored.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Space-separated, as X writes them.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, scope) in self.iter().enumerate() {
            write!(f, "{}{scope}", if i == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

/// What a credential may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// An OAuth 1.0a token with the level of its own answer; `None`: X did not say.
    Oauth1(Option<Level>),
    /// An OAuth 2.0 user token with the scopes of its token response.
    Oauth2(Scopes),
    /// A bearer token alone: public reads.
    AppOnly,
    /// Nothing is stored that X would answer to.
    Nothing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_three_words_are_levels() {
        assert_eq!(Level::parse("Read-Write"), Some(Level::ReadWrite));
        assert_eq!(Level::parse("read-write-directmessages"), Some(Level::ReadWriteDm));
        assert_eq!(Level::parse("write"), None);
        assert_eq!(Level::parse(""), None);
    }

    #[test]
    fn scopes_are_a_set() {
        let scopes = Scopes::parse(" tweet.write  tweet.read users.read tweet.read");
        assert!(scopes.hold(&["tweet.read", "users.read"]));
        assert!(!scopes.hold(&["dm.read"]));
        assert_eq!(scopes.to_string(), "tweet.read tweet.write users.read");
    }
}
