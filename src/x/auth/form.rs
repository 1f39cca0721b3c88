//! The OAuth 1.0a endpoints answer with a form, whatever their `content-type` says.

use url::form_urlencoded;

use crate::domain::secret::Secret;
use crate::x::wire::Response;

/// The pairs of an answer.
pub struct Form(Vec<(String, Secret)>);

/// Reads the body of an answer.
pub fn read(response: &Response) -> Form {
    let pairs = form_urlencoded::parse(response.body.expose().trim().as_bytes());
    Form(pairs.map(|(key, value)| (key.into_owned(), Secret::new(value.into_owned()))).collect())
}

impl Form {
    /// The value of `key`; `None` if it is empty, missing, or said twice.
    pub fn get(&self, key: &str) -> Option<Secret> {
        let mut values = self.0.iter().filter(|(other, _)| other == key).map(|(_, value)| value);
        let value = values.next().filter(|value| !value.is_empty())?;
        values.next().is_none().then(|| value.clone())
    }
}

/// Names alone: values are tokens.
impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(key, _)| key)).finish()
    }
}
