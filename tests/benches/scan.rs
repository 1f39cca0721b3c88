//! The leak scan of a tree of files beside `ripgrep -F -f` with the same values in the same forms, and of a git history.
//!
//! `cargo bench --bench scan` makes 100,000 files, 1 GB, in a temporary folder; `cargo bench --bench scan -- 5000` makes so
//! many. Values are planted in some; both must find them. Each is run warm and in turn; the best of three counts. Without
//! ripgrep only our own figures are printed.

#![expect(clippy::print_stdout, reason = "figures are what a bench is for")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use birdkeep::domain::document::Document;
use birdkeep::domain::time::Time;
use birdkeep::ops::scan::{Scan, Shapes};
use birdkeep::sim::Roster;

/// As the program has it.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

const FILES: usize = 100_000;
/// Files in a folder, and bytes in a file.
const FOLDER: usize = 200;
const SIZE: usize = 10_000;
/// One file in so many has a value in it.
const PLANTED: usize = 997;
const ROUNDS: usize = 3;

fn main() {
    let asked = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    // `cargo test --benches` asks every bench to prove that it starts.
    let full = std::env::args().any(|argument| argument == "--bench");
    let files: usize = asked.unwrap_or(if full { FILES } else { 600 });
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tree = folder.path().join("tree");
    for (name, bots, apps) in [("one bot", 1, 1), ("400 bots", 400, 10)] {
        let document = Roster::large(bots, apps, Time::from_const(1_795_000_000)).document();
        let values = values(&document);
        let bytes = grow(&tree, files, &values);
        let patterns = folder.path().join("patterns");
        let lines = values.iter().flat_map(|value| forms(value)).collect::<Vec<_>>();
        fs::write(&patterns, lines.join("\n") + "\n").expect("there is room");
        let planted = files.div_ceil(PLANTED);
        println!(
            "{name}: {} values, {} patterns; {files} files, {} MB, {planted} of them with a value",
            values.len(),
            lines.len(),
            bytes / 1_000_000
        );
        let mut rows: Vec<(&str, Duration, usize)> = Vec::new();
        for _ in 0..ROUNDS {
            rows.push(timed("birdkeep, values", || ours(&document, Shapes::No, &tree)));
            rows.push(timed("birdkeep, values and shapes", || ours(&document, Shapes::Yes, &tree)));
            if let Some(found) = theirs(&patterns, &tree) {
                rows.push(timed("ripgrep -F -f", || theirs(&patterns, &tree).unwrap_or(found)));
            }
        }
        report(&rows, bytes, planted);
        fs::remove_dir_all(&tree).expect("it can be removed");
    }
    history(&folder.path().join("repository"), if full { 400 } else { 12 });
    println!("peak memory of this process: {}", peak());
}

fn timed(name: &'static str, look: impl FnOnce() -> usize) -> (&'static str, Duration, usize) {
    let begun = Instant::now();
    let found = look();
    (name, begun.elapsed(), found)
}

fn report(rows: &[(&str, Duration, usize)], bytes: u64, planted: usize) {
    let best = |name: &str| {
        rows.iter().filter(|(of, ..)| *of == name).map(|(_, took, _)| *took).min().unwrap_or_default()
    };
    let peer = best("ripgrep -F -f");
    for (name, _, found) in rows.iter().take(rows.len() / ROUNDS) {
        assert_eq!(*found, planted, "{name} did not find what was planted");
        let took = best(name).as_secs_f64();
        let ratio = if peer.is_zero() { 0.0 } else { peer.as_secs_f64() / took };
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let speed = bytes as f64 / took / 1e6;
        println!("  {name:28} {took:7.3} s  {speed:6.0} MB/s  {ratio:5.2} × ripgrep's speed");
    }
}

/// How many files our scan finds something in. Unlocking is not measured: it costs what it costs.
fn ours(document: &Document, shapes: Shapes, tree: &Path) -> usize {
    let mut scan = Scan::of(document, shapes);
    scan.files(&[tree.to_owned()]);
    let mut places: Vec<String> =
        scan.report().findings.iter().map(|finding| format!("{:?}", finding.place)).collect();
    places.dedup();
    places.len()
}

/// How many files ripgrep finds something in; none without ripgrep.
fn theirs(patterns: &Path, tree: &Path) -> Option<usize> {
    let mut command = Command::new("rg");
    command.args(["-F", "-uuu", "-a", "--count", "--no-config", "-f"]).arg(patterns).arg(tree);
    let output = command.stdin(Stdio::null()).output().ok()?;
    Some(output.stdout.split(|byte| *byte == b'\n').count() - 1)
}

/// Every value of a document.
fn values(document: &Document) -> Vec<String> {
    let apps = document.apps().map(|app| &app.held);
    let held = apps.chain(document.profiles().map(|profile| &profile.held));
    held.flat_map(|held| held.slots().iter().map(|slot| slot.secret.expose().to_owned())).collect()
}

/// The forms that ripgrep is asked for as well: as it is, and inside base64.
fn forms(value: &str) -> Vec<String> {
    let mut all = vec![value.to_owned()];
    for before in 0..3 {
        let bytes = [&[0; 2][..before], value.as_bytes()].concat();
        let (from, to) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        all.push(STANDARD_NO_PAD.encode(&bytes)[from..to].to_owned());
        all.push(URL_SAFE_NO_PAD.encode(&bytes)[from..to].to_owned());
    }
    all.sort();
    all.dedup();
    all
}

/// Text like that of programs: words, names, numbers, brackets; always the same.
struct Words(u64);

impl Words {
    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 40).unwrap_or(0)
    }

    fn fill(&mut self, text: &mut String, length: usize) {
        const PARTS: &[&str] = &[
            "let",
            "return",
            "self",
            "configuration",
            "request_token",
            "if (",
            ") {\n",
            ";\n",
            " = ",
            " ",
            " ",
            "\n    ",
            "account",
            "TwitterApiClient",
            "response.status",
            "0x1f",
            "\"text\"",
            ", ",
            "// see below\n",
            "handle_error",
            "https://api.x.com/2/users/me",
            "import ",
            "def ",
            "é",
            "42",
            "some_rather_long_name_of_a_function",
            "d41d8cd98f00b204e9800998ecf8427e",
            "\\n",
            "%20",
        ];
        let end = text.len() + length;
        while text.len() < end {
            text.push_str(PARTS[self.next() % PARTS.len()]);
        }
    }
}

/// Makes the tree; how many bytes are in it.
fn grow(tree: &Path, files: usize, values: &[String]) -> u64 {
    let (mut words, mut bytes) = (Words(files as u64), 0);
    for number in 0..files {
        let folder = tree.join(format!("folder-{}", number / FOLDER));
        if number % FOLDER == 0 {
            fs::create_dir_all(&folder).expect("a new folder");
        }
        let mut text = String::with_capacity(2 * SIZE);
        let size = SIZE / 2 + words.next() % SIZE;
        words.fill(&mut text, size);
        if number % PLANTED == 0 {
            let value = &values[(number / PLANTED) % values.len()];
            let form = &forms(value)[number % forms(value).len()];
            write!(text, "\nkey = \"{form}\"\n").expect("writing to a String");
        }
        words.fill(&mut text, 100);
        bytes += text.len() as u64;
        fs::write(folder.join(format!("file-{number}.py")), text).expect("there is room");
    }
    bytes
}

/// A repository whose one leak was removed again; and what looking through all of it takes.
fn history(folder: &Path, commits: usize) {
    let document = Roster::large(400, 10, Time::from_const(1_795_000_000)).document();
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        command
            .current_dir(folder)
            .args(["-c", "user.name=made up", "-c", "user.email=made@up.example"])
            .args(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    fs::create_dir_all(folder).expect("a new folder");
    if !git(&["init"]) {
        println!("history: there is no git here");
        return;
    }
    let mut words = Words(7);
    let value = values(&document).into_iter().next().expect("a value");
    for number in 0..commits {
        for file in 0..20 {
            let mut text = String::new();
            words.fill(&mut text, SIZE);
            if number == commits / 2 && file == 3 {
                text.push_str(&value);
            }
            fs::write(folder.join(format!("file-{}.py", (number + file) % 200)), text)
                .expect("there is room");
        }
        assert!(git(&["add", "."]) && git(&["commit", "-m", "made up"]), "git commits");
    }
    assert!(git(&["gc", "--quiet"]), "git packs");
    let mut best = (Duration::MAX, 0);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let mut scan = Scan::of(&document, Shapes::Yes);
        scan.history(&PathBuf::from(folder)).expect("git works");
        let report = scan.report();
        assert_eq!(report.findings.len(), 1, "the one leak");
        best = best.min((begun.elapsed(), report.tally.bytes));
    }
    let (took, bytes) = (best.0.as_secs_f64(), best.1);
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let speed = bytes as f64 / took / 1e6;
    println!("history of {commits} commits, {} MB unpacked: {took:.3} s, {speed:.0} MB/s", bytes / 1_000_000);
}

/// The most memory this process ever had resident, as Linux tells.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |value| value.trim().to_owned())
}
