//! Points in time, as values: whoever needs "now" is given it.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

/// A moment on the wall clock, in whole seconds since 1970-01-01T00:00:00Z. May lie before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// The moment `seconds` after the epoch, kept within the years -9999 to 9999.
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(Timestamp::MIN.as_second() + 1, Timestamp::MAX.as_second()))
    }

    /// Like [`Time::from_unix`], for constants near our days.
    pub const fn from_const(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 (any offset; fractions are cut off).
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<Timestamp>().ok().map(|t| Self(t.as_second()))
    }

    /// Reads an HTTP `date` header (RFC 9110 section 5.6.7, the IMF-fixdate form).
    pub fn parse_http(text: &str) -> Option<Self> {
        jiff::fmt::rfc2822::parse(text).ok().map(|z| Self(z.timestamp().as_second()))
    }

    /// The IMF-fixdate form, as an HTTP `date` header carries it.
    pub fn http(self) -> String {
        Timestamp::from_second(self.0)
            .map(|t| t.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
            .unwrap_or_default()
    }

    /// The day in UTC: `2026-11-12`.
    pub fn day(self) -> String {
        self.to_string().chars().take_while(|c| *c != 'T').collect()
    }

    /// Whole seconds from `earlier` to this moment; negative if this one is earlier.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This moment moved by `by`.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self::from_unix(self.0.saturating_add(i64::try_from(by.as_secs()).unwrap_or(i64::MAX)))
    }

    /// This moment moved by `seconds`, which may be negative.
    #[must_use]
    pub fn shifted(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }
}

/// RFC 3339 in UTC.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_second(self.0) {
            Ok(stamp) => write!(f, "{stamp}"),
            Err(_) => write!(f, "@{}", self.0),
        }
    }
}

/// How long ago, in the one unit a person would use: `now`, `4 m`, `2 h`, `11 d`, `3 y`.
pub fn age(seconds: i64) -> String {
    const UNITS: [(i64, &str); 5] = [(31_536_000, "y"), (86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let span = seconds.max(0);
    if span < 5 {
        return "now".to_owned();
    }
    // Months are left out: "1 m" would be a minute and a month at once. Days go up to two years.
    UNITS
        .iter()
        .find(|(size, unit)| if *unit == "y" { span >= 2 * size } else { span >= *size })
        .map_or_else(|| "now".to_owned(), |(size, unit)| format!("{} {unit}", span / size))
}

/// A span of time as people write it: `90s`, `30m`, `6h`, `2d`. One too long to count is as long as can be.
pub fn span(text: &str) -> Option<Duration> {
    let text = text.trim();
    let unit = text.chars().next_back()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let number = whole(text.strip_suffix(unit)?.trim_end())?;
    Some(Duration::from_secs(number.saturating_mul(seconds)))
}

/// A span of time as [`span`] reads it, in the largest unit that leaves no rest: `36h`, `2d`.
pub fn spelled(span: Duration) -> String {
    let seconds = span.as_secs();
    let (size, unit) = [(86_400, 'd'), (3_600, 'h'), (60, 'm')]
        .into_iter()
        .find(|(size, _)| seconds > 0 && seconds.is_multiple_of(*size))
        .unwrap_or((1, 's'));
    format!("{}{unit}", seconds / size)
}

/// A whole number that is not negative; one too large for 64 bits is as large as can be.
pub fn whole(digits: &str) -> Option<u64> {
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    let fits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_a_whole_number_and_a_unit() {
        for (text, seconds) in [
            ("90s", Some(90)),
            ("30m", Some(1_800)),
            ("6h", Some(21_600)),
            ("2d", Some(172_800)),
            (" 2 d ", Some(172_800)),
            ("0s", Some(0)),
            ("99999999999999999999d", Some(u64::MAX)),
            ("", None),
            ("d", None),
            ("6", None),
            ("6 hours", None),
            ("-6h", None),
            ("1.5h", None),
            ("6H", None),
            ("\u{ff16}h", None),
        ] {
            assert_eq!(span(text).map(|span| span.as_secs()), seconds, "{text:?}");
        }
        for text in ["0s", "90s", "61m", "6h", "36h", "2d", "365d"] {
            assert_eq!(span(text).map(spelled).as_deref(), Some(text));
        }
        assert_eq!(spelled(Duration::from_secs(86_400)), "1d");
    }

    #[test]
    fn rfc_3339_is_read_and_written() {
        let noon = Time::parse("2026-11-23T12:00:00Z").expect("a valid time");
        assert_eq!(noon.to_string(), "2026-11-23T12:00:00Z");
        assert_eq!(Time::parse("2026-11-23T13:00:00.9+01:00"), Some(noon));
        assert_eq!(Time::parse("yesterday"), None);
    }

    #[test]
    fn http_dates_are_read_and_written() {
        let text = "Sun, 06 Nov 1994 08:49:37 GMT";
        let time = Time::parse_http(text).expect("the example of RFC 9110");
        assert_eq!(time.unix(), 784_111_777);
        assert_eq!(time.http(), text);
    }

    #[test]
    fn ages_use_the_unit_a_person_would() {
        for (seconds, text) in [
            (-5, "now"),
            (4, "now"),
            (5, "5 s"),
            (59, "59 s"),
            (60, "1 m"),
            (7_200, "2 h"),
            (86_400, "1 d"),
            (92 * 86_400, "92 d"),
            (700 * 86_400, "700 d"),
            (800 * 86_400, "2 y"),
        ] {
            assert_eq!(age(seconds), text, "{seconds} s");
        }
    }

    #[test]
    fn no_number_of_seconds_panics() {
        for seconds in [i64::MIN, -1, 0, i64::MAX] {
            let time = Time::from_unix(seconds);
            let _ = (time.to_string(), time.http(), time.plus(Duration::MAX), time.shifted(i64::MIN));
        }
    }
}
