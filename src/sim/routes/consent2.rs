//! The login page of OAuth 2.0: authorization code with PKCE.

use super::Scene;
use super::page::{self, Pressed, Question};
use crate::domain::permission::Scopes;
use crate::sim::answers::Answer;
use crate::sim::grants::Consent;
use crate::sim::world::SimApp;
use crate::x::auth::scopes::is_known;

/// The longest `state`, in characters.
const STATE: usize = 500;

/// What a good address asks for.
struct Wish {
    app: u64,
    redirect_uri: String,
    scopes: Scopes,
    state: String,
    challenge: (String, String),
}

pub(super) fn authorize(scene: &mut Scene<'_>) -> Answer {
    let Some(wish) = wish(scene) else {
        // X says no more than this, whatever is wrong.
        return page::stop(
            400,
            "Something went wrong",
            "You weren't able to give access to the App. Go back and try logging in again.",
        );
    };
    let account = page::logged_in(scene, wish.app);
    match (Pressed::of(scene), account) {
        (Some(Pressed::Yes), Some(account)) => {
            let granted = scene.asked.parameter("granted").map_or_else(|| wish.scopes.clone(), Scopes::parse);
            let consent = Consent {
                app: wish.app,
                account: account.id,
                scopes: granted,
                redirect_uri: wish.redirect_uri.clone(),
                challenge: wish.challenge,
            };
            let code = scene.state.grants.code(consent, scene.mint, scene.now);
            page::redirect(&wish.redirect_uri, &[("state", wish.state.as_str()), ("code", code.as_str())])
        }
        (Some(Pressed::No), _) => {
            page::redirect(&wish.redirect_uri, &[("error", "access_denied"), ("state", wish.state.as_str())])
        }
        _ => {
            let wants: Vec<String> = wish.scopes.iter().map(ToOwned::to_owned).collect();
            page::ask(scene, &Question { app: wish.app, wants: &wants })
        }
    }
}

/// Everything there and right, or nothing at all.
fn wish(scene: &Scene<'_>) -> Option<Wish> {
    let get = |name| scene.asked.parameter(name).filter(|value| !value.is_empty());
    let id = get("client_id")?;
    let is = |app: &&SimApp| app.client.as_ref().is_some_and(|client| client.id == id) && !app.suspended;
    let app = scene.state.apps.iter().find(is)?;
    let redirect_uri = get("redirect_uri").filter(|uri| app.callbacks.iter().any(|known| known == uri))?;
    let scopes = Scopes::parse(get("scope")?);
    let state = get("state").filter(|state| state.chars().count() <= STATE)?;
    let method = get("code_challenge_method").unwrap_or("plain");
    let challenge = (get("code_challenge")?.to_owned(), method.to_owned());
    let good = get("response_type") == Some("code") && !scopes.is_empty() && scopes.iter().all(is_known);
    good.then(|| Wish {
        app: app.id,
        redirect_uri: redirect_uri.to_owned(),
        scopes,
        state: state.to_owned(),
        challenge,
    })
}
