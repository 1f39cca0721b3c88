//! The addresses the simulated X answers at: one row each.

mod app;
mod consent1;
mod consent2;
mod login;
mod page;
mod tokens;
mod user;

use super::answers::{self, Answer};
use super::asked::Asked;
use super::mint::Mint;
use super::world::State;
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
        answer: app::token,
    },
    Route {
        method: "POST",
        path: "/oauth2/invalidate_token",
        limit: 0,
        doc: "kills the bearer token: signed by the app's owner, or Basic",
        answer: app::invalidate,
    },
    Route {
        method: "GET",
        path: "/2/users/me",
        limit: 75,
        doc: "the account a user token answers for",
        answer: user::me,
    },
    Route {
        method: "GET",
        path: "/2/usage/tweets",
        limit: 50,
        doc: "what the app has used; bearer token only",
        answer: user::usage,
    },
    Route {
        method: "POST",
        path: "/oauth/request_token",
        limit: 0,
        doc: "begins an OAuth 1.0a login; signed by the app alone, with the callback in the signature",
        answer: login::request_token,
    },
    Route {
        method: "GET",
        path: "/oauth/authorize",
        limit: 0,
        doc: "the login page of OAuth 1.0a: a person or a script says yes or no",
        answer: consent1::authorize,
    },
    Route {
        method: "GET",
        path: "/oauth/authenticate",
        limit: 0,
        doc: "the same, but who has said yes before is not asked again; not for PINs",
        answer: consent1::authenticate,
    },
    Route {
        method: "POST",
        path: "/oauth/access_token",
        limit: 0,
        doc: "ends an OAuth 1.0a login: a request token and its verifier for the account's access pair",
        answer: login::access_token,
    },
    Route {
        method: "POST",
        path: "/1.1/oauth/invalidate_token.json",
        limit: 0,
        doc: "kills the access pair that it is signed with",
        answer: login::invalidate,
    },
    Route {
        method: "GET",
        path: "/i/oauth2/authorize",
        limit: 0,
        doc: "the login page of OAuth 2.0 (x.com)",
        answer: consent2::authorize,
    },
    Route {
        method: "GET",
        path: "/2/oauth2/authorize",
        limit: 0,
        doc: "the same, at the address of X's OpenAPI (api.x.com)",
        answer: consent2::authorize,
    },
    Route {
        method: "POST",
        path: "/2/oauth2/token",
        limit: 0,
        doc: "OAuth 2.0 user tokens: for a code, or for a refresh token, which is good once",
        answer: tokens::issue,
    },
    Route {
        method: "POST",
        path: "/2/oauth2/revoke",
        limit: 0,
        doc: "kills one OAuth 2.0 user token",
        answer: tokens::revoke,
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
