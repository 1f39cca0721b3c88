//! Hands a text to another program without its environment: through a pipe it inherits, or in a file for its owner alone.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::io::{FdFlags, fcntl_setfd, ioctl_fionbio};

/// A file that is younger than this may be one whose lock is not taken yet.
const FRESH: Duration = Duration::from_secs(60);

/// The folder of all files in `$XDG_RUNTIME_DIR`.
const SHARED: &str = "birdkeep";
/// How the name of a folder that is one file's alone differs from that file's.
const ALONE: &str = "birdkeep-";
/// How the names of files begin that may be removed by whoever comes next.
const RUN: &str = "run-";

/// A pipe that holds a whole text and its end. It can be read once, by whoever inherits it.
#[derive(Debug)]
pub struct Pipe(OwnedFd);

impl Pipe {
    /// A pipe with `bytes` in it. Its number is the first that is free, which is 3 unless whoever started us has handed
    /// on something there.
    ///
    /// # Errors
    /// The system has none, or `bytes` do not fit: 64 KiB, as a rule.
    pub fn holding(bytes: &[u8]) -> io::Result<Self> {
        let (reader, mut writer) = io::pipe()?;
        // Nobody reads yet, so what does not fit would wait for ever.
        ioctl_fionbio(&writer, true)?;
        writer.write_all(bytes)?;
        Ok(Self(reader.into()))
    }

    /// The number of the file descriptor, here and for whoever inherits it.
    pub fn number(&self) -> i32 {
        self.0.as_raw_fd()
    }

    /// Lets programs inherit it that are started from now on.
    ///
    /// # Errors
    /// None that is known.
    pub fn let_inherit(&self) -> io::Result<()> {
        Ok(fcntl_setfd(&self.0, FdFlags::empty())?)
    }
}

/// A file that holds a text as long as this value lives.
#[derive(Debug)]
pub struct Handed {
    path: PathBuf,
    /// A folder that was made for this file alone.
    folder: Option<PathBuf>,
    /// Locked while somebody looks after the file; closed with this value.
    file: File,
}

impl Handed {
    /// A file for its owner alone that holds `bytes`. `name` must be new each time.
    ///
    /// It is in `runtime` (`$XDG_RUNTIME_DIR`), which lives in memory, if that is private; else in a folder of its own,
    /// in memory where the system has a place for that. Files that killed processes have left in either are removed.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn holding(bytes: &[u8], runtime: Option<&Path>, name: &str) -> io::Result<Self> {
        let private = runtime.filter(|folder| folder.is_absolute() && is_private(folder));
        for left in left_behind(private) {
            let _ = fs::remove_file(&left);
            // One of its own is empty then; the shared one is not, or will be used again.
            let _ = left.parent().filter(|folder| its_file(folder).is_some()).map(fs::remove_dir);
        }
        let (folder, alone) = if let Some(runtime) = private {
            (shared(runtime)?, None)
        } else {
            let folder = temporary().join(format!("{ALONE}{name}"));
            DirBuilder::new().mode(0o700).create(&folder)?;
            (folder.clone(), Some(folder))
        };
        let path = folder.join(name);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        let mut handed = Self { path, folder: alone, file };
        // Where there are no locks, nobody can tell a file that is left behind: all are kept.
        let _ = handed.file.lock();
        handed.file.write_all(bytes)?;
        Ok(handed)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Handed {
    fn drop(&mut self) {
        // Whoever was to read it may have removed it.
        let _ = fs::remove_file(&self.path);
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The folder of all such files in `runtime`.
fn shared(runtime: &Path) -> io::Result<PathBuf> {
    let folder = runtime.join(SHARED);
    match DirBuilder::new().mode(0o700).create(&folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ if !is_private(&folder) => return Err(io::ErrorKind::PermissionDenied.into()),
        _ => {}
    }
    Ok(folder)
}

/// The files that killed processes have left behind, in `runtime` and in folders of their own. Changes nothing.
pub fn left_behind(runtime: Option<&Path>) -> Vec<PathBuf> {
    let shared = runtime.map(|runtime| runtime.join(SHARED)).filter(|folder| is_private(folder));
    let shared = shared.iter().flat_map(|folder| entries(folder));
    let alone = entries(&temporary()).into_iter().filter_map(|folder| Some((its_file(&folder)?, folder)));
    let alone = alone.filter(|(_, folder)| is_private(folder)).map(|(file, _)| file);
    let mut left: Vec<PathBuf> = shared.chain(alone).filter(|path| is_left_behind(path)).collect();
    left.sort();
    left
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// The file that a folder was made for, as its name tells; `None`: it is not one of ours.
fn its_file(folder: &Path) -> Option<PathBuf> {
    let name = folder.file_name()?.to_str()?.strip_prefix(ALONE)?;
    name.starts_with(RUN).then(|| folder.join(name))
}

/// Whether nobody looks after a file any more.
fn is_left_behind(path: &Path) -> bool {
    let old = || Some(fs::symlink_metadata(path).ok()?.modified().ok()?.elapsed().ok()? > FRESH);
    old().unwrap_or_default() && File::open(path).is_ok_and(|file| file.try_lock().is_ok())
}

/// A folder of ours that nobody else can look into; no link to one.
fn is_private(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|meta| {
        meta.is_dir()
            && meta.uid() == rustix::process::geteuid().as_raw()
            && meta.mode().trailing_zeros() >= 6
    })
}

/// Where files go that need not outlive a restart: in memory where there is such a place.
fn temporary() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn a_pipe_holds_the_whole_text_and_its_end() {
        let pipe = Pipe::holding(b"made-up").expect("a pipe");
        assert!(pipe.number() >= 3);
        let mut read = String::new();
        File::from(pipe.0).read_to_string(&mut read).expect("it ends");
        assert_eq!(read, "made-up");
        assert!(Pipe::holding(&vec![b'x'; 4 << 20]).is_err(), "more than fits is no reason to hang");
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    #[test]
    fn a_file_is_private_and_goes_with_its_value() {
        let runtime = tempfile::tempdir().expect("a folder");
        fs::set_permissions(runtime.path(), fs::Permissions::from_mode(0o700)).expect("ours");
        let handed = Handed::holding(b"made-up", Some(runtime.path()), "one.env").expect("written");
        assert_eq!(handed.path(), runtime.path().join("birdkeep/one.env"));
        assert_eq!((mode(handed.path()), mode(&runtime.path().join("birdkeep"))), (0o600, 0o700));
        assert_eq!(fs::read(handed.path()).expect("readable"), b"made-up");
        let path = handed.path().to_owned();
        drop(handed);
        assert!(!path.exists());
    }

    #[test]
    fn without_a_private_folder_it_gets_one_of_its_own() {
        let open = tempfile::tempdir().expect("a folder");
        fs::set_permissions(open.path(), fs::Permissions::from_mode(0o755)).expect("ours");
        for (number, runtime) in
            [None, Some(open.path()), Some(Path::new("relative"))].into_iter().enumerate()
        {
            let name = format!("test-{}-{number}", std::process::id());
            let handed = Handed::holding(b"made-up", runtime, &name).expect("written");
            let folder = handed.path().parent().expect("it has one").to_owned();
            assert_eq!(mode(&folder), 0o700);
            assert!(!folder.starts_with(open.path()));
            drop(handed);
            assert!(!folder.exists());
        }
    }

    #[test]
    fn a_folder_of_its_own_that_a_killed_process_left_behind_is_seen_and_swept() {
        let name = format!("run-test-{}", std::process::id());
        let folder = temporary().join(format!("{ALONE}{name}"));
        DirBuilder::new().mode(0o700).create(&folder).expect("there is room");
        let file = folder.join(&name);
        fs::write(&file, "made-up").expect("written");
        assert!(!left_behind(None).contains(&file), "it may be one whose lock is not taken yet");
        let old = OpenOptions::new().write(true).open(&file).expect("ours");
        old.set_modified(SystemTime::now() - FRESH * 2).expect("ours");
        assert!(left_behind(None).contains(&file));
        let next = format!("test-{}-next", std::process::id());
        drop(Handed::holding(b"made-up", None, &next).expect("written"));
        assert!(!folder.exists());
        for other in ["birdkeep-notes", "notes-run-1", "birdkeep-", "run-1"] {
            assert_eq!(its_file(Path::new(other)), None, "{other} is not ours");
        }
    }

    #[test]
    fn what_a_killed_process_left_behind_is_swept_and_nothing_else() {
        let runtime = tempfile::tempdir().expect("a folder");
        fs::set_permissions(runtime.path(), fs::Permissions::from_mode(0o700)).expect("ours");
        let in_use = Handed::holding(b"made-up", Some(runtime.path()), "in-use").expect("written");
        let folder = runtime.path().join("birdkeep");
        for name in ["old", "fresh"] {
            fs::write(folder.join(name), "made-up").expect("written");
        }
        let long_ago = SystemTime::now() - FRESH * 2;
        for name in ["old", "in-use"] {
            let file = OpenOptions::new().write(true).open(folder.join(name)).expect("ours");
            file.set_modified(long_ago).expect("ours");
        }
        drop(Handed::holding(b"made-up", Some(runtime.path()), "next").expect("written"));
        assert!(in_use.path().exists() && folder.join("fresh").exists() && !folder.join("old").exists());
    }
}
