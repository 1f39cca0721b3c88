//! A home folder seen from outside, and the X that is played for it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Every file below `folder` with its contents.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    walk(folder, &mut found);
    found
}

fn walk(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push((path.clone(), std::fs::read(&path).expect("a readable file")));
        }
    }
}

/// X, played by `demo --listen`; ends with the test.
pub(crate) struct Played {
    child: Child,
    /// Its address, for `BIRDKEEP_X_API`.
    pub(crate) base: String,
    /// Who is in it, as exchange JSON.
    pub(crate) roster: String,
}

impl Played {
    /// Starts `birdkeep`, a command with a home and nothing else set.
    pub(crate) fn start(mut birdkeep: Command, args: &[&str]) -> Self {
        birdkeep.args(["demo", "--listen", "127.0.0.1:0"]).args(args);
        birdkeep.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = birdkeep.spawn().expect("the program starts");
        let mut line = String::new();
        let stderr = child.stderr.take().expect("it is piped");
        BufReader::new(stderr).read_line(&mut line).expect("it says where it listens");
        let base = line.split_whitespace().find_map(|word| word.strip_prefix("BIRDKEEP_X_API="));
        let base = base.expect("it names its address").to_owned();
        let mut roster = String::new();
        child.stdout.take().expect("it is piped").read_to_string(&mut roster).expect("it ends its output");
        Self { child, base, roster }
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
