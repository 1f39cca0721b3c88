//! What the outcome of a refresh means for the vault as it is now. Pure, and the same for an answer that has just
//! come in and for one that a journal has kept.

use crate::domain::credential::{Candidate, Origin};
use crate::domain::custody::{self, Renewed, Standing};
use crate::domain::document::Document;
use crate::domain::edit::Edit;
use crate::domain::fields::Field;
use crate::domain::id::HolderId;
use crate::domain::profile::{Oauth2Grant, Profile};
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::vault::Intent;
use crate::x::auth::issued::Issued;
use crate::x::auth::refresh::Refreshed;

/// What became of a refresh, and when.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) refreshed: Refreshed,
    /// When the answer came.
    pub(super) at: Time,
}

/// What there is to be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settled {
    /// To be saved; none: the vault says so already.
    pub(super) edits: Vec<Edit>,
    pub(super) journal: Fate,
    pub(super) verdict: Verdict,
}

/// What becomes of the journal, once the edits are saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays: nobody knows what X did.
    Stays,
    /// Nothing of it is open any more.
    Goes,
}

/// What it comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// New tokens.
    Renewed,
    /// New tokens for a refresh token that is not in the vault any more: kept beside the present ones.
    Aside,
    /// Only a login helps.
    Reauth(String),
    /// Nobody knows.
    Ambiguous(String),
    /// X does not accept the app as a client; the refresh token is untouched.
    ClientRejected(String),
    /// Nothing was sent; the refresh token is untouched.
    NotSent(String),
    /// The vault has moved on since.
    Obsolete,
}

/// How the refresh token in the vault stands to the one that was presented.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// It is the same.
    Same,
    /// The one presented has grown from it: the vault was rolled back.
    Older,
    /// It has grown from the one presented, or is what X answered.
    Newer,
    /// They have nothing to do with each other, or there is none.
    Strange,
}

fn relation(document: &Document, profile: &Profile, intent: &Intent, outcome: &Outcome) -> Relation {
    let held = |field| profile.held.secret(field);
    let answered = match &outcome.refreshed {
        Refreshed::Renewed(new) => held(Field::Oauth2AccessToken) == Some(&new.access_token),
        _ => false,
    };
    if answered {
        return Relation::Newer;
    }
    let Some(present) = held(Field::Oauth2RefreshToken) else { return Relation::Strange };
    let spent = |grant: &Oauth2Grant| grant.spent.contains(&intent.token);
    let print = document.fingerprints.of(present);
    if print == intent.token {
        Relation::Same
    } else if intent.grown_from.contains(&print) {
        Relation::Older
    } else if profile.oauth2.as_ref().is_some_and(spent) {
        Relation::Newer
    } else {
        Relation::Strange
    }
}

/// What `outcome` means for `document`; `me` is this machine.
pub(super) fn settle(document: &Document, intent: &Intent, outcome: &Outcome, me: HolderId) -> Settled {
    let obsolete = Settled { edits: Vec::new(), journal: Fate::Goes, verdict: Verdict::Obsolete };
    let Some(profile) = document.profile(intent.profile) else { return obsolete };
    let relation = relation(document, profile, intent, outcome);
    let mark = |standing: Standing| {
        custody::marked(document, intent.profile, |custody| {
            custody.holder = custody.holder.or(Some(me));
            custody.standing = custody.standing.clone().max(standing);
        })
    };
    let ours = matches!(relation, Relation::Same | Relation::Older);
    match &outcome.refreshed {
        Refreshed::Renewed(new) if ours => {
            renewed(document, profile, (intent, relation), (new, outcome.at), me)
        }
        Refreshed::Renewed(new) if relation == Relation::Strange => aside(profile, new, outcome.at),
        Refreshed::Refused(said) if ours => {
            let verdict = Verdict::Reauth(format!("X answered: {}", said.quote()));
            Settled { edits: mark(Standing::Reauth), journal: Fate::Goes, verdict }
        }
        Refreshed::Unclear(doubt) if relation == Relation::Same && intent.before == 0 => {
            let verdict = Verdict::Ambiguous(doubt.because());
            Settled { edits: mark(Standing::Ambiguous), journal: Fate::Stays, verdict }
        }
        // Presented twice, or known to be spent: nothing is left to be tried.
        Refreshed::Unclear(doubt) if ours => {
            let verdict = Verdict::Reauth(doubt.because());
            Settled { edits: mark(Standing::Reauth), journal: Fate::Goes, verdict }
        }
        Refreshed::ClientRejected(said) => {
            let verdict = Verdict::ClientRejected(format!("X answered: {}", said.quote()));
            Settled { verdict, ..obsolete }
        }
        Refreshed::NotSent(error) => Settled { verdict: Verdict::NotSent(error.to_string()), ..obsolete },
        _ => obsolete,
    }
}

fn renewed(
    document: &Document,
    profile: &Profile,
    (intent, relation): (&Intent, Relation),
    (new, at): (&Issued, Time),
    me: HolderId,
) -> Settled {
    let present = custody::of(profile, &document.fingerprints);
    let replaced = new.refresh_token.is_some();
    let spent = intent.grown_from.iter().copied().chain(replaced.then_some(intent.token));
    let pair = Renewed {
        access_token: new.access_token.clone(),
        refresh_token: new.refresh_token.clone(),
        scopes: new.scopes.clone(),
        issued_at: at,
        expires_at: new.expires_in.map(|time| at.plus(time)),
        spent: spent.collect(),
        sequence: intent.sequence.saturating_add(1),
        // Whoever has taken the grant over meanwhile keeps it.
        holder: present.and_then(|custody| custody.holder).unwrap_or(me),
    };
    let mut edits = custody::renewed(document, profile.id, &pair);
    if relation == Relation::Older && !replaced {
        // The token that stays good is not in the vault; the one that is there is spent.
        for edit in &mut edits {
            if let Edit::SetGrant { to: Some(grant), .. } = edit
                && let Some(custody) = &mut grant.custody
            {
                custody.standing = Standing::Reauth;
            }
        }
    }
    Settled { edits: even_if_deleted(profile, edits), journal: Fate::Goes, verdict: Verdict::Renewed }
}

/// Tokens for a refresh token that a person has replaced meanwhile: theirs to judge.
fn aside(profile: &Profile, new: &Issued, at: Time) -> Settled {
    let refresh = new.refresh_token.as_ref().map(|token| (Field::Oauth2RefreshToken, token));
    let values = [(Field::Oauth2AccessToken, &new.access_token)].into_iter().chain(refresh);
    let there = |(field, secret): &(Field, &Secret)| {
        profile.held.candidates.iter().any(|one| one.field == *field && one.secret == **secret)
    };
    let edits: Vec<Edit> = values
        .filter(|value| !there(value))
        .map(|(field, secret)| Edit::AddCandidate {
            owner: profile.id.into(),
            candidate: Candidate { field, secret: secret.clone(), at, origin: Origin::Refresh },
        })
        .collect();
    Settled { edits: even_if_deleted(profile, edits), journal: Fate::Goes, verdict: Verdict::Aside }
}

/// What is deleted takes no edits, and may yet be wanted back with tokens that work.
fn even_if_deleted(profile: &Profile, edits: Vec<Edit>) -> Vec<Edit> {
    let owner = profile.id.into();
    match profile.deleted_at {
        Some(at) if !edits.is_empty() => {
            let first = std::iter::once(Edit::Revive { owner });
            first.chain(edits).chain([Edit::Tombstone { owner, at }]).collect()
        }
        _ => edits,
    }
}

#[cfg(test)]
mod tests;
