//! What users and apps read: who they are, and what they have used.

use serde_json::json;

use super::Scene;
use crate::domain::permission::Level;
use crate::sim::answers::{self, Answer};
use crate::sim::callers::Caller;

pub(super) fn me(scene: &mut Scene<'_>) -> Answer {
    let (account, level) = match scene.state.caller(scene.asked, scene.now, answers::unauthorized) {
        Ok(Caller::Signed(token)) => {
            let app = scene.state.app(token.app);
            if app.is_none_or(|app| app.suspended) {
                return answers::unauthorized();
            }
            (token.account, token.level)
        }
        Ok(Caller::Granted(grant)) => {
            if !grant.scopes.hold(&["tweet.read", "users.read"]) {
                return answers::problem(403, "about:blank", "Forbidden", "Forbidden");
            }
            (grant.account, Level::ReadWrite)
        }
        Ok(Caller::App(_) | Caller::Pair(_)) => {
            let kinds = "OAuth 1.0a User Context, OAuth 2.0 User Context";
            return answers::unsupported("OAuth 2.0 Application-Only", kinds).at_level(Level::Read);
        }
        Err(refusal) => return refusal,
    };
    let window = scene.state.spend(scene.route.path, &account, scene.route.limit, scene.now);
    let (left, reset) = match window {
        Ok(window) => window,
        Err(reset) => return answers::rate_limited(scene.route.limit, reset).at_level(level),
    };
    match scene.state.accounts.get(&account) {
        Some(known) => Answer::json(
            200,
            &json!({"data": {"id": known.id, "name": known.name, "username": known.handle}}),
        )
        .at_level(level)
        .windowed(scene.route.limit, left, reset),
        None => answers::unauthorized(),
    }
}

pub(super) fn usage(scene: &mut Scene<'_>) -> Answer {
    let id = match scene.state.caller(scene.asked, scene.now, answers::unauthorized) {
        Ok(Caller::App(id)) => id,
        Ok(Caller::Signed(token)) => {
            return answers::unsupported("OAuth 1.0a User Context", "OAuth 2.0 Application-Only")
                .at_level(token.level);
        }
        Ok(_) => return answers::unsupported("OAuth 2.0 User Context", "OAuth 2.0 Application-Only"),
        Err(refusal) => return refusal,
    };
    let (left, reset) =
        match scene.state.spend(scene.route.path, &id.to_string(), scene.route.limit, scene.now) {
            Ok(window) => window,
            Err(reset) => {
                return answers::rate_limited(scene.route.limit, reset).at_level(Level::Read);
            }
        };
    let body = json!({"data": {
        "cap_reset_day": 12,
        "project_id": format!("19{id}"),
        "project_cap": "3000000",
        "project_usage": "1234",
    }});
    Answer::json(200, &body).at_level(Level::Read).windowed(scene.route.limit, left, reset)
}
