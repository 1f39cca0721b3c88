//! What X says when it refuses: six forms of body, read into one value.
//!
//! Causes are told by numbers and stable words, never by prose. All text kept here is visible text and short; of
//! a body in none of X's forms nothing is kept, since it can hold anything.

use serde_json::Value;

use super::wire::Response;
use crate::domain::text::visible_within;

/// The longest text kept of an answer, in columns.
const WIDEST: usize = 200;

/// The form of a body, in the order in which they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `{"errors":[{"code":N,"message":"…"}]}`: v1.1, and the layer that authenticates.
    Codes,
    /// `{"title","detail","type","status"}`: a v2 problem.
    Problem,
    /// `{"error":"…","error_description":"…"}`: OAuth 2.0.
    Oauth2,
    /// `{"errors":[problem…],"data":…}`, with status 200: a partial answer.
    Partial,
    /// `<errors><error code="N">…` or `<hash><error>…`: the OAuth 1.0a endpoints.
    Xml,
    /// None of these: a web page, plain text, or half of something.
    Foreign,
    /// Nothing at all.
    Empty,
}

impl Form {
    /// What a person calls it, with its article.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Codes => "an error with a code",
            Self::Problem => "a problem report",
            Self::Oauth2 => "an OAuth 2.0 error",
            Self::Partial => "a partial answer",
            Self::Xml => "an XML error",
            Self::Foreign => "something that is none of X's forms",
            Self::Empty => "nothing",
        }
    }
}

/// What X said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The form it came in.
    pub form: Form,
    /// The v1.1 code, the first if there are several.
    pub code: Option<u32>,
    /// The last path segment of a problem's `type`, since its host varies: `client-forbidden`.
    pub kind: Option<String>,
    /// A problem's title.
    pub title: Option<String>,
    /// The sentence for people: detail, message or description.
    pub detail: Option<String>,
    /// A client-forbidden problem's reason: `client-not-enrolled`.
    pub reason: Option<String>,
    /// A client-forbidden problem's `client_id`: the numeric id of the app that asked.
    pub app: Option<u64>,
    /// OAuth 2.0's word: `invalid_request`.
    pub error: Option<String>,
}

impl Said {
    /// Reads a body.
    pub fn read(response: &Response) -> Self {
        let body = response.body.expose().trim();
        if body.is_empty() {
            return Self::nothing(Form::Empty);
        }
        match serde_json::from_str::<Value>(body) {
            Ok(value) => json(&value),
            Err(_) if body.starts_with('<') => xml(body),
            Err(_) => Self::nothing(Form::Foreign),
        }
    }

    /// In a sentence: `code 89, “Invalid or expired token.”`.
    pub fn quote(&self) -> String {
        let word = [&self.reason, &self.kind, &self.error].into_iter().flatten().next();
        let words = [
            self.code.map(|code| format!("code {code}")),
            word.filter(|kind| *kind != "about:blank").cloned(),
            self.title.as_ref().map(|title| format!("“{title}”")),
            self.detail.as_ref().filter(|d| Some(*d) != self.title.as_ref()).map(|d| format!("“{d}”")),
        ];
        let said: Vec<String> = words.into_iter().flatten().collect();
        if said.is_empty() { self.form.phrase().to_owned() } else { said.join(", ") }
    }

    fn nothing(form: Form) -> Self {
        Self { form, code: None, kind: None, title: None, detail: None, reason: None, app: None, error: None }
    }
}

fn json(value: &Value) -> Said {
    let errors = value.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let coded = |error| Some((error, u32::try_from(number(Value::get(error, "code"))?).ok()?));
    if let Some((first, code)) = errors.iter().find_map(coded) {
        return Said { code: Some(code), detail: text(first, "message"), ..Said::nothing(Form::Codes) };
    }
    if ["title", "detail", "type"].iter().any(|key| value.get(key).is_some_and(Value::is_string)) {
        return problem(value, Form::Problem);
    }
    if let Some(error) = text(value, "error") {
        let detail = text(value, "error_description");
        return Said { error: Some(error), detail, ..Said::nothing(Form::Oauth2) };
    }
    match errors.first() {
        Some(first) if first.is_object() => {
            let said = problem(first, Form::Partial);
            Said { detail: said.detail.or_else(|| text(first, "message")), ..said }
        }
        _ => Said::nothing(Form::Foreign),
    }
}

fn problem(value: &Value, form: Form) -> Said {
    let kind = value.get("type").and_then(Value::as_str);
    let last = kind.and_then(|kind| kind.trim_end_matches('/').rsplit('/').next());
    Said {
        kind: last.map(|kind| visible_within(kind, WIDEST)),
        title: text(value, "title"),
        detail: text(value, "detail"),
        reason: text(value, "reason"),
        app: number(value.get("client_id")),
        ..Said::nothing(form)
    }
}

/// The two XML forms are so small that their tags are looked for by hand.
fn xml(body: &str) -> Said {
    let Some((_, error)) = body.split_once("<error") else { return Said::nothing(Form::Foreign) };
    let error = error.strip_prefix("s>").and_then(|rest| rest.split_once("<error")).map_or(error, |(_, e)| e);
    let Some((attributes, rest)) = error.split_once('>') else { return Said::nothing(Form::Foreign) };
    let Some((message, _)) = rest.split_once("</error>") else { return Said::nothing(Form::Foreign) };
    let code = attributes.split_once("code=\"").and_then(|(_, rest)| rest.split('"').next()?.parse().ok());
    Said { code, detail: Some(visible_within(message.trim(), WIDEST)), ..Said::nothing(Form::Xml) }
}

fn text(value: &Value, key: &str) -> Option<String> {
    let text = value.get(key)?.as_str()?.trim();
    (!text.is_empty()).then(|| visible_within(text, WIDEST))
}

/// A number, or a text that is one: X has sent both.
fn number(value: Option<&Value>) -> Option<u64> {
    let value = value?;
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::secret::Secret;
    use crate::domain::text::is_hidden;
    use crate::domain::time::Time;

    fn read(body: &str) -> Said {
        Said::read(&Response {
            status: 403,
            headers: Vec::new(),
            body: Secret::new(body),
            received_at: Time::default(),
        })
    }

    #[test]
    fn every_form_is_read() {
        let long = r#"{"client_id":"101010101","title":"Client Forbidden","detail":"Enrol.",
            "reason":"client-not-enrolled","type":"https://api.x.com/2/problems/client-forbidden"}"#;
        for (body, form, quote) in [
            (
                r#"{"errors":[{"code":89,"message":"Invalid or expired token."}]}"#,
                Form::Codes,
                "code 89, “Invalid or expired token.”",
            ),
            (
                r#"{"errors":[{"code":"99","label":"l","message":"Unable to verify your credentials"}]}"#,
                Form::Codes,
                "code 99, “Unable to verify your credentials”",
            ),
            (
                r#"{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}"#,
                Form::Problem,
                "“Unauthorized”",
            ),
            (long, Form::Problem, "client-not-enrolled, “Client Forbidden”, “Enrol.”"),
            (
                r#"{"error":"invalid_request","error_description":"Value passed for the token was invalid."}"#,
                Form::Oauth2,
                "invalid_request, “Value passed for the token was invalid.”",
            ),
            (
                r#"{"data":null,"errors":[{"title":"Not Found","type":"https://x/p/resource-not-found"}]}"#,
                Form::Partial,
                "resource-not-found, “Not Found”",
            ),
            (
                "<?xml version=\"1.0\"?><errors><error code=\"415\">Callback URL not approved</error></errors>",
                Form::Xml,
                "code 415, “Callback URL not approved”",
            ),
            (
                "<hash><error>Read-only application</error><request>/oauth/request_token</request></hash>",
                Form::Xml,
                "“Read-only application”",
            ),
            ("<!DOCTYPE html><html></html>", Form::Foreign, "something that is none of X's forms"),
            ("Bad gateway", Form::Foreign, "something that is none of X's forms"),
            ("{\"errors\":[", Form::Foreign, "something that is none of X's forms"),
            ("  ", Form::Empty, "nothing"),
        ] {
            let said = read(body);
            assert_eq!((said.form, said.quote().as_str()), (form, quote), "{body}");
        }
        assert_eq!(read(long).kind.as_deref(), Some("client-forbidden"));
        assert_eq!(read(long).app, Some(101_010_101));
    }

    #[test]
    fn hostile_text_comes_out_visible_and_short() {
        let said = read("{\"title\":\"\\u001b]0;owned\\u0007\\u202e\",\"detail\":\"DETAIL\"}");
        assert_eq!(said.title.as_deref(), Some("\\x1b]0;owned\\x07\\u{202e}"));
        let flood = format!("{{\"title\":\"{}\"}}", "x".repeat(1 << 20));
        assert!(read(&flood).title.is_some_and(|title| title.chars().count() <= WIDEST));
    }

    #[test]
    fn a_bottomless_body_is_foreign() {
        assert_eq!(read(&"[".repeat(100_000)).form, Form::Foreign);
        assert_eq!(read(&"{\"errors\":[".repeat(10_000)).form, Form::Foreign);
    }

    proptest! {
        #[test]
        fn no_body_panics_or_leaves_hidden_characters(body in "\\PC{0,80}|[<>/a-z\"=\\{\\}:,\\[\\]]{0,60}") {
            prop_assert!(!read(&body).quote().chars().any(is_hidden));
        }
    }
}
