//! What commands share that log an account in: the page, the PIN or address, and what X issued.

use super::input;
use super::output::{Out, mid};
use crate::domain::document::Document;
use crate::domain::id::ProfileId;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::ops::World;
use crate::ops::authorize::{self, Given, Issued, Pending, Stopped, Wants, Wish};

/// Logs the account of `profile` in and gives what X issued, of the right account and not stored yet. The code of a
/// redirect lives for 30 seconds, so nothing is asked in between. Must run inside a tokio runtime.
///
/// # Errors
/// There are no tokens: nothing has changed then.
pub(super) async fn bring(
    out: &mut Out,
    world: &World,
    document: &Document,
    profile: ProfileId,
    wish: Wish,
) -> Result<Issued, Failure> {
    let mut pending = authorize::begin(world, document, profile, wish).await?;
    show(out, &pending);
    if !authorize::open(world, &pending) {
        out.note("no browser could be started: open the address yourself");
    }
    let heard = match pending.listen() {
        Some(hearing) => {
            let back = pending.callback().unwrap_or_default();
            out.note(&format!("waiting for the browser to come back to {} …", visible_within(back, 100)));
            Some(hearing.await?)
        }
        None => None,
    };
    let mut given = heard;
    loop {
        let next = match given.take() {
            Some(given) => given,
            None => ask(out, pending.wants())?,
        };
        match authorize::exchange(world, document, &mut pending, next).await {
            Ok(issued) => return Ok(issued),
            Err(Stopped::Again(failure)) if pending.wants() != Wants::Redirect => out.failure(&failure),
            Err(stopped) => return Err(stopped.failure().clone()),
        }
    }
}

/// Where to log in, and as whom.
pub(super) fn show(out: &mut Out, pending: &Pending) {
    let row = pending.way().row();
    let who = pending.handle().map_or_else(|| "the bot's account".to_owned(), ToString::to_string);
    out.note(&format!(
        "log in as {who} and allow the app; it issues the {}:",
        mid(row.credential.row().label)
    ));
    out.note(pending.address());
    if let Some(scopes) = pending.scopes() {
        out.note(&format!("asked for: {}", visible_within(&scopes.to_string(), 1000)));
    }
    if row.wants == Wants::Paste {
        out.note(
            "X then sends the browser to a page that may not open: copy its whole address and paste it here within 30 \
             seconds",
        );
    }
}

/// A PIN or an address, from the terminal or from standard input.
///
/// # Errors
/// [`Kind::Usage`] where nothing is given.
pub(super) fn ask(out: &mut Out, wants: Wants) -> Result<Given, Failure> {
    let (prompt, what) = match wants {
        Wants::Pin => ("PIN: ", "the PIN"),
        Wants::Paste | Wants::Redirect => ("Address: ", "the address"),
    };
    // A pipe shows no answer behind the question.
    let prompt = if input::is_keyboard() {
        prompt
    } else {
        out.note(&format!("{what} is read from standard input"));
        ""
    };
    let line = Secret::new(input::line(out, prompt)?);
    if line.is_empty() {
        return Err(Failure::new(
            Kind::Usage,
            "the login did not end",
            format!("{what} was not given"),
            "begin again; nothing was stored",
        ));
    }
    Ok(if wants == Wants::Pin { Given::Pin(line) } else { Given::Redirect(line) })
}
