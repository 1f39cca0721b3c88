//! Who stops when a credential dies.

use crate::domain::document::Document;
use crate::domain::fields::{Credential, Field};
use crate::domain::id::{AppId, Owner, ProfileId};
use crate::domain::needs::Answer;
use crate::domain::permission::{Grant, Level};
use crate::domain::profile::Profile;
use crate::domain::rotation::Way;

/// The profiles that stop when `credential` of `owner` dies.
///
/// A bearer token stops those that live on it, or need it for something their own token cannot do; bots that sign
/// with their own tokens go on. The API key stops every bot with an access token, the client those with OAuth 2.0.
pub fn impact(document: &Document, owner: Owner, credential: Credential) -> Vec<ProfileId> {
    let app = match owner {
        Owner::Profile(id) => return vec![id],
        Owner::App(app) => app,
    };
    let has = |profile: &Profile, field| profile.held.secret(field).is_some();
    let stops = |profile: &Profile| match credential {
        Credential::Api => has(profile, Field::AccessToken) || lives_on_bearer(profile),
        Credential::Bearer => lives_on_bearer(profile),
        Credential::Client => has(profile, Field::Oauth2AccessToken),
        Credential::Access | Credential::Oauth2 => false,
    };
    document.profiles_of(app).filter(|profile| stops(profile)).map(|profile| profile.id).collect()
}

/// What beginning a rotation by `way` does at X, for the question before it.
pub fn consequence(credential: Credential, way: Way) -> &'static str {
    match (credential, way) {
        (Credential::Access, Way::Login) => {
            "a login asks X for another pair; nothing stops before that, since X hands back the present one as long as \
             it is valid"
        }
        (Credential::Access, Way::Renew) => {
            "X is asked to kill the present pair, and this bot is down until it has logged in again"
        }
        (Credential::Api, _) => {
            "replacing it makes X kill the present pair at once, and with it every access token of the app"
        }
        (Credential::Oauth2, _) => "a new login makes X kill the present tokens",
        _ => "replacing it makes X kill the present value at once",
    }
}

/// Profiles with this tag hold the token of their app's owner.
const OWNER_TAG: &str = "owner";

/// Whether the account owns its app. The console issues pairs to the owner alone; everybody else logs in.
pub(super) fn is_owner(profile: &Profile) -> bool {
    profile.tags.iter().any(|tag| tag.key() == OWNER_TAG)
}

/// The profile of the app's owner that has an access pair: the one tagged so, or the only one with a pair.
pub(in crate::ops) fn owner_of(document: &Document, app: AppId) -> Option<&Profile> {
    let has = |profile: &&Profile, field| profile.held.secret(field).is_some();
    let paired = |profile: &&Profile| has(profile, Field::AccessToken) && has(profile, Field::AccessSecret);
    let tagged = document.profiles_of(app).filter(paired).find(|profile| is_owner(profile));
    tagged.or_else(|| {
        let mut all = document.profiles_of(app).filter(paired);
        all.next().filter(|_| all.next().is_none())
    })
}

fn lives_on_bearer(profile: &Profile) -> bool {
    let signed = profile.held.secret(Field::AccessToken).map(|_| Grant::Oauth1(Some(Level::ReadWriteDm)));
    let scopes = profile.oauth2.as_ref().map(|grant| grant.scopes.clone()).unwrap_or_default();
    let granted = profile.held.secret(Field::Oauth2AccessToken).map(|_| Grant::Oauth2(scopes));
    let own: Vec<Grant> = [signed, granted].into_iter().flatten().collect();
    let by_own =
        |need: &crate::domain::needs::Need| own.iter().any(|grant| need.answer(grant, false) == Answer::Yes);
    own.is_empty() || profile.needs.iter().any(|need| need.bearer() && !by_own(need))
}
