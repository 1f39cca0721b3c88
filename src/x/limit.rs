//! What X says about how often it may be asked.

use super::wire::Response;
use crate::domain::time::Time;

/// The families of headers: a name's beginning, and what a person calls the window.
pub const FAMILIES: [(&str, &str); 3] = [
    ("x-rate-limit-", "the 15-minute window"),
    ("x-app-limit-24hour-", "the app's 24 hours"),
    ("x-user-limit-24hour-", "the account's 24 hours"),
];

/// A reset further away than this many seconds is garbage: the longest window is a month.
const FARTHEST: i64 = 32 * 86_400;

/// One window, as far as its headers tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// What a person calls it.
    pub name: &'static str,
    /// Requests allowed in it.
    pub limit: Option<u64>,
    /// Requests left in it.
    pub remaining: Option<u64>,
    /// When it starts again.
    pub reset: Option<Time>,
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
        let window = |(prefix, name): (&str, &'static str)| {
            let reset = number(format!("{prefix}reset")).and_then(|seconds| i64::try_from(seconds).ok());
            let window = Window {
                name,
                limit: number(format!("{prefix}limit")),
                remaining: number(format!("{prefix}remaining")),
                reset: reset.map(Time::from_unix).filter(near),
            };
            let said = window.limit.is_some() || window.remaining.is_some() || window.reset.is_some();
            said.then_some(window)
        };
        Self {
            windows: FAMILIES.into_iter().filter_map(window).collect(),
            retry_after: retry_after(response).filter(near),
        }
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
fn retry_after(response: &Response) -> Option<Time> {
    let text = response.header("retry-after")?.trim();
    match text.parse::<u32>() {
        Ok(seconds) => Some(response.received_at.shifted(i64::from(seconds))),
        Err(_) => Time::parse_http(text),
    }
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
    fn retry_after_is_read_in_both_forms() {
        let seconds = limits(&[("retry-after", "120")]);
        assert_eq!(seconds.again_at(NOW), Some(NOW.shifted(120)));
        let date = NOW.shifted(300).http();
        assert_eq!(limits(&[("retry-after", &date)]).again_at(NOW), Some(NOW.shifted(300)));
        assert_eq!(limits(&[("retry-after", "tomorrow")]).again_at(NOW), None);
    }
}
