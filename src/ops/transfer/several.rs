//! An import of several files at once: each is held against the vault as the ones before it leave it.

use super::plan::{Rules, preview};
use super::report::{Fate, Preview, RowReport, Tally};
use super::source::Named;
use super::{Replace, read};
use crate::domain::document::Document;
use crate::domain::edit::{self, Edit};
use crate::domain::names::Name;
use crate::domain::text::visible_within;
use crate::exchange::rows::Rows;
use crate::failure::Failure;
use crate::ops::World;

/// Text that is to be imported, or why it cannot be read.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name of the file, as a person typed it; `None`: it was pasted or piped.
    pub file: Option<String>,
    /// What was read.
    pub text: Result<Named, Failure>,
    /// What [`probe`] has made of it, so that it is not done twice.
    pub rows: Option<(Rows, &'static str)>,
}

impl Source {
    /// A text that nothing is known of yet.
    pub const fn new(file: Option<String>, text: Result<Named, Failure>) -> Self {
        Self { file, text, rows: None }
    }
}

/// How to read sources, and how to take them in.
#[derive(Clone, Debug, Default)]
pub struct Manner<'a> {
    /// The word of their format; `None`: it is recognised.
    pub format: Option<&'a str>,
    /// What becomes of values that differ.
    pub replace: Replace,
    /// What to call a profile that nothing names.
    pub name: Option<Name>,
}

/// What an import of one source would do.
#[derive(Clone, Debug)]
pub struct Part {
    /// The name of its file, as it was typed; `None`: it was pasted or piped.
    pub file: Option<String>,
    /// What would come of it, and the word of the format it was read as; or why it cannot be read.
    pub outcome: Result<(Preview, &'static str), Failure>,
}

/// An app or a profile that is new, and called otherwise than its source has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// As in [`RowReport::kind`].
    pub kind: &'static str,
    /// What it would be called.
    pub was: Name,
    /// What it is to be called.
    pub to: Name,
}

/// What an import would do, source by source.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// In their order.
    pub parts: Vec<Part>,
}

/// Reads sources as far as that goes without a vault, so that what is no import at all is told before a passphrase is
/// asked for.
///
/// # Errors
/// With one source: why it cannot be read.
pub fn probe(sources: &mut [Source], format: Option<&str>) -> Result<(), Failure> {
    if let [Source { text: Ok(named), rows, .. }] = sources {
        *rows = Some(read(&named.text, format, named.file_name.as_deref())?);
    }
    Ok(())
}

/// Reads every source and holds it against `document`. Nothing is changed.
///
/// # Errors
/// With one source: why it cannot be read. When this machine gives no randomness for ids.
pub fn plan(
    world: &World,
    document: &Document,
    sources: Vec<Source>,
    manner: &Manner<'_>,
) -> Result<Plan, Failure> {
    let (mut document, mut plan) = (document.clone(), Plan::default());
    let (alone, last) = (sources.len() == 1, sources.len().saturating_sub(1));
    for (at, Source { file, text, rows }) in sources.into_iter().enumerate() {
        let outcome = text.and_then(|named| {
            let read = || read(&named.text, manner.format, named.file_name.as_deref());
            let (rows, format) = rows.map_or_else(read, Ok)?;
            let rules = Rules { replace: manner.replace, name: manner.name.clone().or(named.name) };
            drop(named.text);
            Ok((preview(world, &document, rows, &rules)?, format))
        });
        match outcome {
            Err(failure) if alone => return Err(failure),
            outcome => {
                // Nothing comes after the last.
                let edits = outcome.iter().flat_map(|(preview, _)| &preview.edits).filter(|_| at < last);
                for edit in edits {
                    // They were made for this document, so they fit; if they did not, the save would say so.
                    let _ = edit::apply(&mut document, edit);
                }
                plan.parts.push(Part { file, outcome });
            }
        }
    }
    Ok(plan)
}

impl Part {
    /// The name of its file, made visible.
    pub fn shown(&self) -> Option<String> {
        self.file.as_ref().map(|file| visible_within(file, 200))
    }
}

impl Plan {
    /// The previews of what could be read.
    pub fn previews(&self) -> impl Iterator<Item = &Preview> {
        self.parts.iter().filter_map(|part| part.outcome.as_ref().ok()).map(|(preview, _)| preview)
    }

    /// What is new, in the order of the sources.
    pub fn added(&self) -> impl Iterator<Item = &RowReport> {
        self.previews().flat_map(|preview| &preview.rows).filter(|row| row.fate == Fate::Added)
    }

    /// Calls what is new otherwise. All names are looked up as they were, so that two can change places.
    pub fn rename(&mut self, renamed: &[Renamed]) {
        let to = |kind: &str, name: &Name| {
            let found = renamed.iter().find(|one| one.kind == kind && one.was == *name);
            found.map_or_else(|| name.clone(), |one| one.to.clone())
        };
        for (preview, _) in self.parts.iter_mut().filter_map(|part| part.outcome.as_mut().ok()) {
            for row in &mut preview.rows {
                row.name = to(row.kind, &row.name);
            }
            for edit in &mut preview.edits {
                match edit {
                    Edit::AddApp(app) => app.name = to("app", &app.name),
                    Edit::AddProfile(profile) => profile.name = to("profile", &profile.name),
                    // Everything else speaks of it by its id.
                    _ => {}
                }
            }
        }
    }

    /// The edits that do all of it.
    pub fn edits(&self) -> Vec<Edit> {
        self.previews().flat_map(|preview| preview.edits.iter().cloned()).collect()
    }

    /// True when there is nothing to save.
    pub fn is_empty(&self) -> bool {
        self.previews().all(|preview| preview.edits.is_empty())
    }

    /// True when everything could be read, and every row was taken or is there already.
    pub fn is_clean(&self) -> bool {
        self.parts.iter().all(|part| part.outcome.is_ok()) && self.previews().all(Preview::is_clean)
    }

    /// All counts together.
    pub fn tally(&self) -> Tally {
        self.previews().map(Preview::tally).fold(Tally::default(), Tally::plus)
    }

    /// “2 apps and 5 profiles”: what would be saved.
    pub fn what(&self) -> String {
        let taken = |kind: &str| {
            let rows = self.previews().flat_map(|preview| &preview.rows);
            rows.filter(|row| row.kind == kind && matches!(row.fate, Fate::Added | Fate::Changed)).count()
        };
        let parts: Vec<String> = ["app", "profile"]
            .into_iter()
            .map(|kind| (kind, taken(kind)))
            .filter(|(_, count)| *count > 0)
            .map(|(kind, count)| format!("{count} {kind}{}", if count == 1 { "" } else { "s" }))
            .collect();
        parts.join(" and ")
    }

    /// The files in which something was found: they still hold it.
    pub fn files(&self) -> Vec<String> {
        let holds = |part: &&Part| part.outcome.as_ref().is_ok_and(|(preview, _)| !preview.rows.is_empty());
        self.parts.iter().filter(holds).filter_map(|part| part.file.clone()).collect()
    }
}
