//! What other tools have left on this machine: that it is there and how long it is. Nothing is opened.

use std::path::{Path, PathBuf};

use crate::domain::text::visible_within;
use crate::exchange::FORMATS;
use crate::host::paths;
use crate::ops::World;

/// Endings of files that hold no values: templates for others.
const TEMPLATES: &[&str] = &["example", "sample", "template", "dist", "defaults"];

/// A file that can be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Find {
    /// Where it is, as a person would type it: `~/.twurlrc`, `.env`.
    pub path: String,
    /// The word of the format such files have.
    pub format: &'static str,
    /// How long it is.
    pub bytes: u64,
}

impl Find {
    /// Its line: name, format and length.
    pub fn line(&self) -> String {
        format!("{}  {}  {} bytes", self.shown(), self.format, self.bytes)
    }

    /// Its name, made visible.
    pub fn shown(&self) -> String {
        visible_within(&self.path, 200)
    }
}

/// Looks in the home folder and the current one for the files that [`FORMATS`] names.
pub fn finds(world: &World) -> Vec<Find> {
    let mut found: Vec<Find> = Vec::new();
    for format in FORMATS {
        for place in format.found {
            let names = match place.strip_prefix("./") {
                None => vec![(*place).to_owned()],
                Some(here) => match here.strip_suffix('*') {
                    None => vec![here.to_owned()],
                    Some(start) => beginning(world, start),
                },
            };
            for path in names {
                let glance = world.store.glance(&paths::typed(&path)).filter(|glance| glance.bytes > 0);
                if let Some(glance) = glance
                    && !found.iter().any(|find| find.path == path)
                {
                    found.push(Find { path, format: format.word, bytes: glance.bytes });
                }
            }
        }
    }
    found
}

/// The files here whose names begin so, but for templates.
fn beginning(world: &World, start: &str) -> Vec<String> {
    let mut names = world.store.names_in(Path::new("."));
    let ending = |name: &str| name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    names.retain(|name| name.starts_with(start) && !TEMPLATES.contains(&ending(name).as_str()));
    names.sort();
    names
}

/// The file that a person means who types `path`: `~/` is the home folder, and in a folder as xurl keeps one it is the
/// file with the tokens.
pub fn meant(world: &World, path: &str) -> PathBuf {
    let path = paths::typed(path);
    let within = path.join("auth.yml");
    if world.store.glance(&path).is_none() && world.store.glance(&within).is_some() { within } else { path }
}
