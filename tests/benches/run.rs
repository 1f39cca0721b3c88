//! What `birdkeep run` costs before the bot begins, with an unencrypted identity: `/bin/true` through it and by itself,
//! by turns, from the start of the process to its end. Beside it `get`, which reads one bot as well, and `show`, which
//! reads all of them.
//!
//! `cargo bench --bench run` prints the medians and what each takes more, for which the design sets a target, and what
//! cannot be had for less: the same file read, decrypted and hashed, and nothing else.

#![expect(clippy::print_stdout, reason = "figures are what a bench is for")]

use std::fs;
use std::hint::black_box;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use birdkeep::domain::app::App;
use birdkeep::domain::credential::Slot;
use birdkeep::domain::document::Document;
use birdkeep::domain::fields::Field;
use birdkeep::domain::fingerprint::FingerprintKey;
use birdkeep::domain::id::{AppId, ProfileId, VaultId};
use birdkeep::domain::names::Name;
use birdkeep::domain::profile::Profile;
use birdkeep::domain::secret::Secret;
use birdkeep::domain::time::Time;
use birdkeep::vault::{self, FileStore, IdentityPath, Keyring, Member, Own, Paths};
use sha2::{Digest as _, Sha256};

const NOW: Time = Time::from_const(1_795_000_000);
/// How often each is run.
const TIMES: usize = 60;

fn slot(field: Field, value: &str) -> Slot {
    Slot { field, secret: Secret::new(value), changed_at: NOW, issued_at: None }
}

/// A home with a vault of `bots` bots on one app, and the keys that open it.
fn home(bots: u32) -> (tempfile::TempDir, Keyring) {
    let home = tempfile::tempdir().expect("a folder");
    let at = |name: &str| home.path().join(name);
    let mut app = App::new(AppId::from_random([9; 16]), Name::parse("bots").expect("a name"), NOW);
    app.held.put(slot(Field::ApiKey, "made-up-key"));
    app.held.put(slot(Field::ApiSecret, "made-up-secret"));
    let mut document = Document::new(FingerprintKey::new([2; 32]));
    for number in 0..bots {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&number.to_le_bytes());
        let name = Name::parse(&format!("bot-{number}")).expect("a name");
        let mut bot = Profile::new(ProfileId::from_random(id), name, NOW);
        bot.app = Some(app.id);
        bot.held
            .put(slot(Field::AccessToken, &format!("{number}-made-up-token-of-the-usual-length-of-fifty")));
        bot.held.put(slot(Field::AccessSecret, "made-up-access-secret-of-the-usual-length-45"));
        document.insert_profile(bot);
    }
    document.insert_app(app);
    let own = Own::generate();
    let identity = at("config/birdkeep/identity.age");
    fs::create_dir_all(at("config/birdkeep")).expect("a folder");
    fs::write(&identity, own.text().expose()).expect("written");
    fs::set_permissions(&identity, fs::Permissions::from_mode(0o600)).expect("ours");
    let store = FileStore::new(Paths {
        vault: at("data/birdkeep/vault.age"),
        identity: IdentityPath::Configured(identity),
        state: at("state/birdkeep"),
    });
    let members = vec![Member::of(Name::parse("owner").expect("valid"), &own)];
    let id = VaultId::from_random([1; 16]);
    let keyring = Keyring::of(own);
    vault::create::<()>(&store, &keyring, id, members, document, NOW).expect("created");
    (home, keyring)
}

fn took(mut command: Command, home: &Path) -> Duration {
    command
        .env_clear()
        .env("HOME", home)
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    for (name, folder) in [("CONFIG", "config"), ("DATA", "data"), ("STATE", "state")] {
        command.env(format!("XDG_{name}_HOME"), home.join(folder));
    }
    let begun = Instant::now();
    let status = command.status().expect("it starts");
    let took = begun.elapsed();
    assert!(status.success(), "{status}");
    took
}

/// Reads, decrypts and hashes the vault in `home`: what whoever is handed one value of it has to do at least.
fn unavoidable(home: &Path, keyring: &Keyring) -> Duration {
    let begun = Instant::now();
    let file = fs::read(home.join("data/birdkeep/vault.age")).expect("readable");
    let plain = keyring.open(&file).expect("ours");
    black_box(Sha256::digest(&*plain));
    begun.elapsed()
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

const COMMANDS: [&[&str]; 3] =
    [&["run", "bot-0", "--", "/bin/true"], &["get", "bot-0", "access_token"], &["show", "bot-0"]];

fn main() {
    for bots in [1, 400, 10_000] {
        let (home, keyring) = home(bots);
        let home = home.path();
        // The first finds nothing in the caches.
        took(birdkeep(COMMANDS[0]), home);
        let mut with = COMMANDS.map(|_| Vec::new());
        let (mut without, mut least) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            for (times, args) in with.iter_mut().zip(COMMANDS) {
                times.push(took(birdkeep(args), home));
            }
            without.push(took(Command::new("/bin/true"), home));
            least.push(unavoidable(home, &keyring));
        }
        let (without, least) = (median(without), median(least));
        println!("a vault of {bots}: /bin/true alone {without:.1?}, read + decrypt + hash {least:.1?}");
        for (times, args) in with.into_iter().zip(COMMANDS) {
            let with = median(times);
            println!("  {} {with:.1?}: {:.1?} more", args[0], with.saturating_sub(without));
        }
    }
    println!("the target of run is 20 ms more");
}

fn birdkeep(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_birdkeep"));
    command.args(args);
    command
}
