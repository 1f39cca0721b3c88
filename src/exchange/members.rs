//! The members of a JSON object in their order: a key that stands twice is there twice, and numbers stay as they stand.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of an object in their order, values unread.
pub(super) struct Members<'a>(pub(super) Vec<(String, &'a RawValue)>);

/// Up to this many keys a plain look through them is faster than a set.
const FEW_KEYS: usize = 32;

impl Members<'_> {
    /// Whether any key stands twice.
    pub(super) fn has_twice(&self) -> bool {
        let keys = || self.0.iter().map(|(key, _)| key.as_str());
        if self.0.len() > FEW_KEYS {
            return keys().collect::<HashSet<_>>().len() < self.0.len();
        }
        keys().enumerate().any(|(at, key)| keys().skip(at + 1).any(|other| other == key))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(pairs)
            }
        }
        deserializer.deserialize_map(Pairs).map(Self)
    }
}
