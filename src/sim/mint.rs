//! Made-up values in X's shapes, always the same for the same seed.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Makes values up. Every one says so where its shape allows, so that none is ever taken for a real one.
#[derive(Clone, Debug)]
pub struct Mint {
    seed: String,
}

impl Mint {
    /// A mint whose values depend on `seed` alone.
    pub fn new(seed: impl Into<String>) -> Self {
        Self { seed: seed.into() }
    }

    /// An API key: 25 letters and digits.
    pub fn api_key(&self, of: &str) -> String {
        format!("DEMO{}", self.letters("api_key", of, 21))
    }

    /// An API key secret: 50 letters and digits.
    pub fn api_secret(&self, of: &str) -> String {
        format!("madeupSecret{}", self.letters("api_secret", of, 38))
    }

    /// An OAuth 1.0a access token: the account's id, `-`, 50 characters altogether.
    pub fn access_token(&self, user_id: &str, of: &str) -> String {
        let tail = 50_usize.saturating_sub(user_id.len() + 1 + 6);
        format!("{user_id}-madeup{}", self.letters("access_token", of, tail))
    }

    /// An OAuth 1.0a access token secret: 45 letters and digits.
    pub fn access_secret(&self, of: &str) -> String {
        format!("madeup{}", self.letters("access_secret", of, 39))
    }

    /// A bearer token with the app's numeric id inside, percent-escaped as X hands it out.
    pub fn bearer(&self, app_id: u64, of: &str) -> String {
        let mut bytes = vec![0_u8; 16];
        bytes.extend(app_id.to_le_bytes());
        bytes.extend(self.digest("bearer", of, 0).iter().take(20));
        let head = STANDARD_NO_PAD.encode(bytes).replace('+', "%2B").replace('/', "%2F");
        format!("{head}%3DDEMO{}", self.letters("bearer", of, 46))
    }

    /// An OAuth 2.0 client id: 34 characters that decode to `…:1:ci`.
    pub fn client_id(&self, of: &str) -> String {
        URL_SAFE_NO_PAD.encode(format!("madeup{}:1:ci", self.letters("client_id", of, 14)))
    }

    /// An OAuth 2.0 client secret: 50 characters.
    pub fn client_secret(&self, of: &str) -> String {
        format!("madeup-client-secret_{}", self.letters("client_secret", of, 29))
    }

    /// A request token or its secret: 32 letters and digits.
    pub fn request_token(&self, of: &str) -> String {
        format!("madeup{}", self.letters("request_token", of, 26))
    }

    /// A PIN: seven digits.
    pub fn pin(&self, of: &str) -> String {
        self.digest("pin", of, 0).iter().take(7).map(|byte| char::from(b'0' + byte % 10)).collect()
    }

    /// An OAuth 2.0 access token (`at`), refresh token (`rt`) or code (`ac`) issued at `unix` seconds: 91 characters.
    pub fn oauth2(&self, kind: &str, unix: i64, of: &str) -> String {
        let unique = self.letters(kind, of, 39);
        URL_SAFE_NO_PAD.encode(format!("madeup{unique}:{}:1:1:{kind}:1", unix.saturating_mul(1000)))
    }

    /// Sixteen bytes for an id.
    pub fn id(&self, of: &str) -> [u8; 16] {
        let digest = self.digest("id", of, 0);
        let mut id = [0; 16];
        id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        id
    }

    fn letters(&self, kind: &str, of: &str, count: usize) -> String {
        // 62 letters and 256 byte values: the slight bias does not matter for values that protect nothing.
        (0..)
            .flat_map(|round| self.digest(kind, of, round))
            .map(|byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()]))
            .take(count)
            .collect()
    }

    fn digest(&self, kind: &str, of: &str, round: u32) -> [u8; 32] {
        let mut hash = Sha256::new();
        for part in [self.seed.as_str(), kind, of] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.update(round.to_be_bytes());
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fields::{Field, bearer_app_id, oauth2_issued_ms, recognise};

    #[test]
    fn every_made_up_value_has_the_shape_x_issues_today() {
        let mint = Mint::new("a seed");
        for (value, field) in [
            (mint.api_key("a"), Field::ApiKey),
            (mint.api_secret("a"), Field::ApiSecret),
            (mint.access_token("1900000000000000001", "a"), Field::AccessToken),
            (mint.access_token("12345", "a"), Field::AccessToken),
            (mint.access_secret("a"), Field::AccessSecret),
            (mint.bearer(32_900_001, "a"), Field::BearerToken),
            (mint.client_id("a"), Field::ClientId),
            (mint.client_secret("a"), Field::ClientSecret),
            (mint.oauth2("at", 1_795_000_000, "a"), Field::Oauth2AccessToken),
            (mint.oauth2("rt", 1_795_000_000, "a"), Field::Oauth2RefreshToken),
        ] {
            assert!(recognise(&value).contains(&field), "{value} is no {field}");
        }
        assert_eq!(bearer_app_id(&mint.bearer(32_900_001, "a")), Some(32_900_001));
        assert_eq!(oauth2_issued_ms(&mint.oauth2("at", 1_795_000_000, "a")), Some(1_795_000_000_000));
    }

    #[test]
    fn a_seed_makes_the_same_values_again_and_others_for_others() {
        let (one, two) = (Mint::new("one"), Mint::new("two"));
        assert_eq!(one.api_key("a"), Mint::new("one").api_key("a"));
        assert_ne!(one.api_key("a"), one.api_key("b"));
        assert_ne!(one.api_key("a"), two.api_key("a"));
    }
}
