//! What X sends back through a browser: the address of the callback with an answer behind it, caught or pasted.

use url::form_urlencoded;

use crate::domain::fields::trimmed;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;

/// The longest reason kept, in columns.
const WIDEST: usize = 100;

/// Why an address is not what a login waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Odd {
    /// Nothing of a login stands in it: another page's address, or half of one.
    NotARedirect,
    /// It answers another login, of an earlier attempt or somebody else's.
    OtherLogin,
    /// The person at the login page said no.
    Denied,
    /// X refused, with this word: visible text.
    Refused(String),
}

/// The parameters behind an address.
pub(super) struct Parameters(Vec<(String, Secret)>);

impl Parameters {
    /// Reads a whole address, or its path and query.
    pub(super) fn read(address: &str) -> Self {
        let address = trimmed(address).split('#').next().unwrap_or_default();
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let pairs = form_urlencoded::parse(query.as_bytes());
        Self(pairs.map(|(key, value)| (key.into_owned(), Secret::new(value.into_owned()))).collect())
    }

    /// The value of `key`; `None` if it is empty, missing, or said twice.
    pub(super) fn get(&self, key: &str) -> Option<Secret> {
        let mut values = self.0.iter().filter(|(other, _)| other == key).map(|(_, value)| value);
        let value = values.next().filter(|value| !value.is_empty())?;
        values.next().is_none().then(|| value.clone())
    }

    /// A word for people.
    pub(super) fn word(&self, key: &str) -> Option<String> {
        self.get(key).map(|value| visible_within(value.expose(), WIDEST))
    }
}
