//! What stored values tell by themselves, before X is asked anything: a value in the wrong field, a token of another
//! account, a bearer token of another app, a token stored twice, a grant that has run out.
//!
//! One pass over a vault, pure. Shapes only warn: X has not said anything yet, so a hint is never a failure, and an
//! unusual length is none at all. What X answers afterwards overrules it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::app::App;
use super::credential::Held;
use super::custody::{self, Standing};
use super::document::Document;
use super::fields::{self, Credential, Doubt, Field};
use super::id::{AppId, Owner, ProfileId};
use super::names::{Name, UserId};
use super::permission::Grant;
use super::profile::Profile;
use super::secret::Secret;
use super::time::{Time, age};
use super::verdict::{Cause, Remedy, State, Verdict};

/// How many names one sentence names.
const NAMED: usize = 3;

/// Something a stored value tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// What it would be called if X said so.
    pub cause: Cause,
    /// The credential it is about.
    pub about: Credential,
    /// What was seen, in a whole phrase.
    pub evidence: String,
    /// What puts it right.
    pub remedy: Remedy,
}

impl Hint {
    /// How its owner stands: at worst it wants a look, since X has not been asked.
    pub fn state(&self) -> State {
        match self.cause {
            // The refresh token at its side is what counts.
            Cause::TokenExpired => State::Unknown,
            cause => cause.row().state.max(State::Attention),
        }
    }

    /// The same as a verdict: nothing else is known.
    pub fn verdict(&self) -> Verdict {
        Verdict {
            grant: Grant::Nothing,
            evidence: vec![self.evidence.clone()],
            remedy: Some(self.remedy),
            ..Verdict::of(self.cause)
        }
    }

    /// The more telling, the less.
    fn rank(&self) -> usize {
        const ORDER: [Cause; 6] = [
            Cause::SwappedFields,
            Cause::WrongAccount,
            Cause::WrongApp,
            Cause::LoginNeeded,
            Cause::DuplicateCredential,
            Cause::TokenExpired,
        ];
        ORDER.iter().position(|cause| *cause == self.cause).unwrap_or(ORDER.len())
    }
}

/// Every hint of a vault.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    profiles: HashMap<ProfileId, Vec<Hint>>,
    apps: HashMap<AppId, Vec<Hint>>,
}

impl Hints {
    /// Looks at every value of `document` once.
    pub fn find(document: &Document, now: Time) -> Self {
        let mut hints = Self::default();
        let mut shared = Shared::default();
        shared.tokens.first.reserve(document.profile_count());
        for app in document.apps() {
            hints.of_shapes(app.id.into(), &app.held);
            hints.of_app(app, &mut shared);
        }
        for profile in document.profiles() {
            hints.of_shapes(profile.id.into(), &profile.held);
            hints.of_account(profile);
            hints.of_grant(profile, document, now);
            for (credential, names_it) in TOKENS {
                if let Some(token) = names_it.iter().find_map(|field| profile.held.secret(*field)) {
                    shared.tokens.note((credential, token.expose()), profile.id);
                }
            }
        }
        hints.of_shared(document, shared);
        for list in hints.profiles.values_mut().chain(hints.apps.values_mut()) {
            list.sort_by_key(Hint::rank);
        }
        hints
    }

    /// The hints on a profile that concern it, the most telling first: its own, then those on what it uses of its app.
    pub fn on<'a>(&'a self, document: &Document, profile: &Profile) -> impl Iterator<Item = &'a Hint> {
        let own = self.profiles.get(&profile.id).into_iter().flatten();
        let app = document.app_of(profile).and_then(|app| self.apps.get(&app.id)).into_iter().flatten();
        let lives_on = lives_on(profile);
        // That its app is stored twice is the app's matter.
        let concerns = move |hint: &&Hint| hint.about == lives_on && hint.cause != Cause::DuplicateCredential;
        own.chain(app.filter(concerns))
    }

    /// The most telling hint on a profile.
    pub fn first<'a>(&'a self, document: &Document, profile: &Profile) -> Option<&'a Hint> {
        // Most vaults give no hint at all.
        if self.profiles.is_empty() && self.apps.is_empty() {
            return None;
        }
        self.on(document, profile).next()
    }

    /// The hints on an app's own values, the most telling first.
    pub fn on_app(&self, app: AppId) -> &[Hint] {
        self.apps.get(&app).map(Vec::as_slice).unwrap_or_default()
    }

    fn add(&mut self, owner: Owner, hint: Hint) {
        match owner {
            Owner::App(id) => self.apps.entry(id).or_default().push(hint),
            Owner::Profile(id) => self.profiles.entry(id).or_default().push(hint),
        }
    }

    fn of_shapes(&mut self, owner: Owner, held: &Held) {
        let remedy = match owner {
            Owner::App(_) => Remedy::EditApp,
            Owner::Profile(_) => Remedy::EditProfile,
        };
        for slot in held.slots() {
            let Some(Doubt::LooksLike(other)) = slot.field.doubt(slot.secret.expose()) else { continue };
            let evidence =
                format!("what is stored as “{}” looks like {}", slot.field.row().label, other.row().phrase);
            let about = slot.field.credential();
            self.add(owner, Hint { cause: Cause::SwappedFields, about, evidence, remedy });
        }
    }

    /// The account that an access token begins with.
    fn of_account(&mut self, profile: &Profile) {
        let Some(token) = profile.held.secret(Field::AccessToken).map(Secret::expose) else { return };
        let Some(stored) = &profile.user_id else { return };
        // Without a copy: this is asked of every profile.
        let other = token.split_once('-').is_some_and(|(prefix, _)| prefix != stored.as_str());
        let Some(prefix) = other.then(|| UserId::of_access_token(token)).flatten() else { return };
        let evidence =
            format!("the access token begins with the id {prefix}, the profile's account is {stored}");
        let about = Credential::Access;
        self.add(
            profile.id.into(),
            Hint { cause: Cause::WrongAccount, about, evidence, remedy: Remedy::EditProfile },
        );
    }

    /// The age of an OAuth 2.0 token, as the token or X told, and what could renew it.
    fn of_grant(&mut self, profile: &Profile, document: &Document, now: Time) {
        let lives_on_it = lives_on(profile) == Credential::Oauth2;
        if !lives_on_it || profile.held.slot(Field::Oauth2AccessToken).is_none() {
            return;
        }
        let expired = custody::expires_at(profile).map(|at| now.since(at)).filter(|ago| *ago > 0);
        let trouble = no_refresh(profile, document);
        let phrase = |ago: i64| format!("the access token expired {} ago by its own date", age(ago));
        let (cause, evidence, remedy) = match (expired, trouble) {
            (Some(ago), Some(trouble)) => {
                (Cause::LoginNeeded, format!("{}, and {trouble}", phrase(ago)), Remedy::LogIn)
            }
            (Some(ago), None) => (Cause::TokenExpired, phrase(ago), Remedy::Refresh),
            // It lives for an hour or two yet; a bot without refresh tokens is meant to be like that.
            (None, Some(trouble)) if profile.held.slot(Field::Oauth2RefreshToken).is_some() => {
                (Cause::LoginNeeded, trouble.to_owned(), Remedy::LogIn)
            }
            (None, _) => return,
        };
        self.add(profile.id.into(), Hint { cause, about: Credential::Oauth2, evidence, remedy });
    }

    /// An app's key and bearer token, held against what else is known of it.
    fn of_app<'a>(&mut self, app: &'a App, shared: &mut Shared<'a>) {
        if let Some(key) = app.held.secret(Field::ApiKey) {
            shared.keys.note(key.expose(), app.id);
        }
        let Some(bearer) = app.held.secret(Field::BearerToken) else { return };
        let Some(number) = fields::bearer_app_id(bearer.expose()) else { return };
        shared.bearers.note(number, app.id);
        // What X has handed over for this app's own key.
        let handed = app.held.candidate(Field::BearerToken).map(|candidate| candidate.secret.expose());
        if let Some(own) = handed.and_then(fields::bearer_app_id).filter(|own| *own != number) {
            self.add(app.id.into(), foreign(number, own));
        }
    }

    fn of_shared(&mut self, document: &Document, shared: Shared<'_>) {
        for ((about, _), profiles) in shared.tokens.groups() {
            let name = |id: &ProfileId| document.profile(*id).map(|profile| &profile.name);
            let what = match about {
                Credential::Access => "access token",
                _ => "OAuth 2.0 token",
            };
            for id in &profiles {
                let others = others(&profiles, id, name);
                let evidence = format!("the same {what} is stored in {others}, too");
                let hint =
                    Hint { cause: Cause::DuplicateCredential, about, evidence, remedy: Remedy::EditProfile };
                self.add((*id).into(), hint);
            }
        }
        let key = |id: &AppId| document.app(*id).and_then(|app| app.held.secret(Field::ApiKey));
        let name = |id: &AppId| document.app(*id).map(|app| &app.name);
        for (_, apps) in shared.keys.groups() {
            for id in &apps {
                let others = others(&apps, id, name);
                let evidence = format!("the same API key is stored with the app {others}, too");
                let (cause, about) = (Cause::DuplicateCredential, Credential::Api);
                self.add((*id).into(), Hint { cause, about, evidence, remedy: Remedy::EditApp });
            }
        }
        for (number, apps) in shared.bearers.groups() {
            // One app of X's under two names: said already.
            if apps.iter().all(|id| key(id) == apps.first().and_then(key)) {
                continue;
            }
            for id in &apps {
                let others = others(&apps, id, name);
                let evidence = format!(
                    "the bearer token and that of the app {others} name the same app at X, {number}, though the API \
                     keys differ: one of them may be in the wrong place"
                );
                let (cause, about) = (Cause::WrongApp, Credential::Bearer);
                self.add((*id).into(), Hint { cause, about, evidence, remedy: Remedy::RotateBearer });
            }
        }
    }
}

/// The tokens that may be in one profile only, by the value that tells: a refresh token outlives the access tokens it
/// brings.
const TOKENS: [(Credential, &[Field]); 2] = [
    (Credential::Access, &[Field::AccessToken]),
    (Credential::Oauth2, &[Field::Oauth2RefreshToken, Field::Oauth2AccessToken]),
];

/// What a profile is used with: a check judges it by that.
fn lives_on(profile: &Profile) -> Credential {
    let has = |field| profile.held.slot(field).is_some();
    if has(Field::AccessToken) || has(Field::AccessSecret) {
        // The pair is its own; what it takes of the app are key and secret.
        Credential::Api
    } else if has(Field::Oauth2AccessToken) {
        Credential::Oauth2
    } else {
        Credential::Bearer
    }
}

/// Why the grant of a profile cannot be refreshed; `None`: as far as is known it can.
pub fn no_refresh(profile: &Profile, document: &Document) -> Option<&'static str> {
    if profile.held.slot(Field::Oauth2RefreshToken).is_none() {
        return Some("no refresh token is stored");
    }
    // A fingerprint is taken only where something was said.
    let said = profile.oauth2.as_ref()?.custody.as_ref().filter(|said| said.standing == Standing::Reauth)?;
    let custody = custody::of(profile, &document.fingerprints)?;
    (custody.about == said.about).then_some("its refresh token is used up or revoked")
}

/// The hint on a bearer token with the id `number` inside, in an app that X knows as `own`.
pub fn foreign(number: u64, own: u64) -> Hint {
    Hint {
        cause: Cause::WrongApp,
        about: Credential::Bearer,
        evidence: format!("the bearer token names the app {number} at X, the app's own key belongs to {own}"),
        remedy: Remedy::RotateBearer,
    }
}

/// “a”, “b” and 3 more: all of `group` but `own`.
fn others<'a, T: PartialEq>(group: &[T], own: &T, name: impl Fn(&T) -> Option<&'a Name>) -> String {
    let others = group.iter().filter(|other| *other != own).take(NAMED);
    let said: Vec<String> = others.filter_map(name).map(|name| format!("“{name}”")).collect();
    let said = said.join(", ");
    match group.len().saturating_sub(1 + NAMED) {
        0 => said,
        more => format!("{said} and {more} more"),
    }
}

/// Who holds equal values.
#[derive(Default)]
struct Shared<'a> {
    tokens: Groups<(Credential, &'a str), ProfileId>,
    keys: Groups<&'a str, AppId>,
    bearers: Groups<u64, AppId>,
}

/// Things by a value they have; only what several have is kept as a list.
struct Groups<K, T> {
    first: HashMap<K, (T, Option<usize>)>,
    several: Vec<Vec<T>>,
}

impl<K, T> Default for Groups<K, T> {
    fn default() -> Self {
        Self { first: HashMap::new(), several: Vec::new() }
    }
}

impl<K: std::hash::Hash + Eq + Copy, T: Copy> Groups<K, T> {
    fn note(&mut self, value: K, who: T) {
        match self.first.entry(value) {
            Entry::Vacant(free) => {
                free.insert((who, None));
            }
            Entry::Occupied(mut taken) => {
                let (first, list) = *taken.get();
                if let Some(list) = list {
                    self.several[list].push(who);
                } else {
                    taken.insert((first, Some(self.several.len())));
                    self.several.push(vec![first, who]);
                }
            }
        }
    }

    /// What more than one has.
    fn groups(mut self) -> impl Iterator<Item = (K, Vec<T>)> {
        let mut shared: Vec<(usize, K)> = self
            .first
            .iter()
            .filter_map(|(value, (_, list))| Some((list.as_ref().copied()?, *value)))
            .collect();
        shared.sort_unstable_by_key(|(list, _)| *list);
        shared.into_iter().map(move |(list, value)| (value, std::mem::take(&mut self.several[list])))
    }
}

#[cfg(test)]
mod tests;
