//! An app as an OAuth 2.0 client: how it says who it is where tokens are issued and revoked.
//!
//! Source: X's pages on the authorization code flow, 2026-08; RFC 6749 section 2.3.1.

use super::app_only;
use crate::domain::secret::Secret;
use crate::x::sign::{Pair, encode};
use crate::x::wire::{Method, Request};

/// An OAuth 2.0 client. Which of the two it is depends on the *Type of App* in the console, never on choice: X answers
/// the other way with 401.
#[derive(Clone, Copy, Debug)]
pub enum Client<'a> {
    /// A *Native App* or *Single page App*: there is no secret, the id goes along in the form.
    Public(&'a Secret),
    /// A *Web App, Automated App or Bot*: id and secret, Basic.
    Confidential(Pair<'a>),
}

impl<'a> Client<'a> {
    /// The client with this id: confidential where there is a secret.
    pub fn new(id: &'a Secret, secret: Option<&'a Secret>) -> Self {
        match secret {
            Some(secret) => Self::Confidential(Pair { id, secret }),
            None => Self::Public(id),
        }
    }

    /// A form sent in this client's name.
    pub fn post(self, url: String, form: &[(&str, &str)]) -> Request {
        let (authorization, id) = match self {
            Self::Confidential(pair) => (Some(app_only::basic(pair)), None),
            Self::Public(id) => (None, Some(("client_id", id.expose()))),
        };
        let pairs: Vec<String> =
            form.iter().chain(&id).map(|(key, value)| format!("{key}={}", encode(value))).collect();
        Request { method: Method::Post, url, authorization, form: Some(Secret::new(pairs.join("&"))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_stands_in_the_form() {
        let (id, secret) = (Secret::new("made-up:1:ci"), Secret::new("made-up-secret"));
        let url = || "https://api.x.com/2/oauth2/token".to_owned();
        let form = |request: &Request| request.form.clone().map(|form| form.expose().to_owned());

        let public = Client::new(&id, None).post(url(), &[("code", "a b")]);
        assert_eq!(form(&public).as_deref(), Some("code=a%20b&client_id=made-up%3A1%3Aci"));
        assert!(public.authorization.is_none());

        let confidential = Client::new(&id, Some(&secret)).post(url(), &[("code", "a b")]);
        assert_eq!(form(&confidential).as_deref(), Some("code=a%20b"));
        let header = confidential.authorization.expect("Basic");
        assert!(header.expose().starts_with("Basic ") && !header.expose().contains("made-up"));
    }
}
