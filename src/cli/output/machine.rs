//! The shapes of `--json`: stable, in this order, without a secret in them.

use serde::{Serialize, Serializer};

use crate::domain::app::App;
use crate::domain::custody;
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::id::Owner;
use crate::domain::needs::Answer;
use crate::domain::permission::{Grant, Level};
use crate::domain::profile::Profile;
use crate::domain::verdict::{Finding, State};
use crate::ops::snapshot::Snapshot;

/// A map whose keys keep the order of their table.
#[derive(Debug)]
struct InOrder<T>(Vec<(&'static str, T)>);

impl<T: Serialize> Serialize for InOrder<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// A stored value, without the value.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct FieldFacts {
    set: bool,
    fingerprint: Option<String>,
    changed_at: Option<String>,
}

/// A profile as `list --json` shows it.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct ProfileFacts {
    name: String,
    handle: Option<String>,
    user_id: Option<String>,
    app: Option<String>,
    tags: Vec<String>,
    may: &'static str,
    state: &'static str,
    checked_at: Option<String>,
    fields: InOrder<FieldFacts>,
}

/// A profile as `show --json` shows it: what a list shows, and the rest.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct ProfileDetail {
    #[serde(flatten)]
    facts: ProfileFacts,
    needs: Vec<&'static str>,
    deployed: Vec<String>,
    notes: String,
    oauth2: Option<GrantFacts>,
    verdict: Option<VerdictFacts>,
    created_at: String,
}

/// What an OAuth 2.0 token was granted.
#[derive(Debug, Serialize)]
struct GrantFacts {
    scope: String,
    expires_at: Option<String>,
    /// How the refresh token stands: `ok`, `verify-first`, `ambiguous`, `reauth`; `None`: there is none.
    refresh: Option<String>,
}

/// An app as `app list --json` and `show --json` show it.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct AppFacts {
    name: String,
    permission: Option<&'static str>,
    callback_url: Option<String>,
    rotation_days: u16,
    profiles: Vec<String>,
    notes: String,
    fields: InOrder<FieldFacts>,
    created_at: String,
}

/// A verdict as `check --json` shows it.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct VerdictFacts {
    name: String,
    app: Option<String>,
    state: &'static str,
    cause: &'static str,
    may: &'static str,
    account: Option<AccountFacts>,
    /// `null` where X has not said what the token may do.
    needs: InOrder<Option<bool>>,
    what: &'static str,
    because: String,
    try_this: &'static str,
    link: Option<&'static str>,
    checked_at: String,
    retry_at: Option<String>,
}

#[derive(Debug, Serialize)]
struct AccountFacts {
    id: String,
    handle: String,
}

/// The stable word for what a grant may do.
pub(in crate::cli) fn may(grant: &Grant) -> &'static str {
    let level = match grant {
        Grant::Oauth1(level) => *level,
        Grant::AppOnly => Some(Level::Read),
        // Scopes are finer than levels; the word says what they amount to.
        Grant::Oauth2(scopes) if scopes.hold(&["tweet.write", "dm.write", "dm.read"]) => {
            Some(Level::ReadWriteDm)
        }
        Grant::Oauth2(scopes) if scopes.hold(&["tweet.write"]) => Some(Level::ReadWrite),
        Grant::Oauth2(scopes) if scopes.hold(&["tweet.read"]) => Some(Level::Read),
        Grant::Oauth2(_) | Grant::Nothing => None,
    };
    level.map_or("unknown", Level::word)
}

fn fields(document: &Document, owner: Owner) -> InOrder<FieldFacts> {
    let facts = |field: Field| {
        let slot = document.slot(owner, field);
        let facts = FieldFacts {
            set: slot.is_some(),
            fingerprint: slot.map(|slot| document.fingerprints.of(&slot.secret).to_string()),
            changed_at: slot.map(|slot| slot.changed_at.to_string()),
        };
        (field.row().word, facts)
    };
    let held = |field: &Field| match owner {
        Owner::Profile(_) => true,
        Owner::App(_) => document.holder(owner, *field).is_some(),
    };
    InOrder(Field::all().filter(held).map(facts).collect())
}

/// A profile as a list shows it.
pub(in crate::cli) fn profile(snapshot: &Snapshot, profile: &Profile) -> ProfileFacts {
    let finding = snapshot.finding(profile);
    ProfileFacts {
        name: profile.name.to_string(),
        handle: profile.handle.as_ref().map(|handle| handle.as_str().to_owned()),
        user_id: profile.user_id.as_ref().map(ToString::to_string),
        app: snapshot.document.app_of(profile).map(|app| app.name.to_string()),
        tags: profile.tags.iter().map(ToString::to_string).collect(),
        may: finding.map_or("unknown", |finding| may(&finding.verdict.grant)),
        state: finding.map_or(State::Unknown, |finding| finding.verdict.state()).word(),
        checked_at: finding.map(|finding| finding.checked_at.to_string()),
        fields: fields(&snapshot.document, profile.id.into()),
    }
}

/// A profile with everything but secrets.
pub(in crate::cli) fn profile_detail(snapshot: &Snapshot, row: &Profile) -> ProfileDetail {
    ProfileDetail {
        facts: profile(snapshot, row),
        needs: row.needs.iter().map(|need| need.row().word).collect(),
        deployed: row.deployed.clone(),
        notes: row.notes.clone(),
        oauth2: row.oauth2.as_ref().map(|grant| GrantFacts {
            scope: grant.scopes.to_string(),
            expires_at: grant.expires_at.map(|time| time.to_string()),
            refresh: custody::of(row, &snapshot.document.fingerprints)
                .map(|custody| custody.standing.word().to_owned()),
        }),
        verdict: snapshot.finding(row).map(|finding| verdict(&snapshot.document, finding)),
        created_at: row.created_at.to_string(),
    }
}

/// An app with everything but secrets.
pub(in crate::cli) fn app(document: &Document, app: &App) -> AppFacts {
    AppFacts {
        name: app.name.to_string(),
        permission: app.permission.map(Level::word),
        callback_url: app.callback_url.clone(),
        rotation_days: app.rotation_days,
        profiles: document.profiles_of(app.id).map(|profile| profile.name.to_string()).collect(),
        notes: app.notes.clone(),
        fields: fields(document, app.id.into()),
        created_at: app.created_at.to_string(),
    }
}

/// A verdict.
pub(in crate::cli) fn verdict(document: &Document, finding: &Finding) -> VerdictFacts {
    let (profile, verdict) = (document.profile(finding.profile), &finding.verdict);
    let row = verdict.cause.row();
    let answer = |answer: Answer| match answer {
        Answer::Yes => Some(true),
        Answer::No => Some(false),
        Answer::Unknown => None,
    };
    VerdictFacts {
        name: profile.map(|profile| profile.name.to_string()).unwrap_or_default(),
        app: profile.and_then(|profile| document.app_of(profile)).map(|app| app.name.to_string()),
        state: verdict.state().word(),
        cause: row.word,
        may: may(&verdict.grant),
        account: verdict.account.as_ref().map(|account| AccountFacts {
            id: account.id.to_string(),
            handle: account.handle.as_str().to_owned(),
        }),
        needs: InOrder(verdict.needs.iter().map(|(need, held)| (need.row().word, answer(*held))).collect()),
        what: row.what,
        because: verdict.because(),
        try_this: row.try_this,
        link: row.link,
        checked_at: finding.checked_at.to_string(),
        retry_at: verdict.retry_at.map(|time| time.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::permission::Scopes;

    #[test]
    fn what_a_grant_may_do_is_one_of_four_words() {
        let scopes = |text| Grant::Oauth2(Scopes::parse(text));
        for (grant, word) in [
            (Grant::Oauth1(None), "unknown"),
            (Grant::Oauth1(Some(Level::Read)), "read"),
            (Grant::Oauth1(Some(Level::ReadWriteDm)), "read-write-directmessages"),
            (Grant::AppOnly, "read"),
            (Grant::Nothing, "unknown"),
            (scopes("tweet.read users.read"), "read"),
            (scopes("tweet.read tweet.write users.read"), "read-write"),
            (scopes("tweet.write dm.read dm.write"), "read-write-directmessages"),
            (scopes("media.write"), "unknown"),
        ] {
            assert_eq!(may(&grant), word, "{grant:?}");
        }
    }
}
