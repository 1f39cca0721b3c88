//! Waits on this machine's own address for the redirect that ends a login.
//!
//! Listens exactly where the callback URL says, hears whoever comes (a browser opens more connections than it uses, and
//! any page may knock), and ends with the first request that the login calls its own. What is heard holds a code, so
//! nothing of it is kept, shown or logged here. RFC 8252 section 7.3.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener as Bound};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use url::{Host, Url};
use zeroize::Zeroizing;

use crate::domain::secret::Secret;

/// How long a person may take to log in.
pub const PATIENCE: Duration = Duration::from_secs(5 * 60);
/// How long one connection may take to say what it wants.
const HEAD: Duration = Duration::from_secs(10);
/// The longest request head, in bytes.
const LONGEST: usize = 8 << 10;
/// Connections at once; more wait to be accepted.
const CONNECTIONS: usize = 16;

/// What a login says to a request that was made to its callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// This is its answer, be it yes or no.
    Answer,
    /// It is not: an older tab, or a stranger.
    Stray,
}

/// Judges path and query of a request that was made to the callback.
pub type Judge = Arc<dyn Fn(&str) -> Heard + Send + Sync>;

/// What comes back: path and query of the request that was the answer.
pub type Arriving = Pin<Box<dyn Future<Output = Result<Secret, LoopbackError>> + Send>>;

/// Something that can wait for a redirect.
pub trait Loopback: Send + Sync + fmt::Debug {
    /// Begins to listen where `callback` points, so that whatever keeps it from that is known before anybody logs in.
    ///
    /// # Errors
    /// Nobody listens then.
    fn listen(&self, callback: &str) -> Result<Box<dyn Waiting>, LoopbackError>;
}

/// Somebody listens; dropping it ends that.
pub trait Waiting: Send + fmt::Debug {
    /// Comes back with the first request that `judge` calls the answer. Dropping the future ends it. Must run inside a
    /// tokio runtime.
    fn wait(self: Box<Self>, judge: Judge) -> Arriving;
}

/// Why no redirect was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoopbackError {
    /// The callback URL is not an http address of this machine.
    #[error("the callback URL is not an http address of this machine")]
    Elsewhere,
    /// Another program listens there.
    #[error("another program listens on port {0}")]
    Taken(u16),
    /// Ports below 1024 are not for everybody.
    #[error("the system does not let birdkeep listen on port {0}")]
    Denied(u16),
    /// Something else.
    #[error("the system answered: {0}")]
    Failed(io::ErrorKind),
    /// The time is over.
    #[error("nobody came back from the login page")]
    NobodyCame,
}

/// This machine's own addresses.
#[derive(Clone, Copy, Debug)]
pub struct SystemLoopback {
    patience: Duration,
}

impl Default for SystemLoopback {
    fn default() -> Self {
        Self { patience: PATIENCE }
    }
}

impl SystemLoopback {
    /// With another patience than five minutes.
    pub const fn with_patience(patience: Duration) -> Self {
        Self { patience }
    }
}

impl Loopback for SystemLoopback {
    fn listen(&self, callback: &str) -> Result<Box<dyn Waiting>, LoopbackError> {
        let (addresses, path) = place(callback).ok_or(LoopbackError::Elsewhere)?;
        let mut listeners = Vec::new();
        for address in addresses {
            match bind(address) {
                // A machine without one of the two families has no browser that would use it.
                Err(LoopbackError::Failed(io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported))
                    if !listeners.is_empty() => {}
                bound => listeners.push(bound?),
            }
        }
        Ok(Box::new(Listening { listeners, path, patience: self.patience }))
    }
}

/// Whether `callback` points to this machine, so that a redirect to it can be heard.
pub fn is_here(callback: &str) -> bool {
    place(callback).is_some()
}

/// Where to listen, and for which path. `localhost` is both families: browsers try either.
fn place(callback: &str) -> Option<(Vec<SocketAddr>, String)> {
    let url = Url::parse(callback).ok().filter(|url| url.scheme() == "http")?;
    let port = url.port_or_known_default()?;
    let v4 = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let v6 = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
    let addresses = match url.host()? {
        Host::Domain("localhost") => vec![v4, v6],
        Host::Ipv4(address) if address.is_loopback() => vec![(address, port).into()],
        Host::Ipv6(address) if address.is_loopback() => vec![(address, port).into()],
        _ => return None,
    };
    Some((addresses, url.path().to_owned()))
}

fn bind(address: SocketAddr) -> Result<Bound, LoopbackError> {
    let bound = Bound::bind(address).and_then(|bound| bound.set_nonblocking(true).map(|()| bound));
    bound.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => LoopbackError::Taken(address.port()),
        io::ErrorKind::PermissionDenied => LoopbackError::Denied(address.port()),
        kind => LoopbackError::Failed(kind),
    })
}

/// Listens; nobody has been heard yet.
#[derive(Debug)]
struct Listening {
    listeners: Vec<Bound>,
    path: String,
    patience: Duration,
}

impl Waiting for Listening {
    fn wait(self: Box<Self>, judge: Judge) -> Arriving {
        Box::pin(async move {
            let patience = self.patience;
            tokio::time::timeout(patience, self.hear(judge)).await.unwrap_or(Err(LoopbackError::NobodyCame))
        })
    }
}

impl Listening {
    async fn hear(self, judge: Judge) -> Result<Secret, LoopbackError> {
        let path: Arc<str> = self.path.into();
        let mut listeners = Vec::new();
        for bound in self.listeners {
            let listener = TcpListener::from_std(bound);
            listeners.push(listener.map_err(|error| LoopbackError::Failed(error.kind()))?);
        }
        let mut connections = JoinSet::new();
        loop {
            let room = connections.len() < CONNECTIONS;
            tokio::select! {
                stream = accept(&listeners), if room => {
                    connections.spawn(converse(stream, path.clone(), judge.clone()));
                }
                Some(ended) = connections.join_next() => {
                    if let Ok(Some(answer)) = ended {
                        return Ok(answer);
                    }
                }
            }
        }
    }
}

/// The next connection, on whichever of the one or two addresses.
async fn accept(listeners: &[TcpListener]) -> TcpStream {
    loop {
        let accepted = match listeners {
            [first, second, ..] => tokio::select! {
                accepted = first.accept() => accepted,
                accepted = second.accept() => accepted,
            },
            [only] => only.accept().await,
            [] => std::future::pending().await,
        };
        match accepted {
            Ok((stream, _)) => return stream,
            // A client that gave up, or a moment without file handles.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Answers one connection; gives path and query if they were the answer.
async fn converse(mut stream: TcpStream, path: Arc<str>, judge: Judge) -> Option<Secret> {
    let head = tokio::time::timeout(HEAD, head(&mut stream)).await.ok()??;
    let (page, answer) = match request(&head) {
        Err(page) => (page, None),
        Ok(target) if target.split('?').next() != Some(&*path) => (&NOT_HERE, None),
        Ok(target) => match judge(target) {
            Heard::Answer => (&DONE, Some(Secret::new(target))),
            Heard::Stray => (&STRAY, None),
        },
    };
    // Whether the page arrives is the browser's business: what was wanted is heard.
    let _ = tokio::time::timeout(HEAD, async {
        stream.write_all(page.bytes().as_bytes()).await?;
        stream.shutdown().await
    })
    .await;
    answer
}

/// Everything up to the empty line, or as much as is allowed. `None`: it broke off.
async fn head(stream: &mut TcpStream) -> Option<Zeroizing<Vec<u8>>> {
    let mut head = Zeroizing::new(Vec::with_capacity(LONGEST));
    while head.len() < LONGEST && !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut chunk = Zeroizing::new([0; 1024]);
        let room = (LONGEST - head.len()).min(chunk.len());
        match stream.read(chunk.get_mut(..room)?).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => head.extend_from_slice(chunk.get(..read)?),
        }
    }
    Some(head)
}

/// Path and query of a GET request.
fn request(head: &[u8]) -> Result<&str, &'static Page> {
    if !head.ends_with(b"\r\n\r\n") && head.len() >= LONGEST {
        return Err(&TOO_LONG);
    }
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = std::str::from_utf8(line).map_err(|_no_text| &GARBLED)?;
    match line.split(' ').collect::<Vec<_>>().as_slice() {
        ["GET", target, "HTTP/1.1" | "HTTP/1.0"] if target.starts_with('/') => Ok(target),
        [_, target, "HTTP/1.1" | "HTTP/1.0"] if target.starts_with('/') => Err(&NO_METHOD),
        _ => Err(&GARBLED),
    }
}

/// A page without scripts, pictures or anything of the request.
struct Page {
    status: &'static str,
    title: &'static str,
    text: &'static str,
}

const DONE: Page = Page {
    status: "200 OK",
    title: "Back to birdkeep",
    text: "birdkeep has heard from X. Close this page and go back to birdkeep: it says there how it ended.",
};
const STRAY: Page = Page {
    status: "400 Bad Request",
    title: "Another login",
    text: "This is not the login that birdkeep is waiting for. Use the address that birdkeep shows now.",
};
const NOT_HERE: Page = Page { status: "404 Not Found", title: "Not here", text: "There is nothing here." };
const NO_METHOD: Page = Page {
    status: "405 Method Not Allowed",
    title: "Not like this",
    text: "Only a browser is expected here.",
};
const TOO_LONG: Page =
    Page { status: "414 URI Too Long", title: "Too long", text: "This request is too long for a login." };
const GARBLED: Page =
    Page { status: "400 Bad Request", title: "Not understood", text: "Only a browser is expected here." };

impl Page {
    fn bytes(&self) -> String {
        let Self { status, title, text } = self;
        let body = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
             <body><h1>{title}</h1><p>{text}</p></body></html>\n"
        );
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
             cache-control: no-store\r\nreferrer-policy: no-referrer\r\n\
             content-security-policy: default-src 'none'\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
    }
}

#[cfg(test)]
mod tests;
