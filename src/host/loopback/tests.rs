//! Browsers as they are: many connections, odd requests, one answer.

use super::*;

/// A free port of this machine.
fn port() -> u16 {
    let bound = Bound::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    bound.local_addr().expect("it has an address").port()
}

fn judge() -> Judge {
    Arc::new(|target| if target.ends_with("code=made-up") { Heard::Answer } else { Heard::Stray })
}

fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(test)
}

/// Sends `request` as it is, and gives the answer.
async fn ask(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.expect("somebody listens");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    // An answer may be followed by a reset where the request was not read to its end.
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[test]
fn one_good_request_ends_it_and_the_others_are_told_off() {
    run(async {
        let port = port();
        let waiting = SystemLoopback::default().listen(&format!("http://127.0.0.1:{port}/callback"));
        let waiting = tokio::spawn(waiting.expect("a free port").wait(judge()));
        let long = format!("GET /callback?x={} HTTP/1.1\r\n\r\n", "x".repeat(LONGEST));
        // A browser connects ahead of its needs.
        let idle = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.expect("somebody listens");
        for (request, wanted) in [
            ("GET /favicon.ico HTTP/1.1\r\nhost: x\r\n\r\n", "404"),
            ("GET /callback/ HTTP/1.1\r\n\r\n", "404"),
            ("GET /?code=made-up HTTP/1.1\r\n\r\n", "404"),
            ("GET /callback?code=other HTTP/1.1\r\n\r\n", "400"),
            ("POST /callback?code=made-up HTTP/1.1\r\n\r\n", "405"),
            ("GET http://127.0.0.1/callback?code=made-up HTTP/1.1\r\n\r\n", "400"),
            ("GET /callback?code=made-up\r\n\r\n", "400"),
            ("\u{fffd}\r\n\r\n", "400"),
            (long.as_str(), "414"),
        ] {
            assert_eq!(status(&ask(port, request).await), wanted, "{request:.60}");
        }
        let answer = ask(port, "GET /callback?state=s&code=made-up HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert_eq!(status(&answer), "200");
        assert!(answer.contains("go back to birdkeep") && !answer.contains("made-up"));
        let heard = waiting.await.expect("no panic").expect("the answer");
        assert_eq!(heard.expose(), "/callback?state=s&code=made-up");
        drop(idle);
    });
}

#[test]
fn whatever_keeps_it_from_listening_is_known_at_once() {
    let taken = Bound::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = taken.local_addr().expect("it has an address").port();
    let listen = |callback: &str| SystemLoopback::default().listen(callback).map(drop);
    assert_eq!(listen(&format!("http://127.0.0.1:{port}/")), Err(LoopbackError::Taken(port)));
    for callback in [
        "https://127.0.0.1:8723/callback",
        "http://example.com/callback",
        "http://127.0.0.1.example.com/callback",
        "http://10.0.0.1/callback",
        "http://0.0.0.0:8723/callback",
        "myapp://callback",
        "oob",
        "",
    ] {
        assert_eq!(listen(callback), Err(LoopbackError::Elsewhere), "{callback}");
    }
}

#[test]
fn it_stops_when_nobody_comes_or_nobody_waits_any_more() {
    run(async {
        let callback = format!("http://127.0.0.1:{}/callback", port());
        let brief = SystemLoopback::with_patience(Duration::from_millis(20));
        let waited = brief.listen(&callback).expect("a free port").wait(judge()).await;
        assert_eq!(waited.map(drop), Err(LoopbackError::NobodyCame));
        // The port is free again: given up, never waited for, or cancelled.
        drop(brief.listen(&callback).expect("free again"));
        drop(SystemLoopback::default().listen(&callback).expect("free again").wait(judge()));
        assert!(brief.listen(&callback).is_ok());
    });
}

#[test]
fn localhost_is_heard_in_either_family() {
    let places = |callback: &str| place(callback).map(|(addresses, _)| addresses.len());
    assert_eq!(places("http://localhost:8080/callback"), Some(2));
    assert_eq!(places("http://127.0.0.1:8080/callback"), Some(1));
    assert_eq!(places("http://[::1]:8080/callback"), Some(1));
    let (addresses, path) = place("http://127.0.0.1/a?b=c").expect("loopback");
    assert_eq!((addresses[0].port(), path.as_str()), (80, "/a"));
}
