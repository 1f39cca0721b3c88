//! What to tell about an opened vault: a signer nobody vouches for, and notices that stop nobody.

use super::session::Session;
use super::unlock;
use crate::domain::text::visible_within;
use crate::failure::Failure;
use crate::vault::{self, Doubt, Extract, Notice, Trust, Warning};

/// The signer of a vault that may only be looked at, for a person to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    signer: vault::PublicKey,
    doubt: Doubt,
    generation: u64,
    saved_at: String,
}

/// The signer, where nobody vouches for him; `None`: the vault may be used.
pub fn stranger(session: &Session) -> Option<Stranger> {
    let loaded = session.loaded();
    match loaded.trust {
        Trust::Trusted => None,
        Trust::Unknown(vault::Stranger { signer, doubt }) => Some(Stranger {
            signer,
            doubt,
            generation: loaded.generation,
            saved_at: loaded.saved_at.to_string(),
        }),
    }
}

impl Stranger {
    /// His signing key, as `BIRDKEEP_TRUST` takes it.
    pub fn signer(&self) -> String {
        self.signer.to_string()
    }

    /// What a person should read before believing him: one sentence each.
    pub fn facts(&self) -> Vec<String> {
        let why = match self.doubt {
            Doubt::Signer => "This vault was saved by someone this machine does not know.",
            Doubt::OtherVault => "This is another vault than the one that was here before.",
            Doubt::FoundIdentity => {
                "The identity was found beside the vault: whoever put one there could have put both."
            }
        };
        vec![
            why.to_owned(),
            format!("Signed by {}", self.signer),
            format!("Generation {}, saved at {}", self.generation, self.saved_at),
        ]
    }

    /// Why nothing but looking is allowed.
    pub fn refusal(&self) -> Failure {
        unlock::untrusted(&self.signer)
    }
}

/// What is worth telling about how the vault was opened or saved: one sentence each, as visible text.
pub fn notices(session: &Session) -> Vec<String> {
    session.loaded().notices.iter().map(sentence).chain(session.remarks().iter().cloned()).collect()
}

/// What is worth telling about how one owner was read, as [`notices`].
pub fn notices_of(extract: &Extract) -> Vec<String> {
    extract.notices.iter().map(sentence).collect()
}

/// One notice, as a sentence.
pub(super) fn sentence(notice: &Notice) -> String {
    match notice {
        Notice::Store(Warning::VaultReadable) => {
            "other users of this machine can read the vault file; it is sealed, so this tells them little"
                .to_owned()
        }
        Notice::Store(Warning::FolderWritable) => {
            "other users of this machine can write to the vault's folder, and so replace the vault".to_owned()
        }
        Notice::NoLocks => {
            "this file system knows no locks: do not save from two places at the same time".to_owned()
        }
        Notice::FarBehind => {
            "more than 256 saves were made since this machine last looked, so it cannot see that \
                              they grew from what it knew"
                .to_owned()
        }
        Notice::Joined(name) => format!("new member of this vault: {}", visible_within(name, 64)),
        Notice::Left(name) => format!("no longer a member of this vault: {}", visible_within(name, 64)),
        Notice::MarkNotKept => {
            "the state folder cannot be written, so a roll-back of the vault would not be noticed".to_owned()
        }
    }
}
