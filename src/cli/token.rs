//! `token`: a valid OAuth 2.0 access token for a bot, refreshed if need be.

use super::input::{self, Given};
use super::names;
use super::session::{self, Cx, Open, Outcome, Source};
use super::ttl::MinTtl;
use crate::domain::document::Document;
use crate::domain::id::{Owner, ProfileId};
use crate::failure::{Failure, Kind};
use crate::host::signals;
use crate::ops::token;

/// Print a valid OAuth 2.0 access token: exactly the token, nothing else
///
/// Refreshes it first if it expires soon. However many ask at once, X is asked once and all get the same token; a
/// process that is killed on the way loses nothing that birdkeep could have kept. Let bots ask here instead of
/// refreshing by themselves: a refresh token is good once. For a pipe or a file; on a terminal only with --show.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep token wiki-daily > token.txt
  X_TOKEN=$(birdkeep token wiki-daily --min-ttl 600) ./post-the-weather
  birdkeep token wiki-daily --take-over      (the machine that held it is gone)")]
pub(super) struct Args {
    /// A profile
    name: String,
    #[command(flatten)]
    min_ttl: MinTtl,
    /// Show it on a terminal
    #[arg(long)]
    show: bool,
    /// From now on refresh it on this machine, and on the one that did so far never again; also after a restore, where
    /// nobody can have refreshed it since
    #[arg(long)]
    take_over: bool,
    /// Do not ask before taking over
    #[arg(long, requires = "take_over")]
    yes: bool,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    cx.may_show(args.show)?;
    let one = cx.open_for(&args.name)?;
    let profile = profile(one.document(), &args.name)?;
    if let Some(banner) = &one.world.banner {
        cx.out.note(banner);
    }
    let min_ttl = args.min_ttl.span();
    if let Source::Part(extract) = &one.source
        && !args.take_over
        && let Some((access, _)) = token::at_hand(&one.world, extract, profile, min_ttl)
    {
        cx.out.secret(&access);
        return Ok(Outcome::Fine);
    }
    let mut open = one.whole(cx)?;
    if args.take_over {
        take_over(args, cx, &mut open, profile)?;
    }
    // Without handlers, which is how it began, the worst moment for a signal would be like any other.
    let _ = signals::shield();
    let Open { world, session } = open;
    let token = session::persisting(&mut cx.out, (&world, &session), |session| {
        token::token(&world, session, profile, min_ttl)
    })?;
    for sentence in &token.said {
        cx.out.warn(sentence);
    }
    cx.out.secret(&token.access);
    Ok(Outcome::Fine)
}

fn profile(document: &Document, name: &str) -> Result<ProfileId, Failure> {
    match names::owner(document, name)? {
        Owner::Profile(id) => Ok(id),
        Owner::App(_) => Err(Failure::new(
            Kind::Usage,
            "an app has no OAuth 2.0 access token",
            format!("“{}” is an app; such tokens belong to each of its profiles", names::shown(name)),
            "name the profile",
        )),
    }
}

fn take_over(args: &Args, cx: &mut Cx, open: &mut Open, profile: ProfileId) -> Result<(), Failure> {
    let this = "the machine that has refreshed these tokens so far must never do so again";
    input::consent(&mut cx.out, Given::from(args.yes), this)?;
    open.session = token::take_over(&open.world, &open.session, profile)?;
    cx.out.note(&format!("“{}” is refreshed on this machine now", names::shown(&args.name)));
    Ok(())
}
