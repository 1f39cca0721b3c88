//! OAuth 1.0a without a redirect: the login page shows a PIN, and a person carries it over.
//!
//! The page's address is that of [`callback`](super::callback). Source: X's page on PIN-based OAuth, 2026-08.

use crate::domain::fields::trimmed;
use crate::domain::secret::Secret;

/// Digits a PIN may have; X shows seven.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=12;

/// The text is no PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a PIN is about seven digits and nothing else")]
pub struct NotAPin;

/// Reads a PIN as a person types or pastes it, in groups or not.
///
/// # Errors
/// There is something else than digits in it, or nothing like seven of them.
pub fn read(text: &str) -> Result<Secret, NotAPin> {
    let digits: String = trimmed(text).chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).collect();
    let good = DIGITS.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    good.then(|| Secret::new(digits)).ok_or(NotAPin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_digits_however_they_are_grouped() {
        for (text, wanted) in [
            ("1234567", Some("1234567")),
            (" 123 4567\n", Some("1234567")),
            ("123-45-67", Some("1234567")),
            ("0001234", Some("0001234")),
            ("123", None),
            ("1234567890123", None),
            ("12345O7", None),
            ("http://127.0.0.1/callback?oauth_verifier=1", None),
            ("", None),
        ] {
            assert_eq!(read(text).ok().as_ref().map(Secret::expose), wanted, "{text}");
        }
    }
}
