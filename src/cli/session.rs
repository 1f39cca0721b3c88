//! What commands share once the vault is wanted: opening it, consent to its signer, saving.

use super::output::Out;
use super::world::Options;
use super::{input, passphrase, world};
use crate::domain::document::Document;
use crate::domain::edit::Edit;
use crate::domain::id::VaultId;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::ops::refresh::Stopped;
use crate::ops::session::Session;
use crate::ops::unlock::Presence;
use crate::ops::{self, World};
use crate::vault::{Extract, Place};

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
    /// A program it ran ended with this exit code, which is its own as well.
    Ended(u8),
}

impl Outcome {
    /// [`Outcome::Fine`] if that is so.
    pub(super) const fn fine_if(fine: bool) -> Self {
        if fine { Self::Fine } else { Self::Found }
    }
}

/// What one name stands for, in its world.
pub(super) struct One {
    /// The outside.
    pub(super) world: World,
    /// Out of what it is read.
    pub(super) source: Source,
}

/// Out of what a name is read.
pub(super) enum Source {
    /// All of the vault.
    Whole(Session),
    /// What it takes for that name.
    Part(Extract),
}

impl One {
    /// What is known of it.
    pub(super) fn document(&self) -> &Document {
        match &self.source {
            Source::Whole(session) => session.document(),
            Source::Part(extract) => &extract.document,
        }
    }

    /// Which vault it is in.
    pub(super) fn vault(&self) -> VaultId {
        match &self.source {
            Source::Whole(session) => session.loaded().vault,
            Source::Part(extract) => extract.vault,
        }
    }

    /// All of the vault, for what is not to be had without.
    ///
    /// # Errors
    /// As [`Cx::open`].
    pub(super) fn whole(self, cx: &mut Cx) -> Result<Open, Failure> {
        match self.source {
            Source::Whole(session) => Ok(Open { world: self.world, session }),
            Source::Part(extract) => cx.open_in(self.world, &ops::trust::notices_of(&extract)),
        }
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
        self.look_in(world, &[])
    }

    /// [`Cx::look`] in a world that is there; what was `told` is not told again.
    fn look_in(&mut self, world: World, told: &[String]) -> Result<Open, Failure> {
        let trust = trusted();
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
        for notice in ops::trust::notices(&session).iter().filter(|notice| !told.contains(notice)) {
            self.out.warn(notice);
        }
        Ok(Open { world, session })
    }

    /// Opens the vault for using it: its signer must be believed, or a person on a terminal must say so.
    ///
    /// # Errors
    /// As [`Cx::look`]; [`Kind::Damaged`] when nobody vouches for the signer.
    pub(super) fn open(&mut self) -> Result<Open, Failure> {
        let world = self.world()?;
        self.open_in(world, &[])
    }

    /// Opens the vault for using what `name` stands for, and nothing else: where all is as it was, the others are not
    /// read.
    ///
    /// # Errors
    /// As [`Cx::open`].
    pub(super) fn open_for(&mut self, name: &str) -> Result<One, Failure> {
        let world = self.world()?;
        // Whoever names a key wants it to be judged.
        let extract = if trusted().is_none() { ops::unlock::extract(&world, name) } else { None };
        let Some(extract) = extract else {
            let Open { world, session } = self.open_in(world, &[])?;
            return Ok(One { world, source: Source::Whole(session) });
        };
        for notice in ops::trust::notices_of(&extract) {
            self.out.warn(&notice);
        }
        Ok(One { world, source: Source::Part(extract) })
    }

    fn open_in(&mut self, world: World, told: &[String]) -> Result<Open, Failure> {
        let Open { world, session } = self.look_in(world, told)?;
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

/// The signing key that is to be believed.
fn trusted() -> Option<String> {
    std::env::var(TRUST).ok().filter(|key| !key.is_empty())
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

/// What `ask` gives, asked once more where new tokens had to be saved first.
///
/// # Errors
/// Why it gives nothing; as [`rescued`].
pub(super) fn persisting<T>(
    out: &mut Out,
    (world, session): (&World, &Session),
    ask: impl Fn(&Session) -> Result<T, Box<Stopped>>,
) -> Result<T, Failure> {
    match ask(session) {
        Ok(given) => Ok(given),
        Err(stopped) => {
            let session = rescued(out, world, *stopped)?;
            ask(&session).map_err(|stopped| stopped.failure)
        }
    }
}

/// New tokens that are in this process alone are not given up while somebody can make room for them: the vault they are
/// in, in the end.
///
/// # Errors
/// Why there are none, or nobody there to make room.
pub(super) fn rescued(out: &mut Out, world: &World, stopped: Stopped) -> Result<Session, Failure> {
    let Stopped { mut failure, session, unsaved } = stopped;
    let Some(unsaved) = unsaved.filter(|unsaved| !unsaved.is_kept()) else { return Err(failure) };
    loop {
        match unsaved.save(world, &session) {
            Ok(session) => return Ok(session),
            Err(_) if !input::has_person() => return Err(failure),
            Err(why) => {
                failure.because = why.because;
                out.failure(&failure);
                input::line(out, "Press Enter to try again … ")?;
            }
        }
    }
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
