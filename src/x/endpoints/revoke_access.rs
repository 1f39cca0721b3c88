//! `POST /1.1/oauth/invalidate_token.json`: kills an OAuth 1.0a access pair, signed with that very pair.
//!
//! A pair that is dead already answers 401 with code 89. Source: X's API reference, 2026-08.

use crate::x::reply::Reply;
use crate::x::sign::{Extra, Pair, SignError, Signing, Stamp};
use crate::x::wire::{Method, Request, Response, SendError};

/// Method and path.
pub const REQUEST: &str = "POST /1.1/oauth/invalidate_token.json";

/// Asks in the name of the pair that is to die.
///
/// # Errors
/// It cannot be signed.
pub fn request(base: &str, app: Pair<'_>, doomed: Pair<'_>, stamp: &Stamp) -> Result<Request, SignError> {
    let url = format!("{base}/1.1/oauth/invalidate_token.json");
    let signing = Signing {
        method: Method::Post,
        url: &url,
        form: &[],
        app,
        token: Some(doomed),
        extra: Extra::default(),
    };
    let authorization = Some(signing.header(stamp)?);
    Ok(Request { method: Method::Post, url, authorization, form: None })
}

/// Whether X did it; the body repeats the dead token and is not kept.
pub fn read(answer: Result<Response, SendError>) -> Reply<()> {
    Reply::read(answer, |response| {
        let value: serde_json::Value = serde_json::from_str(response.body.expose()).ok()?;
        value.get("access_token")?.is_string().then_some(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Secret;
    use crate::domain::time::Time;

    #[test]
    fn only_x_s_own_yes_is_one() {
        for (status, body, done) in [
            (200, r#"{"access_token":"19-made-up"}"#, true),
            (200, "{}", false),
            (200, "<html>", false),
            (401, r#"{"errors":[{"code":89,"message":"Invalid or expired token."}]}"#, false),
        ] {
            let response = Response {
                status,
                headers: Vec::new(),
                body: Secret::new(body),
                received_at: Time::default(),
            };
            assert_eq!(read(Ok(response)).given().is_some(), done, "{status} {body}");
        }
    }
}
