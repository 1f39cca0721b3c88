//! A login under way: what it must keep secret, and what a person may see.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::{Given, Wants, Way, failures};
use crate::domain::id::ProfileId;
use crate::domain::names::Handle;
use crate::domain::permission::Scopes;
use crate::domain::secret::Secret;
use crate::failure::Failure;
use crate::host::loopback::{Heard, Judge, Waiting};
use crate::x::auth::callback;
use crate::x::auth::pkce::Pkce;
use crate::x::auth::redirect::Odd;
use crate::x::endpoints::request_token::RequestToken;

/// What comes of listening.
pub type Hearing = Pin<Box<dyn Future<Output = Result<Given, Failure>> + Send>>;

/// A login under way. It has the app's credentials as they were when it began. `Debug` shows neither these nor the
/// address, which holds half of its secrets.
pub struct Pending {
    pub(super) profile: ProfileId,
    pub(super) way: Way,
    pub(super) address: String,
    pub(super) handle: Option<Handle>,
    pub(super) secrets: Secrets,
    pub(super) callback: Option<String>,
    pub(super) waiting: Option<Box<dyn Waiting>>,
    /// How often a PIN may still be tried.
    pub(super) tries: u8,
}

/// What only the one who began may know.
#[derive(Clone, Debug)]
pub(super) enum Secrets {
    /// An app's pair, and the request token made with it.
    Oauth1 { key: Secret, secret: Secret, request: RequestToken },
    /// A client, what it asked for, and the two secrets of the login.
    Oauth2 { id: Secret, secret: Option<Secret>, scopes: Scopes, redirect: String, pkce: Pkce },
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("profile", &self.profile)
            .field("way", &self.way)
            .finish_non_exhaustive()
    }
}

impl Pending {
    /// Whose login it is.
    pub const fn profile(&self) -> ProfileId {
        self.profile
    }

    /// How it goes.
    pub const fn way(&self) -> Way {
        self.way
    }

    /// The page that a person has to open.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The account that should log in there, where it is known.
    pub const fn handle(&self) -> Option<&Handle> {
        self.handle.as_ref()
    }

    /// Where the browser comes back to; `None`: nowhere, there is a PIN.
    pub fn callback(&self) -> Option<&str> {
        self.callback.as_deref()
    }

    /// What was asked for, of OAuth 2.0.
    pub const fn scopes(&self) -> Option<&Scopes> {
        match &self.secrets {
            Secrets::Oauth1 { .. } => None,
            Secrets::Oauth2 { scopes, .. } => Some(scopes),
        }
    }

    /// What it waits for.
    pub fn wants(&self) -> Wants {
        self.way.row().wants
    }

    /// Waits for the redirect, five minutes at most; dropping it stops listening. `None` where there is nothing to hear,
    /// or somebody listens already. Must be awaited inside a tokio runtime.
    pub fn listen(&mut self) -> Option<Hearing> {
        let waiting = self.waiting.take()?;
        let (judge, way) = (self.judge(), self.way);
        Some(Box::pin(async move {
            let heard = waiting.wait(judge).await;
            heard.map(Given::Redirect).map_err(|error| failures::not_heard(error, way))
        }))
    }

    /// Yes, no and an error are answers of this login; everything else is somebody else's.
    fn judge(&self) -> Judge {
        let secrets = self.secrets.clone();
        Arc::new(move |target| match secrets.read(target) {
            Ok(_) | Err(Odd::Denied | Odd::Refused(_)) => Heard::Answer,
            Err(Odd::NotARedirect | Odd::OtherLogin) => Heard::Stray,
        })
    }
}

impl Secrets {
    /// The verifier or code of a redirect.
    pub(super) fn read(&self, address: &str) -> Result<Secret, Odd> {
        match self {
            Self::Oauth1 { request, .. } => callback::read(address, &request.token),
            Self::Oauth2 { pkce, .. } => pkce.read(address),
        }
    }
}
