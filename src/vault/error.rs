//! Why a vault was not opened or not saved. Sentences for people are made of these in `ops`.

use super::envelope::EnvelopeError;
use super::format::BodyError;
use super::seal::SealError;
use super::sign::PublicKey;
use super::store::StoreError;

/// Why a vault was not opened: seven things a person can tell apart, and what keeps from looking at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The passphrase does not open the identity.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The vault was not sealed to this identity, or its header is damaged.
    #[error("the vault is not for this identity, or damaged")]
    NotForUs,
    /// A file was cut or altered by accident.
    #[error("{what} is damaged: {why}")]
    Damaged {
        /// "the vault", "the identity".
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The vault was not written by who it says.
    #[error("the vault is forged: {why}")]
    Forged {
        /// What gives it away.
        why: String,
    },
    /// An older save than this machine has seen.
    #[error("the vault was rolled back from generation {seen} to {found}")]
    RolledBack {
        /// The generation of the file.
        found: u64,
        /// The generation this machine has seen.
        seen: u64,
    },
    /// A save that did not grow from the one this machine has seen.
    #[error("the vault has forked: generation {found} does not descend from the {seen} seen here")]
    Forked {
        /// The generation of the file.
        found: u64,
        /// The generation this machine has seen.
        seen: u64,
    },
    /// Written by a newer birdkeep.
    #[error("written in format version {0}")]
    Newer(u64),
    /// The passphrase layer costs more than is allowed.
    #[error("scrypt factor {needed}; at most {accepted} is accepted")]
    TooCostly {
        /// The factor of the file.
        needed: u8,
        /// The highest accepted.
        accepted: u8,
    },
    /// There is no vault.
    #[error("there is no vault at {0}")]
    NoVault(String),
    /// There is no identity.
    #[error("there is no identity at {0}")]
    NoIdentity(String),
    /// The identity is sealed and no passphrase was given.
    #[error("the identity needs its passphrase")]
    NeedsPassphrase,
    /// The identity stands in the clear where others can read it.
    #[error("the identity {0} is not encrypted, and not private")]
    ExposedIdentity(String),
    /// An identity or member of a kind that is refused by name.
    #[error("{what} has a {kind} key, which is not supported")]
    Unsupported {
        /// "the identity", "a member of the vault".
        what: &'static str,
        /// "post-quantum".
        kind: &'static str,
    },
    /// What is to be restored is of another vault.
    #[error("it is another vault")]
    OtherVault,
    /// The files cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OpenError {
    /// Of a vault's age layer.
    pub(super) fn of_vault(error: SealError) -> Self {
        match error {
            SealError::NotForUs => Self::NotForUs,
            SealError::Unsupported(kind) => Self::Unsupported { what: "the vault", kind },
            error => Self::Damaged { what: "the vault", why: error.to_string() },
        }
    }

    /// Of an identity file.
    pub(super) fn of_identity(error: SealError) -> Self {
        match error {
            SealError::WrongPassphrase => Self::WrongPassphrase,
            SealError::TooCostly { needed, accepted } => Self::TooCostly { needed, accepted },
            SealError::Unsupported(kind) => Self::Unsupported { what: "the identity", kind },
            error => Self::Damaged { what: "the identity", why: error.to_string() },
        }
    }
}

impl From<EnvelopeError> for OpenError {
    fn from(error: EnvelopeError) -> Self {
        match error {
            EnvelopeError::Newer(version) => Self::Newer(version),
            EnvelopeError::Keys | EnvelopeError::Signature => Self::Forged { why: error.to_string() },
            EnvelopeError::Guard(_) | EnvelopeError::Syntax { .. } => {
                Self::Damaged { what: "the vault", why: error.to_string() }
            }
        }
    }
}

impl From<BodyError> for OpenError {
    fn from(error: BodyError) -> Self {
        Self::Damaged { what: "the vault", why: error.to_string() }
    }
}

/// Why nothing was saved. The old vault is whole, and the caller still holds what he wanted to save.
///
/// `C` is what the change itself may answer, such as the conflicts with another process's edits.
#[derive(Debug, thiserror::Error)]
pub enum SaveError<C> {
    /// The change does not fit what another process has saved meanwhile.
    #[error("the change no longer fits")]
    Refused(C),
    /// The vault as it is now cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The vault's signer is not trusted yet.
    #[error("the vault was signed by {0:?}, who is not trusted here")]
    Untrusted(PublicKey),
    /// None of our identities is a member.
    #[error("this identity is not a member of the vault")]
    NotAMember,
    /// A text is longer than a vault may hold.
    #[error("a text is longer than 64 KiB")]
    TooLong,
    /// All of it is larger than a vault may be.
    #[error("the vault would be larger than 256 MiB")]
    TooBig,
    /// What was sealed did not open to what it was made from.
    #[error("the sealed file did not open again")]
    NotProven,
    /// What stands at the vault's path afterwards is not what was put there.
    #[error("the folder was replaced while saving")]
    Replaced,
    /// The counter is at its end.
    #[error("the vault cannot be saved any more often")]
    Exhausted,
    /// The files cannot be written.
    #[error("{0}")]
    Store(StoreError),
}

impl<C> From<StoreError> for SaveError<C> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
