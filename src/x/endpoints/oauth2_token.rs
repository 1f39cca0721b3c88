//! `POST /oauth2/token`: an app's key and secret for its bearer token.
//!
//! Only one bearer per app is live and asking again returns the same, so this is a free and harmless test of the
//! pair. 403 with code 99 means a wrong pair, or that it was asked too often.

use serde::Deserialize;

use crate::domain::secret::Secret;
use crate::x::auth::app_only;
use crate::x::reply::Reply;
use crate::x::sign::Pair;
use crate::x::wire::{Method, Request, Response, SendError};

/// Method and path.
pub const REQUEST: &str = "POST /oauth2/token";

/// Asks with the app's pair.
pub fn request(base: &str, app: Pair<'_>) -> Request {
    Request {
        method: Method::Post,
        url: format!("{base}/oauth2/token"),
        authorization: Some(app_only::basic(app)),
        form: Some(Secret::new("grant_type=client_credentials")),
    }
}

/// The live bearer token.
pub fn read(answer: Result<Response, SendError>) -> Reply<Secret> {
    #[derive(Deserialize)]
    struct Body {
        token_type: String,
        access_token: String,
    }
    Reply::read(answer, |response| {
        let body: Body = serde_json::from_str(response.body.expose()).ok()?;
        let bearer = body.token_type.eq_ignore_ascii_case("bearer") && !body.access_token.is_empty();
        bearer.then(|| Secret::new(body.access_token))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;

    #[test]
    fn only_a_bearer_is_taken() {
        for (body, taken) in [
            (r#"{"token_type":"bearer","access_token":"AAAA%3Dmadeup"}"#, true),
            (r#"{"token_type":"mac","access_token":"AAAA"}"#, false),
            (r#"{"token_type":"bearer","access_token":""}"#, false),
            (r#"{"token_type":"bearer"}"#, false),
            (r#"{"token_type":"bearer","access_token":7}"#, false),
            ("", false),
        ] {
            let response = Response {
                status: 200,
                headers: Vec::new(),
                body: Secret::new(body),
                received_at: Time::default(),
            };
            assert_eq!(read(Ok(response)).given().is_some(), taken, "{body}");
        }
    }
}
