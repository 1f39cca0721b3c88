//! Runs another program, in our place or beside us, as it would have been run without us. No shell is involved: its
//! arguments are handed over one by one, as they are.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use rustix::fs::{Access, access};

use super::hardening;

/// Where programs are where nobody says otherwise: what `execvp` looks through without a `PATH`.
const USUAL: &str = "/bin:/usr/bin";

/// Why a program cannot be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotRun {
    /// There is none of that name.
    #[error("there is no program of that name")]
    NoSuch,
    /// There is a file, and it may not be executed: its mode, a folder, a disk without programs.
    #[error("there is such a file, and it may not be executed")]
    NotExecutable,
    /// There is a script whose first line names a program that is not there.
    #[error("it is a script, and the program its first line names is not there")]
    NoInterpreter,
    /// The system refuses.
    #[error("the system answered: {0}")]
    Other(io::ErrorKind),
}

/// Looks whether there is such a program, before anything is done for it.
///
/// # Errors
/// There is none, or it may not be executed.
pub fn find(program: &OsStr, path: Option<&OsStr>) -> Result<PathBuf, CannotRun> {
    if program.is_empty() {
        return Err(CannotRun::NoSuch);
    }
    if program.as_encoded_bytes().contains(&b'/') {
        return look(Path::new(program));
    }
    let mut refused = CannotRun::NoSuch;
    for folder in std::env::split_paths(path.unwrap_or(OsStr::new(USUAL))) {
        match look(&folder.join(program)) {
            Ok(found) => return Ok(found),
            Err(CannotRun::NotExecutable) => refused = CannotRun::NotExecutable,
            Err(_) => {}
        }
    }
    Err(refused)
}

fn look(file: &Path) -> Result<PathBuf, CannotRun> {
    let found = file.metadata().map_err(|_error| CannotRun::NoSuch)?;
    let may = found.is_file() && access(file, Access::EXEC_OK).is_ok();
    if may { Ok(file.to_owned()) } else { Err(CannotRun::NotExecutable) }
}

/// Runs `command` in the place of this process: umask, limits and signals are as they were found, and of what is open
/// here nothing goes along. Comes back only if that fails.
pub fn replace(mut command: Command) -> CannotRun {
    hardening::put_back();
    let error = command.exec();
    why(&error, command.get_program())
}

/// Runs `command` beside this process, with umask and limits as they were found.
///
/// # Errors
/// It cannot be run.
pub fn start(program: &OsStr, command: impl FnOnce() -> io::Result<Child>) -> Result<Child, CannotRun> {
    hardening::as_found(command).map_err(|error| why(&error, program))
}

fn why(error: &io::Error, program: &OsStr) -> CannotRun {
    let found = find(program, std::env::var_os("PATH").as_deref()).is_ok();
    match error.kind() {
        io::ErrorKind::NotFound if found => CannotRun::NoInterpreter,
        io::ErrorKind::NotFound => CannotRun::NoSuch,
        io::ErrorKind::PermissionDenied => CannotRun::NotExecutable,
        kind => CannotRun::Other(kind),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_program_is_found_as_the_system_would_find_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        for (name, mode) in [("a/bot", 0o644), ("b/bot", 0o755), ("a/text", 0o644)] {
            std::fs::create_dir_all(at(name).parent().expect("it has one")).expect("a folder");
            std::fs::write(at(name), "#!/nowhere/at/all\n").expect("written");
            std::fs::set_permissions(at(name), std::fs::Permissions::from_mode(mode)).expect("ours");
        }
        let path: OsString = std::env::join_paths([at("none"), at("a"), at("b")]).expect("plain paths");
        let find = |program: &OsStr| find(program, Some(&path));
        assert_eq!(find("bot".as_ref()), Ok(at("b/bot")));
        for (program, wanted) in [
            ("", CannotRun::NoSuch),
            ("cat", CannotRun::NoSuch),
            ("text", CannotRun::NotExecutable),
            ("/nowhere/bot", CannotRun::NoSuch),
        ] {
            assert_eq!(find(program.as_ref()), Err(wanted), "{program}");
        }
        assert_eq!(find(folder.path().as_ref()), Err(CannotRun::NotExecutable), "a folder is no program");
        let script = at("b/bot");
        let started = start(script.as_ref(), || Command::new(&script).spawn());
        assert_eq!(started.err(), Some(CannotRun::NoInterpreter));
    }
}
