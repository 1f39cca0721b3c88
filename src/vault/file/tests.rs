use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use super::*;
use crate::domain::document::Document;
use crate::domain::fingerprint::FingerprintKey;
use crate::domain::names::Name;
use crate::domain::time::Time;
use crate::vault::{self, Keyring, Loaded, Member, Notice, OpenError, Own, SaveError};

/// A vault in a folder of its own.
struct Bench {
    folder: tempfile::TempDir,
    store: FileStore,
    keyring: Keyring,
}

const NOW: Time = Time::from_const(1_795_000_000);

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let paths = Paths {
            vault: folder.path().join("data/vault.age"),
            identity: IdentityPath::Configured(folder.path().join("config/identity.age")),
            state: folder.path().join("state"),
        };
        let store = FileStore::new(paths).costing(Cost::PLAYTHING);
        Self { folder, store, keyring: Keyring::of(Own::generate()) }
    }

    fn with_vault() -> (Self, Loaded) {
        let bench = Self::new();
        let members = vec![Member::of(name("owner"), bench.keyring.first())];
        let id = VaultId::from_random([1; 16]);
        let document = Document::new(FingerprintKey::new([2; 32]));
        let created = vault::create::<()>(&bench.store, &bench.keyring, id, members, document, NOW);
        let created = created.expect("an empty folder");
        (bench, created)
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn save(&self, base: &Loaded, note: &str) -> Result<Loaded, SaveError<()>> {
        vault::save(&self.store, &self.keyring, base, NOW, |document| {
            let mut next = document.clone();
            next.unknown.0.insert(note.into(), crate::domain::secret::Secret::new("1"));
            Ok(next)
        })
    }

    fn load(&self) -> Result<Loaded, OpenError> {
        vault::load(&self.store, &self.keyring, None)
    }

    fn names(&self, below: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(below))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("a valid name")
}

fn mode(path: PathBuf) -> u32 {
    fs::metadata(path).expect("it is there").mode() & 0o777
}

fn chmod(path: PathBuf, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("ours");
}

#[test]
fn a_save_leaves_the_new_file_the_old_one_as_a_backup_and_nothing_else() {
    let (bench, first) = Bench::with_vault();
    let second = bench.save(&first, "a").expect("saved");
    assert_eq!(bench.names("data"), ["backups", "vault.age", "vault.lock"]);
    assert_eq!(bench.names("data/backups"), [first.backup().to_string()]);
    assert_eq!(bench.names("state"), [format!("{}.seen", first.vault)]);
    for (path, wanted) in [
        ("data", 0o700),
        ("data/vault.age", 0o600),
        ("data/vault.lock", 0o600),
        ("data/backups", 0o700),
        ("state", 0o700),
    ] {
        assert_eq!(mode(bench.path(path)), wanted, "{path}");
    }
    let loaded = bench.load().expect("opens");
    assert_eq!((loaded.id, loaded.generation, loaded.stamp), (second.id, 2, second.stamp));
    assert_eq!(loaded.notices, []);
}

#[test]
fn ten_backups_are_kept_the_newest() {
    let (bench, mut loaded) = Bench::with_vault();
    for number in 0..14 {
        loaded = bench.save(&loaded, &format!("n{number}")).expect("saved");
    }
    let kept: Vec<Option<u64>> =
        bench.store.backups().expect("readable").iter().map(|backup| backup.name.generation).collect();
    assert_eq!(kept, (5..=14).rev().map(Some).collect::<Vec<_>>());
}

#[test]
fn saves_that_nobody_made_use_up_one_backup_and_none_of_the_ten() {
    let (bench, mut loaded) = Bench::with_vault();
    let (store, keyring) = (&bench.store, &bench.keyring);
    for _ in 0..6 {
        for _ in 0..3 {
            let same = vault::save_unattended::<()>(store, keyring, &loaded, NOW, |old| Ok(old.clone()));
            loaded = same.expect("saved");
        }
        loaded = bench.save(&loaded, "a person's").expect("saved");
    }
    let kept: Vec<String> =
        store.backups().expect("readable").iter().map(|backup| backup.name.to_string()).collect();
    let (auto, people): (Vec<_>, Vec<_>) = kept.iter().partition(|name| name.starts_with("auto-24-"));
    assert_eq!((auto.len(), people.len()), (1, 6), "{kept:?}");
    let generations: Vec<_> = people.iter().filter_map(|name| name.split('-').next()).collect();
    assert_eq!(generations, ["21", "17", "13", "9", "5", "1"]);
    for name in kept {
        assert_eq!(vault::BackupName::parse(&name).expect("ours").to_string(), name);
    }
    assert_eq!(vault::BackupName::parse("auto-unreadable-0123456789ab.age"), None);
}

#[test]
fn a_rehearsal_changes_nothing_and_tells_what_a_save_would_meet() {
    let (bench, first) = Bench::with_vault();
    let names = bench.names("data");
    vault::rehearse(&bench.store, &bench.keyring, &first, NOW).expect("it could be saved");
    assert_eq!(bench.names("data").len(), names.len() + 1, "but for the folder of backups");
    assert_eq!(bench.names("data/backups"), [""; 0]);
    assert_eq!(bench.load().expect("opens").id, first.id);
    let stranger = Keyring::of(Own::generate());
    let refused = vault::rehearse(&bench.store, &stranger, &first, NOW).expect_err("no member");
    assert!(matches!(refused, SaveError::NotAMember));
    fs::remove_dir_all(bench.path("data/backups")).expect("ours");
    fs::write(bench.path("data/backups"), "in the way").expect("ours");
    let refused = vault::rehearse(&bench.store, &bench.keyring, &first, NOW).expect_err("no backups");
    assert!(matches!(refused, SaveError::Store(_)));
}

#[test]
fn two_vaults_in_one_folder_keep_their_own_backups() {
    let (bench, loaded) = Bench::with_vault();
    bench.save(&loaded, "a").expect("saved");
    let paths = Paths { vault: bench.path("data/team.age"), ..bench.store.paths.clone() };
    let team = FileStore::new(paths).costing(Cost::PLAYTHING);
    let members = vec![Member::of(name("owner"), bench.keyring.first())];
    let document = Document::new(FingerprintKey::new([2; 32]));
    let id = VaultId::from_random([9; 16]);
    let base = vault::create::<()>(&team, &bench.keyring, id, members, document, NOW).expect("created");
    vault::save::<()>(&team, &bench.keyring, &base, NOW, |document| Ok(document.clone())).expect("saved");
    assert_eq!(team.backups().expect("readable").len(), 1);
    assert_eq!(bench.store.backups().expect("readable").len(), 1);
}

#[test]
fn a_saved_vault_stays_readable_for_its_group_and_for_nobody_else() {
    let (bench, first) = Bench::with_vault();
    chmod(bench.path("data/vault.age"), 0o664);
    bench.save(&first, "a").expect("saved");
    assert_eq!(mode(bench.path("data/vault.age")), 0o640);
}

#[test]
fn final_names_are_not_followed_through_links_but_folders_are() {
    let (bench, first) = Bench::with_vault();
    fs::rename(bench.path("data"), bench.path("elsewhere")).expect("ours");
    symlink(bench.path("elsewhere"), bench.path("data")).expect("a link");
    let second = bench.save(&first, "a").expect("a folder may be a link");
    fs::rename(bench.path("data/vault.age"), bench.path("real.age")).expect("ours");
    symlink(bench.path("real.age"), bench.path("data/vault.age")).expect("a link");
    assert!(matches!(bench.load(), Err(OpenError::Store(StoreError::Link { .. }))));
    let refused = bench.save(&second, "b");
    assert!(matches!(refused, Err(SaveError::Open(OpenError::Store(StoreError::Link { .. })))));
    fs::remove_file(bench.path("data/vault.age")).expect("ours");
    fs::rename(bench.path("real.age"), bench.path("data/vault.age")).expect("ours");
    fs::remove_file(bench.path("data/vault.lock")).expect("ours");
    symlink(bench.path("nowhere"), bench.path("data/vault.lock")).expect("a link");
    assert!(matches!(bench.save(&second, "b"), Err(SaveError::Store(StoreError::Link { .. }))));
    assert!(!bench.path("nowhere").exists());
}

#[test]
fn what_is_not_a_plain_file_is_refused_at_once() {
    let bench = Bench::new();
    fs::create_dir_all(bench.path("data/vault.age")).expect("a folder");
    assert!(matches!(bench.load(), Err(OpenError::Store(StoreError::NotAFile { .. }))));
    fs::remove_dir(bench.path("data/vault.age")).expect("empty");
    // Nobody writes to this pipe: opening it the usual way would wait for ever.
    let made = Command::new("mkfifo").arg(bench.path("data/vault.age")).status();
    if made.is_ok_and(|status| status.success()) {
        assert!(matches!(bench.load(), Err(OpenError::Store(StoreError::NotAFile { .. }))));
    }
}

#[test]
fn a_giant_file_is_refused_without_reading_it() {
    let (bench, loaded) = Bench::with_vault();
    let file = fs::OpenOptions::new().write(true).open(bench.path("data/vault.age")).expect("ours");
    file.set_len(1 << 30).expect("sparse");
    assert!(matches!(bench.load(), Err(OpenError::Store(StoreError::TooBig { .. }))));
    assert!(bench.save(&loaded, "a").is_err());
    fs::create_dir_all(bench.path("config")).expect("a folder");
    fs::write(bench.path("config/identity.age"), vec![b'#'; 70_000]).expect("written");
    assert!(matches!(vault::unlock(&bench.store, None), Err(OpenError::Store(StoreError::TooBig { .. }))));
}

#[test]
fn an_identity_in_the_clear_must_be_private() {
    let bench = Bench::new();
    fs::create_dir_all(bench.path("config")).expect("a folder");
    let path = bench.path("config/identity.age");
    fs::write(&path, bench.keyring.first().text().expose()).expect("written");
    for (bits, accepted) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o660, false)] {
        chmod(path.clone(), bits);
        assert_eq!(vault::unlock(&bench.store, None).is_ok(), accepted, "{bits:o}");
    }
}

#[test]
fn a_state_folder_that_others_can_read_is_refused_and_a_vault_only_warned_about() {
    let (bench, loaded) = Bench::with_vault();
    chmod(bench.path("data/vault.age"), 0o644);
    chmod(bench.path("data"), 0o755);
    assert_eq!(bench.load().expect("a git clone").notices, [Notice::Store(Warning::VaultReadable)]);
    chmod(bench.path("data"), 0o777);
    assert!(bench.load().expect("opens").notices.contains(&Notice::Store(Warning::FolderWritable)));
    chmod(bench.path("state"), 0o750);
    assert!(matches!(bench.load(), Err(OpenError::Store(StoreError::Exposed { .. }))));
    assert!(bench.save(&loaded, "a").is_err());
}

#[test]
fn the_lock_keeps_others_out_until_it_is_dropped_and_is_never_removed() {
    let (bench, _) = Bench::with_vault();
    let inode = || fs::metadata(bench.path("data/vault.lock")).expect("there").ino();
    let before = inode();
    let lock = bench.store.lock().expect("free");
    assert!(lock.excludes);
    let store = bench.store.clone();
    let (done, waiting) = std::sync::mpsc::channel();
    let other = std::thread::spawn(move || {
        let lock = store.lock();
        done.send(()).expect("someone waits");
        lock.is_ok()
    });
    assert!(waiting.recv_timeout(std::time::Duration::from_millis(50)).is_err(), "it waits");
    drop(lock);
    assert!(other.join().expect("no panic"));
    assert_eq!(inode(), before);
}

#[test]
fn a_lock_file_that_was_replaced_is_locked_again() {
    let (bench, _) = Bench::with_vault();
    let stale = bench.store.lock().expect("free");
    fs::remove_file(bench.path("data/vault.lock")).expect("someone cleaned up");
    let fresh = bench.store.lock().expect("a new file");
    assert!(fresh.excludes && stale.excludes);
    let other = File::open(bench.path("data/vault.lock")).expect("there");
    assert!(other.try_lock().is_err(), "the file at the path is the one that is locked");
}

#[test]
fn many_hands_saving_at_once_lose_nothing() {
    const HANDS: usize = 8;
    const SAVES: usize = 5;
    let (bench, first) = Bench::with_vault();
    let bench = Arc::new(bench);
    let hands: Vec<_> = (0..HANDS)
        .map(|hand| {
            let (bench, mut loaded) = (Arc::clone(&bench), first.clone());
            std::thread::spawn(move || {
                for save in 0..SAVES {
                    loaded = bench.save(&loaded, &format!("{hand}-{save}")).expect("saved");
                }
            })
        })
        .collect();
    for hand in hands {
        hand.join().expect("no panic");
    }
    let last = bench.load().expect("opens");
    assert_eq!(last.document.unknown.0.len(), HANDS * SAVES);
    assert_eq!(last.generation, u64::try_from(1 + HANDS * SAVES).expect("few"));
}

#[test]
fn what_a_killed_save_left_behind_is_swept_up_by_the_next() {
    let (bench, first) = Bench::with_vault();
    let (seen, own) = (format!(".{}.seen", first.vault), std::process::id());
    // No process has this number: Linux counts to 2^22, macOS to 99,998.
    let (gone, alive) = (format!("{seen}.2000000000.x.tmp"), format!("{seen}.{own}.x.tmp"));
    for left in [
        "data/.vault.age.1.x.tmp",
        "data/.other.age.1.x.tmp",
        &format!("state/{gone}"),
        &format!("state/{alive}"),
    ] {
        fs::write(bench.path(left), "half").expect("written");
    }
    bench.save(&first, "a").expect("saved");
    // Under the lock nobody else writes a vault; beside it, other processes may be at work.
    assert_eq!(bench.names("data"), [".other.age.1.x.tmp", "backups", "vault.age", "vault.lock"]);
    assert_eq!(bench.names("state"), [alive, format!("{}.seen", first.vault)]);
}

#[test]
fn a_file_is_created_only_where_there_is_none() {
    let bench = Bench::new();
    bench.store.create(&Place::Identity, b"one").expect("nothing there");
    let again = bench.store.create(&Place::Identity, b"two");
    assert!(matches!(again, Err(StoreError::Exists { .. })));
    assert_eq!(fs::read(bench.path("config/identity.age")).expect("there"), b"one");
    assert_eq!(bench.names("config"), ["identity.age"]);
    assert_eq!(mode(bench.path("config/identity.age")), 0o600);
}

#[test]
fn a_folder_swapped_under_a_save_is_noticed() {
    // The whole folder is replaced between writing and reading again: what is there is neither ours nor grown
    // from ours.
    let (bench, first) = Bench::with_vault();
    let second = bench.save(&first, "a").expect("saved");
    fs::rename(bench.path("data"), bench.path("ours")).expect("ours");
    fs::create_dir(bench.path("data")).expect("a new folder");
    let old = bench.path("ours/backups").join(first.backup().to_string());
    fs::copy(old, bench.path("data/vault.age")).expect("an older copy");
    let refused = bench.save(&second, "b");
    assert!(matches!(refused, Err(SaveError::Open(OpenError::RolledBack { found: 1, seen: 2 }))));
}

#[test]
fn errors_name_the_file_and_what_the_system_said() {
    let bench = Bench::new();
    let error = bench.store.read_named("/nowhere/at/all").expect_err("nothing there");
    assert_eq!(error.to_string(), "reading /nowhere/at/all: no such file or directory");
    assert_eq!(bench.store.read(&Place::Vault).expect("fine").map(|_| ()), None);
    assert!(matches!(bench.load(), Err(OpenError::NoVault(_))));
    assert!(!bench.path("data").exists(), "looking makes nothing");
}
