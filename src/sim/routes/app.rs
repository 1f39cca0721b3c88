//! What an app asks for in its own name: its bearer token.

use serde_json::json;

use super::Scene;
use crate::sim::answers::{self, Answer};
use crate::sim::asked::decode;
use crate::sim::callers::Caller;

pub(super) fn token(scene: &mut Scene<'_>) -> Answer {
    let caller = scene.state.caller(scene.asked, scene.now, answers::unable_to_verify);
    let Ok(Caller::Pair(id)) = caller else { return answers::unable_to_verify() };
    if scene.asked.field("grant_type") != Some("client_credentials") {
        return answers::unable_to_verify();
    }
    match scene.state.app(id) {
        Some(app) if app.suspended => answers::app_suspended(),
        Some(app) => {
            let bearer = app.issue_bearer(scene.mint);
            Answer::json(200, &json!({"token_type": "bearer", "access_token": bearer}))
        }
        None => answers::unable_to_verify(),
    }
}

pub(super) fn invalidate(scene: &mut Scene<'_>) -> Answer {
    let (id, doomed) = match scene.state.caller(scene.asked, scene.now, answers::unable_to_verify) {
        Ok(Caller::Pair(id)) => (id, scene.asked.field("access_token")),
        Ok(Caller::Signed(token)) => {
            let own = scene.state.app(token.app).is_some_and(|app| app.owner == token.account);
            if !own {
                return answers::code(403, 87, "Client is not permitted to perform this action.");
            }
            (token.app, scene.asked.parameter("access_token"))
        }
        Ok(_) => return answers::unable_to_verify(),
        Err(refusal) => return refusal,
    };
    let Some(app) = scene.state.app(id) else { return answers::unable_to_verify() };
    match doomed {
        // The form field was decoded once; what is inside the bearer's own escapes is its value.
        Some(doomed) if app.bearer.as_deref().is_some_and(|live| decode(live) == doomed) => {
            let answer = Answer::json(200, &json!({"access_token": app.bearer}));
            if !app.stubborn {
                app.bearer = None;
            }
            answer
        }
        _ => answers::expired(),
    }
}
