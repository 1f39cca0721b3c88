//! The age layer: sealing to recipients or under a passphrase, and opening files that may be hostile.
//!
//! The one place that names the `age` crate. It knows nothing of JSON, signatures or folders. Everything read
//! here is capped before `age` sees it, because its header parser is quadratic and its output unbounded.

mod outside;

use std::fmt;
use std::io::{Read as _, Write as _};

use age::secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

pub use outside::{Outside, outside};

use crate::domain::secret::Secret;

/// The largest vault that is read, in bytes.
pub const FILE_MAX: u64 = 256 << 20;
/// The largest identity file that is read, in bytes.
pub const IDENTITY_MAX: u64 = 64 << 10;
/// How every age file begins.
const MAGIC: &[u8] = b"age-encryption.org/";
const HEADER_MAX: usize = 64 << 10;
const HEADER_LINES: usize = 1_000;
const HEADER_STANZAS: usize = 200;

/// How much work a passphrase costs: scrypt's N is two to this power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    write: u8,
    accept: u8,
}

impl Cost {
    /// The factor that is written.
    pub const fn written(self) -> u8 {
        self.write
    }

    /// The highest factor that is accepted.
    pub const fn accepted(self) -> u8 {
        self.accept
    }

    /// What the program uses: 18 (256 MiB) written, 20 (1 GiB) accepted.
    pub const PROGRAM: Self = Self { write: 18, accept: 20 };
    /// For the demo and for tests, where nothing is worth guessing.
    pub const PLAYTHING: Self = Self { write: 2, accept: 20 };
    /// The most that may be accepted: what stock age accepts.
    pub const CEILING: u8 = 22;

    /// This cost, accepting files of up to `factor`, at most [`Cost::CEILING`].
    #[must_use]
    pub const fn accepting(self, factor: u8) -> Self {
        Self { accept: if factor > Self::CEILING { Self::CEILING } else { factor }, ..self }
    }
}

/// Why something could not be opened or sealed. Never holds text of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The passphrase does not open it.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// None of our identities opens it; a damaged header may look the same.
    #[error("it is not for this identity, or damaged")]
    NotForUs,
    /// Opening it would take more work than is allowed.
    #[error("its passphrase costs scrypt factor {needed}; at most {accepted} is accepted")]
    TooCostly {
        /// The factor of the file.
        needed: u8,
        /// The highest factor accepted.
        accepted: u8,
    },
    /// Keys of a kind that is not supported.
    #[error("{0} keys are not supported: use an age X25519 key (age1…)")]
    Unsupported(&'static str),
    /// Not an age file at all.
    #[error("it is not an age file")]
    NotAge,
    /// The age header is malformed, or larger than any real one.
    #[error("its header is damaged")]
    Header,
    /// The header was altered.
    #[error("its header was altered")]
    Mac,
    /// The text armor around it is malformed.
    #[error("its text armor is damaged")]
    Armor,
    /// The contents were cut or altered.
    #[error("its contents were cut or altered")]
    Payload,
    /// More than the limit.
    #[error("it is larger than anything birdkeep writes")]
    TooBig,
    /// A text that should be an age key is none.
    #[error("an age key is malformed")]
    Key,
    /// Sealing failed inside the library.
    #[error("it could not be sealed")]
    Sealing,
}

/// Kinds of keys that are refused by name, by how they begin.
const REFUSED: &[(&str, &str)] = &[
    ("AGE-SECRET-KEY-PQ-", "post-quantum"),
    ("AGE-PLUGIN-", "plugin"),
    ("-----BEGIN OPENSSH PRIVATE KEY", "SSH"),
    ("-----BEGIN RSA PRIVATE KEY", "SSH"),
    ("ssh-", "SSH"),
    ("age1pq1", "post-quantum"),
    ("age1tagpq1", "post-quantum"),
    ("age1tag1", "hardware-bound"),
];

/// The kinds of stanza other programs write, and what their keys are called.
const OTHER_STANZAS: &[(&str, &str)] =
    &[("mlkem768x25519", "post-quantum"), ("ssh-", "SSH"), ("p256tag", "hardware-bound"), ("piv-", "plugin")];

fn refused(text: &str) -> Option<SealError> {
    REFUSED.iter().find(|(start, _)| text.starts_with(start)).map(|(_, kind)| SealError::Unsupported(kind))
}

/// An age X25519 identity: opens what was sealed to its recipient.
#[derive(Clone)]
pub struct Identity(age::x25519::Identity);

impl Identity {
    /// A new one, from the operating system's randomness.
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// Reads the identities of an identity file, one per line; empty lines and `#` comments are skipped.
    ///
    /// # Errors
    /// [`SealError::Unsupported`] for SSH, plugin and post-quantum keys, [`SealError::Key`] for anything else.
    pub fn parse_file(text: &str) -> Result<Vec<Self>, SealError> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let found: Vec<Self> = lines.map(Self::parse).collect::<Result<_, _>>()?;
        if found.is_empty() { Err(SealError::Key) } else { Ok(found) }
    }

    fn parse(line: &str) -> Result<Self, SealError> {
        match line.parse() {
            Ok(identity) => Ok(Self(identity)),
            Err(_) => Err(refused(line).or_else(|| plugin(line)).unwrap_or(SealError::Key)),
        }
    }

    /// The text form, `AGE-SECRET-KEY-1…`.
    pub fn text(&self) -> Secret {
        Secret::new(self.0.to_string().expose_secret())
    }

    /// Who may be sealed to so that this identity opens it.
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.recipient())
    }
}

/// An age X25519 recipient, `age1…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(age::x25519::Recipient);

impl Recipient {
    /// Reads the text form.
    ///
    /// # Errors
    /// [`SealError::Unsupported`] for SSH, plugin and post-quantum recipients, [`SealError::Key`] for anything else.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        match text.parse() {
            Ok(recipient) => Ok(Self(recipient)),
            Err(_) => Err(refused(text).or_else(|| plugin(text)).unwrap_or(SealError::Key)),
        }
    }
}

/// `age1NAME1…` names a plugin.
fn plugin(text: &str) -> Option<SealError> {
    let rest = text.strip_prefix("age1")?;
    rest.contains('1').then_some(SealError::Unsupported("plugin"))
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

/// Seals `plain` to every one of `recipients`.
///
/// # Errors
/// [`SealError::Sealing`] when there is no recipient.
pub fn seal(recipients: &[Recipient], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let recipients = recipients.iter().map(|recipient| &recipient.0 as &dyn age::Recipient);
    encrypt(age::Encryptor::with_recipients(recipients), plain)
}

/// Opens a file that was sealed to one of `identities`.
///
/// # Errors
/// All but [`SealError::WrongPassphrase`]; nothing is released before the last byte was verified.
pub fn open(identities: &[Identity], file: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let file = dearmored(file)?;
    let header = scan_header(&file)?;
    let decryptor = age::Decryptor::new_buffered(&file[..]).map_err(|e| read_error(&e))?;
    if decryptor.is_scrypt() {
        return Err(SealError::NotForUs);
    }
    let identities = identities.iter().map(|identity| &identity.0 as &dyn age::Identity);
    match decryptor.decrypt(identities) {
        Ok(reader) => drain(reader, file.len()),
        Err(age::DecryptError::NoMatchingKeys) => Err(header.others_key().unwrap_or(SealError::NotForUs)),
        Err(error) => Err(read_error(&error)),
    }
}

/// Seals `plain` under a passphrase.
///
/// # Errors
/// [`SealError::Sealing`], which no input brings about.
pub fn seal_passphrase(passphrase: &Secret, cost: Cost, plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase.expose().to_owned()));
    // Without this age measures the machine and takes what seems to be a second's work.
    recipient.set_work_factor(cost.write);
    let recipient: &dyn age::Recipient = &recipient;
    encrypt(age::Encryptor::with_recipients(std::iter::once(recipient)), plain)
}

/// Opens a file that was sealed under a passphrase.
///
/// # Errors
/// [`SealError::WrongPassphrase`] also when the few bytes that hold the key are damaged: the two look the same.
pub fn open_passphrase(
    passphrase: &Secret,
    cost: Cost,
    file: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let file = dearmored(file)?;
    scan_header(&file)?;
    let decryptor = age::Decryptor::new_buffered(&file[..]).map_err(|e| read_error(&e))?;
    if !decryptor.is_scrypt() {
        return Err(SealError::NotForUs);
    }
    let mut identity = age::scrypt::Identity::new(SecretString::from(passphrase.expose().to_owned()));
    identity.set_max_work_factor(cost.accept);
    let identity: &dyn age::Identity = &identity;
    match decryptor.decrypt(std::iter::once(identity)) {
        Ok(reader) => drain(reader, file.len()),
        Err(age::DecryptError::DecryptionFailed) => Err(SealError::WrongPassphrase),
        // Only matched on: to format this error divides by zero or overflows in age 0.12.1.
        Err(age::DecryptError::ExcessiveWork { required, .. }) => {
            Err(SealError::TooCostly { needed: required, accepted: cost.accept })
        }
        Err(error) => Err(read_error(&error)),
    }
}

/// Whether `file` is an age file, armored or not, rather than plain text.
pub fn is_sealed(file: &[u8]) -> bool {
    file.starts_with(MAGIC) || is_armored(file)
}

fn is_armored(file: &[u8]) -> bool {
    file.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
}

fn encrypt(encryptor: Result<age::Encryptor, age::EncryptError>, plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let Ok(encryptor) = encryptor else { return Err(SealError::Sealing) };
    // The stream adds 16 bytes to every 64 KiB; a little room for the header avoids a second allocation.
    let mut file = Vec::with_capacity(plain.len() + plain.len() / 4096 + 4096);
    let written = encryptor.wrap_output(&mut file).and_then(|mut writer| {
        writer.write_all(plain)?;
        writer.finish()
    });
    match written {
        Ok(_) => Ok(file),
        Err(_) => Err(SealError::Sealing),
    }
}

/// The binary form of `file`, whose armor is taken off if it has one.
fn dearmored(file: &[u8]) -> Result<std::borrow::Cow<'_, [u8]>, SealError> {
    if file.len() as u64 > FILE_MAX {
        return Err(SealError::TooBig);
    }
    if !is_armored(file) {
        return Ok(file.into());
    }
    let mut binary = Vec::with_capacity(file.len() / 4 * 3);
    match age::armor::ArmoredReader::new(file).read_to_end(&mut binary) {
        Ok(_) if !binary.starts_with(MAGIC) => Err(SealError::Header),
        Ok(_) => Ok(binary.into()),
        Err(_) => Err(SealError::Armor),
    }
}

/// What the first look at a header shows.
struct Header {
    other: Option<&'static str>,
}

impl Header {
    fn others_key(&self) -> Option<SealError> {
        self.other.map(SealError::Unsupported)
    }
}

/// Bounds the header before `age` parses it: 64 KiB, 1,000 lines, 200 stanzas.
fn scan_header(file: &[u8]) -> Result<Header, SealError> {
    if !file.starts_with(MAGIC) {
        return Err(SealError::NotAge);
    }
    let head = &file[..file.len().min(HEADER_MAX)];
    let (mut stanzas, mut ours, mut other) = (0, false, None);
    for line in head.split(|byte| *byte == b'\n').take(HEADER_LINES) {
        if line.starts_with(b"---") {
            return Ok(Header { other: other.filter(|_| !ours) });
        }
        if let Some(stanza) = line.strip_prefix(b"-> ") {
            stanzas += 1;
            ours |= stanza.starts_with(b"X25519 ");
            let kind = OTHER_STANZAS.iter().find(|(start, _)| stanza.starts_with(start.as_bytes()));
            other = other.or(kind.map(|(_, kind)| *kind));
        }
        if stanzas > HEADER_STANZAS {
            break;
        }
    }
    Err(SealError::Header)
}

fn drain(reader: impl std::io::Read, room: usize) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let mut plain = Zeroizing::new(Vec::with_capacity(room));
    match reader.take(FILE_MAX + 1).read_to_end(&mut plain) {
        Ok(_) if plain.len() as u64 > FILE_MAX => Err(SealError::TooBig),
        Ok(_) => Ok(plain),
        Err(_) => Err(SealError::Payload),
    }
}

fn read_error(error: &age::DecryptError) -> SealError {
    match error {
        age::DecryptError::NoMatchingKeys => SealError::NotForUs,
        age::DecryptError::InvalidMac => SealError::Mac,
        age::DecryptError::UnknownFormat => SealError::NotAge,
        _ => SealError::Header,
    }
}

#[cfg(test)]
mod tests;
