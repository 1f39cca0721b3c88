//! `POST /oauth/request_token`: the first step of an OAuth 1.0a login.
//!
//! The answer is a form although it calls itself `text/html`. Refusals: 401 with 32 or 215 (keys), 135 (clock), 416 (app
//! suspended), 417 (no callback URL configured), 403 with 415 (this callback URL is not registered); as JSON or XML.
//! Source: X's API reference and its page on obtaining user access tokens, 2026-08.

use std::fmt;

use crate::domain::secret::Secret;
use crate::x::auth::form;
use crate::x::reply::Reply;
use crate::x::sign::{Extra, Pair, SignError, Signing, Stamp, encode};
use crate::x::wire::{Method, Request, Response, SendError};

/// Method and path.
pub const REQUEST: &str = "POST /oauth/request_token";

/// The callback of a login that ends with a PIN instead of a redirect.
pub const OUT_OF_BAND: &str = "oob";

/// A level below the app's own: X lowers it on request, never raises it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lowered {
    /// "Read"
    Read,
    /// "Read and write"
    Write,
}

impl Lowered {
    const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// A login under way: good for one exchange.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestToken {
    /// The token that the login page and the redirect name.
    pub token: Secret,
    /// What signs the exchange.
    pub secret: Secret,
}

impl fmt::Debug for RequestToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestToken(…)")
    }
}

/// Asks with the app's pair; `callback` is exactly as registered, or [`OUT_OF_BAND`].
///
/// # Errors
/// It cannot be signed.
pub fn request(
    base: &str,
    app: Pair<'_>,
    callback: &str,
    lowered: Option<Lowered>,
    stamp: &Stamp,
) -> Result<Request, SignError> {
    let url = format!("{base}/oauth/request_token");
    let form: Vec<_> = lowered.iter().map(|lowered| ("x_auth_access_type", lowered.word())).collect();
    let signing = Signing {
        method: Method::Post,
        url: &url,
        form: &form,
        app,
        token: None,
        extra: Extra { callback: Some(callback), ..Extra::default() },
    };
    let authorization = Some(signing.header(stamp)?);
    let form = form.first().map(|(key, value)| Secret::new(format!("{key}={}", encode(value))));
    Ok(Request { method: Method::Post, url, authorization, form })
}

/// The request token; none unless X confirms that it has understood the callback (RFC 5849 section 2.1).
pub fn read(answer: Result<Response, SendError>) -> Reply<RequestToken> {
    Reply::read(answer, |response| {
        let form = form::read(response);
        let confirmed = form.get("oauth_callback_confirmed").is_some_and(|word| word.expose() == "true");
        let token = RequestToken { token: form.get("oauth_token")?, secret: form.get("oauth_token_secret")? };
        confirmed.then_some(token)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;

    #[test]
    fn only_a_confirmed_callback_goes_on() {
        for (body, taken) in [
            ("oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=true", true),
            ("oauth_callback_confirmed=true&oauth_token_secret=s&oauth_token=t&new=1\n", true),
            ("oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=false", false),
            ("oauth_token=t&oauth_token_secret=s", false),
            ("oauth_token=&oauth_token_secret=s&oauth_callback_confirmed=true", false),
            ("oauth_token=t&oauth_token=u&oauth_token_secret=s&oauth_callback_confirmed=true", false),
            (r#"{"oauth_token":"t"}"#, false),
            ("", false),
        ] {
            let response = Response {
                status: 200,
                headers: vec![("content-type".to_owned(), "text/html;charset=utf-8".to_owned())],
                body: Secret::new(body),
                received_at: Time::default(),
            };
            assert_eq!(read(Ok(response)).given().is_some(), taken, "{body}");
        }
    }

    #[test]
    fn the_callback_is_signed_and_a_lower_level_is_asked_for_in_the_form() {
        let (id, secret) = (Secret::new("made-up-key"), Secret::new("made-up-secret"));
        let app = Pair { id: &id, secret: &secret };
        let stamp = Stamp::new([1; 16], Time::from_unix(1_795_000_000));
        let plain = request("https://api.x.com", app, OUT_OF_BAND, None, &stamp).expect("signed");
        assert!(plain.form.is_none());
        assert!(plain.authorization.expect("signed").expose().contains("oauth_callback=\"oob\""));
        let lower = request("https://api.x.com", app, OUT_OF_BAND, Some(Lowered::Read), &stamp);
        let form = lower.expect("signed").form.expect("there is one");
        assert_eq!(form.expose(), "x_auth_access_type=read");
    }
}
