//! The questions asked of X: one file each, two functions each, read-only by construction.
//!
//! A check builds one request from stored values and puts the reply into [`Answers`]. When to send, how often and
//! how many at once is `ops::check`; what the replies mean together is [`super::diagnose`].

pub mod account;
pub mod app_keys;
pub mod bearer;

use super::endpoints::usage_tweets::Usage;
use super::reply::Reply;
use super::sign::{Pair, SignError, Stamp};
use super::wire::{Request, Response, SendError};
use crate::domain::credential::Held;
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::secret::Secret;
use crate::domain::verdict::Account;

/// One row of [`CHECKS`].
#[derive(Debug)]
pub struct CheckRow {
    /// The stable word.
    pub name: &'static str,
    /// What is asked, as a person would.
    pub question: &'static str,
    /// Method and path, as in [`super::prices::PRICES`].
    pub request: &'static str,
    /// Whether it is asked once per app or once per profile.
    pub per: OwnerKind,
    /// The request; `None` where a value it takes is not stored.
    pub ask: fn(&Values, &Asking<'_>) -> Option<Result<Request, SignError>>,
    /// Puts the reply where it belongs.
    pub hear: fn(&mut Answers, Result<Response, SendError>),
    /// Whether the reply can mean "asked too often", so that one more try after a pause is due.
    pub doubtful: fn(&Answers) -> bool,
}

/// Every question of a check.
pub const CHECKS: &[CheckRow] = &[app_keys::ROW, bearer::ROW, account::ROW];

/// The questions asked once per app, or once per profile.
pub fn checks_of(per: OwnerKind) -> impl Iterator<Item = &'static CheckRow> {
    CHECKS.iter().filter(move |row| row.per == per)
}

/// With what a question is asked, besides the stored values.
#[derive(Debug)]
pub struct Asking<'a> {
    /// Scheme, host and port.
    pub base: &'a str,
    /// A fresh stamp for a signature.
    pub stamp: &'a Stamp,
}

/// The stored values that questions are asked with.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// The app's.
    pub api_key: Option<Secret>,
    /// The app's.
    pub api_secret: Option<Secret>,
    /// The app's.
    pub bearer_token: Option<Secret>,
    /// The profile's.
    pub access_token: Option<Secret>,
    /// The profile's.
    pub access_secret: Option<Secret>,
    /// The profile's.
    pub oauth2_access_token: Option<Secret>,
}

impl Values {
    /// The values of an app and a profile, either perhaps missing.
    pub fn of(app: Option<&Held>, profile: Option<&Held>) -> Self {
        let of = |held: Option<&Held>, field| held?.secret(field).filter(|s| !s.is_empty()).cloned();
        Self {
            api_key: of(app, Field::ApiKey),
            api_secret: of(app, Field::ApiSecret),
            bearer_token: of(app, Field::BearerToken),
            access_token: of(profile, Field::AccessToken),
            access_secret: of(profile, Field::AccessSecret),
            oauth2_access_token: of(profile, Field::Oauth2AccessToken),
        }
    }

    /// The value of one of these fields.
    pub fn get(&self, field: Field) -> Option<&Secret> {
        match field {
            Field::ApiKey => self.api_key.as_ref(),
            Field::ApiSecret => self.api_secret.as_ref(),
            Field::BearerToken => self.bearer_token.as_ref(),
            Field::AccessToken => self.access_token.as_ref(),
            Field::AccessSecret => self.access_secret.as_ref(),
            Field::Oauth2AccessToken => self.oauth2_access_token.as_ref(),
            Field::ClientId | Field::ClientSecret | Field::Oauth2RefreshToken => None,
        }
    }

    /// API key and secret.
    pub fn app_pair(&self) -> Option<Pair<'_>> {
        Some(Pair { id: self.api_key.as_ref()?, secret: self.api_secret.as_ref()? })
    }

    /// Access token and secret.
    pub fn access_pair(&self) -> Option<Pair<'_>> {
        Some(Pair { id: self.access_token.as_ref()?, secret: self.access_secret.as_ref()? })
    }

    /// What the profile is judged by.
    pub fn judged_by(&self) -> JudgedBy {
        if self.access_token.is_some() || self.access_secret.is_some() {
            JudgedBy::AccessPair
        } else if self.oauth2_access_token.is_some() {
            JudgedBy::Oauth2
        } else {
            JudgedBy::Bearer
        }
    }
}

/// Which credential a profile is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JudgedBy {
    /// OAuth 1.0a: the app's pair and the access pair, four values together.
    AccessPair,
    /// An OAuth 2.0 user token.
    Oauth2,
    /// The app's bearer token: a read-only profile without a token of its own.
    Bearer,
}

/// What X replied, as far as it was asked.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// To the app's key and secret: the live bearer token.
    pub app_keys: Option<Reply<Secret>>,
    /// How often the app's pair was tried.
    pub app_keys_tries: u8,
    /// To the app's stored bearer token.
    pub bearer: Option<Reply<Usage>>,
    /// To the profile's own token.
    pub account: Option<Reply<Account>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x::prices::PRICES;

    #[test]
    fn every_question_has_its_own_name_and_a_price() {
        for (i, row) in CHECKS.iter().enumerate() {
            assert!(CHECKS[..i].iter().all(|other| other.name != row.name), "{}", row.name);
            assert!(PRICES.iter().any(|price| price.request == row.request), "{} has no price", row.name);
            assert!(row.question.ends_with('?'), "{}", row.name);
        }
    }

    #[test]
    fn nothing_is_asked_without_the_values_it_takes() {
        let stamp = Stamp::new([1; 16], crate::domain::time::Time::from_unix(1));
        let asking = Asking { base: "https://api.x.com", stamp: &stamp };
        for row in CHECKS {
            assert!((row.ask)(&Values::default(), &asking).is_none(), "{}", row.name);
        }
        let half = Values { api_key: Some(Secret::new("k")), ..Values::default() };
        assert!(CHECKS.iter().all(|row| (row.ask)(&half, &asking).is_none()));
    }
}
