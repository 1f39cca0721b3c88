//! Builds the outside of the program from this machine; [`simulated`] builds it from the simulator, with a [`person`] at
//! its login pages.

mod person;
pub(super) mod simulated;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::config;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::host::browser::SystemBrowser;
use crate::host::clipboard::DesktopClipboard;
use crate::host::clock::SystemClock;
use crate::host::entropy::SystemEntropy;
use crate::host::files::{self, FileError};
use crate::host::loopback::SystemLoopback;
use crate::host::paths::{self, Asked, Paths};
use crate::host::{Clock, Entropy};
use crate::ops::World;
use crate::vault::{self, FileStore, IdentityPath};
use crate::x::base::{self, Base};
use crate::x::http::Http;
use crate::x::wire::Now;

/// The longest settings file, in bytes.
const SETTINGS_MAX: u64 = 1024 * 1024;
/// The variable that points every X address at another base.
const X_API: &str = "BIRDKEEP_X_API";

/// Options that every command takes.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Options {
    /// The vault file
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "BIRDKEEP_VAULT",
        hide_env_values = true,
        help_heading = "Everywhere"
    )]
    pub(super) vault: Option<PathBuf>,
    /// The identity file that opens it
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "BIRDKEEP_IDENTITY",
        hide_env_values = true,
        help_heading = "Everywhere"
    )]
    pub(super) identity: Option<PathBuf>,
    /// Read the passphrase from this file descriptor
    #[arg(long, global = true, value_name = "N", help_heading = "Everywhere")]
    pub(super) passphrase_fd: Option<u32>,
}

/// The world of this machine, and what there is to say about its settings.
///
/// # Errors
/// Settings that cannot be read, a `BIRDKEEP_X_API` that is not of this machine, no home folder.
pub(super) fn here(options: &Options) -> Result<(World, Vec<String>), Failure> {
    let places = places(options)?;
    let settings = settings(&places)?;
    let base = x_base()?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let now: Now = Arc::new(|| SystemClock.now());
    // Where there is no room for the address, what stands before the colon is shown.
    let banner =
        (base.kind() == base::Kind::Loopback).then(|| format!("X is played here: {base} ({X_API})").into());
    let world = World {
        transport: Arc::new(Http::new(base.clone(), now)),
        x_base: base.as_str().into(),
        store: Arc::new(FileStore::new(vault_paths(places))),
        clock,
        entropy,
        clipboard: Arc::new(DesktopClipboard::default()),
        browser: Arc::new(SystemBrowser::new(std::env::var_os("BROWSER")).on_desktop(has_desktop())),
        loopback: Arc::new(SystemLoopback::default()),
        settings: Arc::new(settings.settings),
        banner,
        demo_passphrase: None,
    };
    Ok((world, settings.remarks))
}

/// Where the files are.
///
/// # Errors
/// No home folder.
pub(super) fn places(options: &Options) -> Result<Paths, Failure> {
    let named = |path: &Option<PathBuf>| path.clone().filter(|path| !path.as_os_str().is_empty());
    paths::find(&Asked { vault: named(&options.vault), identity: named(&options.identity) })
}

/// Whether what a browser shows is seen where the program runs. Forwarded displays count; a Mac has no such mark.
fn has_desktop() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    set("DISPLAY") || set("WAYLAND_DISPLAY") || (cfg!(target_os = "macos") && !set("SSH_CONNECTION"))
}

/// The places of `places` that a store of files wants.
pub(super) fn vault_paths(places: Paths) -> vault::Paths {
    let identity = if places.identity_beside {
        IdentityPath::FoundBeside(places.identity)
    } else {
        IdentityPath::Configured(places.identity)
    };
    vault::Paths { vault: places.vault, identity, state: places.state }
}

/// The settings, or what keeps from reading them.
///
/// # Errors
/// [`Kind::Usage`], naming the line.
pub(super) fn settings(places: &Paths) -> Result<config::Loaded, Failure> {
    let cannot = |because: String| {
        Failure::new(
            Kind::Usage,
            "the settings file cannot be read",
            format!("{}: {because}", visible_within(&places.config.to_string_lossy(), 200)),
            "correct it, or move it away to use the defaults",
        )
    };
    match files::read(&places.config, SETTINGS_MAX) {
        Ok(bytes) => {
            let text = std::str::from_utf8(&bytes).map_err(|_where| cannot("it is not UTF-8".to_owned()))?;
            config::read(text.strip_prefix('\u{feff}').unwrap_or(text))
        }
        Err(FileError::Absent) => Ok(config::Loaded::default()),
        Err(error) => Err(cannot(error.to_string())),
    }
}

/// Where X is: `BIRDKEEP_X_API`, which must be an address of this machine, since secrets go there in the clear.
///
/// # Errors
/// [`Kind::Usage`] where it names another.
pub(super) fn x_base() -> Result<Base, Failure> {
    let Some(value) = std::env::var_os(X_API).filter(|value| !value.is_empty()) else {
        return Ok(Base::default());
    };
    let loopback = value.to_str().and_then(|text| Base::parse(text).ok());
    loopback.filter(|base| base.kind() == base::Kind::Loopback).ok_or_else(|| {
        Failure::new(
            Kind::Usage,
            format!("{X_API} is not an address of this machine"),
            "credentials are sent there, so nothing but a loopback address is allowed",
            format!("unset {X_API} to talk to X, or set it to http://127.0.0.1:PORT for the simulator"),
        )
    })
}
