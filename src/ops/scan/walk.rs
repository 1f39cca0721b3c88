//! Folders and files, looked through by as many threads as there are processors.
//!
//! Nothing is passed over but what is inside `.git`, symbolic links and special files: what leaks lies in ignored files.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};

use rustix::fs::OFlags;

use super::matcher::Matcher;
use super::report::{Finding, Kept, Tally};
use super::stream::Reader;
use crate::domain::fingerprint::FingerprintKey;

/// How many files a thread takes in one go.
const BATCH: usize = 64;
/// How many batches may wait: a thread that lists a folder looks at the files itself when nobody keeps up.
const WAITING: usize = 64;

/// What is still to be done.
enum Job {
    Folder(PathBuf),
    Files(PathBuf, Vec<OsString>),
}

/// The jobs that wait, and how many threads work on one that may bring more.
#[derive(Default)]
struct Jobs {
    waiting: Vec<Job>,
    busy: usize,
}

/// The jobs as all threads see them.
#[derive(Default)]
struct Queue {
    jobs: Mutex<Jobs>,
    changed: Condvar,
}

impl Queue {
    /// Takes a job in, unless too many wait.
    fn offer(&self, job: Job) -> Result<(), Job> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        // A folder is short to write down, and what is in it is not known yet.
        if matches!(job, Job::Files(..)) && jobs.waiting.len() >= WAITING {
            return Err(job);
        }
        jobs.waiting.push(job);
        self.changed.notify_one();
        Ok(())
    }

    /// The next job; none when everything is done.
    fn take(&self, had_one: bool) -> Option<Job> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.busy -= usize::from(had_one);
        loop {
            if let Some(job) = jobs.waiting.pop() {
                jobs.busy += 1;
                return Some(job);
            }
            if jobs.busy == 0 {
                self.changed.notify_all();
                return None;
            }
            jobs = self.changed.wait(jobs).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Looks through everything at and below `roots`, which a person named.
pub(super) fn walk(
    roots: &[PathBuf],
    matcher: &Matcher,
    prints: &FingerprintKey,
    threads: usize,
) -> (Vec<Finding>, Tally) {
    let queue = Queue::default();
    let walker = || Walker::new(matcher, &queue, Kept::new(prints.clone()));
    let mut first = walker();
    for root in roots {
        first.root(root);
    }
    let mut walkers: Vec<Walker> = (1..threads.max(1)).map(|_| walker()).collect();
    std::thread::scope(|scope| {
        for walker in &mut walkers {
            scope.spawn(|| walker.work());
        }
        first.work();
    });
    let (mut found, mut tally) = (first.kept.into_findings(), first.tally);
    for walker in walkers {
        found.extend(walker.kept.into_findings());
        tally.add(walker.tally);
    }
    (found, tally)
}

/// Looks through `source`, which has no name but `name`.
pub(super) fn one(
    name: &str,
    mut source: impl io::Read,
    matcher: &Matcher,
    prints: &FingerprintKey,
) -> (Vec<Finding>, Tally) {
    let (mut kept, mut tally) = (Kept::new(prints.clone()), Tally::default());
    let mut reader = Reader::new(matcher);
    let looked = reader.look(&mut source, |found, text| kept.file(Path::new(name), found, text));
    tally.file(Path::new(name), looked);
    (kept.into_findings(), tally)
}

/// One thread's part.
struct Walker<'a> {
    matcher: &'a Matcher,
    queue: &'a Queue,
    reader: Reader<'a>,
    kept: Kept,
    tally: Tally,
}

impl<'a> Walker<'a> {
    fn new(matcher: &'a Matcher, queue: &'a Queue, kept: Kept) -> Self {
        Self { matcher, queue, reader: Reader::new(matcher), kept, tally: Tally::default() }
    }

    fn work(&mut self) {
        let mut had_one = false;
        while let Some(job) = self.queue.take(had_one) {
            had_one = true;
            self.job(job);
        }
    }

    fn job(&mut self, job: Job) {
        match job {
            Job::Folder(folder) => self.folder(&folder),
            Job::Files(folder, names) => {
                for name in names {
                    self.file(&folder.join(name));
                }
            }
        }
    }

    /// What a person named may be a link, or a pipe: `<(…)` of a shell is one.
    fn root(&mut self, root: &Path) {
        match fs::metadata(root) {
            Ok(facts) if facts.is_dir() => {
                // A folder that was named is wanted whatever its name is.
                let _ = self.queue.offer(Job::Folder(root.to_owned()));
            }
            Ok(facts) if facts.is_file() || facts.file_type().is_fifo() => match File::open(root) {
                Ok(file) => self.look(root, file),
                Err(error) => self.tally.file(root, Err(error)),
            },
            Ok(_) => self.tally.special += 1,
            Err(error) => self.tally.absent(root, &error),
        }
    }

    fn folder(&mut self, folder: &Path) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.tally.file(folder, Err(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let (entry, kind) = match entry.and_then(|entry| Ok((entry.file_type()?, entry))) {
                Ok((kind, entry)) => (entry, kind),
                Err(error) => {
                    self.tally.file(folder, Err(error));
                    continue;
                }
            };
            let name = entry.file_name();
            if name == ".git" {
                self.tally.repositories += u64::from(kind.is_dir());
                continue;
            }
            self.name(folder, &name);
            if kind.is_dir() {
                let _ = self.queue.offer(Job::Folder(folder.join(&name)));
            } else if kind.is_symlink() {
                self.tally.links += 1;
            } else if kind.is_file() {
                names.push(name);
            } else {
                self.tally.special += 1;
            }
            if names.len() >= BATCH {
                self.pass_on(folder, std::mem::take(&mut names));
            }
        }
        self.pass_on(folder, names);
    }

    fn pass_on(&mut self, folder: &Path, names: Vec<OsString>) {
        if !names.is_empty()
            && let Err(job) = self.queue.offer(Job::Files(folder.to_owned(), names))
        {
            self.job(job);
        }
    }

    /// A value may be the name of a file as well.
    fn name(&mut self, folder: &Path, name: &OsString) {
        let bytes = name.as_encoded_bytes();
        for hit in self.matcher.search(bytes) {
            let text = &bytes[hit.start..hit.end];
            self.kept.name(hit.what, hit.writing, folder.join(name), text);
        }
    }

    fn file(&mut self, path: &Path) {
        // Between listing and opening it may have become a link or a pipe.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let flags = i32::try_from(flags.bits()).unwrap_or(0);
        match OpenOptions::new().read(true).custom_flags(flags).open(path) {
            Ok(file) => self.look(path, file),
            Err(error) => self.tally.file(path, Err(error)),
        }
    }

    fn look(&mut self, path: &Path, mut file: File) {
        let kept = &mut self.kept;
        let looked = self.reader.look(&mut file, |found, text| kept.file(path, found, text));
        self.tally.file(path, looked);
    }
}
