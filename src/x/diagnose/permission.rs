//! Whose an accepted token is, what it may do, and whether that is what the bot is meant to do.

use std::collections::BTreeSet;

use super::case::{Case, forbidden, is_rejected, one};
use crate::domain::fields::Credential;
use crate::domain::needs::{Answer, Need};
use crate::domain::permission::{Grant, Scopes};
use crate::domain::text::visible;
use crate::domain::verdict::Cause;
use crate::x::checks::JudgedBy;
use crate::x::endpoints::users_me;
use crate::x::reply::Reply;

impl Case<'_> {
    pub(super) fn grant_seen(&self) -> Grant {
        match self.judged_by {
            JudgedBy::AccessPair if self.values.access_pair().is_some() => {
                Grant::Oauth1(self.seen().and_then(|seen| seen.level))
            }
            JudgedBy::Oauth2 => Grant::Oauth2(self.scopes()),
            JudgedBy::Bearer if self.values.bearer_token.is_some() => Grant::AppOnly,
            _ => Grant::Nothing,
        }
    }

    pub(super) fn scopes(&self) -> Scopes {
        self.known.profile.oauth2.as_ref().map(|grant| grant.scopes.clone()).unwrap_or_default()
    }

    /// Each need held against everything the profile holds: its own token, a second one, the app's bearer.
    pub(super) fn needs(&self) -> Vec<(Need, Answer)> {
        self.known.profile.needs.iter().map(|need| (*need, self.may(*need))).collect()
    }

    pub(super) fn may(&self, need: Need) -> Answer {
        let second = self.has_second_token().then(|| Grant::Oauth2(self.scopes()));
        let mut answers = [Some(&self.grant), second.as_ref()]
            .into_iter()
            .flatten()
            .map(|grant| need.answer(grant, self.bearer_works()))
            .collect::<Vec<_>>();
        answers.sort_by_key(|answer| match answer {
            Answer::Yes => 0,
            Answer::Unknown => 1,
            Answer::No => 2,
        });
        answers.first().copied().unwrap_or(Answer::No)
    }

    /// An OAuth 2.0 token beside the access pair.
    pub(super) fn has_second_token(&self) -> bool {
        self.judged_by == JudgedBy::AccessPair && self.values.oauth2_access_token.is_some()
    }

    /// A stored bearer counts until X rejects it.
    pub(super) fn bearer_works(&self) -> bool {
        let bearer = self.known.answers.bearer.as_ref().map(Reply::bare);
        self.values.bearer_token.is_some() && !bearer.is_some_and(|reply| is_rejected(&reply))
    }

    /// Needs that are not met and that a credential could meet: what X has banned, none can.
    pub(super) fn unmet(&self) -> impl Iterator<Item = Need> {
        let no = |need: &Need| self.may(*need) == Answer::No && need.ban().is_none();
        self.known.profile.needs.iter().copied().filter(no)
    }

    /// The kind of credential that alone can serve a need; `None` if the present kind can.
    pub(super) fn kind_for(&self, need: Need) -> Option<Credential> {
        let by_pair = self.judged_by == JudgedBy::AccessPair && need.level().is_some();
        let by_oauth2 =
            (self.judged_by == JudgedBy::Oauth2 || self.has_second_token()) && need.scopes().is_some();
        match need {
            _ if by_pair || by_oauth2 => None,
            need if need.bearer() => Some(Credential::Bearer),
            need if need.level().is_some() => Some(Credential::Access),
            _ => Some(Credential::Oauth2),
        }
    }

    pub(super) fn other_account(&self) -> Option<Vec<String>> {
        let account = self.known.answers.account.as_ref()?.given()?;
        let (profile, stored) = (self.known.profile, self.known.profile.user_id.as_ref());
        let other_id = stored.filter(|id| **id != account.id).map(ToString::to_string);
        // Handles change; only where no id is stored does the handle decide.
        let other_handle =
            profile.handle.as_ref().filter(|handle| stored.is_none() && **handle != account.handle);
        let other_prefix = self.prefix().filter(|id| *id != account.id);
        let expected = match (other_id, other_handle, other_prefix) {
            (Some(id), ..) => match &profile.handle {
                Some(handle) => format!("the profile says {handle} ({id})"),
                None => format!("the profile says {id}"),
            },
            (None, Some(handle), _) => format!("the profile says {handle}"),
            (None, None, Some(id)) => format!("the token begins with the id {id}"),
            (None, None, None) => return None,
        };
        Some(one(format!("X answered for {} ({}), {expected}", account.handle, account.id)))
    }

    pub(super) fn kind_missing(&self) -> Option<Vec<String>> {
        self.spoke().then_some(())?;
        let kind = |credential| match credential {
            Credential::Bearer => "the app's bearer token",
            Credential::Access => "an access token of the bot's own",
            _ => "an OAuth 2.0 token of the bot's own",
        };
        let phrase = |need: Need| {
            let kind = kind(self.kind_for(need)?);
            Some(format!("to {} takes {kind}, and none is stored", need.row().label))
        };
        let missing: Vec<_> = self.unmet().filter_map(phrase).collect();
        (!missing.is_empty()).then_some(missing)
    }

    /// X refuses to say whose the token is, and as far as is known that takes a scope that was not granted.
    pub(super) fn question_forbidden(&self) -> Option<Vec<String>> {
        let reply = self.reply.as_ref().filter(|_| self.judged_by == JudgedBy::Oauth2)?;
        let scopes = self.scopes();
        let lacks = forbidden(reply) && !scopes.hold(users_me::SCOPES);
        lacks.then(|| {
            let takes = format!("{}; what X was asked takes {}", held(&scopes), users_me::SCOPES.join(" "));
            self.heard().into_iter().chain([takes]).collect()
        })
    }

    /// Needs that a scope alone would meet. An access pair beside the token serves those that have a level.
    pub(super) fn scope_missing(&self) -> Option<Vec<String>> {
        self.spoke().then_some(())?;
        let by_scope = |need: &Need| self.judged_by == JudgedBy::Oauth2 || need.level().is_none();
        let needs: Vec<_> = self.unmet().filter(by_scope).collect();
        needs.first()?;
        let scopes = self.scopes();
        let labels: Vec<_> = needs.iter().map(|need| need.row().label).collect();
        let lacking: BTreeSet<_> = needs
            .iter()
            .flat_map(|need| need.scopes().unwrap_or_default())
            .filter(|scope| !scopes.hold(&[scope]))
            .collect();
        let lacking = lacking.into_iter().collect::<Vec<_>>().join(" ");
        Some(one(format!("{}; to {} takes {lacking}", held(&scopes), labels.join(", "))))
    }

    pub(super) fn held_phrase(&self) -> Option<String> {
        match &self.grant {
            Grant::Oauth1(level) => level.map(|level| format!("the token carries “{}”", level.label())),
            Grant::Oauth2(scopes) => Some(held(scopes)),
            Grant::AppOnly | Grant::Nothing => None,
        }
    }

    pub(super) fn level_unknown(&self) -> Option<Vec<String>> {
        let seen = self.gave()?;
        let open: Vec<_> =
            self.needs().into_iter().filter(|(_, answer)| *answer == Answer::Unknown).collect();
        let said = match (&self.grant, &seen.odd_level) {
            (Grant::Oauth1(None), Some(word)) => {
                format!("X calls its level “{word}”, which is none that birdkeep knows")
            }
            (Grant::Oauth1(None), None) => "the answer came without the x-access-level header".to_owned(),
            _ => "the scopes that its OAuth 2.0 token was granted are not stored; a refresh or a login brings them"
                .to_owned(),
        };
        (!open.is_empty()).then(|| one(said))
    }

    pub(super) fn accepted(&self) -> Option<Vec<String>> {
        self.gave()?;
        let account = self.known.answers.account.as_ref().and_then(Reply::given);
        let who = match account {
            Some(account) => format!("X answered for {}", account.handle),
            None => "X answered to the app's bearer token".to_owned(),
        };
        let held = self.held_phrase().map(|held| format!("{who}; {held}"));
        let stored = self.known.profile.handle.as_ref();
        let renamed = account.zip(stored).filter(|(account, stored)| account.handle != **stored);
        let renamed = renamed.map(|(account, stored)| {
            format!("the account is called {} now; the profile says {stored}", account.handle)
        });
        let bans = self.known.profile.needs.iter().find_map(|need| need.ban()).map(|ban| ban.sentence);
        // X takes the token, and soon nothing will bring another.
        let soon = self.hints(Cause::LoginNeeded).next().filter(|_| self.judged_by == JudgedBy::Oauth2);
        let soon = soon.map(|hint| format!("{}: log in again before it expires", hint.evidence));
        Some(
            [Some(held.unwrap_or(who)), renamed, bans.map(ToOwned::to_owned), soon]
                .into_iter()
                .flatten()
                .collect(),
        )
    }
}

/// What an OAuth 2.0 token carries, as far as it was stored with it.
fn held(scopes: &Scopes) -> String {
    if scopes.is_empty() {
        "which scopes the token was granted is not stored".to_owned()
    } else {
        format!("the token carries the scopes {}", visible(&scopes.to_string()))
    }
}
