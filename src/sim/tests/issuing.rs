//! Tokens issued, refreshed and revoked, through the requests that birdkeep sends.

use super::*;
use crate::domain::permission::Level;
use crate::sim::faults::find;
use crate::x::auth::client::Client;
use crate::x::auth::issued::Issued;
use crate::x::auth::refresh::Refreshed;
use crate::x::endpoints::{request_token, revoke_access, revoke_grant, user_token};
use crate::x::wire::SendError;

/// RFC 7636 appendix B.
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

impl Den {
    /// Client id and secret of the app of a profile.
    pub(super) fn client(&self, name: &str) -> (Secret, Secret) {
        let owner = self.profile(name);
        (self.secret(owner, Field::ClientId), self.secret(owner, Field::ClientSecret))
    }

    fn refresh(&self, token: &Secret) -> Answer {
        let (id, secret) = self.client("tide-and-tea");
        self.ask(&user_token::refresh(BASE, Client::new(&id, Some(&secret)), token))
    }

    pub(super) fn app(&self, name: &str) -> (Secret, Secret) {
        let owner = self.profile(name);
        (self.secret(owner, Field::ApiKey), self.secret(owner, Field::ApiSecret))
    }

    pub(super) fn begin(&self, name: &str, callback: &str) -> Answer {
        let (key, secret) = self.app(name);
        let app = Pair { id: &key, secret: &secret };
        let stamp = self.stamp_at(BEGAN);
        self.ask(&request_token::request(BASE, app, callback, None, &stamp).expect("signed"))
    }
}

#[test]
fn a_refresh_token_of_the_vault_is_good_once() {
    let x = Den::new();
    let tide = x.profile("tide-and-tea");
    let (at, rt) = (x.secret(tide, Field::Oauth2AccessToken), x.secret(tide, Field::Oauth2RefreshToken));
    assert!(x.sim.is_live(&rt) && !x.sim.is_spent(&rt));
    let issued = Issued::parse(&x.refresh(&rt).body).expect("a pair");
    let next = issued.refresh_token.expect("offline.access");
    assert!(issued.scopes.expect("said").hold(&["offline.access", "tweet.write"]));
    assert!(x.sim.is_spent(&rt) && x.sim.is_live(&next) && x.sim.is_live(&at));
    assert_eq!(x.ask(&users_me::with_oauth2(BASE, &issued.access_token)).status, 200);

    let again = x.refresh(&rt);
    assert!(matches!(Refreshed::read_kept(again.status, again.body.as_bytes()), Refreshed::Refused(_)));
    assert_eq!((x.sim.presented(&rt), x.sim.families_killed()), (2, 1));
    assert!(!x.sim.is_live(&next) && !x.sim.is_live(&at));
}

#[test]
fn a_client_that_says_who_it_is_in_the_wrong_way_touches_no_token() {
    let x = Den::new();
    let (id, secret) = x.client("tide-and-tea");
    let rt = x.secret(x.profile("tide-and-tea"), Field::Oauth2RefreshToken);
    let wrong = Secret::new("made-up-other");
    for client in [Client::new(&id, None), Client::new(&id, Some(&wrong)), Client::new(&wrong, Some(&secret))]
    {
        let refused = x.ask(&user_token::refresh(BASE, client, &rt));
        let read = Refreshed::read_kept(refused.status, refused.body.as_bytes());
        assert!(matches!(read, Refreshed::ClientRejected(_)), "{client:?}");
    }
    assert_eq!(x.sim.presented(&rt), 0);
    assert!(x.sim.is_live(&rt));
    // In the form and without Basic a secret counts for nothing.
    let mut request = user_token::refresh(BASE, Client::new(&id, None), &rt);
    request.form =
        request.form.map(|form| Secret::new(format!("{}&client_secret={}", form.expose(), secret.expose())));
    assert_eq!(x.ask(&request).status, 401);
}

#[test]
fn faults_differ_in_whether_x_has_done_it() {
    for (fault, done) in [
        ("unreachable", false),
        ("reset", true),
        ("reset-early", false),
        ("truncated", true),
        ("silence", true),
        ("x-down", false),
        ("x-down-late", true),
        ("html", false),
        ("garbage", true),
        ("half-json", true),
        ("huge", true),
        ("redirect", false),
        ("logins-limited", false),
        ("rate-limited", true),
    ] {
        let x = Den::new();
        let rt = x.secret(x.profile("tide-and-tea"), Field::Oauth2RefreshToken);
        let (id, secret) = x.client("tide-and-tea");
        x.sim.set_fault(Some(find(fault).expect("a fault")));
        let request = user_token::refresh(BASE, Client::new(&id, Some(&secret)), &rt);
        let outcome = x.sim.answer(&Asked::of(&request).expect("an address"));
        assert_eq!(x.sim.is_spent(&rt), done, "{fault}");
        let read = match outcome.what {
            What::Answer(answer) => Refreshed::read_kept(answer.status, answer.body.as_bytes()),
            What::Unreachable => Refreshed::read(&Err(SendError::NotConnected)),
            What::Cut(answer, at) => Refreshed::read_kept(answer.status, &answer.body.as_bytes()[..at]),
            What::Reset | What::Silence => Refreshed::read(&Err(SendError::Broken)),
        };
        match fault {
            "unreachable" => assert!(matches!(read, Refreshed::NotSent(_)), "{fault}"),
            "rate-limited" => assert!(matches!(read, Refreshed::Renewed(_)), "it is about reading posts"),
            _ => assert!(matches!(read, Refreshed::Unclear(_)), "{fault}: {read:?}"),
        }
    }
}

#[test]
fn halves_of_a_grant_are_revoked_one_by_one() {
    let x = Den::new();
    let tide = x.profile("tide-and-tea");
    let (at, rt) = (x.secret(tide, Field::Oauth2AccessToken), x.secret(tide, Field::Oauth2RefreshToken));
    let (id, secret) = x.client("tide-and-tea");
    let kill = |token: &Secret, half| {
        x.ask(&revoke_grant::request(BASE, Client::new(&id, Some(&secret)), token, half)).status
    };
    assert_eq!(kill(&rt, revoke_grant::Half::Refresh), 200);
    assert!(!x.sim.is_live(&rt) && x.sim.is_live(&at));
    assert_eq!(kill(&at, revoke_grant::Half::Access), 200);
    assert!(!x.sim.is_live(&at));
    assert_eq!(kill(&at, revoke_grant::Half::Access), 200, "a dead token is no error");
    let nobody = revoke_grant::request(BASE, Client::new(&id, None), &at, revoke_grant::Half::Access);
    assert_eq!(x.ask(&nobody).status, 401);
}

#[test]
fn an_access_pair_kills_itself_and_no_other() {
    let x = Den::new();
    let kill = || {
        let owner = x.profile("duck-of-the-day");
        let of = |field| x.secret(owner, field);
        let (key, secret) = (of(Field::ApiKey), of(Field::ApiSecret));
        let (token, token_secret) = (of(Field::AccessToken), of(Field::AccessSecret));
        let (app, doomed) = (Pair { id: &key, secret: &secret }, Pair { id: &token, secret: &token_secret });
        x.ask(&revoke_access::request(BASE, app, doomed, &x.stamp_at(BEGAN)).expect("signed"))
    };
    assert_eq!(kill().status, 200);
    let dead = kill();
    assert_eq!((dead.status, dead.body.contains("\"code\":89")), (401, true));
    assert_eq!(x.ask(&x.me("duck-of-the-day", &x.stamp_at(BEGAN))).status, 401);
    assert_eq!(x.ask(&x.me("haiku-toaster", &x.stamp_at(BEGAN))).status, 200);
}

#[test]
fn a_login_begins_only_with_a_registered_callback() {
    const HOME: &str = "http://127.0.0.1:8723/callback";
    let x = Den::new();
    for (callback, status, word) in [
        (HOME, 200, "oauth_callback_confirmed=true"),
        ("oob", 200, "oauth_callback_confirmed=true"),
        ("http://127.0.0.1:8723/callback/", 403, "code=\"415\""),
        ("http://localhost:8723/callback", 403, "code=\"415\""),
    ] {
        let answer = x.begin("duck-of-the-day", callback);
        assert_eq!(
            (answer.status, answer.body.contains(word)),
            (status, true),
            "{callback}: {}",
            answer.body
        );
    }
    let (key, _) = x.app("duck-of-the-day");
    assert!(x.sim.set_callbacks(&key, &[]));
    assert!(x.begin("duck-of-the-day", HOME).body.contains("417"));
    assert_eq!(x.begin("duck-of-the-day", "oob").status, 200);
    assert!(x.begin("escalator-facts", HOME).body.contains("416"), "a suspended app");
    assert!(x.begin("lake-weather", HOME).body.contains("\"code\":32"), "keys of last month");
}

#[test]
fn regenerated_keys_take_everything_of_oauth_1_with_them() {
    let x = Den::new();
    let (key, _) = x.app("duck-of-the-day");
    let bearer = x.secret(x.profile("duck-of-the-day"), Field::BearerToken);
    let rt = x.secret(x.profile("tide-and-tea"), Field::Oauth2RefreshToken);
    let (new_key, new_secret) = x.sim.regenerate_keys(&key).expect("the app is known");
    assert!(x.sim.regenerate_keys(&key).is_none(), "the old key is nobody's");
    for name in ["duck-of-the-day", "haiku-toaster"] {
        assert!(!x.sim.is_live(&x.secret(x.profile(name), Field::AccessToken)), "{name}");
    }
    assert!(!x.sim.is_live(&bearer) && x.sim.is_live(&rt));
    let app = Pair { id: &new_key, secret: &new_secret };
    let again = x.ask(&oauth2_token::request(BASE, app));
    assert_eq!((again.status, again.body.contains(bearer.expose())), (200, false));
}

#[test]
fn a_regenerated_client_secret_kills_the_old_one_alone() {
    let x = Den::new();
    let (id, secret) = x.client("tide-and-tea");
    let rt = x.secret(x.profile("tide-and-tea"), Field::Oauth2RefreshToken);
    let new = x.sim.regenerate_client_secret(&id).expect("a confidential client");
    assert_ne!(new, secret);
    assert_eq!(x.refresh(&rt).status, 401);
    assert_eq!(x.ask(&user_token::refresh(BASE, Client::new(&id, Some(&new)), &rt)).status, 200);
}

#[test]
fn a_changed_permission_waits_for_the_next_issue() {
    let x = Den::new();
    let (key, _) = x.app("duck-of-the-day");
    assert!(x.sim.set_permission(&key, Level::Read));
    let answer = x.ask(&x.me("duck-of-the-day", &x.stamp_at(BEGAN)));
    assert_eq!(answer.header("x-access-level"), Some("read-write"));
}
