//! `GET /2/usage/tweets`: does the bearer token live?
//!
//! The one endpoint that only a bearer token may ask and that reads nobody's posts.

use serde_json::Value;

use crate::domain::secret::Secret;
use crate::x::auth::app_only;
use crate::x::reply::Reply;
use crate::x::wire::{Method, Request, Response, SendError};

/// Method and path.
pub const REQUEST: &str = "GET /2/usage/tweets";

/// What an app has used, as far as X says: older and newer answers differ in shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Posts read in this cycle.
    pub used: Option<u64>,
    /// Posts that may be read in a cycle.
    pub cap: Option<u64>,
    /// The day of the month on which the cycle begins.
    pub reset_day: Option<u64>,
}

/// Asks with the bearer token.
pub fn request(base: &str, bearer: &Secret) -> Request {
    Request {
        method: Method::Get,
        url: format!("{base}/2/usage/tweets"),
        authorization: Some(app_only::bearer(bearer)),
        form: None,
    }
}

/// What was used. Any JSON object with `data` will do: that X answers is what matters.
pub fn read(answer: Result<Response, SendError>) -> Reply<Usage> {
    Reply::read(answer, |response| {
        let body: Value = serde_json::from_str(response.body.expose()).ok()?;
        let data = body.get("data")?;
        let data = data.as_array().and_then(|rows| rows.first()).unwrap_or(data);
        let number = |key: &str| {
            let value = data.get(key)?;
            value.as_u64().or_else(|| value.as_str()?.parse().ok())
        };
        data.is_object().then(|| Usage {
            used: number("project_usage"),
            cap: number("project_cap"),
            reset_day: number("cap_reset_day"),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;

    #[test]
    fn every_shape_x_has_sent_is_read() {
        let read = |body: &str| {
            let response = Response {
                status: 200,
                headers: Vec::new(),
                body: Secret::new(body),
                received_at: Time::default(),
            };
            read(Ok(response)).given().copied()
        };
        let full = Usage { used: Some(12), cap: Some(100), reset_day: Some(3) };
        for (body, wanted) in [
            (r#"{"data":{"project_usage":"12","project_cap":"100","cap_reset_day":3}}"#, Some(full)),
            (r#"{"data":[{"project_usage":12,"project_cap":100,"cap_reset_day":3}]}"#, Some(full)),
            (r#"{"data":{}}"#, Some(Usage::default())),
            (r#"{"data":[]}"#, None),
            (r#"{"errors":[]}"#, None),
            ("nonsense", None),
        ] {
            assert_eq!(read(body), wanted, "{body}");
        }
    }
}
