//! What X hands over when it issues OAuth 2.0 user tokens, read from an answer that may have broken off.
//!
//! Source: X's pages on user access tokens, 2026-08; RFC 6749 section 5.1.

use std::time::Duration;

use serde_json::Value;

use crate::domain::permission::Scopes;
use crate::domain::secret::Secret;

/// A lifetime beyond this is garbage: X's access tokens live for two hours.
const LONGEST: u64 = 366 * 86_400;

/// Tokens that X has just issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The access token.
    pub access_token: Secret,
    /// The next refresh token. `None`: X sent none, either since `offline.access` was not granted or, in the answer
    /// to a refresh, since the old one stays good (RFC 6749 section 6).
    pub refresh_token: Option<Secret>,
    /// How long the access token lives; X says 7,200 s. `None`: not said, or lost with the end of the answer.
    pub expires_in: Option<Duration>,
    /// What was granted, which may be less than was asked for. `None`: what was asked for (RFC 6749 section 5.1).
    pub scopes: Option<Scopes>,
}

impl Issued {
    /// Reads a whole answer. `None` if it holds no bearer token.
    pub fn parse(body: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(body).ok()?;
        let text = |key: &str| value.get(key)?.as_str().filter(|text| !text.is_empty());
        // A missing type is forgiven: a pair thrown away cannot be had again.
        if value.get("token_type").is_some_and(|kind| !kind.as_str().is_some_and(is_bearer)) {
            return None;
        }
        let seconds = value.get("expires_in").and_then(|n| n.as_u64().or_else(|| n.as_str()?.parse().ok()));
        Some(Self {
            access_token: Secret::new(text("access_token")?),
            refresh_token: text("refresh_token").map(Secret::new),
            expires_in: seconds.filter(|seconds| *seconds <= LONGEST).map(Duration::from_secs),
            scopes: text("scope").map(Scopes::parse),
        })
    }

    /// Reads what is left of an answer that broke off: only if both tokens arrived whole. Without the refresh token
    /// nobody knows whether one was still to come.
    pub fn salvage(body: &str) -> Option<Self> {
        if let Some(whole) = Self::parse(body) {
            return Some(whole);
        }
        if serde_json::from_str::<Value>(body).is_ok() {
            return None;
        }
        if member(body, "token_type").is_some_and(|kind| !is_bearer(kind)) {
            return None;
        }
        let seconds = member(body, "expires_in").and_then(|seconds| seconds.parse().ok());
        Some(Self {
            access_token: Secret::new(member(body, "access_token")?),
            refresh_token: Some(Secret::new(member(body, "refresh_token")?)),
            expires_in: seconds.filter(|seconds| *seconds <= LONGEST).map(Duration::from_secs),
            scopes: member(body, "scope").map(Scopes::parse),
        })
    }
}

fn is_bearer(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("bearer")
}

/// A member of a flat JSON object that stands there whole: a text with nothing escaped, or a number with something
/// behind it.
fn member<'a>(body: &'a str, key: &str) -> Option<&'a str> {
    let rest = body.split_once(&format!("\"{key}\""))?.1.trim_start().strip_prefix(':')?.trim_start();
    let whole = match rest.strip_prefix('"') {
        Some(text) => text.split_once('"')?.0,
        None => rest.split_once([',', '}'])?.0.trim(),
    };
    let plain = !whole.is_empty() && whole.bytes().all(|b| (b.is_ascii_graphic() || b == b' ') && b != b'\\');
    plain.then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"token_type":"bearer","expires_in":7200,"access_token":"made-up-at","scope":"users.read tweet.read offline.access","refresh_token":"made-up-rt"}"#;

    #[test]
    fn an_answer_is_read_with_as_little_as_it_must_hold() {
        let whole = Issued::parse(WHOLE).expect("X's own form");
        assert_eq!(whole.access_token.expose(), "made-up-at");
        assert_eq!(whole.refresh_token.as_ref().map(Secret::expose), Some("made-up-rt"));
        assert_eq!(whole.expires_in, Some(Duration::from_secs(7_200)));
        assert!(whole.scopes.expect("said").hold(&["offline.access", "tweet.read"]));
        for (body, taken, lifetime) in [
            (r#"{"token_type":"Bearer","access_token":"a"}"#, true, None),
            (r#"{"access_token":"a","expires_in":"60"}"#, true, Some(60)),
            (r#"{"access_token":"a","expires_in":99999999999}"#, true, None),
            (r#"{"access_token":"a","expires_in":-1}"#, true, None),
            (r#"{"token_type":"mac","access_token":"a"}"#, false, None),
            (r#"{"token_type":7,"access_token":"a"}"#, false, None),
            (r#"{"access_token":""}"#, false, None),
            (r#"{"access_token":["a"]}"#, false, None),
            (r#"{"refresh_token":"r"}"#, false, None),
            ("", false, None),
        ] {
            let issued = Issued::parse(body);
            assert_eq!(issued.is_some(), taken, "{body}");
            assert_eq!(issued.and_then(|issued| issued.expires_in), lifetime.map(Duration::from_secs));
        }
    }

    #[test]
    fn of_a_broken_answer_both_tokens_are_taken_or_neither() {
        let end = WHOLE.find("made-up-rt").expect("it is there") + "made-up-rt".len();
        for cut in 0..WHOLE.len() {
            let salvaged = Issued::salvage(&WHOLE[..cut]);
            assert_eq!(salvaged.is_some(), cut > end, "cut at {cut}");
            if let Some(salvaged) = salvaged {
                assert_eq!(Some(salvaged), Issued::parse(WHOLE), "cut at {cut}");
            }
        }
        for body in [
            r#"{"access_token":"a\u0041","refresh_token":"r","#,
            r#"{"token_type":"mac","access_token":"a","refresh_token":"r","#,
            r#"{"access_token":"a","refresh_token":"","#,
            r#"{"access_token":"a","refresh_token":null}"#,
        ] {
            let refresh = Issued::salvage(body).and_then(|issued| issued.refresh_token);
            assert_eq!(refresh, None, "{body}");
        }
    }
}
