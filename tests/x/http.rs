//! Everything a server can do wrong, over real sockets: the right reason, soon, and no secret elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use birdkeep::domain::secret::Secret;
use birdkeep::x::endpoints::{oauth2_token, usage_tweets, users_me};
use birdkeep::x::reply::Reply;
use birdkeep::x::wire::{Method, Request, SendError, Transport, Unseen, Witness};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{self, http};

const PATIENCE: Duration = Duration::from_millis(400);

/// What the server does with a connection after it has read the request.
enum Then {
    /// Sends these bytes and closes.
    Say(Vec<u8>),
    /// Sends these bytes and resets the connection.
    Reset(Vec<u8>),
    /// Sends these bytes and then nothing, forever.
    Hang(Vec<u8>),
    /// Sends one byte every 20 ms, forever.
    Drip(&'static [u8]),
    /// Sends the first of these to the first connection, and so on.
    Each(Vec<Vec<u8>>),
    /// Closes at once.
    Close,
}

/// Starts a server that treats every connection alike and counts them.
async fn server(then: Then) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("it is bound"));
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    let then = Arc::new(then);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let number = counted.fetch_add(1, Ordering::SeqCst);
            let then = then.clone();
            tokio::spawn(async move { treat(stream, number, &then).await });
        }
    });
    (base, count)
}

async fn treat(mut stream: TcpStream, number: usize, then: &Then) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    match then {
        Then::Say(bytes) => drop(stream.write_all(bytes).await),
        Then::Each(answers) => drop(stream.write_all(&answers[number]).await),
        Then::Reset(bytes) => {
            let _ = stream.write_all(bytes).await;
            stream.set_zero_linger().expect("a socket has this option");
        }
        Then::Hang(bytes) => {
            let _ = stream.write_all(bytes).await;
            std::future::pending::<()>().await;
        }
        Then::Drip(bytes) => {
            for byte in bytes.iter().cycle() {
                if stream.write_all(&[*byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Then::Close => {}
    }
}

fn answer(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}").into_bytes()
}

fn request(base: &str) -> Request {
    Request {
        method: Method::Post,
        url: format!("{base}/oauth2/token"),
        authorization: Some(Secret::new("Basic bWFkZTp1cA==")),
        form: Some(Secret::new("grant_type=client_credentials")),
    }
}

#[test]
fn every_fault_of_a_server_has_its_reason_in_bounded_time() {
    use SendError::{Broken, NotText, Timeout, TooLong};
    let big = " ".repeat(10 << 20);
    let many = "x: y\r\n".repeat(100_000);
    for (name, then, wanted) in [
        ("closed at once", Then::Close, Broken),
        ("reset before the head", Then::Reset(Vec::new()), Broken),
        ("reset after the head", Then::Reset(answer("content-length: 9", "")), Broken),
        ("reset in the body", Then::Reset(answer("content-length: 9", "half")), Broken),
        ("closed before the promised length", Then::Say(answer("content-length: 9", "half")), Broken),
        ("closed in a chunk", Then::Say(answer("transfer-encoding: chunked", "9\r\nhalf")), Broken),
        ("chunks of garbage", Then::Say(answer("transfer-encoding: chunked", "zz\r\nhalf\r\n")), Broken),
        ("a length that is none", Then::Say(answer("content-length: many", "x")), Broken),
        ("two lengths", Then::Say(answer("content-length: 1\r\ncontent-length: 2", "xx")), Broken),
        ("no HTTP at all", Then::Say(b"220 mail.example ESMTP\r\n".to_vec()), Broken),
        ("HTTP 0.9", Then::Say(b"<html>hello</html>".to_vec()), Broken),
        ("too many headers", Then::Say(answer(&format!("{many}x: y"), "")), Broken),
        ("10 MB with a length", Then::Say(answer(&format!("content-length: {}", big.len()), &big)), TooLong),
        ("10 MB without a length", Then::Say(answer("connection: close", &big)), TooLong),
        ("a promise of 10 GB", Then::Hang(answer("content-length: 10000000000", "x")), TooLong),
        ("not text", Then::Say([answer("content-length: 2", ""), vec![0xff, 0xfe]].concat()), NotText),
        ("silence", Then::Hang(Vec::new()), Timeout),
        ("silence after the head", Then::Hang(answer("content-length: 9", "")), Timeout),
        ("silence in the body", Then::Hang(answer("content-length: 9", "half")), Timeout),
        ("a byte now and then", Then::Drip(b"HTTP/1.1 200 OK\r\nx: "), Timeout),
    ] {
        support::run(async {
            let (base, count) = server(then).await;
            let begun = Instant::now();
            let outcome = http(&base, PATIENCE).send(request(&base)).await;
            assert_eq!(outcome.map(|response| response.status), Err(wanted), "{name}");
            assert!(begun.elapsed() < Duration::from_secs(3), "{name} took {:?}", begun.elapsed());
            assert_eq!(count.load(Ordering::SeqCst), 1, "{name}: asked once");
        });
    }
}

#[derive(Default)]
struct Seen {
    statuses: Vec<u16>,
    bytes: Vec<u8>,
}

impl Witness for Seen {
    fn piece(&mut self, status: u16, bytes: &[u8]) {
        self.statuses.push(status);
        self.bytes.extend_from_slice(bytes);
    }
}

#[test]
fn a_witness_sees_all_that_arrived_whatever_comes_of_it() {
    for (name, then, wanted, seen) in [
        ("whole", Then::Say(answer("content-length: 4", "half")), Ok(200), "half"),
        (
            "in chunks",
            Then::Say(answer("transfer-encoding: chunked", "2\r\nha\r\n2\r\nlf\r\n0\r\n\r\n")),
            Ok(200),
            "half",
        ),
        ("reset in the body", Then::Say(answer("content-length: 9", "half")), Err(SendError::Broken), "half"),
        (
            "silence in the body",
            Then::Hang(answer("content-length: 9", "half")),
            Err(SendError::Timeout),
            "half",
        ),
        (
            "not text",
            Then::Say([answer("content-length: 5", "half"), vec![0xff]].concat()),
            Err(SendError::NotText),
            "half",
        ),
        ("reset before the head", Then::Reset(Vec::new()), Err(SendError::Broken), ""),
    ] {
        support::run(async {
            let (base, count) = server(then).await;
            let mut witness = Seen::default();
            let outcome = http(&base, PATIENCE).send_witnessed(request(&base), &mut witness).await;
            assert_eq!(outcome.map(|response| response.status), wanted, "{name}");
            let text = String::from_utf8_lossy(&witness.bytes);
            assert_eq!(text.trim_end_matches('\u{fffd}'), seen, "{name}");
            assert!(witness.statuses.iter().all(|status| *status == 200), "{name}");
            assert_eq!(count.load(Ordering::SeqCst), 1, "{name}: asked once");
        });
    }
}

#[test]
fn what_is_asked_once_has_a_connection_of_its_own_and_more_time() {
    support::run(async {
        let each = vec![answer("content-length: 1", "a"), answer("content-length: 1", "b")];
        let (base, count) = server(Then::Each(each)).await;
        let client = http(&base, PATIENCE);
        for body in ["a", "b"] {
            let answer = client.send_witnessed(request(&base), &mut Unseen).await.expect("an answer");
            assert_eq!(answer.body.expose(), body);
        }
        assert_eq!(count.load(Ordering::SeqCst), 2);
        let (base, _) = server(Then::Hang(Vec::new())).await;
        let begun = Instant::now();
        let outcome = http(&base, PATIENCE).send_witnessed(request(&base), &mut Unseen).await;
        assert_eq!(outcome.map(|response| response.status), Err(SendError::Timeout));
        assert!(begun.elapsed() > PATIENCE * 3 / 2, "longer than anything else is waited for");
    });
}

#[test]
fn nobody_listening_is_no_connection() {
    support::run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("it is bound"));
        drop(listener);
        let outcome = http(&base, PATIENCE).send(request(&base)).await;
        assert_eq!(outcome.map(|response| response.status), Err(SendError::NotConnected));
    });
}

#[test]
fn a_redirect_takes_no_secret_anywhere() {
    support::run(async {
        let (elsewhere, visits) = server(Then::Close).await;
        for status in ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
            let text =
                format!("HTTP/1.1 {status}\r\nlocation: {elsewhere}/steal\r\ncontent-length: 0\r\n\r\n");
            let (base, _) = server(Then::Say(text.into_bytes())).await;
            let reply = oauth2_token::read(http(&base, PATIENCE).send(request(&base)).await);
            assert!(matches!(reply, Reply::Odd(..)), "{status}: {reply:?}");
        }
        assert_eq!(visits.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn another_address_than_the_configured_one_is_not_called() {
    support::run(async {
        let (base, _) = server(Then::Close).await;
        let (elsewhere, visits) = server(Then::Close).await;
        let here = http(&base, PATIENCE);
        for url in [elsewhere.as_str(), "https://api.x.com", "http://example.com", "not an address"] {
            let outcome = here.send(request(url)).await;
            assert_eq!(outcome.map(|response| response.status), Err(SendError::Forbidden), "{url}");
        }
        assert_eq!(visits.load(Ordering::SeqCst), 0);
    });
}

/// Every endpoint against every place an answer can break off, and types that are not the expected ones.
#[test]
fn half_an_answer_is_never_taken_for_a_whole_one() {
    support::run(async {
        for body in [
            r#"{"token_type":"bearer","access_token":"AAAAmadeup"}"#,
            r#"{"data":{"id":"1900000000000000001","name":"n","username":"demo_a"}}"#,
            r#"{"data":{"cap_reset_day":12,"project_usage":"1"}}"#,
        ] {
            let halves: Vec<_> = (0..body.len()).map(|end| &body[..end]).collect();
            let head =
                |half: &&str| answer(&format!("connection: close\r\ncontent-length: {}", half.len()), half);
            let (base, _) = server(Then::Each(halves.iter().map(head).collect())).await;
            let client = http(&base, PATIENCE);
            for half in halves {
                let outcome = client.send(request(&base)).await;
                assert!(outcome.is_ok(), "{half}");
                assert!(oauth2_token::read(outcome.clone()).given().is_none(), "{half}");
                assert!(users_me::read(outcome.clone()).given().is_none(), "{half}");
                assert!(usage_tweets::read(outcome).given().is_none(), "{half}");
            }
        }
    });
}
