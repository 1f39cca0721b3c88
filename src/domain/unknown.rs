//! Keys of a newer version, carried through unread.

use std::collections::BTreeMap;
use std::fmt;

use super::secret::Secret;

/// Keys this version does not know, each with the exact text of its value, so that a save loses nothing.
/// They may hold secrets, so they are treated as such. Under a key this version does know stands what it did not
/// understand in there: entries of a list, members of an object, a word.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Unknown(pub BTreeMap<Box<str>, Secret>);

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
