//! `GET /2/users/me`: whose token is it, and at which level?
//!
//! Reads one user, the asker. The level of an OAuth 1.0a token is the `x-access-level` header of this answer, also
//! of a refusal.

use serde::Deserialize;

use crate::domain::names::{Handle, UserId};
use crate::domain::secret::Secret;
use crate::domain::verdict::Account;
use crate::x::auth::app_only;
use crate::x::reply::Reply;
use crate::x::sign::{Extra, Pair, SignError, Signing, Stamp};
use crate::x::wire::{Method, Request, Response, SendError};

/// Method and path.
pub const REQUEST: &str = "GET /2/users/me";
/// The scopes that it takes.
pub const SCOPES: &[&str] = &["tweet.read", "users.read"];

/// Asks with an app's pair and an access pair together.
///
/// # Errors
/// It cannot be signed.
pub fn signed(base: &str, app: Pair<'_>, access: Pair<'_>, stamp: &Stamp) -> Result<Request, SignError> {
    let url = format!("{base}/2/users/me");
    let signing = Signing {
        method: Method::Get,
        url: &url,
        form: &[],
        app,
        token: Some(access),
        extra: Extra::default(),
    };
    let authorization = Some(signing.header(stamp)?);
    Ok(Request { method: Method::Get, url, authorization, form: None })
}

/// Asks with an OAuth 2.0 user token.
pub fn with_oauth2(base: &str, token: &Secret) -> Request {
    Request {
        method: Method::Get,
        url: format!("{base}/2/users/me"),
        authorization: Some(app_only::bearer(token)),
        form: None,
    }
}

/// Asks as nobody: it costs nothing, and the refusal tells that X is there and what time it is.
pub fn unsigned(base: &str) -> Request {
    Request { method: Method::Get, url: format!("{base}/2/users/me"), authorization: None, form: None }
}

/// The account that the token belongs to.
pub fn read(answer: Result<Response, SendError>) -> Reply<Account> {
    #[derive(Deserialize)]
    struct Body {
        data: User,
    }
    #[derive(Deserialize)]
    struct User {
        id: String,
        username: String,
    }
    Reply::read(answer, |response| {
        let body: Body = serde_json::from_str(response.body.expose()).ok()?;
        let id = UserId::parse(&body.data.id)?;
        Some(Account { id, handle: Handle::parse(&body.data.username).ok()? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;

    #[test]
    fn an_account_has_an_id_and_a_handle_of_their_shape() {
        for (body, taken) in [
            (r#"{"data":{"id":"1900000000000000001","name":"A","username":"demo_a"}}"#, true),
            (r#"{"data":{"id":"1900000000000000001","username":"demo\u202ea"}}"#, false),
            (r#"{"data":{"id":"one","username":"demo_a"}}"#, false),
            (r#"{"data":{"id":19,"username":"demo_a"}}"#, false),
            (r#"{"data":null,"errors":[]}"#, false),
            ("{}", false),
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
