//! OAuth 2.0: user tokens issued and revoked.

use serde_json::json;

use super::Scene;
use crate::sim::answers::{self, Answer};
use crate::sim::grants::{ACCESS_LIFE, Refusal};

pub(super) fn issue(scene: &mut Scene<'_>) -> Answer {
    // The client first: one that is not known touches no token.
    let app = match scene.state.client(scene.asked) {
        Ok(app) => app,
        Err(refusal) => return refusal,
    };
    let field = |name| scene.asked.field(name).filter(|value| !value.is_empty());
    let issued = match (field("grant_type"), field("refresh_token"), field("code")) {
        (Some("refresh_token"), Some(token), _) => {
            scene.state.grants.refresh(app, token, scene.mint, scene.now)
        }
        (Some("authorization_code"), _, Some(code)) => {
            let (Some(redirect), Some(verifier)) = (field("redirect_uri"), field("code_verifier")) else {
                return missing("redirect_uri] or [code_verifier");
            };
            scene.state.grants.exchange(app, (code, redirect, verifier), scene.mint, scene.now)
        }
        (Some("refresh_token"), None, _) => return missing("refresh_token"),
        (Some("authorization_code"), _, None) => return missing("code"),
        _ => return missing("grant_type"),
    };
    match issued {
        Ok(tokens) => {
            let mut body = json!({
                "token_type": "bearer",
                "expires_in": ACCESS_LIFE,
                "access_token": tokens.access,
                "scope": tokens.scopes.to_string(),
            });
            if let (Some(refresh), Some(body)) = (tokens.refresh, body.as_object_mut()) {
                body.insert("refresh_token".to_owned(), refresh.into());
            }
            Answer::json(200, &body)
        }
        Err(refusal) => answers::oauth2_error(400, "invalid_request", said(refusal)),
    }
}

/// A token that is not the client's, or none at all, is dead already: X has nothing to say against it (RFC 7009
/// section 2.2).
pub(super) fn revoke(scene: &mut Scene<'_>) -> Answer {
    match (scene.state.client(scene.asked), scene.asked.field("token")) {
        (Err(refusal), _) => refusal,
        (Ok(_), None) => missing("token"),
        (Ok(app), Some(token)) => {
            scene.state.grants.revoke(app, token);
            Answer::json(200, &json!({"revoked": true}))
        }
    }
}

fn missing(name: &str) -> Answer {
    answers::oauth2_error(400, "invalid_request", &format!("Missing required parameter [{name}]."))
}

const fn said(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Token => "Value passed for the token was invalid.",
        Refusal::Code => "Value passed for the authorization code was invalid.",
        Refusal::Redirect => {
            "Value passed for the redirect uri did not match the uri of the authorization code."
        }
    }
}
