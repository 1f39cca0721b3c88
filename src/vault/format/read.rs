//! Reading JSON objects whose unknown keys are kept.
//!
//! `serde`'s own `flatten` cannot carry raw text, so [`object!`] writes the visitors.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::domain::secret::Secret;
use crate::domain::unknown::Unknown;

/// Something written as a JSON string.
pub(super) trait FromText: Sized {
    /// Reads it; `None` where the text is not one.
    fn from_text(text: &str) -> Option<Self>;
}

/// A `T` read from a JSON string.
pub(super) struct As<T>(pub(super) T);

impl<'de, T: FromText> Deserialize<'de> for As<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text<T>(PhantomData<T>);

        impl<T: FromText> Visitor<'_> for Text<T> {
            type Value = As<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<As<T>, E> {
                T::from_text(text).map(As).ok_or_else(|| E::custom("a text of another form"))
            }
        }
        deserializer.deserialize_str(Text(PhantomData))
    }
}

/// What an absent key stands for; `None`: the key is required.
pub(super) trait Absent: Sized {
    /// The value of an absent key.
    fn absent() -> Option<Self> {
        None
    }
}

impl<T> Absent for As<T> {}
impl Absent for u64 {}
impl<T> Absent for Option<T> {
    fn absent() -> Option<Self> {
        Some(None)
    }
}
impl<T> Absent for Vec<T> {
    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// The value of `key`, or what its absence stands for.
pub(super) fn present<T: Absent, E: Error>(value: Option<T>, key: &'static str) -> Result<T, E> {
    value.or_else(T::absent).ok_or_else(|| E::missing_field(key))
}

/// Keeps the text of a value nobody here understands.
pub(super) fn keep(unknown: &mut Unknown, key: Box<str>, raw: &RawValue) {
    unknown.0.insert(key, Secret::new(raw.get()));
}

/// A list of which the entries that are not understood are kept as text.
pub(super) struct Rows<T> {
    /// What was understood.
    pub(super) rows: Vec<T>,
    /// The rest, comma-separated, as it will be written again.
    pub(super) others: String,
}

impl<T> Rows<T> {
    /// The understood rows; the others go into `unknown` under the list's own key.
    pub(super) fn split(self, key: &str, unknown: &mut Unknown) -> Vec<T> {
        if !self.others.is_empty() {
            unknown.0.insert(key.into(), Secret::new(self.others));
        }
        self.rows
    }
}

impl<T> Absent for Rows<T> {
    fn absent() -> Option<Self> {
        Some(Self { rows: Vec::new(), others: String::new() })
    }
}

/// A row of a list: `Ok(None)` for one that only a newer program understands.
pub(super) trait Row: Sized {
    /// Reads one row.
    fn row(raw: &str) -> Result<Option<Self>, serde_json::Error>;
}

impl<'de, T: Row> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List<T>(PhantomData<T>);

        impl<'de, T: Row> Visitor<'de> for List<T> {
            type Value = Rows<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Rows<T>, A::Error> {
                let mut found = Rows { rows: Vec::new(), others: String::new() };
                while let Some(raw) = list.next_element::<&RawValue>()? {
                    match T::row(raw.get()) {
                        Ok(Some(row)) => found.rows.push(row),
                        Ok(None) if found.others.is_empty() => found.others.push_str(raw.get()),
                        Ok(None) => {
                            found.others.push(',');
                            found.others.push_str(raw.get());
                        }
                        Err(_) => return Err(A::Error::custom("a row of another form")),
                    }
                }
                Ok(found)
            }
        }
        deserializer.deserialize_seq(List(PhantomData))
    }
}

/// An object in which every key means something of its own, such as `fields`.
pub(super) trait Entries: Default {
    /// Takes in one entry.
    ///
    /// # Errors
    /// What `map` returns for its value.
    fn entry<'de, A: MapAccess<'de>>(&mut self, key: Box<str>, map: &mut A) -> Result<(), A::Error>;
}

/// Reads a whole object of [`Entries`].
pub(super) struct ByKey<T>(pub(super) T);

impl<T: Default> Absent for ByKey<T> {
    fn absent() -> Option<Self> {
        Some(Self(T::default()))
    }
}

impl<'de, T: Entries> Deserialize<'de> for ByKey<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<T>(PhantomData<T>);

        impl<'de, T: Entries> Visitor<'de> for Object<T> {
            type Value = ByKey<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ByKey<T>, A::Error> {
                let mut found = T::default();
                while let Some(key) = map.next_key::<As<Box<str>>>()? {
                    found.entry(key.0, &mut map)?;
                }
                Ok(ByKey(found))
            }
        }
        deserializer.deserialize_map(Object(PhantomData))
    }
}

/// Declares a JSON object: its keys, and a place for those of a newer version.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        pub(in crate::vault::format) struct $name {
            $(pub(in crate::vault::format) $field: $type,)*
            pub(in crate::vault::format) unknown: $crate::domain::unknown::Unknown,
        }

        impl<'de> serde::de::Deserialize<'de> for $name {
            fn deserialize<D: serde::de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[expect(non_camel_case_types, reason = "variants are the keys as written")]
                enum Key { $($field,)* other(Box<str>) }

                impl<'de> serde::de::Deserialize<'de> for Key {
                    fn deserialize<D: serde::de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                        struct Text;
                        impl serde::de::Visitor<'_> for Text {
                            type Value = Key;
                            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                                f.write_str("a key")
                            }
                            fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Key, E> {
                                Ok(match key {
                                    $(stringify!($field) => Key::$field,)*
                                    other => Key::other(other.into()),
                                })
                            }
                        }
                        deserializer.deserialize_identifier(Text)
                    }
                }

                struct Object;
                impl<'de> serde::de::Visitor<'de> for Object {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        $(let mut $field: Option<$type> = None;)*
                        let mut unknown = $crate::domain::unknown::Unknown::default();
                        while let Some(word) = map.next_key::<Key>()? {
                            match word {
                                $(Key::$field => $field = Some(map.next_value()?),)*
                                Key::other(key) => {
                                    $crate::vault::format::read::keep(&mut unknown, key, map.next_value()?);
                                }
                            }
                        }
                        Ok($name {
                            $($field: $crate::vault::format::read::present($field, stringify!($field))?,)*
                            unknown,
                        })
                    }
                }
                deserializer.deserialize_map(Object)
            }
        }
    };
}
pub(super) use object;
