//! An export on its way into a file.

use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::host::paths;
use crate::ops::World;
use crate::vault::{Over, StoreError};

/// Why nothing was written.
#[derive(Clone, Debug)]
pub struct Undelivered {
    /// The three lines.
    pub failure: Failure,
    /// Whether a file that is there already is all that is in the way.
    pub exists: bool,
}

/// Writes `text` to the file at `path`, which a person typed: readable by its owner alone, and whole or not at all. A
/// leading `~/` is the home folder. Gives the path as text to show.
///
/// # Errors
/// [`Kind::NotSaved`] when it cannot be written; then nothing is left there.
pub fn deliver(world: &World, path: &str, text: &Secret, over: Over) -> Result<String, Undelivered> {
    let path = paths::typed(path);
    let name = path.to_string_lossy();
    // Whoever looks at a screen may not know which folder they are in.
    let whole = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
    let shown = visible_within(&whole.to_string_lossy(), 400);
    match world.store.write_named(&name, text.expose().as_bytes(), over) {
        Ok(()) => Ok(shown),
        Err(error) => {
            let exists = matches!(error, StoreError::Exists { .. });
            let try_this = match &error {
                StoreError::Exists { .. } => "name another file, or replace it: --force",
                StoreError::NoDisk { .. } => "birdkeep export does it for a vault of your own",
                StoreError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                    "make the folder first"
                }
                StoreError::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                    "make room there, or name another place"
                }
                _ => "name another place",
            };
            let because = visible_within(&error.to_string(), 400);
            let what = format!("{shown} was not written");
            Err(Undelivered { failure: Failure::new(Kind::NotSaved, what, because, try_this), exists })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::world_on;
    use crate::vault::MemoryStore;
    use crate::vault::seal::Cost;

    #[test]
    fn the_demo_writes_no_file_and_says_so() {
        let (world, _) = world_on(MemoryStore::new("vault.age", Cost::PLAYTHING));
        let refused = deliver(&world, "no/such\u{202e}file", &Secret::new("made-up"), Over::Never);
        let refused = refused.expect_err("memory has no files");
        assert!(!refused.exists);
        let said = format!("{} {}", refused.failure.what, refused.failure.because);
        assert!(said.contains("the demo writes no file") && !said.contains('\u{202e}'), "{said}");
    }
}
