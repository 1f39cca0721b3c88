//! The simulated X keeps X's rules: signatures, windows, one bearer at a time, levels frozen into tokens.

mod issuing;
mod logging_in;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::id::Owner;
use crate::domain::names::Name;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::sim::answers::Answer;
use crate::sim::asked::Asked;
use crate::sim::faults::What;
use crate::sim::{Roster, Sim};
use crate::x::endpoints::{invalidate_token, oauth2_token, usage_tweets, users_me};
use crate::x::sign::{Pair, Stamp};
use crate::x::wire::{Method, Request};

const BEGAN: i64 = 1_795_000_000;
const BASE: &str = "https://api.x.com";

/// The demo's world with a clock moved by hand.
struct Den {
    sim: Sim,
    document: Document,
    clock: Arc<AtomicI64>,
    stamps: AtomicI64,
}

impl Den {
    fn new() -> Self {
        let roster = Roster::demo(Time::from_unix(BEGAN)).expect("part of the program");
        let clock = Arc::new(AtomicI64::new(BEGAN));
        let read = clock.clone();
        let sim = Sim::new(&roster, Arc::new(move || Time::from_unix(read.load(Ordering::SeqCst))));
        Self { sim, document: roster.document(), clock, stamps: AtomicI64::new(1) }
    }

    fn ask(&self, request: &Request) -> Answer {
        let asked = Asked::of(request).expect("it is an address");
        match self.sim.answer(&asked).what {
            What::Answer(answer) => answer,
            other => unreachable!("no fault was set, and yet: {other:?}"),
        }
    }

    fn secret(&self, owner: Owner, field: Field) -> Secret {
        self.document.slot(owner, field).expect("the demo has it").secret.clone()
    }

    fn profile(&self, name: &str) -> Owner {
        let name = Name::parse(name).expect("a name");
        self.document.profile_named(&name).expect("the demo has it").id.into()
    }

    fn stamp_at(&self, time: i64) -> Stamp {
        let number = self.stamps.fetch_add(1, Ordering::SeqCst);
        Stamp { nonce: format!("nonce{number}"), time: Time::from_unix(time) }
    }

    /// `GET /2/users/me` in the name of a profile.
    fn me(&self, name: &str, stamp: &Stamp) -> Request {
        let owner = self.profile(name);
        let of = |field| self.secret(owner, field);
        let (key, secret) = (of(Field::ApiKey), of(Field::ApiSecret));
        let (token, token_secret) = (of(Field::AccessToken), of(Field::AccessSecret));
        let app = Pair { id: &key, secret: &secret };
        let access = Pair { id: &token, secret: &token_secret };
        users_me::signed(BASE, app, access, stamp).expect("it can be signed")
    }
}

#[test]
fn a_good_signature_is_answered_once() {
    let x = Den::new();
    let request = x.me("sourdough-oracle", &x.stamp_at(BEGAN));
    let answer = x.ask(&request);
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("demo_sourdough"));
    assert_eq!(answer.header("x-access-level"), Some("read-write"));
    assert_eq!(answer.header("date"), Some(Time::from_unix(BEGAN).http().as_str()));
    assert_eq!(x.ask(&request).status, 401, "the same nonce again is a replay");
    assert_eq!(x.ask(&x.me("sourdough-oracle", &x.stamp_at(BEGAN))).status, 200);
}

#[test]
fn a_signature_of_another_time_or_with_another_secret_is_refused() {
    let x = Den::new();
    for (seconds, status) in [(-301, 401), (-300, 200), (300, 200), (301, 401)] {
        let answer = x.ask(&x.me("duck-of-the-day", &x.stamp_at(BEGAN + seconds)));
        assert_eq!(answer.status, status, "{seconds} s");
        assert_eq!(answer.body.contains("135"), status == 401);
    }
    let mut other = x.me("duck-of-the-day", &x.stamp_at(BEGAN));
    other.url = format!("{BASE}/2/users/me?user.fields=id");
    assert_eq!(x.ask(&other).status, 401, "what was signed is not what was sent");
    other.method = Method::Post;
    assert_eq!(x.ask(&other).status, 404);
}

#[test]
fn each_kind_of_credential_is_told_where_it_may_not_ask() {
    let x = Den::new();
    let owner = x.profile("museum-whisper");
    let bearer = x.secret(owner, Field::BearerToken);
    assert_eq!(x.ask(&usage_tweets::request(BASE, &bearer)).status, 200);
    let me = x.ask(&users_me::with_oauth2(BASE, &bearer));
    assert_eq!(me.status, 403);
    assert!(me.body.contains("unsupported-authentication"));
    assert_eq!(me.header("x-access-level"), Some("read"), "a bearer always reads, and says so on a refusal");
    let user = x.secret(x.profile("tide-and-tea"), Field::Oauth2AccessToken);
    assert_eq!(x.ask(&users_me::with_oauth2(BASE, &user)).status, 200);
    assert_eq!(x.ask(&usage_tweets::request(BASE, &user)).status, 403);
    let nobody = Request { authorization: None, ..usage_tweets::request(BASE, &bearer) };
    assert_eq!(x.ask(&nobody).status, 401);
}

#[test]
fn an_oauth2_token_dies_after_two_hours() {
    let x = Den::new();
    let user = x.secret(x.profile("tide-and-tea"), Field::Oauth2AccessToken);
    x.clock.fetch_add(7_200, Ordering::SeqCst);
    assert_eq!(x.ask(&users_me::with_oauth2(BASE, &user)).status, 401);
}

#[test]
fn the_seventy_sixth_question_of_a_window_is_one_too_many() {
    let x = Den::new();
    for left in (0..75).rev() {
        let answer = x.ask(&x.me("haiku-toaster", &x.stamp_at(BEGAN)));
        assert_eq!(answer.header("x-rate-limit-remaining"), Some(left.to_string().as_str()));
    }
    let answer = x.ask(&x.me("haiku-toaster", &x.stamp_at(BEGAN)));
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("x-rate-limit-reset"), Some((BEGAN + 900).to_string().as_str()));
    assert_eq!(answer.header("x-access-level"), Some("read-write"));
    assert_eq!(x.ask(&x.me("duck-of-the-day", &x.stamp_at(BEGAN))).status, 200, "windows are per user");
    x.clock.fetch_add(900, Ordering::SeqCst);
    assert_eq!(x.ask(&x.me("haiku-toaster", &x.stamp_at(BEGAN + 900))).status, 200);
}

#[test]
fn an_app_has_one_bearer_until_it_is_killed() {
    let x = Den::new();
    let owner = x.profile("sourdough-oracle");
    let (key, secret) = (x.secret(owner, Field::ApiKey), x.secret(owner, Field::ApiSecret));
    let app = Pair { id: &key, secret: &secret };
    let bearer = x.secret(owner, Field::BearerToken);
    let token = || x.ask(&oauth2_token::request(BASE, app)).body;
    assert!(token().contains(bearer.expose()));
    assert_eq!(token(), token(), "asking again changes nothing");

    let kill = invalidate_token::by_app(BASE, app, &bearer);
    assert_eq!(x.ask(&kill).status, 200);
    let dead = x.ask(&kill);
    assert_eq!((dead.status, dead.body.contains("89")), (401, true));
    assert_eq!(x.ask(&usage_tweets::request(BASE, &bearer)).status, 401);
    assert!(!token().contains(bearer.expose()), "the next one is another");

    let wrong = Secret::new("another secret");
    let refused = x.ask(&oauth2_token::request(BASE, Pair { id: &key, secret: &wrong }));
    assert_eq!((refused.status, refused.body.contains("99")), (403, true));
}

#[test]
fn only_the_owner_kills_a_bearer_by_signature() {
    let x = Den::new();
    let kill = |name: &str| {
        let owner = x.profile(name);
        let of = |field| x.secret(owner, field);
        let (key, secret) = (of(Field::ApiKey), of(Field::ApiSecret));
        let (token, token_secret) = (of(Field::AccessToken), of(Field::AccessSecret));
        let app = Pair { id: &key, secret: &secret };
        let access = Pair { id: &token, secret: &token_secret };
        let stamp = x.stamp_at(BEGAN);
        invalidate_token::by_owner(BASE, app, access, &of(Field::BearerToken), &stamp).expect("signed")
    };
    assert_eq!(x.ask(&kill("duck-of-the-day")).status, 403);
    assert_eq!(x.ask(&kill("sourdough-oracle")).status, 200);
}

#[test]
fn a_regenerated_pair_takes_the_apps_permission_and_kills_the_old_one() {
    let x = Den::new();
    let owner = x.profile("poetry-vending");
    let Owner::Profile(id) = owner else { unreachable!("it is a profile") };
    let account = x.document.profile(id).and_then(|p| p.user_id.clone()).expect("it has one");
    let (token, secret) = x.sim.regenerate_access(&account).expect("it has a pair");
    assert_eq!(x.ask(&x.me("poetry-vending", &x.stamp_at(BEGAN))).status, 401);
    let (key, app_secret) = (x.secret(owner, Field::ApiKey), x.secret(owner, Field::ApiSecret));
    let app = Pair { id: &key, secret: &app_secret };
    let access = Pair { id: &token, secret: &secret };
    let stamp = x.stamp_at(BEGAN);
    let answer = x.ask(&users_me::signed(BASE, app, access, &stamp).expect("signed"));
    assert_eq!((answer.status, answer.header("x-access-level")), (200, Some("read-write-directmessages")));
}
