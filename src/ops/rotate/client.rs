//! The OAuth 2.0 client: a person regenerates its secret in the console, birdkeep tries it and puts it in place.
//!
//! X has no question for a client alone. It is asked for new tokens with a refresh token that is none: a client that X
//! knows is told that the token is wrong, one that it does not know is told so before. That is not documented, so X's
//! answer is taken as such and said to be.

use super::desk::{Desk, failure, value};
use super::{Ledger, Step};
use crate::domain::fields::Field;
use crate::domain::rotation::Stage;
use crate::domain::secret::Secret;
use crate::domain::verdict::Cause;
use crate::failure::{Failure, Kind};
use crate::x::auth::client::Client;
use crate::x::auth::refresh::Refreshed;
use crate::x::endpoints::user_token;

/// A refresh token that X has never issued: not even its shape is right.
const NO_TOKEN: &str = "birdkeep-asks-whether-this-client-is-known";

/// Says what stops, and sends the person to the console.
pub(super) async fn review<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    desk.client()?;
    let said = vec![
        "the client ID stays; X kills the old client secret at once".to_owned(),
        "until every bot has the new secret, none of them can renew its OAuth 2.0 tokens: they go on for two hours at \
         most"
            .to_owned(),
        "whether refresh tokens live on, X does not say: check one bot afterwards".to_owned(),
    ];
    desk.send_to_console(said).await
}

/// Asks X whether it knows the client with the new secret.
pub(super) async fn verify<S: Ledger>(desk: Desk<'_, S>) -> Result<Step<S>, Failure> {
    let candidates = desk.candidates()?;
    let (Some(id), Some(secret)) =
        (value(&candidates, Field::ClientId), value(&candidates, Field::ClientSecret))
    else {
        return Err(desk.usage("there is no new secret to try", "abandon this rotation and begin again"));
    };
    let no_token = Secret::new(NO_TOKEN);
    let client = Client::new(&id, Some(&secret));
    let answer = desk.send(|_| Ok(user_token::refresh(&desk.world.x_base, client, &no_token))).await;
    match Refreshed::read(&answer) {
        Refreshed::Refused(said) => {
            let mut said = vec![format!(
                "X refuses a refresh token that is none, and not the client: {} That is taken as a yes; X documents no \
                 way to ask",
                stopped(&said.quote())
            )];
            if desk.stored(Field::ClientId).is_some_and(|old| old != id) {
                said.push(
                    "this is another client ID: logins made with the old one do not carry over".to_owned(),
                );
            }
            let edits = vec![desk.to(Stage::Promote)];
            desk.end(edits, said).await
        }
        Refreshed::ClientRejected(said) => {
            let refusal = Failure::new(
                Kind::Found,
                "X rejects the client with the new secret",
                format!("X answered {}: {}", user_token::REQUEST, said.quote()),
                "copy the client secret from the console again; the app must be of the type “Web App, Automated App or Bot”",
            );
            desk.refuse(refusal).await
        }
        Refreshed::NotSent(error) => Err(failure(Cause::Unreachable, &[error.to_string()])),
        Refreshed::Unclear(doubt) => Err(unclear(&doubt.because())),
        Refreshed::Renewed(_) => Err(unclear("X has issued tokens for a refresh token that is none")),
    }
}

fn unclear(because: &str) -> Failure {
    Failure::new(
        Kind::Network,
        "X did not say whether it knows the client",
        because,
        "go on later: the same stage asks again, which does no harm",
    )
}

fn stopped(text: &str) -> String {
    if text.ends_with(['.', '”']) { text.to_owned() } else { format!("{text}.") }
}
