//! What commands share once the vault is wanted: opening it, consent to its signer, saving.

use super::output::Out;
use super::world::Options;
use super::{input, passphrase, world};
use crate::domain::edit::Edit;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::ops::session::Session;
use crate::ops::unlock::Presence;
use crate::ops::{self, World};
use crate::vault::Place;

/// The variable that names a signing key to believe.
const TRUST: &str = "BIRDKEEP_TRUST";

/// What every command gets: the streams and the options that stand before or behind its name.
pub(super) struct Cx {
    /// Where answers go.
    pub(super) out: Out,
    /// The options every command takes.
    pub(super) options: Options,
}

/// How a command ended that did what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing to complain about.
    Fine,
    /// It found trouble, or nothing: exit code 1.
    Found,
    /// X or the network could not be reached about anything: exit code 5.
    OutOfReach,
}

impl Outcome {
    /// [`Outcome::Fine`] if that is so.
    pub(super) const fn fine_if(fine: bool) -> Self {
        if fine { Self::Fine } else { Self::Found }
    }
}

/// An unlocked vault in its world.
pub(super) struct Open {
    /// The outside.
    pub(super) world: World,
    /// The vault.
    pub(super) session: Session,
}

impl Cx {
    /// A secret goes to a pipe or a file; to a terminal only if it was `asked` for.
    ///
    /// # Errors
    /// [`Kind::Usage`] where it would be shown to whoever looks.
    pub(super) fn may_show(&self, asked: bool) -> Result<(), Failure> {
        if asked || !self.out.is_terminal() {
            return Ok(());
        }
        Err(Failure::new(
            Kind::Usage,
            "a secret is not shown on a terminal",
            "scrollback and recordings keep what is shown there",
            "send it to a pipe or a file, or add --show",
        ))
    }

    /// The world of this machine. Says what is odd about its settings.
    ///
    /// # Errors
    /// As [`world::here`].
    pub(super) fn world(&mut self) -> Result<World, Failure> {
        let (world, remarks) = world::here(&self.options)?;
        for remark in remarks {
            self.out.warn(&remark);
        }
        Ok(world)
    }

    /// Opens the vault for looking at it, masked.
    ///
    /// # Errors
    /// Everything that keeps a vault from being opened.
    pub(super) fn look(&mut self) -> Result<Open, Failure> {
        let world = self.world()?;
        let trust = std::env::var(TRUST).ok().filter(|key| !key.is_empty());
        let unlock =
            |passphrase: Option<&Secret>| ops::unlock::unlock_trusting(&world, passphrase, trust.as_deref());
        let session = match ops::unlock::presence(&world)? {
            Presence::Passphrase => {
                passphrase::opening(&mut self.out, self.options.passphrase_fd, |_, typed| {
                    unlock(Some(typed))
                })?
            }
            Presence::Plain => unlock(None)?,
            Presence::Absent => return Err(no_vault(&world)),
        };
        for notice in ops::trust::notices(&session) {
            self.out.warn(&notice);
        }
        Ok(Open { world, session })
    }

    /// Opens the vault for using it: its signer must be believed, or a person on a terminal must say so.
    ///
    /// # Errors
    /// As [`Cx::look`]; [`Kind::Damaged`] when nobody vouches for the signer.
    pub(super) fn open(&mut self) -> Result<Open, Failure> {
        let Open { world, session } = self.look()?;
        let Some(stranger) = ops::trust::stranger(&session) else { return Ok(Open { world, session }) };
        if !input::has_person() {
            return Err(stranger.refusal());
        }
        for line in stranger.facts() {
            self.out.note(&line);
        }
        let consent =
            input::consent(&mut self.out, input::Given::No, "this signer will be believed from now on");
        consent.map_err(|_no| stranger.refusal())?;
        let session = ops::unlock::accept(&world, &session, &stranger.signer())?;
        Ok(Open { world, session })
    }
}

/// The three lines of a command that wants a vault where there is none.
pub(super) fn no_vault(world: &World) -> Failure {
    Failure::new(
        Kind::Usage,
        "there is no vault yet",
        format!("{} does not exist", visible_within(&world.store.path(&Place::Vault), 400)),
        "birdkeep init makes one, --vault names another, birdkeep demo needs none",
    )
}

impl Open {
    /// Saves `edits`, all or none.
    ///
    /// # Errors
    /// The three lines of why not.
    pub(super) fn save(&mut self, edits: &[Edit]) -> Result<(), Failure> {
        self.session = ops::save::save(&self.world, &self.session, edits).map_err(|not| not.failure)?;
        Ok(())
    }

    /// Sixteen random bytes for an id.
    ///
    /// # Errors
    /// When the system gives none.
    pub(super) fn random(&self) -> Result<[u8; 16], Failure> {
        let mut bytes = [0; 16];
        self.world.entropy.fill(&mut bytes).map_err(|error| {
            Failure::new(Kind::NotSaved, "nothing was saved", error.to_string(), "try again in a moment")
        })?;
        Ok(bytes)
    }
}
