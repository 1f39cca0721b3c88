//! Who is asking? OAuth 1.0a signatures, Basic and bearer, read and verified by the specification alone.
//!
//! Written from RFC 5849 without a line of `x::sign`, so that each holds the other to the standard.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha1::Sha1;

use super::asked::{Asked, decode};

/// Seconds a signature's time may differ from the simulator's clock. X does not publish its own tolerance.
pub const WINDOW: i64 = 300;

/// What an `Authorization` header claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A signed request.
    Oauth1(Signed),
    /// Two strings, decoded.
    Basic(String, String),
    /// One string, verbatim.
    Bearer(String),
    /// No such header.
    Nothing,
    /// A header nobody understands.
    Garbled,
}

/// The claims of a signed request; nothing is verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// `oauth_consumer_key`.
    pub key: String,
    /// `oauth_token`.
    pub token: Option<String>,
    /// `oauth_nonce`.
    pub nonce: String,
    /// `oauth_timestamp`.
    pub timestamp: i64,
    signature: String,
    /// Every `oauth_*` parameter but the signature.
    parameters: Vec<(String, String)>,
}

/// Reads the header.
pub fn claim(asked: &Asked) -> Claim {
    let Some(header) = asked.authorization.as_deref() else { return Claim::Nothing };
    let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
    match scheme.to_ascii_lowercase().as_str() {
        "oauth" => signed(rest).map_or(Claim::Garbled, Claim::Oauth1),
        "bearer" if !rest.is_empty() => Claim::Bearer(rest.to_owned()),
        "basic" => basic(rest).map_or(Claim::Garbled, |(key, secret)| Claim::Basic(key, secret)),
        _ => Claim::Garbled,
    }
}

fn basic(text: &str) -> Option<(String, String)> {
    let plain = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
    let (key, secret) = plain.split_once(':')?;
    Some((decode(key), decode(secret)))
}

fn signed(text: &str) -> Option<Signed> {
    let mut parameters = Vec::new();
    for part in text.split(',') {
        let (name, value) = part.trim().split_once('=')?;
        let value = value.strip_prefix('"')?.strip_suffix('"')?;
        parameters.push((decode(name), decode(value)));
    }
    let mut names: Vec<_> = parameters.iter().map(|(name, _)| name.clone()).collect();
    names.sort();
    // RFC 5849 section 3.2: no protocol parameter may appear more than once.
    if names.windows(2).any(|two| two[0] == two[1]) {
        return None;
    }
    let get = |name: &str| parameters.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
    if get("oauth_signature_method")? != "HMAC-SHA1" || get("oauth_version").is_some_and(|v| v != "1.0") {
        return None;
    }
    let mut signed = Signed {
        key: get("oauth_consumer_key")?,
        token: get("oauth_token"),
        nonce: get("oauth_nonce").filter(|nonce| !nonce.is_empty() && nonce.is_ascii())?,
        timestamp: get("oauth_timestamp")?.parse().ok().filter(|time| *time > 0)?,
        signature: get("oauth_signature")?,
        parameters,
    };
    signed.parameters.retain(|(name, _)| name != "oauth_signature" && name != "realm");
    Some(signed)
}

impl Signed {
    /// A protocol parameter: `oauth_callback`, `oauth_verifier`.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Whether the request was signed with these secrets.
    pub fn verify(&self, asked: &Asked, consumer_secret: &str, token_secret: &str) -> bool {
        let Ok(given) = STANDARD.decode(&self.signature) else { return false };
        let key = format!("{}&{}", encode(consumer_secret), encode(token_secret));
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key.as_bytes()) else { return false };
        mac.update(base_string(asked, &self.parameters).as_bytes());
        mac.verify_slice(&given).is_ok()
    }
}

/// RFC 5849 section 3.4.1: method, address and all parameters, encoded and sorted.
pub fn base_string(asked: &Asked, protocol: &[(String, String)]) -> String {
    let mut pairs: Vec<(String, String)> = asked
        .query
        .iter()
        .chain(&asked.form)
        .chain(protocol)
        .map(|(key, value)| (encode(key), encode(value)))
        .collect();
    pairs.sort();
    let joined = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&");
    let address = format!("{}://{}{}", asked.scheme, asked.authority, asked.path);
    format!("{}&{}&{}", asked.method, encode(&address), encode(&joined))
}

/// RFC 3986 with OAuth's unreserved characters: letters, digits, `-`, `.`, `_`, `~`.
fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::asked::pairs;
    use super::*;

    /// RFC 5849 section 3.4.1.1, whose signature the RFC itself prints wrongly.
    #[test]
    fn the_base_string_of_the_rfc_comes_out() {
        let header = "OAuth realm=\"Example\", oauth_consumer_key=\"9djdj82h48djs9d2\", \
                      oauth_token=\"kkk9d7dh3k39sjv7\", oauth_signature_method=\"HMAC-SHA1\", \
                      oauth_timestamp=\"137131201\", oauth_nonce=\"7d8f3e4a\", \
                      oauth_signature=\"r6%2FTJjbCOr97%2F%2BUU0NsvSne7s5g%3D\"";
        let asked = Asked::parts(
            "POST",
            "http",
            "EXAMPLE.COM:80",
            "/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
            pairs("c2&a3=2+q"),
            Some(header.to_owned()),
        );
        let Claim::Oauth1(signed) = claim(&asked) else { panic!("a signed request") };
        assert_eq!(
            base_string(&asked, &signed.parameters),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540\
             %3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method\
             %3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
        assert!(signed.verify(&asked, "j49sk3j29djd", "dh893hdasih9"));
        assert!(!signed.verify(&asked, "j49sk3j29djd", "dh893hdasih8"));
    }

    #[test]
    fn headers_are_read_strictly() {
        let with = |header: &str| {
            claim(&Asked::parts("GET", "https", "api.x.com", "/", Vec::new(), Some(header.to_owned())))
        };
        assert_eq!(with("Bearer AAA%3D"), Claim::Bearer("AAA%3D".to_owned()));
        assert_eq!(with("Basic YSUyMGI6Yw=="), Claim::Basic("a b".to_owned(), "c".to_owned()));
        assert_eq!(with("Basic !!"), Claim::Garbled);
        assert_eq!(with("Digest x"), Claim::Garbled);
        let full = "oauth_consumer_key=\"k\", oauth_nonce=\"n\", oauth_signature_method=\"HMAC-SHA1\", \
                    oauth_timestamp=\"1\", oauth_signature=\"c2ln\"";
        assert!(matches!(with(&format!("OAuth {full}")), Claim::Oauth1(_)));
        for broken in [
            full.replace("HMAC-SHA1", "PLAINTEXT"),
            full.replace("oauth_timestamp=\"1\"", "oauth_timestamp=\"soon\""),
            full.replace("oauth_nonce=\"n\"", "oauth_nonce=\"\""),
            format!("{full}, oauth_nonce=\"m\""),
            format!("{full}, oauth_version=\"2.0\""),
            full.replace('"', ""),
        ] {
            assert_eq!(with(&format!("OAuth {broken}")), Claim::Garbled, "{broken}");
        }
    }
}
