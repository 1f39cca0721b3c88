//! What a refresh wrote down: what it was about to send, and the answer piece by piece.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::read::As;
use super::write::{self, Object};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::{AttemptId, ProfileId};
use crate::domain::time::Time;
use crate::domain::unknown::Unknown;

/// What is about to be sent, written down before it is. The token itself is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Which attempt; every record of its journal names it.
    pub attempt: AttemptId,
    /// Whose grant.
    pub profile: ProfileId,
    /// The refresh token to be presented.
    pub token: Fingerprint,
    /// The refresh tokens it grew from, oldest first.
    pub grown_from: Vec<Fingerprint>,
    /// The grant's sequence before.
    pub sequence: u64,
    /// How often this token was presented before: 0, or 1 for the single replay.
    pub before: u8,
    /// When.
    pub at: Time,
}

/// A piece of X's answer, as it came.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::vault) struct Piece {
    /// The attempt it answers.
    pub(in crate::vault) attempt: AttemptId,
    /// From 1.
    pub(in crate::vault) number: u32,
    /// The status code of the answer.
    pub(in crate::vault) status: u16,
    /// When it came.
    pub(in crate::vault) at: Time,
    /// Bytes of the body. They may end in the middle of a character.
    pub(in crate::vault) bytes: Zeroizing<Vec<u8>>,
}

/// One record of a journal.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::vault) enum Record {
    /// The first one.
    Intent(Intent),
    /// All others.
    Piece(Piece),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecordJson {
    Intent(IntentJson),
    Answer(PieceJson),
}

#[derive(Deserialize)]
struct IntentJson {
    attempt: As<AttemptId>,
    profile: As<ProfileId>,
    token: As<Fingerprint>,
    #[serde(default)]
    grown_from: Vec<As<Fingerprint>>,
    sequence: u64,
    before: u8,
    at: As<Time>,
}

#[derive(Deserialize)]
struct PieceJson {
    attempt: As<AttemptId>,
    number: u32,
    status: u16,
    at: As<Time>,
    bytes: As<Base64>,
}

/// Bytes written as a text.
struct Base64(Zeroizing<Vec<u8>>);

impl super::read::FromText for Base64 {
    fn from_text(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }
}

/// Reads the body of a record; `None` for what is none.
pub(in crate::vault) fn read_record(json: &str) -> Option<Record> {
    Some(match serde_json::from_str(json).ok()? {
        RecordJson::Intent(intent) => Record::Intent(Intent {
            attempt: intent.attempt.0,
            profile: intent.profile.0,
            token: intent.token.0,
            grown_from: intent.grown_from.into_iter().map(|print| print.0).collect(),
            sequence: intent.sequence,
            before: intent.before,
            at: intent.at.0,
        }),
        RecordJson::Answer(piece) => Record::Piece(Piece {
            attempt: piece.attempt.0,
            number: piece.number,
            status: piece.status,
            at: piece.at.0,
            bytes: piece.bytes.0.0,
        }),
    })
}

/// Writes the body of a record.
pub(in crate::vault) fn write_record(out: &mut Vec<u8>, record: &Record) {
    Object::write(out, |object| match record {
        Record::Intent(intent) => object.object("intent", |object| write_intent(object, intent)),
        Record::Piece(piece) => object.object("answer", |object| {
            object.shown("attempt", piece.attempt);
            object.number("number", piece.number.into());
            object.number("status", piece.status.into());
            object.shown("at", piece.at);
            object.text("bytes", &Zeroizing::new(STANDARD.encode(&piece.bytes)));
        }),
    });
}

fn write_intent(object: &mut Object<'_>, intent: &Intent) {
    object.shown("attempt", intent.attempt);
    object.shown("profile", intent.profile);
    object.shown("token", intent.token);
    object.list("grown_from", intent.grown_from.iter(), &Unknown::default(), |out, print| {
        write::text(out, &print.to_string());
    });
    object.number("sequence", intent.sequence);
    object.number("before", intent.before.into());
    object.shown("at", intent.at);
}
