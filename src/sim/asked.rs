//! A request as the simulator sees it, whichever way it came.

use crate::x::wire::Request;

/// A request, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// In upper case.
    pub method: String,
    /// `http` or `https`.
    pub scheme: String,
    /// Host and, unless it is the scheme's own, port; in lower case.
    pub authority: String,
    /// The path, undecoded.
    pub path: String,
    /// The pairs of the query, decoded.
    pub query: Vec<(String, String)>,
    /// The pairs of the form body, decoded.
    pub form: Vec<(String, String)>,
    /// The `Authorization` header.
    pub authorization: Option<String>,
}

impl Asked {
    /// Takes a request of ours apart. `None` if its address is none.
    pub fn of(request: &Request) -> Option<Self> {
        let (scheme, rest) = request.url.split_once("://")?;
        let at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(at);
        let form = request.form.as_ref().map(|form| pairs(form.expose())).unwrap_or_default();
        let authorization = request.authorization.as_ref().map(|value| value.expose().to_owned());
        Some(Self::parts(request.method.as_str(), scheme, authority, target, form, authorization))
    }

    /// From the parts of an HTTP request; `target` is path and query.
    pub fn parts(
        method: &str,
        scheme: &str,
        authority: &str,
        target: &str,
        form: Vec<(String, String)>,
        authorization: Option<String>,
    ) -> Self {
        let scheme = scheme.to_ascii_lowercase();
        let own_port = if scheme == "https" { ":443" } else { ":80" };
        let authority = authority.to_ascii_lowercase();
        let authority = authority.strip_suffix(own_port).unwrap_or(&authority).to_owned();
        let target = target.split('#').next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_ascii_uppercase(),
            scheme,
            authority,
            path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
            query: pairs(query),
            form,
            authorization,
        }
    }

    /// The first value of a form field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a query parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The pairs of `application/x-www-form-urlencoded` text, decoded; `+` is a space.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(&key.replace('+', " ")), decode(&value.replace('+', " ")))
        })
        .collect()
}

/// `text` with its %-escapes undone.
pub fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Secret;
    use crate::x::wire::Method;

    #[test]
    fn a_request_is_taken_apart() {
        let asked = Asked::of(&Request {
            method: Method::Post,
            url: "HTTPS://API.x.com:443/2/thing?a=1%202&b=+#f".to_owned(),
            authorization: None,
            form: Some(Secret::new("c=%3D&d")),
        })
        .expect("it is an address");
        assert_eq!(
            (asked.scheme.as_str(), asked.authority.as_str(), asked.path.as_str()),
            ("https", "api.x.com", "/2/thing")
        );
        assert_eq!(asked.parameter("a"), Some("1 2"));
        assert_eq!(asked.parameter("b"), Some(" "));
        assert_eq!(asked.field("c"), Some("="));
        assert_eq!(asked.field("d"), Some(""));
    }
}
