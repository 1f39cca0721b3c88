//! The leak scan: where values of the vault, and values that look like X's, stand in files and in the history of git.
//!
//! Pure in the middle: [`writing`] says how a value may be written down, [`anchors`] is the index that makes it fast,
//! [`shapes`] knows X's values by sight, [`views`] reads what is escaped throughout, [`matcher`] finds all of it in a text.
//! Around it: [`stream`] takes texts of any length, [`walk`] goes through folders, [`git`] through history. [`report`] is
//! what comes of it. Values are in memory while it looks, and in nothing that comes out: neither in a finding, nor in the
//! arguments of git.

mod anchors;
mod git;
mod known;
mod matcher;
mod report;
mod shapes;
mod stream;
#[cfg(test)]
mod tests;
mod views;
mod walk;
mod writing;

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

pub use self::known::{Holder, Known};
pub use self::matcher::Shapes;
pub use self::report::{Finding, Listed, Object, Past, Subject, Tally, Where};
pub use self::stream::Spot;
pub use self::writing::{WRITINGS, Writing};

use self::matcher::Matcher;
use self::report::Kept;
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::fingerprint::{Fingerprint, FingerprintKey};
use crate::domain::text::{visible, visible_within};
use crate::failure::Failure;
use crate::ops::identify::Place;

/// A scan that is ready to look at things.
#[derive(Debug)]
pub struct Scan {
    matcher: Matcher,
    prints: FingerprintKey,
    threads: usize,
    /// The values that are looked for. Findings name them by their numbers.
    pub known: Vec<Known>,
    /// The refresh tokens that were used up, of which the vault keeps fingerprints alone.
    spent: HashMap<Fingerprint, Holder>,
    found: Vec<Finding>,
    tally: Tally,
}

/// What came of it.
#[derive(Debug)]
pub struct Report {
    /// Everything found: values of the vault first, in the order of their places.
    pub findings: Vec<Finding>,
    /// What was looked at, and what was not.
    pub tally: Tally,
}

impl Scan {
    /// For every value of `document`.
    pub fn of(document: &Document, shapes: Shapes) -> Self {
        let (known, pairs) = known::known(document);
        let spent = document.all_profiles().flat_map(|profile| {
            let holder = Holder {
                owner: profile.id.into(),
                name: profile.name.clone(),
                field: Field::Oauth2RefreshToken,
                place: Place::Spent,
                dead_at: None,
                deleted: profile.deleted_at.is_some(),
            };
            let prints = profile.oauth2.iter().flat_map(|grant| grant.spent.iter().copied());
            prints.map(move |print| (print, holder.clone()))
        });
        let spent = spent.collect();
        Self::new(known, &pairs, shapes, document.fingerprints.clone(), spent)
    }

    /// For what looks like a value of X's, without a vault.
    pub fn of_shapes() -> Self {
        // Fingerprints only tell equal values from others here, and are shown to nobody.
        let prints = FingerprintKey::new([0; 32]);
        Self::new(Vec::new(), &[], Shapes::Yes, prints, HashMap::new())
    }

    fn new(
        known: Vec<Known>,
        pairs: &[(usize, usize)],
        shapes: Shapes,
        prints: FingerprintKey,
        spent: HashMap<Fingerprint, Holder>,
    ) -> Self {
        let matcher = Matcher::new(&known, pairs, shapes);
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
        Self { matcher, prints, threads, known, spent, found: Vec::new(), tally: Tally::default() }
    }

    /// The values that are too short to be looked for.
    pub fn too_short(&self) -> impl Iterator<Item = &Known> {
        self.known.iter().filter(|known| !matcher::is_long_enough(known))
    }

    /// Who holds, or held, what was found; nobody for a shape the vault knows nothing of.
    pub fn holders(&self, subject: Subject) -> &[Holder] {
        match subject {
            Subject::Known(number) => self.known.get(number).map_or(&[], |known| known.holders.as_slice()),
            Subject::Shape(_, print) => self.spent.get(&print).map_or(&[], std::slice::from_ref),
        }
    }

    /// The fingerprint of what was found, by which the rest of the program calls it.
    pub fn print(&self, subject: Subject) -> Option<Fingerprint> {
        match subject {
            Subject::Known(number) => self.known.get(number).map(|known| self.prints.of(&known.secret)),
            Subject::Shape(_, print) => Some(print),
        }
    }

    /// Looks at files, and at everything below folders.
    pub fn files(&mut self, roots: &[PathBuf]) {
        let (found, tally) = walk::walk(roots, &self.matcher, &self.prints, self.threads);
        self.take(found, tally);
    }

    /// Looks at files below folders that git would not ignore, and at files.
    ///
    /// # Errors
    /// Where a folder is in no repository.
    pub fn files_not_ignored(&mut self, roots: &[PathBuf]) -> Result<(), Failure> {
        for root in roots {
            let files = if root.is_dir() { self.clean(git::not_ignored(root))? } else { vec![root.clone()] };
            self.files(&files);
        }
        Ok(())
    }

    /// Looks at a text that is no file.
    pub fn stream(&mut self, name: &str, source: impl Read) {
        let (found, tally) = walk::one(name, source, &self.matcher, &self.prints);
        self.take(found, tally);
    }

    /// Looks at everything git keeps of the repository around `folder`.
    ///
    /// # Errors
    /// When there is none, or it cannot be read to its end.
    pub fn history(&mut self, folder: &Path) -> Result<(), Failure> {
        let kept = Kept::new(self.prints.clone());
        let (found, tally) = self.clean(git::history(folder, &self.matcher, &kept, self.threads))?;
        self.take(found, tally);
        Ok(())
    }

    /// Looks at what the next commit changes in the repository around `folder`.
    ///
    /// # Errors
    /// As [`Scan::history`].
    pub fn staged(&mut self, folder: &Path) -> Result<(), Failure> {
        let kept = Kept::new(self.prints.clone());
        let (found, tally) = self.clean(git::staged(folder, &self.matcher, &kept, self.threads))?;
        self.take(found, tally);
        Ok(())
    }

    /// The folder with the files of the repository around `folder`; none for a bare one.
    ///
    /// # Errors
    /// As [`Scan::history`].
    pub fn work_tree(&self, folder: &Path) -> Result<Option<PathBuf>, Failure> {
        self.clean(git::work_tree(folder))
    }

    /// What was found, each thing once.
    pub fn report(&mut self) -> Report {
        let mut findings = std::mem::take(&mut self.found);
        findings.sort();
        findings.dedup();
        Report { findings, tally: std::mem::take(&mut self.tally) }
    }

    /// `path` for a person: visible, and without a value that is in it.
    pub fn shown(&self, path: &Path) -> String {
        visible(&self.named(path))
    }

    /// `path` for machines: as [`Scan::shown`], but nothing is written out.
    pub fn named(&self, path: &Path) -> String {
        let path = path.strip_prefix(".").ok().filter(|rest| *rest != Path::new("")).unwrap_or(path);
        String::from_utf8_lossy(&self.masked(path.as_os_str().as_encoded_bytes())).into_owned()
    }

    fn masked(&self, text: &[u8]) -> Vec<u8> {
        let (mut out, mut from) = (Vec::with_capacity(text.len()), 0);
        for hit in self.matcher.search(text) {
            // Of two that overlap, the second may begin before the first ends.
            out.extend_from_slice(&text[from..hit.start.max(from)]);
            out.extend_from_slice("[…]".as_bytes());
            from = hit.end.max(from);
        }
        out.extend_from_slice(&text[from..]);
        out
    }

    /// What git says may name a file, and a file may be named after a value.
    fn clean<T>(&self, answer: Result<T, Failure>) -> Result<T, Failure> {
        answer.map_err(|failure| {
            let because = self.masked(failure.because.as_bytes());
            Failure { because: visible_within(&String::from_utf8_lossy(&because), 400), ..failure }
        })
    }

    fn take(&mut self, found: Vec<Finding>, tally: Tally) {
        self.found.extend(found);
        self.tally.add(tally);
    }
}
