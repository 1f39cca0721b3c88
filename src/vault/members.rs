//! Who reads and writes a vault, and how one member vouches for another.

use super::keyring::Own;
use super::seal::Recipient;
use super::sign::{Lines, PublicKey, Sig};
use crate::domain::id::VaultId;
use crate::domain::names::Name;
use crate::domain::unknown::Unknown;

/// A member of a vault: saves are sealed to him, and he may sign them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What the others call him.
    pub name: Name,
    /// What saves are sealed to.
    pub recipient: Recipient,
    /// What he signs with; also what tells members apart.
    pub key: PublicKey,
    /// Who vouches for him.
    pub endorsed: Vec<Endorsement>,
    /// Keys a newer birdkeep wrote.
    pub unknown: Unknown,
}

/// A signature by which a member vouches for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endorsement {
    /// Who vouches.
    pub by: PublicKey,
    /// His signature over the other's name, recipient and key.
    pub sig: Sig,
}

impl Member {
    /// The member an identity makes.
    pub fn of(name: Name, own: &Own) -> Self {
        Self {
            name,
            recipient: own.recipient(),
            key: own.public(),
            endorsed: Vec::new(),
            unknown: Unknown::default(),
        }
    }

    /// This member, vouched for by `own`.
    #[must_use]
    pub fn endorsed_by(mut self, own: &Own, vault: VaultId) -> Self {
        let sig = own.signing().sign(&self.lines(vault, own.public()));
        self.endorsed.push(Endorsement { by: own.public(), sig });
        self
    }

    /// Whether the owner of `by` vouches for this member.
    pub fn is_endorsed_by(&self, by: PublicKey, vault: VaultId) -> bool {
        let theirs = self.endorsed.iter().filter(|endorsement| endorsement.by == by);
        theirs.into_iter().any(|endorsement| by.signed(&self.lines(vault, by), &endorsement.sig))
    }

    fn lines(&self, vault: VaultId, endorser: PublicKey) -> Lines {
        Lines::of("birdkeep/member/v1")
            .line(vault)
            .line(&self.name)
            .line(&self.recipient)
            .line(self.key)
            .line(endorser)
    }
}
