//! Orders of the list of profiles: one row each.

use std::cmp::Ordering;

use crate::domain::profile::Profile;
use crate::domain::staleness::Urgency;
use crate::domain::verdict::Finding;
use crate::ops::snapshot::Snapshot;
use crate::tui::ctx::Ctx;
use crate::tui::roster::Roster;

use super::fields;

/// One order.
#[derive(Debug)]
pub(super) struct SortRow {
    /// Its letter in the menu.
    pub key: char,
    /// Its stable word.
    pub word: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// What each profile is ordered by; equal ones keep the order of their names.
    by: fn(&Facts) -> Rank,
}

/// What an order may look at.
struct Facts<'a> {
    ctx: &'a Ctx,
    snapshot: &'a Snapshot,
    roster: &'a Roster,
    profile: &'a Profile,
}

impl Facts<'_> {
    fn finding(&self) -> Option<&Finding> {
        self.roster.finding(self.snapshot, self.profile.id)
    }
}

/// What profiles are ordered by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Number(i64),
    Text(String),
    Last,
}

/// Every order; the first is the default.
pub(super) const SORTS: &[SortRow] = &[
    SortRow {
        key: 'a',
        word: "attention",
        label: "Needs attention first",
        by: |facts| {
            let (now, after) = (facts.ctx.moment.now, facts.ctx.settings.stale_after);
            let (state, finding) = (facts.roster.state(facts.profile.id), facts.finding());
            Rank::Number(Urgency::of(state, finding, now, after) as i64)
        },
    },
    SortRow { key: 'n', word: "name", label: "Name", by: |_| Rank::Last },
    SortRow {
        key: '@',
        word: "account",
        label: "Account",
        by: |facts| match &facts.profile.handle {
            Some(handle) => Rank::Text(handle.as_str().to_ascii_lowercase()),
            None => Rank::Last,
        },
    },
    SortRow {
        key: 'p',
        word: "app",
        label: "App",
        by: |facts| match facts.snapshot.document.app_of(facts.profile) {
            Some(app) => Rank::Text(app.name.key()),
            None => Rank::Last,
        },
    },
    SortRow {
        key: 'c',
        word: "checked",
        label: "Checked longest ago",
        by: |facts| match facts.finding() {
            Some(finding) => Rank::Number(finding.checked_at.unix()),
            None => Rank::Number(i64::MIN),
        },
    },
    SortRow {
        key: 'd',
        word: "due",
        label: "Rotation due first",
        by: |facts| match fields::oldest(facts.ctx, facts.profile.id.into()) {
            Some(days) => Rank::Number(-days),
            None => Rank::Last,
        },
    },
];

/// The numbers of all profiles in the order called `word`.
pub(super) fn sorted(ctx: &Ctx, word: &str) -> Vec<u32> {
    let Some(snapshot) = &ctx.snapshot else { return Vec::new() };
    let row = SORTS.iter().find(|row| row.word == word).unwrap_or(&SORTS[0]);
    let mut ranked: Vec<(Rank, u32)> = (0..)
        .zip(ctx.roster.lines())
        .filter_map(|(number, line)| {
            let profile = snapshot.document.profile(line.id)?;
            Some(((row.by)(&Facts { ctx, snapshot, roster: &ctx.roster, profile }), number))
        })
        .collect();
    // Numbers are in the order of the names, so they settle what is equal.
    ranked.sort_unstable_by(|(a, i), (b, j)| match a.cmp(b) {
        Ordering::Equal => i.cmp(j),
        other => other,
    });
    ranked.into_iter().map(|(_, number)| number).collect()
}
