//! `POST /oauth2/invalidate_token`: kills an app's bearer token.
//!
//! X documents two ways that contradict each other: signed by the app's owner with the bearer as a query parameter
//! (API reference), and Basic with the bearer in the form (application-only page). Both are here; which one X
//! accepts today is unconfirmed.

use crate::domain::secret::Secret;
use crate::x::auth::app_only;
use crate::x::reply::Reply;
use crate::x::sign::{Extra, Pair, SignError, Signing, Stamp};
use crate::x::wire::{Method, Request, Response, SendError};

/// Method and path.
pub const REQUEST: &str = "POST /oauth2/invalidate_token";

/// Asks in the name of the app's owner.
///
/// # Errors
/// It cannot be signed.
pub fn by_owner(
    base: &str,
    app: Pair<'_>,
    owner: Pair<'_>,
    bearer: &Secret,
    stamp: &Stamp,
) -> Result<Request, SignError> {
    let url = format!("{base}/oauth2/invalidate_token?access_token={}", app_only::escaped(bearer));
    let signing = Signing {
        method: Method::Post,
        url: &url,
        form: &[],
        app,
        token: Some(owner),
        extra: Extra::default(),
    };
    let authorization = Some(signing.header(stamp)?);
    Ok(Request { method: Method::Post, url, authorization, form: None })
}

/// Asks with the app's key and secret.
pub fn by_app(base: &str, app: Pair<'_>, bearer: &Secret) -> Request {
    Request {
        method: Method::Post,
        url: format!("{base}/oauth2/invalidate_token"),
        authorization: Some(app_only::basic(app)),
        form: Some(Secret::new(format!("access_token={}", app_only::escaped(bearer)))),
    }
}

/// Whether X did it; the body repeats the dead token and is not kept.
pub fn read(answer: Result<Response, SendError>) -> Reply<()> {
    Reply::read(answer, |response| {
        let value: serde_json::Value = serde_json::from_str(response.body.expose()).ok()?;
        value.get("access_token")?.is_string().then_some(())
    })
}
