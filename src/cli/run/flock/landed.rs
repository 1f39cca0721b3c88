//! How several runs went, and the table that sums them up.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::Duration;

use crate::cli::output::{Out, Paint, Table};
use crate::domain::phrase::counted;

/// How one went.
pub(super) enum Landing {
    /// It ended so, after so long; `None`: nobody knows how.
    Ended(Option<ExitStatus>, Duration),
    /// It could not be run: why.
    NotRun(String),
    /// Its turn never came.
    NotBegun,
}

impl Landing {
    /// Whether it went well.
    pub(super) fn is_well(&self) -> bool {
        matches!(self, Self::Ended(Some(status), _) if status.success())
    }

    /// For a line of the table: how, in which colour, and how long it took.
    fn cells(&self) -> [(String, Option<Paint>); 2] {
        let (how, paint) = match self {
            Self::Ended(Some(status), _) => match (status.code(), status.signal()) {
                (Some(0), _) => ("ok".to_owned(), Paint::Fine),
                (Some(code), _) => (format!("exit {code}"), Paint::Failed),
                (None, signal) => (format!("signal {}", signal.unwrap_or_default()), Paint::Failed),
            },
            Self::Ended(None, _) => ("lost".to_owned(), Paint::Failed),
            Self::NotRun(why) => (format!("not run: {why}"), Paint::Failed),
            Self::NotBegun => ("not begun".to_owned(), Paint::Attention),
        };
        let took = match self {
            Self::Ended(_, took) if took.as_secs() == 0 => format!("{} ms", took.as_millis()),
            Self::Ended(_, took) => format!("{:.1} s", took.as_secs_f64()),
            Self::NotRun(_) | Self::NotBegun => String::new(),
        };
        [(how, Some(paint)), (took, None)]
    }
}

/// How all went, in the order in which they were to be run.
#[derive(Default)]
pub(super) struct Landed(BTreeMap<usize, (String, Landing)>);

impl Landed {
    /// Notes how one went.
    pub(super) fn note(&mut self, number: usize, name: String, landing: Landing) {
        self.0.insert(number, (name, landing));
    }

    /// Whether all went well.
    pub(super) fn all_well(&self) -> bool {
        self.0.values().all(|(_, landing)| landing.is_well())
    }

    /// Says how all went.
    pub(super) fn sum_up(&self, out: &mut Out) {
        let mut table = Table::default();
        for (name, landing) in self.0.values() {
            table.row([(name.clone(), None)].into_iter().chain(landing.cells()));
        }
        table.note(out);
        let well = self.0.values().filter(|(_, landing)| landing.is_well()).count();
        out.note(&format!("{well} of {} ok", counted(self.0.len(), "profile")));
    }
}
