//! The simulator behind a proxy: what a program signed for X's own address is good there.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::support::{self, NOW, named, sim};
use birdkeep::domain::fields::Field;
use birdkeep::sim::Roster;
use birdkeep::sim::server::Server;
use birdkeep::sim::transport::Latency;
use birdkeep::x::endpoints::users_me;
use birdkeep::x::sign::{Pair, Stamp};

#[test]
fn a_request_in_absolute_form_is_about_the_address_it_names() {
    support::run(async {
        let roster = Roster::demo(NOW).expect("the demo's roster is part of the program");
        let (sim, document) = (sim(&roster), roster.document());
        let bot = named(&document, "sourdough-oracle").into();
        let of = |field| document.slot(bot, field).expect("the demo has it").secret.clone();
        let (key, secret) = (of(Field::ApiKey), of(Field::ApiSecret));
        let (token, token_secret) = (of(Field::AccessToken), of(Field::AccessSecret));
        let any = "127.0.0.1:0".parse().expect("an address");
        let server = Server::start(sim, any, Latency::None).await.expect("a free port");
        let address = server.address();

        let status = |target: &'static str, nonce: &str| {
            let stamp = Stamp { nonce: nonce.to_owned(), time: NOW };
            let app = Pair { id: &key, secret: &secret };
            let access = Pair { id: &token, secret: &token_secret };
            let signed = users_me::signed("https://api.twitter.com", app, access, &stamp);
            let header = signed.expect("it can be signed").authorization.expect("it is signed");
            let head = format!(
                "GET {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\nauthorization: {}\r\n\r\n",
                header.expose()
            );
            tokio::task::spawn_blocking(move || {
                let mut stream = TcpStream::connect(address).expect("it listens");
                stream.write_all(head.as_bytes()).expect("it reads");
                let mut answer = String::new();
                stream.read_to_string(&mut answer).expect("it answers");
                answer.lines().next().unwrap_or_default().to_owned()
            })
        };
        let by_proxy = status("https://api.twitter.com/2/users/me", "one").await.expect("it ends");
        assert_eq!(by_proxy, "HTTP/1.1 200 OK");
        let straight = status("/2/users/me", "two").await.expect("it ends");
        assert_eq!(straight, "HTTP/1.1 401 Unauthorized", "signed for another address");
    });
}
