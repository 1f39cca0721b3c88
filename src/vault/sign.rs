//! Who wrote something: Ed25519 keys derived from age identities, and signatures over lines of text.
//!
//! Whether a signer is trusted is decided in `trust`; here it is only settled that it was he.

use std::fmt;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::domain::secret::Secret;

/// A public signing key: 32 bytes, shown as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

/// A signature: 64 bytes, written as 128 hex digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sig([u8; 64]);

/// A SHA-256 digest, shown as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// A secret signing key.
#[derive(Clone)]
pub struct Signing(SigningKey);

impl Signing {
    /// The key that belongs to an age identity: HKDF-SHA256 of its text, no salt, info `birdkeep/ed25519/v1`.
    pub fn of_identity(text: &Secret) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        let derived = Hkdf::<Sha256>::new(None, text.expose().as_bytes())
            .expand(b"birdkeep/ed25519/v1", seed.as_mut_slice());
        debug_assert!(derived.is_ok(), "32 bytes are fewer than HKDF's limit of 255 digests");
        Self(SigningKey::from_bytes(&seed))
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs `lines`.
    pub fn sign(&self, lines: &Lines) -> Sig {
        Sig(self.0.sign(lines.0.as_bytes()).to_bytes())
    }
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signing({})", self.public())
    }
}

impl PublicKey {
    /// Reads 64 hex digits in lower case.
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text).map(Self)
    }

    /// Whether the owner of this key signed `lines`; strict, so that no second signature fits either.
    pub fn signed(&self, lines: &Lines, sig: &Sig) -> bool {
        VerifyingKey::from_bytes(&self.0)
            .is_ok_and(|key| key.verify_strict(lines.0.as_bytes(), &Signature::from_bytes(&sig.0)).is_ok())
    }

    /// The first eight hex digits, for a sentence.
    pub fn short(&self) -> String {
        hex(&self.0[..4])
    }
}

impl Sig {
    /// Reads 128 hex digits in lower case.
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text).map(Self)
    }
}

impl Hash {
    /// Of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Reads 64 hex digits in lower case.
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text).map(Self)
    }

    /// The first twelve hex digits, as backups carry them in their names.
    pub fn short(&self) -> String {
        hex(&self.0[..6])
    }
}

/// The text that is signed: lines, each ended by `\n`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines(String);

impl Lines {
    /// Lines that begin with what they are for.
    pub fn of(purpose: &str) -> Self {
        Self::default().line(purpose)
    }

    /// These lines and one more. What is written holds no line break: the callers' types see to it.
    #[must_use]
    pub fn line(mut self, text: impl fmt::Display) -> Self {
        use fmt::Write as _;
        let _ = writeln!(self.0, "{text}"); // writing to a String cannot fail
        self
    }

    /// Their SHA-256.
    pub fn hash(&self) -> Hash {
        Hash::of(self.0.as_bytes())
    }
}

macro_rules! shown_as_hex {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
    )*};
}
shown_as_hex!(PublicKey, Sig, Hash);

/// Hex in lower case.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
        .collect()
}

/// Reads hex in lower case of exactly `N` bytes.
pub(super) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A made-up identity; the keys below were worked out from it by another program, in Python.
    const IDENTITY: &str = "AGE-SECRET-KEY-1HF327388WK7PLKPVPH2MDG9V40XRZD03T8KJ8AAWUX3FQMX3M4XS20LTPW";
    const PUBLIC: &str = "ded35d5850671b2bcd7543cc56f8099eb3570b4b3904eabf534e979e3d1b59de";

    #[test]
    fn the_signing_key_is_derived_as_specified() {
        let signing = Signing::of_identity(&Secret::new(IDENTITY));
        assert_eq!(signing.0.to_bytes()[..4], [0x33, 0xbd, 0xb8, 0x97]);
        assert_eq!(signing.public().to_string(), PUBLIC);
        assert!(!format!("{signing:?}").contains("33bdb897"));
    }

    #[test]
    fn a_signature_fits_its_lines_and_its_key_alone() {
        let signing = Signing::of_identity(&Secret::new(IDENTITY));
        let lines = Lines::of("test").line(1);
        let sig = signing.sign(&lines);
        assert!(signing.public().signed(&lines, &sig));
        assert!(!signing.public().signed(&lines.clone().line(""), &sig));
        assert!(!Signing::of_identity(&Secret::new("other")).public().signed(&lines, &sig));
        let mut bent = sig;
        bent.0[63] ^= 1;
        assert!(!signing.public().signed(&lines, &bent));
    }

    #[test]
    fn a_key_of_small_order_signs_nothing() {
        // The neutral point "signs" everything under lax verification.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut sig = [0; 64];
        sig[0] = 1;
        assert!(!PublicKey(neutral).signed(&Lines::of("anything"), &Sig(sig)));
    }

    #[test]
    fn hex_is_read_strictly() {
        assert_eq!(unhex::<2>("00ff"), Some([0, 255]));
        assert_eq!(hex(&[0, 255]), "00ff");
        for text in ["00f", "00fF", "00f ", "00ff0", "0x0f", "é0f"] {
            assert_eq!(unhex::<2>(text), None, "{text}");
        }
    }
}
