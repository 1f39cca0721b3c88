//! A world for tests: a store in memory, a clock that is moved by hand, randomness that counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::time::Duration;

use super::init::{Recovery, init};
use super::save::save;
use super::session::Session;
use super::world::World;
use crate::config::Settings;
use crate::domain::credential::Origin;
use crate::domain::edit::{self, Edit};
use crate::domain::fields::Field;
use crate::domain::id::ProfileId;
use crate::domain::names::Name;
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::host::quiet::QuietLoopback;
use crate::host::{Browser, Cleared, Clipboard, ClipboardError, Clock, Entropy, NoBrowser, NoEntropy};
use crate::vault::seal::{self, Cost};
use crate::vault::{MemoryStore, Place, Store};
use crate::x::wire::{Request, Sending, Transport};

/// Seconds since the epoch, moved by [`Hands::set`].
#[derive(Debug, Default)]
pub(crate) struct Hands(AtomicI64);

impl Hands {
    pub(crate) fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> Time {
        Time::from_unix(self.0.load(Ordering::Relaxed))
    }

    fn boot(&self) -> Duration {
        Duration::ZERO
    }
}

#[derive(Debug, Default)]
struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for byte in bytes {
            *byte = self.0.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

#[derive(Debug)]
struct Nowhere;

impl Clipboard for Nowhere {
    fn set(&self, _: &Secret) -> Result<(), ClipboardError> {
        Err(ClipboardError::Absent)
    }

    fn clear_if(&self, _: &Secret) -> Result<Cleared, ClipboardError> {
        Err(ClipboardError::Absent)
    }

    fn name(&self) -> &'static str {
        "nowhere"
    }
}

impl Browser for Nowhere {
    fn open(&self, _: &str) -> Result<(), NoBrowser> {
        Err(NoBrowser)
    }
}

impl Transport for Nowhere {
    fn send(&self, _: Request) -> Sending<'_> {
        unreachable!("no test of the vault asks X")
    }
}

/// A world on `store`.
pub(crate) fn world_on(store: impl Store + 'static) -> (World, Arc<Hands>) {
    let clock = Arc::new(Hands::default());
    clock.set(1_795_000_000);
    let world = World {
        transport: Arc::new(Nowhere),
        x_base: "https://api.x.com".into(),
        store: Arc::new(store),
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        entropy: Arc::new(Counting::default()),
        clipboard: Arc::new(Nowhere),
        browser: Arc::new(Nowhere),
        loopback: Arc::new(QuietLoopback::default()),
        settings: Arc::new(Settings::default()),
        banner: None,
        demo_passphrase: None,
    };
    (world, clock)
}

/// A world in memory.
pub(crate) fn world() -> World {
    world_on(MemoryStore::new("vault.age", Cost::PLAYTHING)).0
}

/// A passphrase nobody uses.
pub(crate) fn passphrase() -> Secret {
    Secret::new("made up for tests")
}

/// The file at `place`.
pub(crate) fn file(world: &World, place: &Place) -> Vec<u8> {
    world.store.read(place).expect("readable").expect("there is one").bytes
}

/// The vault's plain text, as `age -d` prints it.
pub(crate) fn plain(world: &World, session: &Session) -> String {
    let plain = session.keyring.open(&file(world, &Place::Vault)).expect("ours");
    String::from_utf8(plain.to_vec()).expect("JSON is text")
}

/// Puts `json` in the vault's place, sealed to its owner by somebody who can do no more than that.
pub(crate) fn sealed_by_an_outsider(world: &World, session: &Session, json: &str) {
    let owner = session.keyring.first().recipient();
    let file = seal::seal(&[owner], json.as_bytes()).expect("sealed");
    world.store.put(&Place::Vault, &file).expect("memory takes it");
}

/// The one profile of [`with_profile`].
pub(crate) const PROFILE: [u8; 16] = [7; 16];

/// A new vault that holds one profile without any values, at generation 2.
pub(crate) fn with_profile(world: &World) -> Session {
    let session = init(world, &passphrase(), Recovery::No).expect("an empty store").session;
    let name = Name::parse("wiki").expect("a valid name");
    let profile = Profile::new(ProfileId::from_random(PROFILE), name, world.clock.now());
    save(world, &session, vec![Edit::AddProfile(Box::new(profile))]).expect("saved")
}

/// The session after `field` of the profile got `value`.
pub(crate) fn set(world: &World, session: &Session, field: Field, value: &str) -> Session {
    let edits = edits(world, session, field, value);
    save(world, session, edits).expect("saved")
}

/// The edits that give `field` of the profile `value`.
pub(crate) fn edits(world: &World, session: &Session, field: Field, value: &str) -> Vec<Edit> {
    let owner = ProfileId::from_random(PROFILE).into();
    let values = [(field, Some(Secret::new(value)))];
    edit::set_fields(session.document(), owner, values, Origin::Edit, world.clock.now())
}

/// What `field` of the profile holds.
pub(crate) fn value(session: &Session, field: Field) -> Option<String> {
    let held = session.document().held(ProfileId::from_random(PROFILE).into())?;
    held.secret(field).map(|secret| secret.expose().to_owned())
}
