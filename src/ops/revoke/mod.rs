//! Kills tokens at X and puts nothing in their place: one credential, one profile, or every token of an app.
//!
//! Before X is asked, the vault says of each value that X is asked to kill it; so whatever happens then, no value is
//! taken for good that may be dead. What X says it has killed goes into the history, marked dead; what it refuses stays.
//! One refusal stops nothing: all are asked, and each is told.

mod plan;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

pub use self::plan::{ByHand, Item, Plan, REVOKES, RevokeRow, Standing, Target, plan};
use super::World;
use super::ask::{self, failure};
use super::kill::{self, Outcome, Unclear};
use super::rotate::{Ledger, owner_of};
use crate::domain::credential::{Candidate, Origin, Retired};
use crate::domain::custody;
use crate::domain::document::Document;
use crate::domain::edit::{self, Edit};
use crate::domain::fields::{Credential, Field, OwnerKind};
use crate::domain::id::{AppId, Owner};
use crate::domain::profile::Oauth2Grant;
use crate::domain::rotation::{Rotation, Stage, Way};
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::domain::verdict::Cause;
use crate::failure::{Failure, Kind};
use crate::x::auth::client::Client;
use crate::x::diagnose::judge_app;
use crate::x::sign::Pair;

/// Pause before a refusal of the app's keys that can mean "asked too often" is asked about once more.
const PAUSE: Duration = Duration::from_secs(3);

/// What became of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// X has killed it.
    Dead,
    /// X says that it was dead already.
    Gone(String),
    /// It was not killed: X would not, or could not be asked. It goes on as before.
    Alive(Failure),
    /// Whether X has killed it is not known.
    Unclear(Failure),
}

/// One item, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which.
    pub item: Item,
    /// What became of it.
    pub fate: Fate,
}

impl Told {
    /// Whether X does not accept it any more.
    pub const fn is_dead(&self) -> bool {
        matches!(self.fate, Fate::Dead | Fate::Gone(_))
    }

    /// The sentence.
    pub fn sentence(&self) -> String {
        let what = self.item.label();
        match &self.fate {
            Fate::Dead => format!("{what}: dead"),
            Fate::Gone(said) => format!("{what}: was dead already ({said})"),
            Fate::Alive(failure) => format!("{what}: NOT revoked: {}: {}", failure.what, failure.because),
            Fate::Unclear(failure) => format!("{what}: not known: {}: {}", failure.what, failure.because),
        }
    }
}

/// What became of all of it.
#[derive(Clone, Debug)]
pub struct Report<S> {
    /// The vault after it.
    pub session: S,
    /// Each item, in the order of the plan.
    pub told: Vec<Told>,
    /// What could not be written down: X was asked all the same, and asking again tells it again.
    pub unsaved: Vec<Failure>,
}

/// Asks X to kill everything in `plan`, telling `tell` as answers come in. A custody job: once begun it must be left to
/// finish. Must run inside a tokio runtime.
///
/// # Errors
/// Nothing was asked then.
pub async fn revoke<S: Ledger>(
    world: &World,
    session: S,
    plan: Plan,
    tell: impl Fn(&Told),
) -> Result<Report<S>, Failure> {
    revoke_at(PAUSE, world, session, plan, tell).await
}

/// Like [`revoke`], with another pause before X's "asked too often, or wrong" is asked about again.
///
/// # Errors
/// As [`revoke`].
pub async fn revoke_at<S: Ledger>(
    pause: Duration,
    world: &World,
    session: S,
    plan: Plan,
    tell: impl Fn(&Told),
) -> Result<Report<S>, Failure> {
    let intents = intents(session.document(), &plan.items, world.clock.now());
    let session = save(world, session, intents).await?;
    let keys = keys(pause, world, session.document(), &plan.items).await;
    let told = ask_all(world, session.document(), &plan.items, &keys, tell).await;
    let now = world.clock.now();
    let (session, unsaved) = write_down(world, session, &told, now).await;
    Ok(Report { session, told, unsaved })
}

/// The edits that say that X is asked now. A rotation under way ends with it: nothing is to take its place.
fn intents(document: &Document, items: &[Item], now: Time) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for item in items {
        let was = document.held(item.owner).and_then(|held| held.rotation(item.credential)).cloned();
        let begun = Rotation::begin(item.credential, now).by(Way::Revoke).at(Stage::Invalidate, now);
        let (owner, credential) = (item.owner, item.credential);
        let intent = Edit::SetRotation { owner, credential, was, to: Some(begun) };
        if !edits.contains(&intent) {
            edits.push(intent);
        }
    }
    edits
}

async fn save<S: Ledger>(world: &World, session: S, edits: Vec<Edit>) -> Result<S, Failure> {
    let world = world.clone();
    let saved = tokio::task::spawn_blocking(move || session.save(&world, edits)).await;
    saved.map_err(|_stopped| {
        Failure::new(
            Kind::NotSaved,
            "it was not saved",
            "the program stopped in the middle of it",
            "revoke it again: asking X twice does no harm",
        )
    })?
}

/// Why nothing signed with an app's keys can be asked; `None`: X accepts them.
type Keys = BTreeMap<AppId, Option<Unclear>>;

/// Tries the keys of every app whose pair signs something: what X refuses with wrong keys says nothing of a token.
async fn keys(pause: Duration, world: &World, document: &Document, items: &[Item]) -> Keys {
    let mut keys = Keys::new();
    for item in items.iter().filter(|item| item.credential != Credential::Oauth2) {
        let Some(app) = app_of(document, item.owner) else { continue };
        if keys.contains_key(&app) {
            continue;
        }
        let trouble = match pair(document, app.into(), Field::ApiKey, Field::ApiSecret) {
            None => Some(never_sent(failure(
                Cause::MissingField,
                &["the API key and secret of the app are not both stored".to_owned()],
            ))),
            Some((key, secret)) => {
                let answers = ask::app_keys(world, Pair { id: &key, secret: &secret }, pause).await;
                let verdict = judge_app(&answers);
                (verdict.keys != Cause::Ok).then(|| never_sent(rejected(verdict.keys, &verdict.evidence)))
            }
        };
        keys.insert(app, trouble);
    }
    keys
}

const fn never_sent(failure: Failure) -> Unclear {
    Unclear { failure, sent: false }
}

fn rejected(cause: Cause, evidence: &[String]) -> Failure {
    let failure = failure(cause, evidence);
    if cause == Cause::AppKeysRejected {
        let try_this = "if they were regenerated, X has killed every access token of the app with them; else correct them";
        return Failure { try_this: try_this.to_owned(), ..failure };
    }
    failure
}

fn app_of(document: &Document, owner: Owner) -> Option<AppId> {
    match owner {
        Owner::App(id) => Some(id),
        Owner::Profile(id) => document.app_of(document.profile(id)?).map(|app| app.id),
    }
}

fn pair(document: &Document, owner: Owner, id: Field, secret: Field) -> Option<(Secret, Secret)> {
    let of = |field| document.slot(owner, field).map(|slot| slot.secret.clone());
    of(id).zip(of(secret))
}

/// Apps first, one after the other: their tokens may be killed in the name of a profile's pair, which dies next. Then
/// everything else, several at once.
async fn ask_all(
    world: &World,
    document: &Document,
    items: &[Item],
    keys: &Keys,
    tell: impl Fn(&Told),
) -> Vec<Told> {
    let mut fates: BTreeMap<usize, Fate> = BTreeMap::new();
    let mut told = |number: usize, fate: Fate| {
        tell(&Told { item: items[number].clone(), fate: fate.clone() });
        fates.insert(number, fate);
    };
    let (apps, others): (Vec<usize>, Vec<usize>) =
        (0..items.len()).partition(|number| items[*number].credential.held_by() == OwnerKind::App);
    let document = Arc::new(document.clone());
    for number in apps {
        told(number, ask_one(world, &document, &items[number], keys).await);
    }
    let mut waiting = others.into_iter();
    let mut asked: JoinSet<(usize, Fate)> = JoinSet::new();
    let keys = Arc::new(keys.clone());
    loop {
        while asked.len() < world.settings.concurrency
            && let Some(number) = waiting.next()
        {
            let (world, document, keys) = (world.clone(), Arc::clone(&document), Arc::clone(&keys));
            let item = items[number].clone();
            asked.spawn(async move { (number, ask_one(&world, &document, &item, &keys).await) });
        }
        match asked.join_next().await {
            Some(Ok((number, fate))) => told(number, fate),
            // A task that stopped has told nothing: its item is not known.
            Some(Err(_stopped)) => {}
            None => break,
        }
    }
    let unknown = || Fate::Unclear(failure(Cause::UnexpectedAnswer, &["birdkeep made a mistake".to_owned()]));
    let fate = |number| fates.remove(&number).unwrap_or_else(unknown);
    let fates: Vec<Fate> = (0..items.len()).map(fate).collect();
    items.iter().zip(fates).map(|(item, fate)| Told { item: item.clone(), fate }).collect()
}

async fn ask_one(world: &World, document: &Document, item: &Item, keys: &Keys) -> Fate {
    let outcome = match item.credential {
        Credential::Oauth2 => ask_grant(world, document, item).await,
        _ => ask_signed(world, document, item, keys).await,
    };
    match outcome {
        Ok(Outcome::Dead) => Fate::Dead,
        Ok(Outcome::Gone(said)) => Fate::Gone(said),
        Ok(Outcome::Refused(said)) => Fate::Alive(Failure::new(
            Kind::Found,
            "X would not kill it",
            said,
            match item.credential {
                Credential::Bearer => "revoke it in the console: Keys & Tokens, App-Only",
                _ => {
                    "log in as the account at https://x.com/settings/connected_apps and revoke the app there"
                }
            },
        )),
        Err(Unclear { failure, sent: true }) => Fate::Unclear(failure),
        Err(Unclear { failure, sent: false }) => Fate::Alive(failure),
    }
}

async fn ask_signed(
    world: &World,
    document: &Document,
    item: &Item,
    keys: &Keys,
) -> Result<Outcome, Unclear> {
    let lacks = |what: &str| never_sent(failure(Cause::MissingField, &[what.to_owned()]));
    let app = app_of(document, item.owner).ok_or_else(|| lacks("the profile is attached to no app"))?;
    if let Some(Some(trouble)) = keys.get(&app) {
        return Err(trouble.clone());
    }
    let (key, secret) = pair(document, app.into(), Field::ApiKey, Field::ApiSecret)
        .ok_or_else(|| lacks("the API key and secret of the app are not both stored"))?;
    let app_pair = Pair { id: &key, secret: &secret };
    if item.credential == Credential::Bearer {
        let owner = owner_of(document, app)
            .and_then(|owner| pair(document, owner.id.into(), Field::AccessToken, Field::AccessSecret));
        let owner = owner.as_ref().map(|(id, secret)| Pair { id, secret });
        let bearer = item.value(Field::BearerToken).ok_or_else(|| lacks("no bearer token is stored"))?;
        return Ok(kill::bearer(world, app_pair, owner, bearer).await?.outcome);
    }
    let doomed = item.value(Field::AccessToken).zip(item.value(Field::AccessSecret));
    let (id, secret) =
        doomed.ok_or_else(|| lacks("half of the pair is not stored, and it signs its own end"))?;
    kill::access(world, app_pair, Pair { id, secret }).await
}

async fn ask_grant(world: &World, document: &Document, item: &Item) -> Result<Outcome, Unclear> {
    let lacks = |what: &str| never_sent(failure(Cause::MissingField, &[what.to_owned()]));
    let of = |field| document.slot(item.owner, field).map(|slot| slot.secret.clone());
    let id = of(Field::ClientId).ok_or_else(|| lacks("the app's client ID is not stored"))?;
    let secret = of(Field::ClientSecret);
    let client = Client::new(&id, secret.as_ref());
    let (refresh, access) = (item.value(Field::Oauth2RefreshToken), item.value(Field::Oauth2AccessToken));
    kill::grant(world, client, refresh, access).await
}

/// Saves what became of everything. Where somebody else has changed one of them meanwhile, the others are saved all the
/// same.
async fn write_down<S: Ledger>(world: &World, session: S, told: &[Told], now: Time) -> (S, Vec<Failure>) {
    let all = outcomes(session.document(), told, now);
    let edits: Vec<Edit> = all.values().flatten().cloned().collect();
    if edits.is_empty() {
        return (session, Vec::new());
    }
    if let Ok(saved) = save(world, session.clone(), edits).await {
        return (saved, Vec::new());
    }
    let (mut session, mut unsaved) = (session, Vec::new());
    for edits in all.into_values() {
        match save(world, session.clone(), edits).await {
            Ok(saved) => session = saved,
            Err(failure) => unsaved.push(failure),
        }
    }
    (session, unsaved)
}

/// The edits that say what became of each credential.
fn outcomes(document: &Document, told: &[Told], now: Time) -> BTreeMap<(Owner, Credential), Vec<Edit>> {
    let mut all: BTreeMap<(Owner, Credential), Vec<&Told>> = BTreeMap::new();
    for one in told {
        all.entry((one.item.owner, one.item.credential)).or_default().push(one);
    }
    let edits = |((owner, credential), told): ((Owner, Credential), Vec<&Told>)| {
        ((owner, credential), of_credential(document, (owner, credential), &told, now))
    };
    all.into_iter().map(edits).filter(|(_, edits)| !edits.is_empty()).collect()
}

fn of_credential(
    document: &Document,
    (owner, credential): (Owner, Credential),
    told: &[&Told],
    now: Time,
) -> Vec<Edit> {
    let mut edits = Vec::new();
    for one in told.iter().filter(|one| one.is_dead()) {
        match one.item.standing {
            Standing::Current => {
                let none = credential.fields().iter().map(|field| (*field, None));
                let gone = edit::set_fields(document, owner, none, Origin::Revoke, now);
                let killed = edit::killed(document, &gone, now);
                edits.extend(gone);
                edits.extend(killed);
                edits.extend(no_grant(document, owner, credential));
            }
            Standing::Candidate => {
                let held = document.held(owner);
                let candidates = held.map(|held| held.candidates.clone()).unwrap_or_default();
                let mine = |candidate: &Candidate| candidate.field.credential() == credential;
                let doomed =
                    |candidate: &Candidate| one.item.value(candidate.field) == Some(&candidate.secret);
                edits.push(Edit::DropCandidates { owner, credential });
                for candidate in candidates.into_iter().filter(mine) {
                    edits.push(if doomed(&candidate) {
                        let Candidate { field, secret, at, .. } = candidate;
                        let (origin, dead_at) = (Origin::Revoke, Some(now));
                        let retired = Retired { field, secret, since: at, until: now, origin, dead_at };
                        Edit::AddRetired { owner, retired }
                    } else {
                        Edit::AddCandidate { owner, candidate }
                    });
                }
            }
        }
    }
    if !told.iter().any(|one| matches!(one.fate, Fate::Unclear(_))) {
        let was = document.held(owner).and_then(|held| held.rotation(credential)).cloned();
        edits.push(Edit::SetRotation { owner, credential, was, to: None });
    }
    edits
}

/// A grant that is dead allows nothing. Its sequence goes on, so that no older copy of the vault brings it back.
fn no_grant(document: &Document, owner: Owner, credential: Credential) -> Option<Edit> {
    let Owner::Profile(id) = owner else { return None };
    let profile = document.profile(id)?;
    let was = profile.oauth2.clone().filter(|_| credential == Credential::Oauth2)?;
    let sequence = was.sequence + 1;
    let mut to = Oauth2Grant { sequence, spent: was.spent.clone(), ..Oauth2Grant::default() };
    let refresh = profile.held.secret(Field::Oauth2RefreshToken);
    custody::remember(&mut to.spent, refresh.map(|token| document.fingerprints.of(token)));
    Some(Edit::SetGrant { owner, was: Some(was), to: Some(to) })
}
