//! What several test files share: a quiet machine with the simulated X at its other end.

use std::sync::Arc;
use std::time::Duration;

use birdkeep::config::Settings;
use birdkeep::domain::document::Document;
use birdkeep::domain::id::ProfileId;
use birdkeep::domain::names::Name;
use birdkeep::domain::time::Time;
use birdkeep::host::quiet::{QuietBrowser, QuietClipboard, QuietClock, QuietLoopback, SeededEntropy};
use birdkeep::ops::World;
use birdkeep::sim::transport::{InBox, Latency, RealTime};
use birdkeep::sim::{Roster, Sim};
use birdkeep::vault::MemoryStore;
use birdkeep::vault::seal::Cost;
use birdkeep::x::base::Base;
use birdkeep::x::http::{Http, Patience};
use birdkeep::x::wire::{Now, Transport};

/// When every test takes place.
pub(crate) const NOW: Time = Time::from_const(1_795_000_000);

/// A clock that stands still.
pub(crate) fn now() -> Now {
    Arc::new(|| NOW)
}

/// Runs `test` on one thread, as the program does.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(test)
}

/// Runs `test` in virtual time: where nothing but time is waited for, it passes at once. For the simulator in the box.
pub(crate) fn run_virtually<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(test)
}

/// A machine that reaches X through `transport` at `base`.
pub(crate) fn world(transport: impl Transport + 'static, base: &str) -> World {
    World {
        transport: Arc::new(transport),
        x_base: base.into(),
        store: Arc::new(MemoryStore::new("test.age", Cost::PLAYTHING)),
        clock: Arc::new(QuietClock::at(NOW)),
        entropy: Arc::new(SeededEntropy::new(7)),
        clipboard: Arc::new(QuietClipboard::default()),
        browser: Arc::new(QuietBrowser::default()),
        loopback: Arc::new(QuietLoopback::default()),
        settings: Arc::new(Settings::default()),
        banner: None,
        demo_passphrase: None,
    }
}

/// The simulated world of `roster`.
pub(crate) fn sim(roster: &Roster) -> Arc<Sim> {
    Arc::new(Sim::new(roster, now()))
}

/// A machine in the same process as the simulated X.
pub(crate) fn in_box(sim: &Arc<Sim>, latency: Latency) -> World {
    world(InBox::new(sim.clone(), latency, Arc::new(RealTime), now()), "https://api.x.com")
}

/// A machine that reaches `base` over real HTTP, with little patience.
pub(crate) fn over_http(base: &str) -> World {
    world(http(base, Duration::from_secs(2)), base)
}

/// The network, with `patience` altogether.
pub(crate) fn http(base: &str, patience: Duration) -> Http {
    let base = Base::parse(base).expect("a loopback address");
    Http::with_patience(base, now(), Patience { connect: patience, total: patience, once: 2 * patience })
}

/// Every profile's id.
pub(crate) fn everybody(document: &Document) -> Vec<ProfileId> {
    document.profiles().map(|profile| profile.id).collect()
}

/// The id of a profile of the demo.
pub(crate) fn named(document: &Document, name: &str) -> ProfileId {
    let name = Name::parse(name).expect("a name");
    document.profile_named(&name).expect("the demo has this profile").id
}
