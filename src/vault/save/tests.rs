use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use super::*;
use crate::domain::fingerprint::FingerprintKey;
use crate::domain::id::{HolderId, ProfileId};
use crate::domain::names::Name;
use crate::domain::secret::Secret;
use crate::vault::seal::Cost;
use crate::vault::store::{Backup, Contents, Stamp, Warning};
use crate::vault::{MemoryStore, PendingFile, PendingStore, load};

const NOW: Time = Time::from_const(1_795_000_000);

/// What somebody else does to the files right after each replacement.
type Meddling = Box<dyn FnMut(&MemoryStore) + Send>;

/// A store on which somebody else meddles, marks cannot be written, or nobody can be locked out.
struct Meddled {
    inner: MemoryStore,
    after_replace: Mutex<Meddling>,
    refuses_marks: bool,
    knows_locks: bool,
}

impl fmt::Debug for Meddled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl Meddled {
    fn by(inner: &MemoryStore, meddling: impl FnMut(&MemoryStore) + Send + 'static) -> Self {
        let after_replace: Mutex<Meddling> = Mutex::new(Box::new(meddling));
        Self { inner: inner.clone(), after_replace, refuses_marks: false, knows_locks: true }
    }
}

impl PendingStore for Meddled {
    fn pending_path(&self, profile: ProfileId) -> String {
        self.inner.pending_path(profile)
    }
    fn lock_refresh(&self, profile: ProfileId, patience: Duration) -> Result<Lock, StoreError> {
        self.inner.lock_refresh(profile, patience)
    }
    fn holder(&self) -> Result<Option<HolderId>, StoreError> {
        self.inner.holder()
    }
    fn keep_holder(&self, holder: HolderId) -> Result<(), StoreError> {
        self.inner.keep_holder(holder)
    }
    fn trail(&self, profile: ProfileId) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.trail(profile)
    }
    fn put_trail(&self, profile: ProfileId, bytes: &[u8]) -> Result<(), StoreError> {
        self.inner.put_trail(profile, bytes)
    }
    fn remove_trail(&self, profile: ProfileId) -> Result<(), StoreError> {
        self.inner.remove_trail(profile)
    }
    fn begin_pending(&self, profile: ProfileId, bytes: &[u8]) -> Result<Box<dyn PendingFile>, StoreError> {
        self.inner.begin_pending(profile, bytes)
    }
    fn pending(&self, profile: ProfileId) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.pending(profile)
    }
    fn pendings(&self) -> Result<Vec<ProfileId>, StoreError> {
        self.inner.pendings()
    }
    fn remove_pending(&self, profile: ProfileId) -> Result<(), StoreError> {
        self.inner.remove_pending(profile)
    }
}

impl Store for Meddled {
    fn name(&self) -> String {
        self.inner.name()
    }
    fn path(&self, place: &Place) -> String {
        self.inner.path(place)
    }
    fn identity_was_found(&self) -> bool {
        self.inner.identity_was_found()
    }
    fn cost(&self) -> Cost {
        self.inner.cost()
    }
    fn lock(&self) -> Result<Lock, StoreError> {
        if self.knows_locks { self.inner.lock() } else { Ok(Lock::none()) }
    }
    fn stamp(&self) -> Option<Stamp> {
        self.inner.stamp()
    }
    fn read(&self, place: &Place) -> Result<Option<Contents>, StoreError> {
        self.inner.read(place)
    }
    fn try_vault(&self, lock: &Lock, bytes: &[u8]) -> Result<(), StoreError> {
        self.inner.try_vault(lock, bytes)
    }
    fn replace_vault(&self, lock: &Lock, bytes: &[u8], old: Option<&BackupName>) -> Result<(), StoreError> {
        self.inner.replace_vault(lock, bytes, old)?;
        (self.after_replace.lock().expect("no panic"))(&self.inner);
        Ok(())
    }
    fn put(&self, place: &Place, bytes: &[u8]) -> Result<(), StoreError> {
        if self.refuses_marks && matches!(place, Place::Seen(_)) {
            return Err(StoreError::Exposed { path: "state".to_owned() });
        }
        self.inner.put(place, bytes)
    }
    fn create(&self, place: &Place, bytes: &[u8]) -> Result<(), StoreError> {
        self.inner.create(place, bytes)
    }
    fn adopt_identity(&self) -> Result<(), StoreError> {
        self.inner.adopt_identity()
    }
    fn remove(&self, place: &Place) -> Result<(), StoreError> {
        self.inner.remove(place)
    }
    fn backups(&self) -> Result<Vec<Backup>, StoreError> {
        self.inner.backups()
    }
    fn marks(&self) -> Result<Vec<VaultId>, StoreError> {
        self.inner.marks()
    }
    fn warnings(&self) -> Vec<Warning> {
        self.inner.warnings()
    }
    fn read_named(&self, path: &str) -> Result<Vec<u8>, StoreError> {
        self.inner.read_named(path)
    }
    fn write_named(&self, path: &str, bytes: &[u8], over: crate::vault::Over) -> Result<(), StoreError> {
        self.inner.write_named(path, bytes, over)
    }
}

fn vault() -> (MemoryStore, Keyring, Loaded) {
    let store = MemoryStore::new("vault.age", Cost::PLAYTHING);
    let keyring = Keyring::of(Own::generate());
    let members = vec![Member::of(Name::parse("owner").expect("valid"), keyring.first())];
    let document = Document::new(FingerprintKey::new([2; 32]));
    let id = VaultId::from_random([1; 16]);
    let loaded = create::<()>(&store, &keyring, id, members, document, NOW).expect("an empty store");
    (store, keyring, loaded)
}

fn noted(store: &dyn Store, keyring: &Keyring, base: &Loaded, note: &str) -> Result<Loaded, SaveError<()>> {
    save(store, keyring, base, NOW, |document| {
        let mut next = document.clone();
        next.unknown.0.insert(note.into(), Secret::new("1"));
        Ok(next)
    })
}

fn notes(loaded: &Loaded) -> Vec<String> {
    loaded.document.unknown.0.keys().map(ToString::to_string).collect()
}

fn vault_file(store: &MemoryStore) -> Vec<u8> {
    store.read(&Place::Vault).expect("readable").expect("there").bytes
}

#[test]
fn a_folder_replaced_once_while_saving_is_merged_into() {
    let (store, keyring, first) = vault();
    // A synchroniser brings a save of another machine, grown from the same one, right after ours.
    let elsewhere = MemoryStore::new("vault.age", Cost::PLAYTHING);
    elsewhere.put(&Place::Vault, &vault_file(&store)).expect("memory");
    noted(&elsewhere, &keyring, &first, "theirs").expect("saved");
    let theirs = vault_file(&elsewhere);
    let mut once = Some(theirs);
    let meddled = Meddled::by(&store, move |store| {
        if let Some(file) = once.take() {
            store.put(&Place::Vault, &file).expect("memory");
        }
    });
    let saved = noted(&meddled, &keyring, &first, "ours").expect("merged");
    assert_eq!(notes(&saved), ["ours", "theirs"]);
    assert_eq!(notes(&load(&store, &keyring, None).expect("opens")), ["ours", "theirs"]);
}

#[test]
fn a_folder_replaced_again_and_again_is_not_called_saved() {
    let (store, keyring, first) = vault();
    let old = vault_file(&store);
    let meddled = Meddled::by(&store, move |store| store.put(&Place::Vault, &old).expect("memory"));
    assert!(matches!(noted(&meddled, &keyring, &first, "ours"), Err(SaveError::Replaced)));
}

#[test]
fn a_save_somebody_has_built_upon_is_a_save() {
    let (store, keyring, first) = vault();
    let theirs = keyring.clone();
    let mut once = true;
    let meddled = Meddled {
        knows_locks: false,
        ..Meddled::by(&store, move |store| {
            if std::mem::take(&mut once) {
                let ours = Meddled { knows_locks: false, ..Meddled::by(store, |_| {}) };
                let loaded = load(&ours, &theirs, None).expect("ours");
                noted(&ours, &theirs, &loaded, "theirs").expect("saved");
            }
        })
    };
    let saved = noted(&meddled, &keyring, &first, "ours").expect("saved");
    assert_eq!((notes(&saved), saved.generation), (vec!["ours".to_owned(), "theirs".to_owned()], 3));
    assert!(saved.notices.contains(&Notice::NoLocks));
}

#[test]
fn a_mark_that_cannot_be_written_only_warns() {
    let (store, keyring, first) = vault();
    let meddled = Meddled { refuses_marks: true, ..Meddled::by(&store, |_| {}) };
    let saved = noted(&meddled, &keyring, &first, "ours").expect("saved all the same");
    assert_eq!(saved.notices, [Notice::MarkNotKept]);
    assert_eq!(notes(&load(&store, &keyring, None).expect("grew from the mark")), ["ours"]);
}

#[test]
fn every_save_names_its_ancestors_newest_first_and_no_more_than_may_be() {
    let (store, keyring, mut loaded) = vault();
    let mut ids = vec![loaded.id];
    for number in 0..ANCESTORS_MAX + 5 {
        loaded = noted(&store, &keyring, &loaded, &format!("{}", number % 3)).expect("saved");
        ids.insert(0, loaded.id);
    }
    assert_eq!(loaded.ancestors.len(), ANCESTORS_MAX);
    assert_eq!(loaded.ancestors, ids[1..=ANCESTORS_MAX]);
    assert_eq!(load(&store, &keyring, None).expect("opens").ancestors, loaded.ancestors);
}

#[test]
fn someone_more_than_the_ancestors_behind_is_told_and_not_stopped() {
    let (store, keyring, first) = vault();
    let seen = store.read(&Place::Seen(first.vault)).expect("readable").expect("there").bytes;
    let mut loaded = first;
    for _ in 0..=ANCESTORS_MAX {
        loaded = noted(&store, &keyring, &loaded, "x").expect("saved");
    }
    store.put(&Place::Seen(loaded.vault), &seen).expect("memory");
    assert_eq!(load(&store, &keyring, None).expect("opens").notices, [Notice::FarBehind]);
    assert_eq!(load(&store, &keyring, None).expect("opens").notices, [], "the mark has moved");
}

#[test]
fn nothing_is_saved_by_who_is_not_a_member() {
    let (store, keyring, first) = vault();
    let stranger = Keyring::of(Own::generate());
    assert!(matches!(noted(&store, &stranger, &first, "x"), Err(SaveError::NotAMember)));
    let both =
        Keyring::parse(&format!("{}\n{}", stranger.first().text().expose(), keyring.first().text().expose()));
    let saved = noted(&store, &both.expect("two identities"), &first, "x").expect("one of them is");
    assert_eq!(saved.signer, keyring.first().public(), "the first that is a member signs");
}

#[test]
fn the_counter_has_an_end() {
    let (store, keyring, first) = vault();
    let last = Loaded { generation: GENERATION_END - 1, ..first };
    assert!(matches!(noted(&store, &keyring, &last, "x"), Err(SaveError::Exhausted)));
}
