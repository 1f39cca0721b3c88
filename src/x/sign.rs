//! OAuth 1.0a signatures (RFC 5849), through the `oauth1-request` crate.
//!
//! The crate signs what it is given: it neither normalises the address nor encodes or sorts by encoded keys. This
//! wrapper does that first, so that every request X can be sent is signed by the standard.

use std::num::NonZeroU64;

use oauth1_request::request::AssertSorted;
use oauth1_request::signature_method::SignatureMethod;
use oauth1_request::{Builder, Credentials, HMAC_SHA1};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::wire::{Method, SendError};
use crate::domain::secret::Secret;
use crate::domain::time::Time;

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An identifier and its secret: an app's key pair, or a token pair.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// API key or access token.
    pub id: &'a Secret,
    /// Its secret.
    pub secret: &'a Secret,
}

/// What makes every signature another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Never used twice.
    pub nonce: String,
    /// When the request is made, by a clock that agrees with X's.
    pub time: Time,
}

impl Stamp {
    /// A stamp from 16 random bytes.
    pub fn new(random: [u8; 16], time: Time) -> Self {
        Self { nonce: format!("{:032x}", u128::from_be_bytes(random)), time }
    }
}

/// Protocol parameters that some requests carry.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extra<'a> {
    /// `oauth_callback`.
    pub callback: Option<&'a str>,
    /// `oauth_verifier`.
    pub verifier: Option<&'a str>,
    /// Whether `oauth_version` is sent: X wants it, RFC 5849 makes it optional.
    pub version: Version,
}

/// Whether `oauth_version="1.0"` is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// It is.
    #[default]
    Sent,
    /// It is not.
    Left,
}

/// A request about to be signed.
#[derive(Clone, Copy, Debug)]
pub struct Signing<'a> {
    /// The method.
    pub method: Method,
    /// The address exactly as it will be called, query included.
    pub url: &'a str,
    /// The pairs of a form body, not encoded. Other bodies are not signed.
    pub form: &'a [(&'a str, &'a str)],
    /// The app's key pair.
    pub app: Pair<'a>,
    /// The token pair, for a request in a user's name.
    pub token: Option<Pair<'a>>,
    /// Further protocol parameters.
    pub extra: Extra<'a>,
}

/// Why a request cannot be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The address is none.
    #[error("this is not an address")]
    NotAnAddress,
    /// The clock stands before 1970.
    #[error("this machine's clock stands before 1970")]
    ClockUnset,
}

/// Nothing is sent that cannot be signed.
impl From<SignError> for SendError {
    fn from(error: SignError) -> Self {
        match error {
            SignError::NotAnAddress => Self::Forbidden,
            SignError::ClockUnset => Self::ClockUnset,
        }
    }
}

impl Signing<'_> {
    /// The `Authorization` header of this request.
    ///
    /// # Errors
    /// The address or the clock cannot be used.
    pub fn header(&self, stamp: &Stamp) -> Result<Secret, SignError> {
        self.header_by(HMAC_SHA1, stamp).map(Secret::new)
    }

    fn header_by<S: SignatureMethod + Clone>(&self, method: S, stamp: &Stamp) -> Result<String, SignError> {
        let url = Url::parse(self.url).or(Err(SignError::NotAnAddress))?;
        let seconds = u64::try_from(stamp.time.unix()).ok().and_then(NonZeroU64::new);
        let seconds = seconds.ok_or(SignError::ClockUnset)?;
        let pairs = self.pairs(&url);
        let app = Credentials::new(self.app.id.expose(), self.app.secret.expose());
        let mut builder = Builder::<'_, _, &str, &str>::new(app, method);
        builder
            .token(self.token.map(|pair| Credentials::new(pair.id.expose(), pair.secret.expose())))
            .nonce(stamp.nonce.as_str())
            .timestamp(seconds)
            .callback(self.extra.callback)
            .verifier(self.extra.verifier)
            .version(self.extra.version == Version::Sent);
        let request = AssertSorted::new(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        Ok(builder.authorize(self.method.as_str(), base_address(&url)?, &request))
    }

    /// Query and form pairs as the crate wants them: keys encoded twice, values raw, sorted by their encoded forms.
    fn pairs(&self, url: &Url) -> Vec<(String, String)> {
        let form = self.form.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let query = url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned()));
        let mut pairs: Vec<_> =
            query.chain(form).map(|(key, value)| (encode(&key), encode(&value), value)).collect();
        pairs.sort();
        pairs.into_iter().map(|(key, _, value)| (encode(&key), value)).collect()
    }
}

/// `text` percent-encoded for signatures, queries and forms: a space becomes `%20`, never `+`.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Scheme, host and path, in lower case where case does not count and without the scheme's own port.
fn base_address(url: &Url) -> Result<String, SignError> {
    let host = url.host_str().ok_or(SignError::NotAnAddress)?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Ok(format!("{}://{host}{port}{}", url.scheme(), url.path()))
}

#[cfg(test)]
mod tests;
