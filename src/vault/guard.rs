//! A look over JSON bytes before any parser sees them: depth, duplicate keys, over-long strings.
//!
//! Parsers let too much through: `RawValue` follows a million brackets, a flattened map takes the last of two
//! equal keys. Whether it is JSON at all is left to the parser; what passes here cannot hurt it.

use std::borrow::Cow;
use std::collections::HashSet;

/// How deep a value may lie.
pub(super) const DEPTH_MAX: usize = 16;
/// How long a string may be, in bytes as written.
pub(super) const STRING_MAX: usize = 64 << 10;
/// Up to this many keys a plain look through them is faster than a set.
const FEW_KEYS: usize = 16;

/// What is wrong with the bytes, and where (counted from 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// Brackets within brackets.
    #[error("nested more than 16 deep at byte {0}")]
    Deep(usize),
    /// The same key twice in one object.
    #[error("a key stands twice in one object at byte {0}")]
    Duplicate(usize),
    /// A string of more than [`STRING_MAX`] bytes.
    #[error("a text of more than 64 KiB at byte {0}")]
    Long(usize),
    /// The bytes end, or brackets close, where they should not.
    #[error("cut off or out of balance at byte {0}")]
    Unbalanced(usize),
}

/// The keys of the object that is open at one depth. Used again for the next one: most objects are small, and there
/// are many of them.
#[derive(Default)]
struct Keys<'a> {
    few: Vec<Cow<'a, [u8]>>,
    /// All of them, once they are more than [`FEW_KEYS`].
    many: HashSet<Cow<'a, [u8]>>,
}

impl<'a> Keys<'a> {
    /// False when it was there already.
    fn insert(&mut self, key: Cow<'a, [u8]>) -> bool {
        if !self.many.is_empty() {
            return self.many.insert(key);
        }
        if self.few.contains(&key) {
            return false;
        }
        self.few.push(key);
        if self.few.len() > FEW_KEYS {
            self.many.extend(self.few.drain(..));
        }
        true
    }

    fn clear(&mut self) {
        self.few.clear();
        if !self.many.is_empty() {
            // To clear a large one costs what it has room for, each time.
            self.many = HashSet::new();
        }
    }
}

/// Whether a parser may be let loose on `json`.
///
/// # Errors
/// The first offence found.
pub(super) fn check(json: &[u8]) -> Result<(), GuardError> {
    let mut keys: [Keys<'_>; DEPTH_MAX] = Default::default();
    // What is open, from the outside in: objects, whose keys are at the same place in `keys`, and arrays.
    let mut open: Vec<u8> = Vec::with_capacity(DEPTH_MAX);
    let mut key_next = false;
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => {
                let end = string_end(json, at)?;
                if key_next {
                    if !keys[open.len() - 1].insert(unescaped(json, at, end)) {
                        return Err(GuardError::Duplicate(at));
                    }
                    key_next = false;
                }
                at = end;
            }
            b'{' | b'[' => {
                let Some(keys) = keys.get_mut(open.len()) else { return Err(GuardError::Deep(at)) };
                keys.clear();
                key_next = *byte == b'{';
                open.push(*byte);
            }
            b'}' | b']' => match (open.pop(), byte) {
                (Some(b'{'), b'}') | (Some(b'['), b']') => key_next = false,
                _ => return Err(GuardError::Unbalanced(at)),
            },
            b',' => key_next = open.last() == Some(&b'{'),
            _ => {}
        }
        at += 1;
    }
    if open.is_empty() { Ok(()) } else { Err(GuardError::Unbalanced(at)) }
}

/// The place of the closing quote of the string that opens at `start`.
fn string_end(json: &[u8], start: usize) -> Result<usize, GuardError> {
    let mut at = start + 1;
    loop {
        let rest = json.get(at..).unwrap_or_default();
        let Some(step) = memchr::memchr2(b'"', b'\\', rest) else {
            return Err(GuardError::Unbalanced(json.len()));
        };
        at += step;
        if at - start - 1 > STRING_MAX {
            return Err(GuardError::Long(start));
        }
        if json[at] == b'"' {
            return Ok(at);
        }
        at += 2;
    }
}

/// The key between two quotes, with its escapes resolved: `"\u0061"` is `a`.
fn unescaped(json: &[u8], start: usize, end: usize) -> Cow<'_, [u8]> {
    let raw = &json[start + 1..end];
    if memchr::memchr(b'\\', raw).is_none() {
        return raw.into();
    }
    let decoded: Result<String, _> = serde_json::from_slice(&json[start..=end]);
    decoded.map_or_else(|_| raw.into(), |text| text.into_bytes().into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn offences_are_named_with_their_place() {
        for (json, wanted) in [
            (r#"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#.to_owned(), Ok(())),
            (r#"{"a":1,"b":2,"a":3}"#.to_owned(), Err(GuardError::Duplicate(13))),
            (r#"{"a":1,"\u0061":3}"#.to_owned(), Err(GuardError::Duplicate(7))),
            (r#"{"a":"a","b":"a"}"#.to_owned(), Ok(())),
            (r#"["a","a"]"#.to_owned(), Ok(())),
            ("[".repeat(16) + &"]".repeat(16), Ok(())),
            ("[".repeat(17), Err(GuardError::Deep(16))),
            (format!("\"{}\"", "x".repeat(STRING_MAX)), Ok(())),
            (format!("\"{}\"", "x".repeat(STRING_MAX + 1)), Err(GuardError::Long(0))),
            (r#"{"a":"b"#.to_owned(), Err(GuardError::Unbalanced(7))),
            (r#"{"a\"#.to_owned(), Err(GuardError::Unbalanced(4))),
            ("[}".to_owned(), Err(GuardError::Unbalanced(1))),
            ("{".to_owned(), Err(GuardError::Unbalanced(1))),
        ] {
            assert_eq!(check(json.as_bytes()), wanted, "{}", &json[..json.len().min(60)]);
        }
    }

    #[test]
    fn a_duplicate_is_found_among_many_keys() {
        let keys: Vec<String> = (0..5_000).map(|n| format!("\"k{n}\":0")).collect();
        assert_eq!(check(format!("{{{}}}", keys.join(",")).as_bytes()), Ok(()));
        let twice = format!("{{{},\"k17\":1}}", keys.join(","));
        assert!(matches!(check(twice.as_bytes()), Err(GuardError::Duplicate(_))));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = check(&bytes);
        }

        #[test]
        fn what_a_serializer_wrote_passes(map in proptest::collection::btree_map(any::<String>(), any::<String>(), 0..30)) {
            prop_assert_eq!(check(serde_json::to_string(&map).expect("strings").as_bytes()), Ok(()));
        }
    }
}
