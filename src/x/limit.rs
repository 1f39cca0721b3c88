//! What X says about how often it may be asked.

use super::wire::Response;
use crate::domain::time::Time;

/// A family of headers that speak of one window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// How their names begin.
    pub prefix: &'static str,
    /// What a person calls the window.
    pub name: &'static str,
    /// Who uses it up.
    pub whose: Whose,
}

/// Who uses a window up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The one who asked: an account by its own token, or an app by its own values.
    Asker,
    /// Everybody who asks through the app.
    App,
}

/// Every family: limits per user count per app and user, those of an app's own values per app.
pub const FAMILIES: [Family; 3] = [
    Family { prefix: "x-rate-limit-", name: "the 15-minute window", whose: Whose::Asker },
    Family { prefix: "x-app-limit-24hour-", name: "the app's 24 hours", whose: Whose::App },
    Family { prefix: "x-user-limit-24hour-", name: "the account's 24 hours", whose: Whose::Asker },
];

/// A reset further away than this many seconds is garbage: the longest period X counts by is a month.
const FARTHEST: i64 = 32 * 86_400;
/// Seconds of the longest window that these headers speak of, with an hour to spare: nothing is held back for longer.
pub const LONGEST: i64 = 25 * 3_600;
/// Seconds that this machine's clock may differ from X's before X's times are translated.
const SAME_TIME: i64 = 60;

/// One window, as far as its headers tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// What a person calls it.
    pub name: &'static str,
    /// Who uses it up.
    pub whose: Whose,
    /// Requests allowed in it.
    pub limit: Option<u64>,
    /// Requests left in it.
    pub remaining: Option<u64>,
    /// When it starts again, by this machine's clock.
    pub reset: Option<Time>,
}

impl Window {
    /// When it starts again, if there is no room in it until then: nothing left, and a start that lies ahead and not
    /// further than any window is long.
    pub fn shut(&self, now: Time) -> Option<Time> {
        self.believable(now).filter(|_| self.remaining == Some(0))
    }

    /// When it starts again, if that can be true.
    pub fn believable(&self, now: Time) -> Option<Time> {
        self.reset.filter(|reset| (1..=LONGEST).contains(&reset.since(now)))
    }
}

/// Every window an answer speaks of, and its `retry-after`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// The windows, in the order of [`FAMILIES`].
    pub windows: Vec<Window>,
    /// `retry-after`, in either of its forms.
    pub retry_after: Option<Time>,
}

impl Limits {
    /// Reads the headers. What is no number, or lies absurdly far away, counts as not said.
    pub fn read(response: &Response) -> Self {
        let number = |name: String| response.header(&name)?.trim().parse::<u64>().ok();
        let near = |time: &Time| time.since(response.received_at).abs() <= FARTHEST;
        let ahead = ahead(response);
        let window = |Family { prefix, name, whose }| {
            let reset = number(format!("{prefix}reset")).and_then(|seconds| i64::try_from(seconds).ok());
            let window = Window {
                name,
                whose,
                limit: number(format!("{prefix}limit")),
                remaining: number(format!("{prefix}remaining")),
                reset: reset.map(|seconds| Time::from_unix(seconds).shifted(-ahead)).filter(near),
            };
            let said = window.limit.is_some() || window.remaining.is_some() || window.reset.is_some();
            said.then_some(window)
        };
        Self {
            windows: FAMILIES.into_iter().filter_map(window).collect(),
            retry_after: retry_after(response, ahead).filter(near),
        }
    }

    /// The windows without room, and when they start again.
    pub fn shut(&self, now: Time) -> impl Iterator<Item = (&Window, Time)> {
        self.windows.iter().filter_map(move |window| Some((window, window.shut(now)?)))
    }

    /// The windows that are used up.
    pub fn used_up(&self) -> impl Iterator<Item = &Window> {
        self.windows.iter().filter(|window| window.remaining == Some(0))
    }

    /// When asking again makes sense, for an answer that said "too often" at `now`: when the last window used up
    /// starts again. All three families are looked at, since the short window may still have room. `None`: X did
    /// not say.
    pub fn again_at(&self, now: Time) -> Option<Time> {
        let used_up = self.used_up().filter_map(|window| window.reset).max();
        let any = self.windows.iter().filter_map(|window| window.reset).max();
        self.retry_after.or(used_up).or(any).map(|at| at.max(now))
    }
}

/// Seconds from now, or an HTTP date (RFC 9110 section 10.2.3).
fn retry_after(response: &Response, ahead: i64) -> Option<Time> {
    let text = response.header("retry-after")?.trim();
    match text.parse::<u32>() {
        Ok(seconds) => Some(response.received_at.shifted(i64::from(seconds))),
        Err(_) => Time::parse_http(text).map(|date| date.shifted(-ahead)),
    }
}

/// Seconds that X's clock is ahead of this machine's, where that is more than an answer takes to arrive. X names
/// moments by its own clock.
fn ahead(response: &Response) -> i64 {
    let date = response.header("date").and_then(Time::parse_http);
    let ahead = date.map_or(0, |date| date.since(response.received_at));
    if ahead.abs() > SAME_TIME { ahead } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Secret;

    const NOW: Time = Time::from_const(1_795_000_000);

    fn limits(headers: &[(&str, &str)]) -> Limits {
        Limits::read(&Response {
            status: 429,
            headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            body: Secret::new(""),
            received_at: NOW,
        })
    }

    #[test]
    fn the_window_that_is_used_up_decides() {
        let limits = limits(&[
            ("x-rate-limit-limit", "75"),
            ("x-rate-limit-remaining", "74"),
            ("x-rate-limit-reset", "1795000540"),
            ("x-user-limit-24hour-limit", "25"),
            ("x-user-limit-24hour-remaining", "0"),
            ("x-user-limit-24hour-reset", "1795080000"),
        ]);
        assert_eq!(limits.again_at(NOW).map(Time::unix), Some(1_795_080_000));
        assert_eq!(limits.used_up().map(|w| w.name).collect::<Vec<_>>(), ["the account's 24 hours"]);
    }

    #[test]
    fn resets_are_believed_only_when_they_can_be_true() {
        for (reset, wanted) in [
            ("1795000900", Some(1_795_000_900)),
            ("1794999000", Some(1_795_000_000)),
            ("1795000000", Some(1_795_000_000)),
            ("99999999999", None),
            ("18446744073709551615", None),
            ("soon", None),
            ("-5", None),
            ("", None),
        ] {
            let limits = limits(&[("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", reset)]);
            assert_eq!(limits.again_at(NOW).map(Time::unix), wanted, "{reset}");
        }
        assert_eq!(limits(&[]).again_at(NOW), None);
        assert_eq!(limits(&[]), Limits::default());
    }

    #[test]
    fn a_window_is_shut_only_with_nothing_left_and_a_start_that_can_be_true() {
        for (remaining, reset, wanted) in [
            ("0", "1795000900", Some(1_795_000_900)),
            ("0", "1795000001", Some(1_795_000_001)),
            ("0", "1795000000", None),
            ("0", "1794999100", None),
            ("0", "1795086400", Some(1_795_086_400)),
            ("0", "1795100000", None),
            ("0", "99999999999", None),
            ("0", "soon", None),
            ("1", "1795000900", None),
            ("none", "1795000900", None),
        ] {
            let limits =
                limits(&[("x-app-limit-24hour-remaining", remaining), ("x-app-limit-24hour-reset", reset)]);
            let shut: Vec<_> = limits.shut(NOW).map(|(window, at)| (window.whose, at.unix())).collect();
            assert_eq!(shut.first().copied(), wanted.map(|at| (Whose::App, at)), "{remaining}, {reset}");
        }
    }

    #[test]
    fn moments_of_a_clock_that_runs_ahead_are_translated() {
        let theirs = NOW.shifted(840);
        let reset = theirs.shifted(900).unix().to_string();
        let headers = [("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", &reset)];
        let date = theirs.http();
        assert_eq!(limits(&headers).again_at(NOW), Some(NOW.shifted(1_740)));
        let dated = [headers[0], headers[1], ("date", &date)];
        assert_eq!(limits(&dated).again_at(NOW), Some(NOW.shifted(900)));
        let after = theirs.shifted(3).http();
        assert_eq!(limits(&[("retry-after", &after), ("date", &date)]).again_at(NOW), Some(NOW.shifted(3)));
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let seconds = limits(&[("retry-after", "120")]);
        assert_eq!(seconds.again_at(NOW), Some(NOW.shifted(120)));
        let date = NOW.shifted(300).http();
        assert_eq!(limits(&[("retry-after", &date)]).again_at(NOW), Some(NOW.shifted(300)));
        assert_eq!(limits(&[("retry-after", "tomorrow")]).again_at(NOW), None);
    }
}
