//! The login pages of OAuth 1.0a.

use super::Scene;
use super::page::{self, Pressed, Question};
use crate::domain::permission::Level;
use crate::sim::answers::Answer;
use crate::sim::logins::{Login, Progress};
use crate::sim::world::SimAccount;

pub(super) fn authorize(scene: &mut Scene<'_>) -> Answer {
    match pending(scene) {
        Ok(login) => go_on(scene, login, Pressed::of(scene)),
        Err(page) => page,
    }
}

/// Who has said yes to this app before is sent on at once.
pub(super) fn authenticate(scene: &mut Scene<'_>) -> Answer {
    let login = match pending(scene) {
        Ok(login) if login.callback.is_some() => login,
        Ok(_) => return page::stop(403, "Not for PINs", "A desktop app has to use /oauth/authorize."),
        Err(page) => return page,
    };
    let account = page::logged_in(scene, login.app);
    let forced = scene.asked.parameter("force_login") == Some("true");
    let known = account.filter(|_| !forced).is_some_and(|account| {
        scene.state.tokens.values().any(|pair| pair.app == login.app && pair.account == account.id)
    });
    let pressed = Pressed::of(scene).or(known.then_some(Pressed::Yes));
    go_on(scene, login, pressed)
}

fn pending(scene: &mut Scene<'_>) -> Result<Login, Answer> {
    let token = scene.asked.parameter("oauth_token").unwrap_or_default().to_owned();
    let login = scene.state.logins.get(&token, scene.now).cloned();
    login.filter(|login| login.progress == Progress::Asked).ok_or_else(|| {
        page::stop(
            403,
            "Whoa there!",
            "The request token for this page is invalid. It may have already been used, or expired because it is \
             too old. Please go back to the site or application that sent you here and try again.",
        )
    })
}

fn go_on(scene: &mut Scene<'_>, login: Login, pressed: Option<Pressed>) -> Answer {
    let account = page::logged_in(scene, login.app);
    match (pressed, account) {
        (Some(Pressed::Yes), Some(account)) => yes(scene, login, account),
        (Some(Pressed::No), _) => no(scene, &login),
        _ => {
            let level = scene.state.app(login.app).map_or(Level::Read, |app| app.level);
            let level = login.most.map_or(level, |most| level.min(most));
            let wants = [format!("have the permission “{}”", level.label())];
            page::ask(scene, &Question { app: login.app, wants: &wants })
        }
    }
}

fn yes(scene: &mut Scene<'_>, login: Login, account: SimAccount) -> Answer {
    let of = format!("verifier/{}", scene.state.next_number());
    let verifier = match login.callback {
        None => scene.mint.pin(&of),
        Some(_) => scene.mint.request_token(&of),
    };
    let granted = Progress::Granted { account: account.id, verifier: verifier.clone() };
    if let Some(login) = scene.state.logins.get(&login.token, scene.now) {
        login.progress = granted;
    }
    match login.callback {
        None => page::pin(&verifier),
        Some(callback) => page::redirect(
            &callback,
            &[("oauth_token", login.token.as_str()), ("oauth_verifier", verifier.as_str())],
        ),
    }
}

fn no(scene: &mut Scene<'_>, login: &Login) -> Answer {
    if let Some(login) = scene.state.logins.get(&login.token, scene.now) {
        login.progress = Progress::Denied;
    }
    match &login.callback {
        None => page::stop(200, "OK, the app has no access", "You have not granted access to this app."),
        Some(callback) => page::redirect(callback, &[("denied", login.token.as_str())]),
    }
}
