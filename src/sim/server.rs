//! The simulator as a server: HTTP/1.1 on a loopback address, for scripts, tests and tutorials.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};

use super::answers::Answer;
use super::asked::{Asked, pairs};
use super::faults::What;
use super::transport::Latency;
use super::world::Sim;

/// Connections at once; more wait to be accepted.
const CONNECTIONS: usize = 1_024;
/// The longest request body and head, in bytes.
const LONGEST: usize = 64 << 10;
/// How long a client may take to send a request's head.
const HEAD: Duration = Duration::from_secs(10);
/// How long silence lasts before the connection is closed.
const SILENCE: Duration = Duration::from_secs(120);

/// A running server; dropping it ends it and every connection.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Everybody on the network could reach it.
    #[error("the simulator listens on loopback addresses only")]
    NotLoopback,
    /// The address cannot be listened on.
    #[error("this address cannot be listened on: {}", .0.kind())]
    Taken(io::Error),
}

impl Server {
    /// Listens on `address`; port 0 takes a free one. Must run inside a tokio runtime.
    ///
    /// # Errors
    /// The address is not this machine's own, or is taken.
    pub async fn start(sim: Arc<Sim>, address: SocketAddr, latency: Latency) -> Result<Self, ServeError> {
        if !address.ip().is_loopback() {
            return Err(ServeError::NotLoopback);
        }
        let listener = TcpListener::bind(address).await.map_err(ServeError::Taken)?;
        let address = listener.local_addr().map_err(ServeError::Taken)?;
        let task = tokio::spawn(accept(listener, sim, latency));
        Ok(Self { address, task })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// As a base address for `BIRDKEEP_X_API`.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves until it is dropped.
    pub async fn run(&mut self) {
        // The task ends only when it is aborted.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, sim: Arc<Sim>, latency: Latency) {
    let seats = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let Ok(seat) = seats.clone().acquire_owned().await else { return };
        // A client that gave up meanwhile, or a moment without file handles, is no reason to stop.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let sim = sim.clone();
        connections.spawn(async move {
            converse(stream, sim, latency).await;
            drop(seat);
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn converse(stream: TcpStream, sim: Arc<Sim>, latency: Latency) {
    let service = service_fn(move |request| answer(request, sim.clone(), latency));
    // How a connection ends is the client's business: there is nobody to tell.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(LONGEST)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Answers one request; an error closes the connection without an answer.
async fn answer(
    request: Request<Incoming>,
    sim: Arc<Sim>,
    latency: Latency,
) -> Result<Response<Sent>, Closed> {
    let asked = take_apart(request).await?;
    tokio::time::sleep(latency.of(&asked)).await;
    let outcome = sim.answer(&asked);
    tokio::time::sleep(outcome.after).await;
    match outcome.what {
        What::Answer(answer) => Ok(response(answer, None)),
        What::Cut(answer, after) => Ok(response(answer, Some(after))),
        What::Unreachable | What::Reset => Err(Closed),
        What::Silence => {
            tokio::time::sleep(SILENCE).await;
            Err(Closed)
        }
    }
}

async fn take_apart(request: Request<Incoming>) -> Result<Asked, Closed> {
    let (head, body) = request.into_parts();
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    let body = Limited::new(body, LONGEST).collect().await.or(Err(Closed))?.to_bytes();
    let is_form = text(CONTENT_TYPE)
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"));
    let form = if is_form { pairs(&String::from_utf8_lossy(&body)) } else { Vec::new() };
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    // A proxy names the whole address, and that is the one a signature is about (RFC 9112 section 3.2.2).
    let scheme = head.uri.scheme_str().unwrap_or("http");
    let host = head.uri.authority().map(ToString::to_string).or_else(|| text(HOST)).unwrap_or_default();
    Ok(Asked::parts(head.method.as_str(), scheme, &host, target, form, text(AUTHORIZATION)))
}

fn response(answer: Answer, cut: Option<usize>) -> Response<Sent> {
    let length = answer.body.len();
    let mut bytes = Bytes::from(answer.body);
    bytes.truncate(cut.unwrap_or(length));
    let mut builder = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        builder = builder.header(name, value);
    }
    // Said for a cut body as well: the client is owed the rest.
    builder = builder.header(CONTENT_LENGTH, length);
    let sent = Sent { bytes: Some(bytes), broken: cut.is_some() };
    builder.body(sent).unwrap_or_else(|_| Response::new(Sent { bytes: None, broken: true }))
}

/// A body that is sent whole, or breaks off.
#[derive(Debug)]
struct Sent {
    bytes: Option<Bytes>,
    broken: bool,
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Closed;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Closed>>> {
        Poll::Ready(match self.bytes.take() {
            Some(bytes) if !bytes.is_empty() => Some(Ok(Frame::data(bytes))),
            _ if self.broken => Some(Err(Closed)),
            _ => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && !self.broken
    }

    fn size_hint(&self) -> SizeHint {
        match &self.bytes {
            Some(bytes) if !self.broken => SizeHint::with_exact(bytes.len() as u64),
            _ => SizeHint::default(),
        }
    }
}

/// The connection is to be closed here and now.
#[derive(Clone, Copy, Debug)]
struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("closed on purpose")
    }
}

impl std::error::Error for Closed {}
