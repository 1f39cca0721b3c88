//! Gathers the facts: probes of the machine and looks at the files, each on a thread of its own and none for more than
//! two seconds.

use std::path::Path;
use std::sync::Arc;

use super::Gathered;
use super::contents::{Contents, Looked, open};
use super::environment::Environment;
use super::files::{Backups, Files, Inner, Sealed, Seen};
use super::network::{Address, Asked, Network};
use super::places::{Below, InGit, Places};
use crate::config;
use crate::domain::time::Time;
use crate::failure::Failure;
use crate::host::clock::SystemClock;
use crate::host::handing;
use crate::host::paths::Paths;
use crate::host::probe::memory::Memory;
use crate::host::probe::seat::Seat;
use crate::host::probe::{Probing, disk, entry, git, memory, seat};
use crate::host::{Clock as _, hardening};
use crate::vault::{
    Backup, FileStore, Holding, Keyring, PendingStore as _, Place, Store as _, StoreError, seal,
};
use crate::x::base::{Base, Kind};
use crate::x::endpoints::users_me;
use crate::x::wire::Transport;

/// What is to be explained, as the command line has found it.
#[derive(Debug)]
pub struct Patient {
    /// Where the files are, and the store that reads them.
    pub places: Result<(Paths, FileStore), Failure>,
    /// The settings.
    pub settings: Result<config::Loaded, Failure>,
    /// Where X is.
    pub x: Result<Base, Failure>,
    /// The way to ask X one question without credentials; `None`: nobody asks.
    pub ask: Option<Arc<dyn Transport>>,
    /// The opened identity, or why it does not open. `None`: one that is encrypted stays closed.
    pub keyring: Option<Result<Keyring, Failure>>,
    /// The time.
    pub now: Time,
}

/// Everything that was gathered.
#[derive(Debug)]
pub struct Facts {
    pub(super) files: Gathered<Files>,
    pub(super) places: Gathered<Places>,
    pub(super) contents: Gathered<Contents>,
    pub(super) memory: Gathered<Memory>,
    pub(super) seat: Gathered<Seat>,
    pub(super) network: Gathered<Network>,
    pub(super) environment: Gathered<Environment>,
}

impl Facts {
    /// Whether what a terminal is sent may hold more than ASCII.
    pub fn is_utf8(&self) -> bool {
        matches!(&self.seat, Gathered::Seen(seat) if super::terminal::is_utf8(seat))
    }

    /// How many columns the answers may take; `None`: they go to no terminal.
    pub fn columns(&self) -> Option<u16> {
        match &self.seat {
            Gathered::Seen(seat) if seat.terminal => seat.size.map(|(columns, _)| columns),
            _ => None,
        }
    }

    #[cfg(test)]
    pub(super) const fn nothing() -> Self {
        Self {
            files: Gathered::Late,
            places: Gathered::Late,
            contents: Gathered::Late,
            memory: Gathered::Late,
            seat: Gathered::Late,
            network: Gathered::Late,
            environment: Gathered::Late,
        }
    }
}

/// Gathers the facts about this machine. Changes nothing, and takes little more than two seconds.
pub fn gather(patient: Patient) -> Facts {
    let Patient { places, settings, x, ask, keyring, now } = patient;
    let (limits, remarks) = match settings {
        Ok(loaded) => (loaded.settings, Ok(loaded.remarks)),
        Err(failure) => (config::Settings::default(), Err(failure)),
    };
    let days = limits.rotation_days;
    let asking = begin_asking(x, ask);
    let memory = Probing::begin(memory::look);
    let seat = Probing::begin(|| seat::look(&|name| std::env::var_os(name)));
    let environment = Probing::begin(move || around((limits.idle_lock, limits.hard_lock)));
    let (files, places, contents) = match places {
        Ok((paths, store)) => {
            let (one, other) = ((paths.clone(), store.clone()), (paths.clone(), store.clone()));
            let files = Probing::begin(move || files(&one.0, &one.1, remarks, now));
            let places = Probing::begin(move || lie(&other.0, &other.1));
            let contents = Probing::begin(move || inside(&paths, &store, keyring, (now, days)));
            (ended(files), ended(places), ended(contents))
        }
        // The two other topics would say the same.
        Err(failure) => {
            let nothing = Contents { looked: Looked::Nothing, now, rotation_days: days, holder: None };
            (Gathered::Failed(failure), Gathered::Seen(Places::nowhere()), Gathered::Seen(nothing))
        }
    };
    Facts {
        files,
        places,
        contents,
        memory: ended(memory),
        seat: ended(seat),
        network: Gathered::Seen(asking()),
        environment: ended(environment),
    }
}

fn ended<F: Send + 'static>(probing: Probing<F>) -> Gathered<F> {
    probing.end().map_or(Gathered::Late, Gathered::Seen)
}

fn see(path: &Path) -> Seen {
    Seen { path: path.to_owned(), entry: entry::look(path) }
}

fn files(paths: &Paths, store: &FileStore, settings: Result<Vec<String>, Failure>, now: Time) -> Files {
    let sealed = |path: &Path, place: &Place| Sealed { seen: see(path), outside: inner(store, place) };
    // A link in the place of a folder is followed, as the store does.
    let state = entry::look(&paths.state).map(|found| entry::look_through(&paths.state).or(found));
    Files {
        vault: sealed(&paths.vault, &Place::Vault),
        identity: sealed(&paths.identity, &Place::Identity),
        beside: paths.identity_beside,
        cost: store.cost(),
        config: see(&paths.config),
        settings,
        state: Seen { path: paths.state.clone(), entry: state },
        marks: store.marks().map(|marks| marks.len()).unwrap_or_default(),
        backups: store.backups().map(|found| backups(&found)).map_err(|error| error.to_string()),
        leftovers: store.leftovers(),
        handed: handing::left_behind(std::env::var_os("XDG_RUNTIME_DIR").as_deref().map(Path::new)),
        refreshes: refreshes(store),
        holding: if store.stamp().is_some() { store.holding() } else { Holding::NoFile },
        now,
    }
}

fn inner(store: &FileStore, place: &Place) -> Option<Inner> {
    let bytes = match store.read(place) {
        Ok(None) => return None,
        Ok(Some(file)) => zeroize::Zeroizing::new(file.bytes),
        Err(error) => return Some(Inner::Damaged(error.to_string())),
    };
    let is_key = || bytes.windows(KEY.len()).any(|window| window == KEY);
    Some(if seal::is_sealed(&bytes) {
        seal::outside(&bytes).map_or_else(|error| Inner::Damaged(error.to_string()), Inner::Age)
    } else if *place == Place::Identity && is_key() {
        Inner::Clear
    } else {
        Inner::Damaged("it is not an age file".to_owned())
    })
}

/// Whether a passphrase is needed to look into the vault.
pub fn is_sealed(store: &FileStore) -> bool {
    matches!(inner(store, &Place::Identity), Some(Inner::Age(_))) && store.stamp().is_some()
}

/// How the keys of a plain identity begin.
const KEY: &[u8] = b"AGE-SECRET-KEY-";

fn backups(found: &[Backup]) -> Backups {
    Backups {
        number: found.len(),
        unreadable: found.iter().filter(|backup| backup.name.generation.is_none()).count(),
        newest: found.iter().filter_map(|backup| backup.saved_at).max(),
    }
}

fn refreshes(store: &FileStore) -> Result<usize, String> {
    match store.pendings() {
        Ok(found) => Ok(found.len()),
        // What is wrong with the state folder is said once.
        Err(StoreError::Exposed { .. }) => Ok(0),
        Err(error) => Err(error.to_string()),
    }
}

impl Places {
    fn nowhere() -> Self {
        let none = InGit { path: std::path::PathBuf::new(), there: false, tracked: None };
        Self {
            open: Vec::new(),
            identity: none.clone(),
            clear: false,
            vault: none,
            beside: Vec::new(),
            disks: Vec::new(),
            size: 0,
        }
    }
}

fn lie(paths: &Paths, store: &FileStore) -> Places {
    let in_git = |path: &Path| InGit { path: path.to_owned(), there: path.exists(), tracked: git::of(path) };
    let state = paths.state.join("marks");
    let mut open: Vec<_> = [&paths.vault, &paths.identity, &state, &paths.config]
        .into_iter()
        .flat_map(|path| entry::open_folders(path))
        .collect();
    open.sort();
    open.dedup();
    let beside = [paths.vault.with_file_name("vault.lock"), store.backup_path()];
    let own =
        |path: &std::path::PathBuf| Some((path.clone(), git::of(path)?.ignored)).filter(|_| path.exists());
    let below = |label, path: &Path| Below { label, disk: disk::of(path), synced: disk::synced_by(path) };
    Places {
        open,
        identity: in_git(&paths.identity),
        clear: matches!(inner(store, &Place::Identity), Some(Inner::Clear)),
        vault: in_git(&paths.vault),
        beside: beside.iter().filter_map(own).collect(),
        disks: vec![below("vault", &paths.vault), below("state folder", &state)],
        size: entry::look_through(&paths.vault).map_or(0, |entry| entry.size),
    }
}

fn inside(
    paths: &Paths,
    store: &FileStore,
    keyring: Option<Result<Keyring, Failure>>,
    (now, rotation_days): (Time, u16),
) -> Contents {
    let looked = match (keyring, inner(store, &Place::Identity)) {
        _ if !paths.vault.exists() => Looked::Nothing,
        (Some(keyring), _) => Contents::look(store, keyring),
        (None, Some(Inner::Clear)) => Contents::look(store, open(store, None)),
        (None, Some(Inner::Age(_))) => Looked::Locked,
        (None, Some(Inner::Damaged(_)) | None) => Looked::Nothing,
    };
    Contents { looked, now, rotation_days, holder: store.holder().ok().flatten() }
}

/// Variables that name a proxy, in both of their spellings.
const PROXIES: &[&str] =
    &["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
/// Variables that name certificate authorities.
const AUTHORITIES: &[&str] = &["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Begins to ask X, and gives back what waits for the answer.
fn begin_asking(x: Result<Base, Failure>, ask: Option<Arc<dyn Transport>>) -> impl FnOnce() -> Network {
    let set = |name: &&str| std::env::var_os(name).filter(|value| !value.is_empty());
    let proxies = PROXIES.iter().copied().filter(|name| set(name).is_some()).collect();
    let named = AUTHORITIES.iter().filter_map(|name| Some((*name, Path::new(&set(name)?).exists())));
    let authorities = named.collect();
    let address =
        x.map(|base| Address { base: base.as_str().to_owned(), loopback: base.kind() == Kind::Loopback });
    let base = address.as_ref().ok().map(|address| address.base.clone());
    let asking = base.zip(ask).map(|(base, ask)| Probing::begin(move || question(&*ask, &base)));
    move || Network {
        address,
        asked: asking.map_or(Asked::Not, |asking| asking.end().unwrap_or(Asked::Late)),
        proxies,
        authorities,
    }
}

fn question(ask: &dyn Transport, base: &str) -> Asked {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Asked::Late;
    };
    let begun = SystemClock.boot();
    let answer = runtime.block_on(ask.send(users_me::unsigned(base)));
    // A name that is still being looked up holds nobody up.
    runtime.shutdown_background();
    Asked::Answered(users_me::read(answer).bare().into(), SystemClock.boot().saturating_sub(begun))
}

fn around(locks: (std::time::Duration, std::time::Duration)) -> Environment {
    let text = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let program = std::env::current_exe().ok();
    let loose = |program: &std::path::PathBuf| {
        let writable = entry::look_through(program).is_some_and(|entry| entry.others_write());
        writable || !entry::open_folders(program).is_empty()
    };
    let file = text("BIRDKEEP_PASSPHRASE_FILE").map(std::path::PathBuf::from);
    let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    let mut variables: Vec<String> = names.filter(|name| name.starts_with("BIRDKEEP_")).collect();
    variables.sort();
    Environment {
        version: env!("CARGO_PKG_VERSION"),
        debug: cfg!(debug_assertions),
        replaceable: program.filter(loose),
        root: rustix::process::geteuid().is_root(),
        sudo: text("SUDO_USER").map(|name| name.to_string_lossy().into_owned()),
        umask: hardening::umask_before(),
        variables,
        passphrase_file: file.map(|path| {
            let entry = Ok(entry::look_through(&path));
            (Seen { entry, path: path.clone() }, git::of(&path))
        }),
        locks,
        session: text("XDG_CURRENT_DESKTOP").map(|name| name.to_string_lossy().into_owned()),
    }
}
