//! The app by itself: key and secret (Basic) for the one live bearer token, and that bearer.
//!
//! Source: X's pages on application-only authentication and its API reference, 2026-08.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use crate::domain::secret::Secret;
use crate::x::sign::{Pair, encode};

/// Key and secret, each encoded, as an `Authorization` header.
pub fn basic(app: Pair<'_>) -> Secret {
    let plain = format!("{}:{}", encode(app.id.expose()), encode(app.secret.expose()));
    Secret::new(format!("Basic {}", STANDARD.encode(plain)))
}

/// A bearer as an `Authorization` header: verbatim, since X hands it out %-escaped already.
pub fn bearer(token: &Secret) -> Secret {
    Secret::new(format!("Bearer {}", token.expose()))
}

/// A bearer as a query or form value: %-escaped once, as X hands it out, also if somebody stored it unescaped.
pub fn escaped(token: &Secret) -> String {
    encode(&percent_decode_str(token.expose()).decode_utf8_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_example_comes_out() {
        let id = Secret::new("xvz1evFS4wEEPTGEFPHBog");
        let secret = Secret::new("L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOg");
        assert_eq!(
            basic(Pair { id: &id, secret: &secret }).expose(),
            "Basic eHZ6MWV2RlM0d0VFUFRHRUZQSEJvZzpMOHFxOVBaeVJnNmllS0dFS2hab2xHQzB2SldMdzhpRUo4OERSZHlPZw=="
        );
    }

    #[test]
    fn a_bearer_is_sent_as_it_was_handed_out() {
        assert_eq!(bearer(&Secret::new("AAAA%2Bmade%3Dup")).expose(), "Bearer AAAA%2Bmade%3Dup");
        for stored in ["AAAA%2Bmade%3Dup", "AAAA+made=up"] {
            assert_eq!(escaped(&Secret::new(stored)), "AAAA%2Bmade%3Dup", "never twice");
        }
    }
}
