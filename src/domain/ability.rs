//! What a bot may do, action by action: what its credentials carry held against what each action takes.
//!
//! A profile may hold an access pair, an OAuth 2.0 token and its app's bearer token; whichever can serves. What was
//! granted counts until X refuses it: a level is what X's answer said, scopes are what the token response said.

mod holdings;
#[cfg(test)]
mod tests;

pub use holdings::Holdings;

use super::actions::Ban;
use super::permission::Level;

/// A kind of credential that serves an action, in the order they are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// The access token and secret, with the app's API key and secret.
    Access,
    /// The OAuth 2.0 user token.
    Oauth2,
    /// The app's bearer token.
    Bearer,
}

impl By {
    /// Every kind, in order.
    pub const ALL: [Self; 3] = [Self::Access, Self::Oauth2, Self::Bearer];

    /// The stable word of machine output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Oauth2 => "oauth2",
            Self::Bearer => "bearer",
        }
    }

    /// The one a bot has.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Access => "the access token",
            Self::Oauth2 => "the OAuth 2.0 token",
            Self::Bearer => "the app's bearer token",
        }
    }

    /// One it would take.
    const fn wanted(self) -> &'static str {
        match self {
            Self::Access => "an access token with its app's keys",
            Self::Oauth2 => "an OAuth 2.0 token of the bot's own",
            Self::Bearer => "the app's bearer token",
        }
    }
}

/// The answer for one action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum May {
    /// A credential carries what it takes.
    Yes,
    /// None does.
    No,
    /// X has not said.
    Unknown,
    /// X forbids it on self-serve plans, whatever the credential.
    Banned,
}

impl May {
    /// The stable word of machine output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
            Self::Banned => "banned",
        }
    }
}

/// What is lacking; any one of several would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The access token carries less.
    Level {
        /// What it carries.
        held: Level,
        /// What it takes.
        wanted: Level,
    },
    /// The OAuth 2.0 token was not granted these.
    Scopes(Vec<&'static str>),
    /// None of these is stored.
    Credential(Vec<By>),
    /// X refuses what is stored.
    Refused(Refusal),
}

/// Why X refuses a stored credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The stable word: that of the verdict's cause, or of the mark.
    pub word: &'static str,
    /// The sentence.
    pub what: &'static str,
}

/// Why nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// X was never asked, or a value has changed since.
    NeverChecked,
    /// X did not say at which level the access token stands.
    NotSaid,
    /// The scopes that the OAuth 2.0 token was granted are not stored.
    NoScopes,
    /// X may have killed the credential.
    MayBeDead,
    /// X refuses the app's key pair, and nobody has asked with the bearer token that came from it.
    KeysRefused,
}

impl Doubt {
    /// The sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NeverChecked => "never checked, or a value has changed since",
            Self::NotSaid => "X did not say what the access token may do",
            Self::NoScopes => "the scopes that the OAuth 2.0 token was granted are not stored",
            Self::MayBeDead => "X may have killed it: its rotation is not finished",
            Self::KeysRefused => "X rejects the app's keys, so its bearer token may be dead as well",
        }
    }
}

/// What a bot may do about one action, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ability {
    /// The answer.
    pub may: May,
    /// The credential that serves; of something banned, the one that would.
    pub by: Option<By>,
    /// What is lacking, where the answer is no; of something banned, what would be besides.
    pub lacks: Vec<Lack>,
    /// Why nobody knows, where nobody does.
    pub doubt: Option<Doubt>,
    /// The ban, where there is one.
    pub ban: Option<&'static Ban>,
}

impl Ability {
    const fn new(may: May) -> Self {
        Self { may, by: None, lacks: Vec::new(), doubt: None, ban: None }
    }

    /// True where nothing is lacking but that X accepts what is stored.
    pub fn is_refused(&self) -> bool {
        !self.lacks.is_empty() && self.lacks.iter().all(|lack| matches!(lack, Lack::Refused(_)))
    }

    /// The reason, in one phrase: which credential serves, what is lacking, or what X forbids.
    pub fn reason(&self) -> String {
        if let Some(ban) = self.ban {
            return ban.sentence.to_owned();
        }
        if let Some(doubt) = self.doubt {
            return doubt.sentence().to_owned();
        }
        if let Some(by) = self.by {
            return format!("by {}", by.phrase());
        }
        let (mut refused, mut takes) = (Vec::new(), Vec::new());
        for lack in &self.lacks {
            match lack {
                Lack::Refused(refusal) => refused.push(refusal.what.to_owned()),
                Lack::Level { held, wanted } => {
                    takes.push(format!("“{}” (the access token carries “{}”)", wanted.label(), held.label()));
                }
                Lack::Scopes(scopes) => {
                    takes.push(format!("{} (not granted to the OAuth 2.0 token)", scopes.join(" ")));
                }
                Lack::Credential(kinds) => {
                    let kinds: Vec<&str> = kinds.iter().map(|by| by.wanted()).collect();
                    takes.push(format!("{} (none is stored)", kinds.join(" or ")));
                }
            }
        }
        let takes = (!takes.is_empty()).then(|| format!("that takes {}", takes.join(" or ")));
        refused.into_iter().chain(takes).collect::<Vec<_>>().join("; ")
    }

    /// The answer with its reason: `no, that takes “Read and write” (the access token carries “Read”)`.
    pub fn sentence(&self) -> String {
        let reason = self.reason();
        match self.may {
            May::Yes => format!("yes, {reason}"),
            May::No => format!("no, {reason}"),
            May::Unknown => format!("not known: {reason}"),
            May::Banned => format!("banned: {reason}"),
        }
    }
}
