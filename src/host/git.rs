//! What the `git` command says about one file: whether its history keeps it. Nothing is changed, no hook is run.

use std::path::Path;
use std::process::{Command, Stdio};

/// How git stands to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is no `git` command, or it would not answer.
    Unknown,
    /// The file is in no repository.
    Outside,
    /// It is part of the repository.
    Tracked,
    /// It is no more, but the history has it.
    Once,
    /// It is ignored and never was part of it.
    Ignored,
    /// It never was part of it, and nothing keeps it out.
    Loose,
}

/// Asks git about the file at `path`.
pub fn standing(path: &Path) -> Standing {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Standing::Unknown };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let ask = |words: &[&str]| -> Option<(bool, bool)> {
        let mut command = Command::new("git");
        // A repository's own settings may name programs to run.
        command.args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-C"]).arg(folder);
        command.arg("--no-pager").args(words).arg("--").arg(name);
        command.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
        command.stdin(Stdio::null()).stderr(Stdio::null());
        let output = command.output().ok()?;
        Some((output.status.success(), !output.stdout.is_empty()))
    };
    match ask(&["rev-parse", "--is-inside-work-tree"]) {
        None => return Standing::Unknown,
        Some((false, _)) => return Standing::Outside,
        Some((true, _)) => {}
    }
    if ask(&["--literal-pathspecs", "ls-files", "--error-unmatch"]).is_some_and(|(found, _)| found) {
        return Standing::Tracked;
    }
    match ask(&["--literal-pathspecs", "log", "--all", "--format=%h", "-n", "1"]) {
        Some((_, true)) => Standing::Once,
        None => Standing::Unknown,
        _ if ask(&["check-ignore", "--quiet"]).is_some_and(|(ignored, _)| ignored) => Standing::Ignored,
        _ => Standing::Loose,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git(folder: &Path, words: &[&str]) -> bool {
        let mut command = Command::new("git");
        command.arg("-C").arg(folder).args(["-c", "user.name=bird", "-c", "user.email=bird@example.org"]);
        command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    #[test]
    fn a_file_is_outside_loose_ignored_tracked_or_was_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        for name in [".env", "-n.env", "gone.env", ".gitignore"] {
            std::fs::write(at(name), "X_API_KEY=made-up\n").expect("there is room");
        }
        if !git(folder.path(), &["--version"]) {
            assert_eq!(standing(&at(".env")), Standing::Unknown);
            return;
        }
        assert_eq!(standing(&at(".env")), Standing::Outside);
        assert!(git(folder.path(), &["init", "--quiet"]));
        assert_eq!(standing(&at(".env")), Standing::Loose);
        std::fs::write(at(".gitignore"), ".env\n").expect("there is room");
        assert_eq!(standing(&at(".env")), Standing::Ignored);
        assert!(git(folder.path(), &["add", "--", "-n.env", "gone.env"]));
        assert_eq!(standing(&at("-n.env")), Standing::Tracked);
        assert!(git(folder.path(), &["commit", "--quiet", "-m", "made up"]));
        assert!(git(folder.path(), &["rm", "--cached", "--quiet", "gone.env"]));
        assert_eq!(standing(&at("gone.env")), Standing::Once);
        assert_eq!(standing(&at(".env")), Standing::Ignored);
    }
}
