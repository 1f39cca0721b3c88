//! What an age file shows to everybody: whom it is sealed to by number and kind, or how much a guess costs.

use super::{HEADER_LINES, HEADER_MAX, SealError, dearmored, scan_header};

/// The outside of an age file. None of it is verified: the header is only believed once the file was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// X25519 recipients.
    pub recipients: usize,
    /// Recipients of other kinds.
    pub others: usize,
    /// The scrypt factor, where a passphrase opens it.
    pub factor: Option<u8>,
}

/// Looks at the header of `file` without opening it.
///
/// # Errors
/// [`SealError::NotAge`], [`SealError::Armor`], [`SealError::Header`], [`SealError::TooBig`].
pub fn outside(file: &[u8]) -> Result<Outside, SealError> {
    let file = dearmored(file)?;
    scan_header(&file)?;
    let head = &file[..file.len().min(HEADER_MAX)];
    let lines = head.split(|byte| *byte == b'\n').take(HEADER_LINES);
    let mut outside = Outside::default();
    for line in lines.take_while(|line| !line.starts_with(b"---")) {
        let Some(stanza) = line.strip_prefix(b"-> ") else { continue };
        let mut words = stanza.split(|byte| *byte == b' ');
        match words.next() {
            Some(b"X25519") => outside.recipients += 1,
            Some(b"scrypt") => {
                let factor = words.nth(1).and_then(|word| std::str::from_utf8(word).ok()?.parse().ok());
                outside.factor = Some(factor.ok_or(SealError::Header)?);
            }
            // Stanzas of random kinds are there to keep readers honest (c2sp.org/age, "grease").
            Some(kind) if kind.ends_with(b"-grease") => {}
            _ => outside.others += 1,
        }
    }
    Ok(outside)
}

#[cfg(test)]
mod tests {
    use super::super::{Cost, Identity, seal, seal_passphrase};
    use super::*;
    use crate::domain::secret::Secret;

    #[test]
    fn recipients_are_counted_and_the_cost_of_a_guess_is_read() {
        let keys = [Identity::generate(), Identity::generate()].map(|identity| identity.recipient());
        let file = seal(&keys, b"made up").expect("sealed");
        assert_eq!(outside(&file), Ok(Outside { recipients: 2, others: 0, factor: None }));
        let sealed = seal_passphrase(&Secret::new("made up"), Cost::PLAYTHING, b"x").expect("sealed");
        assert_eq!(outside(&sealed), Ok(Outside { recipients: 0, others: 0, factor: Some(2) }));
        assert_eq!(outside(&file[..40]), Err(SealError::Header));
        assert_eq!(outside(b"AGE-SECRET-KEY-1"), Err(SealError::NotAge));
        let odd = b"age-encryption.org/v1\n-> scrypt salt many\nbody\n--- mac\n";
        assert_eq!(outside(odd), Err(SealError::Header));
        let mixed = b"age-encryption.org/v1\n-> ssh-ed25519 a b\nbody\n-> x-grease\n\n--- mac\n";
        assert_eq!(outside(mixed), Ok(Outside { recipients: 0, others: 1, factor: None }));
    }
}
