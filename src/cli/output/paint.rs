//! Colours by role: the terminal's own sixteen, and never the only sign of anything.

use crate::domain::verdict::State;

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Paint {
    /// Fine.
    Fine,
    /// Wants attention.
    Attention,
    /// Trouble.
    Failed,
    /// Less important than what is around it.
    Quiet,
    /// A heading.
    Heading,
}

impl Paint {
    /// The colour of a state.
    pub(in crate::cli) const fn of(state: State) -> Self {
        match state {
            State::Ok => Self::Fine,
            State::Attention => Self::Attention,
            State::Failed => Self::Failed,
            State::Unknown => Self::Quiet,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Fine => "32",
            Self::Attention => "33",
            Self::Failed => "31",
            Self::Quiet => "2",
            Self::Heading => "1",
        }
    }

    pub(super) fn on(self, text: &str, colour: bool) -> String {
        if colour { format!("\x1b[{}m{text}\x1b[0m", self.code()) } else { text.to_owned() }
    }
}
