//! X's answers, word for word: bodies and headers as its documentation and live traffic show them.

use serde_json::json;

use crate::domain::permission::Level;
use crate::domain::time::Time;

/// An answer before it becomes bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Headers in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// A JSON answer.
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::text(status, "application/json; charset=utf-8", body.to_string())
    }

    /// An answer of any kind.
    pub fn text(status: u16, kind: &str, body: impl Into<String>) -> Self {
        Self { status, headers: vec![("content-type".to_owned(), kind.to_owned())], body: body.into() }
    }

    /// This answer with one more header, replacing one of the same name.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// This answer without a header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self
    }

    /// This answer with the level of the token that asked: X sends it on refusals, too.
    #[must_use]
    pub fn at_level(self, level: Level) -> Self {
        self.with("x-access-level", level.word())
    }

    /// This answer as of `now`, which the `date` header tells to the second.
    #[must_use]
    pub fn dated(self, now: Time) -> Self {
        self.with("date", now.http())
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// The v1.1 form: `{"errors":[{"code":N,"message":"…"}]}`.
pub fn code(status: u16, code: u32, message: &str) -> Answer {
    Answer::json(status, &json!({"errors": [{"code": code, "message": message}]}))
}

/// The v2 form: `application/problem+json`.
pub fn problem(status: u16, kind: &str, title: &str, detail: &str) -> Answer {
    problem_with(status, kind, title, detail, &json!({}))
}

/// The v2 form with further members.
pub fn problem_with(status: u16, kind: &str, title: &str, detail: &str, more: &serde_json::Value) -> Answer {
    let kind = match kind {
        "about:blank" => kind.to_owned(),
        kind => format!("https://api.twitter.com/2/problems/{kind}"),
    };
    let mut body = json!({"title": title, "detail": detail, "type": kind, "status": status});
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    Answer::json(status, &body).with("content-type", "application/problem+json; charset=utf-8")
}

/// 401 of the v2 endpoints: no word about which part was wrong.
pub fn unauthorized() -> Answer {
    problem(401, "about:blank", "Unauthorized", "Unauthorized")
}

/// 403 of `oauth2/token` and `oauth2/invalidate_token`: wrong keys, or asked too often.
pub fn unable_to_verify() -> Answer {
    Answer::json(
        403,
        &json!({"errors": [{
            "code": 99,
            "label": "authenticity_token_error",
            "message": "Unable to verify your credentials",
        }]}),
    )
}

/// 401 of a token that is dead.
pub fn expired() -> Answer {
    code(401, 89, "Invalid or expired token.")
}

/// 401 of a signature outside the time window.
pub fn out_of_bounds() -> Answer {
    code(401, 135, "Could not authenticate you (timestamp out of bounds).")
}

/// 401 of a signature that does not fit.
pub fn could_not_authenticate() -> Answer {
    code(401, 32, "Could not authenticate you.")
}

/// 400 of a request without a readable `Authorization` header.
pub fn bad_authentication() -> Answer {
    code(400, 215, "Bad Authentication data.")
}

/// 403 of a callback URL that is not registered; the OAuth 1.0a endpoints speak XML at times.
pub fn callback_not_approved() -> Answer {
    let text = "Callback URL not approved for this client application. Approved callback URLs can be adjusted in \
                your application settings";
    xml(403, &format!("<errors><error code=\"415\">{text}</error></errors>"))
}

/// 401 of an app without any callback URL.
pub fn only_oob() -> Answer {
    code(401, 417, "Desktop applications only support the oauth_callback value 'oob'.")
}

/// 401 of a request token that was used, has become too old, or never was.
pub fn no_such_request_token() -> Answer {
    xml(
        401,
        "<hash><error>This request token may have already been used, or expired because it is too old.</error>\
         <request>/oauth/access_token</request></hash>",
    )
}

/// 401 of a verifier or PIN that does not belong to the request token.
pub fn wrong_verifier() -> Answer {
    Answer::text(
        401,
        "text/html; charset=utf-8",
        "Error processing your OAuth request: Invalid oauth_verifier parameter",
    )
}

fn xml(status: u16, body: &str) -> Answer {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}\n");
    Answer::text(status, "application/xml; charset=utf-8", body)
}

/// An OAuth 2.0 refusal (RFC 6749 section 5.2).
pub fn oauth2_error(status: u16, error: &str, description: &str) -> Answer {
    Answer::json(status, &json!({"error": error, "error_description": description}))
}

/// 401 of an OAuth 2.0 client: a wrong id or secret, or the wrong way to say them.
pub fn unauthorized_client() -> Answer {
    oauth2_error(401, "unauthorized_client", "Missing valid authorization header")
}

/// 401 of a suspended app.
pub fn app_suspended() -> Answer {
    code(401, 416, "Invalid / suspended application.")
}

/// 403 of a credential of the wrong kind.
pub fn unsupported(used: &str, supported: &str) -> Answer {
    problem(
        403,
        "unsupported-authentication",
        "Unsupported Authentication",
        &format!(
            "Authenticating with {used} is forbidden for this endpoint.  Supported authentication types are \
             [{supported}]."
        ),
    )
}

/// 403 of an app outside every package.
pub fn not_enrolled(app_id: u64) -> Answer {
    problem_with(
        403,
        "client-forbidden",
        "Client Forbidden",
        "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a \
         Twitter developer App that is attached to a Project. You can create a project via the developer portal.",
        &json!({
            "client_id": app_id.to_string(),
            "required_enrollment": "Appropriate Level of API Access",
            "registration_url": "https://developer.twitter.com/en/docs/projects/overview",
            "reason": "client-not-enrolled",
        }),
    )
}

/// 403 of a call that the app's plan does not include.
pub fn not_in_plan() -> Answer {
    code(
        403,
        453,
        "You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints (e.g. media post, \
         oauth) only. If you need access to this endpoint, you may need a different access level. You can learn more \
         here: https://developer.x.com/en/portal/product",
    )
}

/// 403 of an app that X does not let write.
pub fn write_restricted() -> Answer {
    let text = "Application cannot perform write actions. Contact Twitter Platform Operations through \
                https://help.twitter.com/forms/platform";
    code(403, 261, text)
}

/// 403 of an app that bills its users, asked for a user without a developer account.
pub fn user_not_enrolled(app_id: u64) -> Answer {
    problem_with(
        403,
        "client-forbidden",
        "Client Forbidden",
        "This request is billed to the authenticated user. Create a developer account at the Developer Console \
         and enroll it in Pay-per-use.",
        &json!({
            "client_id": app_id.to_string(),
            "required_enrollment": "Pay-per-use",
            "registration_url": "https://console.x.com",
            "reason": "user-not-enrolled",
        }),
    )
}

/// 402 of an empty account.
pub fn no_credits() -> Answer {
    problem_with(
        402,
        "credits",
        "CreditsDepleted",
        "Your enrolled account [1900000000000000000] does not have any credits to fulfill this request.",
        &json!({"account_id": 1_900_000_000_000_000_000_u64}),
    )
}

/// 403 of a spending limit.
pub fn spend_cap() -> Answer {
    problem(
        403,
        "credits",
        "SpendCapReached",
        "Your enrolled account has reached its billing cycle spend cap.",
    )
}

/// 429 of the monthly product cap.
pub fn usage_cap() -> Answer {
    problem_with(
        429,
        "usage-capped",
        "UsageCapExceeded",
        "Usage cap exceeded: Monthly product cap",
        &json!({
            "account_id": 1_900_000_000_000_000_000_u64,
            "product_name": "standard-basic",
            "period": "Monthly",
            "scope": "Product",
        }),
    )
}

/// 429 of a window, with what is left and when it starts again.
pub fn rate_limited(limit: u32, reset: Time) -> Answer {
    problem(429, "about:blank", "Too Many Requests", "Too Many Requests").windowed(limit, 0, reset)
}

impl Answer {
    /// This answer with the three headers of a 15-minute window; the reset is in epoch seconds.
    #[must_use]
    pub fn windowed(self, limit: u32, remaining: u32, reset: Time) -> Self {
        self.with("x-rate-limit-limit", limit.to_string())
            .with("x-rate-limit-remaining", remaining.to_string())
            .with("x-rate-limit-reset", reset.unix().to_string())
    }
}

/// 404 of an address X does not know.
pub fn no_such_page() -> Answer {
    code(404, 34, "Sorry, that page does not exist.")
}

/// 503 with a page instead of JSON.
pub fn over_capacity() -> Answer {
    code(503, 130, "Over capacity")
}

/// A web page where JSON should be: what stands before X's servers speaks HTML.
pub fn web_page(status: u16) -> Answer {
    Answer::text(
        status,
        "text/html; charset=utf-8",
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>X / ?</title></head>\n<body><h1>What has roots as nobody \
         sees?</h1><p>Something went wrong, but don’t fret — it’s not your fault.</p></body></html>\n",
    )
}
