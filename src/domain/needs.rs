//! What a bot is meant to do, and which actions at X that takes; sets of needs that most bots have.

use super::ability::{Holdings, May};
use super::actions::{Action, Ban};
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
    /// The actions it takes, all of them. What each takes in turn is said there.
    pub actions: &'static [Action],
}

/// Every need.
#[rustfmt::skip]
pub const NEEDS: &[NeedRow] = &[
    row(Need::Read,      "read",       "read posts",    &[Action::Read]),
    row(Need::Post,      "post",       "post",          &[Action::Post]),
    row(Need::Delete,    "delete",     "delete posts",  &[Action::Delete]),
    row(Need::Repost,    "repost",     "repost",        &[Action::Repost]),
    row(Need::HideReply, "hide_reply", "hide replies",  &[Action::HideReply]),
    row(Need::Like,      "like",       "like",          &[Action::Like]),
    row(Need::Follow,    "follow",     "follow",        &[Action::Follow]),
    row(Need::Mute,      "mute",       "mute",          &[Action::Mute]),
    row(Need::Media,     "media",      "upload media",  &[Action::Media]),
    row(Need::DmRead,    "dm_read",    "read DMs",      &[Action::DmRead]),
    row(Need::DmSend,    "dm_send",    "send DMs",      &[Action::DmSend]),
    row(Need::Lists,     "lists",      "manage lists",  &[Action::ListsRead, Action::ListsWrite]),
    row(Need::Bookmarks, "bookmarks",  "bookmark",      &[Action::BookmarksRead, Action::BookmarksWrite]),
    row(Need::Spaces,    "spaces",     "search Spaces", &[Action::Spaces]),
    row(Need::Usage,     "usage",      "read usage",    &[Action::Usage]),
];

const fn row(need: Need, word: &'static str, label: &'static str, actions: &'static [Action]) -> NeedRow {
    NeedRow { need, word, label, actions }
}

/// A set of needs that most bots of a kind have: where needs are written, its word stands for all of them.
#[derive(Debug)]
pub struct PresetRow {
    /// The stable word of commands. No need has it.
    pub word: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// The needs.
    pub needs: &'static [Need],
}

/// Every preset.
#[rustfmt::skip]
pub const PRESETS: &[PresetRow] = &[
    PresetRow { word: "reader",       label: "reader",            needs: &[Need::Read] },
    PresetRow { word: "poster",       label: "poster",            needs: &[Need::Read, Need::Post, Need::Delete] },
    PresetRow { word: "media_poster", label: "poster with media", needs: &[Need::Read, Need::Post, Need::Delete, Need::Media] },
    PresetRow { word: "replier",      label: "replier",           needs: &[Need::Read, Need::Post, Need::Delete, Need::HideReply] },
    PresetRow { word: "dm_bot",       label: "DM bot",            needs: &[Need::Read, Need::DmRead, Need::DmSend] },
    PresetRow { word: "curator",      label: "curator",           needs: &[Need::Read, Need::Repost, Need::Lists, Need::Bookmarks] },
];

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

/// Reads the stable word of a need or of a preset, as the needs it stands for; `-` and `_` are the same.
pub fn named(word: &str) -> Option<&'static [Need]> {
    let word = plain(word);
    let need = NEEDS.iter().find(|row| row.word == word).map(|row| std::slice::from_ref(&row.need));
    need.or_else(|| PRESETS.iter().find(|row| row.word == word).map(|row| row.needs))
}

fn plain(word: &str) -> String {
    word.trim().to_ascii_lowercase().replace('-', "_")
}

impl Need {
    /// This need's row.
    pub fn row(self) -> &'static NeedRow {
        &NEEDS[self as usize]
    }

    /// Reads the stable word; `-` and `_` are the same.
    pub fn parse(word: &str) -> Option<Self> {
        let word = plain(word);
        NEEDS.iter().find(|row| row.word == word).map(|row| row.need)
    }

    /// The actions it takes, all of them.
    pub fn actions(self) -> &'static [Action] {
        self.row().actions
    }

    /// The lowest OAuth 1.0a level that does all of it; `None`: an access pair cannot.
    pub fn level(self) -> Option<Level> {
        let levels: Option<Vec<Level>> = self.actions().iter().map(|action| action.row().level).collect();
        levels?.into_iter().max()
    }

    /// The OAuth 2.0 scopes that do all of it; `None`: an OAuth 2.0 user token cannot.
    pub fn scopes(self) -> Option<Vec<&'static str>> {
        let mut all = Vec::new();
        for action in self.actions() {
            for scope in action.row().scopes? {
                if !all.contains(scope) {
                    all.push(*scope);
                }
            }
        }
        Some(all)
    }

    /// Whether the app's bearer token alone does all of it.
    pub fn bearer(self) -> bool {
        self.actions().iter().all(|action| action.row().bearer)
    }

    /// X forbids it on self-serve plans, whatever the credential may do.
    pub fn ban(self) -> Option<&'static Ban> {
        self.actions().iter().find_map(|action| action.row().ban)
    }

    /// Whether `grant`, or the app's bearer where one is stored, covers this need. Bans are another matter: no credential
    /// cures them.
    pub fn answer(self, grant: &Grant, bearer: bool) -> Answer {
        let held = Holdings::granted(grant, bearer);
        let answers = self.actions().iter().map(|action| held.permit(*action).may);
        let of = |may| match may {
            May::Yes | May::Banned => Answer::Yes,
            May::No => Answer::No,
            May::Unknown => Answer::Unknown,
        };
        answers.fold(Answer::Yes, |worst, may| match (worst, of(may)) {
            (Answer::No, _) | (_, Answer::No) => Answer::No,
            (Answer::Unknown, _) | (_, Answer::Unknown) => Answer::Unknown,
            (Answer::Yes, Answer::Yes) => Answer::Yes,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::actions::ACTIONS;
    use crate::domain::permission::Scopes;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (i, row) in NEEDS.iter().enumerate() {
            assert_eq!(row.need as usize, i, "{}", row.word);
            assert_eq!(Need::parse(row.word), Some(row.need));
            assert_eq!(named(row.word), Some([row.need].as_slice()));
        }
    }

    #[test]
    fn every_need_takes_actions_and_no_two_take_the_same() {
        let mut taken = BTreeSet::new();
        for row in NEEDS {
            assert!(!row.actions.is_empty(), "{}", row.word);
            for action in row.actions {
                assert!(ACTIONS.iter().any(|known| known.action == *action), "{}", row.word);
                assert!(taken.insert(*action), "{} is taken twice", action.row().word);
            }
            // Where a need is one action, it goes by one name.
            let [only] = row.actions else { continue };
            assert_eq!((only.row().word, only.row().label), (row.word, row.label));
        }
    }

    #[test]
    fn several_actions_take_what_each_of_them_takes() {
        assert_eq!(Need::Lists.level(), Some(Level::ReadWrite));
        assert_eq!(Need::Lists.scopes(), Some(vec!["tweet.read", "users.read", "list.read", "list.write"]));
        assert_eq!((Need::Bookmarks.level(), Need::Bookmarks.bearer()), (None, false));
        let both = ["tweet.read", "users.read", "bookmark.read", "bookmark.write"];
        assert_eq!(Need::Bookmarks.scopes().as_deref(), Some(both.as_slice()));
        assert_eq!((Need::Usage.level(), Need::Usage.scopes(), Need::Usage.bearer()), (None, None, true));
        assert!(Need::Like.ban().is_some() && Need::Post.ban().is_none());
    }

    #[test]
    fn a_preset_stands_for_its_needs_and_is_called_like_none_of_them() {
        for row in PRESETS {
            assert_eq!(Need::parse(row.word), None, "{}", row.word);
            assert_eq!(named(&row.word.replace('_', "-")), Some(row.needs), "{}", row.word);
            assert!(row.needs.is_sorted() && !row.needs.is_empty(), "{}", row.word);
            assert!(
                row.needs.iter().all(|need| need.ban().is_none()),
                "{} asks for what X forbids",
                row.word
            );
        }
        assert_eq!(named("Poster").map(<[Need]>::len), Some(3));
        assert_eq!(named("fly"), None);
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
            (Need::Lists, &read, true, Answer::No),
            (Need::Lists, &unknown, true, Answer::Unknown),
            (Need::Bookmarks, &write, false, Answer::No),
            (Need::Bookmarks, &unknown, false, Answer::No),
            (Need::Media, &media, false, Answer::Yes),
            (Need::Post, &media, false, Answer::No),
            (Need::Like, &write, false, Answer::Yes),
            (Need::Usage, &write, true, Answer::Yes),
            (Need::Usage, &write, false, Answer::No),
            (Need::Read, &Grant::AppOnly, true, Answer::Yes),
            (Need::Post, &Grant::Nothing, false, Answer::No),
        ] {
            assert_eq!(need.answer(grant, bearer), wanted, "{} with {grant:?}", need.row().word);
        }
    }
}
