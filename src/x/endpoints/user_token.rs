//! `POST /2/oauth2/token`: OAuth 2.0 user tokens, for an authorization code or for a refresh token.
//!
//! A code lives for 30 seconds and is good once. A refresh token is good once: what the answer to a refresh means is
//! for [`refresh`](crate::x::auth::refresh) to say. Source: X's pages on the authorization code flow, 2026-08; RFC 6749
//! sections 4.1.3 and 6, RFC 7636 section 4.5.

use crate::domain::secret::Secret;
use crate::x::auth::client::Client;
use crate::x::auth::issued::Issued;
use crate::x::reply::Reply;
use crate::x::wire::{Request, Response, SendError};

/// Method and path.
pub const REQUEST: &str = "POST /2/oauth2/token";

/// Asks for tokens with the code of a redirect; `redirect_uri` exactly as it was in the authorize address.
pub fn exchange(
    base: &str,
    client: Client<'_>,
    code: &Secret,
    redirect_uri: &str,
    verifier: &Secret,
) -> Request {
    client.post(
        format!("{base}/2/oauth2/token"),
        &[
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier.expose()),
        ],
    )
}

/// Asks for the next pair. X kills `refresh_token` the moment it answers, so this is sent once, and never again while
/// its outcome is unclear.
pub fn refresh(base: &str, client: Client<'_>, refresh_token: &Secret) -> Request {
    client.post(
        format!("{base}/2/oauth2/token"),
        &[("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose())],
    )
}

/// The tokens that X issues.
pub fn read(answer: Result<Response, SendError>) -> Reply<Issued> {
    Reply::read(answer, |response| Issued::parse(response.body.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_grant_sends_what_the_standard_names() {
        let (id, secret) = (Secret::new("made-up-id"), Secret::new("made-up-secret"));
        let (public, confidential) = (Client::new(&id, None), Client::new(&id, Some(&secret)));
        let callback = "http://127.0.0.1:8723/callback";
        let value = Secret::new("made-up-value");
        for (request, form) in [
            (
                exchange("https://api.x.com", public, &value, callback, &Secret::new("v")),
                "grant_type=authorization_code&code=made-up-value\
                 &redirect_uri=http%3A%2F%2F127.0.0.1%3A8723%2Fcallback&code_verifier=v&client_id=made-up-id",
            ),
            (
                refresh("https://api.x.com", public, &value),
                "grant_type=refresh_token&refresh_token=made-up-value&client_id=made-up-id",
            ),
            (
                refresh("https://api.x.com", confidential, &value),
                "grant_type=refresh_token&refresh_token=made-up-value",
            ),
        ] {
            assert_eq!(request.form.as_ref().map(Secret::expose), Some(form));
            assert_eq!(request.url, "https://api.x.com/2/oauth2/token");
        }
    }
}
