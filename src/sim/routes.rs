//! The addresses the simulated X answers at: one row each.

use serde_json::json;

use super::answers::{self, Answer};
use super::asked::{Asked, decode};
use super::mint::Mint;
use super::world::{Caller, State};
use crate::domain::permission::Level;
use crate::domain::time::Time;

/// One row of [`ROUTES`].
#[derive(Debug)]
pub struct Route {
    /// In upper case.
    pub method: &'static str,
    /// The whole path.
    pub path: &'static str,
    /// Requests per 15 minutes and caller; 0: not counted.
    pub limit: u32,
    /// What it is for.
    pub doc: &'static str,
    answer: fn(&mut Scene<'_>) -> Answer,
}

/// Everything a row's function may look at or change.
struct Scene<'a> {
    state: &'a mut State,
    mint: &'a Mint,
    asked: &'a Asked,
    now: Time,
    route: &'static Route,
}

/// Every address. Limits: X's rate-limits page, 2026-08; those of `oauth2/*` are unpublished.
pub const ROUTES: &[Route] = &[
    Route {
        method: "POST",
        path: "/oauth2/token",
        limit: 0,
        doc: "key and secret (Basic) for the app's one live bearer token; asking again changes nothing",
        answer: token,
    },
    Route {
        method: "POST",
        path: "/oauth2/invalidate_token",
        limit: 0,
        doc: "kills the bearer token: signed by the app's owner, or Basic",
        answer: invalidate,
    },
    Route {
        method: "GET",
        path: "/2/users/me",
        limit: 75,
        doc: "the account a user token answers for",
        answer: me,
    },
    Route {
        method: "GET",
        path: "/2/usage/tweets",
        limit: 50,
        doc: "what the app has used; bearer token only",
        answer: usage,
    },
];

/// Answers a request by its row.
pub fn answer(state: &mut State, mint: &Mint, asked: &Asked, now: Time) -> Answer {
    ROUTES
        .iter()
        .find(|route| route.method == asked.method && route.path == asked.path)
        .map_or_else(answers::no_such_page, |route| {
            (route.answer)(&mut Scene { state, mint, asked, now, route })
        })
}

fn token(scene: &mut Scene<'_>) -> Answer {
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

fn invalidate(scene: &mut Scene<'_>) -> Answer {
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

fn me(scene: &mut Scene<'_>) -> Answer {
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

fn usage(scene: &mut Scene<'_>) -> Answer {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rows_answer_at_the_same_address() {
        for (i, route) in ROUTES.iter().enumerate() {
            assert!(ROUTES[..i].iter().all(|r| (r.method, r.path) != (route.method, route.path)));
            assert!(!route.doc.is_empty());
        }
    }
}
