//! A home of its own for every test, and the program run in it.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::home::{self, Played};

/// The program under test.
pub(crate) const BIRDKEEP: &str = env!("CARGO_BIN_EXE_birdkeep");

/// A home folder with nothing in it but what a test put there.
pub(crate) struct Bench {
    home: TempDir,
    variables: Vec<(String, String)>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n--- out\n{}\n--- err\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.err.contains(text), "{text:?} is not said in\n{}", self.err);
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).expect("the answer is JSON")
    }

    /// Everything it wrote.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

impl Bench {
    /// An empty home.
    pub(crate) fn empty() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        Self { home, variables: Vec::new() }
    }

    /// A home with a vault that an unencrypted identity opens.
    pub(crate) fn new() -> Self {
        let bench = Self::empty();
        bench.plain_identity();
        bench.run(&["init"]).ends(0);
        bench
    }

    /// [`Bench::new`] with an app `bots` and a profile `wiki` on it.
    pub(crate) fn with_a_bot() -> Self {
        let bench = Self::new();
        bench.pipe(&["app", "add", "bots"], "api_key=made-up-key\napi_secret=made-up-secret\n").ends(0);
        let values = "access_token=1447-made-up\naccess_secret=made-up-access\n";
        bench.pipe(&["add", "wiki", "--app", "bots", "--handle", "@wikidaily"], values).ends(0);
        bench
    }

    /// Puts an unencrypted identity in its usual place, readable by its owner alone.
    pub(crate) fn plain_identity(&self) {
        use age::secrecy::ExposeSecret as _;
        let identity = age::x25519::Identity::generate();
        let folder = self.path("config/birdkeep");
        std::fs::create_dir_all(&folder).expect("a folder");
        self.write("config/birdkeep/identity.age", identity.to_string().expose_secret());
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn vault(&self) -> PathBuf {
        self.path("data/birdkeep/vault.age")
    }

    /// Writes a file that its owner alone can read.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        use std::os::unix::fs::OpenOptionsExt as _;
        let path = self.path(name);
        let file =
            std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path);
        file.expect("a new file").write_all(text.as_ref()).expect("there is room");
        path.to_string_lossy().into_owned()
    }

    /// Sets a variable for all later runs.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.variables.push((name.to_owned(), value.into()));
    }

    /// The program in this home, with nothing of the surroundings.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_DATA_HOME", self.path("data"))
            .env("XDG_STATE_HOME", self.path("state"))
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let mut command = self.command(BIRDKEEP);
        command.args(args);
        ran(command.spawn().expect("the program starts"), b"")
    }

    /// Runs it with `input` on standard input.
    pub(crate) fn pipe(&self, args: &[&str], input: impl AsRef<[u8]>) -> Ran {
        let mut command = self.command(BIRDKEEP);
        command.args(args).stdin(Stdio::piped());
        ran(command.spawn().expect("the program starts"), input.as_ref())
    }

    /// Starts it and comes back at once.
    pub(crate) fn start(&self, args: &[&str]) -> Child {
        let mut command = self.command(BIRDKEEP);
        command.args(args).stdin(Stdio::piped()).spawn().expect("the program starts")
    }

    /// Runs a line of shell, in which `birdkeep` is the program.
    pub(crate) fn shell(&self, line: &str) -> Ran {
        let mut command = self.command("/bin/sh");
        command.arg("-c").arg(format!("birdkeep() {{ {BIRDKEEP:?} \"$@\"; }}; {line}"));
        ran(command.spawn().expect("there is a shell"), b"")
    }

    /// X, played by `demo --listen` with `args`.
    pub(crate) fn played(&self, args: &[&str]) -> Played {
        Played::start(self.command(BIRDKEEP), args)
    }

    /// Every file in this home with its contents.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        home::files(self.home.path())
    }

    /// What must not change when nothing is saved: the vault and its backups. The lock tells who held it last.
    pub(crate) fn kept(&self) -> Vec<(PathBuf, String)> {
        let kept = home::files(&self.path("data"))
            .into_iter()
            .filter(|(path, _)| path.extension().is_some_and(|end| end == "age"));
        kept.map(|(path, bytes)| (path, format!("{:x}", Sha256::digest(bytes)))).collect()
    }
}

fn ran(mut child: Child, input: &[u8]) -> Ran {
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read its input is free to end.
        let _ = stdin.write_all(input);
    }
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}
