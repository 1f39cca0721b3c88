//! The program `git`, started so that nothing in a repository makes it run anything else.

use std::ffi::OsStr;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;

use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};

/// Settings of a repository that name programs, and what keeps git from heeding them. Filters, drivers of diffs and
/// hooks are of commands that are never given here.
const CALM: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "log.showSignature=false",
    "log.diffMerges=separate",
];

/// The variables of git's own hooks that tell where the next commit is prepared.
const OF_HOOKS: &[&str] = &["GIT_INDEX_FILE", "GIT_DIR"];

/// The most of what git complains of that is read, in bytes.
const COMPLAINTS: u64 = 16 * 1024;

/// A repository, as git finds it from a folder.
#[derive(Clone, Debug)]
pub(super) struct Git {
    folder: PathBuf,
}

impl Git {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// A command of git's, without a shell and without a value of the vault in it.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        // In the folder, not with `-C`: no name of a folder can be taken for an option.
        command.current_dir(&self.folder).arg("--no-pager");
        for (name, _) in std::env::vars_os() {
            let of_git = name.as_encoded_bytes().starts_with(b"GIT_");
            let kept = OF_HOOKS.iter().any(|hook| name == *hook) && self.folder == Path::new(".");
            if of_git && !kept {
                command.env_remove(name);
            }
        }
        for (name, value) in [
            ("LC_ALL", "C"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_TERMINAL_PROMPT", "0"),
            // What a partial clone lacks would be fetched, by whatever the repository says.
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_ALLOW_PROTOCOL", "none"),
            ("GIT_NO_REPLACE_OBJECTS", "1"),
        ] {
            command.env(name, value);
        }
        for setting in CALM {
            command.args(["-c", setting]);
        }
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts a command whose answer is read while it runs.
    ///
    /// # Errors
    /// [`Kind::Usage`] when there is no git, or it does not start.
    pub(super) fn start(&self, args: &[&str]) -> Result<Running, Failure> {
        Running::of(self.command(args), self)
    }

    /// The whole answer of a command.
    ///
    /// # Errors
    /// [`Kind::Usage`] when it fails, with what git says.
    pub(super) fn answer(&self, args: &[&str]) -> Result<Vec<u8>, Failure> {
        let mut running = self.start(args)?;
        let mut answer = Vec::new();
        let read = running.out.read_to_end(&mut answer);
        running.finish()?;
        read.map(|_| answer).map_err(|error| broken(&error))
    }

    /// The answer of a command that may as well have none.
    pub(super) fn perhaps(&self, args: &[&str]) -> Vec<u8> {
        self.answer(args).unwrap_or_default()
    }

    /// Whether a question is answered with “true”.
    ///
    /// # Errors
    /// As [`Git::answer`].
    pub(super) fn says_true(&self, question: &str) -> Result<bool, Failure> {
        Ok(self.answer(&["rev-parse", question])?.trim_ascii() == b"true")
    }
}

/// A command under way.
pub(super) struct Running {
    pub(super) child: Child,
    pub(super) out: ChildStdout,
    complaints: JoinHandle<Vec<u8>>,
}

impl Running {
    pub(super) fn of(mut command: Command, git: &Git) -> Result<Self, Failure> {
        let mut child = command.spawn().map_err(|error| not_started(&error, &git.folder))?;
        let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(broken(&io::ErrorKind::BrokenPipe.into()));
        };
        let complaints = std::thread::spawn(move || listened(err));
        Ok(Self { child, out, complaints })
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// [`Kind::Usage`] when it failed.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        drop(self.out);
        let status = self.child.wait().map_err(|error| broken(&error))?;
        let complaints = self.complaints.join().unwrap_or_default();
        if status.success() { Ok(()) } else { Err(failed(&String::from_utf8_lossy(&complaints))) }
    }
}

/// All that is said; only the beginning is kept.
fn listened(mut err: ChildStderr) -> Vec<u8> {
    let mut kept = Vec::new();
    let _ = err.by_ref().take(COMPLAINTS).read_to_end(&mut kept);
    let _ = io::copy(&mut err, &mut io::sink());
    kept
}

const NOT_READ: &str = "the git repository could not be looked through";

fn not_started(error: &io::Error, folder: &Path) -> Failure {
    let shown = visible_within(&folder.to_string_lossy(), 200);
    if !folder.is_dir() {
        return Failure::new(
            Kind::Usage,
            NOT_READ,
            format!("{shown} is no folder"),
            "name the folder of a repository: birdkeep scan --git FOLDER",
        );
    }
    let (because, try_this) = if error.kind() == io::ErrorKind::NotFound {
        ("there is no git on this machine".to_owned(), "install git, or scan the files alone, without --git")
    } else {
        (format!("git did not start: {}", error.kind()), "try again, or scan the files alone, without --git")
    };
    Failure::new(Kind::Usage, NOT_READ, because, try_this)
}

pub(super) fn broken(error: &io::Error) -> Failure {
    Failure::new(Kind::Usage, NOT_READ, format!("reading from git failed: {}", error.kind()), "try again")
}

fn failed(complaints: &str) -> Failure {
    if complaints.contains("safe.directory") {
        return Failure::new(
            Kind::Usage,
            NOT_READ,
            "it belongs to another user, and git does not open such a one unless told to",
            "if you trust its owner: git config --global --add safe.directory FOLDER (its full path)",
        );
    }
    if complaints.contains("not a git repository") {
        return Failure::new(
            Kind::Usage,
            NOT_READ,
            "there is no git repository in this folder or above it",
            "name the folder of one: birdkeep scan --git FOLDER, or scan the files alone, without --git",
        );
    }
    let line = complaints.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("nothing");
    Failure::new(
        Kind::Usage,
        NOT_READ,
        format!("git said: {}", visible_within(line, 300)),
        "git fsck tells what is wrong with a repository",
    )
}

/// A path as git writes it.
pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(OsStr::from_bytes(bytes))
}
