//! Login pages as plain HTML, and who is logged in at the browser that opens them.

use super::Scene;
use crate::domain::text::visible;
use crate::sim::answers::Answer;
use crate::sim::world::SimAccount;

/// Accounts listed at most.
const LISTED: usize = 40;

/// What is asked on a login page.
pub(super) struct Question<'a> {
    /// The id of the app that asks.
    pub(super) app: u64,
    /// What it asks for, one line each.
    pub(super) wants: &'a [String],
}

/// The button that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    Yes,
    No,
}

impl Pressed {
    pub(super) fn of(scene: &Scene<'_>) -> Option<Self> {
        match scene.asked.parameter("answer") {
            Some("yes") => Some(Self::Yes),
            Some("no") => Some(Self::No),
            _ => None,
        }
    }
}

/// Who is logged in: whom the script names, whom the app asks to log in, or the browser's session.
pub(super) fn logged_in(scene: &mut Scene<'_>, app: u64) -> Option<SimAccount> {
    let forced = scene.asked.parameter("force_login") == Some("true");
    let asked_for = scene.asked.parameter("screen_name").filter(|_| forced);
    let named = scene.asked.parameter("as").or(asked_for).map(ToOwned::to_owned);
    if let Some(handle) = named {
        return scene.state.account_of_handle(&handle).cloned();
    }
    let owner = scene.state.app(app).map(|app| app.owner.clone());
    let session = owner.and_then(|owner| scene.state.accounts.get(&owner));
    session.or_else(|| scene.state.accounts.values().next()).cloned()
}

/// The page with its two buttons, and other accounts to log in with.
pub(super) fn ask(scene: &mut Scene<'_>, question: &Question<'_>) -> Answer {
    let name = scene.state.app(question.app).map(|app| app.name.clone()).unwrap_or_default();
    let account = logged_in(scene, question.app);
    let handle =
        account.as_ref().map_or_else(|| "nobody".to_owned(), |account| format!("@{}", account.handle));
    let wants: Vec<String> = question.wants.iter().map(|line| format!("<li>{}</li>", escape(line))).collect();
    let here = |more: &[(&str, &str)]| escape(&address(scene, more));
    let own = account.as_ref().map(|account| account.handle.as_str()).unwrap_or_default();
    let others: Vec<String> = scene
        .state
        .accounts
        .values()
        .take(LISTED)
        .map(|other| {
            format!("<li><a href=\"{}\">@{}</a></li>", here(&[("as", &other.handle)]), escape(&other.handle))
        })
        .collect();
    html(
        200,
        &format!("Authorize {}", escape(&name)),
        &format!(
            "<p>Logged in as <b id=\"account\">{}</b>. {} wants to:</p><ul>{}</ul>\
             <p><a id=\"yes\" href=\"{}\">Authorize app</a> · <a id=\"no\" href=\"{}\">Cancel</a></p>\
             <p>Log in as somebody else:</p><ul>{}</ul>",
            escape(&handle),
            escape(&name),
            wants.concat(),
            here(&[("as", own), ("answer", "yes")]),
            here(&[("as", own), ("answer", "no")]),
            others.concat(),
        ),
    )
}

/// A page that goes no further.
pub(super) fn stop(status: u16, title: &str, text: &str) -> Answer {
    html(status, title, &format!("<p>{}</p>", escape(text)))
}

/// The page that shows a PIN.
pub(super) fn pin(pin: &str) -> Answer {
    html(
        200,
        "You have granted access",
        &format!("<p>Enter this PIN in the app:</p><p><code id=\"pin\">{pin}</code></p>"),
    )
}

/// On to the callback.
pub(super) fn redirect(callback: &str, more: &[(&str, &str)]) -> Answer {
    let glue = if callback.contains('?') { '&' } else { '?' };
    let location = format!("{callback}{glue}{}", query(more));
    html(302, "Redirecting", "<p>Back to the app.</p>").with("location", location)
}

/// This page's address with these parameters in the place of what it had of them.
fn address(scene: &Scene<'_>, more: &[(&str, &str)]) -> String {
    let kept = scene.asked.query.iter().filter(|(key, _)| more.iter().all(|(other, _)| other != key));
    let mut pairs: Vec<(&str, &str)> = kept.map(|(key, value)| (key.as_str(), value.as_str())).collect();
    pairs.extend(more);
    format!("{}?{}", scene.asked.path, query(&pairs))
}

fn query(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect();
    pairs.join("&")
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn html(status: u16, title: &str, body: &str) -> Answer {
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>{title} / simulated X</title></head>\n<body><h1>{title}</h1>\
         {body}<p><small>This is birdkeep's simulator; nothing here is X.</small></p></body></html>\n"
    );
    Answer::text(status, "text/html; charset=utf-8", page).with("cache-control", "no-store")
}

fn escape(text: &str) -> String {
    visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
