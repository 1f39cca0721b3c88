//! Why a request is not even sent: X would say "too often".

use std::fmt;

use crate::domain::time::Time;

/// A request held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Why.
    pub why: Why,
    /// When asking makes sense again; `None`: X did not say.
    pub until: Option<Time>,
}

/// Why a request is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// X's last answer said that this window is used up.
    UsedUp(&'static str),
    /// X said so at an earlier check.
    Told,
    /// X said "too often" so many times in a row without saying which window it means.
    AgainAndAgain(u32),
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why {
            Why::UsedUp(window) => write!(f, "nothing was sent, since X had said that {window} is used up"),
            Why::Told => write!(f, "nothing was sent, since X had said to come back later"),
            Why::AgainAndAgain(times) => {
                write!(f, "nothing was sent, since X had answered “too often” {times} times in a row")
            }
        }
    }
}
