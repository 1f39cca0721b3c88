//! What a profile holds that X answers to, and how far each credential goes.

use super::{Ability, By, Doubt, Lack, May, Refusal};
use crate::domain::actions::{Action, ActionRow};
use crate::domain::custody::{self, Standing};
use crate::domain::document::Document;
use crate::domain::fields::{Credential, Field};
use crate::domain::needs::Need;
use crate::domain::permission::{Grant, Level, Scopes};
use crate::domain::profile::Profile;
use crate::domain::standing::{self, Mark};
use crate::domain::verdict::{Cause, Finding};

/// What a profile holds: an access pair, an OAuth 2.0 token, its app's bearer token, each as far as it goes.
#[derive(Clone, Copy, Debug)]
pub struct Holdings<'a> {
    access: Hold<Level>,
    oauth2: Hold<&'a Scopes>,
    bearer: Hold<()>,
    /// X takes nothing that writes, whatever the credential carries.
    unwritable: Option<Refusal>,
}

/// What one credential is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold<T> {
    /// It is not stored.
    Absent,
    /// X refuses it.
    Refused(Refusal),
    /// Nobody knows.
    Unclear(Doubt),
    /// It carries this.
    Grants(T),
}

/// What one credential comes to for one action.
enum Served {
    Yes,
    Absent,
    Unclear(Doubt),
    Lacks(Lack),
}

/// Causes by which X refuses what it was asked with, and what else it refuses then.
const REFUSING: &[(Cause, &[By])] = &[
    (Cause::AppKeysRejected, &[By::Access]),
    (Cause::AccessPairRejected, &[By::Access]),
    (Cause::TokenExpired, &[By::Oauth2]),
    (Cause::LoginNeeded, &[By::Oauth2]),
    (Cause::BearerRejected, &[By::Bearer]),
    (Cause::AppSuspended, &By::ALL),
    (Cause::AccountSuspended, &[By::Access, By::Oauth2]),
    (Cause::AccountLocked, &[By::Access, By::Oauth2]),
];

const DOWN: Refusal =
    Refusal { word: "down", what: "the app got a new API key, which killed the access token" };

impl<'a> Holdings<'a> {
    /// What `profile` holds, as far as the vault itself and `finding`, which must still hold, tell.
    pub fn of(document: &'a Document, profile: &'a Profile, finding: Option<&'a Finding>) -> Self {
        let known = Known { document, profile, finding, mark: standing::mark(document, profile.id.into()) };
        let restricted = finding.is_some_and(|finding| finding.verdict.cause == Cause::WriteRestricted);
        let unwritable = restricted.then(|| Refusal::of(Cause::WriteRestricted));
        Self { access: known.access(), oauth2: known.oauth2(), bearer: known.bearer(), unwritable }
    }

    /// What one grant is good for, with the app's bearer token or without.
    pub fn granted(grant: &'a Grant, bearer: bool) -> Self {
        let access = match grant {
            Grant::Oauth1(level) => said(*level),
            Grant::Oauth2(_) | Grant::AppOnly | Grant::Nothing => Hold::Absent,
        };
        let oauth2 = match grant {
            Grant::Oauth2(scopes) => stored(scopes),
            Grant::Oauth1(_) | Grant::AppOnly | Grant::Nothing => Hold::Absent,
        };
        let bearer = if bearer || *grant == Grant::AppOnly { Hold::Grants(()) } else { Hold::Absent };
        Self { access, oauth2, bearer, unwritable: None }
    }

    /// The same with what X was seen to say of the app's bearer token, if it was asked.
    #[must_use]
    pub fn with_bearer(self, said: Option<Cause>) -> Self {
        match (self.bearer, said) {
            (Hold::Absent, _) => self,
            (_, Some(Cause::Ok)) => Self { bearer: Hold::Grants(()), ..self },
            (_, Some(cause @ Cause::BearerRejected)) => {
                Self { bearer: Hold::Refused(Refusal::of(cause)), ..self }
            }
            _ => self,
        }
    }

    /// What may be done about `action`.
    pub fn ability(&self, action: Action) -> Ability {
        let permitted = self.permit(action);
        match action.row().ban {
            Some(ban) => Ability { may: May::Banned, ban: Some(ban), ..permitted },
            None => permitted,
        }
    }

    /// What the credentials alone permit, bans aside.
    pub fn permit(&self, action: Action) -> Ability {
        let (mut doubt, mut lacks, mut absent) = (None, Vec::new(), Vec::new());
        for by in By::ALL {
            match self.served(by, action.row()) {
                Some(Served::Yes) => return Ability { by: Some(by), ..Ability::new(May::Yes) },
                Some(Served::Unclear(why)) => doubt = doubt.or(Some(why)),
                Some(Served::Lacks(lack)) => lacks.push(lack),
                Some(Served::Absent) => absent.push(by),
                None => {}
            }
        }
        if doubt.is_some() {
            return Ability { doubt, ..Ability::new(May::Unknown) };
        }
        if lacks.is_empty() {
            lacks.push(Lack::Credential(absent));
        }
        Ability { lacks, ..Ability::new(May::No) }
    }

    /// What may be done about all that `need` takes: the worst there is.
    pub fn serves(&self, need: Need) -> Ability {
        let worst = |ability: &Ability| match ability.may {
            May::Banned => 0,
            May::No => 1,
            May::Unknown => 2,
            May::Yes => 3,
        };
        let all = need.actions().iter().map(|action| self.ability(*action));
        all.min_by_key(worst).unwrap_or_else(|| Ability::new(May::Yes))
    }

    /// What the credential the bot is run with carries, in the console's words.
    ///
    /// # Errors
    /// Why it carries nothing, or why nobody knows.
    pub fn carries(&self) -> Result<String, String> {
        match (self.access, self.oauth2, self.bearer) {
            (Hold::Absent, Hold::Absent, Hold::Absent) => Err("nothing: no token is stored".to_owned()),
            (Hold::Absent, Hold::Absent, bearer) => {
                bearer.carried(|()| "public reads, by the app's bearer token".to_owned())
            }
            (Hold::Absent, oauth2, _) => oauth2.carried(|scopes| match scopes.len() {
                1 => "1 scope".to_owned(),
                count => format!("{count} scopes"),
            }),
            (access, ..) => access.carried(|level| level.label().to_owned()),
        }
    }

    /// What the credential of one kind comes to; `None`: no credential of this kind can.
    fn served(&self, by: By, row: &ActionRow) -> Option<Served> {
        let served = self.carried_for(by, row)?;
        Some(match (served, self.unwritable) {
            (Served::Yes, Some(refusal)) if row.writes() => Served::Lacks(Lack::Refused(refusal)),
            (served, _) => served,
        })
    }

    fn carried_for(&self, by: By, row: &ActionRow) -> Option<Served> {
        match by {
            By::Access => row.level.map(|wanted| {
                self.access.held_against(|held| (held < wanted).then_some(Lack::Level { held, wanted }))
            }),
            By::Oauth2 => row.scopes.map(|wanted| {
                self.oauth2.held_against(|scopes| {
                    let missing = wanted.iter().copied().filter(|scope| !scopes.hold(&[scope]));
                    Some(missing.collect()).filter(|missing: &Vec<_>| !missing.is_empty()).map(Lack::Scopes)
                })
            }),
            By::Bearer => row.bearer.then(|| self.bearer.held_against(|()| None)),
        }
    }
}

impl<T: Copy> Hold<T> {
    fn carried(self, label: impl FnOnce(T) -> String) -> Result<String, String> {
        match self {
            Self::Absent => Err("nothing".to_owned()),
            Self::Refused(refusal) => Err(format!("nothing of its own: {}", refusal.what)),
            Self::Unclear(doubt) => Err(format!("unknown: {}", doubt.sentence())),
            Self::Grants(held) => Ok(label(held)),
        }
    }

    fn held_against(self, lack: impl FnOnce(T) -> Option<Lack>) -> Served {
        match self {
            Self::Absent => Served::Absent,
            Self::Refused(refusal) => Served::Lacks(Lack::Refused(refusal)),
            Self::Unclear(doubt) => Served::Unclear(doubt),
            Self::Grants(held) => lack(held).map_or(Served::Yes, Served::Lacks),
        }
    }
}

impl Refusal {
    fn of(cause: Cause) -> Self {
        Self { word: cause.row().word, what: cause.row().what }
    }
}

/// An access token carries the level of its own answer. Without one nobody knows, and it is never "Read".
const fn said(level: Option<Level>) -> Hold<Level> {
    match level {
        Some(level) => Hold::Grants(level),
        None => Hold::Unclear(Doubt::NotSaid),
    }
}

/// X grants no token without any scope: then only nobody has stored them.
fn stored(scopes: &Scopes) -> Hold<&Scopes> {
    if scopes.is_empty() { Hold::Unclear(Doubt::NoScopes) } else { Hold::Grants(scopes) }
}

/// What tells of one profile.
struct Known<'a> {
    document: &'a Document,
    profile: &'a Profile,
    finding: Option<&'a Finding>,
    mark: Option<Mark>,
}

impl<'a> Known<'a> {
    fn access(&self) -> Hold<Level> {
        let four = [Field::ApiKey, Field::ApiSecret, Field::AccessToken, Field::AccessSecret];
        if !four.into_iter().all(|field| self.has(field)) {
            return Hold::Absent;
        }
        if matches!(self.mark, Some(Mark::Down(_))) {
            return Hold::Refused(DOWN);
        }
        self.spoken(By::Access, Credential::Access).unwrap_or_else(|| {
            match self.finding.map(|finding| &finding.verdict.grant) {
                Some(Grant::Oauth1(level)) => said(*level),
                _ => Hold::Unclear(Doubt::NeverChecked),
            }
        })
    }

    fn oauth2(&self) -> Hold<&'a Scopes> {
        if !self.has(Field::Oauth2AccessToken) {
            return Hold::Absent;
        }
        self.spoken(By::Oauth2, Credential::Oauth2).unwrap_or_else(|| match &self.profile.oauth2 {
            Some(grant) => stored(&grant.scopes),
            None => Hold::Unclear(Doubt::NoScopes),
        })
    }

    fn bearer(&self) -> Hold<()> {
        if !self.has(Field::BearerToken) {
            return Hold::Absent;
        }
        let keys = self.finding.is_some_and(|finding| finding.verdict.cause == Cause::AppKeysRejected);
        let otherwise = if keys { Hold::Unclear(Doubt::KeysRefused) } else { Hold::Grants(()) };
        self.spoken(By::Bearer, Credential::Bearer).unwrap_or(otherwise)
    }

    /// What was said against a credential of this kind.
    fn spoken<T>(&self, by: By, credential: Credential) -> Option<Hold<T>> {
        if self.mark == Some(Mark::InDoubt(credential)) {
            return Some(Hold::Unclear(Doubt::MayBeDead));
        }
        self.refusal(by).map(Hold::Refused)
    }

    fn refusal(&self, by: By) -> Option<Refusal> {
        let verdict = &self.finding?.verdict;
        let asked_with = match verdict.grant {
            Grant::Oauth1(_) => Some(By::Access),
            Grant::Oauth2(_) => Some(By::Oauth2),
            Grant::AppOnly => Some(By::Bearer),
            Grant::Nothing => None,
        };
        let (cause, refused) = REFUSING.iter().find(|(cause, _)| *cause == verdict.cause)?;
        let renewable = *cause == Cause::TokenExpired && self.can_be_refreshed();
        ((refused.contains(&by) || asked_with == Some(by)) && !renewable).then(|| Refusal::of(*cause))
    }

    /// An access token that has run out is no loss while the refresh token is good: the grant stays what it was.
    fn can_be_refreshed(&self) -> bool {
        let known = custody::of(self.profile, &self.document.fingerprints);
        known.is_some_and(|known| matches!(known.standing, Standing::Good | Standing::VerifyFirst))
    }

    fn has(&self, field: Field) -> bool {
        let slot = self.document.slot(self.profile.id.into(), field);
        slot.is_some_and(|slot| !slot.secret.is_empty())
    }
}
