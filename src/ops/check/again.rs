//! When a question that failed is put once more: every question of a check may be, since none changes anything.
//!
//! Only where X or the way to it stumbled. What failed for good fails again, and what timed out has had its time.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::Pace;
use crate::domain::time::Time;
use crate::x::limit::Limits;
use crate::x::wire::{Response, SendError};

/// Tries beyond the first, per question.
pub(super) const RETRIES: u32 = 2;
/// So many questions that failed in a row, whoever asked, and nothing is tried again: X is down altogether.
pub(super) const HOPELESS: u32 = 10;

/// How X is, judged by all that is asked.
#[derive(Debug, Default)]
pub(super) struct Health {
    failures: AtomicU32,
}

impl Health {
    /// Takes note of an answer to a question's first, second … try. A question that fails again is no news, and
    /// silence says nothing: it may be one bot's.
    pub(super) fn heard(&self, answer: &Result<Response, SendError>, tries: u32) {
        if stumbled(answer) {
            self.failures.fetch_add(u32::from(tries == 1), Ordering::Relaxed);
        } else if answer.is_ok() {
            self.failures.store(0, Ordering::Relaxed);
        }
    }

    /// Whether trying again is no use now.
    pub(super) fn is_hopeless(&self) -> bool {
        self.failures.load(Ordering::Relaxed) >= HOPELESS
    }

    /// How long to wait before the next try after `tries`; `None`: there is none. `dice` is random.
    pub(super) fn pause(
        &self,
        answer: &Result<Response, SendError>,
        tries: u32,
        pace: &Pace,
        dice: u16,
    ) -> Option<Duration> {
        if !stumbled(answer) || tries > RETRIES || self.is_hopeless() {
            return None;
        }
        // Between half and all of a span that doubles, so that hundreds do not come back at once.
        let span = pace.retry.saturating_mul(1 << (tries - 1).min(4));
        let jittered = span / 2 + (span / 2).saturating_mul(u32::from(dice)) / u32::from(u16::MAX);
        match asked_for(answer) {
            Some(wait) if wait > pace.longest => None,
            wait => Some(jittered.max(wait.unwrap_or_default())),
        }
    }
}

/// X's own trouble, or a connection that broke before the answer was there.
fn stumbled(answer: &Result<Response, SendError>) -> bool {
    match answer {
        Ok(response) => matches!(response.status, 500 | 502..=504),
        Err(error) => matches!(error, SendError::Broken),
    }
}

/// How long X asks to be left alone.
fn asked_for(answer: &Result<Response, SendError>) -> Option<Duration> {
    let response = answer.as_ref().ok()?;
    let at: Time = Limits::read(response).retry_after?;
    Some(Duration::from_secs(u64::try_from(at.since(response.received_at)).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use SendError::{
        Broken, ClockUnset, Forbidden, NoRoots, NotAHeader, NotConnected, NotText, Timeout, TooLong,
    };

    use super::*;
    use crate::domain::secret::Secret;

    const PACE: Pace = Pace {
        again: Duration::ZERO,
        slot: Duration::ZERO,
        retry: Duration::from_millis(400),
        longest: Duration::from_secs(5),
    };

    fn answer(status: u16, retry_after: Option<&str>) -> Response {
        let headers = retry_after.map(|after| ("retry-after".to_owned(), after.to_owned()));
        Response {
            status,
            headers: headers.into_iter().collect(),
            body: Secret::new(""),
            received_at: Time::from_unix(784_111_777),
        }
    }

    fn pause(answer: &Result<Response, SendError>, tries: u32, dice: u16) -> Option<u128> {
        Health::default().pause(answer, tries, &PACE, dice).map(|pause| pause.as_millis())
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for status in [500, 502, 503, 504] {
            assert!(pause(&Ok(answer(status, None)), 1, 0).is_some(), "{status}");
        }
        for status in [200, 204, 302, 400, 401, 402, 403, 404, 429, 501, 505] {
            assert_eq!(pause(&Ok(answer(status, None)), 1, 0), None, "{status}");
        }
        assert!(pause(&Err(Broken), 1, 0).is_some());
        for error in [ClockUnset, Forbidden, NoRoots, NotAHeader, NotConnected, NotText, Timeout, TooLong] {
            assert_eq!(pause(&Err(error), 1, 0), None, "{error}");
        }
    }

    #[test]
    fn pauses_double_and_are_never_the_same_for_all() {
        let failed = Ok(answer(503, None));
        for (tries, dice, wanted) in [
            (1, 0, Some(200)),
            (1, u16::MAX, Some(400)),
            (2, 0, Some(400)),
            (2, u16::MAX, Some(800)),
            (3, 0, None),
        ] {
            assert_eq!(pause(&failed, tries, dice), wanted, "{tries}, {dice}");
        }
    }

    #[test]
    fn x_is_waited_for_if_it_asks_for_little() {
        for (after, wanted) in [
            ("0", Some(200)),
            ("2", Some(2_000)),
            ("5", Some(5_000)),
            ("6", None),
            ("Sun, 06 Nov 1994 08:49:40 GMT", Some(3_000)),
            ("Sun, 06 Nov 1994 08:49:30 GMT", Some(200)),
            ("Sun, 06 Nov 1994 09:49:40 GMT", None),
            ("99999999999", Some(200)),
            ("soon", Some(200)),
        ] {
            assert_eq!(pause(&Ok(answer(503, Some(after))), 1, 0), wanted, "{after}");
        }
    }

    #[test]
    fn an_x_that_is_down_altogether_is_left_alone_until_it_answers() {
        let health = Health::default();
        let (failed, broken) = (Ok(answer(503, None)), Err(SendError::Broken));
        for _ in 0..HOPELESS / 2 {
            assert!(health.pause(&failed, 1, &PACE, 0).is_some());
            health.heard(&failed, 1);
            health.heard(&failed, 2);
            health.heard(&broken, 1);
            health.heard(&Err(SendError::Timeout), 1);
        }
        assert!(health.pause(&failed, 1, &PACE, 0).is_none());
        health.heard(&Err(SendError::Timeout), 1);
        assert!(health.is_hopeless());
        health.heard(&Ok(answer(401, None)), 2);
        assert!(health.pause(&failed, 1, &PACE, 0).is_some());
    }
}
