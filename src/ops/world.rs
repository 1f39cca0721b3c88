//! Everything outside the program, behind traits: built from the machine or from the simulator.

use std::sync::Arc;

use crate::config::Settings;
use crate::host::{Browser, Clipboard, Clock, Entropy, Loopback};
use crate::vault::Store;
use crate::x::wire::Transport;

/// The outside, as far as the program can reach it.
#[derive(Clone, Debug)]
pub struct World {
    /// Carries requests to X.
    pub transport: Arc<dyn Transport>,
    /// Where every X address points: `https://api.x.com`, or a loopback address.
    pub x_base: Arc<str>,
    /// Holds vault and identity.
    pub store: Arc<dyn Store>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// Takes copies.
    pub clipboard: Arc<dyn Clipboard>,
    /// Opens pages.
    pub browser: Arc<dyn Browser>,
    /// Hears the redirect of a login.
    pub loopback: Arc<dyn Loopback>,
    /// The settings in force.
    pub settings: Arc<Settings>,
    /// What a banner on every screen says: the demo, or another base address. `None`: the real thing.
    pub banner: Option<Arc<str>>,
    /// The demo's passphrase, for its lock screen. `None`: this is no demo.
    pub demo_passphrase: Option<Arc<str>>,
}
