//! Logins as a person does them, against the simulator: through real requests and its login pages.

use std::sync::Arc;

use birdkeep::domain::document::Document;
use birdkeep::domain::fields::{Credential, Field};
use birdkeep::domain::id::ProfileId;
use birdkeep::domain::permission::Scopes;
use birdkeep::domain::rotation::Granted;
use birdkeep::domain::secret::Secret;
use birdkeep::ops::World;
use birdkeep::ops::rotate::Tokens;
use birdkeep::sim::Sim;
use birdkeep::sim::faults::What;
use birdkeep::x::auth::client::Client;
use birdkeep::x::auth::pkce::{Pkce, RANDOM};
use birdkeep::x::endpoints::{access_token, request_token, user_token};
use birdkeep::x::sign::{Pair, Stamp};

use crate::support::NOW;

/// What a login of this bot's own account brings.
pub(crate) async fn login(
    sim: &Arc<Sim>,
    world: &World,
    document: &Document,
    bot: ProfileId,
    credential: Credential,
) -> Tokens {
    let handle = document.profile(bot).and_then(|profile| profile.handle.clone()).expect("it has a handle");
    match credential {
        Credential::Access => oauth1(sim, world, document, bot, handle.as_str()).await,
        _ => oauth2(sim, world, document, bot, handle.as_str()).await,
    }
}

fn of_app(document: &Document, bot: ProfileId, field: Field) -> Secret {
    document.slot(bot.into(), field).expect("its app has it").secret.clone()
}

/// The address that the page of `address` sends on to once somebody has said yes, or its body.
fn visit(sim: &Sim, address: &str) -> (Option<String>, String) {
    match sim.visit(address).what {
        What::Answer(page) => (page.header("location").map(ToOwned::to_owned), page.body),
        other => unreachable!("no fault was set, and yet: {other:?}"),
    }
}

async fn oauth1(sim: &Sim, world: &World, document: &Document, bot: ProfileId, handle: &str) -> Tokens {
    let (key, secret) = (of_app(document, bot, Field::ApiKey), of_app(document, bot, Field::ApiSecret));
    let app = Pair { id: &key, secret: &secret };
    let stamp = |number| Stamp::new([number; 16], NOW);
    let base = &world.x_base;
    // Each login has a nonce of its own.
    let mark = u8::try_from(sim.served().values().sum::<usize>() % 250).expect("small");
    let request = request_token::request(base, app, "oob", None, &stamp(mark)).expect("signed");
    let reply = request_token::read(world.transport.send(request).await);
    let login = reply.given().cloned().unwrap_or_else(|| unreachable!("{reply:?}"));
    let page = format!("{base}/oauth/authorize?oauth_token={}&as={handle}&answer=yes", login.token.expose());
    let body = visit(sim, &page).1;
    let pin = body.split("<code id=\"pin\">").nth(1).and_then(|rest| rest.get(..7)).expect("a PIN");
    let pair = Pair { id: &login.token, secret: &login.secret };
    let pin = Secret::new(pin);
    let request = access_token::request(base, app, pair, &pin, &stamp(mark + 1)).expect("signed");
    let reply = access_token::read(world.transport.send(request).await);
    let granted = reply.given().cloned().unwrap_or_else(|| unreachable!("{reply:?}"));
    let values = vec![(Field::AccessToken, granted.token), (Field::AccessSecret, granted.secret)];
    Tokens { values, granted: None }
}

async fn oauth2(sim: &Sim, world: &World, document: &Document, bot: ProfileId, handle: &str) -> Tokens {
    let (id, secret) = (of_app(document, bot, Field::ClientId), of_app(document, bot, Field::ClientSecret));
    let app = document.profile(bot).and_then(|profile| document.app_of(profile)).expect("it has an app");
    let callback = app.callback_url.clone().expect("it has a callback");
    let pkce = Pkce::new(&[7; RANDOM]);
    let scopes = Scopes::parse("tweet.read users.read tweet.write offline.access");
    let address = pkce.address(&world.x_base, &id, &callback, &scopes);
    let sent_on = visit(sim, &format!("{address}&as={handle}&answer=yes")).0.expect("back to the callback");
    let code = pkce.read(&sent_on).expect("a code");
    let client = Client::new(&id, Some(&secret));
    let request = user_token::exchange(&world.x_base, client, &code, &callback, &pkce.verifier);
    let reply = user_token::read(world.transport.send(request).await);
    let issued = reply.given().cloned().unwrap_or_else(|| unreachable!("{reply:?}"));
    let mut values = vec![(Field::Oauth2AccessToken, issued.access_token)];
    values.extend(issued.refresh_token.map(|token| (Field::Oauth2RefreshToken, token)));
    let expires_at = issued.expires_in.map(|lifetime| NOW.plus(lifetime));
    Tokens { values, granted: Some(Granted { scopes: issued.scopes.unwrap_or(scopes), expires_at }) }
}
