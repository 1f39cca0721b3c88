//! How old a verdict is, and whether it may stand for asking X again. Asking costs money, so the rest of the program
//! asks here first.

use std::time::Duration;

use super::time::{Time, age};
use super::verdict::{Finding, State};

/// Seconds by which a clock may be set back without a verdict coming from the future.
const SET_BACK: i64 = 60;

/// Whether a finding is so old that it may not hold any more: as old as `after`, or from a time that has not come yet,
/// since nobody knows then how old it is.
pub fn is_stale(finding: &Finding, now: Time, after: Duration) -> bool {
    let seconds = now.since(finding.checked_at);
    if seconds < -SET_BACK {
        return true;
    }
    u64::try_from(seconds.max(0)).is_ok_and(|seconds| seconds >= after.as_secs())
}

/// Whether X need not be asked again: the finding is younger than `max_age`, and X has said something in it.
pub fn is_fresh(finding: &Finding, now: Time, max_age: Duration) -> bool {
    !is_stale(finding, now, max_age) && says_something(finding, now)
}

/// Where X gave no verdict, asking again may bring one, but not before X takes requests again.
fn says_something(finding: &Finding, now: Time) -> bool {
    let verdict = &finding.verdict;
    !verdict.is_silent() || verdict.retry_at.is_some_and(|at| at > now)
}

/// What needs somebody most comes first: trouble, then what nobody knows, then what was fine and may not be any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// X refuses it.
    Failed,
    /// Something stands in the way.
    Attention,
    /// Nothing is known.
    Unknown,
    /// It was fine when X was asked last, too long ago.
    Stale,
    /// It is fine.
    Fine,
}

impl Urgency {
    /// Of a profile that stands at `state` by `finding`, which is stale `after` that time.
    pub fn of(state: State, finding: Option<&Finding>, now: Time, after: Duration) -> Self {
        match state {
            State::Failed => Self::Failed,
            State::Attention => Self::Attention,
            State::Unknown => Self::Unknown,
            State::Ok if finding.is_some_and(|finding| is_stale(finding, now, after)) => Self::Stale,
            State::Ok => Self::Fine,
        }
    }
}

/// How long ago a finding was made, as a narrow column shows it, with a mark where it is stale `after` that time:
/// `2 h`, `3 d?`.
pub fn shown(finding: &Finding, now: Time, after: Duration) -> String {
    let ago = age(now.since(finding.checked_at));
    if is_stale(finding, now, after) { format!("{ago}{STALE}") } else { ago }
}

/// The mark of a stale verdict: is it still so?
pub const STALE: &str = "?";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::ProfileId;
    use crate::domain::verdict::{Cause, Verdict};

    const NOW: Time = Time::from_const(1_000_000);
    const DAY: Duration = Duration::from_secs(86_400);

    fn found(cause: Cause, seconds_ago: i64) -> Finding {
        Finding {
            profile: ProfileId::from_random([1; 16]),
            verdict: Verdict::of(cause),
            checked_at: NOW.shifted(-seconds_ago),
            judged: Vec::new(),
            tried: None,
        }
    }

    #[test]
    fn a_verdict_is_fresh_until_it_is_as_old_as_it_may_be() {
        for (seconds_ago, max_age, fresh, text) in [
            (0, DAY, true, "now"),
            (86_399, DAY, true, "23 h"),
            (86_400, DAY, false, "1 d?"),
            (40 * 86_400, DAY, false, "40 d?"),
            (40 * 86_400, Duration::MAX, true, "40 d"),
            // A clock that was set a little, and one that is plainly wrong.
            (-60, DAY, true, "now"),
            (-61, DAY, false, "now?"),
            (-9_000_000, Duration::MAX, false, "now?"),
            // Nothing is so fresh that it need not be asked about at all.
            (0, Duration::ZERO, false, "now?"),
            (-5, Duration::ZERO, false, "now?"),
        ] {
            let finding = found(Cause::Ok, seconds_ago);
            assert_eq!(is_fresh(&finding, NOW, max_age), fresh, "{seconds_ago} s, {max_age:?}");
            assert_eq!(is_stale(&finding, NOW, max_age), !fresh, "{seconds_ago} s, {max_age:?}");
            assert_eq!(shown(&finding, NOW, max_age), text, "{seconds_ago} s, {max_age:?}");
        }
    }

    #[test]
    fn where_x_gave_no_verdict_it_is_asked_again_unless_it_has_named_a_time() {
        for (cause, fresh) in [
            (Cause::Ok, true),
            (Cause::AccessPairRejected, true),
            (Cause::NoCredits, true),
            (Cause::MissingField, true),
            (Cause::LevelUnknown, true),
            (Cause::XDown, false),
            (Cause::Unreachable, false),
            (Cause::UnexpectedAnswer, false),
            (Cause::RateLimited, false),
        ] {
            assert_eq!(is_fresh(&found(cause, 5), NOW, DAY), fresh, "{cause:?}");
        }
        for (retry_in, fresh) in [(-1, false), (0, false), (1, true)] {
            let mut limited = found(Cause::RateLimited, 5);
            limited.verdict.retry_at = Some(NOW.shifted(retry_in));
            assert_eq!(is_fresh(&limited, NOW, DAY), fresh, "in {retry_in} s");
        }
    }

    #[test]
    fn what_was_fine_long_ago_comes_after_trouble_and_before_what_is_fine() {
        let urgency = |cause, seconds_ago| {
            let finding = found(cause, seconds_ago);
            Urgency::of(finding.verdict.state(), Some(&finding), NOW, DAY)
        };
        let never = Urgency::of(State::Unknown, None, NOW, DAY);
        let order = [
            urgency(Cause::AppSuspended, 200_000),
            urgency(Cause::LevelTooLow, 5),
            never,
            urgency(Cause::Ok, 200_000),
            urgency(Cause::Ok, 5),
        ];
        assert!(order.is_sorted() && order.windows(2).all(|pair| pair[0] != pair[1]), "{order:?}");
        assert_eq!(never, urgency(Cause::XDown, 5));
    }
}
