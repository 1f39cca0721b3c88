//! A file that somebody wants imported, read: its text, and what its name tells.

use std::path::Path;

use zeroize::Zeroizing;

use super::decode;
use super::finds::meant;
use crate::domain::names::Name;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::exchange::{FORMATS, Format};
use crate::failure::{Failure, Kind};
use crate::ops::World;

/// Text to be imported, and what is known of where it stood.
#[derive(Clone, Debug)]
pub struct Named {
    /// The text.
    pub text: Secret,
    /// The file's name without its folder: its ending may tell the format.
    pub file_name: Option<String>,
    /// What to call a profile that the text does not name.
    pub name: Option<Name>,
}

/// Reads the file at `path`, which a person typed. A leading `~/` is the home folder.
///
/// # Errors
/// [`Kind::Usage`] when it cannot be read, or is no text.
pub fn fetch(world: &World, path: &str) -> Result<Named, Failure> {
    let path = meant(world, path);
    let text = path.to_string_lossy();
    let bytes = world.store.read_named(&text).map(Zeroizing::new).map_err(|error| {
        Failure::new(
            Kind::Usage,
            "the file cannot be imported",
            visible_within(&error.to_string(), 400),
            "nothing was changed; name another file, or paste its text",
        )
    })?;
    Ok(Named {
        text: decode(&bytes)?,
        file_name: path.file_name().map(|name| name.to_string_lossy().into_owned()),
        name: name_of(&path),
    })
}

/// What the name of a file tells about whose it is: `wiki.env` and `.env.wiki` are about wiki, `.env` is about its
/// folder. A file that is always called the same is called like its format.
pub fn name_of(path: &Path) -> Option<Name> {
    let file = path.file_name()?.to_str()?;
    let at_home = |format: &&Format| {
        format.found.iter().any(|place| place.starts_with("~/") && place.rsplit('/').next() == Some(file))
    };
    if let Some(format) = FORMATS.iter().find(at_home) {
        return Name::parse(format.word).ok();
    }
    let file = if FORMATS.iter().flat_map(|format| format.found).any(|place| *place == format!("./{file}")) {
        ""
    } else {
        file
    };
    let mut parts = file.split('.').filter(|part| !part.is_empty() && *part != "env");
    if let Some(part) = parts.next() {
        return Name::parse(part).ok();
    }
    let whole = std::path::absolute(path).ok()?;
    Name::parse(whole.parent()?.file_name()?.to_str()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::world_on;
    use crate::vault::MemoryStore;
    use crate::vault::seal::Cost;

    #[test]
    fn a_file_s_name_tells_whose_it_is() {
        for (path, name) in [
            ("wiki.env", "wiki"),
            (".env.wiki", "wiki"),
            ("/srv/poet/.env", "poet"),
            ("/bots/.env.wiki", "wiki"),
            ("bots/birds.json", "birds"),
            ("/srv/poet/credentials.txt", "poet"),
            ("~/.config/twarc/config", "twarc2"),
            ("~/.xurl", "xurl"),
        ] {
            let found = name_of(Path::new(path));
            assert_eq!(found.as_ref().map(Name::as_str), Some(name), "{path}");
        }
        assert_eq!(name_of(Path::new("/")), None);
    }

    #[test]
    fn a_file_that_is_not_there_is_told_and_nothing_else_happens() {
        let (world, _) = world_on(MemoryStore::new("vault.age", Cost::PLAYTHING));
        let failure = fetch(&world, "no/such\u{202e}file").expect_err("memory has no files");
        assert_eq!(failure.kind, Kind::Usage);
        assert!(failure.because.contains("no/such\\u{202e}file"), "{}", failure.because);
    }
}
