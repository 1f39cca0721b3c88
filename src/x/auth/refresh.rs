//! What became of a refresh: the one answer that must not be misread, since the old refresh token dies with it.
//!
//! Only what X says about the token itself, or about the client, is taken as a verdict. Whatever else happens once the
//! request was on its way leaves open whether X has replaced the token, and says so. Source: X's pages on user access
//! tokens, 2026-08, and bodies reported in public issues; RFC 6749 sections 5.2 and 6.

use super::issued::Issued;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::x::error::{Form, Said};
use crate::x::wire::{Response, SendError};

/// What became of a refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// X has issued new tokens. Without a refresh token among them the old one stays good.
    Renewed(Issued),
    /// X says that the refresh token is used up, revoked or another client's: only a login helps.
    Refused(Said),
    /// X does not accept the client: the refresh token is untouched.
    ClientRejected(Said),
    /// Nothing was sent: the refresh token is untouched, and the same may be tried again.
    NotSent(SendError),
    /// The request was on its way. Whether X has replaced the refresh token is not known.
    Unclear(Doubt),
}

/// Why it is not known what X did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// There is no whole answer.
    Silent(SendError),
    /// There is one, and it says neither yes nor no.
    Answer {
        /// Its status code.
        status: u16,
        /// What it said.
        said: Said,
    },
}

impl Refreshed {
    /// Reads what a transport gave back.
    pub fn read(answer: &Result<Response, SendError>) -> Self {
        match answer {
            Ok(response) => Self::of(response),
            Err(error) if error.was_sent() => Self::Unclear(Doubt::Silent(*error)),
            Err(error) => Self::NotSent(*error),
        }
    }

    /// Reads what a journal has kept of an answer: its status code, and as much of its body as arrived.
    pub fn read_kept(status: u16, body: &[u8]) -> Self {
        // A byte that is no text stands in a part that cannot be used anyway.
        let body = Secret::new(String::from_utf8_lossy(body).into_owned());
        Self::of(&Response { status, headers: Vec::new(), body, received_at: Time::default() })
    }

    fn of(response: &Response) -> Self {
        let said = || Said::read(response);
        let unclear = || Self::Unclear(Doubt::Answer { status: response.status, said: said() });
        match response.status {
            200..=299 => Issued::salvage(response.body.expose()).map_or_else(unclear, Self::Renewed),
            400 if is_token_refusal(&said()) => Self::Refused(said()),
            400 | 401 if is_client_refusal(response.status, &said()) => Self::ClientRejected(said()),
            _ => unclear(),
        }
    }
}

impl Doubt {
    /// The reason, for a sentence.
    pub fn because(&self) -> String {
        match self {
            Self::Silent(error) => error.to_string(),
            Self::Answer { status, said } => format!("X answered {status}: {}", said.quote()),
        }
    }
}

/// `invalid_grant`, as the standard has it, or X's own way of saying it.
fn is_token_refusal(said: &Said) -> bool {
    let about_token = || {
        let detail = said.detail.as_deref().unwrap_or_default().to_ascii_lowercase();
        detail.starts_with("value passed for the token was invalid")
    };
    match said.error.as_deref() {
        Some("invalid_grant") => true,
        Some("invalid_request") => about_token(),
        _ => false,
    }
}

/// The layer that authenticates clients stands before the one that knows tokens.
fn is_client_refusal(status: u16, said: &Said) -> bool {
    match said.form {
        Form::Oauth2 => matches!(said.error.as_deref(), Some("unauthorized_client" | "invalid_client")),
        Form::Codes | Form::Problem => status == 401,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
