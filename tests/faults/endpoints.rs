//! Every endpoint of X that birdkeep asks: how it is asked, what it answers on a good day, and how that is read.

use birdkeep::domain::secret::Secret;
use birdkeep::domain::time::Time;
use birdkeep::x::auth::client::Client;
use birdkeep::x::endpoints::{
    access_token, invalidate_token, oauth2_token, request_token, revoke_access, revoke_grant, usage_tweets,
    user_token, users_me,
};
use birdkeep::x::reply::Reply;
use birdkeep::x::sign::{Pair, Stamp};
use birdkeep::x::wire::{Request, Response, SendError};

/// What came of a request, whatever was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Gave,
    Refused(u16),
    Odd,
    Silent(SendError),
}

/// How an answer is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// JSON, and some of its members must be there.
    Json,
    /// `key=value&key=value`: cut short it can still look whole.
    Form,
    /// Any 2xx is a yes.
    Status,
}

/// Whether it may be asked twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    Usual,
    Once,
}

pub(crate) struct Endpoint {
    pub(crate) name: &'static str,
    pub(crate) honest: &'static str,
    pub(crate) reading: Reading,
    pub(crate) care: Care,
    pub(crate) ask: fn(&str) -> Request,
    pub(crate) read: fn(Result<Response, SendError>) -> Outcome,
}

const BEARER: &str = r#"{"token_type":"bearer","access_token":"AAAAmadeup"}"#;
const KILLED: &str = r#"{"access_token":"made-up"}"#;
const ISSUED: &str = r#"{"token_type":"bearer","expires_in":7200,"access_token":"made-up-access","scope":"tweet.read users.read offline.access","refresh_token":"made-up-refresh"}"#;

#[rustfmt::skip]
pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint { name: "GET /2/users/me", honest: r#"{"data":{"id":"1900000000000000001","name":"n","username":"demo_a"}}"#,
        reading: Reading::Json, care: Care::Usual, read: |answer| outcome(&users_me::read(answer)),
        ask: |base| with(|v| users_me::signed(base, v.app(), v.access(), &stamp()).expect("it can be signed")) },
    Endpoint { name: "GET /2/usage/tweets", honest: r#"{"data":{"cap_reset_day":12,"project_usage":"1"}}"#,
        reading: Reading::Json, care: Care::Usual, read: |answer| outcome(&usage_tweets::read(answer)),
        ask: |base| with(|v| usage_tweets::request(base, &v.value)) },
    Endpoint { name: "POST /oauth2/token", honest: BEARER,
        reading: Reading::Json, care: Care::Usual, read: |answer| outcome(&oauth2_token::read(answer)),
        ask: |base| with(|v| oauth2_token::request(base, v.app())) },
    Endpoint { name: "POST /oauth/request_token", honest: "oauth_token=made-up&oauth_token_secret=made-up&oauth_callback_confirmed=true",
        reading: Reading::Form, care: Care::Usual, read: |answer| outcome(&request_token::read(answer)),
        ask: |base| with(|v| request_token::request(base, v.app(), "oob", None, &stamp()).expect("it can be signed")) },
    Endpoint { name: "POST /oauth/access_token", honest: "oauth_token=1900000000000000001-madeup&oauth_token_secret=made-up&user_id=1900000000000000001&screen_name=demo_a",
        reading: Reading::Form, care: Care::Once, read: |answer| outcome(&access_token::read(answer)),
        ask: |base| with(|v| access_token::request(base, v.app(), v.access(), &v.value, &stamp()).expect("it can be signed")) },
    Endpoint { name: "POST /2/oauth2/token", honest: ISSUED,
        reading: Reading::Json, care: Care::Once, read: |answer| outcome(&user_token::read(answer)),
        ask: |base| with(|v| user_token::exchange(base, v.client(), &v.value, "http://127.0.0.1:1/", &v.value)) },
    Endpoint { name: "POST /2/oauth2/token, refresh", honest: ISSUED,
        reading: Reading::Json, care: Care::Once, read: |answer| outcome(&user_token::read(answer)),
        ask: |base| with(|v| user_token::refresh(base, v.client(), &v.value)) },
    Endpoint { name: "POST /2/oauth2/revoke", honest: r#"{"revoked":true}"#,
        reading: Reading::Status, care: Care::Usual, read: |answer| outcome(&revoke_grant::read(answer)),
        ask: |base| with(|v| revoke_grant::request(base, v.client(), &v.value, revoke_grant::Half::Refresh)) },
    Endpoint { name: "POST /1.1/oauth/invalidate_token.json", honest: KILLED,
        reading: Reading::Json, care: Care::Usual, read: |answer| outcome(&revoke_access::read(answer)),
        ask: |base| with(|v| revoke_access::request(base, v.app(), v.access(), &stamp()).expect("it can be signed")) },
    Endpoint { name: "POST /oauth2/invalidate_token", honest: KILLED,
        reading: Reading::Json, care: Care::Usual, read: |answer| outcome(&invalidate_token::read(answer)),
        ask: |base| with(|v| invalidate_token::by_app(base, v.app(), &v.value)) },
];

/// Made-up values to ask with.
struct Values {
    key: Secret,
    secret: Secret,
    token: Secret,
    value: Secret,
}

impl Values {
    fn app(&self) -> Pair<'_> {
        Pair { id: &self.key, secret: &self.secret }
    }

    fn access(&self) -> Pair<'_> {
        Pair { id: &self.token, secret: &self.secret }
    }

    fn client(&self) -> Client<'_> {
        Client::new(&self.key, Some(&self.secret))
    }
}

fn with(ask: impl FnOnce(&Values) -> Request) -> Request {
    ask(&Values {
        key: Secret::new("made-up-key"),
        secret: Secret::new("made-up-secret"),
        token: Secret::new("1900000000000000001-madeup"),
        value: Secret::new("made-up-value"),
    })
}

fn stamp() -> Stamp {
    Stamp::new([7; 16], Time::from_const(1_795_000_000))
}

fn outcome<T>(reply: &Reply<T>) -> Outcome {
    match reply {
        Reply::Gave(..) => Outcome::Gave,
        Reply::Refused(_, seen) => Outcome::Refused(seen.status),
        Reply::Odd(..) => Outcome::Odd,
        Reply::Silent(error) => Outcome::Silent(*error),
    }
}

/// The good answer to a request line.
pub(crate) fn honest(line: &str) -> &'static str {
    ENDPOINTS.iter().find(|endpoint| endpoint.name == line).map_or("{}", |endpoint| endpoint.honest)
}
