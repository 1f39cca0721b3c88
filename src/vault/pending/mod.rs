//! The journal of a refresh: what was about to be sent, and the answer as it came, before anybody has read it.
//!
//! A refresh token can be used once, and what X answers to it is said once. So both are written down outside the
//! vault: the intent before the request, into a file whose room is taken already; each piece of the answer as it
//! arrives. Every record is an age file to the own recipient, signed by the own key, with its length before it as
//! four bytes, most significant first; the rest of the file is zeros. One age file for all of it cannot work: a
//! missing byte at its end would lose everything. A journal that stays means that nobody knows what X did.

mod store;
mod trail;

use std::convert::Infallible;
use std::fmt;

use zeroize::Zeroizing;

use super::envelope::{self, Head, Purpose};
use super::format::{self, Intent, Piece, Record};
use super::keyring::{Keyring, Own};
use super::open::Loaded;
use super::seal::{self, SealError};
use super::store::{Store, StoreError};
use crate::domain::id::{AttemptId, ProfileId, VaultId};
use crate::domain::time::Time;

pub use store::{PendingFile, PendingStore};
pub use trail::{Step, Trail, keep_trail, trail};

/// The room of a journal, in bytes; X's answer takes some 1,500 of it.
const ROOM: usize = 64 << 10;
/// The bytes that tell a record's length.
const LENGTH: usize = 4;

/// A journal as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// What was about to be sent, and has been, for all anybody knows.
    pub intent: Intent,
    /// What has come of the answer.
    pub answer: Option<Answer>,
    /// How it ends.
    pub end: End,
}

/// As much of X's answer as was written down.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status code.
    pub status: u16,
    /// When it began to come in.
    pub at: Time,
    /// Its body, perhaps not all of it.
    pub body: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}

/// How a journal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// After a whole record.
    Whole,
    /// With something that is no record of it: what was whole before counts.
    Broken,
}

/// What is kept of the last refresh of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A journal.
    Journal(Journal),
    /// A file that is none of ours, or damaged in its first record.
    Unreadable,
}

/// Writes down what is about to be sent. The request may go out when this has come back, and not before.
///
/// # Errors
/// When the file cannot be written; nothing may be sent then.
pub fn begin(
    store: &dyn Store,
    keyring: &Keyring,
    loaded: &Loaded,
    intent: Intent,
) -> Result<Writing, StoreError> {
    let own = keyring.first().clone();
    let head = Head { vault: loaded.vault, generation: loaded.generation, ancestors: vec![loaded.id] };
    let (profile, attempt) = (intent.profile, intent.attempt);
    let mut bytes =
        record(&own, &head, &Record::Intent(intent)).map_err(|_refused| unsealed(store, profile))?;
    let used = bytes.len();
    bytes.resize(ROOM.max(used), 0);
    let file = store.begin_pending(profile, &bytes)?;
    Ok(Writing { own, head, profile, attempt, bytes, used, pieces: 0, file })
}

/// A journal being written.
#[derive(Debug)]
pub struct Writing {
    own: Own,
    head: Head,
    profile: ProfileId,
    attempt: AttemptId,
    /// The file as it should be.
    bytes: Vec<u8>,
    used: usize,
    pieces: u32,
    file: Box<dyn PendingFile>,
}

impl Writing {
    /// Writes down the next piece of an answer, durably.
    ///
    /// # Errors
    /// When it cannot be written, not even into a new file, or there is no room left; the pieces before it stay.
    pub fn keep(
        &mut self,
        store: &dyn Store,
        (status, at): (u16, Time),
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let (attempt, number) = (self.attempt, self.pieces + 1);
        let piece = Piece { attempt, number, status, at, bytes: Zeroizing::new(bytes.to_vec()) };
        let record = record(&self.own, &self.head, &Record::Piece(piece));
        let record = record.map_err(|_refused| unsealed(store, self.profile))?;
        let Some(room) = self.bytes.get_mut(self.used..self.used + record.len()) else {
            return Err(StoreError::TooBig { path: store.pending_path(self.profile) });
        };
        room.copy_from_slice(&record);
        if self.file.write_at(self.used, &record).is_err() {
            // After a failed fsync the same file may lie about the next one, so all of it goes into a new one.
            self.file = store.begin_pending(self.profile, &self.bytes)?;
        }
        (self.used, self.pieces) = (self.used + record.len(), number);
        Ok(())
    }
}

/// What is kept of the last refresh of `profile`; `None`: nothing, so nothing is open.
///
/// # Errors
/// When the file cannot be read.
pub fn kept(
    store: &dyn Store,
    keyring: &Keyring,
    vault: VaultId,
    profile: ProfileId,
) -> Result<Option<Kept>, StoreError> {
    let Some(bytes) = store.pending(profile)? else { return Ok(None) };
    let journal = read(keyring, vault, profile, &bytes);
    Ok(Some(journal.map_or(Kept::Unreadable, Kept::Journal)))
}

/// Reads a journal up to its first record that is not whole.
fn read(keyring: &Keyring, vault: VaultId, profile: ProfileId, mut bytes: &[u8]) -> Option<Journal> {
    let mut next = || take(keyring, vault, &mut bytes);
    let Next::Record(Record::Intent(intent)) = next() else { return None };
    if intent.profile != profile {
        return None;
    }
    let mut journal = Journal { intent, answer: None, end: End::Whole };
    for wanted in 1.. {
        match next() {
            Next::End => break,
            Next::Record(Record::Piece(piece))
                if (piece.attempt, piece.number) == (journal.intent.attempt, wanted) =>
            {
                let (status, at) = (piece.status, piece.at);
                let empty = || Answer { status, at, body: Zeroizing::default() };
                journal.answer.get_or_insert_with(empty).body.extend_from_slice(&piece.bytes);
            }
            Next::Record(_) | Next::Broken => {
                journal.end = End::Broken;
                break;
            }
        }
    }
    Some(journal)
}

/// What stands next in a journal.
enum Next {
    Record(Record),
    End,
    Broken,
}

fn take(keyring: &Keyring, vault: VaultId, bytes: &mut &[u8]) -> Next {
    let Some((length, rest)) = bytes.split_first_chunk::<LENGTH>() else {
        return if bytes.is_empty() { Next::End } else { Next::Broken };
    };
    let length = u32::from_be_bytes(*length);
    if length == 0 {
        return Next::End;
    }
    let Some((sealed, rest)) = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length))
    else {
        return Next::Broken;
    };
    *bytes = rest;
    opened(keyring, vault, sealed).map_or(Next::Broken, Next::Record)
}

/// A record that one of our keys has signed for this vault.
fn opened(keyring: &Keyring, vault: VaultId, sealed: &[u8]) -> Option<Record> {
    let plain = keyring.open(sealed).ok()?;
    let opened = envelope::read(Purpose::Pending, &plain).ok()?;
    keyring.signer(|key| key == opened.by)?;
    (opened.head.vault == vault).then(|| format::read_record(opened.body)).flatten()
}

/// A record with its length before it.
fn record(own: &Own, head: &Head, record: &Record) -> Result<Vec<u8>, SealError> {
    let Ok((plain, _)) = envelope::write(Purpose::Pending, head, own.signing(), |out| {
        format::write_record(out, record);
        Ok::<(), Infallible>(())
    });
    let sealed = seal::seal(&[own.recipient()], &plain)?;
    let length = u32::try_from(sealed.len()).or(Err(SealError::TooBig))?;
    Ok([&length.to_be_bytes()[..], &sealed].concat())
}

fn unsealed(store: &dyn Store, profile: ProfileId) -> StoreError {
    let source = std::io::Error::other("it could not be sealed");
    StoreError::Io { doing: "writing", path: store.pending_path(profile), source }
}

#[cfg(test)]
mod tests;
