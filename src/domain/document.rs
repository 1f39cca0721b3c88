//! What a vault holds: apps and profiles, by id and by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::app::App;
use super::credential::{Held, Slot};
use super::fields::{Field, OwnerKind};
use super::fingerprint::FingerprintKey;
use super::id::{AppId, Owner, ProfileId};
use super::names::Name;
use super::profile::Profile;
use super::unknown::Unknown;

/// The contents of a vault. Cloning is cheap: apps and profiles are shared until one is changed.
#[derive(Clone, Debug)]
pub struct Document {
    /// The key of all fingerprints in this vault.
    pub fingerprints: FingerprintKey,
    apps: BTreeMap<AppId, Arc<App>>,
    profiles: BTreeMap<ProfileId, Arc<Profile>>,
    app_names: Arc<BTreeMap<String, AppId>>,
    profile_names: Arc<BTreeMap<String, ProfileId>>,
    /// Keys a newer birdkeep wrote.
    pub unknown: Unknown,
}

/// What a name on a command line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Exactly one.
    Found(Owner),
    /// Neither an app nor a profile.
    Nothing,
    /// Both an app and a profile: `app:` or `profile:` tells them apart.
    Both(AppId, ProfileId),
}

impl Document {
    /// An empty vault.
    pub fn new(fingerprints: FingerprintKey) -> Self {
        Self {
            fingerprints,
            apps: BTreeMap::new(),
            profiles: BTreeMap::new(),
            app_names: Arc::default(),
            profile_names: Arc::default(),
            unknown: Unknown::default(),
        }
    }

    /// Apps that are not deleted, in the order of their ids.
    pub fn apps(&self) -> impl Iterator<Item = &App> {
        self.apps.values().map(AsRef::as_ref).filter(|app| app.deleted_at.is_none())
    }

    /// Profiles that are not deleted, in the order of their ids.
    pub fn profiles(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.values().map(AsRef::as_ref).filter(|profile| profile.deleted_at.is_none())
    }

    /// Apps that are not deleted, in the order of their names.
    pub fn apps_by_name(&self) -> impl Iterator<Item = &App> {
        self.app_names.values().filter_map(|id| self.app(*id))
    }

    /// Profiles that are not deleted, in the order of their names.
    pub fn profiles_by_name(&self) -> impl Iterator<Item = &Profile> {
        self.profile_names.values().filter_map(|id| self.profile(*id))
    }

    /// Every app, deleted ones too: for writing the vault.
    pub fn all_apps(&self) -> impl Iterator<Item = &App> {
        self.apps.values().map(AsRef::as_ref)
    }

    /// Every profile, deleted ones too: for writing the vault.
    pub fn all_profiles(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.values().map(AsRef::as_ref)
    }

    /// How many profiles are not deleted.
    pub fn profile_count(&self) -> usize {
        self.profile_names.len()
    }

    /// The app with this id, deleted or not.
    pub fn app(&self, id: AppId) -> Option<&App> {
        self.apps.get(&id).map(AsRef::as_ref)
    }

    /// The profile with this id, deleted or not.
    pub fn profile(&self, id: ProfileId) -> Option<&Profile> {
        self.profiles.get(&id).map(AsRef::as_ref)
    }

    /// The app a profile is used through.
    pub fn app_of(&self, profile: &Profile) -> Option<&App> {
        self.app(profile.app?).filter(|app| app.deleted_at.is_none())
    }

    /// The profiles used through an app: those that stop when its keys do.
    pub fn profiles_of(&self, app: AppId) -> impl Iterator<Item = &Profile> {
        self.profiles().filter(move |profile| profile.app == Some(app))
    }

    /// The app with this name.
    pub fn app_named(&self, name: &Name) -> Option<&App> {
        self.app_names.get(&name.key()).and_then(|id| self.app(*id))
    }

    /// The profile with this name.
    pub fn profile_named(&self, name: &Name) -> Option<&Profile> {
        self.profile_names.get(&name.key()).and_then(|id| self.profile(*id))
    }

    /// What `NAME`, `app:NAME` or `profile:NAME` stands for.
    pub fn look_up(&self, text: &str) -> Lookup {
        let (kind, text) = match text.split_once(':') {
            Some(("app", name)) => (Some(OwnerKind::App), name),
            Some(("profile", name)) => (Some(OwnerKind::Profile), name),
            _ => (None, text),
        };
        let Ok(name) = Name::parse(text) else { return Lookup::Nothing };
        let app = self.app_named(&name).filter(|_| kind != Some(OwnerKind::Profile)).map(|app| app.id);
        let profile =
            self.profile_named(&name).filter(|_| kind != Some(OwnerKind::App)).map(|profile| profile.id);
        match (app, profile) {
            (Some(app), None) => Lookup::Found(app.into()),
            (None, Some(profile)) => Lookup::Found(profile.into()),
            (Some(app), Some(profile)) => Lookup::Both(app, profile),
            (None, None) => Lookup::Nothing,
        }
    }

    /// The name of an owner.
    pub fn name_of(&self, owner: Owner) -> Option<&Name> {
        match owner {
            Owner::App(id) => self.app(id).map(|app| &app.name),
            Owner::Profile(id) => self.profile(id).map(|profile| &profile.name),
        }
    }

    /// What an owner holds.
    pub fn held(&self, owner: Owner) -> Option<&Held> {
        match owner {
            Owner::App(id) => self.app(id).map(|app| &app.held),
            Owner::Profile(id) => self.profile(id).map(|profile| &profile.held),
        }
    }

    /// Who holds `field` for `owner`: a profile's app keys are its app's. `None` where there is no such app, or an
    /// app is asked for a profile's field.
    pub fn holder(&self, owner: Owner, field: Field) -> Option<Owner> {
        match (owner, field.held_by()) {
            (Owner::App(_), OwnerKind::App) | (Owner::Profile(_), OwnerKind::Profile) => Some(owner),
            (Owner::Profile(id), OwnerKind::App) => self.app_of(self.profile(id)?).map(|app| app.id.into()),
            (Owner::App(_), OwnerKind::Profile) => None,
        }
    }

    /// The current value of `field` for `owner`, the app's where the app holds it.
    pub fn slot(&self, owner: Owner, field: Field) -> Option<&Slot> {
        self.held(self.holder(owner, field)?)?.slot(field)
    }

    /// Puts an app in place, replacing one with the same id. Names are the caller's care: see [`Self::free_app_name`].
    pub fn insert_app(&mut self, app: App) {
        let (id, old) = (app.id, self.apps.get(&app.id).map(|old| old.name.key()));
        rename(&mut self.app_names, id, old, app.deleted_at.is_none().then(|| app.name.key()));
        self.apps.insert(id, Arc::new(app));
    }

    /// Puts a profile in place, replacing one with the same id.
    pub fn insert_profile(&mut self, profile: Profile) {
        let (id, old) = (profile.id, self.profiles.get(&profile.id).map(|old| old.name.key()));
        rename(&mut self.profile_names, id, old, profile.deleted_at.is_none().then(|| profile.name.key()));
        self.profiles.insert(id, Arc::new(profile));
    }

    /// Forgets an owner altogether: a purge, not a deletion.
    pub fn forget(&mut self, owner: Owner) {
        match owner {
            Owner::App(id) => {
                let old = self.apps.remove(&id).map(|app| app.name.key());
                rename(&mut self.app_names, id, old, None);
            }
            Owner::Profile(id) => {
                let old = self.profiles.remove(&id).map(|profile| profile.name.key());
                rename(&mut self.profile_names, id, old, None);
            }
        }
    }

    /// `name`, or the first free `name-2`, `name-3` … among the apps other than `except`.
    pub fn free_app_name(&self, name: &Name, except: Option<AppId>) -> Name {
        free(name, |key| self.app_names.get(key).is_none_or(|id| Some(*id) == except))
    }

    /// `name`, or the first free `name-2`, `name-3` … among the profiles other than `except`.
    pub fn free_profile_name(&self, name: &Name, except: Option<ProfileId>) -> Name {
        free(name, |key| self.profile_names.get(key).is_none_or(|id| Some(*id) == except))
    }

    /// Changes an app in place. Not for its name or deletion: those go through [`Self::insert_app`].
    pub(super) fn app_mut(&mut self, id: AppId) -> Option<&mut App> {
        self.apps.get_mut(&id).map(Arc::make_mut)
    }

    /// Changes a profile in place. Not for its name or deletion: those go through [`Self::insert_profile`].
    pub(super) fn profile_mut(&mut self, id: ProfileId) -> Option<&mut Profile> {
        self.profiles.get_mut(&id).map(Arc::make_mut)
    }

    pub(super) fn held_mut(&mut self, owner: Owner) -> Option<&mut Held> {
        match owner {
            Owner::App(id) => self.app_mut(id).map(|app| &mut app.held),
            Owner::Profile(id) => self.profile_mut(id).map(|profile| &mut profile.held),
        }
    }
}

/// Moves `id` from its old key to its new one in an index of names.
fn rename<Id: Copy + PartialEq>(
    names: &mut Arc<BTreeMap<String, Id>>,
    id: Id,
    old: Option<String>,
    new: Option<String>,
) {
    if old == new && new.as_ref().is_some_and(|key| names.get(key) == Some(&id)) {
        return;
    }
    let names = Arc::make_mut(names);
    if let Some(key) = old
        && names.get(&key) == Some(&id)
    {
        names.remove(&key);
    }
    if let Some(key) = new {
        names.insert(key, id);
    }
}

fn free(name: &Name, is_free: impl Fn(&str) -> bool) -> Name {
    if is_free(&name.key()) {
        return name.clone();
    }
    (2..1_000_000)
        .map(|number| name.numbered(number))
        .find(|name| is_free(&name.key()))
        .unwrap_or_else(|| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;

    fn name(text: &str) -> Name {
        Name::parse(text).expect("a valid name")
    }

    fn app(number: u8, text: &str) -> App {
        App::new(AppId::from_random([number; 16]), name(text), Time::default())
    }

    fn profile(number: u8, text: &str) -> Profile {
        Profile::new(ProfileId::from_random([number; 16]), name(text), Time::default())
    }

    fn document() -> Document {
        let mut document = Document::new(FingerprintKey::new([0; 32]));
        document.insert_app(app(1, "bots"));
        document.insert_profile(profile(2, "wiki"));
        document
    }

    #[test]
    fn names_are_found_without_regard_to_case_until_deleted() {
        let mut document = document();
        assert!(document.profile_named(&name("WIKI")).is_some());
        document.insert_profile(Profile { deleted_at: Some(Time::default()), ..profile(2, "wiki") });
        assert!(document.profile_named(&name("wiki")).is_none());
        assert_eq!(document.profile_count(), 0);
        document.insert_profile(profile(2, "wiki"));
        assert_eq!(document.profile_count(), 1);
    }

    #[test]
    fn a_renamed_profile_is_found_by_its_new_name_only() {
        let mut document = document();
        document.insert_profile(profile(2, "wiki2"));
        assert!(document.profile_named(&name("wiki")).is_none());
        assert!(document.profile_named(&name("wiki2")).is_some());
    }

    #[test]
    fn a_word_that_is_both_needs_a_prefix() {
        let mut document = document();
        document.insert_app(app(3, "wiki"));
        assert!(matches!(document.look_up("wiki"), Lookup::Both(..)));
        assert!(matches!(document.look_up("app:wiki"), Lookup::Found(Owner::App(_))));
        assert!(matches!(document.look_up("profile:Wiki"), Lookup::Found(Owner::Profile(_))));
        assert_eq!(document.look_up("app:nobody"), Lookup::Nothing);
        assert_eq!(document.look_up("\u{202e}"), Lookup::Nothing);
    }

    #[test]
    fn a_second_equal_name_gets_a_number() {
        let mut document = document();
        document.insert_profile(profile(4, "wiki-2"));
        assert_eq!(document.free_profile_name(&name("Wiki"), None).as_str(), "Wiki-3");
        assert_eq!(document.free_profile_name(&name("other"), None).as_str(), "other");
        let own = document.profile_named(&name("wiki")).map(|p| p.id);
        assert_eq!(document.free_profile_name(&name("WIKI"), own).as_str(), "WIKI");
    }
}
