//! Makes a vault: identity first, then the empty vault, and a recovery key where one is wanted.

use std::sync::Arc;

use super::session::Session;
use super::world::World;
use super::{save, unlock};
use crate::domain::document::Document;
use crate::domain::fingerprint::FingerprintKey;
use crate::domain::id::VaultId;
use crate::domain::names::Name;
use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};
use crate::vault::{self, Keyring, Member, Own, Place, seal};

/// How many words a suggested passphrase has: 66 bits.
const WORDS: usize = 6;

/// Whether a recovery key is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// One more member of the vault, whose secret is shown once, for paper.
    Yes,
    /// None: without identity or passphrase the vault is lost.
    No,
}

/// A vault just made.
#[derive(Debug)]
pub struct Created {
    /// The vault, open.
    pub session: Session,
    /// The secret of the recovery key, to be shown once.
    pub recovery_key: Option<Secret>,
}

/// How well a passphrase withstands guessing. A hint, never a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Guessed in no time.
    Weak,
    /// Withstands a while.
    Fair,
    /// Withstands a determined guesser.
    Good,
    /// Beyond guessing.
    Strong,
}

impl Strength {
    /// What a person reads.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Fair => "fair",
            Self::Good => "good",
            Self::Strong => "strong",
        }
    }
}

/// Makes identity and vault. An identity that is there already is used, if `passphrase` opens it.
///
/// # Errors
/// A vault that is there already, an empty passphrase, an identity it does not open, files that cannot be written.
pub fn init(world: &World, passphrase: &Secret, recovery: Recovery) -> Result<Created, Failure> {
    if passphrase.is_empty() {
        return Err(Failure::new(
            Kind::Usage,
            "the passphrase is empty",
            "it is all that protects the identity file",
            "choose one; a few random words are best",
        ));
    }
    if world.store.stamp().is_some() {
        return Err(Failure::new(
            Kind::Usage,
            "there is a vault already",
            format!("{} is there, and nothing overwrites a vault", world.store.path(&Place::Vault)),
            "open it with `birdkeep`, or name another place with --vault",
        ));
    }
    let vault = VaultId::from_random(random(world)?);
    let document = Document::new(FingerprintKey::new(random(world)?));
    let keyring = identity(world, passphrase)?;
    let own = keyring.first();
    let mut members = vec![Member::of(name("owner")?, own)];
    let recovery = (recovery == Recovery::Yes).then(Own::generate);
    if let Some(key) = &recovery {
        // Each vouches for the other, so that either is enough to trust the vault on another machine.
        members.push(Member::of(name("recovery key")?, key).endorsed_by(own, vault));
        members[0] = members[0].clone().endorsed_by(key, vault);
    }
    let created = vault::create(&*world.store, &keyring, vault, members, document, world.clock.now());
    let loaded = created.map_err(save::failure::<()>)?;
    let session = Session::new(world, Arc::new(keyring), loaded);
    Ok(Created { session, recovery_key: recovery.map(|key| key.text()) })
}

/// The identity that is there, or a new one sealed under `passphrase`.
fn identity(world: &World, passphrase: &Secret) -> Result<Keyring, Failure> {
    let store = &*world.store;
    let there = store.read(&Place::Identity).map_err(|error| unlock::failure(error.into()))?;
    if there.is_some() {
        return vault::unlock(store, Some(passphrase)).map_err(unlock::failure);
    }
    let own = Own::generate();
    let text = zeroize::Zeroizing::new(format!(
        "# created: {}\n# public key: {}\n{}\n",
        world.clock.now(),
        own.recipient(),
        own.text().expose()
    ));
    let not_written = |error: &vault::StoreError| unlock::store_failure("not saved", error, Kind::NotSaved);
    let file = seal::seal_passphrase(passphrase, store.cost(), text.as_bytes());
    let file = file.map_err(|error| {
        Failure::new(Kind::NotSaved, "the identity was not made", error.to_string(), "try again")
    })?;
    store.create(&Place::Identity, &file).map_err(|error| not_written(&error))?;
    Ok(Keyring::of(own))
}

/// Random words for a passphrase; empty when the system gives no random bytes.
pub fn suggest_passphrase(world: &World) -> Secret {
    let words = bip39::Language::English.word_list();
    let mut picked = zeroize::Zeroizing::new(String::new());
    for number in 0..WORDS {
        // 2,048 words: eleven bits choose one, each as likely as the next.
        let Ok(bytes) = random(world) else { return Secret::new("") };
        let index = usize::from(u16::from_be_bytes(bytes)) % words.len();
        if number > 0 {
            picked.push(' ');
        }
        picked.push_str(words[index]);
    }
    Secret::new(picked.as_str())
}

/// How well `passphrase` withstands guessing.
pub fn strength(passphrase: &Secret) -> Strength {
    // The estimate takes long for long texts, and needs no more than this to be sure.
    let start: String = passphrase.expose().chars().take(72).collect();
    let start = zeroize::Zeroizing::new(start);
    match u8::from(zxcvbn::zxcvbn(&start, &[]).score()) {
        0 | 1 => Strength::Weak,
        2 => Strength::Fair,
        3 => Strength::Good,
        _ => Strength::Strong,
    }
}

fn name(text: &str) -> Result<Name, Failure> {
    Name::parse(text).map_err(|error| Failure::new(Kind::Usage, "no name", error.to_string(), "try again"))
}

fn random<const N: usize>(world: &World) -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    world.entropy.fill(&mut bytes).map_err(|error| {
        Failure::new(Kind::NotSaved, "no randomness", error.to_string(), "try again in a moment")
    })?;
    Ok(bytes)
}
