//! What a check comes to: counts, one sentence, one exit code.

use super::{Source, Verdict};
use crate::cli::session::Outcome;
use crate::domain::phrase::counted;
use crate::domain::verdict::{Cause, State};
use crate::ops::check::{Cost, PRICES_OF, Plan, Report, Split};

/// The states in the order of the sentence.
const STATES: [State; 4] = [State::Ok, State::Attention, State::Failed, State::Unknown];

/// Counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Profiles somebody wants to know of.
    pub(super) wanted: usize,
    /// Those with a verdict from now.
    pub(super) asked: usize,
    /// Those with a verdict from before that is young enough.
    pub(super) fresh: usize,
    /// Those whose verdict was not waited for.
    pub(super) not_asked: usize,
    /// Requests sent in all.
    pub(super) requests: usize,
    /// How many of them put a question again.
    pub(super) retries: usize,
    /// What they cost at most.
    pub(super) cost: Cost,
    /// Whether somebody ended it early.
    pub(super) cancelled: bool,
    /// Whether X or the network could not be reached about anybody that X was to be asked about.
    pub(super) out_of_reach: bool,
    states: [usize; STATES.len()],
}

impl Tally {
    /// Counts `verdicts`, which `split` was planned for.
    pub(super) fn of(verdicts: &[Verdict<'_>], split: &Split, report: &Report, plan: &Plan) -> Self {
        let from = |source| verdicts.iter().filter(move |verdict| verdict.source == source);
        let of = |state| verdicts.iter().filter(|verdict| verdict.state() == state).count();
        let asked = from(Source::Asked).count();
        let not_asked = split.stale.len().saturating_sub(asked);
        let causes: Vec<Cause> = from(Source::Asked).map(|verdict| verdict.finding.verdict.cause).collect();
        Self {
            wanted: split.stale.len() + split.fresh.len(),
            asked,
            fresh: from(Source::Kept).count(),
            not_asked,
            requests: report.requests,
            retries: report.retries,
            cost: plan.cost,
            cancelled: report.cancelled,
            out_of_reach: not_asked == 0 && out_of_reach(&causes),
            states: STATES.map(of),
        }
    }

    /// How many stand at `state`.
    pub(super) fn of_state(&self, state: State) -> usize {
        STATES.iter().zip(self.states).filter(|(one, _)| **one == state).map(|(_, count)| count).sum()
    }

    /// How the command ends.
    pub(super) fn outcome(&self) -> Outcome {
        if self.out_of_reach {
            return Outcome::OutOfReach;
        }
        Outcome::fine_if(self.of_state(State::Ok) == self.wanted)
    }

    /// All of it in one line: `12 asked, 28 fresh: 38 ok, 2 failed; 14 requests, at most $0.12 (prices of 2026-08)`.
    pub(super) fn sentence(&self) -> String {
        let named = |number: usize, word: &str| (number > 0).then(|| format!("{number} {word}"));
        let asked = Some(format!("{} asked", self.asked));
        let parts = [asked, named(self.fresh, "fresh"), named(self.not_asked, "not asked")];
        let states = STATES.map(|state| named(self.of_state(state), state.word()));
        let join = |parts: &[Option<String>]| parts.iter().flatten().cloned().collect::<Vec<_>>().join(", ");
        let states = Some(join(&states)).filter(|states| !states.is_empty());
        let states = states.map_or_else(String::new, |states| format!(": {states}"));
        let paid = if self.requests == 0 {
            "no request".to_owned()
        } else {
            let requests = counted(self.requests, "request");
            format!("{requests}, at most {} (prices of {PRICES_OF})", self.cost)
        };
        format!("{}{states}; {paid}", join(&parts))
    }
}

/// Whether none of these could be asked about. Where a value is missing X was not going to be asked.
fn out_of_reach(causes: &[Cause]) -> bool {
    let mut to_be_asked = causes.iter().filter(|cause| **cause != Cause::MissingField).peekable();
    to_be_asked.peek().is_some()
        && to_be_asked.all(|cause| matches!(cause, Cause::Unreachable | Cause::XDown))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::ProfileId;
    use crate::domain::time::Time;
    use crate::domain::verdict::{self, Finding};

    fn finding((number, cause): (u8, &Cause)) -> Finding {
        Finding {
            profile: ProfileId::from_random([number; 16]),
            verdict: verdict::Verdict::of(*cause),
            checked_at: Time::from_const(0),
            judged: Vec::new(),
            tried: None,
        }
    }

    fn tally(asked: &[Cause], kept: &[Cause], not_asked: usize) -> Tally {
        let findings = |causes: &[Cause]| (0..).zip(causes).map(finding).collect::<Vec<_>>();
        let (asked, kept) = (findings(asked), findings(kept));
        let now = Time::from_const(0);
        let from = |source| move |finding| Verdict::new(finding, source, now);
        let told = asked.iter().map(from(Source::Asked)).chain(kept.iter().map(from(Source::Kept)));
        let ids = |count: usize| vec![ProfileId::from_random([9; 16]); count];
        let split = Split { stale: ids(asked.len() + not_asked), fresh: ids(kept.len()) };
        let report = Report { requests: asked.len(), cancelled: not_asked > 0, ..Report::default() };
        let plan = Plan { cost: Cost::micro(10_000).times(asked.len()), ..Plan::default() };
        Tally::of(&told.collect::<Vec<_>>(), &split, &report, &plan)
    }

    #[test]
    fn the_exit_code_says_whether_somebody_has_to_act_and_whether_anything_is_known() {
        use Cause::{AppSuspended, LevelTooLow, MissingField, Ok, RateLimited, Unreachable, XDown};
        let (fine, found, away) = (Outcome::Fine, Outcome::Found, Outcome::OutOfReach);
        let rows: [(&[Cause], &[Cause], usize, Outcome); 15] = [
            (&[], &[], 0, fine),
            (&[Ok, Ok], &[], 0, fine),
            (&[], &[Ok], 0, fine),
            (&[Ok, AppSuspended], &[], 0, found),
            (&[Ok, LevelTooLow], &[], 0, found),
            (&[Ok, RateLimited], &[], 0, found),
            (&[Ok], &[AppSuspended], 0, found),
            (&[MissingField], &[], 0, found),
            (&[Unreachable, XDown], &[], 0, away),
            // Without values X would not have been asked; what is known from before is no news.
            (&[Unreachable, MissingField], &[], 0, away),
            (&[Unreachable], &[Ok, AppSuspended], 0, away),
            (&[Ok, Unreachable], &[], 0, found),
            (&[RateLimited], &[], 0, found),
            // Somebody ended it before it was known.
            (&[Ok], &[], 1, found),
            (&[Unreachable], &[], 1, found),
        ];
        for (asked, kept, not_asked, outcome) in rows {
            let tally = tally(asked, kept, not_asked);
            assert_eq!(tally.outcome(), outcome, "{asked:?} {kept:?} {not_asked}");
        }
    }

    #[test]
    fn one_line_says_it_all() {
        use Cause::{AppSuspended, LevelTooLow, Ok};
        for (asked, kept, not_asked, line) in [
            (
                &[Ok, AppSuspended][..],
                &[Ok, LevelTooLow][..],
                0,
                "2 asked, 2 fresh: 2 ok, 1 attention, 1 failed; 2 requests, at most $0.02 (prices of 2026-08)",
            ),
            (&[], &[Ok], 0, "0 asked, 1 fresh: 1 ok; no request"),
            (&[Ok], &[], 3, "1 asked, 3 not asked: 1 ok; 1 request, at most $0.01 (prices of 2026-08)"),
            (&[], &[], 2, "0 asked, 2 not asked; no request"),
        ] {
            let line = line.replace("2026-08", PRICES_OF);
            assert_eq!(tally(asked, kept, not_asked).sentence(), line);
        }
    }
}
