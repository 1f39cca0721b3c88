//! What came of a request: what was asked for, a refusal, something odd, or nothing.

use super::error::Said;
use super::limit::Limits;
use super::wire::{Response, SendError};
use crate::domain::permission::Level;
use crate::domain::text::visible_within;
use crate::domain::time::Time;

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply<T> {
    /// X gave what was asked for.
    Gave(T, Seen),
    /// X refused: a status of 400 or above.
    Refused(Said, Seen),
    /// X said yes, or something else, in a way that makes no sense.
    Odd(Said, Seen),
    /// No answer came.
    Silent(SendError),
}

/// What every answer shows besides its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The status code.
    pub status: u16,
    /// When it arrived, by this machine's clock.
    pub at: Time,
    /// X's clock less this machine's, in seconds; `None` without a readable `date` header.
    pub skew: Option<i64>,
    /// The level of the token that asked; `None`: X did not say, which never means "read".
    pub level: Option<Level>,
    /// A level X named that is none of the three, as visible text.
    pub odd_level: Option<String>,
    /// The rate-limit windows.
    pub limits: Limits,
}

impl<T> Reply<T> {
    /// Reads an answer; `give` reads the body of a good one.
    pub fn read(answer: Result<Response, SendError>, give: impl FnOnce(&Response) -> Option<T>) -> Self {
        let response = match answer {
            Ok(response) => response,
            Err(error) => return Self::Silent(error),
        };
        let seen = Seen::of(&response);
        match response.status {
            200..=299 => match give(&response) {
                Some(given) => Self::Gave(given, seen),
                None => Self::Odd(Said::read(&response), seen),
            },
            400..=599 => Self::Refused(Said::read(&response), seen),
            _ => Self::Odd(Said::read(&response), seen),
        }
    }

    /// What was asked for.
    pub const fn given(&self) -> Option<&T> {
        match self {
            Self::Gave(given, _) => Some(given),
            _ => None,
        }
    }

    /// What X refused with, or said oddly.
    pub const fn said(&self) -> Option<&Said> {
        match self {
            Self::Refused(said, _) | Self::Odd(said, _) => Some(said),
            _ => None,
        }
    }

    /// What the answer showed besides its body.
    pub const fn seen(&self) -> Option<&Seen> {
        match self {
            Self::Gave(_, seen) | Self::Refused(_, seen) | Self::Odd(_, seen) => Some(seen),
            Self::Silent(_) => None,
        }
    }

    /// The status code.
    pub fn status(&self) -> Option<u16> {
        self.seen().map(|seen| seen.status)
    }

    /// The same reply without what was given: enough to judge by.
    pub fn bare(&self) -> Reply<()> {
        match self {
            Self::Gave(_, seen) => Reply::Gave((), seen.clone()),
            Self::Refused(said, seen) => Reply::Refused(said.clone(), seen.clone()),
            Self::Odd(said, seen) => Reply::Odd(said.clone(), seen.clone()),
            Self::Silent(error) => Reply::Silent(*error),
        }
    }
}

impl Seen {
    fn of(response: &Response) -> Self {
        let level = response.header("x-access-level").map(str::trim).filter(|word| !word.is_empty());
        let known = level.and_then(Level::parse);
        let date = response.header("date").and_then(Time::parse_http);
        Self {
            status: response.status,
            at: response.received_at,
            skew: date.map(|date| date.since(response.received_at)),
            level: known,
            odd_level: level.filter(|_| known.is_none()).map(|word| visible_within(word, 40)),
            limits: Limits::read(response),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Secret;

    fn reply(status: u16, headers: &[(&str, &str)]) -> Reply<()> {
        let response = Response {
            status,
            headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            body: Secret::new(""),
            received_at: Time::from_unix(784_111_777),
        };
        Reply::read(Ok(response), |_| Some(()))
    }

    #[test]
    fn the_status_decides_what_kind_of_reply_it_is() {
        for (status, wanted) in
            [(200, "Gave"), (204, "Gave"), (302, "Odd"), (401, "Refused"), (599, "Refused")]
        {
            assert!(format!("{:?}", reply(status, &[])).starts_with(wanted), "{status}");
        }
        assert!(format!("{:?}", reply(100, &[])).starts_with("Odd"));
    }

    #[test]
    fn headers_are_read_with_care() {
        let seen = |headers: &[(&str, &str)]| reply(403, headers).seen().cloned().expect("an answer came");
        let good = seen(&[("date", "Sun, 06 Nov 1994 08:51:37 GMT"), ("x-access-level", "Read-Write")]);
        assert_eq!((good.skew, good.level), (Some(120), Some(Level::ReadWrite)));
        let odd = seen(&[("date", "yesterday"), ("x-access-level", "wri\u{202e}te")]);
        assert_eq!((odd.skew, odd.level), (None, None));
        assert_eq!(odd.odd_level.as_deref(), Some("wri\\u{202e}te"));
    }
}
