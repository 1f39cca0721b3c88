//! OAuth 1.0a in a browser: the login page's address, and what its redirect says.
//!
//! Source: X's pages on obtaining user access tokens and on logging in, 2026-08; `denied` is observed, not documented.

use super::redirect::{Odd, Parameters};
use crate::domain::names::Handle;
use crate::domain::secret::Secret;
use crate::x::sign::encode;

/// The login page of a request token. It asks for a login whatever session the browser has, and for that of `handle`, so
/// that the wrong account is not taken silently. The callback never stands here: X has it from the request token.
pub fn address(base: &str, request_token: &Secret, handle: Option<&Handle>) -> String {
    let token = encode(request_token.expose());
    let name = handle.map(|handle| format!("&screen_name={}", encode(handle.as_str()))).unwrap_or_default();
    format!("{base}/oauth/authorize?oauth_token={token}&force_login=true{name}")
}

/// The verifier in an address that X has sent the browser to.
///
/// # Errors
/// It is no answer to this login, or the answer is no.
pub fn read(address: &str, request_token: &Secret) -> Result<Secret, Odd> {
    let parameters = Parameters::read(address);
    if let Some(denied) = parameters.get("denied") {
        return Err(if denied == *request_token { Odd::Denied } else { Odd::OtherLogin });
    }
    match (parameters.get("oauth_token"), parameters.get("oauth_verifier")) {
        (Some(token), Some(verifier)) if token == *request_token => Ok(verifier),
        (Some(_), Some(_)) => Err(Odd::OtherLogin),
        _ => Err(Odd::NotARedirect),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_asked_to_log_the_bots_own_account_in() {
        let token = Secret::new("made/up");
        let handle = Handle::parse("@demo_ducks").expect("a handle");
        assert_eq!(
            address("https://api.x.com", &token, Some(&handle)),
            "https://api.x.com/oauth/authorize?oauth_token=made%2Fup&force_login=true&screen_name=demo_ducks"
        );
        assert_eq!(
            address("http://127.0.0.1:8080", &token, None),
            "http://127.0.0.1:8080/oauth/authorize?oauth_token=made%2Fup&force_login=true"
        );
    }

    #[test]
    fn an_answer_counts_only_for_its_own_login() {
        let token = Secret::new("made-up-1");
        for (address, wanted) in [
            ("http://127.0.0.1:8723/callback?oauth_token=made-up-1&oauth_verifier=v", Ok("v")),
            ("  \"http://127.0.0.1:8723/callback?oauth_verifier=v&oauth_token=made-up-1#_=_\"\n", Ok("v")),
            ("/callback?oauth_token=made-up-1&oauth_verifier=a%2Fb", Ok("a/b")),
            ("/callback?oauth_token=made-up-2&oauth_verifier=v", Err(Odd::OtherLogin)),
            ("/callback?denied=made-up-1", Err(Odd::Denied)),
            ("/callback?denied=made-up-2", Err(Odd::OtherLogin)),
            ("/callback?oauth_token=made-up-1", Err(Odd::NotARedirect)),
            ("/callback?oauth_verifier=v", Err(Odd::NotARedirect)),
            ("/callback?oauth_token=made-up-1&oauth_verifier=v&oauth_verifier=w", Err(Odd::NotARedirect)),
            ("/callback?oauth_token=made-up-1&oauth_verifier=", Err(Odd::NotARedirect)),
            ("1234567", Err(Odd::NotARedirect)),
            ("https://api.x.com/oauth/authorize?oauth_token=made-up-1", Err(Odd::NotARedirect)),
            ("", Err(Odd::NotARedirect)),
        ] {
            let read = read(address, &token);
            assert_eq!(read.as_ref().map(Secret::expose), wanted.as_ref().map(|v| *v), "{address}");
        }
    }
}
