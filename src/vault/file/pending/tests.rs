use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

use super::*;
use crate::vault::{IdentityPath, Paths};

struct Bench {
    folder: tempfile::TempDir,
    store: FileStore,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let paths = Paths {
            vault: folder.path().join("data/vault.age"),
            identity: IdentityPath::Configured(folder.path().join("config/identity.age")),
            state: folder.path().join("state"),
        };
        Self { folder, store: FileStore::new(paths) }
    }

    fn pending(&self) -> PathBuf {
        self.folder.path().join("state/pending")
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.pending()).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

fn profile() -> ProfileId {
    ProfileId::from_random([5; 16])
}

fn mode(path: PathBuf) -> u32 {
    fs::metadata(path).expect("it is there").mode() & 0o777
}

#[test]
fn a_journal_is_a_private_file_that_is_written_over_and_goes_without_a_trace() {
    let bench = Bench::new();
    assert_eq!(bench.store.pendings().expect("readable"), []);
    assert_eq!(bench.store.pending(profile()).expect("readable"), None);
    let mut journal = bench.store.begin_pending(profile(), &[0; 100]).expect("written");
    journal.write_at(10, b"made-up").expect("written");
    let bytes = bench.store.pending(profile()).expect("readable").expect("there is one");
    assert_eq!((bytes.len(), &bytes[10..17]), (100, &b"made-up"[..]));
    assert_eq!(bench.store.pendings().expect("readable"), [profile()]);
    assert_eq!(bench.names(), [profile().to_string()]);
    assert_eq!(mode(bench.pending()), 0o700);
    assert_eq!(mode(bench.pending().join(profile().to_string())), 0o600);
    assert!(bench.store.pending_path(profile()).contains("state/pending/"));
    drop(bench.store.begin_pending(profile(), &[1; 100]).expect("replaced"));
    assert_eq!(bench.store.pending(profile()).expect("readable"), Some(vec![1; 100]));
    bench.store.remove_pending(profile()).expect("removed");
    bench.store.remove_pending(profile()).expect("nothing to remove");
    assert_eq!(bench.names(), [""; 0]);
}

#[test]
fn a_machine_has_one_holder_id_whoever_asks_first() {
    let bench = Bench::new();
    let (first, second) = (HolderId::from_random([1; 16]), HolderId::from_random([2; 16]));
    assert_eq!(bench.store.holder().expect("readable"), None);
    bench.store.keep_holder(first).expect("written");
    bench.store.keep_holder(second).expect("there is one already");
    assert_eq!(bench.store.holder().expect("readable"), Some(first));
    assert_eq!(bench.names(), ["holder"]);
    fs::write(bench.pending().join("holder"), "rubbish").expect("ours");
    assert!(bench.store.holder().expect_err("damaged").to_string().contains("damaged"));
}

#[test]
fn one_process_refreshes_a_profile_and_the_others_are_told_who() {
    let bench = Bench::new();
    let (now, other) = (Duration::ZERO, ProfileId::from_random([6; 16]));
    let lock = bench.store.lock_refresh(profile(), now).expect("free");
    assert!(lock.excludes);
    let busy = bench.store.lock_refresh(profile(), now).expect_err("held").to_string();
    assert_eq!(busy, format!("another birdkeep is refreshing (process {})", std::process::id()));
    let busy = bench.store.lock_refresh(profile(), Duration::from_millis(1)).expect_err("still held");
    assert!(matches!(busy, StoreError::Busy { .. }));
    drop(bench.store.lock_refresh(other, now).expect("another profile's"));
    drop(lock);
    // Whoever waited in vain gets it first, and gives it back at once.
    let soon = Duration::from_secs(5);
    drop(bench.store.lock_refresh(profile(), soon).expect("free again"));
    assert_eq!(bench.names().len(), 2, "locks are never removed");
    assert_eq!(bench.store.pendings().expect("readable"), [], "and are no journals");
}

#[test]
fn links_and_folders_open_to_others_are_refused() {
    let bench = Bench::new();
    let refused = |bench: &Bench| {
        bench.store.begin_pending(profile(), &[0; 10]).map(drop).expect_err("refused").to_string()
    };
    drop(bench.store.begin_pending(profile(), &[0; 10]).expect("written"));
    let journal = bench.pending().join(profile().to_string());
    fs::remove_file(&journal).expect("ours");
    symlink("/dev/null", &journal).expect("ours");
    assert!(refused(&bench).contains("is a link"));
    assert!(bench.store.pending(profile()).is_err());
    fs::remove_file(&journal).expect("ours");
    fs::set_permissions(bench.pending(), Permissions::from_mode(0o755)).expect("ours");
    assert!(refused(&bench).contains("others can read it"));
    assert!(bench.store.holder().is_err() && bench.store.pendings().is_err());
    fs::remove_dir_all(bench.pending()).expect("ours");
    symlink("/tmp", bench.pending()).expect("ours");
    assert!(refused(&bench).contains("is a link"));
}
