//! Explains this machine: what stands where, what protects it, what is in the way. Changes nothing.
//!
//! Facts are gathered in [`gather()`]; what they mean is said by [`TOPICS`], a table per file, one row per examination.
//! Between the two there is neither input nor output, so a made-up machine can be examined as well as this one.

mod clipboard;
mod contents;
mod environment;
mod files;
mod gather;
mod memory;
mod network;
mod places;
mod terminal;
mod words;

use crate::failure::Failure;

pub use self::contents::open;
pub use self::environment::VARIABLES;
pub use self::gather::{Facts, Patient, gather, is_sealed};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Ok,
    /// Worth knowing; nothing has to be done.
    Note,
    /// It works, and something should be done about it.
    Warning,
    /// It does not work, or a secret is exposed.
    Trouble,
}

impl Level {
    /// Every level, the better first.
    pub const ALL: [Self; 4] = [Self::Ok, Self::Note, Self::Warning, Self::Trouble];

    /// The stable word of machine output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Trouble => "trouble",
        }
    }
}

/// What one examination found. All of it is visible text, and none of it a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The word of its topic.
    pub topic: &'static str,
    /// The word of its examination.
    pub name: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What was found.
    pub what: String,
    /// Why that matters.
    pub because: Option<String>,
    /// What to do.
    pub try_this: Option<String>,
}

/// What a row has to say, before it is known whose row it is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    level: Level,
    what: String,
    because: Option<String>,
    try_this: Option<String>,
}

impl Said {
    fn new(level: Level, what: impl Into<String>) -> Self {
        Self { level, what: what.into(), because: None, try_this: None }
    }

    fn ok(what: impl Into<String>) -> Self {
        Self::new(Level::Ok, what)
    }

    fn note(what: impl Into<String>) -> Self {
        Self::new(Level::Note, what)
    }

    fn warning(what: impl Into<String>) -> Self {
        Self::new(Level::Warning, what)
    }

    fn trouble(what: impl Into<String>) -> Self {
        Self::new(Level::Trouble, what)
    }

    /// The three lines of a failure.
    fn failure(level: Level, failure: &Failure) -> Self {
        Self::new(level, &failure.what).because(&failure.because).try_this(&failure.try_this)
    }

    fn because(self, because: impl Into<String>) -> Self {
        Self { because: Some(because.into()), ..self }
    }

    fn try_this(self, try_this: impl Into<String>) -> Self {
        Self { try_this: Some(try_this.into()), ..self }
    }
}

/// One examination of a topic whose facts are `F`. Where there is nothing to examine, it says nothing.
struct Examination<F> {
    name: &'static str,
    doc: &'static str,
    look: fn(&F) -> Vec<Said>,
}

/// Facts that were gathered, or why not.
#[derive(Clone, Debug)]
enum Gathered<F> {
    /// Here they are.
    Seen(F),
    /// Looking took too long.
    Late,
    /// There was nothing to look at.
    Failed(Failure),
}

/// A topic: its facts, and what they mean.
struct Topic<F: 'static> {
    word: &'static str,
    label: &'static str,
    facts: fn(&Facts) -> &Gathered<F>,
    rows: &'static [Examination<F>],
}

/// A topic, whatever its facts are.
pub trait Chapter: Sync {
    /// Its stable word.
    fn word(&self) -> &'static str;
    /// What a person calls it.
    fn label(&self) -> &'static str;
    /// The stable words of its examinations, and what each looks at.
    fn examinations(&self) -> Vec<(&'static str, &'static str)>;
    /// Says what the facts mean.
    fn examine(&self, facts: &Facts) -> Vec<Finding>;
}

impl<F: 'static> Chapter for Topic<F> {
    fn word(&self) -> &'static str {
        self.word
    }

    fn label(&self) -> &'static str {
        self.label
    }

    fn examinations(&self) -> Vec<(&'static str, &'static str)> {
        self.rows.iter().map(|row| (row.name, row.doc)).collect()
    }

    fn examine(&self, facts: &Facts) -> Vec<Finding> {
        let finding = |name, said: Said| Finding {
            topic: self.word,
            name,
            level: said.level,
            what: said.what,
            because: said.because,
            try_this: said.try_this,
        };
        let late = || {
            Said::warning("there was no answer within two seconds")
                .because("a file system or a program hangs")
                .try_this("look at the disks that are mounted over a network")
        };
        match (self.facts)(facts) {
            Gathered::Seen(seen) => {
                let row = |row: &Examination<F>| {
                    let name = row.name;
                    (row.look)(seen).into_iter().map(move |said| (name, said)).collect::<Vec<_>>()
                };
                self.rows.iter().flat_map(row).map(|(name, said)| finding(name, said)).collect()
            }
            Gathered::Late => vec![finding(self.word, late())],
            Gathered::Failed(failure) => vec![finding(self.word, Said::failure(Level::Trouble, failure))],
        }
    }
}

/// Every topic, in the order in which a person reads them.
pub static TOPICS: [&dyn Chapter; 8] = [
    &files::TOPIC,
    &places::TOPIC,
    &contents::TOPIC,
    &memory::TOPIC,
    &terminal::TOPIC,
    &clipboard::TOPIC,
    &network::TOPIC,
    &environment::TOPIC,
];

/// What the facts mean, topic by topic.
pub fn examine(facts: &Facts) -> Vec<Finding> {
    TOPICS.iter().flat_map(|topic| topic.examine(facts)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the row called `name` says of `facts`, as level and all of its text.
    #[track_caller]
    pub(super) fn said<F>(topic: &Topic<F>, name: &str, facts: &F) -> Vec<(Level, String)> {
        let row = topic.rows.iter().find(|row| row.name == name).expect("there is such a row");
        let text = |said: Said| {
            let rest = [said.because, said.try_this].into_iter().flatten();
            (said.level, std::iter::once(said.what).chain(rest).collect::<Vec<_>>().join("\n"))
        };
        (row.look)(facts).into_iter().map(text).collect()
    }

    /// The one thing that row says.
    #[track_caller]
    pub(super) fn one<F>(topic: &Topic<F>, name: &str, facts: &F) -> (Level, String) {
        let mut all = said(topic, name, facts);
        assert_eq!(all.len(), 1, "{name}: {all:?}");
        all.remove(0)
    }

    #[test]
    fn every_examination_has_a_word_of_its_own_and_says_what_it_looks_at() {
        let mut seen = Vec::new();
        for topic in TOPICS {
            for (name, doc) in topic.examinations() {
                assert!(doc.len() > 10 && !doc.ends_with('.'), "{name}");
                let stable = |c: char| c.is_ascii_lowercase() || c == '-';
                assert!(name.chars().all(stable) && topic.word().chars().all(stable), "{name}");
                assert!(!seen.contains(&name), "{name} stands twice");
                seen.push(name);
            }
        }
        assert!(seen.len() > 30);
    }

    #[test]
    fn what_could_not_be_gathered_is_one_finding() {
        let topic = Topic::<u8> {
            word: "made-up",
            label: "made up",
            facts: |_| &Gathered::Late,
            rows: &[Examination { name: "row", doc: "a made-up row", look: |_| vec![Said::ok("fine")] }],
        };
        let facts = Facts::nothing();
        let late = topic.examine(&facts);
        assert_eq!((late.len(), late[0].level, late[0].name), (1, Level::Warning, "made-up"));
        let seen = Topic::<u8> { facts: |_| &Gathered::Seen(7), ..topic };
        assert_eq!((seen.examine(&facts)[0].name, seen.examine(&facts)[0].what.as_str()), ("row", "fine"));
    }
}
