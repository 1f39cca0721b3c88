//! The X API as values: a request goes out, a response or a reason for its absence comes back.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::hold::Hold;
use crate::domain::secret::Secret;
use crate::domain::time::Time;

/// The HTTP methods X's endpoints use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
}

impl Method {
    /// In upper case, as it is signed and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A request, complete with its authorization. `Debug` shows method and path only.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole address, query included.
    pub url: String,
    /// The `Authorization` header.
    pub authorization: Option<Secret>,
    /// A form body (`application/x-www-form-urlencoded`), encoded.
    pub form: Option<Secret>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.url.split(['?', '#']).next().unwrap_or_default();
        write!(f, "Request({} {path})", self.method.as_str())
    }
}

/// An answer. `Debug` shows status and size only: bodies hold tokens.
#[derive(Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body, at most 1 MiB.
    pub body: Secret,
    /// When it arrived, by this machine's clock: held against its `date` header.
    pub received_at: Time,
}

impl Response {
    /// The first header with this lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status, self.body.expose().len())
    }
}

/// Why there is no answer. Never holds an address or a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Name resolution, connection or TLS failed: nothing was sent.
    #[error("no connection to X could be made")]
    NotConnected,
    /// No answer within the time allowed.
    #[error("X did not answer in time")]
    Timeout,
    /// The connection broke after the request was sent.
    #[error("the connection broke before the answer was complete")]
    Broken,
    /// The answer was longer than 1 MiB.
    #[error("the answer was longer than 1 MiB")]
    TooLong,
    /// This machine holds no certificate authorities to trust, so nothing was sent.
    #[error("this machine has no certificate authorities to check X's identity with")]
    NoRoots,
    /// The answer is not text.
    #[error("the answer is not text")]
    NotText,
    /// A credential holds characters that no header may carry, so nothing was sent.
    #[error("a stored value holds characters that cannot be sent")]
    NotAHeader,
    /// This machine's clock stands before 1970, so nothing could be signed.
    #[error("this machine's clock stands before 1970, so nothing can be signed")]
    ClockUnset,
    /// The address is not one birdkeep sends secrets to.
    #[error("this address is not X's")]
    Forbidden,
    /// X would have said "too often", so nothing was sent.
    #[error("{0}")]
    HeldBack(Hold),
}

impl SendError {
    /// Whether the request may have reached X all the same.
    pub const fn was_sent(self) -> bool {
        match self {
            Self::Timeout | Self::Broken | Self::TooLong | Self::NotText => true,
            Self::NotConnected
            | Self::NoRoots
            | Self::NotAHeader
            | Self::ClockUnset
            | Self::Forbidden
            | Self::HeldBack(_) => false,
        }
    }
}

/// Tells the time to what has no clock of its own: whoever builds a transport hands it in.
pub type Now = Arc<dyn Fn() -> Time + Send + Sync>;

/// A boxed future, so that the trait can be used as an object.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Response, SendError>> + Send + 'a>>;

/// Sees an answer as it comes in, before anybody has read it.
pub trait Witness: Send {
    /// The next bytes of a body, with the status code of their answer. They may end within a character.
    fn piece(&mut self, status: u16, bytes: &[u8]);
}

/// Nobody looks.
#[derive(Clone, Copy, Debug)]
pub struct Unseen;

impl Witness for Unseen {
    fn piece(&mut self, _: u16, _: &[u8]) {}
}

/// Something that carries requests to X: the network or the simulator.
pub trait Transport: Send + Sync + fmt::Debug {
    /// Sends one request, once: no redirect, no retry.
    fn send(&self, request: Request) -> Sending<'_>;

    /// Sends a request whose answer is said once and never again: on a connection of its own, with 120 s to answer.
    /// `witness` is shown every piece of the answer before the next one is waited for, also of one that breaks off.
    fn send_witnessed<'a>(&'a self, request: Request, witness: &'a mut dyn Witness) -> Sending<'a> {
        Box::pin(async move {
            let answer = self.send(request).await;
            if let Ok(response) = &answer {
                witness.piece(response.status, response.body.expose().as_bytes());
            }
            answer
        })
    }
}
