//! What birdkeep has to say: one line for a while, or the three lines of a failure until they are put away.

use std::time::Duration;

use crate::failure::Failure;

/// How long a one-line notice stays.
pub const STAYS: Duration = Duration::from_secs(5);

/// The weight of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something went as wished.
    Good,
    /// Something to know.
    Plain,
    /// Something to watch.
    Warn,
    /// Something went wrong.
    Bad,
}

/// Something to say. The texts are visible text (see [`crate::domain::text`]) and hold no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its weight.
    pub tone: Tone,
    /// One line, or what, because and what to try.
    pub lines: Vec<String>,
}

impl Notice {
    /// One line.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, lines: vec![text.into()] }
    }

    /// One line on something that went as wished.
    pub fn good(text: impl Into<String>) -> Self {
        Self::new(Tone::Good, text)
    }

    /// One line of plain news.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::new(Tone::Plain, text)
    }

    /// One line of warning.
    pub fn warn(text: impl Into<String>) -> Self {
        Self::new(Tone::Warn, text)
    }
}

impl From<Failure> for Notice {
    fn from(failure: Failure) -> Self {
        Self { tone: Tone::Bad, lines: vec![failure.what, failure.because, failure.try_this] }
    }
}

/// The notice on screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    shown: Option<(Notice, Option<Duration>)>,
}

impl Notices {
    /// Shows `notice` from the boot time `now` on. A failure stays until it is put away; anything shorter does not
    /// push it off the screen.
    pub fn say(&mut self, notice: Notice, now: Duration) {
        let until = (notice.lines.len() == 1).then(|| now + STAYS);
        let holds = self.shown.as_ref().is_some_and(|(_, until)| until.is_none());
        if until.is_none() || !holds || notice.tone == Tone::Bad {
            self.shown = Some((notice, until));
        }
    }

    /// What to show.
    pub fn shown(&self) -> Option<&Notice> {
        self.shown.as_ref().map(|(notice, _)| notice)
    }

    /// The failure that stays until it is put away.
    pub fn failure(&self) -> Option<&Notice> {
        self.shown.as_ref().filter(|(_, until)| until.is_none()).map(|(notice, _)| notice)
    }

    /// Puts it away.
    pub fn put_away(&mut self) {
        self.shown = None;
    }

    /// Puts away a line that would go by itself: what comes now matters more.
    pub fn make_room(&mut self) {
        if self.deadline().is_some() {
            self.put_away();
        }
    }

    /// When it goes by itself.
    pub fn deadline(&self) -> Option<Duration> {
        self.shown.as_ref().and_then(|(_, until)| *until)
    }

    /// Puts away what is over at `now`.
    pub fn expire(&mut self, now: Duration) {
        if self.deadline().is_some_and(|until| until <= now) {
            self.put_away();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Kind;

    #[test]
    fn a_line_goes_by_itself_and_a_failure_stays() {
        let mut notices = Notices::default();
        notices.say(Notice::good("saved"), Duration::ZERO);
        notices.expire(STAYS);
        assert_eq!(notices.shown(), None);
        notices.say(Notice::good("saved"), Duration::ZERO);
        notices.make_room();
        assert_eq!(notices.shown(), None);
        notices.say(Failure::new(Kind::Network, "a", "b", "c").into(), STAYS);
        notices.say(Notice::plain("later"), STAYS);
        notices.expire(STAYS * 100);
        notices.make_room();
        assert_eq!(notices.shown().map(|n| n.lines.len()), Some(3));
        notices.put_away();
        assert_eq!(notices.shown(), None);
    }
}
