//! OAuth 1.0a: the two ends of a login, and the end of its pair.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::Scene;
use crate::domain::permission::Level;
use crate::sim::answers::{self, Answer};
use crate::sim::callers::Caller;
use crate::sim::logins::{Login, Progress};
use crate::sim::oauth::{self, Claim};

/// The callback of a login that ends with a PIN.
const OUT_OF_BAND: &str = "oob";

pub(super) fn request_token(scene: &mut Scene<'_>) -> Answer {
    let app = match scene.state.beginner(scene.asked, scene.now) {
        Ok(app) => app,
        Err(refusal) => return refusal,
    };
    let Some(callback) = protocol(scene, "oauth_callback") else {
        return answers::code(403, 38, "oauth_callback parameter is missing.");
    };
    let callbacks = scene.state.app(app).map(|app| app.callbacks.clone()).unwrap_or_default();
    let callback = match callback.as_str() {
        OUT_OF_BAND => None,
        _ if callbacks.is_empty() => return answers::only_oob(),
        _ if !callbacks.contains(&callback) => return answers::callback_not_approved(),
        _ => Some(callback),
    };
    let wanted =
        scene.asked.field("x_auth_access_type").or_else(|| scene.asked.parameter("x_auth_access_type"));
    let most = match wanted {
        Some("read") => Some(Level::Read),
        Some("write") => Some(Level::ReadWrite),
        _ => None,
    };
    let of = format!("{app}/{}", scene.state.next_number());
    let (token, secret) = (scene.mint.request_token(&of), scene.mint.request_token(&format!("{of}/secret")));
    let body = form(&[
        ("oauth_token", &token),
        ("oauth_token_secret", &secret),
        ("oauth_callback_confirmed", "true"),
    ]);
    let (began, progress) = (scene.now, Progress::Asked);
    scene.state.logins.begin(Login { token, secret, app, callback, most, began, progress });
    Answer::text(200, "text/html; charset=utf-8", body)
}

pub(super) fn access_token(scene: &mut Scene<'_>) -> Answer {
    let login = match scene.state.finisher(scene.asked, scene.now) {
        Ok(login) => login,
        Err(refusal) => return refusal,
    };
    let shown = protocol(scene, "oauth_verifier").or_else(|| {
        scene
            .asked
            .field("oauth_verifier")
            .or_else(|| scene.asked.parameter("oauth_verifier"))
            .map(Into::into)
    });
    let account = match login.progress {
        Progress::Used | Progress::Denied => return answers::no_such_request_token(),
        Progress::Granted { account, verifier } if shown.as_ref() == Some(&verifier) => account,
        Progress::Granted { .. } | Progress::Asked => return answers::wrong_verifier(),
    };
    let Some(known) = scene.state.accounts.get(&account).cloned() else {
        return answers::no_such_request_token();
    };
    let level = scene.state.app(login.app).map_or(Level::Read, |app| app.level);
    let level = login.most.map_or(level, |most| level.min(most));
    let pair = scene.state.live_access(scene.mint, login.app, &account, level);
    if let Some(login) = scene.state.logins.get(&login.token, scene.now) {
        login.progress = Progress::Used;
    }
    let body = form(&[
        ("oauth_token", &pair.token),
        ("oauth_token_secret", &pair.secret),
        ("user_id", &known.id),
        ("screen_name", &known.handle),
    ]);
    Answer::text(200, "text/html; charset=utf-8", body)
}

pub(super) fn invalidate(scene: &mut Scene<'_>) -> Answer {
    let Claim::Oauth1(signed) = oauth::claim(scene.asked) else { return answers::bad_authentication() };
    if signed.token.is_none_or(|token| !scene.state.tokens.contains_key(&token)) {
        return answers::expired();
    }
    match scene.state.caller(scene.asked, scene.now, answers::could_not_authenticate) {
        Ok(Caller::Signed(pair)) => {
            scene.state.tokens.remove(&pair.token);
            Answer::json(200, &json!({"access_token": pair.token}))
        }
        Ok(_) => answers::bad_authentication(),
        Err(refusal) => refusal,
    }
}

/// A parameter of the `Authorization` header.
fn protocol(scene: &Scene<'_>, name: &str) -> Option<String> {
    match oauth::claim(scene.asked) {
        Claim::Oauth1(signed) => signed.parameter(name).map(ToOwned::to_owned),
        _ => None,
    }
}

fn form(pairs: &[(&str, &str)]) -> String {
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={}", encode(value))).collect();
    pairs.join("&")
}
