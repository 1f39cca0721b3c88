//! Made-up values with the shapes of X's, for tests.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

pub(super) fn api_key() -> String {
    "MadeUpApiKey".repeat(3).chars().take(25).collect()
}

pub(super) fn api_secret() -> String {
    "MadeUpApiKeySecret".repeat(3).chars().take(50).collect()
}

pub(super) fn bearer() -> String {
    let mut bytes = vec![0; 16];
    bytes.extend(32_900_000_u64.to_le_bytes());
    bytes.extend([7; 20]);
    format!("{}%3D{}", STANDARD_NO_PAD.encode(bytes), "z".repeat(50))
}

pub(super) fn client_id() -> String {
    URL_SAFE_NO_PAD.encode("MadeUpClientIdOfTest:1:ci")
}

pub(super) fn access_token() -> String {
    format!("144712093100-{}", "a".repeat(37))
}

pub(super) fn access_secret() -> String {
    "MadeUpAccessSecret".repeat(3).chars().take(45).collect()
}

pub(super) fn oauth2(kind: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:1622147743914:1:1:{kind}:1", "m".repeat(45)))
}
