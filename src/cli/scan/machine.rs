//! Findings for scripts: the shape of `--json`, stable, in this order, without a value in it.

use serde::Serialize;

use super::Told;
use super::words::{self, Rotation};
use crate::ops::identify::Place;
use crate::ops::scan::{Finding, Holder, Listed, Past, Spot, Where};

/// The whole answer.
#[derive(Debug, Serialize)]
pub(super) struct Facts {
    findings: Vec<FindingFacts>,
    rotate: Vec<Rotation>,
    looked_at: LookedAt,
    not_looked_at: NotLookedAt,
}

/// One finding.
#[derive(Debug, Serialize)]
struct FindingFacts {
    /// `vault`, or `shape`: it looks like a value of X's and the vault does not hold it.
    what: &'static str,
    field: &'static str,
    fingerprint: Option<String>,
    holders: Vec<HolderFacts>,
    /// How it is written there: `plain`, `url`, `json`, `hex`, `utf-16`, `base64`, `basic`.
    writing: &'static str,
    /// `file`, `name` or `git`.
    place: &'static str,
    path: Option<String>,
    line: Option<u64>,
    column: Option<u64>,
    offset: Option<u64>,
    /// Further places in the same file.
    more: u64,
    git: Option<GitFacts>,
}

#[derive(Debug, Serialize)]
struct HolderFacts {
    kind: &'static str,
    name: String,
    field: &'static str,
    place: &'static str,
    replaced_at: Option<String>,
    dead_since: Option<String>,
    deleted: bool,
}

#[derive(Debug, Serialize)]
struct GitFacts {
    commit: Option<String>,
    committed_at: Option<String>,
    object: String,
    kind: &'static str,
    versions: usize,
    in_head: bool,
    staged: bool,
}

#[derive(Debug, Serialize)]
struct LookedAt {
    files: u64,
    objects: u64,
    bytes: u64,
}

#[derive(Debug, Serialize)]
struct NotLookedAt {
    unreadable: u64,
    unreadable_first: Vec<String>,
    compressed: u64,
    compressed_first: Vec<String>,
    links: u64,
    special: u64,
    repositories: u64,
    git: Vec<String>,
}

/// All of it.
pub(super) fn facts(told: &Told) -> Facts {
    let tally = &told.report.tally;
    let first =
        |listed: &Listed| listed.first.iter().map(|(path, _)| told.scan.named(path)).collect::<Vec<_>>();
    Facts {
        findings: told.report.findings.iter().map(|finding| one(told, finding)).collect(),
        rotate: told.rotations(),
        looked_at: LookedAt { files: tally.files, objects: tally.objects, bytes: tally.bytes },
        not_looked_at: NotLookedAt {
            unreadable: tally.unreadable.count,
            unreadable_first: first(&tally.unreadable),
            compressed: tally.packed.count,
            compressed_first: first(&tally.packed),
            links: tally.links,
            special: tally.special,
            repositories: tally.repositories,
            git: tally.left.clone(),
        },
    }
}

fn one(told: &Told, finding: &Finding) -> FindingFacts {
    let holders = told.scan.holders(finding.subject);
    let (place, spot, git) = match &finding.place {
        Where::File(_, spot) => ("file", Some(*spot), None),
        Where::Name(_) => ("name", None, None),
        Where::Past(past) => ("git", Some(past.spot), Some(past_facts(past))),
    };
    let of = |part: fn(&Spot) -> u64| spot.as_ref().map(part);
    FindingFacts {
        what: if holders.is_empty() { "shape" } else { "vault" },
        field: told.field(finding.subject).row().word,
        fingerprint: told.document.and(told.scan.print(finding.subject)).map(|print| print.to_string()),
        holders: holders.iter().map(holder_facts).collect(),
        writing: finding.writing.row().word,
        place,
        path: words::path(finding).map(|path| told.scan.named(path)),
        line: of(|spot| spot.line),
        column: of(|spot| spot.column),
        offset: of(|spot| spot.offset),
        more: finding.more,
        git,
    }
}

fn holder_facts(holder: &Holder) -> HolderFacts {
    let (place, replaced_at) = match holder.place {
        Place::Current => ("current", None),
        Place::Candidate => ("candidate", None),
        Place::Replaced(at) => ("replaced", Some(at.to_string())),
        Place::Spent => ("spent", None),
    };
    HolderFacts {
        kind: words::kind(holder.owner),
        name: holder.name.to_string(),
        field: holder.field.row().word,
        place,
        replaced_at,
        dead_since: holder.dead_at.map(|at| at.to_string()),
        deleted: holder.deleted,
    }
}

fn past_facts(past: &Past) -> GitFacts {
    GitFacts {
        commit: past.first.as_ref().map(|(_, commit)| commit.clone()),
        committed_at: past.first.as_ref().map(|(at, _)| at.to_string()),
        object: past.object.clone(),
        kind: past.kind.word(),
        versions: past.versions,
        in_head: past.in_head,
        staged: past.staged,
    }
}
