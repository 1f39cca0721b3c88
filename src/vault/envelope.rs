//! The envelope: what stands around the contents, and the signature over both.
//!
//! Specified in the format's documentation; one shape for saves, marks, caches, drafts and journals, told apart by
//! the first signed line, so that none can be passed off as another.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::both::both;
use super::guard::{self, GuardError};
use super::sign::{Hash, Lines, PublicKey, Sig, Signing};
use crate::domain::id::VaultId;

/// The version this program writes, and the highest it reads.
pub(super) const VERSION: u64 = 1;
/// How many ancestors a save names.
pub(super) const ANCESTORS_MAX: usize = 256;
/// The plain text is padded to a multiple of this, so that its length tells little.
const BLOCK: usize = 4096;
/// One more than the highest generation: what every JSON reader holds exactly.
pub(super) const GENERATION_END: u64 = 1 << 53;

/// The id of a save: the SHA-256 of the lines that were signed.
pub(super) type SaveId = Hash;

/// What an envelope holds; its text is the first signed line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A save of the vault.
    Save,
    /// The mark of what this machine has seen.
    Seen,
    /// What checks found.
    Cache,
    /// What was typed and not saved yet.
    Drafts,
    /// One record of a refresh under way.
    Pending,
}

impl Purpose {
    const fn text(self) -> &'static str {
        match self {
            Self::Save => "birdkeep/save/v1",
            Self::Seen => "birdkeep/seen/v1",
            Self::Cache => "birdkeep/cache/v1",
            Self::Drafts => "birdkeep/drafts/v1",
            Self::Pending => "birdkeep/pending/v1",
        }
    }

    /// Records share a file of a fixed size, so their lengths tell nothing and room is what counts.
    const fn block(self) -> usize {
        match self {
            Self::Pending => 1,
            _ => BLOCK,
        }
    }
}

/// What stands beside the contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Which vault.
    pub vault: VaultId,
    /// The save counter, below 2^53.
    pub generation: u64,
    /// The saves this one grew from, newest first, at most [`ANCESTORS_MAX`].
    pub ancestors: Vec<SaveId>,
}

/// An envelope whose signature was verified. Whether its signer is trusted is another question.
#[derive(Debug)]
pub(super) struct Opened<'a> {
    /// What stands beside the contents.
    pub head: Head,
    /// Its id.
    pub id: SaveId,
    /// Who signed it.
    pub by: PublicKey,
    /// The contents: the exact bytes that were signed.
    pub body: &'a str,
}

/// Why an envelope was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Refused before it was parsed.
    #[error("{0}")]
    Guard(#[from] GuardError),
    /// It is not JSON.
    #[error("not JSON at line {line}, column {column}")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Written by a newer program.
    #[error("written in format version {0}; this birdkeep reads up to version 1")]
    Newer(u64),
    /// Its keys are not exactly those of an envelope.
    #[error("its outer keys are not those birdkeep writes")]
    Keys,
    /// The signature does not fit the contents.
    #[error("its signature does not fit its contents")]
    Signature,
}

/// Writes an envelope around what `body` appends, signed and padded.
///
/// # Errors
/// What `body` returns.
pub(super) fn write<E>(
    purpose: Purpose,
    head: &Head,
    key: &Signing,
    body: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<(Zeroizing<Vec<u8>>, SaveId), E> {
    use std::io::Write as _;
    let Head { vault, generation, ancestors } = head;
    let quoted: Vec<String> = ancestors.iter().map(|id| format!("\"{id}\"")).collect();
    let mut out = Zeroizing::new(Vec::with_capacity(BLOCK));
    // Formatting into memory cannot fail, and nothing here needs escaping: ids, numbers and hex.
    let _ = write!(
        out,
        "{{\"format\":\"{}\",\"version\":{VERSION},\"vault\":\"{vault}\",\"generation\":{generation},\
         \"ancestors\":[{}],\"body\":",
        purpose.text(),
        quoted.join(",")
    );
    let start = out.len();
    body(&mut out)?;
    let lines = signed_lines(purpose, head, key.public(), Hash::of(&out[start..]));
    let _ = write!(
        out,
        ",\"auth\":{{\"alg\":\"ed25519\",\"by\":\"{}\",\"sig\":\"{}\"}}}}",
        key.public(),
        key.sign(&lines)
    );
    let padded = out.len().next_multiple_of(purpose.block());
    out.resize(padded, b' ');
    Ok((out, lines.hash()))
}

/// Opens an envelope: the bytes are looked over, its keys counted and its signature verified before anyone
/// parses the contents.
///
/// # Errors
/// All of [`EnvelopeError`].
pub(super) fn read(purpose: Purpose, plain: &[u8]) -> Result<Opened<'_>, EnvelopeError> {
    // At the same time, since the outer keys are read without following what stands within them; but an offence
    // found by the guard goes first, and the contents are for who passes both.
    let (guarded, opened) = both(|| guard::check(plain), || verified(purpose, plain));
    guarded?;
    opened
}

fn verified(purpose: Purpose, plain: &[u8]) -> Result<Opened<'_>, EnvelopeError> {
    let wire: Wire<'_> = serde_json::from_slice(plain).map_err(|error| keys_error(&error, plain))?;
    if wire.version > VERSION {
        return Err(EnvelopeError::Newer(wire.version));
    }
    let head = wire.head(purpose).ok_or(EnvelopeError::Keys)?;
    let by = PublicKey::parse(&wire.auth.by).ok_or(EnvelopeError::Keys)?;
    let sig = Sig::parse(&wire.auth.sig).ok_or(EnvelopeError::Keys)?;
    let body = wire.body.get();
    let lines = signed_lines(purpose, &head, by, Hash::of(body.as_bytes()));
    if !by.signed(&lines, &sig) {
        return Err(EnvelopeError::Signature);
    }
    Ok(Opened { head, id: lines.hash(), by, body })
}

/// What the signature covers, line by line.
fn signed_lines(purpose: Purpose, head: &Head, by: PublicKey, body: Hash) -> Lines {
    let ancestors: Vec<String> = head.ancestors.iter().map(ToString::to_string).collect();
    Lines::of(purpose.text())
        .line(VERSION)
        .line(head.vault)
        .line(head.generation)
        .line(ancestors.join(","))
        .line(by)
        .line(body)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire<'a> {
    #[serde(borrow)]
    format: Cow<'a, str>,
    version: u64,
    #[serde(borrow)]
    vault: Cow<'a, str>,
    generation: u64,
    #[serde(borrow)]
    ancestors: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    body: &'a RawValue,
    #[serde(borrow)]
    auth: Auth<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Auth<'a> {
    #[serde(borrow)]
    alg: Cow<'a, str>,
    #[serde(borrow)]
    by: Cow<'a, str>,
    #[serde(borrow)]
    sig: Cow<'a, str>,
}

impl Wire<'_> {
    fn head(&self, purpose: Purpose) -> Option<Head> {
        let ours = self.format == purpose.text() && self.version == VERSION && self.auth.alg == "ed25519";
        let fits = self.generation < GENERATION_END && self.ancestors.len() <= ANCESTORS_MAX;
        if !ours || !fits {
            return None;
        }
        Some(Head {
            vault: VaultId::parse(&self.vault)?,
            generation: self.generation,
            ancestors: self.ancestors.iter().map(|id| SaveId::parse(id)).collect::<Option<_>>()?,
        })
    }
}

/// A newer program may have added keys, so the version is looked for before the keys are blamed.
fn keys_error(error: &serde_json::Error, plain: &[u8]) -> EnvelopeError {
    #[derive(Deserialize)]
    struct Version {
        version: u64,
    }
    if !error.is_data() {
        return EnvelopeError::Syntax { line: error.line(), column: error.column() };
    }
    match serde_json::from_slice(plain) {
        Ok(Version { version }) if version > VERSION => EnvelopeError::Newer(version),
        _ => EnvelopeError::Keys,
    }
}

#[cfg(test)]
mod tests;
