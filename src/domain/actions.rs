//! What can be done through X's API, action by action, and what each takes: the level of an access pair, the scopes of
//! an OAuth 2.0 token, or the app's bearer token; and what X forbids whatever one holds.
//!
//! Whether a given bot may do it is [`super::ability`]; what a bot is meant to do is [`super::needs`], whose rows point
//! here.

use super::permission::Level;
use super::permission::Level::{Read as R, ReadWrite as RW, ReadWriteDm as RWD};

/// Something that can be done through X's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is a row of ACTIONS, which says what it is")]
pub enum Action {
    Post,
    Reply,
    ReplyUnasked,
    Quote,
    Delete,
    Repost,
    HideReply,
    Media,
    Like,
    Follow,
    Mute,
    DmRead,
    DmSend,
    DmDelete,
    Whoami,
    Read,
    Home,
    SearchAll,
    LikesRead,
    FollowsRead,
    BlocksRead,
    RepostsOfMe,
    Spaces,
    Usage,
    ListsRead,
    ListsWrite,
    BookmarksRead,
    BookmarksWrite,
}

/// What belongs together, in a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant has its label")]
pub enum Group {
    Posting,
    People,
    Dms,
    Reading,
    Lists,
    Bookmarks,
}

impl Group {
    /// The heading above its actions.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Posting => "posting",
            Self::People => "people",
            Self::Dms => "DMs",
            Self::Reading => "reading",
            Self::Lists => "lists",
            Self::Bookmarks => "saved",
        }
    }
}

/// Something X forbids on its self-serve plans whatever the credential: no permission cures it.
#[derive(Debug, PartialEq, Eq)]
pub struct Ban {
    /// Since when, as X's changelog dates it.
    pub since: &'static str,
    /// The sentence, with its source.
    pub sentence: &'static str,
}

/// X does not say what Enterprise contracts keep.
const REMOVED: Ban = Ban {
    since: "2026-04",
    sentence: "X removed likes, follows and quotes from the API of all self-serve plans (changelog, 2026-04)",
};

const SUMMONED: Ban = Ban {
    since: "2026-02-23",
    sentence: "X takes replies through the API only to posts whose author mentioned or quoted the bot (changelog, \
               2026-02-23)",
};

/// One row of [`ACTIONS`].
#[derive(Debug)]
pub struct ActionRow {
    /// Which action.
    pub action: Action,
    /// The stable word of machine output.
    pub word: &'static str,
    /// What a person reads, as in "to … takes".
    pub label: &'static str,
    /// One word for the head of a column, below the heading of its group.
    pub head: &'static str,
    /// Two letters for a head where words have no room.
    pub code: &'static str,
    /// What it belongs to.
    pub group: Group,
    /// The lowest OAuth 1.0a level; `None`: an access pair cannot do it.
    pub level: Option<Level>,
    /// The OAuth 2.0 scopes, all of them; `None`: an OAuth 2.0 user token cannot do it.
    pub scopes: Option<&'static [&'static str]>,
    /// Whether the app's bearer token alone does it.
    pub bearer: bool,
    /// The request, or the first of several.
    pub endpoint: &'static str,
    /// X forbids it on self-serve plans.
    pub ban: Option<&'static Ban>,
}

const LOOK: &[&str] = &["tweet.read", "users.read"];
const WRITE: &[&str] = &["tweet.read", "tweet.write", "users.read"];

/// Every action, by group.
///
/// Sources: the `security` of each operation in X's OpenAPI 2.167, for the levels X's page on developer apps, for the
/// bans X's changelog and policy; 2026-08.
#[rustfmt::skip]
pub const ACTIONS: &[ActionRow] = &{
    use Action::{BlocksRead, BookmarksRead, BookmarksWrite, Delete, DmDelete, DmRead, DmSend, Follow, FollowsRead, HideReply};
    use Action::{Home, Like, LikesRead, ListsRead, ListsWrite, Media, Mute, Post, Quote, Read, Reply, ReplyUnasked, Repost};
    use Action::{RepostsOfMe, SearchAll, Spaces, Usage, Whoami};
    use Group::{Bookmarks, Dms, Lists, People, Posting, Reading};
    [
        row(Posting, Post, ("post", "post", "post", "po"), "POST /2/tweets",
            Some(RW), Some(WRITE)),
        row(Posting, Reply, ("reply", "reply where it was mentioned", "reply", "re"), "POST /2/tweets",
            Some(RW), Some(WRITE)),
        row(Posting, ReplyUnasked, ("reply_unasked", "reply unasked", "unasked", "un"), "POST /2/tweets",
            Some(RW), Some(WRITE)).banned(&SUMMONED),
        row(Posting, Quote, ("quote", "quote posts", "quote", "qu"), "POST /2/tweets",
            Some(RW), Some(WRITE)).banned(&REMOVED),
        row(Posting, Delete, ("delete", "delete posts", "delete", "de"), "DELETE /2/tweets/{id}",
            Some(RW), Some(WRITE)),
        row(Posting, Repost, ("repost", "repost", "repost", "rp"), "POST /2/users/{id}/retweets",
            Some(RW), Some(WRITE)),
        row(Posting, HideReply, ("hide_reply", "hide replies", "hide", "hi"), "PUT /2/tweets/{tweet_id}/hidden",
            Some(RW), Some(&["tweet.read", "users.read", "tweet.moderate.write"])),
        row(Posting, Media, ("media", "upload media", "upload", "up"), "POST /2/media/upload",
            Some(RW), Some(&["media.write"])),

        row(People, Like, ("like", "like", "like", "li"), "POST /2/users/{id}/likes",
            Some(RW), Some(&["tweet.read", "users.read", "like.write"])).banned(&REMOVED),
        row(People, Follow, ("follow", "follow", "follow", "fo"), "POST /2/users/{id}/following",
            Some(RW), Some(&["tweet.read", "users.read", "follows.write"])).banned(&REMOVED),
        row(People, Mute, ("mute", "mute", "mute", "mu"), "POST /2/users/{id}/muting",
            Some(RW), Some(&["tweet.read", "users.read", "mute.write"])),

        row(Dms, DmRead, ("dm_read", "read DMs", "read", "dr"), "GET /2/dm_events",
            Some(RWD), Some(&["tweet.read", "users.read", "dm.read"])),
        row(Dms, DmSend, ("dm_send", "send DMs", "send", "ds"), "POST /2/dm_conversations/with/{participant_id}/messages",
            Some(RWD), Some(&["tweet.read", "users.read", "dm.write"])),
        row(Dms, DmDelete, ("dm_delete", "delete DMs", "delete", "dd"), "DELETE /2/dm_events/{event_id}",
            Some(RWD), Some(&["dm.read", "dm.write"])),

        row(Reading, Whoami, ("whoami", "ask who it is", "whoami", "wh"), "GET /2/users/me",
            Some(R), Some(LOOK)),
        row(Reading, Read, ("read", "read posts", "posts", "rd"), "GET /2/users/{id}/tweets",
            Some(R), Some(LOOK)).by_bearer(),
        row(Reading, Home, ("home", "read the home timeline", "home", "ho"), "GET /2/users/{id}/timelines/reverse_chronological",
            Some(R), Some(LOOK)),
        row(Reading, SearchAll, ("search_all", "search the full archive", "archive", "ar"), "GET /2/tweets/search/all",
            None, None).by_bearer(),
        row(Reading, LikesRead, ("likes_read", "read likes", "likes", "lk"), "GET /2/users/{id}/liked_tweets",
            Some(R), Some(&["tweet.read", "users.read", "like.read"])),
        row(Reading, FollowsRead, ("follows_read", "read who follows whom", "follows", "fr"), "GET /2/users/{id}/followers",
            Some(R), Some(&["tweet.read", "users.read", "follows.read"])).by_bearer(),
        row(Reading, BlocksRead, ("blocks_read", "read blocks", "blocks", "bl"), "GET /2/users/{id}/blocking",
            Some(R), Some(&["tweet.read", "users.read", "block.read"])),
        row(Reading, RepostsOfMe, ("reposts_of_me", "read reposts of its posts", "reposts", "rm"), "GET /2/users/reposts_of_me",
            Some(R), Some(&["timeline.read", "tweet.read"])),
        row(Reading, Spaces, ("spaces", "search Spaces", "spaces", "sp"), "GET /2/spaces/search",
            None, Some(&["space.read", "tweet.read", "users.read"])).by_bearer(),
        row(Reading, Usage, ("usage", "read usage", "usage", "us"), "GET /2/usage/tweets",
            None, None).by_bearer(),

        row(Lists, ListsRead, ("lists_read", "read lists", "read", "lr"), "GET /2/users/{id}/owned_lists",
            Some(R), Some(&["tweet.read", "users.read", "list.read"])).by_bearer(),
        row(Lists, ListsWrite, ("lists_write", "manage lists", "edit", "le"), "POST /2/lists",
            Some(RW), Some(&["tweet.read", "users.read", "list.read", "list.write"])),

        row(Bookmarks, BookmarksRead, ("bookmarks_read", "read bookmarks", "read", "br"), "GET /2/users/{id}/bookmarks",
            Some(R), Some(&["tweet.read", "users.read", "bookmark.read"])),
        row(Bookmarks, BookmarksWrite, ("bookmarks_write", "bookmark", "save", "bs"), "POST /2/users/{id}/bookmarks",
            None, Some(&["tweet.read", "users.read", "bookmark.write"])),
    ]
};

const fn row(
    group: Group,
    action: Action,
    (word, label, head, code): (&'static str, &'static str, &'static str, &'static str),
    endpoint: &'static str,
    level: Option<Level>,
    scopes: Option<&'static [&'static str]>,
) -> ActionRow {
    ActionRow { action, word, label, head, code, group, level, scopes, bearer: false, endpoint, ban: None }
}

impl ActionRow {
    /// Whether X counts it as writing: every request but a GET is.
    pub fn writes(&self) -> bool {
        !self.endpoint.starts_with("GET")
    }

    const fn by_bearer(self) -> Self {
        Self { bearer: true, ..self }
    }

    const fn banned(self, ban: &'static Ban) -> Self {
        Self { ban: Some(ban), ..self }
    }
}

impl Action {
    /// Every action, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        ACTIONS.iter().map(|row| row.action)
    }

    /// This action's row.
    pub fn row(self) -> &'static ActionRow {
        &ACTIONS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::x::auth::scopes;

    #[test]
    fn the_table_is_in_the_order_of_the_enum_and_its_words_are_stable() {
        for (i, row) in ACTIONS.iter().enumerate() {
            assert_eq!(row.action as usize, i, "{}", row.word);
            assert!(row.word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", row.word);
        }
    }

    #[test]
    fn words_and_codes_are_unique_and_heads_within_their_group() {
        let all = |of: fn(&ActionRow) -> String| ACTIONS.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!(all(|row| row.word.to_owned()), ACTIONS.len());
        assert_eq!(all(|row| row.label.to_owned()), ACTIONS.len());
        assert_eq!(all(|row| row.code.to_owned()), ACTIONS.len());
        assert_eq!(all(|row| format!("{:?} {}", row.group, row.head)), ACTIONS.len());
        for row in ACTIONS {
            assert!(row.code.len() == 2 && row.head.len() <= 7 && row.head.is_ascii(), "{}", row.word);
        }
    }

    #[test]
    fn groups_stand_together() {
        let groups: Vec<Group> = ACTIONS.iter().map(|row| row.group).collect();
        assert!(groups.is_sorted());
    }

    #[test]
    fn every_action_is_one_request_and_takes_scopes_that_x_has() {
        for row in ACTIONS {
            let (method, path) = row.endpoint.split_once(' ').expect("method and path");
            assert!(
                ["GET", "POST", "PUT", "DELETE"].contains(&method) && path.starts_with("/2/"),
                "{}",
                row.word
            );
            let wanted = row.scopes.unwrap_or_default();
            assert!(wanted.iter().all(|scope| scopes::is_known(scope)), "{}", row.word);
            assert!(
                row.level.is_some() || row.scopes.is_some() || row.bearer,
                "{} takes something",
                row.word
            );
            // X counts every POST as writing (developer apps, FAQ), and reading takes no more than “Read” but for DMs.
            let reads = row.level.is_none_or(|level| level == R || (level == RWD && row.group == Group::Dms));
            assert!(method != "GET" || reads, "{}", row.word);
            assert!(method == "GET" || row.level.is_none_or(|level| level > R), "{}", row.word);
            assert!(method == "GET" || !row.bearer, "{}: no app alone changes anything", row.word);
        }
    }

    #[test]
    fn a_ban_says_since_when_and_where_that_stands() {
        let banned: Vec<&str> = ACTIONS.iter().filter(|row| row.ban.is_some()).map(|row| row.word).collect();
        assert_eq!(banned, ["reply_unasked", "quote", "like", "follow"]);
        for ban in ACTIONS.iter().filter_map(|row| row.ban) {
            assert!(ban.sentence.contains(&format!("(changelog, {})", ban.since)), "{ban:?}");
        }
    }
}
