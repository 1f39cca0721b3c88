//! Everything that keeps a login from its end, and the next step in each case.
//!
//! What X says is told by code, form and status, never by prose; sources stand with the endpoints.

use super::Way;
use super::account::Kind as What;
use crate::domain::fields::Field;
use crate::domain::names::{Name, UserId};
use crate::domain::profile::Profile;
use crate::domain::text::visible_within;
use crate::domain::time::age;
use crate::domain::verdict::{Account, Cause};
use crate::failure::{Failure, Kind};
use crate::host::{LoopbackError, NoEntropy};
use crate::x::auth::pin::NotAPin;
use crate::x::auth::redirect::Odd;
use crate::x::endpoints::{access_token, request_token, user_token, users_me};
use crate::x::error::{Form, Said};
use crate::x::reply::Reply;
use crate::x::wire::SendError;

/// Seconds that this machine's clock and X's may differ without it being the reason for a refusal.
const SKEW: i64 = 60;
const NOT_BEGUN: &str = "the login could not begin";
const NO_TOKENS: &str = "X has issued no tokens";
const BEGIN_AGAIN: &str = "begin the login again; nothing was stored";

// What is missing, or in the way.

pub(super) fn no_profile() -> Failure {
    Failure::new(Kind::Usage, NOT_BEGUN, "the profile is not in this vault any more", "look at the list")
}

pub(super) fn no_app(name: &Name) -> Failure {
    Failure::new(
        Kind::Usage,
        NOT_BEGUN,
        format!("“{name}” is attached to no app, and it is an app that asks for tokens"),
        format!("birdkeep set {name} app attaches it to one"),
    )
}

pub(super) fn missing(app: &Name, field: Field) -> Failure {
    let row = field.row();
    let place = match field {
        Field::ClientId => {
            "in the console: the app, Keys & Tokens, OAuth 2.0 Keys; it is there once User authentication settings are set up"
        }
        _ => "in the console: the app, Keys & Tokens",
    };
    Failure::new(
        Kind::Usage,
        NOT_BEGUN,
        format!("the app “{app}” has no {} stored", row.label),
        format!("{place}; then birdkeep app set {app} {}", row.word),
    )
}

pub(super) fn no_scopes() -> Failure {
    Failure::new(Kind::Usage, NOT_BEGUN, "no scope is asked for", "name at least tweet.read and users.read")
}

pub(super) fn no_randomness(error: NoEntropy) -> Failure {
    Failure::new(Kind::Network, NOT_BEGUN, error.to_string(), "try again in a moment")
}

pub(super) fn not_listening(error: LoopbackError, way: Way, callback: &str) -> Failure {
    let without = without_listening(way);
    let url = visible_within(callback, 100);
    let try_this = match error {
        LoopbackError::Elsewhere => {
            format!("{without}; or register a callback such as {} in the console", super::CALLBACK)
        }
        LoopbackError::Taken(_) => format!("end the other program (perhaps another login), or {without}"),
        _ => format!("{without}; or register a callback with a port from 1024 on"),
    };
    Failure::new(Kind::Usage, format!("birdkeep cannot wait at {url}"), error.to_string(), try_this)
}

pub(super) fn not_heard(error: LoopbackError, way: Way) -> Failure {
    let without = without_listening(way);
    let mut try_this = format!("begin again; from another machine, {without}");
    if way == Way::PkceCallback {
        try_this.push_str(
            ". If X's page said “You weren't able to give access to the App”: the client id, the callback URL or the \
             type of the app differ from what the console has",
        );
    }
    Failure::new(Kind::Found, "the login did not end", error.to_string(), try_this)
}

/// The same credential by a way that needs no redirect.
const fn without_listening(way: Way) -> &'static str {
    match way {
        Way::Pin | Way::Callback => "use a PIN (--pin)",
        Way::PkceCallback | Way::PkcePaste => "paste the address yourself (--no-browser)",
    }
}

pub(super) fn not_saved() -> Failure {
    Failure::new(
        Kind::NotSaved,
        "the tokens were not saved",
        "the program stopped in the middle of it",
        "begin the login again: X hands over the same access pair, or new OAuth 2.0 tokens",
    )
}

// What came back.

pub(super) fn not_a_pin(error: NotAPin, left: u8) -> Failure {
    Failure::new(Kind::Usage, "this is not a PIN", error.to_string(), tries(left))
}

pub(super) fn wrong_pin(left: u8) -> Failure {
    let because = "X does not accept it: it was mistyped, or used already, or the login has become too old";
    Failure::new(Kind::Found, "the PIN is not the right one", because, tries(left))
}

fn tries(left: u8) -> String {
    match left {
        0 => BEGIN_AGAIN.to_owned(),
        1 => "type it once more, as the page shows it: the last try".to_owned(),
        left => format!("type it once more, as the page shows it: {left} tries left"),
    }
}

pub(super) fn odd_redirect(odd: &Odd) -> Failure {
    let (what, because, try_this) = match odd {
        Odd::Denied => (
            "the login was refused",
            "somebody pressed Cancel on X's page".to_owned(),
            "begin again and allow the app, logged in as the bot",
        ),
        Odd::Refused(word) => (
            "X refused the login",
            format!("it sent the browser back with “{word}”"),
            "look at the app's user authentication settings in the console, then begin again",
        ),
        Odd::OtherLogin => (
            "this is the answer to another login",
            "it names another login than the one under way: an older tab, or somebody else's".to_owned(),
            "use the page that was opened last, and close the older ones",
        ),
        Odd::NotARedirect => (
            "this is not the address that X sends the browser to",
            "it holds no answer to a login".to_owned(),
            "allow the app on X's page, then copy the whole address of the page that cannot be shown",
        ),
    };
    Failure::new(Kind::Found, what, because, try_this)
}

pub(super) fn wrong_account(
    profile: &Profile,
    known: Option<&UserId>,
    account: &Account,
    (theirs, what): (Option<&Profile>, What),
) -> Failure {
    let wanted = match (&profile.handle, known) {
        (Some(handle), _) => handle.to_string(),
        (None, Some(id)) => format!("the account {id}"),
        (None, None) => "another account".to_owned(),
    };
    let who = &account.handle;
    let logged_in = format!("{who} was logged in at X's page; “{}” is {wanted}", profile.name);
    let known = theirs.map(|theirs| format!("{who} is the account of “{}”", theirs.name));
    let ended =
        |theirs: &&Profile| what == What::Oauth2 && theirs.held.secret(Field::Oauth2AccessToken).is_some();
    let ended = theirs
        .filter(ended)
        .map(|theirs| format!("X may have ended its OAuth 2.0 login: check “{}”", theirs.name));
    let because: Vec<String> = [Some(logged_in), known, ended, Some("nothing was stored".to_owned())]
        .into_iter()
        .flatten()
        .collect();
    let try_this = format!("begin again in a private window, and log in there as {wanted}");
    Failure::new(Kind::Found, "the wrong account was logged in", because.join("; "), try_this)
}

// What X says.

/// A request token was refused.
pub(super) fn not_begun(app: &Name, callback: &str, reply: &Reply<()>) -> Failure {
    let url = visible_within(callback, 100);
    let heard = heard(reply, request_token::REQUEST);
    let code = reply.said().and_then(|said| said.code);
    if let Some(failure) = trouble(reply, &heard).or_else(|| clock(reply, &heard)) {
        return failure;
    }
    let found = |what: &str, try_this: String| Failure::new(Kind::Found, what, heard.clone(), try_this);
    match code {
        Some(415) => found(
            "X does not know this callback URL",
            format!(
                "add exactly {url} in the console (the app, Settings, User authentication settings, Callback URI), or \
                 store the one that stands there: birdkeep app set {app} callback_url"
            ),
        ),
        Some(417) => found(
            "the app has no callback URL at X",
            format!(
                "add {url} in the console (the app, Settings, User authentication settings, Callback URI), or use a PIN \
                 (--pin)"
            ),
        ),
        Some(416) => found(Cause::AppSuspended.row().what, Cause::AppSuspended.row().try_this.to_owned()),
        Some(32 | 89 | 215) => keys(heard),
        _ if reply.status() == Some(401) => keys(heard),
        _ if matches!(reply, Reply::Odd(..)) => found(
            "X did not confirm the login",
            "begin again later; if it stays, look at X's status page".to_owned(),
        ),
        _ => found(NOT_BEGUN, BEGIN_AGAIN.to_owned()),
    }
}

fn keys(heard: String) -> Failure {
    let row = Cause::AppKeysRejected.row();
    Failure::new(Kind::Found, row.what, heard, row.try_this)
}

/// Whether a refusal may mean that the PIN was mistyped: X says it in several ways, all of them 401 without a mark of
/// anything else.
pub(super) fn may_be_the_pin(reply: &Reply<()>) -> bool {
    let Reply::Refused(said, _) = reply else { return false };
    let marked = matches!(said.code, Some(32 | 135 | 215 | 416));
    reply.status() == Some(401) && !marked && clock(reply, "").is_none()
}

/// A verifier was refused.
pub(super) fn not_exchanged(reply: &Reply<()>) -> Failure {
    let heard = heard(reply, access_token::REQUEST);
    if let Some(failure) = trouble(reply, &heard).or_else(|| clock(reply, &heard)) {
        return failure;
    }
    match reply.said().and_then(|said| said.code) {
        Some(416) => {
            let row = Cause::AppSuspended.row();
            Failure::new(Kind::Found, row.what, heard, row.try_this)
        }
        Some(32 | 215) => keys(heard),
        _ => Failure::new(
            Kind::Found,
            NO_TOKENS,
            format!("the login was used already, or has become too old; {heard}"),
            BEGIN_AGAIN,
        ),
    }
}

/// A code was refused; `confidential`: a client secret is stored, so X was asked in the way of a confidential client.
pub(super) fn code_refused(confidential: bool, reply: &Reply<()>) -> Failure {
    let heard = heard(reply, user_token::REQUEST);
    if let Some(failure) = trouble(reply, &heard) {
        return failure;
    }
    let found =
        |what: &str, because: String, try_this: &str| Failure::new(Kind::Found, what, because, try_this);
    let client = "X does not accept the app's OAuth 2.0 client";
    match (reply.status(), reply.said().map(|said| (said.form, said.error.as_deref()))) {
        (_, Some((Form::Oauth2, Some("unauthorized_client" | "invalid_client")))) | (Some(401), _) => {
            if confidential {
                found(
                    client,
                    format!(
                        "{heard}. The client secret is another one, or the app is a Native App, which has none"
                    ),
                    "compare the type of app in the console (User authentication settings): with a secret, store the \
                     present one; without, remove it (birdkeep app set APP client_secret --clear)",
                )
            } else {
                found(
                    client,
                    format!(
                        "{heard}. No client secret is stored, and a Web App, Automated App or Bot has one"
                    ),
                    "store the client secret (birdkeep app set APP client_secret), or make the app a Native App in the \
                     console",
                )
            }
        }
        (Some(400), _) => found(
            NO_TOKENS,
            format!("a code lives for 30 seconds and is good once; {heard}"),
            "begin the login again, and come back right after allowing the app; nothing was stored",
        ),
        _ => found(NO_TOKENS, heard, BEGIN_AGAIN),
    }
}

/// Why X does not say whose tokens these are: for a sentence beside them.
pub(super) fn unknown_account(reply: &Reply<()>) -> String {
    format!("X does not say whose tokens these are: {}", heard(reply, users_me::REQUEST))
}

/// What is the same wherever a login meets it: the network, X's trouble, limits.
fn trouble(reply: &Reply<()>, heard: &str) -> Option<Failure> {
    let of = |cause: Cause| {
        let row = cause.row();
        Failure::new(Kind::Network, row.what, heard, BEGIN_AGAIN)
    };
    match reply {
        Reply::Silent(SendError::NotConnected | SendError::NoRoots) => {
            let row = Cause::Unreachable.row();
            Some(Failure::new(Kind::Network, row.what, heard, "look at the network, then try the same again"))
        }
        Reply::Silent(SendError::ClockUnset) => {
            Some(Failure::new(Kind::Found, NOT_BEGUN, heard, "set this machine's clock"))
        }
        Reply::Silent(SendError::NotAHeader | SendError::Forbidden) => Some(Failure::new(
            Kind::Usage,
            NOT_BEGUN,
            heard,
            "look at the app's values: one was pasted wrongly",
        )),
        Reply::Silent(_) => Some(of(Cause::Unreachable)),
        Reply::Refused(said, seen) if seen.status >= 500 || matches!(said.code, Some(130 | 131)) => {
            Some(of(Cause::XDown))
        }
        Reply::Refused(said, seen) if seen.status == 429 || said.code == Some(88) => {
            let row = Cause::RateLimited.row();
            let try_this = "wait a quarter of an hour, then begin the login again";
            Some(Failure::new(Kind::Network, row.what, heard, try_this))
        }
        _ => None,
    }
}

/// X said that the time was wrong, or refused while the clocks were far apart.
fn clock(reply: &Reply<()>, heard: &str) -> Option<Failure> {
    let seen = reply.seen()?;
    let skew = seen.skew.unwrap_or_default();
    let said = reply.said().and_then(|said| said.code) == Some(135);
    let row = Cause::ClockSkew.row();
    (said || (seen.status == 401 && skew.abs() > SKEW)).then(|| {
        let apart = match skew {
            0 => String::new(),
            ahead if ahead > 0 => format!("this machine's clock is {} behind X's; ", age(ahead)),
            behind => format!("this machine's clock is {} ahead of X's; ", age(-behind)),
        };
        Failure::new(Kind::Found, row.what, format!("{apart}{heard}"), row.try_this)
    })
}

/// What X said to a request, or why it said nothing.
fn heard(reply: &Reply<()>, request: &str) -> String {
    match reply {
        Reply::Silent(error) => error.to_string(),
        answered => {
            let status = answered.status().unwrap_or_default();
            let words = answered.said().map(Said::quote).unwrap_or_default();
            format!("X answered {status} to {request}: {words}")
        }
    }
}
