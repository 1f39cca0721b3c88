//! Signatures held against published vectors and against an independent implementation.

use std::cell::RefCell;
use std::fmt::{self, Display, Write};
use std::rc::Rc;

use oauth1_request::signature_method::{Sign, SignatureMethod};
use proptest::prelude::*;

use super::*;
use crate::sim::asked::{Asked, decode};
use crate::sim::oauth::{Claim, claim};
use crate::x::wire::Request;

/// A published vector. Sources: X's pages on signing and on logging in, RFC 5849 sections 1.2 and 3.4.1.1, OAuth
/// Core 1.0 appendix A.5; all computed again from the definition.
struct Vector {
    method: Method,
    url: &'static str,
    form: &'static [(&'static str, &'static str)],
    app: (&'static str, &'static str),
    token: Option<(&'static str, &'static str)>,
    nonce: &'static str,
    time: i64,
    extra: Extra<'static>,
    base: Option<&'static str>,
    signature: &'static str,
}

const NOTHING: Extra<'static> = Extra { callback: None, verifier: None, version: Version::Sent };
const BARE: Extra<'static> = Extra { version: Version::Left, ..NOTHING };
const STATUS: &[(&str, &str)] = &[("status", "Hello Ladies + Gentlemen, a signed OAuth request!")];

const X_EXAMPLE: Vector = Vector {
    method: Method::Post,
    url: "https://api.x.com/1.1/statuses/update.json?include_entities=true",
    form: STATUS,
    app: ("xvz1evFS4wEEPTGEFPHBog", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw"),
    token: Some((
        "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    )),
    nonce: "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
    time: 1_318_622_958,
    extra: NOTHING,
    base: Some(
        "POST&https%3A%2F%2Fapi.x.com%2F1.1%2Fstatuses%2Fupdate.json&include_entities%3Dtrue%26oauth_consumer_key%3D\
         xvz1evFS4wEEPTGEFPHBog%26oauth_nonce%3DkYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg%26oauth_signature_method\
         %3DHMAC-SHA1%26oauth_timestamp%3D1318622958%26oauth_token%3D370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJ\
         AEb%26oauth_version%3D1.0%26status%3DHello%2520Ladies%2520%252B%2520Gentlemen%252C%2520a%2520signed%2520OAu\
         th%2520request%2521",
    ),
    signature: "Ls93hJiZbQ3akF3HF3x1Bz8/zU4=",
};

const X_LOGIN: Vector = Vector {
    method: Method::Post,
    url: "https://api.x.com/oauth/request_token",
    form: &[],
    app: ("cChZNFj6T5R0TigYB9yd1w", "L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOg"),
    token: None,
    nonce: "ea9ec8429b68d6b77cd5600adbbb0456",
    time: 1_318_467_427,
    extra: Extra { callback: Some("http://localhost/sign-in-with-twitter/"), ..NOTHING },
    base: None,
    signature: "X9xhcB9d+NxXd/ThJ/n51vPhetM=",
};

const X_LOGIN_END: Vector = Vector {
    url: "https://api.x.com/oauth/access_token",
    token: Some(("NPcudxy0yU5T3tBzho7iCotZ3cnetKwcTIRlX0iwRl0", "veNRnAWe6inFuo8o2u8SLLZLjolYDmDP7SzL0YfYI")),
    nonce: "a9900fe68e2573b27a37f10fbad6a755",
    extra: Extra { verifier: Some("uw7NjWHT6OJ1MpJOXsHfNxoAhPKpgI8BlYDhxEjIBY"), ..NOTHING },
    signature: "G3DdousFWwxEepaZcmHguKqeBvs=",
    ..X_LOGIN
};

const RFC: Vector = Vector {
    method: Method::Post,
    url: "https://photos.example.net/initiate",
    form: &[],
    app: ("dpf43f3p2l4k3l03", "kd94hf93k423kf44"),
    token: None,
    nonce: "wIjqoS",
    time: 137_131_200,
    extra: Extra { callback: Some("http://printer.example.com/ready"), ..BARE },
    base: None,
    signature: "74KNZJeDHnMBp0EMJ9ZHt/XKycU=",
};

const VECTORS: &[(&str, Vector)] = &[
    ("V1", X_EXAMPLE),
    (
        "V1 on the older host",
        Vector {
            url: "https://api.twitter.com/1.1/statuses/update.json?include_entities=true",
            base: None,
            signature: "hCtSmYh+iHYCEqBWrE7C7hYmtUk=",
            ..X_EXAMPLE
        },
    ),
    (
        "V1 at the address of 2011, whose signature X's page still prints",
        Vector {
            url: "https://api.twitter.com/1/statuses/update.json?include_entities=true",
            base: None,
            signature: "tnnArxj06cWHq44gCs1OSKk/jLY=",
            ..X_EXAMPLE
        },
    ),
    ("V2 request_token", X_LOGIN),
    (
        "V2 request_token on the older host",
        Vector {
            url: "https://api.twitter.com/oauth/request_token",
            signature: "F1Li3tvehgcraF8DMJ7OyxO4w9Y=",
            ..X_LOGIN
        },
    ),
    ("V2 access_token", X_LOGIN_END),
    (
        "V2 access_token on the older host",
        Vector {
            url: "https://api.twitter.com/oauth/access_token",
            signature: "39cipBtIOHEEnybAR4sATQTpl2I=",
            ..X_LOGIN_END
        },
    ),
    ("V3 initiate", RFC),
    (
        "V3 token",
        Vector {
            url: "https://photos.example.net/token",
            token: Some(("hh5s93j4hdidpola", "hdhd0244k9j7ao03")),
            time: 137_131_201,
            nonce: "walatlh",
            extra: Extra { verifier: Some("hfdp7dh39dks9884"), ..BARE },
            signature: "gKgrFCywp7rO0OXSjdot/IHF7IU=",
            ..RFC
        },
    ),
    (
        "V3 photos",
        Vector {
            method: Method::Get,
            url: "http://photos.example.net/photos?file=vacation.jpg&size=original",
            token: Some(("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")),
            time: 137_131_202,
            nonce: "chapoH",
            extra: BARE,
            signature: "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
            ..RFC
        },
    ),
    (
        "V4",
        Vector {
            method: Method::Get,
            url: "http://photos.example.net/photos?file=vacation.jpg&size=original",
            token: Some(("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")),
            time: 1_191_242_096,
            nonce: "kllo9940pd9333jh",
            extra: NOTHING,
            signature: "tR3+Ty81lMeYAr/Fid0kMTYa/WM=",
            ..RFC
        },
    ),
    (
        "V5",
        Vector {
            url: "http://EXAMPLE.com:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
            form: &[("c2", ""), ("a3", "2 q")],
            app: ("9djdj82h48djs9d2", "j49sk3j29djd"),
            token: Some(("kkk9d7dh3k39sjv7", "dh893hdasih9")),
            time: 137_131_201,
            nonce: "7d8f3e4a",
            extra: BARE,
            base: Some(
                "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c\
                 %2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_\
                 method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
            ),
            signature: "r6/TJjbCOr97/+UU0NsvSne7s5g=",
            ..RFC
        },
    ),
];

impl Vector {
    fn header<S: SignatureMethod + Clone>(&self, method: S) -> String {
        let secret = |(id, secret): (&str, &str)| (Secret::new(id), Secret::new(secret));
        let app = secret(self.app);
        let token = self.token.map(secret);
        let signing = Signing {
            method: self.method,
            url: self.url,
            form: self.form,
            app: Pair { id: &app.0, secret: &app.1 },
            token: token.as_ref().map(|(id, secret)| Pair { id, secret }),
            extra: self.extra,
        };
        let stamp = Stamp { nonce: self.nonce.to_owned(), time: Time::from_unix(self.time) };
        signing.header_by(method, &stamp).expect("a vector can be signed")
    }
}

#[test]
fn every_published_signature_comes_out() {
    for (name, vector) in VECTORS {
        let header = vector.header(HMAC_SHA1);
        let (_, signature) = header.split_once("oauth_signature=\"").expect("there is a signature");
        assert_eq!(decode(signature.trim_end_matches('"')), vector.signature, "{name}");
    }
}

#[test]
fn every_published_base_string_comes_out() {
    for (name, vector) in VECTORS {
        let listener = Listener::default();
        vector.header(listener.clone());
        let heard = listener.0.borrow().clone();
        assert_eq!(heard.matches('&').count(), 2, "{name}");
        if let Some(base) = vector.base {
            assert_eq!(heard, base, "{name}");
        }
    }
}

#[test]
fn what_cannot_be_signed_is_refused() {
    let (id, secret) = (Secret::new("k"), Secret::new("s"));
    let pair = Pair { id: &id, secret: &secret };
    let signing = |url| Signing {
        method: Method::Get,
        url,
        form: &[],
        app: pair,
        token: None,
        extra: Extra::default(),
    };
    let stamp = |seconds| Stamp::new([1; 16], Time::from_unix(seconds));
    assert_eq!(signing("no address").header(&stamp(1)), Err(SignError::NotAnAddress));
    assert_eq!(signing("data:,x").header(&stamp(1)), Err(SignError::NotAnAddress));
    assert_eq!(signing("https://api.x.com/").header(&stamp(0)), Err(SignError::ClockUnset));
    assert_eq!(signing("https://api.x.com/").header(&stamp(-5)), Err(SignError::ClockUnset));
    assert!(signing("https://api.x.com/").header(&stamp(1)).is_ok());
}

proptest! {
    /// The simulator's verification was written from the RFC without this code; the two must agree on any request.
    #[test]
    fn an_independent_verifier_accepts_every_signature_and_no_other(
        method in prop_oneof![Just(Method::Get), Just(Method::Post)],
        path in "(/[a-zA-Z0-9._~ %25é+&=-]{0,8}){0,3}",
        port in prop_oneof![Just(""), Just(":443"), Just(":8443")],
        query in proptest::collection::vec(("[a-z%&= é+~_.*-]{0,4}", "\\PC{0,8}"), 0..5),
        form in proptest::collection::vec(("[a-z%&= é+~_.*-]{0,4}", "\\PC{0,8}"), 0..4),
        (app_secret, token_secret) in ("\\PC{0,60}", "\\PC{0,60}"),
        callback in proptest::option::of("\\PC{0,20}"),
        flip in any::<u8>(),
    ) {
        let pairs = |pairs: &[(String, String)]| {
            let joined: Vec<_> = pairs.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
            joined.join("&")
        };
        let url = format!("https://api.x.com{port}{path}?{}", pairs(&query));
        // What is sent is the address as the HTTP client normalises it.
        let url = Url::parse(&url).expect("it was built as an address").to_string();
        let form_pairs: Vec<_> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let (key, app) = (Secret::new("key"), Secret::new(app_secret.clone()));
        let (token, secret) = (Secret::new("7-token"), Secret::new(token_secret.clone()));
        let signing = Signing {
            method,
            url: &url,
            form: &form_pairs,
            app: Pair { id: &key, secret: &app },
            token: Some(Pair { id: &token, secret: &secret }),
            extra: Extra { callback: callback.as_deref(), ..Extra::default() },
        };
        let header = signing.header(&Stamp::new([flip; 16], Time::from_unix(1_795_000_000))).expect("can be signed");
        let asked = Asked::of(&Request {
            method,
            url: url.clone(),
            authorization: Some(header),
            form: (!form.is_empty()).then(|| Secret::new(pairs(&form))),
        }).expect("it is an address");
        let Claim::Oauth1(signed) = claim(&asked) else { panic!("the header is read") };
        prop_assert!(signed.verify(&asked, &app_secret, &token_secret), "{url}");
        let longer = app_secret.clone() + "x";
        prop_assert!(!signed.verify(&asked, &longer, &token_secret));
        let mut other = asked.clone();
        other.query.push(("x".to_owned(), "y".to_owned()));
        prop_assert!(!signed.verify(&other, &app_secret, &token_secret));
    }
}

/// A signature method that only listens: what it heard is the base string.
#[derive(Clone, Debug, Default)]
struct Listener(Rc<RefCell<String>>);

impl SignatureMethod for Listener {
    type Sign = Self;

    fn sign_with(self, _: &str, _: Option<&str>) -> Self {
        self
    }
}

impl Sign for Listener {
    type Signature = Silent;

    fn get_signature_method_name(&self) -> &'static str {
        "HMAC-SHA1"
    }

    fn request_method(&mut self, method: &str) {
        let _ = write!(self.0.borrow_mut(), "{method}&");
    }

    fn uri<T: Display>(&mut self, uri: T) {
        let _ = write!(self.0.borrow_mut(), "{uri}&");
    }

    fn parameter<V: Display>(&mut self, key: &str, value: V) {
        let _ = write!(self.0.borrow_mut(), "{key}%3D{value}");
    }

    fn delimiter(&mut self) {
        self.0.borrow_mut().push_str("%26");
    }

    fn end(self) -> Silent {
        Silent
    }
}

/// The signature of one who only listens.
#[derive(Debug)]
struct Silent;

impl Display for Silent {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
