//! The shapes of `--json`: stable, in this order, without a secret in them.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::domain::ability::{By, Holdings, Lack, May};
use crate::domain::actions::{ACTIONS, ActionRow};
use crate::domain::app::App;
use crate::domain::custody;
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::freshness;
use crate::domain::hints::{Hint, Hints};
use crate::domain::id::{Owner, ProfileId};
use crate::domain::needs::Answer;
use crate::domain::permission::{Grant, Level};
use crate::domain::profile::Profile;
use crate::domain::staleness::is_fresh;
use crate::domain::standing::{self, Mark};
use crate::domain::time::Time;
use crate::domain::verdict::{Finding, Verdict};
use crate::ops::World;
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
    /// Since when there is none because X has killed the last one.
    dead_since: Option<String>,
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
    /// Why, in the stable word of a cause: of the last check, or before it of what the values tell by themselves.
    cause: Option<&'static str>,
    /// What the vault itself knows to stand against it: `dead`, `down` or `in-doubt`.
    mark: Option<&'static str>,
    checked_at: Option<String>,
    /// True where there is no fresh verdict.
    stale: bool,
    /// When it was last run on this machine.
    last_run_at: Option<String>,
    /// The credentials of its own that are due for rotation.
    due: Vec<&'static str>,
    fields: InOrder<FieldFacts>,
}

/// A profile as `show --json` shows it: what a list shows, and the rest.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct ProfileDetail {
    #[serde(flatten)]
    facts: ProfileFacts,
    needs: Vec<&'static str>,
    /// What may be done about each action, as far as it is known without asking X.
    actions: InOrder<AbilityFacts>,
    deployed: Vec<String>,
    notes: String,
    oauth2: Option<GrantFacts>,
    verdict: Option<VerdictFacts>,
    created_at: String,
}

/// What may be done about one action.
#[derive(Debug, Serialize)]
struct AbilityFacts {
    /// `yes`, `no`, `unknown` or `banned`.
    may: &'static str,
    /// The credential that serves, or would if X did not forbid it: `access`, `oauth2` or `bearer`.
    by: Option<&'static str>,
    /// What is lacking; of several keys any one would do.
    lacks: Option<LackFacts>,
    /// The reason in a sentence, but for a plain yes.
    because: Option<String>,
}

/// What is lacking: one key per way to mend it.
#[derive(Debug, Default, Serialize)]
struct LackFacts {
    /// The level that the access token would need.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'static str>,
    /// The scopes that the OAuth 2.0 token was not granted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes: Vec<&'static str>,
    /// The kinds of credential any of which would do, and none of which is stored.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    credential: Vec<&'static str>,
    /// Why X refuses what is stored: the word of a cause, or `down`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refused: Vec<&'static str>,
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
    mark: Option<&'static str>,
    /// What its values tell by themselves, in the stable word of a cause.
    cause: Option<&'static str>,
    /// What X said of them, if it was asked.
    checked: Option<AppChecked>,
    /// The credentials of its own that are due for rotation.
    due: Vec<&'static str>,
    /// The profiles that need a new login since its API key was replaced.
    down: Vec<String>,
    fields: InOrder<FieldFacts>,
    created_at: String,
}

/// How an app's own values stand, each in the stable word of a cause.
#[derive(Debug, Serialize)]
struct AppChecked {
    keys: &'static str,
    bearer: Option<&'static str>,
    checked_at: String,
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
    /// The stable word of what puts it right.
    remedy: &'static str,
    /// The command that does it.
    command: Option<String>,
    link: Option<&'static str>,
    /// `None`: X was not asked yet; the values tell it by themselves.
    checked_at: Option<String>,
    retry_at: Option<String>,
    tried: Option<TriedFacts>,
}

/// That X was asked once more since, and said nothing.
#[derive(Debug, Serialize)]
struct TriedFacts {
    at: String,
    cause: &'static str,
}

/// A verdict with what may be done, action by action, as `check --json` shows it.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Checked {
    #[serde(flatten)]
    verdict: VerdictFacts,
    actions: InOrder<AbilityFacts>,
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
    let held_by = |field| document.held(document.holder(owner, field)?);
    let facts = |field: Field| {
        let slot = document.slot(owner, field);
        let facts = FieldFacts {
            set: slot.is_some(),
            fingerprint: slot.map(|slot| document.fingerprints.of(&slot.secret).to_string()),
            changed_at: slot.map(|slot| slot.changed_at.to_string()),
            dead_since: held_by(field).and_then(|held| held.dead_since(field)).map(|at| at.to_string()),
        };
        (field.row().word, facts)
    };
    let held = |field: &Field| match owner {
        Owner::Profile(_) => true,
        Owner::App(_) => document.holder(owner, *field).is_some(),
    };
    InOrder(Field::all().filter(held).map(facts).collect())
}

fn mark(document: &Document, owner: Owner) -> Option<&'static str> {
    standing::mark(document, owner).map(Mark::word)
}

fn due(document: &Document, owner: Owner, today: Today) -> Vec<&'static str> {
    let due = freshness::due(document, owner, today.otherwise, today.now);
    due.into_iter().map(|credential| credential.row().word).collect()
}

/// What it takes to say what is due, and what is stale.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Today {
    /// The time.
    pub(in crate::cli) now: Time,
    /// Days after which values are due where no app says.
    pub(in crate::cli) otherwise: u16,
    /// Age from which a verdict is stale.
    pub(in crate::cli) stale_after: Duration,
}

impl Today {
    /// By the clock and the settings of `world`.
    pub(in crate::cli) fn of(world: &World) -> Self {
        let settings = &world.settings;
        Self { now: world.clock.now(), otherwise: settings.rotation_days, stale_after: settings.stale_after }
    }

    /// True where there is no verdict to go by: X would have to be asked.
    pub(in crate::cli) fn is_stale(self, finding: Option<&Finding>) -> bool {
        !finding.is_some_and(|finding| is_fresh(finding, self.now, self.stale_after))
    }
}

/// A profile as a list shows it.
pub(in crate::cli) fn profile(
    (snapshot, hints): (&Snapshot, &Hints),
    profile: &Profile,
    today: Today,
) -> ProfileFacts {
    let finding = snapshot.finding(profile);
    let cause = finding.map(|finding| finding.verdict.cause);
    let hinted = || hints.first(&snapshot.document, profile).map(|hint| hint.cause);
    ProfileFacts {
        name: profile.name.to_string(),
        handle: profile.handle.as_ref().map(|handle| handle.as_str().to_owned()),
        user_id: profile.user_id.as_ref().map(ToString::to_string),
        app: snapshot.document.app_of(profile).map(|app| app.name.to_string()),
        tags: profile.tags.iter().map(ToString::to_string).collect(),
        may: finding.map_or("unknown", |finding| may(&finding.verdict.grant)),
        state: snapshot.state(profile, hints).word(),
        cause: cause.or_else(hinted).map(|cause| cause.row().word),
        mark: mark(&snapshot.document, profile.id.into()),
        checked_at: finding.map(|finding| finding.checked_at.to_string()),
        stale: today.is_stale(finding),
        last_run_at: snapshot.runs.get(&profile.id).map(ToString::to_string),
        due: due(&snapshot.document, profile.id.into(), today),
        fields: fields(&snapshot.document, profile.id.into()),
    }
}

/// A profile with everything but secrets.
pub(in crate::cli) fn profile_detail(
    (snapshot, hints): (&Snapshot, &Hints),
    row: &Profile,
    today: Today,
) -> ProfileDetail {
    let document = &snapshot.document;
    let hinted = || hints.first(document, row).map(|hint| of_hint(document, row, hint));
    ProfileDetail {
        facts: profile((snapshot, hints), row, today),
        needs: row.needs.iter().map(|need| need.row().word).collect(),
        actions: actions(&snapshot.holdings(row)),
        deployed: row.deployed.clone(),
        notes: row.notes.clone(),
        oauth2: row.oauth2.as_ref().map(|grant| GrantFacts {
            scope: grant.scopes.to_string(),
            expires_at: grant.expires_at.map(|time| time.to_string()),
            refresh: custody::of(row, &snapshot.document.fingerprints)
                .map(|custody| custody.standing.word().to_owned()),
        }),
        verdict: snapshot.finding(row).map(|finding| verdict(document, finding)).or_else(hinted),
        created_at: row.created_at.to_string(),
    }
}

/// An app with everything but secrets.
pub(in crate::cli) fn app((snapshot, hints): (&Snapshot, &Hints), app: &App, today: Today) -> AppFacts {
    let document = &*snapshot.document;
    let down = standing::down(document, app.id).into_iter().filter_map(|id| document.profile(id));
    AppFacts {
        name: app.name.to_string(),
        permission: app.permission.map(Level::word),
        callback_url: app.callback_url.clone(),
        rotation_days: app.rotation_days,
        profiles: document.profiles_of(app.id).map(|profile| profile.name.to_string()).collect(),
        notes: app.notes.clone(),
        mark: mark(document, app.id.into()),
        cause: hints.on_app(app.id).first().map(|hint| hint.cause.row().word),
        checked: snapshot.app_finding(app.id).map(|finding| AppChecked {
            keys: finding.keys.row().word,
            bearer: finding.bearer.map(|cause| cause.row().word),
            checked_at: finding.checked_at.to_string(),
        }),
        due: due(document, app.id.into(), today),
        down: down.map(|profile| profile.name.to_string()).collect(),
        fields: fields(document, app.id.into()),
        created_at: app.created_at.to_string(),
    }
}

/// A verdict.
pub(in crate::cli) fn verdict(document: &Document, finding: &Finding) -> VerdictFacts {
    let checked_at = Some(finding.checked_at.to_string());
    let tried =
        finding.tried.map(|tried| TriedFacts { at: tried.at.to_string(), cause: tried.cause.row().word });
    VerdictFacts { checked_at, tried, ..told(document, finding.profile, &finding.verdict) }
}

/// What a profile's values tell by themselves, as the verdict it is until X is asked.
fn of_hint(document: &Document, profile: &Profile, hint: &Hint) -> VerdictFacts {
    VerdictFacts { state: hint.state().word(), ..told(document, profile.id, &hint.verdict()) }
}

fn told(document: &Document, id: ProfileId, verdict: &Verdict) -> VerdictFacts {
    let profile = document.profile(id);
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
        remedy: verdict.remedy().row().word,
        command: verdict.remedy().command(document, id),
        link: row.link,
        checked_at: None,
        retry_at: verdict.retry_at.map(|time| time.to_string()),
        tried: None,
    }
}

/// A verdict with what may be done; `held` is what was seen of the profile's credentials.
pub(in crate::cli) fn checked(document: &Document, finding: &Finding, held: Option<&Holdings>) -> Checked {
    let actions = held.map_or_else(|| InOrder(Vec::new()), actions);
    Checked { verdict: verdict(document, finding), actions }
}

fn actions(held: &Holdings) -> InOrder<AbilityFacts> {
    let facts = |row: &ActionRow| {
        let ability = held.ability(row.action);
        let facts = AbilityFacts {
            may: ability.may.word(),
            by: ability.by.map(By::word),
            lacks: lacks(&ability.lacks),
            because: (ability.may != May::Yes).then(|| ability.reason()),
        };
        (row.word, facts)
    };
    InOrder(ACTIONS.iter().map(facts).collect())
}

fn lacks(lacks: &[Lack]) -> Option<LackFacts> {
    let mut facts = LackFacts::default();
    for lack in lacks {
        match lack {
            Lack::Level { wanted, .. } => facts.level = Some(wanted.word()),
            Lack::Scopes(scopes) => facts.scopes.clone_from(scopes),
            Lack::Credential(kinds) => facts.credential = kinds.iter().map(|by| by.word()).collect(),
            Lack::Refused(refusal) => facts.refused.push(refusal.word),
        }
    }
    (!lacks.is_empty()).then_some(facts)
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
