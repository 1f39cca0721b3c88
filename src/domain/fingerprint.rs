//! Keyed fingerprints: "is it the same value?" without showing the value.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::secret::Secret;

/// The vault's random key for fingerprints. Without it a fingerprint tells nothing and cannot be guessed.
#[derive(Clone)]
pub struct FingerprintKey(Zeroizing<[u8; 32]>);

impl FingerprintKey {
    /// From 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key's bytes, for writing the vault.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The fingerprint of `value`: the first 8 bytes of HMAC-SHA256 over it.
    pub fn of(&self, value: &Secret) -> Fingerprint {
        self.of_all([Some(value)])
    }

    /// One fingerprint over several values, some of them perhaps missing.
    pub fn of_all<'a>(&self, values: impl IntoIterator<Item = Option<&'a Secret>>) -> Fingerprint {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_slice()) else {
            unreachable!("HMAC takes a key of any length (RFC 2104)")
        };
        mac.update(b"birdkeep/fingerprint/v1");
        for value in values {
            let text = value.map_or("", Secret::expose);
            mac.update(&(text.len() as u64).to_be_bytes());
            mac.update(text.as_bytes());
        }
        let digest = mac.finalize().into_bytes();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        Fingerprint(first)
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey(…)")
    }
}

impl PartialEq for FingerprintKey {
    fn eq(&self, other: &Self) -> bool {
        use subtle::ConstantTimeEq;
        self.0.ct_eq(other.0.as_slice()).into()
    }
}

/// The fingerprint of a value under one vault's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 8]);

impl Fingerprint {
    /// The first four hex digits, as lists show them after a `#`.
    pub fn short(self) -> String {
        format!("{:02x}{:02x}", self.0[0], self.0[1])
    }

    /// Reads the 16 hex digits that `Display` writes.
    pub fn parse(text: &str) -> Option<Self> {
        let number = (text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit()))
            .then(|| u64::from_str_radix(text, 16).ok())
            .flatten()?;
        Some(Self(number.to_be_bytes()))
    }
}

/// All 16 hex digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_depends_on_value_and_key() {
        let (a, b) = (FingerprintKey::new([1; 32]), FingerprintKey::new([2; 32]));
        let value = Secret::new("made-up");
        assert_eq!(a.of(&value), a.of(&Secret::new("made-up")));
        assert_ne!(a.of(&value), a.of(&Secret::new("made-uq")));
        assert_ne!(a.of(&value), b.of(&value));
    }

    #[test]
    fn values_cannot_slide_into_each_other() {
        let key = FingerprintKey::new([7; 32]);
        let (x, y, xy) = (Secret::new("x"), Secret::new("y"), Secret::new("xy"));
        assert_ne!(key.of_all([Some(&x), Some(&y)]), key.of_all([Some(&xy), None]));
    }

    #[test]
    fn the_text_form_is_read_back() {
        let print = FingerprintKey::new([3; 32]).of(&Secret::new("v"));
        assert_eq!(Fingerprint::parse(&print.to_string()), Some(print));
        assert_eq!(print.short(), print.to_string()[..4]);
        assert_eq!(Fingerprint::parse("7f3a"), None);
        assert_eq!(Fingerprint::parse("+00000000000007f"), None);
    }
}
