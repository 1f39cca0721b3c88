//! From the bytes of a file somebody has to text: byte order marks, UTF-16, and what is no text at all.

use crate::domain::secret::Secret;

/// The longest file that is taken, in bytes.
pub const FILE_MAX: u64 = 256 * 1024 * 1024;

/// Why bytes are not text. Each sentence says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// Nothing there.
    #[error("it is empty")]
    Empty,
    /// A vault or another file sealed with age.
    #[error("it is encrypted with age; “birdkeep restore” takes vaults, “age -d” opens the rest")]
    Age,
    /// UTF-16 without a mark, or broken.
    #[error("it looks like UTF-16 but cannot be read as such; save it as UTF-8")]
    Utf16,
    /// NUL bytes: an archive, an image, a program.
    #[error("line {0} holds NUL bytes, so it is no text file")]
    Nul(usize),
    /// Not UTF-8.
    #[error("line {0} is not UTF-8; save the file as UTF-8")]
    NotUtf8(usize),
}

/// Reads bytes as text: UTF-8 with or without a mark, or UTF-16 with one.
pub fn decode(bytes: &[u8]) -> Result<Secret, NotText> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest)?.to_owned(),
        _ if looks_like_utf16(bytes) => return Err(NotText::Utf16),
        _ => utf8(bytes)?.to_owned(),
    };
    let start = text.trim_start();
    if start.is_empty() {
        return Err(NotText::Empty);
    }
    if start.starts_with("age-encryption.org/v1") || start.starts_with("-----BEGIN AGE ENCRYPTED FILE-----") {
        return Err(NotText::Age);
    }
    match text.find('\0') {
        Some(at) => Err(NotText::Nul(line_of(text.as_bytes(), at))),
        None => Ok(Secret::new(text)),
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, NotText> {
    // A sealed file is binary after its header, and deserves its own sentence.
    if bytes.starts_with(b"age-encryption.org/v1") {
        return Err(NotText::Age);
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let nul = bytes.iter().position(|byte| *byte == 0);
        match nul {
            Some(at) => NotText::Nul(line_of(bytes, at)),
            None => NotText::NotUtf8(line_of(bytes, error.valid_up_to())),
        }
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, NotText> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err(NotText::Utf16);
    }
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().map_err(|_broken| NotText::Utf16)
}

/// Every other byte of the first ones is NUL: Latin letters in UTF-16.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(64)];
    let nuls = |first: usize| head.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    head.len() >= 4 && (even * 3 > head.len() || odd * 3 > head.len()) && (even == 0 || odd == 0)
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    1 + bytes.iter().take(at).filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], wanted: Result<&str, NotText>) {
        assert_eq!(decode(bytes).as_ref().map(Secret::expose), wanted.as_ref().map(|text| *text));
    }

    #[test]
    fn text_comes_in_several_coats() {
        check(b"A=1\r\n", Ok("A=1\r\n"));
        check(b"\xef\xbb\xbfA=1", Ok("A=1"));
        check(b"\xff\xfeA\0=\x001\0", Ok("A=1"));
        check(b"\xfe\xff\0A\0=\x001", Ok("A=1"));
    }

    #[test]
    fn what_is_no_text_is_told_apart() {
        check(b"", Err(NotText::Empty));
        check(b" \n\t\n", Err(NotText::Empty));
        check(b"\xef\xbb\xbf", Err(NotText::Empty));
        check(b"A=1\nB=\xff", Err(NotText::NotUtf8(2)));
        check(b"A=1\nB=2\0", Err(NotText::Nul(2)));
        check(b"PK\x03\x04\0\0\xff", Err(NotText::Nul(1)));
        check(b"A\0=\x001\0\n\0", Err(NotText::Utf16));
        check(b"\xff\xfeA", Err(NotText::Utf16));
        check(b"\xff\xfe\x00\xd8", Err(NotText::Utf16));
        check(b"age-encryption.org/v1\n-> X25519 \xff\xff\0", Err(NotText::Age));
        check(b"-----BEGIN AGE ENCRYPTED FILE-----\n", Err(NotText::Age));
    }
}
