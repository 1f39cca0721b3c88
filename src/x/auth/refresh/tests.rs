//! Bodies as X sends them, or as public issues have recorded them, with made-up values.

use super::*;
use crate::x::wire::SendError;

const PAIR: &str = r#"{"token_type":"bearer","expires_in":7200,"access_token":"made-up-at","scope":"tweet.read users.read offline.access","refresh_token":"made-up-rt"}"#;
const ALONE: &str = r#"{"token_type":"bearer","expires_in":7200,"access_token":"made-up-at"}"#;

fn word(refreshed: &Refreshed) -> &'static str {
    match refreshed {
        Refreshed::Renewed(issued) if issued.refresh_token.is_some() => "renewed",
        Refreshed::Renewed(_) => "renewed, old one kept",
        Refreshed::Refused(_) => "refused",
        Refreshed::ClientRejected(_) => "client rejected",
        Refreshed::NotSent(_) => "not sent",
        Refreshed::Unclear(_) => "unclear",
    }
}

#[test]
fn an_answer_is_a_verdict_only_where_x_speaks_of_token_or_client() {
    let oauth2 = |error: &str, text: &str| format!(r#"{{"error":"{error}","error_description":"{text}"}}"#);
    let used = oauth2("invalid_request", "Value passed for the token was invalid.");
    let client = oauth2("unauthorized_client", "Missing valid authorization header");
    let half = PAIR.split_at(PAIR.len() / 2).0;
    let nearly = PAIR.split_at(PAIR.len() - 1).0;
    let unauthorized =
        r#"{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}"#;
    let suspended = r#"{"errors":[{"code":416,"message":"Invalid / suspended application."}]}"#;
    let busy = r#"{"errors":[{"code":130,"message":"Over capacity"}]}"#;
    let limit =
        r#"{"title":"Too Many Requests","type":"about:blank","status":429,"detail":"Too Many Requests"}"#;
    let page = "<!DOCTYPE html><html><body>Something went wrong</body></html>";
    for (status, body, wanted) in [
        (200, PAIR, "renewed"),
        (200, nearly, "renewed"),
        (200, half, "unclear"),
        (200, ALONE, "renewed, old one kept"),
        (200, ALONE.split_at(ALONE.len() - 1).0, "unclear"),
        (200, "", "unclear"),
        (200, page, "unclear"),
        (200, used.as_str(), "unclear"),
        (204, "", "unclear"),
        (307, "", "unclear"),
        (400, used.as_str(), "refused"),
        (400, &oauth2("invalid_grant", "The token has been revoked"), "refused"),
        (400, r#"{"error":"invalid_grant"}"#, "refused"),
        (400, &oauth2("invalid_request", "Missing required parameter"), "unclear"),
        (400, r#"{"error":"invalid_request"}"#, "unclear"),
        (400, client.as_str(), "client rejected"),
        (400, page, "unclear"),
        (400, "", "unclear"),
        (401, client.as_str(), "client rejected"),
        (401, &oauth2("invalid_client", "x"), "client rejected"),
        (401, unauthorized, "client rejected"),
        (401, suspended, "client rejected"),
        (401, used.as_str(), "unclear"),
        (401, page, "unclear"),
        (403, &oauth2("invalid_grant", "x"), "unclear"),
        (403, page, "unclear"),
        (404, "", "unclear"),
        (429, limit, "unclear"),
        (429, "", "unclear"),
        (500, PAIR, "unclear"),
        (502, page, "unclear"),
        (503, busy, "unclear"),
    ] {
        let refreshed = Refreshed::read_kept(status, body.as_bytes());
        assert_eq!(word(&refreshed), wanted, "{status} {body}");
        let response =
            Response { status, headers: Vec::new(), body: Secret::new(body), received_at: Time::default() };
        assert_eq!(Refreshed::read(&Ok(response)), refreshed, "a journal and an answer read alike");
    }
}

#[test]
fn silence_is_harmless_only_before_the_request_left() {
    for (error, wanted) in [
        (SendError::NotConnected, "not sent"),
        (SendError::NoRoots, "not sent"),
        (SendError::NotAHeader, "not sent"),
        (SendError::ClockUnset, "not sent"),
        (SendError::Forbidden, "not sent"),
        (SendError::Timeout, "unclear"),
        (SendError::Broken, "unclear"),
        (SendError::TooLong, "unclear"),
        (SendError::NotText, "unclear"),
    ] {
        assert_eq!(word(&Refreshed::read(&Err(error))), wanted, "{error}");
    }
}

#[test]
fn bytes_that_are_no_text_spoil_only_what_they_stand_in() {
    let mut broken = PAIR.as_bytes().to_vec();
    broken.truncate(broken.len() - 1);
    broken.extend([0xff, 0xfe]);
    assert_eq!(word(&Refreshed::read_kept(200, &broken)), "renewed");
    let spoiled = PAIR.replace("made-up-rt", "\u{fffd}");
    assert_eq!(word(&Refreshed::read_kept(200, &spoiled.as_bytes()[..spoiled.len() - 1])), "unclear");
}

#[test]
fn nothing_of_a_token_is_shown() {
    let refreshed = Refreshed::read_kept(200, PAIR.as_bytes());
    assert!(!format!("{refreshed:?}").contains("made-up"));
    let unclear = Refreshed::read_kept(500, PAIR.as_bytes());
    assert!(!format!("{unclear:?}").contains("made-up"));
}
