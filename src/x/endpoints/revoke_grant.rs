//! `POST /2/oauth2/revoke`: kills one OAuth 2.0 user token.
//!
//! The body of a success is not documented, so the status alone counts. Nor is it whether one half takes the other with
//! it: revoke the refresh token, then the access token. Source: X's pages on user access tokens, 2026-08; RFC 7009.

use crate::domain::secret::Secret;
use crate::x::auth::client::Client;
use crate::x::reply::Reply;
use crate::x::wire::{Request, Response, SendError};

/// Method and path.
pub const REQUEST: &str = "POST /2/oauth2/revoke";

/// Which half of a grant a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The refresh token.
    Refresh,
    /// The access token.
    Access,
}

/// Asks in the name of the client that the token was issued to.
pub fn request(base: &str, client: Client<'_>, doomed: &Secret, half: Half) -> Request {
    let hint = match half {
        Half::Refresh => "refresh_token",
        Half::Access => "access_token",
    };
    client.post(format!("{base}/2/oauth2/revoke"), &[("token", doomed.expose()), ("token_type_hint", hint)])
}

/// Whether X did it.
pub fn read(answer: Result<Response, SendError>) -> Reply<()> {
    Reply::read(answer, |_| Some(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_and_which_half_it_is_are_said() {
        let (id, doomed) = (Secret::new("made-up-id"), Secret::new("made-up/token"));
        let request = request("https://api.x.com", Client::new(&id, None), &doomed, Half::Refresh);
        assert_eq!(
            request.form.as_ref().map(Secret::expose),
            Some("token=made-up%2Ftoken&token_type_hint=refresh_token&client_id=made-up-id")
        );
    }
}
