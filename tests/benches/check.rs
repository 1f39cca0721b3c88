//! Checking 1,000 profiles on 20 apps, 100 ms of latency per answer: wall time over the ideal for the concurrency.
//!
//! `cargo bench --bench check`. The goal is 1.5 times the ideal (requests / slots × latency). Three settings: in
//! process, over loopback HTTP, and over HTTP with trouble: of 100 bots 5 never answer, 5 are reset and 5 get a 503;
//! there the healthy ones are timed, who shall not notice.

use std::io::{self, Write as _};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use birdkeep::config::Settings;
use birdkeep::domain::document::Document;
use birdkeep::domain::id::ProfileId;
use birdkeep::domain::time::Time;
use birdkeep::domain::verdict::{Cause, State};
use birdkeep::host::Clock as _;
use birdkeep::host::clock::SystemClock;
use birdkeep::host::quiet::{QuietBrowser, QuietClipboard, QuietLoopback, SeededEntropy};
use birdkeep::ops::World;
use birdkeep::ops::check::{Cancel, CheckEvent, plan, run};
use birdkeep::sim::faults::find;
use birdkeep::sim::server::Server;
use birdkeep::sim::transport::{InBox, Latency, RealTime};
use birdkeep::sim::{Roster, Sim};
use birdkeep::vault::MemoryStore;
use birdkeep::vault::seal::Cost;
use birdkeep::x::base::Base;
use birdkeep::x::http::{Http, Patience};
use birdkeep::x::wire::{Now, Transport};

const PROFILES: usize = 1_000;
const APPS: usize = 20;
const LATENCY: Duration = Duration::from_millis(100);

fn main() -> io::Result<()> {
    // `cargo test --benches` asks every bench to prove that it starts.
    let profiles = if std::env::args().any(|argument| argument == "--bench") { PROFILES } else { 100 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut out = io::stdout();
        writeln!(out, "{profiles} profiles on {APPS} apps, {} ms per answer", LATENCY.as_millis())?;
        for slots in [32, 128] {
            let (sim, document) = scene(profiles);
            let way = InBox::new(sim.clone(), Latency::Fixed(LATENCY), Arc::new(RealTime), now());
            report(
                &mut out,
                "in process",
                slots,
                &measure(way, "https://api.x.com", slots, &document).await,
            )?;

            let (sim, document) = scene(profiles);
            let server = serve(sim).await;
            let base = server.base();
            report(&mut out, "loopback HTTP", slots, &measure(http(&base), &base, slots, &document).await)?;

            let (sim, document) = scene(profiles);
            spoil(&sim, &document);
            let server = serve(sim).await;
            let base = server.base();
            report(&mut out, "with trouble", slots, &measure(http(&base), &base, slots, &document).await)?;
        }
        writeln!(out, "peak memory, simulator and servers included: {}", peak())
    })
}

struct Measured {
    ideal: Duration,
    /// Until the last verdict on a healthy profile.
    healthy: Duration,
    whole: Duration,
    requests: usize,
    fine: usize,
    troubled: usize,
}

fn scene(profiles: usize) -> (Arc<Sim>, Document) {
    let roster = Roster::large(profiles, APPS, began());
    (Arc::new(Sim::new(&roster, now())), roster.document())
}

/// Of every hundred bots 5 never answer, 5 are reset and 5 meet an X that is down.
fn spoil(sim: &Sim, document: &Document) {
    for (number, profile) in document.profiles().enumerate() {
        let fault = match number % 20 {
            3 => find("silence"),
            9 => find("reset"),
            15 => find("x-down"),
            _ => None,
        };
        if let Some(account) = &profile.user_id {
            sim.trouble(account, fault);
        }
    }
}

async fn serve(sim: Arc<Sim>) -> Server {
    let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    Server::start(sim, any, Latency::Fixed(LATENCY)).await.expect("a free port on the loopback")
}

fn http(base: &str) -> Http {
    let base = Base::parse(base).expect("a loopback address");
    let patience =
        Patience { connect: Duration::from_secs(10), total: Duration::from_secs(6), ..Patience::default() };
    Http::with_patience(base, now(), patience)
}

async fn measure(way: impl Transport + 'static, base: &str, slots: usize, document: &Document) -> Measured {
    let world = World {
        transport: Arc::new(way),
        x_base: base.into(),
        store: Arc::new(MemoryStore::new("bench.age", Cost::PLAYTHING)),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SeededEntropy::new(1)),
        clipboard: Arc::new(QuietClipboard::default()),
        browser: Arc::new(QuietBrowser::default()),
        loopback: Arc::new(QuietLoopback::default()),
        settings: Arc::new(Settings { concurrency: slots, ..Settings::default() }),
        banner: None,
        demo_passphrase: None,
    };
    let everybody: Vec<ProfileId> = document.profiles().map(|profile| profile.id).collect();
    let planned = plan(document, &everybody);
    let begun = Instant::now();
    let last = Arc::new(Mutex::new(Duration::ZERO));
    let heard = last.clone();
    let tx = move |event| {
        if let CheckEvent::Finished(finding) = event
            && finding.verdict.state() == State::Ok
        {
            *heard.lock().expect("no panic while it is held") = begun.elapsed();
        }
    };
    let report = run(world, document.clone(), everybody, tx, Cancel::new()).await;
    let whole = begun.elapsed();
    let of = |causes: &[Cause]| {
        report.findings.iter().filter(|finding| causes.contains(&finding.verdict.cause)).count()
    };
    let healthy = *last.lock().expect("no panic while it is held");
    Measured {
        ideal: LATENCY * u32::try_from(planned.requests.div_ceil(slots)).unwrap_or(u32::MAX),
        healthy,
        whole,
        requests: report.requests,
        fine: of(&[Cause::Ok]),
        troubled: of(&[Cause::Unreachable, Cause::XDown]),
    }
}

fn report(out: &mut impl io::Write, name: &str, slots: usize, run: &Measured) -> io::Result<()> {
    writeln!(
        out,
        "{name:14} {slots:4} slots: ideal {:6.2} s, healthy ones {:6.2} s ({:.2} × ideal), all {:6.2} s; {} requests, \
         {} fine, {} in trouble",
        run.ideal.as_secs_f64(),
        run.healthy.as_secs_f64(),
        run.healthy.as_secs_f64() / run.ideal.as_secs_f64(),
        run.whole.as_secs_f64(),
        run.requests,
        run.fine,
        run.troubled
    )
}

fn began() -> Time {
    SystemClock.now()
}

fn now() -> Now {
    Arc::new(|| SystemClock.now())
}

/// The most memory this process ever had resident, as Linux tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |value| value.trim().to_owned())
}
