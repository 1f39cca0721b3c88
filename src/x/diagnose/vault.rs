//! What the rest of the vault adds to X's answer, and what puts the verdict right.

use super::app::foreign;
use super::case::{Case, bears, one};
use super::signs;
use crate::domain::fields::{Credential, Field};
use crate::domain::hints::Hint;
use crate::domain::needs::Need;
use crate::domain::verdict::{Cause, Remedy};
use crate::x::checks::JudgedBy;
use crate::x::reply::Reply;

impl Case<'_> {
    pub(super) fn hints(&self, cause: Cause) -> impl Iterator<Item = &Hint> {
        self.known.beside.hints.iter().copied().filter(move |hint| hint.cause == cause)
    }

    /// Values in the wrong field among those that X was asked with. What X has accepted stands where it belongs.
    fn swapped(&self) -> impl Iterator<Item = &Hint> {
        let accepted = self.app_keys_accepted();
        self.hints(Cause::SwappedFields).filter(move |hint| match self.judged_by {
            JudgedBy::AccessPair if hint.about == Credential::Api => !accepted,
            JudgedBy::AccessPair => hint.about == Credential::Access,
            JudgedBy::Oauth2 => hint.about == Credential::Oauth2,
            JudgedBy::Bearer => hint.about == Credential::Bearer,
        })
    }

    pub(super) fn value_elsewhere(&self) -> Option<Vec<String>> {
        let missing = self.value_missing()?;
        let found: Vec<_> = self.hints(Cause::SwappedFields).map(|hint| hint.evidence.clone()).collect();
        (!found.is_empty()).then(|| found.into_iter().chain(missing).collect())
    }

    pub(super) fn rejected_and_swapped(&self) -> Option<Vec<String>> {
        self.is_rejected().then_some(())?;
        let found: Vec<_> = self.swapped().map(|hint| hint.evidence.clone()).collect();
        (!found.is_empty()).then(|| found.into_iter().chain(self.heard()).collect())
    }

    /// An app's bearer token where a user's belongs, or the other way round.
    pub(super) fn token_of_another_kind(&self) -> Option<Vec<String>> {
        let said = self.says(signs::WRONG_KIND).filter(|_| self.judged_by != JudgedBy::AccessPair)?;
        Some(said.into_iter().chain(self.swapped().map(|hint| hint.evidence.clone())).collect())
    }

    /// X accepts the bearer token that the profile is used with, and it is that of another app.
    pub(super) fn bearer_of_another_app(&self) -> Option<Vec<String>> {
        self.gave()?;
        let counts = self.judged_by == JudgedBy::Bearer || self.bearer_counts();
        let lives = counts && matches!(self.known.answers.bearer, Some(Reply::Gave(..)));
        let stored = self.values.bearer_token.as_ref().filter(|_| lives)?;
        let found = foreign(stored, self.known.answers).map(|hint| hint.evidence);
        // What X has handed over settles it, whatever other apps of the vault look like.
        let hinted = || {
            let unsettled = !self.app_keys_accepted();
            self.hints(Cause::WrongApp).next().filter(|_| unsettled).map(|hint| hint.evidence.clone())
        };
        found.or_else(hinted).map(one)
    }

    pub(super) fn stored_twice(&self) -> Option<Vec<String>> {
        let accepted = self.accepted()?;
        let twice = self.hints(Cause::DuplicateCredential).next()?;
        Some([twice.evidence.clone()].into_iter().chain(accepted).collect())
    }

    /// What puts it right, where that is more exact than the row of its cause.
    pub(super) fn remedy(&self, cause: Cause) -> Option<Remedy> {
        match cause {
            Cause::MissingField => Some(self.fill()),
            Cause::SwappedFields => Some(self.hints(cause).next().map_or_else(
                || if self.judged_by == JudgedBy::Bearer { Remedy::EditApp } else { Remedy::EditProfile },
                |hint| hint.remedy,
            )),
            Cause::WrongApp if self.reply.as_ref().is_some_and(|r| bears(r, signs::OFFICIAL_CLIENT)) => {
                Some(Remedy::EditApp)
            }
            _ => None,
        }
    }

    /// What brings a value that is missing.
    fn fill(&self) -> Remedy {
        let has = |field| self.values.get(field).is_some();
        let keys = has(Field::ApiKey) && has(Field::ApiSecret);
        if self.value_missing().is_none() {
            return match self.unmet().find_map(|need| self.kind_for(need)) {
                Some(Credential::Bearer) => Remedy::RotateBearer,
                Some(Credential::Access) => Remedy::IssueAccess,
                _ => Remedy::LogIn,
            };
        }
        let own = |need: &Need| !need.bearer();
        match (self.known.app, self.judged_by) {
            (Some(_), _) if !keys => Remedy::EditApp,
            (Some(_), JudgedBy::Bearer) if self.known.profile.needs.iter().any(own) => Remedy::IssueAccess,
            (Some(_), JudgedBy::Bearer) => Remedy::RotateBearer,
            _ => Remedy::EditProfile,
        }
    }
}
