//! OAuth 2.0 in a browser, with PKCE: the login page's address, and what its redirect says.
//!
//! Source: X's page on the authorization code flow, 2026-08; RFC 7636; RFC 6749 sections 4.1.1 and 4.1.2.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::redirect::{Odd, Parameters};
use crate::domain::permission::Scopes;
use crate::domain::secret::Secret;
use crate::x::base;
use crate::x::sign::encode;

/// Random bytes that a login takes: 32 for the verifier, as RFC 7636 section 4.1 recommends, and 24 for the state.
pub const RANDOM: usize = VERIFIER + 24;
const VERIFIER: usize = 32;

/// The two secrets of one login. `Debug` shows neither.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pkce {
    /// Proves at the exchange that it is the same program that began: 43 characters.
    pub verifier: Secret,
    /// Tells this login's redirect from any other: 32 characters.
    pub state: Secret,
}

impl Pkce {
    /// From random bytes.
    pub fn new(random: &[u8; RANDOM]) -> Self {
        let (verifier, state) = random.split_at(VERIFIER);
        let text = |bytes: &[u8]| Secret::new(URL_SAFE_NO_PAD.encode(bytes));
        Self { verifier: text(verifier), state: text(state) }
    }

    /// `code_challenge`: what may be known of the verifier while the login is under way (S256).
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.expose()))
    }

    /// The login page of this login; `redirect_uri` exactly as registered. Spaces are `%20`, never `+`.
    pub fn address(&self, base: &str, client_id: &Secret, redirect_uri: &str, scopes: &Scopes) -> String {
        let challenge = self.challenge();
        let scopes = scopes.to_string();
        let pairs = [
            ("response_type", "code"),
            ("client_id", client_id.expose()),
            ("redirect_uri", redirect_uri),
            ("scope", &scopes),
            ("state", self.state.expose()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let pairs: Vec<String> =
            pairs.iter().map(|(key, value)| format!("{key}={}", encode(value))).collect();
        format!("{}/i/oauth2/authorize?{}", base::pages(base), pairs.join("&"))
    }

    /// The code in an address that X has sent the browser to. It lives for 30 seconds.
    ///
    /// # Errors
    /// It is no answer to this login, or the answer is no.
    pub fn read(&self, address: &str) -> Result<Secret, Odd> {
        let parameters = Parameters::read(address);
        let own = match parameters.get("state") {
            Some(state) => state == self.state,
            None => return Err(Odd::NotARedirect),
        };
        match (parameters.get("code"), parameters.word("error")) {
            (None, None) | (Some(_), Some(_)) => Err(Odd::NotARedirect),
            _ if !own => Err(Odd::OtherLogin),
            (Some(code), None) => Ok(code),
            (None, Some(word)) if word == "access_denied" => Err(Odd::Denied),
            (None, Some(word)) => Err(Odd::Refused(word)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_of_the_rfc_comes_out() {
        let pkce = Pkce {
            verifier: Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            state: Secret::new("s"),
        };
        assert_eq!(pkce.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        // The octets of RFC 7636 appendix B.
        let octets = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105,
            214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        let mut random = [0; RANDOM];
        random[..VERIFIER].copy_from_slice(&octets);
        let made = Pkce::new(&random);
        assert_eq!(made.verifier, pkce.verifier);
        assert_eq!(made.state.expose().len(), 32);
        assert!(!format!("{made:?}").contains("dBjft"));
    }

    #[test]
    fn the_address_is_encoded_as_x_wants_it() {
        let pkce = Pkce::new(&[7; RANDOM]);
        let scopes = Scopes::parse("tweet.read users.read");
        let id = Secret::new("made-up:1:ci");
        let address = pkce.address("https://api.x.com", &id, "http://127.0.0.1:8723/callback", &scopes);
        assert_eq!(
            address,
            format!(
                "https://x.com/i/oauth2/authorize?response_type=code&client_id=made-up%3A1%3Aci\
                 &redirect_uri=http%3A%2F%2F127.0.0.1%3A8723%2Fcallback&scope=tweet.read%20users.read\
                 &state={}&code_challenge={}&code_challenge_method=S256",
                pkce.state.expose(),
                pkce.challenge()
            )
        );
        assert!(!address.contains(pkce.verifier.expose()));
        let here = pkce.address("http://127.0.0.1:1", &id, "http://127.0.0.1:8723/callback", &scopes);
        assert!(here.starts_with("http://127.0.0.1:1/i/oauth2/authorize?"));
    }

    #[test]
    fn an_answer_counts_only_for_its_own_login() {
        let pkce = Pkce { verifier: Secret::new("v"), state: Secret::new("s1") };
        for (address, wanted) in [
            ("http://127.0.0.1:8723/callback?state=s1&code=c", Ok("c")),
            ("/callback?code=a%3Db&state=s1\r\n", Ok("a=b")),
            ("/callback?state=s2&code=c", Err(Odd::OtherLogin)),
            ("/callback?state=s1&error=access_denied", Err(Odd::Denied)),
            ("/callback?state=s2&error=access_denied", Err(Odd::OtherLogin)),
            ("/callback?state=s1&error=server%E2%80%AE", Err(Odd::Refused("server\\u{202e}".to_owned()))),
            ("/callback?code=c", Err(Odd::NotARedirect)),
            ("/callback?error=access_denied", Err(Odd::NotARedirect)),
            ("/callback?state=s1", Err(Odd::NotARedirect)),
            ("/callback?state=s1&code=c&error=x", Err(Odd::NotARedirect)),
            ("/callback?state=s1&state=s1&code=c", Err(Odd::NotARedirect)),
            ("https://x.com/i/oauth2/authorize?state=s1&response_type=code", Err(Odd::NotARedirect)),
            ("made-up-code", Err(Odd::NotARedirect)),
        ] {
            let read = pkce.read(address);
            assert_eq!(read.as_ref().map(Secret::expose), wanted.as_ref().map(|v| *v), "{address}");
        }
    }
}
