//! See tests/http.rs for faults over real sockets; here is what can be judged without one.

mod tls;

use super::*;

fn request(url: &str, authorization: &str) -> Request {
    Request {
        method: Method::Post,
        url: url.to_owned(),
        authorization: Some(Secret::new(authorization)),
        form: Some(Secret::new("token=made-up-secret")),
    }
}

#[test]
fn nothing_sent_shows_its_secret() {
    let request = request("https://api.x.com/oauth2/token?q=made-up-query", "Basic made-up-secret");
    let url = Url::parse(&request.url).expect("an address");
    let shown = format!("{:?}", outgoing(url, &request).expect("it can be sent"));
    assert!(!shown.contains("made-up-secret"), "{shown}");
    assert!(!format!("{request:?}").contains("made-up"), "{request:?}");
}

#[test]
fn a_value_with_a_line_break_is_not_sent() {
    let request = request("https://api.x.com/", "Bearer made-up\r\nhost: evil.example");
    let url = Url::parse(&request.url).expect("an address");
    assert_eq!(outgoing(url, &request).map(|_| ()), Err(SendError::NotAHeader));
}
