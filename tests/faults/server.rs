//! A server on bare TCP that does to a connection whatever a script says.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// One thing done to a connection.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Reads the request. A script without this step answers nobody.
    Read,
    Send(Vec<u8>),
    /// Sends the same so many times.
    Repeat(Vec<u8>, usize),
    /// One byte at a time, forever, from the front again at the end.
    Drip(Vec<u8>),
    Hang,
    Reset,
}

/// Takes a request line ("GET /2/users/me") and says what to do.
pub(crate) type Play = Arc<dyn Fn(&str) -> Vec<Step> + Send + Sync>;

/// A running server; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) base: String,
    heard: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(play: Play) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("it is bound"));
        let heard = Arc::new(AtomicUsize::new(0));
        let count = heard.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (play, count) = (play.clone(), count.clone());
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    // However it ends: it was meant to go wrong.
                    let _ = treat(stream, &play).await;
                });
            }
        });
        Self { base, heard, task }
    }

    /// How many connections there were.
    pub(crate) fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn treat(mut stream: TcpStream, play: &Play) -> std::io::Result<()> {
    // A script that reads is told by the request; one that does not has to be known without.
    let first = play("").into_iter().next();
    if let Some(Step::Reset) = first {
        return stream.set_zero_linger();
    }
    let line = read_request(&mut stream).await?;
    for step in play(&line) {
        match step {
            Step::Read => {}
            Step::Send(bytes) => stream.write_all(&bytes).await?,
            Step::Repeat(bytes, times) => {
                for _ in 0..times {
                    stream.write_all(&bytes).await?;
                }
            }
            Step::Drip(bytes) => {
                for byte in bytes.iter().cycle() {
                    stream.write_all(&[*byte]).await?;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
            Step::Hang => std::future::pending().await,
            Step::Reset => return stream.set_zero_linger(),
        }
    }
    stream.shutdown().await?;
    // Closing with unread bytes would reset the connection.
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

/// Head and body of one request; its method and path come back.
async fn read_request(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let length = stream.read(&mut buffer).await?;
        bytes.extend_from_slice(&buffer[..length]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let promised = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length:")
                    .map(|length| length.trim().parse().unwrap_or(0))
            });
            if body.len() >= promised.unwrap_or(0) {
                let line = head.lines().next().unwrap_or_default();
                let target = line.rsplit_once(' ').map_or(line, |(target, _)| target);
                return Ok(target.split('?').next().unwrap_or_default().to_owned());
            }
        }
        if length == 0 {
            return Ok(String::new());
        }
    }
}
