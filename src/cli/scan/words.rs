//! The words of findings that all formats share.

use std::collections::BTreeSet;
use std::path::Path;

use super::Told;
use crate::cli::names;
use crate::domain::document::Lookup;
use crate::domain::fields::{Credential, Field, OwnerKind};
use crate::domain::id::Owner;
use crate::domain::phrase::{ago, shell_word};
use crate::ops::identify::Place;
use crate::ops::scan::{Finding, Holder, Subject, Where};

/// A command that replaces what has leaked.
#[derive(Clone, Debug, serde::Serialize)]
pub(super) struct Rotation {
    pub(super) name: String,
    pub(super) credential: &'static str,
    pub(super) command: String,
    /// The same for this program.
    #[serde(skip)]
    pub(super) what: (Owner, Credential),
}

/// Whose value it is, and which: `profile:wiki access_token`.
pub(super) fn holder(holder: &Holder) -> String {
    format!("{}:{} {}", kind(holder.owner), names::shown(holder.name.as_str()), holder.field.row().word)
}

pub(super) const fn kind(owner: Owner) -> &'static str {
    match owner {
        Owner::App(_) => "app",
        Owner::Profile(_) => "profile",
    }
}

impl Told<'_> {
    /// The field that was found.
    pub(super) fn field(&self, subject: Subject) -> Field {
        match subject {
            Subject::Known(_) => {
                self.scan.holders(subject).first().map_or(Field::ApiKey, |first| first.field)
            }
            Subject::Shape(field, _) => field,
        }
    }

    /// How a value stands in the vault.
    pub(super) fn standing(&self, holder: &Holder) -> String {
        let place = match (holder.place, holder.dead_at) {
            (Place::Current, _) => "in use".to_owned(),
            (Place::Candidate, _) => "waiting to be verified".to_owned(),
            (Place::Replaced(at), Some(dead)) => {
                format!("replaced {}, dead at X since {}", ago(self.now.since(at)), dead.day())
            }
            (Place::Replaced(at), None) => {
                format!("replaced {}, whether X still accepts it is not known", ago(self.now.since(at)))
            }
            (Place::Spent, _) => "used up by a refresh".to_owned(),
        };
        if holder.deleted { format!("{place}, deleted here") } else { place }
    }

    /// Whether X is known not to accept it, wherever the vault holds it.
    pub(super) fn is_dead(&self, subject: Subject) -> bool {
        let dead = |holder: &Holder| holder.place == Place::Spent || holder.dead_at.is_some();
        let holders = self.scan.holders(subject);
        !holders.is_empty() && holders.iter().all(dead)
    }

    /// What replaces it, for everything alive that holds it; nothing where it is no secret.
    pub(super) fn rotations_of(&self, subject: Subject) -> Vec<Rotation> {
        let holders = self.scan.holders(subject).iter();
        let live = holders.filter(|holder| holder.is_live() && holder.field.row().secret);
        once(live.map(|holder| {
            let credential = holder.field.credential();
            let (name, word) = (self.argument(holder, credential), credential.row().word);
            let command = format!("birdkeep rotate {} {word}", shell_word(&name));
            Rotation { name, credential: word, command, what: (holder.owner, credential) }
        }))
    }

    /// Every rotation, each once, what other people may have by now first.
    pub(super) fn rotations(&self) -> Vec<Rotation> {
        let findings = || self.report.findings.iter();
        let pushed = findings().filter(|finding| is_committed(finding));
        once(pushed.chain(findings()).flat_map(|finding| self.rotations_of(finding.subject)))
    }

    /// A name as an argument: with its kind where one word is both.
    fn argument(&self, holder: &Holder, credential: Credential) -> String {
        let both = self
            .document
            .is_some_and(|document| matches!(document.look_up(holder.name.as_str()), Lookup::Both(..)));
        let kind = if credential.held_by() == OwnerKind::App { "app" } else { "profile" };
        if both { format!("{kind}:{}", holder.name) } else { holder.name.to_string() }
    }

    /// One sentence on what was found, without where.
    pub(super) fn sentence(&self, finding: &Finding) -> String {
        let phrase = self.field(finding.subject).row().phrase;
        let what = match (self.scan.holders(finding.subject).first(), self.document) {
            (Some(first), _) => format!("{} ({})", holder(first), self.standing(first)),
            (None, Some(_)) => format!("looks like {phrase}, not in this vault"),
            (None, None) => format!("looks like {phrase}"),
        };
        match finding.writing.row().remark {
            "" => what,
            remark => format!("{what}, {remark}"),
        }
    }
}

/// Whether a finding stands in a commit: whoever has the repository has the value.
pub(super) fn is_committed(finding: &Finding) -> bool {
    matches!(&finding.place, Where::Past(past) if past.first.is_some())
}

/// Each of them once, in the order in which they come first.
fn once(all: impl Iterator<Item = Rotation>) -> Vec<Rotation> {
    let mut seen = BTreeSet::new();
    all.filter(|rotation| seen.insert(rotation.command.clone())).collect()
}

/// The file of a finding, if it is in one.
pub(super) fn path(finding: &Finding) -> Option<&Path> {
    match &finding.place {
        Where::File(path, _) | Where::Name(path) => Some(path),
        Where::Past(past) => past.path.as_deref(),
    }
}
