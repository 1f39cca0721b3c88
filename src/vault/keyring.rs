//! What an identity file gives: keys to open with, and keys to sign with.

use super::seal::{self, Identity, Recipient, SealError};
use super::sign::{PublicKey, Signing};
use crate::domain::secret::Secret;

/// One identity with the signing key derived from it.
#[derive(Clone, Debug)]
pub struct Own {
    identity: Identity,
    signing: Signing,
}

impl Own {
    /// A new identity.
    pub fn generate() -> Self {
        Self::of(Identity::generate())
    }

    fn of(identity: Identity) -> Self {
        let signing = Signing::of_identity(&identity.text());
        Self { identity, signing }
    }

    /// The text form of the identity, `AGE-SECRET-KEY-1…`.
    pub fn text(&self) -> Secret {
        self.identity.text()
    }

    /// Its recipient.
    pub fn recipient(&self) -> Recipient {
        self.identity.recipient()
    }

    /// The key it signs with.
    pub fn signing(&self) -> &Signing {
        &self.signing
    }

    /// Its public signing key.
    pub fn public(&self) -> PublicKey {
        self.signing.public()
    }
}

/// The keys of an unlocked identity file, in the order of its lines. Wiped when dropped.
#[derive(Clone, Debug)]
pub struct Keyring {
    first: Own,
    rest: Vec<Own>,
}

impl Keyring {
    /// A keyring of one identity.
    pub fn of(own: Own) -> Self {
        Self { first: own, rest: Vec::new() }
    }

    /// Reads the text of an identity file.
    ///
    /// # Errors
    /// [`SealError::Unsupported`] and [`SealError::Key`].
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let mut all = Identity::parse_file(text)?.into_iter().map(Own::of);
        let first = all.next().ok_or(SealError::Key)?;
        Ok(Self { first, rest: all.collect() })
    }

    /// Every identity, in the order of the file.
    pub fn all(&self) -> impl Iterator<Item = &Own> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// The identity that signs where no list of members says otherwise.
    pub fn first(&self) -> &Own {
        &self.first
    }

    /// The first identity whose public key `is_member`: the one that signs.
    pub fn signer(&self, is_member: impl Fn(PublicKey) -> bool) -> Option<&Own> {
        self.all().find(|own| is_member(own.public()))
    }

    /// Opens a file that was sealed to any of these identities.
    ///
    /// # Errors
    /// As [`seal::open`].
    pub fn open(&self, file: &[u8]) -> Result<zeroize::Zeroizing<Vec<u8>>, SealError> {
        let identities: Vec<Identity> = self.all().map(|own| own.identity.clone()).collect();
        seal::open(&identities, file)
    }
}
