//! `POST /oauth/access_token`: the last step of an OAuth 1.0a login, a request token and its verifier for a token pair.
//!
//! The answer is a form and names the account. A request token is good for one exchange; a refusal (401) does not tell
//! a wrong verifier from a token that was used or has become too old. Source: X's API reference, 2026-08.

use std::fmt;

use crate::domain::names::{Handle, UserId};
use crate::domain::secret::Secret;
use crate::domain::verdict::Account;
use crate::x::auth::form;
use crate::x::reply::Reply;
use crate::x::sign::{Extra, Pair, SignError, Signing, Stamp};
use crate::x::wire::{Method, Request, Response, SendError};

/// Method and path.
pub const REQUEST: &str = "POST /oauth/access_token";

/// A token pair and the account that has granted it.
#[derive(Clone, PartialEq, Eq)]
pub struct Granted {
    /// The access token.
    pub token: Secret,
    /// Its secret.
    pub secret: Secret,
    /// Whose it is.
    pub account: Account,
}

impl fmt::Debug for Granted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Granted").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Asks with the app's pair and the request token; `verifier` comes with the redirect, or is the PIN.
///
/// # Errors
/// It cannot be signed.
pub fn request(
    base: &str,
    app: Pair<'_>,
    request_token: Pair<'_>,
    verifier: &Secret,
    stamp: &Stamp,
) -> Result<Request, SignError> {
    let url = format!("{base}/oauth/access_token");
    let signing = Signing {
        method: Method::Post,
        url: &url,
        form: &[],
        app,
        token: Some(request_token),
        extra: Extra { verifier: Some(verifier.expose()), ..Extra::default() },
    };
    let authorization = Some(signing.header(stamp)?);
    Ok(Request { method: Method::Post, url, authorization, form: None })
}

/// The token pair and its account.
pub fn read(answer: Result<Response, SendError>) -> Reply<Granted> {
    Reply::read(answer, |response| {
        let form = form::read(response);
        let id = UserId::parse(form.get("user_id")?.expose())?;
        let handle = Handle::parse(form.get("screen_name")?.expose()).ok()?;
        let account = Account { id, handle };
        Some(Granted { token: form.get("oauth_token")?, secret: form.get("oauth_token_secret")?, account })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;

    #[test]
    fn a_pair_without_an_account_is_none() {
        for (body, taken) in [
            ("oauth_token=19-t&oauth_token_secret=s&user_id=19&screen_name=demo_a", true),
            ("oauth_token=19-t&oauth_token_secret=s&user_id=19&screen_name=demo_a&x_auth_expires=0", true),
            ("oauth_token=19-t&oauth_token_secret=s&user_id=19", false),
            ("oauth_token=19-t&oauth_token_secret=s&user_id=me&screen_name=demo_a", false),
            ("oauth_token=19-t&oauth_token_secret=s&user_id=19&screen_name=demo%E2%80%AEa", false),
            ("oauth_token=19-t&user_id=19&screen_name=demo_a", false),
            ("<hash><error>Invalid</error></hash>", false),
        ] {
            let response = Response {
                status: 200,
                headers: Vec::new(),
                body: Secret::new(body),
                received_at: Time::default(),
            };
            let reply = read(Ok(response));
            assert_eq!(reply.given().is_some(), taken, "{body}");
            assert!(!format!("{reply:?}").contains("19-t"), "{reply:?}");
        }
    }
}
