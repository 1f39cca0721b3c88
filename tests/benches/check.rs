//! Checking 1,000 profiles on 20 apps, 100 ms of latency per answer, over real HTTP on the loopback, while somebody
//! types at the screen that shows it.
//!
//! `cargo bench --bench check`. X is the simulator in a process of its own. Told are the wall time until the last
//! healthy bot has its verdict over the ideal for the slots (requests / slots × latency; the goal is 1.5), the requests,
//! the peak memory of this process, and the time from a key to its finished frame (99th percentile; the goal is 16 ms), by the wall and by the processor
//! time of the screen's thread: on a busy machine only that tells of the screen.
//! With trouble, of 100 bots 5 never answer, 5 are reset and 5 get a 503: the healthy ones shall not notice.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
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
use birdkeep::ops::check::{Cancel, CheckEvent, Checks, Report, plan};
use birdkeep::ops::snapshot::{Snapshot, VaultFacts};
use birdkeep::sim::faults::find;
use birdkeep::sim::server::Server;
use birdkeep::sim::transport::Latency;
use birdkeep::sim::{Roster, Sim};
use birdkeep::tui::keys::Key;
use birdkeep::tui::message::{Msg, Reply};
use birdkeep::tui::testing::Robot;
use birdkeep::tui::view::view;
use birdkeep::vault::MemoryStore;
use birdkeep::vault::seal::Cost;
use birdkeep::x::base::Base;
use birdkeep::x::http::{Http, Patience};
use birdkeep::x::wire::Now;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rustix::time::{ClockId, clock_gettime};

const APPS: usize = 20;
const LATENCY: Duration = Duration::from_millis(100);
/// When the rosters of both processes begin.
const BEGAN: Time = Time::from_const(1_795_000_000);
/// A key comes so often: a fast typist.
const BETWEEN_KEYS: Duration = Duration::from_millis(40);
/// For how long a question takes no consent.
const DEAF: Duration = Duration::from_millis(150);
/// What is typed, over and over.
const TYPED: &str = "/bot-00\u{8}\u{8}\u{8}1\u{8}9\u{1b}jjjjkkGgjj";

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some([profiles, trouble]) = arguments.get(2..4)
        && arguments[1] == "--serve"
    {
        return serve(profiles.parse().map_err(io::Error::other)?, trouble == "trouble");
    }
    // `cargo test --benches` asks every bench to prove that it starts.
    let profiles = if arguments.iter().any(|argument| argument == "--bench") { 1_000 } else { 60 };
    let mut out = io::stdout();
    writeln!(out, "{profiles} profiles on {APPS} apps, {} ms per answer", LATENCY.as_millis())?;
    writeln!(
        out,
        "{:>5}  {:<12}  {:>7}  {:>15}  {:>7}  {:>8}  {:>7}  {:>9}  {:>11}  {:>16}",
        "slots",
        "",
        "ideal",
        "healthy ones",
        "all",
        "requests",
        "retries",
        "fine/ill",
        "peak memory",
        "key p99 wall/cpu"
    )?;
    for slots in [32, 128] {
        for trouble in [false, true] {
            let x = X::start(profiles, trouble)?;
            writeln!(out, "{}", measure(profiles, slots, trouble, &x.base)?)?;
        }
    }
    Ok(())
}

/// The simulated X, in a process of its own.
struct X {
    process: Child,
    base: String,
}

impl X {
    fn start(profiles: usize, trouble: bool) -> io::Result<Self> {
        let trouble = if trouble { "trouble" } else { "none" };
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--serve", &profiles.to_string(), trouble])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut base = String::new();
        if let Some(stdout) = process.stdout.take() {
            BufReader::new(stdout).read_line(&mut base)?;
        }
        Ok(Self { process, base: base.trim().to_owned() })
    }
}

impl Drop for X {
    fn drop(&mut self) {
        // It ends with its standard input; it is waited for, so that it takes nothing from the next row.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Serves until standard input ends.
fn serve(profiles: usize, trouble: bool) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let roster = Roster::large(profiles, APPS, BEGAN);
    let sim = Arc::new(Sim::new(&roster, now()));
    if trouble {
        spoil(&sim, &roster.document());
    }
    runtime.block_on(async {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = Server::start(sim, any, Latency::Fixed(LATENCY)).await.map_err(io::Error::other)?;
        writeln!(io::stdout(), "{}", server.base())?;
        let ended = tokio::task::spawn_blocking(|| io::stdin().read(&mut [0]));
        ended.await.map_err(io::Error::other)?.map(drop)
    })
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

fn measure(profiles: usize, slots: usize, trouble: bool, base: &str) -> io::Result<String> {
    let document = Arc::new(Roster::large(profiles, APPS, BEGAN).document());
    let everybody: Vec<ProfileId> = document.profiles().map(|profile| profile.id).collect();
    let planned = plan(&document, &everybody).requests;
    let mut screen = Screen::open(&document)?;
    let checks = Checks::new(world(base, slots));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    forget_peak();
    let (tell, told) = mpsc::channel();
    let last_healthy = Arc::new(Mutex::new(Duration::ZERO));
    let (events, end, healthy) = (tell.clone(), tell, last_healthy.clone());
    let begun = Instant::now();
    let tx = move |event: CheckEvent| {
        if let CheckEvent::Finished(finding) = &event
            && finding.verdict.state() == State::Ok
        {
            *healthy.lock().expect("no panic while it is held") = begun.elapsed();
        }
        // The screen listens until the end.
        let _ = events.send(Told::Event(event));
    };
    // A thread of its own, as on the screen.
    let asking = thread::spawn(move || {
        let report = runtime.block_on(checks.run(document, everybody, tx, Cancel::new()));
        let _ = end.send(Told::End(report));
    });
    let report = screen.watch(&told)?;
    let all = begun.elapsed();
    asking.join().expect("no mistake in the check");
    let ideal = LATENCY * u32::try_from(planned.div_ceil(slots)).unwrap_or(u32::MAX);
    let healthy = *last_healthy.lock().expect("no panic while it is held");
    let of = |causes: &[Cause]| {
        report.findings.iter().filter(|finding| causes.contains(&finding.verdict.cause)).count()
    };
    assert_eq!(report.requests - report.retries, planned, "first attempts are what was planned");
    let (wall, cpu) = screen.key_to_frame();
    Ok(format!(
        "{slots:>5}  {:<12}  {:>5.2} s  {:>5.2} s ({:.2} ×)  {:>5.2} s  {:>8}  {:>7}  {:>9}  {:>11}  {:>16}",
        if trouble { "5 % each" } else { "no trouble" },
        ideal.as_secs_f64(),
        healthy.as_secs_f64(),
        healthy.as_secs_f64() / ideal.as_secs_f64(),
        all.as_secs_f64(),
        report.requests,
        report.retries,
        format!("{}/{}", of(&[Cause::Ok]), of(&[Cause::Unreachable, Cause::XDown])),
        peak(),
        format!("{:.1}/{:.1} ms", wall.as_secs_f64() * 1e3, cpu.as_secs_f64() * 1e3),
    ))
}

fn world(base: &str, slots: usize) -> World {
    let address = Base::parse(base).expect("a loopback address");
    // Six seconds instead of thirty, since nobody wants to watch silence.
    let patience = Patience { total: Duration::from_secs(6), ..Patience::default() };
    World {
        transport: Arc::new(Http::with_patience(address, now(), patience)),
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
    }
}

/// What the screen is told.
enum Told {
    Event(CheckEvent),
    End(Report),
}

/// The screen, and somebody who types at it while results come in, as in the real loop: everything that has come is
/// taken in, then one frame is drawn.
struct Screen {
    robot: Robot,
    terminal: Terminal<TestBackend>,
    waits: Vec<(Duration, Duration)>,
}

impl Screen {
    /// A vault whose profiles are all about to be checked.
    fn open(document: &Arc<Document>) -> io::Result<Self> {
        let vault = VaultFacts { name: "bench.age".to_owned(), generation: 1, saved_at: None, trusted: true };
        let snapshot =
            Snapshot { document: document.clone(), findings: Arc::default(), runs: Arc::default(), vault };
        let mut robot = Robot::open(snapshot);
        robot.size(200, 50).keys("C").wait(DEAF).keys("y");
        assert!(robot.ticket().is_some(), "the screen asks for the check");
        let terminal = Terminal::new(TestBackend::new(200, 50)).map_err(io::Error::other)?;
        Ok(Self { robot, terminal, waits: Vec::new() })
    }

    fn watch(&mut self, told: &Receiver<Told>) -> io::Result<Report> {
        let ticket = self.robot.ticket().expect("it was asked for");
        let mut typed = TYPED.chars().cycle();
        let mut due = Instant::now() + BETWEEN_KEYS;
        loop {
            let mut report = None;
            let mut next = told.recv_timeout(due.saturating_duration_since(Instant::now()));
            let began = processor();
            let silent = matches!(next, Err(RecvTimeoutError::Timeout));
            while let Ok(news) = next {
                let reply = match news {
                    Told::Event(CheckEvent::Started(id)) => Reply::CheckBegun(id),
                    Told::Event(CheckEvent::Finished(finding)) => Reply::CheckFound(finding),
                    Told::Event(CheckEvent::App(finding)) => Reply::CheckFoundApp(finding),
                    Told::Event(CheckEvent::Candidate { .. }) => break,
                    Told::End(end) => {
                        report = Some(end);
                        break;
                    }
                };
                self.robot.msg(Msg::Job(ticket, reply));
                next = told.try_recv().or(Err(RecvTimeoutError::Timeout));
            }
            let pressed = due;
            let typing = silent || Instant::now() >= due;
            if typing {
                self.robot.msg(Msg::Key(match typed.next() {
                    Some('\u{8}') => Key::Backspace,
                    Some('\u{1b}') | None => Key::Esc,
                    Some(c) => Key::Char(c),
                }));
            }
            self.terminal.draw(|frame| view(&self.robot.model, frame)).map_err(io::Error::other)?;
            if typing {
                self.waits.push((pressed.elapsed(), processor().saturating_sub(began)));
                due = (pressed + BETWEEN_KEYS).max(Instant::now());
            }
            if let Some(report) = report {
                return Ok(report);
            }
        }
    }

    /// From a key to its frame, the 99th percentile: by the wall, and of the processor.
    fn key_to_frame(&self) -> (Duration, Duration) {
        let high = |of: fn(&(Duration, Duration)) -> Duration| {
            let mut times: Vec<Duration> = self.waits.iter().map(of).collect();
            times.sort_unstable();
            times
                .get((times.len() * 99 / 100).min(times.len().saturating_sub(1)))
                .copied()
                .unwrap_or_default()
        };
        (high(|took| took.0), high(|took| took.1))
    }
}

/// The processor time of this thread.
fn processor() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

fn now() -> Now {
    Arc::new(|| SystemClock.now())
}

/// From here on the peak counts anew, as Linux allows.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most memory this process had resident, as Linux tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.map_or_else(|| "unknown".to_owned(), |kib| format!("{} MiB", kib >> 10))
}
