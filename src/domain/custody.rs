//! Custody of an OAuth 2.0 grant: which machine refreshes it, and how its refresh token stands.
//!
//! A refresh token is good once, and presenting a spent one may kill everything that grew from it. So one machine
//! holds a grant and refreshes it; what it could not find out stands here for all to see. All of it is about one
//! refresh token: a person who puts in another one begins anew.

use super::credential::Origin;
use super::document::Document;
use super::edit::{self, Edit};
use super::fields::{self, Field};
use super::fingerprint::{Fingerprint, FingerprintKey};
use super::id::{HolderId, ProfileId};
use super::permission::Scopes;
use super::profile::{Oauth2Grant, Profile};
use super::secret::Secret;
use super::time::Time;

/// How many retired refresh tokens are remembered, by their fingerprints.
pub const SPENT: usize = 8;
/// Seconds an access token of X's lives (X's pages on user access tokens, 2026-08).
const LIFETIME: i64 = 7_200;
/// Seconds after its issue within which an expiry can be that of the same token.
const PLAUSIBLE: i64 = 86_400;

/// What is known about one refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Custody {
    /// Which refresh token.
    pub about: Fingerprint,
    /// The machine that refreshes it; `None`: the first that does.
    pub holder: Option<HolderId>,
    /// How it stands.
    pub standing: Standing,
}

/// How a refresh token stands, the better first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It can be presented.
    Good,
    /// It came out of an older save: what X thinks of it is asked with the access token first.
    VerifyFirst,
    /// It was presented, and nobody knows what X made of that.
    Ambiguous,
    /// X refuses it, it was presented twice in vain, or it came out of an older save and may be spent.
    Reauth,
    /// A word of a newer birdkeep, which is kept and never acted upon.
    Newer(Box<str>),
}

/// One row of [`STANDINGS`].
#[derive(Debug)]
pub struct StandingRow {
    /// Which standing.
    pub standing: Standing,
    /// The stable word of files and of `--json`.
    pub word: &'static str,
    /// What a person reads, short.
    pub label: &'static str,
    /// What it means, for one line.
    pub doc: &'static str,
    /// What a person can do; `None`: nothing has to be done.
    pub next: Option<&'static str>,
}

/// Every standing this version knows.
pub const STANDINGS: &[StandingRow] = &[
    StandingRow {
        standing: Standing::Good,
        word: "ok",
        label: "good",
        doc: "the refresh token can be presented",
        next: None,
    },
    StandingRow {
        standing: Standing::VerifyFirst,
        word: "verify-first",
        label: "to be verified",
        doc: "it came out of an older save, so the refresh token may have been used since",
        next: Some(
            "it is refreshed if this machine knows that token to be its newest; else the access token is used while \
             X takes it, then log in again",
        ),
    },
    StandingRow {
        standing: Standing::Ambiguous,
        word: "ambiguous",
        label: "open",
        doc: "a refresh was cut off, and X may or may not have replaced the tokens",
        next: Some("the access token is used while it lives, then the same refresh is tried once more"),
    },
    StandingRow {
        standing: Standing::Reauth,
        word: "reauth",
        label: "log in again",
        doc: "the refresh token is used up or revoked, or nobody can tell",
        next: Some("log in again with this bot’s account"),
    },
];

impl Standing {
    /// This standing's row; a word of a newer birdkeep has none.
    pub fn row(&self) -> Option<&'static StandingRow> {
        STANDINGS.iter().find(|row| row.standing == *self)
    }

    /// The stable word.
    pub fn word(&self) -> &str {
        match self {
            Self::Newer(word) => word,
            known => known.row().map_or("ok", |row| row.word),
        }
    }

    /// Reads the stable word; every word is one, perhaps of a newer birdkeep.
    pub fn parse(word: &str) -> Self {
        let row = STANDINGS.iter().find(|row| row.word == word);
        row.map_or_else(|| Self::Newer(word.into()), |row| row.standing.clone())
    }
}

/// The custody of a profile's refresh token as it is now; `None`: there is no refresh token. What was said of
/// another token counts no more.
pub fn of(profile: &Profile, key: &FingerprintKey) -> Option<Custody> {
    let about = key.of(profile.held.secret(Field::Oauth2RefreshToken)?);
    let said = profile.oauth2.as_ref().and_then(|grant| grant.custody.clone());
    let fresh = Custody { about, holder: None, standing: Standing::Good };
    Some(said.filter(|custody| custody.about == about).unwrap_or(fresh))
}

/// When the access token expires, as X said when it issued it, or as the token itself tells; `None`: nobody knows.
pub fn expires_at(profile: &Profile) -> Option<Time> {
    let token = profile.held.slot(Field::Oauth2AccessToken)?;
    let told = profile.oauth2.as_ref().and_then(|grant| grant.expires_at);
    let issued = fields::oauth2_issued_ms(token.secret.expose()).map(|ms| Time::from_unix(ms / 1_000));
    match (told, issued) {
        // A token typed in by hand brings no expiry: the one that stands there is its predecessor's.
        (Some(told), Some(issued)) if !(0..=PLAUSIBLE).contains(&told.since(issued)) => {
            Some(issued.shifted(LIFETIME))
        }
        (Some(told), _) => Some(told),
        (None, issued) => issued.map(|issued| issued.shifted(LIFETIME)),
    }
}

/// The edits that change what is known about a profile's refresh token; none where nothing changes.
pub fn marked(document: &Document, id: ProfileId, change: impl FnOnce(&mut Custody)) -> Vec<Edit> {
    let profile = document.profile(id);
    let known = profile.and_then(|profile| Some((profile, of(profile, &document.fingerprints)?)));
    let Some((profile, mut custody)) = known else { return Vec::new() };
    let before = custody.clone();
    change(&mut custody);
    if custody == before {
        return Vec::new();
    }
    set_grant(profile, |grant| grant.custody = Some(custody)).into_iter().collect()
}

/// The edits that make `holder` the one who refreshes a profile's grant, on a person's word that nobody else has a newer
/// token; the sequence grows, so that a merge keeps it.
pub fn taken_over(document: &Document, id: ProfileId, holder: HolderId) -> Vec<Edit> {
    let profile = document.profile(id);
    let known = profile.and_then(|profile| Some((profile, of(profile, &document.fingerprints)?)));
    let Some((profile, custody)) = known else { return Vec::new() };
    let standing = match custody.standing {
        Standing::VerifyFirst => Standing::Good,
        standing => standing,
    };
    let taken = set_grant(profile, |grant| {
        grant.custody = Some(Custody { holder: Some(holder), standing, ..custody });
        grant.sequence = grant.sequence.saturating_add(1);
    });
    taken.into_iter().collect()
}

/// New tokens that X has handed over for a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewed {
    /// The access token.
    pub access_token: Secret,
    /// The next refresh token; `None`: the old one stays good.
    pub refresh_token: Option<Secret>,
    /// What was granted; `None`: what was granted before.
    pub scopes: Option<Scopes>,
    /// When X handed them over.
    pub issued_at: Time,
    /// When the access token expires, as far as X said.
    pub expires_at: Option<Time>,
    /// Refresh tokens known to be spent now, oldest first.
    pub spent: Vec<Fingerprint>,
    /// The grant's sequence from now on, if it has not grown beyond that.
    pub sequence: u64,
    /// The machine that holds the grant.
    pub holder: HolderId,
}

/// The edits that put new tokens in the place of a profile's old ones. Of the old pair only a fingerprint stays.
pub fn renewed(document: &Document, id: ProfileId, new: &Renewed) -> Vec<Edit> {
    let Some(profile) = document.profile(id) else { return Vec::new() };
    let key = &document.fingerprints;
    let access = (Field::Oauth2AccessToken, Some(new.access_token.clone()));
    let refresh = new.refresh_token.clone().map(|token| (Field::Oauth2RefreshToken, Some(token)));
    let values = std::iter::once(access).chain(refresh);
    let mut edits = edit::set_fields(document, id.into(), values, Origin::Refresh, new.issued_at);
    for edit in &mut edits {
        if let Edit::SetField { issued_at, .. } = edit {
            *issued_at = Some(new.issued_at);
        }
    }
    let old = profile.held.secret(Field::Oauth2RefreshToken);
    let present = new.refresh_token.as_ref().or(old).map(|token| key.of(token));
    edits.extend(set_grant(profile, |grant| {
        if let Some(scopes) = &new.scopes {
            grant.scopes.clone_from(scopes);
        }
        // Without a word of X's the token tells its own age: see `expires_at`.
        grant.expires_at = new.expires_at;
        grant.sequence = grant.sequence.saturating_add(1).max(new.sequence);
        let spent = new.spent.iter().copied().chain(old.map(|token| key.of(token)));
        remember(&mut grant.spent, spent.filter(|print| Some(*print) != present));
        grant.custody =
            present.map(|about| Custody { about, holder: Some(new.holder), standing: Standing::Good });
    }));
    edits
}

/// Adds retired refresh tokens, each once, and forgets the oldest.
pub fn remember(spent: &mut Vec<Fingerprint>, more: impl IntoIterator<Item = Fingerprint>) {
    for print in more {
        if !spent.contains(&print) {
            spent.push(print);
        }
    }
    let oldest = spent.len().saturating_sub(SPENT);
    spent.drain(..oldest);
}

fn set_grant(profile: &Profile, change: impl FnOnce(&mut Oauth2Grant)) -> Option<Edit> {
    let was = profile.oauth2.clone();
    let mut to = was.clone().unwrap_or_default();
    change(&mut to);
    (was.as_ref() != Some(&to)).then(|| Edit::SetGrant { owner: profile.id.into(), was, to: Some(to) })
}

#[cfg(test)]
mod tests;
