//! What a scan has found, where, and what it has not looked at.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use super::matcher::What;
use super::stream::{Found, Seen, Spot};
use super::writing::Writing;
use crate::domain::fields::Field;
use crate::domain::fingerprint::{Fingerprint, FingerprintKey};
use crate::domain::secret::Secret;
use crate::domain::time::Time;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A value of the vault, by its number.
    Known(usize),
    /// Something of the shape of this field; equal values have equal fingerprints.
    Shape(Field, Fingerprint),
}

/// Something found in some place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What.
    pub subject: Subject,
    /// Where.
    pub place: Where,
    /// How it is written there.
    pub writing: Writing,
    /// How often it stands there beside the places that are listed.
    pub more: u64,
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Where {
    /// In a file.
    File(PathBuf, Spot),
    /// In the name of a file or folder.
    Name(PathBuf),
    /// In what git keeps.
    Past(Past),
}

/// A place in what git keeps.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Past {
    /// The file, as the repository names it; `None`: it is no file, or none that a commit leads to.
    pub path: Option<PathBuf>,
    /// Where in its first version that holds it.
    pub spot: Spot,
    /// What git calls that version.
    pub object: String,
    /// What kind of object that is.
    pub kind: Object,
    /// The commit that brought it, and when; `None`: it is not committed, or no commit leads to it.
    pub first: Option<(Time, String)>,
    /// In how many versions of the file it stands.
    pub versions: usize,
    /// Whether it is in what is checked out now.
    pub in_head: bool,
    /// Whether the next commit holds it.
    pub staged: bool,
}

/// Kinds of objects of git that hold text of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// What was in a file.
    Blob,
    /// A commit: its message and who made it.
    Commit,
    /// An annotated tag.
    Tag,
}

impl Object {
    /// The stable word, which is git's.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Commit => "commit",
            Self::Tag => "tag",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Blob, Self::Commit, Self::Tag].into_iter().find(|kind| kind.word() == word)
    }
}

/// What was looked at, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Files.
    pub files: u64,
    /// Objects of git.
    pub objects: u64,
    /// Bytes of both.
    pub bytes: u64,
    /// Compressed files: their contents were not seen.
    pub packed: Listed,
    /// Files and folders that could not be read, each with why.
    pub unreadable: Listed,
    /// Symbolic links that were not followed.
    pub links: u64,
    /// Pipes, devices and the like.
    pub special: u64,
    /// Folders `.git` that were passed over.
    pub repositories: u64,
    /// What was not looked at in a repository: one sentence each.
    pub left: Vec<String>,
}

/// A number of things, of which the first few are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// How many.
    pub count: u64,
    /// The first ones, each with what there is to say of it.
    pub first: Vec<(PathBuf, &'static str)>,
}

impl Listed {
    const MOST: usize = 20;

    fn add(&mut self, path: &Path, why: &'static str) {
        self.count += 1;
        if self.first.len() < Self::MOST {
            self.first.push((path.to_owned(), why));
        }
    }

    fn append(&mut self, other: Self) {
        self.count += other.count;
        self.first.extend(other.first);
        self.first.sort();
        self.first.truncate(Self::MOST);
    }
}

impl Tally {
    /// Takes in what became of a file.
    pub(super) fn file(&mut self, path: &Path, looked: io::Result<Seen>) {
        match looked {
            Ok(seen) => {
                self.files += 1;
                self.bytes += seen.bytes;
                if seen.packed {
                    self.packed.add(path, "");
                }
            }
            // It went away after it was listed, or became a link: nothing is there to leak.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
                self.links += 1;
            }
            Err(error) => self.unreadable.add(path, why(&error)),
        }
    }

    /// Takes in that something a person named is not there.
    pub(super) fn absent(&mut self, path: &Path, error: &io::Error) {
        self.unreadable.add(path, why(error));
    }

    pub(super) fn add(&mut self, other: Self) {
        self.files += other.files;
        self.objects += other.objects;
        self.bytes += other.bytes;
        self.packed.append(other.packed);
        self.unreadable.append(other.unreadable);
        self.links += other.links;
        self.special += other.special;
        self.repositories += other.repositories;
        self.left.extend(other.left);
    }
}

fn why(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file",
        io::ErrorKind::PermissionDenied => "permission is denied",
        io::ErrorKind::InvalidFilename => "its path is too long",
        _ => "reading it failed",
    }
}

/// How many places of the same value in the same file are listed; the others are counted.
const LISTED: u64 = 10;

/// Findings as they come. Equal shapes are known by their fingerprints: no value is kept.
pub(super) struct Kept {
    prints: FingerprintKey,
    found: Vec<Finding>,
    /// Of the file that was last found something in: how often each thing was, and its last listed place.
    file: PathBuf,
    here: HashMap<(Subject, Writing), (u64, usize)>,
}

impl Kept {
    pub(super) fn new(prints: FingerprintKey) -> Self {
        Self { prints, found: Vec::new(), file: PathBuf::new(), here: HashMap::new() }
    }

    /// Takes in what was found in a file; `text` is the value as it stands there.
    pub(super) fn file(&mut self, path: &Path, found: Found, text: &[u8]) {
        let subject = self.subject(found.what, text);
        if path != self.file {
            path.clone_into(&mut self.file);
            self.here.clear();
        }
        let (times, last) = self.here.entry((subject, found.writing)).or_insert((0, 0));
        *times += 1;
        if *times > LISTED {
            self.found[*last].more += 1;
            return;
        }
        *last = self.found.len();
        let place = Where::File(path.to_owned(), found.spot);
        self.found.push(Finding { subject, place, writing: found.writing, more: 0 });
    }

    /// Takes in what was found in a name.
    pub(super) fn name(&mut self, what: What, writing: Writing, path: PathBuf, text: &[u8]) {
        let subject = self.subject(what, text);
        self.found.push(Finding { subject, place: Where::Name(path), writing, more: 0 });
    }

    /// What something is called that was found as `text`.
    pub(super) fn subject(&self, what: What, text: &[u8]) -> Subject {
        match what {
            What::Known(number) => Subject::Known(number),
            What::Shape(field) => {
                let text: String = text.iter().filter(|byte| **byte != 0).copied().map(char::from).collect();
                Subject::Shape(field, self.prints.of(&Secret::new(text)))
            }
        }
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.found
    }
}
