//! What a bot is meant to do, and what each of these needs.

use super::permission::{Grant, Level};

/// Something a bot is meant to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is a row of NEEDS, which says what it is")]
pub enum Need {
    Read,
    Post,
    Delete,
    Repost,
    HideReply,
    Like,
    Follow,
    Mute,
    Media,
    DmRead,
    DmSend,
    Lists,
    Bookmarks,
    Spaces,
    Usage,
}

/// One row of [`NEEDS`].
#[derive(Debug)]
pub struct NeedRow {
    /// Which need.
    pub need: Need,
    /// The stable word of files and commands.
    pub word: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// The lowest OAuth 1.0a level; `None`: OAuth 1.0a cannot do it.
    pub level: Option<Level>,
    /// The OAuth 2.0 scopes, all of them; `None`: an OAuth 2.0 user token cannot do it.
    pub scopes: Option<&'static [&'static str]>,
    /// Whether the app's bearer token alone does it.
    pub bearer: bool,
    /// X forbids it on self-serve plans, whatever the credential may do.
    pub ban: Option<&'static str>,
}

/// Needs that go together.
#[derive(Debug)]
pub struct Preset {
    /// What a person reads.
    pub label: &'static str,
    /// The words of its needs.
    pub on: &'static [&'static str],
}

/// The sets of needs that most bots have.
pub const PRESETS: &[Preset] = &[
    Preset { label: "reader", on: &["read"] },
    Preset { label: "poster", on: &["read", "post", "delete"] },
    Preset { label: "poster with media", on: &["read", "post", "delete", "media"] },
    Preset { label: "DM bot", on: &["read", "dm_read", "dm_send"] },
];

const BAN: &str =
    "X removed likes, follows and quotes from the API of all self-serve plans (changelog, 2026-04)";
const WRITE: &[&str] = &["tweet.read", "tweet.write", "users.read"];

/// Every need. Source: X's OpenAPI 2.167, `security` of each operation, 2026-08.
pub const NEEDS: &[NeedRow] = &[
    row(Need::Read, "read", "read posts", Some(Level::Read), Some(&["tweet.read", "users.read"]), true),
    row(Need::Post, "post", "post", Some(Level::ReadWrite), Some(WRITE), false),
    row(Need::Delete, "delete", "delete posts", Some(Level::ReadWrite), Some(WRITE), false),
    row(Need::Repost, "repost", "repost", Some(Level::ReadWrite), Some(WRITE), false),
    row(
        Need::HideReply,
        "hide_reply",
        "hide replies",
        Some(Level::ReadWrite),
        Some(&["tweet.read", "users.read", "tweet.moderate.write"]),
        false,
    ),
    NeedRow {
        ban: Some(BAN),
        ..row(
            Need::Like,
            "like",
            "like",
            Some(Level::ReadWrite),
            Some(&["tweet.read", "users.read", "like.write"]),
            false,
        )
    },
    NeedRow {
        ban: Some(BAN),
        ..row(
            Need::Follow,
            "follow",
            "follow",
            Some(Level::ReadWrite),
            Some(&["tweet.read", "users.read", "follows.write"]),
            false,
        )
    },
    row(
        Need::Mute,
        "mute",
        "mute",
        Some(Level::ReadWrite),
        Some(&["tweet.read", "users.read", "mute.write"]),
        false,
    ),
    row(Need::Media, "media", "upload media", Some(Level::ReadWrite), Some(&["media.write"]), false),
    row(
        Need::DmRead,
        "dm_read",
        "read DMs",
        Some(Level::ReadWriteDm),
        Some(&["tweet.read", "users.read", "dm.read"]),
        false,
    ),
    row(
        Need::DmSend,
        "dm_send",
        "send DMs",
        Some(Level::ReadWriteDm),
        Some(&["tweet.read", "users.read", "dm.write"]),
        false,
    ),
    row(
        Need::Lists,
        "lists",
        "manage lists",
        Some(Level::ReadWrite),
        Some(&["tweet.read", "users.read", "list.read", "list.write"]),
        false,
    ),
    row(
        Need::Bookmarks,
        "bookmarks",
        "bookmark",
        None,
        Some(&["tweet.read", "users.read", "bookmark.read", "bookmark.write"]),
        false,
    ),
    row(
        Need::Spaces,
        "spaces",
        "search Spaces",
        None,
        Some(&["tweet.read", "users.read", "space.read"]),
        true,
    ),
    row(Need::Usage, "usage", "read usage", None, None, true),
];

const fn row(
    need: Need,
    word: &'static str,
    label: &'static str,
    level: Option<Level>,
    scopes: Option<&'static [&'static str]>,
    bearer: bool,
) -> NeedRow {
    NeedRow { need, word, label, level, scopes, bearer, ban: None }
}

/// Whether a grant covers a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// X has not said what the token may do.
    Unknown,
}

impl Need {
    /// This need's row.
    pub fn row(self) -> &'static NeedRow {
        &NEEDS[self as usize]
    }

    /// Reads the stable word; `-` and `_` are the same.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase().replace('-', "_");
        NEEDS.iter().find(|row| row.word == word).map(|row| row.need)
    }

    /// Whether `grant`, or the app's bearer where one is stored, covers this need.
    pub fn answer(self, grant: &Grant, bearer: bool) -> Answer {
        let row = self.row();
        if row.bearer && bearer {
            return Answer::Yes;
        }
        let yes = |held: bool| if held { Answer::Yes } else { Answer::No };
        match grant {
            Grant::Oauth1(None) if row.level.is_some() => Answer::Unknown,
            Grant::Oauth1(level) => yes(row.level.is_some_and(|needed| *level >= Some(needed))),
            Grant::Oauth2(scopes) => yes(row.scopes.is_some_and(|needed| scopes.hold(needed))),
            Grant::AppOnly => yes(row.bearer),
            Grant::Nothing => Answer::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::permission::Scopes;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (i, row) in NEEDS.iter().enumerate() {
            assert_eq!(row.need as usize, i, "{}", row.word);
            assert_eq!(Need::parse(row.word), Some(row.need));
        }
    }

    #[test]
    fn grants_are_held_against_needs() {
        let read = Grant::Oauth1(Some(Level::Read));
        let write = Grant::Oauth1(Some(Level::ReadWrite));
        let unknown = Grant::Oauth1(None);
        let media = Grant::Oauth2(Scopes::parse("media.write tweet.read users.read"));
        for (need, grant, bearer, wanted) in [
            (Need::Post, &read, false, Answer::No),
            (Need::Post, &write, false, Answer::Yes),
            (Need::Post, &unknown, false, Answer::Unknown),
            (Need::Read, &unknown, true, Answer::Yes),
            (Need::DmSend, &write, false, Answer::No),
            (Need::Bookmarks, &write, false, Answer::No),
            (Need::Bookmarks, &unknown, false, Answer::No),
            (Need::Media, &media, false, Answer::Yes),
            (Need::Post, &media, false, Answer::No),
            (Need::Usage, &write, true, Answer::Yes),
            (Need::Usage, &write, false, Answer::No),
            (Need::Read, &Grant::AppOnly, true, Answer::Yes),
            (Need::Post, &Grant::Nothing, false, Answer::No),
        ] {
            assert_eq!(need.answer(grant, bearer), wanted, "{} with {grant:?}", need.row().word);
        }
    }
}
