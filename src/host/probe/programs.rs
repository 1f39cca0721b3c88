//! Programs on this machine: whether there is one, and what it answers.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where `program` is, by the folders of `path` (the value of `PATH`) unless it is a path itself.
pub fn find(program: &str, path: Option<&OsStr>) -> Option<PathBuf> {
    if program.contains('/') {
        return Some(PathBuf::from(program)).filter(|path| is_program(path));
    }
    std::env::split_paths(path?).map(|folder| folder.join(program)).find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.mode() & 0o111 != 0)
}

/// What a program prints that was started without a shell; `None`: it failed. Waits for its end, so only to be called
/// in a probe.
pub fn ask(program: &Path, arguments: &[&str]) -> Option<String> {
    let output =
        Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_name_and_by_path() {
        let path = std::env::var_os("PATH");
        let shell = find("sh", path.as_deref()).expect("there is a shell");
        assert_eq!(find(shell.to_str().expect("a plain path"), None), Some(shell.clone()));
        assert_eq!(find("no-such-program-made-up", path.as_deref()), None);
        assert_eq!(find("/", path.as_deref()), None);
        assert_eq!(find("sh", None), None);
        assert_eq!(ask(&shell, &["-c", "echo made up"]).as_deref(), Some("made up"));
        assert_eq!(ask(&shell, &["-c", "echo made up; exit 3"]), None);
    }
}
