//! What an import would do, for people.

use std::fmt;

use crate::domain::edit::Edit;
use crate::domain::names::Name;
use crate::exchange::rows::{Place, Remark, Weight, quoted};

/// What an import would do.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// What becomes of each row that could be read, in the order of the file, apps first.
    pub rows: Vec<RowReport>,
    /// What there is to say about single places of the file.
    pub remarks: Vec<Remark>,
    /// The edits that do it.
    pub edits: Vec<Edit>,
}

/// What becomes of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowReport {
    /// Where it stands in the file.
    pub place: Place,
    /// “app” or “profile”.
    pub kind: &'static str,
    /// Its name in the vault.
    pub name: Name,
    /// What becomes of it.
    pub fate: Fate,
    /// What of it is added, changed or different, as people call it.
    pub what: Vec<&'static str>,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is new.
    Added,
    /// Something of it is new, or takes the place of something else.
    Changed,
    /// Everything of it is there already.
    Same,
    /// It has other values than the vault, and may not replace them.
    Different,
}

impl fmt::Display for RowReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name, what) = (self.kind, quoted(self.name.as_str()), self.what.join(", "));
        match self.fate {
            Fate::Added if what.is_empty() => write!(f, "add {kind} {name}"),
            Fate::Added => write!(f, "add {kind} {name}: {what}"),
            Fate::Changed => write!(f, "change {kind} {name}: {what}"),
            Fate::Same => write!(f, "{kind} {name} is there already"),
            Fate::Different => write!(f, "leave {kind} {name} as it is: another value for {what}"),
        }
    }
}

/// How many rows there are of each fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Tally {
    pub added: usize,
    pub changed: usize,
    pub same: usize,
    pub different: usize,
    /// Rows and lines that could not be taken at all.
    pub left_out: usize,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            added: self.added + other.added,
            changed: self.changed + other.changed,
            same: self.same + other.same,
            different: self.different + other.different,
            left_out: self.left_out + other.left_out,
        }
    }
}

impl Preview {
    /// Counts the rows.
    pub fn tally(&self) -> Tally {
        let count = |fate| self.rows.iter().filter(|row| row.fate == fate).count();
        let left_out = self.remarks.iter().filter(|remark| remark.weight == Weight::LeftOut);
        Tally {
            added: count(Fate::Added),
            changed: count(Fate::Changed),
            same: count(Fate::Same),
            different: count(Fate::Different),
            left_out: left_out.map(|remark| 1 + remark.more).sum(),
        }
    }

    /// True when every row was taken or is there already.
    pub fn is_clean(&self) -> bool {
        let tally = self.tally();
        tally.different == 0 && tally.left_out == 0
    }
}
