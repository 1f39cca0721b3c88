//! What a person reads about a refresh.

use super::decide::Refusal;
use super::settle::Verdict;
use crate::domain::document::Document;
use crate::domain::id::ProfileId;
use crate::domain::text::visible_within;
use crate::domain::verdict::Account;
use crate::failure::{Failure, Kind};
use crate::ops::unlock::store_failure;
use crate::vault::StoreError;

fn name(document: &Document, id: ProfileId) -> String {
    document.name_of(id.into()).map_or_else(|| "?".to_owned(), |name| visible_within(name.as_str(), 64))
}

fn log_in(name: &str) -> String {
    format!("log in again with this bot’s account: birdkeep authorize {name}")
}

/// The profile or its tokens are not there any more.
pub(super) fn gone() -> Failure {
    Failure::new(Kind::Found, "it is not there any more", "somebody removed it", "birdkeep list")
}

/// The state folder cannot be used.
pub(super) fn store(error: &StoreError) -> Failure {
    store_failure("nothing was refreshed", error, Kind::NotSaved)
}

/// The intent could not be written down.
pub(super) fn not_begun(document: &Document, id: ProfileId, error: &StoreError) -> Failure {
    let what = format!("the tokens of “{}” were not refreshed: nothing was sent", name(document, id));
    store_failure(&what, error, Kind::NotSaved)
}

/// Nobody could be kept out.
pub(super) fn no_locks(document: &Document, id: ProfileId) -> Failure {
    Failure::new(
        Kind::NotSaved,
        format!("the tokens of “{}” are not refreshed here", name(document, id)),
        "the file system of the state folder knows no locks, and two processes could present the same token",
        "put XDG_STATE_HOME on a local disk",
    )
}

/// Why nothing is done.
pub(super) fn refusal(document: &Document, id: ProfileId, refusal: &Refusal) -> Failure {
    let name = name(document, id);
    let (what, because, try_this) = match refusal {
        Refusal::Nothing => (
            format!("“{name}” has no OAuth 2.0 tokens"),
            "nothing is stored for them".to_owned(),
            format!("birdkeep authorize {name} --oauth2"),
        ),
        Refusal::NoRefreshToken(left) => (
            format!("the access token of “{name}” cannot be refreshed"),
            match left {
                Some(0) => "it has expired, and there is no refresh token".to_owned(),
                Some(left) => format!("it lives for {left} s yet, and there is no refresh token"),
                None => "nobody knows how long it lives, and there is no refresh token".to_owned(),
            },
            format!("birdkeep authorize {name} --oauth2, with the scope offline.access"),
        ),
        Refusal::NoClient => (
            format!("the tokens of “{name}” cannot be refreshed"),
            "X wants the client id of the app they were issued to, and none is stored".to_owned(),
            format!("birdkeep set {name} client_id"),
        ),
        Refusal::Elsewhere => (
            format!("the tokens of “{name}” are refreshed on another machine"),
            "a refresh token is good once: two machines that use it kill it for both".to_owned(),
            format!(
                "ask that machine’s vault for the token, log in here (birdkeep authorize {name}), or, where that \
                 machine is gone for good: birdkeep token {name} --take-over"
            ),
        ),
        Refusal::Reauth => (
            format!("“{name}” has to log in again"),
            "its refresh token is used up or revoked, or it came out of an older save and may be".to_owned(),
            log_in(&name),
        ),
        Refusal::Unverified => (
            format!("the tokens of “{name}” came out of an older save"),
            "X does not take the access token any more, so nothing can tell whether the refresh token was used since"
                .to_owned(),
            format!(
                "restore a newer save if there is one; else {}, or, where nobody can have refreshed it since: birdkeep \
                 token {name} --take-over",
                log_in(&name)
            ),
        ),
        Refusal::Newer(word) => (
            format!("the tokens of “{name}” are not refreshed here"),
            format!("a newer birdkeep has marked them “{}”", visible_within(word, 40)),
            "update birdkeep".to_owned(),
        ),
        Refusal::Rotating => (
            format!("the tokens of “{name}” are not refreshed any more"),
            "a new login has brought others, or X was asked to kill these".to_owned(),
            format!("birdkeep rotate {name} oauth2 goes on with that, birdkeep revoke {name} oauth2 asks X again"),
        ),
        Refusal::Clock => (
            format!("the tokens of “{name}” are not refreshed now"),
            "this machine’s clock stands before the last save, or more than a year behind it".to_owned(),
            "set the clock; if it is right, save anything once and try again".to_owned(),
        ),
    };
    Failure::new(Kind::Found, what, because, try_this)
}

/// The token belongs to somebody else.
pub(super) fn other_account(document: &Document, id: ProfileId, account: &Account) -> Failure {
    let name = name(document, id);
    Failure::new(
        Kind::Found,
        format!("the tokens of “{name}” belong to another account"),
        format!("X answered for @{}", account.handle),
        log_in(&name),
    )
}

/// X could not be asked whose the token is.
pub(super) fn unverified(document: &Document, id: ProfileId, because: &str) -> Failure {
    Failure::new(
        Kind::Network,
        format!("the access token of “{}” could not be verified", name(document, id)),
        because,
        "it came out of an older save, so X is asked before it is used; try again in a moment",
    )
}

/// What an outcome is to somebody who wanted a token; `None`: he has it.
pub(super) fn outcome(document: &Document, id: ProfileId, verdict: &Verdict) -> Option<Failure> {
    let name = name(document, id);
    let (kind, what, because, try_this) = match verdict {
        Verdict::Renewed | Verdict::Obsolete => return None,
        Verdict::Aside => (
            Kind::Found,
            format!("the tokens of “{name}” were replaced while they were refreshed"),
            "X handed over new ones for the old refresh token; they are kept as candidates",
            "look which are the right ones; the present ones were left alone".to_owned(),
        ),
        Verdict::Reauth(because) => {
            (Kind::Found, format!("“{name}” has to log in again"), because.as_str(), log_in(&name))
        }
        Verdict::Ambiguous(because) => (
            Kind::Network,
            format!("nobody knows whether X has refreshed the tokens of “{name}”"),
            because.as_str(),
            "the access token is used while it lives; after that the same refresh is tried once more"
                .to_owned(),
        ),
        Verdict::ClientRejected(because) => (
            Kind::Found,
            format!("X does not accept the app of “{name}” as an OAuth 2.0 client"),
            because.as_str(),
            "hold client id, client secret and the type of app against X’s console; the tokens are untouched"
                .to_owned(),
        ),
        Verdict::NotSent(because) => (
            Kind::Network,
            format!("the tokens of “{name}” were not refreshed: nothing was sent"),
            because.as_str(),
            "try again in a moment".to_owned(),
        ),
    };
    Some(Failure::new(kind, what, because, try_this))
}

/// New tokens that could not be saved, with where they are.
pub(super) fn unsaved(
    document: &Document,
    id: ProfileId,
    failure: &Failure,
    (journal, kept): (&str, bool),
) -> Failure {
    let name = name(document, id);
    let try_this = if kept {
        format!(
            "see to that ({}); they are kept, sealed, in {journal}, and the next birdkeep that opens this vault puts \
             them in",
            failure.try_this
        )
    } else {
        format!("see to that at once ({}): they are in the memory of this process alone", failure.try_this)
    };
    Failure::new(
        Kind::NotSaved,
        format!("X has handed over new tokens for “{name}”, and they are not in the vault"),
        failure.because.clone(),
        try_this,
    )
}

/// News of a journal that was taken up; `None` where there is none.
pub(super) fn taken_up(document: &Document, id: ProfileId, verdict: &Verdict) -> Option<String> {
    let name = name(document, id);
    match verdict {
        Verdict::Renewed => Some(format!(
            "“{name}”: tokens that X had handed over to a birdkeep that was cut off are in the vault now"
        )),
        Verdict::Aside => Some(format!(
            "“{name}”: X had handed over tokens for a refresh token that is not stored any more; they are kept as \
             candidates"
        )),
        Verdict::Reauth(because) => {
            Some(format!("“{name}” has to log in again, since a refresh was cut off: {because}"))
        }
        Verdict::Ambiguous(because) => Some(format!(
            "“{name}”: a refresh was cut off ({because}), and nobody knows whether X has replaced the tokens; the \
             access token is used while it lives, then the same refresh is tried once more"
        )),
        Verdict::ClientRejected(_) | Verdict::NotSent(_) | Verdict::Obsolete => None,
    }
}

/// A journal that could not be taken up.
pub(super) fn open(document: &Document, id: ProfileId, failure: &Failure) -> String {
    let name = name(document, id);
    format!("“{name}”: a refresh was cut off, and what is known of it cannot be saved: {}", failure.because)
}

/// A token that is used since nothing better can be had without harm.
pub(super) fn spared(document: &Document, id: ProfileId, spared: bool) -> Option<String> {
    let name = name(document, id);
    spared.then(|| {
        format!(
            "nobody knows what X made of the last refresh of “{name}”: this access token is used until it expires"
        )
    })
}
