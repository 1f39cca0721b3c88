//! What X rejects, and which of the strings it is: the rows that speak of credentials.

use super::app::foreign;
use super::case::{Case, bears, code, heard, held, is_rejected, silence};
use super::signs;
use crate::domain::custody;
use crate::domain::fields::Field;
use crate::domain::time::age;
use crate::x::checks::JudgedBy;
use crate::x::endpoints::oauth2_token;
use crate::x::reply::Reply;

impl Case<'_> {
    pub(super) fn app_suspended(&self) -> Option<Vec<String>> {
        let by_keys =
            self.is_rejected() && self.app_keys.as_ref().is_some_and(|r| bears(r, signs::APP_SUSPENDED));
        if by_keys {
            let said = self.app_keys.as_ref().and_then(|reply| heard(reply, oauth2_token::REQUEST));
            return Some(said.into_iter().collect());
        }
        self.says(signs::APP_SUSPENDED)
    }

    pub(super) fn app_keys_rejected(&self) -> Option<Vec<String>> {
        let keys = self.app_keys_when_rejected()?;
        let surely = is_rejected(keys) && (code(keys) != Some(99) || self.known.answers.app_keys_tries > 1);
        surely.then(|| {
            let alone = "X rejects the API key and secret alone, too".to_owned();
            let said = heard(keys, oauth2_token::REQUEST);
            [Some(alone), said].into_iter().flatten().collect()
        })
    }

    pub(super) fn app_keys_unanswered(&self) -> Option<Vec<String>> {
        self.undecided(|keys| silence(keys).is_some())
    }

    pub(super) fn app_keys_met_x_down(&self) -> Option<Vec<String>> {
        self.undecided(|keys| bears(keys, signs::X_DOWN))
    }

    pub(super) fn app_keys_limited(&self) -> Option<Vec<String>> {
        // A 99 that was not asked about twice may be a throttle.
        self.undecided(|keys| {
            bears(keys, signs::RATE_LIMITED) || code(keys) == Some(99) || held(keys).is_some()
        })
    }

    /// Rejected, and whether it is the app's pair could not be found out.
    pub(super) fn undecided(&self, why: impl Fn(&Reply<()>) -> bool) -> Option<Vec<String>> {
        let keys = self.app_keys_when_rejected().filter(|keys| why(keys))?;
        let because = heard(keys, oauth2_token::REQUEST)
            .or_else(|| silence(keys))
            .or_else(|| held(keys).map(|hold| hold.to_string()))
            .unwrap_or_default();
        let open = format!("whether it is the app's pair could not be found out: {because}");
        Some(self.heard().into_iter().chain([open]).collect())
    }

    pub(super) fn bearer_rejected(&self) -> Option<Vec<String>> {
        (self.judged_by == JudgedBy::Bearer && self.is_rejected()).then(|| {
            let accepted =
                self.app_keys_accepted().then(|| "the app's key and secret were accepted".to_owned());
            let stored = self.values.bearer_token.as_ref();
            let foreign = stored.and_then(|own| foreign(own, self.known.answers)).map(|hint| hint.evidence);
            [accepted, foreign, self.heard()].into_iter().flatten().collect()
        })
    }

    pub(super) fn login_needed(&self) -> Option<Vec<String>> {
        let facts = self.token_expired()?;
        let trouble = match self.known.profile.held.slot(Field::Oauth2RefreshToken) {
            None => Some("no refresh token is stored"),
            Some(_) => self.known.beside.no_refresh,
        };
        trouble.map(|trouble| facts.into_iter().chain([trouble.to_owned()]).collect())
    }

    /// The OAuth 2.0 access token is rejected. Its own date tells whether that was to be expected.
    pub(super) fn token_expired(&self) -> Option<Vec<String>> {
        (self.judged_by == JudgedBy::Oauth2 && self.is_rejected()).then(|| {
            let left = custody::expires_at(self.known.profile).map(|at| at.since(self.known.now));
            let date = left.map(|left| match left {
                left if left > 0 => format!(
                    "it was to live for another {}: revoked, replaced by a later login, or of another app",
                    age(left)
                ),
                left => format!("it expired {} ago", age(-left)),
            });
            date.into_iter().chain(self.heard()).collect()
        })
    }

    pub(super) fn access_pair_rejected(&self) -> Option<Vec<String>> {
        // Code 89 names the token; without it the app's pair must have passed alone.
        let named = self.reply.as_ref().and_then(code) == Some(89);
        let accepted = self.app_keys_accepted();
        (self.is_rejected() && (accepted || named)).then(|| {
            let split = accepted.then(|| "the app pair was accepted, the four together were not".to_owned());
            let other = self.prefix_of_another().map(|(token, stored)| {
                format!("the token begins with the id {token}, the profile's account is {stored}")
            });
            [split, other, self.older_than_key(), self.heard()].into_iter().flatten().collect()
        })
    }

    /// The app got another API key after this token was issued.
    fn older_than_key(&self) -> Option<String> {
        let app = self.known.app?;
        let replaced = app.held.history.iter().rev().find(|old| old.field == Field::ApiKey)?.until;
        let issued = self.known.profile.held.slot(Field::AccessToken)?.since();
        (issued < replaced).then(|| {
            let day = replaced.day();
            format!(
                "the app's API key was replaced on {day}, after this token was issued: X may have killed it with that"
            )
        })
    }

    /// The reply to the app's pair alone, where the pair was part of what was rejected: an OAuth 2.0 token is not.
    pub(super) fn app_keys_when_rejected(&self) -> Option<&Reply<()>> {
        self.app_keys.as_ref().filter(|_| self.is_rejected() && self.judged_by != JudgedBy::Oauth2)
    }

    pub(super) fn app_keys_accepted(&self) -> bool {
        matches!(self.app_keys, Some(Reply::Gave(..)))
    }

    pub(super) fn is_rejected(&self) -> bool {
        self.reply.as_ref().is_some_and(is_rejected)
    }
}
