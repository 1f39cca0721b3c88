//! What a login changes in the vault: all of it in one list, so in one save.

use super::Issued;
use crate::domain::credential::{Candidate, Origin};
use crate::domain::document::Document;
use crate::domain::edit::{self, Edit, Property};
use crate::domain::fields::Field;
use crate::domain::id::Owner;
use crate::domain::profile::Profile;
use crate::domain::rotation::{Rotation, Stage};

/// The edits that put tokens in place; of an account that X would not name, those that keep them as candidates. None
/// where X has handed over what is stored already.
pub fn edits(document: &Document, issued: &Issued) -> Vec<Edit> {
    let owner = Owner::from(issued.profile);
    let Some(profile) = document.profile(issued.profile) else { return Vec::new() };
    let Some(account) = &issued.account else { return candidates(owner, issued) };
    let mut edits =
        edit::set_fields(document, owner, issued.values.iter().cloned(), Origin::Login, issued.at);
    for edit in &mut edits {
        if let Edit::SetField { issued_at, to: Some(_), .. } = edit {
            *issued_at = Some(issued.at);
        }
    }
    // A rotation that waits for a login is over with it; X handing back the same pair brings it no further.
    if !edits.is_empty() {
        edits.extend(awaited(owner, profile, issued));
    }
    edits.extend(grant(owner, profile, issued));
    if profile.handle.is_none() {
        let to = Property::Handle(Some(account.handle.clone()));
        edits.push(Edit::SetProperty { owner, was: Property::Handle(None), to });
    }
    if profile.user_id.is_none() {
        let to = Property::UserId(Some(account.id.clone()));
        edits.push(Edit::SetProperty { owner, was: Property::UserId(None), to });
    }
    edits
}

fn awaited(owner: Owner, profile: &Profile, issued: &Issued) -> Option<Edit> {
    let credential = issued.values.first()?.0.credential();
    let waits = |rotation: &&Rotation| rotation.stage == Stage::Login;
    let was = profile.held.rotation(credential).filter(waits)?.clone();
    Some(Edit::SetRotation { owner, credential, was: Some(was), to: None })
}

fn candidates(owner: Owner, issued: &Issued) -> Vec<Edit> {
    let values = issued.values.iter().filter_map(|(field, value)| Some((*field, value.clone()?)));
    let candidate = |(field, secret)| Candidate { field, secret, at: issued.at, origin: Origin::Login };
    values.map(candidate).map(|candidate| Edit::AddCandidate { owner, candidate }).collect()
}

fn grant(owner: Owner, profile: &Profile, issued: &Issued) -> Option<Edit> {
    let granted = issued.grant.as_ref()?;
    let was = profile.oauth2.clone();
    let mut to = was.clone().unwrap_or_default();
    to.scopes.clone_from(&granted.scopes);
    to.expires_at = granted.expires_at;
    to.sequence = to.sequence.saturating_add(1);
    Some(Edit::SetGrant { owner, was, to: Some(to) })
}

/// What has become of it, in a sentence.
pub(super) fn outcome(document: &Document, issued: &Issued) -> String {
    let profile = document.profile(issued.profile);
    let name = profile.map(|profile| profile.name.to_string()).unwrap_or_default();
    let Some(account) = &issued.account else {
        return format!("the tokens are kept as candidates of “{name}”; what was in place stays there");
    };
    let handle = &account.handle;
    let stored = |(field, value): &(Field, Option<_>)| {
        profile.is_some_and(|profile| profile.held.secret(*field) == value.as_ref())
    };
    if issued.values.iter().all(stored) {
        return format!(
            "X handed over the pair of {handle} that “{name}” has already: it may do what it could before"
        );
    }
    match &issued.grant {
        None => format!("“{name}” has the access token and secret of {handle} now"),
        Some(granted) => format!("“{name}” has OAuth 2.0 tokens of {handle} now, for {}", granted.scopes),
    }
}
