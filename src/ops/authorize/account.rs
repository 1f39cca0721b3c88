//! Whose login was it? Held against the profile before anything is stored.

use super::{Stopped, failures};
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::names::UserId;
use crate::domain::profile::Profile;
use crate::domain::verdict::Account;

/// What was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An access pair: X hands over the same one again, so nothing was lost.
    Access,
    /// An OAuth 2.0 grant: X may have ended the one before it.
    Oauth2,
}

/// Whether `account` is the profile's; a sentence where its handle has changed, or another profile is the same account. The id decides: handles change. A profile
/// without either takes the account on, unless its stored access token names another.
pub(super) fn compare(
    document: &Document,
    profile: &Profile,
    account: &Account,
    kind: Kind,
) -> Result<Option<String>, Stopped> {
    let stored = profile.held.secret(Field::AccessToken);
    let of_token = || UserId::of_access_token(stored?.expose());
    let known = profile.user_id.clone().or_else(|| profile.handle.is_none().then(of_token).flatten());
    let same = match (&known, &profile.handle) {
        (Some(id), _) => *id == account.id,
        (None, Some(handle)) => *handle == account.handle,
        (None, None) => true,
    };
    if !same {
        let theirs = other(document, profile, account);
        return Err(Stopped::Over(failures::wrong_account(profile, known.as_ref(), account, (theirs, kind))));
    }
    let same_as = other(document, profile, account).filter(|_| known.is_none() && profile.handle.is_none());
    if let Some(other) = same_as {
        return Ok(Some(format!("“{}” is the account {} as well", other.name, account.handle)));
    }
    let renamed = profile.handle.as_ref().filter(|handle| **handle != account.handle);
    Ok(renamed
        .map(|handle| format!("X calls this account {} now; the profile says {handle}", account.handle)))
}

/// The other profile of the same app that this account is in the vault for.
fn other<'a>(document: &'a Document, profile: &Profile, account: &Account) -> Option<&'a Profile> {
    document.profiles().find(|other| {
        let theirs = match &other.user_id {
            Some(id) => *id == account.id,
            None => other.handle.as_ref() == Some(&account.handle),
        };
        theirs && other.id != profile.id && other.app == profile.app
    })
}
