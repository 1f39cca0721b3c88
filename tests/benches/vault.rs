//! A vault of 10,000 profiles: what opening and saving cost on top of what cannot be avoided.
//!
//! `cargo bench --bench vault` prints criterion's figures, then the two ratios the design sets targets for, each
//! measured side by side in the same run.

#![expect(clippy::print_stdout, reason = "figures are what a bench is for")]

use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use birdkeep::domain::credential::{Origin, Retired, Slot};
use birdkeep::domain::document::Document;
use birdkeep::domain::edit::{self, Edit};
use birdkeep::domain::fields::Field;
use birdkeep::domain::fingerprint::FingerprintKey;
use birdkeep::domain::id::{AppId, ProfileId, VaultId};
use birdkeep::domain::names::{Handle, Name, UserId};
use birdkeep::domain::needs::Need;
use birdkeep::domain::profile::Profile;
use birdkeep::domain::secret::Secret;
use birdkeep::domain::time::Time;
use birdkeep::vault::seal::{self, Cost};
use birdkeep::vault::{
    self, FileStore, IdentityPath, Keyring, Loaded, Member, Own, Paths, Place, Store as _,
};
use criterion::{Criterion, criterion_group, criterion_main};
use sha2::{Digest as _, Sha256};

const PROFILES: u32 = 10_000;
const NOW: Time = Time::from_const(1_795_000_000);

/// Made-up text of a given length, different for every number.
fn text(number: u32, length: usize) -> String {
    let digest = Sha256::digest(number.to_le_bytes());
    digest.iter().cycle().take(length).map(|byte| char::from(b'a' + byte % 26)).collect()
}

/// One bot with everything a bot may have: about 1 KB.
fn profile(number: u32) -> Profile {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_le_bytes());
    let name = Name::parse(&format!("bot-{number}")).expect("a valid name");
    let mut profile = Profile::new(ProfileId::from_random(id), name, NOW);
    profile.handle = Handle::parse(&format!("bot_{number}")).ok();
    profile.user_id = UserId::parse(&format!("19000000{number}"));
    profile.app = Some(AppId::from_random([(number % 50) as u8; 16]));
    let values = [
        (Field::AccessToken, format!("19000000{number}-{}", text(number, 40))),
        (Field::AccessSecret, text(number + 1, 45)),
        (Field::Oauth2AccessToken, text(number + 2, 91)),
        (Field::Oauth2RefreshToken, text(number + 3, 91)),
    ];
    for (field, value) in values {
        profile.held.put(Slot { field, secret: Secret::new(value), changed_at: NOW, issued_at: Some(NOW) });
    }
    profile.held.history.push(Retired {
        field: Field::AccessToken,
        secret: Secret::new(text(number + 4, 50)),
        since: NOW,
        until: NOW,
        origin: Origin::Edit,
        dead_at: None,
    });
    profile.needs = [Need::Post, Need::Media].into();
    profile.tags = [Name::parse("weather").expect("valid"), Name::parse("norway").expect("valid")].into();
    profile.deployed = vec![format!("host-{}.example: /srv/bots/{number}", number % 9)];
    "Posts the weather twice a day.".clone_into(&mut profile.notes);
    profile
}

struct Bench {
    folder: tempfile::TempDir,
    store: FileStore,
    keyring: Keyring,
    loaded: Loaded,
    passphrase: Secret,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().expect("a folder");
    let store = FileStore::new(Paths {
        vault: folder.path().join("data/vault.age"),
        identity: IdentityPath::Configured(folder.path().join("config/identity.age")),
        state: folder.path().join("state"),
    });
    let own = Own::generate();
    let passphrase = Secret::new("made up for the bench");
    let identity = seal::seal_passphrase(&passphrase, Cost::PROGRAM, own.text().expose().as_bytes());
    store.create(&Place::Identity, &identity.expect("sealed")).expect("an empty folder");
    let mut document = Document::new(FingerprintKey::new([2; 32]));
    for number in 0..PROFILES {
        document.insert_profile(profile(number));
    }
    let members = vec![Member::of(Name::parse("owner").expect("valid"), &own)];
    let keyring = Keyring::of(own);
    let id = VaultId::from_random([1; 16]);
    let loaded = vault::create::<()>(&store, &keyring, id, members, document, NOW).expect("created");
    Bench { folder, store, keyring, loaded, passphrase }
}

impl Bench {
    fn identity(&self) -> Vec<u8> {
        self.store.read(&Place::Identity).expect("readable").expect("there").bytes
    }

    fn file(&self) -> Vec<u8> {
        self.store.read(&Place::Vault).expect("readable").expect("there").bytes
    }

    fn scrypt(&self) {
        black_box(seal::open_passphrase(&self.passphrase, Cost::PROGRAM, &self.identity()).expect("ours"));
    }

    fn unlock(&self) -> Loaded {
        let keyring = vault::unlock(&self.store, Some(&self.passphrase)).expect("ours");
        vault::load(&self.store, &keyring, None).expect("ours")
    }

    fn load(&self) -> Loaded {
        vault::load(&self.store, &self.keyring, None).expect("ours")
    }

    /// One edit of one profile.
    fn save(&mut self, number: u32) {
        let owner = profile(number % PROFILES).id.into();
        let value = [(Field::AccessSecret, Some(Secret::new(text(number + 9, 45))))];
        let edits: Vec<Edit> = edit::set_fields(&self.loaded.document, owner, value, Origin::Edit, NOW);
        let saved = vault::save(&self.store, &self.keyring, &self.loaded, NOW, |document| {
            edit::apply_all(document, &edits)
        });
        self.loaded = saved.expect("saved");
    }

    /// The same bytes encrypted, decrypted, hashed, written and made durable, and nothing else.
    fn unavoidable(&self, plain: &[u8]) {
        let recipient = self.keyring.first().recipient();
        let file = seal::seal(&[recipient], plain).expect("sealed");
        black_box(self.keyring.open(&file).expect("ours"));
        black_box(Sha256::digest(&file));
        let folder = self.folder.path().join("data");
        let (temp, target) = (folder.join("temp"), folder.join("bench.age"));
        write_durably(&temp, &file);
        fs::rename(&temp, &target).expect("ours");
        File::open(&folder).and_then(|folder| folder.sync_all()).expect("durable");
        File::open(folder.join("backups")).and_then(|folder| folder.sync_all()).expect("durable");
    }
}

fn write_durably(path: &Path, bytes: &[u8]) {
    let mut file = File::create(path).expect("ours");
    file.write_all(bytes).and_then(|()| file.sync_all()).expect("durable");
}

/// How long `work` takes; what it gives is dropped afterwards, as a person who unlocks keeps the vault open.
fn took<T>(mut work: impl FnMut() -> T) -> Duration {
    let begun = Instant::now();
    let given = black_box(work());
    let elapsed = begun.elapsed();
    drop(given);
    elapsed
}

/// The medians of two things done by turns, so that a busy machine troubles both alike.
fn by_turns<A, B>(
    times: usize,
    mut one: impl FnMut() -> A,
    mut other: impl FnMut() -> B,
) -> (Duration, Duration) {
    let (mut ones, mut others): (Vec<_>, Vec<_>) =
        (0..times).map(|_| (took(&mut one), took(&mut other))).unzip();
    ones.sort();
    others.sort();
    (ones[times / 2], others[times / 2])
}

fn figures() {
    let mut bench = bench();
    let file = bench.file();
    println!("a vault of {PROFILES} profiles: {} bytes sealed", file.len());
    let (unlock, scrypt) = by_turns(9, || bench.unlock(), || bench.scrypt());
    let (load, _) = by_turns(15, || bench.load(), || ());
    println!("unlock {unlock:.0?}, scrypt alone {scrypt:.0?}: {:.3} (target 1.10)", ratio(unlock, scrypt));
    println!("  of which opening the vault {load:.1?}");
    let plain = bench.keyring.open(&file).expect("ours");
    bench.save(0); // makes the folder of backups
    let mut number = 0;
    let mut saves = Vec::new();
    let mut bare = Vec::new();
    for _ in 0..15 {
        number += 1;
        let begun = Instant::now();
        bench.save(number);
        saves.push(begun.elapsed());
        let begun = Instant::now();
        bench.unavoidable(&plain);
        bare.push(begun.elapsed());
    }
    saves.sort();
    bare.sort();
    let (save, bare) = (saves[saves.len() / 2], bare[bare.len() / 2]);
    println!(
        "one edit saved {save:.1?}, encrypt + decrypt + hash + write + fsync {bare:.1?}: {:.3} (target 1.30)",
        ratio(save, bare)
    );
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

fn vault_benches(criterion: &mut Criterion) {
    let mut bench = bench();
    let mut group = criterion.benchmark_group("vault of 10,000 profiles");
    group.sample_size(10).measurement_time(Duration::from_secs(8));
    group.bench_function("unlock", |b| b.iter(|| bench.unlock()));
    group.bench_function("scrypt alone", |b| b.iter(|| bench.scrypt()));
    group.bench_function("open the vault", |b| b.iter(|| bench.load()));
    let mut number = 0;
    group.bench_function("save one edit", |b| {
        b.iter(|| {
            number += 1;
            bench.save(number);
        });
    });
    group.finish();
    figures();
}

criterion_group!(benches, vault_benches);
criterion_main!(benches);
