//! Which commit brought an object, under which name, and whether it is still there: asked only for what was found.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;

use super::command::{Git, broken, path_of};
use super::objects::Hit;
use crate::domain::time::Time;
use crate::failure::Failure;
use crate::ops::scan::report::{Finding, Kept, Object, Past, Subject, Where};
use crate::ops::scan::writing::Writing;

/// A commit, numbered from the newest on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Commit {
    number: usize,
    name: String,
    at: Time,
}

/// Where objects are met.
#[derive(Default)]
pub(super) struct Appearances {
    /// For each object, the files it was the contents of, each with the first commit in which it was.
    files: HashMap<String, BTreeMap<PathBuf, Option<Commit>>>,
    /// Commits in which something was found themselves.
    commits: HashMap<String, Commit>,
    head: HashSet<(String, PathBuf)>,
    index: HashSet<(String, PathBuf)>,
}

impl Appearances {
    /// Of everything in `hits`.
    ///
    /// # Errors
    /// When git fails on the way.
    pub(super) fn of(git: &Git, hits: &[Hit]) -> Result<Self, Failure> {
        let wanted: HashSet<&str> = hits.iter().map(|hit| hit.object.as_str()).collect();
        let mut this = Self::default();
        if wanted.is_empty() {
            return Ok(this);
        }
        this.follow(git, &wanted)?;
        this.see_now(git, &wanted);
        Ok(this)
    }

    /// Those of the next commit alone.
    pub(super) fn staged(git: &Git, hits: &[Hit]) -> Self {
        let wanted: HashSet<&str> = hits.iter().map(|hit| hit.object.as_str()).collect();
        let mut this = Self::default();
        this.see_now(git, &wanted);
        this.head.clear();
        this
    }

    /// Goes through all commits, newest first: the last one that is met is the first one there was.
    fn follow(&mut self, git: &Git, wanted: &HashSet<&str>) -> Result<(), Failure> {
        let mut running = git.start(&[
            "log",
            "--all",
            "--reflog",
            // No commit before its children, whatever the clocks said.
            "--date-order",
            "-m",
            "--root",
            "--raw",
            "--no-renames",
            "--no-abbrev",
            "--no-textconv",
            "--no-ext-diff",
            "-z",
            "--format=%x01%H %ct",
        ])?;
        let mut commit = Commit { number: 0, name: String::new(), at: Time::default() };
        let mut object = None;
        for part in BufReader::with_capacity(64 * 1024, &mut running.out).split(0) {
            let part = part.map_err(|error| broken(&error))?;
            if let Some(object) = object.take() {
                self.meet(object, &part, Some(&commit));
            } else if let Some(head) = part.strip_prefix(b"\x01") {
                commit = commit.next(&String::from_utf8_lossy(head));
                if wanted.contains(commit.name.as_str()) {
                    self.commits.insert(commit.name.clone(), commit.clone());
                }
            } else if let Some(raw) = part.trim_ascii_start().strip_prefix(b":") {
                // Modes before and after, objects before and after, what became of it; the name is the next part.
                let after = raw.split(|byte| *byte == b' ').nth(3).unwrap_or_default();
                let after = String::from_utf8_lossy(after).into_owned();
                object = Some(Some(after).filter(|after| wanted.contains(after.as_str())));
            }
        }
        running.finish()
    }

    fn meet(&mut self, object: Option<String>, path: &[u8], commit: Option<&Commit>) {
        let Some(object) = object else { return };
        let first = self.files.entry(object).or_default().entry(path_of(path)).or_default();
        if commit.is_some() {
            *first = commit.cloned();
        }
    }

    /// What is checked out, and what the next commit holds.
    fn see_now(&mut self, git: &Git, wanted: &HashSet<&str>) {
        for (mode, object, path) in entries(&git.perhaps(&["ls-tree", "-r", "-z", "--full-tree", "HEAD"])) {
            if mode != "160000" && wanted.contains(object.as_str()) {
                self.meet(Some(object.clone()), path.as_os_str().as_encoded_bytes(), None);
                self.head.insert((object, path));
            }
        }
        for (_, object, path) in entries(&git.perhaps(&["ls-files", "-s", "-z", "--full-name", ":/"])) {
            if wanted.contains(object.as_str()) {
                self.meet(Some(object.clone()), path.as_os_str().as_encoded_bytes(), None);
                self.index.insert((object, path));
            }
        }
    }

    /// One finding for each value in each file, however many versions of the file hold it.
    pub(super) fn findings(&self, hits: &[Hit], kept: &Kept) -> Vec<Finding> {
        let mut groups: BTreeMap<(Subject, Writing, Place), Vec<&Hit>> = BTreeMap::new();
        for hit in hits {
            let subject = kept.subject(hit.what, &hit.text);
            let files = self.files.get(&hit.object).filter(|_| hit.kind == Object::Blob);
            for place in files.map_or_else(
                || vec![Place::Object(hit.object.clone())],
                |files| files.keys().cloned().map(Place::File).collect(),
            ) {
                groups.entry((subject, hit.writing, place)).or_default().push(hit);
            }
        }
        groups
            .into_iter()
            .filter_map(|((subject, writing, place), hits)| {
                let (past, more) = self.past(place, &hits)?;
                Some(Finding { subject, writing, place: Where::Past(past), more })
            })
            .collect()
    }

    /// The first version of a file that is among `hits`, and how often the value stands in it beside its first place.
    fn past(&self, place: Place, hits: &[&Hit]) -> Option<(Past, u64)> {
        let path = match place {
            Place::File(path) => Some(path),
            Place::Object(_) => None,
        };
        let commit_of = |hit: &Hit| match &path {
            Some(path) => self.files.get(&hit.object)?.get(path)?.as_ref(),
            None => self.commits.get(&hit.object),
        };
        let oldest = |hit: &&&Hit| commit_of(hit).map_or(0, |commit| commit.number + 1);
        let first = hits.iter().rev().max_by_key(oldest)?;
        let mut same: Vec<&&Hit> = hits.iter().filter(|hit| hit.object == first.object).collect();
        same.sort_by_key(|hit| hit.spot.offset);
        let versions: HashSet<&str> = hits.iter().map(|hit| hit.object.as_str()).collect();
        let among = |set: &HashSet<(String, PathBuf)>| {
            path.as_ref().is_some_and(|path| {
                versions.iter().any(|object| set.contains(&((*object).to_owned(), path.clone())))
            })
        };
        let past = Past {
            spot: same.first()?.spot,
            object: first.object.clone(),
            kind: first.kind,
            first: commit_of(first).map(|commit| (commit.at, commit.name.clone())),
            versions: versions.len(),
            in_head: among(&self.head),
            staged: among(&self.index) && !among(&self.head),
            path,
        };
        Some((past, same.len() as u64 - 1))
    }
}

/// What findings are gathered by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    File(PathBuf),
    Object(String),
}

impl Commit {
    /// The commit behind this one in the list: its name and its time.
    fn next(&self, head: &str) -> Self {
        let (name, at) = head.trim().split_once(' ').unwrap_or((head, ""));
        // A merge is listed once for each parent.
        let number = self.number + usize::from(self.name != name);
        Self { number, name: name.to_owned(), at: Time::from_unix(at.parse().unwrap_or(0)) }
    }
}

/// Mode, object and path of each entry that `ls-tree` or `ls-files -s` lists.
pub(super) fn entries(answer: &[u8]) -> impl Iterator<Item = (String, String, PathBuf)> {
    answer.split(|byte| *byte == 0).filter_map(|entry| {
        let tab = entry.iter().position(|byte| *byte == b'\t')?;
        let facts = String::from_utf8_lossy(&entry[..tab]).into_owned();
        let mut words = facts.split(' ').filter(|word| !matches!(*word, "blob" | "tree" | "commit"));
        Some((words.next()?.to_owned(), words.next()?.to_owned(), path_of(&entry[tab + 1..])))
    })
}
