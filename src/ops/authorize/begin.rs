//! The beginning of a login: what it takes, and the page to open.

use super::pending::{Pending, Secrets};
use super::{CALLBACK, Way, Wish, failures, send};
use crate::domain::app::App;
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::id::ProfileId;
use crate::domain::profile::Profile;
use crate::failure::Failure;
use crate::host::loopback::Waiting;
use crate::ops::World;
use crate::x::auth::pkce::{self, Pkce};
use crate::x::auth::{callback, scopes};
use crate::x::endpoints::request_token::{self, OUT_OF_BAND, RequestToken};
use crate::x::reply::Reply;
use crate::x::sign::Pair;

/// PINs that may be tried in one login.
const TRIES: u8 = 3;

/// Begins a login for the account of `profile`. Asks X for a request token where the way takes one; listens from here on
/// where the way hears its redirect. Must run inside a tokio runtime.
///
/// # Errors
/// Whatever is missing, in the way, or refused. Nothing has changed then.
pub async fn begin(
    world: &World,
    document: &Document,
    profile: ProfileId,
    wish: Wish,
) -> Result<Pending, Failure> {
    let profile = document.profile(profile).filter(|profile| profile.deleted_at.is_none());
    let profile = profile.ok_or_else(failures::no_profile)?;
    let app = document.app_of(profile).ok_or_else(|| failures::no_app(&profile.name))?;
    let callback = wish.callback.clone().or_else(|| app.callback_url.clone());
    let callback = callback.unwrap_or_else(|| CALLBACK.to_owned());
    match wish.way {
        Way::Pin | Way::Callback => oauth1(world, profile, app, (wish.way, callback)).await,
        Way::PkceCallback | Way::PkcePaste => oauth2(world, profile, app, wish, callback),
    }
}

async fn oauth1(
    world: &World,
    profile: &Profile,
    app: &App,
    (way, callback): (Way, String),
) -> Result<Pending, Failure> {
    let of = |field| app.held.secret(field).cloned().ok_or_else(|| failures::missing(&app.name, field));
    let (key, secret) = (of(Field::ApiKey)?, of(Field::ApiSecret)?);
    let waiting = listen(world, way, &callback)?;
    let callback = (way == Way::Callback).then_some(callback);
    let asked = callback.as_deref().unwrap_or(OUT_OF_BAND);
    let request = request_token(world, app, Pair { id: &key, secret: &secret }, asked).await?;
    Ok(Pending {
        profile: profile.id,
        way,
        address: callback::address(&world.x_base, &request.token, profile.handle.as_ref()),
        handle: profile.handle.clone(),
        secrets: Secrets::Oauth1 { key, secret, request },
        callback,
        waiting,
        tries: TRIES,
    })
}

async fn request_token(
    world: &World,
    app: &App,
    pair: Pair<'_>,
    callback: &str,
) -> Result<RequestToken, Failure> {
    let answer =
        send(world, |stamp| request_token::request(&world.x_base, pair, callback, None, stamp)).await;
    match request_token::read(answer) {
        Reply::Gave(request, _) => Ok(request),
        refused => Err(failures::not_begun(&app.name, callback, &refused.bare())),
    }
}

fn oauth2(
    world: &World,
    profile: &Profile,
    app: &App,
    wish: Wish,
    callback: String,
) -> Result<Pending, Failure> {
    let of = |field| app.held.secret(field).cloned();
    let id = of(Field::ClientId).ok_or_else(|| failures::missing(&app.name, Field::ClientId))?;
    let scopes = wish.scopes.unwrap_or_else(|| scopes::of_needs(&profile.needs));
    if scopes.is_empty() {
        return Err(failures::no_scopes());
    }
    let waiting = listen(world, wish.way, &callback)?;
    let mut random = [0; pkce::RANDOM];
    world.entropy.fill(&mut random).map_err(failures::no_randomness)?;
    let pkce = Pkce::new(&random);
    Ok(Pending {
        profile: profile.id,
        way: wish.way,
        address: pkce.address(&world.x_base, &id, &callback, &scopes),
        handle: profile.handle.clone(),
        secrets: Secrets::Oauth2 {
            id,
            secret: of(Field::ClientSecret),
            scopes,
            redirect: callback.clone(),
            pkce,
        },
        callback: Some(callback),
        waiting,
        tries: TRIES,
    })
}

/// Listens, where the way hears its redirect.
fn listen(world: &World, way: Way, callback: &str) -> Result<Option<Box<dyn Waiting>>, Failure> {
    if way.row().wants != super::Wants::Redirect {
        return Ok(None);
    }
    let listening = world.loopback.listen(callback);
    listening.map(Some).map_err(|error| failures::not_listening(error, way, callback))
}
