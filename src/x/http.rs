//! Requests over the network, by rules that keep secrets where they belong.
//!
//! To X's hosts only (or one loopback address), over TLS, without proxy, redirect, retry, cookies or referer; 10 s
//! to connect, 30 s altogether, at most 1 MiB of answer. The client is built at the first request, off the
//! caller's thread, since reading the system's certificates takes some 30 ms. What must not be asked twice has a
//! client of its own: HTTP/1.1, a connection for each request, and 120 s.

mod gate;

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use tokio::sync::OnceCell;
use url::Url;

use self::gate::Gate;
use super::base::{Base, Kind};
use super::wire::{Method, Now, Request, Response, SendError, Sending, Transport, Unseen, Witness};
use crate::domain::secret::Secret;

/// The longest answer read, in bytes.
const LONGEST: usize = 1 << 20;
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded;charset=UTF-8");

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For a connection, TLS included.
    pub connect: Duration,
    /// For everything, from connecting to the last byte of the answer.
    pub total: Duration,
    /// The same, for what is said once and never again.
    pub once: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(30),
            once: Duration::from_secs(120),
        }
    }
}

/// The network, as far as birdkeep uses it.
pub struct Http {
    base: Base,
    patience: Patience,
    trust: Trust,
    now: Now,
    client: OnceCell<reqwest::Client>,
    once: OnceCell<reqwest::Client>,
    gate: Gate,
}

/// Whose certificates are believed.
#[derive(Clone, Debug)]
enum Trust {
    /// Those that this machine trusts.
    System,
    /// Nobody's: there is no TLS to this machine's own `http` addresses, and reading the system's takes time.
    Nobody,
    /// Those of this one authority.
    #[cfg(test)]
    Only(reqwest::Certificate),
}

/// Who asks, and how much hangs on the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Care {
    /// It can be asked again.
    Usual,
    /// It cannot.
    Once,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Http {
    /// A way to `base`; `now` tells when answers arrive. Nothing is opened or built yet.
    pub fn new(base: Base, now: Now) -> Self {
        Self::with_patience(base, now, Patience::default())
    }

    /// Like [`Http::new`], with other waiting times.
    pub fn with_patience(base: Base, now: Now, patience: Patience) -> Self {
        let (client, once) = (OnceCell::new(), OnceCell::new());
        let trust = if base.as_str().starts_with("https:") { Trust::System } else { Trust::Nobody };
        Self { base, patience, trust, now, client, once, gate: Gate::default() }
    }

    async fn carry(
        &self,
        request: Request,
        care: Care,
        witness: &mut dyn Witness,
    ) -> Result<Response, SendError> {
        let url = Url::parse(&request.url).or(Err(SendError::Forbidden))?;
        if !self.base.allows(&url) {
            return Err(SendError::Forbidden);
        }
        let request = outgoing(url, &request)?;
        let client = self.client(care).await?;
        if request.url().scheme() != "https" || care == Care::Once {
            return self.exchange(client, request, witness).await;
        }
        // A cold HTTP/2 client opens one connection per request under way; after one answer they all share one.
        let pass = self.gate.pass(&self.now).await;
        let answer = self.exchange(client, request, witness).await;
        pass.used(answer.is_ok());
        answer
    }

    async fn client(&self, care: Care) -> Result<&reqwest::Client, SendError> {
        let build = || async {
            let (kind, patience, trust) = (self.base.kind(), self.patience, self.trust.clone());
            let work = move || trust.applied(builder(kind, patience, care)).build();
            let built = tokio::task::spawn_blocking(work).await;
            built.ok().and_then(Result::ok).ok_or(SendError::NoRoots)
        };
        let cell = if care == Care::Once { &self.once } else { &self.client };
        cell.get_or_try_init(build).await
    }

    async fn exchange(
        &self,
        client: &reqwest::Client,
        request: reqwest::Request,
        witness: &mut dyn Witness,
    ) -> Result<Response, SendError> {
        let mut answer = client.execute(request).await.map_err(|error| cause(&error))?;
        let status = answer.status().as_u16();
        if answer.content_length().is_some_and(|length| length > LONGEST as u64) {
            return Err(SendError::TooLong);
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| cause(&error))? {
            if body.len() + chunk.len() > LONGEST {
                return Err(SendError::TooLong);
            }
            witness.piece(status, &chunk);
            body.extend_from_slice(&chunk);
        }
        let body = String::from_utf8(body).or(Err(SendError::NotText))?;
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        Ok(Response { status, headers, body: Secret::new(body), received_at: (self.now)() })
    }
}

impl Transport for Http {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move { self.carry(request, Care::Usual, &mut Unseen).await })
    }

    fn send_witnessed<'a>(&'a self, request: Request, witness: &'a mut dyn Witness) -> Sending<'a> {
        Box::pin(self.carry(request, Care::Once, witness))
    }
}

impl Trust {
    fn applied(self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        match self {
            Self::System => builder,
            Self::Nobody => builder.tls_certs_only([]),
            #[cfg(test)]
            Self::Only(authority) => builder.tls_certs_only([authority]),
        }
    }
}

fn builder(kind: Kind, patience: Patience, care: Care) -> reqwest::ClientBuilder {
    let here = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
    let builder = match care {
        Care::Usual => reqwest::Client::builder().timeout(patience.total),
        // A connection that is used again may be closing, and then nobody knows what has been read.
        Care::Once => {
            reqwest::Client::builder().timeout(patience.once).http1_only().pool_max_idle_per_host(0)
        }
    };
    builder
        .https_only(kind == Kind::X)
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .connect_timeout(patience.connect)
        .user_agent(concat!("birdkeep/", env!("CARGO_PKG_VERSION")))
        // Whatever a resolver says: this name is this machine (RFC 6761 section 6.3).
        .resolve_to_addrs("localhost", &here)
}

fn outgoing(url: Url, request: &Request) -> Result<reqwest::Request, SendError> {
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
    };
    let mut outgoing = reqwest::Request::new(method, url);
    if let Some(value) = &request.authorization {
        // A value that cannot be a header is a credential with a line break or worse inside.
        let mut value = HeaderValue::from_str(value.expose()).or(Err(SendError::NotAHeader))?;
        value.set_sensitive(true);
        outgoing.headers_mut().insert(AUTHORIZATION, value);
    }
    if let Some(form) = &request.form {
        outgoing.headers_mut().insert(CONTENT_TYPE, FORM);
        *outgoing.body_mut() = Some(form.expose().to_owned().into());
    }
    Ok(outgoing)
}

/// Why there is no answer. The error itself is dropped: it holds the address.
fn cause(error: &reqwest::Error) -> SendError {
    if error.is_connect() {
        SendError::NotConnected
    } else if error.is_timeout() {
        SendError::Timeout
    } else if error.is_builder() {
        SendError::Forbidden
    } else {
        SendError::Broken
    }
}

#[cfg(test)]
mod tests;
