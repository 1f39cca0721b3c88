//! For whom the command is to be run.

use super::super::Args;
use crate::cli::names;
use crate::domain::document::Document;
use crate::domain::id::{Owner, ProfileId};
use crate::failure::{Failure, Kind};

/// Everybody who is meant, by name.
///
/// # Errors
/// [`Kind::Usage`] where nobody is named, [`Kind::Found`] where nobody is left.
pub(super) fn chosen(args: &Args, document: &Document) -> Result<Vec<(String, ProfileId)>, Failure> {
    let mut ids = named(args, document)?;
    if let Some(tag) = args.tag.as_ref().map(|tag| tag.trim().to_lowercase()) {
        ids.retain(|id| {
            document.profile(*id).is_some_and(|profile| profile.tags.iter().any(|own| own.key() == tag))
        });
    }
    ids.sort_by_cached_key(|id| document.profile(*id).map(|profile| profile.name.key()));
    ids.dedup();
    if ids.is_empty() {
        return Err(Failure::new(
            Kind::Found,
            "there is no bot to run",
            "no profile is left of those that were named",
            "birdkeep list shows names and tags",
        ));
    }
    Ok(ids.into_iter().map(|id| (names::shown_name(document, id.into()), id)).collect())
}

fn named(args: &Args, document: &Document) -> Result<Vec<ProfileId>, Failure> {
    let mut ids = Vec::new();
    for name in &args.name {
        match names::owner(document, name)? {
            Owner::Profile(id) => ids.push(id),
            Owner::App(id) => ids.extend(document.profiles_of(id).map(|profile| profile.id)),
        }
    }
    if !args.name.is_empty() {
        return Ok(ids);
    }
    if args.all || args.tag.is_some() {
        return Ok(document.profiles().map(|profile| profile.id).collect());
    }
    Err(Failure::new(
        Kind::Usage,
        "nobody knows which bot to run",
        "no profile is named",
        "birdkeep run NAME -- COMMAND, or --all to run it for every profile",
    ))
}
