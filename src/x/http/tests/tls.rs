//! Over TLS, against servers on the loopback with certificates of a made-up authority: one connection for a thousand
//! requests, and no word to anybody who cannot show who they are.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::*;
use crate::domain::time::Time;

/// A made-up authority.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: reqwest::Certificate,
}

/// A certificate and its key.
type Identity = (CertificateDer<'static>, PrivateKeyDer<'static>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let own = params.self_signed(&key).expect("it can sign itself");
        let certificate = reqwest::Certificate::from_der(own.der()).expect("a certificate");
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// A certificate for `name`, changed by `change`.
    fn identity(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("it can sign");
        (certificate.der().clone(), key_of(&key))
    }

    fn client(&self, base: &str) -> Http {
        let patience = Patience {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(20),
            once: Duration::from_secs(20),
        };
        let base = Base::parse(base).expect("a loopback address");
        let now: Now = Arc::new(|| Time::from_const(1_795_000_000));
        Http { trust: Trust::Only(self.certificate.clone()), ..Http::with_patience(base, now, patience) }
    }
}

fn key_of(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::Pkcs8(key.serialize_der().into())
}

/// What a server has seen.
#[derive(Debug, Default)]
struct Seen {
    connections: AtomicUsize,
    requests: AtomicUsize,
    /// The protocols the connections agreed on.
    protocols: Mutex<Vec<String>>,
}

/// Starts a server that answers everything with `{}`.
async fn serve((certificate, key): Identity) -> (String, Arc<Seen>) {
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key);
    let mut config = config.expect("a key that fits");
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let seen = Arc::<Seen>::default();
    let base = listen(seen.clone(), move |stream, seen| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let protocol = stream.get_ref().1.alpn_protocol().map(String::from_utf8_lossy);
            let protocol = protocol.unwrap_or_default().into_owned();
            seen.protocols.lock().expect("no panic").push(protocol.clone());
            let service = service_fn(|_| {
                seen.requests.fetch_add(1, Ordering::SeqCst);
                async { Ok::<_, Infallible>(hyper::Response::new(Full::new(Bytes::from_static(b"{}")))) }
            });
            let io = TokioIo::new(stream);
            // How a connection ends is the client's business.
            let _ = if protocol == "h2" {
                hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                    .serve_connection(io, service)
                    .await
            } else {
                hyper::server::conn::http1::Builder::new().serve_connection(io, service).await
            };
        }
    });
    (base.await, seen)
}

/// Listens, counts, and leaves every connection to `treat`.
async fn listen<F: Future<Output = ()> + Send + 'static>(
    seen: Arc<Seen>,
    treat: impl Fn(TcpStream, Arc<Seen>) -> F + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("https://{}", listener.local_addr().expect("it is bound"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            seen.connections.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(treat(stream, seen.clone()));
        }
    });
    base
}

fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(test)
}

fn to(base: &str) -> Request {
    super::request(&format!("{base}/oauth2/token"), "Basic made-up")
}

async fn storm(client: &Arc<Http>, base: &str, count: usize) {
    let mut tasks = JoinSet::new();
    for _ in 0..count {
        let (client, request) = (client.clone(), to(base));
        tasks.spawn(async move { client.send(request).await.map(|answer| answer.status) });
    }
    while let Some(ended) = tasks.join_next().await {
        assert_eq!(ended.expect("no panic"), Ok(200));
    }
}

#[test]
fn a_thousand_requests_at_once_share_one_connection_and_a_new_runtime_opens_one_more() {
    let authority = Authority::new();
    let identity = authority.identity("127.0.0.1", |_| {});
    let (tell, told) = mpsc::channel();
    let (_stop, stopped) = oneshot::channel::<()>();
    // On a thread of its own: the client's runtimes come and go.
    std::thread::spawn(move || {
        run(async {
            tell.send(serve(identity).await).expect("the test listens");
            stopped.await
        })
    });
    let (base, seen) = told.recv().expect("it serves");
    let client = Arc::new(authority.client(&base));
    run(storm(&client, &base, 1_000));
    assert_eq!(seen.requests.load(Ordering::SeqCst), 1_000);
    assert_eq!(seen.connections.load(Ordering::SeqCst), 1);
    run(storm(&client, &base, 100));
    assert_eq!(seen.connections.load(Ordering::SeqCst), 2, "not one per request");
    assert_eq!(*seen.protocols.lock().expect("no panic"), ["h2", "h2"]);
}

#[test]
fn what_is_asked_once_has_a_connection_of_its_own_without_http_2() {
    run(async {
        let authority = Authority::new();
        let (base, seen) = serve(authority.identity("127.0.0.1", |_| {})).await;
        let client = authority.client(&base);
        for _ in 0..2 {
            let answer = client.send_witnessed(to(&base), &mut Unseen).await;
            assert_eq!(answer.map(|answer| answer.status), Ok(200));
        }
        assert_eq!(seen.connections.load(Ordering::SeqCst), 2);
        assert_eq!(*seen.protocols.lock().expect("no panic"), ["http/1.1", "http/1.1"]);
    });
}

#[test]
fn who_cannot_show_who_they_are_hears_nothing() {
    let authority = Authority::new();
    let stranger = Authority::new();
    let alone = {
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
        let key = KeyPair::generate().expect("a key");
        (params.self_signed(&key).expect("it can sign itself").der().clone(), key_of(&key))
    };
    for (name, identity) in [
        ("expired", authority.identity("127.0.0.1", |params| params.not_after = date_time_ymd(2020, 1, 1))),
        (
            "not yet valid",
            authority.identity("127.0.0.1", |params| params.not_before = date_time_ymd(2090, 1, 1)),
        ),
        ("another host's", authority.identity("api.example", |_| {})),
        ("by an unknown authority", stranger.identity("127.0.0.1", |_| {})),
        ("by itself", alone),
    ] {
        run(async {
            let (base, seen) = serve(identity).await;
            let client = authority.client(&base);
            for witnessed in [false, true] {
                let outcome = if witnessed {
                    client.send_witnessed(to(&base), &mut Unseen).await
                } else {
                    client.send(to(&base)).await
                };
                assert_eq!(outcome.map(|answer| answer.status), Err(SendError::NotConnected), "{name}");
            }
            assert_eq!(seen.requests.load(Ordering::SeqCst), 0, "{name}");
        });
    }
}

#[test]
fn a_server_that_speaks_old_tls_or_none_hears_no_secret() {
    // A ServerHello of TLS 1.1, the alert that a server of that age sends, plain HTTP, and silence.
    let hello = [&[0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2][..], &[7; 32], &[0, 0xc0, 0x13, 0]].concat();
    for (name, says) in [
        ("TLS 1.1", hello),
        ("the alert of an older TLS", vec![0x15, 3, 2, 0, 2, 2, 70]),
        ("plain HTTP", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec()),
        ("nothing", Vec::new()),
    ] {
        run(async {
            let heard = Arc::<Mutex<Vec<u8>>>::default();
            let ears = heard.clone();
            let base = listen(Arc::default(), move |mut stream, _| {
                let (says, ears) = (says.clone(), ears.clone());
                async move {
                    let mut bytes = [0; 16 << 10];
                    let length = stream.read(&mut bytes).await.unwrap_or_default();
                    ears.lock().expect("no panic").extend_from_slice(&bytes[..length]);
                    let _ = stream.write_all(&says).await;
                    let _ = stream.shutdown().await;
                    let length = stream.read(&mut bytes).await.unwrap_or_default();
                    ears.lock().expect("no panic").extend_from_slice(&bytes[..length]);
                }
            })
            .await;
            let outcome = Authority::new().client(&base).send(to(&base)).await;
            assert_eq!(outcome.map(|answer| answer.status), Err(SendError::NotConnected), "{name}");
            let heard = String::from_utf8_lossy(&heard.lock().expect("no panic")).into_owned();
            assert!(!heard.contains("made-up"), "{name}");
        });
    }
}
