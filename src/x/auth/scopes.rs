//! OAuth 2.0 scopes: which there are, and which a bot has to ask for.
//!
//! Source: X's page on the authorization code flow and the security schemes of its OpenAPI 2.167, 2026-08.

use std::collections::BTreeSet;

use crate::domain::needs::Need;
use crate::domain::permission::Scopes;

/// What every request for tokens holds: who it is, and a refresh token (the name has a dot).
const ALWAYS: &[&str] = &["offline.access", "tweet.read", "users.read"];

/// One row of [`SCOPES`].
#[derive(Debug)]
pub struct ScopeRow {
    /// X's word.
    pub word: &'static str,
    /// What it grants.
    pub grants: &'static str,
}

const fn row(word: &'static str, grants: &'static str) -> ScopeRow {
    ScopeRow { word, grants }
}

/// Every scope, in X's order.
pub const SCOPES: &[ScopeRow] = &[
    row("tweet.read", "read posts, protected ones too"),
    row("tweet.write", "post, delete and repost"),
    row("tweet.moderate.write", "hide and unhide replies"),
    row("users.read", "look at accounts"),
    row("users.email", "the account's confirmed e-mail address"),
    row("follows.read", "see who follows whom"),
    row("follows.write", "follow and unfollow"),
    row("offline.access", "a refresh token"),
    row("space.read", "read Spaces"),
    row("mute.read", "see mutes"),
    row("mute.write", "mute and unmute"),
    row("like.read", "see likes"),
    row("like.write", "like and unlike"),
    row("list.read", "read Lists, private ones too"),
    row("list.write", "manage Lists"),
    row("block.read", "see blocks"),
    row("block.write", "block and unblock"),
    row("bookmark.read", "see bookmarks"),
    row("bookmark.write", "bookmark and remove bookmarks"),
    row("dm.read", "read direct messages"),
    row("dm.write", "send direct messages"),
    row("media.write", "upload media"),
    row("timeline.read", "read custom timelines"),
    row("broadcast.read", "see live broadcasts"),
    row("broadcast.write", "manage live broadcasts"),
];

/// Whether X has a scope of this name.
pub fn is_known(word: &str) -> bool {
    SCOPES.iter().any(|row| row.word == word)
}

/// What a bot with these needs has to ask for, refresh token included. A need that no OAuth 2.0 user token covers adds
/// nothing.
pub fn of_needs(needs: &BTreeSet<Need>) -> Scopes {
    let wanted = needs.iter().filter_map(|need| need.scopes()).flatten();
    let all: BTreeSet<&str> = wanted.chain(ALWAYS.iter().copied()).collect();
    Scopes::parse(&all.into_iter().collect::<Vec<_>>().join(" "))
}

/// Reads scopes as a person lists them: separated by spaces or commas.
///
/// # Errors
/// The first word that is none of X's.
pub fn parse(text: &str) -> Result<Scopes, String> {
    let words: Vec<&str> = text.split([' ', ',', '\t', '\n']).filter(|word| !word.is_empty()).collect();
    match words.iter().find(|word| !is_known(word)) {
        Some(unknown) => Err((*unknown).to_owned()),
        None => Ok(Scopes::parse(&words.join(" "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::needs::NEEDS;

    #[test]
    fn every_need_asks_for_scopes_that_x_has_and_for_a_refresh_token() {
        for need in NEEDS {
            let scopes = of_needs(&BTreeSet::from([need.need]));
            assert!(scopes.iter().all(is_known), "{}", need.word);
            assert!(scopes.hold(&need.need.scopes().unwrap_or_default()), "{}", need.word);
            assert!(scopes.hold(&["offline.access", "users.read", "tweet.read"]), "{}", need.word);
        }
        let poster = of_needs(&BTreeSet::from([Need::Post, Need::Media]));
        assert_eq!(poster.to_string(), "media.write offline.access tweet.read tweet.write users.read");
    }

    #[test]
    fn a_word_that_is_no_scope_is_named() {
        assert_eq!(parse("tweet.read, users.read").map(|scopes| scopes.len()), Ok(2));
        assert_eq!(parse("tweet.read offline_access"), Err("offline_access".to_owned()));
        assert_eq!(parse("").map(|scopes| scopes.len()), Ok(0));
    }

    #[test]
    fn no_scope_stands_twice() {
        for (i, row) in SCOPES.iter().enumerate() {
            assert!(SCOPES[..i].iter().all(|other| other.word != row.word), "{}", row.word);
            assert!(!row.grants.is_empty());
        }
    }
}
