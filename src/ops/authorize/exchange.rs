//! The end of a login: tokens for what came back, and whose they are.

use super::pending::{Pending, Secrets};
use super::{Given, Granted, Issued, Stopped, Wants, account, failures, send};
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::permission::Scopes;
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::domain::verdict::Account;
use crate::failure::Failure;
use crate::ops::World;
use crate::x::auth::client::Client;
use crate::x::auth::pin;
use crate::x::auth::redirect::Odd;
use crate::x::endpoints::{access_token, user_token, users_me};
use crate::x::reply::Reply;
use crate::x::sign::Pair;
use crate::x::wire::SendError;

/// Turns what was given into tokens, and finds out whose they are. Nothing is stored. Must run inside a tokio runtime.
///
/// # Errors
/// There are no tokens, or they are another account's and were dropped.
pub async fn exchange(
    world: &World,
    document: &Document,
    pending: &mut Pending,
    given: Given,
) -> Result<Issued, Stopped> {
    let profile = document.profile(pending.profile).filter(|profile| profile.deleted_at.is_none());
    let profile = profile.ok_or_else(|| Stopped::Over(failures::no_profile()))?;
    let answer = answer(pending, given)?;
    match pending.secrets.clone() {
        Secrets::Oauth1 { key, secret, request } => {
            let (app, login) =
                (Pair { id: &key, secret: &secret }, Pair { id: &request.token, secret: &request.secret });
            let asked =
                send(world, |stamp| access_token::request(&world.x_base, app, login, &answer, stamp)).await;
            match access_token::read(asked) {
                Reply::Gave(granted, _) => access(world, document, profile, granted),
                refused => Err(again_or_over(pending, &refused.bare(), failures::not_exchanged)),
            }
        }
        Secrets::Oauth2 { id, secret, scopes, redirect, pkce } => {
            let client = Client::new(&id, secret.as_ref());
            let request = user_token::exchange(&world.x_base, client, &answer, &redirect, &pkce.verifier);
            match user_token::read(world.transport.send(request).await) {
                Reply::Gave(tokens, seen) => {
                    let granted = Granted {
                        scopes: tokens.scopes.clone().unwrap_or_else(|| scopes.clone()),
                        expires_at: tokens.expires_in.map(|life| seen.at.plus(life)),
                    };
                    let pair = (tokens.access_token, tokens.refresh_token);
                    oauth2(world, document, profile, (pair, granted, &scopes)).await
                }
                refused => {
                    let confidential = secret.is_some();
                    let why = |reply: &Reply<()>| failures::code_refused(confidential, reply);
                    Err(again_or_over(pending, &refused.bare(), why))
                }
            }
        }
    }
}

/// The PIN, verifier or code in what was given.
fn answer(pending: &mut Pending, given: Given) -> Result<Secret, Stopped> {
    let odd = match (given, pending.wants()) {
        (Given::Pin(text), Wants::Pin) => match pin::read(text.expose()) {
            Ok(pin) => return Ok(pin),
            Err(error) => return Err(try_again(pending, |left| failures::not_a_pin(error, left))),
        },
        (Given::Redirect(address), Wants::Paste | Wants::Redirect) => {
            match pending.secrets.read(address.expose()) {
                Ok(answer) => return Ok(answer),
                Err(odd) => odd,
            }
        }
        (Given::Pin(_), _) | (Given::Redirect(_), Wants::Pin) => Odd::NotARedirect,
    };
    let over = matches!(odd, Odd::Denied | Odd::Refused(_));
    let failure = failures::odd_redirect(&odd);
    Err(if over { Stopped::Over(failure) } else { Stopped::Again(failure) })
}

/// A PIN may be mistyped three times; what never left this machine may be tried as often as one likes.
fn again_or_over(
    pending: &mut Pending,
    reply: &Reply<()>,
    why: impl FnOnce(&Reply<()>) -> Failure,
) -> Stopped {
    if matches!(reply, Reply::Silent(SendError::NotConnected)) {
        return Stopped::Again(why(reply));
    }
    if pending.wants() == Wants::Pin && failures::may_be_the_pin(reply) {
        return try_again(pending, failures::wrong_pin);
    }
    Stopped::Over(why(reply))
}

fn try_again(pending: &mut Pending, why: impl FnOnce(u8) -> Failure) -> Stopped {
    pending.tries = pending.tries.saturating_sub(1);
    let failure = why(pending.tries);
    if pending.tries == 0 { Stopped::Over(failure) } else { Stopped::Again(failure) }
}

fn access(
    world: &World,
    document: &Document,
    profile: &Profile,
    granted: access_token::Granted,
) -> Result<Issued, Stopped> {
    let note = account::compare(document, profile, &granted.account, account::Kind::Access)?;
    let values = vec![(Field::AccessToken, Some(granted.token)), (Field::AccessSecret, Some(granted.secret))];
    Ok(Issued {
        profile: profile.id,
        values,
        account: Some(granted.account),
        grant: None,
        at: world.clock.now(),
        notes: note.into_iter().collect(),
    })
}

async fn oauth2(
    world: &World,
    document: &Document,
    profile: &Profile,
    ((token, refresh), granted, asked): ((Secret, Option<Secret>), Granted, &Scopes),
) -> Result<Issued, Stopped> {
    let (account, unknown) = whose(world, &token, &granted.scopes).await;
    let mut notes = Vec::new();
    if let Some(account) = &account {
        notes.extend(account::compare(document, profile, account, account::Kind::Oauth2)?);
    }
    notes.extend(unknown);
    let less: Vec<&str> = asked.iter().filter(|scope| !granted.scopes.hold(&[*scope])).collect();
    if !less.is_empty() {
        notes.push(format!("X granted less than was asked for: {} is missing", less.join(", ")));
    }
    if refresh.is_none() {
        notes.push("there is no refresh token, so this login ends with its access token".to_owned());
    }
    Ok(Issued {
        profile: profile.id,
        values: vec![(Field::Oauth2AccessToken, Some(token)), (Field::Oauth2RefreshToken, refresh)],
        account,
        grant: Some(granted),
        at: world.clock.now(),
        notes,
    })
}

/// Whose a new token is, or why that could not be found out.
async fn whose(world: &World, token: &Secret, scopes: &Scopes) -> (Option<Account>, Option<String>) {
    if !scopes.hold(&["tweet.read", "users.read"]) {
        let why = "whose tokens these are cannot be asked without the scopes tweet.read and users.read";
        return (None, Some(why.to_owned()));
    }
    let reply = users_me::read(world.transport.send(users_me::with_oauth2(&world.x_base, token)).await);
    match reply {
        Reply::Gave(account, _) => (Some(account), None),
        other => (None, Some(failures::unknown_account(&other.bare()))),
    }
}
