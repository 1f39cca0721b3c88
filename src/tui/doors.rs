//! Which screen stands behind which door: the one place that knows them all, so that they need not know each other.

use super::ctx::{Ctx, Presence};
use super::dialogs::edit::{Apps, Edit, Leave};
use super::dialogs::export::Export;
use super::dialogs::finder::Finder;
use super::dialogs::guide::Guide;
use super::dialogs::history::History;
use super::dialogs::import::Import;
use super::dialogs::init::Init;
use super::dialogs::login::Login;
use super::dialogs::passphrase::Passphrase;
use super::dialogs::revoke::Revoke;
use super::dialogs::rotate::Rotate;
use super::dialogs::tasks::Tasks;
use super::keys::{KeyRow, written};
use super::screen::{Door, Screen, State};
use super::{dialogs, everywhere, screens};

/// The screen to begin with.
pub(super) fn first(ctx: &Ctx) -> Box<dyn Screen> {
    match ctx.presence {
        Presence::Absent => Box::new(screens::welcome::Welcome::default()),
        Presence::Passphrase | Presence::Plain => Box::new(screens::unlock::Unlock::new(ctx)),
    }
}

/// The screen behind `door`. `rows` are those that work on the screen below, for help and palette.
///
/// # Errors
/// Why the door stays shut.
pub(super) fn open(door: &Door, rows: Vec<KeyRow>, ctx: &Ctx) -> Result<Box<dyn Screen>, &'static str> {
    Ok(match door {
        Door::Welcome => Box::new(screens::welcome::Welcome::default()),
        Door::Unlock => Box::new(screens::unlock::Unlock::new(ctx)),
        Door::Main => Box::new(screens::main::Main::new(ctx)),
        Door::Rotate(owner, credential) => Box::new(Rotate::open(ctx, *owner, *credential)),
        Door::Revoke(owner) => Box::new(Revoke::open(ctx, *owner)),
        Door::Help => Box::new(Finder::help(rows)),
        Door::Palette => Box::new(Finder::palette(rows)),
        Door::Tasks => Box::new(Tasks::default()),
        Door::Edit(owner) => return Edit::open(ctx, *owner),
        Door::New { kind, app } => return Edit::open_new(ctx, *kind, *app),
        Door::Draft(draft) if Edit::wrote(draft) => return Edit::restore(ctx, draft),
        Door::Draft(draft) if Rotate::wrote(draft) => return Rotate::restore(ctx, draft),
        Door::Draft(draft) if Guide::wrote(draft) => return Guide::restore(ctx, draft),
        Door::Draft(draft) => return Init::restore(draft).ok_or("this draft is of no screen"),
        Door::Guide(app) => return Guide::open(ctx, *app),
        Door::GuideUnproved => return Guide::open_unproved(ctx),
        Door::Init(then) => Init::open(*then),
        Door::Passphrase => Passphrase::open(ctx),
        Door::History(owner) => Box::new(History::open(*owner)),
        Door::Login(profile, credential) => Box::new(Login::open(ctx, *profile, *credential)),
        Door::LoginAnew(profile, credential) => Box::new(Login::anew(ctx, *profile, *credential)),
        Door::Export(owners) => Box::new(Export::open(owners.clone())),
        Door::Import(pasted) => Box::new(Import::open(ctx, pasted.clone())),
    })
}

/// Every key of every screen, for the README and for tests.
pub(super) fn reference() -> Vec<KeyRow> {
    fn of<S: State>() -> Vec<KeyRow> {
        written(S::KEYS, S::NAME)
    }
    [
        everywhere::reference(),
        of::<screens::main::Main>(),
        of::<screens::main::plain::Plain>(),
        of::<screens::unlock::Unlock>(),
        of::<screens::welcome::Welcome>(),
        of::<Rotate>(),
        of::<Revoke>(),
        of::<Finder>(),
        of::<Tasks>(),
        of::<Edit>(),
        of::<Apps>(),
        of::<Leave>(),
        of::<History>(),
        of::<Import>(),
        of::<Export>(),
        of::<Login>(),
        of::<Init>(),
        of::<Guide>(),
        of::<Passphrase>(),
        of::<dialogs::menu::Menu>(),
        of::<dialogs::confirm::Confirm>(),
    ]
    .concat()
}
